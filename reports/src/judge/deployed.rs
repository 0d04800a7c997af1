//! The readers that judge inputs: the specification, and software that people run.

use std::collections::BTreeMap;

use parsers::core::compare::Level;
use parsers::core::explain;
use parsers::family::DialectParser;
use parsers::{
    Dialect, End, Family, LeniencySet, Parser, StreamInput, Verdict, judge, judge_with_facts,
};
use peers::{Pieces, Role};

use crate::judge::ask::Peers;
use crate::judge::dialect_file::AskedDialect;
use crate::judge::direction;
use crate::judge::facts::{self, FactVoice};
use crate::judge::finding::{Judgement, Weighing};
use crate::judge::relax::{self, Until};
use crate::judge::reported;
use crate::judge::seat::{Membership, Seat, Voice, Weight};
use crate::judge::shipped::{self, Shipped};

/// The specification and the deployed readers of a family.
pub struct Deployed {
    family: &'static Family,
    learned: Vec<&'static Shipped>,
    asked: Vec<AskedDialect>,
    wants_facts: bool,
}

impl Deployed {
    /// The strict parser and the learned dialects of released software, but for clients.
    pub fn learned(family: &'static Family) -> Self {
        Self {
            family,
            learned: shipped::of(family)
                .filter(|reader| reader.role != Role::Client)
                .collect(),
            asked: Vec::new(),
            wants_facts: false,
        }
    }

    /// The strict parser only, for peers to be held against.
    pub fn strict(family: &'static Family) -> Self {
        Self {
            family,
            learned: Vec::new(),
            asked: Vec::new(),
            wants_facts: false,
        }
    }

    /// These, which also compare what they understand of messages that they end alike, where the family has facts.
    pub fn with_facts(mut self) -> Self {
        self.wants_facts = facts::has_facts(self.family);
        self
    }

    /// These and one more dialect, which the user says is deployed.
    pub fn with(mut self, dialect: AskedDialect) -> Self {
        self.asked.push(dialect);
        self
    }

