//! Which reply belongs to which request: clients, connections and a server over time.
//!
//! The bytes are never ambiguous here; the order of events is. A [`Schedule`] is a text of events; a
//! [`ClientPolicy`] says what clients do where clients differ; [`run::run`] plays the one with the other, and
//! [`explore::explore`] plays every schedule within bounds. Oracles name what is wrong with what came
//! of it; [`walk::walk`] goes beyond the bounds, one session at a time. There is no clock, no thread and no I/O: a timeout is an event like any other.

mod canonical;
mod enabled;
pub mod event;
pub mod explore;
pub mod laws;
pub mod list;
pub mod mixup;
pub mod oracle;
pub mod policies;
pub mod policy;
pub mod quirk;
pub mod quirks;
pub mod reason;
pub mod rules;
pub mod run;
pub mod schedule;
mod server;
pub mod state;
pub mod step;
mod table;
pub mod walk;

pub use event::{Event, Tag};
pub use explore::{Bound, Exploration, explore, explore_while};
pub use oracle::{Fault, SessionOracles, SessionVerdict};
pub use policies::POLICIES;
pub use policy::ClientPolicy;
pub use quirks::Quirks;
pub use reason::{Class, Reason};
pub use run::{Run, run};
pub use schedule::Schedule;

#[cfg(test)]
mod tests;
