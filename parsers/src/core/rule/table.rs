//! How tables of rules, leniencies and restrictions are written: a row each, of a name, words and a text.

/// What a specification demands or permits: its force, its section, its words, what may be done instead, and whether we
/// derive it.
macro_rules! demands {
    ($($name:ident: $force:ident $spec:literal $text:literal $(or $instead:literal)? $(, $derived:ident)?;)*) => {
        $(#[doc = concat!("`` ", $text, " ``")] pub static $name: $crate::core::rule::Demand = $crate::core::rule::Demand {
            force: $crate::core::rule::Force::$force, spec: $spec, text: $text,
            instead: $crate::core::rule::table::demands!(@instead $($instead)?),
            is_derived: $crate::core::rule::table::demands!(@derived $($derived)?),
        };)*
        /// Every demand.
        pub static DEMANDS: &[&$crate::core::rule::Demand] = &[$(&$name),*];
    };
    (@instead) => { "" };
    (@instead $instead:literal) => { $instead };
    (@derived) => { false };
    (@derived derived) => { true };
}
pub(crate) use demands;

/// The rules of a family or an engine, whose name begins their ids.
///
/// With `binds`, all rules bind that party, and each demands of it what its own sentence says. Without, each row says which parties it
/// binds and what is demanded of a recipient: when the rule is `broken`, when it is `kept`, and, after `closing`, of the
/// connection once a message is rejected by it. A row without these does not compile.
macro_rules! rules {
    ($family:literal binds $party:ident: $($name:ident: $force:ident $id:literal $spec:literal $text:literal;)*) => {
        $(#[doc = $text] pub static $name: $crate::core::rule::Rule = $crate::core::rule::Rule {
            id: concat!($family, "/", $id), spec: $spec, force: $crate::core::rule::Force::$force, text: $text,
            binds: &[($crate::core::rule::Party::$party, $crate::core::rule::Force::$force)],
            broken: &$crate::core::rule::Demand::new($crate::core::rule::Force::$force, $spec, $text),
            kept: &$crate::core::rule::Demand::new($crate::core::rule::Force::$force, $spec, $text),
            closing: None,
        };)*
        /// Every rule.
        pub static RULES: &[&$crate::core::rule::Rule] = &[$(&$name),*];
    };
    ($family:literal: $(
        $name:ident: [$($party:ident $force:ident),+] $id:literal $spec:literal $text:literal
        broken $broken:ident kept $kept:ident $(closing $closing:ident)?;
    )*) => {
        $(#[doc = $text] pub static $name: $crate::core::rule::Rule = $crate::core::rule::Rule {
            id: concat!($family, "/", $id), spec: $spec, text: $text,
            binds: &[$(($crate::core::rule::Party::$party, $crate::core::rule::Force::$force)),+],
            force: $crate::core::rule::strongest(&[$(($crate::core::rule::Party::$party, $crate::core::rule::Force::$force)),+]),
            broken: &$broken, kept: &$kept,
            closing: $crate::core::rule::table::rules!(@closing $($closing)?),
        };)*
        /// Every rule.
        pub static RULES: &[&$crate::core::rule::Rule] = &[$(&$name),*];
    };
    (@closing) => { None };
    (@closing $closing:ident) => { Some(&$closing) };
}
pub(crate) use rules;

/// The leniencies of a family: `as` gives the word in a class, `by` the sentence that decides whether a reader may read so
/// where that is not what its rule demands, `proxy` that for a proxy, and `past` the other rules by which the strict
/// parser rejects what it reads. `from` gives the bit of the first of them, where that is not 0.
macro_rules! leniencies {
    (from $first:expr; $($rows:tt)*) => {
        $crate::core::rule::table::leniencies!(@rows $first; $($rows)*);
    };
    ($name:ident: $($rows:tt)*) => {
        $crate::core::rule::table::leniencies!(@rows 0; $name: $($rows)*);
    };
    (@rows $first:expr; $($name:ident: $rule:ident $id:literal $text:literal $(as $word:literal)? $(by $demand:ident)? $(proxy $proxy:ident)? $(past $($past:ident)+)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(#[doc = $text] pub static $name: $crate::core::rule::Leniency = $crate::core::rule::Leniency {
            id: $id, index: $first + Index::$name as u16, rule: &$rule, text: $text,
            word: $crate::core::rule::table::leniencies!(@word $($word)?),
            demand: $crate::core::rule::table::leniencies!(@demand $rule $($demand)?),
            of_proxy: $crate::core::rule::table::leniencies!(@proxy $($proxy)?),
            past: &[$($(&$past),+)?],
        };)*
        /// Every leniency, in order of precedence.
        pub static LENIENCIES: &[&$crate::core::rule::Leniency] = &[$(&$name),*];
    };
    (@demand $rule:ident) => { $rule.broken };
    (@demand $rule:ident $demand:ident) => { &$demand };
    (@proxy) => { None };
    (@proxy $demand:ident) => { Some(&$demand) };
    (@word) => { "" };
    (@word $word:literal) => { $word };
}
pub(crate) use leniencies;

/// The restrictions of a family.
macro_rules! restrictions {
    ($($name:ident: $rule:ident $id:literal $text:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(#[doc = $text] pub static $name: $crate::core::rule::Restriction = $crate::core::rule::Restriction {
            id: $id, index: $crate::core::rule::FIRST_RESTRICTION + Index::$name as u16, rule: &$rule, text: $text,
        };)*
        /// Every restriction, in the order of what it rejects.
        pub static RESTRICTIONS: &[&$crate::core::rule::Restriction] = &[$(&$name),*];
    };
}
pub(crate) use restrictions;
