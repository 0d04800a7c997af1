//! Structured inputs: streams written element by element, where each element can be swapped for a known
//! variant, so that ambiguities combine.

mod element;
mod http1;
pub mod session;
mod unidiff;

use arbitrary::{Result, Unstructured};
use parsers::http1::REQUEST;
use parsers::http1::response::RESPONSE;
use parsers::unidiff::UNIFIED;
use parsers::{Asked, Capability, End, Family, StreamInput};

/// A message as it was built: offsets in bytes from the start of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltMessage {
    /// First byte.
    pub start: usize,
    /// The byte after the head.
    pub head: usize,
    /// The pieces of the body.
    pub body: Vec<(usize, usize)>,
    /// The byte after the message.
    pub end: usize,
}

/// A stream and what it was built as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltStream {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the other direction asked.
    pub asked: Asked<'static>,
    /// Its messages, up to the last one that is to be read. With odd elements in it, a reader may see others.
    pub messages: Vec<BuiltMessage>,
    /// How it ends after these; none where more may be read in any way.
    pub end: Option<End>,
    /// How many elements are not as the specification has them.
    pub odd: usize,
}

impl BuiltStream {
    /// What readers are given of it.
    pub fn input(&self) -> StreamInput<'_> {
        StreamInput::new(&self.bytes, self.asked)
    }
}

/// What writes the streams of one family.
pub struct Generator {
    stream: fn(&mut Unstructured<'_>, usize) -> Result<BuiltStream>,
    mutate: fn(&mut Vec<u8>, &mut Unstructured<'_>) -> Result<()>,
    /// Bytes of which noise is made that parsers look at closely.
    alphabet: &'static [u8],
}

/// The families for which inputs can be drawn.
pub static GENERATE: Capability<Generator> = Capability::new(
    "a hunt",
    &[
        (
            &REQUEST,
            Generator {
                stream: http1::stream,
                mutate: http1::mutate,
                alphabet: b"\r\n \t:;,0123aZ/.=\"HTTP\0\x0b\x80",
            },
        ),
        (
            &RESPONSE,
            Generator {
                stream: http1::response::stream,
                mutate: http1::response::mutate,
                alphabet: b"\r\n \t:;,01234aZ/.=\"HTTP/1.1 200\0\x0b\x80",
            },
        ),
        (
            &UNIFIED,
            Generator {
                stream: unidiff::stream,
                mutate: unidiff::mutate,
                alphabet: b"\n\n\n  -+@@\\,0123ab/\t\rX=\x0c\xe2\x80\xa8",
            },
        ),
    ],
);

fn of(family: &Family) -> Result<&'static Generator> {
    let generator = GENERATE.of(family);
    generator.map_err(|_| arbitrary::Error::IncorrectFormat)
}

/// A stream of one to three messages of the family with at most `odd` elements that are not, or need not
/// be, as the specification has them.
///
/// # Errors
/// For a family without a generator; else only when `choices` cannot give more bytes, which
/// [`Unstructured`] does not let happen here.
pub fn stream(family: &Family, choices: &mut Unstructured<'_>, odd: usize) -> Result<BuiltStream> {
    (of(family)?.stream)(choices, odd)
}

/// Changes `bytes` in one place in a way that keeps most of the structure of a stream of the family.
///
/// # Errors
/// As [`stream`].
pub fn mutate(family: &Family, bytes: &mut Vec<u8>, choices: &mut Unstructured<'_>) -> Result<()> {
    (of(family)?.mutate)(bytes, choices)
}

/// Bytes of which noise is made that the family's parsers look at closely.
pub fn alphabet(family: &Family) -> &'static [u8] {
    of(family).map_or(b"\n", |generator| generator.alphabet)
}
