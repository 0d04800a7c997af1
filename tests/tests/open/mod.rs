//! Peers for tests, each of which is ignored where its peer is absent.

use peers::{About, Failure, Opened};
use trials::Ignored;

/// A peer. What is not absent but broken fails the test.
pub fn open(about: &About) -> Result<Opened, Ignored> {
    about
        .open()
        .map_err(|failure| absent(about.name, about.was_left_out(), failure))
}

/// Why a test without this does not run.
pub fn absent(name: &str, was_left_out: bool, failure: Failure) -> Ignored {
    match failure {
        failure @ Failure::Absent(_) if was_left_out => Ignored::by_choice(failure),
        failure @ Failure::Absent(_) => Ignored::not_installed(failure),
        failure => panic!("{name}: {failure}"),
    }
}
