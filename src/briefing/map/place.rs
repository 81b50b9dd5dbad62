//! Where things go: panels into the empty parts of the map, labels beside their marks, nothing on anything else.

use super::frame::MapFrame;
use crate::briefing::canvas::Area;
use crate::domain::river::LandClass;
use crate::domain::scenario::Scenario;

/// How much each part of the picture may be covered.
///
/// A coarse raster over the window with running sums, so that the cost of any box is four look-ups.
pub(crate) struct Cover {
    window: Area,
    n_cols: usize,
    sums: Vec<f64>,
}

/// Size of one piece of the coarse raster, px.
const PIECE_PX: f32 = 4.0;
/// Cost of covering one piece of river or floodplain; effectively never.
const COST_RIVER: f64 = 1e4;
/// Cost of covering one piece of land behind the levees: allowed, but paper is better.
const COST_LANDSIDE: f64 = 1.0;

impl Cover {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the window has a few thousand pixels")]
    pub(crate) fn new(frame: &MapFrame, scenario: &Scenario) -> Self {
        let window = frame.window;
        let (n_cols, n_rows) = ((window.width / PIECE_PX) as usize, (window.height / PIECE_PX) as usize);
        let mut sums = vec![0.0; (n_cols + 1) * (n_rows + 1)];
        for j in 0..n_rows {
            for i in 0..n_cols {
                let x = window.left + (i as f32 + 0.5) * PIECE_PX;
                let y = window.top + (j as f32 + 0.5) * PIECE_PX;
                let cost = cost_at(scenario, frame.map_from_px([x, y]));
                let at = (j + 1) * (n_cols + 1) + i + 1;
                sums[at] = cost + sums[at - 1] + sums[at - n_cols - 1] - sums[at - n_cols - 2];
            }
        }
        Self { window, n_cols, sums }
    }

    /// Cost of covering a box.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the raster")]
    pub(crate) fn cost(&self, area: &Area) -> f64 {
        let n_rows = self.sums.len() / (self.n_cols + 1) - 1;
        let piece = |px: f32, n: usize| ((px / PIECE_PX).round().max(0.0) as usize).min(n);
        let (c0, c1) =
            (piece(area.left - self.window.left, self.n_cols), piece(area.right() - self.window.left, self.n_cols));
        let (r0, r1) = (piece(area.top - self.window.top, n_rows), piece(area.bottom() - self.window.top, n_rows));
        let sum = |r: usize, c: usize| self.sums[r * (self.n_cols + 1) + c];
        sum(r1, c1) - sum(r0, c1) - sum(r1, c0) + sum(r0, c0)
    }

    /// Best place of a box of this size: clear of the river and of the boxes already placed, as near as may be to a
    /// corner of the window (shares of its width and height). `None` when every place would cover the river.
    pub(crate) fn best_place(&self, size: [f32; 2], corner: [f32; 2], taken: &[Area], gap_px: f32) -> Option<Area> {
        let inner = self.window.grown(-gap_px);
        let mut best: Option<(f64, Area)> = None;
        let steps = |room: f32| {
            let n = (room / STEP_PX).floor().max(0.0);
            (0..).map(move |i| i as f32).take_while(move |i| *i <= n).map(move |i| if n > 0.0 { i / n } else { 0.0 })
        };
        let room = [inner.width - size[0], inner.height - size[1]];
        if room[0] < 0.0 || room[1] < 0.0 {
            return None;
        }
        for fy in steps(room[1]) {
            for fx in steps(room[0]) {
                let area = Area::new(inner.left + fx * room[0], inner.top + fy * room[1], size[0], size[1]);
                if taken.iter().any(|other| other.grown(gap_px).overlaps(&area)) {
                    continue;
                }
                let away = [(fx - corner[0]) * room[0], (fy - corner[1]) * room[1]];
                let cost = self.cost(&area.grown(gap_px)) + COST_PER_PX * f64::from(away[0].hypot(away[1]));
                if cost < COST_RIVER && best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, area));
                }
            }
        }
        best.map(|(_, area)| area)
    }
}

/// Cost of one pixel of distance from the wished corner, against the cost of a covered piece.
const COST_PER_PX: f64 = 1.0;
/// Step of the search, px.
const STEP_PX: f32 = 8.0;

fn cost_at(scenario: &Scenario, at: [f64; 2]) -> f64 {
    let grid = scenario.terrain.grid;
    let Some((row, col)) = grid.cell_at(at) else { return 0.0 };
    let index = grid.index(row, col);
    match scenario.river.as_ref().map(|river| river.class_of_cell[index]) {
        _ if !scenario.terrain.is_inside(index) => 0.0,
        Some(LandClass::Outside) => 0.0,
        Some(LandClass::Landside) => COST_LANDSIDE,
        Some(LandClass::Channel | LandClass::Floodplain) | None => COST_RIVER,
    }
}

/// Tries the places in turn and takes the first that lies in the window and on nothing else.
pub(crate) fn first_free(places: impl IntoIterator<Item = Area>, window: &Area, taken: &[Area]) -> Option<Area> {
    places.into_iter().find(|area| window.contains(area) && !taken.iter().any(|other| other.overlaps(area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_place_lies_inside_and_on_nothing() {
        let window = Area::new(0.0, 0.0, 100.0, 100.0);
        let taken = [Area::new(0.0, 0.0, 50.0, 50.0)];
        let places =
            [Area::new(10.0, 10.0, 20.0, 20.0), Area::new(90.0, 60.0, 20.0, 20.0), Area::new(60.0, 60.0, 20.0, 20.0)];
        assert_eq!(first_free(places, &window, &taken), Some(places[2]));
        assert_eq!(first_free([places[0]], &window, &taken), None);
    }
}
