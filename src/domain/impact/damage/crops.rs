//! Loss of crops by month, depth, duration and silt.
//!
//! The share lost is `L(month, duration) × g(depth / height of the crop)`. L is from the crop files of the US Army Corps
//! of Engineers (HEC-FIA, go-consequences): found there, for an American season. Everything that fits it to the Lower
//! Yellow River is derived by this project (演示参数): the shift of months, the heights, g, and the silt rule.
//!
//! The calendar, whole months ([`Crop::in_field`]):
//!
//! | crop | in the field | row of L for a month of the Lower Yellow River |
//! |---|---|---|
//! | summer maize, soybean, peanut (sown about 10 to 20 June, harvested late September to early October) | June to September | June and July: the row of the month before (May, June), the crop being sown later than in the table; August and September: no shift |
//! | cotton (sown late April, picked to October) | May to October | no shift: it is sown when the table's maize is |
//! | winter wheat (sown October, harvested early June) | October to June | two months on (March is the table's May, June its August), the harvest being two months earlier |
//!
//! Outside of these months nothing stands in the field and nothing is lost; a flood in June meets both the ripe wheat
//! and the young summer crop, which share the field one after the other. A late harvest, as in the autumn of 2021, is
//! not in the calendar. The corps has no file for peanut and cotton: they have the rows of maize, with which those of
//! soybean agree.

use serde::{Deserialize, Serialize};

use crate::domain::text::Label;

/// Silt deeper than this buries the crop of the season and makes the field need levelling, m. Derived (演示参数).
pub const BURYING_SILT_M: f64 = 0.3;

/// Silt up to this depth does no harm beyond that of the water, m. Derived (演示参数).
pub const HARMLESS_SILT_M: f64 = 0.1;

/// A crop of the Lower Yellow River floodplain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Crop {
    /// Summer maize.
    Maize,
    /// Summer soybean.
    Soybean,
    /// Summer peanut.
    Peanut,
    /// Cotton.
    Cotton,
    /// Winter wheat.
    Wheat,
}

impl Crop {
    /// All crops.
    pub const ALL: [Self; 5] = [Self::Maize, Self::Soybean, Self::Peanut, Self::Cotton, Self::Wheat];

    /// Name in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Maize => "maize",
            Self::Soybean => "soybean",
            Self::Peanut => "peanut",
            Self::Cotton => "cotton",
            Self::Wheat => "wheat",
        }
    }

    /// Name that people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Maize => Label::new("玉米", "Maize"),
            Self::Soybean => Label::new("大豆", "Soybean"),
            Self::Peanut => Label::new("花生", "Peanut"),
            Self::Cotton => Label::new("棉花", "Cotton"),
            Self::Wheat => Label::new("小麦", "Wheat"),
        }
    }

    /// Whether the crop stands in the field in a month (1 to 12), by the calendar of the [module](self).
    pub fn in_field(self, month: u8) -> bool {
        self.height_m(month).is_some()
    }

    /// Height of the crop in a month (1 to 12), m; `None` when it is not in the field.
    ///
    /// Derived (演示参数). Those of soybean in June and of cotton in May and June continue the others back to the sowing.
    pub const fn height_m(self, month: u8) -> Option<f64> {
        let height_m = match self {
            Self::Maize => match month {
                6 => 0.3,
                7 => 1.2,
                8 | 9 => 2.2,
                _ => return None,
            },
            Self::Soybean => match month {
                6 => 0.2,
                7 => 0.5,
                8 | 9 => 0.8,
                _ => return None,
            },
            Self::Peanut => match month {
                6..=9 => 0.35,
                _ => return None,
            },
            Self::Cotton => match month {
                5 => 0.15,
                6 => 0.4,
                7 => 0.8,
                8..=10 => 1.1,
                _ => return None,
            },
            Self::Wheat => match month {
                10..=12 | 1 | 2 => 0.15,
                3 => 0.25,
                4 => 0.5,
                5 | 6 => 0.8,
                _ => return None,
            },
        };
        Some(height_m)
    }

    /// Percent lost after each of [`DAYS`] of water in a month (1 to 12) of the Lower Yellow River.
    fn loss_percent(self, month: u8) -> [f64; 3] {
        let (table, table_month) = match self {
            Self::Wheat => (&WINTER_WHEAT, (month + 1) % 12 + 1),
            Self::Maize | Self::Soybean | Self::Peanut if matches!(month, 6 | 7) => (&SPRING_SOWN, month - 1),
            _ => (&SPRING_SOWN, month),
        };
        table.map(|of_month| of_month[usize::from(table_month) - 1])
    }
}

/// Durations of the tables, days.
const DAYS: [f64; 3] = [1.0, 3.0, 14.0];

