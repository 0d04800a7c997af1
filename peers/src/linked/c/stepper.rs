//! Parsers that call back, made to stop at the end of each message; each `.c` file here is one.

use std::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use std::ptr::{self, NonNull};

use parsers::{End, StreamInput};

use crate::linked::next_piece;
use crate::linked::queue::Queue;
use crate::{Failure, Peer, Pieces, Seen};

/// What a step leaves behind, as in `stepper.h`.
#[repr(C)]
struct Step {
    used: usize,
    content: *mut u8,
    room: usize,
    content_length: usize,
    tell: Option<unsafe extern "C" fn(*mut c_void, c_int, *const c_char, usize)>,
    into: *mut c_void,
    answers: c_int,
    status: c_int,
}

/// How a parser is made, as in `stepper.h`.
const LENIENT: c_int = 1;
const FOR_RESPONSES: c_int = 2;

/// The number of `enum answers` in `stepper.h` for a request.
fn answers(request: &str) -> c_int {
    match request {
        "HEAD" => 1,
        "CONNECT" => 2,
        _ => 0,
    }
}

/// What a parser tells piece by piece of the request that it reads.
#[derive(Default)]
struct ToldRequest {
    method: Vec<u8>,
    target: Vec<u8>,
    name: Vec<u8>,
    value: Vec<u8>,
    /// Whether a piece of the value has come: the next piece of a name is that of another field.
    has_value: bool,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// How many of the fields are of the header section, once it is over.
    head: Option<usize>,
}

impl ToldRequest {
    /// Takes a piece; the numbers are those of `enum told` in stepper.h.
    fn take(&mut self, told: c_int, piece: &[u8]) {
        match told {
            0 => self.method.extend_from_slice(piece),
            1 => self.target.extend_from_slice(piece),
            2 => {
                if self.has_value {
                    self.end_field();
                }
                self.name.extend_from_slice(piece);
            }
            3 => {
                self.has_value = true;
                self.value.extend_from_slice(piece);
            }
            4 => self.end_field(),
            _ => {
                self.end_field();
                self.head = Some(self.fields.len());
            }
        }
    }

    fn end_field(&mut self) {
        self.has_value = false;
        let field = (
            std::mem::take(&mut self.name),
            std::mem::take(&mut self.value),
        );
        if !field.0.is_empty() || !field.1.is_empty() {
            self.fields.push(field);
        }
    }

    /// The request is whole: notes all of it, and forgets it.
    fn pour(&mut self, seen: &mut Seen) {
        self.end_field();
        let told = std::mem::take(self);
        // Not every parser that is reached so tells what it understands.
        if told.method.is_empty() {
            return;
        }
        let head = told.head.unwrap_or(told.fields.len());
        seen.take_request(told.method, told.target);
        for (nth, (name, value)) in told.fields.into_iter().enumerate() {
            match nth < head {
                true => seen.take_field(name, value),
                false => seen.take_trailer(name, value),
            }
        }
    }
}

/// Takes a piece that a parser tells.
///
/// # Safety
/// `into` points to what [`Stepper::step`] gave, and `at` to so many bytes, or to none where there is none.
unsafe extern "C" fn take_told(into: *mut c_void, told: c_int, at: *const c_char, length: usize) {
    // SAFETY: as the caller promises; the step that gave `into` waits for the parser and does not use it.
    let into = unsafe { into.cast::<ToldRequest>().as_mut() };
    let piece = match at.is_null() || length == 0 {
        true => &[],
        // SAFETY: as the caller promises.
        false => unsafe { std::slice::from_raw_parts(at.cast::<u8>(), length) },
    };
    if let Some(into) = into {
        into.take(told, piece);
    }
}

/// What a step came to, as in `stepper.h`.
enum Event {
    /// All was taken, and no request became whole.
    WantsMore,
    /// A request became whole, and another may follow.
    Whole,
    /// A request became whole, and the connection closes.
    WholeCloses,
    /// A request became whole, and what follows is another protocol.
    WholeTunnels,
    /// It says that this is no request.
    Rejected,
}

