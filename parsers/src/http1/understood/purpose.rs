//! What fields are for, as far as it matters for those that are read differently.

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldPurpose {
    /// It frames the message.
    Framing,
    /// It says which site the request is for, or where it comes from.
    Routing,
    /// It controls a connection or a hop.
    Hop,
    /// It authenticates.
    Authentication,
    /// It says how the content is processed, or modifies the request.
    Content,
    /// Anything else.
    Other,
}

/// The fields that must not be trailer fields that are merged (RFC 9110 §6.5.1), and those by which proxies tell servers about a
/// client.
const PURPOSES: &[(&str, FieldPurpose)] = &[
    ("authorization", FieldPurpose::Authentication),
    ("cache-control", FieldPurpose::Content),
    ("connection", FieldPurpose::Hop),
    ("content-encoding", FieldPurpose::Content),
    ("content-length", FieldPurpose::Framing),
    ("content-range", FieldPurpose::Content),
    ("content-type", FieldPurpose::Content),
    ("cookie", FieldPurpose::Authentication),
    ("expect", FieldPurpose::Hop),
    ("forwarded", FieldPurpose::Routing),
    ("host", FieldPurpose::Routing),
    ("http2-settings", FieldPurpose::Hop),
    ("keep-alive", FieldPurpose::Hop),
    ("max-forwards", FieldPurpose::Hop),
    ("pragma", FieldPurpose::Content),
    ("proxy-authorization", FieldPurpose::Authentication),
    ("proxy-connection", FieldPurpose::Hop),
    ("range", FieldPurpose::Content),
    ("te", FieldPurpose::Hop),
    ("trailer", FieldPurpose::Hop),
    ("transfer-encoding", FieldPurpose::Framing),
    ("upgrade", FieldPurpose::Hop),
    ("via", FieldPurpose::Hop),
    ("x-forwarded-for", FieldPurpose::Routing),
    ("x-forwarded-host", FieldPurpose::Routing),
    ("x-forwarded-proto", FieldPurpose::Routing),
    ("x-original-url", FieldPurpose::Routing),
    ("x-real-ip", FieldPurpose::Routing),
    ("x-rewrite-url", FieldPurpose::Routing),
];

impl FieldPurpose {
    /// That of the field with this name, in any case.
    pub fn of(name: &[u8]) -> Self {
        let mut known = PURPOSES.iter();
        let known = known.find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name));
        known.map_or(Self::Other, |(_, purpose)| *purpose)
    }
}
