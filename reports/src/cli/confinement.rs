//! The options that say what is confined.

use clap::Args;
use peers::confine::Policy;

/// What programs of others may do.
#[derive(Args)]
pub struct Confinement {
    /// Do not confine tools, workers, drivers and servers to their scratch folders: for a kernel that cannot
    #[arg(long, global = true)]
    pub unconfined: bool,
    /// Do not confine the commands that you name by cmd:COMMAND
    #[arg(long, global = true)]
    pub trust_peer: bool,
}

impl Confinement {
    pub fn policy(&self) -> Policy {
        Policy {
            is_unconfined: self.unconfined,
            trusts_commands: self.trust_peer,
        }
    }
}
