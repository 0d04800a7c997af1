//! Whether a doubled input costs about double: every parser reads streams of 1, 2, 4 ... 64 MB, each
//! made of one thing over and over, or of one very long thing.
//!
//! `cargo bench -p misframe-parsers --bench ladder [SHAPE]`; without `--bench`, the smallest sizes only. It fails
//! when, from 4 MB up, a doubling costs more than [`LIMIT`] times as much, three measurements in a row,
//! or when a byte of any input costs more than [`ABSURD`].

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use parsers::family::DialectParser;
use parsers::http1::REQUEST;
use parsers::http1::leniencies::*;
use parsers::{Dialect, Leniency, LeniencySet, Parser, Verdict, judge};

/// A shape of input: `front`, then pieces up to the size wanted, then `back`.
struct Shape {
    name: &'static str,
    front: &'static [u8],
    piece: fn(usize, &mut Vec<u8>),
    back: &'static [u8],
    /// What a dialect has to relax to read all of it.
    relaxes: &'static [&'static Leniency],
}

/// How much more than the input before it a doubled one may cost.
const LIMIT: f64 = 2.6;

const MEGABYTE: usize = 1 << 20;

/// Below this size in bytes a figure is printed, not judged: caches still matter more than the reader.
const JUDGED: usize = 4 * MEGABYTE;

/// Nanoseconds for each byte up to which a reader may wait for the memory that the input lies in, once
/// no cache holds it, rather than for itself. One scan of 4 MB for each of its lines takes a thousand
/// times as long.
const MEMORY: f64 = 5.0;

/// Nanoseconds for each byte that no reader needs that reads its input a few times.
const ABSURD: f64 = 300.0;

/// Sizes in bytes that are looked at first, for a quadratic reader would take hours over the others.
const SMALL: [usize; 2] = [MEGABYTE / 16, MEGABYTE / 4];

const LINE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

macro_rules! shapes {
    ($($name:literal: $front:expr, $piece:expr, $back:literal, [$($relaxes:ident),*];)*) => {
        &[$(Shape {
            name: $name,
            front: $front,
            piece: $piece,
            back: $back,
            relaxes: &[$(&$relaxes),*],
        }),*]
    };
}

