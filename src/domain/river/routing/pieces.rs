//! How the river is cut into pieces.

use super::curve::Curve;
use super::dikes::Diked;
use crate::domain::geo::corridor::{CompoundSection, DikeRow, RiverSections};

/// Distance of the sections that make a piece, km: that of the table of the course.
const SECTION_KM: f64 = 2.0;
/// Fixed points nearer to each other than this share of a piece are one.
const MERGE_FRAC: f64 = 0.1;

/// A piece of river.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Official length, m.
    pub(super) length_m: f64,
    pub(super) curve: Curve,
    /// Production dikes that part the floodplain from the channel, if they stand here.
    pub(super) diked: Option<Box<Diked>>,
}

impl Piece {
    /// The piece between two chainages (km): its sections lie in the middles of equal parts.
    pub(super) fn between(sections: &RiverSections, [from_km, to_km]: [f64; 2], dikes: Option<&DikeRow>) -> Self {
        let n = ((to_km - from_km) / SECTION_KM).ceil().max(1.0);
        let middles = (0..).map(f64::from).take_while(|k| *k < n).map(|k| from_km + (k + 0.5) / n * (to_km - from_km));
        let inside: Vec<CompoundSection> = middles.map(|km| sections.at_km(km)).collect();
        Self::of(&inside, 1000.0 * (to_km - from_km), dikes)
    }

    /// A piece of some length (m) with these sections, and dikes where they stand.
    pub(super) fn of(sections: &[CompoundSection], length_m: f64, dikes: Option<&DikeRow>) -> Self {
        let curve = Curve::of(sections, length_m, CompoundSection::flow);
        Self { length_m, curve, diked: dikes.map(|row| Box::new(Diked::of(sections, length_m, row))) }
    }

    /// The curve that the water in the channel goes by: that of all the section where no dike stands.
    pub(super) fn main(&self) -> &Curve {
        self.diked.as_ref().map_or(&self.curve, |diked| &diked.channel)
    }
}

/// Ends of pieces of about equal length: both ends of the reach, all fixed points inside it, and evenly between these.
pub(super) fn ends(from_km: f64, to_km: f64, fixed_km: impl Iterator<Item = f64>, piece_km: f64) -> Vec<f64> {
    let mut fixed: Vec<f64> = fixed_km.filter(|km| *km > from_km && *km < to_km).collect();
    fixed.sort_by(f64::total_cmp);
    fixed.dedup_by(|later, earlier| *later - *earlier < MERGE_FRAC * piece_km);
    fixed.push(to_km);
    let mut ends = vec![from_km];
    let mut before = from_km;
    for next in fixed {
        let n = ((next - before) / piece_km).round().max(1.0);
        ends.extend((1..).map(f64::from).take_while(|k| *k < n).map(|k| before + k / n * (next - before)));
        ends.push(next);
        before = next;
    }
    ends
}

/// The end nearest to a chainage.
pub(super) fn nearest(ends_km: &[f64], km: f64) -> usize {
    let gap = |i: &usize| (ends_km[*i] - km).abs();
    (0..ends_km.len()).min_by(|a, b| gap(a).total_cmp(&gap(b))).unwrap_or(0)
}

/// The piece that holds a chainage; an end belongs to the piece below it.
pub(super) fn holding(ends_km: &[f64], km: f64) -> usize {
    let n_pieces = ends_km.len() - 1;
    ends_km.partition_point(|end| *end <= km).clamp(1, n_pieces) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_at_fixed_points_and_are_about_as_long_as_asked() {
        let ends = ends(0.0, 60.0, [16.0, 40.0, 40.5, -3.0, 99.0].into_iter(), 12.0);
        assert_eq!(ends, [0.0, 16.0, 28.0, 40.0, 50.0, 60.0]);
        assert_eq!([0.0, 15.9, 16.0, 59.0, 60.0].map(|km| holding(&ends, km)), [0, 0, 1, 4, 4]);
        assert_eq!([0.0, 20.0, 41.0, 99.0].map(|km| nearest(&ends, km)), [0, 1, 3, 5]);
    }
}
