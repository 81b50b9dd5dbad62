//! The `hetu` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    hetu::cli::main()
}