/// Percent lost by duration ([`DAYS`]) and month, January first: maize sown 19 April to 26 May and harvested by
/// 21 November. The file for soybean has the same numbers. Found in the crop files of go-consequences (USACE).
const SPRING_SOWN: [[f64; 12]; 3] = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 22.8, 73.5, 75.0, 75.0, 75.0, 75.0, 0.0],
    [0.0, 0.0, 0.0, 3.0, 53.2, 98.7, 100.0, 100.0, 100.0, 100.0, 100.0, 0.0],
    [0.0, 0.0, 9.7, 38.2, 74.3, 99.3, 100.0, 100.0, 100.0, 100.0, 100.0, 0.0],
];

/// The same for winter wheat sown 6 September to 30 October and harvested by 7 August. Found in the same place.
const WINTER_WHEAT: [[f64; 12]; 3] = [
    [5.0, 5.0, 5.0, 10.0, 20.0, 50.0, 100.0, 100.0, 0.0, 5.0, 5.0, 5.0],
    [10.0, 10.0, 10.0, 25.0, 40.0, 50.0, 100.0, 100.0, 0.0, 10.0, 10.0, 10.0],
    [20.0, 20.0, 20.0, 40.0, 70.0, 80.0, 100.0, 100.0, 0.0, 20.0, 20.0, 20.0],
];

/// Share of a crop's value lost, 0 to 1, in a month (1 to 12) at a depth in m that stood `duration_days` and left
/// `silt_m` of silt.
///
/// 0 on dry ground, whatever the other figures say, and when the crop is not in the field. Never falls with depth,
/// duration or silt. Water alone: see the [module](self). Silt: nothing more up to [`HARMLESS_SILT_M`], all of the crop
/// from [`BURYING_SILT_M`] on, linear between (derived, 演示参数).
///
/// ```
/// use hetu::domain::impact::damage::crops::{Crop, crop_loss_frac};
/// // Three days of 0.6 m in August: peanut stands under water, maize above it.
/// assert!((crop_loss_frac(Crop::Peanut, 8, 0.6, 3.0, 0.0) - 1.0).abs() < 1e-12);
/// assert!((crop_loss_frac(Crop::Maize, 8, 0.6, 3.0, 0.0) - 0.75).abs() < 1e-12);
/// ```
pub fn crop_loss_frac(crop: Crop, month: u8, depth_m: f64, duration_days: f64, silt_m: f64) -> f64 {
    let Some(height_m) = crop.height_m(month) else { return 0.0 };
    if depth_m.is_nan() || depth_m <= 0.0 {
        return 0.0;
    }
    let by_water = at_duration(crop.loss_percent(month), duration_days) / 100.0 * height_factor(depth_m / height_m);
    // A depth of silt that is no number is none.
    let harmful_silt_m = silt_m.max(HARMLESS_SILT_M) - HARMLESS_SILT_M;
    let buried = (harmful_silt_m / (BURYING_SILT_M - HARMLESS_SILT_M)).min(1.0);
    by_water + (1.0 - by_water) * buried
}

/// Whether the silt of a field is so deep that the field must be levelled before it is sown again ([`BURYING_SILT_M`]).
pub fn needs_levelling(silt_m: f64) -> bool {
    silt_m > BURYING_SILT_M
}

/// Percent at a duration: linear from 0 to the first of [`DAYS`] and between them, that of the last beyond.
///
/// go-consequences weighs the two neighbours the wrong way round; here a duration on a knot has the knot's value.
fn at_duration(percent: [f64; 3], duration_days: f64) -> f64 {
    let mut before = [0.0, 0.0];
    for (day, value) in DAYS.into_iter().zip(percent) {
        if duration_days < day {
            // A duration that is negative or no number is none.
            let weight = (duration_days.max(0.0) - before[0]) / (day - before[0]);
            return (before[1] + (value - before[1]) * weight).min(value);
        }
        before = [day, value];
    }
    if duration_days.is_nan() { 0.0 } else { before[1] }
}