impl Event {
    /// # Panics
    /// When it reported more content than there was, or something that it asserts of itself did not hold.
    fn of(number: c_int) -> Self {
        match number {
            0 => Self::WantsMore,
            1 => Self::Whole,
            2 => Self::WholeCloses,
            3 => Self::WholeTunnels,
            4 => Self::Rejected,
            _ => panic!("more content than bytes, or an assertion of its own that does not hold"),
        }
    }
}

/// The functions of one `.c` file.
struct Functions {
    new: unsafe extern "C" fn(c_int) -> *mut c_void,
    start: unsafe extern "C" fn(*mut c_void),
    step: unsafe extern "C" fn(*mut c_void, *const c_char, usize, *mut Step) -> c_int,
    finish: unsafe extern "C" fn(*mut c_void) -> c_int,
    free: unsafe extern "C" fn(*mut c_void),
}

unsafe extern "C" {
    fn peer_llhttp_version() -> *const c_char;
    fn peer_llhttp_new(lenient: c_int) -> *mut c_void;
    fn peer_llhttp_start(peer: *mut c_void);
    fn peer_llhttp_step(
        peer: *mut c_void,
        data: *const c_char,
        length: usize,
        step: *mut Step,
    ) -> c_int;
    fn peer_llhttp_finish(peer: *mut c_void) -> c_int;
    fn peer_llhttp_free(peer: *mut c_void);

    fn peer_http_parser_version() -> c_ulong;
    fn peer_http_parser_new(lenient: c_int) -> *mut c_void;
    fn peer_http_parser_start(peer: *mut c_void);
    fn peer_http_parser_step(
        peer: *mut c_void,
        data: *const c_char,
        length: usize,
        step: *mut Step,
    ) -> c_int;
    fn peer_http_parser_finish(peer: *mut c_void) -> c_int;
    fn peer_http_parser_free(peer: *mut c_void);
}

#[cfg(feature = "beast")]
unsafe extern "C" {
    fn peer_beast_version() -> c_ulong;
    fn peer_beast_new(lenient: c_int) -> *mut c_void;
    fn peer_beast_start(peer: *mut c_void);
    fn peer_beast_step(
        peer: *mut c_void,
        data: *const c_char,
        length: usize,
        step: *mut Step,
    ) -> c_int;
    fn peer_beast_finish(peer: *mut c_void) -> c_int;
    fn peer_beast_free(peer: *mut c_void);
}

static LLHTTP: Functions = Functions {
    new: peer_llhttp_new,
    start: peer_llhttp_start,
    step: peer_llhttp_step,
    finish: peer_llhttp_finish,
    free: peer_llhttp_free,
};

static HTTP_PARSER: Functions = Functions {
    new: peer_http_parser_new,
    start: peer_http_parser_start,
    step: peer_http_parser_step,
    finish: peer_http_parser_finish,
    free: peer_http_parser_free,
};

#[cfg(feature = "beast")]
static BEAST: Functions = Functions {
    new: peer_beast_new,
    start: peer_beast_start,
    step: peer_beast_step,
    finish: peer_beast_finish,
    free: peer_beast_free,
};

/// The version in llhttp's header.
pub fn llhttp_version() -> String {
    // SAFETY: it takes nothing and returns a string literal.
    let version = unsafe { CStr::from_ptr(peer_llhttp_version()) };
    version.to_string_lossy().into_owned()
}

/// The version that http_parser gives.
pub fn http_parser_version() -> String {
    // SAFETY: it takes nothing and returns a number.
    let version = unsafe { peer_http_parser_version() };
    // "Bits 16-23 contain the major version number, bits 8-15 the minor version number and bits 0-7
    // the patch level" (http_parser.h).
    let [.., major, minor, patch] = version.to_be_bytes();
    format!("{major}.{minor}.{patch}")
}

