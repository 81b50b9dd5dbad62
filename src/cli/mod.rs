//! The command line: the only place that prints and chooses exit codes.
//!
//! Exit codes: 0 done; 1 ran, but a check failed (volume budget, contained cells); 2 could not run.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the layer that prints")]

mod args;
mod basins;
mod bench;
mod bench_forks;
#[cfg(feature = "viewer")]
mod bench_frames;
mod bench_session;
mod brief;
mod check;
mod compare;
mod plain;
mod progress;
mod replay;
mod run;
mod sediment;
mod sessions;
#[cfg(feature = "viewer")]
mod shot;
mod skill;
mod source;
mod twin;
mod verify;
mod window;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, CommandArgs};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Done,
    /// It ran, but a check failed.
    CheckFailed,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args = Args::parse();
    match dispatch(args) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::CheckFailed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("hetu: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Lets the core's messages reach standard error; in the window's process Bevy's log does that.
fn log_to_stderr() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new("error,hetu=warn"));
    let set = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    debug_assert!(set.is_ok(), "the log is set up once");
}

fn dispatch(args: Args) -> anyhow::Result<Outcome> {
    if opens_no_window(args.command.as_ref()) {
        log_to_stderr();
    }
    match args.command {
        None => window::open_default(),
        #[cfg(feature = "viewer")]
        Some(CommandArgs::View { source }) => window::view(source.as_deref()),
        Some(CommandArgs::Check { scenario }) => check::check(&scenario),
        Some(CommandArgs::Run { scenario, out, until, threads, json, checkpoint_every, from, orders, cache }) => {
            let options = run::Options {
                until_secs: until,
                threads,
                json,
                checkpoint_every_secs: checkpoint_every,
                from,
                orders,
                cache_mib: cache as usize,
            };
            run::run(&scenario, &out, &options)
        }
        #[cfg(feature = "viewer")]
        Some(CommandArgs::Shot(shot)) => shot::shot(&shot),
        Some(CommandArgs::Brief { source, out, lang }) => brief::brief(&source, &out, lang.into()),
        Some(CommandArgs::Compare { runs, out, at }) => compare::compare(&runs, at, &out),
        Some(CommandArgs::Replay { session, scenario, branch, threads }) => {
            replay::replay(&session, scenario.as_deref(), branch.as_deref(), threads)
        }
        Some(CommandArgs::Sessions) => sessions::sessions(),
        Some(CommandArgs::Verify(args)) => verify::verify(&args),
        Some(CommandArgs::Twin(args)) if args.plain => plain::plain(&args),
        Some(CommandArgs::Twin(args)) => twin::twin(&args),
        #[cfg(feature = "viewer")]
        Some(CommandArgs::Bench { frames: Some(scenario), size, until, json, .. }) => {
            bench_frames::bench_frames(&scenario, size, until, json)
        }
        Some(CommandArgs::Bench { session: Some(session), json, .. }) => bench_session::bench_session(&session, json),
        Some(CommandArgs::Bench { forks: Some(scenario), orders: Some(orders), until, threads, json, .. }) => {
            bench_forks::bench_forks(&scenario, &orders, until, threads, json)
        }
        Some(CommandArgs::Bench { cells, threads, json, .. }) => bench::bench(cells, threads, json),
    }
}

fn opens_no_window(command: Option<&CommandArgs>) -> bool {
    match command {
        None => !cfg!(feature = "viewer"),
        #[cfg(feature = "viewer")]
        Some(CommandArgs::View { .. }) => false,
        Some(_) => true,
    }
}
