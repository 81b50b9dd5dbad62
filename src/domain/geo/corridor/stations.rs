//! Hydrological stations of the reach, and the bankfull discharge of their sections as built.

use super::ground::Ground;
use super::profile::Profile;
use super::section;
use super::tables::RiverTables;
use crate::domain::geo::polyline::lerp;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::line::ChannelLine;
use crate::domain::river::{LandClass, Station};

/// The section of a station is the mean of this much river upstream and downstream, m.
///
/// One row of cells across a slanting channel has no certain width; the mean over some kilometres has.
const SECTION_REACH_M: f64 = 2500.0;

/// The stations of the table inside the grid, from upstream to downstream.
pub(super) fn place(
    grid: &Grid,
    tables: &RiverTables,
    epoch: u16,
    profile: &Profile,
    ground: &Ground,
    channel: Option<&ChannelLine>,
) -> Vec<Station> {
    let mut stations = Vec::new();
    for row in &tables.stations {
        let along_m = profile.along_at_km(row.km);
        let at = profile.line.at(along_m);
        let is_inside = grid.cell_at(at).is_some_and(|(r, c)| ground.bed_m[grid.index(r, c)].is_finite());
        if !is_inside {
            continue;
        }
        stations.push(Station {
            id: row.id.clone(),
            name: row.name.clone(),
            at,
            chainage_km: row.km,
            warning_stage_m: row.warning_stage_m,
            design_stage_m: row.design_stage_m,
            bankfull_published_m3s: tables.bankfull_m3s(&row.id, epoch),
            bankfull_model_m3s: match channel {
                Some(line) => bankfull_of_line_m3s(line, profile, at),
                None => bankfull_as_built_m3s(grid, profile, ground, along_m),
            },
            observed_peaks: Vec::new(),
            observed: None,
        });
    }
    stations
}

/// Mean discharge of the segments of a line around a point of the river when they are full to the lip, m³/s.
///
/// `None` when the line does not hold the reach on both sides of the point.
fn bankfull_of_line_m3s(line: &ChannelLine, profile: &Profile, at: PointMap) -> Option<f64> {
    let along_m = line.along_near_m(at);
    let reach = along_m - SECTION_REACH_M..along_m + SECTION_REACH_M;
    if reach.start < 0.0 || reach.end > line.length_m() {
        return None;
    }
    let (mut n, mut sum, mut end_m) = (0.0, 0.0, 0.0);
    for (segment, points) in line.segments.iter().zip(line.points.windows(2)) {
        end_m += segment.length_m;
        if !reach.contains(&(end_m - 0.5 * segment.length_m)) {
            continue;
        }
        let slope = profile.at(profile.line.nearest(lerp(points[0], points[1], 0.5)).along_m).slope;
        let conveyance = segment.section.conveyance_m8_3(segment.section.lip_m());
        sum += conveyance / segment.manning * slope.sqrt();
        n += 1.0;
    }
    (n > 0.0).then(|| sum / n)
}

/// Discharge of the channel's cells around a point of the river when they are full to the lip, m³/s.
///
/// Each cell carries Manning's discharge for its own depth over `area / length` metres of width.
/// `None` when the grid does not hold the reach on both sides of the point.
fn bankfull_as_built_m3s(grid: &Grid, profile: &Profile, ground: &Ground, along_m: f64) -> Option<f64> {
    let reach = along_m - SECTION_REACH_M..along_m + SECTION_REACH_M;
    let is_inside = |s: f64| grid.cell_at(profile.line.at(s)).is_some();
    if !is_inside(reach.start) || !is_inside(reach.end) {
        return None;
    }
    let width_m = grid.cell_area_m2() / (reach.end - reach.start);
    let cells = (0..grid.n_cells())
        .filter(|cell| ground.class[*cell] == LandClass::Channel && reach.contains(&ground.along_m[*cell]));
    let sum = cells
        .map(|cell| {
            let channel = profile.at(ground.along_m[cell]);
            let depth_m = channel.lip_m - ground.bed_m[cell];
            section::unit_discharge_m2s(depth_m, channel.slope, ground.manning[cell]) * width_m
        })
        .sum();
    Some(sum)
}
