//! The lines that diff writes between files where it compares folders.

/// Whether the line is one of these.
pub(super) fn is_of_folders(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else {
        // A name may be any bytes: what they are does not matter here.
        return is_of_folders(String::from_utf8_lossy(line).as_bytes());
    };
    if let Some(options) = line.strip_prefix("diff -") {
        let mut of_git = ["-git", "-cc", "-combined"].iter();
        return !of_git.any(|option| options.starts_with(option));
    }
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    match first {
        "File" => rest.split_once(" while file ").is_some(),
        "Only" => {
            let rest = rest.strip_prefix("in ");
            rest.and_then(|rest| rest.split_once(": ")).is_some()
        }
        "Common" => {
            let rest = rest.strip_prefix("subdirectories: ");
            rest.and_then(|rest| rest.split_once(" and ")).is_some()
        }
        "Binary" => {
            let rest = rest.strip_prefix("files ");
            rest.is_some_and(|rest| rest.ends_with(" differ"))
        }
        _ => false,
    }
}
