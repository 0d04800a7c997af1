//! Hops: an intermediary reads a request, forwards it by its policy, and another reader reads what it forwarded.
//!
//! A [`Hop`] is a [`HopReader`] and a [`HopPolicy`]; a [`Route`] is hops one behind the other and the reader at its end, the
//! origin. [`run`](run::run) sends a stream along a route, and [`oracle`] says what was lost on the way, at which hop,
//! and whether the specification wants it lost. Towards the next hop an intermediary is a client over time, and that side of its
//! policy is a [session policy](crate::session::ClientPolicy). There is no clock, no thread and no I/O.

pub mod arrival;
mod draft;
pub mod laws;
pub mod oracle;
pub mod policies;
pub mod policy;
pub mod quirk;
mod reader;
mod request;
pub mod rules;
pub mod run;

pub use arrival::{Arrival, HopChange};
pub use oracle::{BoundaryFate, HopDefect, HopOracles, OracleFinding};
pub use policies::POLICIES;
pub use policy::HopPolicy;
pub use reader::HopReader;
pub use request::{Field, HopRequest};
pub use run::{Hop, Passage, Route, Stage, run};

#[cfg(test)]
mod tests;
