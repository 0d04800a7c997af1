//! `misframe probe`: sends every case to one live server, and reports how it keeps the specification.

use corpus::number::counted;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use parsers::{Family, Force};

use super::check::corpus_folder;
use super::{CLEAN, Console, FOUND, source};
use reports::format::picture::Palette;
use reports::measure::probe::calibrate::ProbedServer;
use reports::measure::probe::predict::{ServerRole, Traits};
use reports::measure::probe::verdict::ProbeVerdict;
use reports::measure::probe::{self, PROBE, ProbeQuestion, Report, adapt, json, junit, text};

#[derive(Args)]
pub struct ProbeArgs {
    /// The server, HOST:PORT; name a server that is not on this machine twice
    #[arg(value_name = "HOST:PORT", required = true, num_args = 1..=2)]
    target: Vec<String>,
    /// Send only these cases: names, or paths of cases and folders [default: the corpus]
    #[arg(long, value_name = "NAME", num_args = 1..)]
    only: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The time limit for each answer, in milliseconds
    #[arg(long, value_name = "MS", default_value = "2000", value_parser = clap::value_parser!(u64).range(50..=600_000))]
    timeout: u64,
    /// The number of cases that are sent at a time
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// A target that the server answers, for the requests around the cases; it replaces the target
    /// / of a case where that changes nothing else [default: /]
    #[arg(long, value_name = "P")]
    path: Option<String>,
    /// A Host that the server answers, for the requests around the cases; it replaces the Host of a
    /// case where that changes nothing else [default: a]
    #[arg(long, value_name = "H")]
    host: Option<String>,
    /// The family [default: http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = super::args::family)]
    family: Option<&'static Family>,
    /// The server is a proxy: test the demands on proxies too
    #[arg(long)]
    proxy: bool,
    /// The weakest broken demand that gives exit code 1
    #[arg(long, value_name = "FORCE", default_value = "must")]
    fail_on: FailOn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Failures with the bytes, then a table.
    Text,
    /// An object a line for each case.
    Json,
    /// JUnit XML, a case being a test.
    Junit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Must,
    Should,
}

pub fn run(args: ProbeArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = PROBE.chosen(args.family)?;
    let address = address(&args.target)?;
    for (option, value) in [("--path", &args.path), ("--host", &args.host)] {
        let fits =
            |value: &String| !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic());
        if value.as_ref().is_some_and(|value| !fits(value)) {
            bail!("{option}: give visible ASCII without spaces");
        }
    }
    let mut questions = questions(family, &args.only, console)?;
    for question in &mut questions {
        let input = &mut question.case.input;
        *input = adapt::adapt(family, input, args.path.as_deref(), args.host.as_deref());
    }
    let server = ProbedServer::new(
        address,
        args.path.unwrap_or_else(|| "/".to_owned()),
        args.host.unwrap_or_else(|| "a".to_owned()),
        Duration::from_millis(args.timeout),
    );
    let traits = Traits {
        role: if args.proxy {
            ServerRole::Proxy
        } else {
            ServerRole::Origin
        },
        ..server.calibrate()?
    };
    let jobs = usize::from(args.jobs);
    let report = Report {
        target: args.target.first().cloned().unwrap_or_default(),
        traits,
        answers: probe::run(family, &server, traits, &questions, jobs),
    };
    match &args.out {
        None => {
            let palette = console.palette;
            let text = write(args.format, &report, &palette)?;
            console.out.write_all(text.as_bytes())?;
        }
        Some(path) => {
            let text = write(args.format, &report, &Palette::PLAIN)?;
            let text = corpus::escape::display_multiline(&text);
            corpus::file::write_atomically(path, text.as_bytes())?;
        }
    }
    let weakest = match args.fail_on {
        FailOn::Must => Force::Must,
        FailOn::Should => Force::Should,
    };
    let inconclusive = report.with(ProbeVerdict::Inconclusive).count();
    if inconclusive == report.answers.len() {
        console.complain(&format_args!(
            "{}: {} inconclusive, and no other; nothing is known of the server",
            report.target,
            counted(inconclusive, "answer")
        ));
    }
    let mut failures = report.with(ProbeVerdict::Fail);
    let code = match failures.any(|answer| text::force(answer) >= weakest) {
        true => FOUND,
        false => CLEAN,
    };
    Ok(ExitCode::from(code))
}

/// The server's address. Bytes that no honest client sends go to this machine only, unless the user
/// says twice where they are to go.
fn address(target: &[String]) -> anyhow::Result<SocketAddr> {
    let (name, again) = match target {
        [name] => (name, None),
        [name, again] => (name, Some(again)),
        _ => bail!("name the server, HOST:PORT"),
    };
    if again.is_some_and(|again| again != name) {
        bail!("the two targets differ; a server that is not on this machine is named twice, alike");
    }
    let found = name.to_socket_addrs();
    let found = found.with_context(|| format!("{name}: no such server; name it as HOST:PORT"))?;
    let addresses: Vec<_> = found.collect();
    let is_here = addresses.iter().all(|address| address.ip().is_loopback());
    if !is_here && again.is_none() {
        bail!(
            "{name}: it is not on this machine; a probe sends malformed requests and may harm what shares the server. With the owner's leave, name it twice: misframe probe {name} {name}"
        );
    }
    let mut addresses = addresses.into_iter();
    addresses
        .next()
        .with_context(|| format!("{name}: it has no address"))
}

fn questions(
    family: &'static Family,
    only: &[String],
    console: &mut Console<'_>,
) -> anyhow::Result<Vec<ProbeQuestion>> {
    let mut questions = Vec::new();
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        match sample.case {
            Some(case) => questions.push(ProbeQuestion {
                file: sample.file,
                case,
            }),
            None => console.complain(&format_args!(
                "{}: it is no case, and says nothing of what is expected; write one",
                sample.file
            )),
        }
        Ok(())
    };
    let is_name = |only: &&String| !only.contains('/') && !only.ends_with(".toml");
    let (names, paths): (Vec<_>, Vec<_>) = only.iter().partition(is_name);
    for path in paths {
        source::each_sample(path.as_ref(), Some(family), console, &mut take)?;
    }
    if only.is_empty() {
        let corpus = corpus_folder()?.join(family.name);
        source::each_sample(&corpus, Some(family), console, &mut take)?;
    }
    for name in names {
        let path = corpus_folder()?
            .join(family.name)
            .join(format!("{name}.toml"));
        source::one_sample(&path, Some(family), console, &mut take)?;
    }
    if questions.is_empty() {
        bail!("there is no case to send");
    }
    Ok(questions)
}

fn write(format: Format, report: &Report, palette: &Palette) -> anyhow::Result<String> {
    Ok(match format {
        Format::Text => text::report(report, palette),
        Format::Json => {
            let mut lines = String::new();
            for line in json::lines(report) {
                lines.push_str(&corpus::escape::json(&line)?);
                lines.push('\n');
            }
            lines
        }
        Format::Junit => junit::report(report),
    })
}
