//! Schedules played against real clients: a scripted server holds every reply behind a gate, and a driver, a process
//! with the client in it, reads line by line what to ask and what to give up.
//!
//! The result is a [`Run`](parsers::session::Run), as it is of a schedule that is played with a policy: the same
//! oracles judge both. Nothing waits for a fixed time where an event can be waited for.

mod again;
mod batch;
pub mod clients;
mod driver;
mod ending;
mod link;
mod play;
pub mod protocol;
mod serve;
mod server;
mod wait;

pub use batch::has_batch;
pub use clients::{CLIENTS, ReplayClient, of_command};
pub use play::{PlayedSchedule, play, version};

#[cfg(test)]
mod tests;
