//! filterdiff of patchutils: what it leaves of a patch when all lines that are none of one are removed.

use parsers::End;

use super::scratch::ScratchFolder;
use crate::{Detail, Failure, Seen};

/// Reads a patch.
pub fn read(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Lines;
    let scratch = ScratchFolder::new(input)?;
    let arguments = ["--clean", "--annotate", &scratch.named("input")];
    let ran = scratch.run("filterdiff", &arguments)?;
    let mut rows = ran.out.split_inclusive(|byte| *byte == b'\n');
    while let Some(row) = rows.next() {
        let Some((name, [mut old, mut new])) = hunk(row) else {
            continue;
        };
        let mut lines: Vec<(u8, &[u8])> = Vec::new();
        // It has counted them too.
        while old > 0 || new > 0 {
            let Some(row) = rows.next() else { break };
            let row = row.strip_suffix(b"\n").unwrap_or(row);
            let (mark, text) = match row.split_first() {
                Some((mark @ (b' ' | b'-' | b'+'), text)) => (*mark, text),
                None => (b' ', row),
                Some(_) => continue,
            };
            old = old.saturating_sub(u64::from(mark != b'+'));
            new = new.saturating_sub(u64::from(mark != b'-'));
            lines.push((mark, text));
        }
        if !lines.is_empty() {
            seen.take_located_hunk(name, &lines, input);
        }
    }
    seen.end_stream(match ran.code {
        Some(0) => End::Complete,
        _ => End::Rejected,
    });
    Ok(())
}

/// The file and the counts of a hunk, of the line that is its header and is marked with the name of the file.
fn hunk(row: &[u8]) -> Option<(&[u8], [u64; 2])> {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let rest = row.strip_prefix(b"@@ -")?;
    let mut fields = rest.splitn(3, |byte| *byte == b' ');
    let (old, new, marked) = (fields.next()?, fields.next()?, fields.next()?);
    let marked = marked.strip_prefix(b"@@ Hunk #")?;
    let comma = marked.iter().position(|byte| *byte == b',')?;
    let name = marked.get(comma + 2..)?;
    Some((name, [count(old)?, count(new.strip_prefix(b"+")?)?]))
}

/// The count in `START,COUNT` or `START`.
fn count(range: &[u8]) -> Option<u64> {
    let range = std::str::from_utf8(range).ok()?;
    match range.split_once(',') {
        Some((_, count)) => count.parse().ok(),
        None => Some(1),
    }
}
