//! What our adapters cost: the time that a peer needs when it is asked, as a multiple of the bare call of its library.
//!
//! The bare call is what a program writes that reads a stream with the library: the same bytes to their end, with what
//! the library leaves to its user (`adds` in `misframe peers --format json`). It keeps nothing. Both take turns, a short
//! slice each, in many rounds: what else the machine does slows both alike, and the ratio of their fastest slices stays
//! put.
//!
//! `cargo bench -p misframe-peers --bench overhead`, exit code 1 where an adapter costs more than it should; without `--bench`, one short round to
//! see that it runs.

mod bare;
mod heads;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bare::{Bare, bare};
use peers::{About, PEERS, Peer, Pieces, Seen, ask};

/// A POST as a browser sends it, with 63 bytes of content, and how these are delimited.
macro_rules! post {
    ($framing:literal, $body:literal) => {
        concat!(
            "POST /api/session HTTP/1.1\r\nHost: www.example.com\r\n",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n",
            "Accept: text/html,application/xhtml+xml;q=0.9\r\nAccept-Language: en-GB,en;q=0.5\r\n",
            "Accept-Encoding: gzip, deflate\r\nReferer: http://www.example.com/login\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            $framing,
            "\r\nConnection: keep-alive\r\n\r\n",
            $body
        )
        .as_bytes()
    };
}

/// The requests.
const INPUTS: [(&str, &[u8]); 2] = [
    (
        "length",
        post!(
            "Content-Length: 63",
            "user=alice&password=correct+horse+battery+staple&remember=1&t=7"
        ),
    ),
    (
        "chunked",
        post!(
            "Transfer-Encoding: chunked",
            "20\r\nuser=alice&password=correct+hors\r\n\
            1f\r\ne+battery+staple&remember=1&t=7\r\n0\r\n\r\n"
        ),
    ),
];

/// How many times each reads the request in one slice.
const READS: u32 = 500;
/// The ratio above which an adapter costs more than it should.
const MOST: f64 = 1.2;

fn main() -> ExitCode {
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let rounds = if is_measured { 400 } else { 1 };
    println!(
        "{:14} {:7} {:>10} {:>10} {:>6}",
        "peer", "body", "adapter", "bare", "ratio"
    );
    let mut is_well = true;
    for (name, mut bare) in bare() {
        let about = PEERS.iter().find(|about| about.name == name);
        for (body, input) in INPUTS {
            let measured = about.and_then(|about| measure(about, &mut bare, input, rounds));
            let Some([adapter, bare]) = measured else {
                println!("{name:14} {body:7} is not read to its end");
                is_well = false;
                continue;
            };
            let ratio = adapter.as_secs_f64() / bare.as_secs_f64();
            let [adapter, bare] = [adapter, bare].map(|time| time / READS);
            let is_above = ratio > MOST;
            is_well &= !(is_measured && is_above);
            let note = if is_above {
                format!("  above {MOST}")
            } else {
                String::new()
            };
            println!("{name:14} {body:7} {adapter:>10.2?} {bare:>10.2?} {ratio:>6.2}{note}");
        }
    }
    ExitCode::from(u8::from(!is_well))
}

/// The fastest slice of the adapter, and that of the bare call.
fn measure(about: &About, bare: &mut Bare, input: &[u8], rounds: u32) -> Option<[Duration; 2]> {
    let mut peer = about.open().ok()?.peer;
    let mut seen = Seen::default();
    let mut adapter = |input: &[u8]| reads(&mut *peer, input, &mut seen);
    if !adapter(input) || !bare(input) {
        return None;
    }
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..rounds {
        let took = [slice(&mut adapter, input), slice(bare, input)];
        fastest = [fastest[0].min(took[0]), fastest[1].min(took[1])];
    }
    Some(fastest)
}

fn reads(peer: &mut dyn Peer, input: &[u8], seen: &mut Seen) -> bool {
    ask(peer, input, Pieces::One, seen).is_ok() && seen.taken() == input.len()
}

fn slice(read: &mut dyn FnMut(&[u8]) -> bool, input: &[u8]) -> Duration {
    let begun = Instant::now();
    for _ in 0..READS {
        black_box(read(black_box(input)));
    }
    begun.elapsed()
}
