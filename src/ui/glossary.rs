//! Words and assumptions behind the figures of losses and people.

use bevy_egui::egui::Ui;

use crate::domain::text::{Label, Language};
use crate::ui::loss_panel::LossModel;
use crate::ui::theme;
use crate::ui::widgets::{heading, ink, paragraph};

/// Words that are kept apart, with what each counts.
const WORDS: [(Label, Label); 15] = [
    (
        Label::new("受淹", "Flooded"),
        Label::new(
            "此刻水深达到阈值的土地，以及此刻被水围或进水的村庄和其居民",
            "land that is as deep as the threshold now, and villages with water round or in them now, with their residents",
        ),
    ),
    (
        Label::new("受灾", "Affected"),
        Label::new(
            "此前任一时刻被水围或进水的村庄的居民：庄稼或房屋已有损失",
            "residents of villages that the water has reached at any time so far: some of their crops or houses are lost",
        ),
    ),
    (
        Label::new("需转移", "To be moved"),
        Label::new(
            "村台以上水深或流速使家中达到危险等级 H3（水深超过 0.5 m）的村庄的居民",
            "residents of villages where the water over the platform is of hazard class H3 or more in the home (deeper than 0.5 m)",
        ),
    ),
    (
        Label::new("进水、退水", "Water in, water out"),
        Label::new(
            "滩区受淹面积首次达到其 5%、最后一次降到 5% 以下的时刻（背河地：1 km²）；本项目约定",
            "when 5 % of a floodplain is flooded first, and when less is for the last time; behind a levee 1 km²; a convention of this project",
        ),
    ),
    (
        Label::new("被围村、进水村", "Surrounded, entered"),
        Label::new(
            "水到村台脚下而未上台为被围；台上水深 0.05 m 起为进水",
            "water at the foot of the platform but not over it; water of 0.05 m and more over it",
        ),
    ),
    (
        Label::new("已离村、已安置", "Left, sheltered"),
        Label::new(
            "按指令离开村庄的人；其中已到达安置点的人",
            "people who left their village by order; those of them who have arrived at their shelter",
        ),
    ),
    (
        Label::new("尚在险境", "At risk"),
        Label::new("需转移而仍在家中的人", "people who are to be moved and are still at home"),
    ),
    (
        Label::new("被困", "Stranded"),
        Label::new(
            "仍在家中、被水围或进水、且出村道路全部中断的人",
            "people still at home in a village that the water has reached and no open road leads out of",
        ),
    ),
    (
        Label::new("尚需转移", "Still to move"),
        Label::new(
            "按本分支已算到的时刻，需转移的村庄中尚未离村的人；随计算推进而增加",
            "people who have not left the villages that are to be moved up to the computed head of this branch; it grows as the branch is computed on",
        ),
    ),
    (
        Label::new("道路中断", "Road closed"),
        Label::new(
            "路面水深达到小汽车漂浮的 0.3 m，或奉令封闭",
            "water on the road as deep as makes small cars float, 0.3 m, or closed by order",
        ),
    ),
    (
        Label::new("最迟下令时刻", "Latest order"),
        Label::new(
            "出路中断（或家中进入危险）时刻，减去预警扩散 95%、准备 90%、行程与路口排队时间，再减 1 h 余量；预警与准备时间为演示参数",
            "when the way out closes (or the home is unsafe), less the time for 95 % to be warned, 90 % to be ready, travel and the queue at the ramp, and one hour in reserve; times for warning and getting ready are demonstration values",
        ),
    ),
    (
        Label::new("晚 1、3、6 h", "1, 3, 6 h late"),
        Label::new(
            "若比最迟时刻（已过则比现在）晚这么久下令，出路中断时仍未离村的人数；已下令的按实际下令时刻",
            "people not out when the way closes if the order comes so much later than the latest hour, or than now where that has passed; as ordered where it was",
        ),
    ),
    (
        Label::new("损失（低、中、高）", "Loss (low, middle, high)"),
        Label::new(
            "损失率取曲线值的 0.8、1、1.2 倍（不超过 1）乘以价值；不含地形与承灾体本身的误差",
            "rates of 0.8, 1 and 1.2 times the curve, never above 1, times the value; errors of terrain and exposure are not in it",
        ),
    ),
    (
        Label::new("补偿", "Compensation"),
        Label::new(
            "按所列办法应付的款额，另计，不属损失",
            "what the named rule pays; apart from the loss and no part of it",
        ),
    ),
    (
        Label::new("估计死亡", "Lives"),
        Label::new(
            "只在演练中、且情景写明 lives: true 时估算：留在家中的人按 Jonkman（2007）三区函数，上限取新奥尔良 2005 年曲线，下限取 Graham（1999）；只示区间，不是预测",
            "estimated in a drill only, and only where the scenario says lives: true: those who stayed at home by the three zones of Jonkman (2007), the curve of New Orleans 2005 above and Graham (1999) below; a range, not a forecast",
        ),
    ),
];

/// The words, then where the figures come from.
pub fn glossary_ui(ui: &mut Ui, losses: &LossModel, language: Language) {
    let t = theme::tokens(ui);
    for (word, meaning) in WORDS {
        let text = format!("{}　{}", word.get(language), meaning.get(language));
        paragraph(ui, text, ink(theme::TEXT_BODY_PT, t.text));
        ui.add_space(theme::GAP_SMALL);
    }
    heading(ui, crate::ui::strings::SOURCES.get(language));
    for source in &losses.sources {
        paragraph(ui, source.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
        ui.add_space(theme::GAP_SMALL);
    }
}
