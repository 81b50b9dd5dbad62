//! Rings: their direction, what is inside them, and which of them are holes of which.

use super::raw::{Position, Ring};

/// Where a point is with respect to a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Inside,
    Outside,
    OnIt,
}

pub(super) fn is_same(a: Position, b: Position) -> bool {
    a[0].total_cmp(&b[0]).is_eq() && a[1].total_cmp(&b[1]).is_eq()
}

/// On which side of the line from `a` to `b` the point `c` is: 1 left, -1 right, 0 on it.
pub(super) fn turn(a: Position, b: Position, c: Position) -> i8 {
    let cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    i8::from(cross > 0.0) - i8::from(cross < 0.0)
}

/// Twice the area of a closed ring, positive if it runs counter-clockwise.
pub(super) fn doubled_area(ring: &[Position]) -> f64 {
    // From the first point, so that large coordinates do not cost digits.
    let [x, y] = ring.first().copied().unwrap_or_default();
    ring.windows(2).map(|pair| (pair[0][0] - x) * (pair[1][1] - y) - (pair[1][0] - x) * (pair[0][1] - y)).sum()
}

/// Turns a ring into the direction asked for.
pub(super) fn directed(mut ring: Ring, is_counter_clockwise: bool) -> Ring {
    if (doubled_area(&ring) > 0.0) != is_counter_clockwise {
        ring.reverse();
    }
    ring
}

/// Where a point is, by the edges of the closed ring that a ray to the east meets.
pub(super) fn side_of(ring: &[Position], at: Position) -> Side {
    let mut is_inside = false;
    for edge in ring.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
        let is_in_box = at[0] >= a[0].min(b[0]) && at[0] <= a[0].max(b[0]) && at[1] >= low[1] && at[1] <= high[1];
        let turn = turn(low, high, at);
        if turn == 0 && is_in_box {
            return Side::OnIt;
        }
        // Half open, so that a ray through a vertex meets one edge of the two.
        if low[1] <= at[1] && at[1] < high[1] && turn > 0 {
            is_inside = !is_inside;
        }
    }
    if is_inside { Side::Inside } else { Side::Outside }
}

/// Whether a ring that does not cross the outer one lies in it: by the first of its points that is not on it.
pub(super) fn is_within(outer: &[Position], ring: &[Position]) -> bool {
    let side = ring.iter().map(|at| side_of(outer, *at)).find(|side| *side != Side::OnIt);
    side.unwrap_or(Side::Inside) == Side::Inside
}

/// The polygons of rings that come in no order, the outer ring of each first.
///
/// In a Shapefile outer rings run clockwise and holes counter-clockwise. Where all run the same way, whoever wrote them
/// did not know of that: a ring within an odd number of others is a hole.
/// A hole that is in no outer ring is given back as the error.
pub(super) fn grouped(rings: Vec<Ring>) -> Result<Vec<Vec<Ring>>, Position> {
    let n_clockwise = rings.iter().filter(|ring| doubled_area(ring) < 0.0).count();
    let is_told_by_direction = n_clockwise > 0 && n_clockwise < rings.len();
    let boxes: Vec<[Position; 2]> = rings.iter().map(|ring| box_of(ring)).collect();
    let is_hole: Vec<bool> = (0..rings.len())
        .map(|i| {
            if is_told_by_direction {
                doubled_area(&rings[i]) > 0.0
            } else {
                containers(&rings, &boxes, i).count() % 2 == 1
            }
        })
        .collect();
    let mut outer_of = vec![None; rings.len()];
    for i in (0..rings.len()).filter(|i| is_hole[*i]) {
        let outers = containers(&rings, &boxes, i).filter(|outer| !is_hole[*outer]);
        let area = |ring: usize| doubled_area(&rings[ring]).abs();
        let outer = outers.min_by(|a, b| area(*a).total_cmp(&area(*b)));
        outer_of[i] = Some(outer.ok_or_else(|| rings[i].first().copied().unwrap_or_default())?);
    }
    let mut polygons: Vec<Vec<Ring>> = Vec::new();
    let mut polygon_of = vec![0; rings.len()];
    let (mut outers, mut holes) = (Vec::new(), Vec::new());
    for (i, ring) in rings.into_iter().enumerate() {
        if let Some(outer) = outer_of[i] { holes.push((outer, ring)) } else { outers.push((i, ring)) }
    }
    for (i, ring) in outers {
        polygon_of[i] = polygons.len();
        polygons.push(vec![ring]);
    }
    for (outer, ring) in holes {
        polygons[polygon_of[outer]].push(ring);
    }
    Ok(polygons)
}

