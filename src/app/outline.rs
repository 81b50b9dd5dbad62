//! The reach from above, for the mini-map.

use std::sync::Arc;

use super::desk::Show;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::scenario::Scenario;
use crate::ui::minimap::{MiniMapModel, Outline};
use crate::view::CameraRig;

/// Points of a line on the map, at most.
const MOST_POINTS: usize = 160;

/// The outline of a scenario.
pub(super) fn outline(scenario: &Scenario) -> Outline {
    let grid = &scenario.terrain.grid;
    let line = |points: &[PointMap]| {
        let stride = points.len().div_ceil(MOST_POINTS).max(1);
        points.iter().step_by(stride).chain(points.last()).map(|at| share(grid, *at)).collect::<Vec<_>>()
    };
    #[expect(clippy::cast_possible_truncation, reason = "for drawing")]
    let aspect = (grid.n_rows as f64 / grid.n_cols.max(1) as f64) as f32;
    if let Some(river) = &scenario.river {
        let edges = river.levees.iter().map(|levee| line(&levee.line)).collect();
        return Outline { aspect, river: line(&river.centreline), edges };
    }
    let frame = [[0.0, 0.0], [1.0, 0.0], [1.0, aspect], [0.0, aspect], [0.0, 0.0]];
    Outline { aspect, river: Vec::new(), edges: vec![frame.to_vec()] }
}

/// The map with the camera on it.
pub(super) fn minimap(show: &Show, rig: &CameraRig) -> MiniMapModel {
    let grid = &show.scenario.terrain.grid;
    let back_m = rig.distance_m * rig.pitch_deg.to_radians().cos();
    let (sin, cos) = rig.yaw_deg.to_radians().sin_cos();
    let eye = [rig.target_map[0] - back_m * sin, rig.target_map[1] - back_m * cos];
    MiniMapModel { outline: Arc::clone(&show.outline), target: share(grid, rig.target_map), eye: share(grid, eye) }
}

#[expect(clippy::cast_possible_truncation, reason = "for drawing")]
fn share(grid: &Grid, at: PointMap) -> [f32; 2] {
    let width_m = grid.n_cols.max(1) as f64 * grid.cell_m;
    [((at[0] - grid.west_m) / width_m) as f32, ((grid.north_m - at[1]) / width_m) as f32]
}

/// The place on the map of a point on the mini-map.
pub(super) fn place_of(grid: &Grid, [x, y]: [f32; 2]) -> PointMap {
    let width_m = grid.n_cols.max(1) as f64 * grid.cell_m;
    [grid.west_m + f64::from(x) * width_m, grid.north_m - f64::from(y) * width_m]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_its_point_on_the_map_says() {
        let grid = Grid { n_cols: 100, n_rows: 50, cell_m: 200.0, west_m: 1000.0, north_m: 9000.0 };
        let [x, y] = share(&grid, [11_000.0, 4000.0]);
        assert!((x - 0.5).abs() < 1e-6 && (y - 0.25).abs() < 1e-6, "{x} {y}");
        let [east, north] = place_of(&grid, [x, y]);
        assert!((east - 11_000.0).abs() < 0.1 && (north - 4000.0).abs() < 0.1, "{east} {north}");
    }
}
