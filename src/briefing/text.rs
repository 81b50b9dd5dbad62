//! Sentences made from the scenario: sources, definitions, limits. Generated, so that no number is written twice.

use xxhash_rust::xxh3::xxh3_64;

use super::losses::RANGE_DEPTHS_M;
use super::strings;
use crate::domain::frame::{Budget, REACHED_DEPTH_M};
use crate::domain::geo::corridor::RoughnessSource;
use crate::domain::impact::thousands;
use crate::domain::river::River;
use crate::domain::scenario::{BoundaryKind, EventKind, Mode, Order, Scenario, Series, Structure};
use crate::domain::text::{Label, Language};
use crate::io::river;

/// Hash of everything a scenario holds, printed on every page: equal hash, equal input.
///
/// # Panics
/// Never: plain data can always be written into memory.
pub fn scenario_hash(scenario: &Scenario) -> u64 {
    xxh3_64(&postcard::to_stdvec(scenario).expect("a scenario is plain data and can be written into memory"))
}

/// Name of the coordinate system.
fn coordinate_system(scenario: &Scenario, language: Language) -> String {
    match (scenario.terrain.epsg, language) {
        (Some(4547), Language::Zh) => "CGCS2000 高斯-克吕格 3 度带 114°E（EPSG:4547）".to_owned(),
        (Some(4547), Language::En) => "CGCS2000 Gauss-Krüger zone 114°E (EPSG:4547)".to_owned(),
        (Some(code), _) => format!("EPSG:{code}"),
        (None, Language::Zh) => "未注明坐标系".to_owned(),
        (None, Language::En) => "no coordinate system named".to_owned(),
    }
}

/// Datum of all levels. A corridor is built from the stations' levels; a raster keeps its own, which it does not name.
fn datum(scenario: &Scenario, language: Language) -> &'static str {
    match (scenario.river.is_some(), language) {
        (true, Language::Zh) => "高程：大沽（测站基面）",
        (true, Language::En) => "levels: Dagu (station datum)",
        (false, Language::Zh) => "高程：随栅格，未注明基面",
        (false, Language::En) => "levels: those of the raster, datum not named",
    }
}

/// The two source lines at the foot of every map.
pub fn map_footer(scenario: &Scenario, language: Language) -> [String; 2] {
    let grid = scenario.terrain.grid;
    let size = thousands(grid.cell_m, usize::from(grid.cell_m.fract() > 1e-9));
    let (crs, datum) = (coordinate_system(scenario, language), datum(scenario, language));
    let (name, hash) = (&scenario.name, scenario_hash(scenario));
    let version = env!("CARGO_PKG_VERSION");
    let first = match language {
        Language::Zh => format!(
            "网格 {size} m · {crs} · {datum} · 二维浅水方程模拟 hetu {version} · 情景 {name} · 校验 {hash:016x}"
        ),
        Language::En => format!(
            "Grid {size} m · {crs} · {datum} · 2-D shallow-water model, hetu {version} · scenario {name} · hash {hash:016x}"
        ),
    };
    let terrain = terrain_source(scenario, language);
    let word = scenario.mode.label().get(language);
    let limit = strings::NOT_FOR_WARNING.get(language);
    let second = match language {
        Language::Zh => format!("{terrain}。{word}成果，{limit}。"),
        Language::En => format!("{terrain}. {word}. {limit}."),
    };
    [first, second]
}

fn terrain_source(scenario: &Scenario, language: Language) -> &'static str {
    match (scenario.river.is_some(), language) {
        (true, Language::Zh) => "地形由公布的站点、断面与滩槽资料概化（演示参数），河道中线取自 CIA WDB II（公有领域）",
        (true, Language::En) => {
            "Terrain generalised from published station and section figures (demonstration values); centreline from CIA WDB II (public domain)"
        }
        (false, Language::Zh) => "地形：情景文件所附栅格",
        (false, Language::En) => "Terrain: raster of the scenario",
    }
}

