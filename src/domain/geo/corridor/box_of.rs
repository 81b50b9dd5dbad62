//! The grid around a corridor, and where the river crosses its sides.

use super::ground::Ground;
use super::profile::Profile;
use super::strip::Strip;
use super::{CorridorError, CorridorSpec, MOST_CELLS, Opening};
use crate::domain::geo::polyline::{distance_m, lerp};
use crate::domain::geo::smooth::interpolate;
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::LandClass;
use crate::domain::scenario::Edge;

/// The strip is followed this far beyond the reach, km: its outer corners at a slanting edge lie there.
const BEYOND_KM: f64 = 15.0;

/// The grid of a corridor and the two sides that the river crosses.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxOf {
    pub(super) grid: Grid,
    pub(super) upstream: Edge,
    pub(super) downstream: Edge,
}

/// Extent on the map.
#[derive(Debug, Clone, Copy)]
struct Extent {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl BoxOf {
    /// The smallest grid of whole cells, on multiples of the cell size, that holds the strip between its two ends.
    pub(super) fn strip(strip: &Strip, spec: &CorridorSpec) -> Result<Self, CorridorError> {
        let upstream = opposite(heads_for(strip.direction_at_km(spec.from_km)));
        let downstream = heads_for(strip.direction_at_km(spec.to_km));
        let mut limits = Extent::everything();
        limits.cut(upstream, strip.axis_at_km(spec.from_km));
        limits.cut(downstream, strip.axis_at_km(spec.to_km));
        turns_back(strip, spec, &limits, [upstream, downstream])?;

        let mut extent = Extent::nothing();
        for (vertex, km) in strip.chainage_km.iter().enumerate() {
            if *km < spec.from_km - BEYOND_KM || *km > spec.to_km + BEYOND_KM {
                continue;
            }
            for offset in [strip.left_m[vertex] + spec.landside_m, -strip.right_m[vertex] - spec.landside_m] {
                let p = strip.beside(vertex, offset);
                if limits.holds(p) {
                    extent.take_in(p);
                }
            }
        }
        let grid = extent.within(&limits).grid(spec.cell_m)?;
        Ok(Self { grid, upstream, downstream })
    }

    /// The run of channel and floodplain cells on a side of the grid that holds a point of the axis.
    ///
    /// One cell is left out at each end, so that no open edge lies behind a levee however the wall is traced.
    pub(super) fn opening(&self, edge: Edge, ground: &Ground, axis: PointMap) -> Opening {
        let Grid { n_cols, n_rows, cell_m, west_m, .. } = self.grid;
        let (n, middle_m): (usize, f64) = match edge {
            Edge::West | Edge::East => (n_rows, axis[1] - self.grid.south_m()),
            Edge::South | Edge::North => (n_cols, axis[0] - west_m),
        };
        let is_open = |k: usize| {
            let (row, col) = match edge {
                Edge::West => (n_rows - 1 - k, 0),
                Edge::East => (n_rows - 1 - k, n_cols - 1),
                Edge::South => (n_rows - 1, k),
                Edge::North => (0, k),
            };
            matches!(ground.class[self.grid.index(row, col)], LandClass::Channel | LandClass::Floodplain)
        };
        let middle = (0..n).position(|k| (k + 1) as f64 * cell_m > middle_m).unwrap_or(n - 1);
        let first = (0..=middle).rev().take_while(|k| is_open(*k)).last().unwrap_or(middle);
        let last = (middle..n).take_while(|k| is_open(*k)).last().unwrap_or(middle);
        let span_m = if last >= first + 2 {
            [(first + 1) as f64 * cell_m, last as f64 * cell_m]
        } else {
            [first as f64 * cell_m, (last + 1) as f64 * cell_m]
        };
        Opening { edge, span_m }
    }
}

/// Side of a box that a direction points at.
fn heads_for(direction: [f64; 2]) -> Edge {
    let [x, y] = direction;
    match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
        (true, true, _) => Edge::East,
        (true, false, _) => Edge::West,
        (false, _, true) => Edge::North,
        (false, _, false) => Edge::South,
    }
}

fn opposite(edge: Edge) -> Edge {
    match edge {
        Edge::West => Edge::East,
        Edge::East => Edge::West,
        Edge::South => Edge::North,
        Edge::North => Edge::South,
    }
}

/// The axis between its ends must not cross the sides that cut it off.
fn turns_back(strip: &Strip, spec: &CorridorSpec, limits: &Extent, edges: [Edge; 2]) -> Result<(), CorridorError> {
    let inside = spec.from_km + spec.cell_m / 1000.0..spec.to_km - spec.cell_m / 1000.0;
    for (km, p) in strip.chainage_km.iter().zip(strip.axis.points()) {
        if inside.contains(km) && !limits.holds(*p) {
            let mut first = Extent::everything();
            first.cut(edges[0], strip.axis_at_km(spec.from_km));
            let edge = if first.holds(*p) { edges[1] } else { edges[0] };
            return Err(CorridorError::TurnsBack { from_km: spec.from_km, to_km: spec.to_km, edge });
        }
    }
    Ok(())
}

