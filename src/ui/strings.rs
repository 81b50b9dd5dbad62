//! Every fixed text of the interface, in both languages. A missing half does not compile.

use crate::domain::classes::{DURATION_HOURS, HAZARD_CLASS, NATURAL, RISE_MPH};
use crate::domain::text::Label;
use crate::ui::actions::{CameraPreset, Layer, Light, PlotKind};

macro_rules! labels {
    ($($name:ident = $zh:literal, $en:literal;)+) => {
        $(
            #[doc = concat!("“", $zh, "” / “", $en, "”.")]
            pub const $name: Label = {
                assert!(!$zh.is_empty() && !$en.is_empty(), "both languages are needed");
                Label::new($zh, $en)
            };
        )+
        /// All of them, for checks.
        pub const ALL: &[Label] = &[$($name),+];
    };
}

labels! {
    PROGRAM = "河图", "Hetu";
    SIMULATED = "模拟", "Simulated";
    NO_SCENARIO = "尚未打开情景", "No scenario is open";
    NO_SCENARIO_HINT = "请在左侧选一个情景；F6 展开左栏", "Choose a scenario on the left; F6 opens that panel";
    SCENARIOS = "情景", "Scenarios";
    SESSIONS = "会话", "Sessions";
    NO_SESSIONS = "尚无保存的会话；计算即自动保存", "No sessions are saved yet; every run is saved by itself";
    SAVE_SESSION = "另存会话", "Save a copy";
    SESSION_IN_USE = "正在记录", "being recorded";
    NO_SCENARIOS_HINT = "scenarios 文件夹里没有情景文件。请放入 .ron 文件后重开，或运行 hetu view 文件名",
        "The scenarios folder is empty. Put a .ron file there and start again, or run hetu view FILE";
    SCENARIO_OPEN = "已打开", "Open";
    SCENARIO_READY = "可打开", "Ready";
    SCENARIO_FAULTY = "有错误", "Has faults";
    LAYERS = "图层", "Layers";
    DEPTH = "水深", "Depth";
    SPEED = "流速", "Speed";
    MAX_DEPTH = "最大水深", "Max depth";
    ARRIVAL = "到达时间", "Arrival time";
    LEGEND = "图例", "Legend";
    DEPTH_DEFINITION = "水深分级同洪水风险图（SL 483）；浅于 0.05 m 不画",
        "Depth classes of SL 483; below 0.05 m not drawn";
    SPEED_DEFINITION = "垂线平均流速；浅于 0.05 m 不画", "Depth-averaged speed; below 0.05 m not drawn";
    MAX_DEPTH_DEFINITION = "起算以来各处最大水深，含每一时间步", "Largest depth since the start, at every time step";
    ARRIVAL_DEFINITION = "自起算至水深首次达到 0.05 m", "From the start to the first depth of 0.05 m";
    ACROSS = "横断面", "Across";
    ALONG = "纵断面", "Along";
    SECTION_HINT = "点击地面选断面位置", "Click the ground to choose the section";
    KM_AND_M = "km / m", "km / m";
    KEY_SECTION = "横断面（点地面选位置）、纵断面", "Section (click the ground), long profile";
    MINIMAP = "位置图：点击飞往", "Map: click to fly there";
    VIEWS = "书签", "Views";
    KEY_VIEWS = "回到书签；Ctrl 加数字保存", "Go to a kept view; with Ctrl keep it";
    PROBE = "测点", "Probe";
    PROBE_DEPTHS = "水深过程", "Depth over time";
    READING = "读取中", "reading";
    HAZARD_NOW = "此刻危险等级", "Hazard now";
    GROUND = "地面高程", "Ground";
    DURATION = "淹没历时", "Duration";
    KEY_PROBE = "点地面看测点；P 关闭", "Click the ground to probe it; P closes";
    CHANNEL = "主槽水面", "Main channel";
    VILLAGE_DRY = "村庄（位置示意）", "Village (place schematic)";
    VILLAGE_FLOODED = "受淹村庄", "Village flooded";
    EXAGGERATION = "垂直夸大", "Vertical exaggeration";
    LIGHT_HINT = "光照：图示、日照、夜间", "Light: map, sun, night";
    LIGHT_MAP = "图示光", "Map light";
    LIGHT_SUN = "日照", "Sun";
    LIGHT_NIGHT = "夜间", "Night";
    SECTION = "断面", "Section";
    CONTOURS_HINT = "等高线，间距 0.5 m", "Contour lines, 0.5 m apart";
    CONTOURS = "等高线", "Contours";
    KEY_LIGHT = "光照、等高线（0.5 m）", "Light, contour lines (0.5 m)";
    CAMERA = "视角", "Camera";
    CAMERA_REACH = "全河段", "Reach";
    CAMERA_TOP = "俯视", "Top";
    CAMERA_NORTH = "正北", "North up";
    CAMERA_FRONT = "水头", "Front";
    LOSSES = "滩区损失", "Floodplain losses";
    LOSSES_NONE = "此情景没有滩区资料", "This scenario has no floodplain data";
    LOSSES_NONE_HINT = "河道情景（Corridor）才有滩区单元与承灾体；栅格情景只显示水", "Only corridor scenarios carry floodplain units and what stands on them";
    FLOODED_AREA = "淹没面积", "Flooded area";
    FARMLAND = "受淹耕地", "Farmland";
    PEOPLE = "受淹人口", "Flooded";
    STILL_TO_MOVE = "尚需转移", "Still to move";
    LOSS = "损失", "Loss";
    YI_YUAN = "亿元", "10⁸ yuan";
    FLOODED_PEOPLE_COLUMN = "受淹人", "flooded";
    TO_MOVE_COLUMN = "需转移", "to move";
    LOSS_COLUMN = "万元", "10⁴ yuan";
    AT_RISK = "尚在险境", "At risk";
    STRANDED = "被困", "Stranded";
    SHELTERED = "已安置", "Sheltered";
    IMPACT_WINDOW = "损失与人员：台账、时钟、过程", "Losses and people: ledger, clock, chart";
    LEDGER_WATER = "台账·淹没", "Ledger: water";
    LEDGER_CROPS = "台账·作物", "Ledger: crops";
    LEDGER_PEOPLE = "台账·人口", "Ledger: people";
    LEDGER_MONEY = "台账·损失", "Ledger: losses";
    DECISION_CLOCK = "转移时钟", "Decision clock";
    PEOPLE_CHART = "人员过程", "People chart";
    GLOSSARY = "用语与依据", "Glossary";
    SOURCES = "依据", "Sources";
    ALL_OF_IT = "台账", "Ledger";
    CLOCK_NONE = "已算时段内没有村庄受淹", "No village is reached in what is computed";
    WHO = "滩区 / 村庄", "Floodplain / village";
    NEED = "需要", "Need";
    WATER_AT = "水到", "Water at";
    ROAD_CUT_AT = "道路中断", "Road cut";
    LATEST_ORDER = "最迟下令", "Latest order";
    LEFT = "剩余", "Left";
    WAY_OUT = "出路", "Way out";
    ORDERED = "已下令", "ordered";
    WAY_CLOSED = "已来不及", "too late";
    NO_WAY_OUT = "无出路", "no way out";
    ROUNDING_SHORT = "人口进至 10、100、1000，金额取 3 位有效数字；合计先加后取整", "People up to 10, 100, 1000; money to 3 digits; totals added before rounding";
    UNIT = "滩区", "Floodplain";
    TOTAL = "合计", "Total";
    KM2 = "km²", "km²";
    WAN_MU = "万亩", "10⁴ mu";
    PERSONS = "人", "people";
    VILLAGE_COUNT = "个", "count";
    VILLAGE_COLUMN = "村", "vill.";
    CHANGE_6H = "近 6 h", "last 6 h";
    DEMONSTRATION = "演示参数", "Demonstration values";
    FLOODED_FROM = "受淹水深 ≥", "flooded from";
    THRESHOLD = "水深达到此值计为受淹", "Counts as flooded from this depth";
    PEOPLE_ROUNDED = "人口向上取整到 10、100 或 1000", "People are rounded up to 10, 100 or 1000";
    PLAY = "播放", "Play";
    PAUSE = "暂停", "Pause";
    STEP_BACK = "上一时刻", "Step back";
    STEP_FORWARD = "下一时刻", "Step forward";
    HOME = "到起点", "To the start";
    END = "到算得最新时刻", "To the newest moment";
    SLOWER = "放慢", "Slower";
    FASTER = "加快", "Faster";
    FOLLOW = "跟随计算", "Follow the run";
    FOLLOWING = "跟随", "live";
    PREVIOUS_MARK = "上一标记", "Mark before";
    NEXT_MARK = "下一标记", "Next mark";
    LOOP = "循环", "Loop";
    LOOP_HINT = "I 设起点，O 设终点，X 取消", "I sets its start, O its end, X clears it";
    MARK_EVENT = "情景事件", "Event";
    MARK_ORDER = "指令", "Order";
    MARK_CROSSING = "越限", "Threshold";
    MARK_PEAK = "洪峰", "Peak";
    WAITING = "等待计算", "waiting";
    PLAYBACK_RATE = "播放速度", "Playback rate";
    COMPUTING = "正在计算", "Computing";
    COMPUTE_LOADING = "正在读入", "Loading";
    COMPUTE_PAUSED = "计算已暂停", "Computing is paused";
    COMPUTE_DONE = "计算完成", "Computed to the end";
    RECORDED_IN_PART = "只录到一部分", "Recorded in part";
    COMPUTE_FAILED = "计算中止", "Computing failed";
    COMPUTE_IDLE = "尚未计算", "Not computed yet";
    COMPUTED_TO = "已算至", "Computed to";
    TIMES_FASTER = "倍于洪水", "× faster than the flood";
    RESIDUAL = "水量残差", "Volume residual";
    CONTAINED = "异常单元", "Contained cells";
    LEFT_OVER = "剩余", "left";
    RUN_COMPUTING = "继续计算", "Resume run";
    START_COMPUTING = "开始计算", "Start run";
    PAUSE_COMPUTING = "暂停计算", "Pause run";
    SPEED_LIMIT = "计算限速", "Limit of the computing";
    NO_LIMIT = "不限速", "No limit";
    TIMELINE = "时间轴", "Timeline";
    NOT_COMPUTED = "尚未算到", "Not computed yet";
    HYDROGRAPHS = "过程线", "Hydrographs";
    DISCHARGE = "流量", "Discharge";
    STAGE = "水位", "Stage";
    SIMULATED_LINE = "模拟", "Simulated";
    OBSERVED_READINGS = "实况（空心为存疑）", "Observed (hollow: doubted)";
    OBSERVED_PEAK = "实测洪峰（横线为时刻误差）", "Observed peak (bar: uncertainty of time)";
    NO_STATIONS = "此情景没有测站或断面", "This scenario has no stations or sections";
    NO_STATIONS_HINT = "在情景文件的 sections 中加一条断面线即可看过程线", "Add a line to sections in the scenario file to see hydrographs";
    STAGE_RISE = "水位涨幅（自起算）", "Rise of stage since the start";
    DATUM = "基面", "Datum";
    NO_STATIONS_CHOSEN = "在右侧勾选测站", "Tick a station on the right";
    PEAK = "峰", "Peak";
    NORTH = "北", "N";
    SWITCH_LANGUAGE = "EN", "中";
    SWITCH_LANGUAGE_HINT = "Switch to English", "切换到中文";
    THEME_LIGHT = "浅色（打印）", "Light, for printing";
    THEME_DARK = "深色", "Dark";
    SAVE_PICTURE = "存图", "Save picture";
    KEYS = "按键", "Keys";
    CLOSE = "关闭", "Close";
    DISMISS = "收起", "Dismiss";
    MORE_NOTICES = "条提示未显示", "more notices";
    FOLD_LEFT = "收起左栏", "Fold the left panel";
    OPEN_LEFT = "展开左栏", "Open the left panel";
    FOLD_RIGHT = "收起损失栏", "Fold the losses";
    OPEN_RIGHT = "展开损失栏", "Open the losses";
    FOLD_BOTTOM = "收起过程线", "Fold the hydrographs";
    OPEN_BOTTOM = "展开过程线", "Open the hydrographs";
    KEY_PLAY = "播放或暂停", "Play or pause";
    KEY_SHUTTLE = "倒放、暂停、播放；再按加快", "Backwards, pause, forwards; again: faster";
    KEY_RETURN = "回到开始播放处", "Back to where play began";
    KEY_MARKS = "上一、下一标记（峰、越限、指令）", "Mark before, next (peaks, thresholds, orders)";
    KEY_LOOP = "循环起点、终点、取消", "Loop from here, to here, no loop";
    KEY_FOLLOW = "跟随计算最新时刻", "Follow the newest moment";
    KEY_STEP = "前后一帧（Shift 1 h，Ctrl 6 h）", "One frame (Shift 1 h, Ctrl 6 h)";
    KEY_ENDS = "起点、算得最新时刻", "Start, newest moment";
    KEY_RATE = "放慢、加快", "Slower, faster";
    KEY_LAYERS = "图层：水深 实景 流速 危险 最大 到达 历时 涨率",
        "Depth, as it looks, speed, hazard, max, arrival, duration, rise";
    KEY_CAMERA = "正北、俯视", "North up, top view";
    KEY_LEGEND = "场景内图例", "Legend in the scene";
    KEY_FOLDS = "收展左栏、损失栏、过程线", "Fold left panel, losses, hydrographs";
    DIAGNOSTICS = "运行诊断", "Diagnostics";
    UNIT_MS = "毫秒", "ms";
    MEDIAN = "中位数", "median";
    P95 = "95 %", "95 %";
    LONGEST = "最长", "longest";
    PICTURE_INTERVAL = "画面间隔", "Picture to picture";
    MAIN_THREAD = "主线程每帧（≤ 4）", "Main thread (4 at most)";
    PANELS_OF_IT = "其中面板", "of it panels";
    MESHES = "绘制网格", "Meshes drawn";
    MEMORY = "内存", "Memory";
    KEY_CLEAN = "净屏：只留时钟、图例与比例尺", "Clean screen: clocks, legend, scale";
    KEY_PICTURE = "存图", "Save a picture";
    KEY_SHEET = "本表", "This sheet";
    KEY_CANCEL = "关闭本表、退出净屏", "Close this sheet, leave the clean screen";
    ORDER = "下达指令", "Give an order";
    ORDER_SHORT = "下令", "Order";
    ORDER_BREACH = "决口", "Breach";
    ORDER_WALL = "子埝", "Wall";
    ORDER_RAISE = "加高", "Raise";
    ORDER_GATE = "闸门", "Gate";
    ORDER_INFLOW = "来水", "Inflow";
    ORDER_PUMP = "泵站", "Pump";
    ORDER_CLOSE_ROAD = "封路", "Road";
    ORDER_MOVE = "转移", "Move";
    CLICK_LEVEE = "在堤线上单击决口位置", "Click on the levee where it breaks";
    CLICK_LINE = "依次单击各拐点画出子埝；再按本类按钮重画", "Click the corners of the wall one after another; press its kind again to start over";
    CLICK_TWO = "在同一堤线上单击起点与终点", "Click both ends on one levee";
    CLICK_PUMP = "单击取水处，再单击出水处（可省，即排出域外）", "Click where it takes water, then where it puts it (without: out of the domain)";
    CANCEL_ORDER = "不下达", "Do not give it";
    GIVE_ORDER = "下达", "Give";
    AUTHOR = "下令人", "Author";
    REASON = "理由", "Reason";
    FROM_WHEN = "生效", "From";
    CHAINAGE = "桩号", "Chainage";
    BREACH_WIDTH = "口门宽", "Width";
    BREACH_GROWS = "发展历时", "Grows over";
    ABOVE_GROUND = "高出地面", "Above ground";
    ABOVE_CREST = "加高", "Above crest";
    OPENING = "开度", "Opening";
    TIMES = "乘以", "Times";
    ROAD = "道路", "Road";
    WHO_MOVES = "何处转移", "Who";
    WHERE_TO = "转往", "Where to";
    CLICK_ROAD = "点击道路附近，或填写路名", "Click near a road, or write its name";
    CLICK_VILLAGE = "点击村庄，或选滩区，或填写村名", "Click a village, choose a floodplain, or write a name";
    ORDERS_GIVEN = "本分支已下指令", "Orders of this branch";
    NO_ORDERS = "尚无指令", "None yet";
    TAKE_BACK = "撤回", "Take back";
    WILL_FORK = "该时刻已算过，将另起分支", "That time is computed: this makes a branch";
    WILL_APPEND = "该时刻尚未算到，加入本分支", "That time is still ahead: it joins this branch";
    NO_ORDERS_HERE = "回放的记录不能下令", "A recording that is only played takes no orders";
    LENGTH = "长", "Length";
    EDGES = "网格边", "edges of the grid";
    HIGHEST = "最大高度", "Highest";
    CRESTS_OPEN = "堤顶", "Crest";
    FORK_HERE = "分支", "Branch";
    FORK_HERE_HINT = "从此刻另起一个分支", "Make a branch from this moment";
    COMPARE = "对比", "Compare";
    COMPARE_HINT = "与另一分支对比", "Compare with another branch";
    BRANCHES = "分支", "Branch";
    BASELINE = "基线", "Baseline";
    SHOW_BRANCH = "显示此分支", "Show this branch";
    COMPARE_WITH = "与此分支对比", "Compare with this branch";
    STOP_COMPARING_WITH = "不再与此分支对比", "No longer compare with it";
    RENAME_BRANCH = "改名", "Rename";
    PRUNE_BRANCH = "舍弃", "Prune";
    RESTORE_BRANCH = "恢复（重新计算）", "Restore (computes again)";
    TRACK_WAITING = "等待计算", "Waits for its turn";
    TRACK_PRUNED = "已舍弃", "Pruned";
    SWIPE = "拉帘", "Swipe";
    SIDE_BY_SIDE = "并列", "Side by side";
    DIFFERENCE = "差异", "Difference";
    AGREEMENT = "一致性", "Agreement";
    DIFFERENCE_DEFINITION = "此刻后者与前者水深之差；不足 0.05 m 记为相同", "Depth of the second less that of the first now; below 0.05 m they count as alike";
    AGREEMENT_DEFINITION = "此刻水深达 0.05 m 者：所选分支全部如此，或其中部分如此", "Deeper than 0.05 m now: in all chosen branches, or in some";
    TABLE = "对比表", "Table";
    TABLE_HINT = "各分支损失、水量、洪峰对比", "Losses, volumes and peaks by branch";
    COPY = "复制", "Copy";
    SAVE_CSV = "存 CSV", "Save CSV";
    FIGURE = "指标", "Figure";
    LESS = "差", "Diff.";
    SPREAD = "极差", "Spread";
    UNITS_COLUMN = "单位", "Unit";
    KEY_ORDER = "下达指令", "Give an order";
    KEY_FORK = "从此刻另起分支", "Branch from here";
    KEY_COMPARE = "对比分支；对比表", "Compare branches; their table";
    MOUSE_ORBIT = "左键拖动旋转，右键平移，滚轮缩放", "Drag to orbit, right drag to pan, wheel to zoom";
    MOUSE = "鼠标", "Mouse";
}

