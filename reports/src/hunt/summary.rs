//! The result of a hunt, in words: figures, the peers that were asked, and what was missed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use parsers::{Family, Signature};

use super::HuntOptions;
use super::heard::AllHeard;
use super::replay::Replays;
use super::subject::Subject;
use super::witness::{self, Witnesses};
use corpus::number::{counted, thousands};

/// How the table is read.
const LEGEND: &str = "
*Longer* and *shorter* are the leniencies (`misframe rules`) that explain the longer and the shorter reading, up to two; a
reading that needs more is unexplained. The readings of libhtp are those of an inspector; those of a peer that `misframe
peers` shows with something added are in part ours.
";

/// What the workers have told so far.
#[derive(Default)]
pub(crate) struct HuntTally {
    /// The names of cases by signature.
    pub found: BTreeMap<Signature, String>,
    /// The names of cases about which two deployed peers disagree, by signature.
    pub reproduced: BTreeMap<Signature, String>,
    /// Everything that was written down and is to be reviewed: the name of its case, by signature.
    pub kept: BTreeMap<Signature, String>,
    /// The rows of the baseline that were seen.
    pub known: BTreeSet<Signature>,
    /// What only hypothetical readers show; such findings are counted, and not kept.
    pub hypothetical: BTreeSet<Signature>,
    /// What was said of findings, with the names of their cases.
    pub remarks: BTreeMap<String, BTreeSet<String>>,
    /// What was wanted and seen alone, by family.
    pub alone: BTreeMap<&'static str, BTreeSet<String>>,
    /// What ended it before its time.
    pub trouble: Option<String>,
    /// The laws that were broken: each has ended one job.
    pub broken: Vec<String>,
    /// How the peers that judge every input have answered.
    pub heard: AllHeard,
    /// The peers that are asked when two deployed peers disagree.
    pub witnesses: Witnesses,
    /// What replays findings on tools.
    pub replays: Option<Replays>,
}

