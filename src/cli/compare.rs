//! `hetu compare`: recorded runs beside each other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::cli::Outcome;
use crate::domain::compare::{Difference, Figure, Flooded, Spread, areas_m2, differences, figures};
use crate::domain::frame::Frame;
use crate::domain::recording::Course;
use crate::domain::scenario::Scenario;
use crate::io::outputs::{Comparison, write_comparison};
use crate::io::session::{SESSION_FILE, Session};

/// Compares runs at a time, by default the last that all have reached, and writes table and rasters to `out`.
pub(super) fn compare(runs: &[PathBuf], at_secs: Option<f64>, out: &Path) -> anyhow::Result<Outcome> {
    let sessions = runs.iter().map(|path| open(path)).collect::<anyhow::Result<Vec<Session>>>()?;
    let first = &sessions[0].scenario;
    for (session, path) in sessions.iter().zip(runs) {
        if session.scenario.terrain.grid != first.terrain.grid {
            bail!("{} lies on another grid than {}", path.display(), runs[0].display());
        }
    }
    let heads = sessions.iter().filter_map(|session| session.recording.head_secs());
    let head_secs = heads.fold(f64::INFINITY, f64::min);
    let at_secs = at_secs.unwrap_or(head_secs);
    if at_secs > head_secs {
        bail!("--at is {at_secs} s, allowed is at most {head_secs} s, which all runs have reached");
    }
    let frames: Vec<Arc<Frame>> =
        sessions.iter().zip(runs).map(|(s, path)| frame(s, path, at_secs)).collect::<Result<_, _>>()?;
    let comparison = Comparison {
        terrain: &first.terrain,
        names: names(runs),
        figures: sessions
            .iter()
            .map(|session| {
                figures(&common(first, &session.scenario), &Course::of(Arc::clone(&session.recording)), at_secs)
            })
            .collect(),
        depths_mm: frames.iter().map(|frame| frame.depth_mm.as_slice()).collect(),
    };
    write_comparison(out, &comparison)?;
    print!("{}", report(&comparison, at_secs));
    println!("results in {}", out.display());
    Ok(Outcome::Done)
}

fn open(path: &Path) -> anyhow::Result<Session> {
    let file = if path.is_dir() { path.join(SESSION_FILE) } else { path.to_owned() };
    Ok(Session::open(&file)?)
}

/// The frame of a time, or the last one before it.
fn frame(session: &Session, path: &Path, at_secs: f64) -> anyhow::Result<Arc<Frame>> {
    let index = session.recording.times().partition_point(|secs| *secs <= at_secs).checked_sub(1);
    let frame = index.and_then(|index| session.recording.frame(index));
    frame.with_context(|| format!("{} has no frame at or before {at_secs} s", path.display()))
}

/// A scenario with the stations of the first run, so that all runs have the same figures; those it lacks stay empty.
fn common<'s>(first: &'s Scenario, other: &'s Scenario) -> std::borrow::Cow<'s, Scenario> {
    let is_alike = first.gauges == other.gauges && first.sections == other.sections;
    if is_alike { std::borrow::Cow::Borrowed(other) } else { std::borrow::Cow::Borrowed(first) }
}

/// File or folder names, with the place behind where they repeat.
fn names(runs: &[PathBuf]) -> Vec<String> {
    let stem =
        |path: &PathBuf| path.file_stem().map_or_else(|| "run".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let stems: Vec<String> = runs.iter().map(stem).collect();
    let repeats = |name: &String| stems.iter().filter(|other| *other == name).count() > 1;
    stems.iter().zip(1..).map(|(name, n)| if repeats(name) { format!("{name}-{n}") } else { name.clone() }).collect()
}

/// What a person wants to know: areas, and the figures of the whole that differ.
fn report(comparison: &Comparison<'_>, at_secs: f64) -> String {
    let cell_m2 = comparison.terrain.grid.cell_area_m2();
    let mut text = format!("at T+{:.1} h: {}\n", at_secs / 3600.0, comparison.names.join(", "));
    let area = |label: &str, m2: f64| format!("  {label:<18} {:>10.2} km2\n", m2 / 1e6);
    if let [first, second] = comparison.depths_mm.as_slice() {
        let areas = areas_m2(&differences(first, second), cell_m2);
        // Dry cells are told by nobody.
        text.extend(Difference::ALL.iter().zip(areas).skip(1).map(|(of, m2)| area(of.label().en, m2)));
    } else {
        let areas = Spread::of(comparison.depths_mm.iter().copied()).areas_m2(cell_m2);
        text.extend(Flooded::ALL.iter().zip(areas).skip(1).map(|(of, m2)| area(of.label().en, m2)));
    }
    let lines = comparison.figures[0].iter().enumerate().filter(|(_, figure)| figure.of.en.is_empty());
    lines.fold(text, |text, (place, figure)| text + &figure_line(figure, place, comparison))
}

fn figure_line(figure: &Figure, place: usize, comparison: &Comparison<'_>) -> String {
    let value = |figures: &Vec<Figure>| figures.get(place).and_then(|figure| figure.value);
    let shown = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.0}"));
    let values: Vec<String> =
        comparison.figures.iter().map(|figures| format!("{:>16}", shown(value(figures)))).collect();
    format!("  {:<24} {} {}\n", figure.key, values.join(" "), figure.unit.symbol())
}
