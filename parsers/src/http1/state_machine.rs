//! A reading byte by byte: a state machine that can be fed its input in any pieces and keeps what it
//! needs of it, as the parsers in C with callbacks do.

mod chunked;
mod head;
mod host;
mod request_line;
#[cfg(test)]
mod tests;

use self::chunked::{Chunk, Extension};
use self::request_line::{Form, Request};
use super::leniencies as lenient;
use super::rules;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Rule};
use crate::core::verdict::Note;

/// Reads one byte after another and never looks back.
pub(crate) struct StateMachine;

static RELAXES: &[&Leniency] = &[
    &lenient::LEADING_CRLFS,
    &lenient::TARGET_HIGH,
    &lenient::TARGET_DELIMITERS,
    &lenient::HOST_NONE,
    &lenient::HOST_MANY,
    &lenient::HOST_ANY,
    &lenient::LENGTH_SAME,
    &lenient::EXPECT_UNKNOWN,
    &lenient::CHUNK_SPACE_AFTER,
];

impl Parser for StateMachine {
    fn name(&self) -> &str {
        "state-machine"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("state-machine", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        match Machine::new(draft).feed_piece(input)? {
            Some(taken) => Ok(taken),
            None => Err(Stop::Incomplete),
        }
    }
}

/// What the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Request(Request),
    Field(Field),
    Chunk(Chunk),
    Extension(Extension),
    /// A byte of a body that Content-Length measures.
    Content,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    /// The first byte of a line.
    Start,
    /// The LF of the empty line.
    LastLf,
    Name,
    NameLf,
    /// Whitespace after a name, and the byte after it.
    NameSpace,
    /// Whitespace before a value, or its first byte.
    Space,
    Value,
    ValueLf,
}

/// The fields that matter, in the numbering of [`Note::label`].
const HOST: u8 = 0;
const CODING: u8 = 1;
const LENGTH: u8 = 2;
const CONNECTION: u8 = 3;
const EXPECT: u8 = 4;
const OTHER: u8 = 5;

/// No method or field name that matters is longer.
const WORD: usize = "transfer-encoding".len();

/// What a byte leads to, unless to a stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    More,
    /// The byte ends the message.
    Whole,
}

type Step = Result<Progress, Stop>;

const MORE: Step = Ok(Progress::More);

/// One message being read. Offsets are in bytes from the start of the message.
struct Machine<'d, 'v> {
    draft: &'d mut Draft<'v>,
    state: State,
    /// The offset of the next byte.
    at: usize,
    /// Where the element being read begins.
    mark: usize,
    /// Where the request-line begins.
    line: usize,
    /// The beginning of the method or name being read, and its length.
    word: [u8; WORD],
    word_len: usize,
    method: Method,
    form: Form,
    /// Whether the target is an http or https URI.
    is_http: bool,
    minor: u8,
    /// Whether no field line has been read.
    first_line: bool,
    in_trailer: bool,
    /// The field whose value is being read, where the value begins and where it ends so far.
    field: u8,
    value: usize,
    value_end: usize,
    /// Where whitespace after a name begins.
    space: usize,
    /// How much of the text kept belongs to values that have ended.
    kept: usize,
    /// Bytes of the body or the chunk that are still to come.
    left: u64,
    next: Next,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Connect,
    Trace,
    Options,
    Other,
}

impl<'d, 'v> Machine<'d, 'v> {
    fn new(draft: &'d mut Draft<'v>) -> Self {
        let scratch = draft.scratch();
        scratch.notes.clear();
        scratch.text.clear();
        Self {
            draft,
            state: State::Request(Request::Start),
            at: 0,
            mark: 0,
            line: 0,
            word: [0; WORD],
            word_len: 0,
            method: Method::Other,
            form: Form::Nothing,
            is_http: false,
            minor: 0,
            first_line: true,
            in_trailer: false,
            field: OTHER,
            value: 0,
            value_end: 0,
            space: 0,
            kept: 0,
            left: 0,
            next: Next::Message,
        }
    }

    /// Feeds one piece of the input. Of content, which is only counted, all but the last byte is
    /// passed over; so are the bytes of a value that does not matter.
    fn feed_piece(&mut self, piece: &[u8]) -> Result<Option<Accepted>, Stop> {
        let mut rest = piece.iter();
        loop {
            if matches!(self.state, State::Content | State::Chunk(Chunk::Data)) {
                let most = usize::try_from(self.left - 1).unwrap_or(usize::MAX);
                let passed = most.min(rest.len());
                rest = rest.as_slice().get(passed..).unwrap_or(&[]).iter();
                self.at += passed;
                self.left -= passed as u64;
            }
            if self.state == State::Field(Field::Value) && self.field == OTHER {
                let value = rest.as_slice();
                let ends = |&byte: &u8| byte < b' ' && byte != b'\t' || byte == 0x7f;
                let passed = value.iter().position(ends).unwrap_or(value.len());
                rest = value.get(passed..).unwrap_or(&[]).iter();
                self.at += passed;
            }
            let Some(&byte) = rest.next() else {
                return Ok(None);
            };
            if self.feed(byte)? == Progress::Whole {
                return Ok(Some(Accepted {
                    end: self.at,
                    next: self.next,
                }));
            }
        }
    }

    /// Feeds one byte. Not to be called again once it has stopped or accepted a message.
    #[inline]
    fn feed(&mut self, byte: u8) -> Step {
        let step = match self.state {
            State::Field(state) => self.field(state, byte),
            State::Request(state) => self.request(state, byte),
            State::Chunk(state) => self.chunk(state, byte),
            State::Extension(state) => self.extension(state, byte),
            State::Content => {
                self.left -= 1;
                if self.left == 0 {
                    self.draft.part(0, self.mark, self.at + 1);
                    Ok(Progress::Whole)
                } else {
                    MORE
                }
            }
        };
        self.at += 1;
        step
    }

