//! Conformance of one live server: each case is sent to it, and what comes back is held against the
//! specification.
//!
//! The decision rests on what is seen of the server: how many responses, with which status codes, and
//! whether it closed the connection. After a case, a known good request (the canary) goes over the same
//! connection: whether and how it is answered shows where the server ends the case. All readings
//! that the specification permits predict what may be seen; a server is accused only of what none of
//! them predicts, and only when it does so twice.

pub mod adapt;
pub mod calibrate;
pub mod json;
pub mod junit;
pub mod predict;
pub mod text;
pub mod verdict;
pub mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use corpus::Case;
use parsers::http1::REQUEST;
use parsers::http1::request::{RequestFacts, understood};
use parsers::http1::rules::MESSAGE_COMPLETE;
use parsers::{Capability, End, Family, LeniencySet};

pub use peers::live::response;

use calibrate::ProbedServer;
use predict::{Prediction, Traits};
use verdict::{ProbeOutcome, ProbeVerdict, Trial, decide};
use wire::{Exchange, Then, WireObservation};

/// The families whose cases are sent to a live server.
pub static PROBE: Capability<()> = Capability::new("a probe", &[(&REQUEST, ())]);

/// A case to be sent.
#[derive(Clone, Debug)]
pub struct ProbeQuestion {
    /// Where the case comes from, as the user named it.
    pub file: String,
    /// The case.
    pub case: Case,
}

/// What resulted from one case.
#[derive(Clone, Debug)]
pub struct ProbeAnswer {
    /// Where the case comes from, as the user named it.
    pub file: String,
    /// The case.
    pub case: Case,
    /// All that was meant to be sent: the case, then the canary, if there is one.
    pub sent: Vec<u8>,
    /// How many bytes of it are the case.
    pub case_len: usize,
    /// What was seen.
    pub seen: WireObservation,
    /// The verdict.
    pub outcome: ProbeOutcome,
}

/// The cases of one server, in the order in which they were given.
#[derive(Clone, Debug)]
pub struct Report {
    /// The server, as the user named it.
    pub target: String,
    /// What calibration has told of it.
    pub traits: Traits,
    /// What resulted from each case.
    pub answers: Vec<ProbeAnswer>,
}

impl Report {
    /// The answers with this verdict.
    pub fn with(&self, verdict: ProbeVerdict) -> impl Iterator<Item = &ProbeAnswer> {
        self.answers
            .iter()
            .filter(move |answer| answer.outcome.verdict == verdict)
    }
}

/// Asks `server` all `questions`, so many at a time.
pub fn run(
    family: &'static Family,
    server: &ProbedServer,
    traits: Traits,
    questions: &[ProbeQuestion],
    jobs: usize,
) -> Vec<ProbeAnswer> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(questions.len()));
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, questions.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = questions.get(nth) else {
                        return;
                    };
                    let answer = ask(family, server, traits, question);
                    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.push((nth, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(nth, _)| *nth);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// One case; what fails is asked again, with more time.
fn ask(
    family: &'static Family,
    server: &ProbedServer,
    traits: Traits,
    question: &ProbeQuestion,
) -> ProbeAnswer {
    let first = once(family, server, traits, question, 1);
    if first.outcome.verdict != ProbeVerdict::Fail {
        return first;
    }
    let mut second = once(family, server, traits, question, 2);
    if second.outcome != first.outcome {
        second.outcome = ProbeOutcome::inconclusive(format!(
            "asked twice, it did not do the same: first {}, then {}",
            text::sight(&first.seen),
            text::sight(&second.seen)
        ));
    }
    second
}

fn once(
    family: &'static Family,
    server: &ProbedServer,
    traits: Traits,
    question: &ProbeQuestion,
    patience: u32,
) -> ProbeAnswer {
    let case = &question.case;
    let alone = Prediction::new(family, LeniencySet::EMPTY, &case.input);
    // What is about the end of the stream is followed by it, all else by the canary.
    let half_closed = case.rules.iter().any(|rule| rule == MESSAGE_COMPLETE.id);
    let mut sent = case.input.clone();
    if !half_closed {
        sent.extend(server.canary());
    }
    let strict = Prediction::new(family, LeniencySet::EMPTY, &sent);
    let methods: Vec<_> = alone.starts.iter().map(|at| method(&sent, *at)).collect();
    let canary = sent.get(case.input.len()..).unwrap_or(&[]);
    let exchange = Exchange {
        input: &case.input,
        then: match half_closed {
            true => Then::CloseSending,
            false => Then::Send(canary),
        },
        enough: strict.count + usize::from(strict.end == End::Rejected),
        methods: &methods,
        timeout: server.timeout * patience,
    };
    let seen = exchange.run(server.address);
    let trial = Trial {
        family,
        case,
        sent: &sent,
        is_half_closed: half_closed,
        seen: &seen,
        traits,
    };
    let mut control = |at: usize| server.control(sent.get(at..).unwrap_or(&[]));
    let outcome = decide(&trial, &mut control);
    ProbeAnswer {
        file: question.file.clone(),
        case: case.clone(),
        case_len: case.input.len(),
        seen,
        outcome,
        sent,
    }
}

/// The method of the request that begins at `at`; empty where no reader understands one.
fn method(sent: &[u8], at: usize) -> Vec<u8> {
    let rest = sent.get(at..).unwrap_or(&[]);
    let verdict = understood(rest);
    let method = RequestFacts::of(&verdict, 0, rest).method();
    method.unwrap_or(&[]).to_vec()
}
