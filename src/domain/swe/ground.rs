//! What the water stands on and runs against: bed, roughness, the edge of the domain, walls.

use std::sync::Arc;

use super::joins::Joins;
use super::lattice::Lattice;
use super::layout::{FaceAt, Kept, Layout, N, Place};
use super::packed::packed;
use super::structures::CrestFace;
use crate::domain::scenario::{Friction, Scenario};

/// Bed of cells outside the domain: no water reaches it, and sums with it stay finite.
pub(super) const OUTSIDE: f32 = 1e30;

/// What a block stands on.
#[derive(Debug, Clone)]
pub(super) struct GroundBlock {
    /// Bed level above the datum, m; [`OUTSIDE`] outside the domain.
    pub(super) z: [f32; N],
    /// g n², m/s² · s²/m^(2/3), or with Chézy friction g / C², in [`Ground::k_unit`], packed; 0 without friction.
    pub(super) k: [u16; N],
    /// How the cells hang together; absent where no wall and no edge is.
    pub(super) joins: Option<Box<Joins>>,
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
    pub(super) kept: Arc<Kept>,
    pub(super) blocks: Vec<GroundBlock>,
    /// The least g n² (or g / C²) of the domain: ground of one roughness keeps it exactly.
    pub(super) k_unit: f32,
    /// Faces on the edge of the domain that reflect.
    pub(super) edges: ByRow<FaceAt>,
    /// Faces that walls stand on, between two cells of the domain.
    pub(super) crests: ByRow<CrestFace>,
}

impl Ground {
    /// Bed and roughness of a scenario; without walls.
    #[expect(clippy::cast_possible_truncation, reason = "levels on the lattice are exact; roughness is a guess")]
    pub(super) fn new(scenario: &Scenario, layout: Layout) -> Self {
        let terrain = &scenario.terrain;
        let g = scenario.numerics.gravity_mps2;
        let roughness = |index: usize| match scenario.numerics.friction {
            Friction::Manning => g * terrain.manning[index] * terrain.manning[index],
            Friction::Chezy(c) => g / (c * c),
            Friction::Off => 0.0,
        };
        let inside = (0..terrain.grid.n_cells()).filter(|&index| terrain.is_inside(index));
        let least = inside.map(roughness).filter(|&k| k > 0.0).fold(f64::INFINITY, f64::min);
        let k_unit = if least.is_finite() { least } else { 0.0 };
        let lattice = Lattice::of(scenario);
        let kept = Arc::new(Kept::new(terrain, layout));
        let blank = GroundBlock { z: [OUTSIDE; N], k: [0; N], joins: None };
        let mut blocks = vec![blank; kept.n_blocks()];
        for y in 0..layout.n_rows {
            for (x0, at) in kept.of_row(y) {
                for x in x0..layout.n_cols.min(x0 + N) {
                    let index = terrain.grid.index(layout.flip(y), x);
                    if !terrain.is_inside(index) {
                        continue;
                    }
                    blocks[at].z[x - x0] = (lattice.round(terrain.bed_m[index]) - lattice.datum) as f32;
                    blocks[at].k[x - x0] = packed((roughness(index) / least) as f32) as u16;
                }
            }
        }
        let none = ByRow::new(Vec::new(), layout.n_rows, |at| *at);
        let no_crests = ByRow::new(Vec::new(), layout.n_rows, |crest: &CrestFace| crest.at);
        Self { lattice, kept, blocks, k_unit: k_unit as f32, edges: none, crests: no_crests }
    }

    /// Bed of a cell of the domain, m.
    pub(super) fn bed(&self, cell: Place) -> f64 {
        let (block, i) = self.kept.slot(cell);
        self.lattice.datum + f64::from(self.blocks[block].z[i])
    }

    /// Whether a wall stands on a face.
    pub(super) fn has_crest(&self, at: FaceAt) -> bool {
        self.crests.of_row(at.y).binary_search_by_key(&at, |crest| crest.at).is_ok()
    }
}
