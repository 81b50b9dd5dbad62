//! Fixed texts of the page.

use std::collections::BTreeMap;

use crate::domain::text::{Label, Language};

/// Every fixed text of the page by its name in the template.
pub(crate) fn all(language: Language) -> BTreeMap<&'static str, &'static str> {
    TEXTS.iter().map(|(key, label)| (*key, label.get(language))).collect()
}

const TEXTS: &[(&str, Label)] = &[
    ("briefing", Label::new("会商简报", "Briefing")),
    ("scenario", Label::new("情景", "scenario")),
    ("hash", Label::new("情景校验", "scenario hash")),
    ("must_not", Label::new("不得用于：", "Must not be used for:")),
    (
        "must_not_text",
        Label::new(
            "发布洪水预警、下达转移或调度命令、工程设计、灾情统计上报与补偿。地形为断面资料概化而成，损失为按面积均摊的演示参数，未经率定与业务检验，误差范围未知；预警与命令以流域机构和各级防汛指挥部发布的为准。",
            "flood warnings, evacuation or dispatch orders, engineering design, damage reporting or compensation. The terrain is generalised from section data, the losses are demonstration values shared out by area; neither is calibrated or operationally tested, and their range of error is unknown. Warnings and orders come from the river authority and the flood headquarters alone.",
        ),
    ),
    ("maps", Label::new("洪水演进", "How the flood moves")),
    ("hydrographs", Label::new("水情过程线", "Hydrographs")),
    (
        "chart_note",
        Label::new(
            "虚线为模拟值，三角为实测洪峰，横线为其时间误差范围。水位以测站基面（大沽）计。模拟洪峰流量取 3 位有效数字，水位取 0.01 m；取位不代表精度。",
            "Dashed: simulated. Triangles: observed peaks, the bar is the uncertainty of their time. Stages above the stations' datum (Dagu). Simulated discharge to three significant digits, stage to 0.01 m: the digits are not the accuracy.",
        ),
    ),
    (
        "chart_note_observed",
        Label::new(
            "红色细实线与圆点为实况（报汛值），空心圆点为存疑值，不参加统计。",
            "Thin red line with dots: observed readings; hollow dots are doubted and take no part in any figure.",
        ),
    ),
    ("peaks", Label::new("洪峰对照：实测与模拟", "Peaks: observed and simulated")),
    ("station", Label::new("站", "Station")),
    ("observed", Label::new("实测", "Observed")),
    ("simulated", Label::new("模拟", "Simulated")),
    ("difference", Label::new("模拟 − 实测", "Simulated − observed")),
    ("confidence", Label::new("可信度", "Confidence")),
    ("time", Label::new("时间", "Time")),
    ("discharge", Label::new("流量 m³/s", "Discharge m³/s")),
    ("stage", Label::new("水位 m", "Stage m")),
    ("hours", Label::new("时间 h", "Time h")),
    (
        "peaks_rule",
        Label::new(
            "每个实测洪峰与其前后实测洪峰之间中点以内的模拟最大值对照；“*”表示模拟最大值在记录首末，真正的峰可能在记录之外；粗体为超出实测时间误差。水位为测站所在网格的水位，与断面基本水尺不在同一点。",
            "Each observed peak is set beside the largest simulated value up to halfway to the observed peaks before and after it; * marks a value at the end of the record, whose true peak may lie outside; bold is outside the uncertainty of the observed time. Stages are those of the cell of the station, not of its staff gauge.",
        ),
    ),
    ("discharge_percent", Label::new("流量 %", "Discharge %")),
    ("role", Label::new("性质", "Role")),
    ("reach", Label::new("河段（主峰传播）", "Reach (travel of the main peak)")),
    ("travel_observed", Label::new("实测传播时间 h", "Observed travel time h")),
    ("travel_simulated", Label::new("模拟传播时间 h", "Simulated travel time h")),
    ("travel_difference", Label::new("模拟 − 实测 h", "Simulated − observed h")),
    ("records", Label::new("与 1996 年 8 月灾情记载对照", "Beside the record of August 1996")),
    ("record_item", Label::new("项目", "Item")),
    ("record_simulated", Label::new("模拟（本段）", "Simulated (this reach)")),
    ("record_recorded", Label::new("记载（下游全河）", "Record (whole lower river)")),
    ("record_shared", Label::new("记载按面积折算到本段（D）", "Record shared out by area (D)")),
    ("skill_readings", Label::new("时次", "Readings")),
    ("skill_dc", Label::new("DC（等级）", "DC (grade)")),
    ("skill_rate", Label::new("合格率 %（等级）", "Qualified % (grade)")),
    ("skill_peak", Label::new("洪峰流量 m³/s", "Peak discharge m³/s")),
    ("skill_observed", Label::new("实况", "Observed")),
    ("skill_at_readings", Label::new("模拟（同时刻）", "Simulated at readings")),
    ("skill_largest", Label::new("模拟最大", "Largest simulated")),
    ("skill_peak_error", Label::new("峰量误差 %（许可）", "Error % (permissible)")),
    ("skill_time_error", Label::new("峰时误差 h（许可）", "Time error h (permissible)")),
    ("skill_volume", Label::new("洪量误差 %", "Volume error %")),
    ("skill_stage", Label::new("水位误差 m", "Stage error m")),
    ("skill_mean", Label::new("平均", "Mean")),
    ("skill_rms", Label::new("均方根", "RMS")),
    ("skill_worst", Label::new("最大", "Largest")),
    ("losses", Label::new("滩区影响", "What stands under water")),
    ("unit", Label::new("滩区", "Floodplain unit")),
    ("county", Label::new("县（市、区）", "Counties")),
    ("entry", Label::new("进水时间", "Water enters")),
    ("area_km2", Label::new("淹没面积 km²", "Flooded area km²")),
    ("area_share", Label::new("占滩区 %", "Share of unit %")),
    ("farmland", Label::new("耕地 万亩", "Farmland 10⁴ mu")),
    ("people", Label::new("人口 人", "People")),
    ("villages", Label::new("村庄 个", "Villages")),
    ("volume", Label::new("滞水量 10⁶m³", "Water held 10⁶ m³")),
    ("basis", Label::new("依据、口径与局限", "Basis, definitions and limits")),
];
