//! From a frame to the two numbers per cell that the surface is drawn from.

use bevy::math::Vec2;

use super::SHOWN_DEPTH_M;
use crate::domain::frame::{Envelope, Frame};
use crate::domain::geo::Grid;
use crate::view::scene::SceneModel;
use crate::view::sides::Side;
use crate::view::space::f32_from;
use crate::view::style::LayerKind;

/// Depths below this mark cells with no water beside them; the shader leaves them out.
pub const FAR_FROM_WATER_M: f32 = -900.0;

/// A vertex of the surface beyond a levee, which carries the water of one side on to the levee's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::view) struct Ghost {
    /// The cell at whose centre the vertex stands.
    pub(in crate::view) cell: usize,
    /// The side whose water it carries on.
    pub(in crate::view) side: Side,
}

/// What several waters have in common, or how they differ: drawn as one water, as deep as the deepest of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellLevels {
    /// The largest depth of each cell, mm.
    pub depth_mm: Vec<u16>,
    /// Its level on the scale of the layer.
    pub level: Vec<i8>,
}

/// Depth (m) and value of the layer for every cell, row-major, row 0 north, and for every ghost after them.
///
/// A dry cell beside water gets a depth at or below zero, so that the surface between the two cell centres runs out
/// where it meets the ground: the mean water level of its wet neighbours less its bed, never above its own depth. The
/// shore is then smooth instead of stepped. Its value is the mean of its wet neighbours' (the depth itself in depth
/// layers). No cell asks across a levee, where the level of the other side means nothing: the surface goes on to the
/// levee with the mean depth of the cells on its own side, and the shader ends it at the line.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    texels: Vec<[f32; 2]>,
}

impl Fields {
    /// Depth or speed of one frame.
    pub(in crate::view) fn of_frame(model: &SceneModel, ghosts: &[Ghost], frame: &Frame, layer: LayerKind) -> Self {
        let depth = |i: usize| f32::from(frame.depth_mm[i]) / 1000.0;
        let velocity = |i: usize| [frame.u_mmps[i], frame.v_mmps[i]].map(|mmps| f32::from(mmps) / 1000.0);
        let speed = |i: usize| {
            let [u, v] = velocity(i);
            [u.hypot(v), 0.0]
        };
        match layer {
            LayerKind::Speed => Source { model, depth: &depth, value: Some(&speed), told: first },
            LayerKind::Natural => Source { model, depth: &depth, value: Some(&velocity), told: packed_velocity },
            _ => Source { model, depth: &depth, value: None, told: first },
        }
        .fields(ghosts)
    }

