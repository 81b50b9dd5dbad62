//! `hetu twin --plain`: runs of the river with its plain beside published extents, classes and readings.

use std::sync::Arc;

use serde::Serialize;
use time::format_description::well_known::Rfc3339;

use crate::cli::Outcome;
use crate::cli::args::{PlainPart, TwinArgs};
use crate::cli::run::{compute, outcome};
use crate::domain::geo::corridor::RiverTables;
use crate::domain::recording::Recording;
use crate::domain::river::observed::Quantity;
use crate::domain::river::twin::{
    ClassRow, Crest, Evidence, ExtentRow, Flood, PeakRow, RATING_DISCHARGES_M3S, RATING_YEARS, StageRow,
    class_markdown, class_row, crest, extent_markdown, extent_row, peak_markdown, ratings, run_crest, stage_markdown,
    stage_row,
};
use crate::domain::scenario::Scenario;
use crate::engine::EngineSettings;
use crate::io::{observed, river, twin, twin_plain};

/// Years of the bed that classes of flood run on; that of the plans is not known.
const CLASS_EPOCHS: [u16; 2] = [2002, 2021];
/// Years of the bed for published extents, whose own is not known: a small bankfull discharge and a large one.
const EXTENT_EPOCHS: [u16; 2] = [2002, 2021];
/// Grids for published extents: cell size, m, and whether the channel is a line.
const EXTENT_GRIDS: [(f64, bool); 2] = [(500.0, true), (200.0, false)];
/// Classes up to this also run as a constant discharge, m³/s: such floods last as long as the reservoirs let them.
const CONSTANT_TO_M3S: f64 = 8000.0;
/// Crests in the first hours are those of the initial state, s.
const SETTLED_SECS: f64 = 21_600.0;

/// Everything, for `--json`; what was not asked for is empty.
#[derive(Default, Serialize)]
struct Report {
    extents: Vec<ExtentRow>,
    classes: Vec<ClassRow>,
    peaks: Vec<PeakRow>,
    stages: Vec<StageRow>,
}

/// The runs of a command: what they run with, and whether all of them kept their budgets.
struct Runs {
    settings: EngineSettings,
    outcome: Outcome,
}

impl Runs {
    fn run(&mut self, scenario: Scenario) -> anyhow::Result<(Arc<Scenario>, Arc<Recording>)> {
        let scenario = Arc::new(scenario);
        let result = compute(&scenario, &self.settings, None)?;
        if outcome(&result.summary) == Outcome::CheckFailed {
            self.outcome = Outcome::CheckFailed;
        }
        Ok((scenario, result.recording))
    }
}

/// Carries out the runs of the parts asked for, all if none is named, and prints their tables.
pub(super) fn plain(options: &TwinArgs) -> anyhow::Result<Outcome> {
    let settings = EngineSettings { threads: options.threads.unwrap_or(0).into(), beside_window: false };
    let mut runs = Runs { settings, outcome: Outcome::Done };
    let tables = river::tables()?;
    let wants = |part: PlainPart| options.part.is_empty() || options.part.contains(&part);
    let mut report = Report::default();
    if wants(PlainPart::Extents) {
        report.extents = extents(&mut runs)?;
    }
    if wants(PlainPart::Classes) {
        report.classes = classes(&tables, &mut runs)?;
    }
    if wants(PlainPart::Peaks) {
        report.peaks = peaks(&tables, &mut runs)?;
    }
    if wants(PlainPart::Stages) {
        report.stages = stages(&tables, &mut runs)?;
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(runs.outcome);
    }
    for (part, note, text) in [
        (PlainPart::Extents, EXTENTS, extent_markdown(&report.extents)),
        (PlainPart::Classes, CLASSES, class_markdown(&report.classes)),
        (PlainPart::Peaks, PEAKS, peak_markdown(&report.peaks)),
        (PlainPart::Stages, STAGES, stage_markdown(&report.stages)),
    ] {
        if wants(part) {
            println!("{note}\n\n{text}");
        }
    }
    Ok(runs.outcome)
}

fn extents(runs: &mut Runs) -> anyhow::Result<Vec<ExtentRow>> {
    let mut rows = Vec::new();
    for published in twin_plain::published_extents()? {
        for epoch in EXTENT_EPOCHS {
            for (cell_m, has_line) in EXTENT_GRIDS {
                let reach = twin_plain::jiahetan_to_gaocun(cell_m, has_line, epoch);
                let (scenario, recording) =
                    runs.run(twin_plain::constant(reach, published.discharge_m3s, twin_plain::EXTENT_DAYS)?)?;
                rows.extend(extent_row(&published, &scenario, &recording, epoch));
            }
        }
    }
    Ok(rows)
}

