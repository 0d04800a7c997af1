//! Trailers: what happens to the fields that follow the content.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::{Field, HopRequest};

/// What happens to the trailer section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trailers {
    /// It goes on where there are chunks, and is dropped where there are none.
    #[default]
    Kept,
    /// It is dropped.
    Dropped,
    /// Its fields go into the header section.
    Merged,
}

/// Nothing follows the content.
pub(crate) static DROP_TRAILERS: HopQuirk = HopQuirk {
    id: "drop-trailers",
    text: "The trailer section is dropped, and the field Trailer.",
    source: "Apache 2.4, Varnish 7.1, squid 5.7; RFC 9112 §7.1.2 lets a recipient discard it",
    rule: None,
    set: |policy| policy.trailers = Trailers::Dropped,
};

/// Trailer fields become header fields.
pub(crate) static MERGE_TRAILERS: HopQuirk = HopQuirk {
    id: "merge-trailers",
    text: "Trailer fields are forwarded in the header section.",
    source: "RFC 9110 §6.5.1 forbids it; RFC 7230 §4.1.3 had an example that did it",
    rule: None,
    set: |policy| policy.trailers = Trailers::Merged,
};

/// The trailer fields that go on behind chunks. Those that Connection names do not.
pub(crate) fn kept<'a>(
    request: &'a HopRequest,
    policy: &HopPolicy,
) -> impl Iterator<Item = &'a Field> {
    let goes_on = policy.trailers == Trailers::Kept;
    let named = request.options();
    let fields = request.trailers.iter().filter(move |_| goes_on);
    fields.filter(move |field| !named.iter().any(|option| field.is(option)))
}

/// Puts trailer fields into the header section, or removes what announces them, if that is the quirk.
pub(crate) fn merge(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    match policy.trailers {
        Trailers::Kept => {}
        Trailers::Dropped => draft.fields.retain(|field| !field.is(b"trailer")),
        Trailers::Merged => draft.fields.extend(request.trailers.iter().cloned()),
    }
}
