//! Lines and names: whether the fields of a head go on as they came.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::Field;
use super::framing::is_framing;

/// What happens to field names with an underscore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Names {
    /// They go on as they came.
    #[default]
    Kept,
    /// Underscores become hyphens.
    Hyphens,
    /// Fields with an underscore in the name are removed.
    Dropped,
}

/// How field names are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// As they came.
    #[default]
    Kept,
    /// In lower case.
    Lower,
}

/// No line is written anew.
pub(crate) static RAW_LINES: HopQuirk = HopQuirk {
    id: "raw-lines",
    text: "The lines of a head go on as they came, with whatever ends them.",
    source: "RFC 9112 §2.2: a recipient may read a bare LF as the end of a line, a sender may not send one",
    rule: None,
    set: |policy| policy.keeps_lines = true,
};

/// Names are brought to one form.
pub(crate) static HYPHENS: HopQuirk = HopQuirk {
    id: "hyphens",
    text: "Underscores in field names become hyphens.",
    source: "RFC 9110 §5.1; the variables of CGI (RFC 3875 §4.1.18), from which a name is written back",
    rule: None,
    set: |policy| policy.names = Names::Hyphens,
};

/// Names that others may read as another are not forwarded.
pub(crate) static DROP_UNDERSCORES: HopQuirk = HopQuirk {
    id: "drop-underscores",
    text: "Fields with an underscore in their names are removed.",
    source: "nginx `underscores_in_headers off`, its default; RFC 9110 §5.1 lets a proxy be configured to block fields",
    rule: None,
    set: |policy| policy.names = Names::Dropped,
};

/// One spelling for all.
pub(crate) static LOWER_NAMES: HopQuirk = HopQuirk {
    id: "lower-names",
    text: "Field names are written in lower case.",
    source: "HAProxy 2.6; RFC 9110 §5.1: names are case-insensitive",
    rule: None,
    set: |policy| policy.spelling = Spelling::Lower,
};

/// One line for each name.
pub(crate) static JOIN_LINES: HopQuirk = HopQuirk {
    id: "join-lines",
    text: "Field lines of one name become one, their values joined by commas.",
    source: "Apache 2.4, lighttpd 1.4.69; RFC 9110 §5.3 lets a recipient do so",
    rule: None,
    set: |policy| policy.joins = true,
};

/// What says nothing is not forwarded.
pub(crate) static DROP_EMPTY: HopQuirk = HopQuirk {
    id: "drop-empty",
    text: "Fields without a value are removed.",
    source: "lighttpd 1.4.69; RFC 9110 §5.1 has a proxy forward what it does not know",
    rule: None,
    set: |policy| policy.drops_empty = true,
};

/// Treats the names of what is to be forwarded.
pub(crate) fn treat(policy: &HopPolicy, draft: &mut RequestDraft) {
    match policy.names {
        Names::Kept => {}
        Names::Hyphens => {
            let odd = draft
                .fields
                .iter_mut()
                .filter(|field| field.name.contains(&b'_'));
            for field in odd {
                field
                    .name
                    .iter_mut()
                    .filter(|byte| **byte == b'_')
                    .for_each(|byte| *byte = b'-');
                field.raw.clear();
            }
        }
        Names::Dropped => draft.fields.retain(|field| !field.name.contains(&b'_')),
    }
    if policy.drops_empty {
        draft.fields.retain(|field| !field.value.is_empty());
    }
    if policy.joins {
        draft.fields = joined(std::mem::take(&mut draft.fields));
    }
    if policy.spelling == Spelling::Lower {
        for field in &mut draft.fields {
            field.name.make_ascii_lowercase();
            field.raw.clear();
        }
    }
    if !policy.keeps_lines {
        draft.fields.iter_mut().for_each(|field| field.raw.clear());
    }
}

/// Fields of which each name has one line, where its first one stood. Those that frame stay as they are.
fn joined(fields: Vec<Field>) -> Vec<Field> {
    let mut joined: Vec<Field> = Vec::new();
    for field in fields {
        let mut known = joined.iter_mut();
        let known = known.find(|known| known.is(&field.name) && !is_framing(&field));
        match known {
            Some(first) => {
                first.value = [first.value.as_slice(), &field.value].join(b", ".as_slice());
                first.raw.clear();
            }
            None => joined.push(field),
        }
    }
    joined
}
