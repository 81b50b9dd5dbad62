//! Scenario files: the only way to a [`Scenario`].
//!
//! A file is parsed into a tree that knows its places ([`crate::io::ron_tree`]), then read part by part: each part
//! decodes, checks and resolves its keys onto the grid, and goes on after a fault, so that all faults are told at once.
//! Start reading at [`load`]; one file per part of the format, in the order of the format.

mod basins;
mod boundaries;
mod context;
mod corridor;
mod domain;
mod events;
mod exposure;
mod fault;
mod head;
mod hydrograph;
mod initial;
mod item;
mod memory;
mod observed;
mod orders;
mod peek;
mod points;
mod sediment;
mod site;
mod structures;
mod walls;
mod weather;

use std::path::Path;

pub use fault::{Fault, ScenarioError};
pub use orders::load_orders;

use crate::domain::river::line::ChannelLine;
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::io::files::Files;
use crate::io::ron_tree::{self, Node};
use context::Context;
use events::Walls;
use fault::Faults;
use hydrograph::Clock;
use initial::Beginning;
use item::{Item, whole_file};

/// A scenario, and what a user should know about how it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// Settings that were read but are not followed by this version, in English.
    pub notes: Vec<String>,
}

/// Reads, checks and resolves a scenario file and the files it names.
///
/// Paths in it are relative to it. Nothing is written.
///
/// # Errors
/// All faults of the file and of the files it names, each with its place.
pub fn load(path: &Path) -> Result<Scenario, ScenarioError> {
    load_with_notes(path).map(|loaded| loaded.scenario)
}

/// As [`load`], with the notes.
///
/// # Errors
/// As [`load`].
pub fn load_with_notes(path: &Path) -> Result<Loaded, ScenarioError> {
    load_from(Files::Disk, path)
}

/// Memory that a run of a scenario needs, bytes, with every frame recorded: the estimate that [`load`] refuses by.
pub fn estimate_memory_bytes(scenario: &Scenario) -> f64 {
    let n_cells = scenario.terrain.grid.n_cells() as f64;
    memory::Size::new(n_cells, scenario.duration_secs, scenario.output).needed_bytes()
}

/// As [`load_with_notes`], with texts from somewhere else than the disk.
pub(crate) fn load_from(files: Files, path: &Path) -> Result<Loaded, ScenarioError> {
    let mut cx = Context::new(files, path);
    let scenario = tree(files, path, &mut cx.faults).and_then(|tree| read(&tree, &mut cx));
    match scenario {
        Some(scenario) if cx.faults.is_empty() => Ok(Loaded { scenario, notes: cx.notes }),
        _ => Err(cx.faults.into_error()),
    }
}

/// A scenario from its text; `path` stands in messages and is what its paths are relative to.
///
/// # Errors
/// As [`load`].
pub fn read_text(path: &Path, text: &str) -> Result<Scenario, ScenarioError> {
    let mut cx = Context::new(Files::Disk, path);
    let scenario = parsed(text, &mut cx.faults).and_then(|tree| read(&tree, &mut cx));
    scenario.filter(|_| cx.faults.is_empty()).ok_or_else(|| cx.faults.into_error())
}

/// Name and title of a scenario file, without looking at the rest of it; `None` if it has none.
pub(crate) fn heading(text: &str) -> Option<(String, Bilingual)> {
    let tree = ron_tree::parse(text).ok()?;
    let mut faults = Faults::new(Path::new(""));
    let top = Item::new(&tree, "").record(&mut faults, KEYS)?;
    Some((head::name(&top, &mut faults)?, head::title(&top, &mut faults)?))
}

/// The tree of a file, or a fault that says why there is none.
fn tree(files: Files, path: &Path, faults: &mut Faults) -> Option<Node> {
    let text = match files.read_text(path) {
        Ok(text) => text,
        Err(error) => {
            faults.add(&whole_file(), format!("a file that cannot be read ({error})"), "a scenario file in UTF-8");
            return None;
        }
    };
    parsed(&text, faults)
}

fn parsed(text: &str, faults: &mut Faults) -> Option<Node> {
    match ron_tree::parse(text) {
        Ok(tree) => Some(tree),
        Err(fault) => {
            faults.add(&fault::Spot { at: fault.at, key: "syntax".to_owned() }, fault.found, fault.allowed);
            None
        }
    }
}

const KEYS: &[&str] = &[
    "version",
    "name",
    "title",
    "mode",
    "start",
    "duration_secs",
    "domain",
    "initial",
    "walls",
    "boundaries",
    "sources",
    "rain",
    "infiltration",
    "sediment",
    "events",
    "structures",
    "basins",
    "exposure",
    "gauges",
    "sections",
    "output",
    "numerics",
];

/// The whole scenario. `None` comes with at least one fault.
fn read(tree: &Node, cx: &mut Context) -> Option<Scenario> {
    let item = Item::new(tree, "");
    if item.record_name().is_some_and(|name| name != "Scenario") {
        return item.refuse(&mut cx.faults, "`Scenario(..)`");
    }
    // The keys of a newer version are not ours to judge: then its version is its one fault.
    let mut key_faults = Faults::new(&cx.file);
    let top = item.record(&mut key_faults, KEYS);
    if top.as_ref().is_some_and(|top| !head::version(top, &mut cx.faults)) {
        return None;
    }
    cx.faults.absorb(key_faults);
    let top = top?;
    let faults = &mut cx.faults;
    let (name, title, mode) = (head::name(&top, faults), head::title(&top, faults), head::mode(&top, faults));
    let (start, duration_secs) = (head::start(&top, faults), head::duration(&top, faults));
    cx.clock = start.zip(duration_secs).map(|(start, duration_secs)| Clock { start, duration_secs });
    let faults = &mut cx.faults;
    let output = head::output(&top, duration_secs, faults);
    let numerics = head::numerics(&top, cx);
    let plan = duration_secs.zip(output).map(|(duration_secs, output)| domain::Plan { duration_secs, output });
    let site = domain::read(&top, plan, start, cx);
    let site = site.as_ref();
    let (walls, wall_names) = walls::read(&top, site, cx);
    let (boundaries, are_all) = boundaries::read(&top, site, cx);
    let beginning = initial::read(&top, site, are_all.then_some(boundaries.as_slice()), cx);
    let sources = points::sources(&top, site, cx);
    let rain = weather::rain(&top, site, start.zip(duration_secs), cx);
    let infiltration = weather::infiltration(&top, cx);
    let sediment = sediment::read(&top, &boundaries, &sources, cx);
    let known_walls = Walls { read: &walls, named: &wall_names };
    let events = events::read(&top, &known_walls, site, cx);
    let structures = structures::read(&top, &known_walls, site, cx);
    let gauges = points::gauges(&top, site, cx);
    let mut sections = points::sections(&top, site, cx);
    let basins = basins::read(&top, site, start, &mut sections, cx);
    let (river, exposure) = exposure::read(&top, site, mode, cx);
    let site = site?;
    let Beginning { initial, line } = beginning?;
    Some(Scenario {
        name: name?,
        title: title?,
        mode: mode?,
        start: start?,
        duration_secs: duration_secs?,
        terrain: site.terrain().clone(),
        initial,
        walls,
        channel: site.line().map(|channel| ChannelLine { start: line, ..channel.clone() }),
        boundaries,
        sources,
        rain,
        infiltration,
        sediment,
        events,
        structures,
        basins,
        gauges,
        sections,
        output: output?,
        numerics,
        river,
        exposure,
    })
}
