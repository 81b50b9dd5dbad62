//! The ground: one vertex for each cell centre inside the domain, in chunks, with a cut edge around it.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;

use super::Backdrop;
use super::material::{LandMaterial, SolidParams};
use super::scene::{CurrentRoot, RebuildSystems, SceneModel};
use super::space::{f32_from, linear, u32_from};
use crate::domain::geo::Grid;
use crate::domain::river::LandClass;

/// Cells along one side of a chunk: small enough to be left out when out of view, large enough to draw few.
pub(super) const CHUNK_CELLS: usize = 96;

/// How deep the cut edge reaches below the ground, m.
const SKIRT_M: f64 = 10.0;

/// Radius of the neighbourhood a cell is compared with to darken hollows, m.
const HOLLOW_RADIUS_M: f64 = 1000.0;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, build.in_set(RebuildSystems::Parts));
}

fn build(
    mut commands: Commands,
    model: Res<SceneModel>,
    root: Res<CurrentRoot>,
    backdrop: Res<Backdrop>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LandMaterial>>,
) {
    let material = materials.add(LandMaterial { params: SolidParams::daylight(linear(backdrop.horizon)) });
    let relief = Relief::of(&model);
    for chunk in chunks(&model.scenario().terrain.grid) {
        if let Some(mesh) = chunk_mesh(&model, &relief, &chunk) {
            commands.spawn((Mesh3d(meshes.add(mesh)), MeshMaterial3d(material.clone()), ChildOf(root.0)));
        }
    }
}

/// A block of quads. Quad (row, col) lies between the centres of cells (row, col) and (row + 1, col + 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    /// First row and one past the last.
    pub(super) rows: [usize; 2],
    /// First column and one past the last.
    pub(super) cols: [usize; 2],
}

/// Blocks that cover all quads of a grid.
pub(super) fn chunks(grid: &Grid) -> Vec<Chunk> {
    let spans = |n: usize| {
        let quads = n.saturating_sub(1);
        (0..quads).step_by(CHUNK_CELLS).map(move |a| [a, (a + CHUNK_CELLS).min(quads)])
    };
    spans(grid.n_rows).flat_map(|rows| spans(grid.n_cols).map(move |cols| Chunk { rows, cols })).collect()
}

/// The vertices (cells) and triangles of one chunk: the same for ground and water, so that both bend alike.
#[derive(Debug, Default)]
pub(super) struct Patch {
    /// Cells used, as positions in the row-major arrays.
    pub(super) cells: Vec<usize>,
    /// Triangles, counter-clockwise seen from above, as positions in `cells`.
    pub(super) triangles: Vec<u32>,
}

impl Patch {
    /// All quads of the chunk whose four cells are inside the domain.
    pub(super) fn of(model: &SceneModel, chunk: &Chunk) -> Self {
        let terrain = &model.scenario().terrain;
        let grid = &terrain.grid;
        let width = chunk.cols[1] - chunk.cols[0] + 1;
        let mut slot = vec![u32::MAX; width * (chunk.rows[1] - chunk.rows[0] + 1)];
        let mut patch = Self::default();
        for row in chunk.rows[0]..chunk.rows[1] {
            for col in chunk.cols[0]..chunk.cols[1] {
                let corners = [(row, col), (row + 1, col), (row + 1, col + 1), (row, col + 1)];
                if !corners.iter().all(|(r, c)| terrain.is_inside(grid.index(*r, *c))) {
                    continue;
                }
                let [nw, sw, se, ne] = corners.map(|(r, c)| {
                    let entry = &mut slot[(r - chunk.rows[0]) * width + c - chunk.cols[0]];
                    if *entry == u32::MAX {
                        *entry = u32_from(patch.cells.len());
                        patch.cells.push(grid.index(r, c));
                    }
                    *entry
                });
                patch.triangles.extend([nw, sw, se, nw, se, ne]);
            }
        }
        patch
    }
}

