//! A screen full of made-up but likely figures, for tests and for looking at.

use std::sync::Arc;

use hetu::domain::impact::clock::{ClockRow, Need, UnitClock};
use hetu::domain::impact::columns::UnitLine;
use hetu::domain::impact::{Money, Route, UnitLoss};
use hetu::domain::playback::Motion;
use hetu::domain::scenario::Mode;
use hetu::domain::text::{Bilingual, Language};
use hetu::ui::actions::{Layer, PlotKind};
use hetu::ui::decision_clock::{ClockLine, UnitClockLine};
use hetu::ui::hydrograph::{HydrographModel, ObservedMark, Reference, StationSeries};
use hetu::ui::legend::{LegendClass, LegendModel};
use hetu::ui::loss_panel::{LossInstant, LossModel};
use hetu::ui::marks::{Mark, MarkKind};
use hetu::ui::notices::{Notice, NoticeKind};
use hetu::ui::overlay::{LabelKind, SceneLabel, SceneModel};
use hetu::ui::picture::PictureModel;
use hetu::ui::readings::ObservedReadings;
use hetu::ui::screen::{
    ComputeModel, ComputeState, OpenScenario, PlaybackModel, ScenarioEntry, ScenarioState, ScreenModel, Warning,
};
use hetu::ui::theme::WarningLevel;
use time::macros::datetime;

pub(crate) const HOUR_SECS: f64 = 3600.0;
pub(crate) const DURATION_SECS: f64 = 12.0 * 24.0 * HOUR_SECS;
pub(crate) const PLAYHEAD_SECS: f64 = 78.0 * HOUR_SECS;
pub(crate) const HEAD_SECS: f64 = 170.0 * HOUR_SECS;

fn open() -> OpenScenario {
    OpenScenario {
        mode: Mode::Rehearsal,
        title: Bilingual::new("1996 年 8 月洪水", "Flood of August 1996"),
        start: datetime!(1996-08-03 08:00 +8),
        duration_secs: DURATION_SECS,
    }
}

pub(crate) fn screen(language: Language) -> ScreenModel {
    ScreenModel {
        language,
        open: Some(open()),
        scenarios: scenarios(),
        playback: PlaybackModel {
            playhead_secs: PLAYHEAD_SECS,
            motion: Motion::Forward,
            rate: 3600.0,
            loop_secs: Some([60.0 * HOUR_SECS, 120.0 * HOUR_SECS]),
            ..PlaybackModel::default()
        },
        marks: marks(),
        compute: ComputeModel {
            state: ComputeState::Running,
            head_secs: HEAD_SECS,
            times_faster: Some(1263.0),
            left_secs: Some(302.0),
            residual_frac: Some(3.14e-13),
            n_contained: 0,
            speed_limit: None,
        },
        legend: legend(),
        exaggeration: 20.0,
        losses: Some(Arc::new(losses(PLAYHEAD_SECS))),
        hydrographs: hydrographs(),
        scene: scene(),
        ..ScreenModel::default()
    }
}

fn marks() -> Vec<Mark> {
    [
        (26.0, MarkKind::Crossing, "花园口 水位超警戒 93.85 m", "Huayuankou stage above warning 93.85 m"),
        (48.0, MarkKind::Order, "东坝头 打开溃口", "open a breach at Dongbatou"),
        (96.0, MarkKind::Peak, "夹河滩 洪峰 7,160 m³/s", "Jiahetan peak 7,160 m³/s"),
        (200.0, MarkKind::Event, "溃口 b1", "breach b1"),
    ]
    .map(|(hours, kind, zh, en)| Mark { time_secs: hours * HOUR_SECS, kind, text: Bilingual::new(zh, en) })
    .into()
}

pub(crate) fn picture(language: Language) -> PictureModel {
    PictureModel {
        section: None,
        branches: Vec::new(),
        language,
        open: OpenScenario { mode: Mode::Drill, ..open() },
        time_secs: PLAYHEAD_SECS,
        legend: legend(),
        exaggeration: 20.0,
        losses: Some(Arc::new(losses(PLAYHEAD_SECS))),
        scene: scene(),
        source: Bilingual::new(
            "二维浅水模型，格网 200 m，CGCS2000 / EPSG:4547，1985国家高程基准；地形由断面资料概化，非实测",
            "2-D shallow water, 200 m cells, CGCS2000 / EPSG:4547, 1985 datum; terrain built from section tables, not surveyed",
        ),
        program: "河图 Hetu 0.1.0".to_owned(),
    }
}

