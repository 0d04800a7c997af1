//! A case: one file with an input, what the specification says of it, and why it is there.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use parsers::Family;
use serde::Deserialize;

use crate::error::CorpusError;
use crate::escape;

/// What the specification says of an input; written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// It must be taken.
    Accept,
    /// It may be taken or refused.
    Either,
    /// It must be refused.
    Reject,
}

impl Expect {
    /// The word used in case files.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Either => "either",
            Self::Reject => "reject",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Accept, Self::Either, Self::Reject]
            .into_iter()
            .find(|expect| expect.word() == word)
    }
}

/// One corpus file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name of its file, without `.toml`; unique in its family.
    pub name: String,
    /// The family's name: the folder it lies in.
    pub family: String,
    /// Why it is there, in a sentence.
    pub about: String,
    /// What the specification says.
    pub expect: Expect,
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
    #[serde(default)]
    rules: Vec<String>,
    class: Option<String>,
    #[serde(default)]
    leniencies: Vec<String>,
    agree: Option<String>,
    #[serde(default)]
    source: String,
    input: Option<toml::Spanned<String>>,
}

impl Case {
    /// The case that the text of the file at `path` describes. `bin` holds the bytes of the `.bin`
    /// file beside it, if there is one.
    ///
    /// # Errors
    /// Text that is not TOML, unknown or missing fields, bad escapes, an input given twice or not at all.
    pub fn parse(
        text: &str,
        bin: Option<Vec<u8>>,
        family: &str,
        path: &Path,
    ) -> Result<Self, CorpusError> {
        let wrong = |what: String, fix: &str| CorpusError::case(path, what, fix);
        let name = path.file_stem().and_then(|stem| stem.to_str());
        let name = name.filter(|name| is_name(name)).ok_or_else(|| {
            let what = "its name is not made of a-z, 0-9, `-`, `_` and `.`".to_owned();
            wrong(what, "rename it")
        })?;
        let file: CaseFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            let what = format!("line {line}: {}", error.message());
            wrong(
                what,
                "the fields are about, expect, rules, class, leniencies, agree, source, input",
            )
        })?;
        let expect = Expect::named(&file.expect).ok_or_else(|| {
            let what = format!("expect = {:?} is no expectation", file.expect);
            wrong(what, "write accept, either or reject")
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
        Ok(Self {
            name: name.to_owned(),
            family: family.to_owned(),
            about: file.about,
            expect,
            rules: file.rules,
            class: file.class,
            leniencies: file.leniencies,
            agree: file.agree,
            source: file.source,
            input,
            path: path.to_owned(),
        })
    }

    /// The text of the case file, with the input in it.
    pub fn to_toml(&self) -> String {
        let mut fields = vec![
            ("about", quote(&self.about)),
            ("expect", quote(self.expect.word())),
        ];
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
        let path = dir.join(format!("{}.toml", self.name));
        if !is_name(&self.name) {
            let what = "its name is not made of a-z, 0-9, `-`, `_` and `.`";
            return Err(CorpusError::case(&path, what, "choose another name"));
        }
        write_atomically(&path, self.to_toml().as_bytes())?;
        Ok(path)
    }
}

/// Writes `bytes` to `path`, whole or not at all: to a temporary file in the same folder, which is
/// created if need be, then renamed. Of a link, the file that it leads to is written; a device or a
/// pipe is written to as it stands.
///
/// # Errors
/// Those of the file system; the temporary file is removed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let failed = |error| CorpusError::io(path, "write", error);
    let there = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = there.as_path();
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        let mut file = fs::File::options().write(true).open(path).map_err(failed)?;
        return file.write_all(bytes).map_err(failed);
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    // Dropping the file removes it; a rename in one folder is atomic.
    let mut file = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempfile_in(dir)
        .map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    make_readable(file.as_file()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Temporary files are for their owner's eyes only; cases are for everyone's.
fn make_readable(file: &fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

/// The cases of `family` under `corpus`, the folder that holds a folder per family, sorted by name.
///
/// # Errors
/// Everything that is wrong with them, together: unreadable or malformed files, duplicate names,
/// unknown rules or leniencies, no case at all.
pub fn load_family(corpus: &Path, family: &Family) -> Result<Vec<Case>, CorpusError> {
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
pub fn load(path: &Path, family: &Family) -> Result<Case, CorpusError> {
    let unreadable = |error| CorpusError::io(path, "read", error);
    let text = fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(text).map_err(|error| {
        let what = format!("byte {} is not UTF-8", error.utf8_error().valid_up_to());
        CorpusError::case(path, what, "write such bytes as \\xNN")
    })?;
    let bin_path = path.with_extension("bin");
    let bin = if bin_path.is_file() {
        let read = fs::read(&bin_path);
        Some(read.map_err(|error| CorpusError::io(&bin_path, "read", error))?)
    } else {
        None
    };
    let case = Case::parse(&text, bin, family.name, path)?;
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

/// The `corpus` folder of the repository: the nearest one, going up from `start`, that holds a folder
/// named for a family; else the one that this was built from.
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
        .or_else(|| Some(PathBuf::from(env!("CARGO_MANIFEST_DIR"))).filter(is_corpus))
}

/// Adds the files under `dir`, in order. Hidden files are left out: they are unfinished.
fn list(dir: &Path, files: &mut Vec<PathBuf>, errors: &mut Vec<CorpusError>) {
    let entries = fs::read_dir(dir).and_then(|entries| {
        let entries: Result<Vec<_>, _> = entries.collect();
        entries
    });
    let mut paths: Vec<PathBuf> = match entries {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => return errors.push(CorpusError::io(dir, "list", error)),
    };
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_none_or(|name| name.starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            list(&path, files, errors);
        } else {
            files.push(path);
        }
    }
}

pub(crate) fn is_name(name: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(fits)
}

/// The bytes of an input in the text of a case file; errors name the line of the file.
pub(crate) fn decode_input(text: &str, input: &toml::Spanned<String>) -> Result<Vec<u8>, String> {
    escape::decode(input.get_ref()).map_err(|mut error| {
        // TOML drops the line break right after the opening quotes.
        let source = text.get(input.span()).unwrap_or("");
        let after_quotes = source.trim_start_matches(['\'', '"']);
        let dropped = after_quotes.starts_with('\n') || after_quotes.starts_with("\r\n");
        let quotes = source.len() - after_quotes.len();
        if error.line == 1 && !dropped {
            let before = text.get(..input.span().start).unwrap_or("");
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            error.column += input.span().start - line_start + quotes;
        }
        error.line += line_at(text, input.span().start) - 1 + usize::from(dropped);
        error.to_string()
    })
}

pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// A basic string of TOML.
fn quote(text: &str) -> String {
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

#[cfg(test)]
mod tests;