static SHAPES: &[Shape] = shapes! {
    // One long thing.
    "a long request-target": b"GET /", |_, to| to.extend(b"abcdefg/"), b" HTTP/1.1\r\nHost: a\r\n\r\n", [];
    "a long method": b"", |_, to| to.extend(b"METHOD"), b" / HTTP/1.1\r\nHost: a\r\n\r\n", [];
    "a long version": b"GET / ", |_, to| to.extend(b"HTTP/1.1"), b"\r\nHost: a\r\n\r\n", [VERSION_SUFFIX];
    "a long field value": b"GET / HTTP/1.1\r\nHost: a\r\nA: ", |_, to| to.extend(b"abc def"), b"\r\n\r\n", [];
    "a long value of tabs": b"GET / HTTP/1.1\r\nHost: a\r\nA: b", |_, to| to.extend(b"\t"), b"c\r\n\r\n", [];
    "a long field name": LINE, |_, to| to.extend(b"Name-"), b": a\r\n\r\n", [];
    "a long name of odd bytes": LINE, |_, to| to.extend(b"a\x01("), b": a\r\n\r\n", [NAME_CONTROL_DROPPED, NAME_DELIMITERS];
    "a long name of spaces": LINE, |_, to| to.extend(b" \t"), b"a: a\r\n\r\n", [FOLD_FIELD, NAME_SPACE_TRIMMED, NAME_SPACE_OTHER];
    "a name with long spaces": b"GET / HTTP/1.1\r\nHost: a\r\nA", |_, to| to.extend(b"  "), b"b: a\r\n\r\n", [NAME_SPACE_TRIMMED, NAME_SPACE_OTHER];
    "a long name of percent escapes": LINE, |_, to| to.extend(b"%41_"), b": a\r\n\r\n", [NAME_PERCENT, NAME_UNDERSCORE];
    // Many fields.
    "many fields": LINE, |_, to| to.extend(b"Accept: a\r\n"), b"\r\n", [];
    "many different fields": LINE, |nth, to| to.extend(format!("X-{nth}: {nth}\r\n").bytes()), b"\r\n", [];
    "many Host": LINE, |_, to| to.extend(b"Host: a\r\n"), b"\r\n", [HOST_MANY];
    "many Host, odd lines between": LINE, |_, to| to.extend(b"Host: a\r\nA: b\x01\r\nB :\r\n"), b"\r\n", [HOST_MANY, VALUE_CONTROL, NAME_SPACE_TRIMMED];
    "many Connection": LINE, |_, to| to.extend(b"Connection: a,close\r\n"), b"\r\n", [];
    "many options in one field": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: ", |_, to| to.extend(b"a, "), b"\r\n\r\n", [];
    "many Content-Length": LINE, |_, to| to.extend(b"Content-Length: 0\r\n"), b"\r\n", [LENGTH_SAME];
    "many Content-Length that differ": LINE, |nth, to| to.extend(format!("Content-Length: {nth}\r\n").bytes()), b"Content-Length: 0\r\n\r\n", [LENGTH_LAST];
    "many empty Content-Length": LINE, |_, to| to.extend(b"Content-Length:\r\n"), b"\r\n", [LENGTH_EMPTY_IGNORED];
    "a long Content-Length": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ", |_, to| to.extend(b"0"), b"\r\n\r\n", [];
    "a long list of lengths": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ", |_, to| to.extend(b"0,"), b"0\r\n\r\n", [LENGTH_LIST_SAME];
    "a length after much to trim": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ", |_, to| to.extend(b"\x0b\x85"), b"0\r\n\r\n", [LENGTH_VT_FF, LENGTH_HIGH];
    "a length before much to trim": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0", |nth, to| to.extend(if nth % 2 == 0 { b"00" } else { b"\x0b\x85" }), b"\r\n\r\n", [LENGTH_VT_FF, LENGTH_HIGH];
    "many Transfer-Encoding": LINE, |_, to| to.extend(b"Transfer-Encoding: chunked\r\n"), b"\r\n0\r\n\r\n", [CODING_TWICE];
    "a long list of codings": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ", |_, to| to.extend(b"gzip,"), b"chunked\r\n\r\n0\r\n\r\n", [CODING_OTHERS];
    "a coding in many quotes": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ", |_, to| to.extend(b"\""), b"\r\n\r\n0\r\n\r\n", [CODING_QUOTED, CODING_SUBSTRING, CODING_SYNTAX_IGNORED];
    // Folds and lines that end oddly.
    "many folds": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: b\r\n", |_, to| to.extend(b" fold\r\n"), b"\r\n", [FOLD_JOINED];
    "many empty folds": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: b\r\n", |_, to| to.extend(b" \t\r\n"), b"\r\n", [FOLD_JOINED];
    "many fields, each folded": LINE, |_, to| to.extend(b"Connection: a\r\n b\r\n"), b"\r\n", [FOLD_TIGHT];
    "many bare LF in a value": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: b\n", |_, to| to.extend(b"A: b\n"), b"\r\n\r\n", [VALUE_LF];
    "many bare LF": b"GET / HTTP/1.1\nHost: a\n", |_, to| to.extend(b"A: b\n"), b"\n", [REQUEST_LINE_LF, FIELD_LF];
    "many bare CR in a value": b"GET / HTTP/1.1\r\nHost: a\r\nA: b", |_, to| to.extend(b"\rb"), b"\r\n\r\n", [VALUE_CR];
    "many quotes over CRLF": b"GET / HTTP/1.1\r\nHost: a\r\nA: b", |_, to| to.extend(b"\"a\r\n\""), b"\r\n\r\n", [VALUE_QUOTED_CRLF];
    "many lines without a colon": LINE, |_, to| to.extend(b"a b\r\n"), b"\r\n", [COLON_LINE_SKIPPED];
    "a name over many lines": LINE, |_, to| to.extend(b"name\r\n"), b"a: b\r\n\r\n", [COLON_NEXT_LINE];
    "many lines after a NUL": b"GET / HTTP/1.1\r\nHost: a\r\nA: \0\r\n", |_, to| to.extend(b"A: b\r\n"), b"\r\n", [VALUE_NUL_HIDES];
    // Before and between messages.
    "many empty lines": b"", |_, to| to.extend(b"\r\n"), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", [LEADING_CRLFS];
    "many messages": b"", |_, to| to.extend(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"), b"", [];
    "many messages with a body": b"", |_, to| to.extend(b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"), b"", [];
    "many tiny messages": b"", |_, to| to.extend(b"G / H/1.1\n\n"), b"", [VERSION_PROTOCOL, REQUEST_LINE_LF, FIELD_LF, HOST_NONE];
    "many bad requests": b"", |_, to| to.extend(b"?\r\n\r\n"), b"", [BAD_REQUEST_SKIPPED];
    "many messages of other lines": b"", |_, to| to.extend(b"GET / x HTTP/1.1  \nA\x01 b\n\tc\n:\n\n"), b"", [TARGET_SPACE, REQUEST_LINE_JUNK, NAME_CONTROL_OTHER, COLON_LINE_SKIPPED, FOLD_DROPPED, NAME_EMPTY_ENDS, FIELD_LF, HOST_NONE];
    // Bodies.
    "many chunks of one byte": CHUNKED, |_, to| to.extend(b"1\r\na\r\n"), b"0\r\n\r\n", [];
    "many chunks with extensions": CHUNKED, |_, to| to.extend(b"1;a=\"b\"\r\na\r\n"), b"0\r\n\r\n", [];
    "many empty chunks": CHUNKED, |_, to| to.extend(b"00\r\n\r\n"), b"0\r\n\r\n", [LAST_CHUNK_EXACT];
    "many invalid chunk lines": CHUNKED, |_, to| to.extend(b"x\r\n"), b"0\r\n\r\n", [CHUNK_INVALID_SKIPPED];
    "chunk data that spills": CHUNKED, |_, to| to.extend(b"1\r\nabc\r\n"), b"0\r\n\r\n", [DATA_SPILL];
    "a long chunk size": CHUNKED, |_, to| to.extend(b"0"), b"1\r\na\r\n0\r\n\r\n", [];
    "a long quoted extension": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"", |_, to| to.extend(b"b\\\"c"), b"\"\r\na\r\n0\r\n\r\n", [];
    "a long quoted extension over CRLF": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"", |_, to| to.extend(b"b\r\n"), b"\"\r\na\r\n0\r\n\r\n", [EXTENSION_QUOTED_CRLF];
    "many trailers": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", |_, to| to.extend(b"A: b\r\n"), b"\r\n", [];
    "a trailer with a long odd name": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", |_, to| to.extend(b"\x01"), b": b\r\n\r\n", [TRAILER_ANY_LINE, TRAILER_ANY_BYTE];
    // Streams that end too early, or hold nothing that is looked for.
    "no terminator at all": b"", |_, to| to.extend(b"abcdefgh"), b"", [];
    "a name without a terminator": LINE, |_, to| to.extend(b"abcdefgh"), b"", [NAME_CONTROL_DROPPED, NAME_SPACE_TRIMMED, NAME_HIGH_DROPPED, COLON_NEXT_LINE, BAD_NAME_SKIPPED];
    "a line without a colon": LINE, |_, to| to.extend(b"ab\x01 c\x85d("), b"\r\n\r\n", [NAME_CONTROL_DROPPED, NAME_SPACE_TRIMMED, NAME_HIGH_DROPPED, NAME_DELIMITERS, COLON_NEXT_LINE, COLON_LINE_SKIPPED, BAD_NAME_SKIPPED];
    "only bare CR": b"", |_, to| to.extend(b"\r"), b"", [LEADING_CR];
    "only LF after a head": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", |_, to| to.extend(b"\n"), b"", [LEADING_LF];
    "only NUL": b"", |_, to| to.extend(b"\0"), b"", [LEADING_NUL];
};

fn input(shape: &Shape, size: usize) -> Vec<u8> {
    let mut input = Vec::with_capacity(size + MEGABYTE);
    input.extend(shape.front);
    for nth in 0.. {
        if input.len() >= size {
            break;
        }
        (shape.piece)(nth, &mut input);
    }
    input.extend(shape.back);
    input
}

/// Nanoseconds since `start`.
fn elapsed(start: Instant) -> f64 {
    start.elapsed().as_nanos() as f64
}

/// The time that this thread has had a processor for, in nanoseconds, told in steps of a few
/// milliseconds; where the system does not tell, the time since `start`.
fn on_processor(start: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let first = told.as_deref().and_then(|told| told.split(' ').next());
    first
        .and_then(|nanoseconds| nanoseconds.parse().ok())
        .unwrap_or_else(|| elapsed(start))
}

/// The shortest of `times` readings by this clock, in nanoseconds for each byte.
fn measure(
    parser: &dyn Parser,
    input: &[u8],
    (clock, times): (fn(Instant) -> f64, usize),
    verdict: &mut Verdict,
) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..times {
        let now = Instant::now();
        let start = clock(now);
        judge(parser, black_box(input), verdict);
        black_box(&*verdict);
        least = least.min(clock(now) - start);
    }
    least / input.len() as f64
}

