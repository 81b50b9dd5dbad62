//! Fixed texts of maps, charts and page, in both languages.

use crate::domain::text::Label;

pub(crate) const NORTH: Label = Label::new("北", "N");
pub(crate) const KM: Label = Label::new("km", "km");
pub(crate) const FLOODED_AREA: Label = Label::new("滩区淹没面积", "Flooded floodplain");
pub(crate) const FARMLAND: Label = Label::new("淹没耕地", "Flooded farmland");
pub(crate) const PEOPLE: Label = Label::new("受淹人口", "People on flooded land");
pub(crate) const VILLAGES: Label = Label::new("受淹村庄", "Villages flooded");
pub(crate) const DEMO: Label = Label::new("演示参数", "Demonstration values");
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
    "全过程各网格曾达到的最大水深；不足 0.05 m 不绘",
    "Largest depth each cell ever had during the run; below 0.05 m not drawn",
);
