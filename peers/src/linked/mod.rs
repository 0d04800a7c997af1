//! Peers that are part of this binary, one file each.

/// The version of a package that this crate depends on, as it was resolved.
macro_rules! version {
    ($package:literal) => {
        env!(concat!("VERSION_", $package)).to_owned()
    };
}
pub mod actix_http;
pub mod httparse;

use crate::Pieces;

/// What a peer is given next of `input`, of which it has `given` bytes.
fn next_piece(input: &[u8], given: usize, pieces: Pieces) -> &[u8] {
    let rest = input.get(given..).unwrap_or(&[]);
    match pieces {
        Pieces::One => rest,
        Pieces::Bytes => rest.get(..1).unwrap_or(rest),
    }
}
