//! What runs of the river with its plain give, beside what was published of them.

use serde::Serialize;

use super::rating::RatingRow;
use crate::domain::geo::polyline::Polyline;
use crate::domain::impact::{self, MAXIMUM_EXTENT, UnitLoss};
use crate::domain::recording::Recording;
use crate::domain::river::{LandClass, River};
use crate::domain::scenario::Scenario;

/// A cell is wet from this depth on, mm: as in every field of a run.
const WET_MM: u16 = 50;

/// The extent of a flood of constant discharge as a study has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishedExtent {
    /// Author and year.
    pub study: String,
    /// Codes of the stations that it lies between.
    pub stations: [String; 2],
    /// Discharge, m³/s.
    pub discharge_m3s: f64,
    /// Flooded area, km².
    pub area_km2: f64,
}

/// What the plan of a province expects under water by class of the flood at Huayuankou.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassFigures {
    /// Province.
    pub province: String,
    /// Peak at Huayuankou, m³/s.
    pub discharge_m3s: f64,
    /// Flooded floodplain, 10⁴ mu.
    pub area_wan_mu: f64,
    /// Flooded farmland, 10⁴ mu.
    pub farmland_wan_mu: f64,
    /// People on flooded ground, 10⁴, where it is told.
    pub people_flooded_wan: Option<f64>,
    /// People on flooded ground or surrounded by water, 10⁴.
    pub people_involved_wan: f64,
    /// Villages with water in them.
    pub villages_flooded: f64,
    /// Villages with water round them.
    pub villages_surrounded: f64,
    /// Loss, 10⁸ yuan, where it is told.
    pub loss_yi: Option<f64>,
}

/// Wet area between two stations at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Extent {
    /// Floodplain under at least 0.05 m, km².
    pub floodplain_km2: f64,
    /// Channel, km²: its cells, or as a line its width at the lip times its length.
    pub channel_km2: f64,
}

/// Wet area of a run of constant discharge beside a published one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtentRow {
    /// What it is beside.
    pub published: PublishedExtent,
    /// Year of the bed.
    pub epoch: u16,
    /// Cell size, m.
    pub cell_m: f64,
    /// Whether the channel is a line.
    pub has_line: bool,
    /// At the end.
    pub extent: Extent,
    /// Floodplain wet a day before the end, km².
    pub day_before_km2: f64,
    /// When nine tenths of the last floodplain were wet, h.
    pub nearly_full_h: f64,
}

/// What a run of a class of flood puts under water in a province, beside its plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassRow {
    /// What it is beside.
    pub plan: ClassFigures,
    /// How the discharge runs in time.
    pub shape: &'static str,
    /// Year of the bed.
    pub epoch: u16,
    /// Flooded floodplain, 10⁴ mu, at any time of the run.
    pub area_wan_mu: f64,
    /// Flooded farmland, 10⁴ mu.
    pub farmland_wan_mu: f64,
    /// People in villages with water in them, 10⁴.
    pub people_entered_wan: f64,
    /// People in villages with water in them or round them, 10⁴.
    pub people_wan: f64,
    /// Villages with water in them.
    pub villages_entered: f64,
    /// Villages with water round them.
    pub villages_surrounded: f64,
    /// Loss, 10⁸ yuan: low, middle, high.
    pub loss_yi: [f64; 3],
}

/// A peak: discharge (m³/s) and time (h after the start of the run).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Crest {
    /// Discharge, m³/s.
    pub discharge_m3s: f64,
    /// Time, h.
    pub time_h: f64,
}

/// The peak of a flood at a station: observed, routed in one dimension, and of the run with the plain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeakRow {
    /// Name of the flood.
    pub flood: String,
    /// Code of the station.
    pub station: String,
    /// Observed; for readings the largest of them.
    pub observed: Crest,
    /// By routing in one dimension.
    pub routed: Crest,
    /// With the plain in two dimensions.
    pub run: Crest,
}

