//! What readers understood of requests that they end alike, and how two of them differ in it.

use std::collections::{BTreeMap, BTreeSet};

use super::request::RequestFacts;
use crate::core::compare::Level;
use crate::core::verdict::Verdict;

mod purpose;

pub use purpose::FieldPurpose;

/// A field as its reader understood it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnderstoodField {
    /// Its name.
    pub name: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// A request as its reader understood it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Understood {
    /// The method.
    pub method: Vec<u8>,
    /// The target.
    pub target: Vec<u8>,
    /// The fields that the reader counts as those of the header section.
    pub fields: Vec<UnderstoodField>,
    /// Those that it counts as trailer fields. A reader that does not show any has none.
    pub trailers: Vec<UnderstoodField>,
}

impl Understood {
    /// What the reader of a verdict, with facts, understood of the whole message with this index; none where facts were not kept.
    pub fn of(verdict: &Verdict, nth: usize, input: &[u8]) -> Option<Self> {
        let facts = RequestFacts::of(verdict, nth, input);
        let owned = |field: super::request::FieldFacts<'_>| UnderstoodField {
            name: field.name.to_vec(),
            value: field.value.to_vec(),
        };
        Some(Self {
            method: facts.method()?.to_vec(),
            target: facts.target()?.to_vec(),
            fields: facts.fields().map(owned).collect(),
            trailers: facts.trailers().map(owned).collect(),
        })
    }

    /// The value of the first field of this name in any case.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(&field.value)
    }

    /// The values of all fields of this name in any case.
    pub fn values<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let fields = self.fields.iter();
        let fields = fields.filter(move |field| field.name.eq_ignore_ascii_case(name));
        fields.map(|field| field.value.as_slice())
    }
}

/// In what two readers differ that end a request alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactClass {
    /// A field has another value.
    OtherValue,
    /// A field is there for one of them only.
    HiddenField,
    /// The target is another one.
    OtherTarget,
    /// The method is another one.
    OtherMethod,
    /// Host has another value.
    OtherHost,
    /// A trailer field is a field of the header section for one of them.
    TrailerMerged,
    /// A field of an earlier message is one of this message, too.
    LingeringField,
    /// A trailer field of an earlier message is a field of this one.
    TrailerLeaked,
}

/// What the specification says of a class, and how grave it is where two deployed readers differ so.
struct FactRule {
    word: &'static str,
    spec: &'static str,
    /// About a field that frames, routes, controls or authenticates a request.
    relevant: Level,
    /// About any other field.
    other: Level,
}

impl FactClass {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OtherValue,
        Self::HiddenField,
        Self::OtherTarget,
        Self::OtherMethod,
        Self::OtherHost,
        Self::TrailerMerged,
        Self::LingeringField,
        Self::TrailerLeaked,
    ];

    const fn rule(self) -> FactRule {
        const fn rule(
            word: &'static str,
            spec: &'static str,
            relevant: Level,
            other: Level,
        ) -> FactRule {
            FactRule {
                word,
                spec,
                relevant,
                other,
            }
        }
        use Level::{Error, Note, Warning};
        match self {
            Self::OtherValue => rule("other-value", "RFC 9110 §5.5", Warning, Note),
            Self::HiddenField => rule("hidden-field", "RFC 9110 §5.1", Error, Note),
            Self::OtherTarget => rule("other-target", "RFC 9112 §3.2", Error, Warning),
            Self::OtherMethod => rule("other-method", "RFC 9110 §9.1", Error, Error),
            Self::OtherHost => rule("other-host", "RFC 9110 §7.2", Error, Error),
            Self::TrailerMerged => rule("trailer-merged", "RFC 9110 §6.5.1", Error, Warning),
            // Each request is understood by itself.
            Self::LingeringField => rule("lingering-field", "RFC 9110 §3.3", Error, Error),
            Self::TrailerLeaked => rule("trailer-leaked", "RFC 9110 §3.3", Error, Error),
        }
    }

    /// The word used in reports.
    pub fn word(self) -> &'static str {
        self.rule().word
    }

    /// The section of the specification that decides it.
    pub fn spec(self) -> &'static str {
        self.rule().spec
    }
}

/// One thing that two readers understand differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactDifference {
    /// Its class.
    pub class: FactClass,
    /// The index of the message.
    pub message: usize,
    /// The name of the field in lower case; empty for a method and a target.
    pub name: Vec<u8>,
    /// How grave it is where both readers are widely deployed.
    pub level: Level,
    /// Whether the field is there for the first reader, where only one of them has it.
    pub is_of_first: bool,
}

