//! Smoothing of values along a line.

/// Gaussian mean of `y` over the positions `x` (rising), with standard deviation `sigma` in the unit of `x`.
///
/// Weighted by the length that each value stands for, cut at three standard deviations, one-sided at the ends.
pub fn gaussian(x: &[f64], y: &[f64], sigma: f64) -> Vec<f64> {
    debug_assert_eq!(x.len(), y.len());
    let span: Vec<f64> = (0..x.len()).map(|i| half_gaps(x, i)).collect();
    x.iter()
        .map(|at| {
            let window = x.partition_point(|v| *v < at - 3.0 * sigma)..x.partition_point(|v| *v <= at + 3.0 * sigma);
            let (mut sum, mut weight) = (0.0, 0.0);
            for i in window {
                let w = span[i] * (-0.5 * ((x[i] - at) / sigma).powi(2)).exp();
                sum += w * y[i];
                weight += w;
            }
            sum / weight
        })
        .collect()
}

fn half_gaps(x: &[f64], i: usize) -> f64 {
    let before = x[i] - x[i.saturating_sub(1)];
    let after = x[(i + 1).min(x.len() - 1)] - x[i];
    (0.5 * (before + after)).max(f64::MIN_POSITIVE)
}

/// Value at `at` of the piecewise linear function through (`x`, `y`), `x` rising; constant outside.
pub fn interpolate(x: &[f64], y: &[f64], at: f64) -> f64 {
    debug_assert!(!x.is_empty() && x.len() == y.len());
    let after = x.partition_point(|v| *v <= at);
    if after == 0 {
        return y[0];
    }
    if after == x.len() {
        return y[after - 1];
    }
    let t = (at - x[after - 1]) / (x[after] - x[after - 1]);
    y[after - 1] + t * (y[after] - y[after - 1])
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "small whole numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_stays_a_straight_line() {
        let x: Vec<f64> = (0..200).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| 3.0 - 0.5 * x).collect();
        let smooth = gaussian(&x, &y, 10.0);
        for i in 40..160 {
            assert!((smooth[i] - y[i]).abs() < 1e-9);
        }
    }

    #[test]
    fn interpolation_holds_its_ends() {
        let (x, y) = ([1.0, 2.0, 4.0], [10.0, 20.0, 0.0]);
        assert_eq!([0.0, 1.5, 3.0, 4.0, 9.0].map(|at| interpolate(&x, &y, at)), [10.0, 15.0, 10.0, 0.0, 0.0]);
    }
}
