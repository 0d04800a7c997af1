//! A case: one file with an input, what the specification says of it, and why it is there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use parsers::{Asked, Family, StreamInput};
use serde::Deserialize;

use crate::built_in;
use crate::error::CorpusError;
use crate::escape;
use crate::file::{self, decode_input, list};

/// What the specification says of an input; written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// It must be accepted.
    Accept,
    /// It may be accepted or rejected.
    Either,
    /// It ends before its last message does: a reader waits for the rest of that.
    Incomplete,
    /// It must be rejected. To wait for more of it is not to reject it.
    Reject,
}

impl Expect {
    /// The word used in case files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Either => "either",
            Self::Incomplete => "incomplete",
            Self::Reject => "reject",
        }
    }

    /// What this word of a case file stands for.
    ///
    /// # Errors
    /// When it is no such word, with those that there are.
    pub fn named(word: &str) -> Result<Self, String> {
        [Self::Accept, Self::Either, Self::Incomplete, Self::Reject]
            .into_iter()
            .find(|expect| expect.word() == word)
            .ok_or_else(|| format!("{word:?} is none of accept, either, incomplete and reject"))
    }
}

/// One corpus file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name of its file, without `.toml`; unique in its family.
    pub name: String,
    /// The family: that of the folder it lies in.
    pub family: &'static Family,
    /// Why it is there, in a sentence.
    pub about: String,
    /// What the specification says.
    pub expect: Expect,
    /// Where the messages end, for each reading that the specification permits; `None` where no one has said so, as in
    /// what a hunt or an import writes.
    pub reads: Option<Vec<StatedReading>>,
    /// The ids of the rules that it is about.
    pub rules: Vec<String>,
    /// The name that the field uses for the disagreement, if there is one.
    pub class: Option<String>,
    /// The ids of the leniencies and restrictions that it tells apart. Before one that changes nothing alone stand
    /// those that the reader has besides, as in `fold-joined+length-fold`.
    pub leniencies: Vec<String>,
    /// Why readers agree about it although a disagreement might be expected.
    pub agree: Option<String>,
    /// Where it comes from: a section, a CVE, a capture.
    pub source: String,
    /// What the other direction asked, a line for each request; empty where nothing is known.
    pub asked: String,
    /// The bytes to be read.
    pub input: Vec<u8>,
    /// The file that it was loaded from; empty when there is none.
    pub path: PathBuf,
}

/// The fields of a case file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    about: String,
    expect: String,
    reads: Option<toml::Spanned<Vec<reads::Row>>>,
    #[serde(default)]
    rules: Vec<String>,
    class: Option<String>,
    #[serde(default)]
    leniencies: Vec<String>,
    agree: Option<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    asked: Vec<String>,
    input: Option<toml::Spanned<String>>,
}

const FIELDS: &str =
    "the fields are about, expect, reads, rules, class, leniencies, agree, source, asked, input";

impl Case {
    /// The case that the text of the file at `path` describes. `bin` holds the bytes of the `.bin`
    /// file beside it, if there is one.
    ///
    /// # Errors
    /// Text that is not TOML, unknown or missing fields, bad escapes, an input given twice or not at all.
    pub fn parse(
        text: &str,
        bin: Option<Vec<u8>>,
        family: &'static Family,
        path: &Path,
    ) -> Result<Self, CorpusError> {
        let wrong = |what: String, fix: &str| CorpusError::case(path, what, fix);
        let name = file::name(path)?;
        let file: CaseFile = file::fields(text, path, FIELDS)?;
        let expect = Expect::named(&file.expect).map_err(|_| {
            let what = format!("expect = {:?} is no expectation", file.expect);
            wrong(what, "write accept, either, incomplete or reject")
        })?;
        let input = match (file.input, bin) {
            (Some(input), None) => decode_input(text, &input)
                .map_err(|what| wrong(what, "write the byte as one of these escapes"))?,
            (None, Some(bin)) => bin,
            (Some(_), Some(_)) => {
                let what = format!("it has an input, and {name}.bin lies beside it");
                return Err(wrong(what, "remove one of the two"));
            }
            (None, None) => {
                let what = format!("it has no input, and no {name}.bin lies beside it");
                return Err(wrong(what, "write input = '''...''' or add that file"));
            }
        };
        let reads = file.reads.map(|rows| {
            let line = file::line_at(text, rows.span().start);
            let stated = reads::checked(rows.into_inner(), expect, input.len());
            stated.map_err(|(what, fix)| wrong(format!("line {line}: {what}"), fix))
        });
        Ok(Self {
            name,
            family,
            about: file.about,
            expect,
            reads: reads.transpose()?,
            rules: file.rules,
            class: file.class,
            leniencies: file.leniencies,
            agree: file.agree,
            source: file.source,
            asked: asked_lines(&file.asked).map_err(|word| {
                wrong(
                    format!("asked has {word:?}"),
                    "write a line for each request, such as \"GET\"",
                )
            })?,
            input,
            path: path.to_owned(),
        })
    }

    /// The readings that it states.
    ///
    /// # Errors
    /// It states none.
    pub fn stated(&self) -> Result<&[StatedReading], CorpusError> {
        self.reads.as_deref().ok_or_else(|| {
            let what = "it does not say where its messages end";
            let fix = format!("write {}", reads::EXAMPLE);
            CorpusError::case(&self.path, what, fix)
        })
    }

