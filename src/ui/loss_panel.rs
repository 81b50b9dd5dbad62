//! Floodplain losses at the playhead: four numbers in large type, then the ledger by floodplain unit.

use bevy_egui::egui::{Align2, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};

use crate::domain::impact::{self, UnitLoss};
use crate::domain::text::{Bilingual, Label, Language};
use crate::ui::actions::{PanelId, UiAction};
use crate::ui::left_panel::fold_button;
use crate::ui::screen::{ScreenModel, padded};
use crate::ui::sparkline::sparkline;
use crate::ui::time_axis::value_at;
use crate::ui::widgets::{Icon, heading, ink, paragraph, text_in};
use crate::ui::{format, strings, theme};

/// Losses at the playhead and before it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LossModel {
    /// One row for each floodplain unit, in the river's order, at the playhead.
    pub units: Vec<(Bilingual, UnitLoss)>,
    /// Time (s after the start) and total of every recorded moment, rising in time.
    pub history: Vec<(f64, UnitLoss)>,
    /// A place counts as flooded from this depth on, m.
    pub threshold_m: f64,
    /// Where the figures come from; says itself that they are demonstration values.
    pub source: Bilingual,
}

/// The stretch over which a change is told, s.
pub const CHANGE_SECS: f64 = 6.0 * 3600.0;

/// One of the four numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headline {
    /// Flooded area, km².
    Area,
    /// Flooded farmland, 万亩.
    Farmland,
    /// People on flooded ground.
    People,
    /// Villages on flooded ground.
    Villages,
}

impl Headline {
    /// In reading order.
    pub const ALL: [Self; 4] = [Self::Area, Self::People, Self::Farmland, Self::Villages];

    /// What is counted.
    pub const fn name(self) -> Label {
        match self {
            Self::Area => strings::FLOODED_AREA,
            Self::Farmland => strings::FARMLAND,
            Self::People => strings::PEOPLE,
            Self::Villages => strings::VILLAGES,
        }
    }

    /// Unit, in the heading of its number.
    pub const fn unit(self) -> Label {
        match self {
            Self::Area => strings::KM2,
            Self::Farmland => strings::WAN_MU,
            Self::People => strings::PERSONS,
            Self::Villages => strings::VILLAGE_COUNT,
        }
    }

    /// The number in its unit.
    pub fn of(self, loss: &UnitLoss) -> f64 {
        match self {
            Self::Area => impact::area_km2(loss.area_m2),
            Self::Farmland => impact::farmland_wan_mu(loss.farmland_m2),
            Self::People => loss.people,
            Self::Villages => loss.villages,
        }
    }

    /// The number as it is printed.
    pub fn text(self, loss: &UnitLoss) -> String {
        match self {
            Self::Area => format::km2(loss.area_m2),
            Self::Farmland => format::wan_mu(loss.farmland_m2),
            Self::People => format::people(loss.people),
            Self::Villages => format::villages(loss.villages),
        }
    }

    /// A change as it is printed; people are rounded as people are.
    pub fn change_text(self, change: f64) -> String {
        match self {
            Self::Area | Self::Farmland => format::change(change, 1),
            Self::People => format::change(impact::people_rounded(change.abs()).copysign(change), 0),
            Self::Villages => format::change(change, 0),
        }
    }
}

impl LossModel {
    /// Sum over the units.
    pub fn total(&self) -> UnitLoss {
        impact::total(self.units.iter().map(|(_, loss)| loss))
    }

    /// One number over time: (s after the start, value).
    pub fn line(&self, headline: Headline) -> Vec<[f64; 2]> {
        self.history.iter().map(|(time_secs, loss)| [*time_secs, headline.of(loss)]).collect()
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
        footnotes_ui(ui, losses, language);
    });
}

fn headlines_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel) {
    const HEIGHT: f32 = 92.0;
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 2.0 * HEIGHT + theme::GAP));
    let size = vec2((rect.width() - theme::GAP) / 2.0, HEIGHT);
    let total = losses.total();
    for (headline, (column, row)) in Headline::ALL.into_iter().zip([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]) {
        let min = rect.min + vec2(column * (size.x + theme::GAP), row * (size.y + theme::GAP));
        tile_ui(ui, Rect::from_min_size(min, size), headline, &total, losses, model);
    }
}

