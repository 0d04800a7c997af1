//! Commands for ed, and those of normal diffs, among the lines before a header.

/// What may be a script: where its first command stands, the letter of that, and whether the last line of digits was one for
/// diff.
#[derive(Default)]
pub(super) struct Commands {
    pub first: Option<usize>,
    pub letter: Option<u8>,
    pub is_command: bool,
}

impl Commands {
    /// Takes a line; whether it is the first command.
    pub(super) fn take(&mut self, at: usize, line: &[u8], is_headed: bool) -> bool {
        if line.first().is_some_and(u8::is_ascii_digit) {
            self.is_command = is_diff_command(line);
        }
        if is_headed && self.first.is_none() {
            let letter = command(line);
            if letter.is_some() || self.is_command {
                (self.first, self.letter) = (Some(at), letter);
                return true;
            }
        }
        false
    }
}

/// Whether a line that begins with digits is a command of a normal diff, as `1,2c3`.
fn is_diff_command(line: &[u8]) -> bool {
    let numbers = |text: &[u8]| {
        let is_number = |byte: &&u8| byte.is_ascii_digit() || **byte == b',';
        text.iter().take_while(is_number).count()
    };
    let rest = line.get(numbers(line)..).unwrap_or(&[]);
    let Some((b'a' | b'c' | b'd', rest)) = rest.split_first() else {
        return false;
    };
    let rest = rest.get(numbers(rest)..).unwrap_or(&[]);
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let rest = rest.get(blanks.count()..).unwrap_or(&[]);
    matches!(rest, b"\n" | b"\r\n")
}

/// The letter of a command for ed.
pub(super) fn command(line: &[u8]) -> Option<u8> {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = line.get(digits(line)..)?;
    let mut is_pair = false;
    if rest.len() < line.len()
        && let Some(more) = rest.strip_prefix(b",")
    {
        let count = digits(more);
        if count == 0 {
            return None;
        }
        (rest, is_pair) = (more.get(count..)?, true);
    }
    let (letter, rest) = rest.split_first()?;
    let rest = match letter {
        b'a' | b'i' if is_pair => return None,
        b'a' | b'i' | b'c' | b'd' => rest,
        b's' => rest.strip_prefix(b"/.//")?,
        _ => return None,
    };
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    (rest.get(blanks.count()) == Some(&b'\n')).then_some(*letter)
}
