//! Polylines on the map: arc length, direction, and the nearest point.

use crate::domain::geo::PointMap;

/// Segments per block of the nearest-point search; about the square root of the usual number of segments.
const BLOCK: usize = 32;

/// A polyline in projected metres with its arc length, made for many nearest-point questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Polyline {
    points: Vec<PointMap>,
    along_m: Vec<f64>,
    blocks: Vec<Block>,
}

/// The point of a polyline nearest to some other point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Arc length from the first vertex to the nearest point, m.
    pub along_m: f64,
    /// Distance to the nearest point, m: positive to the left of the direction of the line, negative to its right.
    pub offset_m: f64,
    /// Whether the point lies beyond the first or the last vertex, so that the offset is no longer square to the line.
    pub is_beyond_end: bool,
}

/// A run of segments inside a circle.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Block {
    first: usize,
    end: usize,
    center: PointMap,
    radius_m: f64,
}

impl Polyline {
    /// A polyline through these points; points that repeat the one before are dropped.
    ///
    /// `None` if fewer than two different points remain or one is not finite.
    pub fn new(points: Vec<PointMap>) -> Option<Self> {
        let mut points = points;
        points.dedup();
        if points.len() < 2 || points.iter().flatten().any(|x| !x.is_finite()) {
            return None;
        }
        let along_m = cumulative_length_m(&points);
        let n_segments = points.len() - 1;
        let blocks =
            (0..n_segments).step_by(BLOCK).map(|a| Block::around(&points, a, (a + BLOCK).min(n_segments))).collect();
        Some(Self { points, along_m, blocks })
    }

    /// The vertices.
    pub fn points(&self) -> &[PointMap] {
        &self.points
    }

    /// Arc length of each vertex, m, from 0.
    pub fn along_m(&self) -> &[f64] {
        &self.along_m
    }

    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.along_m[self.along_m.len() - 1]
    }

    /// The point at an arc length; the ends are held outside the line.
    pub fn at(&self, along_m: f64) -> PointMap {
        let (i, t) = self.segment_at(along_m);
        lerp(self.points[i], self.points[i + 1], t)
    }

    /// Unit vector along the line at an arc length.
    pub fn direction_at(&self, along_m: f64) -> [f64; 2] {
        let (i, _) = self.segment_at(along_m);
        let (a, b) = (self.points[i], self.points[i + 1]);
        let length = distance_m(a, b);
        [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
    }

    fn segment_at(&self, along_m: f64) -> (usize, f64) {
        let last = self.points.len() - 2;
        let i = self.along_m.partition_point(|s| *s <= along_m).saturating_sub(1).min(last);
        let t = (along_m - self.along_m[i]) / (self.along_m[i + 1] - self.along_m[i]);
        (i, t.clamp(0.0, 1.0))
    }

    /// The point of the line nearest to `p`. Of two equally near ones, the one further upstream.
    pub fn nearest(&self, p: PointMap) -> Nearest {
        let reach =
            self.blocks.iter().map(|block| distance_m(block.center, p) + block.radius_m).fold(f64::INFINITY, f64::min);
        let mut best = (f64::INFINITY, 0, 0.0);
        for block in &self.blocks {
            let gap = distance_m(block.center, p) - block.radius_m;
            if gap > reach || (gap > 0.0 && gap * gap > best.0) {
                continue;
            }
            for i in block.first..block.end {
                let (d2, t) = self.squared_distance(i, p);
                if d2 < best.0 {
                    best = (d2, i, t);
                }
            }
        }
        self.describe(best, p)
    }

    /// Squared distance to a segment, and where on it (unclamped).
    fn squared_distance(&self, i: usize, p: PointMap) -> (f64, f64) {
        let (a, b) = (self.points[i], self.points[i + 1]);
        let ab = [b[0] - a[0], b[1] - a[1]];
        let t = ((p[0] - a[0]) * ab[0] + (p[1] - a[1]) * ab[1]) / (ab[0] * ab[0] + ab[1] * ab[1]);
        let held = t.clamp(0.0, 1.0);
        let gap = [p[0] - a[0] - held * ab[0], p[1] - a[1] - held * ab[1]];
        (gap[0] * gap[0] + gap[1] * gap[1], t)
    }

    fn describe(&self, (d2, i, t): (f64, usize, f64), p: PointMap) -> Nearest {
        let (a, b) = (self.points[i], self.points[i + 1]);
        let cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        let is_beyond_end = (i == 0 && t < 0.0) || (i + 2 == self.points.len() && t > 1.0);
        Nearest {
            along_m: self.along_m[i] + t.clamp(0.0, 1.0) * (self.along_m[i + 1] - self.along_m[i]),
            offset_m: d2.sqrt().copysign(cross),
            is_beyond_end,
        }
    }
}

