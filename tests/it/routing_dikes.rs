//! Production dikes beside the routed river: budget, floods that they hold, and August 1996 beside the run with the plain.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]
#![expect(clippy::print_stdout, reason = "figures for docs/verification.md")]

use hetu::domain::geo::corridor::{CompoundSection, DikeRow, DikeSource};
use hetu::domain::river::routing::{Reach1d, Roughness, Routed};
use hetu::io::river;
use proptest::prelude::{ProptestConfig, proptest};

const HOUR_SECS: f64 = 3600.0;
/// Time step of the hydrograph of 1996 in the tables, h.
const STEP_H: f64 = 2.0;

/// A channel that is full at about 3500 m³/s beside a floodplain of 4 km.
fn section() -> CompoundSection {
    CompoundSection {
        lip_depth_m: 4.0,
        width_m: 500.0,
        slope: 1.5e-4,
        manning_channel: 0.012,
        manning_floodplain: 0.04,
        strip_m: 300.0,
        falling_m: 1700.0,
        foot_m: 0.0,
        drop_m: 1.0,
    }
}

fn row(crest_m: f64, opening_frac: f64) -> DikeRow {
    DikeRow {
        reach: "R2".into(),
        years: [1959, 2022],
        crest_m,
        fails_above_bankfull_m3s: 1000.0,
        opening_frac,
        opens_over_secs: 6.0 * HOUR_SECS,
    }
}

/// 120 km in pieces of 12 km.
fn reach(dikes: Option<&DikeRow>) -> Reach1d {
    Reach1d::prismatic_beside(&section(), 120e3, 10, dikes).unwrap()
}

/// 1000 m³/s and a bell above it, hourly.
fn bell(rise_m3s: f64) -> Vec<f64> {
    (0..400).map(|hour| 1000.0 + rise_m3s * (-((f64::from(hour) - 60.0) / 24.0).powi(2)).exp()).collect()
}

fn assert_closed(routed: &Routed) {
    let volumes = routed.volumes;
    let turnover_m3 = volumes.in_m3 + volumes.stored_before_m3;
    assert!(volumes.residual_m3().abs() < 1e-12 * turnover_m3, "{volumes:?}");
    assert!(routed.outflow_m3s.iter().all(|q| q.is_finite() && *q >= 0.0));
}

fn peak(series: &[f64]) -> (usize, f64) {
    series.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]
    #[test]
    fn volumes_close_behind_dikes_of_every_kind(
        rise_m3s in 0.0..12_000.0_f64, crest_m in 0.0..3.0_f64, opening_frac in 0.0..1.0_f64, dt_h in 0.25..6.0_f64,
    ) {
        let reach = reach(Some(&row(crest_m, opening_frac)));
        assert_closed(&reach.route(&[(0.0, &bell(rise_m3s))], dt_h * HOUR_SECS).unwrap());
    }
}

/// Dikes that hold leave a channel between walls: nothing is on the plain, whatever the gaps would be.
#[test]
fn a_flood_below_the_failing_stage_stays_in_the_channel() {
    let section = CompoundSection { strip_m: 1e-3, falling_m: 0.0, drop_m: 0.0, ..section() };
    let walls = Reach1d::prismatic(&section, 120e3, 10).unwrap();
    let route = |reach: &Reach1d| reach.route(&[(0.0, &bell(3200.0))], HOUR_SECS).unwrap().outflow_m3s;
    let [held, open, walled] = [route(&reach(Some(&row(1.5, 0.1)))), route(&reach(None)), route(&walls)];
    let off = held.iter().zip(&walled).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!("held: {:.0} m3/s, off by {off:.2} from walls; open: {:.0}", peak(&held).1, peak(&open).1);
    assert!(off < 1.0 && peak(&open).1 < peak(&held).1 - 100.0, "{off}");
}

