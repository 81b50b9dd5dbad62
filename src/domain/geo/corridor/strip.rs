//! The strip of land around a smooth axis of the river: where the levees run.
//!
//! The channel wanders within its levees, and an offset of the channel itself would fold at every bend. So the levees
//! are laid out from an axis, the course averaged over some twenty kilometres.

use super::profile::Profile;
use super::tables::RiverTables;
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::{Nearest, Polyline};
use crate::domain::geo::smooth::{gaussian, interpolate};

/// Smoothing of the axis, km of chainage: about 20 km wide at half height.
const AXIS_SIGMA_KM: f64 = 8.0;
/// Distance of the axis's points, km of chainage.
const AXIS_STEP_KM: f64 = 0.25;
/// Smoothing of widths and levels along the axis, km of chainage.
const WIDTH_SIGMA_KM: f64 = 4.0;
/// A levee keeps this much floodplain between itself and the channel, m.
pub(super) const LEAST_FLOODPLAIN_M: f64 = 500.0;
/// Space for the channel is made over this much river upstream and downstream, km: more than the smoothing takes away.
const ROOM_REACH_KM: f64 = 2.5;
/// Smoothing after making room, km.
const ROOM_SIGMA_KM: f64 = 1.0;

/// The strip along its axis, one value per vertex of the axis.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    pub(super) axis: Polyline,
    pub(super) chainage_km: Vec<f64>,
    /// Distance from the axis to the left levee, m.
    pub(super) left_m: Vec<f64>,
    /// Distance from the axis to the right levee, m.
    pub(super) right_m: Vec<f64>,
    lip_m: Vec<f64>,
    landside_m: Vec<f64>,
    transverse_slope: Vec<f64>,
    manning_floodplain: Vec<f64>,
}

/// The strip at one point of its axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct StripPoint {
    pub(super) chainage_km: f64,
    pub(super) left_m: f64,
    pub(super) right_m: f64,
    /// Level of the bank lip, m.
    pub(super) lip_m: f64,
    /// Level of the ground at the outer foot of the levee, m.
    pub(super) landside_m: f64,
    pub(super) transverse_slope: f64,
    pub(super) manning_floodplain: f64,
}

impl StripPoint {
    /// Distance behind the levee at an offset from the axis (positive to the left), m; negative between the levees.
    pub(super) fn behind_levee_m(&self, offset_m: f64) -> f64 {
        offset_m.abs() - if offset_m >= 0.0 { self.left_m } else { self.right_m }
    }
}

impl Strip {
    /// The strip of a channel; `None` if the channel has no length.
    pub(super) fn new(tables: &RiverTables, profile: &Profile) -> Option<Self> {
        let (chainage_km, points) = axis_points(profile);
        let axis = Polyline::new(points)?;
        let rows = &tables.centreline;
        let row_km: Vec<f64> = rows.iter().map(|row| row.km).collect();
        let smooth = |value: &dyn Fn(f64) -> f64| {
            gaussian(&chainage_km, &chainage_km.iter().map(|km| value(*km)).collect::<Vec<_>>(), WIDTH_SIGMA_KM)
        };
        let column = |pick: fn(&super::tables::CentrelineRow) -> f64| {
            let y: Vec<f64> = rows.iter().map(pick).collect();
            smooth(&|km| interpolate(&row_km, &y, km))
        };
        let half_m: Vec<f64> = column(|row| row.levee_spacing_m).iter().map(|spacing| 0.5 * spacing).collect();
        let room = Room::of(profile, &axis, &chainage_km);
        let reach =
            |pick: fn(&super::tables::ReachRow) -> f64| smooth(&|km| tables.reach_at(km).map_or(f64::NAN, pick));
        Some(Self {
            left_m: room.widen(&chainage_km, &half_m, |room| &room.left),
            right_m: room.widen(&chainage_km, &half_m, |room| &room.right),
            lip_m: smooth(&|km| interpolate(&profile.chainage_km, &profile.lip_m, km)),
            landside_m: column(|row| row.landside_ground_m),
            transverse_slope: reach(|row| row.transverse_slope),
            manning_floodplain: reach(|row| row.manning_floodplain),
            axis,
            chainage_km,
        })
    }

