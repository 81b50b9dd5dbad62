//! The ground: one vertex for each cell centre inside the domain, in chunks.
//!
//! At a levee each side is carried on to the levee's line and ends there, so that the 200 m stairs of the cells do not
//! show. The land behind the levees fades out before the domain ends; where the river is cut off, and on bare rasters,
//! the edge is a wall of earth.

use bevy::asset::RenderAssetUsages;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::platform::collections::HashMap;
use bevy::prelude::*;

use super::light::{Light, Look};
use super::material::LandMaterial;
use super::scene::{CurrentRoot, RebuildSystems, SceneModel};
use super::sides::{Field, Side};
use super::space::{f32_from, linear, u32_from};
use super::water::Ghost;
use crate::domain::geo::Grid;
use crate::domain::river::LandClass;

/// Cells along one side of a chunk: small enough to be left out when out of view, large enough to draw few.
pub(super) const CHUNK_CELLS: usize = 96;

/// How deep the cut edge reaches below the ground, m.
const SKIRT_M: f64 = 10.0;

/// Radius of the neighbourhood a cell is compared with to darken hollows, m.
const HOLLOW_RADIUS_M: f64 = 1000.0;

/// Radius of the neighbourhood that a cell stands high or low in, m.
const PLAIN_RADIUS_M: f64 = 4000.0;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, build.in_set(RebuildSystems::Parts));
}

