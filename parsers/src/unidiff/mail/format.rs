//! The mails in what `git am` is given: a mailbox, one mail alone, or a patch of StGit or of Mercurial.
//!
//! See builtin/am.c of git, `detect_patch_format`, and builtin/mailsplit.c.

use super::split;

/// How what is given is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Mailbox,
    Stgit,
    Mercurial,
}

/// The mails, each as it is then taken apart; none where the format is none that is known.
pub fn mails(input: &[u8]) -> Option<Vec<Vec<u8>>> {
    Some(match detected(input)? {
        Format::Mailbox => split_mailbox(input),
        Format::Stgit => vec![of_stgit(input)],
        Format::Mercurial => vec![of_mercurial(input)],
    })
}

/// What the first lines say.
fn detected(input: &[u8]) -> Option<Format> {
    let mut lines = lines(input).map(text).skip_while(|line| line.is_empty());
    let first = lines.next()?;
    if first.starts_with(b"From ") || first.starts_with(b"From: ") {
        return Some(Format::Mailbox);
    }
    if first == b"# HG changeset patch" {
        return Some(Format::Mercurial);
    }
    // It would be a list of other files.
    if first.starts_with(b"# This series applies on GIT commit") {
        return None;
    }
    let (second, third) = (lines.next(), lines.next().unwrap_or(&[]));
    let fields: [&[u8]; 3] = [b"From:", b"Author:", b"Date:"];
    if second.is_none_or(<[u8]>::is_empty) && fields.iter().any(|field| third.starts_with(field)) {
        return Some(Format::Stgit);
    }
    is_mail(input).then_some(Format::Mailbox)
}

/// Whether all lines up to an empty one are fields of a header. An input that begins with an empty line has none that
/// is not.
fn is_mail(input: &[u8]) -> bool {
    let mut header = lines(input).map(text).take_while(|line| !line.is_empty());
    header.all(|line| matches!(line.first(), Some(b' ' | b'\t')) || is_field(line))
}

fn is_field(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take_while(|byte| matches!(byte, b'!'..=b'9' | b';'..=b'~'));
    let length = name.count();
    length > 0 && line.get(length) == Some(&b':')
}

/// Every line with its end.
fn lines(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    input.split_inclusive(|byte| *byte == b'\n')
}

/// A line without its end, CR LF too.
fn text(line: &[u8]) -> &[u8] {
    match line.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => line,
    }
}

/// Each mail of a mailbox; one that does not begin as a mailbox does is one mail. Lines lose a CR before their LF.
fn split_mailbox(input: &[u8]) -> Vec<Vec<u8>> {
    let input = trim_start(input);
    let spans = match lines(input).next().is_some_and(split::begins) {
        true => split::each(input),
        false => vec![(0, input.len())],
    };
    let mail = |(start, end)| {
        let mut mail = Vec::new();
        for line in lines(input.get(start..end).unwrap_or(&[])) {
            mail.extend_from_slice(text(line));
            mail.extend(line.ends_with(b"\n").then_some(b'\n'));
        }
        mail
    };
    spans.into_iter().map(mail).collect()
}

/// `input` from the first byte on that is no space in C.
pub(super) fn trim_start(input: &[u8]) -> &[u8] {
    let spaces = input.iter().take_while(|byte| is_space(**byte));
    input.get(spaces.count()..).unwrap_or(&[])
}

/// Whether it is a space in C: those of ASCII, and a vertical tab.
pub(super) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}

/// The mail that a patch of StGit says: its fields and its subject, in whatever order, up to the second line that is none.
fn of_stgit(input: &[u8]) -> Vec<u8> {
    let mut mail = Vec::new();
    let mut has_subject = false;
    let mut rest = input;
    while let Some(line) = lines(rest).next() {
        rest = rest.get(line.len()..).unwrap_or(&[]);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if line.iter().all(|byte| is_space(*byte)) {
            continue;
        }
        if let Some(author) = line.strip_prefix(b"Author:") {
            mail.extend([&b"From:"[..], author, b"\n"].concat());
        } else if line.starts_with(b"From") || line.starts_with(b"Date") {
            mail.extend([line, b"\n"].concat());
        } else if has_subject {
            mail.extend([&b"\n"[..], line, b"\n"].concat());
            break;
        } else {
            mail.extend([&b"Subject: "[..], line, b"\n"].concat());
            has_subject = true;
        }
    }
    mail.extend_from_slice(rest);
    mail
}

/// The mail that a patch of Mercurial says: from the user, and then what follows the lines that begin with `# `.
fn of_mercurial(input: &[u8]) -> Vec<u8> {
    let mut mail = Vec::new();
    let mut rest = input;
    while let Some(line) = lines(rest).next() {
        rest = rest.get(line.len()..).unwrap_or(&[]);
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if let Some(user) = line.strip_prefix(b"# User ") {
            mail.extend([&b"From: "[..], user, b"\n"].concat());
        } else if !line.starts_with(b"# ") {
            mail.extend([&b"\n"[..], line, b"\n"].concat());
            break;
        }
    }
    mail.extend_from_slice(rest);
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_no_mail_is_refused() {
        assert_eq!(mails(b"--- a/x\n+++ b/x\n"), None);
        assert_eq!(
            mails(b"From the tree\n\n--- a/x\n").map(|all| all.len()),
            Some(1)
        );
        assert_eq!(
            mails(b"Subject: x\n y\n\nText\n").map(|all| all.len()),
            Some(1)
        );
        assert_eq!(mails(b"Subject: x\nprose\n\n"), None);
        assert_eq!(
            mails(b"\n\ndiff --git a/x b/x\n").map(|all| all.len()),
            Some(1)
        );
        assert_eq!(mails(b"\n\n"), None);
    }

    #[test]
    fn a_mailbox_is_split_where_its_mails_begin() {
        let from = "From a Mon Sep 17 00:00:00 2001\r\n";
        let all = mails(format!("{from}x\n{from}y\r\n").as_bytes());
        let mail = |text: &str| format!("{}{text}\n", from.replace('\r', "")).into_bytes();
        assert_eq!(all, Some(vec![mail("x"), mail("y")]));
    }

    #[test]
    fn patches_of_other_tools_become_mails() {
        let stgit = b"What it does\n\nFrom: A <a@b>\n\nMore\n---\n";
        let mail = b"Subject: What it does\nFrom: A <a@b>\n\nMore\n---\n".to_vec();
        assert_eq!(mails(stgit), Some(vec![mail]));
        let mercurial = b"# HG changeset patch\n# User A <a@b>\n# Parent 0\nText\n\ndiff\n";
        let mail = b"From: A <a@b>\n\nText\n\ndiff\n".to_vec();
        assert_eq!(mails(mercurial), Some(vec![mail]));
    }
}
