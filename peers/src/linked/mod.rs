//! Peers that are part of this binary, one file each.

/// The version of a package that this crate depends on, as it was resolved.
macro_rules! version {
    ($package:literal) => {
        env!(concat!("VERSION_", $package)).to_owned()
    };
}
pub mod actix_http;
pub mod httparse;
pub mod libhtp;

use crate::Pieces;

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
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::End;

    use crate::{About, Pieces, Seen, ask};

    /// Where the messages of an input end, how the stream does, and all their content.
    pub(super) type Told = (Vec<usize>, End, Vec<u8>);

    pub(super) fn read(about: &About, input: &str, pieces: Pieces) -> Told {
        let mut seen = Seen::default();
        let mut peer = (about.open)().unwrap();
        ask(&mut *peer, input.as_bytes(), pieces, &mut seen).unwrap();
        let ends = seen.messages.iter().map(|whole| whole.end).collect();
        (ends, seen.end, seen.content)
    }

    /// The same in one piece and in bytes.
    pub(super) fn read_alike(about: &About, input: &str) -> Told {
        let one = read(about, input, Pieces::One);
        assert_eq!(one, read(about, input, Pieces::Bytes), "{input:?}");
        one
    }
}
