//! busybox patch: it builds a tree, and does not show what it reads.

use super::scratch::Scratch;
use crate::{Failure, Seen};

/// Nothing of a reading shows.
pub fn read(_: &[u8], _: &mut Seen) -> Result<(), Failure> {
    Err(Failure::Unknown(
        "it shows the first hunk of a file that does not apply, and no other".to_owned(),
    ))
}

/// Applies the input to the tree.
pub fn build(scratch: &Scratch) -> Result<bool, Failure> {
    let ran = scratch.run("busybox", &["patch", "-p1", "-i", &scratch.named("input")])?;
    Ok(ran.code == Some(0))
}
