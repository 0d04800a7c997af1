//! What tools build of patches, held against the commits that they were made of; and what tools leave alone.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::{Mutex, MutexGuard, PoisonError};

use corpus::intent;
use parsers::unidiff::UNIFIED;
use parsers::{End, Verdict, judge};
use peers::{About, Opened, PEERS, Pieces, Reach, Seen, Tier, ask, build};
use reports::ask::{Peers, Who};
use reports::dialect_file::DECLARED;
use reports::intent::{Meant, Reader, Row, readers, rows};
use serde_json::Value;

/// Held by each test: children that others have started at the same time are not told from those left behind.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The tools, those that are there. What has been installed has to be.
fn tools() -> Vec<(&'static About, Opened)> {
    let tools = PEERS.iter().filter(|about| about.tier() == Tier::Tool);
    let opened = tools.filter_map(|about| match about.open() {
        Ok(opened) => Some((*about, opened)),
        Err(failure) => {
            assert!(
                env::var_os("MISFRAME_PEERS").is_none(),
                "{}: {failure}",
                about.name
            );
            println!("skipped: {}: {failure}", about.name);
            None
        }
    });
    opened.collect()
}

/// What the command prints, and its exit code.
fn misframe(arguments: &[&str]) -> (ExitCode, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["misframe"].iter().chain(arguments).map(OsString::from);
    let code = reports::cli::run(arguments, &mut out, &mut err, false);
    let out = String::from_utf8(out).unwrap();
    (code, format!("{out}{}", String::from_utf8_lossy(&err)))
}

fn is(code: ExitCode, number: u8) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::from(number))
}

fn git(folder: &Path, arguments: &[&str]) {
    let ran = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn numbered(letter: char) -> String {
    (1..=10).map(|nth| format!("{letter}{nth}\n")).collect()
}

const PHANTOM: &str = "--- a/x.txt\n+++ b/x.txt\n@@ -1,3 +1,3 @@\n x1\n-x2\n+PHANTOM\n x3\n";

/// A repository with three commits: one as it should be, and two whose messages hold a diff, unindented and indented.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "-q"]);
    let (mut a, x) = (numbered('a'), numbered('x'));
    fs::write(path.join("a.txt"), &a).unwrap();
    fs::write(path.join("x.txt"), x).unwrap();
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "Begin"]);
    let indented: String = PHANTOM
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let unindented = format!("diff --git a/x.txt b/x.txt\n{PHANTOM}");
    for (nth, text) in [("a2", String::new()), ("a5", unindented), ("a8", indented)] {
        a = a.replace(nth, &nth.to_uppercase());
        fs::write(path.join("a.txt"), &a).unwrap();
        let message = format!("Change {nth}\n\nThe first try was\n\n{text}\nand was wrong.\n");
        git(
            path,
            &["commit", "-q", "-a", "--cleanup=verbatim", "-m", &message],
        );
    }
    folder
}

fn grades(commit: &Value) -> BTreeMap<String, (String, Value)> {
    let effects = commit["effects"].as_array().unwrap().iter();
    effects
        .map(|effect| {
            let peer = effect["peer"].as_str().unwrap().split(' ').next().unwrap();
            let grade = effect["grade"].as_str().unwrap().to_owned();
            (peer.to_owned(), (grade, effect["as_predicted"].clone()))
        })
        .collect()
}

/// dpkg-source is two readers, of which the second is GNU patch; svn patch takes directories off names by what stands
/// before them. No dialect does either.
const WITHOUT_DIALECT: &[&str] = &["dpkg-source", "svn-patch"];

