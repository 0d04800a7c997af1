//! The dialects of released software that are built in: readers that judge without being asked.

use std::sync::LazyLock;

use anyhow::{Context as _, Result};
use parsers::core::unpack::Unpacked;
use parsers::family::DialectParser;
use parsers::unidiff::demands::{self, PatchDemand};
use parsers::{Dialect, Family, LeniencySet, StreamInput, Verdict, judge, judge_with_facts};
use peers::Role;

use crate::judge::dialect_file::DialectFile;
use crate::judge::reading::reject_after;

/// What follows the name of a peer that was not asked, but learned before.
pub(crate) const LEARNED: &str = " (learned)";

/// A reader that was learned.
pub struct Shipped {
    /// The peer of which it was learned, with the version.
    pub peer: String,
    /// The family.
    pub family: &'static Family,
    /// The day on which it was learned.
    pub learned: String,
    /// What the peer is in real life.
    pub role: Role,
    /// Whether the peer is widely deployed as it was learned.
    pub is_deployed: bool,
    /// What it relaxes and restricts.
    pub relaxes: LeniencySet,
    /// Whether it knows every way of ending a message that the specification knows.
    pub is_general: bool,
    /// What it demands of a patch beyond its syntax.
    pub demands: Vec<&'static PatchDemand>,
}

impl Shipped {
    fn of(text: &str) -> Option<Self> {
        let file: DialectFile = toml::from_str(text).ok()?;
        let family = file.family;
        let relaxes = file.relaxes(family).ok()?;
        let dialect = DialectParser::new(family, Dialect::new("", relaxes));
        Some(Self {
            is_general: (family.is_general)(&dialect),
            relaxes,
            demands: file.demanded().ok()?,
            role: file.role?,
            is_deployed: file.deployed,
            peer: file.peer,
            learned: file.learned,
            family,
        })
    }

    /// What to call it in a report: the peer with its version, and that it was not asked.
    pub fn name(&self) -> String {
        format!("{}{LEARNED}", self.peer)
    }

    /// Its verdict on `input`.
    pub fn judge<'i>(&self, input: impl Into<StreamInput<'i>>, verdict: &mut Verdict) {
        self.judge_under(&self.relaxes, input, verdict);
    }

    /// As [`Shipped::judge`], with what the messages say.
    pub fn judge_with_facts(&self, input: &[u8], verdict: &mut Verdict) {
        let parser = DialectParser::new(self.family, Dialect::new("", self.relaxes));
        judge_with_facts(&parser, input, verdict);
        self.hold(&self.relaxes, input, verdict);
    }

    /// The verdict on `input` of a reader with the same demands that relaxes only `relaxes`.
    pub fn judge_under<'i>(
        &self,
        relaxes: &LeniencySet,
        input: impl Into<StreamInput<'i>>,
        verdict: &mut Verdict,
    ) {
        let given = input.into();
        let input = given.bytes;
        let parser = DialectParser::new(self.family, Dialect::new("", *relaxes));
        judge(&parser, given, verdict);
        self.hold(relaxes, input, verdict);
    }

    /// Rejects what the demands reject in a patch.
    fn hold(&self, relaxes: &LeniencySet, input: &[u8], verdict: &mut Verdict) {
        // Demands are about lines as they stand in a patch, not as they stand encoded in a mail.
        let is_patch = |relaxes| !(self.family.unpack)(relaxes, input, &mut Unpacked::default());
        if self.demands.is_empty() || !is_patch(relaxes) {
            return;
        }
        let whole = verdict.reading.messages.len();
        demands::hold(&self.demands, &mut verdict.reading, input);
        if verdict.reading.messages.len() < whole {
            reject_after(verdict.reading.messages.len(), verdict);
        }
    }
}

/// Those of a family, deployed and not, by the name of their file.
pub fn of(family: &'static Family) -> impl Iterator<Item = &'static Shipped> {
    static ALL: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
        let readers = DIALECTS.iter();
        readers
            .filter_map(|(_, text, _)| Shipped::of(text))
            .collect()
    });
    let all = ALL.iter();
    all.filter(move |reader| reader.family == family)
}