    fn go(&mut self, state: State) -> Step {
        self.state = state;
        MORE
    }

    fn reject(&mut self, rule: &'static Rule, at: usize) -> Step {
        Err(self.draft.reject(rule, at))
    }

    fn spell(&mut self, byte: u8) {
        if let Some(place) = self.word.get_mut(self.word_len) {
            *place = byte;
        }
        self.word_len += 1;
    }

    /// The word spelt; empty when it is longer than any that matters.
    fn word(&self) -> &[u8] {
        self.word.get(..self.word_len).unwrap_or(&[])
    }
}

/// Field lines, of the header section and of the trailer section.
impl Machine<'_, '_> {
    #[inline]
    fn field(&mut self, state: Field, byte: u8) -> Step {
        match (state, byte) {
            (Field::Value, b'!'..=b'~' | 0x80..) => {
                self.keep(byte);
                self.value_end = self.at + 1;
                MORE
            }
            (Field::Start | Field::Name, _) if is_tchar(byte) => {
                if state == Field::Start {
                    self.mark = self.at;
                    self.word_len = 0;
                    self.first_line = false;
                    self.state = State::Field(Field::Name);
                }
                self.spell(byte.to_ascii_lowercase());
                MORE
            }
            (Field::Name, b':') => {
                self.field = self.known();
                self.go(State::Field(Field::Space))
            }
            (Field::Space, b' ' | b'\t') => MORE,
            (Field::Space, b'!'..=b'~' | 0x80..) => {
                self.value = self.at;
                self.value_end = self.at + 1;
                self.keep(byte);
                self.go(State::Field(Field::Value))
            }
            (Field::Value, b' ' | b'\t') => {
                self.keep(byte);
                MORE
            }
            (Field::Space, b'\r') => {
                (self.value, self.value_end) = (self.at, self.at);
                self.go(State::Field(Field::ValueLf))
            }
            (Field::Value, b'\r') => self.go(State::Field(Field::ValueLf)),
            (Field::ValueLf, b'\n') => {
                self.value_ends();
                self.go(State::Field(Field::Start))
            }
            (Field::Start, b'\r') => self.go(State::Field(Field::LastLf)),
            (Field::LastLf, b'\n') if self.in_trailer => Ok(Progress::Whole),
            (Field::LastLf, b'\n') => self.head_ends(),
            (Field::Name, b'\r') => self.go(State::Field(Field::NameLf)),
            (Field::Name, b' ' | b'\t') => {
                self.space = self.at;
                self.go(State::Field(Field::NameSpace))
            }
            (Field::NameSpace, b' ' | b'\t') => MORE,
            _ => self.bad_field(state, byte),
        }
    }

    #[cold]
    fn bad_field(&mut self, state: Field, byte: u8) -> Step {
        let (rule, at) = match (state, byte) {
            (Field::LastLf | Field::ValueLf, _) => (&rules::BARE_CR, self.at - 1),
            (Field::NameLf, b'\n') => (&rules::FIELD_COLON, self.mark),
            (Field::NameLf, _) => (&rules::BARE_CR, self.at - 1),
            (Field::Start | Field::Space | Field::Value, b'\n') => (&rules::BARE_LF, self.at),
            (Field::Space | Field::Value, 0) => (&rules::FIELD_VALUE, self.at),
            (Field::Space | Field::Value, _) => (&rules::FIELD_VALUE_CONTROL, self.at),
            (Field::Start, b' ' | b'\t') if self.first_line && !self.in_trailer => {
                (&rules::FIRST_FIELD_SPACE, self.at)
            }
            (Field::Start, b' ' | b'\t') if self.first_line => (&rules::TRAILER_SPACE, self.at),
            (Field::Start, b' ' | b'\t') => (&rules::OBS_FOLD, self.at),
            (Field::Start, b':') => (&rules::FIELD_NAME_EMPTY, self.at),
            (Field::NameSpace, b':') => (&rules::NAME_SPACE, self.space),
            (Field::NameSpace, _) => (&rules::FIELD_NAME, self.space),
            (Field::Name, b'\n') => (&rules::FIELD_COLON, self.mark),
            (Field::Start | Field::Name, _) => (&rules::FIELD_NAME, self.at),
        };
        self.reject(rule, at)
    }

    fn known(&self) -> u8 {
        match self.word() {
            _ if self.in_trailer => OTHER,
            b"host" => HOST,
            b"transfer-encoding" => CODING,
            b"content-length" => LENGTH,
            b"connection" => CONNECTION,
            b"expect" => EXPECT,
            _ => OTHER,
        }
    }

    #[inline]
    fn keep(&mut self, byte: u8) {
        if self.field != OTHER {
            self.draft.scratch().text.push(byte);
        }
    }

    /// Notes where a value stands in the text kept, and drops the whitespace kept after it.
    fn value_ends(&mut self) {
        if self.field == OTHER {
            return;
        }
        let note = Note {
            label: self.field,
            at: self.mark,
            value: self.value,
            start: self.kept,
            end: self.kept + (self.value_end - self.value),
        };
        self.kept = note.end;
        let scratch = self.draft.scratch();
        scratch.text.truncate(self.kept);
        scratch.notes.push(note);
    }
}

/// tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" /
/// DIGIT / ALPHA
#[inline]
fn is_tchar(byte: u8) -> bool {
    const BITS: [u64; 4] = [0x03ff_6cfa_0000_0000, 0x57ff_ffff_c7ff_fffe, 0, 0];
    let word = BITS.get(usize::from(byte >> 6)).copied().unwrap_or(0);
    word >> (byte & 63) & 1 == 1
}