    /// Extremes so far: largest depth (m), arrival (h), class of hazard, time under water (h), rate of rise (m/h).
    pub(in crate::view) fn of_envelope(
        model: &SceneModel,
        ghosts: &[Ghost],
        envelope: &Envelope,
        layer: LayerKind,
    ) -> Self {
        let value = |i: usize| match layer {
            LayerKind::Arrival => envelope.arrival_secs[i] / 3600.0,
            LayerKind::Duration => envelope.duration_secs[i] / 3600.0,
            LayerKind::Rise => envelope.max_rise_mps[i] * 3600.0,
            LayerKind::Hazard => f32::from(envelope.hazard_class[i]),
            _ => envelope.max_depth_m[i],
        };
        let depth = |i: usize| if value(i).is_finite() { envelope.max_depth_m[i] } else { 0.0 };
        let value = |i: usize| [value(i), 0.0];
        let value = (layer != LayerKind::MaxDepth).then_some(&value as Value<'_>);
        Source { model, depth: &depth, value, told: first }.fields(ghosts)
    }

    /// Several waters as one, with a level of its own kind for each cell.
    pub(in crate::view) fn of_levels(model: &SceneModel, ghosts: &[Ghost], levels: &CellLevels) -> Self {
        let depth = |i: usize| f32::from(levels.depth_mm[i]) / 1000.0;
        let level = |i: usize| [f32::from(levels.level[i]), 0.0];
        Source { model, depth: &depth, value: Some(&level), told: first }.fields(ghosts)
    }

    /// Whether any vertex of the quads in a block, or any of its ghosts, has water.
    pub(in crate::view) fn is_wet_in(
        &self,
        grid: &Grid,
        [rows, cols]: [[usize; 2]; 2],
        ghosts: std::ops::Range<usize>,
    ) -> bool {
        let is_wet = |texels: &[[f32; 2]]| texels.iter().any(|texel| texel[0] >= SHOWN_DEPTH_M);
        let row_is_wet = |row: usize| is_wet(&self.texels[grid.index(row, cols[0])..=grid.index(row, cols[1])]);
        let first = grid.n_cells();
        (rows[0]..=rows[1]).any(row_is_wet) || is_wet(&self.texels[first + ghosts.start..first + ghosts.end])
    }

    /// Depth (m) and value of a cell, or of a ghost after the last cell.
    pub fn at(&self, texel: usize) -> [f32; 2] {
        self.texels[texel]
    }

    /// The bytes of a texture of two 32-bit floats, its last row filled up.
    pub fn into_bytes(mut self, n_cols: usize) -> Vec<u8> {
        self.texels.resize(self.texels.len().next_multiple_of(n_cols.max(1)), DRY);
        self.texels.into_iter().flatten().flat_map(f32::to_le_bytes).collect()
    }
}

/// A texel without water near it.
pub(super) const DRY: [f32; 2] = [2.0 * FAR_FROM_WATER_M, 0.0];

/// What a layer shows of a cell: one number, or the two of a velocity.
type Value<'a> = &'a dyn Fn(usize) -> [f32; 2];

/// The number of a layer that has one.
fn first([value, _]: [f32; 2]) -> f32 {
    value
}

/// Both parts of a velocity, m/s east and north, in one whole number below 2^24, which a float holds exactly: 1/256 m/s
/// each, up to 8 m/s either way. The shader takes it apart.
fn packed_velocity([u, v]: [f32; 2]) -> f32 {
    let part = |mps: f32| ((mps + 8.0) * 256.0).round().clamp(0.0, 4095.0);
    part(u) * 4096.0 + part(v)
}

/// Where depth and value of a cell come from.
struct Source<'a> {
    model: &'a SceneModel,
    depth: &'a dyn Fn(usize) -> f32,
    /// `None` where the depth is the value.
    value: Option<Value<'a>>,
    /// What the texture holds of a value, or of the mean of some.
    told: fn([f32; 2]) -> f32,
}

