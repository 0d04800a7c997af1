//! The public reports: what was reported of which software, and the cases or the bytes that show it.

use corpus::escape;
use serde::Deserialize;

/// One public report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicReport {
    /// `CVE-...`, `GHSA-...`, `owner/repository#number`, or the address of a page.
    pub id: String,
    /// The software, with the affected versions where they are known.
    pub software: String,
    /// When it became public.
    pub year: u16,
    /// The family of bytes, or the engine, that it is about.
    pub family: String,
    /// What the software did, in a sentence.
    pub about: String,
    /// The cases of the family that show it.
    #[serde(default)]
    pub cases: Vec<String>,
    /// The bytes that show it, rebuilt from the description, with the escapes of case files.
    pub input: Option<String>,
    /// Of a response, what it answers.
    #[serde(default)]
    pub asked: Vec<String>,
    /// Where the reported software ends the messages of `input`: a finding counts only if some reader reads so.
    pub ends: Option<Vec<usize>>,
    /// Why it is outside of what is judged.
    pub beyond: Option<String>,
    /// Why it is not found.
    pub not_found: Option<String>,
}

/// The reports and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    report: Vec<PublicReport>,
}

/// The families of bytes, and the engines, in the order of the page.
pub const FAMILIES: [(&str, &str); 5] = [
    ("http1-request", "Requests"),
    ("http1-response", "Responses"),
    ("unified-diff", "Patches"),
    ("hop", "Hops"),
    ("session", "Sessions"),
];

/// The reports of `corpus/recall.toml`.
pub fn load() -> Vec<PublicReport> {
    let path = tests::repository().join("corpus/recall.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    file.report
}

impl PublicReport {
    /// Whether its family is played, not read as bytes.
    pub fn is_played(&self) -> bool {
        matches!(self.family.as_str(), "hop" | "session")
    }

    /// What is wrong with it, whatever is found.
    pub fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut say = |what: &str| wrong.push(format!("{}: {what}", self.id));
        if !FAMILIES.iter().any(|(family, _)| *family == self.family) {
            say("it has no family");
        }
        if self.address().is_none() {
            say("its id is no CVE, GHSA, owner/repository#number or address");
        }
        if !(2000..=2030).contains(&self.year) {
            say("its year is odd");
        }
        if self.software.is_empty() || !self.about.ends_with('.') {
            say("software or about is empty, or about is no sentence");
        }
        let shows = !self.cases.is_empty() || self.input.is_some();
        if self.beyond.is_some() && (shows || self.not_found.is_some()) {
            say("what is beyond has no cases, no input and no not_found");
        }
        // That no quirk of a hop or of a client models it can be said without a case.
        let is_said = self.beyond.is_some() || (self.is_played() && self.not_found.is_some());
        if !shows && !is_said {
            say("it has no cases, no input, and does not say why");
        }
        if self.is_played() && self.input.is_some() {
            say("hops and sessions have cases, no input");
        }
        if self.input.is_none() && (self.ends.is_some() || !self.asked.is_empty()) {
            say("ends and asked are about an input");
        }
        wrong
    }

    /// Where it can be read.
    pub fn address(&self) -> Option<String> {
        let id = &self.id;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if id.starts_with("https://") {
            return Some(id.clone());
        }
        if let Some(numbers) = id.strip_prefix("CVE-") {
            let (year, number) = numbers.split_once('-')?;
            let fits = digits(year) && digits(number) && number.len() >= 4;
            return fits.then(|| format!("https://nvd.nist.gov/vuln/detail/{id}"));
        }
        if id.starts_with("GHSA-") {
            let fits = id.split('-').skip(1).all(|part| part.len() == 4);
            return fits.then(|| format!("https://github.com/advisories/{id}"));
        }
        let (repository, number) = id.split_once('#')?;
        let (owner, name) = repository.split_once('/')?;
        let fits = !owner.is_empty() && !name.contains('/') && digits(number);
        fits.then(|| format!("https://github.com/{repository}/issues/{number}"))
    }

    /// Its bytes.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, String> {
        let input = self.input.as_deref().map(escape::decode).transpose();
        input.map_err(|error| format!("{}: {error}", self.id))
    }
}