/// llhttp, strict or with all that it can be lenient about.
///
/// # Errors
/// When there is no memory.
pub fn llhttp(lenient: bool) -> Result<Stepper, Failure> {
    Stepper::new(&LLHTTP, if lenient { LENIENT } else { 0 })
}

/// As [`llhttp`], for responses.
///
/// # Errors
/// When there is no memory.
pub fn llhttp_client(lenient: bool) -> Result<Stepper, Failure> {
    Stepper::new(&LLHTTP, FOR_RESPONSES | if lenient { LENIENT } else { 0 })
}

/// http_parser.
///
/// # Errors
/// When there is no memory.
pub fn http_parser() -> Result<Stepper, Failure> {
    Stepper::new(&HTTP_PARSER, 0)
}

/// As [`http_parser`], for responses.
///
/// # Errors
/// When there is no memory.
pub fn http_parser_client() -> Result<Stepper, Failure> {
    Stepper::new(&HTTP_PARSER, FOR_RESPONSES)
}

/// The version of Boost in the headers that Beast was compiled with.
#[cfg(feature = "beast")]
pub fn beast_version() -> String {
    // SAFETY: it takes nothing and returns a number.
    let version = unsafe { peer_beast_version() };
    // "BOOST_VERSION % 100 is the patch level, BOOST_VERSION / 100 % 1000 is the minor version,
    // BOOST_VERSION / 100000 is the major version" (boost/version.hpp).
    let [major, minor] = [version / 100_000, version / 100 % 1000];
    format!("{major}.{minor}.{}", version % 100)
}

/// Boost.Beast.
///
/// # Errors
/// When there is no memory.
#[cfg(feature = "beast")]
pub fn beast() -> Result<Stepper, Failure> {
    Stepper::new(&BEAST, 0)
}

/// A parser that stops at the end of each message.
pub(crate) struct Stepper {
    functions: &'static Functions,
    peer: NonNull<c_void>,
    reads_responses: bool,
}

impl Stepper {
    fn new(functions: &'static Functions, made: c_int) -> Result<Self, Failure> {
        // SAFETY: it takes a number.
        let peer = unsafe { (functions.new)(made) };
        let peer = NonNull::new(peer).ok_or_else(|| Failure::Absent("no memory".to_owned()))?;
        Ok(Self {
            functions,
            peer,
            reads_responses: made & FOR_RESPONSES != 0,
        })
    }

    /// Begins a stream.
    fn start(&mut self) {
        // SAFETY: the peer comes from `new` of the same functions, and `drop` alone frees it.
        unsafe { (self.functions.start)(self.peer.as_ptr()) }
    }

    /// Hands over `piece`, until its end or that of the first request in it: how many bytes were
    /// taken. Content is appended to `content`.
    fn step(
        &mut self,
        piece: &[u8],
        content: &mut Vec<u8>,
        told: Option<&mut ToldRequest>,
        queue: &mut Queue<'_>,
    ) -> (usize, Event) {
        content.reserve(piece.len());
        let room = content.spare_capacity_mut();
        let mut step = Step {
            used: 0,
            content: room.as_mut_ptr().cast(),
            room: room.len(),
            content_length: 0,
            tell: told.is_some().then_some(take_told),
            into: told.map_or(ptr::null_mut(), |told| ptr::from_mut(told).cast()),
            answers: queue.waits().map_or(0, answers),
            status: 0,
        };
        // SAFETY: the peer is alive, as in `start`, and was started. `piece` and `step` outlive the
        // call, and nothing of them is used after it. `take_content` (stepper.h), which alone writes
        // to `step.content`, writes at most `step.room` bytes. `tell` (stepper.h), which alone uses `step.tell`,
        // hands it `step.into`, which is borrowed for the call, and bytes of the piece or of a literal.
        let event = unsafe {
            (self.functions.step)(
                self.peer.as_ptr(),
                piece.as_ptr().cast(),
                piece.len(),
                &raw mut step,
            )
        };
        assert!(step.used <= piece.len() && step.content_length <= step.room);
        // SAFETY: so many bytes were written to the spare capacity, from its start.
        unsafe { content.set_len(content.len() + step.content_length) }
        queue.take_status(step.status);
        (step.used, Event::of(event))
    }

