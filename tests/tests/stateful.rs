//! A protocol with modes fits: a small one, after SMTP, with commands and with data, and the replies of another, after POP3, that
//! cannot be read without the commands.

// A panic is how a property fails.
#![allow(clippy::indexing_slicing, clippy::panic)]

use parsers::core::compare::{Divergence, Side};
use parsers::{Accepted, Demand, Draft, End, Family, Force, Leniency, Next, Parser, Party};
use parsers::{Asked, Dialect, LeniencySet, Rule, State, Stop, Verdict, judge, judge_from};
use tests::draw::Chance;
use tests::oracle::Oracle;

/// The mode in which a command is read.
const COMMANDS: u32 = 0;
/// The mode in which lines of data are read.
const DATA: u32 = 1;

/// What a piece of data is called.
const LINES: u8 = 1;

static COMMAND: Rule = rule("mail/command", "A command that is known ends with CRLF.");
static LINE: Rule = rule("mail/line", "A line of data ends with CRLF.");

const fn rule(id: &'static str, text: &'static str) -> Rule {
    const DEMAND: &Demand = &Demand::new(Force::Must, "MAIL §1", "Lines end with CRLF.");
    Rule {
        id,
        spec: "MAIL §1",
        binds: &[(Party::Recipient, Force::Must)],
        force: Force::Must,
        text,
        broken: DEMAND,
        kept: DEMAND,
        closing: None,
    }
}

static LF_ENDS: Leniency = leniency("lf-ends", 0, "LF alone ends a line of data.");
static LF_DATA: Leniency = leniency("lf-data", 1, "LF alone is data.");

const fn leniency(id: &'static str, index: u16, text: &'static str) -> Leniency {
    Leniency {
        id,
        index,
        rule: &LINE,
        text,
        word: "",
        demand: LINE.broken,
        of_proxy: None,
        past: &[],
    }
}

static MAIL: Family = Family {
    name: "mail",
    noun: "message",
    before: "in front of",
    extensions: &[],
    looks: |_| false,
    rules: &[&COMMAND, &LINE],
    leniencies: &[&LF_ENDS, &LF_DATA],
    restrictions: &[],
    labels: &["body", "lines"],
    parsers: &[&Strict, &ByLine, &ByDot],
    asked: &[Asked::UNKNOWN],
    is_closed: false,
    is_general: |_| true,
    unpack: |_, _, _| false,
    read,
    own_law: |_, _| Ok(()),
    classify: |_: &Divergence, _: &Side<'_>, _: &Side<'_>| None,
};

/// Reads a command, or data up to a line of one dot, as the mode says.
fn read(relaxes: &LeniencySet, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    if draft.state().mode == COMMANDS {
        return command(input, draft);
    }
    let mut start = 0;
    for (at, _) in input.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
        let line = &input[start..at];
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None if relaxes.has(&LF_ENDS) => {
                draft.relax(&LF_ENDS, at);
                line
            }
            None if relaxes.has(&LF_DATA) => {
                draft.relax(&LF_DATA, at);
                continue;
            }
            None => return Err(draft.reject(&LINE, at)),
        };
        if line == b"." {
            return Ok(data(at + 1, draft));
        }
        start = at + 1;
    }
    Err(Stop::Incomplete)
}

fn data(end: usize, draft: &mut Draft<'_>) -> Accepted {
    draft.part(LINES, 0, end);
    draft.state().mode = COMMANDS;
    let next = Next::Message;
    Accepted { end, next }
}

fn command(input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let commands: [(&[u8], _); 4] = [
        (b"DATA\r\n", Next::Message),
        (b"MAIL\r\n", Next::Message),
        (b"QUIT\r\n", Next::Close),
        (b"STARTTLS\r\n", Next::Tunnel),
    ];
    if let Some((line, next)) = commands.iter().find(|(line, _)| input.starts_with(line)) {
        if *line == b"DATA\r\n" {
            draft.state().mode = DATA;
        }
        let (end, next) = (line.len(), *next);
        return Ok(Accepted { end, next });
    }
    match commands.iter().any(|(line, _)| line.starts_with(input)) {
        true => Err(Stop::Incomplete),
        false => Err(draft.reject(&COMMAND, 0)),
    }
}

