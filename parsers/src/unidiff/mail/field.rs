//! The fields of a header that say how a body is encoded.

/// The fields that matter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    ContentType,
    Encoding,
    Other,
}

impl Field {
    /// The field that begins on this line; none where no field does.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let colon = memchr::memchr(b':', line)?;
        let name = line.get(..colon)?.trim_ascii_end();
        let is_name = |byte: &u8| byte.is_ascii_graphic();
        if name.is_empty() || !name.iter().all(is_name) {
            return None;
        }
        Some(if name.eq_ignore_ascii_case(b"content-type") {
            Self::ContentType
        } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            Self::Encoding
        } else {
            Self::Other
        })
    }
}

/// The value of a field, without its name.
pub(super) fn value(field: &[u8]) -> &[u8] {
    let colon = memchr::memchr(b':', field);
    let value = colon.and_then(|colon| field.get(colon + 1..));
    value.unwrap_or(&[]).trim_ascii()
}

/// Whether a field Content-Type says that the body has parts.
pub(super) fn is_multipart(field: &[u8]) -> bool {
    const MULTIPART: &[u8] = b"multipart/";
    let kind = value(field).get(..MULTIPART.len());
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case(MULTIPART))
}

/// The parameter of this name, without the quotes around it.
pub(super) fn parameter<'f>(field: &'f [u8], name: &[u8]) -> Option<&'f [u8]> {
    let mut rest = value(field);
    loop {
        let next = memchr::memchr(b';', rest)?;
        rest = rest.get(next + 1..)?.trim_ascii_start();
        let (found, after) = rest.split_at_checked(name.len())?;
        let after = after.trim_ascii_start();
        if !found.eq_ignore_ascii_case(name) || after.first() != Some(&b'=') {
            continue;
        }
        let text = after.get(1..)?.trim_ascii_start();
        return match text.strip_prefix(b"\"") {
            Some(quoted) => quoted.split(|byte| *byte == b'"').next(),
            None => {
                let mut ends = text.split(|byte| *byte == b';' || byte.is_ascii_whitespace());
                ends.next()
            }
        };
    }
}

/// Whether the parameter of this name has this value, in whatever letters.
pub(super) fn is_set(field: &[u8], name: &[u8], value: &[u8]) -> bool {
    parameter(field, name).is_some_and(|found| found.eq_ignore_ascii_case(value))
}
