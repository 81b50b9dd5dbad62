//! Floodplain losses at the playhead: four numbers in large type, the ledger by floodplain unit in short, people over
//! time and the villages that must be ordered next. All of it is in the window of losses and people (F4).

use bevy_egui::egui::{Align2, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};

use crate::domain::impact::columns::{UnitLine, sum_of, three_digits, wan_yuan};
use crate::domain::impact::{self, UnitLoss};
use crate::domain::text::{Bilingual, Label, Language};
use crate::ui::actions::{PanelId, UiAction};
use crate::ui::decision_clock::{ClockLine, UnitClockLine, colour_of, left_text, sign_of};
use crate::ui::impact_window::ImpactTab;
use crate::ui::left_panel::fold_button;
use crate::ui::people_chart::people_chart_ui;
use crate::ui::screen::{ScreenModel, padded};
use crate::ui::sparkline::sparkline;
use crate::ui::time_axis::value_at;
use crate::ui::widgets::{Icon, heading, ink, paragraph, text_button, text_in};
use crate::ui::{format, strings, theme};

/// Losses at the playhead and at every recorded moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossModel {
    /// One row for each floodplain unit, in the river's order, at the playhead.
    pub units: Vec<(Bilingual, UnitLine)>,
    /// Flooded area of each of them over time: (s after the start, m²).
    pub unit_areas: Vec<Vec<[f64; 2]>>,
    /// Every recorded moment, rising in time.
    pub history: Vec<LossInstant>,
    /// The moment of the playhead.
    pub now: LossInstant,
    /// Whether lives are estimated.
    pub counts_lives: bool,
    /// A place counts as flooded from this depth on, m.
    pub threshold_m: f64,
    /// Where the figures come from; says itself that they are demonstration values.
    pub source: Bilingual,
    /// What every table says of itself: curves, year of the values, thresholds, resolution, branch.
    pub basis: Bilingual,
    /// Where curves, rules and values come from.
    pub sources: Vec<Bilingual>,
    /// Units on the decision clock, the least time first.
    pub unit_clock: Vec<UnitClockLine>,
    /// Villages on it.
    pub clock: Vec<ClockLine>,
}

/// Losses at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LossInstant {
    /// s after the start.
    pub secs: f64,
    /// Sum over the units.
    pub total: UnitLoss,
    /// People who have not left the villages that must move, as far as the branch is computed.
    pub still_to_move: f64,
}

/// The stretch over which a change is told, s.
pub const CHANGE_SECS: f64 = 6.0 * 3600.0;

/// One of the four numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// Flooded area, km².
    Area,
    /// Residents of villages that the water has reached.
    People,
    /// People still to move.
    ToMove,
    /// Loss, 亿元.
    Loss,
}

/// Yuan in 亿元.
const YI_YUAN: f64 = 1e8;

impl Headline {
    /// In reading order.
    pub const ALL: [Self; 4] = [Self::Area, Self::People, Self::ToMove, Self::Loss];

    /// What is counted.
    pub const fn name(self) -> Label {
        match self {
            Self::Area => strings::FLOODED_AREA,
            Self::People => strings::PEOPLE,
            Self::ToMove => strings::STILL_TO_MOVE,
            Self::Loss => strings::LOSS,
        }
    }

    /// Unit, in the heading of its number.
    pub const fn unit(self) -> Label {
        match self {
            Self::Area => strings::KM2,
            Self::People | Self::ToMove => strings::PERSONS,
            Self::Loss => strings::YI_YUAN,
        }
    }

    /// The number in its unit.
    pub fn of(self, at: &LossInstant) -> f64 {
        match self {
            Self::Area => impact::area_km2(at.total.area_m2),
            Self::People => at.total.people,
            Self::ToMove => at.still_to_move,
            Self::Loss => at.total.loss_cny()[1] / YI_YUAN,
        }
    }

    /// The number as it is printed.
    pub fn text(self, at: &LossInstant) -> String {
        match self {
            Self::Area => format::km2(at.total.area_m2),
            Self::People | Self::ToMove => format::people(self.of(at)),
            Self::Loss => three_digits(self.of(at)),
        }
    }