impl Source<'_> {
    fn fields(&self, ghosts: &[Ghost]) -> Fields {
        let n_cells = self.model.scenario().terrain.grid.n_cells();
        let cells = (0..n_cells).map(|cell| self.texel(cell));
        Fields { texels: cells.chain(ghosts.iter().map(|ghost| self.ghost(*ghost))).collect() }
    }

    fn texel(&self, cell: usize) -> [f32; 2] {
        let sides = self.model.sides();
        if sides.is_under(cell)
            && let Some(beside) = sides.beside(cell)
        {
            let side = Side { wall: beside.wall, is_left: beside.offset_m >= 0.0 };
            return self.ghost(Ghost { cell, side });
        }
        let depth_m = (self.depth)(cell);
        if depth_m >= SHOWN_DEPTH_M {
            return [depth_m, self.value.map_or(depth_m, |v| (self.told)(v(cell)))];
        }
        self.shore(cell, depth_m)
    }

    /// Whether the cell has water that its neighbours may go by.
    fn is_wet(&self, cell: usize) -> bool {
        (self.depth)(cell) >= SHOWN_DEPTH_M && !self.model.sides().is_under(cell)
    }

    /// What the wet neighbours of a dry cell say.
    fn shore(&self, cell: usize, depth_m: f32) -> [f32; 2] {
        let terrain = &self.model.scenario().terrain;
        let bed_m = terrain.bed_m[cell];
        if !bed_m.is_finite() {
            return DRY;
        }
        let (mut n, mut rise_m, mut value) = (0.0, 0.0, Vec2::ZERO);
        let (row, col) = terrain.grid.row_col(cell);
        for r in row.saturating_sub(1)..(row + 2).min(terrain.grid.n_rows) {
            for c in col.saturating_sub(1)..(col + 2).min(terrain.grid.n_cols) {
                let other = terrain.grid.index(r, c);
                if self.is_wet(other) && self.model.sides().is_same(cell, other) {
                    n += 1.0;
                    rise_m += f32_from(terrain.bed_m[other] - bed_m) + (self.depth)(other);
                    value += self.value.map_or(Vec2::ZERO, |v| v(other).into());
                }
            }
        }
        if n == 0.0 {
            return DRY;
        }
        let depth_m = depth_m.min(rise_m / n).max(FAR_FROM_WATER_M + 1.0);
        [depth_m, if self.value.is_some() { (self.told)((value / n).into()) } else { depth_m }]
    }

    /// Mean depth of the cells on the ghost's side, and the mean value of the wet ones.
    fn ghost(&self, ghost: Ghost) -> [f32; 2] {
        let said = self.model.sides().ghost(ghost.cell, ghost.side, |i| {
            if !self.is_wet(i) {
                return [0.0; 4];
            }
            let [a, b] = self.value.map_or([0.0; 2], |v| v(i));
            [1.0, (self.depth)(i), a, b]
        });
        match said {
            Some([wet, depth_m, a, b]) if wet > 0.0 => {
                [depth_m, if self.value.is_some() { (self.told)([a / wet, b / wet]) } else { depth_m }]
            }
            _ => DRY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::frame::Readings;
    use crate::view::scene::tests::{row_of_cells, walled};

    fn frame(depth_mm: Vec<u16>, u_mmps: Vec<i16>) -> Frame {
        let v_mmps = vec![0; u_mmps.len()];
        Frame { time_secs: 0.0, depth_mm, u_mmps, v_mmps, readings: Readings::default() }
    }

    #[test]
    fn wet_cells_keep_their_depth_and_far_dry_cells_are_marked() {
        let model = row_of_cells(&[10.0, 10.0, 10.0, 10.0]);
        let fields = Fields::of_frame(&model, &[], &frame(vec![1500, 0, 0, 0], vec![0; 4]), LayerKind::Depth);
        assert_eq!(fields.at(0), [1.5, 1.5]);
        assert!(fields.at(2)[0] < FAR_FROM_WATER_M && fields.at(3)[0] < FAR_FROM_WATER_M);
    }

    #[test]
    fn the_shore_lies_where_the_level_meets_rising_ground() {
        let model = row_of_cells(&[10.0, 12.0]);
        let fields = Fields::of_frame(&model, &[], &frame(vec![1500, 0], vec![0; 2]), LayerKind::Depth);
        // Level 11.5 m against ground at 12 m: half a metre below the ground.
        assert!((fields.at(1)[0] + 0.5).abs() < 1e-6, "{:?}", fields.at(1));
    }

    #[test]
    fn a_front_on_level_ground_runs_out_at_the_dry_cell() {
        let model = row_of_cells(&[10.0, 10.0]);
        let fields = Fields::of_frame(&model, &[], &frame(vec![1500, 20], vec![0; 2]), LayerKind::Depth);
        assert!((fields.at(1)[0] - 0.02).abs() < 1e-6, "{:?}", fields.at(1));
    }

    #[test]
    fn the_shore_takes_the_speed_of_the_water_beside_it() {
        let model = row_of_cells(&[10.0, 12.0]);
        let fields = Fields::of_frame(&model, &[], &frame(vec![1500, 0], vec![-2500, 0]), LayerKind::Speed);
        assert_eq!([fields.at(0)[1], fields.at(1)[1]], [2.5, 2.5]);
    }

    #[test]
    fn a_velocity_is_packed_so_that_the_shader_can_take_it_apart() {
        for (u, v) in [(0.0, 0.0), (2.5, -1.25), (-7.9, 7.9), (30.0, -30.0)] {
            let packed = packed_velocity([u, v]);
            assert!(packed < 16_777_216.0 && packed.fract() == 0.0);
            let [high, low] = [(packed / 4096.0).floor(), packed % 4096.0].map(|part| part / 256.0 - 8.0);
            assert!((high - u.clamp(-8.0, 7.99)).abs() < 0.01 && (low - v.clamp(-8.0, 7.99)).abs() < 0.01);
        }
    }

    #[test]
    fn the_shore_takes_the_mean_velocity_of_the_water_beside_it_not_that_of_packed_ones() {
        let model = row_of_cells(&[10.0, 12.0]);
        let fields = Fields::of_frame(&model, &[], &frame(vec![1500, 0], vec![-2500, 0]), LayerKind::Natural);
        assert_eq!([fields.at(0)[1], fields.at(1)[1]], [packed_velocity([-2.5, 0.0]); 2]);
    }

    #[test]
    fn cells_never_reached_show_no_arrival() {
        let model = row_of_cells(&[10.0, 10.0, 10.0]);
        let envelope = Envelope {
            max_depth_m: vec![1.0, 0.5, 0.0],
            arrival_secs: vec![7200.0, f32::NAN, f32::NAN],
            ..Envelope::default()
        };
        let fields = Fields::of_envelope(&model, &[], &envelope, LayerKind::Arrival);
        assert_eq!(fields.at(0), [1.0, 2.0]);
        assert!(fields.at(1)[0] <= 0.0 && fields.at(1)[1] == 2.0, "{:?}", fields.at(1));
    }

    /// 20 by 20 cells of 100 m with a slanting wall: 8 dm on its left at 50 m, dry on its right at 46 m.
    fn flooded_to_a_wall() -> (SceneModel, Frame) {
        let line = vec![[0.0, 300.0], [2000.0, 1330.0]];
        let plain = walled(20, vec![50.0; 400], line.clone());
        let grid = plain.scenario().terrain.grid;
        let is_left = |i: usize| {
            let [x, y] = grid.center_map(i / 20, i % 20);
            y > 300.0 + x * 1030.0 / 2000.0
        };
        let bed_m = (0..400).map(|i| if is_left(i) { 50.0 } else { 46.0 }).collect();
        // The solver's wall leaves some low cells on the wet side.
        let is_wet = |i: usize| is_left(i) != plain.sides().is_under(i);
        let depth = (0..400)
            .map(|i| {
                if !is_wet(i) {
                    0
                } else if is_left(i) {
                    800
                } else {
                    4800
                }
            })
            .collect();
        (walled(20, bed_m, line), frame(depth, vec![0; 400]))
    }

    #[test]
    fn no_depth_near_a_levee_is_greater_than_that_of_the_land_beside_it() {
        let (model, frame) = flooded_to_a_wall();
        assert!(frame.depth_mm.contains(&4800), "there are low cells on the wet side of the wall's edges");
        let sides = model.sides();
        let ghosts: Vec<Ghost> = (0..400)
            .filter_map(|cell| {
                sides.beside(cell).map(|b| Ghost { cell, side: Side { wall: 0, is_left: b.offset_m < 0.0 } })
            })
            .collect();
        let fields = Fields::of_frame(&model, &ghosts, &frame, LayerKind::Depth);
        for texel in 0..400 + ghosts.len() {
            assert!(fields.at(texel)[1] < 0.801, "{texel}: {:?}", fields.at(texel));
        }
        for (i, ghost) in
            ghosts.iter().enumerate().filter(|(_, g)| sides.beside(g.cell).unwrap().offset_m.abs() < 100.0)
        {
            let depth_m = fields.at(400 + i)[0];
            if ghost.side.is_left {
                assert!((depth_m - 0.8).abs() < 1e-5, "the water goes on to the line: {depth_m}");
            } else {
                assert!(depth_m < FAR_FROM_WATER_M, "behind the levee it is dry: {depth_m}");
            }
        }
    }

    #[test]
    fn the_texture_is_whole_rows() {
        let model = row_of_cells(&[10.0, 10.0, 10.0]);
        let ghost = Ghost { cell: 1, side: Side { wall: 0, is_left: true } };
        let fields = Fields::of_frame(&model, &[ghost], &frame(vec![0; 3], vec![0; 3]), LayerKind::Depth);
        assert_eq!(fields.into_bytes(3).len(), 2 * 3 * 8);
    }
}
