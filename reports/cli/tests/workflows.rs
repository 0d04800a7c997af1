//! The steps of the nightly workflow and of the action, run as a runner would run them. Programs that build, fetch or post are
//! stubs that write down how they were called; `misframe` is the one that was built.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use tempfile::TempDir;
use trials::{TrialRun, trials};

fn main() -> ExitCode {
    trials::run(trials![
        a_night_hunts_reports_and_opens_an_issue_for_what_is_new,
        a_night_without_a_worker_fails,
        a_night_fuzzes_from_the_inputs_of_the_night_before,
        a_night_leaves_nothing_out,
        the_action_judges_what_it_is_given,
        the_action_judges_the_patches_of_a_range,
    ])
}

/// A step that runs something: its name, if it has one, and its script.
struct Step {
    name: String,
    script: String,
}

/// The steps of a job, or of an action where there are no jobs, that run something, in order.
fn steps(file: &str, job: Option<&str>) -> Vec<Step> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file);
    let text = fs::read_to_string(path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    if let Some(job) = job {
        let from = lines
            .iter()
            .position(|line| *line == format!("  {job}:"))
            .unwrap();
        let is_next =
            |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
        let rest = lines.split_off(from + 1);
        let until = rest.iter().position(is_next).unwrap_or(rest.len());
        lines = rest.into_iter().take(until).collect();
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found: Vec<Step> = Vec::new();
    let mut name = String::new();
    let mut rest = lines.into_iter().peekable();
    while let Some(line) = rest.next() {
        let trimmed = line.trim_start().trim_start_matches("- ");
        if line.trim_start().starts_with("- ") {
            name.clear();
        }
        if let Some(given) = trimmed.strip_prefix("name: ") {
            name = given.to_owned();
        }
        let Some(script) = trimmed.strip_prefix("run: ") else {
            continue;
        };
        let mut script = script.to_owned();
        if script == "|" {
            script.clear();
            let inside = indent(line);
            while let Some(next) =
                rest.next_if(|next| next.trim().is_empty() || indent(next) > inside)
            {
                script.push_str(next);
                script.push('\n');
            }
        }
        assert!(
            !script.contains("${{"),
            "{file}: a script takes values from its environment: {script}"
        );
        found.push(Step {
            name: name.clone(),
            script,
        });
    }
    found
}

/// A runner: a work tree, programs that stand for others, and the files in which steps leave what they say.
struct Runner {
    folder: TempDir,
    bin: PathBuf,
}

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        symlink(env!("CARGO_BIN_EXE_misframe"), bin.join("misframe")).unwrap();
        for program in ["cargo", "rustup", "gh"] {
            let stub = format!("#!/bin/sh\necho {program} \"$@\" >>\"$CALLS\"\n");
            fs::write(bin.join(program), stub).unwrap();
            fs::set_permissions(bin.join(program), fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::create_dir(folder.path().join("work")).unwrap();
        Self { folder, bin }
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Runs a script as a runner does; its exit code and what it printed.
    fn run(&self, script: &str, with: &[(&str, &str)]) -> (i32, String) {
        let path = std::env::var("PATH").unwrap();
        let at = |name: &str| self.folder.path().join(name);
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
            .current_dir(self.work())
            .env("PATH", format!("{}:{path}", self.bin.display()))
            .env("CALLS", at("calls"))
            .env("GITHUB_OUTPUT", at("output"))
            .env("GITHUB_STEP_SUMMARY", at("summary"))
            .envs(with.iter().copied());
        let done = command.output().unwrap();
        let text = [done.stdout, done.stderr].concat();
        (
            done.status.code().unwrap(),
            String::from_utf8_lossy(&text).into_owned(),
        )
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

/// A case on which two linked peers disagree.
const CASE: &str = "about = 'x'\nexpect = 'reject'\nsource = 'x'\ninput = 'POST / HTTP/1.1\\r\\nHost: a\\r\\n\
    Transfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nX: y\\n\\nGET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'\n";

fn a_night_hunts_reports_and_opens_an_issue_for_what_is_new() {
    let runner = Runner::new();
    let cases = runner.work().join("corpus/http1-request");
    fs::create_dir_all(&cases).unwrap();
    fs::write(cases.join("a.toml"), CASE).unwrap();
    let steps = steps(".github/workflows/nightly.yml", Some("hunt"));
    let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["", "Build", "Hunt", "Report", "Issue"]);
    let with = [
        ("FAMILY", "http1-request"),
        ("MINUTES", "1"),
        ("RUN", "https://example.org/run"),
    ];
    for step in &steps {
        // A few seconds are enough for one case.
        let script = step.script.replace("$((MINUTES * 60))", "3");
        let (code, text) = runner.run(&script, &with);
        assert_eq!(code, 0, "{}: {text}", step.name);
    }
    assert_eq!(runner.text("output"), "code=1\n");
    let summary = runner.text("summary");
    assert!(summary.starts_with("## http1-request\n"), "{summary}");
    assert!(
        summary.contains("# misframe") && summary.contains("hunt-"),
        "{summary}"
    );
    let sarif = fs::read_to_string(runner.work().join("hunted.sarif")).unwrap();
    assert!(
        sarif.contains("\"2.1.0\"") && sarif.contains("\"results\""),
        "{sarif}"
    );
    let issue = fs::read_to_string(runner.work().join("issue.md")).unwrap();
    assert!(
        issue.contains("https://example.org/run\n") && issue.contains("\nhunt-"),
        "{issue}"
    );
    let calls = runner.text("calls");
    assert!(
        calls.contains("cargo install --locked --path reports/cli\n"),
        "{calls}"
    );
    let title = "gh issue create --title New findings in http1-request --body-file issue.md\n";
    assert!(calls.ends_with(title), "{calls}");
}

fn a_night_without_a_worker_fails() {
    let runner = Runner::new();
    let steps = steps(".github/workflows/nightly.yml", Some("hunt"));
    let hunt = steps.iter().find(|step| step.name == "Hunt").unwrap();
    let (code, text) = runner.run(&hunt.script, &[("FAMILY", "none"), ("MINUTES", "1")]);
    assert_eq!(code, 1, "{text}");
    assert_eq!(runner.text("output"), "code=2\n");
}

fn a_night_fuzzes_from_the_inputs_of_the_night_before() {
    let runner = Runner::new();
    let steps = steps(".github/workflows/nightly.yml", Some("fuzz"));
    for step in &steps {
        let (code, text) = runner.run(&step.script, &[("TARGET", "hop"), ("MINUTES", "2")]);
        assert_eq!(code, 0, "{}: {text}", step.name);
    }
    let calls = runner.text("calls");
    assert!(calls.contains("gh run list --workflow nightly"), "{calls}");
    assert!(
        calls.contains("cargo fuzz run -s none hop -- -max_total_time=120"),
        "{calls}"
    );
    assert!(calls.ends_with("cargo fuzz cmin -s none hop\n"), "{calls}");
}

/// Every family and every engine is hunted, and every target fuzzed.
fn a_night_leaves_nothing_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join(".github/workflows/nightly.yml")).unwrap();
    let list = |key: &str| {
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(key))
            .unwrap();
        let words = line.trim_matches([' ', '[', ']']).split(", ");
        let mut words: Vec<_> = words.map(str::to_owned).collect();
        words.sort();
        words
    };
    let mut subjects: Vec<_> = reports::engine::subjects()
        .iter()
        .map(|one| one.name().to_owned())
        .collect();
    subjects.sort();
    assert_eq!(list("family:"), subjects);
    let entries = fs::read_dir(root.join("fuzz/fuzz_targets")).unwrap();
    let mut targets: Vec<_> = entries
        .filter_map(|entry| {
            Some(
                entry
                    .unwrap()
                    .path()
                    .file_stem()?
                    .to_string_lossy()
                    .into_owned(),
            )
        })
        .collect();
    targets.sort();
    assert_eq!(list("target:"), targets);
}

