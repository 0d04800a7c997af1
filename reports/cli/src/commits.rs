//! `misframe check --git`: the commits of a repository, as `git format-patch` sends them.

use corpus::number::counted;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};
use parsers::unidiff::tree::{File, Tree};
use parsers::unidiff::{claims, strict::StrictDiff};
use parsers::{Verdict, judge};

use super::args::{CheckArgs, TextOrJson};
use super::{CLEAN, Console, FOUND, effects};
use reports::judge::ask::PeerChoice;
use reports::judge::intent::grade::Grade;
use reports::judge::intent::{EFFECTS, Meant, paths_of, readers};

/// The most bytes of a patch, or of a file, that are looked at.
const MOST: usize = 1 << 26;

pub fn run(args: &CheckArgs, range: &str, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    effects::can_build(&args.peer)?;
    let folder = match args.paths.as_slice() {
        [] => Path::new("."),
        [folder] => folder,
        _ => bail!("--git reads one repository; name its folder, or none for the current one"),
    };
    let repository = Repository(folder);
    let commits = repository.commits(range)?;
    if commits.is_empty() {
        console.complain(&format_args!(
            "{range}: there is no commit in this range that is no merge; nothing is judged"
        ));
    }
    let asked = match args.peer.as_slice() {
        [] => vec![PeerChoice::All],
        some => some.to_vec(),
    };
    let meant = commits.iter().map(|commit| repository.meant(commit));
    let totals = effects::table(EFFECTS.chosen(None)?, meant, &asked, args.format, console)?;
    if args.format == TextOrJson::Text {
        writeln!(console.out, "{}", counted(commits.len(), "commit"))?;
    }
    let is_found = totals.worst >= Grade::Lost;
    Ok(ExitCode::from(if is_found { FOUND } else { CLEAN }))
}

/// A repository of git, by its folder.
struct Repository<'a>(&'a Path);

impl Repository<'_> {
    /// What git prints.
    fn git(&self, arguments: &[&[u8]]) -> anyhow::Result<Vec<u8>> {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let ran = Command::new("git")
            .arg("-C")
            .arg(self.0)
            .args(arguments.iter().map(|argument| OsStr::from_bytes(argument)))
            .stdin(Stdio::null())
            .output()
            .context("git cannot be run; install it")?;
        if !ran.status.success() {
            let said = String::from_utf8_lossy(&ran.stderr);
            bail!("git: {}", said.trim());
        }
        if ran.stdout.len() > MOST {
            bail!("a patch or a file is larger than {MOST} bytes; check a smaller range");
        }
        Ok(ran.stdout)
    }

    /// The commits of a range that are no merges, oldest first.
    fn commits(&self, range: &str) -> anyhow::Result<Vec<String>> {
        if range.starts_with('-') {
            bail!("{range:?} is no range of commits");
        }
        let listed = self.git(&[
            b"rev-list",
            b"--reverse",
            b"--no-merges",
            range.as_bytes(),
            b"--",
        ])?;
        let listed = String::from_utf8_lossy(&listed);
        Ok(listed.lines().map(str::to_owned).collect())
    }

    /// A commit, as it is sent and as it is.
    fn meant(&self, commit: &str) -> anyhow::Result<Meant> {
        let commit = commit.as_bytes();
        let patch = self.git(&[b"format-patch", b"-1", b"--stdout", commit])?;
        let flags: [&[u8]; 6] = [
            b"diff-tree",
            b"--root",
            b"--no-commit-id",
            b"-p",
            b"-r",
            b"-M",
        ];
        let change = self.git(&[&flags[..], &[commit]].concat())?;
        let mut paths = BTreeSet::new();
        for reader in readers()? {
            paths.extend(reader.paths(&patch));
        }
        let mut verdict = Verdict::new();
        judge(&StrictDiff, &change, &mut verdict);
        paths.extend(
            claims::of(&verdict.reading, &change)
                .iter()
                .flat_map(paths_of),
        );
        let name = self.git(&[b"log", b"-1", b"--format=%h %s", commit])?;
        let parent = [commit, b"^"].concat();
        let has_parent = self
            .git(&[b"rev-parse", b"--verify", b"-q", &parent])
            .is_ok();
        Ok(Meant {
            name: String::from_utf8_lossy(&name).trim_end().to_owned(),
            before: match has_parent {
                true => self.files(&parent, &paths)?,
                false => Tree::new(),
            },
            after: self.files(commit, &paths)?,
            change,
            patch,
        })
    }

    /// Those of the files that a commit has.
    fn files(&self, commit: &[u8], paths: &BTreeSet<Vec<u8>>) -> anyhow::Result<Tree> {
        let mut files = Tree::new();
        for path in paths
            .iter()
            .filter(|path| !path.is_empty() && !path.contains(&0))
        {
            let literal = [b":(top,literal)", path.as_slice()].concat();
            // A path that leads out of the repository is none of its files.
            let Ok(row) = self.git(&[b"ls-tree", b"-z", b"--full-tree", commit, b"--", &literal])
            else {
                continue;
            };
            let row = row.strip_suffix(b"\0").unwrap_or(&row);
            let about = row.split(|byte| *byte == b'\t').next().unwrap_or(&[]);
            let about = String::from_utf8_lossy(about).into_owned();
            let mut fields = about.split(' ');
            let (Some(mode), Some("blob"), Some(blob)) =
                (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let mode = u32::from_str_radix(mode, 8).context("git tells no mode")?;
            let content = self.git(&[b"cat-file", b"blob", blob.as_bytes()])?;
            files.insert(path.clone(), File { mode, content });
        }
        Ok(files)
    }
}
