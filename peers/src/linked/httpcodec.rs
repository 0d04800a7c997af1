//! httpcodec: its decoders of request heads and of bodies.

#[cfg(feature = "httpcodec")]
mod reader;

use crate::{About, Role};

/// httpcodec as it is by default.
pub(crate) static HTTPCODEC: About = About {
    name: "httpcodec",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "no body without a Content-Length or Transfer-Encoding field; a loop over the requests of a \
           connection, which only the end of the stream ends",
    cuts: "",
    role: Role::Library,
    calibrates: true,
    is_fast: false,
    reach: on_demand!("httpcodec", || version!("httpcodec"), || Ok(Box::new(
        reader::Httpcodec
    ))),
};

#[cfg(all(test, feature = "httpcodec"))]
mod tests {
    use parsers::End;

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
        let told = (vec![whole.len()], End::Rejected, b"a".to_vec());
        assert_eq!(read_alike(&HTTPCODEC, format!("{whole} b\r\n\r\n")), told);
    }
}
