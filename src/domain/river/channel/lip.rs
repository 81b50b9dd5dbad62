//! What passes over the lip of a bank between the channel and the plain beside it.
//!
//! Free flow over a broad crest is critical on it: q = (2/3)^(3/2) √g H^(3/2) (Chow 1959, Open-Channel Hydraulics,
//! section 3-7). Drowned flow is that times (1 − S^(3/2))^0.385 with the submergence S = h2 / h1 (Villemonte 1947,
//! Submerged-weir discharge studies), the law of the walls of the two-dimensional grid. Its slope is infinite at equal
//! levels, where any step would overshoot; beyond a submergence of [`DROWNED_FROM`] the discharge goes to nothing in a
//! straight line instead. [`limit_exchange_m3`] then keeps a step from passing more than makes the levels equal.

use super::GRAVITY_MPS2;

/// Submergence beyond which the discharge falls linearly to 0.
pub const DROWNED_FROM: f64 = 0.95;

/// Discharge per metre of bank, m²/s, from the channel to the plain; negative from the plain to the channel.
///
/// `eta_channel` and `eta_plain` are the levels of both waters and `lip_m` that of the lip, all in m on one datum. The
/// velocity head is left out. Mirrored levels give the mirrored result to the last bit; equal levels give 0, and so do
/// levels that are both at or below the lip.
pub fn lip_exchange_m2s(eta_channel: f64, eta_plain: f64, lip_m: f64) -> f64 {
    let (over_channel, over_plain) = (eta_channel - lip_m, eta_plain - lip_m);
    let (h1, h2) = (over_channel.max(over_plain), over_channel.min(over_plain));
    if h1 <= 0.0 {
        return 0.0;
    }
    let q = crest_discharge_m2s(h1, h2);
    if over_channel > over_plain { q } else { -q }
}

/// Discharge over a broad crest, m²/s, for levels `h1` (above 0) and `h2` over it, m.
fn crest_discharge_m2s(h1: f64, h2: f64) -> f64 {
    /// (2/3)^(3/2)
    const CRITICAL: f64 = 0.544_331_053_951_817_4;
    let free = CRITICAL * (GRAVITY_MPS2 * h1).sqrt() * h1;
    if h2 <= 0.0 {
        return free;
    }
    let submergence = (h2 / h1).min(1.0);
    let curved = submergence.min(DROWNED_FROM);
    let held = (1.0 - curved * curved.sqrt()).powf(0.385);
    free * held * ((1.0 - submergence) / (1.0 - DROWNED_FROM)).min(1.0)
}

/// Volume that passes in a step, m³ from the channel to the plain, at most `share` (0 to 1) of what would make the two
/// levels equal.
///
/// `wanted_m3` is the volume by the law of the lip; the levels are in m and the areas, m², those over which the levels
/// fall and rise: of the channel's segment and of the cells that share its bank. With a share of 1 or less the levels
/// approach each other and never cross, whatever the step. Where many exchanges meet one cell, their shares together
/// must not exceed 1.
pub fn limit_exchange_m3(
    wanted_m3: f64,
    eta_channel: f64,
    channel_area_m2: f64,
    eta_plain: f64,
    plain_area_m2: f64,
    share: f64,
) -> f64 {
    let both = channel_area_m2 + plain_area_m2;
    if both <= 0.0 {
        return 0.0;
    }
    let equal = (eta_channel - eta_plain) * (channel_area_m2 * plain_area_m2 / both) * share;
    if equal >= 0.0 { wanted_m3.clamp(0.0, equal) } else { wanted_m3.clamp(equal, 0.0) }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    #[test]
    fn free_and_drowned_flow_are_those_of_a_broad_crest() {
        // 0.5443311 · √9.81 · 0.5^1.5 = 0.602771 m²/s free; H = 1 with S = 0.5: 1.7048949 · 0.8453860 = 1.441294 m²/s.
        assert!((lip_exchange_m2s(4.5, 3.0, 4.0) - 0.602_771).abs() < 1e-6);
        assert!((lip_exchange_m2s(5.0, 4.5, 4.0) - 1.441_294).abs() < 1e-5);
        assert_eq!(lip_exchange_m2s(4.0, 3.0, 4.0), 0.0);
    }

    #[test]
    fn the_law_is_symmetric_and_goes_to_nothing_without_a_jump() {
        let mut last = 0.0;
        for i in 0..=2000 {
            let plain = 6.0 - f64::from(i) * 1e-3;
            let q = lip_exchange_m2s(6.0, plain, 4.0);
            assert_eq!(lip_exchange_m2s(plain, 6.0, 4.0), -q);
            // Falling level beyond: ever more, in small steps. Free flow with 2 m: 4.822 m²/s.
            assert!(q >= last && q - last < 0.03, "{plain}: {last} {q}");
            last = q;
        }
        assert!((last - 4.822_2).abs() < 1e-3, "{last}");
        assert_eq!(lip_exchange_m2s(6.0, 6.0, 4.0), 0.0);
    }

    /// Two ponds over a lip with a step a thousand times too long: the levels meet and do not swing.
    #[test]
    fn limited_exchange_brings_levels_together_without_swinging() {
        let (mut channel, mut plain, areas) = (6.0, 4.5, [4.0e5, 1.0e6]);
        for _ in 0..60 {
            let wanted = 800.0 * lip_exchange_m2s(channel, plain, 4.0) * 3600.0;
            let gone = limit_exchange_m3(wanted, channel, areas[0], plain, areas[1], 0.5);
            channel -= gone / areas[0];
            plain += gone / areas[1];
            assert!(channel >= plain, "{channel} {plain}");
        }
        let level = (6.0 * areas[0] + 4.5 * areas[1]) / (areas[0] + areas[1]);
        assert!((channel - level).abs() < 1e-9 && (plain - level).abs() < 1e-9, "{channel} {plain} {level}");
    }
}
