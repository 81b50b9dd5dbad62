//! Runs beside each other: what is flooded in one and not in the other, how far several lie apart, and their figures.
//!
//! Pure: depths are given as frames keep them, in whole millimetres, row-major, row 0 north.

mod figures;

pub use figures::{Figure, Unit, figures};

use serde::{Deserialize, Serialize};

use crate::domain::frame::REACHED_DEPTH_M;
use crate::domain::text::Label;

/// A cell is wet from this depth on, mm: the one from which it counts as reached.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number of millimetres")]
const WET_MM: u16 = (REACHED_DEPTH_M * 1000.0) as u16;

/// Wet cells differ if their depths do by this much, mm. Chosen: as much as makes a cell wet.
const DIFFERS_MM: u16 = WET_MM;

/// How a cell of one run differs from the same cell of another at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Difference {
    /// Dry in both.
    Dry,
    /// Wet in both, less than 0.05 m apart.
    Alike,
    /// Dry in the first, wet in the second.
    NewlyWet,
    /// Wet in the first, dry in the second.
    NewlyDry,
    /// Deeper in the second, by 0.05 m or more.
    Deeper,
    /// Shallower in the second, by 0.05 m or more.
    Shallower,
}

impl Difference {
    /// All, in the order of their numbers in rasters: 0 to 5.
    pub const ALL: [Self; 6] = [Self::Dry, Self::Alike, Self::NewlyWet, Self::NewlyDry, Self::Deeper, Self::Shallower];

    /// Between a depth of the first run and one of the second, mm.
    pub fn of(first_mm: u16, second_mm: u16) -> Self {
        match (first_mm >= WET_MM, second_mm >= WET_MM) {
            (false, false) => Self::Dry,
            (false, true) => Self::NewlyWet,
            (true, false) => Self::NewlyDry,
            (true, true) if first_mm.abs_diff(second_mm) < DIFFERS_MM => Self::Alike,
            (true, true) if second_mm > first_mm => Self::Deeper,
            (true, true) => Self::Shallower,
        }
    }

    /// Its number in rasters.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Its place on a scale from less water to more, -2 to 2: newly dry, shallower, alike, deeper, newly wet; `None`
    /// where both are dry.
    pub const fn level(self) -> Option<i8> {
        match self {
            Self::Dry => None,
            Self::NewlyDry => Some(-2),
            Self::Shallower => Some(-1),
            Self::Alike => Some(0),
            Self::Deeper => Some(1),
            Self::NewlyWet => Some(2),
        }
    }

    /// What people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Dry => Label::new("均未淹没", "Dry in both"),
            Self::Alike => Label::new("相差不足0.05米", "Within 0.05 m"),
            Self::NewlyWet => Label::new("新增淹没", "Newly wet"),
            Self::NewlyDry => Label::new("不再淹没", "Newly dry"),
            Self::Deeper => Label::new("更深", "Deeper"),
            Self::Shallower => Label::new("更浅", "Shallower"),
        }
    }
}

/// The difference of every cell, from a first run to a second.
///
/// # Panics
/// When the runs have different numbers of cells.
pub fn differences(first_mm: &[u16], second_mm: &[u16]) -> Vec<Difference> {
    assert_eq!(first_mm.len(), second_mm.len(), "runs on one grid");
    first_mm.iter().zip(second_mm).map(|(first, second)| Difference::of(*first, *second)).collect()
}

/// Area of each difference in the order of [`Difference::ALL`], m²; dry cells outside the domain count as dry.
pub fn areas_m2(differences: &[Difference], cell_area_m2: f64) -> [f64; 6] {
    let mut n_cells = [0_u32; 6];
    for difference in differences {
        n_cells[usize::from(difference.number())] += 1;
    }
    n_cells.map(|n| f64::from(n) * cell_area_m2)
}

/// In how many of several runs a cell is flooded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flooded {
    /// In none.
    Never,
    /// In some.
    Sometimes,
    /// In all.
    Always,
}

impl Flooded {
    /// All, in the order of their numbers in rasters: 0 to 2.
    pub const ALL: [Self; 3] = [Self::Never, Self::Sometimes, Self::Always];

    /// What people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Never => Label::new("均不淹没", "Never flooded"),
            Self::Sometimes => Label::new("部分淹没", "Sometimes flooded"),
            Self::Always => Label::new("均淹没", "Always flooded"),
        }
    }
}

