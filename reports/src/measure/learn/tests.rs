//! What is learned of dialects that are known.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::measure::climb::Way;
use parsers::http1::REQUEST;
use parsers::http1::leniencies::{DATA_LF, FIELD_LF, LENGTH_HEX, LENGTH_PLUS, TRAILER_LF_KEPT};
use std::path::Path;

/// What a peer that is this dialect would be seen to read.
fn seen(relaxes: &LeniencySet, input: &[u8]) -> Seen {
    let mut verdict = Verdict::new();
    explain::judge_under(&REQUEST, relaxes, input, &mut verdict);
    let (reading, mut seen) = (&verdict.reading, Seen::default());
    for message in &reading.messages {
        let payload = reading.parts_of(message).iter();
        for part in payload.filter(|part| part.label == 0) {
            seen.take_content(input.get(part.start..part.end).unwrap());
        }
        seen.end_message(message.end);
    }
    seen.end_stream(reading.end);
    seen
}

/// How what was learned does on so many inputs.
fn hold(learner: &Learner, inputs: usize, ask: &mut AskFn<'_>) -> Exam {
    let way = Way {
        relaxes: learner.relaxes,
        demands: Vec::new(),
    };
    let inputs = drawn(&REQUEST, 3, inputs, &[]);
    examine(&REQUEST, &way, inputs, ask, &mut |_, _, _| ())
}

fn questions() -> Vec<Question> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = corpus::load_family(&here.join("../corpus"), &REQUEST).unwrap();
    let questions = cases.into_iter().map(|case| Question {
        name: case.name,
        input: case.input,
    });
    questions.collect()
}

#[test]
fn a_dialect_is_learned_from_its_answers() {
    let relaxes = LeniencySet::of(&[&FIELD_LF, &LENGTH_PLUS, &DATA_LF, &TRAILER_LF_KEPT]);
    let mut asked = 0;
    let mut ask = |input: &[u8]| {
        asked += 1;
        Some(seen(&relaxes, input))
    };
    let mut learner = Learner::new(&REQUEST, &[]);
    let questions = questions();
    let all = questions.len();
    learner.question(questions, &mut ask);
    assert_eq!(learner.relaxes, relaxes);
    assert!(learner.asked < all, "what tells nothing more is not asked");
    assert_eq!(learner.evidence.len(), 4);
    let exam = hold(&learner, 500, &mut ask);
    assert_eq!((exam.inputs, exam.alike), (500, 500));
}

#[test]
fn an_exam_tells_rejections_from_other_readings() {
    let mut learner = Learner::new(&REQUEST, &[]);
    learner.relaxes = LeniencySet::of(&[&FIELD_LF]);
    let reject = |_: &[u8]| {
        let mut seen = Seen::default();
        seen.end_stream(End::Rejected);
        Some(seen)
    };
    let exam = hold(&learner, 200, &mut { reject });
    assert_eq!(exam.alike + exam.stricter, 200);
    assert!(exam.stricter > 0);
    let exam = hold(&learner, 200, &mut |_: &[u8]| None);
    assert_eq!(exam, Exam::default());
}

#[test]
fn what_no_answer_shows_is_forgotten() {
    let relaxes = LeniencySet::of(&[&FIELD_LF]);
    let mut ask = |input: &[u8]| Some(seen(&relaxes, input));
    let mut learner = Learner::new(&REQUEST, &[]);
    learner.relaxes = LeniencySet::of(&[&FIELD_LF, &LENGTH_HEX]);
    learner.practise(1000, 1, &mut ask);
    assert_eq!(learner.relaxes, relaxes);
    let shown: Vec<_> = learner.evidence.keys().copied().collect();
    assert_eq!(shown, relaxes.indices().collect::<Vec<_>>());
}
