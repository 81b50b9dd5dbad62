//! Opening the window, or doing what can be done without one.

use std::path::Path;

use crate::cli::Outcome;
use crate::cli::brief::brief_scenario;
use crate::io::library;

/// Where the briefing goes when there is no window to open.
const BRIEFING_DIR: &str = "hetu-briefing";

/// `hetu` alone: the window with the default scenario, or its briefing where no window can be had.
pub(super) fn open_default() -> anyhow::Result<Outcome> {
    let scenario = library::default_scenario()?;
    let missing = match open(scenario.clone()) {
        Ok(outcome) => return Ok(outcome),
        Err(missing) => missing,
    };
    eprintln!("hetu: no window: {missing}");
    eprintln!("hetu: running the default scenario and writing its briefing to {BRIEFING_DIR} instead");
    brief_scenario(scenario, Path::new(BRIEFING_DIR))
}

/// The window, or what is missing for one.
#[cfg(feature = "viewer")]
fn open(scenario: crate::domain::scenario::Scenario) -> Result<Outcome, String> {
    crate::app::check_window()?;
    let source = crate::app::Source { scenario: std::sync::Arc::new(scenario), recording: None };
    crate::app::run_window(Some(source)).map(|()| Outcome::Done)
}

/// The window, or what is missing for one.
#[cfg(not(feature = "viewer"))]
fn open(_scenario: crate::domain::scenario::Scenario) -> Result<Outcome, String> {
    Err("this program was built without the viewer (feature `viewer`)".to_owned())
}

/// `hetu view`: the window with a scenario or a session, or with the default scenario.
#[cfg(feature = "viewer")]
pub(super) fn view(path: Option<&Path>) -> anyhow::Result<Outcome> {
    use crate::cli::source;

    let source = match path {
        Some(path) => {
            let opened = source::open(path)?;
            crate::app::Source { scenario: opened.scenario, recording: opened.recording }
        }
        None => crate::app::Source { scenario: std::sync::Arc::new(library::default_scenario()?), recording: None },
    };
    crate::app::check_window().and_then(|()| crate::app::run_window(Some(source))).map_err(anyhow::Error::msg)?;
    Ok(Outcome::Done)
}