/// What stands under the four numbers: that they are demonstration values and from which depth they count.
pub fn map_note(scenario: &Scenario, language: Language) -> String {
    let Some(exposure) = &scenario.exposure else { return String::new() };
    let from = strings::COUNTED_FROM.get(language);
    let shared = strings::SHARED_OUT.get(language);
    match language {
        Language::Zh => format!("{shared}；{from} {} m；不含主槽", exposure.flooded_depth_m),
        Language::En => format!("{shared}; {from} {} m; channel excluded", exposure.flooded_depth_m),
    }
}

/// Whether the inflow is the built-in hydrograph of the flood, which is reconstructed (confidence D).
///
/// Told from the values, not from a name: a scenario with another inflow is not said to have this one.
pub(crate) fn is_inflow_reconstructed(scenario: &Scenario) -> bool {
    let flood = format!("{:04}-{:02}", scenario.start.year(), u8::from(scenario.start.month()));
    let station = scenario.river.as_ref().and_then(|river| river.stations.first());
    let Some(hydrograph) = station.and_then(|station| river::hydrograph(&flood, &station.id)) else { return false };
    let during: Vec<(f64, f64)> = hydrograph
        .iter()
        .map(|(time, value)| ((*time - scenario.start).as_seconds_f64(), *value))
        .filter(|(time_secs, _)| (0.0..=scenario.duration_secs).contains(time_secs))
        .collect();
    let is_it = |series: &Series| during.iter().all(|(time_secs, value)| (series.at(*time_secs) - value).abs() < 1.0);
    let mut inflows = scenario.boundaries.iter().filter_map(|boundary| match &boundary.kind {
        BoundaryKind::Discharge(series) => Some(series),
        _ => None,
    });
    !during.is_empty() && inflows.any(is_it)
}

/// Definitions and limits, each with its heading.
pub(crate) fn basis(scenario: &Scenario, budget: Option<&Budget>, language: Language) -> Vec<(String, String)> {
    let mut items: Vec<(Label, String)> =
        vec![(Label::new("运行方式", "Kind of run"), mode_meaning(scenario.mode, language).to_owned())];
    items.push((Label::new("来水", "Inflow"), inflow(scenario).get(language).to_owned()));
    items.push((Label::new("计算方法", "Method"), method(scenario.numerics.order).get(language).to_owned()));
    items.push((Label::new("未模拟", "Not modelled"), not_modelled(scenario, language)));
    items.push((Label::new("率定与检验", "Calibration"), calibration(scenario).get(language).to_owned()));
    items.push((Label::new("数据", "Data"), map_footer(scenario, language).join(" ")));
    items.push((Label::new("水深分级", "Depth classes"), DEPTH_CLASSES.get(language).to_owned()));
    items.extend(exposure_items(scenario, language));
    items.extend(budget.map(|budget| (Label::new("水量平衡", "Volume budget"), volumes(budget, language))));
    items.into_iter().map(|(heading, text)| (heading.get(language).to_owned(), text)).collect()
}

fn inflow(scenario: &Scenario) -> Label {
    if is_inflow_reconstructed(scenario) {
        Label::new(
            "重构过程线，可信度 D：未见公开的逐时实测，按公布的洪峰流量、峰现时间、第二峰与七日洪量重构，每 2 h 一值。",
            "Reconstructed hydrograph, confidence D: no observed series is public; rebuilt every two hours from the published peak, its time, the second crest and the volume of seven days.",
        )
    } else {
        Label::new("取自情景文件，来源与可信度以该文件为准。", "As the scenario file has it, which names its source.")
    }
}