    /// The family.
    pub fn family(&self) -> &'static Family {
        self.family
    }

    /// What they make of `input`.
    pub fn judge<'i>(&self, input: impl Into<StreamInput<'i>>) -> Judgement {
        self.judge_all(input.into(), Vec::new(), Vec::new())
    }

    /// What they, and these peers, make of `input`.
    pub fn judge_with<'i>(
        &self,
        peers: &mut Peers,
        input: impl Into<StreamInput<'i>>,
    ) -> Judgement {
        let input = input.into();
        let answers = peers.answers(input, Pieces::One);
        let voices = answers
            .iter()
            .filter_map(|answer| answer.voice(self.family, input));
        let understood = answers.iter().filter_map(|answer| answer.understood());
        let understood = understood.filter(|_| self.wants_facts).collect();
        let mut judgement = self.judge_all(input, voices.collect(), understood);
        for answer in &answers {
            if let Err(failure) = &answer.seen {
                judgement
                    .failures
                    .push((answer.name.clone(), failure.clone()));
            }
        }
        judgement
    }

    /// What they and the peers of these voices make of `input`, and of what each of them understands.
    fn judge_all(
        &self,
        input: StreamInput<'_>,
        peers: Vec<Voice>,
        mut understood: Vec<FactVoice>,
    ) -> Judgement {
        let mut voices: Vec<_> = self.voices(input).collect();
        if self.wants_facts {
            // Of an inspector that was learned, only what frames messages is known: it keeps fields in its own way.
            let inspects = |voice: &&Voice| voice.weight.role() == Some(Role::Inspector);
            let own = voices.iter().filter(|voice| !inspects(voice));
            let own = own.map(|voice| {
                FactVoice::of(
                    &voice.seat.name,
                    voice.weight,
                    &voice.seat.verdict,
                    input.bytes,
                )
            });
            understood.extend(own);
        }
        voices.extend(peers);
        let mut judgement = self.judge_among(input, voices);
        judgement.compare_facts(facts::find(input.bytes, &understood));
        judgement
    }

    /// What these voices make of `input`. Where all reject it alike, readers that relax what the
    /// specification rejects it by add a note.
    fn judge_among(&self, input: StreamInput<'_>, mut voices: Vec<Voice>) -> Judgement {
        let rejects = |voice: &Voice| voice.seat.verdict.reading.end == End::Rejected;
        // An inspector reads on whatever it sees.
        let mut acting = voices.iter().filter(|voice| voice.weight.acts());
        if !acting.all(rejects) {
            return self.disputed(input, voices);
        }
        let weighing = self.weighing(input, voices.clone());
        if weighing.level() > Some(Level::Note) {
            return weighing.judgement(input);
        }
        let relaxed = relax::relaxed(self.family, input, Until::Accepted);
        if relaxed.is_empty() {
            return weighing.judgement(input);
        }
        let readers = voices.iter().filter(|voice| voice.weight.acts()).count();
        voices.extend(relaxed);
        let mut noted = self.weighing(input, voices).judgement(input);
        noted.rejected_by = Some(readers);
        if let (Some(finding), Some(readers)) = (&mut noted.finding, noted.rejected_by) {
            let rejected = match readers {
                1 => "the specification rejects it".to_owned(),
                more => format!("all {more} readers reject it"),
            };
            finding.direction = format!("{rejected}; {}", finding.direction);
        }
        noted
    }

    /// What these voices make of `input`, which some of them accept. Where the specification rejects it, a reader that
    /// departs from the same rule in another way joins them, if that makes the finding graver.
    fn disputed(&self, input: StreamInput<'_>, mut voices: Vec<Voice>) -> Judgement {
        let weighing = self.weighing(input, voices.clone());
        let level = weighing.level();
        if level == Some(Level::Error) {
            return weighing.judgement(input);
        }
        let relaxed = relax::relaxed(self.family, input, Until::Exhausted);
        if relaxed.is_empty() {
            return weighing.judgement(input);
        }
        let known = voices.len();
        voices.extend(relaxed);
        let with = self.weighing(input, voices.clone());
        let is_graver = with.level() > level;
        let mut pair = with.pair().filter(|_| is_graver).into_iter().flatten();
        let Some(unknown) = pair.find(|group| !group.speaks() && !group.inspects()) else {
            return weighing.judgement(input);
        };
        // The others are not drawn.
        let names: Vec<_> = unknown.members.iter().map(|member| &member.name).collect();
        let drawn = voices.into_iter().enumerate();
        let drawn = drawn.filter(|(nth, voice)| *nth < known || names.contains(&&voice.seat.name));
        let voices = drawn.map(|(_, voice)| voice).collect();
        let mut with = self.weighing(input, voices).judgement(input);
        let reader = with.pair().map(|(short, long)| {
            let unknown = if short.speaks() { long } else { short };
            direction::name(unknown).to_owned()
        });
        if let (Some(finding), Some(reader)) = (&mut with.finding, reader) {
            finding.direction = format!("{}; no known reader reads as {reader}", finding.direction);
        }
        with
    }

    /// What our own parsers, other than the strict one, and the single departures make of `input` beside the readers
    /// that have judged it, in a line or two; for a reader who wants to know what else is possible.
    pub fn beside<'i>(
        &self,
        judgement: &Judgement,
        input: impl Into<StreamInput<'i>>,
    ) -> Vec<String> {
        let input = input.into();
        let family = self.family;
        let group = |verdict: &Verdict| {
            let mut groups = judgement.groups.iter();
            groups.position(|group| group.verdict.reading == verdict.reading)
        };
        let mut ours: BTreeMap<Option<usize>, Vec<&str>> = BTreeMap::new();
        let mut verdict = Verdict::new();
        for parser in family.parsers.iter().skip(1) {
            judge(*parser, input, &mut verdict);
            ours.entry(group(&verdict)).or_default().push(parser.name());
        }
        let letter = |nth: usize| {
            let letter = judgement.groups.get(nth).map(|group| group.letter.as_str());
            letter.unwrap_or_default()
        };
        let read_as = ours.iter().map(|(group, names)| {
            let names = names.join(", ");
            match group {
                Some(nth) => format!("{names} as {}", letter(*nth)),
                None => format!("{names} as none of them"),
            }
        });
        let mut lines = vec![format!(
            "our own read: {}",
            read_as.collect::<Vec<_>>().join("; ")
        )];
        let others = family.departures().filter(|departure| {
            let mut set = LeniencySet::EMPTY;
            set.insert(departure.index);
            explain::judge_under(family, &set, input, &mut verdict);
            group(&verdict).is_none()
        });
        match others.count() {
            0 => {}
            1 => lines.push("1 single departure reads otherwise; --panel all draws it".to_owned()),
            more => lines.push(format!(
                "{more} single departures read otherwise; --panel all draws them"
            )),
        }
        lines
    }

    fn weighing(&self, input: StreamInput<'_>, voices: Vec<Voice>) -> Weighing {
        let is_held = self.learned.is_empty() || !self.asked.is_empty();
        Weighing::of(self.family, input, voices, is_held)
    }

    fn read(&self, parser: &dyn Parser, input: StreamInput<'_>, verdict: &mut Verdict) {
        match self.wants_facts {
            true => judge_with_facts(parser, input, verdict),
            false => judge(parser, input, verdict),
        }
    }

    /// Software that reads the input otherwise than the specification, as a public report says.
    fn reported<'s>(&'s self, input: StreamInput<'s>) -> impl Iterator<Item = Voice> + 's {
        let readers = reported::of(self.family).filter(|_| !self.learned.is_empty());
        readers.filter_map(move |reader| {
            let seat = Seat {
                name: reader.name.clone(),
                standing: Membership::Reported,
                relaxes: Some(reader.relaxes),
                verdict: reader.judge(input)?,
            };
            Some(voice(seat, Weight::Rare(reader.role), None))
        })
    }

    fn voices<'s>(&'s self, input: StreamInput<'s>) -> impl Iterator<Item = Voice> + 's {
        let strict = self.family.parsers.first().map(move |strict| {
            let mut verdict = Verdict::new();
            // The dialect without departures reads alike, and keeps facts.
            let plain = DialectParser::new(self.family, Dialect::new("", LeniencySet::EMPTY));
            match self.wants_facts {
                true => self.read(&plain, input, &mut verdict),
                false => self.read(*strict, input, &mut verdict),
            }
            let seat = Seat {
                name: strict.name().to_owned(),
                standing: Membership::Named,
                relaxes: Some(LeniencySet::EMPTY),
                verdict,
            };
            voice(seat, Weight::Specification, None)
        });
        let learned = self.learned.iter().map(move |reader| {
            let mut verdict = Verdict::new();
            match self.wants_facts {
                true => reader.judge_with_facts(input.bytes, &mut verdict),
                false => reader.judge(input, &mut verdict),
            }
            let seat = Seat {
                name: reader.name(),
                standing: Membership::Learned,
                relaxes: Some(reader.relaxes),
                verdict,
            };
            voice(
                seat,
                Weight::of(reader.role, reader.is_deployed),
                Some(*reader),
            )
        });
        let asked = self.asked.iter().map(move |dialect| {
            let parser = DialectParser::new(self.family, Dialect::new("", dialect.relaxes));
            let mut verdict = Verdict::new();
            self.read(&parser, input, &mut verdict);
            let seat = Seat {
                name: dialect.name.clone(),
                standing: Membership::Asked,
                relaxes: Some(dialect.relaxes),
                verdict,
            };
            voice(seat, Weight::Deployed(Role::Library), None)
        });
        strict
            .into_iter()
            .chain(learned)
            .chain(asked)
            .chain(self.reported(input))
    }
}