pub(crate) fn warning() -> Warning {
    Warning {
        level: WarningLevel::Orange,
        text: Bilingual::new("花园口水位超警戒 0.62 m", "Huayuankou 0.62 m above warning stage"),
    }
}

pub(crate) fn notices() -> Vec<Notice> {
    vec![
        Notice {
            id: 7,
            kind: NoticeKind::Error,
            what: Bilingual::new("情景文件读不出来", "The scenario file cannot be read"),
            place: Bilingual::new(
                "scenarios/q8000.ron 第 41 行第 9 列：spann_m",
                "scenarios/q8000.ron line 41, column 9: spann_m",
            ),
            remedy: Bilingual::new(
                "没有这个键；是否为 span_m？改后再打开",
                "There is no such key; is span_m meant? Correct it and open again",
            ),
        },
        Notice {
            id: 8,
            kind: NoticeKind::Note,
            what: Bilingual::new("图已存好", "The picture is saved"),
            place: Bilingual::new("hetu-1996-08-06-1400.png", "hetu-1996-08-06-1400.png"),
            remedy: Bilingual::default(),
        },
    ]
}

fn scenarios() -> Vec<ScenarioEntry> {
    [
        ("1996 年 8 月洪水", "Flood of August 1996", Some(Mode::Rehearsal), ScenarioState::Open),
        ("花园口恒定 4000 m³/s", "Steady 4,000 m³/s at Huayuankou", Some(Mode::Rehearsal), ScenarioState::Ready),
        ("花园口恒定 8000 m³/s", "Steady 8,000 m³/s at Huayuankou", Some(Mode::Rehearsal), ScenarioState::Ready),
        ("溃坝小算例", "Small dam break", Some(Mode::Drill), ScenarioState::Ready),
        ("broken.ron", "broken.ron", None, ScenarioState::Faulty),
    ]
    .map(|(zh, en, mode, state)| ScenarioEntry { title: Bilingual::new(zh, en), mode, state })
    .into()
}

fn legend() -> LegendModel {
    let bounds = [None, Some(0.5), Some(1.0), Some(2.0), Some(3.0), None];
    let colours = [[198, 219, 239], [158, 202, 225], [107, 174, 214], [49, 130, 189], [8, 81, 156]];
    LegendModel {
        layer: Layer::Depth,
        classes: (0..5)
            .map(|i| LegendClass { from: bounds[i], to: bounds[i + 1], rgb: colours[i], name: None })
            .collect(),
        others: vec![([150, 112, 60], hetu::ui::strings::CHANNEL)],
    }
}

/// Share of the flood that has come by a time.
fn grown(time_secs: f64) -> f64 {
    1.0 / (1.0 + (-(time_secs / HOUR_SECS - 70.0) / 14.0).exp())
}

