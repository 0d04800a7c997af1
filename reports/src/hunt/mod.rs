//! The hunt: fuzz, minimise, record, report.

use std::path::PathBuf;
use std::process::ExitCode;

use parsers::Family;

/// What to hunt for, and for how long.
pub struct HuntOptions {
    /// The families; empty for all.
    pub families: Vec<&'static Family>,
    /// When to stop; none for never.
    pub seconds: Option<u64>,
    /// How many workers; none for as many as there are processors.
    pub jobs: Option<usize>,
    /// The folder to which findings are written, as cases, in one folder for each family.
    pub out: PathBuf,
}

/// Hunts.
///
/// # Errors
/// Always, so far.
pub fn run(_: &HuntOptions) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this build of misframe does not hunt")
}
