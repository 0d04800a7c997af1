//! How its decoders are asked.

use bytecodec::{ByteCount, Decode, Eos};
use httpcodec::{BodyDecode, BodyDecoder, Header, NoBodyDecoder, RequestDecoder};
use parsers::End;

use crate::linked::next_piece;
use crate::{Failure, Peer, Pieces, Seen};

/// Decodes requests.
pub(crate) struct Httpcodec;

/// The content of a request. `RemainingBytesDecoder` of its library makes room for as many bytes as are announced.
#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    is_whole: bool,
}

impl Decode for Content {
    type Item = Vec<u8>;

    fn decode(&mut self, there: &[u8], eos: Eos) -> bytecodec::Result<usize> {
        if self.is_whole {
            return Ok(0);
        }
        self.bytes.extend_from_slice(there);
        self.is_whole = eos.is_reached();
        Ok(there.len())
    }

    fn finish_decoding(&mut self) -> bytecodec::Result<Vec<u8>> {
        self.is_whole = false;
        Ok(std::mem::take(&mut self.bytes))
    }

    fn requiring_bytes(&self) -> ByteCount {
        match self.is_whole {
            true => ByteCount::Finite(0),
            false => ByteCount::Infinite,
        }
    }

    fn is_idle(&self) -> bool {
        self.is_whole
    }
}

/// What of a request is being decoded; both decoders serve one request only.
enum Part {
    Head(RequestDecoder<NoBodyDecoder>),
    Body(BodyDecoder<Content>),
}

impl Part {
    /// Decodes what is there, and says how many bytes it accepted and whether the part is whole.
    fn decode(&mut self, there: &[u8]) -> bytecodec::Result<(usize, bool)> {
        let more = Eos::new(false);
        Ok(match self {
            Self::Head(head) => (head.decode(there, more)?, head.is_idle()),
            Self::Body(body) => (body.decode(there, more)?, body.is_idle()),
        })
    }

    /// Hands over what a whole part holds, and says which part of the request follows.
    fn finish(&mut self, seen: &mut Seen) -> bytecodec::Result<Option<Self>> {
        match self {
            Self::Head(decoder) => {
                let request = decoder.finish_decoding()?;
                let header = request.header();
                if !has_body(&header) {
                    return Ok(None);
                }
                let mut body = BodyDecoder::new(Content::default());
                body.initialize(&header)?;
                Ok(Some(Self::Body(body)))
            }
            Self::Body(decoder) => {
                seen.take_content(&decoder.finish_decoding()?);
                Ok(None)
            }
        }
    }
}

fn has_body(header: &Header<'_>) -> bool {
    let told_by = ["Content-Length", "Transfer-Encoding"];
    told_by.iter().any(|name| header.get_field(name).is_some())
}

impl Peer for Httpcodec {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let head = || Part::Head(RequestDecoder::new(NoBodyDecoder));
        let mut part = head();
        let (mut start, mut at, mut given) = (0, 0, 0);
        let end = loop {
            let there = input.get(at..given).unwrap_or(&[]);
            let Ok((used, whole)) = part.decode(there) else {
                break End::Rejected;
            };
            at += used;
            if whole {
                match part.finish(seen) {
                    Ok(Some(next)) => part = next,
                    Ok(None) => {
                        seen.end_message(at);
                        start = at;
                        part = head();
                    }
                    Err(_) => break End::Rejected,
                }
            } else if at < given {
                // A decoder that is not done takes all that is there.
                return Err(Failure::Hang);
            } else if given < input.len() {
                given += next_piece(input, given, pieces).len();
            } else if at > start {
                break End::Incomplete;
            } else {
                break End::Complete;
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}
