//! How long one request takes from stream to verdict, as a multiple of what httparse takes with the
//! smallest reader of bodies behind it.
//!
//! The yardstick and the parsers take turns, a short slice each, in many rounds. What else the machine
//! does then slows all of them alike, and the ratios stay put where the times do not.
//!
//! `cargo bench -p misframe-parsers --bench speed`; without `--bench`, one short round to see that it runs.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use parsers::family::DialectParser;
use parsers::http1::REQUEST;
use parsers::http1::leniencies::{CODING_IGNORED, LENGTH_IGNORED};
use parsers::{Dialect, End, LeniencySet, Parser, Verdict, judge, judge_with_facts};

/// A POST as a browser sends it: 444 bytes, of which 63 are its body.
const COUNTED: &[u8] = b"POST /api/session HTTP/1.1\r\n\
    Host: www.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
    Accept: text/html,application/xhtml+xml;q=0.9\r\n\
    Accept-Language: en-GB,en;q=0.5\r\n\
    Accept-Encoding: gzip, deflate\r\n\
    Referer: http://www.example.com/login\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n\
    Content-Length: 63\r\n\
    Connection: keep-alive\r\n\
    \r\n\
    user=alice&password=correct+horse+battery+staple&remember=1&t=7";

/// Nearly the same head with 96 bytes of body in two chunks: 478 bytes in all.
const CHUNKED: &[u8] = b"POST /api/upload HTTP/1.1\r\n\
    Host: www.example.com\r\n\
    User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
    Accept: text/html,application/xhtml+xml;q=0.9\r\n\
    Accept-Language: en-GB,en;q=0.5\r\n\
    Accept-Encoding: gzip, deflate\r\n\
    Referer: http://www.example.com/login\r\n\
    Content-Type: text/plain\r\n\
    Transfer-Encoding: chunked\r\n\
    Connection: keep-alive\r\n\
    \r\n\
    40\r\n\
    It was the best of times, it was the worst of times, it was the \r\n\
    20\r\n\
    age of wisdom, it was the age of\r\n\
    0\r\n\
    \r\n";

/// How many times each contestant reads the input in one slice.
const READS: u32 = 1000;

/// Reads an input once, into memory that it keeps.
type Read<'p> = Box<dyn FnMut(&[u8]) + 'p>;

/// A way to judge: with facts or without.
type Judge = fn(&dyn Parser, &[u8], &mut Verdict);

/// The contestants.
struct Contestant<'p> {
    name: String,
    read: Read<'p>,
    /// Nanoseconds for each reading, one figure a round.
    times: Vec<f64>,
}

impl<'p> Contestant<'p> {
    fn yardstick() -> Self {
        let mut spans = Vec::new();
        Self {
            name: "httparse and a body reader".to_owned(),
            read: Box::new(move |input| {
                spans.clear();
                black_box(yardstick(black_box(input), &mut spans));
                black_box(&spans);
            }),
            times: Vec::new(),
        }
    }

    fn parser(name: String, parser: &'p dyn Parser) -> Self {
        Self::judged(name, parser, |parser, input: &[u8], verdict| {
            judge(parser, input, verdict)
        })
    }

    /// A parser by this way to judge.
    fn judged(name: String, parser: &'p dyn Parser, judge: Judge) -> Self {
        let mut verdict = Verdict::new();
        Self {
            name,
            read: Box::new(move |input| {
                judge(parser, black_box(input), &mut verdict);
                black_box(&verdict);
            }),
            times: Vec::new(),
        }
    }

    fn slice(&mut self, input: &[u8]) {
        let start = Instant::now();
        for _ in 0..READS {
            (self.read)(input);
        }
        let time = start.elapsed().as_nanos() as f64 / f64::from(READS);
        self.times.push(time);
    }
}

/// The end of the request and the spans of its body, as little more than httparse makes them out.
fn yardstick(input: &[u8], spans: &mut Vec<(usize, usize)>) -> Option<usize> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut fields);
    let httparse::Status::Complete(head) = request.parse(input).ok()? else {
        return None;
    };
    let (mut length, mut chunked) = (0, false);
    for field in request.headers.iter() {
        if field.name.eq_ignore_ascii_case("content-length") {
            length = std::str::from_utf8(field.value).ok()?.parse().ok()?;
        } else if field.name.eq_ignore_ascii_case("transfer-encoding") {
            chunked = field.value.eq_ignore_ascii_case(b"chunked");
        }
    }
    if !chunked {
        let end = head.checked_add(length).filter(|&end| end <= input.len())?;
        spans.push((head, end));
        return Some(end);
    }
    let mut at = head;
    loop {
        let line = httparse::parse_chunk_size(input.get(at..)?).ok()?;
        let httparse::Status::Complete((line, size)) = line else {
            return None;
        };
        let start = at + line;
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        if input.get(end..)?.first_chunk::<2>() != Some(b"\r\n") {
            return None;
        }
        if size == 0 {
            return Some(end + 2);
        }
        spans.push((start, end));
        at = end + 2;
    }
}