fn losses(now_secs: f64) -> LossModel {
    let units = [
        ("郑州滩", "Zhengzhou", 61.0),
        ("原阳滩", "Yuanyang", 412.0),
        ("中牟滩", "Zhongmu", 88.0),
        ("开封滩", "Kaifeng", 173.0),
        ("封丘滩", "Fengqiu", 229.0),
        ("兰考滩", "Lankao", 97.0),
        ("长垣滩", "Changyuan", 318.0),
        ("东明滩", "Dongming", 181.0),
        ("濮阳滩", "Puyang (Qucun)", 0.0),
    ];
    let loss = |km2: f64, share: f64| {
        let people = km2 * share * 352.0;
        let band = |yuan: f64| [0.8 * yuan, yuan, 1.2 * yuan];
        UnitLoss {
            area_m2: km2 * share * 1e6,
            area_by_class_m2: [0.3, 0.3, 0.25, 0.1, 0.05].map(|part| part * km2 * share * 1e6),
            lives: [0.0; 3],
            farmland_m2: km2 * share * 0.68e6,
            farmland_hit_m2: km2 * share * 0.7e6,
            crops_hit_m2: [0.4, 0.1, 0.15, 0.05, 0.0].map(|part| part * km2 * share * 1e6),
            farmland_lost_m2: km2 * share * 0.5e6,
            farmland_ruined_m2: km2 * share * 0.3e6,
            people,
            people_entered: 0.5 * people,
            people_affected: people,
            people_to_move: 0.6 * people,
            people_departed: 0.4 * people,
            people_moved: 0.35 * people,
            people_at_risk: 0.2 * people,
            people_stranded: 0.1 * people,
            villages_surrounded: (km2 * share * 0.2).round(),
            villages_entered: (km2 * share * 0.24).round(),
            houses_m2: 30.0 * people,
            houses_fallen_m2: people,
            money: Money {
                crops: band(1800.0 * km2 * share * 1e3),
                houses: band(9000.0 * people),
                goods: band(4000.0 * people),
                roads: band(500.0 * people),
                works: band(300.0 * people),
            },
            compensation_cny: [6000.0 * people, 7000.0 * people],
            volume_m3: km2 * share * 1.1e6,
        }
    };
    let all: f64 = units.iter().map(|u| u.2).sum();
    let instant = |secs: f64| {
        let total = loss(all, grown(secs));
        LossInstant { secs, still_to_move: (0.6 * all * 352.0 - total.people_departed).max(0.0), total }
    };
    let spell = |km2: f64| (km2 > 0.0 && grown(now_secs) > 0.01).then_some(40.0 * HOUR_SECS);
    let line = |km2: f64| UnitLine { loss: loss(km2, grown(now_secs)), in_secs: spell(km2), out_secs: None };
    LossModel {
        units: units.iter().map(|(zh, en, km2)| (Bilingual::new(*zh, *en), line(*km2))).collect(),
        unit_areas: units
            .iter()
            .map(|u| (0..=170).map(|h| [f64::from(h) * HOUR_SECS, u.2 * grown(f64::from(h) * HOUR_SECS)]).collect())
            .collect(),
        history: (0..=170).map(|h| instant(f64::from(h) * HOUR_SECS)).collect(),
        now: instant(now_secs),
        counts_lives: false,
        threshold_m: 0.5,
        source: Bilingual::new(
            "演示参数：按滩区单元面积均摊的人口、耕地与村庄（1996 年前后统计）",
            "Demonstration values: people, farmland and villages shared out by area of the unit (statistics of about 1996)",
        ),
        basis: Bilingual::new(
            "曲线：JRC 亚洲；价值 2020 年；受淹水深 ≥ 0.5 m；网格 200 m，输出步长 60 min；分支：基准；演示参数",
            "Curves: JRC Asia; values of 2020; flooded from 0.5 m; cells of 200 m, output every 60 min; branch: base; demonstration values",
        ),
        sources: vec![Bilingual::new(
            "损失曲线：JRC 亚洲（Huizinga 等，2017）",
            "Curves: JRC Asia (Huizinga et al. 2017)",
        )],
        unit_clock: clocks(now_secs).0,
        clock: clocks(now_secs).1,
    }
}

/// A clock with one line of each kind of urgency.
fn clocks(now_secs: f64) -> (Vec<UnitClockLine>, Vec<ClockLine>) {
    let line = |village: usize, zh: &str, en: &str, left_hours: f64, ordered: bool| {
        let deadline_secs = now_secs + left_hours * HOUR_SECS;
        let closes_secs = deadline_secs + 6.0 * HOUR_SECS;
        ClockLine {
            name: Bilingual::new(zh, en),
            unit: Bilingual::new("长垣滩", "Changyuan"),
            exit: Bilingual::new("左岸大堤270公里上堤路口", "Ramp at km 270, left levee"),
            row: ClockRow {
                village,
                need: Need::Move,
                people: 1240.0,
                reached_secs: closes_secs - 2.0 * HOUR_SECS,
                cut_secs: Some(closes_secs),
                unsafe_secs: Some(closes_secs + HOUR_SECS),
                route: Some(Route { length_m: 7300.0, exit: 0, road: Some(0) }),
                lead_secs: 5.0 * HOUR_SECS,
                deadline_secs,
                ordered_secs: ordered.then_some(now_secs - 3.0 * HOUR_SECS),
                left_behind: if ordered { [40.0; 4] } else { [45.0, 130.0, 680.0, 1240.0] },
            },
        }
    };
    let villages = vec![
        line(0, "长垣17村", "Changyuan 17", -0.7, false),
        line(1, "长垣23村", "Changyuan 23", 1.4, false),
        line(2, "长垣31村", "Changyuan 31", 9.2, false),
        line(3, "长垣40村", "Changyuan 40", 30.0, false),
        line(4, "长垣44村", "Changyuan 44", 2.0, true),
    ];
    let unit = UnitClock {
        unit: 6,
        n_villages: 5,
        n_ordered: 1,
        n_closed: 0,
        people: 6200.0,
        deadline_secs: Some(now_secs - 0.7 * HOUR_SECS),
        left_behind: [220.0, 560.0, 2760.0, 5000.0],
    };
    (vec![UnitClockLine { name: Bilingual::new("长垣滩", "Changyuan"), clock: unit }], villages)
}

