//! What clients make of servers that fail in one way, with the Node.js and the clients that are installed.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::process::ExitCode;

use parsers::session::mixup::{Mechanism, Symptom};
use peers::Failure;
use peers::live::faulty::clicks::{CLICKERS, Clicker, node};
use peers::live::faulty::mixup::{ClientGot, PATHS};
use peers::live::faulty::{Clicked, NODES, Node, Observation, click, observe};
use trials::{Ignored, TrialRun, of_each};

/// A test of one client or server.
type Ask<T> = fn(&'static T) -> TrialRun;

fn main() -> ExitCode {
    let clicks: [(&str, Ask<Clicker>); 2] = [
        ("sends_a_post_again_that_kills_its_worker", sends_again),
        ("sends_a_post_once_that_is_answered", sends_once),
    ];
    let clicks = clicks.into_iter().flat_map(|(name, test)| {
        let clickers = CLICKERS.iter().map(|clicker| (clicker.name, clicker));
        of_each(name, clickers, test)
    });
    let mixups: [(&str, Ask<Node>); 3] = [
        ("answers_each_client_when_sound", answers_each_client),
        ("shows_every_symptom_of_two_faults", shows_every_symptom),
        ("ends_a_connection_that_nobody_holds", ends_a_connection),
    ];
    let mixups = mixups.into_iter().flat_map(|(name, test)| {
        let nodes = NODES.iter().map(|node| (node.name, node));
        of_each(name, nodes, test)
    });
    trials::run(clicks.chain(mixups).collect())
}

/// Why a test without this does not run.
fn absent(name: &str, failure: Failure) -> Ignored {
    match failure {
        failure @ Failure::Absent(_) => Ignored::not_installed(failure),
        failure => panic!("{name}: {failure}"),
    }
}

/// What a client does with a cluster of which each worker dies of a POST, or answers it.
fn clicked(clicker: &Clicker, dies: bool) -> Result<Clicked, Ignored> {
    let node = node().map_err(|failure| absent("Node.js", failure))?;
    clicker
        .version()
        .map_err(|failure| absent(clicker.name, failure))?;
    Ok(click(&node, clicker, dies).unwrap())
}

fn sends_again(clicker: &'static Clicker) -> TrialRun {
    let clicked = clicked(clicker, true)?;
    assert!(clicked.posts > 1, "{clicked:?}");
    assert_eq!(clicked.died, clicked.posts);
    Ok(())
}

fn sends_once(clicker: &'static Clicker) -> TrialRun {
    assert_eq!(clicked(clicker, false)?, Clicked { posts: 1, died: 0 });
    Ok(())
}

/// What a fault shows in a version of Node.js.
fn observed(node: &Node, mechanism: Mechanism, is_logged: bool) -> Result<Observation, Ignored> {
    let program = node.program();
    let program = program.map_err(|failure| absent(node.name, failure))?;
    Ok(observe(&program, mechanism, is_logged).unwrap())
}

fn answers_each_client(node: &'static Node) -> TrialRun {
    for is_logged in [false, true] {
        let seen = observed(node, Mechanism::Sound, is_logged)?;
        let own = PATHS.map(|path| ClientGot::Body(format!("answer to {path}")));
        assert_eq!(seen.got, own);
        assert_eq!(seen.died, None);
        for symptom in [Symptom::Crossed, Symptom::TimedOut, Symptom::WriteFailed] {
            assert!(!seen.symptoms.contains(&symptom), "{seen:?}");
        }
    }
    Ok(())
}

fn shows_every_symptom(node: &'static Node) -> TrialRun {
    for (mechanism, is_logged) in [
        (Mechanism::ParserFreedTwice, true),
        (Mechanism::DescriptorClosedTwiceHeld, false),
    ] {
        let seen = observed(node, mechanism, is_logged)?;
        assert_eq!(seen.symptoms, Symptom::ALL, "{mechanism:?}: {seen:?}");
    }
    Ok(())
}

/// It ends instead of timing out.
fn ends_a_connection(node: &'static Node) -> TrialRun {
    let seen = observed(node, Mechanism::DescriptorClosedTwice, false)?;
    assert!(seen.symptoms.contains(&Symptom::Crossed), "{seen:?}");
    assert!(!seen.symptoms.contains(&Symptom::TimedOut), "{seen:?}");
    Ok(())
}
