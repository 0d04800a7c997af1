//! What bytes mean, and where readings part.
//!
//! A [`Parser`] names the [`Rule`] behind everything it rejects and everything it lets pass. Judging
//! an input gives a [`Verdict`]; two verdicts differ by a [`compare::Divergence`], and the rules they
//! cite say why. A [`Signature`] tells findings apart.
//!
//! Nothing here does I/O, and nothing outside a family's own module names its protocol.

pub mod compare;
pub mod explain;
pub mod facts;
pub mod family;
pub mod hop;
pub mod http1;
pub mod laws;
pub mod parser;
pub mod policy;
pub mod rule;
pub mod session;
pub mod signature;
pub mod unidiff;
pub mod unpack;
pub mod verdict;

pub use facts::{Fact, FactKind, Facts};
pub use family::{FAMILIES, Family};
pub use parser::{Accepted, Draft, Next, Parser, Stop, judge, judge_with_facts};
pub use rule::{Demand, Dialect, Force, Leniency, LeniencySet, Party, Restriction, Rule, Standing};
pub use signature::Signature;
pub use verdict::{
    Citation, End, Framing, INERT, Message, Part, Pending, Reading, Stance, Verdict,
};