fn chunk_mesh(model: &SceneModel, relief: &Relief, chunk: &Chunk) -> Option<Mesh> {
    let patch = Patch::of(model, chunk);
    if patch.cells.is_empty() {
        return None;
    }
    let terrain = &model.scenario().terrain;
    let at = |i: usize| {
        let (row, col) = terrain.grid.row_col(i);
        (terrain.grid.center_map(row, col), terrain.bed_m[i])
    };
    let mut solid = Solid::default();
    for &cell in &patch.cells {
        let (point, z_m) = at(cell);
        let colour = relief.colour(model, cell);
        solid.push(model.frame().model_from_map(point, z_m), Relief::normal(model, cell), colour);
    }
    solid.indices = patch.triangles;
    for [a, b] in rim(model, chunk) {
        skirt(&mut solid, model, [at(a), at(b)]);
    }
    Some(solid.mesh())
}

/// Sides of quads of the chunk that no other quad shares, as pairs of cells with the domain on their left.
fn rim(model: &SceneModel, chunk: &Chunk) -> Vec<[usize; 2]> {
    let terrain = &model.scenario().terrain;
    let grid = &terrain.grid;
    let filled = |row: usize, col: usize| {
        row + 1 < grid.n_rows
            && col + 1 < grid.n_cols
            && [(0, 0), (1, 0), (0, 1), (1, 1)].iter().all(|(r, c)| terrain.is_inside(grid.index(row + r, col + c)))
    };
    let mut sides = Vec::new();
    for row in chunk.rows[0]..chunk.rows[1] {
        for col in chunk.cols[0]..chunk.cols[1] {
            if !filled(row, col) {
                continue;
            }
            let [nw, sw, se, ne] =
                [(row, col), (row + 1, col), (row + 1, col + 1), (row, col + 1)].map(|(r, c)| grid.index(r, c));
            let open = |r: Option<usize>, c: Option<usize>| !matches!((r, c), (Some(r), Some(c)) if filled(r, c));
            let (r, c) = (Some(row), Some(col));
            sides.extend(open(r, col.checked_sub(1)).then_some([nw, sw]));
            sides.extend(open(Some(row + 1), c).then_some([sw, se]));
            sides.extend(open(r, Some(col + 1)).then_some([se, ne]));
            sides.extend(open(row.checked_sub(1), c).then_some([ne, nw]));
        }
    }
    sides
}

/// A wall below one side of the domain, so that its edge looks cut, not torn.
fn skirt(solid: &mut Solid, model: &SceneModel, ends: [([f64; 2], f64); 2]) {
    let first = solid.n_vertices();
    // Shaded as level ground: sides that turn with every cell would make a comb of light and dark.
    for (at, z_m) in ends {
        solid.push(model.frame().model_from_map(at, z_m), Vec3::Y, linear([0x5c, 0x4e, 0x3c]));
        solid.push(model.frame().model_from_map(at, z_m - SKIRT_M), Vec3::Y, linear([0x1a, 0x1c, 0x1f]));
    }
    solid.indices.extend([0, 1, 3, 0, 3, 2].map(|i| first + i));
}

/// Vertices with normals and colours, for [`LandMaterial`].
#[derive(Debug, Default)]
pub(super) struct Solid {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    colours: Vec<[f32; 4]>,
    /// Triangles.
    pub(super) indices: Vec<u32>,
}

impl Solid {
    /// Adds a vertex.
    pub(super) fn push(&mut self, position: Vec3, normal: Vec3, colour: Vec4) {
        self.positions.push(position.to_array());
        self.normals.push(normal.to_array());
        self.colours.push(colour.to_array());
    }

    /// Vertices so far.
    pub(super) fn n_vertices(&self) -> u32 {
        u32_from(self.positions.len())
    }

    /// The finished mesh; it never changes and is never read back, so only the graphics card keeps it.
    pub(super) fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
            .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colours)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// What the colour of the ground is made of: height above the neighbourhood, by cell, m.
struct Relief {
    above_surroundings_m: Vec<f32>,
}

impl Relief {
    fn of(model: &SceneModel) -> Self {
        let terrain = &model.scenario().terrain;
        let reach = cells_in(HOLLOW_RADIUS_M, terrain.grid.cell_m);
        let mean = box_mean(&terrain.grid, &terrain.bed_m, reach);
        let above_surroundings_m = terrain.bed_m.iter().zip(mean).map(|(z, m)| f32_from(z - m)).collect();
        Self { above_surroundings_m }
    }