    /// The nearest point of the axis, and the strip there.
    pub(super) fn nearest(&self, p: PointMap) -> (Nearest, StripPoint) {
        let nearest = self.axis.nearest(p);
        (nearest, self.at(nearest.along_m))
    }

    fn at(&self, along_m: f64) -> StripPoint {
        let s = self.axis.along_m();
        let after = s.partition_point(|v| *v <= along_m).clamp(1, s.len() - 1);
        let t = ((along_m - s[after - 1]) / (s[after] - s[after - 1])).clamp(0.0, 1.0);
        let mix = |y: &[f64]| y[after - 1] + t * (y[after] - y[after - 1]);
        StripPoint {
            chainage_km: mix(&self.chainage_km),
            left_m: mix(&self.left_m),
            right_m: mix(&self.right_m),
            lip_m: mix(&self.lip_m),
            landside_m: mix(&self.landside_m),
            transverse_slope: mix(&self.transverse_slope),
            manning_floodplain: mix(&self.manning_floodplain),
        }
    }

    /// The point of the axis at an official chainage.
    pub(super) fn axis_at_km(&self, km: f64) -> PointMap {
        self.axis.at(interpolate(&self.chainage_km, self.axis.along_m(), km))
    }

    /// Direction of the axis at an official chainage, over twice the smoothing.
    pub(super) fn direction_at_km(&self, km: f64) -> [f64; 2] {
        let (a, b) = (self.axis_at_km(km - AXIS_SIGMA_KM), self.axis_at_km(km + AXIS_SIGMA_KM));
        [b[0] - a[0], b[1] - a[1]]
    }

    /// The point at a distance from a vertex of the axis, positive to the left.
    pub(super) fn beside(&self, vertex: usize, offset_m: f64) -> PointMap {
        let points = self.axis.points();
        let (a, b) = (points[vertex.saturating_sub(1)], points[(vertex + 1).min(points.len() - 1)]);
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        let normal = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
        [points[vertex][0] + offset_m * normal[0], points[vertex][1] + offset_m * normal[1]]
    }
}

/// The course averaged over chainage, at even steps of it.
fn axis_points(profile: &Profile) -> (Vec<f64>, Vec<PointMap>) {
    let km = &profile.chainage_km;
    let mean = |axis: usize| {
        let y: Vec<f64> = profile.line.points().iter().map(|p| p[axis]).collect();
        gaussian(km, &y, AXIS_SIGMA_KM)
    };
    let (x, y) = (mean(0), mean(1));
    let (first, last) = (km[0], km[km.len() - 1]);
    let steps = (0..).map(|i| first + f64::from(i) * AXIS_STEP_KM).take_while(|at| *at <= last);
    steps.map(|at| (at, [interpolate(km, &x, at), interpolate(km, &y, at)])).unzip()
}

/// Distance from the axis that the channel and a strip of floodplain need, by chainage of the axis.
struct Room {
    chainage_km: Vec<f64>,
    left: Vec<f64>,
    right: Vec<f64>,
}

impl Room {
    fn of(profile: &Profile, axis: &Polyline, axis_km: &[f64]) -> Self {
        let mut rows: Vec<(f64, f64, f64)> = profile
            .line
            .points()
            .iter()
            .zip(&profile.width_m)
            .map(|(p, width_m)| {
                let nearest = axis.nearest(*p);
                let half = 0.5 * width_m + LEAST_FLOODPLAIN_M;
                let km = interpolate(axis.along_m(), axis_km, nearest.along_m);
                (km, nearest.offset_m + half, half - nearest.offset_m)
            })
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            chainage_km: rows.iter().map(|row| row.0).collect(),
            left: rows.iter().map(|row| row.1).collect(),
            right: rows.iter().map(|row| row.2).collect(),
        }
    }

    fn widen(&self, km: &[f64], half_m: &[f64], side: fn(&Self) -> &Vec<f64>) -> Vec<f64> {
        let needed: Vec<f64> = km
            .iter()
            .zip(half_m)
            .map(|(at, half)| {
                let from = self.chainage_km.partition_point(|v| *v < at - ROOM_REACH_KM);
                let to = self.chainage_km.partition_point(|v| *v <= at + ROOM_REACH_KM);
                side(self)[from..to].iter().fold(*half, |most, need| most.max(*need))
            })
            .collect();
        gaussian(km, &needed, ROOM_SIGMA_KM)
    }
}
