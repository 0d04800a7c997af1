//! What our adapters cost: the time that a peer takes when it is asked, as a multiple of the bare call of its library.
//!
//! The bare call reads the same request to its end, and keeps nothing. Both take turns, a short slice each, in many
//! rounds: what else the machine does slows both alike, and the ratio of their fastest slices stays put.
//!
//! `cargo bench -p peers`; without `--bench`, one short round to see that it runs.
#![allow(
    unsafe_code,
    reason = "a parser in C can be called in no other way, and its adapter is what is measured"
)]

use std::ffi::{c_char, c_int, c_void};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use actix_codec::Decoder as _;
use bytes::BytesMut;
use kawa::h1::NoCallbacks;
use kawa::{AsBuffer, Buffer, Kawa, Kind};
use peers::{About, PEERS, Peer, Pieces, Seen, ask};

/// A POST as a browser sends it, with 63 bytes of body.
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

/// How many times each reads the request in one slice.
const READS: u32 = 500;
/// The ratio above which an adapter costs more than it should.
const MOST: f64 = 1.2;

/// How many fields there is room for, where that is left to the caller.
const FIELDS: usize = 100;

/// Reads a request to its end, or its head where the library reads no more; whether it got there.
type Bare = Box<dyn FnMut(&[u8]) -> bool>;

unsafe extern "C" {
    fn llhttp_init(parser: *mut c_void, kind: c_int, settings: *const c_void);
    fn llhttp_execute(parser: *mut c_void, data: *const c_char, length: usize) -> c_int;
    fn http_parser_init(parser: *mut c_void, kind: c_int);
    fn http_parser_execute(
        parser: *mut c_void,
        settings: *const c_void,
        data: *const c_char,
        length: usize,
    ) -> usize;
    fn phr_parse_request(
        data: *const c_char,
        length: usize,
        method: *mut *const c_char,
        method_length: *mut usize,
        path: *mut *const c_char,
        path_length: *mut usize,
        minor: *mut c_int,
        fields: *mut [usize; 4],
        count: *mut usize,
        before: usize,
    ) -> c_int;
}

/// More room than a parser or its settings take; settings of zeros call nobody.
type Room = [u64; 64];

fn llhttp() -> Bare {
    let (mut parser, settings): (Box<Room>, Box<Room>) = (Box::new([0; 64]), Box::new([0; 64]));
    Box::new(move |input| {
        let parser: *mut c_void = parser.as_mut_ptr().cast();
        // SAFETY: `parser` and `settings` have the room of an llhttp_t and an llhttp_settings_t, both live as long as
        // the call, and 1 is HTTP_REQUEST.
        let came_to = unsafe {
            llhttp_init(parser, 1, settings.as_ptr().cast());
            llhttp_execute(parser, input.as_ptr().cast(), input.len())
        };
        came_to == 0
    })
}

fn http_parser() -> Bare {
    let (mut parser, settings): (Box<Room>, Box<Room>) = (Box::new([0; 64]), Box::new([0; 64]));
    Box::new(move |input| {
        let parser: *mut c_void = parser.as_mut_ptr().cast();
        // SAFETY: as for llhttp; 0 is HTTP_REQUEST.
        let used = unsafe {
            http_parser_init(parser, 0);
            http_parser_execute(
                parser,
                settings.as_ptr().cast(),
                input.as_ptr().cast(),
                input.len(),
            )
        };
        used == input.len()
    })
}

fn picohttpparser() -> Bare {
    let mut fields = [[0; 4]; FIELDS];
    Box::new(move |input| {
        let (mut method, mut path) = (std::ptr::null(), std::ptr::null());
        let (mut method_length, mut path_length, mut minor, mut count) = (0, 0, 0, FIELDS);
        // SAFETY: every pointer is to a place of its type that lives as long as the call; a phr_header is four words,
        // and `count` says how many of them there is room for.
        let used = unsafe {
            phr_parse_request(
                input.as_ptr().cast(),
                input.len(),
                &raw mut method,
                &raw mut method_length,
                &raw mut path,
                &raw mut path_length,
                &raw mut minor,
                fields.as_mut_ptr(),
                &raw mut count,
                0,
            )
        };
        used > 0
    })
}