/// How much of the loss a crop takes that is submerged to this share of its height. Derived (演示参数).
const fn height_factor(submerged: f64) -> f64 {
    match submerged {
        s if s < 0.25 => 0.5,
        s if s < 0.5 => 0.75,
        s if s < 1.0 => 0.9,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::impact::MU_M2;
    use proptest::prelude::{Strategy, prop, prop_assert, proptest};

    fn check(crop: Crop, month: u8, [depth_m, duration_days, silt_m]: [f64; 3], expected: f64) {
        let found = crop_loss_frac(crop, month, depth_m, duration_days, silt_m);
        assert!((found - expected).abs() < 1e-12, "{crop:?}, month {month}, {depth_m} m, {duration_days} d: {found}");
    }

    #[test]
    fn low_crops_lose_more_than_stalks() {
        check(Crop::Peanut, 8, [0.6, 3.0, 0.0], 1.0);
        check(Crop::Maize, 8, [0.6, 3.0, 0.0], 0.75);
        check(Crop::Maize, 8, [0.6, 1.0, 0.0], 0.5625);
        check(Crop::Soybean, 8, [0.6, 3.0, 0.0], 0.9);
        check(Crop::Cotton, 8, [0.6, 3.0, 0.0], 0.9);
    }

    #[test]
    fn a_square_kilometre_of_maize_loses_three_quarters_of_1500_mu() {
        let mu = 1e6 / MU_M2;
        assert!((mu - 1500.0).abs() < 1e-9);
        assert!((mu * crop_loss_frac(Crop::Maize, 8, 0.6, 3.0, 0.0) - 1125.0).abs() < 1e-9);
        // A hectare is 15 mu, an acre (4046.856 m2) 6.07.
        assert!((1e4 / MU_M2 - 15.0).abs() < 1e-12 && (4046.856 / MU_M2 - 6.07).abs() < 1e-3);
    }

    #[test]
    fn between_the_durations_the_nearer_one_counts_more() {
        // In July the row of June: 22.8, 98.7 and 99.3 % after 1, 3 and 14 days; 2.2 m is above maize of 1.2 m.
        for (days, percent) in [(0.5, 11.4), (1.0, 22.8), (1.5, 41.775), (3.0, 98.7), (8.5, 99.0), (14.0, 99.3)] {
            check(Crop::Maize, 7, [2.2, days, 0.0], percent / 100.0);
        }
        check(Crop::Maize, 7, [2.2, 365.0, 0.0], 0.993);
        check(Crop::Maize, 7, [2.2, f64::INFINITY, 0.0], 0.993);
    }

    #[test]
    fn months_are_shifted_by_the_calendar() {
        check(Crop::Maize, 6, [0.3, 3.0, 0.0], 0.532); // the table's May
        check(Crop::Cotton, 6, [0.4, 3.0, 0.0], 0.987); // no shift
        check(Crop::Wheat, 3, [0.25, 3.0, 0.0], 0.40); // the table's May
        check(Crop::Wheat, 6, [0.8, 1.0, 0.0], 1.0); // the table's August
        check(Crop::Wheat, 11, [0.15, 3.0, 0.0], 0.10); // the table's January
        for (crop, months) in [(Crop::Maize, 6..=9), (Crop::Peanut, 6..=9), (Crop::Cotton, 5..=10)] {
            assert!((0..=13).all(|month| crop.in_field(month) == months.contains(&month)), "{crop:?}");
        }
        assert!((7..=9).all(|month| !Crop::Wheat.in_field(month)));
        check(Crop::Maize, 10, [2.0, 10.0, 1.0], 0.0);
    }

    #[test]
    fn silt_buries_a_crop() {
        check(Crop::Maize, 8, [0.6, 3.0, 0.1], 0.75);
        check(Crop::Maize, 8, [0.6, 3.0, 0.2], 0.875);
        check(Crop::Maize, 8, [0.6, 0.0, 0.31], 1.0);
        check(Crop::Maize, 8, [0.6, 3.0, f64::NAN], 0.75);
        assert_eq!([0.3, 0.31].map(needs_levelling), [false, true]);
    }

    #[test]
    fn dry_ground_loses_nothing() {
        for crop in Crop::ALL {
            for month in 1..=12 {
                check(crop, month, [0.0, 14.0, 1.0], 0.0);
                check(crop, month, [f64::NAN, 14.0, 0.0], 0.0);
                check(crop, month, [3.0, 0.0, 0.0], 0.0);
                check(crop, month, [3.0, f64::NAN, 0.0], 0.0);
            }
        }
    }

    fn crops() -> impl Strategy<Value = Crop> {
        prop::sample::select(Crop::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn the_loss_is_bounded_and_never_falls(
            crop in crops(),
            month in 1_u8..=12,
            water in [0.0_f64..3.0, 0.0..20.0, 0.0..0.5],
            more in [0.0_f64..1.0, 0.0..10.0, 0.0..0.5],
        ) {
            let loss = |[depth, days, silt]: [f64; 3]| crop_loss_frac(crop, month, depth, days, silt);
            let before = loss(water);
            prop_assert!((0.0..=1.0).contains(&before));
            for k in 0..3 {
                let mut worse = water;
                worse[k] += more[k];
                prop_assert!(loss(worse) >= before - 1e-15, "{water:?} {worse:?}");
            }
        }
    }
}
