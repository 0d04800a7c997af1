//! Bare calls of libraries that read whole requests.
#![allow(
    unsafe_code,
    reason = "a parser in C can be called in no other way, and its adapter is what is measured"
)]

use std::ffi::{c_char, c_int, c_void};

use actix_codec::Decoder as _;
use bytes::BytesMut;
use kawa::h1::ParserCallbacks;
use kawa::{AsBuffer, Block, Buffer, Kawa, Kind, Pair};

use crate::heads::{httparse, picohttpparser};

/// Reads a stream; whether it is requests to its end.
pub type Bare = Box<dyn FnMut(&[u8]) -> bool>;

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
}

/// More room than a parser or its settings take; settings of zeros call no callback.
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

fn actix_http() -> Bare {
    use actix_http::ServiceConfig;
    use actix_http::h1::Codec;

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
                Ok(Some(_)) => {}
                Ok(None) => return buffer.is_empty(),
                Err(_) => return false,
            }
        }
    })
}

fn http_net() -> Bare {
    use http_net::{Response, ServerConn, ServerEvent};

    let mut connection = ServerConn::new();
    let response = Response::new(200);
    let mut output = Vec::new();
    Box::new(move |input| {
        connection.reset();
        if connection.feed(input) != input.len() {
            return false;
        }
        loop {
            match connection.poll() {
                Ok(ServerEvent::RequestEnd) => {
                    output.clear();
                    if connection.respond(&response, &mut output).is_err() {
                        return false;
                    }
                }
                Ok(ServerEvent::NeedInput) => connection.feed_eof(),
                Ok(ServerEvent::Closed) => return connection.remaining_input().is_empty(),
                Ok(ServerEvent::Request(_) | ServerEvent::Body(_)) => {}
                _ => return false,
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

struct Persistence {
    closes: bool,
}

impl ParserCallbacks<Memory> for Persistence {
    fn on_headers(&mut self, state: &mut Kawa<Memory>) {
        let buffer = state.storage.buffer();
        self.closes = state.blocks.iter().any(|block| match block {
            Block::Header(Pair { key, val }) => {
                let [key, val] = [key, val].map(|part| part.data_opt(buffer).unwrap_or_default());
                key.eq_ignore_ascii_case(b"connection") && val.eq_ignore_ascii_case(b"close")
            }
            _ => false,
        });
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
        let mut persistence = Persistence { closes: false };
        while !state.storage.unparsed_data().is_empty() && !persistence.closes {
            kawa::h1::parse(&mut state, &mut persistence);
            if !state.is_terminated() {
                return false;
            }
            state.clear();
        }
        state.storage.unparsed_data().is_empty()
    })
}

/// The libraries whose peers judge every input of a hunt.
pub fn bare() -> Vec<(&'static str, Bare)> {
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