struct Strict;

impl Parser for Strict {
    fn name(&self) -> &str {
        "strict"
    }
    fn dialect(&self) -> Dialect {
        Dialect::new("strict", LeniencySet::EMPTY)
    }
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        read(&LeniencySet::EMPTY, input, draft)
    }
}

/// Takes data line by line; LF ends one.
struct ByLine;

impl Parser for ByLine {
    fn name(&self) -> &str {
        "by-line"
    }
    fn dialect(&self) -> Dialect {
        Dialect::new("by-line", LeniencySet::of(&[&LF_ENDS]))
    }
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        read(&LeniencySet::of(&[&LF_ENDS]), input, draft)
    }
}

/// Looks for the five bytes that end data.
struct ByDot;

impl Parser for ByDot {
    fn name(&self) -> &str {
        "by-dot"
    }
    fn dialect(&self) -> Dialect {
        Dialect::new("by-dot", LeniencySet::of(&[&LF_DATA]))
    }
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        if draft.state().mode == COMMANDS {
            return command(input, draft);
        }
        let end = match input.starts_with(b".\r\n") {
            true => Some(3),
            false => {
                let found = input.windows(5).position(|five| five == b"\r\n.\r\n");
                found.map(|at| at + 5)
            }
        };
        let looked_at = &input[..end.unwrap_or(input.len())];
        let mut before = b' ';
        for (at, byte) in looked_at.iter().enumerate() {
            if *byte == b'\n' && before != b'\r' {
                draft.relax(&LF_DATA, at);
            }
            before = *byte;
        }
        end.map(|end| data(end, draft)).ok_or(Stop::Incomplete)
    }
}

fn ends(verdict: &Verdict) -> (Vec<usize>, End) {
    let messages = verdict.reading.messages.iter();
    let ends = messages.map(|message| message.end).collect();
    (ends, verdict.reading.end)
}

/// What each of the three makes of the input, from this mode on.
fn readings(mode: u32, input: &[u8]) -> [(Vec<usize>, End); 3] {
    let parsers: [&dyn Parser; 3] = [&Strict, &ByLine, &ByDot];
    parsers.map(|parser| {
        let mut verdict = Verdict::new();
        judge_from(
            parser,
            State::new(mode),
            Asked::UNKNOWN,
            input,
            &mut verdict,
        );
        ends(&verdict)
    })
}

/// An attack on mail: what one reads as data holds commands to the other.
#[test]
fn two_readers_disagree_where_data_ends() {
    let input = b"DATA\r\nhello\n.\nMAIL\r\nDATA\r\n.\r\nQUIT\r\nMAIL\r\n";
    let [strict, by_line, by_dot] = readings(COMMANDS, input);
    assert_eq!(strict, (vec![6], End::Rejected));
    assert_eq!(by_line, (vec![6, 14, 20, 26, 29, 35], End::Complete));
    assert_eq!(by_dot, (vec![6, 29, 35], End::Complete));
}

/// The same bytes are commands, or data, as the state says from which they are read.
#[test]
fn the_initial_state_decides_what_the_bytes_are() {
    let input = b"MAIL\r\n.\r\nQUIT\r\n";
    let from_commands = readings(COMMANDS, input);
    assert_eq!(from_commands, [0, 1, 2].map(|_| (vec![6], End::Rejected)));
    let from_data = readings(DATA, input);
    assert_eq!(from_data, [0, 1, 2].map(|_| (vec![9, 15], End::Complete)));
}

