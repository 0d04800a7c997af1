//! Versions in what programs say.

/// The first number with a dot in a text, with what belongs to it.
pub(crate) fn version_in(said: &str) -> Option<String> {
    let is_part = |char: char| char.is_ascii_alphanumeric() || "._+-~".contains(char);
    let words = said.split(|char| !is_part(char));
    let words = words.map(|word| word.trim_start_matches(|char: char| !char.is_ascii_digit()));
    let mut versions = words.filter(|word| {
        let mut parts = word.split('.');
        let first = parts.next().unwrap_or("");
        let is_number = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        is_number
            && parts
                .next()
                .is_some_and(|part| part.starts_with(|char: char| char.is_ascii_digit()))
    });
    versions
        .next()
        .map(|word| word.trim_end_matches(['.', '-', '_']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_the_first_number_with_a_dot() {
        for (said, version) in [
            ("nginx version: nginx/1.22.1\n", Some("1.22.1")),
            (
                "HAProxy version 2.6.12-1+deb12u4 2025/",
                Some("2.6.12-1+deb12u4"),
            ),
            ("v20.20.2", Some("20.20.2")),
            ("go1.27.3", Some("1.27.3")),
            ("Squid Cache: Version 5.7", Some("5.7")),
            ("Debian dpkg-source version 1.21.22.", Some("1.21.22")),
            ("Mercurial Distributed SCM (version 6.3.2)", Some("6.3.2")),
            ("no module 3", None),
            ("", None),
        ] {
            assert_eq!(version_in(said).as_deref(), version);
        }
    }
}
