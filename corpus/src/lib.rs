//! The cases, and real traffic that becomes cases.
//!
//! A [`Case`] is one file: an input, what the specification says of it, and why it is there.
//! [`import`] makes cases of captures, with everything private in them replaced by filler.

pub mod built_in;
pub mod case;
pub mod draw;
pub mod error;
pub mod escape;
pub mod file;
pub mod gate;
pub mod generate;
pub mod hop;
pub mod import;
pub mod intent;
pub mod lock;
pub mod number;
pub mod scrub;
pub mod session;
pub mod traffic;

pub use case::{Case, Expect, StatedReading, find_corpus, load_family};
pub use error::CorpusError;
pub use hop::HopCase;
pub use session::SessionCase;
