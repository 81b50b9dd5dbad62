//! `hetu compare`: recorded runs, or the branches of one, beside each other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::cli::Outcome;
use crate::cli::source::{note_session, session_file};
use crate::domain::compare::{Difference, Figure, Flooded, Spread, areas_m2, differences, figures};
use crate::domain::frame::Frame;
use crate::domain::recording::Course;
use crate::domain::scenario::Scenario;
use crate::domain::worlds::BranchId;
use crate::io::outputs::{Comparison, write_comparison};
use crate::io::session::Session;

/// A run, or a branch of one.
struct Compared {
    name: String,
    path: PathBuf,
    scenario: Arc<Scenario>,
    course: Course,
}

/// Compares runs, or the branches of one, at a time, by default the last that all have reached, and writes table and
/// rasters to `out`.
pub(super) fn compare(runs: &[PathBuf], at_secs: Option<f64>, out: &Path) -> anyhow::Result<Outcome> {
    let all = match runs {
        [path] => branches_of(path)?,
        paths => paths.iter().zip(names(paths)).map(|(path, name)| root_of(path, name)).collect::<Result<_, _>>()?,
    };
    let first = &all[0];
    if let Some(other) = all.iter().find(|run| run.scenario.terrain.grid != first.scenario.terrain.grid) {
        bail!("{} lies on another grid than {}", other.path.display(), first.path.display());
    }
    let heads = all.iter().filter_map(|run| run.course.head_secs());
    let head_secs = heads.fold(f64::INFINITY, f64::min);
    let at_secs = at_secs.unwrap_or(head_secs);
    if at_secs > head_secs {
        bail!("--at is {at_secs} s, allowed is at most {head_secs} s, which all runs have reached");
    }
    let frames: Vec<Arc<Frame>> = all.iter().map(|run| frame(run, at_secs)).collect::<Result<_, _>>()?;
    let figures_of = |run: &Compared| figures(&common(&first.scenario, &run.scenario), &run.course, at_secs);
    let comparison = Comparison {
        terrain: &first.scenario.terrain,
        names: all.iter().map(|run| run.name.clone()).collect(),
        figures: all.iter().map(figures_of).collect(),
        depths_mm: frames.iter().map(|frame| frame.depth_mm.as_slice()).collect(),
    };
    write_comparison(out, &comparison)?;
    print!("{}", report(&comparison, at_secs));
    println!("results in {}", out.display());
    Ok(Outcome::Done)
}

fn open(path: &Path) -> anyhow::Result<Session> {
    let session = Session::open(&session_file(path))?;
    note_session(&session);
    Ok(session)
}

fn root_of(path: &Path, name: String) -> anyhow::Result<Compared> {
    let session = open(path)?;
    Ok(Compared { name, path: path.to_owned(), scenario: session.scenario, course: Course::of(session.recording) })
}

/// All branches of a session, each with its whole course.
fn branches_of(path: &Path) -> anyhow::Result<Vec<Compared>> {
    let session = open(path)?;
    let branches: Vec<Compared> = session.living().into_iter().filter_map(|id| branch_of(&session, id)).collect();
    if branches.len() < 2 {
        bail!("{} has no branches; name another run to lay beside it", path.display());
    }
    Ok(branches)
}

fn branch_of(session: &Session, id: BranchId) -> Option<Compared> {
    let name = session.worlds.branch(id).ok()?.name.clone();
    let (path, scenario) = (session.path().to_owned(), Arc::clone(&session.scenario));
    Some(Compared { name, path, scenario, course: session.course(id)? })
}

/// The frame of a time, or the last one before it.
fn frame(run: &Compared, at_secs: f64) -> anyhow::Result<Arc<Frame>> {
    let frame = run.course.bracket(at_secs).and_then(|moment| moment.recording.frame(moment.before));
    let frame = frame.filter(|frame| frame.time_secs <= at_secs);
    frame.with_context(|| format!("{} ({}) has no frame at or before {at_secs} s", run.path.display(), run.name))
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
