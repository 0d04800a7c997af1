//! What tools build of patches, held against the commits that they were made of; and what tools leave alone.

// A panic is how a test fails, and so is an index that is out of bounds.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

use corpus::intent;
use parsers::unidiff::UNIFIED;
use parsers::{End, Verdict, judge};
use peers::{About, PEERS, Pieces, Seen, ask, build};
use reports::judge::ask::{PeerChoice, Peers};
use reports::judge::intent::{IntentReader, Meant, Row, readers, rows};
use serde_json::Value;
use trials::{TrialRun, needs, of_each, trials};

mod open;

use open::open;

fn main() -> ExitCode {
    let family = || {
        let peers = PEERS.iter().filter(|about| *about.family == UNIFIED);
        peers.map(|about| (about.name, *about))
    };
    let expected = EXPECTED
        .iter()
        .map(|(peer, grades)| (*peer, (*peer, grades)));
    let groups = [
        trials![
            phantoms_in_messages_are_named,
            before_any_tool_is_run_the_phantoms_are_known,
            where_all_take_it_the_phantom_is_one_of_consensus,
            a_dialect_that_is_wrong_is_found_out,
        ],
        of_each(
            "builds_of_commits_as_predicted",
            expected,
            builds_as_predicted,
        ),
        of_each(
            "builds_a_plain_mail_as_meant",
            family(),
            builds_a_plain_mail,
        ),
        of_each(
            "reads_a_plain_mail_and_rejects_a_corrupt_patch",
            family(),
            reads_a_plain_mail,
        ),
    ];
    trials::run(groups.into_iter().flatten().collect())
}

/// What the command prints, and its exit code.
fn misframe(arguments: &[&str]) -> (ExitCode, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["misframe"].iter().chain(arguments).map(OsString::from);
    let code = cli::run(arguments, &mut out, &mut err, false);
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

/// What is printed about the three commits of [`repository`], and its exit code: all peers are asked, once for all tests.
fn demonstration() -> &'static (Vec<Value>, String) {
    static TOLD: OnceLock<(Vec<Value>, String)> = OnceLock::new();
    TOLD.get_or_init(|| {
        let repository = repository();
        let path = repository.path().to_str().unwrap();
        let (code, told) = misframe(&["check", "--git", "HEAD~3..", path, "--format", "json"]);
        assert!(is(code, 1), "{told}");
        let commits = told
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        (commits.collect(), told)
    })
}

fn phantoms_in_messages_are_named() -> TrialRun {
    needs(&["git"])?;
    let (commits, told) = demonstration();
    let [plain, unindented, indented] = commits.as_slice() else {
        panic!("{told}");
    };
    let phantoms = |commit: &Value| commit["surprises"].as_array().unwrap().len();
    assert_eq!(phantoms(plain), 0, "{told}");
    assert!(phantoms(unindented) > 0 && phantoms(indented) > 0, "{told}");
    let readers = indented["surprises"][0]["readers"].to_string();
    assert!(
        readers.contains("gnu-patch") && !readers.contains("git-apply"),
        "{readers}"
    );
    Ok(())
}

