//! Where the rings of a polygon cross themselves or each other.
//!
//! A ring may touch itself or another at a point, as real parcels do; it may not change sides there, and it may not run
//! along itself or another.

use super::raw::{Position, Ring};
use super::rings::{is_same, turn};

/// Where two edges meet that should not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    pub(super) at: Position,
    /// The rings that the edges are of, the first is 0.
    pub(super) rings: [usize; 2],
}

/// An edge of a ring with the edge behind it.
#[derive(Debug, Clone, Copy)]
struct Edge {
    ring: usize,
    i: usize,
    n_edges: usize,
    a: Position,
    b: Position,
    /// End of the edge behind it.
    next: Position,
}

/// A crossing of closed rings without repeated points, if there is one.
///
/// Edges are compared with those that overlap them along the longer side of the extent; edges are short against it in
/// all but made-up rings.
pub(super) fn first_crossing(rings: &[Ring]) -> Option<Crossing> {
    let mut edges: Vec<Edge> = rings.iter().enumerate().flat_map(|(ring, points)| edges_of(ring, points)).collect();
    let axis = longer_axis(&edges);
    edges.sort_by(|s, t| s.low(axis).total_cmp(&t.low(axis)));
    for (k, s) in edges.iter().enumerate() {
        let (high, across) = (s.high(axis), 1 - axis);
        for t in edges[k + 1..].iter().take_while(|t| t.low(axis) <= high) {
            if s.low(across) <= t.high(across)
                && t.low(across) <= s.high(across)
                && let Some(at) = meeting(s, t)
            {
                return Some(Crossing { at, rings: [s.ring.min(t.ring), s.ring.max(t.ring)] });
            }
        }
    }
    None
}

fn edges_of(ring: usize, points: &Ring) -> impl Iterator<Item = Edge> + '_ {
    let n_edges = points.len().saturating_sub(1);
    (0..n_edges).map(move |i| {
        let next = points[(i + 1) % n_edges + 1];
        Edge { ring, i, n_edges, a: points[i], b: points[i + 1], next }
    })
}

fn longer_axis(edges: &[Edge]) -> usize {
    let extent = |axis: usize| {
        let low = edges.iter().map(|e| e.low(axis)).fold(f64::INFINITY, f64::min);
        let high = edges.iter().map(|e| e.high(axis)).fold(f64::NEG_INFINITY, f64::max);
        high - low
    };
    usize::from(extent(1) > extent(0))
}

impl Edge {
    fn low(&self, axis: usize) -> f64 {
        self.a[axis].min(self.b[axis])
    }

    fn high(&self, axis: usize) -> f64 {
        self.a[axis].max(self.b[axis])
    }

    fn is_neighbour_of(&self, other: &Self) -> bool {
        let follows = |s: &Self, t: &Self| (s.i + 1) % s.n_edges == t.i;
        self.ring == other.ring && (follows(self, other) || follows(other, self))
    }

    /// Whether a point of the edge's line lies on the edge, its start left out.
    fn holds(&self, at: Position) -> bool {
        let is_between = |axis: usize| self.low(axis) <= at[axis] && at[axis] <= self.high(axis);
        is_between(0) && is_between(1) && !is_same(at, self.a)
    }
}

/// Where two edges cross or run along each other.
fn meeting(s: &Edge, t: &Edge) -> Option<Position> {
    let of_s = [turn(t.a, t.b, s.a), turn(t.a, t.b, s.b)];
    let of_t = [turn(s.a, s.b, t.a), turn(s.a, s.b, t.b)];
    if of_s == [0, 0] && of_t == [0, 0] {
        return shared_stretch(s, t);
    }
    if s.is_neighbour_of(t) {
        return None;
    }
    if of_s[0] * of_s[1] < 0 && of_t[0] * of_t[1] < 0 {
        return Some(intersection(s, t));
    }
    let s_ends_on_t = of_s[1] == 0 && t.holds(s.b) && changes_sides(s, t);
    let t_ends_on_s = of_t[1] == 0 && s.holds(t.b) && changes_sides(t, s);
    match () {
        () if s_ends_on_t => Some(s.b),
        () if t_ends_on_s => Some(t.b),
        () => None,
    }
}

/// The start of the stretch that two edges on one line have in common, if it has a length.
fn shared_stretch(s: &Edge, t: &Edge) -> Option<Position> {
    let axis = usize::from((s.b[1] - s.a[1]).abs() > (s.b[0] - s.a[0]).abs());
    let (from, to) = (s.low(axis).max(t.low(axis)), s.high(axis).min(t.high(axis)));
    let is_start = |p: &Position| p[axis].total_cmp(&from).is_eq();
    (from < to).then(|| [s.a, s.b, t.a, t.b].into_iter().find(is_start)).flatten()
}