/// What the ladder of one parser came to.
struct Climb {
    figures: Vec<f64>,
    /// The size in bytes at which a doubling cost too much.
    broken_at: Option<usize>,
}

fn climb(parser: &dyn Parser, small: &[Vec<u8>], inputs: &[Vec<u8>]) -> Climb {
    let mut verdict = Verdict::new();
    let mut climb = Climb {
        figures: Vec::new(),
        broken_at: None,
    };
    for input in small {
        if measure(parser, input, (on_processor, 1), &mut verdict) > ABSURD {
            climb.broken_at = Some(input.len());
            return climb;
        }
    }
    let mut before: Option<&Vec<u8>> = None;
    for input in inputs {
        let times = if input.len() < 2 * JUDGED { 3 } else { 1 };
        let figure = measure(parser, input, (elapsed, times), &mut verdict);
        let is_judged = before.is_some_and(|before| before.len() >= JUDGED);
        let last = climb.figures.last().copied().unwrap_or(f64::INFINITY);
        let mut is_broken = is_judged && costs_too_much(last, figure);
        for _ in 0..2 {
            // Another process may have had the machine: both are measured again, without its time.
            if let (true, Some(before)) = (is_broken, before) {
                let last = measure(parser, before, (on_processor, 3), &mut verdict);
                let figure = measure(parser, input, (on_processor, 3), &mut verdict);
                is_broken = costs_too_much(last, figure);
            }
        }
        climb.figures.push(figure);
        is_broken |= figure > ABSURD;
        if is_broken {
            climb.broken_at = Some(input.len());
            // What is quadratic at this size would take minutes at the last.
            break;
        }
        before = Some(input);
    }
    climb
}

