//! Exposure binned to cells once: which cells anything stands on, and what.

use crate::domain::geo::Grid;
use crate::domain::impact::exposure::Exposure;
use crate::domain::river::River;

/// The cells that something stands on, in the order of the grid; what lies on them is found by position.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sites {
    /// Cells, row-major, row 0 north, rising.
    pub cells: Vec<usize>,
    /// Unit of each; `u8::MAX` for none (a road outside the units).
    pub units: Vec<u8>,
    /// Length of road on each, m.
    pub road_m: Vec<f32>,
    /// Position of the cell of each village.
    pub villages: Vec<usize>,
    /// Positions of the cells of each road.
    pub roads: Vec<Vec<usize>>,
    /// Area of a cell, m².
    pub cell_m2: f64,
}

/// What the water does, and has done, to one cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CellHazard {
    /// Depth now, m.
    pub depth_m: f64,
    /// Speed now, m/s.
    pub speed_mps: f32,
    /// Largest depth so far, m.
    pub max_depth_m: f32,
    /// Largest speed so far, m/s.
    pub max_speed_mps: f32,
    /// Largest depth times speed at one instant so far, m²/s.
    pub max_dv_m2s: f32,
    /// When the depth was 0.05 m first, s after the start; NaN where it never was.
    pub arrival_secs: f32,
    /// For how long it was, s.
    pub duration_secs: f32,
    /// Thickness of the silt that was left, m.
    pub silt_m: f32,
}

impl Sites {
    /// Of what stands on a river's floodplain.
    pub fn new(exposure: &Exposure, river: &River, grid: &Grid) -> Self {
        let mut is_site: Vec<bool> =
            river.unit_of_cell.iter().map(|unit| usize::from(*unit) < river.units.len()).collect();
        is_site.resize(grid.n_cells(), false);
        let on_roads = exposure.roads.roads.iter().flat_map(|road| &road.cells);
        for &cell in exposure.villages.iter().map(|village| &village.cell).chain(on_roads) {
            is_site[cell] = true;
        }
        let cells: Vec<usize> = (0..is_site.len()).filter(|cell| is_site[*cell]).collect();
        let position = |cell: &usize| cells.partition_point(|site| site < cell);
        let roads: Vec<Vec<usize>> =
            exposure.roads.roads.iter().map(|road| road.cells.iter().map(position).collect()).collect();
        let mut road_m = vec![0.0_f32; cells.len()];
        for (road, sites) in exposure.roads.roads.iter().zip(&roads) {
            for &site in sites {
                road_m[site] += single(road.length_m / sites.len() as f64);
            }
        }
        Self {
            units: cells.iter().map(|cell| river.unit_of_cell.get(*cell).copied().unwrap_or(u8::MAX)).collect(),
            villages: exposure.villages.iter().map(|village| position(&village.cell)).collect(),
            road_m,
            roads,
            cells,
            cell_m2: grid.cell_area_m2(),
        }
    }
}

/// A length, a time or a number of people, as it is kept.
#[expect(clippy::cast_possible_truncation, reason = "lengths to a millimetre, times to a second, people to a tenth")]
pub(super) fn single(x: f64) -> f32 {
    x as f32
}
