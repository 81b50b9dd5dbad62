//! Whether a geometry can be used, and what is wrong with it.

use super::crossing::{Crossing, first_crossing};
use super::raw::{Geometry, Position, Ring};
use super::rings::{directed, grouped, is_same, is_within};
use super::{Polygon, Shape};

/// What a good geometry becomes, still in the coordinates of the file.
#[derive(Debug, PartialEq)]
pub(super) struct Checked {
    /// Several only where the geometry was several points.
    pub(super) shapes: Vec<Shape>,
    /// Number of rings that were closed.
    pub(super) n_closed: usize,
}

/// Checks a geometry; the error says what is wrong.
pub(super) fn check(geometry: Geometry) -> Result<Checked, String> {
    let mut n_closed = 0;
    let shapes = match geometry {
        Geometry::Nothing => return Err("no geometry".to_owned()),
        Geometry::Unreadable(found) => return Err(found),
        Geometry::Point(at) => vec![Shape::Point(finite(at)?)],
        Geometry::Points(points) => {
            points.into_iter().map(|at| finite(at).map(Shape::Point)).collect::<Result<_, _>>()?
        }
        Geometry::Lines(lines) => {
            let lines: Vec<_> = each(lines, "line", line_of)?;
            if lines.is_empty() { Vec::new() } else { vec![Shape::Lines(lines)] }
        }
        Geometry::Polygons(polygons) => {
            let polygons: Vec<_> = each(polygons, "polygon", |rings| polygon_of(closed(rings, &mut n_closed)?))?;
            if polygons.is_empty() { Vec::new() } else { vec![Shape::Polygons(polygons)] }
        }
        Geometry::Rings(rings) => {
            let groups = grouped(closed(rings, &mut n_closed)?).map_err(hole_outside)?;
            let polygons: Vec<_> = each(groups, "polygon", polygon_of)?;
            if polygons.is_empty() { Vec::new() } else { vec![Shape::Polygons(polygons)] }
        }
    };
    if shapes.is_empty() { Err("no geometry".to_owned()) } else { Ok(Checked { shapes, n_closed }) }
}

/// Each of several parts; of more than one, a bad one is named.
fn each<P, Q>(parts: Vec<P>, what: &str, mut one: impl FnMut(P) -> Result<Q, String>) -> Result<Vec<Q>, String> {
    let n = parts.len();
    let named = |i: usize, reason: String| if n > 1 { format!("{what} {}: {reason}", i + 1) } else { reason };
    parts.into_iter().enumerate().map(|(i, part)| one(part).map_err(|reason| named(i, reason))).collect()
}

fn finite(at: Position) -> Result<Position, String> {
    if at.iter().all(|x| x.is_finite()) { Ok(at) } else { Err(format!("the point ({}, {})", at[0], at[1])) }
}

/// The points of a path that differ from the one before.
fn path(mut points: Vec<Position>) -> Result<Vec<Position>, String> {
    points.iter().try_for_each(|at| finite(*at).map(drop))?;
    points.dedup_by(|a, b| is_same(*a, *b));
    Ok(points)
}

fn line_of(line: Vec<Position>) -> Result<Vec<Position>, String> {
    let line = path(line)?;
    if line.len() < 2 { Err(format!("a line of {} different point(s)", line.len())) } else { Ok(line) }
}

/// Rings closed, and without repeated points.
fn closed(rings: Vec<Ring>, n_closed: &mut usize) -> Result<Vec<Ring>, String> {
    each(rings, "ring", |ring| {
        let mut ring = path(ring)?;
        if let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied())
            && !is_same(first, last)
        {
            ring.push(first);
            *n_closed += 1;
        }
        if ring.len() < 4 { Err(format!("a ring of {} points with the closing one", ring.len())) } else { Ok(ring) }
    })
}