/// In what two readers differ that read these messages of `input` and end them alike, at these `ends`. What the specification
/// permits is no difference: the case of names, whitespace around and in values, obs-fold replaced by a space, repeated fields that
/// are joined, and a Content-Length that is left out next to a Transfer-Encoding.
pub fn differences(
    input: &[u8],
    ends: &[usize],
    a: &[Understood],
    b: &[Understood],
) -> Vec<FactDifference> {
    let mut found = Vec::new();
    let mut start = 0;
    for (nth, ((x, y), end)) in a.iter().zip(b).zip(ends).enumerate() {
        let bytes = input.get(start..*end).unwrap_or(&[]);
        start = *end;
        if x == y {
            continue;
        }
        let mut add = |class, name: &[u8], level, is_of_first| {
            found.push(FactDifference {
                class,
                message: nth,
                name: name.to_vec(),
                level,
                is_of_first,
            });
        };
        if x.method != y.method {
            let level = FactClass::OtherMethod.rule().relevant;
            add(FactClass::OtherMethod, b"", level, true);
        }
        if let Some(level) = target_level(&x.target, &y.target) {
            add(FactClass::OtherTarget, b"", level, true);
        }
        let before = [a, b].map(|all| all.get(..nth).unwrap_or(&[]));
        let reads = [x, y];
        for field in (Pair {
            bytes,
            before,
            reads,
        })
        .fields()
        {
            let rule = field.class.rule();
            let level = match FieldPurpose::of(&field.name) {
                FieldPurpose::Other => rule.other,
                _ => rule.relevant,
            };
            add(field.class, &field.name, level, field.is_of_first);
        }
    }
    found
}

/// How grave it is that two targets differ; none where they mean the same. A fragment is no part of a target, and a reader may
/// leave it out of one that it accepts.
fn target_level(a: &[u8], b: &[u8]) -> Option<Level> {
    let (x, y) = (plain_target(a), plain_target(b));
    let without_fragment = |target: &[u8]| {
        let mut pieces = target.split(|byte| *byte == b'#');
        pieces.next().unwrap_or_default().to_vec()
    };
    let rule = FactClass::OtherTarget.rule();
    match x == y {
        true => None,
        false if without_fragment(&x) == without_fragment(&y) => Some(rule.other),
        false => Some(rule.relevant),
    }
}

/// A target with the scheme and the authority in lower case, and a path where there is none (RFC 9110 §4.2.3).
fn plain_target(target: &[u8]) -> Vec<u8> {
    let scheme = target.windows(3).position(|three| three == b"://");
    let Some(scheme) = scheme.filter(|_| target.first().is_some_and(u8::is_ascii_alphabetic))
    else {
        return target.to_vec();
    };
    let authority = scheme + 3;
    let rest = target.get(authority..).unwrap_or(&[]);
    let is_path = |byte: &u8| matches!(byte, b'/' | b'?' | b'#');
    let path = rest.iter().position(is_path).unwrap_or(rest.len());
    let (origin, path) = target.split_at(authority + path);
    let mut plain = origin.to_ascii_lowercase();
    if path.first() != Some(&b'/') {
        plain.push(b'/');
    }
    plain.extend_from_slice(path);
    plain
}

/// The elements of all fields of one name, each with the whitespace in it made one space.
type Elements = Vec<Vec<u8>>;

/// Fields by their name in lower case.
fn by_name(fields: &[UnderstoodField]) -> BTreeMap<Vec<u8>, Elements> {
    let mut named: BTreeMap<Vec<u8>, Elements> = BTreeMap::new();
    for field in fields {
        let name = field.name.to_ascii_lowercase();
        let separator = if name == b"cookie" { b';' } else { b',' };
        let elements = field.value.split(|byte| *byte == separator);
        // Some readers keep the name and the value of a cookie apart, and either may be empty.
        let is_edge = |byte: &u8| separator == b';' && *byte == b'=';
        let elements = elements.map(plain_value).map(|plain| {
            let start = plain.iter().take_while(|byte| is_edge(byte)).count();
            let end = plain.iter().rev().take_while(|byte| is_edge(byte)).count();
            let inner = plain.get(start..plain.len().saturating_sub(end));
            inner.unwrap_or_default().to_vec()
        });
        let elements = elements.filter(|plain| !plain.is_empty());
        named.entry(name).or_default().extend(elements);
    }
    // One valid number may stand for several that are the same (RFC 9110 §8.6).
    if let Some(lengths) = named.get_mut(&b"content-length"[..]) {
        lengths.dedup();
    }
    named
}

/// A value with each run of whitespace, line ends and NUL replaced by one space (RFC 9110 §5.5, RFC 9112 §2.2 and §5.2), and none
/// around it.
fn plain_value(value: &[u8]) -> Vec<u8> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0);
    let words = value.split(|byte| is_space(byte));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

