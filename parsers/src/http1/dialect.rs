//! The dialect.
use crate::parser::{Draft, Stop, Taken};
use crate::rule::LeniencySet;
/// Reads one request.
pub fn read(_: &LeniencySet, _: &[u8], _: &mut Draft<'_>) -> Result<Taken, Stop> {
    Err(Stop::Incomplete)
}
