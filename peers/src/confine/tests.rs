// A panic is how a test fails.
#![allow(clippy::unwrap_used)]
use std::ffi::OsStr;
use std::fs::Permissions;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;

use crate::live;
use std::fs;

use super::*;

/// Runs a line of a shell, and tells whether it ends well.
fn runs(confined: &Confined, line: &str) -> bool {
    let shell = find(OsStr::new("sh"), confined.user(), []).unwrap();
    let mut command = Command::new(&shell);
    command
        .args(["-c", line])
        .current_dir("/")
        .stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let child = confined.clone().running(&shell).spawn(&mut command);
    child.unwrap().wait().unwrap().success()
}

/// A folder in which any user may write, as far as modes say.
fn open_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let path = fs::canonicalize(folder.path()).unwrap();
    (folder, path)
}

#[test]
fn only_the_scratch_folder_can_be_written() {
    let (_outside, outside) = open_folder();
    let victim = outside.join("victim");
    fs::write(&victim, "as it was").unwrap();
    fs::set_permissions(&victim, Permissions::from_mode(0o666)).unwrap();
    let scratch = live::scratch().unwrap();
    let confined = Confined::new().writing(scratch.path());
    confined.give(scratch.path()).unwrap();
    let (inside, victim) = (scratch.path().join("new"), victim.display().to_string());
    let new = outside.join("new").display().to_string();
    assert!(runs(&confined, &format!("echo a >'{}'", inside.display())));
    for line in [
        format!("echo a >'{new}'"),
        format!("mkdir '{new}'"),
        format!("ln -s a '{new}'"),
        format!(": >'{victim}'"),
        format!("echo a >>'{victim}'"),
        format!("rm -f '{victim}' && test ! -e '{victim}'"),
        format!("mv '{victim}' '{new}'"),
        format!("mv '{}' '{new}'", inside.display()),
        format!("ln '{victim}' '{}/link'", scratch.path().display()),
        format!("cat '{victim}'"),
    ] {
        assert!(!runs(&confined, &line), "{line}");
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "as it was");
    let there = fs::read_dir(&outside).unwrap();
    assert_eq!(there.count(), 1);
    // Without confinement each of them would have been done.
    let lifted = Confined {
        is_lifted: true,
        ..confined
    };
    assert!(runs(
        &lifted,
        &format!("cat '{victim}' && rm '{victim}' && echo a >'{new}'")
    ));
}

#[test]
fn what_needs_no_network_has_none() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let other = other.local_addr().unwrap().port();
    let connects = |network: Network, port: u16| {
        let line = format!(
            "exec perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(\"127.0.0.1:{port}\")'"
        );
        runs(&Confined::new().network(network), &line)
    };
    assert!(connects(Network::All, port));
    assert!(connects(Network::Ports(Vec::new(), vec![port]), port));
    assert!(!connects(Network::Ports(Vec::new(), vec![port]), other));
    assert!(!connects(Network::None, port));
}

#[test]
fn the_threads_of_this_process_stay_as_they_are() {
    let (_folder, path) = open_folder();
    assert!(!runs(
        &Confined::new(),
        &format!("echo a >'{}'", path.join("a").display())
    ));
    fs::write(path.join("b"), "").unwrap();
    assert!(!path.join("a").exists());
}

#[test]
fn a_program_is_looked_for_where_its_user_may_search() {
    let name = OsStr::new("misframe-test-program");
    let (folder, path) = open_folder();
    let absent = find(name, User::Nobody, [path.clone()]);
    assert_eq!(
        absent,
        Err(Failure::Absent(
            "misframe-test-program is not here".to_owned()
        ))
    );
    let program = path.join(name);
    fs::write(&program, "#!/bin/sh\n").unwrap();
    // It is there, and is no program.
    assert!(matches!(
        find(name, User::Nobody, [path.clone()]),
        Err(Failure::Absent(_))
    ));
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(
        find(name, User::Nobody, [path.clone()]),
        Ok(program.clone())
    );
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let why = format!("the user nobody cannot run {}", program.display());
    assert_eq!(
        find(name, User::Nobody, [path.clone()]),
        Err(Failure::Broken(why))
    );
    assert_eq!(
        find(name, User::Caller, [path.clone()]),
        Ok(program.clone())
    );
    // Nor can it be run when what runs it cannot.
    let (_other, other) = open_folder();
    let script = other.join(name);
    fs::write(&script, format!("#!{}\n", program.display())).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(
        find(name, User::Nobody, [other]),
        Err(Failure::Broken(_))
    ));
}

#[test]
fn a_folder_that_nobody_may_search_is_not_in_the_path() {
    let (folder, path) = open_folder();
    let has = |user| {
        let found = search_path(user, [path.clone()]);
        std::env::split_paths(&found).any(|folder| folder == path)
    };
    assert!(has(User::Nobody) && has(User::Caller));
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(!has(User::Nobody) && has(User::Caller));
}

#[test]
fn a_program_without_a_version_is_broken() {
    for line in ["echo hello", "exit 3", "echo 1.2; exit 1"] {
        let told = Confined::new().version_of(Path::new("/bin/sh"), &["-c", line]);
        assert!(matches!(told, Err(Failure::Broken(_))), "{line}: {told:?}");
    }
    let told = Confined::new().version_of(Path::new("/bin/sh"), &["-c", "echo v1.2"]);
    assert_eq!(told, Ok("1.2".to_owned()));
}
