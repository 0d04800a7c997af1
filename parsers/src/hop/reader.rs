//! A reader on a route: the dialect of one of the parsers of requests, or one with some leniencies and restrictions.

use crate::core::parser::judge_with_facts;
use crate::core::rule::{Dialect, LeniencySet};
use crate::core::verdict::Verdict;
use crate::family::DialectParser;
use crate::http1::REQUEST;

/// A reader of requests.
pub struct HopReader {
    name: String,
    dialect: DialectParser,
}

impl HopReader {
    /// The dialect of the parser of this name, or the one with the leniencies and restrictions that are joined by `,`.
    ///
    /// # Errors
    /// The word that is neither.
    pub fn named(name: &str) -> Result<Self, &str> {
        let mut parsers = REQUEST.parsers.iter();
        let relaxes = match parsers.find(|parser| parser.name() == name) {
            Some(parser) => parser.dialect().relaxes,
            None => {
                let mut relaxes = LeniencySet::EMPTY;
                for id in name.split(',') {
                    relaxes.insert(REQUEST.index(id).ok_or(id)?);
                }
                relaxes
            }
        };
        let dialect = DialectParser::new(&REQUEST, Dialect::new(name.to_owned(), relaxes));
        Ok(Self {
            name: name.to_owned(),
            dialect,
        })
    }

    /// The name that it goes by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it makes of a stream, with the facts about each message.
    pub fn read(&self, input: &[u8]) -> Verdict {
        let mut verdict = Verdict::new();
        judge_with_facts(&self.dialect, input, &mut verdict);
        verdict
    }
}