/// How far several runs lie apart, cell by cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spread {
    /// In how many runs each cell is wet.
    pub n_wet: Vec<u16>,
    /// Least depth of each cell, mm.
    pub least_mm: Vec<u16>,
    /// Largest depth of each cell, mm.
    pub most_mm: Vec<u16>,
    /// Runs there are.
    pub n_runs: u16,
}

impl Spread {
    /// Of runs on one grid at one time; empty without runs.
    ///
    /// # Panics
    /// When the runs have different numbers of cells.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a [u16]>) -> Self {
        let mut spread = Self::default();
        for depth_mm in runs {
            if spread.n_runs == 0 {
                let n_cells = depth_mm.len();
                spread.n_wet = vec![0; n_cells];
                spread.least_mm = vec![u16::MAX; n_cells];
                spread.most_mm = vec![0; n_cells];
            }
            spread.add(depth_mm);
        }
        spread
    }

    fn add(&mut self, depth_mm: &[u16]) {
        assert_eq!(depth_mm.len(), self.n_wet.len(), "runs on one grid");
        self.n_runs += 1;
        for (cell, depth) in depth_mm.iter().enumerate() {
            self.n_wet[cell] += u16::from(*depth >= WET_MM);
            self.least_mm[cell] = self.least_mm[cell].min(*depth);
            self.most_mm[cell] = self.most_mm[cell].max(*depth);
        }
    }

    /// Whether a cell is flooded in none, some or all of the runs.
    pub fn flooded(&self, cell: usize) -> Flooded {
        match self.n_wet[cell] {
            0 => Flooded::Never,
            n if n == self.n_runs => Flooded::Always,
            _ => Flooded::Sometimes,
        }
    }

    /// Difference between the largest and the least depth of a cell, mm.
    pub fn range_mm(&self, cell: usize) -> u16 {
        self.most_mm[cell] - self.least_mm[cell]
    }

    /// Areas in the order of [`Flooded::ALL`], m².
    pub fn areas_m2(&self, cell_area_m2: f64) -> [f64; 3] {
        let mut n_cells = [0_u32; 3];
        for cell in 0..self.n_wet.len() {
            n_cells[self.flooded(cell) as usize] += 1;
        }
        n_cells.map(|n| f64::from(n) * cell_area_m2)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::Difference::{Alike, Deeper, Dry, NewlyDry, NewlyWet, Shallower};
    use super::Flooded::{Always, Never, Sometimes};
    use super::*;

    #[test]
    fn every_pair_of_depths_has_one_difference() {
        let first = [0, 49, 50, 50, 1_000, 1_000, 1_000, 1_000, 60_000];
        let second = [49, 50, 49, 99, 950, 951, 1_049, 1_050, 0];
        let found = differences(&first, &second);
        assert_eq!(found, [Dry, NewlyWet, NewlyDry, Alike, Shallower, Alike, Alike, Deeper, NewlyDry]);
        // In the order dry, alike, newly wet, newly dry, deeper, shallower.
        assert_eq!(areas_m2(&found, 100.0), [100.0, 300.0, 100.0, 200.0, 100.0, 100.0]);
        assert!(Difference::ALL.iter().zip(0..).all(|(difference, number)| difference.number() == number));
    }

    #[test]
    fn the_other_way_round_wet_is_dry_and_deep_is_shallow() {
        let depths = [0_u16, 49, 50, 51, 99, 100, 101, 2_000];
        for a in depths {
            for b in depths {
                let back = match Difference::of(a, b) {
                    NewlyWet => NewlyDry,
                    NewlyDry => NewlyWet,
                    Deeper => Shallower,
                    Shallower => Deeper,
                    same => same,
                };
                assert_eq!(Difference::of(b, a), back, "{a} {b}");
            }
        }
    }

    #[test]
    fn several_runs_have_cells_that_are_flooded_in_none_some_and_all() {
        let runs: [&[u16]; 3] = [&[0, 40, 50, 700], &[0, 60, 90, 400], &[10, 0, 50, 900]];
        let spread = Spread::of(runs);
        assert_eq!(spread.n_wet, [0, 1, 3, 3]);
        assert_eq!((0..4).map(|cell| spread.range_mm(cell)).collect::<Vec<_>>(), [10, 60, 40, 500]);
        assert_eq!((0..4).map(|cell| spread.flooded(cell)).collect::<Vec<_>>(), [Never, Sometimes, Always, Always]);
        assert_eq!(spread.areas_m2(25.0), [25.0, 25.0, 50.0]);
        assert_eq!(Spread::of(std::iter::empty::<&[u16]>()).areas_m2(1.0), [0.0; 3]);
    }
}