    /// The range of the number, where it has one.
    pub fn range(self, at: &LossInstant) -> Option<String> {
        let [low, _, high] = at.total.loss_cny().map(|yuan| three_digits(yuan / YI_YUAN));
        (self == Self::Loss && high != "0").then(|| format!("{low}–{high}"))
    }

    /// A change as it is printed; people are rounded as people are.
    pub fn change_text(self, change: f64) -> String {
        match self {
            Self::Area => format::change(change, 1),
            Self::Loss => format::change(change, 2),
            Self::People | Self::ToMove => format::change(impact::people_rounded(change.abs()).copysign(change), 0),
        }
    }
}

impl LossModel {
    /// Sum over the units.
    pub fn total(&self) -> UnitLoss {
        impact::total(self.units.iter().map(|(_, line)| &line.loss))
    }

    /// All units in one row.
    pub fn sum(&self) -> UnitLine {
        let lines: Vec<UnitLine> = self.units.iter().map(|(_, line)| *line).collect();
        sum_of(&lines)
    }

    /// One number over time: (s after the start, value).
    pub fn line(&self, headline: Headline) -> Vec<[f64; 2]> {
        self.history.iter().map(|at| [at.secs, headline.of(at)]).collect()
    }
}

/// Change of a (time, value) line over the last [`CHANGE_SECS`]; `None` before there is that much past.
pub fn recent_change(line: &[[f64; 2]], now_secs: f64) -> Option<f64> {
    Some(value_at(line, now_secs)? - value_at(line, now_secs - CHANGE_SECS)?)
}

/// The loss panel, or its edge when it is folded.
pub fn loss_panel_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (folded, language) = (model.state.folds.right, model.language);
    let name = if folded { strings::OPEN_RIGHT } else { strings::FOLD_RIGHT };
    let icon = if folded { Icon::Left } else { Icon::Right };
    if fold_button(ui, icon, name.get(language), "F7", folded) {
        actions.push(UiAction::ToggleFold(PanelId::Right));
    }
    if folded {
        return;
    }
    let mut inner = ui.new_child(UiBuilder::new().id_salt("losses").max_rect(padded(ui)));
    let ui = &mut inner;
    heading(ui, strings::LOSSES.get(language));
    let t = theme::tokens(ui);
    let Some(losses) = &model.losses else {
        if model.open.is_none() {
            paragraph(ui, strings::NO_SCENARIO.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
            return;
        }
        paragraph(ui, strings::LOSSES_NONE.get(language), ink(theme::TEXT_BODY_PT, t.text));
        paragraph(ui, strings::LOSSES_NONE_HINT.get(language), ink(theme::TEXT_SMALL_PT, t.text_weak));
        return;
    };
    ScrollArea::vertical().show(ui, |ui| {
        ui.set_width(ui.available_width());
        headlines_ui(ui, losses, model);
        ui.add_space(theme::GAP_SMALL);
        ledger_ui(ui, losses, language);
        ui.add_space(theme::GAP);
        people_ui(ui, losses, model);
        next_orders_ui(ui, losses, model, actions);
        ui.add_space(theme::GAP);
        footnotes_ui(ui, losses, language);
    });
}

fn headlines_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel) {
    const HEIGHT: f32 = 92.0;
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 2.0 * HEIGHT + theme::GAP));
    let size = vec2((rect.width() - theme::GAP) / 2.0, HEIGHT);
    for (headline, (column, row)) in Headline::ALL.into_iter().zip([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]) {
        let min = rect.min + vec2(column * (size.x + theme::GAP), row * (size.y + theme::GAP));
        tile_ui(ui, Rect::from_min_size(min, size), headline, losses, model);
    }
}