const fn method(order: Order) -> Label {
    match order {
        Order::First => Label::new(
            "二维浅水方程，一阶 Godunov 有限体积格式（HLLC 通量、静水重构），曼宁摩阻。一阶格式有数值耗散，会使洪水波变缓；比数个网格窄的沟、埂、路、串沟不能分辨。",
            "Two-dimensional shallow-water equations, first-order Godunov finite volumes (HLLC flux, hydrostatic reconstruction), Manning friction. A first-order scheme diffuses and flattens a flood wave; ditches, ridges, roads and side channels narrower than a few cells are not resolved.",
        ),
        Order::Second => Label::new(
            "二维浅水方程，二阶 Godunov 有限体积格式（MUSCL-Hancock，HLLC 通量、静水重构），曼宁摩阻。比数个网格窄的沟、埂、路、串沟不能分辨。",
            "Two-dimensional shallow-water equations, second-order Godunov finite volumes (MUSCL-Hancock, HLLC flux, hydrostatic reconstruction), Manning friction. Ditches, ridges, roads and side channels narrower than a few cells are not resolved.",
        ),
    }
}

/// Which floods the roughness rests on.
fn calibration(scenario: &Scenario) -> Label {
    let is_calibrated = |river: &River| river.roughness == RoughnessSource::Calibrated;
    if scenario.river.as_ref().is_some_and(is_calibrated) { CALIBRATED } else { UNCALIBRATED }
}

const CALIBRATED: Label = Label::new(
    "断面与河床高程取自公布数据及由其推算的概化值；糙率按 1996 年 8 月洪峰（至 2002 年）和 2021 年秋汛（2003 年起）以一维模型率定，这两场洪水不再是独立检验；误差范围未知。",
    "Sections and bed levels are published figures or derived from them. Roughness was fitted in one dimension to the peaks of August 1996 (years to 2002) and the autumn flood of 2021 (from 2003), which therefore test nothing; the range of error is unknown.",
);

const UNCALIBRATED: Label = Label::new(
    "糙率、断面与河床高程取自公布数据及由其推算的概化值，未按任何实测洪水率定；误差范围未知。洪峰对照表是唯一的检验。",
    "Roughness, sections and bed levels are published figures or derived from them, and were fitted to no observed flood; the range of error is unknown. The table of peaks is the only test.",
);

const DEPTH_CLASSES: Label = Label::new(
    "按 SL 483 洪水风险图分级：0.5、1、2、3 m；色值凭记忆录入，待与标准文本核对。",
    "After SL 483 (flood-risk maps): 0.5, 1, 2, 3 m; the colours are recalled and still to be checked against the text.",
);

/// What a run leaves out; a breach, rain or infiltration is named only where the scenario has none.
fn not_modelled(scenario: &Scenario, language: Language) -> String {
    let has_breach = scenario.events.iter().any(|event| matches!(event.what, EventKind::Breach { .. }));
    let mut left_out = vec![
        Label::new(
            "生产堤、控导工程与险工、路堤、渠堤、避水村台",
            "production dikes, training works, road and canal banks, village platforms",
        ),
        Label::new(
            "泥沙与河床冲淤（河床固定，洪水期间断面不变）",
            "sediment and bed change (the bed is fixed through the flood)",
        ),
        Label::new("分洪与区间支流加水", "detention and tributary inflow along the reach"),
    ];
    if !scenario.structures.iter().any(|structure| matches!(structure, Structure::Intake(_))) {
        left_out.push(Label::new("引水", "diversions"));
    }
    if !has_breach {
        left_out.push(Label::new("大堤决溢（本情景不设溃口）", "breaches of the levees (none in this scenario)"));
    }
    if scenario.rain.is_none() {
        left_out.push(Label::new("降雨", "rain"));
    }
    if scenario.infiltration.is_none() {
        left_out.push(Label::new("下渗与蒸发", "infiltration and evaporation"));
    }
    let texts: Vec<&str> = left_out.iter().map(|label| label.get(language)).collect();
    match language {
        Language::Zh => format!("{}。", texts.join("；")),
        Language::En => format!("{}.", texts.join("; ")),
    }
}

