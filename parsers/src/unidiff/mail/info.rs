//! A mail taken apart as git mailinfo does: the lines of its patch, and whether it says who wrote it.
//!
//! See mailinfo.c of git. Charsets are left as they are.

mod author;
mod body;
mod date;

use super::format::trim_start;
use body::Body;

/// What a mail is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Its patch, decoded; empty where it has none.
    pub patch: Vec<u8>,
    /// Whether a commit can be made of it: it says who wrote it, and, if it says when, a time, and its text has no NUL.
    pub makes_commit: bool,
}

/// The fields that become a part of a commit, as a mail has them in its header, or at the beginning of its text.
#[derive(Default)]
struct Fields {
    from: Option<Vec<u8>>,
    date: Option<Vec<u8>>,
    has_subject: bool,
}

impl Fields {
    /// Takes a line; one that is known is kept unless it may be replaced. Whether it is a field of these.
    fn take(&mut self, line: &[u8], replaces: bool) -> bool {
        for (name, known) in [(&b"From"[..], &mut self.from), (b"Date", &mut self.date)] {
            if (known.is_none() || replaces)
                && let Some(value) = field(line, name)
            {
                *known = Some(value.to_vec());
                return true;
            }
        }
        let is_subject = (!self.has_subject || replaces) && field(line, b"Subject").is_some();
        self.has_subject |= is_subject;
        is_subject
    }

    /// Whether a line is one of these, of which there is none yet.
    fn lacks(&self, line: &[u8]) -> bool {
        self.from.is_none() && field(line, b"From").is_some()
            || !self.has_subject && field(line, b"Subject").is_some()
            || self.date.is_none() && field(line, b"Date").is_some()
    }
}

/// The value of the field of this name, if the line is one, in whatever letters. A NUL ends it.
fn field<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.strip_prefix(b":")?;
    let value = value.split(|byte| *byte == 0).next().unwrap_or(value);
    found.eq_ignore_ascii_case(name).then(|| trim_start(value))
}

/// Takes a mail apart; none where there is nothing in it.
pub fn of(mail: &[u8]) -> Option<Info> {
    let mut rest = trim_start(mail);
    if rest.is_empty() {
        return None;
    }
    let (mut fields, mut body) = (Fields::default(), Body::default());
    let last = loop {
        match header_line(&mut rest) {
            Ok(line) if fields.take(&line, true) => {}
            Ok(line) => body.content_field(&line),
            Err(line) => break line,
        }
    };
    body.read(last, rest, &mut fields);
    let has_patch = !body.patch.is_empty();
    let own = |own: Option<Vec<u8>>, field| own.filter(|_| has_patch).or(field);
    let from = own(body.own.from, fields.from);
    let date = own(body.own.date, fields.date);
    Some(Info {
        makes_commit: !body.has_nul
            && from.is_some_and(|from| author::is_named(&from))
            && date.is_none_or(|date| date::is_time(&date)),
        patch: body.patch,
    })
}

/// The next field, with the lines that it is folded into; or the line behind the header, with a newline.
fn header_line(rest: &mut &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    let Some(line) = next_line(rest) else {
        return Err(Vec::new());
    };
    let mut line = line.trim_ascii_end().to_vec();
    if !is_header(&line) {
        line.push(b'\n');
        return Err(line);
    }
    while matches!(rest.first(), Some(b' ' | b'\t')) {
        let Some(more) = next_line(rest) else { break };
        line.push(b' ');
        line.extend_from_slice(more.get(1..).unwrap_or(&[]).trim_ascii_end());
    }
    Ok(line)
}

fn is_header(line: &[u8]) -> bool {
    if line.starts_with(b"From ") || line.starts_with(b">From ") {
        return true;
    }
    let name = line
        .iter()
        .take_while(|byte| matches!(byte, 33..=57 | 59..=126));
    line.get(name.count()) == Some(&b':')
}

/// The next line with its end.
fn next_line<'i>(rest: &mut &'i [u8]) -> Option<&'i [u8]> {
    let line = rest.split_inclusive(|byte| *byte == b'\n').next()?;
    *rest = rest.get(line.len()..).unwrap_or(&[]);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(mail: &str) -> (String, bool) {
        let info = of(mail.as_bytes()).unwrap_or_default();
        let patch = String::from_utf8_lossy(&info.patch).into_owned();
        (patch, info.makes_commit)
    }

    #[test]
    fn the_patch_begins_at_the_first_line_that_may_begin_one() {
        let patch = |mail: &str| info(mail).0;
        for line in ["---", "--- ", "--- a/x", "diff -u", "Index: x"] {
            let mail = format!("From: A <a@b>\n\nText\n{line}\nx\n");
            assert_eq!(patch(&mail), format!("{line}\nx\n"));
        }
        for line in ["--- ", "---x", "+++ b/x", "@@ -1 +1 @@", "diff"] {
            let mail = format!("From: A <a@b>\n\nText\n{line}\n");
            let begins = line == "--- ";
            assert_eq!(!patch(&mail).is_empty(), begins, "{line}");
        }
    }

    #[test]
    fn fields_at_the_beginning_of_the_text_are_no_text() {
        let (patch, makes_commit) = info("Subject: x\n\nFrom: A <a@b>\n --- a/x\n\n---\nx\n");
        assert_eq!((patch.as_str(), makes_commit), ("---\nx\n", true));
        let (_, makes_commit) = info("Subject: x\n\nText\nFrom: A <a@b>\n---\nx\n");
        assert!(!makes_commit);
        let (_, makes_commit) = info("From: A <a@b>\nDate: Thu, 1 Jan\n\n---\nx\n");
        assert!(!makes_commit);
    }

    #[test]
    fn a_nul_ends_a_field_and_makes_no_commit_of_a_text() {
        let makes_commit = |mail: &str| info(mail).1;
        assert!(makes_commit(
            "From: A <a@b>\0\nSubject: x\0y\n\nText\n---\nx\n"
        ));
        assert!(!makes_commit(
            "From: A\0 <a@b>\nSubject: x\n\nText\n---\nx\n"
        ));
        assert!(!makes_commit(
            "From: A <a@b>\nSubject: x\n\nText\0\n---\nx\n"
        ));
        assert!(makes_commit(
            "From: A <a@b>\nSubject: x\n\nText\n---\nx\0\n"
        ));
    }

    #[test]
    fn parts_are_decoded_and_what_stands_outside_is_left_out() {
        let mail = "From: A <a@b>\nContent-Type: multipart/mixed; boundary=\"B\"\n\n--- out\n--B\n\
            Content-Transfer-Encoding: base64\n\nLS0tIGEK\n--B\nContent-Transfer-Encoding: quoted-printable\n\n\
            =2B+=\n+ b\n--B--\n--- out\n";
        assert_eq!(info(mail).0, "--- a\n+++ b\n\n");
    }

    #[test]
    fn flowed_lines_are_joined() {
        let mail = "From: A <a@b>\nContent-Type: text/plain; format=flowed\n\n--- \na b \n c\n";
        assert_eq!(info(mail).0, "--- a b c\n");
    }
}
