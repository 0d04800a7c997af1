//! `misframe import`: traffic into cases.

use std::process::ExitCode;

use super::{Console, ImportArgs};

pub fn run(args: ImportArgs, _: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let _ = (args.files, args.out);
    anyhow::bail!("this build of misframe does not import")
}