fn voice(seat: Seat, weight: Weight, reader: Option<&'static Shipped>) -> Voice {
    Voice {
        seat,
        weight,
        reader,
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::http1::REQUEST;
    use parsers::unidiff::UNIFIED;

    use super::*;

    /// The level and the class of what is found in a request.
    fn found(input: &[u8]) -> Option<(Level, Option<String>)> {
        let finding = Deployed::learned(&REQUEST).judge(input).finding?;
        Some((finding.level, finding.class))
    }

    fn level(input: &[u8]) -> Option<Level> {
        found(input).map(|(level, _)| level)
    }

    #[test]
    fn an_ordinary_request_is_silent() {
        for body in ["abc", "abcGET", "abc\r\n"] {
            let post = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{body}");
            let level = level(post.as_bytes());
            assert!(level.is_none() || level == Some(Level::Note), "{body:?}");
        }
        assert_eq!(level(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), None);
        assert_eq!(level(b"POST / HTTP/1.1\r\nHost: a\r\n\r\n"), None);
    }

    #[test]
    fn one_rejected_byte_does_not_accuse_what_precedes() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\x01";
        assert!(level(input) < Some(Level::Error));
    }

    #[test]
    fn a_reader_that_accepts_a_head_has_committed() {
        let head =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
        let expected = Some((Level::Error, Some("cl-te".to_owned())));
        for body in ["1\r\nA\r\nX", "1\r\nZ"] {
            let input = format!("{head}{body}");
            assert_eq!(found(input.as_bytes()), expected, "{body:?}");
        }
    }

    /// A request with a length of 4 and this line, and one byte behind its content.
    fn with_line(line: &[u8]) -> Vec<u8> {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\n";
        let rest = b"\r\nContent-Length: 4\r\n\r\n1\r\nA\r\nX";
        [head, line, rest].concat()
    }

    #[test]
    fn a_disguised_framing_field_that_one_widely_deployed_reader_accepts_is_an_error() {
        let input = with_line(b"Transfer-Encoding\x82: chunked");
        let judgement = Deployed::learned(&REQUEST).judge(&input);
        let finding = judgement.finding.unwrap();
        assert_eq!(finding.level, Level::Error);
        assert_eq!(finding.class.as_deref(), Some("cl-te"));
        let end = "no known reader reads as +name-octets-dropped+coding-beats-length";
        assert!(finding.direction.ends_with(end), "{}", finding.direction);
    }

    #[test]
    fn a_field_that_frames_nothing_is_no_dispute() {
        let input = with_line(b"Accept-Encoding\x82: chunked");
        assert_eq!(found(&input), Some((Level::Note, None)));
    }

    #[test]
    fn rare_readers_among_themselves_make_a_warning() {
        let input = with_line(b"Transfer-Encoding: chunk");
        assert_eq!(level(&input), Some(Level::Warning));
        let judgement = Deployed::learned(&REQUEST).judge(&input);
        let (short, long) = judgement.pair().unwrap();
        assert!(short.speaks() && long.speaks() && !short.is_wide() && !long.is_wide());
    }

    #[test]
    fn what_all_reject_is_said_and_noted_with_what_would_accept_it() {
        let readers = Deployed::learned(&REQUEST);
        let whole = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(readers.judge(whole).rejected_by, None);
        // Chunks for a reader that takes a control character out of the coding, and also prefers it to the length.
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\x13\r\nContent-Length: 4\r\n\r\n1\r\nA\r\nX";
        let strict = Deployed::strict(&REQUEST).judge(input);
        assert_eq!(strict.rejected_by, Some(1));
        let finding = strict.finding.unwrap();
        assert_eq!(finding.level, Level::Note);
        assert!(
            finding
                .direction
                .starts_with("the specification rejects it; "),
            "{}",
            finding.direction
        );
        let groups = strict.groups.iter().flat_map(|group| &group.members);
        let mut names = groups.map(|member| member.name.matches('+').count());
        assert!(names.any(|departures| departures >= 2));
    }

    #[test]
    fn a_tool_that_loses_a_hunk_is_an_error() {
        let patch = b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n\n@@ -11 +11 @@\n-c\n+d\n";
        let judgement = Deployed::learned(&UNIFIED).judge(patch);
        let finding = judgement.finding.unwrap();
        assert_eq!(finding.level, Level::Error, "{}", finding.direction);
    }
}
