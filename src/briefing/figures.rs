//! How hydraulic figures are written: discharge to three significant digits, stage to the centimetre.

use crate::domain::impact::thousands;

/// Discharge, m³/s, to three significant digits, without unit.
pub(crate) fn discharge(discharge_m3s: f64) -> String {
    three_digits(discharge_m3s)
}

pub(crate) use crate::domain::impact::columns::three_digits;

/// Stage, m, to the centimetre.
pub(crate) fn stage(stage_m: f64) -> String {
    format!("{stage_m:.2}")
}

/// A difference with its sign; a plain 0 where it rounds to zero.
pub(crate) fn signed(value: f64, n_decimals: usize) -> String {
    let text = thousands(value, n_decimals);
    if value > 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9')) { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discharge_has_three_digits() {
        for (value, text) in
            [(7863.2, "7,860"), (12_345.0, "12,300"), (445.4, "445"), (36.78, "36.8"), (0.0, "0"), (-812.6, "-813")]
        {
            assert_eq!(discharge(value), text);
        }
    }

    #[test]
    fn differences_show_their_sign() {
        assert_eq!(signed(0.4, 1), "+0.4");
        assert_eq!(signed(-12.0, 0), "-12");
        assert_eq!(signed(0.001, 2), "0.00");
    }
}
