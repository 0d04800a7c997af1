//! Boost.Beast: the request parser of C++ servers, compiled against the headers of this machine.

#[cfg(feature = "beast")]
use super::c::{beast, beast_version};
use crate::{About, Role};

/// Boost.Beast with the limits that it has by default.
pub(crate) static BEAST: About = About {
    name: "beast",
    family: &parsers::http1::REQUEST,
    licence: "BSL-1.0",
    adds: "CONNECT and Upgrade are declined",
    cuts: "a head is looked at again only when it is whole",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: on_demand!("beast", beast_version, || Ok(Box::new(beast()?))),
};

#[cfg(all(test, feature = "beast"))]
mod tests {
    use parsers::End;

    use super::*;
    use crate::linked::tests::{ends, read, read_alike};
    use crate::{Failure, Pieces, Seen, ask};

    #[test]
    fn the_version_is_that_of_the_headers() {
        let version = beast_version();
        assert!(version.starts_with("1."), "{version}");
        println!("beast {version}");
    }

    /// basic_parser.ipp, `do_field`: Content-Length beside Transfer-Encoding is `bad_transfer_encoding` or
    /// `bad_content_length`.
    #[test]
    fn a_length_beside_a_coding_is_rejected() {
        let input =
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        assert_eq!(ends(&BEAST, input), (vec![], End::Rejected));
    }

    /// basic_parser.ipp, `do_field`: a list of equal lengths is one length.
    #[test]
    fn equal_lengths_are_one() {
        let input = b"POST / HTTP/1.1\r\nContent-Length: 2, 2\r\n\r\nabGET / HTTP/1.0\r\n\r\nGET";
        let told = read_alike(&BEAST, input);
        assert_eq!(told, (vec![43, 61], End::Complete, b"ab".to_vec()));
    }

    /// basic_parser.ipp, `parse_chunk_header`: the last chunk is asserted to have five bytes before its end is looked for,
    /// which it has not where it comes byte by byte and is the first.
    #[test]
    fn an_assertion_of_its_own_that_does_not_hold_is_a_failure() {
        let input = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        let (ends, end, _) = read(&BEAST, input, Pieces::One);
        assert_eq!((ends, end), (vec![input.len()], End::Complete));
        let mut peer = BEAST.open().unwrap().peer;
        let failed = ask(&mut *peer, input, Pieces::Bytes, &mut Seen::default());
        assert!(matches!(failed, Err(Failure::Panic(_))), "{failed:?}");
    }

    #[test]
    fn chunks_are_its_content_whatever_the_pieces() {
        let input =
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\nG";
        let told = read_alike(&BEAST, input);
        let whole = input.len() - 1;
        assert_eq!(told, (vec![whole], End::Incomplete, b"abcde".to_vec()));
    }
}