fn tile_ui(ui: &mut Ui, rect: Rect, headline: Headline, total: &UnitLoss, losses: &LossModel, model: &ScreenModel) {
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
    text_in(ui, number, Align2::RIGHT_CENTER, headline.text(total), ink(theme::TEXT_NUMBER_PT, t.text));

    let line = losses.line(headline);
    let foot = inner.with_min_y(inner.bottom() - 16.0);
    let (left, right) = foot.split_left_right_at_fraction(0.3);
    sparkline(ui.painter(), left.shrink2(vec2(2.0, 1.0)), &line, now, t);
    let change = recent_change(&line, now)
        .map_or_else(|| format::ABSENT.to_owned(), |c| format!("{} / 6 h", headline.change_text(c)));
    let change = text_in(ui, right, Align2::RIGHT_CENTER, change, ink(theme::TEXT_SMALL_PT, t.text_weak));
    change.on_hover_text(strings::CHANGE_6H.get(language));
}

/// Widths of the number columns of the ledger, pt; the name takes the rest.
const COLUMNS: [(Headline, f32); 4] =
    [(Headline::Area, 54.0), (Headline::Farmland, 46.0), (Headline::People, 58.0), (Headline::Villages, 34.0)];

fn ledger_ui(ui: &mut Ui, losses: &LossModel, language: Language) {
    let t = theme::tokens(ui);
    let names = [strings::KM2, strings::WAN_MU, strings::PERSONS, strings::VILLAGE_COLUMN].map(|l| l.get(language));
    let weak = ink(theme::TEXT_SMALL_PT, t.text_weak);
    let head = ledger_row(ui, strings::UNIT.get(language), names.map(str::to_owned), weak);
    ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, t.line));
    for (name, loss) in &losses.units {
        let colour = if loss.area_m2 > 0.0 { t.text } else { t.text_weak };
        let figures = COLUMNS.map(|(headline, _)| headline.text(loss));
        ledger_row(ui, name.get(language), figures, ink(theme::TEXT_SMALL_PT + 1.0, colour));
    }
    let figures = COLUMNS.map(|(headline, _)| headline.text(&losses.total()));
    let total = ledger_row(ui, strings::TOTAL.get(language), figures, ink(theme::TEXT_BODY_PT, t.text));
    ui.painter().hline(total.x_range(), total.top(), Stroke::new(1.0, t.text_weak));
}

fn ledger_row(ui: &mut Ui, name: &str, figures: [String; 4], ink: super::widgets::Ink) -> Rect {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), theme::ROW_HEIGHT));
    let mut x = rect.right();
    for ((_, width), figure) in COLUMNS.iter().zip(figures).rev() {
        let cell = Rect::from_min_max(pos2(x - width, rect.top()), pos2(x, rect.bottom()));
        text_in(ui, cell, Align2::RIGHT_CENTER, figure, ink);
        x -= width;
    }
    text_in(ui, rect.with_max_x(x - theme::GAP_SMALL), Align2::LEFT_CENTER, name, ink);
    rect
}

fn footnotes_ui(ui: &mut Ui, losses: &LossModel, language: Language) {
    let t = theme::tokens(ui);
    let depth = format::number(losses.threshold_m, 2);
    let notes = [
        losses.source.get(language).to_owned(),
        format!("{}: {depth} m", strings::THRESHOLD.get(language)),
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
        let unit = UnitLoss { area_m2: 0.04e6, people: 4.0, ..UnitLoss::default() };
        let losses = LossModel { units: vec![(Bilingual::default(), unit); 3], ..LossModel::default() };
        assert_eq!(Headline::Area.text(&losses.total()), "0.1", "three times 0.04 is 0.12, not three times 0.0");
        assert_eq!(Headline::People.text(&losses.total()), "20", "12 people, rounded up");
    }

    #[test]
    fn a_falling_number_says_so() {
        assert_eq!(Headline::People.change_text(-151.0), "−160");
        assert_eq!(Headline::Area.change_text(3.26), "+3.3");
        assert_eq!(Headline::Villages.change_text(0.2), "±0");
    }
}
