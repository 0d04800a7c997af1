//! The command `misframe`.

use std::process::ExitCode;

use corpus::built_in::{self, BuiltIn};

/// The cases and the learned dialects of the repository.
static FILES: BuiltIn = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

fn main() -> ExitCode {
    built_in::provide(&FILES);
    cli::main()
}
