//! Gives patches that are made to escape to every tool, and looks whether anything outside changes.
//!
//! Nothing real is at stake, not even unconfined: the patches name files that this has made in a folder of its own, which
//! is the home folder, the current folder and the folder of temporary files of the tools as well, and one file in `/tmp`.

mod patches;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::{env, thread};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Parser;
use parsers::unidiff::tree::{File, Tree};
use peers::confine::{self, ConfinementPolicy};
use peers::{About, Failure, PEERS, Pieces, Seen, Tier};
use tests::draw::Chance;

use patches::{Form, LINE, Patch};
use world::World;

/// The user that runs tools where this is root.
const NOBODY: u32 = 65534;
/// A user that is neither.
const USER: u32 = 54321;

/// Gives patches that are made to escape to every tool; exit 1 when anything outside its scratch folder changes.
#[derive(Parser)]
struct Options {
    /// How many patches each tool is given [default: 1000 for all of them together, most for those that are quick]
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

/// How many of 1000 patches each tool is given; first the tools that take the longest, so that none of these ends alone.
const SHARES: &[(&str, usize)] = &[
    ("gnu-patch", 250),
    ("hg-import", 20),
    ("dpkg-source", 40),
    ("git-apply", 180),
    ("git-am", 60),
    ("busybox-patch", 180),
    ("svn-patch", 30),
    ("filterdiff", 100),
    ("git-mailinfo", 60),
    ("lsdiff", 80),
];

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    match &options.world {
        Some(root) => inside(root, &options),
        None => outside(&options),
    }
}

/// The user that runs tools.
#[derive(Clone, Copy)]
enum Runs {
    /// By this user.
    Caller,
    /// By root, and so as nobody.
    Root,
    /// By a user that is not root.
    Ordinary,
}

/// Runs this program once for each tool, in a world of its own: as the current user, and as an ordinary user too if that is root.
fn outside(options: &Options) -> Result<ExitCode> {
    let folder = tempfile::Builder::new()
        .prefix("misframe-world-")
        .tempdir_in("/tmp")?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    // The user may not be able to reach this program where it is.
    let program = folder.path().join("hostile-patches");
    fs::copy(env::current_exe()?, &program)?;
    let users: &[Runs] = match fs::metadata(folder.path())?.uid() {
        0 => &[Runs::Root, Runs::Ordinary],
        _ => &[Runs::Caller],
    };
    let is_asked =
        |name: &str| options.tool.is_empty() || options.tool.iter().any(|one| one == name);
    let tools = PEERS.iter().filter(|about| about.tier() == Tier::Tool);
    let mut tools: Vec<_> = tools.filter(|about| is_asked(about.name)).collect();
    tools.sort_by_key(|about| SHARES.iter().position(|(name, _)| *name == about.name));
    ensure!(!tools.is_empty(), "there is no such tool");
    let jobs = users
        .iter()
        .flat_map(|user| tools.iter().map(move |about| (*user, about.name)));
    let jobs: Vec<(Runs, &str)> = jobs.collect();
    let next = AtomicUsize::new(0);
    let (folder, jobs) = (folder.path(), jobs.as_slice());
    let is_well = AtomicBool::new(true);
    let runs = || -> Result<()> {
        while let Some((user, tool)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let ran = run(&program, folder, *user, tool)?;
            let said = [ran.stdout, ran.stderr].concat();
            print!("{}", String::from_utf8_lossy(&said));
            is_well.fetch_and(ran.status.success(), Ordering::Relaxed);
        }
        Ok(())
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..processors).map(|_| scope.spawn(runs)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        let ended: Vec<_> = ended.collect();
        ended.into_iter().try_for_each(|ran| match ran {
            Ok(ran) => ran,
            Err(_) => bail!("a panic"),
        })
    })?;
    Ok(ExitCode::from(u8::from(!is_well.into_inner())))
}

/// Runs this program in a world of its own, for one tool.
fn run(program: &Path, folder: &Path, user: Runs, tool: &str) -> Result<Output> {
    let (name, owner) = match user {
        Runs::Caller => ("as-is", None),
        Runs::Root => ("as-root", Some(NOBODY)),
        Runs::Ordinary => ("as-user", Some(USER)),
    };
    // A canary beside it in `/tmp` has its name too.
    let own = folder.file_name().unwrap_or_default().display();
    let root = folder.join(format!("{own}-{name}-{tool}"));
    for below in ["", "home", "temp", "checkout"] {
        let path = root.join(below);
        fs::create_dir_all(&path)?;
        if let Some(owner) = owner {
            chown(path, Some(owner), Some(owner))?;
        }
    }
    let mut command = Command::new(program);
    command
        .args(env::args_os().skip(1))
        .args(["--tool", tool])
        .arg("--world")
        .arg(&root)
        .env("HOME", root.join("home"))
        .env("TMPDIR", root.join("temp"))
        .current_dir(root.join("checkout"));
    if matches!(user, Runs::Ordinary) {
        command.uid(USER).gid(USER);
    }
    command.output().context("cannot run itself")
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
    confine::set(ConfinementPolicy {
        is_unconfined: options.unconfined,
        trusts_commands: false,
    });
    let is_root = fs::metadata("/proc/self")?.uid() == 0;
    let world = World::new(root, is_root.then_some(NOBODY))?;
    let named = options.tool.last().context("no tool is named")?;
    let about = PEERS.iter().find(|about| about.name == named);
    let about = about.context("there is no such tool")?;
    let user = if is_root {
        "as nobody, for root"
    } else {
        "as a user"
    };
    match about.open() {
        Err(failure @ Failure::Absent(_)) => {
            println!("{named}: absent: {failure}");
            return Ok(ExitCode::SUCCESS);
        }
        Err(failure) => bail!("{named}: {failure}"),
        Ok(_) => {}
    }
    let share = SHARES.iter().find(|(name, _)| name == named);
    let share = options.each.or(share.map(|(_, share)| *share));
    let times = share.with_context(|| format!("{named} has no share"))?;
    let tally = tally(about, times, options.seed, &world)?;
    let escapes: usize = tally.escapes.values().sum();
    println!(
        "{named}, {user}: {} patches, {} answers, {} accepted, {escapes} escapes",
        tally.given, tally.answered, tally.accepted
    );
    for (form, times) in &tally.escapes {
        println!("    {form:?}: {times}");
    }
    for what in tally.changes.iter().chain(&tally.failures) {
        println!("    {what}");
    }
    Ok(ExitCode::from(u8::from(escapes > 0)))
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
        let mix = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        let own = about.name.bytes().fold(seed, mix);
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
