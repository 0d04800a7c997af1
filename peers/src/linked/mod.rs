//! Peers that are part of this binary, one file each.

/// The version of a package that this crate depends on, as it was resolved.
macro_rules! version {
    ($package:literal) => {
        env!(concat!("VERSION_", $package)).to_owned()
    };
}

pub mod actix_http;
mod c;
pub mod http_net;
pub mod http_parser;
pub mod hyper;
pub mod kawa;
pub mod llhttp;
pub mod picohttpparser;
pub mod ureq_proto;

use crate::Pieces;

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

#[cfg(test)]
mod tests {
    use parsers::End;

    use crate::{About, Pieces, Seen, ask};

    /// Where the messages of `input` end and how the stream does, in one piece and in bytes alike.
    pub(super) fn ends(about: &About, input: &[u8]) -> (Vec<usize>, End) {
        let mut peer = about.open().unwrap().peer;
        let [one, bytes] = [Pieces::One, Pieces::Bytes].map(|pieces| {
            let mut seen = Seen::default();
            ask(&mut *peer, input, pieces, &mut seen).unwrap();
            seen
        });
        assert_eq!(one, bytes);
        let ends = one.messages.iter().map(|whole| whole.end);
        (ends.collect(), one.end)
    }
}
