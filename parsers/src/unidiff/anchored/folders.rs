//! The lines that diff writes between files where it compares folders.

/// Whether the line is one of these. The names in it may be any bytes.
pub(super) fn is_of_folders(line: &[u8]) -> bool {
    if let Some(options) = line.strip_prefix(b"diff -") {
        let mut of_git = [b"-git".as_slice(), b"-cc", b"-combined"].into_iter();
        return !of_git.any(|option| options.starts_with(option));
    }
    let names = |start: &str| line.strip_prefix(start.as_bytes());
    names("File ").is_some_and(|names| holds(names, b" while file "))
        || names("Only in ").is_some_and(|names| holds(names, b": "))
        || names("Common subdirectories: ").is_some_and(|names| holds(names, b" and "))
        || names("Binary files ").is_some_and(|names| names.ends_with(b" differ"))
}

fn holds(names: &[u8], word: &[u8]) -> bool {
    names.windows(word.len()).any(|window| window == word)
}
