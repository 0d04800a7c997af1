//! No patch changes anything outside the scratch folder of the tool that reads it, whatever it names: that is what the
//! kernel is asked for, as root and as a user. That these patches do escape from tools that are not confined is seen each
//! time too, in folders that are made for it.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::process::Command;

/// The code with which it ends, and what it prints.
fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostile-patches"));
    let ran = command.args(arguments).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap() + &String::from_utf8(ran.stderr).unwrap();
    println!("{said}");
    (ran.status.code(), said)
}

/// The sum of a number in all lines of a tool.
fn sum(said: &str, of: &str) -> usize {
    let words: Vec<&str> = said
        .split([' ', ',', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    let pairs = words.windows(2).filter(|pair| pair[1] == of);
    pairs.filter_map(|pair| pair[0].parse::<usize>().ok()).sum()
}

#[test]
fn nothing_outside_changes() {
    let (code, said) = run(&[]);
    assert_eq!(code, Some(0), "{said}");
    // At least one tool is on every machine of a developer; of those that are not here it is said.
    assert!(sum(&said, "answers") > 0, "{said}");
    assert_eq!(sum(&said, "escapes"), 0, "{said}");
}

#[test]
fn the_same_patches_escape_where_nothing_is_confined() {
    let (code, said) = run(&["--unconfined", "--tool", "gnu-patch", "--each", "150"]);
    if said.contains("gnu-patch: absent") {
        return;
    }
    assert_eq!(code, Some(1), "{said}");
    for how in ["created ", "deleted ", "changed "] {
        assert!(said.contains(how), "nothing is {how}: {said}");
    }
}
