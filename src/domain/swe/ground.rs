//! What the water stands on and runs against: bed, roughness, the edge of the domain, walls.

use super::active::Blocks;
use super::joins::Joins;
use super::lattice::Lattice;
use super::layout::{Cells32, FaceAt, Layout, N, Slot};
use super::structures::CrestFace;
use crate::domain::scenario::{Friction, Scenario};

/// Bed of cells outside the domain: no water reaches it, and sums with it stay finite.
pub(super) const OUTSIDE: f32 = 1e30;

/// What a tile stands on.
#[derive(Debug, Clone)]
pub(super) struct GroundTile {
    /// Bed level above the datum, m; [`OUTSIDE`] outside the domain.
    pub(super) z: Cells32,
    /// g n², m/s² · s²/m^(2/3), or with Chézy friction g / C²; 0 without friction.
    pub(super) k: Cells32,
    /// How the cells hang together; absent where no wall and no edge is.
    pub(super) joins: Option<Box<Joins>>,
    pub(super) n_inside: usize,
}

/// Things on faces, sorted by row from the south, then as their faces are.
#[derive(Debug, Clone)]
pub(super) struct ByRow<T> {
    all: Vec<T>,
    /// Where each row begins in the list, and the end.
    starts: Vec<usize>,
}

impl<T> ByRow<T> {
    /// Sorts a list; rows go up to `n_rows`, that of the faces beyond the last cells.
    pub(super) fn new(mut all: Vec<T>, n_rows: usize, at: impl Fn(&T) -> FaceAt) -> Self {
        all.sort_by_key(|item| at(item));
        let starts = (0..=n_rows + 1).map(|y| all.partition_point(|item| at(item).y < y)).collect();
        Self { all, starts }
    }

    pub(super) fn all(&self) -> &[T] {
        &self.all
    }

    pub(super) fn all_mut(&mut self) -> &mut [T] {
        &mut self.all
    }

    /// Those of a row.
    pub(super) fn of_row(&self, y: usize) -> &[T] {
        &self.all[self.start(y)..self.start(y + 1)]
    }

    /// Place in the list of the first one in row `y` or beyond.
    pub(super) fn start(&self, y: usize) -> usize {
        self.starts.get(y).copied().unwrap_or(self.all.len())
    }
}

/// What all the water of a run stands on.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) lattice: Lattice,
    pub(super) tiles: Vec<GroundTile>,
    /// Faces on the edge of the domain that reflect.
    pub(super) edges: ByRow<FaceAt>,
    /// Faces that walls stand on, between two cells of the domain.
    pub(super) crests: ByRow<CrestFace>,
    /// Blocks with cells of the domain.
    pub(super) domain: Blocks,
}

impl Ground {
    /// Bed and roughness of a scenario; without walls.
    #[expect(clippy::cast_possible_truncation, reason = "levels on the lattice are exact; roughness is a guess")]
    pub(super) fn new(scenario: &Scenario, layout: Layout) -> Self {
        let terrain = &scenario.terrain;
        let g = scenario.numerics.gravity_mps2;
        let lattice = Lattice::of(scenario);
        let blank = GroundTile { z: [[OUTSIDE; N]; N], k: [[0.0; N]; N], joins: None, n_inside: 0 };
        let mut tiles = vec![blank; layout.n_tiles()];
        let mut domain = Blocks::none(layout.n_rows, layout.n_tile_cols);
        for y in 0..layout.n_rows {
            for x in 0..layout.n_cols {
                let index = terrain.grid.index(layout.flip(y), x);
                if !terrain.is_inside(index) {
                    continue;
                }
                let Slot { tile, j, i } = layout.slot_from_south(y, x);
                let tile = &mut tiles[tile];
                tile.z[j][i] = (lattice.round(terrain.bed_m[index]) - lattice.datum) as f32;
                tile.k[j][i] = match scenario.numerics.friction {
                    Friction::Manning => g * terrain.manning[index] * terrain.manning[index],
                    Friction::Chezy(c) => g / (c * c),
                    Friction::Off => 0.0,
                } as f32;
                tile.n_inside += 1;
                domain.insert_cell(y, x);
            }
        }
        let none = ByRow::new(Vec::new(), layout.n_rows, |at| *at);
        let no_crests = ByRow::new(Vec::new(), layout.n_rows, |crest: &CrestFace| crest.at);
        Self { lattice, tiles, edges: none, crests: no_crests, domain }
    }

    /// Bed of a cell of the domain, m.
    pub(super) fn bed(&self, Slot { tile, j, i }: Slot) -> f64 {
        self.lattice.datum + f64::from(self.tiles[tile].z[j][i])
    }

    /// Whether a wall stands on a face.
    pub(super) fn has_crest(&self, at: FaceAt) -> bool {
        self.crests.of_row(at.y).binary_search_by_key(&at, |crest| crest.at).is_ok()
    }
}
