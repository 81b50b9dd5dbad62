//! From a frame to the two numbers per cell that the surface is drawn from.

use super::SHOWN_DEPTH_M;
use crate::domain::frame::{Envelope, Frame};
use crate::domain::geo::Grid;
use crate::domain::river::LandClass;
use crate::view::scene::SceneModel;
use crate::view::space::f32_from;
use crate::view::style::LayerKind;

/// Depths below this mark cells with no water beside them; the shader leaves them out.
pub const FAR_FROM_WATER_M: f32 = -900.0;

/// Depth (m) and value of the layer for every cell, row-major, row 0 north.
///
/// A dry cell beside water gets a depth at or below zero, so that the surface between the two cell centres runs out
/// where it meets the ground: the mean water level of its wet neighbours less its bed, never above its own depth. The
/// shore is then smooth instead of stepped. Its value is the mean of its wet neighbours' (the depth itself in depth
/// layers). Across a levee the level of the other side means nothing, so the depth there is mirrored instead, which
/// lets the surface end half way.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    texels: Vec<[f32; 2]>,
}

impl Fields {
    /// Depth or speed of one frame.
    pub fn of_frame(model: &SceneModel, frame: &Frame, layer: LayerKind) -> Self {
        let depth = |i: usize| f32::from(frame.depth_mm[i]) / 1000.0;
        let speed = |i: usize| f32::from(frame.u_mmps[i]).hypot(f32::from(frame.v_mmps[i])) / 1000.0;
        if layer == LayerKind::Speed { Self::of(model, depth, Some(speed)) } else { Self::of(model, depth, NO_VALUE) }
    }

    /// Largest depth (m) or arrival (h) so far.
    pub fn of_envelope(model: &SceneModel, envelope: &Envelope, layer: LayerKind) -> Self {
        if layer == LayerKind::Arrival {
            let hours = |i: usize| envelope.arrival_secs[i] / 3600.0;
            let depth = |i: usize| if hours(i).is_finite() { envelope.max_depth_m[i] } else { 0.0 };
            Self::of(model, depth, Some(hours))
        } else {
            Self::of(model, |i| envelope.max_depth_m[i], NO_VALUE)
        }
    }

    /// Whether any vertex of the quads in a block has water or a shore.
    pub fn is_wet_in(&self, grid: &Grid, rows: [usize; 2], cols: [usize; 2]) -> bool {
        let row_is_wet = |row: usize| {
            let line = &self.texels[grid.index(row, cols[0])..=grid.index(row, cols[1])];
            line.iter().any(|texel| texel[0] >= SHOWN_DEPTH_M)
        };
        (rows[0]..=rows[1]).any(row_is_wet)
    }

    /// Depth (m) and value of a cell.
    pub fn at(&self, cell: usize) -> [f32; 2] {
        self.texels[cell]
    }

    /// The bytes of a texture of two 32-bit floats.
    pub fn into_bytes(self) -> Vec<u8> {
        self.texels.into_iter().flatten().flat_map(f32::to_le_bytes).collect()
    }

    fn of(model: &SceneModel, depth: impl Fn(usize) -> f32, value: Option<impl Fn(usize) -> f32>) -> Self {
        let grid = &model.scenario().terrain.grid;
        let texels = (0..grid.n_cells()).map(|cell| {
            let depth_m = depth(cell);
            if depth_m >= SHOWN_DEPTH_M {
                return [depth_m, value.as_ref().map_or(depth_m, |v| v(cell))];
            }
            let shore = Shore::around(model, cell, &depth, value.as_ref());
            shore.texel(depth_m, value.is_some())
        });
        Self { texels: texels.collect() }
    }
}

const NO_VALUE: Option<fn(usize) -> f32> = None;

/// What the wet neighbours of a dry cell say.
#[derive(Debug, Default)]
struct Shore {
    /// Wet neighbours on the same side of the levee, and sums of their level above the dry cell's bed and their value.
    n_same: f32,
    rise_m: f32,
    value_same: f32,
    /// Wet neighbours across the levee, and sums of their depth and value.
    n_across: f32,
    depth_across_m: f32,
    value_across: f32,
}