fn exposure_items(scenario: &Scenario, language: Language) -> Vec<(Label, String)> {
    let Some(exposure) = &scenario.exposure else { return vec![] };
    let [high, low] = RANGE_DEPTHS_M;
    let from = exposure.flooded_depth_m;
    let text = |zh: String, en: String| if language == Language::Zh { zh } else { en };
    vec![
        (
            Label::new("受淹", "Flooded"),
            text(
                format!("网格平均水深 ≥ {from} m 的滩区面积，不含主槽；界限参照 GB 51222-2017 道路积水 15 cm（凭记忆录入，可信度 B）。水深 {REACHED_DEPTH_M} m 以上即绘出，故图上水面略大于统计面积。"),
                format!("Floodplain area with a mean cell depth of {from} m or more, without the channel; after the 15 cm of water on a road of GB 51222-2017 (recalled, confidence B). Water is drawn from {REACHED_DEPTH_M} m on, so the map shows a little more than is counted."),
            ),
        ),
        (
            Label::new("起算水深的影响", "Effect of the threshold"),
            text(
                format!("四项数字下的两个值分别以水深 ≥ {high} m 与 ≥ {low} m 统计，只说明起算水深的影响，不是误差范围。地形、村庄位置与村台高程的误差未知，未予量化。"),
                format!("The two values under each number are counted from {high} m and from {low} m: what the threshold does, and no error bound. The errors of terrain, places of villages and heights of their platforms are unknown and not quantified."),
            ),
        ),
        (
            Label::new("受淹人口", "People flooded"),
            text(
                "此刻被水围或进水的村庄的常住人口；不等于需转移人数（村台以上水深使家中不安全者），已撤离者仍计在内，亦非当年人口。".to_owned(),
                "Residents of villages with water round or in them now; not the number to be moved (those whose homes the water over the platform makes unsafe), with those who have left, and not the population of the year.".to_owned(),
            ),
        ),
        (
            Label::new("进水时间", "Water enters"),
            text(
                "滩区受淹面积首次达到该滩区的 5%（背河地 1 km²；本项目约定）。".to_owned(),
                "The flooded area of the unit first reaches 5 % of it (behind a levee 1 km²; a convention of this project).".to_owned(),
            ),
        ),
    ]
}

fn volumes(budget: &Budget, language: Language) -> String {
    let share = format!("{:.1e}", budget.residual_frac().abs());
    let [initial, inflow, outflow, stored] = [budget.initial, budget.inflow, budget.outflow, budget.stored].map(in_yi);
    match language {
        Language::Zh => format!(
            "起始 {initial} 亿 m³，入流 {inflow} 亿 m³，出流 {outflow} 亿 m³，期末存蓄 {stored} 亿 m³；闭合差占总水量 {share}。"
        ),
        Language::En => format!(
            "At the start {initial}, in {inflow}, out {outflow}, held at the end {stored} ×10⁸ m³; unexplained share of all water {share}."
        ),
    }
}

fn in_yi(volume_m3: f64) -> String {
    thousands(volume_m3 / 1e8, 2)
}

fn mode_meaning(mode: Mode, language: Language) -> &'static str {
    match (mode, language) {
        (Mode::Observed, Language::Zh) => "实况：由实测驱动。",
        (Mode::Observed, Language::En) => "Observed: driven by observations.",
        (Mode::Forecast, Language::Zh) => "预报：由预报来水驱动。",
        (Mode::Forecast, Language::En) => "Forecast: driven by forecast inflow.",
        (Mode::Rehearsal, Language::Zh) => "预演：以历史或假设来水推演，不是实况，也不是预报。",
        (Mode::Rehearsal, Language::En) => {
            "Rehearsal: a past or assumed flood is computed; neither an observation nor a forecast."
        }
        (Mode::Drill, Language::Zh) => "演练：仅供演练，不是真实险情。",
        (Mode::Drill, Language::En) => "Drill: for the exercise only, no real emergency.",
    }
}
