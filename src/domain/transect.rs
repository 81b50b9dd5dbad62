//! The ground, the water and the walls along a line: cross-sections (横断面) and the long profile of a river (纵断面).

use crate::domain::frame::{Frame, REACHED_DEPTH_M};
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::{Polyline, distance_m};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;

/// Places that a line is sampled at, at most.
const MOST_PLACES: usize = 400;

/// One place of a transect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// From the begin of the line, m.
    pub along_m: f64,
    /// Ground, m: that of the cell.
    pub bed_m: f64,
    /// Water level, m; `None` where it is shallower than 0.05 m.
    pub stage_m: Option<f64>,
}

/// Where a line crosses a wall.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    /// From the begin of the line, m.
    pub along_m: f64,
    /// Crest of the wall there, m.
    pub crest_m: f64,
    /// Name of the wall.
    pub wall: String,
}

/// What a line across the river meets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transect {
    /// Places inside the domain, along the line.
    pub places: Vec<Place>,
    /// Walls, along the line.
    pub crossings: Vec<Crossing>,
    /// Discharge over the line, m³/s, positive from its left hand to its right hand.
    pub discharge_m3s: f64,
}

impl Transect {
    /// Along a line of at least two points, from the begin to the end. Empty where the line lies outside the domain.
    pub fn of(scenario: &Scenario, frame: &Frame, line: &[PointMap]) -> Self {
        let Some(line) = Polyline::new(line.to_vec()) else { return Self::default() };
        let grid = &scenario.terrain.grid;
        let step_m = (line.length_m() / MOST_PLACES as f64).max(0.25 * grid.cell_m);
        let mut transect = Self { crossings: crossings(scenario, &line), ..Self::default() };
        let mut along_m = 0.5 * step_m;
        while along_m < line.length_m() {
            if let Some(cell) = cell_at(scenario, line.at(along_m)) {
                let place = place_at(scenario, frame, cell, along_m);
                transect.places.push(place);
                transect.discharge_m3s += step_m * unit_discharge(frame, cell, line.direction_at(along_m));
            }
            along_m += step_m;
        }
        transect
    }
}

fn cell_at(scenario: &Scenario, at: PointMap) -> Option<usize> {
    let (row, col) = scenario.terrain.grid.cell_at(at)?;
    let cell = scenario.terrain.grid.index(row, col);
    scenario.terrain.is_inside(cell).then_some(cell)
}

fn place_at(scenario: &Scenario, frame: &Frame, cell: usize, along_m: f64) -> Place {
    let (bed_m, depth_m) = (scenario.terrain.bed_m[cell], f64::from(frame.depth_mm[cell]) / 1000.0);
    Place { along_m, bed_m, stage_m: (depth_m >= REACHED_DEPTH_M).then_some(bed_m + depth_m) }
}

/// Discharge through a metre of a line, m²/s, from its left hand to its right hand.
fn unit_discharge(frame: &Frame, cell: usize, [east, north]: [f64; 2]) -> f64 {
    let [depth_m, u_mps, v_mps] =
        [f64::from(frame.depth_mm[cell]), f64::from(frame.u_mmps[cell]), f64::from(frame.v_mmps[cell])]
            .map(|mm| mm / 1000.0);
    depth_m * (u_mps * north - v_mps * east)
}

/// Where the line meets the walls, along it.
fn crossings(scenario: &Scenario, line: &Polyline) -> Vec<Crossing> {
    let mut found = Vec::new();
    for wall in &scenario.walls {
        let stretches = wall.line.windows(2).zip(wall.crest_m.windows(2));
        for (stretch, crests) in stretches {
            for (piece, along_m) in line.points().windows(2).zip(line.along_m()) {
                let ends = [piece[0], piece[1]];
                let Some([on_line, on_wall]) = meeting(ends, [stretch[0], stretch[1]]) else { continue };
                found.push(Crossing {
                    along_m: along_m + on_line * distance_m(ends[0], ends[1]),
                    crest_m: crests[0] + (crests[1] - crests[0]) * on_wall,
                    wall: wall.name.clone(),
                });
            }
        }
    }
    found.sort_by(|a, b| a.along_m.total_cmp(&b.along_m));
    found
}

/// Where two straight pieces meet, as shares of both, 0 to 1.
fn meeting([a, b]: [PointMap; 2], [c, d]: [PointMap; 2]) -> Option<[f64; 2]> {
    let cross = |p: [f64; 2], q: [f64; 2]| p[0] * q[1] - p[1] * q[0];
    let minus = |p: PointMap, q: PointMap| [p[0] - q[0], p[1] - q[1]];
    let (ab, cd, ac) = (minus(b, a), minus(d, c), minus(c, a));
    let twist = cross(ab, cd);
    let shares = [cross(ac, cd) / twist, cross(ac, ab) / twist];
    shares.iter().all(|share| (0.0..=1.0).contains(share)).then_some(shares)
}

