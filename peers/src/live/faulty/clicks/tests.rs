// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;

/// What each client that is installed does with such a cluster. One that is not installed is skipped, and says so;
/// where everything is said to be installed, none may be.
fn clicked(dies: bool) -> Vec<(&'static str, Clicked)> {
    let may_skip = std::env::var_os("MISFRAME_PEERS").is_none();
    let node = match node() {
        Ok(node) => node,
        Err(absent) => {
            assert!(may_skip, "{absent}");
            eprintln!("skipped: {absent}");
            return Vec::new();
        }
    };
    let mut all = Vec::new();
    for clicker in CLICKERS {
        match clicker.version() {
            Ok(_) => all.push((clicker.name, click(&node, clicker, dies).unwrap())),
            Err(absent) => {
                assert!(may_skip, "{}: {absent}", clicker.name);
                eprintln!("{}: skipped: {absent}", clicker.name);
            }
        }
    }
    all
}

#[test]
fn a_post_that_kills_its_worker_is_sent_again() {
    for (name, clicked) in clicked(true) {
        assert!(clicked.posts > 1, "{name}: {clicked:?}");
        assert_eq!(clicked.died, clicked.posts, "{name}");
    }
}

#[test]
fn a_post_that_is_answered_is_sent_once() {
    for (name, clicked) in clicked(false) {
        assert_eq!(clicked, Clicked { posts: 1, died: 0 }, "{name}");
    }
}
