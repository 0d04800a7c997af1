//! dpkg-source: it looks which files a patch is for, and then has GNU patch apply it.

use parsers::End;

use super::scratch::{CommandOutput, ScratchFolder};
use crate::{Detail, Failure, Seen};

/// Prints the names of what is patched, each with NUL after it.
const ANALYZE: &str = "my $patch = Dpkg::Source::Patch->new(filename => $ARGV[0]); \
    print map { \"$_\\0\" } @{$patch->analyze('b', verbose => 0)->{patchorder}}";
/// Applies the patch to the current folder.
const APPLY: &str = "Dpkg::Source::Patch->new(filename => $ARGV[0])->apply('.', verbose => 0, force_timestamp => 0)";

/// Reads a patch: which files it is for.
pub fn read(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Files;
    let scratch = ScratchFolder::new(input)?;
    let ran = perl(&scratch, ANALYZE)?;
    let names = ran.out.split(|byte| *byte == 0);
    for name in names.filter(|name| !name.is_empty()) {
        seen.take_name(name, input.len());
    }
    seen.end_stream(match ran.code {
        Some(0) => End::Complete,
        _ => End::Rejected,
    });
    Ok(())
}

/// Applies the input to the tree.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    Ok(perl(scratch, APPLY)?.code == Some(0))
}

fn perl(scratch: &ScratchFolder, script: &str) -> Result<CommandOutput, Failure> {
    let input = scratch.named("input");
    scratch.run("perl", &["-MDpkg::Source::Patch", "-e", script, &input])
}
