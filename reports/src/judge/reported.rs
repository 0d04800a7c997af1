//! Released software of which a public report describes one reading: readers that judge without being asked, where they
//! depart from the specification as reported.

use std::sync::LazyLock;

use anyhow::{Context as _, Result, anyhow};
use parsers::family::DialectParser;
use parsers::{Dialect, Family, LeniencySet, Stance, StreamInput, Verdict, judge};
use peers::Role;
use serde::Deserialize;

use crate::judge::dialect_file::{family_name, leniencies};

/// A reader that a report describes.
pub(crate) struct ReportedReader {
    /// The software, and the report in parentheses.
    pub(crate) name: String,
    /// What it is in real life.
    pub(crate) role: Role,
    /// What it relaxes.
    pub(crate) relaxes: LeniencySet,
    family: &'static Family,
}

impl ReportedReader {
    /// Its verdict on `input`, where it departs from the specification: of anything else, the report says nothing.
    pub(crate) fn judge(&self, input: StreamInput<'_>) -> Option<Verdict> {
        let mut verdict = Verdict::new();
        let parser = DialectParser::new(self.family, Dialect::new("", self.relaxes));
        judge(&parser, input, &mut verdict);
        let mut citations = verdict.citations.iter();
        let departs = citations.any(|citation| matches!(citation.stance, Stance::Relax(_)));
        departs.then_some(verdict)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportedFile {
    reader: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    peer: String,
    #[serde(with = "family_name")]
    family: &'static Family,
    role: Role,
    leniencies: Vec<String>,
    source: String,
}

/// Those of a family.
pub(crate) fn of(family: &'static Family) -> impl Iterator<Item = &'static ReportedReader> {
    static ALL: LazyLock<Vec<ReportedReader>> = LazyLock::new(|| all().unwrap_or_default());
    ALL.iter().filter(move |reader| reader.family == family)
}

/// All of them.
///
/// # Errors
/// When the file that is built in is no such list.
fn all() -> Result<Vec<ReportedReader>> {
    let text = include_str!("../../../peers/reported.toml");
    let file: ReportedFile = toml::from_str(text).context("peers/reported.toml")?;
    let rows = file.reader.into_iter().map(|row| {
        Ok(ReportedReader {
            name: format!("{} ({})", row.peer, row.source),
            role: row.role,
            relaxes: leniencies(row.family, &row.leniencies.join(","))
                .map_err(|id| anyhow!("{}: there is no departure {id:?}", row.peer))?,
            family: row.family,
        })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::http1::REQUEST;

    use super::*;

    #[test]
    fn every_row_is_a_reader() {
        assert!(all().unwrap().len() >= 12);
    }

    #[test]
    fn a_reader_speaks_only_of_what_the_report_is_about() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\n";
        let plain = format!("{head}Content-Length: 1\r\n\r\nA");
        let of = |input: &str| {
            let readers = of(&REQUEST);
            let speak = readers.filter(|reader| reader.judge(input.as_bytes().into()).is_some());
            speak.map(|reader| reader.name.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(&plain), [""; 0]);
        let short = format!("{head}Content-L: 1\r\n\r\nA");
        assert_eq!(
            of(&short),
            ["mattn http-server (mattn/http-server pull 15)"]
        );
    }
}
