//! git: apply, which counts the lines of each file, and am, which takes mails apart before.

use std::path::Path;

use parsers::End;

use super::end_of_file;
use super::scratch::ScratchFolder;
use crate::{Detail, Failure, Seen};

/// Reads a patch.
pub fn read(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Counts;
    let scratch = ScratchFolder::new(input)?;
    let end = count(&scratch, &scratch.named("input"), input, seen)?;
    seen.end_stream(end);
    Ok(())
}

/// Reads a mailbox as am does: split, then each mail cut into message and patch. A mail without a patch ends it.
pub(crate) fn read_mails(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    if !input.starts_with(b"From ") {
        return Err(Failure::Unknown("it is no mailbox".to_owned()));
    }
    seen.detail = Detail::Counts;
    let scratch = ScratchFolder::new(input)?;
    let split = scratch.run(
        "git",
        &[
            "mailsplit",
            &format!("-o{}", scratch.named("free")),
            &scratch.named("input"),
        ],
    )?;
    let mut end = match split.code {
        Some(0) => End::Complete,
        _ => End::Rejected,
    };
    for nth in 1..=MOST_MAILS {
        let mail = scratch.named(&format!("free/{nth:04}"));
        if end != End::Complete || !Path::new(&mail).exists() {
            break;
        }
        end = cut(&scratch, &mail, input, seen)?;
    }
    seen.end_stream(end);
    Ok(())
}

/// Reads one mail, which is cut into message and patch.
pub(crate) fn read_mail(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Counts;
    let scratch = ScratchFolder::new(input)?;
    let end = cut(&scratch, &scratch.named("input"), input, seen)?;
    seen.end_stream(end);
    Ok(())
}

/// Cuts the mail at a path, and takes what is counted of its patch.
fn cut(scratch: &ScratchFolder, mail: &str, input: &[u8], seen: &mut Seen) -> Result<End, Failure> {
    let line = "cd \"$1\" && git mailinfo message patch <\"$0\"";
    let cut = scratch.script(&["git"], line, &[mail, &scratch.named("free")])?;
    let patch = std::fs::read(scratch.path("free/patch")).unwrap_or_default();
    match cut.code {
        Some(0) if !patch.is_empty() => count(scratch, &scratch.named("free/patch"), input, seen),
        _ => Ok(End::Rejected),
    }
}

/// The most mails that are looked at.
const MOST_MAILS: usize = 100;

/// Takes what apply counts of the patch at a path.
fn count(
    scratch: &ScratchFolder,
    patch: &str,
    input: &[u8],
    seen: &mut Seen,
) -> Result<End, Failure> {
    let ran = scratch.run("git", &["apply", "--numstat", "-z", "-p1", patch])?;
    if ran.code != Some(0) {
        let said = String::from_utf8_lossy(&ran.err);
        // That there is no patch is an error to it, and none to others.
        return Ok(match said.contains("No valid patches in input") {
            true => End::Complete,
            false => End::Rejected,
        });
    }
    for row in ran
        .out
        .split(|byte| *byte == 0)
        .filter(|row| !row.is_empty())
    {
        let mut fields = row.splitn(3, |byte| *byte == b'\t');
        let mut number = || {
            let field = fields
                .next()
                .and_then(|field| std::str::from_utf8(field).ok());
            field.and_then(|field| field.parse().ok()).unwrap_or(0)
        };
        let (added, removed) = (number(), number());
        // A first directory has been taken off.
        let name = [b"b/", fields.next().unwrap_or(&[])].concat();
        let end = end_of_file(input, seen.taken());
        // A header without hunks, and one of a binary file, count alike.
        if (added, removed) == (0, 0) {
            continue;
        }
        seen.take_file(&name, added, removed, end);
    }
    Ok(End::Complete)
}

/// Applies the input to the tree.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let ran = scratch.run("git", &["apply", "-p1", &scratch.named("input")])?;
    Ok(ran.code == Some(0))
}

/// Commits the tree, then the mails of the input.
pub(crate) fn build_mails(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let line = "git init -q && git config user.name a && git config user.email a@example.org && git add -A && \
        git commit -q --allow-empty -m base && git am -q \"$0\"";
    let ran = scratch.script(&["git"], line, &[&scratch.named("input")])?;
    Ok(ran.code == Some(0))
}
