//! Water at normal depth in the channel: a state to start from.

use std::collections::VecDeque;

use super::{Corridor, section};
use crate::domain::geo::Grid;
use crate::domain::geo::smooth::interpolate;
use crate::domain::river::LandClass;

/// The channel is divided into pieces of about this length, m, each with its own depth.
const PIECE_M: f64 = 2000.0;
/// Halvings of the interval that holds the depth: 3 m / 2^40 is a few picometres.
const HALVINGS: u32 = 40;

/// Depth (m), velocity east and velocity north (m/s) of every cell with a steady discharge (m³/s) in the channel.
///
/// Arrays are row-major, row 0 north; zero outside the domain and where it is dry.
/// The water surface is parallel to the bed of the channel, piece by piece of about 2 km, at the height at which the
/// channel's cells carry the discharge by Manning's formula at the channel's slope; the velocity goes along the channel.
/// A discharge above bankfull starts at bankfull: the floodplain is filled by the run, not by the initial state.
pub fn normal_depth_fields(corridor: &Corridor, discharge_m3s: f64) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let grid = &corridor.terrain.grid;
    let n = grid.n_cells();
    let (mut depth_m, mut u_mps, mut v_mps) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
    let surface = Surface::of(corridor, discharge_m3s);
    for cell in connected(grid, corridor, &surface) {
        let along_m = corridor.along_m[cell];
        let channel = corridor.profile.at(along_m);
        let h = surface.depth_at(corridor, cell);
        let speed = section::unit_discharge_m2s(h, channel.slope, corridor.terrain.manning[cell]) / h;
        let direction = corridor.profile.line.direction_at(along_m);
        depth_m[cell] = h;
        u_mps[cell] = speed * direction[0];
        v_mps[cell] = speed * direction[1];
    }
    (depth_m, u_mps, v_mps)
}

/// Height of the water over the flat bottom of the channel, linear between the middles of the pieces.
struct Surface {
    along_m: Vec<f64>,
    over_bottom_m: Vec<f64>,
}

impl Surface {
    fn of(corridor: &Corridor, discharge_m3s: f64) -> Self {
        let cells: Vec<usize> = (0..corridor.along_m.len())
            .filter(|cell| corridor.river.class_of_cell[*cell] == LandClass::Channel)
            .collect();
        let (first, last) = cells
            .iter()
            .map(|cell| corridor.along_m[*cell])
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), s| (a.min(s), b.max(s)));
        let mut surface = Self { along_m: Vec::new(), over_bottom_m: Vec::new() };
        if cells.is_empty() || discharge_m3s <= 0.0 {
            return surface;
        }
        let n_pieces = ((last - first) / PIECE_M).ceil().max(1.0);
        let length_m = (last - first) / n_pieces;
        let mut pieces: Vec<Vec<usize>> = Vec::new();
        for cell in cells {
            let number = piece_number((corridor.along_m[cell] - first) / length_m, n_pieces);
            if pieces.len() <= number {
                pieces.resize(number + 1, Vec::new());
            }
            pieces[number].push(cell);
        }
        for (number, cells) in pieces.iter().enumerate() {
            surface.along_m.push(first + (number as f64 + 0.5) * length_m);
            surface.over_bottom_m.push(normal_depth_m(corridor, cells, length_m, discharge_m3s));
        }
        surface.trust_whole_pieces();
        surface
    }

    /// The pieces at the two ends are cut slantwise by the edge of the grid: they take the depth of their neighbours.
    fn trust_whole_pieces(&mut self) {
        let n = self.over_bottom_m.len();
        if n >= 8 {
            self.over_bottom_m[0] = self.over_bottom_m[2];
            self.over_bottom_m[1] = self.over_bottom_m[2];
            self.over_bottom_m[n - 1] = self.over_bottom_m[n - 3];
            self.over_bottom_m[n - 2] = self.over_bottom_m[n - 3];
        }
    }

    /// Depth of water in a cell, m, not negative; no higher than the lip.
    fn depth_at(&self, corridor: &Corridor, cell: usize) -> f64 {
        if self.along_m.is_empty() {
            return 0.0;
        }
        let along_m = corridor.along_m[cell];
        let channel = corridor.profile.at(along_m);
        let over_bottom_m = interpolate(&self.along_m, &self.over_bottom_m, along_m);
        let stage_m = (channel.thalweg_m + over_bottom_m).min(channel.lip_m);
        (stage_m - corridor.terrain.bed_m[cell]).max(0.0)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and the number of pieces")]
fn piece_number(position: f64, n_pieces: f64) -> usize {
    position.clamp(0.0, n_pieces - 1.0) as usize
}

/// Height over the bottom at which the cells of a piece carry the discharge; at most bankfull.
fn normal_depth_m(corridor: &Corridor, cells: &[usize], length_m: f64, discharge_m3s: f64) -> f64 {
    let width_m = corridor.terrain.grid.cell_area_m2() / length_m;
    let strips: Vec<(f64, f64, f64)> = cells
        .iter()
        .map(|cell| {
            let channel = corridor.profile.at(corridor.along_m[*cell]);
            (corridor.terrain.bed_m[*cell] - channel.thalweg_m, channel.slope, corridor.terrain.manning[*cell])
        })
        .collect();
    let carried = |over_bottom_m: f64| -> f64 {
        strips
            .iter()
            .map(|(bed, slope, n)| section::unit_discharge_m2s(over_bottom_m - bed, *slope, *n) * width_m)
            .sum()
    };
    let bankfull_m = cells
        .iter()
        .map(|cell| corridor.profile.at(corridor.along_m[*cell]))
        .map(|channel| channel.lip_m - channel.thalweg_m)
        .fold(0.0, f64::max);
    let (mut low, mut high) = (0.0, bankfull_m);
    if carried(high) <= discharge_m3s {
        return high;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if carried(middle) < discharge_m3s { low = middle } else { high = middle }
    }
    high
}

/// The cells that hold water and are reached from the channel without crossing dry land or a levee.
fn connected(grid: &Grid, corridor: &Corridor, surface: &Surface) -> Vec<usize> {
    let class = &corridor.river.class_of_cell;
    let is_wet = |cell: usize| {
        matches!(class[cell], LandClass::Channel | LandClass::Floodplain) && surface.depth_at(corridor, cell) > 0.0
    };
    let mut is_seen = vec![false; grid.n_cells()];
    let mut queue: VecDeque<usize> =
        (0..grid.n_cells()).filter(|cell| class[*cell] == LandClass::Channel && is_wet(*cell)).collect();
    for cell in &queue {
        is_seen[*cell] = true;
    }
    let mut reached = Vec::new();
    while let Some(cell) = queue.pop_front() {
        reached.push(cell);
        for next in neighbours(grid, cell) {
            if !is_seen[next] && is_wet(next) {
                is_seen[next] = true;
                queue.push_back(next);
            }
        }
    }
    reached
}

fn neighbours(grid: &Grid, cell: usize) -> impl Iterator<Item = usize> {
    let (row, col) = grid.row_col(cell);
    let (n_rows, n_cols) = (grid.n_rows, grid.n_cols);
    [
        (row > 0).then(|| cell - n_cols),
        (row + 1 < n_rows).then_some(cell + n_cols),
        (col > 0).then(|| cell - 1),
        (col + 1 < n_cols).then_some(cell + 1),
    ]
    .into_iter()
    .flatten()
}