#[test]
fn gaps_hold_a_flood_back_and_give_it_back_late() {
    let route = |dikes: Option<&DikeRow>| reach(dikes).route(&[(0.0, &bell(6000.0))], HOUR_SECS).unwrap().outflow_m3s;
    let [narrow, wide, open] = [route(Some(&row(3.0, 0.02))), route(Some(&row(3.0, 1.0))), route(None)];
    let late = |series: &[f64]| series[200..].iter().sum::<f64>();
    // Two weeks on nothing comes but the base flow and what gaps still give.
    println!("peaks: {:?} {:?} {:?}", peak(&narrow), peak(&wide), peak(&open));
    assert!(peak(&narrow).1 < 0.75 * 7000.0 && late(&narrow) > late(&open), "{:?} {:?}", peak(&wide), peak(&narrow));
}

/// The flood of August 1996 from Huayuankou, held at its last value until it has passed Lijin: discharge (m³/s) and time
/// (h after that at Huayuankou) of the peak at each station below. The dikes are those of the table but for what is given.
fn flood_of_1996(piece_km: f64, crest_m: Option<f64>, opening_frac: f64) -> Vec<(f64, f64)> {
    let points = river::hydrograph("1996-08", "HYK").unwrap();
    let mut inflow: Vec<f64> = points.iter().map(|(_, discharge_m3s)| *discharge_m3s).collect();
    inflow.resize(inflow.len() + 200, inflow[inflow.len() - 1]);
    let mut tables = river::tables().unwrap();
    for row in &mut tables.production_dikes {
        row.opening_frac = opening_frac;
        row.crest_m = crest_m.unwrap_or(row.crest_m);
    }
    let (span_km, roughness) = ([128.0, 753.1], Roughness::default());
    let reach = Reach1d::beside_dikes(&tables, 1996, span_km, &roughness, piece_km, DikeSource::Published).unwrap();
    let routed = reach.route(&[(128.0, &inflow)], STEP_H * HOUR_SECS).unwrap();
    assert_closed(&routed);
    let first = peak(&routed.stations_m3s[0]).0 as f64;
    let at_station = |series: &Vec<f64>| (peak(series).1, (peak(series).0 as f64 - first) * STEP_H);
    let peaks: Vec<(f64, f64)> = routed.stations_m3s[1..].iter().map(at_station).collect();
    let cells = peaks.iter().map(|(q, hours)| format!(" {q:.0} at {hours:.0} |")).collect::<Vec<_>>();
    println!("| {opening_frac} | {crest_m:?} | {piece_km} km |{}", cells.concat());
    peaks
}

/// Peaks of `huayuankou-1996-08-river.ron`, Jiahetan to Lijin, without dikes and with those of the table
/// (docs/verification.md, sections 3d and 3g), m³/s.
const WITH_PLAIN_M3S: [[f64; 6]; 2] =
    [[6885.0, 6268.0, 5856.0, 5644.0, 5436.0, 5104.0], [6439.0, 5597.0, 5110.0, 4668.0, 4529.0, 4373.0]];
/// Bars for both, as a share: the largest difference is 0.05 without dikes, at Sunkou, and 0.11 with them, there as well.
const BARS: [f64; 2] = [0.07, 0.13];

/// The same figures of the same table tell the same story: nothing is fitted to the run with the plain.
#[test]
fn august_1996_behind_dikes_is_near_the_run_with_the_plain() {
    // A dike as high as the lip is none.
    let open = flood_of_1996(6.0, Some(0.0), 1.0);
    let diked = flood_of_1996(6.0, None, 0.1);
    for ((peaks, wanted), bar) in [open, diked].iter().zip(WITH_PLAIN_M3S).zip(BARS) {
        for ((q, _), wanted) in peaks.iter().zip(wanted) {
            assert!((q / wanted - 1.0).abs() < bar, "{q} {wanted}");
        }
    }
    for opening_frac in [0.02, 0.05, 0.2] {
        flood_of_1996(6.0, None, opening_frac);
    }
    for piece_km in [3.0, 12.0] {
        flood_of_1996(piece_km, None, 0.1);
    }
}
