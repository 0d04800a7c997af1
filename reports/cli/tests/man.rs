//! The man pages say what `--help` says.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

fn misframe(args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    let done = command.args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// The long options that a text names.
fn options(text: &str) -> BTreeSet<String> {
    // Man pages write a hyphen with a backslash, and a long option in bold.
    let text = text.replace("\\-", "-");
    let text = ["\\fB", "\\fI", "\\fR"]
        .iter()
        .fold(text, |text, font| text.replace(font, " "));
    let words =
        text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    let long = words.filter(|word| word.starts_with("--") && word.len() > 2);
    long.map(str::to_owned).collect()
}

#[test]
fn each_command_has_a_page_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    misframe(&["man", "--out", folder.path().to_str().unwrap()]);
    let help = misframe(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    let commands: Vec<_> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    let first = misframe(&["man"]);
    for name in commands {
        assert!(first.contains(&format!("misframe\\-{name}(1)")), "{name}");
        let page = fs::read_to_string(folder.path().join(format!("misframe-{name}.1"))).unwrap();
        assert_eq!(
            options(&page),
            options(&misframe(&[name, "--help"])),
            "{name}"
        );
    }
    assert!(
        first.starts_with(".ie") && first.contains(".TH misframe 1"),
        "{first}"
    );
}