/// The demonstration: what git am, git apply, GNU patch, busybox and linked crates build of real commits.
#[test]
fn phantoms_in_messages_are_named_and_each_effect_is_as_predicted() {
    let _alone = alone();
    let repository = repository();
    let path = repository.path().to_str().unwrap();
    let (code, told) = misframe(&["check", "--git", "HEAD~3..", path, "--format", "json"]);
    assert!(is(code, 1), "{told}");
    let commits: Vec<Value> = told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let [plain, unindented, indented] = commits.as_slice() else {
        panic!("{told}");
    };
    let phantoms = |commit: &Value| commit["surprises"].as_array().unwrap().len();
    assert_eq!(phantoms(plain), 0, "{told}");
    assert!(phantoms(unindented) > 0 && phantoms(indented) > 0, "{told}");
    let who = indented["surprises"][0]["readers"].to_string();
    assert!(
        who.contains("gnu-patch") && !who.contains("git-apply"),
        "{who}"
    );
    // By what is documented: git's CAVEATS of format-patch, and the indented patches of patch(1).
    let expected = [
        ("git-am", ["G0", "G3", "G0"]),
        ("git-apply", ["G0", "G3", "G0"]),
        ("gnu-patch", ["G0", "G3", "G3"]),
        ("busybox-patch", ["G0", "G3", "G0"]),
        ("flickzeug", ["G0", "G3", "G0"]),
        ("hg-import", ["G0", "G3", "G0"]),
        ("svn-patch", ["G0", "G3", "G0"]),
        ("dpkg-source", ["G0", "G3", "G3"]),
        ("patchkit", ["G0", "G3", "G0"]),
        // It begins to read a mail after the line of three dashes.
        ("diffy", ["G0", "G0", "G0"]),
    ];
    let open: Vec<_> = tools().iter().map(|(about, _)| about.name).collect();
    for (peer, grade) in expected {
        let about = PEERS.iter().find(|about| about.name == peer);
        let is_linked = matches!(about.map(|about| &about.reach), Some(Reach::Linked { .. }));
        if !open.contains(&peer) && !is_linked {
            println!("skipped: {peer} is absent");
            continue;
        }
        for (commit, grade) in commits.iter().zip(grade) {
            let (told, as_predicted) = &grades(commit)[peer];
            assert_eq!(told, grade, "{peer}: {commit}");
            let has_dialect = !WITHOUT_DIALECT.contains(&peer);
            let predicted = has_dialect.then_some(true).map_or(Value::Null, Value::Bool);
            assert_eq!(as_predicted, &predicted, "{peer}: {commit}");
        }
    }
}

#[test]
fn before_any_tool_is_run_the_phantoms_are_known() {
    let _alone = alone();
    let repository = repository();
    let path = repository.path().to_str().unwrap();
    let (code, told) = misframe(&["check", "--git", "HEAD~2..", path, "--peer", "none"]);
    assert!(is(code, 1), "{told}");
    assert!(
        told.contains("are taken for a patch of x.txt (+1 -1)"),
        "{told}"
    );
    assert!(
        told.contains(
            "begin each of them with `> `: spaces, tabs and the letter X do not hide them"
        ),
        "{told}"
    );
    let (code, told) = misframe(&["check", "--git", "HEAD~3..HEAD~2", path, "--peer", "none"]);
    assert!(is(code, 0), "{told}");
    let (code, told) = misframe(&["check", "--git", "no-such-commit", path]);
    assert!(is(code, 2), "{told}");
}

#[test]
fn where_all_take_it_the_phantom_is_one_of_consensus() {
    let _alone = alone();
    let repository = repository();
    let path = repository.path().to_str().unwrap();
    let arguments = [
        "check",
        "--git",
        "HEAD~2..HEAD~1",
        path,
        "--format",
        "json",
        "--peer",
        "tool",
    ];
    let (_, told) = misframe(&arguments);
    let commit: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    let grades = grades(&commit);
    if grades.len() > 1 {
        assert!(grades.values().all(|(grade, _)| grade == "G3c"), "{told}");
    }
}

/// Each dialect says what its tool builds; that of another tool is found out.
#[test]
fn a_dialect_that_is_wrong_is_found_out() {
    let _alone = alone();
    let all = intent::examples();
    let indented = all.iter().find(|commit| commit.name == "indented-spaces");
    let commit = indented.unwrap();
    let meant = Meant {
        name: commit.name.clone(),
        before: commit.before.clone(),
        after: commit.after.clone(),
        change: intent::diff(&commit.before, &commit.after),
        patch: commit.mail(),
    };
    let mut readers = readers(DECLARED).unwrap();
    let mut peers = Peers::open(&UNIFIED, &[Who::named("gnu-patch").unwrap()]);
    let told = |readers: &[Reader], peers: &mut Peers| {
        let (rows, _) = rows(&meant, readers, peers);
        rows.first().and_then(Row::is_as_predicted)
    };
    let right = told(&readers, &mut peers);
    if right.is_none() {
        assert!(env::var_os("MISFRAME_PEERS").is_none());
        return;
    }
    assert_eq!(right, Some(true));
    // The dialect of git apply, which knows no indentation, in the place of its own.
    readers.retain(|reader| reader.name != "gnu-patch");
    let other = readers.iter_mut().find(|reader| reader.name == "git-apply");
    "gnu-patch".clone_into(&mut other.unwrap().name);
    assert_eq!(told(&readers, &mut peers), Some(false));
}