fn tile_ui(ui: &mut Ui, rect: Rect, headline: Headline, losses: &LossModel, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let (language, now) = (model.language, model.playback.playhead_secs);
    ui.painter().rect_filled(rect, theme::RADIUS, t.raised);
    let inner = rect.shrink2(vec2(10.0, 7.0));
    let caption = inner.with_max_y(inner.top() + 18.0);
    let unit = text_in(
        ui,
        caption,
        Align2::RIGHT_CENTER,
        headline.unit().get(language),
        ink(theme::TEXT_SMALL_PT, t.text_weak),
    );
    let name = caption.with_max_x(unit.rect.left() - theme::GAP_SMALL);
    text_in(ui, name, Align2::LEFT_CENTER, headline.name().get(language), ink(theme::TEXT_BODY_PT, t.text));
    let number = Rect::from_min_max(pos2(inner.left(), caption.bottom()), pos2(inner.right(), inner.bottom() - 18.0));
    let figure =
        text_in(ui, number, Align2::RIGHT_CENTER, headline.text(&losses.now), ink(theme::TEXT_NUMBER_PT, t.text));
    if let Some(range) = headline.range(&losses.now) {
        let place = number.with_max_x(figure.rect.left() - theme::GAP_SMALL);
        text_in(ui, place, Align2::LEFT_BOTTOM, range, ink(theme::TEXT_SMALL_PT, t.text_weak));
    }

    let line = losses.line(headline);
    let foot = inner.with_min_y(inner.bottom() - 16.0);
    let (left, right) = foot.split_left_right_at_fraction(0.3);
    sparkline(ui.painter(), left.shrink2(vec2(2.0, 1.0)), &line, now, t);
    let change = recent_change(&line, now)
        .map_or_else(|| format::ABSENT.to_owned(), |c| format!("{} / 6 h", headline.change_text(c)));
    let change = text_in(ui, right, Align2::RIGHT_CENTER, change, ink(theme::TEXT_SMALL_PT, t.text_weak));
    change.on_hover_text(strings::CHANGE_6H.get(language));
}

/// Columns of the short ledger: heading, width (pt; the name takes the rest), value.
type ShortColumn = (Label, f32, fn(&UnitLine) -> String);
const COLUMNS: [ShortColumn; 4] = [
    (strings::KM2, 46.0, |line| format::km2(line.loss.area_m2)),
    (strings::FLOODED_PEOPLE_COLUMN, 53.0, |line| format::people(line.loss.people)),
    (strings::TO_MOVE_COLUMN, 53.0, |line| format::people(line.loss.people_to_move)),
    (strings::LOSS_COLUMN, 53.0, |line| wan_yuan(line.loss.loss_cny()[1])),
];

fn ledger_ui(ui: &mut Ui, losses: &LossModel, language: Language) {
    let t = theme::tokens(ui);
    let weak = ink(theme::TEXT_SMALL_PT, t.text_weak);
    let heads = COLUMNS.map(|(head, ..)| head.get(language).to_owned());
    let head = ledger_row(ui, strings::UNIT.get(language), heads, weak);
    ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, t.line));
    for (name, line) in &losses.units {
        let colour = if line.loss.area_m2 > 0.0 { t.text } else { t.text_weak };
        let figures = COLUMNS.map(|(_, _, text)| text(line));
        ledger_row(ui, name.get(language), figures, ink(theme::TEXT_SMALL_PT + 1.0, colour));
    }
    let all = UnitLine { loss: losses.total(), ..UnitLine::default() };
    let figures = COLUMNS.map(|(_, _, text)| text(&all));
    let total = ledger_row(ui, strings::TOTAL.get(language), figures, ink(theme::TEXT_SMALL_PT + 1.0, t.text));
    ui.painter().hline(total.x_range(), total.top(), Stroke::new(1.0, t.text_weak));
}

fn ledger_row(ui: &mut Ui, name: &str, figures: [String; 4], ink: super::widgets::Ink) -> Rect {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), theme::ROW_HEIGHT));
    let mut x = rect.right();
    for ((_, width, _), figure) in COLUMNS.iter().zip(figures).rev() {
        let cell = Rect::from_min_max(pos2(x - width, rect.top()), pos2(x, rect.bottom()));
        text_in(ui, cell, Align2::RIGHT_CENTER, figure, ink);
        x -= width;
    }
    text_in(ui, rect.with_max_x(x - theme::GAP_SMALL), Align2::LEFT_CENTER, name, ink);
    rect
}

/// People over time, while anyone is in danger or moved.
fn people_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel) {
    const HEIGHT: f32 = 120.0;
    if losses.history.iter().all(|at| at.still_to_move < 0.5 && at.total.people_departed < 0.5) {
        return;
    }
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), HEIGHT));
    people_chart_ui(ui, rect, losses, model.playback.playhead_secs, model.language);
}

