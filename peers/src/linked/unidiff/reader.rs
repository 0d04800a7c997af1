//! What unidiff reads.

use parsers::End;
use unidiff::PatchSet;

use crate::{Detail, Failure, Peer, Pieces, Seen};

pub(super) struct Unidiff;

impl Peer for Unidiff {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        seen.detail = Detail::Lines;
        let mut patches = PatchSet::new();
        let parsed = patches.parse_bytes(input);
        for file in patches.files() {
            let name = match file.target_file.as_str() {
                "/dev/null" => &file.source_file,
                name => name,
            };
            for hunk in file.hunks() {
                let lines: Vec<(u8, &[u8])> = hunk
                    .lines()
                    .iter()
                    .filter_map(|line| {
                        let mark = *line.line_type.as_bytes().first().unwrap_or(&b' ');
                        (mark != b'\\').then_some((mark, line.value.as_bytes()))
                    })
                    .collect();
                seen.take_located_hunk(name.as_bytes(), &lines, input);
            }
        }
        seen.end_stream(match parsed {
            Ok(()) => End::Complete,
            Err(_) => End::Rejected,
        });
        Ok(())
    }
}