/// The grade of each example that is plain is that it was built as meant.
#[test]
fn a_plain_mail_is_built_as_meant_by_all() {
    let _alone = alone();
    let all = intent::examples();
    let plain = all.iter().find(|commit| commit.name == "plain").unwrap();
    let building = PEERS.iter().filter(|about| about.family == "unified-diff");
    let mut told = 0;
    for about in building {
        let Ok(mut opened) = about.open() else {
            continue;
        };
        let Some(built) = build(&mut *opened.peer, &plain.before, &plain.mail()) else {
            continue;
        };
        let built = built.unwrap();
        assert_eq!(
            (built.is_accepted, built.tree),
            (true, plain.after.clone()),
            "{}",
            about.name
        );
        told += 1;
    }
    assert!(told >= 3, "linked ones are always there");
}

/// Those that show a tree and no reading.
const BUILD_ONLY: &[&str] = &["busybox-patch", "hg-import", "svn-patch"];
/// Those that take the signature of a mail for a line of the hunk before it.
const SIGNATURE_IS_BODY: &[&str] = &["gitdiff-parser", "jsdiff"];
/// Those that skip a line in a hunk that begins with none of the three characters.
const SKIP_LINES: &[&str] = &[
    "filterdiff",
    "gitdiff-parser",
    "lsdiff",
    "mpatch",
    "parse-diff",
    "unidiff",
    "whatthepatch",
];

/// Each peer of the family answers by itself: a good patch as strict does, a corrupt one by a refusal.
#[test]
fn each_peer_reads_a_plain_mail_and_refuses_a_corrupt_patch() {
    let _alone = alone();
    let all = intent::examples();
    let good = all
        .iter()
        .find(|commit| commit.name == "plain")
        .unwrap()
        .mail();
    let text = String::from_utf8(good.clone()).unwrap();
    let corrupt = text.replace("\n a3\n", "\n*a3\n").into_bytes();
    assert_ne!(good, corrupt);
    let mut strict = Verdict::new();
    judge(UNIFIED.parsers[0], &good, &mut strict);
    assert_eq!(
        (strict.reading.messages.len(), strict.reading.end),
        (1, End::Complete)
    );
    for about in PEERS.iter().filter(|about| about.family == UNIFIED.name) {
        let Ok(mut opened) = about.open() else {
            continue;
        };
        assert_eq!(opened.name, about.name);
        assert!(
            opened
                .version
                .starts_with(|first: char| first.is_ascii_digit()),
            "{}",
            about.name
        );
        let mut read = |input: &[u8]| {
            let mut seen = Seen::default();
            ask(&mut *opened.peer, input, Pieces::One, &mut seen).map(|()| seen)
        };
        if BUILD_ONLY.contains(&about.name) {
            assert!(read(&good).is_err());
            continue;
        }
        let mut mail = good.as_slice();
        if SIGNATURE_IS_BODY.contains(&about.name) {
            assert!(
                !read(mail).unwrap().is(&strict.reading, mail),
                "{}",
                about.name
            );
            let signature = text.find("-- \n").unwrap();
            mail = good.get(..signature).unwrap();
        }
        let seen = read(mail).unwrap();
        assert!(seen.is(&strict.reading, &good), "{}: {seen:?}", about.name);
        assert_eq!(seen.messages.len(), 1, "{}", about.name);
        let refused = read(&corrupt).unwrap();
        let expected = if SKIP_LINES.contains(&about.name) {
            None
        } else {
            Some(End::Refused)
        };
        if let Some(end) = expected {
            assert_eq!(
                (refused.messages.len(), refused.end),
                (0, end),
                "{}",
                about.name
            );
        }
    }
}
