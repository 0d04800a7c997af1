//! What is made of readings: findings, hunts, measurements and report formats.
//!
//! A [`panel`] judges an input; the readings fall into groups, and where they part there is a
//! [`finding`], which is drawn ([`picture`]) or written in one of the formats that other tools read.

pub mod panel;

pub mod ask;

pub mod chain;

pub mod dialect_file;

pub mod shipped;

pub mod deployed;

pub mod weigh;

pub mod relax;

pub mod climb;

pub mod intent;

pub mod learn;

pub mod misses;

pub mod group;

pub mod finding;

pub mod confirm;

pub mod direction;

pub mod picture;

pub mod engine;

pub mod entry;

pub mod omission;

pub mod json;

pub mod rulebook;
pub mod sarif;

pub mod junit;

pub mod markdown;

pub mod html;

pub mod session;

pub mod hop;

pub mod hunt;

pub mod probe;

pub mod limits;

#[cfg(test)]
mod toy;
