//! What `check` and `run` say of detention basins.

use crate::domain::frame::BasinReading;
use crate::domain::recording::RunResult;
use crate::domain::river::basin::{Basin, BasinGate, InletRule, LevelSkill, OutletRule};
use crate::domain::scenario::Scenario;

/// A basin before the run: water, gates, and how they are worked.
pub(super) fn described(basin: &Basin) -> String {
    let Basin { name, title, storage, level_m, inlets, outlets, flood_level_m, .. } = basin;
    let inlet = match &basin.inlet {
        InletRule::Closed => "closed".to_owned(),
        InletRule::Open => "open".to_owned(),
        InletRule::Discharge(series) => format!("at most {:.0} m3/s as given", series.max()),
        InletRule::Keep(limit) => format!("keeps {} at {:.0} m3/s", limit.station, limit.at_most_m3s),
    };
    let outlet = match &basin.outlet {
        OutletRule::Free => "free".to_owned(),
        OutletRule::Closed => "closed".to_owned(),
        OutletRule::Discharge(series) => format!("at most {:.0} m3/s as given", series.max()),
    };
    format!(
        "basin           {name} {} / {}: {level_m:.2} m, {:.4} 1e8 m3 (flood level {flood_level_m:.2} m); inlet{} {inlet}; outlet{} {outlet}",
        title.zh,
        title.en,
        storage.volume_m3(*level_m) / 1e8,
        gates(inlets),
        gates(outlets),
    )
}

fn gates(gates: &[BasinGate]) -> String {
    let gate = |gate: &BasinGate| format!(" {} {:.0} m3/s at {:.0} km", gate.name.en, gate.capacity_m3s, gate.km);
    if gates.is_empty() { " (none)".to_owned() } else { gates.iter().map(gate).collect::<Vec<_>>().join(",") }
}

/// What became of the basins; nothing without any.
pub(super) fn came_to(scenario: &Scenario, result: &RunResult) -> String {
    let basins = scenario.basins.iter().zip(&result.summary.basins).enumerate();
    basins.map(|(i, (basin, reading))| line(i, basin, reading, result)).collect()
}

fn line(place: usize, basin: &Basin, reading: &BasinReading, result: &RunResult) -> String {
    let BasinReading { level_m, highest_level_m, taken_m3, given_m3, joined_m3, .. } = reading;
    let took = format!(
        "basin           {}: level {level_m:.2} m, highest {highest_level_m:.2} m; took {:.4}, gave {:.4}, own inflow {:.4} 1e8 m3\n",
        basin.name,
        taken_m3 / 1e8,
        given_m3 / 1e8,
        joined_m3 / 1e8
    );
    let samples = result.recording.samples_from(0);
    let levels = samples.iter().filter_map(|sample| Some([sample.time_secs, sample.basins.get(place)?.level_m]));
    let beside = basin.level_skill(levels).map_or_else(String::new, |LevelSkill { n, mean_m, rms_m, largest_m }| {
        format!("  level beside {n} observed: {mean_m:+.2} m on average, {rms_m:.2} m rms, largest {largest_m:+.2} m\n")
    });
    took + &beside
}