/// The dialect of a peer that builds trees.
pub(crate) struct TreeDialect {
    /// The peer's name.
    pub(crate) peer: &'static str,
    /// Whether the peer changes nothing where a patch does not apply as a whole.
    pub(crate) is_atomic: bool,
    /// Whether the peer reads nothing but mails.
    pub(crate) takes_mails: bool,
    text: &'static str,
}

impl TreeDialect {
    const fn new(peer: &'static str, text: &'static str) -> Self {
        Self {
            peer,
            is_atomic: false,
            takes_mails: false,
            text,
        }
    }

    const fn atomic(mut self) -> Self {
        self.is_atomic = true;
        self
    }

    const fn of_mails(mut self) -> Self {
        self.takes_mails = true;
        self
    }

    /// As it was learned.
    ///
    /// # Errors
    /// When it is no dialect.
    pub(crate) fn file(&self) -> Result<DialectFile> {
        toml::from_str(self.text).with_context(|| format!("{} has no dialect", self.peer))
    }
}

/// The dialects of the peers that build trees.
pub(crate) fn builders() -> impl Iterator<Item = &'static TreeDialect> {
    DIALECTS.iter().filter_map(|(_, _, built)| built.as_ref())
}

macro_rules! dialects {
    ($($name:literal $(builds $($how:ident)*)?,)*) => {
        /// The name of each file of `peers/dialects`, without the extension, its text, and how the peer builds trees, if it
        /// does.
        const DIALECTS: &[(&str, &str, Option<TreeDialect>)] =
            &[$(($name, dialects!(@text $name), dialects!(@tree $name $(builds $($how)*)?))),*];
    };
    (@text $name:literal) => { include_str!(concat!("../../../peers/dialects/", $name, ".toml")) };
    (@tree $name:literal) => { None };
    (@tree $name:literal builds $($how:ident)*) => {
        Some(TreeDialect::new($name, dialects!(@text $name))$(.$how())*)
    };
}

dialects! {
    "actix-http",
    "aiohttp",
    "aiohttp-python",
    "beast",
    "busybox-patch" builds,
    "diffy" builds atomic,
    "edge-http",
    "flickzeug" builds atomic,
    "git-am" builds atomic of_mails,
    "git-apply" builds atomic,
    "gnu-patch" builds,
    "go-net-http",
    "h11",
    "hg-import" builds,
    "http-net",
    "http-parser",
    "http-parser-js",
    "httparse",
    "httpcodec",
    "httptools",
    "hyper",
    "kawa",
    "libhtp-apache-2",
    "libhtp-generic",
    "libhtp-iis-5-1",
    "live-aiohttp",
    "live-cheroot",
    "live-daphne",
    "live-go-net-http",
    "live-gunicorn",
    "live-hypercorn",
    "live-jdk",
    "live-jetty",
    "live-node",
    "live-tomcat",
    "live-tornado",
    "live-twisted",
    "live-uvicorn-h11",
    "live-uvicorn-httptools",
    "live-waitress",
    "llhttp",
    "llhttp-lenient",
    "milo",
    "node",
    "patchkit" builds atomic,
    "picohttpparser",
    "pingora",
    "rust-h11",
    "safehttp",
    "ureq-proto",
    "waitress",
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::path::Path;

    use parsers::FAMILIES;
    use peers::PEERS;

    use super::*;

    #[test]
    fn every_dialect_is_built_in_with_its_role() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers/dialects");
        let files = fs::read_dir(folder).unwrap();
        let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_os_string());
        let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        let built_in: Vec<_> = DIALECTS.iter().map(|(name, ..)| *name).collect();
        assert_eq!(built_in, names);
        for (name, text, _) in DIALECTS {
            assert!(Shipped::of(text).is_some(), "{name}");
        }
    }

    #[test]
    fn a_dialect_has_the_role_of_its_peer() {
        for reader in FAMILIES.iter().flat_map(|family| of(family)) {
            let name = reader.peer.split(' ').next().unwrap();
            let Some(about) = PEERS.iter().find(|about| about.name == name) else {
                assert!(name.starts_with("live:"), "{name}");
                continue;
            };
            assert_eq!(reader.role, about.role, "{name}");
            assert!(!(reader.is_deployed && about.calibrates), "{name}");
        }
    }
}