impl Extent {
    fn everything() -> Self {
        Self { west: f64::NEG_INFINITY, east: f64::INFINITY, south: f64::NEG_INFINITY, north: f64::INFINITY }
    }

    fn nothing() -> Self {
        Self { west: f64::INFINITY, east: f64::NEG_INFINITY, south: f64::INFINITY, north: f64::NEG_INFINITY }
    }

    fn cut(&mut self, edge: Edge, at: PointMap) {
        match edge {
            Edge::West => self.west = at[0],
            Edge::East => self.east = at[0],
            Edge::South => self.south = at[1],
            Edge::North => self.north = at[1],
        }
    }

    fn holds(&self, p: PointMap) -> bool {
        p[0] >= self.west && p[0] <= self.east && p[1] >= self.south && p[1] <= self.north
    }

    fn take_in(&mut self, p: PointMap) {
        self.west = self.west.min(p[0]);
        self.east = self.east.max(p[0]);
        self.south = self.south.min(p[1]);
        self.north = self.north.max(p[1]);
    }

    /// The limits where they are finite, this extent elsewhere.
    fn within(&self, limits: &Self) -> Self {
        let pick = |limit: f64, own: f64| if limit.is_finite() { limit } else { own };
        Self {
            west: pick(limits.west, self.west),
            east: pick(limits.east, self.east),
            south: pick(limits.south, self.south),
            north: pick(limits.north, self.north),
        }
    }

    fn grid(&self, cell_m: f64) -> Result<Grid, CorridorError> {
        let (west, east) = ((self.west / cell_m).floor(), (self.east / cell_m).ceil());
        let (south, north) = ((self.south / cell_m).floor(), (self.north / cell_m).ceil());
        let (cols, rows) = (east - west, north - south);
        let n_cells = cols * rows;
        if !(n_cells >= 1.0 && n_cells <= MOST_CELLS as f64) {
            return Err(CorridorError::TooManyCells { n_cells, cell_m, most: MOST_CELLS });
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and MOST_CELLS, checked"
        )]
        let (n_cols, n_rows) = (cols as usize, rows as usize);
        Ok(Grid { n_cols, n_rows, cell_m, west_m: west * cell_m, north_m: north * cell_m })
    }
}

/// The part of a line inside a grid that lies between the first and the last vertex inside it, cut at the edges.
///
/// Gives points with a position among the given ones: 2.5 is halfway between the third and the fourth.
pub(super) fn clip(grid: &Grid, line: &[PointMap]) -> Vec<(PointMap, f64)> {
    let extent = Extent { west: grid.west_m, east: grid.east_m(), south: grid.south_m(), north: grid.north_m };
    let Some(first) = line.iter().position(|p| extent.holds(*p)) else { return Vec::new() };
    let last = line.iter().rposition(|p| extent.holds(*p)).unwrap_or(first);
    let mut inside = Vec::with_capacity(last - first + 3);
    if first > 0 {
        let t = crossing(&extent, line[first], line[first - 1]);
        inside.push((lerp(line[first], line[first - 1], t), first as f64 - t));
    }
    inside.extend((first..=last).map(|i| (line[i], i as f64)));
    if last + 1 < line.len() {
        let t = crossing(&extent, line[last], line[last + 1]);
        inside.push((lerp(line[last], line[last + 1], t), last as f64 + t));
    }
    inside.dedup_by(|a, b| distance_m(a.0, b.0) <= 0.0);
    inside
}

/// How far from `inside` to `outside` the edge is crossed, as a share.
fn crossing(extent: &Extent, inside: PointMap, outside: PointMap) -> f64 {
    let share = |a: f64, b: f64, low: f64, high: f64| {
        if b < low {
            (a - low) / (a - b)
        } else if b > high {
            (high - a) / (b - a)
        } else {
            1.0
        }
    };
    let x = share(inside[0], outside[0], extent.west, extent.east);
    let y = share(inside[1], outside[1], extent.south, extent.north);
    x.min(y).clamp(0.0, 1.0)
}

/// The channel's course inside a grid, and its chainage in km.
pub(super) fn clip_course(grid: &Grid, profile: &Profile) -> (Vec<PointMap>, Vec<f64>) {
    let at: Vec<f64> = (0..profile.chainage_km.len()).map(|i| i as f64).collect();
    clip(grid, profile.line.points()).into_iter().map(|(p, i)| (p, interpolate(&at, &profile.chainage_km, i))).unzip()
}