    /// Normal of the true ground by central differences, one-sided at the edge of the domain.
    fn normal(model: &SceneModel, cell: usize) -> Vec3 {
        let terrain = &model.scenario().terrain;
        let grid = &terrain.grid;
        let (row, col) = grid.row_col(cell);
        let level = |row: Option<usize>, col: Option<usize>| {
            let (row, col) = (row.filter(|r| *r < grid.n_rows)?, col.filter(|c| *c < grid.n_cols)?);
            Some(terrain.bed_m[grid.index(row, col)]).filter(|z| z.is_finite())
        };
        let here = terrain.bed_m[cell];
        let slope = |before: Option<f64>, after: Option<f64>| {
            let n_sides = u8::from(before.is_some()) + u8::from(after.is_some());
            let rise = after.unwrap_or(here) - before.unwrap_or(here);
            f32_from(rise / (f64::from(n_sides.max(1)) * grid.cell_m))
        };
        let (r, c) = (Some(row), Some(col));
        let eastward = slope(level(r, col.checked_sub(1)), level(r, Some(col + 1)));
        let southward = slope(level(row.checked_sub(1), c), level(Some(row + 1), c));
        Vec3::new(-eastward, 1.0, -southward).normalize_or(Vec3::Y)
    }

    fn colour(&self, model: &SceneModel, cell: usize) -> Vec4 {
        let above_m = self.above_surroundings_m[cell];
        let base = match model.class_of(cell) {
            Some(LandClass::Channel) => linear([0xa8, 0x93, 0x6c]),
            Some(LandClass::Floodplain) => linear([0x93, 0x92, 0x62]),
            Some(LandClass::Landside) => linear([0xad, 0xaa, 0x8b]),
            Some(LandClass::Outside) | None => hypsometric(model, cell),
        };
        // Hollows get less light from the sky than rises: a few per cent for each metre, saturating.
        let sky = 1.0 + 0.22 * (above_m / 2.5).tanh();
        (base.truncate() * sky).extend(1.0)
    }
}

/// Lowland green over ochre to pale, by the share of the bed's range.
fn hypsometric(model: &SceneModel, cell: usize) -> Vec4 {
    const RAMP: [[u8; 3]; 4] = [[0x74, 0x83, 0x5c], [0x97, 0x92, 0x63], [0xb3, 0xa0, 0x78], [0xd0, 0xc4, 0xa8]];
    let [low, high] = model.bed_range_m();
    let share = f32_from((model.scenario().terrain.bed_m[cell] - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
    let x = share * 3.0;
    let class = if x < 1.0 {
        0
    } else if x < 2.0 {
        1
    } else {
        2
    };
    let part = x - [0.0, 1.0, 2.0][class];
    linear(RAMP[class]).lerp(linear(RAMP[class + 1]), part)
}

/// Whole cells in a length, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1..=64 before")]
fn cells_in(length_m: f64, cell_m: f64) -> usize {
    (length_m / cell_m).round().clamp(1.0, 64.0) as usize
}

/// Mean over the square of `2 reach + 1` cells around each cell, cells outside the domain left out; NaN where all are.
fn box_mean(grid: &Grid, values: &[f64], reach: usize) -> Vec<f64> {
    let width = grid.n_cols + 1;
    let mut sums = vec![(0.0_f64, 0.0_f64); width * (grid.n_rows + 1)];
    for row in 0..grid.n_rows {
        let mut along = (0.0, 0.0);
        for col in 0..grid.n_cols {
            let value = values[grid.index(row, col)];
            if value.is_finite() {
                along = (along.0 + value, along.1 + 1.0);
            }
            let above = sums[row * width + col + 1];
            sums[(row + 1) * width + col + 1] = (above.0 + along.0, above.1 + along.1);
        }
    }
    let clamp = |x: usize, n: usize| (x.saturating_sub(reach), (x + reach + 1).min(n));
    (0..grid.n_cells())
        .map(|cell| {
            let (row, col) = grid.row_col(cell);
            let ((r0, r1), (c0, c1)) = (clamp(row, grid.n_rows), clamp(col, grid.n_cols));
            let [a, b, c, d] = [(r0, c0), (r0, c1), (r1, c0), (r1, c1)].map(|(r, c)| sums[r * width + c]);
            (d.0 - b.0 - c.0 + a.0) / (d.1 - b.1 - c.1 + a.1)
        })
        .collect()
}
