//! The ground: bed, roughness and land class of every cell.

use rayon::prelude::*;

use super::profile::{Profile, ProfilePoint};
use super::strip::{Strip, StripPoint};
use super::{ChannelKind, CorridorSpec, section};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::LandClass;

/// The bank lip is a strip this wide before the floodplain begins to fall, m.
///
/// At least one and a half cells, so that the lip is a closed row of cells and the channel holds water up to it.
pub(super) const LIP_STRIP_M: f64 = 300.0;
/// Within this distance of the lip strip the ground passes from the channel's long profile to that of the axis, m.
const BLEND_M: f64 = 2000.0;
/// The foot of the levee on the river's side stays this far above the land behind it, m.
pub(super) const LEAST_PERCH_M: f64 = 1.0;
/// Fall of the land away from the outer foot of the levee, m/m.
const LANDSIDE_SLOPE: f64 = 2e-4;

/// One value per cell, row-major, row 0 north.
#[derive(Debug)]
pub(super) struct Ground {
    /// Bed, m; NaN outside.
    pub(super) bed_m: Vec<f64>,
    /// Manning's n; NaN outside.
    pub(super) manning: Vec<f64>,
    pub(super) class: Vec<LandClass>,
    /// Arc length along the channel, m; NaN outside.
    pub(super) along_m: Vec<f64>,
    /// Official chainage on the axis, km; NaN outside.
    pub(super) chainage_km: Vec<f64>,
    /// Whether the cell lies to the left of the channel.
    pub(super) is_left: Vec<bool>,
}

/// One cell.
#[derive(Debug, Clone, Copy)]
struct Cell {
    bed_m: f64,
    manning: f64,
    class: LandClass,
    along_m: f64,
    chainage_km: f64,
    is_left: bool,
}

const OUTSIDE: Cell = Cell {
    bed_m: f64::NAN,
    manning: f64::NAN,
    class: LandClass::Outside,
    along_m: f64::NAN,
    chainage_km: f64::NAN,
    is_left: false,
};

impl Ground {
    /// `between` says of each cell whether it lies between the levees; the course passes through the cells `on_course`.
    pub(super) fn lay(
        grid: &Grid,
        strip: &Strip,
        profile: &Profile,
        spec: &CorridorSpec,
        between: &[bool],
        on_course: &[bool],
    ) -> Self {
        let cells: Vec<Cell> = (0..grid.n_cells())
            .into_par_iter()
            .map(|index| {
                let (row, col) = grid.row_col(index);
                let is_on_course = spec.channel == ChannelKind::Line && on_course[index];
                cell_at(grid.center_map(row, col), [between[index], is_on_course], strip, profile, spec)
            })
            .collect();
        Self {
            bed_m: cells.iter().map(|cell| cell.bed_m).collect(),
            manning: cells.iter().map(|cell| cell.manning).collect(),
            class: cells.iter().map(|cell| cell.class).collect(),
            along_m: cells.iter().map(|cell| cell.along_m).collect(),
            chainage_km: cells.iter().map(|cell| cell.chainage_km).collect(),
            is_left: cells.iter().map(|cell| cell.is_left).collect(),
        }
    }
}

fn cell_at(
    p: PointMap,
    [is_between, is_on_course]: [bool; 2],
    strip: &Strip,
    profile: &Profile,
    spec: &CorridorSpec,
) -> Cell {
    let (axis, around) = strip.nearest(p);
    let behind_m = around.behind_levee_m(axis.offset_m);
    if axis.is_beyond_end || behind_m > spec.landside_m {
        return OUTSIDE;
    }
    let course = profile.line.nearest(p);
    let channel = profile.at(course.along_m);
    let from_lip_m = course.offset_m.abs() - 0.5 * channel.width_m;
    let (class, bed_m, manning) = if !is_between {
        let bed_m = around.landside_m - LANDSIDE_SLOPE * behind_m.max(0.0);
        (LandClass::Landside, bed_m, around.manning_floodplain)
    } else if is_on_course {
        // The line's own bottom: the water shown over it is never dry while the line is not.
        (LandClass::Channel, channel.thalweg_m, channel.manning)
    } else if from_lip_m < 0.0 {
        let depth_frac = section::depth_frac(course.offset_m.abs(), channel.width_m);
        let bed_m = channel.lip_m - depth_frac * (channel.lip_m - channel.thalweg_m);
        (LandClass::Channel, bed_m, channel.manning)
    } else {
        let bed_m = floodplain_m(from_lip_m, &channel, &around, spec.cell_m);
        (LandClass::Floodplain, bed_m, around.manning_floodplain)
    };
    Cell {
        bed_m,
        manning,
        class,
        along_m: course.along_m,
        chainage_km: around.chainage_km,
        is_left: course.offset_m >= 0.0,
    }
}

/// Level of the floodplain at a distance from the lip: a level strip, then falling with the transverse slope.
///
/// Near the channel the level goes with the nearest point of the channel. Further out that point jumps from bend to
/// bend, so there the level goes with the axis instead.
fn floodplain_m(from_lip_m: f64, channel: &ProfilePoint, around: &StripPoint, cell_m: f64) -> f64 {
    let beyond_strip_m = (from_lip_m - LIP_STRIP_M.max(1.5 * cell_m)).max(0.0);
    let away = (beyond_strip_m / BLEND_M).min(1.0);
    let weight = away * away * (3.0 - 2.0 * away);
    let lip_m = channel.lip_m + weight * (around.lip_m - channel.lip_m);
    let floor_m = around.landside_m + LEAST_PERCH_M;
    (lip_m - around.transverse_slope * beyond_strip_m).max(floor_m)
}
