//! What bytes mean, and where readings disagree.
//!
//! A [`Parser`] names the [`Rule`] behind everything it rejects and everything it lets pass. Judging
//! an input gives a [`Verdict`]; two verdicts differ by a [`Divergence`](core::compare::Divergence), and the rules they
//! cite say why. A [`Signature`] tells findings apart.
//!
//! Nothing here does I/O, and nothing in [`core`] names a protocol.

pub(crate) mod capability;
pub mod core;
pub mod family;
pub mod hop;
pub mod http1;
pub mod session;
pub mod unidiff;

pub use self::core::facts::{Fact, FactKind, Facts};
pub use self::core::input::{Asked, StreamInput};
pub use self::core::parser::{
    Accepted, Draft, Next, Parser, Stop, judge, judge_from, judge_with_facts,
};
pub use self::core::rule::{
    Demand, Dialect, Force, Leniency, LeniencySet, Party, Restriction, Rule, Standing,
};
pub use self::core::signature::Signature;
pub use self::core::state::State;
pub use self::core::verdict::{
    Citation, End, Framing, INERT, Message, Part, Pending, Reading, Stance, Verdict,
};
pub use capability::{Capability, Unserved};
pub use family::{FAMILIES, Family};
