//! A damage curve: the share of value lost by depth of water.

use serde::{Deserialize, Serialize};

/// How the points of a curve are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// Linear between the points, the value of the end points beyond them.
    Linear,
    /// A step table: a value holds from its depth on until the next depth; 0 below the first.
    Classes,
}

impl Reading {
    /// Both readings.
    pub const ALL: [Self; 2] = [Self::Linear, Self::Classes];

    /// Name in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Classes => "classes",
        }
    }
}

/// Share of value lost, 0 to 1, by depth of water in m; never falls with depth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    reading: Reading,
    points: Vec<[f64; 2]>,
}

/// What is wrong with the points of a curve. `point` counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CurveFault {
    /// There is no point.
    #[error("a curve without points")]
    Empty,
    /// A depth or a fraction is not a finite number.
    #[error("point {point} is not finite")]
    NotFinite {
        /// Which point.
        point: usize,
    },
    /// A depth is not greater than the one before it.
    #[error("depth of point {point} is not greater than the one before it")]
    DepthNotRising {
        /// Which point.
        point: usize,
    },
    /// A fraction is outside of 0 to 1.
    #[error("fraction of point {point} is outside of 0 to 1")]
    FractionOutside {
        /// Which point.
        point: usize,
    },
    /// A fraction is less than the one before it.
    #[error("fraction of point {point} is less than the one before it")]
    FractionFalling {
        /// Which point.
        point: usize,
    },
    /// The curve begins below depth 0 with a loss, so that dry ground would have one.
    #[error("the curve begins below depth 0 with a fraction above 0")]
    DryLoss,
}

impl CurveFault {
    /// Everything that is wrong with (depth in m, fraction) points, in their order.
    pub fn all_of(points: &[[f64; 2]]) -> Vec<Self> {
        let mut faults = Vec::new();
        let Some(&[first_depth, first_fraction]) = points.first() else { return vec![Self::Empty] };
        if first_depth < 0.0 && first_fraction > 0.0 {
            faults.push(Self::DryLoss);
        }
        for (point, &[depth, fraction]) in points.iter().enumerate() {
            if !(depth.is_finite() && fraction.is_finite()) {
                faults.push(Self::NotFinite { point });
            } else if !(0.0..=1.0).contains(&fraction) {
                faults.push(Self::FractionOutside { point });
            }
            let Some(&[depth_before, fraction_before]) = point.checked_sub(1).map(|before| &points[before]) else {
                continue;
            };
            if depth <= depth_before {
                faults.push(Self::DepthNotRising { point });
            }
            if fraction < fraction_before {
                faults.push(Self::FractionFalling { point });
            }
        }
        faults
    }
}

impl Curve {
    /// A curve from (depth in m, fraction) points.
    ///
    /// # Errors
    /// The first fault of the points.
    pub fn new(reading: Reading, points: Vec<[f64; 2]>) -> Result<Self, CurveFault> {
        match CurveFault::all_of(&points).first() {
            Some(fault) => Err(*fault),
            None => Ok(Self { reading, points }),
        }
    }

    /// A curve that is linear between its (depth in m, fraction) points.
    ///
    /// # Errors
    /// The first fault of the points.
    pub fn linear(points: Vec<[f64; 2]>) -> Result<Self, CurveFault> {
        Self::new(Reading::Linear, points)
    }

    /// A step table of (depth in m from which on, fraction) points.
    ///
    /// # Errors
    /// The first fault of the points.
    pub fn classes(points: Vec<[f64; 2]>) -> Result<Self, CurveFault> {
        Self::new(Reading::Classes, points)
    }

    /// How the points are read.
    pub const fn reading(&self) -> Reading {
        self.reading
    }