fn actix_http() -> Bare {
    use actix_http::ServiceConfig;
    use actix_http::h1::{Codec, Message};

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let tasks = tokio::task::LocalSet::new();
    let config =
        runtime.map(|runtime| tasks.block_on(&runtime, async { ServiceConfig::default() }));
    let config = config.unwrap_or_default();
    let mut buffer = BytesMut::new();
    Box::new(move |input| {
        let _alive = &tasks;
        let mut codec = Codec::new(config.clone());
        buffer.clear();
        buffer.extend_from_slice(input);
        loop {
            match codec.decode(&mut buffer) {
                Ok(Some(Message::Chunk(None))) => return buffer.is_empty(),
                Ok(Some(_)) => {}
                _ => return false,
            }
        }
    })
}

fn http_net() -> Bare {
    use http_net::{ServerConn, ServerEvent};

    let mut connection = ServerConn::new();
    Box::new(move |input| {
        connection.reset();
        if connection.feed(input) != input.len() {
            return false;
        }
        loop {
            match connection.poll() {
                Ok(ServerEvent::RequestEnd) => return connection.remaining_input().is_empty(),
                Ok(ServerEvent::NeedInput) | Err(_) => return false,
                Ok(_) => {}
            }
        }
    })
}

struct Memory(Vec<u8>);

impl AsBuffer for Memory {
    fn as_buffer(&self) -> &[u8] {
        &self.0
    }

    fn as_mut_buffer(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

fn kawa() -> Bare {
    let mut state = Kawa::new(Kind::Request, Buffer::new(Memory(Vec::new())));
    Box::new(move |input| {
        state.clear();
        state.storage.clear();
        state.storage.buffer.0.clear();
        state.storage.buffer.0.extend_from_slice(input);
        state.storage.fill(input.len());
        kawa::h1::parse(&mut state, &mut NoCallbacks);
        state.is_terminated()
    })
}

fn httparse() -> Bare {
    Box::new(|input| {
        let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
        let mut request = httparse::Request::new(&mut []);
        let parsed = request.parse_with_uninit_headers(input, &mut fields);
        matches!(parsed, Ok(httparse::Status::Complete(_)))
    })
}

/// The libraries whose peers judge every input of a hunt.
fn bare() -> Vec<(&'static str, Bare)> {
    vec![
        ("actix-http", actix_http()),
        ("http-net", http_net()),
        ("http-parser", http_parser()),
        ("httparse", httparse()),
        ("kawa", kawa()),
        ("llhttp", llhttp()),
        ("picohttpparser", picohttpparser()),
    ]
}

fn main() -> ExitCode {
    let rounds = if std::env::args().any(|argument| argument == "--bench") {
        400
    } else {
        1
    };
    println!(
        "{:14} {:>10} {:>10} {:>6}",
        "peer", "adapter", "bare", "ratio"
    );
    let mut is_well = true;
    for (name, mut bare) in bare() {
        let Some(about) = PEERS.iter().find(|about| about.name == name) else {
            is_well = false;
            continue;
        };
        match measure(about, &mut bare, rounds) {
            Some([adapter, bare]) => {
                let ratio = adapter.as_secs_f64() / bare.as_secs_f64();
                let [adapter, bare] = [adapter, bare].map(|time| time / READS);
                // What a library leaves to its user is no part of the bare call.
                let note = match about.adds {
                    _ if ratio <= MOST => String::new(),
                    "" => format!("  above {MOST}"),
                    adds => format!("  above {MOST}; the adapter adds: {adds}"),
                };
                println!("{name:14} {adapter:>10.2?} {bare:>10.2?} {ratio:>6.2}{note}");
            }
            None => {
                println!("{name:14} does not read the request to its end");
                is_well = false;
            }
        }
    }
    ExitCode::from(u8::from(!is_well))
}

/// The fastest slice of the adapter, and that of the bare call.
fn measure(about: &About, bare: &mut Bare, rounds: u32) -> Option<[Duration; 2]> {
    let mut peer = about.open().ok()?.peer;
    let mut seen = Seen::default();
    let mut adapter = |input: &[u8]| reads(&mut *peer, input, &mut seen);
    if !adapter(COUNTED) || !bare(COUNTED) {
        return None;
    }
    let mut fastest = [Duration::MAX; 2];
    for _ in 0..rounds {
        let took = [slice(&mut adapter), slice(bare)];
        fastest = [fastest[0].min(took[0]), fastest[1].min(took[1])];
    }
    Some(fastest)
}

fn reads(peer: &mut dyn Peer, input: &[u8], seen: &mut Seen) -> bool {
    ask(peer, input, Pieces::One, seen).is_ok() && seen.taken() == input.len()
}

fn slice(read: &mut dyn FnMut(&[u8]) -> bool) -> Duration {
    let begun = Instant::now();
    for _ in 0..READS {
        black_box(read(black_box(COUNTED)));
    }
    begun.elapsed()
}
