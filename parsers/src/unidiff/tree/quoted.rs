//! Names as the tools that are followed line by line quote them.

/// A name in quotes, as in C, and what follows them; none where it is written otherwise, or in no quotes.
pub(super) fn quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (escaped, after) = rest.split_first()?;
                rest = after;
                name.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    b'\\' | b'"' => *escaped,
                    b'0'..=b'3' => {
                        let digit = |at: usize| {
                            let digit = rest.get(at).filter(|digit| matches!(digit, b'0'..=b'7'));
                            digit.map(|digit| digit - b'0')
                        };
                        let value = (escaped - b'0') << 6 | digit(0)? << 3 | digit(1)?;
                        rest = rest.get(2..)?;
                        value
                    }
                    _ => return None,
                });
            }
            _ => name.push(*byte),
        }
    }
}
