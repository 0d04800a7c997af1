//! Peers that are part of this binary, one file each.

/// The version of a package that this crate depends on, as it was resolved.
macro_rules! version {
    ($package:literal) => {
        env!(concat!("VERSION_", $package)).to_owned()
    };
}

/// How a peer is reached that is linked only where the feature of its name is on: its version, and what opens it.
macro_rules! on_demand {
    ($feature:literal, $version:expr, $open:expr) => {
        match () {
            #[cfg(feature = $feature)]
            () => $crate::Reach::Linked {
                version: $version,
                open: $open,
            },
            #[cfg(not(feature = $feature))]
            () => $crate::Reach::LeftOut($feature),
        }
    };
}

mod actix_http;
mod beast;
mod borrowed;
mod c;
mod clients;
mod diffy;
mod edge_http;
mod flickzeug;
mod http_net;
mod http_parser;
mod httparse;
mod httparse_client;
mod httpcodec;
mod hyper;
mod kawa;
mod libhtp;
mod llhttp;
mod milo;
mod mpatch;
mod patchkit;
mod picohttpparser;
mod pingora;
mod queue;
mod rust_h11;
mod safehttp;
mod unidiff;
mod ureq_proto;

use crate::{About, Pieces};

/// Those that are linked, by name.
pub(crate) static PEERS: &[&About] = &[
    &actix_http::ACTIX_HTTP,
    &beast::BEAST,
    &diffy::DIFFY,
    &diffy::DIFFY_GIT,
    &edge_http::EDGE_HTTP,
    &flickzeug::FLICKZEUG,
    &http_net::HTTP_NET,
    &http_parser::HTTP_PARSER,
    &clients::HTTP_PARSER,
    &httparse::HTTPARSE,
    &httparse_client::HTTPARSE,
    &httpcodec::HTTPCODEC,
    &hyper::HYPER,
    &kawa::KAWA,
    &libhtp::LIBHTP_APACHE_2,
    &libhtp::LIBHTP_GENERIC,
    &libhtp::LIBHTP_IIS_5_1,
    &llhttp::LLHTTP,
    &clients::LLHTTP,
    &clients::LLHTTP_LENIENT,
    &llhttp::LLHTTP_LENIENT,
    &milo::MILO,
    &mpatch::MPATCH,
    &patchkit::PATCHKIT,
    &picohttpparser::PICOHTTPPARSER,
    &pingora::PINGORA,
    &rust_h11::RUST_H11,
    &safehttp::SAFEHTTP,
    &unidiff::UNIDIFF,
    &ureq_proto::UREQ_PROTO,
];

/// What a peer that keeps nothing may be shown of one stream, in bytes. What it has not used is shown again
/// with every piece, and so the time grows with the square of the longest part that it uses at once: byte by
/// byte, this is a part of about 23 kB.
const MOST_SHOWN: usize = 1 << 28;

/// What a peer is given next of `input`, of which it has `given` bytes.
fn next_piece(input: &[u8], given: usize, pieces: Pieces) -> &[u8] {
    let rest = input.get(given..).unwrap_or(&[]);
    match pieces {
        Pieces::One => rest,
        Pieces::Bytes => rest.get(..1).unwrap_or(rest),
    }
}

/// An input as a stream to read from, for peers that ask for bytes.
struct Source<'a> {
    input: &'a [u8],
    pieces: Pieces,
    at: usize,
    has_ended: bool,
}

impl<'a> Source<'a> {
    fn new(input: &'a [u8], pieces: Pieces) -> Self {
        Self {
            input,
            pieces,
            at: 0,
            has_ended: false,
        }
    }

    /// How many bytes have been read.
    fn at(&self) -> usize {
        self.at
    }

    /// Whether the reader has learnt that nothing more comes.
    fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Puts what comes next into `buffer`, as much as fits, and says how many bytes that is.
    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let piece = next_piece(self.input, self.at, self.pieces);
        let length = piece.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), piece.get(..length)) {
            to.copy_from_slice(from);
        }
        self.at += length;
        self.has_ended |= length == 0 && !buffer.is_empty();
        length
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::End;

    use crate::{About, Pieces, Seen, ask};

    /// Where the messages of an input end, how the stream does, and all their content.
    pub(super) type Told = (Vec<usize>, End, Vec<u8>);

    pub(super) fn read(about: &About, input: impl AsRef<[u8]>, pieces: Pieces) -> Told {
        let mut seen = Seen::default();
        let mut peer = about.open().unwrap().peer;
        ask(&mut *peer, input.as_ref(), pieces, &mut seen).unwrap();
        let ends = seen.messages.iter().map(|whole| whole.end).collect();
        (ends, seen.end, seen.content)
    }

    /// The same in one piece and in bytes.
    pub(super) fn read_alike(about: &About, input: impl AsRef<[u8]>) -> Told {
        let one = read(about, &input, Pieces::One);
        assert_eq!(one, read(about, &input, Pieces::Bytes));
        one
    }

    /// As [`read_alike`], without the content.
    pub(super) fn ends(about: &About, input: &[u8]) -> (Vec<usize>, End) {
        let (ends, end, _) = read_alike(about, input);
        (ends, end)
    }
}
