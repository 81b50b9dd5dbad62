//! How counts are shown: units, rounding and thousands, in one place for panel, map, table and page.
//!
//! Rounding after the reporting rules of `InaSAFE`: people up to the next 10 below 1000, the next 100 below 100 000,
//! the next 1000 above. Totals are sums of unrounded figures, rounded last, so rounded rows may not add up to them.

use crate::domain::text::{Label, Language};

/// One 亩 (mu), m².
pub const MU_M2: f64 = 10_000.0 / 15.0;

/// The rule in words, to be printed under every table of counts.
pub const ROUNDING_NOTE: Label = Label::new(
    "取整规则：人口不足 1 千进至十位，不足 10 万进至百位，其上进至千位；村庄进至整数；面积、耕地、房屋取 1 位小数，水量取 2 位；金额取 3 位有效数字。合计由未取整的数相加后再取整，故与各行取整后之和可有出入。",
    "Rounding: people up to the next 10 below 1,000, the next 100 below 100,000, the next 1,000 above; villages up to whole ones; area, farmland and houses to one decimal, volume to two; money to three digits. Totals are sums of unrounded figures, rounded last, so rounded rows need not add up to them.",
);

/// A figure ready for display and its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The figure, rounded, thousands separated.
    pub figure: String,
    /// Its unit.
    pub unit: &'static str,
}

/// Area in km².
pub fn area_km2(area_m2: f64) -> f64 {
    area_m2 / 1e6
}

/// Farmland in 万亩 (10 000 mu).
pub fn farmland_wan_mu(farmland_m2: f64) -> f64 {
    farmland_m2 / MU_M2 / 1e4
}

/// People rounded up: to 10 below 1000, to 100 below 100 000, to 1000 above.
pub fn people_rounded(people: f64) -> f64 {
    let step = match people {
        p if p < 1e3 => 10.0,
        p if p < 1e5 => 100.0,
        _ => 1e3,
    };
    // A sum of many cells may lie a rounding error above a whole step; it is not a further person.
    (people / step - 1e-9).ceil().max(0.0) * step
}

/// Villages rounded up to whole ones.
pub fn villages_rounded(villages: f64) -> f64 {
    (villages - 1e-9).ceil().max(0.0)
}

/// Flooded area, km², one decimal.
pub fn show_area(area_m2: f64) -> Shown {
    Shown { figure: thousands(area_km2(area_m2), 1), unit: "km²" }
}

/// Farmland, 万亩, one decimal.
pub fn show_farmland(farmland_m2: f64, language: Language) -> Shown {
    Shown { figure: thousands(farmland_wan_mu(farmland_m2), 1), unit: Label::new("万亩", "10⁴ mu").get(language) }
}

/// People, rounded up; in Chinese in 万人 from 10 000 on.
pub fn show_people(people: f64, language: Language) -> Shown {
    let rounded = people_rounded(people);
    match language {
        Language::Zh if rounded >= 1e5 => Shown { figure: thousands(rounded / 1e4, 1), unit: "万人" },
        Language::Zh if rounded >= 1e4 => Shown { figure: thousands(rounded / 1e4, 2), unit: "万人" },
        Language::Zh => Shown { figure: thousands(rounded, 0), unit: "人" },
        Language::En => Shown { figure: thousands(rounded, 0), unit: "people" },
    }
}

/// Villages, rounded up.
pub fn show_villages(villages: f64, language: Language) -> Shown {
    Shown { figure: thousands(villages_rounded(villages), 0), unit: Label::new("个", "villages").get(language) }
}

/// A number with thousands separated by commas and this many decimals.
pub fn thousands(value: f64, n_decimals: usize) -> String {
    let plain = format!("{:.n_decimals$}", value.abs());
    let (whole, decimals) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    // A value that rounds to zero carries no sign.
    let is_zero = plain.bytes().all(|b| matches!(b, b'0' | b'.'));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    format!("{sign}{text}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_rounded_up_by_size() {
        let cases = [(0.0, 0.0), (1.0, 10.0), (10.0, 10.0), (991.0, 1000.0), (1001.0, 1100.0), (99_901.0, 100_000.0)];
        for (people, expected) in cases.into_iter().chain([(100_001.0, 101_000.0), (658_200.0, 659_000.0)]) {
            assert!((people_rounded(people) - expected).abs() < 1e-9, "{people} people");
        }
    }

    #[test]
    fn units_of_the_country() {
        assert!((farmland_wan_mu(1e6) - 0.15).abs() < 1e-12, "1 km2 is 1500 mu");
        assert_eq!(show_area(1_234_560_000.0), Shown { figure: "1,234.6".into(), unit: "km²" });
        assert_eq!(show_people(658_200.0, Language::Zh), Shown { figure: "65.9".into(), unit: "万人" });
        assert_eq!(show_people(68_120.0, Language::Zh), Shown { figure: "6.82".into(), unit: "万人" });
        assert_eq!(show_people(658_200.0, Language::En), Shown { figure: "659,000".into(), unit: "people" });
        assert_eq!(show_villages(12.01, Language::Zh).figure, "13");
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(0.0, 0), "0");
        assert_eq!(thousands(999.0, 0), "999");
        assert_eq!(thousands(1000.0, 0), "1,000");
        assert_eq!(thousands(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(thousands(-1234.5, 1), "-1,234.5");
        assert_eq!(thousands(-0.01, 1), "0.0");
    }
}
