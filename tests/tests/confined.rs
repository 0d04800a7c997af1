//! No patch changes anything outside the scratch folder of the tool that reads it, whatever it names: that is what the
//! kernel is asked for, as root and as a user. That these patches do escape from tools that are not confined is seen each
//! time too, in folders that are made for it.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Output};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use trials::{TrialRun, needs, run, trials};

fn main() -> ExitCode {
    run(trials![
        nothing_outside_changes,
        the_same_patches_escape_where_nothing_is_confined,
        a_kernel_that_cannot_confine_runs_no_tool,
    ])
}

/// The code with which it ends, and what it prints.
fn hostile(arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostile-patches"));
    said(command.args(arguments).output().unwrap())
}

fn said(ran: Output) -> (Option<i32>, String) {
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8(said).unwrap())
}

/// The sum of all numbers before a word.
fn sum(said: &str, of: &str) -> usize {
    let words = said.split([' ', ',', '\n']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let pairs = words.iter().zip(words.iter().skip(1));
    let named = pairs.filter(|(_, word)| **word == of);
    named
        .filter_map(|(number, _)| number.parse::<usize>().ok())
        .sum()
}

fn nothing_outside_changes() -> TrialRun {
    needs(&["patch", "git"])?;
    let (code, said) = hostile(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(sum(&said, "escapes"), 0, "{said}");
    // Each patch was read by its tool, or applied, or it is said why not.
    let (patches, answers) = (sum(&said, "patches"), sum(&said, "answers"));
    assert!(patches > 0 && answers * 2 > patches, "{said}");
    Ok(())
}

fn the_same_patches_escape_where_nothing_is_confined() -> TrialRun {
    needs(&["patch"])?;
    let (code, said) = hostile(&["--unconfined", "--tool", "gnu-patch", "--each", "100"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(sum(&said, "escapes") > 0, "{said}");
    for how in ["deleted ", "changed "] {
        assert!(said.contains(how), "nothing is {how}: {said}");
    }
    Ok(())
}

/// The same as on an older kernel: the system call that asks for confinement is not known.
fn a_kernel_that_cannot_confine_runs_no_tool() -> TrialRun {
    needs(&["patch"])?;
    let without = |arguments: &'static [&str]| {
        let thread = std::thread::spawn(move || {
            let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
            let calls = BTreeMap::from([(libc::SYS_landlock_create_ruleset, Vec::new())]);
            let machine = std::env::consts::ARCH.try_into().unwrap();
            let filter = SeccompFilter::new(calls, SeccompAction::Allow, unknown, machine).unwrap();
            let filter: BpfProgram = filter.try_into().unwrap();
            seccompiler::apply_filter(&filter).unwrap();
            hostile(arguments)
        });
        thread.join().unwrap()
    };
    let (code, said) = without(&["--tool", "gnu-patch", "--each", "3"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("this kernel has no Landlock"), "{said}");
    assert_eq!(sum(&said, "patches"), 0, "{said}");
    let (_, said) = without(&["--tool", "gnu-patch", "--each", "3", "--unconfined"]);
    assert!(sum(&said, "patches") > 0, "{said}");
    Ok(())
}