    /// Says that the stream has ended: whether that is the end of a request too.
    fn finish(&mut self) -> bool {
        // SAFETY: as in `start`; the peer has been started.
        let event = unsafe { (self.functions.finish)(self.peer.as_ptr()) };
        matches!(Event::of(event), Event::WholeCloses)
    }
}

impl Drop for Stepper {
    fn drop(&mut self) {
        // SAFETY: as in `start`; nothing uses the peer after this.
        unsafe { (self.functions.free)(self.peer.as_ptr()) }
    }
}

impl Peer for Stepper {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        self.read_answers(input.into(), pieces, seen)
    }

    fn read_answers(
        &mut self,
        input: StreamInput<'_>,
        pieces: Pieces,
        seen: &mut Seen,
    ) -> Result<(), Failure> {
        let mut queue = Queue::new(input.asked);
        let input = input.bytes;
        self.start();
        let mut given = 0;
        let mut stuck = false;
        let mut told = (seen.wants_facts() && !self.reads_responses).then(ToldRequest::default);
        while given < input.len() {
            // What comes when no request waits is not given to the parser.
            if self.reads_responses && queue.waits().is_none() {
                seen.end_stream(End::Complete);
                return Ok(());
            }
            let piece = next_piece(input, given, pieces);
            let (used, event) = self.step(piece, &mut seen.content, told.as_mut(), &mut queue);
            let end = match event {
                Event::Rejected => {
                    seen.end_stream(End::Rejected);
                    return Ok(());
                }
                Event::WantsMore | Event::Whole => None,
                Event::WholeCloses => Some(End::Complete),
                Event::WholeTunnels => Some(End::Tunnel),
            };
            // A request may end before a byte that had to be seen to know it, but no two may.
            if used == 0 && stuck {
                return Err(Failure::Hang);
            }
            stuck = used == 0;
            given += used;
            if matches!(event, Event::WantsMore) {
                continue;
            }
            if let Some(told) = &mut told {
                told.pour(seen);
            }
            seen.end_message(given);
            queue.end_message();
            if let Some(end) = end {
                seen.end_stream(end);
                return Ok(());
            }
        }
        if self.finish() {
            if let Some(told) = &mut told {
                told.pour(seen);
            }
            seen.end_message(given);
        }
        seen.end_stream(if seen.taken() < given {
            End::Incomplete
        } else {
            End::Complete
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask;

    const INPUT: &[u8] = b"POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello\
        POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n\
        GET /c HTTP/1.1\r\nConnection: x\r\n\r\n\r\n";

    /// A parser that keeps its state from piece to piece reads alike whatever the pieces are.
    #[test]
    fn pieces_do_not_matter() {
        for mut peer in [llhttp(false), llhttp(true), http_parser()].map(Result::unwrap) {
            let mut read = |input: &[u8], pieces| {
                let mut seen = Seen::default();
                ask(&mut peer, input, pieces, &mut seen).map(|()| seen)
            };
            for at in 0..INPUT.len() {
                for byte in b"\0\t\n\r 015:;,\xff" {
                    let mut input = INPUT.to_vec();
                    input[at] = *byte;
                    for input in [&input, &input[..=at]] {
                        let [one, bytes] = [Pieces::One, Pieces::Bytes].map(|how| read(input, how));
                        assert!(one.is_ok());
                        assert_eq!(one, bytes, "{}", input.escape_ascii());
                    }
                }
            }
        }
    }
}