/// Stage of a station at a discharge of the whole river, beside the other ways to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageRow {
    /// By the section and the line alone, and observed.
    pub rating: RatingRow,
    /// Stage at the end of the run, m.
    pub stage_m: f64,
    /// How much it moved in the last day, m.
    pub day_m: f64,
    /// Discharge through the station at the end, m³/s.
    pub discharge_m3s: f64,
}

/// Which cells lie between two chainages, by the nearest point of the course.
fn cells_between(scenario: &Scenario, river: &River, km: [f64; 2]) -> Option<Vec<usize>> {
    let grid = &scenario.terrain.grid;
    let course = Polyline::new(river.centreline.clone())?;
    let along_m = |km: f64| {
        let after = river.chainage_km.partition_point(|at| *at <= km).clamp(1, river.chainage_km.len() - 1);
        let [a, b] = [river.chainage_km[after - 1], river.chainage_km[after]];
        let [from, to] = [course.along_m()[after - 1], course.along_m()[after]];
        from + (km - a) / (b - a) * (to - from)
    };
    let between = along_m(km[0])..along_m(km[1]);
    let lies_there = |cell: &usize| {
        let (row, col) = grid.row_col(*cell);
        between.contains(&course.nearest(grid.center_map(row, col)).along_m)
    };
    Some((0..grid.n_cells()).filter(|cell| scenario.terrain.is_inside(*cell)).filter(lies_there).collect())
}

/// Floodplain wet in every frame, km², and the extent of the last, between two chainages; `None` without a river.
pub fn extents(scenario: &Scenario, recording: &Recording, km: [f64; 2]) -> Option<(Vec<[f64; 2]>, Extent)> {
    let river = scenario.river.as_ref()?;
    let cells = cells_between(scenario, river, km)?;
    let cell_km2 = scenario.terrain.grid.cell_area_m2() / 1e6;
    let of = |class: LandClass| -> Vec<usize> {
        cells.iter().copied().filter(|cell| river.class_of_cell[*cell] == class).collect()
    };
    let plain = of(LandClass::Floodplain);
    let frames = (0..recording.n_frames()).filter_map(|number| recording.frame(number));
    let wet = |depth_mm: &[u16]| plain.iter().filter(|cell| depth_mm[**cell] >= WET_MM).count() as f64 * cell_km2;
    let floodplain: Vec<[f64; 2]> = frames.map(|frame| [frame.time_secs, wet(&frame.depth_mm)]).collect();
    let channel_km2 = match &scenario.channel {
        None => of(LandClass::Channel).len() as f64 * cell_km2,
        Some(line) => {
            let between = line.segments.iter().zip(line.chainage_km.windows(2));
            let inside = between.filter(|(_, ends)| (km[0]..km[1]).contains(&(0.5 * (ends[0] + ends[1]))));
            inside.map(|(s, _)| s.section.top_width_m(s.section.lip_m()) * s.length_m / 1e6).sum()
        }
    };
    let floodplain_km2 = floodplain.last()?[1];
    Some((floodplain, Extent { floodplain_km2, channel_km2 }))
}

/// A run of constant discharge beside a published extent; `None` where a station is not in the run.
pub fn extent_row(
    published: &PublishedExtent,
    scenario: &Scenario,
    recording: &Recording,
    epoch: u16,
) -> Option<ExtentRow> {
    let stations = &scenario.river.as_ref()?.stations;
    let km_of = |id: &String| stations.iter().find(|station| station.id == *id).map(|station| station.chainage_km);
    let km = [km_of(&published.stations[0])?, km_of(&published.stations[1])?];
    let (floodplain, extent) = extents(scenario, recording, km)?;
    let last_secs = floodplain.last()?[0];
    let day_before = floodplain.iter().rev().find(|at| at[0] <= last_secs - 86_400.0)?;
    let nearly_full = floodplain.iter().find(|at| at[1] >= 0.9 * extent.floodplain_km2)?;
    Some(ExtentRow {
        published: published.clone(),
        epoch,
        cell_m: scenario.terrain.grid.cell_m,
        has_line: scenario.channel.is_some(),
        extent,
        day_before_km2: day_before[1],
        nearly_full_h: nearly_full[0] / 3600.0,
    })
}

