//! Patches that are made to change files outside the tree to which they are applied.

use std::fmt::Write as _;
use std::path::Path;

use tests::draw::Chance;

/// How a patch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Direct,
    Unified,
    Git,
    Context,
    Normal,
    Ed,
    Subversion,
    Link,
}

impl Form {
    const ALL: [Self; 8] = [
        Self::Direct,
        Self::Unified,
        Self::Git,
        Self::Context,
        Self::Normal,
        Self::Ed,
        Self::Subversion,
        Self::Link,
    ];
}

/// What a patch is to do with the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Create,
    Change,
    Empty,
    Delete,
    Rename,
    Copy,
    Mode,
}

const ACTS: [Act; 7] = [
    Act::Create,
    Act::Change,
    Act::Empty,
    Act::Delete,
    Act::Rename,
    Act::Copy,
    Act::Mode,
];

/// The line that each canary consists of.
pub const LINE: &str = "quiet";
/// The line that a patch puts in its place.
const EVIL: &str = "EVIL";

/// A patch, and how it is written.
pub struct Patch {
    pub form: Form,
    pub bytes: Vec<u8>,
}

/// A patch of chance that is aimed at one of these paths, each absolute; the last of its lines is an ordinary patch now
/// and then, so that not all of them are rejected as a whole.
pub fn draw(victims: &[String], fresh: &[String], chance: &mut Chance) -> Patch {
    let act = *pick(&ACTS, chance);
    let form = *pick(&Form::ALL, chance);
    let target = match act {
        Act::Create => pick(fresh, chance),
        _ => pick(victims, chance),
    };
    let other: &String = pick(fresh, chance);
    let other = named(other, chance);
    let mut text = String::new();
    match chance.below(6) {
        0 => text.push_str(MAIL),
        1 => text.push_str("# HG changeset patch\n# User a\n# Date 0 0\n\n"),
        2 => text.push_str("Prereq: quiet\n"),
        _ => {}
    }
    if chance.below(8) == 0 {
        text.push_str("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-quiet\n+loud\n");
    }
    let name = named(target, chance);
    match form {
        Form::Direct => direct(&mut text, target, act, chance),
        Form::Unified => unified(&mut text, &name, &other, act, chance),
        Form::Git => git(&mut text, &name, &other, act, chance),
        Form::Context => context(&mut text, &name, act, chance),
        Form::Normal => normal(&mut text, &name, act),
        Form::Ed => ed(&mut text, &name, target, act, chance),
        Form::Subversion => subversion(&mut text, &name, act, chance),
        Form::Link => link(&mut text, target, act, chance),
    }
    Patch {
        form,
        bytes: text.into_bytes(),
    }
}

const MAIL: &str = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n\
    From: a <a@example.org>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH] a\n\n---\n";

fn pick<'a, T>(all: &'a [T], chance: &mut Chance) -> &'a T {
    let Some(one) = all.get(chance.below(all.len())) else {
        unreachable!("no list is empty");
    };
    one
}

/// One of the ways to name an absolute path.
fn named(path: &str, chance: &mut Chance) -> String {
    let relative = path.trim_start_matches('/');
    let climbs = |times: usize| format!("{}{relative}", "../".repeat(times));
    let file = Path::new(path).file_name().and_then(|name| name.to_str());
    let file = file.unwrap_or("canary");
    match chance.below(16) {
        0..6 => path.to_owned(),
        // What is left of it when a first folder has been taken off.
        6 => format!("a/{path}"),
        7 => format!("a//{relative}"),
        8 => climbs(40),
        9 => format!("a/{}", climbs(40)),
        10 => climbs(4 + chance.below(12)),
        11 => format!("x/../{}", climbs(40)),
        12 => format!("/.{path}"),
        13 => format!("/proc/self/root{path}"),
        14 => format!("~/{file}"),
        _ => format!("/proc/self/cwd/{}", climbs(40)),
    }
}

/// A name as git quotes it, now and then.
fn quoted(name: &str, chance: &mut Chance) -> String {
    if chance.below(6) != 0 {
        return name.to_owned();
    }
    let mut quoted = String::from("\"");
    for byte in name.bytes() {
        let is_escaped = chance.below(4) == 0;
        // Writing to a text cannot fail.
        let _ = match is_escaped {
            true => write!(quoted, "\\{byte:03o}"),
            false => write!(quoted, "{}", char::from(byte)),
        };
    }
    quoted.push('"');
    quoted
}

