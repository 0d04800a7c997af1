//! actix-http: the codec of its HTTP/1 server, without its dispatcher.

use actix_codec::Decoder;
use actix_http::h1::{Codec, Message, MessageType};
use actix_http::{HttpMessage as _, Request, ServiceConfig};
use bytes::BytesMut;
use parsers::End;
use tokio::task::LocalSet;

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// actix-http as it is by default.
pub(crate) static ACTIX_HTTP: About = About {
    name: "actix-http",
    family: &parsers::http1::REQUEST,
    licence: "MIT OR Apache-2.0",
    adds: "",
    cuts: "",
    role: Role::Server,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: || version!("actix-http"),
        open: || Ok(Box::new(ActixHttp::open()?)),
    },
};

struct ActixHttp {
    config: ServiceConfig,
    buffer: BytesMut,
    // A configuration keeps a clock, which is a task of this set.
    _tasks: LocalSet,
}

impl ActixHttp {
    fn open() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.map_err(|error| Failure::Absent(error.to_string()))?;
        let tasks = LocalSet::new();
        let config = tasks.block_on(&runtime, async { ServiceConfig::default() });
        Ok(Self {
            config,
            buffer: BytesMut::new(),
            _tasks: tasks,
        })
    }
}

/// What follows the head of a request, which is noted.
fn message_type(codec: &Codec, request: &Request, seen: &mut Seen) -> MessageType {
    if seen.wants_facts() {
        seen.take_request(request.method().as_str(), request.uri().to_string());
        for (name, value) in request.headers() {
            seen.take_field(name.as_str(), value.as_bytes());
        }
    }
    codec.message_type()
}

impl Peer for ActixHttp {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut codec = Codec::new(self.config.clone());
        let buffer = &mut self.buffer;
        buffer.clear();
        let first = super::next_piece(input, 0, pieces);
        buffer.extend_from_slice(first);
        let mut given = first.len();
        let mut in_message = false;
        loop {
            match codec.decode(buffer) {
                Ok(Some(Message::Item(request))) => match message_type(&codec, &request, seen) {
                    MessageType::None => {}
                    MessageType::Payload => {
                        in_message = true;
                        continue;
                    }
                    // An upgrade or CONNECT: what follows is handed over as it comes.
                    MessageType::Stream => {
                        seen.end_message(given - buffer.len());
                        seen.end_stream(End::Tunnel);
                        return Ok(());
                    }
                },
                Ok(Some(Message::Chunk(Some(piece)))) => {
                    seen.take_content(&piece);
                    continue;
                }
                Ok(Some(Message::Chunk(None))) => in_message = false,
                Ok(None) if given < input.len() => {
                    let more = super::next_piece(input, given, pieces);
                    buffer.extend_from_slice(more);
                    given += more.len();
                    continue;
                }
                Ok(None) => {
                    let waits = in_message || !buffer.is_empty();
                    seen.end_stream(if waits {
                        End::Incomplete
                    } else {
                        End::Complete
                    });
                    return Ok(());
                }
                Err(_) => {
                    seen.end_stream(End::Rejected);
                    return Ok(());
                }
            }
            seen.end_message(given - buffer.len());
            if !codec.keep_alive() {
                seen.end_stream(End::Complete);
                return Ok(());
            }
        }
    }
}
