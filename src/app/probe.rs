//! The place that was clicked: its readings now, its extremes, and its depths over time, which are read beside the window.

use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};

use super::desk::{Desk, Show};
use crate::domain::geo::PointMap;
use crate::domain::hazard::hazard_class;
use crate::domain::recording::Course;
use crate::domain::river::{LandClass, NO_UNIT};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Label, Language};
use crate::domain::worlds::BranchId;
use crate::ui::probe::ProbeModel;
use crate::ui::{format, strings};

/// Moments that the depths over time are read at, at most.
const MOST_MOMENTS: usize = 160;

/// Share by which the record has to grow before the depths are read again.
const GROWTH_FRAC: f64 = 0.1;

/// A chosen place.
pub(super) struct Probe {
    pub(super) at: PointMap,
    cell: usize,
    place: Bilingual,
    /// Depth (m) and velocity (m/s east, north) at the playhead; the last ones while frames are on their way.
    now: Option<[f64; 3]>,
    depths: Vec<[f64; 2]>,
    read_of: Option<(BranchId, f64)>,
    reading: Option<Task<Vec<[f64; 2]>>>,
}

impl Probe {
    /// The place of the map, if it lies in the domain.
    pub(super) fn at(scenario: &Scenario, at: PointMap) -> Option<Self> {
        let grid = &scenario.terrain.grid;
        let (row, col) = grid.cell_at(at)?;
        let cell = grid.index(row, col);
        let place = place_of(scenario, at, cell);
        let is_inside = scenario.terrain.is_inside(cell);
        is_inside.then(|| Self { at, cell, place, now: None, depths: Vec::new(), read_of: None, reading: None })
    }
}

/// Kilometre of the river, land and floodplain of a place.
fn place_of(scenario: &Scenario, at: PointMap, cell: usize) -> Bilingual {
    let Some(river) = &scenario.river else {
        let text = format!("{:.0}, {:.0} m", at[0], at[1]);
        return Bilingual::new(text.clone(), text);
    };
    let (zh, en) = match river.class_of_cell[cell] {
        LandClass::Channel => ("主槽", "main channel"),
        LandClass::Floodplain => ("滩地", "floodplain"),
        LandClass::Landside | LandClass::Outside => ("背河", "behind the levee"),
    };
    let unit = usize::from(river.unit_of_cell[cell]);
    let unit = (river.unit_of_cell[cell] != NO_UNIT).then(|| river.units.get(unit)).flatten();
    let unit = unit.map(|unit| unit.name.clone()).unwrap_or_default();
    let km = river.km_at(at).unwrap_or(f64::NAN);
    Bilingual::new(format!("河道里程 {km:.1} km · {zh} {}", unit.zh), format!("river km {km:.1} · {en} {}", unit.en))
}

/// Brings the readings to the playhead, and has depths read that are not read yet.
pub(super) fn follow_probe(desk: &mut Desk) {
    let (Some(probe), Some(show)) = (&mut desk.probe, &desk.show) else { return };
    probe.now = now_at(show, probe.cell).or(probe.now);
    if let Some(task) = &mut probe.reading {
        let Some(depths) = block_on(poll_once(task)) else { return };
        (probe.depths, probe.reading) = (depths, None);
    }
    let head_secs = show.shown.course.head_secs().unwrap_or(0.0);
    let is_read = probe.read_of.is_some_and(|(branch, secs)| {
        branch == show.shown.branch && (secs..=secs * (1.0 + GROWTH_FRAC) + 3600.0).contains(&head_secs)
    });
    if !is_read {
        let (course, cell) = (show.shown.course.clone(), probe.cell);
        probe.read_of = Some((show.shown.branch, head_secs));
        probe.reading = Some(AsyncComputeTaskPool::get().spawn(async move { depths_at(&course, cell) }));
    }
}

/// Depth (m) at a cell at moments (s) spread over all that is recorded.
fn depths_at(course: &Course, cell: usize) -> Vec<[f64; 2]> {
    let times = course.times();
    let stride = times.len().div_ceil(MOST_MOMENTS).max(1);
    let depth_m = |index: usize| course.frame(index).map(|frame| f64::from(frame.depth_mm[cell]) / 1000.0);
    let chosen = (0..times.len()).filter(|index| index % stride == 0 || index + 1 == times.len());
    chosen.filter_map(|index| Some([times[index], depth_m(index)?])).collect()
}

