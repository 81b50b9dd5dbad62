//! The course beyond the ends of its table.
//!
//! Axis, levels and widths are means over some kilometres of river on both sides of a point. So that a reach may begin
//! at the first row of the table, the course goes on straight, and level profiles at their slope, beyond both ends.
//! None of that ground is ever part of a domain.

use super::tables::CentrelineRow;

/// How far the course goes on, km: five times the smoothing of the axis.
pub(super) const BEYOND_TABLE_KM: f64 = 40.0;
/// Distance of the rows that are added, km.
const STEP_KM: f64 = 2.0;
/// Direction and slopes at an end are those of this much river, km.
const END_REACH_KM: f64 = 10.0;

/// The rows of the table with some more before and behind; as they are if there are fewer than two.
pub(super) fn extended(rows: &[CentrelineRow]) -> Vec<CentrelineRow> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Vec::new() };
    let inner_first = rows.iter().take_while(|row| row.km <= first.km + END_REACH_KM).last().unwrap_or(first);
    let inner_last = rows.iter().find(|row| row.km >= last.km - END_REACH_KM).unwrap_or(last);
    let n = steps();
    let before = (1..=n).rev().filter_map(|k| beyond(inner_first, first, -f64::from(k) * STEP_KM));
    let behind = (1..=n).filter_map(|k| beyond(inner_last, last, f64::from(k) * STEP_KM));
    before.chain(rows.iter().copied()).chain(behind).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small constant")]
fn steps() -> u32 {
    (BEYOND_TABLE_KM / STEP_KM) as u32
}

/// A row at a distance (km, negative upstream) from an end, on the line from a row inside through that end.
fn beyond(inside: &CentrelineRow, end: &CentrelineRow, away_km: f64) -> Option<CentrelineRow> {
    let t = away_km / (end.km - inside.km);
    let on = |a: f64, b: f64| b + t.abs() * (b - a);
    t.is_finite().then(|| CentrelineRow {
        km: end.km + away_km,
        lon_deg: on(inside.lon_deg, end.lon_deg),
        lat_deg: on(inside.lat_deg, end.lat_deg),
        bank_lip_m: on(inside.bank_lip_m, end.bank_lip_m),
        bankfull_width_m: end.bankfull_width_m,
        levee_spacing_m: end.levee_spacing_m,
        landside_ground_m: on(inside.landside_ground_m, end.landside_ground_m),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(km: f64) -> CentrelineRow {
        CentrelineRow {
            km,
            lon_deg: 112.0 + 0.01 * km,
            lat_deg: 35.0,
            bank_lip_m: 100.0 - 0.2 * km,
            bankfull_width_m: 500.0,
            levee_spacing_m: 2000.0,
            landside_ground_m: 90.0 - 0.2 * km,
        }
    }

    #[test]
    fn a_straight_river_goes_on_straight_and_at_its_slope() {
        let rows: Vec<CentrelineRow> = (0..20).map(|k| row(2.0 * f64::from(k))).collect();
        let all = extended(&rows);
        assert_eq!(all.len(), 60);
        for (k, found) in all.iter().enumerate() {
            let want = row(-40.0 + 2.0 * k as f64);
            assert!((found.km - want.km).abs() < 1e-9 && (found.lon_deg - want.lon_deg).abs() < 1e-9);
            assert!((found.bank_lip_m - want.bank_lip_m).abs() < 1e-9);
        }
        assert!(extended(&[]).is_empty());
    }
}
