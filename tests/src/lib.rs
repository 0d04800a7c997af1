//! What the tests share: inputs drawn by chance, the oracle that holds every law on them, and where
//! the repository is.

pub use corpus::draw;
pub mod intent;
pub mod oracle;
pub mod sessions;

use std::path::{Path, PathBuf};

/// The root of the repository that this was built from.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}