    /// The (depth in m, fraction) points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Share of value lost at a depth in m.
    ///
    /// 0 at depth 0, below it and for NaN, unless the curve has points below 0: such a curve counts depth from the floor
    /// of a building, and water just below the floor does harm. It may be above 0 at depth 0, so it must not be asked
    /// about ground that is dry.
    ///
    /// ```
    /// use hetu::domain::impact::damage::curve::Curve;
    /// let curve = Curve::linear(vec![[0.0, 0.0], [0.5, 0.33], [1.0, 0.49]])?;
    /// assert!((curve.at(0.75) - 0.41).abs() < 1e-12);
    /// # Ok::<(), hetu::domain::impact::damage::curve::CurveFault>(())
    /// ```
    pub fn at(&self, depth_m: f64) -> f64 {
        let begins_below_floor = self.points.first().is_some_and(|first| first[0] < 0.0);
        if depth_m.is_nan() || (depth_m <= 0.0 && !begins_below_floor) {
            return 0.0;
        }
        let after = self.points.partition_point(|point| point[0] <= depth_m);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after), self.reading) {
            (Some([from_m, low]), Some(&[to_m, high]), Reading::Linear) => {
                // Rounding must not lift the value above the next point: the curve would fall there.
                (low + (high - low) * (depth_m - from_m) / (to_m - from_m)).min(high)
            }
            (Some([_, fraction]), ..) => fraction,
            (None, Some(&[_, first]), Reading::Linear) => first,
            (None, ..) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, any, prop, prop_assert, proptest};

    fn check(curve: &Curve, expected: &[[f64; 2]]) {
        for &[depth, fraction] in expected {
            assert!((curve.at(depth) - fraction).abs() < 1e-12, "{depth} m gives {}", curve.at(depth));
        }
    }

    #[test]
    fn a_linear_curve_holds_its_end_values() {
        let curve = Curve::linear(vec![[0.5, 0.2], [1.0, 0.4], [2.0, 1.0]]).unwrap();
        check(&curve, &[[0.0, 0.0], [0.1, 0.2], [0.5, 0.2], [0.75, 0.3], [1.5, 0.7], [2.0, 1.0], [f64::INFINITY, 1.0]]);
        check(&curve, &[[-1.0, 0.0], [f64::NAN, 0.0]]);
    }

    #[test]
    fn a_class_holds_from_its_depth_on() {
        let curve = Curve::classes(vec![[0.0, 0.03], [0.5, 0.08], [1.0, 0.14]]).unwrap();
        check(&curve, &[[0.0, 0.0], [0.01, 0.03], [0.499, 0.03], [0.5, 0.08], [9.0, 0.14], [f64::NAN, 0.0]]);
        check(&Curve::classes(vec![[0.2, 0.5]]).unwrap(), &[[0.1, 0.0], [0.2, 0.5]]);
    }

    #[test]
    fn a_curve_from_below_the_floor_is_read_there() {
        let curve = Curve::linear(vec![[-0.3, 0.0], [0.0, 0.18], [0.3, 0.22]]).unwrap();
        check(&curve, &[[-1.0, 0.0], [-0.15, 0.09], [0.0, 0.18], [0.15, 0.2], [f64::NEG_INFINITY, 0.0]]);
    }

    #[test]
    fn every_fault_of_the_points_is_found() {
        let faults = |points: &[[f64; 2]]| CurveFault::all_of(points);
        assert_eq!(faults(&[]), [CurveFault::Empty]);
        assert_eq!(
            faults(&[[f64::NAN, 0.1], [1.0, f64::INFINITY]]),
            [CurveFault::NotFinite { point: 0 }, CurveFault::NotFinite { point: 1 }]
        );
        assert_eq!(
            faults(&[[-0.3, 0.1], [0.5, 0.4], [0.5, 0.3], [1.0, 1.1]]),
            [
                CurveFault::DryLoss,
                CurveFault::DepthNotRising { point: 2 },
                CurveFault::FractionFalling { point: 2 },
                CurveFault::FractionOutside { point: 3 },
            ]
        );
        assert_eq!(Curve::linear(vec![[0.0, -0.1]]), Err(CurveFault::FractionOutside { point: 0 }));
        assert_eq!(Curve::classes(vec![]), Err(CurveFault::Empty));
    }

    fn curves() -> impl Strategy<Value = Curve> {
        let steps = prop::collection::vec((0.01_f64..2.0, 0.0_f64..1.0), 1..10);
        (steps, any::<bool>()).prop_map(|(steps, is_linear)| {
            let total: f64 = steps.iter().map(|step| step.1).sum::<f64>().max(1.0);
            let points = steps.iter().scan([0.0, 0.0], |sum, step| {
                *sum = [sum[0] + step.0, (sum[1] + step.1 / total).min(1.0)];
                Some(*sum)
            });
            let reading = if is_linear { Reading::Linear } else { Reading::Classes };
            Curve::new(reading, points.collect()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn the_fraction_is_bounded_and_never_falls(curve in curves(), depth in -1.0_f64..25.0, more in 0.0_f64..5.0) {
            let [low, high] = [curve.at(depth), curve.at(depth + more)];
            prop_assert!(0.0 <= low && low <= high && high <= 1.0, "{low} {high}");
        }

        #[test]
        fn a_session_keeps_the_curve(curve in curves()) {
            let bytes = postcard::to_stdvec(&curve).unwrap();
            prop_assert!(postcard::from_bytes::<Curve>(&bytes).unwrap() == curve);
        }
    }
}
