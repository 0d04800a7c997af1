//! What readers understand differently of messages that they end alike.

use std::collections::BTreeMap;

use corpus::escape;
use parsers::core::compare::Level;
use parsers::http1::understood::{FactClass, FactDifference, Understood, differences};
use parsers::{Verdict, http1};

use crate::judge::seat::Weight;

/// How many characters of a hostile name or word a sentence quotes.
const QUOTED: usize = 40;
/// Of so many messages facts are compared.
const MESSAGES: usize = 1000;

/// What one reader understood of the messages of an input.
#[derive(Clone, Debug)]
pub struct FactVoice {
    /// What to call the reader in a report.
    pub name: String,
    /// What its word weighs.
    pub weight: Weight,
    /// The end of each message, and what was understood of it, as far as the reader shows it.
    pub messages: Vec<(usize, Understood)>,
}

/// Something that two sides understand differently.
#[derive(Clone, Debug)]
pub struct FactFinding {
    /// Its class.
    pub class: FactClass,
    /// The index of the message.
    pub message: usize,
    /// The byte at which that message starts.
    pub at: usize,
    /// The name of the field, fit for a terminal; empty for a method and a target.
    pub field: String,
    /// How grave it is.
    pub level: Level,
    /// The readers for which the field is there, or which read the first of two values.
    pub shows: Vec<String>,
    /// The readers for which it is not, or which read the other value.
    pub hides: Vec<String>,
    /// What it means, in one sentence.
    pub direction: String,
}

impl FactVoice {
    /// What the reader of a verdict with facts understood.
    pub(crate) fn of(name: &str, weight: Weight, verdict: &Verdict, input: &[u8]) -> Self {
        let messages = verdict.reading.messages.iter().enumerate().take(MESSAGES);
        let messages = messages
            .map_while(|(nth, message)| Some((message.end, Understood::of(verdict, nth, input)?)));
        Self {
            name: name.to_owned(),
            weight,
            messages: messages.collect(),
        }
    }

    /// What a peer showed that it understood; none where it shows nothing.
    pub(crate) fn of_peer(name: &str, weight: Weight, seen: &peers::Seen) -> Option<Self> {
        let facts = seen.facts.as_ref()?.messages.iter().take(MESSAGES);
        let messages = seen.messages.iter().zip(facts);
        let messages: Vec<_> = messages
            .map_while(|(whole, understood)| Some((whole.end, understood.clone()?)))
            .collect();
        (!messages.is_empty()).then(|| Self {
            name: name.to_owned(),
            weight,
            messages,
        })
    }
}

/// Readers that understand an input alike.
struct Side<'v> {
    messages: &'v [(usize, Understood)],
    voices: Vec<&'v FactVoice>,
}

/// What readers understand differently of messages of `input` that they end alike, the gravest first. There is one for each class,
/// message and field.
pub(crate) fn find(input: &[u8], voices: &[FactVoice]) -> Vec<FactFinding> {
    let mut sides: Vec<Side<'_>> = Vec::new();
    for voice in voices.iter().filter(|voice| !voice.messages.is_empty()) {
        match sides
            .iter_mut()
            .find(|side| side.messages == voice.messages)
        {
            Some(side) => side.voices.push(voice),
            None => sides.push(Side {
                messages: &voice.messages,
                voices: vec![voice],
            }),
        }
    }
    let mut found: BTreeMap<(FactClass, usize, Vec<u8>), FactFinding> = BTreeMap::new();
    for (nth, a) in sides.iter().enumerate() {
        for b in sides.iter().skip(nth + 1) {
            for difference in between(input, a.messages, b.messages) {
                let finding = finding(input, &sides, [a, b], &difference);
                let key = (difference.class, difference.message, difference.name);
                let known = found.get(&key);
                let weight = |one: &FactFinding| (one.level, one.shows.len().min(one.hides.len()));
                if known.is_none_or(|known| weight(&finding) > weight(known)) {
                    found.insert(key, finding);
                }
            }
        }
    }
    // A reader that shows no trailer fields does not tell from where a field comes, and another does.
    let foreign: Vec<_> = found
        .keys()
        .filter(|(class, ..)| *class >= FactClass::TrailerMerged)
        .map(|(_, message, name)| (*message, name.clone()))
        .collect();
    found.retain(|(class, message, name), _| {
        *class >= FactClass::TrailerMerged || !foreign.contains(&(*message, name.clone()))
    });
    let mut found: Vec<_> = found.into_values().collect();
    found.sort_by_key(|one| {
        (
            std::cmp::Reverse(one.level),
            std::cmp::Reverse(one.class),
            one.at,
        )
    });
    found
}

/// In what two readers differ, as far as they end messages alike.
fn between(
    input: &[u8],
    a: &[(usize, Understood)],
    b: &[(usize, Understood)],
) -> Vec<FactDifference> {
    let alike = a.iter().zip(b).take_while(|(x, y)| x.0 == y.0).count();
    let part = |all: &[(usize, Understood)]| -> Vec<Understood> {
        let part = all.iter().take(alike);
        part.map(|(_, understood)| understood.clone()).collect()
    };
    let ends: Vec<_> = a.iter().take(alike).map(|(end, _)| *end).collect();
    differences(input, &ends, &part(a), &part(b))
}