fn build(
    mut commands: Commands,
    model: Res<SceneModel>,
    root: Res<CurrentRoot>,
    look: Res<Look>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<LandMaterial>>,
) {
    let params = Light::of(&look).solid();
    let [solid, fading] = [false, true].map(|fading| materials.add(LandMaterial::new(params, fading)));
    let relief = Relief::of(&model);
    for chunk in chunks(&model.scenario().terrain.grid) {
        let Some(mesh) = chunk_mesh(&model, &relief, &chunk) else { continue };
        let (mesh, fades) = (meshes.add(mesh), relief.fades_in(&model, &chunk));
        commands.spawn((Mesh3d(mesh.clone()), MeshMaterial3d(solid.clone()), ChildOf(root.0)));
        if fades {
            commands.spawn((Mesh3d(mesh), MeshMaterial3d(fading.clone()), ChildOf(root.0)));
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

/// A vertex of ground or water at the centre of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertex {
    /// The cell.
    pub(super) cell: usize,
    /// The side that is carried on beyond a levee to this cell; `None` for the cell's own.
    side: Option<Side>,
    /// Way to the levee in cells, at most [`FAR_INSIDE`]; negative beyond it.
    pub(super) inside: f32,
}

/// [`Vertex::inside`] of cells with no levee near.
const FAR_INSIDE: f32 = 4.0;

impl Vertex {
    /// What the vertex carries on, if it does.
    pub(super) fn ghost(&self) -> Option<Ghost> {
        self.side.map(|side| Ghost { cell: self.cell, side })
    }

    /// Bed level, m.
    pub(super) fn bed_m(&self, model: &SceneModel) -> f64 {
        let bed_m = &model.scenario().terrain.bed_m;
        let said = self.side.and_then(|side| model.sides().ghost(self.cell, side, |i| [f32_from(bed_m[i])]));
        said.map_or(bed_m[self.cell], |[z]| z.into())
    }
}

/// The vertices and triangles of one chunk: the same for ground and water, so that both bend alike.
#[derive(Debug, Default)]
pub(super) struct Patch {
    /// Vertices.
    pub(super) vertices: Vec<Vertex>,
    /// Triangles, counter-clockwise seen from above, as positions in `vertices`.
    pub(super) triangles: Vec<u32>,
    slots: HashMap<(usize, Option<Side>), u32>,
}

impl Patch {
    /// All quads of the chunk whose four cells are inside the domain; those that a levee crosses once for each side.
    pub(super) fn of(model: &SceneModel, chunk: &Chunk) -> Self {
        let terrain = &model.scenario().terrain;
        let grid = &terrain.grid;
        let mut patch = Self::default();
        for row in chunk.rows[0]..chunk.rows[1] {
            for col in chunk.cols[0]..chunk.cols[1] {
                let corners =
                    [(row, col), (row + 1, col), (row + 1, col + 1), (row, col + 1)].map(|(r, c)| grid.index(r, c));
                if !corners.iter().all(|cell| terrain.is_inside(*cell)) {
                    continue;
                }
                match model.sides().cut(corners) {
                    Some(wall) => {
                        for is_left in [true, false] {
                            patch.quad(model, corners, Some(Side { wall, is_left }));
                        }
                    }
                    None => patch.quad(model, corners, None),
                }
            }
        }
        patch.slots = HashMap::new();
        patch
    }

    /// Two triangles; `side` is the one that is drawn of a quad with a levee in it.
    fn quad(&mut self, model: &SceneModel, corners: [usize; 4], side: Option<Side>) {
        let cell_m = model.scenario().terrain.grid.cell_m;
        let [nw, sw, se, ne] = corners.map(|cell| {
            let beside = model.sides().beside(cell);
            let inside_m = beside.map(|b| side.map_or(b.offset_m.abs(), |s| s.depth_m(b)));
            let inside = inside_m.map_or(FAR_INSIDE, |m| f32_from(m / cell_m).min(FAR_INSIDE));
            let side = side.filter(|_| inside < 0.0);
            *self.slots.entry((cell, side)).or_insert_with(|| {
                self.vertices.push(Vertex { cell, side, inside });
                u32_from(self.vertices.len() - 1)
            })
        });
        self.triangles.extend([nw, sw, se, nw, se, ne]);
    }
}

fn chunk_mesh(model: &SceneModel, relief: &Relief, chunk: &Chunk) -> Option<Mesh> {
    let patch = Patch::of(model, chunk);
    if patch.vertices.is_empty() {
        return None;
    }
    let terrain = &model.scenario().terrain;
    let place = |i: usize| {
        let (row, col) = terrain.grid.row_col(i);
        terrain.grid.center_map(row, col)
    };
    let mut solid = Solid::default();
    for vertex in &patch.vertices {
        let [normal, colour] = relief.look(model, vertex);
        let position = model.frame().model_from_map(place(vertex.cell), vertex.bed_m(model));
        let farmland = Relief::farmland(model, vertex.cell);
        solid.push_cut(position, normal, colour.extend(farmland), [vertex.inside, relief.shown[vertex.cell]]);
    }
    solid.indices = patch.triangles;
    for side in rim(model, chunk) {
        if side.iter().all(|cell| relief.shown[*cell] >= 1.0) {
            skirt(&mut solid, model, side.map(|cell| (place(cell), terrain.bed_m[cell])));
        }
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
    cuts: Vec<[f32; 2]>,
    /// Triangles.
    pub(super) indices: Vec<u32>,
}

impl Solid {
    /// Adds a vertex.
    pub(super) fn push(&mut self, position: Vec3, normal: Vec3, colour: Vec4) {
        self.push_cut(position, normal, colour.truncate().extend(0.0), [1.0, 1.0]);
    }

    /// Adds a vertex of a surface that ends where the first number falls below zero and fades with the second.
    fn push_cut(&mut self, position: Vec3, normal: Vec3, colour: Vec4, cut: [f32; 2]) {
        self.positions.push(position.to_array());
        self.normals.push(normal.to_array());
        self.colours.push(colour.to_array());
        self.cuts.push(cut);
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
            .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.cuts)
            .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, self.colours)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// What the colour of the ground is made of, by cell.
struct Relief {
    /// Height above the mean within [`HOLLOW_RADIUS_M`], m: banks and ditches.
    above_near_m: Vec<f32>,
    /// Height above the mean within [`PLAIN_RADIUS_M`], m: the perched bed above its plain.
    above_plain_m: Vec<f32>,
    /// 1 in the domain, falling to 0 towards its edge behind the levees.
    shown: Vec<f32>,
}

impl Relief {
    fn of(model: &SceneModel) -> Self {
        let terrain = &model.scenario().terrain;
        let above = |radius_m: f64| -> Vec<f32> {
            let mean = box_mean(&terrain.grid, &terrain.bed_m, cells_in(radius_m, terrain.grid.cell_m));
            terrain.bed_m.iter().zip(mean).map(|(z, m)| f32_from(z - m)).collect()
        };
        Self { above_near_m: above(HOLLOW_RADIUS_M), above_plain_m: above(PLAIN_RADIUS_M), shown: shown(model) }
    }

    fn fades_in(&self, model: &SceneModel, chunk: &Chunk) -> bool {
        let grid = &model.scenario().terrain.grid;
        (chunk.rows[0]..=chunk.rows[1])
            .any(|row| (chunk.cols[0]..=chunk.cols[1]).any(|col| self.shown[grid.index(row, col)] < 1.0))
    }

    /// Normal and colour of a vertex.
    fn look(&self, model: &SceneModel, vertex: &Vertex) -> [Vec3; 2] {
        let of = |cell: usize| [Self::normal(model, cell), self.colour(model, cell)];
        let Some(Ghost { cell, side }) = vertex.ghost() else { return of(vertex.cell) };
        let said = model.sides().ghost(cell, side, |i| {
            let [n, c] = of(i);
            [n.x, n.y, n.z, c.x, c.y, c.z]
        });
        said.map_or_else(
            || of(cell),
            |[a, b, c, d, e, f]| [Vec3::new(a, b, c).normalize_or(Vec3::Y), Vec3::new(d, e, f)],
        )
    }

    /// Normal of the true ground by central differences, one-sided at the edge of the domain and at a levee.
    fn normal(model: &SceneModel, cell: usize) -> Vec3 {
        let terrain = &model.scenario().terrain;
        let grid = &terrain.grid;
        let (row, col) = grid.row_col(cell);
        let level = |row: Option<usize>, col: Option<usize>| {
            let (row, col) = (row.filter(|r| *r < grid.n_rows)?, col.filter(|c| *c < grid.n_cols)?);
            let other = grid.index(row, col);
            (terrain.is_inside(other) && model.sides().is_same(cell, other)).then_some(terrain.bed_m[other])
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

    /// How much of the land round a cell is fields, 0 to 1: all but the channel and bare rasters.
    fn farmland(model: &SceneModel, cell: usize) -> f32 {
        let is_field = |class| matches!(class, Some(LandClass::Floodplain | LandClass::Landside));
        blended(model, cell, |class, _| if is_field(class) { Vec3::ONE } else { Vec3::ZERO }).x
    }

    fn colour(&self, model: &SceneModel, cell: usize) -> Vec3 {
        // Low ground on the plain is moister and greener, high ground drier and paler.
        let dry = 0.5 + 0.5 * (self.above_plain_m[cell] / 1.5).tanh();
        let base = blended(model, cell, |class, index| match class {
            Some(LandClass::Channel) => rgb([0xa5, 0x8f, 0x68]),
            Some(LandClass::Floodplain) => rgb([0x66, 0x75, 0x4a]).lerp(rgb([0x9c, 0x95, 0x64]), dry),
            Some(LandClass::Landside) => rgb([0x78, 0x79, 0x5b]).lerp(rgb([0x94, 0x8d, 0x70]), dry),
            Some(LandClass::Outside) | None => hypsometric(model, index),
        });
        // Hollows get less light from the sky than rises: a few per cent for each metre, saturating.
        base * (1.0 + 0.2 * (self.above_near_m[cell] / 2.0).tanh())
    }
}

fn rgb(srgb: [u8; 3]) -> Vec3 {
    linear(srgb).truncate()
}

/// Mean colour of the classes in the 3 by 3 cells around a cell on its side of the levee: the bounds of the classes
/// then run smoothly along slanting banks.
fn blended(model: &SceneModel, cell: usize, colour: impl Fn(Option<LandClass>, usize) -> Vec3) -> Vec3 {
    let terrain = &model.scenario().terrain;
    let grid = &terrain.grid;
    let (row, col) = grid.row_col(cell);
    let (mut sum, mut weights) = (Vec3::ZERO, 0.0);
    for r in row.saturating_sub(1)..(row + 2).min(grid.n_rows) {
        for c in col.saturating_sub(1)..(col + 2).min(grid.n_cols) {
            let other = grid.index(r, c);
            if terrain.is_inside(other) && model.sides().is_same(cell, other) {
                let weight = (if r == row { 2.0 } else { 1.0 }) * (if c == col { 2.0 } else { 1.0 });
                sum += weight * colour(model.class_of(other), other);
                weights += weight;
            }
        }
    }
    if weights > 0.0 { sum / weights } else { colour(model.class_of(cell), cell) }
}

/// How much of each cell is shown, 0 to 1: all of it, but the land behind the levees fades out over
/// [`FADE_SHARE`] of its width, along lines as smooth as the levees.
fn shown(model: &SceneModel) -> Vec<f32> {
    let terrain = &model.scenario().terrain;
    let grid = &terrain.grid;
    let mut shown = vec![1.0; grid.n_cells()];
    let Some(river) = &model.scenario().river else { return shown };
    let field = Field::of(grid, river.levees.iter().map(|levee| levee.line.as_slice()));
    let is_landside = |cell: usize| river.class_of_cell[cell] == LandClass::Landside;
    // The land is as wide as where it is narrowest, or nearly: outliers at the ends of the levees do not count.
    let mut widths: Vec<f64> = (0..grid.n_cells())
        .filter(|cell| is_landside(*cell) && is_at_edge(model, *cell))
        .map(|cell| field.distance_m(grid, cell))
        .filter(|width| width.is_finite())
        .collect();
    if widths.is_empty() {
        return shown;
    }
    let narrow = widths.len() / 20;
    let width_m = *widths.select_nth_unstable_by(narrow, f64::total_cmp).1;
    let fade_m = (FADE_SHARE * width_m).max(grid.cell_m);
    for cell in (0..grid.n_cells()).filter(|cell| is_landside(*cell)) {
        let part = f32_from(((width_m - field.distance_m(grid, cell)) / fade_m).clamp(0.0, 1.0));
        shown[cell] = part;
    }
    shown
}

/// Part of the width of the land behind a levee over which it fades.
const FADE_SHARE: f64 = 0.55;

/// Whether a cell has a neighbour on the grid that is outside the domain.
fn is_at_edge(model: &SceneModel, cell: usize) -> bool {
    let terrain = &model.scenario().terrain;
    let (row, col) = terrain.grid.row_col(cell);
    [(-1, 0), (1, 0), (0, -1), (0, 1)].into_iter().any(|(dr, dc)| {
        let (Some(r), Some(c)) = (row.checked_add_signed(dr), col.checked_add_signed(dc)) else { return false };
        r < terrain.grid.n_rows && c < terrain.grid.n_cols && !terrain.is_inside(terrain.grid.index(r, c))
    })
}

/// Lowland green over ochre to pale, by the share of the bed's range.
fn hypsometric(model: &SceneModel, cell: usize) -> Vec3 {
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
    rgb(RAMP[class]).lerp(rgb(RAMP[class + 1]), part)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scene::tests::{raster, walled, with_river};

    const ALL: Chunk = Chunk { rows: [0, 19], cols: [0, 19] };

    #[test]
    fn a_quad_with_a_levee_in_it_is_drawn_once_for_each_side() {
        let open = Patch::of(&raster(20, vec![1.0; 400]), &ALL);
        assert_eq!((open.vertices.len(), open.triangles.len()), (400, 19 * 19 * 6));
        let model = walled(20, vec![1.0; 400], vec![[0.0, 300.0], [2000.0, 1330.0]]);
        let cut = Patch::of(&model, &ALL);
        assert!(cut.triangles.len() > open.triangles.len() + 19 * 6, "at least one for each column");
        for vertex in &cut.vertices {
            assert_eq!(vertex.inside < 0.0, vertex.ghost().is_some(), "{vertex:?}");
        }
    }

    /// Whether a cell lies to the left of the line from (0, 300) to (2000, 1330).
    fn is_above(cell: usize) -> bool {
        let [x, y] = raster(20, vec![1.0; 400]).scenario().terrain.grid.center_map(cell / 20, cell % 20);
        y > 300.0 + x * 1030.0 / 2000.0
    }

    #[test]
    fn the_ground_of_a_side_does_not_bend_towards_that_of_the_other() {
        let line = vec![[0.0, 300.0], [2000.0, 1330.0]];
        let is_left = is_above;
        let model = walled(20, (0..400).map(|i| if is_left(i) { 50.0 } else { 46.0 }).collect(), line);
        for vertex in Patch::of(&model, &ALL).vertices {
            let is_left = vertex.ghost().map_or(is_left(vertex.cell), |g| g.side.is_left);
            assert_eq!(vertex.bed_m(&model), if is_left { 50.0 } else { 46.0 }, "{vertex:?}");
        }
    }

    #[test]
    fn bare_rasters_do_not_fade() {
        let model = raster(3, vec![f64::NAN, 2.0, 2.0, 1.0, 1.0, f64::NAN]);
        assert!(shown(&model).iter().all(|s| *s >= 1.0));
    }

    #[test]
    fn land_behind_the_levee_fades_and_nothing_between_the_levees_does() {
        let mut scenario = with_river().scenario().clone();
        let grid = scenario.terrain.grid;
        for cell in 0..grid.n_cells() {
            let (row, col) = grid.row_col(cell);
            let y = grid.center_map(row, col)[1];
            let river = scenario.river.as_mut().unwrap();
            if !(1000.0..9000.0).contains(&y) {
                river.class_of_cell[cell] = LandClass::Landside;
            }
            if y > 9900.0 {
                scenario.terrain.bed_m[cell] = f64::NAN;
            }
        }
        let model = SceneModel::new(std::sync::Arc::new(scenario));
        let shown = shown(&model);
        let at = |y: f64| shown[grid.cell_at([20_000.0, y]).map(|(r, c)| grid.index(r, c)).unwrap()];
        assert_eq!([at(8950.0), at(5050.0), at(1050.0)], [1.0; 3]);
        assert_eq!(at(9050.0), 1.0);
        assert!(at(9650.0) < 0.6 && at(9650.0) > 0.2, "{}", at(9650.0));
        assert_eq!(at(9850.0), 0.0);
    }
}
