//! Sentences made from the scenario: sources, definitions, limits. Generated, so that no number is written twice.

use xxhash_rust::xxh3::xxh3_64;

use super::losses::RANGE_DEPTHS_M;
use super::strings;
use crate::domain::frame::{Budget, REACHED_DEPTH_M};
use crate::domain::impact::thousands;
use crate::domain::scenario::{Mode, Scenario};
use crate::domain::text::Language;

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

/// Definitions and limits, each with its heading.
pub(crate) fn basis(scenario: &Scenario, budget: Option<&Budget>, language: Language) -> Vec<(String, String)> {
    let [first, second] = map_footer(scenario, language);
    let is_zh = language == Language::Zh;
    let pick = |zh: &str, en: &str| if is_zh { zh.to_owned() } else { en.to_owned() };
    let mut items = vec![
        (pick("运行方式", "Kind of run"), mode_meaning(scenario.mode, language).to_owned()),
        (pick("模型与数据", "Model and data"), format!("{first} {second}")),
        (
            pick("水深分级", "Depth classes"),
            pick(
                "按 SL 483 洪水风险图分级：0.5、1、2、3 m；色值凭记忆录入，待与标准文本核对。",
                "After SL 483 (flood-risk maps): 0.5, 1, 2, 3 m; the colours are recalled and still to be checked against the text.",
            ),
        ),
    ];
    if let Some(exposure) = &scenario.exposure {
        let [high, low] = RANGE_DEPTHS_M;
        let counted = exposure.flooded_depth_m;
        items.push((
            pick("受淹", "Flooded"),
            if is_zh {
                format!("网格平均水深 ≥ {counted} m 的滩区面积，不含主槽与堤外；{counted} m 约为田埂高度，也是道路积水的通用界限。水深 {REACHED_DEPTH_M} m 以上即绘出，故图上水面可略大于统计面积。")
            } else {
                format!("Floodplain area with a mean cell depth of {counted} m or more, without the channel and the land behind the levees: about the height of a field ridge, and the usual bound for water on a road. Water is drawn from {REACHED_DEPTH_M} m on, so the map may show a little more than is counted.")
            },
        ));
        items.push((
            pick("范围", "Range"),
            if is_zh {
                format!("分别以水深 ≥ {high} m 与 ≥ {low} m 统计所得，反映地形高程误差（数分米）对淹没面积的影响；未含人口、耕地密度本身的误差（估计 ±30% 以上）。")
            } else {
                format!("Counted from {high} m and from {low} m: what a terrain error of a few decimetres does to the extent. The error of the densities themselves (some 30 % or more) is not in it.")
            },
        ));
        items.push((
            pick("受淹人口", "People flooded"),
            pick(
                "常住在受淹土地上的人数，按滩区平均密度折算；不等于需转移人数，未计避水村台与已撤离人口，亦非当年人口。",
                "People who live on flooded land, from the mean density; not the number to be moved: village platforms, people already moved and the smaller population of the year are not considered.",
            ),
        ));
        items.push((
            pick("进水时间", "Water enters"),
            pick("滩区受淹面积首次达到该滩区的 5%。", "The flooded area of the unit first reaches 5 % of it."),
        ));
    }
    if let Some(budget) = budget {
        let share = format!("{:.1e}", budget.residual_frac().abs());
        let zh = format!(
            "入流 {} 亿 m³，出流 {} 亿 m³，闭合差占总水量 {share}。",
            in_yi(budget.inflow),
            in_yi(budget.outflow)
        );
        let en = format!(
            "In {} ×10⁸ m³, out {} ×10⁸ m³, unexplained share of all water {share}.",
            in_yi(budget.inflow),
            in_yi(budget.outflow)
        );
        items.push((pick("水量平衡", "Volume budget"), pick(&zh, &en)));
    }
    items
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
