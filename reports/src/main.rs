//! The command `misframe`.

mod driver;

use std::process::ExitCode;

fn main() -> ExitCode {
    reports::cli::main(driver::run)
}