fn station(zh: &str, en: &str, peak: f64, at_h: f64, width_h: f64, level_m: f64) -> StationSeries {
    let hours = (0..=340).map(|i| f64::from(i) * 0.5).filter(|h| h * HOUR_SECS <= HEAD_SECS);
    let flow = |h: f64| 2200.0 + (peak - 2200.0) * (-((h - at_h) / width_h).powi(2)).exp();
    let discharge_m3s: Vec<[f64; 2]> = hours.map(|h| [h * HOUR_SECS, flow(h)]).collect();
    StationSeries {
        name: Bilingual::new(zh, en),
        stage_m: discharge_m3s.iter().map(|p| [p[0], level_m + (p[1] / 2200.0).powf(0.35)]).collect(),
        discharge_m3s,
        observed: vec![ObservedMark {
            time_secs: (at_h + 9.0) * HOUR_SECS,
            tolerance_secs: 6.0 * HOUR_SECS,
            discharge_m3s: peak * 1.06,
            stage_m: Some(level_m + 1.6),
        }],
        readings: ObservedReadings {
            discharge_m3s: (0..7)
                .map(|day| [24.0 * HOUR_SECS * f64::from(day), 0.97 * flow(24.0 * f64::from(day) - 3.0)])
                .collect(),
            stage_m: vec![[0.0, level_m + 1.05], [48.0 * HOUR_SECS, level_m + 1.5], [96.0 * HOUR_SECS, level_m + 1.3]],
            doubtful_discharge_m3s: vec![[60.0 * HOUR_SECS, 900.0]],
            doubtful_stage_m: vec![],
        },
        references: vec![
            Reference { name: Bilingual::new("平滩流量", "bankfull"), kind: PlotKind::Discharge, value: 3420.0 },
            Reference {
                name: Bilingual::new("警戒水位", "warning stage"),
                kind: PlotKind::Stage,
                value: level_m + 1.35,
            },
        ],
        beside: vec![],
    }
}

fn hydrographs() -> HydrographModel {
    HydrographModel {
        stations: vec![
            station("花园口", "Huayuankou", 7780.0, 55.0, 30.0, 92.4),
            station("夹河滩", "Jiahetan", 6910.0, 92.0, 34.0, 75.1),
            station("高村", "Gaocun", 6240.0, 151.0, 42.0, 62.0),
        ],
        stage_datum: Bilingual::new("1985国家高程基准", "1985 National Height Datum"),
    }
}

fn scene() -> SceneModel {
    let label = |x: f32, y: f32, text: &str, kind| SceneLabel { pos: [x, y].into(), text: text.to_owned(), kind };
    SceneModel {
        labels: vec![
            label(420.0, 380.0, "花园口", LabelKind::Station),
            label(860.0, 470.0, "夹河滩", LabelKind::Station),
            label(1320.0, 640.0, "高村", LabelKind::Station),
            label(640.0, 360.0, "原阳滩", LabelKind::FloodplainUnit),
            label(1010.0, 600.0, "长垣滩", LabelKind::FloodplainUnit),
            label(1014.0, 604.0, "临黄大堤", LabelKind::Levee),
            label(900.0, 330.0, "北岸大堤", LabelKind::Levee),
        ],
        metres_per_point: Some(92.0),
        heading_deg: 58.0,
        traces: vec![],
    }
}
