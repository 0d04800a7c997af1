//! The options that say what is confined.

use ::peers::confine::{self, ConfinementPolicy};
use clap::Args;

use super::Console;

/// What programs of others may do.
#[derive(Args)]
pub struct Confinement {
    /// Do not confine tools, workers, drivers and servers to their scratch folders, for a kernel
    /// that cannot
    #[arg(long, global = true)]
    pub unconfined: bool,
    /// Do not confine the commands that you name by cmd:COMMAND
    #[arg(long, global = true)]
    pub trust_peer: bool,
}

impl Confinement {
    /// Sets it for this process, and says on stderr that nothing is confined.
    pub fn set(&self, is_silent: bool, console: &mut Console<'_>) {
        confine::set(ConfinementPolicy {
            is_unconfined: self.unconfined,
            trusts_commands: self.trust_peer,
        });
        if self.unconfined && !is_silent {
            console.note(
                "unconfined: programs that read hostile bytes may do whatever you may, outside their scratch folders too",
            );
        }
    }
}
