//! `hetu check`: what a scenario is, without running it.

use std::path::Path;

use crate::cli::source::note_all;
use crate::cli::{Outcome, basins};
use crate::domain::river::channel::Segment;
use crate::domain::river::line::{ChannelLine, Dike};
use crate::domain::scenario::{BoundaryKind, Infiltration, Scenario, Series};
use crate::domain::swe::Solver;
use crate::io::scenario;

/// Validates a scenario and prints its size, time step estimate, memory and volumes.
pub(super) fn check(path: &Path) -> anyhow::Result<Outcome> {
    let loaded = scenario::load_with_notes(path)?;
    note_all(&loaded.notes);
    print!("{}", report(&loaded.scenario));
    Ok(Outcome::Done)
}

fn report(scenario: &Scenario) -> String {
    let grid = &scenario.terrain.grid;
    let n_inside = (0..grid.n_cells()).filter(|&i| scenario.terrain.is_inside(i)).count();
    let solver = Solver::new(scenario);
    let step_secs = solver.estimate_step_secs();
    let mut lines = vec![
        format!("{}  {} / {}", scenario.name, scenario.title.zh, scenario.title.en),
        format!("mode            {} {}", scenario.mode.label().zh, scenario.mode.label().en),
        format!("start           {}", scenario.start),
        format!("duration        {:.1} h", scenario.duration_secs / 3600.0),
        format!(
            "grid            {} x {} cells of {} m, {n_inside} inside the domain ({:.1} km2)",
            grid.n_cols,
            grid.n_rows,
            grid.cell_m,
            n_inside as f64 * grid.cell_area_m2() / 1e6
        ),
        format!(
            "map             {}",
            scenario.terrain.epsg.map_or_else(|| "no EPSG code".to_owned(), |code| format!("EPSG:{code}"))
        ),
        format!(
            "first step      {step_secs:.2} s, about {:.0} steps in all at this length",
            scenario.duration_secs / step_secs
        ),
        format!(
            "memory          about {:.0} MiB for the solver and the recording",
            scenario::estimate_memory_bytes(scenario) / (1024.0 * 1024.0)
        ),
        format!("water at start  {:.4} 1e8 m3", solver.budget().initial / 1e8),
        format!("water to come   {:.4} 1e8 m3 over boundaries and sources", inflow_volume_m3(scenario) / 1e8),
    ];
    lines.extend(scenario.rain.as_ref().map(|rain| {
        let volume_m3 = rain.volume_m3(&scenario.terrain, scenario.duration_secs);
        let depth_mm = volume_m3 / (n_inside as f64 * grid.cell_area_m2()) * 1e3;
        format!("rain to come    {:.4} 1e8 m3, {depth_mm:.1} mm over the domain", volume_m3 / 1e8)
    }));
    lines.extend(scenario.infiltration.map(|law| format!("infiltration    {}", infiltration_text(law))));
    lines.extend(scenario.channel.as_ref().map(|line| {
        let (n_segments, n_cells) = (line.segments.len(), line.cells.len());
        format!("channel         a line of {n_segments} segments on {n_cells} cells, {:.1} km", line.length_m() / 1e3)
    }));
    lines.extend(scenario.basins.iter().map(basins::described));
    lines.extend(scenario.channel.as_ref().and_then(dike_text));
    lines.extend(station_lines(scenario));
    lines.push("no fault found".to_owned());
    lines.join("\n") + "\n"
}

fn dike_text(line: &ChannelLine) -> Option<String> {
    let diked = || line.dikes.iter().zip(&line.segments).filter_map(|(dike, segment)| Some((dike.as_ref()?, segment)));
    let banks_km = diked().map(|(_, segment)| 2.0 * segment.length_m / 1e3).sum::<f64>();
    let over_lip_m = |(dike, segment): (&Dike, &Segment)| dike.fails_at_m - segment.bed_m - segment.section.lip_m();
    let least_m = diked().map(over_lip_m).reduce(f64::min)?;
    let most_m = diked().map(over_lip_m).reduce(f64::max)?;
    Some(format!("dikes           {banks_km:.0} km of bank, fail {least_m:.2} to {most_m:.2} m over the lip"))
}

fn infiltration_text(law: Infiltration) -> String {
    match law {
        Infiltration::Constant { mm_per_hour } => format!("{mm_per_hour} mm/h"),
        Infiltration::GreenAmpt { conductivity_mm_per_hour, suction_mm, moisture_deficit_frac } => format!(
            "Green and Ampt, conductivity {conductivity_mm_per_hour} mm/h, suction {suction_mm} mm, moisture deficit {moisture_deficit_frac}"
        ),
        Infiltration::Horton { initial_mm_per_hour, final_mm_per_hour, decay_per_hour } => format!(
            "Horton, from {initial_mm_per_hour} to {final_mm_per_hour} mm/h with a decay of {decay_per_hour} per hour"
        ),
    }
}

/// Bankfull discharge at each station: as published, and as it comes out of section, slope and roughness.
fn station_lines(scenario: &Scenario) -> Vec<String> {
    let Some(river) = &scenario.river else { return Vec::new() };
    river
        .stations
        .iter()
        .map(|station| {
            let figure = |q: Option<f64>| q.map_or_else(|| "unknown".to_owned(), |q| format!("{q:.0} m3/s"));
            format!(
                "bankfull at {}  published {}, of the section as built {}",
                station.id,
                figure(station.bankfull_published_m3s),
                figure(station.bankfull_model_m3s)
            )
        })
        .collect()
}

/// Water that discharge boundaries, sources and the basins' own inflow bring in over the run, m³.
fn inflow_volume_m3(scenario: &Scenario) -> f64 {
    let over_boundaries = scenario.boundaries.iter().filter_map(|b| match &b.kind {
        BoundaryKind::Discharge(series) => Some(series),
        _ => None,
    });
    let of_basins = scenario.basins.iter().filter_map(|basin| basin.inflow_m3s.as_ref());
    let over_sources = scenario.sources.iter().map(|s| &s.discharge_m3s);
    // The sum of nothing is −0.
    0.0 + over_boundaries
        .chain(over_sources)
        .chain(of_basins)
        .map(|series| integral(series, scenario.duration_secs))
        .sum::<f64>()
}

/// Integral of the positive part of a series from 0 to `until_secs`, by minutes.
fn integral(series: &Series, until_secs: f64) -> f64 {
    const STEP_SECS: f64 = 60.0;
    let mut sum = 0.0;
    let mut time_secs = 0.0;
    while time_secs < until_secs {
        let step = STEP_SECS.min(until_secs - time_secs);
        sum += series.at(time_secs + 0.5 * step).max(0.0) * step;
        time_secs += step;
    }
    sum
}