/// A stream that comes in pieces is taken up in the state in which the last whole message left it.
#[test]
fn a_stream_is_taken_up_in_the_state_that_judging_returns() {
    let input = b"DATA\r\nMAIL\r\n.\r\nMAIL\r\nSTARTTLS\r\nMAIL\r\n";
    let mut verdict = Verdict::new();
    for cut in 0..=input.len() {
        let (front, start) = (&input[..cut], State::default());
        let state = judge_from(&Strict, start, Asked::UNKNOWN, front, &mut verdict);
        let at = verdict.reading.taken();
        let is_over = verdict.reading.end == End::Tunnel;
        let mut all = ends(&verdict).0;
        judge_from(&Strict, state, Asked::UNKNOWN, &input[at..], &mut verdict);
        all.extend(ends(&verdict).0.iter().map(|end| end + at));
        assert_eq!(all, [6, 15, 21, 31], "cut at {cut}");
        let end = if is_over { End::Complete } else { End::Tunnel };
        assert_eq!(verdict.reading.end, end, "cut at {cut}");
    }
}

/// Every law holds of a family whose readers have modes, on streams of odd pieces.
#[test]
fn every_law_holds() {
    let pieces: [&[u8]; 13] = [
        b"DATA\r\n",
        b"MAIL\r\n",
        b"QUIT\r\n",
        b"STARTTLS\r\n",
        b".\r\n",
        b".\n",
        b"\r\n.\r\n",
        b"\n.\r\n",
        b"text\r\n",
        b"text\n",
        b"DATA\r\n",
        b"\r",
        b".",
    ];
    let sets = [
        vec![],
        vec![&LF_ENDS],
        vec![&LF_DATA],
        vec![&LF_ENDS, &LF_DATA],
    ];
    let sets = sets.map(|set| LeniencySet::of(&set));
    let (mut oracle, mut chance) = (Oracle::new(&MAIL), Chance::new(1));
    let (mut data_read, mut verdict) = (0, Verdict::new());
    for _ in 0..3000 {
        let count = chance.below(9);
        let drawn: Vec<_> = (0..count).map(|_| pieces[chance.below(13)]).collect();
        let input = drawn.concat();
        for cut in 0..=input.len() {
            if let Err(broken) = oracle.hold(&input, cut, &sets) {
                panic!("{broken}\ncut at {cut}: \"{}\"", input.escape_ascii());
            }
        }
        judge(&ByLine, &input, &mut verdict);
        data_read += verdict.reading.parts.len();
    }
    assert!(data_read > 200, "{data_read}");
}

/// Reads replies, each a line; the reply to LIST goes on up to a line of one dot.
struct Replies;

impl Parser for Replies {
    fn name(&self) -> &str {
        "replies"
    }
    fn dialect(&self) -> Dialect {
        Dialect::new("replies", LeniencySet::EMPTY)
    }
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let end_of = |mark: &[u8]| {
            let at = input.windows(mark.len()).position(|bytes| bytes == mark);
            at.map(|at| at + mark.len()).ok_or(Stop::Incomplete)
        };
        let end = match draft.answer() {
            Some(b"LIST") => end_of(b"\r\n.\r\n")?,
            _ => end_of(b"\r\n")?,
        };
        let next = Next::Message;
        Ok(Accepted { end, next })
    }
}

/// What was asked decides where a reply ends, also where the reply comes in pieces.
#[test]
fn what_was_asked_decides_where_a_reply_ends() {
    let input = b"+OK\r\n1 120\r\n.\r\n+OK 1\r\n";
    let asked: [(_, &[usize]); 3] = [
        (Asked::lines("LIST\nSTAT"), &[15, 22]),
        (Asked::lines("STAT\nLIST"), &[5, 15, 22]),
        (Asked::UNKNOWN, &[5, 12, 15, 22]),
    ];
    let mut verdict = Verdict::new();
    for (asked, expected) in asked {
        for cut in 0..=input.len() {
            let (front, start) = (&input[..cut], State::default());
            let state = judge_from(&Replies, start, asked, front, &mut verdict);
            let at = verdict.reading.taken();
            let mut all = ends(&verdict).0;
            judge_from(&Replies, state, asked, &input[at..], &mut verdict);
            all.extend(ends(&verdict).0.iter().map(|end| end + at));
            assert_eq!(all, expected, "cut at {cut}");
        }
    }
}
