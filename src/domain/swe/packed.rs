//! Numbers in 16 bits: what is kept for every cell and read by people needs no more than three or four digits.
//!
//! No sign, 5 bits of exponent and 11 of fraction (a half-precision number whose sign went into its fraction): zero, and
//! 2⁻²⁰ to 4094, to within 2.5e-4 of the value. Rounding keeps the order of numbers, so the largest of the rounded values
//! is the rounded largest value.

use super::layout::N;

/// Fraction bits that a number in single precision has beyond those kept.
const DROPPED: u32 = 23 - 11;
/// What stands for 2⁻²⁰ is one more than this.
const BELOW_LEAST: u32 = ((127 - 20) << 11) - 1;
const MOST: u32 = u16::MAX as u32;

/// Packs a number; a negative one has no meaning, one beyond the range becomes the nearest within, or none.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn packed(x: f32) -> u32 {
    // Half of the last bit kept is added, and the rest cut off.
    let rounded = x.to_bits().wrapping_add(1 << (DROPPED - 1)) >> DROPPED;
    rounded.saturating_sub(BELOW_LEAST).min(MOST)
}

/// The number that was packed, rounded.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn unpacked(bits: u16) -> f32 {
    let x = f32::from_bits((u32::from(bits) + BELOW_LEAST) << DROPPED);
    if bits > 0 { x } else { 0.0 }
}

/// The least number that is packed as more than this one.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop over cells only becomes vector code with this inside it")]
pub(super) fn next_above(bits: u16) -> f32 {
    f32::from_bits((u32::from(bits) << DROPPED) + (BELOW_LEAST << DROPPED) + (1 << (DROPPED - 1)))
}

/// The numbers of a block, times a unit; of a zero a millionth of the unit is left.
#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled for each instruction set")]
pub(super) fn unpacked_all(bits: &[u16; N], unit: f32) -> [f32; N] {
    let mut all = [0.0; N];
    for i in 0..N {
        all[i] = f32::from_bits((u32::from(bits[i]) << DROPPED) + (BELOW_LEAST << DROPPED)) * unit;
    }
    all
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
#[expect(clippy::cast_possible_truncation, reason = "packed numbers have 16 bits")]
mod tests {
    use super::*;

    fn round_trip(x: f32) -> f32 {
        unpacked(packed(x) as u16)
    }

    #[test]
    fn numbers_keep_four_digits_and_their_order() {
        let numbers: Vec<f32> = (0..2000).map(|k| 1e-6 * 1.011_f32.powi(k)).filter(|x| *x < 4094.0).collect();
        for pair in numbers.windows(2) {
            let (a, b) = (round_trip(pair[0]), round_trip(pair[1]));
            assert!((a / pair[0] - 1.0).abs() <= 2.45e-4 && a < b, "{pair:?} {a} {b}");
            let next = next_above(packed(pair[0]) as u16);
            assert!(next > pair[0] && next <= b && packed(next) == packed(pair[0]) + 1);
            assert_eq!(packed(f32::from_bits(next.to_bits() - 1)), packed(pair[0]));
        }
        assert!(numbers.len() > 1900);
    }

    #[test]
    fn short_binary_numbers_are_exact_and_the_ends_hold() {
        for x in [0.0, 0.03125, 0.5, 1.5, 2.0, 1024.0, 2_f32.powi(-20)] {
            assert_eq!(round_trip(x), x);
        }
        assert_eq!([1e-7, 1e9].map(round_trip), [0.0, 4094.0]);
    }
}