/// Whether the doubling to `input`, from `last` to `figure` nanoseconds for each byte, costs too much.
fn costs_too_much(last: f64, figure: f64) -> bool {
    figure > MEMORY && figure * 2.0 > last * LIMIT
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let wanted = arguments.find(|argument| !argument.starts_with("--"));
    let steps = if is_bench { 7 } else { 1 };
    let dialect = |name: &'static str, set| DialectParser::new(&REQUEST, Dialect::new(name, set));
    let strict = dialect("dialect, no leniency", LeniencySet::EMPTY);
    let every = dialect("dialect, every leniency", REQUEST.every_leniency());
    let mut failed = 0;
    println!("nanoseconds for each byte, at 1, 2, 4 ... MB");
    for shape in SHAPES {
        if wanted
            .as_ref()
            .is_some_and(|wanted| !shape.name.contains(wanted.as_str()))
        {
            continue;
        }
        println!("{}", shape.name);
        let inputs: Vec<Vec<u8>> = (0..steps)
            .map(|step| input(shape, MEGABYTE << step))
            .collect();
        let able = dialect("dialect that accepts it", LeniencySet::of(shape.relaxes));
        let small = SMALL.map(|size| input(shape, size));
        let dialects: [&dyn Parser; 3] = [&strict, &every, &able];
        for parser in dialects.iter().chain(REQUEST.parsers) {
            let climb = climb(*parser, &small, &inputs);
            let figures = climb.figures.iter().map(|figure| format!(" {figure:8.3}"));
            print!("  {:26}{}", parser.name(), figures.collect::<String>());
            match climb.broken_at {
                Some(size) => {
                    failed += 1;
                    println!("  costs too much at {} KB", size >> 10);
                }
                None => println!(),
            }
        }
    }
    if failed > 0 {
        println!("{failed} ladders broken");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
