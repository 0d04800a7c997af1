//! `misframe keep` and `misframe baseline`: findings that a person has looked at become known.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use corpus::escape::display_text;
use corpus::number::counted;
use corpus::{Case, Expect, StatedReading, case};
use parsers::{End, FAMILIES, Family, Signature};
use reports::format::picture;
use reports::hunt::baseline::{BASELINE, Baseline, FindingStatus, KnownFinding, no_longer_seen};
use serde_json::json;

use super::args::TextOrJson;
use super::learn::today;
use super::{CLEAN, Console, FOUND, report};

#[derive(Args)]
pub struct KeepArgs {
    /// The names of findings of a hunt, such as hunt-te-cl-1a2b3c4d
    #[arg(value_name = "NAME", required_unless_present = "all")]
    pub names: Vec<String>,
    /// Every finding in the folder
    #[arg(long, conflicts_with_all = ["names", "expect", "rename"])]
    pub all: bool,
    /// The folder in which the hunt has recorded it
    #[arg(long, value_name = "DIR", default_value = report::RECORDED)]
    pub from: PathBuf,
    /// The folder of known findings
    #[arg(long, value_name = "DIR", default_value = BASELINE)]
    pub baseline: PathBuf,
    /// What was decided: open, reported LINK, accepted or fixed VERSION
    #[arg(long, value_name = "STATUS", default_value = "open", value_parser = FindingStatus::parse)]
    pub status: FindingStatus,
    /// Make a case of it, too, of which the specification says this; needs --reads
    #[arg(long, value_name = "WORD", value_parser = Expect::named, requires = "reads")]
    pub expect: Option<Expect>,
    /// A reading that the specification permits: the ends of the messages, how the stream ends, and
    /// why no reader of the case reads so, if none does, as in "81 109 complete" or "rejected: no
    /// reader checks it"; repeatable
    #[arg(long, value_name = "READING", value_parser = stated, requires = "expect")]
    pub reads: Vec<StatedReading>,
    /// The name of the case [default: that of the finding]
    #[arg(long = "as", value_name = "NAME", requires = "expect")]
    pub rename: Option<String>,
    /// The folder of cases [default: that of the repository]
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
}

