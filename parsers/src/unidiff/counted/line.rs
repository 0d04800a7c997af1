//! What a line of text is.

/// Whether the line is the first of a mail.
pub(super) fn opens_mail(line: &[u8]) -> bool {
    let year = line.get(line.len().saturating_sub(4)..).unwrap_or(&[]);
    let colons = line.iter().filter(|byte| **byte == b':');
    let is_year = year.len() == 4 && year.iter().all(u8::is_ascii_digit);
    line.len() > 8 && line.starts_with(b"From ") && is_year && colons.count() > 1
}

/// Whether the line is one of those between files where folders are compared.
pub(super) fn compares_folders(line: &[u8]) -> bool {
    let within = |text: &[u8], part: &[u8]| text.windows(part.len()).any(|at| at == part);
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let [first, second, rest] = [(); 3].map(|()| words.next().unwrap_or(&[]));
    match (first, second) {
        (b"diff", [b'-', option @ ..]) => {
            let of_git: [&[u8]; 3] = [b"-git", b"-cc", b"-combined"];
            !of_git.iter().any(|of_git| option.starts_with(of_git))
        }
        (b"Only", b"in") => within(rest, b": "),
        (b"Common", b"subdirectories:") => within(rest, b" and "),
        (b"File", _) => within(line.get(5..).unwrap_or(&[]), b" while file "),
        (b"Binary", b"files") => rest.ends_with(b" differ"),
        _ => false,
    }
}

/// Whether the line is an extended header line, and then whether it moves a file.
pub(super) fn extended_header(line: &[u8]) -> Option<bool> {
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let [first, second, third] = [words.next()?, words.next()?, words.next().unwrap_or(&[])];
    // The last of the words that begin the line is followed by a blank.
    let after_two = words.next().is_some() || line.len() > first.len() + 1 + second.len();
    match (first, second) {
        (b"index", _) => Some(false),
        (b"copy" | b"rename", b"from" | b"to") if after_two => Some(true),
        (b"old" | b"new", b"mode") | (b"similarity" | b"dissimilarity", b"index") if after_two => {
            Some(false)
        }
        (b"Binary", b"files") if after_two => Some(false),
        (b"new" | b"deleted", b"file") if third == b"mode" => line
            .get(first.len() + b" file mode".len())
            .is_some_and(|byte| *byte == b' ')
            .then_some(false),
        _ => None,
    }
}