/// Name of a layer.
pub const fn layer(layer: Layer) -> Label {
    match layer {
        Layer::Depth => DEPTH,
        Layer::Speed => SPEED,
        Layer::MaxDepth => MAX_DEPTH,
        Layer::Arrival => ARRIVAL,
        Layer::Hazard => HAZARD_CLASS.name,
        Layer::Duration => DURATION_HOURS.name,
        Layer::Rise => RISE_MPH.name,
        Layer::Natural => NATURAL.name,
        Layer::Difference => DIFFERENCE,
        Layer::Agreement => AGREEMENT,
    }
}

/// How a layer is defined, printed under its legend.
pub const fn layer_definition(layer: Layer) -> Label {
    match layer {
        Layer::Depth => DEPTH_DEFINITION,
        Layer::Speed => SPEED_DEFINITION,
        Layer::MaxDepth => MAX_DEPTH_DEFINITION,
        Layer::Arrival => ARRIVAL_DEFINITION,
        Layer::Hazard => HAZARD_CLASS.definition,
        Layer::Duration => DURATION_HOURS.definition,
        Layer::Rise => RISE_MPH.definition,
        Layer::Natural => NATURAL.definition,
        Layer::Difference => DIFFERENCE_DEFINITION,
        Layer::Agreement => AGREEMENT_DEFINITION,
    }
}