#[derive(Args)]
pub struct BaselineArgs {
    /// The family [default: all]
    #[arg(long, value_name = "FAMILY", value_parser = super::args::family)]
    pub family: Option<&'static Family>,
    /// The folder of known findings
    #[arg(long, value_name = "DIR", default_value = BASELINE)]
    pub baseline: PathBuf,
    /// Show each input to today's linked peers: exit 1 if some finding is no longer seen
    #[arg(long)]
    pub check: bool,
    /// What to print: text, or a JSON object a line for each finding
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

/// A reading in words: the ends, the end of the stream, and after a colon the reason why no reader has it.
fn stated(words: &str) -> Result<StatedReading, String> {
    let (reading, why) = match words.split_once(':') {
        Some((reading, why)) => (reading, Some(why.trim().to_owned())),
        None => (words, None),
    };
    let wrong = || format!("{words:?} is no reading; write \"81 109 complete\", or \"rejected\"");
    let mut parts: Vec<_> = reading.split_whitespace().collect();
    let end = parts.pop().ok_or_else(wrong)?;
    let ends = [End::Complete, End::Incomplete, End::Rejected, End::Tunnel];
    let end = ends.into_iter().find(|known| known.word() == end);
    let numbers = parts.iter().map(|part| part.parse().map_err(|_| wrong()));
    Ok(StatedReading {
        ends: numbers.collect::<Result<_, _>>()?,
        end: end.ok_or_else(wrong)?,
        why,
    })
}

/// The folder of known findings: the one that was named, else that of the repository, if there is one.
pub fn folder(named: Option<PathBuf>) -> Option<PathBuf> {
    named.or_else(|| Some(PathBuf::from(BASELINE)).filter(|folder| folder.is_dir()))
}

/// Makes findings known: a row of the baseline for each, and a case of the one of which the user says what is right.
pub fn run(args: &KeepArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let mut found = Vec::new();
    if args.all {
        for family in FAMILIES {
            found.extend(all_in(&args.from, family)?);
        }
        if found.is_empty() {
            bail!("{}: no finding of a hunt is there", args.from.display());
        }
    }
    for name in &args.names {
        found.push(named(&args.from, name)?);
    }
    if args.expect.is_some() && found.len() > 1 {
        bail!("--expect is about one finding; keep the others apart");
    }
    for case in &found {
        let signature = signature(case)?;
        if let Some(expect) = args.expect {
            let kept = become_case(args, case, expect)?;
            writeln!(console.out, "{}", kept.display())?;
        }
        let family = case.family.name;
        let mut baseline = Baseline::load(&args.baseline, family)?;
        let since = baseline
            .rows()
            .find_map(|(known, row)| (*known == signature).then(|| row.since.clone()));
        baseline.insert(KnownFinding {
            signature: signature.to_string(),
            since: match since {
                Some(since) => since,
                None => today()?,
            },
            status: args.status.words(),
            witnesses: case.about.clone(),
            input: corpus::escape::encode(&case.input),
        })?;
        baseline.save(&args.baseline, family)?;
        remove(case)?;
    }
    let kept = counted(found.len(), "finding");
    writeln!(console.out, "{kept} kept in {}", args.baseline.display())?;
    Ok(ExitCode::from(CLEAN))
}

/// The findings of a hunt in a folder of cases of one family.
fn all_in(from: &Path, family: &'static Family) -> anyhow::Result<Vec<Case>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(from.join(family.name)).into_iter().flatten() {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_some_and(|name| name.starts_with("hunt-") && name.ends_with(".toml")) {
            let case = case::load(&path, family)?;
            // What was found about hypothetical readers has no signature.
            found.extend(signature(&case).is_ok().then_some(case));
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The finding with this name.
fn named(from: &Path, name: &str) -> anyhow::Result<Case> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    for family in FAMILIES {
        let path = from.join(family.name).join(format!("{name}.toml"));
        if path.is_file() {
            return Ok(case::load(&path, family)?);
        }
    }
    bail!(
        "{}: no finding {} is there",
        from.display(),
        display_text(name)
    )
}

/// The signature of a finding of a hunt: its source ends with it.
fn signature(case: &Case) -> anyhow::Result<Signature> {
    let text = case.source.strip_prefix("misframe hunt, ");
    let text = text.ok_or_else(|| {
        anyhow!(
            "{}: its source has no signature; only what peers show can be known",
            case.name
        )
    })?;
    text.parse()
        .map_err(|error| anyhow!("{}: {error}", case.name))
}

/// Writes the case to the corpus, with a pending snapshot.
fn become_case(args: &KeepArgs, found: &Case, expect: Expect) -> anyhow::Result<PathBuf> {
    let corpus = args
        .corpus
        .clone()
        .or_else(|| corpus::find_corpus(Path::new(".")));
    let corpus = corpus.context("there is no folder of cases here; name one with --corpus")?;
    let name = args.rename.clone().unwrap_or_else(|| found.name.clone());
    let folder = corpus.join(found.family.name);
    let path = folder.join(format!("{name}.toml"));
    if path.exists() {
        bail!(
            "{}: there is such a case; give another name with --as",
            path.display()
        );
    }
    let kept = Case {
        name: name.clone(),
        expect,
        reads: Some(args.reads.clone()),
        source: "misframe hunt".to_owned(),
        ..found.clone()
    };
    // What cannot be is said before anything is written.
    let checked = Case::parse(&kept.to_toml(), None, found.family, &path)?;
    let picture = picture::snapshot(&checked, found.family);
    let snapshots = corpus.with_file_name("tests").join("snapshots");
    let snapshots = match snapshots.is_dir() {
        true => snapshots.join(found.family.name),
        false => folder.clone(),
    };
    let pending = format!("---\nsource: tests/tests/cases.rs\nexpression: picture\n---\n{picture}");
    let snapshot = snapshots.join(format!("{name}.snap.new"));
    corpus::file::write_atomically(&snapshot, pending.as_bytes())?;
    Ok(kept.save(&folder)?)
}

/// Removes a finding that is known now, with its pending snapshot.
fn remove(case: &Case) -> anyhow::Result<()> {
    fs::remove_file(&case.path)
        .with_context(|| format!("cannot remove {}", case.path.display()))?;
    // There may be none.
    let _gone = fs::remove_file(case.path.with_extension("snap.new"));
    Ok(())
}

/// Lists the known findings, and shows their inputs to today's peers where that is asked for.
pub fn list(args: &BaselineArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let (mut all, mut gone) = (0, 0);
    for family in FAMILIES {
        if args.family.is_some_and(|asked| asked != *family) {
            continue;
        }
        let baseline = Baseline::load(&args.baseline, family.name)?;
        let no_longer = match args.check {
            true => no_longer_seen(family, &baseline, &[])?,
            false => Vec::new(),
        };
        for (signature, row) in baseline.rows() {
            all += 1;
            let is_gone = no_longer.contains(&signature);
            gone += usize::from(is_gone);
            if args.format == TextOrJson::Json {
                console.object(&json!({
                    "signature": row.signature, "since": row.since, "status": row.status,
                    "witnesses": row.witnesses, "bytes": row.bytes()?.len(), "input": row.input,
                    "seen": args.check.then_some(!is_gone),
                }))?;
                continue;
            }
            let seen = if is_gone { "  no longer seen" } else { "" };
            writeln!(
                console.out,
                "{}  {}  {}{seen}",
                row.since,
                display_text(&row.status),
                display_text(&row.signature)
            )?;
        }
    }
    if args.format == TextOrJson::Text {
        let checked = match args.check {
            true => format!(", {gone} no longer seen"),
            false => String::new(),
        };
        writeln!(console.out, "{}{checked}", counted(all, "known finding"))?;
    }
    Ok(ExitCode::from(if gone > 0 { FOUND } else { CLEAN }))
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_reading_in_words() {
        let reading = stated("81 109 complete").unwrap();
        assert_eq!((reading.ends, reading.end), (vec![81, 109], End::Complete));
        let reading = stated("rejected: no reader checks it").unwrap();
        assert_eq!((reading.ends, reading.end), (Vec::new(), End::Rejected));
        assert_eq!(reading.why.unwrap(), "no reader checks it");
        for words in ["", "81", "81 whole", "x complete", "complete 81"] {
            assert!(stated(words).is_err(), "{words}");
        }
    }
}
