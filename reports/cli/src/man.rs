//! `misframe man`: the pages for man, from the definition that `--help` has.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use super::{CLEAN, Console};

#[derive(Args)]
pub struct ManArgs {
    /// The folder for the pages [default: print the first one]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

pub fn run(
    args: &ManArgs,
    command: clap::Command,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    match &args.out {
        Some(out) => {
            let wrong = || format!("cannot write the pages to {}", out.display());
            std::fs::create_dir_all(out).with_context(wrong)?;
            clap_mangen::generate_to(command, out).with_context(wrong)?;
        }
        None => clap_mangen::Man::new(command).render(console.out)?,
    }
    Ok(ExitCode::from(CLEAN))
}