/// What the card shows.
pub(super) fn probe_model(desk: &Desk) -> Option<ProbeModel> {
    let (probe, show) = (desk.probe.as_ref()?, desk.show.as_ref()?);
    let greatest = probe.depths.iter().map(|[_, depth_m]| *depth_m).fold(0.0, f64::max);
    Some(ProbeModel {
        place: probe.place.clone(),
        rows: rows(show, probe, desk.language),
        depths: probe.depths.clone(),
        greatest: format!("{} m", format::number(greatest, 2)),
        is_reading: probe.reading.is_some() && probe.depths.is_empty(),
    })
}

fn rows(show: &Show, &Probe { cell, now, .. }: &Probe, language: Language) -> Vec<(Label, String)> {
    let bed_m = show.scenario.terrain.bed_m[cell];
    let mut rows = Vec::new();
    if let Some([depth_m, u_mps, v_mps]) = now {
        let speed_mps = u_mps.hypot(v_mps);
        let heading = if speed_mps >= 0.01 { heading_of(u_mps, v_mps).get(language) } else { "" };
        let class = hazard_class(depth_m, speed_mps);
        rows.push((strings::DEPTH, format!("{} m", format::number(depth_m, 2))));
        rows.push((strings::SPEED, format!("{} m/s {heading}", format::number(speed_mps, 2))));
        rows.push((strings::STAGE, format!("{} m", format::stage(bed_m + depth_m))));
        let class = if class == 0 { format::ABSENT.to_owned() } else { format!("H{class}") };
        rows.push((strings::HAZARD_NOW, class));
    }
    rows.push((strings::GROUND, format!("{} m", format::stage(bed_m))));
    let Some(envelope) = show.shown.course.envelope() else { return rows };
    let secs = f64::from(envelope.arrival_secs[cell]);
    let is_reached = secs.is_finite();
    let told = |text: String| if is_reached { text } else { format::ABSENT.to_owned() };
    rows.push((strings::MAX_DEPTH, told(format!("{} m", format::number(envelope.max_depth_m[cell].into(), 2)))));
    rows.push((strings::ARRIVAL, told(format::since_start(secs))));
    let hours = f64::from(envelope.duration_secs[cell]) / 3600.0;
    rows.push((strings::DURATION, told(format!("{} h", format::number(hours, 1)))));
    rows
}

/// Depth (m) and velocity (m/s east, north) of a cell at the playhead, between the two frames at hand.
fn now_at(show: &Show, cell: usize) -> Option<[f64; 3]> {
    let moment = show.shown.course.bracket(show.playback.time_secs())?;
    let values = |index: usize| {
        let frame = moment.recording.frame_at_hand(index)?;
        let (u, v) = (frame.u_mmps[cell], frame.v_mmps[cell]);
        Some([f64::from(frame.depth_mm[cell]), f64::from(u), f64::from(v)].map(|mm| mm / 1000.0))
    };
    let (before, after) = (values(moment.before)?, values(moment.after)?);
    Some(std::array::from_fn(|k| before[k] + (after[k] - before[k]) * moment.weight))
}

/// Where a velocity points, of eight.
fn heading_of(east: f64, north: f64) -> Label {
    const HEADINGS: [Label; 8] = [
        Label::new("向北", "north"),
        Label::new("向东北", "north-east"),
        Label::new("向东", "east"),
        Label::new("向东南", "south-east"),
        Label::new("向南", "south"),
        Label::new("向西南", "south-west"),
        Label::new("向西", "west"),
        Label::new("向西北", "north-west"),
    ];
    let eighths = east.atan2(north).rem_euclid(std::f64::consts::TAU) / std::f64::consts::FRAC_PI_4;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number from 0 to 8")]
    let place = eighths.round() as usize;
    HEADINGS[place % HEADINGS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_velocity_points_where_it_goes() {
        for (east, north, heading) in [(0.0, 1.0, "north"), (1.0, 1.0, "north-east"), (-1.0, 0.0, "west")] {
            assert_eq!(heading_of(east, north).en, heading);
        }
        assert_eq!(heading_of(-0.01, 1.0).en, "north");
    }
}
