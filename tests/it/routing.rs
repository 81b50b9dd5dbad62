//! Routing the river of the tables.
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use hetu::domain::river::routing::{PIECE_KM, Reach1d, Roughness, Routed, RoutingError};
use hetu::io::river;

/// Time step of the hydrograph of 1996 in the tables, h.
const STEP_H: f64 = 2.0;

fn reach(epoch: u16, from_km: f64, to_km: f64, piece_km: f64) -> Reach1d {
    Reach1d::in_pieces(&river::tables().unwrap(), epoch, [from_km, to_km], &Roughness::default(), piece_km).unwrap()
}

/// The flood of August 1996 from Huayuankou, held at its last value until it has passed Lijin.
fn flood_of_1996(piece_km: f64) -> (Reach1d, Routed) {
    let points = river::hydrograph("1996-08", "HYK").unwrap();
    let mut inflow: Vec<f64> = points.iter().map(|(_, discharge_m3s)| *discharge_m3s).collect();
    inflow.resize(inflow.len() + 100, inflow[inflow.len() - 1]);
    let reach = reach(1996, 128.0, 753.1, piece_km);
    let routed = reach.route(&[(128.0, &inflow)], STEP_H * 3600.0).unwrap();
    (reach, routed)
}

/// Discharge (m³/s) and time (h after that at the first station) of the peak of each station.
fn peaks(reach: &Reach1d, routed: &Routed) -> Vec<(String, f64, f64)> {
    let peak = |series: &[f64]| series.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let first = peak(&routed.stations_m3s[0]).0 as f64;
    let at_station = |((id, _), series): ((&str, f64), &Vec<f64>)| {
        let (n, discharge_m3s) = peak(series);
        (id.to_owned(), discharge_m3s, (n as f64 - first) * STEP_H)
    };
    reach.stations().zip(&routed.stations_m3s).map(at_station).collect()
}

#[test]
fn the_flood_of_1996_comes_down_in_order_and_whole() {
    let (reach, routed) = flood_of_1996(PIECE_KM);
    let peaks = peaks(&reach, &routed);
    let ids: Vec<&str> = peaks.iter().map(|(id, _, _)| id.as_str()).collect();
    assert_eq!(ids, ["HYK", "JHT", "GC", "SK", "AS", "LK", "LJ"]);
    for pair in peaks.windows(2) {
        assert!(pair[1].1 < pair[0].1 && pair[1].2 > pair[0].2, "{pair:?}");
    }
    let volumes = routed.volumes;
    assert!(volumes.residual_m3().abs() < 1e-12 * volumes.in_m3, "{}", volumes.residual_m3());
}

/// Uncalibrated. Observed: Jiahetan 7150 m³/s after 26 h (to 12 h), Gaocun 6810, Sunkou 5800 m³/s.
///
/// Times below Jiahetan are missed by far, see docs/verification.md; they have no bar here.
#[test]
fn peaks_of_1996_are_near_those_observed_as_far_as_sunkou() {
    let (reach, routed) = flood_of_1996(6.0);
    let peaks = peaks(&reach, &routed);
    let off = |id: &str, observed_m3s: f64| peaks.iter().find(|peak| peak.0 == id).unwrap().1 / observed_m3s - 1.0;
    assert!(off("JHT", 7150.0).abs() < 0.05 && off("GC", 6810.0).abs() < 0.1 && off("SK", 5800.0).abs() < 0.05);
    assert!((peaks[1].2 - 26.0).abs() < 12.0, "{peaks:?}");
}

/// In the channel the piece's length matters little; on the floodplain, where water is slow, it does.
#[test]
fn shorter_pieces_change_a_flood_in_the_channel_by_less_than_one_per_cent() {
    let inflow: Vec<f64> =
        (0..360).map(|hour| 1000.0 + 3000.0 * (-((f64::from(hour) - 60.0) / 24.0).powi(2)).exp()).collect();
    let at_lijin = |piece_km| reach(2021, 0.0, 753.1, piece_km).route(&[(0.0, &inflow)], 3600.0).unwrap().outflow_m3s;
    let (usual, fine) = (at_lijin(PIECE_KM), at_lijin(3.0));
    let rms = (usual.iter().zip(&fine).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / usual.len() as f64).sqrt();
    assert!(rms < 30.0, "{rms} m3/s");
}

#[test]
fn tributaries_and_withdrawals_come_in_where_they_are() {
    let reach = reach(2021, 0.0, 753.1, PIECE_KM);
    let even = |discharge_m3s: f64| vec![discharge_m3s; 48];
    let (head, yiluo, qin, canal) = (even(1000.0), even(300.0), even(100.0), even(-250.0));
    let inflows: [(f64, &[f64]); 4] = [(0.0, &head), (88.0, &yiluo), (113.0, &qin), (296.0, &canal)];
    let routed = reach.route(&inflows, 3600.0).unwrap();
    for ((id, km), series) in reach.stations().zip(&routed.stations_m3s) {
        let expected = match km {
            km if km < 88.0 => 1000.0,
            km if km < 296.0 => 1400.0,
            _ => 1150.0,
        };
        assert!(series.iter().all(|q| (q / expected - 1.0).abs() < 1e-9), "{id} {} {expected}", series[0]);
    }
}

#[test]
fn the_channel_alone_is_slower_with_a_larger_n() {
    let tables = river::tables().unwrap();
    let inflow: Vec<f64> =
        (0..480).map(|hour| 1000.0 + 2000.0 * (-((f64::from(hour) - 60.0) / 24.0).powi(2)).exp()).collect();
    let peak_hour = |channel_factor| {
        let roughness = Roughness { channel_factor, ..Roughness::default() };
        let reach = Reach1d::new(&tables, 2021, 128.0, 753.1, &roughness).unwrap();
        let out = reach.route(&[(128.0, &inflow)], 3600.0).unwrap().outflow_m3s;
        out.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0
    };
    // At one discharge the velocity goes with n^-0.6.
    let (usual, rougher) = (peak_hour(1.0) - 60, peak_hour(1.5) - 60);
    let ratio = rougher as f64 / usual as f64;
    assert!((ratio / 1.5_f64.powf(0.6) - 1.0).abs() < 0.08, "{usual} h, {rougher} h");
}

#[test]
fn a_reach_outside_the_tables_is_refused() {
    let tables = river::tables().unwrap();
    let make = |epoch, from_km, to_km| Reach1d::new(&tables, epoch, from_km, to_km, &Roughness::default());
    assert_eq!(
        make(2021, -3.0, 200.0).unwrap_err().to_string(),
        "reach from -3 to 200 km, allowed: rising, within 0 to 831.83 km"
    );
    assert_eq!(make(1930, 0.0, 200.0).unwrap_err().to_string(), "epoch 1930, allowed: 1958 to 2022");
    let roughness = Roughness { channel_factor: 0.0, ..Roughness::default() };
    let error = Reach1d::new(&tables, 2021, 0.0, 200.0, &roughness).unwrap_err();
    assert!(matches!(error, RoutingError::Value { what: "channel_factor", .. }), "{error}");
}
