//! Fixed texts of maps, charts and page, in both languages.

use crate::domain::text::{Label, Language};

pub(crate) const NORTH: Label = Label::new("北", "N");
pub(crate) const KM: Label = Label::new("km", "km");
pub(crate) const FLOODED_AREA: Label = Label::new("滩区淹没面积", "Flooded floodplain");
pub(crate) const FARMLAND: Label = Label::new("淹没耕地", "Flooded farmland");
pub(crate) const PEOPLE: Label = Label::new("受淹人口", "People flooded");
pub(crate) const VILLAGES: Label = Label::new("受淹村庄", "Villages flooded");
pub(crate) const LEGEND_CHANNEL: Label = Label::new("主槽水面（斜线）", "Water in the channel");
pub(crate) const LEGEND_LEVEE: Label = Label::new("黄河大堤", "Levee");
pub(crate) const LEGEND_WALL: Label = Label::new("堤防", "Wall");
pub(crate) const LEGEND_STATION: Label = Label::new("水文站", "Gauging station");
pub(crate) const LEGEND_UNIT: Label = Label::new("滩区分界", "Floodplain unit");
pub(crate) const LEGEND_LANDSIDE: Label = Label::new("堤外（背河）", "Behind the levees");
pub(crate) const LEGEND_FLOW: Label = Label::new("水流方向", "Direction of flow");
pub(crate) const WHOLE_RUN: Label = Label::new("全过程", "Whole run");
pub(crate) const RIVER: Label = Label::new("黄 河", "Yellow River");
pub(crate) const NOT_FOR_WARNING: Label =
    Label::new("不得用于发布预警或指挥转移", "Not for warnings or evacuation orders");
pub(crate) const MAX_DEPTH: Label = Label::new("最大水深", "Largest depth");
pub(crate) const MAX_DEPTH_DEFINITION: Label = Label::new(
    "全过程各网格曾达到的最大水深；不足 0.05 m 不绘；站旁为洪峰流量",
    "Largest depth each cell ever had; below 0.05 m not drawn. Figures at stations: peak discharge",
);
pub(crate) const TOTAL: Label = Label::new("合计", "Total");
pub(crate) const UNIT: Label = Label::new("滩区", "Floodplain");
pub(crate) const PEOPLE_SO_FAR: Label =
    Label::new("人员与村庄，漫滩面积最大时刻", "Villages and people when most land is flooded,");
pub(crate) const LOSSES_SO_FAR: Label = Label::new("损失，至模拟结束", "Losses up to the end of the run,");
pub(crate) const MONEY_NOTE: Label = Label::new(
    "金额取 3 位有效数字，括号内为损失率 0.8 倍与 1.2 倍（不超过 1）时的值；补偿另计，不属损失。演示参数。",
    "Money to three digits; in brackets with 0.8 and 1.2 times the rates, never above 1. Compensation is apart from the loss. Demonstration values.",
);
pub(crate) const DECISION_CLOCK: Label =
    Label::new("转移时钟：最迟下令时刻", "Decision clock: the latest hour of an order");
pub(crate) const CLOCK_NOTE: Label = Label::new(
    "先列滩区（村数，括号内已下令），再列最急的 20 个村。最迟时刻＝出路中断（或家中进入危险）时刻减预警扩散 95%、准备 90%、行程与路口排队时间，再减 1 h 余量。晚 1、3、6 h：出路中断时仍未离村的人数。预警与准备时间、道路、村庄位置均为演示参数。",
    "Floodplains first (villages, ordered in brackets), then the 20 most urgent villages. Latest hour: when the way out closes or the home is unsafe, less the time for 95 % to be warned, 90 % to be ready, travel and the queue at the ramp, and one hour in reserve. Late by 1, 3, 6 h: people not out when the way closes. Times, roads and places of villages are demonstration values.",
);
pub(crate) const WHO: Label = Label::new("滩区 / 村庄", "Floodplain / village");
pub(crate) const NEED: Label = Label::new("村数 / 需要", "Villages / need");
pub(crate) const PERSONS: Label = Label::new("人口", "People");
pub(crate) const WATER_AT: Label = Label::new("水到", "Water at");
pub(crate) const ROAD_CUT: Label = Label::new("道路中断", "Road cut");
pub(crate) const LATEST: Label = Label::new("最迟下令", "Latest order");
pub(crate) const ORDERED: Label = Label::new("已下令", "ordered");
pub(crate) const LATE: Label = Label::new("晚", "late by");
pub(crate) const PEOPLE_OVER_TIME: Label = Label::new("人员过程（人）", "People over time");
pub(crate) const DISCHARGE: Label = Label::new("流量（m³/s）", "discharge (m³/s)");
pub(crate) const STAGE: Label = Label::new("水位（m，测站基面）", "stage (m, station datum)");
pub(crate) const COMPUTED: Label = Label::new("模拟（计算值）", "simulated");
pub(crate) const OBSERVED: Label = Label::new("实测洪峰（横线：时间误差）", "observed peak (bar: time uncertainty)");
pub(crate) const OBSERVED_SERIES: Label = Label::new("实况", "observed");
pub(crate) const BANKFULL: Label = Label::new("平滩流量", "bankfull");
pub(crate) const WARNING_STAGE: Label = Label::new("警戒水位", "warning stage");
pub(crate) const DESIGN_STAGE: Label = Label::new("设防水位", "levee design stage");
pub(crate) const COUNTED_FROM: Label = Label::new("计入水深 ≥", "counted from depth");
pub(crate) const SHARED_OUT: Label =
    Label::new("演示参数，按面积均摊，非逐村调查", "demonstration values shared out by area");
pub(crate) const HYDROGRAPHS: Label = Label::new("水情过程线", "Hydrographs");
pub(crate) const PAGE: Label = Label::new("简报页面", "Page");
pub(crate) const DONE: Label = Label::new("完成", "Done");
pub(crate) const INFLOW_RECONSTRUCTED: Label =
    Label::new("入流为重构过程线（可信度 D）。", " The inflow is a reconstructed hydrograph (confidence D).");

/// A remark in the brackets of the language, to be set behind what it explains.
pub(crate) fn aside(remark: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("（{remark}）"),
        Language::En => format!(" ({remark})"),
    }
}
