//! Readers of an input, and what their readings are worth: from verdicts over groups to a finding.

pub mod ask;
pub mod confirm;
pub mod deployed;
pub mod dialect_file;
pub mod direction;
pub mod facts;
pub mod finding;
pub mod group;
pub mod intent;
pub mod panel;
mod reading;
pub mod relax;
mod reported;
pub mod seat;
pub mod shipped;
pub mod weigh;
