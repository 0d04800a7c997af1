//! Programs that are made to fail in one way: what a server's own faults, and those of its workers, do to its clients.

pub mod clicks;
pub mod mixup;
mod script;

pub use clicks::{Clicked, click};
pub use mixup::{NODES, Node, Observation, observe};
