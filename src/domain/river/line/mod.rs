//! A channel laid on a grid whose cells may be wider than it: a line of segments, the cells it stands on, and the banks
//! over which it meets the plain.
//!
//! The cells of the channel are not part of the plain. Below the lip the water stands in the sections of the segments;
//! above it in a column that has just the area of these cells, so that no storage counts twice. Segments are about as
//! long as a cell; lengths are those of the course as it lies on the map, on which the profile's slope is taken too.
//!
//! | file | what |
//! |---|---|
//! | `lay` | segments, columns and ends of a course on a grid |
//! | `cells` | the cells that a course passes through |
//! | `banks` | what of each bank is whose |
//! | `dike` | production dikes on the banks |

mod banks;
mod cells;
mod dike;
mod lay;

use serde::{Deserialize, Serialize};

use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::{distance_m, lerp};
use crate::domain::river::channel::Segment;
use crate::domain::scenario::Edge;

pub use cells::cells_on_course;
pub use dike::{Dike, Passage};
pub use lay::{Course, SectionAt};

/// A channel beside the plain of a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelLine {
    /// Segments from upstream to downstream, sound by construction.
    pub segments: Vec<Segment>,
    /// Where the segments begin and end on the map: one point more than segments.
    pub points: Vec<PointMap>,
    /// Official chainage of these points, km.
    pub chainage_km: Vec<f64>,
    /// The cells that the channel stands on, by their place on the grid.
    pub cells: Vec<LineCell>,
    /// What of the banks belongs to which cell of the plain, in the order of these cells.
    pub banks: Vec<BankFace>,
    /// Production dikes on both banks of each segment; empty where none stand at all.
    pub dikes: Vec<Option<Dike>>,
    /// Where the line enters the grid and where it leaves it.
    pub ends: [LineEnd; 2],
    /// The water it begins with.
    pub start: LineStart,
}

/// A cell that the channel stands on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LineCell {
    /// Position in the arrays of the grid.
    pub cell: usize,
    /// Distance along the line from its upstream end, m.
    pub along_m: f64,
}

/// A stretch of bank of one segment that faces one cell of the plain.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BankFace {
    /// The segment, by its position from upstream.
    pub segment: usize,
    /// The cell of the plain, by its position in the arrays of the grid.
    pub plain_cell: usize,
    /// Length of bank, m. Those of a segment sum to twice its length where both banks have a plain.
    pub length_m: f64,
}

/// Where the line crosses a side of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LineEnd {
    /// The side.
    pub edge: Edge,
    /// Distance along that side from its west or south end, m.
    pub along_m: f64,
}

impl LineEnd {
    /// Whether a boundary on this span of a side rules this end: it lies on the same side and spans the crossing.
    pub fn is_ruled_by(&self, edge: Edge, span_m: [f64; 2]) -> bool {
        edge == self.edge && (span_m[0]..=span_m[1]).contains(&self.along_m)
    }
}

/// The water that a line begins with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum LineStart {
    /// What the initial state of the scenario says of its cells.
    #[default]
    AsCells,
    /// The steady profile of this discharge at the upstream end, m³/s, above 0, growing by what sources bring at first.
    Steady(f64),
}

/// A place between the middles of two segments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinePlace {
    /// The segment upstream of the place, or the last one.
    pub before: usize,
    /// The segment downstream of it, or the last one.
    pub after: usize,
    /// How far from the middle of the one to that of the other, 0 to 1.
    pub frac: f64,
    /// The segment that the place lies in.
    pub segment: usize,
}

impl LinePlace {
    /// A quantity of the segments at this place, linear between their middles.
    pub fn mix(&self, value: impl Fn(usize) -> f64) -> f64 {
        if self.frac > 0.0 {
            let before = value(self.before);
            before + self.frac * (value(self.after) - before)
        } else {
            value(self.before)
        }
    }
}

/// The line crossed by another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    /// Where.
    pub place: LinePlace,
    /// +1 where water of the channel goes from the left hand of that line to its right hand, −1 where back.
    pub sign: f64,
}