/// The units whose order is next, and the way to everything else.
fn next_orders_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    const MOST: usize = 5;
    let (language, t) = (model.language, theme::tokens(ui));
    let row = heading(ui, strings::DECISION_CLOCK.get(language));
    let button = Align2::RIGHT_CENTER.align_size_within_rect(vec2(86.0, theme::BUTTON_HEIGHT - 4.0), row);
    let mut place = ui.new_child(UiBuilder::new().id_salt("all of it").max_rect(button));
    if text_button(&mut place, button.size(), strings::ALL_OF_IT.get(language), model.state.impact.tab.is_some())
        .on_hover_text(format!("{}  [F4]", strings::IMPACT_WINDOW.get(language)))
        .clicked()
    {
        actions.push(if model.state.impact.tab.is_some() {
            UiAction::ToggleImpact
        } else {
            UiAction::ShowImpact(ImpactTab::Clock)
        });
    }
    if losses.unit_clock.is_empty() {
        paragraph(ui, strings::CLOCK_NONE.get(language), ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
    for line in losses.unit_clock.iter().take(MOST) {
        let now_secs = model.playback.playhead_secs;
        let urgency = line.clock.urgency(now_secs);
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), theme::ROW_HEIGHT));
        let colour = colour_of(urgency, t);
        let left = left_text(urgency, line.clock.deadline_secs.unwrap_or(now_secs), now_secs, language);
        let left = text_in(ui, rect, Align2::RIGHT_CENTER, left, ink(theme::TEXT_BODY_PT, colour));
        let people = rect.with_max_x(left.rect.left().min(rect.right() - 74.0) - theme::GAP_SMALL);
        let count = format::people(line.clock.people);
        let count = text_in(ui, people, Align2::RIGHT_CENTER, count, ink(theme::TEXT_SMALL_PT + 1.0, t.text));
        let name = format!("{} {}", sign_of(urgency), line.name.get(language));
        let place = rect.with_max_x(count.rect.left() - theme::GAP_SMALL);
        text_in(ui, place, Align2::LEFT_CENTER, name, ink(theme::TEXT_SMALL_PT + 1.0, colour));
    }
}

fn footnotes_ui(ui: &mut Ui, losses: &LossModel, language: Language) {
    let t = theme::tokens(ui);
    let notes = [
        losses.source.get(language).to_owned(),
        losses.basis.get(language).to_owned(),
        strings::PEOPLE_ROUNDED.get(language).to_owned(),
    ];
    for note in notes {
        paragraph(ui, note, ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_needs_six_hours_of_past() {
        let line = [[0.0, 0.0], [21_600.0, 60.0], [43_200.0, 60.0]];
        assert_eq!(recent_change(&line, 10_800.0), None);
        assert_eq!(recent_change(&line, 21_600.0), Some(60.0));
        assert_eq!(recent_change(&line, 32_400.0), Some(30.0));
        assert_eq!(recent_change(&line, 43_200.0), Some(0.0));
    }

    #[test]
    fn totals_add_up_before_rounding() {
        let loss = UnitLoss { area_m2: 0.04e6, people: 4.0, ..UnitLoss::default() };
        let line = UnitLine { loss, ..UnitLine::default() };
        let losses = LossModel { units: vec![(Bilingual::default(), line); 3], ..LossModel::default() };
        let at = LossInstant { total: losses.total(), ..LossInstant::default() };
        assert_eq!(Headline::Area.text(&at), "0.1", "three times 0.04 is 0.12, not three times 0.0");
        assert_eq!(Headline::People.text(&at), "20", "12 people, rounded up");
    }

    #[test]
    fn a_falling_number_says_so_and_a_loss_has_its_range() {
        assert_eq!(Headline::People.change_text(-151.0), "−160");
        assert_eq!(Headline::Area.change_text(3.26), "+3.3");
        let money = impact::Money { crops: [0.8e8, 1e8, 1.2e8], ..impact::Money::default() };
        let at = LossInstant { total: UnitLoss { money, ..UnitLoss::default() }, ..LossInstant::default() };
        assert_eq!(Headline::Loss.text(&at), "1.00");
        assert_eq!(Headline::Loss.range(&at).as_deref(), Some("0.80–1.20"));
        assert_eq!(Headline::Area.range(&at), None);
    }
}
