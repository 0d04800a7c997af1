//! Peers that are commands, run anew for each input in a scratch folder of its own.

mod busybox;
mod dpkg;
mod filterdiff;
mod git;
mod gnu;
mod hg;
mod lsdiff;
mod scratch;
mod svn;

use parsers::unidiff::tree::Tree;

use crate::confine::version_in;
use crate::{About, BuiltTree, Failure, Opened, Peer, Pieces, Reach, Role, Seen};
use scratch::ScratchFolder;

pub use scratch::runs;

/// What applies a patch to the tree in a scratch folder, whose input it is, and says whether it was accepted.
type Build = fn(&ScratchFolder) -> Result<bool, Failure>;

/// A command that reads patches.
#[derive(Clone, Copy)]
pub struct Tool {
    /// The program that tells the version, and those that it needs besides.
    programs: &'static [&'static str],
    /// What makes it tell its version.
    version: &'static [&'static str],
    /// Reads a patch.
    read: fn(&[u8], &mut Seen) -> Result<(), Failure>,
    /// Applies a patch; none for one that only reads.
    build: Option<Build>,
    /// The folder in the tree that is its own, and no part of what it builds; empty for none.
    keeps: &'static str,
}

macro_rules! tools {
    ($($constant:ident $name:literal $licence:literal $programs:expr, $version:expr, $read:path, $build:expr, $keeps:literal,
        $adds:literal;)*) => {
        $(
            #[doc = concat!($name, ".")]
            static $constant: About = About {
                name: $name,
                family: &parsers::unidiff::UNIFIED,
                licence: $licence,
                adds: $adds,
                cuts: "",
                role: Role::Tool,
                calibrates: false,
                is_fast: false,
                reach: Reach::Tool(Tool { programs: $programs, version: $version, read: $read, build: $build, keeps: $keeps }),
            };
        )*

        /// Those that are run anew for each input, by name.
        pub(crate) static PEERS: &[&About] = &[$(&$constant),*];
    };
}

tools! {
    BUSYBOX_PATCH "busybox-patch" "GPL-2.0-only" &["busybox"], &[], busybox::read, Some(busybox::build), "",
        "";
    DPKG_SOURCE "dpkg-source" "GPL-2.0-or-later" &["dpkg-source", "perl"], &["--version"], dpkg::read, Some(dpkg::build), "",
        "Dpkg::Source::Patch alone, without a source package around the patch";
    FILTERDIFF "filterdiff" "GPL-2.0-or-later" &["filterdiff"], &["--version"], filterdiff::read, None, "",
        "lines are counted by their headers in what it leaves";
    GIT_AM "git-am" "GPL-2.0-only" &["git"], &["--version"], git::read_mails, Some(git::build_mails), ".git",
        "lines are counted by git apply, of what mailsplit and mailinfo read as a patch";
    GIT_APPLY "git-apply" "GPL-2.0-only" &["git"], &["--version"], git::read, Some(git::build), "", "";
    GIT_MAILINFO "git-mailinfo" "GPL-2.0-only" &["git"], &["--version"], git::read_mail, None, "",
        "one mail, whatever line it begins with; lines are counted by git apply";
    GNU_PATCH "gnu-patch" "GPL-3.0-or-later" &["patch"], &["--version"], gnu::read, Some(gnu::build), "",
        "empty files of all names, so that hunks are rejected and shown";
    HG_IMPORT "hg-import" "GPL-2.0-or-later" &["hg"], &["--version", "--quiet"], hg::read, Some(hg::build), ".hg",
        "a repository around the tree";
    LSDIFF "lsdiff" "GPL-2.0-or-later" &["lsdiff"], &["--version"], lsdiff::read, None, "", "";
    SVN_PATCH "svn-patch" "Apache-2.0" &["svn", "svnadmin"], &["--version", "--quiet"], svn::read, Some(svn::build), ".svn",
        "a repository, a working copy around the tree, and how many directories are removed from names";
}

impl Tool {
    /// Asks for its version.
    ///
    /// # Errors
    /// [`Failure::Absent`] when it is not there, with what to do; [`Failure::Broken`] when it cannot be run, or tells no
    /// version.
    pub fn open(&self, name: &str) -> Result<Opened, Failure> {
        let absent = |failure| match failure {
            Failure::Absent(why) => {
                Failure::Absent(format!("{why}; install it with `peers/install {name}`"))
            }
            other => other,
        };
        ScratchFolder::programs(self.programs).map_err(absent)?;
        let program = self.programs.first().copied().unwrap_or_default();
        let ran = ScratchFolder::new(b"")?.run(program, self.version)?;
        let said = String::from_utf8_lossy(&ran.out);
        let version = version_in(&said).filter(|_| ran.code == Some(0));
        let version = version
            .ok_or_else(|| Failure::Broken(format!("{program} runs and tells no version")))?;
        Ok(Opened {
            name: name.to_owned(),
            version,
            peer: Box::new(Running(*self)),
        })
    }
}

struct Running(Tool);

impl Peer for Running {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        (self.0.read)(input, seen)
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let build = self.0.build?;
        let built = || {
            let scratch = ScratchFolder::new(patch)?;
            scratch.write(tree)?;
            let is_accepted = build(&scratch)?;
            Ok(BuiltTree {
                tree: scratch.files(self.0.keeps)?,
                is_accepted,
                outside: scratch.outside()?,
            })
        };
        Some(built())
    }

    /// Each input has a process of its own.
    fn is_usable(&mut self) -> bool {
        true
    }
}

/// The byte after the patch of a file that begins at or after `from`, for a tool that does not show it: where a line
/// follows its first hunk that begins the next.
fn end_of_file(input: &[u8], from: usize) -> usize {
    let (mut at, mut in_hunk) = (from, false);
    for line in input
        .get(from..)
        .unwrap_or(&[])
        .split_inclusive(|byte| *byte == b'\n')
    {
        if in_hunk && (line.starts_with(b"diff --git ") || line.starts_with(b"--- ")) {
            return at;
        }
        in_hunk |= line.starts_with(b"@@") || line.starts_with(b"diff --git ");
        at += line.len();
    }
    at
}
