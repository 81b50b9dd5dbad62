//! Walls on the grid: their faces in order, and the openings cut into them.

use super::super::ground::Ground;
use super::super::layout::{Axis, Layout, Place};
use super::super::trace::Face;
use super::super::walls::WallFace;
use super::super::water::Waters;
use super::crest::Opening;
use super::weir::{Beside, Rule};

/// A face of a wall that stands above the ground between two cells of the domain.
#[derive(Debug, Clone)]
pub(in crate::domain::swe) struct PlacedFace {
    /// Place in the list of crests of the ground.
    pub(super) place: usize,
    /// The cell to the left (west or south), and the one to the right.
    pub(super) cells: [Place; 2],
    axis: Axis,
    /// +1 when flow eastward or northward goes from the left hand of the wall to its right hand, −1 when back.
    sign: f64,
    /// Middle of the face, m from the start of the wall.
    pub(super) along_m: f64,
    /// Part of the wall that the face stands for, m from the start of the wall.
    from_m: f64,
    to_m: f64,
    /// Crest of this wall, m.
    pub(super) crest_m: f64,
    /// Other walls on the face, by their place in the scenario, and their crests there, m.
    others: Vec<(usize, f64)>,
}

/// The faces of one wall, from its start to its end.
#[derive(Debug, Clone, Default)]
pub(in crate::domain::swe) struct WallLine {
    pub(super) faces: Vec<PlacedFace>,
}

/// A piece of wall with an opening in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) line: usize,
    pub(super) from_m: f64,
    pub(super) to_m: f64,
}

/// Shares are kept on a lattice, so that a mirrored wall, measured from its other end, has the same ones.
fn share_on_lattice(share: f64) -> f64 {
    const PARTS: f64 = (1_u64 << 24) as f64;
    (share * PARTS).round() / PARTS
}

impl PlacedFace {
    /// `reach` is the part of the wall that the face stands for, m from its start.
    pub(in crate::domain::swe) fn new(
        wall: &WallFace,
        reach: [f64; 2],
        place: usize,
        others: Vec<(usize, f64)>,
        layout: Layout,
    ) -> Self {
        let Face { axis, row, col } = wall.face;
        let cells = match axis {
            Axis::X => [layout.place(row, col - 1), layout.place(row, col)],
            // The face is the north one of its row: the cell to the south of it is the one in that row.
            Axis::Y => [layout.place(row, col), layout.place(row - 1, col)],
        };
        let [from_m, to_m] = reach;
        let WallFace { sign, along_m, crest_m, .. } = *wall;
        Self { place, cells, axis, sign, along_m, from_m, to_m, crest_m, others }
    }

    /// Share of the face that an opening from `from_m` to `to_m` along the wall takes.
    pub(super) fn covered(&self, from_m: f64, to_m: f64) -> f64 {
        let length = self.to_m - self.from_m;
        if length <= 0.0 {
            return if (from_m..=to_m).contains(&self.along_m) { 1.0 } else { 0.0 };
        }
        share_on_lattice((to_m.min(self.to_m) - from_m.max(self.from_m)) / length).clamp(0.0, 1.0)
    }

    /// Whether this wall stands above the ground on both sides.
    pub(in crate::domain::swe) fn stands_above(&self, ground: &Ground) -> bool {
        self.cells.iter().all(|cell| self.crest_m > ground.bed(*cell))
    }

    /// Both sides of the face.
    pub(super) fn sides(&self, ground: &Ground, waters: &Waters) -> [Beside; 2] {
        self.cells.map(|cell| Beside {
            h: waters.depth(cell),
            un: waters.along(ground.kept.slot(cell), self.axis),
            z: ground.bed(cell),
        })
    }

    /// Depth of the water above the crest, m; negative below it.
    pub(super) fn overtopping(&self, ground: &Ground, waters: &Waters, rule: Rule) -> f64 {
        let level = |s: Beside| if s.h > rule.dry { s.z + s.h } else { f64::NEG_INFINITY };
        self.sides(ground, waters).map(level).into_iter().fold(f64::NEG_INFINITY, f64::max) - self.crest_m
    }

