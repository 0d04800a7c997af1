//! What is made of readings: findings, hunts, measurements and report formats.
//!
//! [`judge`] asks readers about an input. The readings fall into groups, and where those disagree there is a
//! [finding](judge::finding). [`hunt`] looks for inputs that have findings; [`measure`] tells how one program reads.
//! [`mod@format`] draws all of that, or writes it for other tools.

pub mod engine;
pub mod format;
pub mod hop;
pub mod hunt;
pub mod judge;
pub mod limits;
pub mod measure;
pub mod session;

#[cfg(test)]
mod toy;