fn the_action_judges_what_it_is_given() {
    let steps = steps("action.yml", None);
    let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["Install", "Judge"]);
    let runner = Runner::new();
    let folder = runner.work().join("http1-request");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("bad.toml"), CASE).unwrap();
    fs::write(
        runner.work().join("good"),
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    .unwrap();
    let judge = |paths: &str, range: &str| {
        let with = [
            ("PATHS", paths),
            ("RANGE", range),
            ("SARIF", "out.sarif"),
            ("ACTION", "/action"),
        ];
        let (code, text) = runner.run(&steps.first().unwrap().script, &with);
        assert_eq!(code, 0, "{text}");
        runner.run(&steps.last().unwrap().script, &with)
    };
    let (code, text) = judge("good\nhttp1-request/bad.toml\n", "");
    assert_eq!(code, 1, "{text}");
    let sarif = fs::read_to_string(runner.work().join("out.sarif")).unwrap();
    assert!(
        sarif.contains("\"2.1.0\"") && sarif.contains("bad.toml"),
        "{sarif}"
    );
    assert_eq!(judge("good", "").0, 0);
    let (code, text) = judge("", "");
    assert_eq!(code, 2, "{text}");
    // What is installed is used.
    assert_eq!(runner.text("calls"), "");
}

/// The patches of the commits in a range.
fn the_action_judges_the_patches_of_a_range() -> TrialRun {
    trials::needs(&["git"])?;
    let runner = Runner::new();
    let git = |script: &str| {
        let with = [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ];
        runner.run(
            &format!("git -c user.name=a -c user.email=a@b -c init.defaultBranch=main {script}"),
            &with,
        )
    };
    assert_eq!(git("init --quiet").0, 0);
    fs::write(runner.work().join("a"), "one\n").unwrap();
    git("add a");
    git("commit --quiet -m one");
    fs::write(runner.work().join("a"), "two\n").unwrap();
    let commit = git("commit --quiet -am two");
    assert_eq!(commit.0, 0, "{}", commit.1);
    let steps = steps("action.yml", None);
    let with = [
        ("PATHS", ""),
        ("RANGE", "HEAD~1..HEAD"),
        ("SARIF", "out.sarif"),
    ];
    let (code, text) = runner.run(&steps.last().unwrap().script, &with);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("1 input: 0 errors"), "{text}");
    Ok(())
}