fn finding(
    input: &[u8],
    sides: &[Side<'_>],
    [a, b]: [&Side<'_>; 2],
    difference: &FactDifference,
) -> FactFinding {
    let (shows, hides) = match difference.is_of_first {
        true => (a, b),
        false => (b, a),
    };
    let differs = |x: &Side<'_>, y: &Side<'_>| {
        let found = between(input, x.messages, y.messages);
        let mut same = found.iter();
        same.any(|one| one.message == difference.message && one.name == difference.name)
    };
    let reads = |side: &Side<'_>| side.messages.len() > difference.message;
    // Others that end the message alike join the side with which they agree.
    let with = |own: &Side<'_>, other: &Side<'_>| {
        let end = own.messages.get(difference.message).map(|(end, _)| *end);
        let agreeing = sides.iter().filter(|side| {
            let ends = side.messages.get(difference.message).map(|(end, _)| *end);
            reads(side) && ends == end && !differs(side, own) && differs(side, other)
        });
        let voices = agreeing.flat_map(|side| side.voices.iter().copied());
        voices.collect::<Vec<_>>()
    };
    let (shown, hidden) = (with(shows, hides), with(hides, shows));
    let level = level(difference.level, [&shown, &hidden]);
    let names = |voices: &[&FactVoice]| {
        let names = voices.iter().map(|voice| voice.name.clone());
        names.collect::<Vec<_>>()
    };
    let words = [shows, hides].map(|side| word(difference, side));
    let field = quoted(&difference.name);
    let start = difference.message.checked_sub(1);
    let at = start.and_then(|before| a.messages.get(before));
    FactFinding {
        class: difference.class,
        message: difference.message,
        at: at.map_or(0, |(end, _)| *end),
        direction: sentence(difference, &field, [&shown, &hidden], &words),
        field,
        level,
        shows: names(&shown),
        hides: names(&hidden),
    }
}

/// An error needs widely deployed software, or the specification, on either side. What an inspector alone understands otherwise is
/// one level milder. What no reader acts on is a note.
fn level(level: Level, sides: [&[&FactVoice]; 2]) -> Level {
    let any =
        |voices: &[&FactVoice], is: fn(Weight) -> bool| voices.iter().any(|one| is(one.weight));
    let is_wide = |weight: Weight| match weight {
        Weight::Specification => true,
        Weight::Deployed(role) => role.acts(),
        Weight::Hypothetical | Weight::Rare(_) => false,
    };
    let acts = sides.map(|side| any(side, Weight::acts));
    let inspects = sides.map(|side| any(side, |weight| weight.role().is_some()));
    match (acts, inspects) {
        ([true, true], _) if sides.iter().all(|side| any(side, is_wide)) => level,
        ([true, true], _) => level.min(Level::Warning),
        ([true, false], [_, true]) | ([false, true], [true, _]) => match level {
            Level::Error => Level::Warning,
            _ => Level::Note,
        },
        _ => Level::Note,
    }
}

/// What a side reads: a method, a target, or the value of a field.
fn word(difference: &FactDifference, side: &Side<'_>) -> String {
    let understood = side.messages.get(difference.message);
    let word = understood.map(|(_, understood)| match difference.class {
        FactClass::OtherMethod => understood.method.clone(),
        FactClass::OtherTarget => understood.target.clone(),
        _ => {
            let values = understood.values(&difference.name);
            values.collect::<Vec<_>>().join(&b", "[..])
        }
    });
    quoted(&word.unwrap_or_default())
}

/// A name or a word, cut and fit for a terminal.
fn quoted(word: &[u8]) -> String {
    let text = escape::display(word.get(..word.len().min(QUOTED)).unwrap_or(word));
    match word.len() > QUOTED {
        true => format!("{text}…"),
        false => text,
    }
}

fn sentence(
    difference: &FactDifference,
    field: &str,
    [shown, hidden]: [&[&FactVoice]; 2],
    [own, other]: &[String; 2],
) -> String {
    let (a, b) = (readers(shown), readers(hidden));
    let (nth, spec) = (difference.message + 1, difference.class.spec());
    let what = match difference.class {
        FactClass::OtherMethod => {
            format!("message {nth} has the method {own} for {a}, and {other} for {b}")
        }
        FactClass::OtherTarget => {
            format!("message {nth} has the target {own} for {a}, and {other} for {b}")
        }
        FactClass::OtherHost | FactClass::OtherValue => {
            format!("message {nth} has {field}: {own} for {a}, and {field}: {other} for {b}")
        }
        FactClass::HiddenField => {
            format!("message {nth} has the field {field} for {a}, and not for {b}")
        }
        FactClass::LingeringField => format!(
            "message {nth} has the field {field} of an earlier message for {a}, and not for {b}"
        ),
        FactClass::TrailerMerged => format!(
            "the trailer field {field} is a header field of message {nth} for {a}, and not for {b}"
        ),
        FactClass::TrailerLeaked => format!(
            "the trailer field {field} of an earlier message is a header field of message {nth} for {a}, and not for {b}"
        ),
    };
    format!("{what} ({spec})")
}

/// Readers in a sentence: the first, and how many others there are.
fn readers(voices: &[&FactVoice]) -> String {
    let first = voices.first().map_or("", |voice| voice.name.as_str());
    match voices.len() {
        0 | 1 => first.to_owned(),
        2 => format!("{first} and 1 other"),
        more => format!("{first} and {} others", more - 1),
    }
}

/// Whether readers of a family show what they understand.
pub fn has_facts(family: &parsers::Family) -> bool {
    *family == http1::REQUEST
}
