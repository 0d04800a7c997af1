//! Whoever reads on a route: one of the parsers of requests, or the dialect with some leniencies and restrictions.

use crate::family::DialectParser;
use crate::http1::REQUEST;
use crate::http1::leniencies::{FIELD_CR, FIELD_LF, VALUE_LF};
use crate::parser::{Parser, judge};
use crate::rule::{Dialect, LeniencySet};
use crate::verdict::Verdict;

/// A reader of requests.
pub struct Reader {
    name: String,
    kind: Kind,
    waives: LeniencySet,
}

enum Kind {
    Ours(&'static dyn Parser),
    Dialect(DialectParser),
}

impl Reader {
    /// The parser of this name, or the dialect with the leniencies and restrictions that are joined by `,`.
    ///
    /// # Errors
    /// The word that is neither.
    pub fn named(name: &str) -> Result<Self, &str> {
        let mut parsers = REQUEST.parsers.iter();
        if let Some(ours) = parsers.find(|parser| parser.name() == name) {
            return Ok(Self {
                name: name.to_owned(),
                kind: Kind::Ours(*ours),
                waives: ours.dialect().waives,
            });
        }
        let mut waives = LeniencySet::EMPTY;
        for id in name.split(',') {
            waives.insert(REQUEST.index(id).ok_or(id)?);
        }
        let dialect = DialectParser::new(&REQUEST, Dialect::new(name.to_owned(), waives));
        Ok(Self {
            name: name.to_owned(),
            kind: Kind::Dialect(dialect),
            waives,
        })
    }

    /// The name that it goes by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it makes of a stream.
    pub fn read(&self, input: &[u8]) -> Verdict {
        let mut verdict = Verdict::new();
        let parser: &dyn Parser = match &self.kind {
            Kind::Ours(parser) => *parser,
            Kind::Dialect(parser) => parser,
        };
        judge(parser, input, &mut verdict);
        verdict
    }

    /// What ends a line of a head as it reads.
    pub(super) fn lines(&self) -> Lines {
        Lines {
            lf: self.waives.has(&FIELD_LF) || !self.waives.has(&VALUE_LF),
            cr: self.waives.has(&FIELD_CR),
        }
    }
}

/// What ends a line besides CRLF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// A bare LF.
    pub lf: bool,
    /// A bare CR.
    pub cr: bool,
}

impl Lines {
    /// The lines of `bytes`, each with what ends it.
    pub fn split(self, bytes: &[u8]) -> Vec<&[u8]> {
        let mut lines = Vec::new();
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            let ends = match byte {
                b'\n' => self.lf || before == Some(&b'\r'),
                b'\r' => self.cr && bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                lines.extend(bytes.get(start..=at));
                start = at + 1;
            }
        }
        lines.extend(bytes.get(start..).filter(|rest| !rest.is_empty()));
        lines
    }
}