/// A run of a class of flood beside the plan of a province. `is_there` says which units, by their codes, lie in it.
pub fn class_row(
    plan: &ClassFigures,
    (shape, epoch): (&'static str, u16),
    scenario: &Scenario,
    recording: &Recording,
    is_there: impl Fn(&str) -> bool,
) -> Option<ClassRow> {
    let river = scenario.river.as_ref()?;
    let moments = impact::loss_moments(scenario, recording);
    let all = moments.iter().find(|moment| moment.id == MAXIMUM_EXTENT)?;
    let own = river.units.iter().zip(&all.units).filter(|(unit, _)| is_there(&unit.id));
    let all = impact::total(own.map(|(_, loss)| loss));
    let UnitLoss { area_m2, farmland_m2, people, people_entered, villages_entered, villages_surrounded, .. } = all;
    Some(ClassRow {
        plan: plan.clone(),
        shape,
        epoch,
        area_wan_mu: impact::farmland_wan_mu(area_m2),
        farmland_wan_mu: impact::farmland_wan_mu(farmland_m2),
        people_entered_wan: people_entered / 1e4,
        people_wan: people / 1e4,
        villages_entered,
        villages_surrounded,
        loss_yi: all.loss_cny().map(|yuan| yuan / 1e8),
    })
}

/// Crest of a series of (s, m³/s) from a time on; `None` if it is empty there.
pub fn crest(series: impl Iterator<Item = [f64; 2]>, from_secs: f64) -> Option<Crest> {
    let after = series.filter(|point| point[0] >= from_secs);
    let top = after.reduce(|best, point| if point[1] > best[1] { point } else { best })?;
    Some(Crest { discharge_m3s: top[1], time_h: top[0] / 3600.0 })
}

/// Crest of the discharge through the section of a station of a run, from a time on.
pub fn run_crest(scenario: &Scenario, recording: &Recording, station: &str, from_secs: f64) -> Option<Crest> {
    let at = scenario.sections.iter().position(|section| section.name == station)?;
    let samples = recording.samples_from(0);
    crest(samples.iter().map(|sample| [sample.time_secs, sample.sections[at].discharge_m3s]), from_secs)
}

/// Stage of a rating's station at the end of a run, beside the rating; `None` where the run does not have the station.
pub fn stage_row(rating: &RatingRow, scenario: &Scenario, recording: &Recording) -> Option<StageRow> {
    let gauge = scenario.gauges.iter().position(|gauge| gauge.name == rating.station)?;
    let section = scenario.sections.iter().position(|section| section.name == rating.station)?;
    let samples = recording.samples_from(0);
    let last = samples.last()?;
    let before = samples.iter().rev().find(|sample| sample.time_secs <= last.time_secs - 86_400.0)?;
    Some(StageRow {
        rating: rating.clone(),
        stage_m: last.gauges[gauge].stage_m,
        day_m: last.gauges[gauge].stage_m - before.gauges[gauge].stage_m,
        discharge_m3s: last.sections[section].discharge_m3s,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crest_is_the_first_largest_value_from_a_time_on() {
        let series = [[0.0, 9.0], [3600.0, 2.0], [7200.0, 5.0], [10_800.0, 5.0], [14_400.0, 1.0]];
        let found = crest(series.into_iter(), 1.0).unwrap();
        assert_eq!(found, Crest { discharge_m3s: 5.0, time_h: 2.0 });
        assert_eq!(crest(series.into_iter(), 1e6), None);
    }
}
