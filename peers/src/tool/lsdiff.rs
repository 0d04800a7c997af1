//! lsdiff of patchutils: it tells on which line the header of each hunk stands.

use parsers::End;

use super::scratch::ScratchFolder;
use crate::{Detail, Failure, Seen};

/// Reads a patch.
pub fn read(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Headers;
    let scratch = ScratchFolder::new(input)?;
    let ran = scratch.run("lsdiff", &["-n", "-vv", &scratch.named("input")])?;
    let mut name: &[u8] = &[];
    // It tells of lines in order: each is counted once.
    let (mut line, mut at) = (1, 0);
    for row in ran.out.split(|byte| *byte == b'\n') {
        // Of a file its line, its number and its name; the row of a hunk begins with a tab.
        let mut fields = row.splitn(3, |byte| *byte == b'\t');
        match (fields.next(), fields.next(), fields.next()) {
            (Some(b""), Some(number), Some(_)) => {
                let number = std::str::from_utf8(number).ok();
                let number: Option<usize> = number.and_then(|number| number.parse().ok());
                let number = number.filter(|number| *number >= line);
                let number = number.ok_or_else(|| {
                    Failure::Rubbish("it tells of a hunk where there is none".to_owned())
                })?;
                while line < number {
                    let rest = input.get(at..).unwrap_or(&[]);
                    at = memchr::memchr(b'\n', rest).map_or(input.len(), |lf| at + lf + 1);
                    line += 1;
                }
                seen.take_header(name, at);
            }
            (Some(_), Some(_), Some(file)) => name = file,
            _ => {}
        }
    }
    seen.end_stream(match ran.code {
        Some(0) => End::Complete,
        _ => End::Rejected,
    });
    Ok(())
}