/// The dialects that no entry of the family's list stands for.
fn dialects() -> [(&'static str, DialectParser); 3] {
    let dialect = |set| DialectParser::new(&REQUEST, Dialect::new("dialect", set));
    // All leniencies together look at neither Content-Length nor Transfer-Encoding: a POST is then read
    // up to its empty line and lasts until the connection closes.
    let every = REQUEST.every_leniency();
    // Without the two that ignore the framing fields, both are read to their end as a strict reader
    // reads them.
    let mut framed = every;
    framed.remove(LENGTH_IGNORED.index);
    framed.remove(CODING_IGNORED.index);
    [
        ("dialect, no leniency", dialect(LeniencySet::EMPTY)),
        ("dialect, every leniency", dialect(every)),
        ("dialect, every leniency that frames", dialect(framed)),
    ]
}

/// The median; zero of nothing.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

fn least(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Whether both ends of the comparison read the whole input as one request; else the figures would
/// compare different work.
fn reads_whole(input: &[u8], dialect: &dyn Parser) -> bool {
    let mut verdict = Verdict::new();
    judge(dialect, input, &mut verdict);
    let mut spans = Vec::new();
    let end = yardstick(input, &mut spans);
    let parts = verdict.reading.parts.iter();
    end == Some(input.len())
        && verdict.reading.end == End::Complete
        && verdict.reading.messages.len() == 1
        && verdict.reading.taken() == input.len()
        && parts.map(|part| (part.start, part.end)).eq(spans)
}

fn measure(title: &str, input: &[u8], rounds: usize) -> bool {
    let dialects = dialects();
    let strict_dialect = DialectParser::new(&REQUEST, Dialect::new("", LeniencySet::EMPTY));
    if !reads_whole(input, &strict_dialect) {
        println!("{title}: the yardstick and the dialect do not read it alike");
        return false;
    }
    let mut contestants = vec![Contestant::yardstick()];
    for (name, parser) in &dialects {
        contestants.push(Contestant::parser((*name).to_owned(), parser));
        let name = format!("{name}, with facts");
        contestants.push(Contestant::judged(
            name,
            parser,
            |parser, input: &[u8], verdict| judge_with_facts(parser, input, verdict),
        ));
    }
    for parser in REQUEST.parsers {
        contestants.push(Contestant::parser(parser.name().to_owned(), *parser));
    }
    // The machine settles, and the memory of each is warm, before anything is counted.
    for contestant in &mut contestants {
        for _ in 0..rounds {
            contestant.slice(input);
        }
        contestant.times.clear();
    }
    for round in 0..rounds {
        let count = contestants.len();
        for turn in 0..count {
            // No contestant always follows the same one.
            if let Some(contestant) = contestants.get_mut((round + turn) % count) {
                contestant.slice(input);
            }
        }
    }
    let yard = contestants
        .first()
        .map(|first| first.times.clone())
        .unwrap_or_default();
    let spread = median(yard.clone()) / least(&yard);
    println!(
        "{title}, {} bytes, {rounds} rounds; the yardstick's median is {spread:.2} of its minimum",
        input.len()
    );
    println!("  {:48} {:>8} {:>8} {:>6}", "", "ns", "min ns", "ratio");
    for contestant in &contestants {
        let times = &contestant.times;
        let ratios = times.iter().zip(&yard).map(|(time, yard)| time / yard);
        println!(
            "  {:48} {:8.1} {:8.1} {:6.2}",
            contestant.name,
            median(times.clone()),
            least(times),
            median(ratios.collect()),
        );
    }
    true
}

fn main() -> ExitCode {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let rounds = if is_bench { 300 } else { 1 };
    let counted = measure("a counted request", COUNTED, rounds);
    let chunked = measure("a chunked request", CHUNKED, rounds);
    if counted && chunked {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