    /// What the other direction asked.
    pub fn asked(&self) -> Asked<'_> {
        Asked::lines(&self.asked)
    }

    /// The text of the case file, with the input in it.
    pub fn to_toml(&self) -> String {
        let mut fields = vec![
            ("about", quote(&self.about)),
            ("expect", quote(self.expect.word())),
        ];
        if let Some(reads) = &self.reads {
            fields.push(("reads", reads::to_toml(reads)));
        }
        if !self.rules.is_empty() {
            fields.push(("rules", quote_all(&self.rules)));
        }
        if let Some(class) = &self.class {
            fields.push(("class", quote(class)));
        }
        if !self.leniencies.is_empty() {
            fields.push(("leniencies", quote_all(&self.leniencies)));
        }
        if let Some(agree) = &self.agree {
            fields.push(("agree", quote(agree)));
        }
        if !self.source.is_empty() {
            fields.push(("source", quote(&self.source)));
        }
        if !self.asked.is_empty() {
            let asked: Vec<String> = self.asked().words().map(str::to_owned).collect();
            fields.push(("asked", quote_all(&asked)));
        }
        let width = fields.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (key, value) in fields {
            let _ = writeln!(text, "{key:width$} = {value}");
        }
        let _ = writeln!(
            text,
            "{:width$} = '''\n{}'''",
            "input",
            escape::encode(&self.input)
        );
        text
    }

    /// Writes the case to `NAME.toml` in `dir`, whole or not at all, and returns that path. An older
    /// file of that name is replaced.
    ///
    /// # Errors
    /// Those of the file system; the unfinished file is removed.
    pub fn save(&self, dir: &Path) -> Result<PathBuf, CorpusError> {
        file::save(dir, &self.name, &self.to_toml())
    }
}

/// What readers are given of a case.
impl<'c> From<&'c Case> for StreamInput<'c> {
    fn from(case: &'c Case) -> Self {
        Self::new(&case.input, case.asked())
    }
}

/// The requests as lines.
///
/// # Errors
/// A request that is no line: an empty one, or one with a line end in it.
fn asked_lines(asked: &[String]) -> Result<String, &String> {
    let is_line = |word: &&String| !word.is_empty() && !word.contains(['\n', '\r']);
    match asked.iter().find(|word| !is_line(word)) {
        Some(word) => Err(word),
        None => Ok(asked.join("\n")),
    }
}

/// The cases of `family` under `corpus`, the folder that holds a folder per family, sorted by name.
///
/// # Errors
/// Everything that is wrong with them, together: unreadable or malformed files, duplicate names,
/// unknown rules or leniencies, no case at all.
pub fn load_family(corpus: &Path, family: &'static Family) -> Result<Vec<Case>, CorpusError> {
    let dir = corpus.join(family.name);
    let mut errors = Vec::new();
    let mut files = Vec::new();
    list(&dir, &mut files, &mut errors);
    let mut cases: BTreeMap<String, Case> = BTreeMap::new();
    for path in files {
        let extension = path.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("toml") => match load(&path, family) {
                Ok(case) => {
                    if let Some(other) = cases.get(&case.name) {
                        let what = format!("{} has the same name", other.path.display());
                        errors.push(CorpusError::case(&path, what, "rename one of the two"));
                    } else {
                        cases.insert(case.name.clone(), case);
                    }
                }
                Err(error) => errors.push(error),
            },
            Some("bin") if !path.with_extension("toml").is_file() => {
                let what = "no .toml file of that name lies beside it";
                errors.push(CorpusError::case(
                    &path,
                    what,
                    "describe it in one, or remove it",
                ));
            }
            _ => {}
        }
    }
    if cases.is_empty() && errors.is_empty() {
        let fix = "is this the corpus folder of the repository?";
        errors.push(CorpusError::case(&dir, "it holds no case", fix));
    }
    CorpusError::all(errors)?;
    Ok(cases.into_values().collect())
}

/// The case in one file of `family`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path, family: &'static Family) -> Result<Case, CorpusError> {
    let text = file::read_text(path, file::CASE_LIMIT)?;
    let bin_path = path.with_extension("bin");
    let bin = match bin_path.is_file() {
        true => Some(file::read(&bin_path, file::CASE_LIMIT)?),
        false => None,
    };
    let case = Case::parse(&text, bin, family, path)?;
    CorpusError::all(unknown_ids(&case, family))?;
    Ok(case)
}

fn unknown_ids(case: &Case, family: &Family) -> Vec<CorpusError> {
    let wrong = |what: String, list: &str| {
        let fix = format!("see the {list} of {}", family.name);
        CorpusError::case(&case.path, what, fix)
    };
    let mut errors = Vec::new();
    for id in case.rules.iter().filter(|id| family.rule(id).is_none()) {
        errors.push(wrong(format!("no rule is called {id:?}"), "rules"));
    }
    for id in case.leniencies.iter().flat_map(|ids| ids.split('+')) {
        if family.index(id).is_none() {
            let what = format!("no leniency or restriction is called {id:?}");
            errors.push(wrong(what, "leniencies and restrictions"));
        }
    }
    errors
}

/// The corpus: the nearest folder of that name, going up from `start`, that holds a folder named for a family;
/// else the one that is [built in](crate::built_in).
pub fn find_corpus(start: &Path) -> Option<PathBuf> {
    let is_corpus = |dir: &PathBuf| {
        let mut families = parsers::FAMILIES.iter();
        families.any(|family| dir.join(family.name).is_dir())
    };
    let start = fs::canonicalize(start).unwrap_or_else(|_| start.to_owned());
    start
        .ancestors()
        .flat_map(|dir| [dir.join("corpus"), dir.to_owned()])
        .filter(|dir| dir.file_name().is_some_and(|name| name == "corpus"))
        .find(is_corpus)
        .or_else(built_in::corpus)
}

/// A basic string of TOML.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(char);
            }
            _ if escape::is_deceptive(char) => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(char));
            }
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

fn quote_all(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    format!("[{}]", quoted.join(", "))
}

mod reads;
pub use reads::StatedReading;

#[cfg(test)]
mod tests;
