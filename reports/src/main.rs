//! The command `misframe`.

use std::process::ExitCode;

fn main() -> ExitCode {
    reports::cli::main()
}