/// The long profile at one point of the centreline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfilePlace {
    /// Chainage, km below Xiaolangdi.
    pub km: f64,
    /// Lowest ground of the channel near it, m.
    pub bed_m: f64,
    /// Water level over it, m; `None` where it is dry.
    pub stage_m: Option<f64>,
    /// Crest of the levees beside it, left and right, m.
    pub crests_m: [Option<f64>; 2],
}

/// The long profile of the river: the deepest cell within a kilometre of the centreline for each of some hundreds of
/// points of it. Empty without a river.
pub fn long_profile(scenario: &Scenario, frame: &Frame) -> Vec<ProfilePlace> {
    let Some(river) = &scenario.river else { return Vec::new() };
    let levees: Vec<(Polyline, &[f64])> = river
        .levees
        .iter()
        .filter_map(|levee| Some((Polyline::new(levee.line.clone())?, levee.crest_m.as_slice())))
        .collect();
    let stride = river.centreline.len().div_ceil(MOST_PLACES).max(1);
    let points = river.centreline.iter().zip(&river.chainage_km).step_by(stride);
    points
        .filter_map(|(at, km)| {
            let cell = deepest_near(scenario, frame, *at)?;
            let place = place_at(scenario, frame, cell, 0.0);
            let crest = |side: usize| levees.get(side).map(|(line, crests_m)| crest_beside(line, crests_m, *at));
            Some(ProfilePlace { km: *km, bed_m: place.bed_m, stage_m: place.stage_m, crests_m: [crest(0), crest(1)] })
        })
        .collect()
}

/// The cell with the most water within a kilometre, or the lowest one where all are dry.
fn deepest_near(scenario: &Scenario, frame: &Frame, at: PointMap) -> Option<usize> {
    const REACH_M: f64 = 1000.0;
    let grid = &scenario.terrain.grid;
    let (row, col) = grid.cell_at(at)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few cells")]
    let reach = (REACH_M / grid.cell_m).ceil().clamp(1.0, 50.0) as usize;
    let rows = row.saturating_sub(reach)..(row + reach + 1).min(grid.n_rows);
    let cells = rows.flat_map(|row| {
        let cols = col.saturating_sub(reach)..(col + reach + 1).min(grid.n_cols);
        cols.map(move |col| grid.index(row, col))
    });
    let key = |cell: &usize| (frame.depth_mm[*cell], -scenario.terrain.bed_m[*cell]);
    cells.filter(|cell| scenario.terrain.is_inside(*cell)).max_by(|a, b| {
        let ((depth_a, low_a), (depth_b, low_b)) = (key(a), key(b));
        depth_a.cmp(&depth_b).then(low_a.total_cmp(&low_b))
    })
}

fn crest_beside(line: &Polyline, crests_m: &[f64], at: PointMap) -> f64 {
    let along_m = line.nearest(at).along_m;
    let after = line.along_m().partition_point(|s| *s <= along_m).clamp(1, crests_m.len() - 1);
    let (from_m, to_m) = (line.along_m()[after - 1], line.along_m()[after]);
    let share = ((along_m - from_m) / (to_m - from_m).max(1e-9)).clamp(0.0, 1.0);
    crests_m[after - 1] + (crests_m[after] - crests_m[after - 1]) * share
}

/// The line across a river through a place, square to the centreline, from beyond the left levee to beyond the right one.
pub fn across(river: &River, at: PointMap) -> Option<[PointMap; 2]> {
    /// How far from the place a levee is looked for, and how far the line goes on beyond it, m.
    const REACH_M: f64 = 30_000.0;
    const BEYOND_M: f64 = 600.0;
    let line = Polyline::new(river.centreline.clone())?;
    let [east, north] = line.direction_at(line.nearest(at).along_m);
    let toward = |distance_m: f64, [x, y]: [f64; 2]| [at[0] + distance_m * x, at[1] + distance_m * y];
    let end = |side: [f64; 2]| {
        let ray = [at, toward(REACH_M, side)];
        let levees = river.levees.iter().flat_map(|levee| levee.line.windows(2));
        let met = levees.filter_map(|stretch| meeting(ray, [stretch[0], stretch[1]])).map(|[on_ray, _]| on_ray);
        let nearest = met.fold(f64::INFINITY, f64::min);
        nearest.is_finite().then(|| toward(nearest * REACH_M + BEYOND_M, side))
    };
    Some([end([-north, east])?, end([north, -east])?])
}
