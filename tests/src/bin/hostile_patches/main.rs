//! Gives patches that are made to escape to every tool, and looks whether anything outside changes.
//!
//! Nothing real is at stake, not even unconfined: the patches name files that this has made in a folder of its own, which
//! is the home folder, the current folder and the folder of temporary files of the tools as well, and one file in `/tmp`.

mod patches;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use parsers::unidiff::tree::{File, Tree};
use peers::confine::{self, Policy};
use peers::{About, Failure, PEERS, Pieces, Seen, Tier};
use tests::draw::Chance;

use patches::{Form, LINE, Patch};
use world::World;

/// The user as whom tools run where this is root.
const NOBODY: u32 = 65534;
/// A user that is neither.
const USER: u32 = 54321;

/// Gives patches that are made to escape to every tool; exit 1 when anything outside its scratch folder changes.
#[derive(Parser)]
struct Options {
    /// How many patches each tool is given [default: 2000 for all of them together, most for those that are quick]
    #[arg(long, value_name = "N")]
    each: Option<usize>,
    /// What settles the patches: the same seed, the same patches
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// These tools only; may be given several times
    #[arg(long, value_name = "TOOL")]
    tool: Vec<String>,
    /// Do not confine them: to see that the patches do escape
    #[arg(long)]
    unconfined: bool,
    /// Where the canaries are; set by this program itself
    #[arg(long, hide = true)]
    world: Option<PathBuf>,
}

/// How many of 2000 patches each tool is given.
const SHARES: &[(&str, usize)] = &[
    ("busybox-patch", 360),
    ("dpkg-source", 80),
    ("filterdiff", 200),
    ("git-am", 120),
    ("git-apply", 360),
    ("git-mailinfo", 120),
    ("gnu-patch", 500),
    ("hg-import", 40),
    ("lsdiff", 160),
    ("svn-patch", 60),
];

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    match &options.world {
        Some(root) => inside(root, &options),
        None => outside(&options),
    }
}

/// Makes worlds, and runs this program in them: as who it is, and as an ordinary user too if that is root.
fn outside(options: &Options) -> Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("misframe-world-")
        .tempdir_in("/tmp")?;
    let is_root = fs::metadata(folder.path())?.uid() == 0;
    let users = match is_root {
        true => vec![Some(NOBODY), Some(USER)],
        false => vec![None],
    };
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let mut is_well = true;
    for (nth, owner) in users.into_iter().enumerate() {
        let name = folder.path().file_name().unwrap_or_default().display();
        let root = folder.path().join(format!("{name}-{nth}"));
        for below in ["home", "temp", "bin", "checkout"] {
            fs::create_dir_all(root.join(below))?;
        }
        // The user may not be able to reach this program where it is.
        let program = root.join("bin/hostile-patches");
        fs::copy(env::current_exe()?, &program)?;
        if let Some(owner) = owner {
            for path in ["", "home", "temp", "checkout"] {
                chown(root.join(path), Some(owner), Some(owner))?;
            }
        }
        let mut command = Command::new(&program);
        command
            .args(env::args_os().skip(1))
            .arg("--world")
            .arg(&root)
            .env("HOME", root.join("home"))
            .env("TMPDIR", root.join("temp"))
            .current_dir(root.join("checkout"));
        let who = match owner {
            Some(USER) => {
                command.uid(USER).gid(USER);
                "as a user"
            }
            Some(_) => "as root, whose tools run as nobody",
            None => "as a user",
        };
        println!(
            "{who}{}:",
            if options.unconfined {
                ", unconfined"
            } else {
                ""
            }
        );
        is_well &= command.status().context("cannot run itself")?.success();
    }
    Ok(ExitCode::from(u8::from(!is_well)))
}

/// What a tool made of its patches.
#[derive(Default)]
struct Tally {
    given: usize,
    /// How often it was run and said something, for good or ill.
    answered: usize,
    accepted: usize,
    /// Why it was not.
    failures: BTreeSet<String>,
    /// How many patches changed something, by the way in which they were written.
    escapes: BTreeMap<Form, usize>,
    /// What the first ones changed.
    changes: Vec<String>,
}

