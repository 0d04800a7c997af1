// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;

/// What each fault shows in each version that is installed. One that is not installed is skipped, and says so;
/// where everything is said to be installed, none may be.
fn observed(mechanism: Mechanism, is_logged: bool) -> Vec<(&'static str, Observation)> {
    let mut all = Vec::new();
    for node in NODES {
        match node.program() {
            Ok(program) => {
                all.push((node.name, observe(&program, mechanism, is_logged).unwrap()));
            }
            Err(absent) => {
                let may_skip = std::env::var_os("MISFRAME_PEERS").is_none();
                assert!(may_skip, "{}: {absent}", node.name);
                eprintln!("{}: skipped: {absent}", node.name);
            }
        }
    }
    all
}

#[test]
fn a_sound_server_answers_each_client() {
    for is_logged in [false, true] {
        for (name, seen) in observed(Mechanism::Sound, is_logged) {
            let own = PATHS.map(|path| Got::Body(format!("answer to {path}")));
            assert_eq!(seen.got, own, "{name}");
            assert_eq!(seen.died, None, "{name}");
            for symptom in [Symptom::Crossed, Symptom::TimedOut, Symptom::WriteFailed] {
                assert!(!seen.symptoms.contains(&symptom), "{name}: {seen:?}");
            }
        }
    }
}

#[test]
fn two_faults_show_every_symptom() {
    for (mechanism, is_logged) in [
        (Mechanism::ParserFreedTwice, true),
        (Mechanism::DescriptorClosedTwiceHeld, false),
    ] {
        for (name, seen) in observed(mechanism, is_logged) {
            assert_eq!(
                seen.symptoms,
                Symptom::ALL,
                "{name}: {mechanism:?}: {seen:?}"
            );
        }
    }
}

#[test]
fn a_connection_that_nobody_holds_ends_instead_of_timing_out() {
    for (name, seen) in observed(Mechanism::DescriptorClosedTwice, false) {
        assert!(
            seen.symptoms.contains(&Symptom::Crossed),
            "{name}: {seen:?}"
        );
        assert!(
            !seen.symptoms.contains(&Symptom::TimedOut),
            "{name}: {seen:?}"
        );
    }
}