impl Block {
    fn around(points: &[PointMap], first: usize, end: usize) -> Self {
        let center = lerp(points[first], points[end], 0.5);
        let radius_m = points[first..=end].iter().map(|p| distance_m(*p, center)).fold(0.0, f64::max);
        Self { first, end, center, radius_m }
    }
}

/// Distance between two points, m.
#[expect(clippy::imprecise_flops, reason = "map coordinates neither overflow nor underflow, and hypot is far slower")]
pub fn distance_m(a: PointMap, b: PointMap) -> f64 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// The point a fraction `t` of the way from `a` to `b`.
pub fn lerp(a: PointMap, b: PointMap, t: f64) -> PointMap {
    [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

/// A smooth curve through all points (Catmull and Rom 1974, uniform), `n_between` points for each interval.
///
/// Also gives the position of each point among the given ones: 2.5 is halfway between the third and the fourth.
pub fn catmull_rom(points: &[PointMap], n_between: usize) -> (Vec<PointMap>, Vec<f64>) {
    let last = points.len().saturating_sub(1);
    let mut curve = Vec::with_capacity(last * n_between + 1);
    let mut position = Vec::with_capacity(last * n_between + 1);
    for i in 0..last {
        let (p0, p3) = (points[i.saturating_sub(1)], points[(i + 2).min(last)]);
        for k in 0..n_between {
            let t = k as f64 / n_between as f64;
            curve.push([0, 1].map(|axis| cubic(t, p0[axis], points[i][axis], points[i + 1][axis], p3[axis])));
            position.push(i as f64 + t);
        }
    }
    if let Some(end) = points.last() {
        curve.push(*end);
        position.push(last as f64);
    }
    (curve, position)
}

fn cubic(t: f64, p0: f64, p1: f64, p2: f64, p3: f64) -> f64 {
    let (a, b, c) = (2.0 * p0 - 5.0 * p1 + 4.0 * p2 - p3, -p0 + 3.0 * p1 - 3.0 * p2 + p3, p2 - p0);
    0.5 * (2.0 * p1 + t * (c + t * (a + t * b)))
}

fn cumulative_length_m(points: &[PointMap]) -> Vec<f64> {
    let mut total = 0.0;
    let mut along_m = vec![0.0];
    for pair in points.windows(2) {
        total += distance_m(pair[0], pair[1]);
        along_m.push(total);
    }
    along_m
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;

    fn bent() -> Polyline {
        Polyline::new(vec![[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]).unwrap()
    }

    #[test]
    fn arc_length_and_direction() {
        let line = bent();
        assert_eq!(line.length_m(), 20.0);
        assert_eq!(line.at(15.0), [10.0, 5.0]);
        assert_eq!(line.at(-3.0), [0.0, 0.0]);
        assert_eq!(line.at(99.0), [10.0, 10.0]);
        assert_eq!(line.direction_at(3.0), [1.0, 0.0]);
        assert_eq!(line.direction_at(12.0), [0.0, 1.0]);
    }

    #[test]
    fn left_of_the_line_is_positive() {
        let left = bent().nearest([4.0, 3.0]);
        assert_eq!((left.along_m, left.offset_m, left.is_beyond_end), (4.0, 3.0, false));
        let right = bent().nearest([14.0, 6.0]);
        assert_eq!((right.along_m, right.offset_m), (16.0, -4.0));
        assert!(bent().nearest([-1.0, 0.5]).is_beyond_end);
        assert!(bent().nearest([9.0, 12.0]).is_beyond_end);
    }

    #[test]
    fn the_blocks_find_what_a_full_search_finds() {
        let points: Vec<PointMap> = (0..500).map(|i| f64::from(i) * 0.1).map(|x| [x, 5.0 * (x * 0.7).sin()]).collect();
        let line = Polyline::new(points.clone()).unwrap();
        for k in 0..400 {
            let p = [f64::from(k % 20) * 2.7 - 1.0, f64::from(k / 20) - 10.0];
            let full = (0..points.len() - 1).map(|i| line.squared_distance(i, p).0).fold(f64::INFINITY, f64::min);
            assert_eq!(line.nearest(p).offset_m.abs(), full.sqrt(), "{p:?}");
        }
    }

    #[test]
    fn a_line_needs_two_different_points() {
        assert!(Polyline::new(vec![[1.0, 2.0], [1.0, 2.0]]).is_none());
        assert!(Polyline::new(vec![[1.0, 2.0], [f64::NAN, 2.0]]).is_none());
    }

    #[test]
    fn the_smooth_curve_passes_through_its_points() {
        let given = [[0.0, 0.0], [1.0, 2.0], [3.0, 2.5], [4.0, 0.0]];
        let (curve, position) = catmull_rom(&given, 4);
        assert_eq!(curve.len(), 13);
        for (i, p) in given.iter().enumerate() {
            assert!(distance_m(curve[4 * i], *p) < 1e-12);
            assert_eq!(position[4 * i], i as f64);
        }
    }
}