/// Says what resulted from a hunt.
pub(crate) fn sum_up(
    options: &HuntOptions,
    families: &[&'static dyn Subject],
    inputs: u64,
    tally: &mut HuntTally,
    time: Duration,
) {
    let rate = inputs as f64 / time.as_secs_f64().max(0.001);
    let out = options.out.display();
    say(&format!(
        "{} in {:.0} s ({} a second), {}{}",
        counted(inputs, "input"),
        time.as_secs_f64(),
        thousands(rate as u64),
        counted(tally.kept.len(), "new finding"),
        if tally.kept.is_empty() {
            String::new()
        } else {
            format!(", in {out}")
        },
    ));
    if !tally.reproduced.is_empty() {
        say_readers(options, families, tally, inputs, time);
        say(&format!(
            "{} with which two deployed peers accept a message and end it differently",
            counted(tally.reproduced.len(), "signature")
        ));
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for signature in tally.kept.keys() {
        let class = signature.class.as_deref().unwrap_or("-");
        let kind = format!("{} {class}", signature.kind);
        *kinds.entry(kind).or_default() += 1;
    }
    for (kind, count) in kinds {
        say(&format!("{count:>7}  {kind}"));
    }
    if !tally.hypothetical.is_empty() {
        say(&format!(
            "not kept: {} of hypothetical readers; --hypothetical keeps them",
            counted(tally.hypothetical.len(), "finding")
        ));
    }
    for (text, names) in &tally.remarks {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        say(&format!("{:>7}  {text}: {}", names.len(), names.join(", ")));
    }
    // Where readings are named, no leniency is tried.
    for family in families.iter().filter(|_| options.readings.is_empty()) {
        let seen = tally.alone.get(family.name());
        let is_missed = |id: &str| !seen.is_some_and(|seen| seen.contains(id));
        let wanted = family.wanted();
        let missed: Vec<_> = wanted
            .ids
            .iter()
            .copied()
            .filter(|id| is_missed(id))
            .collect();
        say(&format!(
            "{}: {} of {} {}{}{}",
            family.name(),
            wanted.ids.len() - missed.len(),
            wanted.ids.len(),
            wanted.what,
            if missed.is_empty() { "" } else { "; missed: " },
            missed.join(", "),
        ));
    }
    if let Some(replays) = &mut tally.replays {
        say(&replays.sum_up());
    }
    say_failures(tally);
}

/// Says which peers failed. One that judges every input and never gave a reading is trouble.
fn say_failures(tally: &mut HuntTally) {
    for (line, is_mute) in tally.heard.failures() {
        if is_mute {
            tally.trouble.get_or_insert_with(|| line.clone());
        }
        say(&line);
    }
    for (name, line) in tally.witnesses.failures() {
        say(&format!("asked about findings: {name}: {line}"));
    }
}

/// Names the peers that were asked when two deployed peers disagreed, and writes the table of it.
fn say_readers(
    options: &HuntOptions,
    families: &[&'static dyn Subject],
    tally: &HuntTally,
    inputs: u64,
    time: Duration,
) {
    let (asked, absent) = (tally.witnesses.names(), tally.witnesses.absent());
    say(&format!("asked about each: {}", asked.join(", ")));
    for absent in &absent {
        let absent = corpus::escape::display_text(absent);
        say(&format!("skipped: {absent}"));
    }
    for family in families.iter().filter_map(|subject| subject.family()) {
        let of_family = tally.reproduced.iter();
        let of_family: BTreeMap<_, _> = of_family
            .filter(|(signature, _)| family.has_found(signature))
            .map(|(signature, name)| (signature.clone(), name.clone()))
            .collect();
        if of_family.is_empty() {
            continue;
        }
        let heading = heading(options, family, tally, of_family.len(), inputs, time);
        let folder = options.out.join(family.name);
        let path = folder.join("peers.md");
        let written = witness::table(family, &folder, &of_family, &heading, &asked)
            .and_then(|text| Ok(corpus::file::write_atomically(&path, text.as_bytes())?));
        match written {
            Ok(()) => say(&format!("the side of each peer: {}", path.display())),
            Err(error) => say(&format!("no table of the sides of peers: {error:#}")),
        }
    }
}

/// What stands before the table: how it came about, and the peers that were asked.
fn heading(
    options: &HuntOptions,
    family: &Family,
    tally: &HuntTally,
    signatures: usize,
    inputs: u64,
    time: Duration,
) -> String {
    let (asked, absent) = (tally.witnesses.names(), tally.witnesses.absent());
    let seconds = options
        .seconds
        .map_or(String::new(), |s| format!(" --seconds {s}"));
    let jobs = options
        .jobs
        .map_or(String::new(), |jobs| format!(" --jobs {jobs}"));
    let nothing = if options.from_nothing {
        " --from-nothing"
    } else {
        ""
    };
    let named = [
        ("peer", &options.peers),
        ("dialect", &options.dialects),
        ("reading", &options.readings),
    ];
    let named = named.iter().flat_map(|(option, names)| {
        let names = names.iter();
        names.map(move |name| format!(" --{option} {}", corpus::escape::display_text(name)))
    });
    let named: String = named.collect();
    let early = match (&tally.trouble, tally.broken.as_slice()) {
        (Some(_), _) => ", when trouble ended it",
        (None, []) => "",
        (None, _) => ", with fewer jobs once a law was broken",
    };
    let mut heading = format!(
        "# Where peers end a message differently\n\n\
         Two deployed peers both accept a message and end it at different bytes: what one reads as content is a \
         message, or a part of one, to the other. A hunt draws by chance: another one finds others too.\n\n\
         ```sh\nmisframe hunt --family {}{seconds}{jobs}{nothing}{named} --out {out}\n\
         cp {out}/{}/peers.md reports/findings/hunted.md\n```\n\n\
         {} in {} s{}; {}, each minimised. Asked about each: {}.\n",
        family.name,
        family.name,
        counted(inputs, "input"),
        time.as_secs(),
        early,
        counted(signatures, "signature"),
        asked.join(", "),
        out = options.out.display(),
    );
    for absent in &absent {
        heading.push('\n');
        heading.push_str(&format!(
            "Skipped: {}.\n",
            corpus::escape::display_text(absent)
        ));
    }
    heading.push_str(LEGEND);
    heading
}

/// A line on standard output, which may be closed.
pub(crate) fn say(line: &str) {
    let line = corpus::escape::display_multiline(line);
    let _unread = writeln!(io::stdout().lock(), "{line}");
}