impl Shore {
    fn around(
        model: &SceneModel,
        cell: usize,
        depth: &impl Fn(usize) -> f32,
        value: Option<&impl Fn(usize) -> f32>,
    ) -> Self {
        let terrain = &model.scenario().terrain;
        let bed_m = terrain.bed_m[cell];
        let mut shore = Self::default();
        if !bed_m.is_finite() {
            return shore;
        }
        let behind_levee = |i: usize| model.class_of(i) == Some(LandClass::Landside);
        let (row, col) = terrain.grid.row_col(cell);
        for r in row.saturating_sub(1)..(row + 2).min(terrain.grid.n_rows) {
            for c in col.saturating_sub(1)..(col + 2).min(terrain.grid.n_cols) {
                let other = terrain.grid.index(r, c);
                let depth_m = depth(other);
                if depth_m < SHOWN_DEPTH_M {
                    continue;
                }
                let value = value.map_or(0.0, |v| v(other));
                if behind_levee(other) == behind_levee(cell) {
                    shore.n_same += 1.0;
                    shore.rise_m += f32_from(terrain.bed_m[other] - bed_m) + depth_m;
                    shore.value_same += value;
                } else {
                    shore.n_across += 1.0;
                    shore.depth_across_m += depth_m;
                    shore.value_across += value;
                }
            }
        }
        shore
    }

    fn texel(&self, depth_m: f32, has_value: bool) -> [f32; 2] {
        let (depth, value) = if self.n_same > 0.0 {
            (depth_m.min(self.rise_m / self.n_same), self.value_same / self.n_same)
        } else if self.n_across > 0.0 {
            (-self.depth_across_m / self.n_across, self.value_across / self.n_across)
        } else {
            return [2.0 * FAR_FROM_WATER_M, 0.0];
        };
        let depth = depth.max(FAR_FROM_WATER_M + 1.0);
        [depth, if has_value { value } else { depth }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::frame::Readings;
    use crate::view::scene::tests::row_of_cells;

    fn frame(depth_mm: Vec<u16>, u_mmps: Vec<i16>) -> Frame {
        let v_mmps = vec![0; u_mmps.len()];
        Frame { time_secs: 0.0, depth_mm, u_mmps, v_mmps, readings: Readings::default() }
    }

    #[test]
    fn wet_cells_keep_their_depth_and_far_dry_cells_are_marked() {
        let model = row_of_cells(&[10.0, 10.0, 10.0, 10.0]);
        let fields = Fields::of_frame(&model, &frame(vec![1500, 0, 0, 0], vec![0; 4]), LayerKind::Depth);
        assert_eq!(fields.at(0), [1.5, 1.5]);
        assert!(fields.at(2)[0] < FAR_FROM_WATER_M && fields.at(3)[0] < FAR_FROM_WATER_M);
    }

    #[test]
    fn the_shore_lies_where_the_level_meets_rising_ground() {
        let model = row_of_cells(&[10.0, 12.0]);
        let fields = Fields::of_frame(&model, &frame(vec![1500, 0], vec![0; 2]), LayerKind::Depth);
        // Level 11.5 m against ground at 12 m: half a metre below the ground.
        assert!((fields.at(1)[0] + 0.5).abs() < 1e-6, "{:?}", fields.at(1));
    }

    #[test]
    fn a_front_on_level_ground_runs_out_at_the_dry_cell() {
        let model = row_of_cells(&[10.0, 10.0]);
        let fields = Fields::of_frame(&model, &frame(vec![1500, 20], vec![0; 2]), LayerKind::Depth);
        assert!((fields.at(1)[0] - 0.02).abs() < 1e-6, "{:?}", fields.at(1));
    }

    #[test]
    fn the_shore_takes_the_speed_of_the_water_beside_it() {
        let model = row_of_cells(&[10.0, 12.0]);
        let fields = Fields::of_frame(&model, &frame(vec![1500, 0], vec![-2500, 0]), LayerKind::Speed);
        assert_eq!([fields.at(0)[1], fields.at(1)[1]], [2.5, 2.5]);
    }

    #[test]
    fn cells_never_reached_show_no_arrival() {
        let model = row_of_cells(&[10.0, 10.0, 10.0]);
        let envelope = Envelope {
            max_depth_m: vec![1.0, 0.5, 0.0],
            arrival_secs: vec![7200.0, f32::NAN, f32::NAN],
            ..Envelope::default()
        };
        let fields = Fields::of_envelope(&model, &envelope, LayerKind::Arrival);
        assert_eq!(fields.at(0), [1.0, 2.0]);
        assert!(fields.at(1)[0] <= 0.0 && fields.at(1)[1] == 2.0, "{:?}", fields.at(1));
    }
}
