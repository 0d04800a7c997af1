//! busybox patch: it builds a tree, and does not show what it reads.

use super::scratch::ScratchFolder;
use crate::{Failure, Seen};

/// Nothing of a reading shows.
pub fn read(_: &[u8], _: &mut Seen) -> Result<(), Failure> {
    Err(Failure::Unknown(
        "it shows the first hunk of a file that does not apply, and no other".to_owned(),
    ))
}

/// Applies the input to the tree. What it leaves behind of a file that it was writing is called `XXXXXX` instead of what
/// chance calls it.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let before = scratch.files("")?;
    let ran = scratch.run("busybox", &["patch", "-p1", "-i", &scratch.named("input")])?;
    if ran.code != Some(0) {
        let after = scratch.files("")?;
        for name in after.keys() {
            let front = name.len().saturating_sub(UNNAMED.len());
            let (path, letters) = name.split_at(front);
            let is_by_chance = letters.iter().all(u8::is_ascii_alphanumeric);
            if !before.contains_key(name) && after.contains_key(path) && is_by_chance {
                scratch.rename(name, &[path, UNNAMED].concat())?;
            }
        }
    }
    Ok(ran.code == Some(0))
}

/// What stands for letters by chance.
const UNNAMED: &[u8] = b"XXXXXX";
