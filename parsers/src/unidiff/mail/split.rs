//! Where the mails of a mailbox begin.

/// Each mail: its first byte, and the byte after it. What stands before the first is of no mail; an input without a line
/// that begins one has none.
pub(super) fn each(input: &[u8]) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        if begins(line) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([input.len()]);
    starts.iter().copied().zip(ends).collect()
}

/// Whether a line is the first of a mail: `From `, ..., a time with seconds or minutes at its end, and a year.
pub(super) fn begins(line: &[u8]) -> bool {
    // A colon among the last two bytes is none of a time.
    let front = line.get(..line.len().saturating_sub(2)).unwrap_or(&[]);
    let Some(colon) = memchr::memrchr(b':', front) else {
        return false;
    };
    let digit = |at: Option<usize>| {
        at.and_then(|at| line.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let year = line.get(colon + 3..).unwrap_or(&[]).trim_ascii_start();
    let digits = year.iter().take_while(|byte| byte.is_ascii_digit());
    let year = digits.fold(0u64, |year, digit| {
        year.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    line.len() >= 20
        && line.starts_with(b"From ")
        && [4, 2, 1].iter().all(|back| digit(colon.checked_sub(*back)))
        && [1, 2].iter().all(|on| digit(Some(colon + on)))
        && year > 90
}
