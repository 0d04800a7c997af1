//! Subversion: patch builds a tree, and does not show what it reads.

use super::scratch::ScratchFolder;
use crate::{Failure, Seen};

/// Nothing of a reading shows.
pub fn read(_: &[u8], _: &mut Seen) -> Result<(), Failure> {
    Err(Failure::Unknown(
        "it shows hunks that do not apply as it wanted, and no others".to_owned(),
    ))
}

/// Makes a working copy of the tree, and applies the input to it. Of names under a line `diff --git` it uses the first
/// directory off by itself. It reports what was left out at the end, by no exit code.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let patch = std::fs::read(scratch.path("input")).unwrap_or_default();
    let mut lines = patch.split(|byte| *byte == b'\n');
    let strip = match lines.any(|line| line.starts_with(b"diff --git ")) {
        true => "0",
        false => "1",
    };
    let line = "svnadmin create \"$1/repository\" && \
        svn() { command svn \"$@\" --quiet --non-interactive --config-dir \"$folder/config\"; } && folder=$1 && \
        svn checkout --force \"file://$1/repository\" . && svn add --force --no-ignore . && \
        command svn patch --non-interactive --config-dir \"$1/config\" --strip \"$2\" \"$0\" .";
    let (input, free) = (scratch.named("input"), scratch.named("free"));
    let ran = scratch.script(&["svn", "svnadmin"], line, &[&input, &free, strip])?;
    scratch.remove_rejects("svnpatch.rej")?;
    let leaves_out = b"Summary of conflicts:";
    let is_whole = !ran
        .out
        .windows(leaves_out.len())
        .any(|text| text == leaves_out);
    Ok(ran.code == Some(0) && is_whole)
}