fn classes(tables: &RiverTables, runs: &mut Runs) -> anyhow::Result<Vec<ClassRow>> {
    let plans = twin_plain::classes()?;
    let mut peaks_m3s: Vec<f64> = plans.iter().map(|plan| plan.discharge_m3s).collect();
    peaks_m3s.sort_by(f64::total_cmp);
    peaks_m3s.dedup();
    let mut rows = Vec::new();
    for (peak_m3s, epoch) in peaks_m3s.into_iter().flat_map(|peak| CLASS_EPOCHS.map(|epoch| (peak, epoch))) {
        let reach = twin_plain::whole_river(124.0, epoch);
        let mut shapes = vec![(twin_plain::CLASS_SHAPE, twin_plain::class_flood(peak_m3s, epoch)?)];
        if peak_m3s <= CONSTANT_TO_M3S {
            shapes.push(("constant", twin_plain::constant(reach, peak_m3s, twin_plain::STEADY_DAYS)?));
        }
        for (shape, scenario) in shapes {
            let (scenario, recording) = runs.run(scenario)?;
            for plan in plans.iter().filter(|plan| (plan.discharge_m3s - peak_m3s).abs() < 1.0) {
                let is_there = |id: &str| tables.units.iter().any(|u| u.id == id && u.province == plan.province);
                rows.extend(class_row(plan, (shape, epoch), &scenario, &recording, is_there));
            }
        }
    }
    Ok(rows)
}

fn peaks(tables: &RiverTables, runs: &mut Runs) -> anyhow::Result<Vec<PeakRow>> {
    let floods = twin::floods(tables)?;
    let mut rows = Vec::new();
    for flood in &floods {
        let scenario = match flood.name.as_str() {
            "1996-08" => twin_plain::flood_of_1996()?,
            "2021-autumn" => autumn_of_2021()?,
            _ => continue,
        };
        let (scenario, recording) = runs.run(scenario)?;
        rows.extend(peak_rows(flood, tables, &scenario, &recording)?);
    }
    Ok(rows)
}

fn autumn_of_2021() -> anyhow::Result<Scenario> {
    const NAME: &str = "2021-autumn";
    let windows = observed::windows()?;
    let window = windows.iter().find(|window| window.name == NAME);
    let window = window.ok_or_else(|| anyhow::anyhow!("no window {NAME}"))?;
    let duration_secs = (window.to - window.from).as_seconds_f64();
    Ok(twin_plain::window(NAME, window.from.format(&Rfc3339)?, duration_secs, 2021)?)
}

fn peak_rows(
    flood: &Flood,
    tables: &RiverTables,
    scenario: &Scenario,
    recording: &Recording,
) -> anyhow::Result<Vec<PeakRow>> {
    let routed = flood.route(tables)?;
    let row = |(station, series): (&crate::domain::river::twin::FloodStation, &Vec<[f64; 2]>)| {
        let observed = match &station.evidence {
            Evidence::Peak(peak) => Some(Crest { discharge_m3s: peak.discharge_m3s, time_h: peak.time_secs / 3600.0 }),
            Evidence::Series(series) => crest(series.values(Quantity::Discharge).into_iter(), 0.0),
        };
        Some(PeakRow {
            flood: flood.name.clone(),
            station: station.id.clone(),
            observed: observed?,
            routed: crest(series.iter().copied(), SETTLED_SECS)?,
            run: run_crest(scenario, recording, &station.id, SETTLED_SECS)?,
        })
    };
    let downstream = flood.stations.iter().zip(&routed).filter(|(station, _)| !station.is_inflow);
    Ok(downstream.filter_map(row).collect())
}

fn stages(tables: &RiverTables, runs: &mut Runs) -> anyhow::Result<Vec<StageRow>> {
    let known = ratings(tables, &twin::floods(tables)?)?;
    let mut rows = Vec::new();
    for year in RATING_YEARS {
        for discharge_m3s in RATING_DISCHARGES_M3S {
            let reach = twin_plain::whole_river(2.0, year);
            let (scenario, recording) =
                runs.run(twin_plain::constant(reach, discharge_m3s, twin_plain::STEADY_DAYS)?)?;
            let own = known.iter().filter(|row| row.year == year && (row.discharge_m3s - discharge_m3s).abs() < 1.0);
            rows.extend(own.filter_map(|rating| stage_row(rating, &scenario, &recording)));
        }
    }
    Ok(rows)
}

const EXTENTS: &str = "Wet area between Jiahetan and Gaocun at constant discharges for 8 days, from 0.05 m on. The study's bed and \
whether it counts the channel are not known, so two beds are shown, and the area without and with the channel.";

const CLASSES: &str = "Floodplain under water by class of the flood at Huayuankou, at any time of the run, from 0.15 m on, beside the \
plans of the provinces for the use of their floodplains. The whole river from 124 to 800 km on cells of 500 m, the \
channel a line, on the beds of two years, for that of the plans is not known. Shape: the reconstructed hydrograph of July 1958 scaled to the peak, or a constant \
discharge for 15 days. Neither basins nor breaches are in it. Villages, people and farmland are provincial totals \
shared out to a schematic register (演示参数), and so cannot exceed them: 1.25 and 0.65 million people; the plans have \
more land under water than these totals have floodplain. Nothing was fitted to the plans. Loss with its range; the \
crop is that of August.";

const PEAKS: &str = "Peaks by routing in one dimension and by runs with the plain (cells of 500 m, channel a line), published roughness, \
the same inflows. Hours are after the start of the inflows. Observed: for 1996 the published peaks, for 2021 the \
largest reading of 08:00.";

const STAGES: &str = "Stage after 15 days of a constant discharge at the upper end (2 to 800 km, cells of 500 m, channel a line, \
published roughness), beside uniform flow in the section, the steady line of the channel alone, and readings.";