/// Two readers of one message, with what each has read before.
struct Pair<'a> {
    /// The bytes of the message.
    bytes: &'a [u8],
    before: [&'a [Understood]; 2],
    reads: [&'a Understood; 2],
}

/// A field in which two readers differ.
struct DifferentField {
    class: FactClass,
    name: Vec<u8>,
    is_of_first: bool,
}

impl Pair<'_> {
    fn fields(&self) -> Vec<DifferentField> {
        let held = self.reads.map(|reader| by_name(&reader.fields));
        let [own, other] = &held;
        let names: BTreeSet<&Vec<u8>> = own.keys().chain(other.keys()).collect();
        let differ = names.into_iter().filter_map(|name| {
            let sides = [own.get(name), other.get(name)];
            let class = (sides[0] != sides[1]).then(|| self.class(name, sides))?;
            let is_of_first = is_of_first(sides);
            let [_, hides] = if is_of_first {
                [own, other]
            } else {
                [other, own]
            };
            let is_permitted = match (class, name.as_slice()) {
                // A reader that goes by the coding may leave the length out (RFC 9112 §6.3).
                (FactClass::HiddenField, b"content-length") => {
                    hides.contains_key(&b"transfer-encoding"[..])
                }
                // What an absolute target says replaces Host (RFC 9112 §3.2.2).
                (_, b"host") => self.is_said_by_target(sides),
                _ => false,
            };
            (!is_permitted).then(|| DifferentField {
                class,
                name: name.clone(),
                is_of_first,
            })
        });
        differ.collect()
    }

    /// Whether the Host of a reader is the authority of the target: of an absolute one, or that of CONNECT.
    fn is_said_by_target(&self, sides: [Option<&Elements>; 2]) -> bool {
        self.reads.iter().any(|reader| {
            let target = plain_target(&reader.target);
            let scheme = target.windows(3).position(|three| three == b"://");
            let rest = scheme.and_then(|at| target.get(at + 3..));
            let is_connect = reader.method.eq_ignore_ascii_case(b"CONNECT");
            let Some(rest) = rest.or(is_connect.then_some(target.as_slice())) else {
                return false;
            };
            let mut pieces = rest.split(|byte| *byte == b'/' && !is_connect);
            let authority = pieces.next().unwrap_or_default();
            let says = |host: &Elements| host.join(&b","[..]).eq_ignore_ascii_case(authority);
            sides.into_iter().flatten().any(says)
        })
    }

    /// What it is called that these are the elements of a field for one reader and for the other.
    fn class(&self, name: &[u8], sides: [Option<&Elements>; 2]) -> FactClass {
        let [mine, theirs] = sides.map(|side| side.map_or(&[][..], Vec::as_slice));
        let (more, less) = match is_of_first(sides) {
            true => (mine, theirs),
            false => (theirs, mine),
        };
        let is_one_sided = sides.contains(&None);
        let surplus: Vec<_> = more.iter().filter(|one| !less.contains(one)).collect();
        let has = |fields: &[UnderstoodField]| {
            let held = by_name(fields);
            let held = held.get(name);
            held.is_some_and(|held| surplus.iter().all(|one| held.contains(one)))
        };
        let was = |messages: &[Understood], of: fn(&Understood) -> &[UnderstoodField]| {
            messages.iter().any(|message| has(of(message)))
        };
        let explains = is_one_sided || !surplus.is_empty();
        // What stands in the message itself has come with it.
        let is_foreign = explains && !contains(self.bytes, name);
        let [own, other] = self.before;
        let is_in_head = contains(head(self.bytes), name);
        let is_trailer = explains && !is_in_head;
        if is_trailer && self.reads.iter().any(|reader| has(&reader.trailers)) {
            FactClass::TrailerMerged
        } else if is_foreign
            && [own, other]
                .into_iter()
                .any(|past| was(past, |one| &one.trailers))
        {
            FactClass::TrailerLeaked
        } else if is_foreign
            && [own, other]
                .into_iter()
                .any(|past| was(past, |one| &one.fields))
        {
            FactClass::LingeringField
        } else if is_one_sided {
            FactClass::HiddenField
        } else if name == b"host" {
            FactClass::OtherHost
        } else {
            FactClass::OtherValue
        }
    }
}

/// Whether the first of two readers has more of a field.
fn is_of_first(sides: [Option<&Elements>; 2]) -> bool {
    match sides {
        [Some(_), None] => true,
        [None, _] => false,
        [Some(mine), Some(theirs)] => mine.len() >= theirs.len(),
    }
}

/// A message up to its first empty line.
fn head(bytes: &[u8]) -> &[u8] {
    let is_empty = |at: usize| {
        let rest = bytes.get(at..).unwrap_or(&[]);
        rest.starts_with(b"\n\n") || rest.starts_with(b"\n\r\n")
    };
    let end = (0..bytes.len()).find(|at| is_empty(*at));
    bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(bytes)
}

/// Whether a word stands in these bytes, in any case.
fn contains(bytes: &[u8], word: &[u8]) -> bool {
    let mut places = bytes.windows(word.len().max(1));
    word.is_empty() || places.any(|place| place.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests;