/// Unit of a layer.
pub const fn layer_unit(layer: Layer) -> &'static str {
    match layer {
        Layer::Depth | Layer::MaxDepth => "m",
        Layer::Speed => "m/s",
        Layer::Arrival | Layer::Duration => "h",
        Layer::Rise => "m/h",
        Layer::Hazard | Layer::Natural | Layer::Difference | Layer::Agreement => "",
    }
}

/// Name of a light.
pub const fn light(light: Light) -> Label {
    match light {
        Light::Map => LIGHT_MAP,
        Light::Sun => LIGHT_SUN,
        Light::Night => LIGHT_NIGHT,
    }
}

/// Name of a camera preset.
pub const fn camera(preset: CameraPreset) -> Label {
    match preset {
        CameraPreset::Reach => CAMERA_REACH,
        CameraPreset::Top => CAMERA_TOP,
        CameraPreset::North => CAMERA_NORTH,
        CameraPreset::Front => CAMERA_FRONT,
    }
}

/// Name of a plotted quantity.
pub const fn plot(kind: PlotKind) -> Label {
    match kind {
        PlotKind::Discharge => DISCHARGE,
        PlotKind::Stage => STAGE,
    }
}

/// Unit of a plotted quantity.
pub const fn plot_unit(kind: PlotKind) -> &'static str {
    match kind {
        PlotKind::Discharge => "m³/s",
        PlotKind::Stage => "m",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_texts_hold_chinese_and_english_ones_do_not() {
        // the language switch shows the other language on purpose; units are the same in both
        let exempt = [SWITCH_LANGUAGE, SWITCH_LANGUAGE_HINT, KM2, KM_AND_M, P95];
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for label in ALL.iter().filter(|l| !exempt.contains(l)) {
            assert!(label.zh.chars().any(is_han), "{label:?}");
            assert!(!label.en.chars().any(is_han), "{label:?}");
        }
    }
}
