//! Servers and proxies on this machine: started, asked over the loopback interface, and ended.

pub mod back;
pub mod chain;
pub mod client;
pub mod faulty;
pub mod front;
mod groups;
pub mod hop;
mod launch;
mod listener;
pub mod origin;
pub mod reader;
pub mod recorder;
pub mod response;
mod server;

pub use groups::{down, end_all, running, wait_if_ending};
pub(crate) use groups::{own_record, own_scratch, scratch};
pub use launch::Running;
pub use recorder::Recorder;
pub use server::{HopSide, Server, named, servers};

use parsers::Capability;
use parsers::http1::REQUEST;

/// The families whose messages the servers here read.
pub static LIVE: Capability<()> = Capability::new("a live server", &[(&REQUEST, ())]);

#[cfg(test)]
mod tests;