    /// Difference of both levels, each at least at `crest_m` and at the ground, m.
    pub(super) fn head(&self, ground: &Ground, waters: &Waters, crest_m: f64) -> f64 {
        let [left, right] = self.sides(ground, waters);
        let crest = crest_m.max(left.z).max(right.z);
        ((left.z + left.h).max(crest) - (right.z + right.h).max(crest)).abs()
    }

    /// Highest crest of the other walls on the face but those that give way with this one, m: an opening of this one goes
    /// no deeper.
    pub(super) fn floor_m(&self, through: &[usize]) -> f64 {
        let standing = self.others.iter().filter(|(wall, _)| !through.contains(wall));
        standing.map(|(_, crest_m)| *crest_m).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Length of wall that the face stands for, m.
    pub(super) fn length_m(&self) -> f64 {
        self.to_m - self.from_m
    }
}

/// Shares of a face for `WallFace`s in order: the part of the wall that each stands for, m from its start.
///
/// Neighbours meet half way between their middles, and no face reaches further than half its length.
pub(in crate::domain::swe) fn reaches(faces: &[WallFace], cell_m: f64, length_m: f64) -> Vec<[f64; 2]> {
    let half = 0.5 * cell_m;
    let meet = |a: &WallFace, b: &WallFace| 0.5 * (a.along_m + b.along_m);
    (0..faces.len())
        .map(|k| {
            let face = &faces[k];
            let before = if k > 0 { meet(&faces[k - 1], face) } else { 0.0 };
            let after = faces.get(k + 1).map_or(length_m, |next| meet(face, next));
            [before.max(face.along_m - half), after.min(face.along_m + half)]
        })
        .collect()
}

/// Length of wall over length of face, at most 1.
pub(in crate::domain::swe) fn share_of(reach: [f64; 2], cell_m: f64) -> f64 {
    share_on_lattice((reach[1] - reach[0]) / cell_m).clamp(0.0, 1.0)
}

impl WallLine {
    pub(in crate::domain::swe) fn push(&mut self, face: PlacedFace) {
        self.faces.push(face);
    }

    /// The faces that reach into a part of the wall, with the share of each that the part takes.
    pub(super) fn within(&self, from_m: f64, to_m: f64) -> impl Iterator<Item = (&PlacedFace, f64)> {
        // Both ends of the faces rise along the wall.
        let first = self.faces.partition_point(|face| face.to_m < from_m);
        let near = self.faces[first..].iter().take_while(move |face| face.from_m <= to_m);
        near.map(move |face| (face, face.covered(from_m, to_m))).filter(|(_, share)| *share > 0.0)
    }
}

/// Takes the openings of a cut away.
pub(super) fn close(lines: &[WallLine], cut: Cut, ground: &mut Ground) {
    for (face, _) in lines[cut.line].within(cut.from_m, cut.to_m) {
        ground.crests.all_mut()[face.place].openings.clear();
    }
}

/// Cuts an opening; `level` is its crest on a face.
pub(super) fn open(
    lines: &[WallLine],
    cut: Cut,
    raised: Option<f64>,
    level: impl Fn(&PlacedFace) -> f64,
    ground: &mut Ground,
) {
    for (face, frac) in lines[cut.line].within(cut.from_m, cut.to_m) {
        let level = level(face);
        let crest = &mut ground.crests.all_mut()[face.place];
        if raised.is_some() || level < crest.crest {
            let place = crest.openings.partition_point(|o| o.level <= level);
            crest.openings.insert(place, Opening { frac, level, raised });
        }
    }
}

/// Discharge through the openings of a cut, from the left hand of the wall to its right hand, m³/s.
pub(super) fn discharge(
    lines: &[WallLine],
    cut: Cut,
    is_gate: bool,
    ground: &Ground,
    waters: &Waters,
    rule: Rule,
    cell_m: f64,
) -> f64 {
    let mut sum = 0.0;
    for (face, _) in lines[cut.line].within(cut.from_m, cut.to_m) {
        let [left, right] = face.sides(ground, waters);
        let crest = &ground.crests.all()[face.place];
        if left.h.max(right.h) <= rule.dry {
            continue;
        }
        let own = (0..crest.openings.len()).filter(|&o| crest.openings[o].raised.is_some() == is_gate);
        sum += face.sign * own.map(|o| crest.through_opening(o, left, right, rule)).sum::<f64>() * cell_m;
    }
    sum
}