/// The names of both sides: the same, one prefixed, or one of them the one that stands for no file.
fn sides(name: &str, act: Act, chance: &mut Chance) -> [String; 2] {
    let [old, new] = match (act, chance.below(5)) {
        (_, 0) => ["/dev/null".to_owned(), name.to_owned()],
        (_, 1) => [name.to_owned(), "/dev/null".to_owned()],
        (Act::Create, 3) => ["/dev/null".to_owned(), name.to_owned()],
        (Act::Delete, 3) => [name.to_owned(), "/dev/null".to_owned()],
        // GNU patch accepts the one that is a file, or the shorter one.
        (_, 2) => [format!("{name}.orig"), name.to_owned()],
        _ => [name.to_owned(), name.to_owned()],
    };
    [quoted(&old, chance), quoted(&new, chance)]
}

fn hunk(text: &mut String, act: Act) {
    text.push_str(match act {
        Act::Create | Act::Copy => "@@ -0,0 +1 @@\n+EVIL\n",
        Act::Change | Act::Rename | Act::Mode => "@@ -1 +1 @@\n-quiet\n+EVIL\n",
        Act::Empty | Act::Delete => "@@ -1 +0,0 @@\n-quiet\n",
    });
}

fn index(text: &mut String, name: &str, chance: &mut Chance) {
    if chance.below(3) == 0 {
        text.push_str(&format!("Index: {name}\n"));
    }
}

/// A time that removes the file, as GNU patch reads it, or none.
fn epoch(act: Act, chance: &mut Chance) -> &'static str {
    match act == Act::Delete && chance.below(2) == 0 {
        true => "\t1970-01-01 00:00:00.000000000 +0000",
        false => "",
    }
}

/// An absolute name on one side and none on the other: GNU patch accepts it.
fn direct(text: &mut String, path: &str, act: Act, chance: &mut Chance) {
    let [old, new] = match chance.below(2) {
        0 => [path, "/dev/null"],
        _ => ["/dev/null", path],
    };
    match chance.below(3) {
        0 => {
            text.push_str(&format!("*** {old}\n--- {new}\n***************\n"));
            context_hunk(text, act);
        }
        _ => {
            text.push_str(&format!("--- {old}\n+++ {new}\n"));
            hunk(text, act);
        }
    }
}

fn unified(text: &mut String, name: &str, other: &str, act: Act, chance: &mut Chance) {
    index(text, name, chance);
    let [old, new] = match act {
        Act::Rename | Act::Copy => [name.to_owned(), other.to_owned()],
        _ => sides(name, act, chance),
    };
    let epoch = epoch(act, chance);
    text.push_str(&format!("--- {old}\n+++ {new}{epoch}\n"));
    hunk(text, act);
}

fn git(text: &mut String, name: &str, other: &str, act: Act, chance: &mut Chance) {
    let prefixes = match chance.below(3) {
        0 => ["", ""],
        1 => ["a/", "b/"],
        _ => ["a", "b"],
    };
    let [old, new] = match act {
        Act::Rename | Act::Copy => [name, other],
        _ => [name, name],
    };
    let old = quoted(&format!("{}{old}", prefixes[0]), chance);
    let new = quoted(&format!("{}{new}", prefixes[1]), chance);
    let mode = *pick(&["100644", "100755", "100777", "104755", "120000"], chance);
    text.push_str(&format!("diff --git {old} {new}\n"));
    text.push_str(&match act {
        Act::Create => format!("new file mode {mode}\nindex 0000000..1111111\n"),
        Act::Delete => format!("deleted file mode {mode}\nindex 1111111..0000000\n"),
        Act::Rename => {
            format!("similarity index 100%\nrename from {name}\nrename to {other}\n")
        }
        Act::Copy => format!("similarity index 100%\ncopy from {name}\ncopy to {other}\n"),
        Act::Mode => format!("old mode 100644\nnew mode {mode}\n"),
        Act::Change | Act::Empty => String::new(),
    });
    // The others may do without a hunk.
    let is_bare = matches!(act, Act::Rename | Act::Copy | Act::Mode | Act::Delete);
    if is_bare && chance.below(2) == 0 {
        return;
    }
    if act == Act::Create && chance.below(4) == 0 {
        text.push_str(
            "GIT binary patch\nliteral 5\nMc$`aSOirO~000gE0P+9<\n\nliteral 0\nHc$@<O00001\n\n",
        );
        return;
    }
    let [old, new] = match act {
        Act::Create => ["/dev/null".to_owned(), new],
        Act::Delete => [old, "/dev/null".to_owned()],
        _ => [old, new],
    };
    text.push_str(&format!("--- {old}\n+++ {new}\n"));
    hunk(text, act);
}

