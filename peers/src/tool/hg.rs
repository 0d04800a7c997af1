//! Mercurial: import builds a tree, and does not show what it reads.

use super::scratch::ScratchFolder;
use crate::{Failure, Seen};

/// Nothing of a reading shows.
pub fn read(_: &[u8], _: &mut Seen) -> Result<(), Failure> {
    Err(Failure::Unknown(
        "it shows what it builds, and no hunk".to_owned(),
    ))
}

/// Makes a repository of the tree, and applies the input to it.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let line = "hg init && hg add --quiet && hg import --quiet --force --no-commit \"$0\"";
    let ran = scratch.script(&["hg"], line, &[&scratch.named("input")])?;
    scratch.remove_rejects("rej")?;
    Ok(ran.code == Some(0))
}
