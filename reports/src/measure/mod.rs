//! What one program does: as a server that is probed, behind a front, and as a dialect that is learned of it.

pub mod chain;
pub mod climb;
pub mod learn;
pub mod misses;
pub mod probe;