/// A polygon of closed rings, the outer one first.
fn polygon_of(rings: Vec<Ring>) -> Result<Polygon, String> {
    if let Some(Crossing { at: [x, y], rings: [first, second] }) = first_crossing(&rings) {
        let who = if first == second {
            format!("ring {} crosses itself", first + 1)
        } else {
            format!("rings {} and {} cross", first + 1, second + 1)
        };
        return Err(format!("{who} at ({x}, {y})"));
    }
    let mut rings = rings.into_iter();
    let outer = rings.next().ok_or("no geometry")?;
    let holes: Vec<Ring> = rings.collect();
    if let Some(hole) = holes.iter().find(|hole| !is_within(&outer, hole)) {
        return Err(hole_outside(hole.first().copied().unwrap_or_default()));
    }
    let holes = holes.into_iter().map(|hole| directed(hole, false)).collect();
    Ok(Polygon { outer: directed(outer, true), holes })
}

fn hole_outside([x, y]: Position) -> String {
    format!("the hole at ({x}, {y}) outside its outer ring")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn square(x: f64, r: f64) -> Ring {
        vec![[x - r, -r], [x + r, -r], [x + r, r], [x - r, r], [x - r, -r]]
    }

    #[test]
    fn each_fault_has_its_reason() {
        let bow_tie = vec![[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [0.0, 4.0], [0.0, 0.0]];
        for (geometry, reason) in [
            (Geometry::Nothing, "no geometry"),
            (Geometry::Points(vec![]), "no geometry"),
            (Geometry::Lines(vec![]), "no geometry"),
            (Geometry::Polygons(vec![vec![]]), "no geometry"),
            (Geometry::Rings(vec![]), "no geometry"),
            (Geometry::Unreadable("a curve".to_owned()), "a curve"),
            (Geometry::Point([NAN, 1.0]), "the point (NaN, 1)"),
            (Geometry::Points(vec![[0.0, 1.0], [f64::INFINITY, 1.0]]), "the point (inf, 1)"),
            (Geometry::Lines(vec![vec![[1.0, 1.0], [1.0, 1.0]]]), "a line of 1 different point(s)"),
            (Geometry::Lines(vec![vec![[1.0, 1.0], [2.0, 1.0]], vec![]]), "line 2: a line of 0 different point(s)"),
            (Geometry::Lines(vec![vec![[1.0, 1.0], [2.0, NAN]]]), "the point (2, NaN)"),
            (Geometry::Polygons(vec![vec![vec![[0.0, 0.0], [1.0, 0.0]]]]), "a ring of 3 points with the closing one"),
            (Geometry::Rings(vec![bow_tie.clone()]), "ring 1 crosses itself at (2, 2)"),
            (
                Geometry::Polygons(vec![vec![square(0.0, 9.0)], vec![bow_tie]]),
                "polygon 2: ring 1 crosses itself at (2, 2)",
            ),
            (Geometry::Polygons(vec![vec![square(0.0, 1.0), square(1.5, 1.0)]]), "rings 1 and 2 cross at (0.5, -1)"),
            (
                Geometry::Polygons(vec![vec![square(0.0, 1.0), square(9.0, 1.0)]]),
                "the hole at (8, -1) outside its outer ring",
            ),
            (
                Geometry::Rings(vec![directed(square(0.0, 1.0), false), square(9.0, 1.0)]),
                "the hole at (8, -1) outside its outer ring",
            ),
        ] {
            assert_eq!(check(geometry.clone()), Err(reason.to_owned()), "{geometry:?}");
        }
    }

    #[test]
    fn an_open_ring_is_closed_and_directions_are_put_right() {
        let mut outer = directed(square(0.0, 5.0), false);
        outer.pop();
        outer.insert(1, outer[0]);
        let checked = check(Geometry::Polygons(vec![vec![outer, square(0.0, 1.0)]])).unwrap();
        let polygon = Polygon { outer: square(0.0, 5.0), holes: vec![directed(square(0.0, 1.0), false)] };
        assert_eq!(checked, Checked { shapes: vec![Shape::Polygons(vec![polygon])], n_closed: 1 });
    }

    #[test]
    fn several_points_become_a_shape_each() {
        let checked = check(Geometry::Points(vec![[1.0, 2.0], [3.0, 4.0]])).unwrap();
        assert_eq!(checked.shapes, [Shape::Point([1.0, 2.0]), Shape::Point([3.0, 4.0])]);
    }
}