/// The other rings that ring `i` lies in.
fn containers<'a>(rings: &'a [Ring], boxes: &'a [[Position; 2]], i: usize) -> impl Iterator<Item = usize> + 'a {
    let [low, high] = boxes[i];
    let holds = move |j: usize| {
        let [l, h] = boxes[j];
        l[0] <= low[0] && l[1] <= low[1] && h[0] >= high[0] && h[1] >= high[1] && is_within(&rings[j], &rings[i])
    };
    (0..rings.len()).filter(move |j| *j != i && holds(*j))
}

fn box_of(ring: &[Position]) -> [Position; 2] {
    let empty = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
    ring.iter().fold(empty, |[l, h], p| [[l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of side `2 r` around a point, counter-clockwise.
    fn square(x: f64, y: f64, r: f64) -> Ring {
        vec![[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r], [x - r, y - r]]
    }

    fn clockwise(ring: Ring) -> Ring {
        directed(ring, false)
    }

    #[test]
    fn a_point_is_inside_outside_or_on_the_ring() {
        let diamond = [[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
        // The rays of the points at y = 0 run through vertices.
        for (at, side) in [
            ([0.0, 0.0], Side::Inside),
            ([-2.0, 0.0], Side::Outside),
            ([2.0, 0.0], Side::Outside),
            ([0.5, 0.5], Side::OnIt),
            ([-1.0, 0.0], Side::OnIt),
            ([-0.9, -1.0], Side::Outside),
            ([-0.9, 1.0], Side::Outside),
        ] {
            assert_eq!(side_of(&diamond, at), side, "{at:?}");
        }
    }

    #[test]
    fn area_and_direction() {
        let ring = square(4e7, 4e6, 0.5);
        assert!((doubled_area(&ring) - 2.0).abs() < 1e-9);
        assert!((doubled_area(&clockwise(ring.clone())) + 2.0).abs() < 1e-9);
        assert_eq!(directed(clockwise(ring.clone()), true).len(), ring.len());
    }

    #[test]
    fn holes_go_to_the_smallest_ring_around_them() {
        let (big, island) = (clockwise(square(0.0, 0.0, 10.0)), clockwise(square(0.0, 0.0, 3.0)));
        let (lake, pond) = (square(0.0, 0.0, 5.0), square(0.0, 0.0, 1.0));
        let grouped = grouped(vec![pond.clone(), big.clone(), lake.clone(), island.clone()]).unwrap();
        assert_eq!(grouped, [vec![big, lake], vec![island, pond]]);
    }

    #[test]
    fn rings_of_one_direction_are_told_by_what_is_in_what() {
        let (big, lake, apart) = (square(0.0, 0.0, 10.0), square(0.0, 0.0, 5.0), square(30.0, 0.0, 1.0));
        let grouped = grouped(vec![big.clone(), lake.clone(), apart.clone()]).unwrap();
        assert_eq!(grouped, [vec![big, lake], vec![apart]]);
    }

    #[test]
    fn a_hole_in_nothing_is_told() {
        let found = grouped(vec![clockwise(square(0.0, 0.0, 1.0)), square(9.0, 0.0, 1.0)]);
        assert_eq!(found, Err([8.0, -1.0]));
    }
}
