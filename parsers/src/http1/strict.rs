//! The strict reading: the ABNF of RFC 9112 in nom, each combinator under the line it implements.

use crate::parser::{Draft, Parser, Stop, Taken};
use crate::rule::{Dialect, LeniencySet};

/// Refuses everything that no MUST compels it to take.
pub struct Strict;

impl Parser for Strict {
    fn name(&self) -> &str {
        "strict"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("strict", LeniencySet::EMPTY)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Taken, Stop> {
        super::dialect::read(&LeniencySet::EMPTY, input, draft)
    }
}
