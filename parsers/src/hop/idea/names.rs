//! Lines and names: whether the fields of a head go on as they came.

use super::super::draft::Draft;
use super::super::policy::{Habit, Policy};

/// What becomes of field names.
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

/// No line is written anew.
pub static RAW_LINES: Habit = Habit {
    id: "raw-lines",
    text: "The lines of a head go on as they came, with whatever ends them.",
    source: "RFC 9112 §2.2: a recipient may take a bare LF for the end of a line, a sender may not send one",
    set: |policy| policy.raw_lines = true,
};

/// Names are brought to one form.
pub static HYPHENS: Habit = Habit {
    id: "hyphens",
    text: "Underscores in field names become hyphens.",
    source: "RFC 9110 §5.1; the variables of CGI (RFC 3875 §4.1.18), from which a name is written back",
    set: |policy| policy.names = Names::Hyphens,
};

/// Names that others may take for another are not forwarded.
pub static DROP_UNDERSCORES: Habit = Habit {
    id: "drop-underscores",
    text: "Fields with an underscore in their names are removed.",
    source: "nginx `underscores_in_headers off`, its default; RFC 9110 §5.1 lets a proxy be configured to block fields",
    set: |policy| policy.names = Names::Dropped,
};

/// Treats the names of what is to be forwarded.
pub fn treat(policy: &Policy, draft: &mut Draft) {
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
    if !policy.raw_lines {
        draft.fields.iter_mut().for_each(|field| field.raw.clear());
    }
}
