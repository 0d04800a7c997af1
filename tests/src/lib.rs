//! What the tests share: where the repository is.

use std::path::{Path, PathBuf};

/// The root of the repository that this was built from.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}
