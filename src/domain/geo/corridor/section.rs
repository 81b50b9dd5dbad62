//! The cross-section of the channel: a trapezoid, wide and shallow.
//!
//! The lower Yellow River's channel is hundreds of times wider than deep, so the wall's share of the wetted perimeter
//! is left out and each strip of width dw carries `d^(5/3) / n * sqrt(S) dw`, as the two-dimensional equations have it.
//! The wandering reach has no one true section; the flat bottom stands for the mean of its shifting bars and threads.

/// Share of the width that is flat bottom.
pub(super) const BOTTOM_FRAC: f64 = 0.6;
/// Integral of `(d/D)^(5/3)` over the section, divided by its width: bottom, and two banks of linear depth.
const CONVEYANCE_FRAC: f64 = BOTTOM_FRAC + (1.0 - BOTTOM_FRAC) * 3.0 / 8.0;

/// Depth of the flat bottom under the lip (m) that carries a discharge (m³/s) at bankfull.
///
/// `width_m` between the lips, `slope` in m/m, `manning` in s/m^(1/3). Manning (1891), wide section.
pub(super) fn depth_m(discharge_m3s: f64, width_m: f64, slope: f64, manning: f64) -> f64 {
    (discharge_m3s * manning / (CONVEYANCE_FRAC * width_m * slope.sqrt())).powf(0.6)
}

/// Depth under the lip, as a share of the greatest, at a distance from the middle of the channel (m); 0 at the lip.
pub(super) fn depth_frac(distance_m: f64, width_m: f64) -> f64 {
    let from_lip = 1.0 - distance_m / (0.5 * width_m);
    (from_lip / (1.0 - BOTTOM_FRAC)).clamp(0.0, 1.0)
}

/// Discharge per metre of width (m²/s) at a depth (m), by Manning's formula; nothing when dry.
pub(super) fn unit_discharge_m2s(depth_m: f64, slope: f64, manning: f64) -> f64 {
    depth_m.max(0.0).powf(5.0 / 3.0) / manning * slope.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Summing the section strip by strip gives back the discharge that its depth was made for.
    #[test]
    fn the_section_carries_the_discharge_it_was_made_for() {
        let (q, width_m, slope, n) = (3900.0, 1500.0, 1.7e-4, 0.011);
        let depth = depth_m(q, width_m, slope, n);
        let strips = 15_000;
        let dw = width_m / f64::from(strips);
        let sum: f64 = (0..strips)
            .map(|i| ((f64::from(i) + 0.5) * dw - 0.5 * width_m).abs())
            .map(|y| unit_discharge_m2s(depth * depth_frac(y, width_m), slope, n) * dw)
            .sum();
        assert!((sum / q - 1.0).abs() < 1e-6, "{sum}");
        // 3900 * 0.011 / (0.75 * 1500 * 0.013038) = 2.9248; to the power 0.6: 1.9037
        assert!((depth - 1.9037).abs() < 1e-3, "{depth}");
    }
}