fn intersection(s: &Edge, t: &Edge) -> Position {
    let (u, v) = ([s.b[0] - s.a[0], s.b[1] - s.a[1]], [t.b[0] - t.a[0], t.b[1] - t.a[1]]);
    let along = ((t.a[0] - s.a[0]) * v[1] - (t.a[1] - s.a[1]) * v[0]) / (u[0] * v[1] - u[1] * v[0]);
    [s.a[0] + along * u[0], s.a[1] + along * u[1]]
}

/// Whether the path through the end of `s`, which lies on `t`, goes from one side of the path along `t` to the other.
fn changes_sides(s: &Edge, t: &Edge) -> bool {
    let at = s.b;
    let onward = if is_same(at, t.b) { t.next } else { t.b };
    let is_left = |p: Position| is_left_of_path([s.a, at, s.next], p);
    is_left(t.a) != is_left(onward)
}

fn is_left_of_path([a, at, b]: [Position; 3], p: Position) -> bool {
    let (before, behind) = (turn(a, at, p) > 0, turn(at, b, p) > 0);
    if turn(a, at, b) < 0 { before || behind } else { before && behind }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossing(rings: &[&[Position]]) -> Option<Crossing> {
        let rings: Vec<Ring> = rings.iter().map(|ring| [*ring, &ring[..1]].concat()).collect();
        let found = first_crossing(&rings);
        let reversed: Vec<Ring> = rings.iter().map(|ring| ring.iter().rev().copied().collect()).collect();
        assert_eq!(first_crossing(&reversed).is_some(), found.is_some(), "the direction does not matter");
        let turned: Vec<Ring> = rings.iter().map(|ring| ring.iter().map(|[x, y]| [*y, *x]).collect()).collect();
        assert_eq!(first_crossing(&turned).is_some(), found.is_some(), "the axis does not matter");
        found
    }

    const SQUARE: [Position; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];

    #[test]
    fn a_simple_ring_has_no_crossing() {
        assert_eq!(crossing(&[&SQUARE]), None);
        assert_eq!(crossing(&[&[[0.0, 0.0], [2.0, 0.0], [4.0, 0.0], [2.0, 3.0]]]), None, "a straight angle");
    }

    #[test]
    fn a_bow_tie_crosses_in_its_middle() {
        let found = crossing(&[&[[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0]]]);
        assert_eq!(found, Some(Crossing { at: [2.0, 2.0], rings: [0, 0] }));
    }

    #[test]
    fn a_bow_tie_with_a_vertex_in_its_middle_crosses_too() {
        let knot = [[0.0, 0.0], [2.0, 2.0], [4.0, 4.0], [4.0, 0.0], [2.0, 2.0], [0.0, 4.0]];
        assert_eq!(crossing(&[&knot]).map(|c| c.at), Some([2.0, 2.0]));
        let half = [[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [2.0, 2.0], [0.0, 4.0]];
        assert_eq!(crossing(&[&half]).map(|c| c.at), Some([2.0, 2.0]));
    }

    #[test]
    fn a_touch_at_a_point_is_no_crossing() {
        let pinched = [[0.0, 0.0], [2.0, 2.0], [4.0, 0.0], [4.0, 4.0], [2.0, 2.0], [0.0, 4.0]];
        assert_eq!(crossing(&[&pinched]), None);
        let on_edge = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 0.0], [0.0, 4.0]];
        assert_eq!(crossing(&[&on_edge]), None);
        assert_eq!(crossing(&[&SQUARE, &[[2.0, 0.0], [3.0, 2.0], [1.0, 2.0]]]), None, "a hole on the edge");
        assert_eq!(crossing(&[&SQUARE, &[[0.0, 0.0], [3.0, 2.0], [2.0, 3.0]]]), None, "a hole in the corner");
    }

    #[test]
    fn a_way_back_over_itself_is_a_crossing() {
        let spike = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [4.0, 9.0], [4.0, 4.0], [0.0, 4.0]];
        assert!(crossing(&[&spike]).is_some());
        assert!(crossing(&[&SQUARE, &[[1.0, 0.0], [3.0, 0.0], [2.0, 2.0]]]).is_some(), "a hole along the edge");
    }

    #[test]
    fn rings_that_cross_are_named() {
        let found = crossing(&[&SQUARE, &[[3.0, 1.0], [6.0, 2.0], [3.0, 3.0]]]).unwrap();
        assert_eq!(found.rings, [0, 1]);
    }
}
