//! The briefing of a run that was observed: line of readings in the charts, table of skill on the page.

use hetu::briefing;
use hetu::domain::order::Orders;
use hetu::domain::river::observed::{Doubt, Observation, ObservationKind, ObservedSeries, WindowRole};
use hetu::domain::river::skill::table::skill_table;
use hetu::domain::scenario::Scenario;
use hetu::domain::text::Language;

use super::{reach, record};

/// Share of the made-up discharge that is said to have been observed.
const OBSERVED_SHARE: f64 = 0.8;

/// The made-up flood, read once a day at Jiahetan: discharge four fifths of what the run gives, stage 0.3 m lower.
/// The reading of the third day is doubted.
fn observed_scenario() -> Scenario {
    let mut scenario = reach::scenario(175, 83, 800.0);
    let reading = |day: u32| {
        let time_secs = f64::from(day) * 86_400.0;
        Observation {
            time_secs,
            discharge_m3s: Some(if day == 3 {
                9900.0
            } else {
                OBSERVED_SHARE * reach::section(time_secs, 1).discharge_m3s
            }),
            stage_m: Some(reach::gauge(time_secs, 1).stage_m - 0.3),
            sediment_kgm3: None,
            doubt: (day == 3).then_some(Doubt::Stated),
        }
    };
    scenario.river.as_mut().unwrap().stations[1].observed = Some(ObservedSeries {
        window: "made-up".into(),
        role: WindowRole::Blind,
        kind: ObservationKind::DailyReading,
        confidence: "A".into(),
        stage_raised_m: None,
        observations: (0..=9).map(reading).collect(),
    });
    scenario
}

#[test]
fn figures_are_those_of_a_flood_a_quarter_too_large() {
    let scenario = observed_scenario();
    let skill = skill_table(&scenario, &record(&scenario));
    assert_eq!(skill.iter().map(|row| row.station_id.as_str()).collect::<Vec<_>>(), ["JHT"]);
    let discharge = skill[0].discharge.as_ref().unwrap();
    assert_eq!(discharge.n_readings, 8, "neither the start nor the doubted reading");
    assert!((discharge.peak.error_frac() - 0.25).abs() < 1e-9, "{discharge:?}");
    assert!((discharge.volume_error_frac.unwrap() - 0.25).abs() < 1e-9);
    // The largest is at 85 h, between the readings of 72 h (doubted) and 96 h.
    assert_eq!((discharge.peak.observed[0], discharge.peak.simulated), (96.0 * 3600.0, [85.0 * 3600.0, 6900.0]));
    let stage = skill[0].stage.as_ref().unwrap();
    assert!((stage.mean_error_m - 0.3).abs() < 1e-9 && (stage.rms_error_m - 0.3).abs() < 1e-9, "{stage:?}");
    assert!((stage.largest_error_m - 0.3).abs() < 1e-9);
}

#[test]
fn charts_and_page_show_the_readings_and_their_skill() {
    let scenario = observed_scenario();
    let recording = record(&scenario);
    for (language, words) in [
        (Language::Zh, ["过程精度：实况与模拟（made-up）", "实况（每日 8 时）", "检验", "空心圆点为存疑值"]),
        (
            Language::En,
            [
                "Skill: observed and simulated hydrographs (made-up)",
                "observed (daily 08:00 reading)",
                "blind",
                "hollow dots are doubted",
            ],
        ),
    ] {
        let home = tempfile::tempdir().unwrap();
        briefing::write(home.path(), &scenario, &recording, &Orders::none(), language, &mut |_, _| {}).unwrap();
        let page = std::fs::read_to_string(home.path().join("index.html")).unwrap();
        for word in words {
            assert!(page.contains(word), "{word} is missing");
        }
        assert!(page.contains("+25.0"), "the error of the peak");
        let table = std::fs::read_to_string(home.path().join("skill.csv")).unwrap();
        assert!(table.starts_with("\u{feff}station,name_zh,") && table.lines().count() == 2, "{table}");
        let chart = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
        let at_jiahetan = chart("hydrograph-JHT-discharge.svg");
        // Ten readings, one of them hollow, and the dot of the legend.
        assert_eq!(at_jiahetan.matches("fill=\"#a3231f\" stroke=").count(), 10);
        assert_eq!(at_jiahetan.matches("fill=\"#ffffff\" stroke=\"#a3231f\"").count(), 1);
        assert!(!chart("hydrograph-HYK-discharge.svg").contains("#a3231f"), "nothing was observed there");
    }
}

#[test]
fn without_observations_the_page_says_nothing_of_skill() {
    let scenario = reach::scenario(175, 83, 800.0);
    let home = tempfile::tempdir().unwrap();
    briefing::write(home.path(), &scenario, &record(&scenario), &Orders::none(), Language::En, &mut |_, _| {}).unwrap();
    let page = std::fs::read_to_string(home.path().join("index.html")).unwrap();
    assert!(!page.contains("Skill:") && !page.contains("hollow dots"));
    assert!(!home.path().join("skill.csv").exists());
}
