//! A peer of this binary as a worker: it is asked in a process of its own, which can be ended when it takes too long.

use std::io::{BufRead, Write};

use parsers::unidiff::tree::Tree;

use super::answer::{self, hello};
use crate::{About, BuiltTree, Failure, Peer, Seen, ask};

/// The longest question, in bytes: far more than the longest input in base64.
const LONGEST: u64 = 2 << 30;

/// Answers each line of `asked` with one on `out`, until there are no more.
///
/// # Errors
/// A peer that cannot be opened, and those of `asked` and `out`.
pub fn serve(about: &About, asked: &mut dyn BufRead, out: &mut dyn Write) -> Result<(), String> {
    let opened = about.open().map_err(|failure| failure.to_string())?;
    let failed = |error: std::io::Error| error.to_string();
    let mut say = |line: &str| writeln!(out, "{line}").and_then(|()| out.flush());
    say(&hello(&opened.name, &opened.version)).map_err(failed)?;
    let mut peer = Some(opened.peer);
    let mut line = String::new();
    loop {
        line.clear();
        let mut limited = std::io::Read::take(&mut *asked, LONGEST);
        if limited.read_line(&mut line).map_err(failed)? == 0 {
            return Ok(());
        }
        let answer = match answer::task_of(&line) {
            Some((tree, patch)) => answer::of_built(build(about, &mut peer, &tree, &patch)),
            None => answer::of(&read(about, &mut peer, &line)),
        };
        say(&answer).map_err(failed)?;
    }
}

/// What happens to the tree; after a failure, another one is asked next.
fn build(
    about: &About,
    peer: &mut Option<Box<dyn Peer>>,
    tree: &Tree,
    patch: &[u8],
) -> Option<Result<BuiltTree, Failure>> {
    let mut opened = match peer
        .take()
        .map_or_else(|| about.open().map(|it| it.peer), Ok)
    {
        Ok(opened) => opened,
        Err(failure) => return Some(Err(failure)),
    };
    let built = crate::build(&mut *opened, tree, patch);
    if !matches!(built, Some(Err(_))) {
        *peer = Some(opened);
    }
    built
}

/// What the peer reads; after a failure, another one is asked next.
fn read(about: &About, peer: &mut Option<Box<dyn Peer>>, line: &str) -> Result<Seen, Failure> {
    let (input, pieces, facts) = answer::asked(line)?;
    let mut opened = match peer.take() {
        Some(peer) => peer,
        None => about.open()?.peer,
    };
    let mut seen = match facts {
        true => Seen::with_facts(),
        false => Seen::default(),
    };
    ask(&mut *opened, &input, pieces, &mut seen)?;
    *peer = Some(opened);
    Ok(seen)
}
