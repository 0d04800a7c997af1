//! How tables of rules, leniencies and restrictions are written: a row each, of a name, words and a text.

/// The rules of a family or an engine, whose name begins their ids.
macro_rules! rules {
    ($family:literal: $($name:ident: $force:ident $id:literal $spec:literal $text:literal;)*) => {
        $(#[doc = $text] pub static $name: $crate::rule::Rule = $crate::rule::Rule {
            id: concat!($family, "/", $id), spec: $spec, force: $crate::rule::Force::$force, text: $text,
        };)*
        /// Every rule.
        pub static RULES: &[&$crate::rule::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;

/// The leniencies of a family: `as` gives the word in a class, and `if allowed` marks what the specification leaves to a
/// recipient.
macro_rules! leniencies {
    ($($name:ident: $rule:ident $id:literal $text:literal $(as $word:literal)? $(if $allowed:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(#[doc = $text] pub static $name: $crate::rule::Leniency = $crate::rule::Leniency {
            id: $id, index: Index::$name as u16, rule: &$rule, text: $text,
            word: $crate::rule::table::leniencies!(@word $($word)?),
            allowed: $crate::rule::table::leniencies!(@allowed $($allowed)?),
        };)*
        /// Every leniency, in order of precedence.
        pub static LENIENCIES: &[&$crate::rule::Leniency] = &[$(&$name),*];
    };
    (@allowed) => { false };
    (@allowed allowed) => { true };
    (@word) => { "" };
    (@word $word:literal) => { $word };
}
pub(crate) use leniencies;

/// The restrictions of a family.
macro_rules! restrictions {
    ($($name:ident: $rule:ident $id:literal $text:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(#[doc = $text] pub static $name: $crate::rule::Restriction = $crate::rule::Restriction {
            id: $id, index: $crate::rule::FIRST_RESTRICTION + Index::$name as u16, rule: &$rule, text: $text,
        };)*
        /// Every restriction, in the order of what it refuses.
        pub static RESTRICTIONS: &[&$crate::rule::Restriction] = &[$(&$name),*];
    };
}
pub(crate) use restrictions;
