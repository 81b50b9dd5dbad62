//! Opening the window, or doing what can be done without one.
//!
//! The window runs in a process of its own: when its display or its driver goes away, the libraries below it end the
//! process without asking, and somebody must be left to say what happened.

use std::path::Path;

use crate::cli::Outcome;
use crate::cli::brief::brief_scenario;
use crate::io::library;

/// Where the briefing goes when there is no window to open.
const BRIEFING_DIR: &str = "hetu-briefing";

/// `hetu` alone: the window with the default scenario, or its briefing where no window can be had.
#[cfg(feature = "viewer")]
pub(super) fn open_default() -> anyhow::Result<Outcome> {
    match open(None)? {
        Opened::Closed => Ok(Outcome::Done),
        Opened::Impossible(missing) => brief_instead(&missing),
    }
}

/// `hetu` alone, built without a window: the briefing of the default scenario.
#[cfg(not(feature = "viewer"))]
pub(super) fn open_default() -> anyhow::Result<Outcome> {
    brief_instead("this program was built without the viewer (feature `viewer`)")
}

fn brief_instead(missing: &str) -> anyhow::Result<Outcome> {
    eprintln!("hetu: no window: {missing}");
    eprintln!("hetu: running the default scenario and writing its briefing to {BRIEFING_DIR} instead");
    brief_scenario(library::default_scenario()?, Path::new(BRIEFING_DIR))
}

/// How an attempt to open a window ended.
#[cfg(feature = "viewer")]
enum Opened {
    /// It was opened, and closed again by the operator.
    Closed,
    /// There can be none here: what is missing.
    Impossible(String),
}

/// `hetu view`: the window with a scenario or a session, or with the default scenario.
#[cfg(feature = "viewer")]
pub(super) fn view(path: Option<&Path>) -> anyhow::Result<Outcome> {
    match open(path)? {
        Opened::Closed => Ok(Outcome::Done),
        Opened::Impossible(missing) => anyhow::bail!("no window: {missing}"),
    }
}

#[cfg(feature = "viewer")]
use process::open;

#[cfg(feature = "viewer")]
mod process {
    use std::path::Path;
    use std::process::Command;
    use std::sync::Arc;

    use anyhow::Context as _;

    use super::Opened;
    use crate::app;
    use crate::cli::source;
    use crate::io::library;

    /// Set for the process that holds the window.
    const INNER: &str = "HETU_WINDOW_PROCESS";

    /// Exit code of that process when it has said itself why it could not run.
    const SAID: i32 = 2;

    /// Opens the window in a process of its own and waits until it is closed.
    pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Opened> {
        if std::env::var_os(INNER).is_some() {
            return run_here(path);
        }
        if let Err(missing) = app::check_window() {
            return Ok(Opened::Impossible(missing));
        }
        let program = std::env::current_exe().context("the program does not find itself")?;
        let mut command = Command::new(program);
        if let Some(path) = path {
            command.arg("view").arg(path);
        }
        let status = command.env(INNER, "1").status().context("the window's process could not be started")?;
        match status.code() {
            Some(0) => Ok(Opened::Closed),
            Some(SAID) => anyhow::bail!("the window was not opened"),
            _ => anyhow::bail!("{} ({status})", app::WINDOW_ADVICE),
        }
    }

    fn run_here(path: Option<&Path>) -> anyhow::Result<Opened> {
        let source = if let Some(path) = path {
            let opened = source::open(path, false)?;
            opened.session.map_or_else(|| app::Source::Scenario(opened.scenario), app::Source::Session)
        } else {
            app::Source::Scenario(Arc::new(library::default_scenario()?))
        };
        app::run_window(Some(source)).map_err(anyhow::Error::msg)?;
        Ok(Opened::Closed)
    }
}
