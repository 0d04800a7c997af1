//! Subversion: patch builds a tree, and does not show what it reads.

use super::scratch::Scratch;
use crate::{Failure, Seen};

/// Nothing of a reading shows.
pub fn read(_: &[u8], _: &mut Seen) -> Result<(), Failure> {
    Err(Failure::Unknown(
        "it shows hunks that do not apply as it wanted, and no others".to_owned(),
    ))
}

/// Makes a working copy of the tree, and applies the input to it. What was left out is told in the end, by no exit code.
pub fn build(scratch: &Scratch) -> Result<bool, Failure> {
    let line = "svnadmin create \"$1/repository\" && \
        svn() { command svn \"$@\" --quiet --non-interactive --config-dir \"$folder/config\"; } && folder=$1 && \
        svn checkout --force \"file://$1/repository\" . && svn add --force --no-ignore . && \
        command svn patch --non-interactive --config-dir \"$1/config\" --strip 1 \"$0\" .";
    let (input, free) = (scratch.named("input"), scratch.named("free"));
    let ran = scratch.run("sh", &["-c", line, &input, &free])?;
    scratch.remove_rejects("svnpatch.rej")?;
    let leaves_out = b"Summary of conflicts:";
    let is_whole = !ran
        .out
        .windows(leaves_out.len())
        .any(|text| text == leaves_out);
    Ok(ran.code == Some(0) && is_whole)
}
