//! A family for tests, small enough to be read by hand: a line of digits gives the length of the body
//! that follows it; two numbers with a comma between them are rejected, or one of them counts.

use parsers::core::compare::{Divergence, Side};
use parsers::family::DialectParser;
use parsers::{Accepted, Next, Parser, Party, Rule, Stop};
use parsers::{Demand, Dialect, Draft, Family, Force, Framing, Leniency, LeniencySet};

static DIGITS: Rule = Rule {
    id: "toy/digits",
    spec: "TOY §1",
    binds: &[(Party::Recipient, Force::Must)],
    force: Force::Must,
    text: "A message begins with digits and LF.",
    broken: &Demand::new(
        Force::Must,
        "TOY §1",
        "A message begins with digits and LF.",
    ),
    kept: &Demand::new(
        Force::Must,
        "TOY §1",
        "A message begins with digits and LF.",
    ),
    closing: None,
};
static ONE: Rule = Rule {
    id: "toy/one",
    spec: "TOY §2",
    binds: &[(Party::Recipient, Force::Must)],
    force: Force::Must,
    text: "One number is given.",
    broken: &Demand::new(Force::Must, "TOY §2", "One number is given."),
    kept: &Demand::new(Force::Must, "TOY §2", "One number is given."),
    closing: None,
};
static PLUS_RULE: Rule = Rule {
    id: "toy/plus",
    spec: "TOY §3",
    binds: &[(Party::Recipient, Force::May)],
    force: Force::May,
    text: "No sign is given.",
    broken: &Demand::new(Force::May, "TOY §3", "No sign is given."),
    kept: &Demand::new(Force::May, "TOY §3", "No sign is given."),
    closing: None,
};

static FIRST: Leniency = Leniency {
    id: "first",
    index: 0,
    rule: &ONE,
    text: "The first number counts.",
    word: "",
    demand: ONE.broken,
    of_proxy: None,
    past: &[],
};
static LAST: Leniency = Leniency {
    id: "last",
    index: 1,
    rule: &ONE,
    text: "The last number counts.",
    word: "",
    demand: ONE.broken,
    of_proxy: None,
    past: &[],
};
static PLUS: Leniency = Leniency {
    id: "plus",
    index: 2,
    rule: &PLUS_RULE,
    text: "Takes a plus sign.",
    word: "",
    demand: PLUS_RULE.broken,
    of_proxy: None,
    past: &[],
};

/// The family.
pub(crate) static TOY: Family = Family {
    name: "toy-note",
    noun: "note",
    before: "in front of",
    extensions: &[],
    looks: |_| false,
    rules: &[&DIGITS, &ONE, &PLUS_RULE],
    leniencies: &[&FIRST, &LAST, &PLUS],
    restrictions: &[],
    labels: &["body"],
    parsers: &[&Strict, &Late],
    asked: &[parsers::Asked::UNKNOWN],
    is_closed: false,
    is_general: |_| true,
    unpack: |_, _, _| false,
    read,
    own_law: |_, _| Ok(()),
    classify,
};

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

/// Takes the last number, and a plus sign.
struct Late;

impl Parser for Late {
    fn name(&self) -> &str {
        "late"
    }
    fn dialect(&self) -> Dialect {
        Dialect::new("late", LeniencySet::of(&[&LAST, &PLUS]))
    }
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        DialectParser::new(&TOY, self.dialect()).read(input, draft)
    }
}

fn classify(divergence: &Divergence, _: &Side<'_>, _: &Side<'_>) -> Option<String> {
    (divergence.kind == parsers::core::compare::DivergenceKind::Boundary)
        .then(|| "two-numbers".to_owned())
}

fn read(relaxes: &LeniencySet, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let (mut numbers, mut at) = (Vec::new(), 0);
    loop {
        if input.get(at) == Some(&b'+') {
            if !relaxes.has(&PLUS) {
                return Err(draft.reject(&PLUS_RULE, at));
            }
            draft.relax(&PLUS, at);
            at += 1;
        }
        let mut number = 0;
        loop {
            match input.get(at) {
                Some(digit @ b'0'..=b'9') => number = number * 10 + usize::from(digit - b'0'),
                Some(b',' | b'\n') => break,
                Some(_) => return Err(draft.reject(&DIGITS, at)),
                None => return Err(Stop::Incomplete),
            }
            at += 1;
        }
        numbers.push(number);
        at += 1;
        if input.get(at - 1) == Some(&b'\n') {
            break;
        }
        if relaxes.has(&FIRST) {
            draft.relax(&FIRST, at - 1);
        } else if relaxes.has(&LAST) {
            draft.relax(&LAST, at - 1);
        } else {
            return Err(draft.reject(&ONE, at - 1));
        }
    }
    let number = match relaxes.has(&FIRST) {
        true => numbers.first(),
        false => numbers.last(),
    };
    let number = number.copied().unwrap_or(0);
    draft.head(at, Framing::Length(number as u64));
    let end = at + number;
    if input.len() < end {
        return Err(Stop::Incomplete);
    }
    draft.part(0, at, end);
    let next = Next::Message;
    Ok(Accepted { end, next })
}

/// What the whole panel makes of `input`, found in `a file`.
pub(crate) fn entry(input: &[u8]) -> crate::format::entry::Entry {
    let panel = crate::judge::panel::Panel::full(&TOY);
    crate::format::entry::Entry {
        file: "a file".to_owned(),
        place: None,
        subject: crate::format::entry::EntrySubject::Messages {
            case: None,
            input: input.to_vec(),
            judgement: panel.judge(input, crate::judge::panel::Scope::All),
        },
    }
}