/// Gives the tools their patches, in a world of which this program knows that it is its own.
fn inside(root: &Path, options: &Options) -> Result<ExitCode> {
    confine::set(Policy {
        is_unconfined: options.unconfined,
        trusts_commands: false,
    });
    let is_root = fs::metadata("/proc/self")?.uid() == 0;
    let world = World::new(root, is_root.then_some(NOBODY))?;
    let tools: Vec<&About> = PEERS
        .iter()
        .copied()
        .filter(|about| about.tier() == Tier::Tool)
        .filter(|about| {
            options.tool.is_empty() || options.tool.iter().any(|name| name == about.name)
        })
        .collect();
    ensure!(!tools.is_empty(), "there is no such tool");
    let mut is_well = true;
    let mut total = 0;
    for about in tools {
        let share = SHARES.iter().find(|(name, _)| *name == about.name);
        let share = options.each.or(share.map(|(_, share)| *share));
        let times = share.with_context(|| format!("{} has no share", about.name))?;
        let tally = match about.open() {
            Err(failure @ Failure::Absent(_)) => {
                println!("  {:14} absent: {failure}", about.name);
                continue;
            }
            Err(failure) => bail!("{}: {failure}", about.name),
            Ok(_) => tally(about, times, options.seed, &world)?,
        };
        total += tally.given;
        let escapes: usize = tally.escapes.values().sum();
        println!(
            "  {:14} {} patches, {} answers, {} accepted, {escapes} escapes",
            about.name, tally.given, tally.answered, tally.accepted
        );
        for (form, times) in &tally.escapes {
            println!("      {form:?}: {times}");
        }
        for what in tally.changes.iter().chain(&tally.failures) {
            println!("      {what}");
        }
        is_well &= escapes == 0;
    }
    println!("  {total} patches");
    Ok(ExitCode::from(u8::from(!is_well)))
}

/// How many changes, and reasons for no answer, are printed.
const SHOWN: usize = 4;

/// Gives one tool so many patches, and looks after each.
fn tally(about: &About, times: usize, seed: u64, world: &World) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut peer = about.open()?.peer;
    let (victims, fresh) = (world.victims(), world.fresh());
    let tree = Tree::from([
        (b"a.txt".to_vec(), File::ordinary(format!("{LINE}\n"))),
        (
            b"folder/b.txt".to_vec(),
            File::ordinary(format!("{LINE}\n")),
        ),
    ]);
    let mut before = world.look()?;
    for nth in 0..times {
        let own = about
            .name
            .bytes()
            .fold(seed, |sum, byte| sum * 31 + u64::from(byte));
        let mut chance = Chance::new(own.wrapping_mul(1_000_003).wrapping_add(nth as u64));
        let Patch { form, bytes } = patches::draw(&victims, &fresh, &mut chance);
        tally.given += 1;
        let mut seen = Seen::default();
        let read = peers::ask(&mut *peer, &bytes, Pieces::One, &mut seen);
        let built = peers::build(&mut *peer, &tree, &bytes);
        tally.accepted += usize::from(matches!(&built, Some(Ok(built)) if built.is_accepted));
        let has_built = matches!(&built, Some(Ok(_)));
        tally.answered += usize::from(read.is_ok() || has_built);
        for failure in read.err().into_iter().chain(built.and_then(Result::err)) {
            if tally.failures.len() < SHOWN {
                tally.failures.insert(failure.to_string());
            }
        }
        let after = world.look()?;
        let changes = world::changes(&before, &after);
        if !changes.is_empty() {
            *tally.escapes.entry(form).or_default() += 1;
            if tally.changes.len() < SHOWN {
                tally.changes.extend(changes);
            }
            world.fill()?;
        }
        before = world.look()?;
    }
    Ok(tally)
}
