//! The page: a table for each family, what is not found, what is beyond, and the counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parsers::core::compare::Level;

use super::Judged;
use super::report::{FAMILIES, PublicReport};

const INTRODUCTION: &str = "\
# Known bugs, and whether misframe finds them

Why was this known bug not found? This page lists public reports about where a message or a patch ends: vulnerabilities,
issues and research. The list is [`corpus/recall.toml`](../corpus/recall.toml). A test judges each case and each input of it
as `misframe check` does, and compares this page with what comes out.

- *level*: what `check` prints. A report with several cases has the gravest ([judging.md](judging.md)).
- *class*: the name of the disagreement ([classes.md](classes.md)). Of hops and sessions: what happens.
- *sooner*: the readers that end the message sooner, or reject it. *later*: the readers that end it later. Three names at most;
  `strict` is the specification, and a name with `+` is the specification with these departures.
- *shown by*: cases of the corpus. *bytes* stands for an input in the list, rebuilt from the description.

A finding says that readers disagree about these bytes. It does not say that the software of the report was asked: most reports
are about versions that are long fixed. Facts about a report can be read at its address.

The page is written by `INSTA_UPDATE=always cargo test -p tests --test recall`.
";

const NOT_FOUND: &str = "
## Not found

`check` says nothing about these cases and bytes. Most of them are messages that the specification accepts and that the readers
that judge read alike; one reader or departure more would be needed. The column *all* says what `check --panel all` finds, where
every single departure judges too.

| report | software | family | what it did | why | all | shown by |
|---|---|---|---|---|---|---|
";

const BEYOND: &str = "
## Beyond what is judged

| report | software | family | what it did | why |
|---|---|---|---|---|
";

/// The page for these reports.
pub fn page(judged: &[Judged]) -> String {
    let mut page = INTRODUCTION.to_owned();
    counts(&mut page, judged);
    for (family, title) in FAMILIES {
        let found = |one: &&Judged| one.report.family == family && one.outcome.is_some();
        let mut rows: Vec<_> = judged.iter().filter(found).collect();
        rows.sort_by_key(|one| order(&one.report));
        if !rows.is_empty() {
            let _ = write!(page, "\n## {title}\n\n");
            table(&mut page, family, &rows);
        }
    }
    not_found(&mut page, judged);
    beyond(&mut page, judged);
    page
}

/// The latest first.
fn order(report: &PublicReport) -> (std::cmp::Reverse<u16>, String) {
    (std::cmp::Reverse(report.year), report.id.clone())
}

fn table(page: &mut String, family: &str, rows: &[&Judged]) {
    let is_played = matches!(family, "hop" | "session");
    *page += match is_played {
        true => {
            "| report | software | what it did | level | what happens | shown by |\n|---|---|---|---|---|---|\n"
        }
        false => {
            "| report | software | what it did | level | class | sooner | later | shown by |\n\
            |---|---|---|---|---|---|---|---|\n"
        }
    };
    for one in rows {
        let report = &one.report;
        let Some(outcome) = &one.outcome else {
            continue;
        };
        let class = match (outcome.class.as_str(), is_played) {
            ("", _) => "–".to_owned(),
            (word, true) => word.to_owned(),
            (class, false) => format!("`{class}`"),
        };
        let mut cells = vec![
            link(report),
            report.software.clone(),
            report.about.clone(),
            outcome.level.word().to_owned(),
            class,
        ];
        if !is_played {
            cells.extend([outcome.sooner.clone(), outcome.later.clone()]);
        }
        cells.push(shown(report));
        row(page, &cells);
    }
}