fn context(text: &mut String, name: &str, act: Act, chance: &mut Chance) {
    index(text, name, chance);
    let [old, new] = sides(name, act, chance);
    let epoch = epoch(act, chance);
    text.push_str(&format!("*** {old}\n--- {new}{epoch}\n***************\n"));
    context_hunk(text, act);
}

fn context_hunk(text: &mut String, act: Act) {
    text.push_str(&match act {
        Act::Create | Act::Copy => format!("*** 0 ****\n--- 1 ----\n+ {EVIL}\n"),
        Act::Empty | Act::Delete => format!("*** 1 ****\n- {LINE}\n--- 0 ----\n"),
        _ => format!("*** 1 ****\n! {LINE}\n--- 1 ----\n! {EVIL}\n"),
    });
}

fn normal(text: &mut String, name: &str, act: Act) {
    text.push_str(&format!("Index: {name}\n"));
    text.push_str(&match act {
        Act::Create | Act::Copy => format!("0a1\n> {EVIL}\n"),
        Act::Empty | Act::Delete => format!("1d0\n< {LINE}\n"),
        _ => format!("1c1\n< {LINE}\n---\n> {EVIL}\n"),
    });
}

fn ed(text: &mut String, name: &str, path: &str, act: Act, chance: &mut Chance) {
    match chance.below(2) {
        0 => text.push_str(&format!("Index: {name}\n")),
        _ => text.push_str(&format!("--- {name}\n+++ {name}\n")),
    }
    text.push_str(&match act {
        Act::Create => format!("0a\n{EVIL}\n.\n"),
        Act::Empty | Act::Delete => "1d\n".to_owned(),
        Act::Rename => format!("1c\n{EVIL}\n.\nw {path}\n"),
        Act::Copy => format!("1c\n{EVIL}\n.\n!rm -f {path}\n"),
        Act::Mode => format!("!echo {EVIL} >{path}\n1d\n"),
        Act::Change => format!("1c\n{EVIL}\n.\n"),
    });
}

fn subversion(text: &mut String, name: &str, act: Act, chance: &mut Chance) {
    let line = "=".repeat(67);
    text.push_str(&format!("Index: {name}\n{line}\n"));
    let [old, new] = match act {
        Act::Create => ["nonexistent", "working copy"],
        Act::Delete => ["revision 1", "nonexistent"],
        _ => ["revision 1", "working copy"],
    };
    text.push_str(&format!("--- {name}\t({old})\n+++ {name}\t({new})\n"));
    hunk(text, act);
    if act == Act::Mode || chance.below(4) == 0 {
        let under = "_".repeat(67);
        text.push_str(&format!(
            "\nProperty changes on: {name}\n{under}\nAdded: svn:executable\n## -0,0 +1 ##\n+*\n"
        ));
    }
}

/// A link to the folder of the target, or to the target itself, and then something done through it.
fn link(text: &mut String, target: &str, act: Act, chance: &mut Chance) {
    let path = Path::new(target);
    let folder = path.parent().unwrap_or(path).display().to_string();
    let file = path.file_name().unwrap_or_default().display().to_string();
    let (leads, through) = match chance.below(2) {
        0 => (folder, format!("ln/{file}")),
        _ => (target.to_owned(), "ln".to_owned()),
    };
    let leads = match chance.below(3) {
        0 => format!("{}{}", "../".repeat(40), leads.trim_start_matches('/')),
        _ => leads,
    };
    text.push_str(&format!(
        "diff --git a/ln b/ln\nnew file mode 120000\nindex 0000000..1111111\n--- /dev/null\n+++ b/ln\n\
         @@ -0,0 +1 @@\n+{leads}\n\\ No newline at end of file\n"
    ));
    if chance.below(3) == 0 {
        // Another link to it, which may be a hard one.
        text.push_str("diff --git a/ln b/ln2\nsimilarity index 100%\ncopy from ln\ncopy to ln2\n");
    }
    match chance.below(3) {
        0 => git(text, &through, "moved", act, chance),
        1 => unified(text, &through, "moved", act, chance),
        _ => context(text, &through, act, chance),
    }
}
