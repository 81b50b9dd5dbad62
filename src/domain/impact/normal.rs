//! The normal distribution.

/// Probability that a standard normal variable is at most `x`.
///
/// Source: Abramowitz and Stegun (1964), equation 26.2.17, after Hastings (1955): a polynomial of fifth degree, absolute
/// error below 7.5e-8.
pub(super) fn normal_cdf(x: f64) -> f64 {
    const B: [f64; 5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let upper_tail = density * B.iter().rev().fold(0.0, |sum, b| (sum + b) * t);
    if x < 0.0 { upper_tail } else { 1.0 - upper_tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn tabulated_values() {
        // Abramowitz and Stegun, table 26.1.
        for (x, expected) in [
            (0.0, 0.5),
            (0.5, 0.691_462_461_3),
            (1.0, 0.841_344_746_1),
            (1.96, 0.975_002_104_9),
            (3.0, 0.998_650_102_0),
            (-1.0, 0.158_655_253_9),
            (-2.0, 0.022_750_131_9),
            (40.0, 1.0),
            (f64::NEG_INFINITY, 0.0),
        ] {
            assert!((normal_cdf(x) - expected).abs() < 7.5e-8, "{x}: {}", normal_cdf(x));
        }
    }

    proptest! {
        #[test]
        fn it_rises_to_the_accuracy_of_the_approximation(x in -8.0_f64..8.0, step in 0.0_f64..1.0) {
            prop_assert!(normal_cdf(x + step) >= normal_cdf(x) - 1.5e-7);
            prop_assert!((0.0..=1.0).contains(&normal_cdf(x)));
        }
    }
}