/// By what is documented: git's CAVEATS of format-patch, and the indented patches of patch(1).
const EXPECTED: &[(&str, [&str; 3])] = &[
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

/// The demonstration: what git am, git apply, GNU patch, busybox and linked crates build of real commits.
fn builds_as_predicted((peer, expected): (&'static str, &'static [&'static str; 3])) -> TrialRun {
    needs(&["git"])?;
    let about = PEERS.iter().find(|about| about.name == peer).unwrap();
    open(about)?;
    let (commits, told) = demonstration();
    assert_eq!(commits.len(), expected.len(), "{told}");
    for (commit, expected) in commits.iter().zip(expected) {
        let (grade, as_predicted) = &grades(commit)[peer];
        assert_eq!(grade, expected, "{commit}");
        let has_dialect = !WITHOUT_DIALECT.contains(&peer);
        let predicted = has_dialect.then_some(true).map_or(Value::Null, Value::Bool);
        assert_eq!(as_predicted, &predicted, "{commit}");
    }
    Ok(())
}

fn before_any_tool_is_run_the_phantoms_are_known() -> TrialRun {
    needs(&["git"])?;
    let repository = repository();
    let path = repository.path().to_str().unwrap();
    let (code, told) = misframe(&["check", "--git", "HEAD~2..", path, "--peer", "none"]);
    assert!(is(code, 1), "{told}");
    assert!(
        told.contains("are read as a patch of x.txt (+1 -1)"),
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
    Ok(())
}

fn where_all_take_it_the_phantom_is_one_of_consensus() -> TrialRun {
    needs(&["git"])?;
    for name in ["git-apply", "gnu-patch"] {
        open(PEERS.iter().find(|about| about.name == name).unwrap())?;
    }
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
    assert!(grades.len() > 1, "{told}");
    assert!(grades.values().all(|(grade, _)| grade == "G3c"), "{told}");
    Ok(())
}

/// Each dialect says what its tool builds; that of another tool is found out.
fn a_dialect_that_is_wrong_is_found_out() -> TrialRun {
    let peer = PEERS.iter().find(|about| about.name == "gnu-patch");
    open(peer.unwrap())?;
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
    let mut readers = readers().unwrap();
    let mut peers = Peers::open(&UNIFIED, &[PeerChoice::named("gnu-patch").unwrap()]);
    let told = |readers: &[IntentReader], peers: &mut Peers| {
        let (rows, _) = rows(&meant, readers, peers);
        rows.first().and_then(Row::is_as_predicted)
    };
    assert_eq!(told(&readers, &mut peers), Some(true));
    // The dialect of git apply, which knows no indentation, in the place of its own.
    readers.retain(|reader| reader.name != "gnu-patch");
    let other = readers.iter_mut().find(|reader| reader.name == "git-apply");
    "gnu-patch".clone_into(&mut other.unwrap().name);
    assert_eq!(told(&readers, &mut peers), Some(false));
    Ok(())
}

/// Those that read and build nothing.
const READ_ONLY: &[&str] = &[
    "filterdiff",
    "git-mailinfo",
    "gitdiff-parser",
    "jsdiff",
    "lsdiff",
    "parse-diff",
    "patch-ng",
    "python-patch",
    "unidiff",
    "unidiff-python",
    "whatthepatch",
];

/// A plain mail is built as meant by every peer that builds.
fn builds_a_plain_mail(about: &'static About) -> TrialRun {
    let mut opened = open(about)?;
    let all = intent::examples();
    let plain = all.iter().find(|commit| commit.name == "plain").unwrap();
    let built = build(&mut *opened.peer, &plain.before, &plain.mail());
    assert_eq!(built.is_none(), READ_ONLY.contains(&about.name));
    if let Some(built) = built {
        let built = built.unwrap();
        assert!(built.is_accepted);
        assert_eq!(built.tree, plain.after);
    }
    Ok(())
}

/// Those that show a tree and no reading.
const BUILD_ONLY: &[&str] = &["busybox-patch", "hg-import", "svn-patch"];
/// Those that read the signature of a mail as a line of the hunk before it.
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

/// Each peer of the family answers by itself: a good patch as strict does, a corrupt one by a rejection.
fn reads_a_plain_mail(about: &'static About) -> TrialRun {
    let mut opened = open(about)?;
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
        return Ok(());
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
    let rejected = read(&corrupt).unwrap();
    let expected = if SKIP_LINES.contains(&about.name) {
        None
    } else {
        Some(End::Rejected)
    };
    if let Some(end) = expected {
        assert_eq!(
            (rejected.messages.len(), rejected.end),
            (0, end),
            "{}",
            about.name
        );
    }
    Ok(())
}
