//! `hetu brief`: the briefing folder.

use std::path::Path;
use std::sync::Arc;

use crate::briefing;
use crate::cli::Outcome;
use crate::cli::progress::Progress;
use crate::cli::source::{self, Source};
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;

/// Writes the briefing of a scenario (which is computed first) or of a session.
pub(super) fn brief(path: &Path, out: &Path, language: Language) -> anyhow::Result<Outcome> {
    write(&source::open(path, true)?, out, language)
}

/// Writes the briefing of a scenario that is already in memory.
pub(super) fn brief_scenario(scenario: Scenario, out: &Path) -> anyhow::Result<Outcome> {
    write(&Source { scenario: Arc::new(scenario), session: None }, out, Language::Zh)
}

fn write(source: &Source, out: &Path, language: Language) -> anyhow::Result<Outcome> {
    let recording = source.recorded(None)?;
    let bar = Progress::new();
    let files =
        briefing::write(out, &source.scenario, &recording, &source.orders(), language, &mut |done_frac, what| {
            bar.set(done_frac, what);
        })?;
    bar.finish();
    println!("briefing: {}", files.page.display());
    Ok(Outcome::Done)
}