impl ChannelLine {
    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.segments.iter().map(|segment| segment.length_m).sum()
    }

    /// The place at a distance along the line (m); the ends are held beyond them.
    pub fn place(&self, along_m: f64) -> LinePlace {
        let last = self.segments.len() - 1;
        let mut end_m = 0.0;
        let mut segment = last;
        for (i, of) in self.segments.iter().enumerate() {
            end_m += of.length_m;
            if along_m < end_m {
                segment = i;
                break;
            }
        }
        let middle_m = end_m - 0.5 * self.segments[segment].length_m;
        let (before, after) =
            if along_m < middle_m { (segment.saturating_sub(1), segment) } else { (segment, (segment + 1).min(last)) };
        if before == after {
            return LinePlace { before, after, frac: 0.0, segment };
        }
        let span_m = 0.5 * (self.segments[before].length_m + self.segments[after].length_m);
        let from_before_m = if before == segment { along_m - middle_m } else { span_m - (middle_m - along_m) };
        LinePlace { before, after, frac: (from_before_m / span_m).clamp(0.0, 1.0), segment }
    }

    /// The segment that an official chainage (km) lies in; the ends are held beyond them.
    pub fn segment_at_km(&self, km: f64) -> usize {
        self.chainage_km.partition_point(|end| *end <= km).clamp(1, self.segments.len()) - 1
    }

    /// Distance along the line of the point of it that is nearest to a point of the map, m.
    pub fn along_near_m(&self, at: PointMap) -> f64 {
        let (mut best_m, mut along_m, mut start_m) = (f64::INFINITY, 0.0, 0.0);
        for (ends, segment) in self.points.windows(2).zip(&self.segments) {
            let (a, b) = (ends[0], ends[1]);
            let d = [b[0] - a[0], b[1] - a[1]];
            let length2 = d[0] * d[0] + d[1] * d[1];
            let t = (((at[0] - a[0]) * d[0] + (at[1] - a[1]) * d[1]) / length2.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
            let off_m = distance_m(at, lerp(a, b, t));
            if off_m < best_m {
                (best_m, along_m) = (off_m, start_m + t * segment.length_m);
            }
            start_m += segment.length_m;
        }
        along_m
    }

    /// Direction of a segment on the map, a unit vector.
    pub fn direction(&self, segment: usize) -> [f64; 2] {
        let (a, b) = (self.points[segment], self.points[segment + 1]);
        let length_m = distance_m(a, b).max(f64::MIN_POSITIVE);
        [(b[0] - a[0]) / length_m, (b[1] - a[1]) / length_m]
    }

    /// Where a line on the map crosses the channel, from upstream to downstream.
    ///
    /// A vertex that lies on the channel counts once.
    pub fn crossings(&self, line: &[PointMap]) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut start_m = 0.0;
        for (ends, segment) in self.points.windows(2).zip(&self.segments) {
            let (a, b) = (ends[0], ends[1]);
            for of in line.windows(2) {
                let (c, d) = (of[0], of[1]);
                let (side_a, side_b) = (side(c, d, a), side(c, d, b));
                if (side_a >= 0.0) == (side_b >= 0.0) || (side(a, b, c) >= 0.0) == (side(a, b, d) >= 0.0) {
                    continue;
                }
                let along_m = start_m + side_a / (side_a - side_b) * segment.length_m;
                let sign = if side_a >= 0.0 { 1.0 } else { -1.0 };
                crossings.push(Crossing { place: self.place(along_m), sign });
            }
            start_m += segment.length_m;
        }
        crossings
    }
}

/// Positive for a point to the left of the way from `a` to `b`.
fn side(a: PointMap, b: PointMap, p: PointMap) -> f64 {
    (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::Grid;
    use crate::domain::geo::polyline::Polyline;

    const GRID: Grid = Grid { n_cols: 12, n_rows: 5, cell_m: 100.0, west_m: 0.0, north_m: 500.0 };

    /// A river that runs east through the middle row, in segments of 100 m.
    fn line() -> ChannelLine {
        let course = Polyline::new(vec![[0.0, 250.0], [1200.0, 250.0]]).unwrap();
        let channel = cells_on_course(&GRID, &course);
        let plain: Vec<bool> = channel.iter().map(|is| !is).collect();
        let at = |s: f64| SectionAt {
            width_m: 40.0,
            lip_m: 10.0 - 1e-4 * s,
            bed_m: 8.0 - 1e-4 * s,
            bottom_frac: 0.6,
            manning: 0.02,
            chainage_km: s / 1000.0,
        };
        Course { grid: &GRID, line: &course, span_m: [0.0, 1200.0], is_channel: &channel, is_plain: &plain }
            .lay(at)
            .unwrap()
    }

    #[test]
    fn a_place_lies_between_the_middles_of_two_segments() {
        let line = line();
        let stage = |i: usize| i as f64;
        for (along_m, want) in
            [(-5.0, 0.0), (20.0, 0.0), (50.0, 0.0), (75.0, 0.25), (150.0, 1.0), (600.0, 5.5), (1190.0, 11.0)]
        {
            let place = line.place(along_m);
            assert!((place.mix(stage) - want).abs() < 1e-9, "{along_m}: {place:?}");
        }
        assert!((line.along_near_m([333.0, 400.0]) - 333.0).abs() < 1e-9);
    }

    #[test]
    fn a_crossing_is_positive_when_water_comes_from_the_left_hand() {
        let line = line();
        // Northward the channel's water comes from the left; through a vertex on the channel it counts once.
        let north = line.crossings(&[[450.0, 0.0], [450.0, 250.0], [450.0, 500.0]]);
        assert_eq!(north.len(), 1);
        assert!(north[0].sign > 0.0 && (north[0].place.mix(|i| i as f64) - 4.0).abs() < 1e-9);
        let there_and_back = line.crossings(&[[310.0, 0.0], [350.0, 400.0], [390.0, 0.0]]);
        assert!(there_and_back.iter().map(|c| c.sign).sum::<f64>().abs() < 1e-12);
        assert_eq!(there_and_back.len(), 2);
        assert!(line.crossings(&[[0.0, 260.0], [1200.0, 260.0]]).is_empty());
    }
}