/// Writes cells as a row of a table.
fn row(page: &mut String, cells: &[String]) {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

/// The id, as a link to where the report can be read.
fn link(report: &PublicReport) -> String {
    let address = report.address().unwrap_or_default();
    let text = report.id.trim_start_matches("https://");
    format!("[{text}]({address})")
}

fn shown(report: &PublicReport) -> String {
    let cases = report.cases.iter().map(|case| format!("`{case}`"));
    let bytes = report.input.as_ref().map(|_| "bytes".to_owned());
    cases.chain(bytes).collect::<Vec<_>>().join(", ")
}

/// Those of the reports that `is_of` picks, by family and year.
fn sorted(judged: &[Judged], is_of: impl Fn(&PublicReport) -> bool) -> Vec<&Judged> {
    let place =
        |report: &PublicReport| FAMILIES.iter().position(|(name, _)| *name == report.family);
    let mut rows: Vec<_> = judged.iter().filter(|one| is_of(&one.report)).collect();
    rows.sort_by_key(|one| (place(&one.report), order(&one.report)));
    rows
}

fn not_found(page: &mut String, judged: &[Judged]) {
    *page += NOT_FOUND;
    for one in sorted(judged, |report| report.not_found.is_some()) {
        let report = &one.report;
        let all = one.with_all.as_ref().map(|outcome| {
            let class = match outcome.class.as_str() {
                "" => String::new(),
                class => format!(" `{class}`"),
            };
            format!("{}{class}", outcome.level.word())
        });
        let cells = [
            link(report),
            report.software.clone(),
            report.family.clone(),
            report.about.clone(),
            report.not_found.clone().unwrap_or_default(),
            all.unwrap_or_else(|| "–".to_owned()),
            shown(report),
        ];
        row(page, &cells);
    }
}

fn beyond(page: &mut String, judged: &[Judged]) {
    *page += BEYOND;
    for one in sorted(judged, |report| report.beyond.is_some()) {
        let report = &one.report;
        let cells = [
            link(report),
            report.software.clone(),
            report.family.clone(),
            report.about.clone(),
            report.beyond.clone().unwrap_or_default(),
        ];
        row(page, &cells);
    }
}

/// How many reports have each outcome.
#[derive(Default)]
struct Count {
    levels: BTreeMap<Level, usize>,
    not_found: usize,
    beyond: usize,
}

impl Count {
    fn add(&mut self, one: &Judged) {
        match &one.outcome {
            Some(outcome) => *self.levels.entry(outcome.level).or_default() += 1,
            None if one.report.beyond.is_some() => self.beyond += 1,
            None => self.not_found += 1,
        }
    }

    fn cells(&self, name: &str) -> Vec<String> {
        let level = |level| self.levels.get(&level).copied().unwrap_or_default();
        let levels = [Level::Error, Level::Warning, Level::Note].map(level);
        let found: usize = levels.iter().sum();
        let all = found + self.not_found + self.beyond;
        let [errors, warnings, notes] = levels;
        let numbers = [
            all,
            found,
            errors,
            warnings,
            notes,
            self.not_found,
            self.beyond,
        ];
        let numbers = numbers.iter().map(usize::to_string);
        std::iter::once(name.to_owned()).chain(numbers).collect()
    }
}

fn counts(page: &mut String, judged: &[Judged]) {
    *page += "\n## Counts\n\n";
    let head = "| | reports | found | as error | as warning | as note | not found | beyond |\n\
        |---|---|---|---|---|---|---|---|\n";
    *page += head;
    for (family, _) in FAMILIES {
        let of_family = |one: &&Judged| one.report.family == family;
        row(
            page,
            &counted(judged.iter().filter(of_family)).cells(family),
        );
    }
    row(page, &counted(judged.iter()).cells("all"));
    *page += "\n";
    *page += head;
    let mut years: Vec<_> = judged.iter().map(|one| one.report.year).collect();
    years.sort_unstable();
    years.dedup();
    for year in years.into_iter().rev() {
        let of_year = |one: &&Judged| one.report.year == year;
        row(
            page,
            &counted(judged.iter().filter(of_year)).cells(&year.to_string()),
        );
    }
}

fn counted<'j>(judged: impl Iterator<Item = &'j Judged>) -> Count {
    let mut count = Count::default();
    judged.for_each(|one| count.add(one));
    count
}
