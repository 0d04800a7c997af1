//! httpcodec: its decoders of request heads and of bodies.

use bytecodec::{ByteCount, Decode, Eos};
use httpcodec::{BodyDecode, BodyDecoder, Header, NoBodyDecoder, RequestDecoder};
use parsers::End;

use crate::{About, Failure, Peer, Pieces, Reach, Seen};

/// httpcodec as it is by default.
pub static HTTPCODEC: About = About {
    name: "httpcodec",
    family: "http1-request",
    licence: "MIT",
    adds: "no body without a Content-Length or Transfer-Encoding field; a loop over the requests of a \
           connection, which only the end of the stream ends",
    cuts: "",
    calibrates: true,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("httpcodec"),
        open: || Ok(Box::new(Httpcodec)),
    },
};

struct Httpcodec;

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
    /// Decodes what is there, and says how many bytes it took and whether the part is whole.
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
                break End::Refused;
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
                    Err(_) => break End::Refused,
                }
            } else if at < given {
                // A decoder that is not done takes all that is there.
                return Err(Failure::Hang);
            } else if given < input.len() {
                given += super::next_piece(input, given, pieces).len();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked::tests::read_alike;

    /// httpcodec-0.2.3 src/body.rs, `BodyDecoderInner::initialize`: it returns at the first field that is
    /// either of the two.
    #[test]
    fn the_first_of_length_and_coding_wins() {
        let head = "POST / HTTP/1.1\r\n";
        let (length, chunked) = ("Content-Length: 11\r\n", "Transfer-Encoding: chunked\r\n");
        let chunks = "1\r\na\r\n0\r\n\r\n";
        let input = format!("{head}{length}{chunked}\r\n{chunks}");
        let told = (vec![input.len()], End::Complete, chunks.into());
        assert_eq!(read_alike(&HTTPCODEC, &input), told);
        let input = format!("{head}{chunked}{length}\r\n{chunks}");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&HTTPCODEC, &input), told);
    }

    #[test]
    fn what_is_announced_takes_no_room() {
        for length in ["42949167301", "9223372036854775807"] {
            let input = format!("POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\na");
            assert_eq!(read_alike(&HTTPCODEC, input).1, End::Incomplete);
        }
    }

    /// httpcodec-0.2.3 src/util.rs, `CrlfDecoder`: only `finish_decoding` looks at the bytes, and in
    /// src/chunked_body.rs nothing calls it; above `ChunkedBodyDecoder`: no trailer part is supported.
    #[test]
    fn any_two_bytes_end_a_chunk_and_the_last_one_too() {
        let whole = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\na:";
        let told = (vec![whole.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&HTTPCODEC, whole), told);
        let told = (vec![whole.len()], End::Refused, b"a".to_vec());
        assert_eq!(read_alike(&HTTPCODEC, format!("{whole} b\r\n\r\n")), told);
    }
}
