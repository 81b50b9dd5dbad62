//! The decision clock: by when the order must be out, worst first, for each unit and each village.

use bevy_egui::egui::{Align2, Color32, Rect, ScrollArea, Sense, Stroke, Ui, vec2};

use crate::domain::impact::clock::{ClockRow, DELAYS_HOURS, Need, UnitClock, Urgency};
use crate::domain::text::{Bilingual, Language};
use crate::ui::loss_panel::LossModel;
use crate::ui::screen::ScreenModel;
use crate::ui::theme::{self, Tokens};
use crate::ui::widgets::{ink, paragraph, text_in};
use crate::ui::{format, strings};

/// A village on the clock.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockLine {
    /// Its name, and that of its unit.
    pub name: Bilingual,
    /// Name of its unit.
    pub unit: Bilingual,
    /// Where its way leads out.
    pub exit: Bilingual,
    /// The figures.
    pub row: ClockRow,
}

/// A unit on the clock.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitClockLine {
    /// Its name.
    pub name: Bilingual,
    /// The figures.
    pub clock: UnitClock,
}

const ROW_HEIGHT: f32 = 23.0;
/// Colour of what is so urgent. Official warning colours are for warnings; what tells the steps apart is the sign.
pub fn colour_of(urgency: Urgency, t: &Tokens) -> Color32 {
    match urgency {
        Urgency::Late | Urgency::Soon => t.error,
        Urgency::Today | Urgency::Later => t.text,
        Urgency::Closed | Urgency::Ordered => t.text_weak,
    }
}

/// A shape beside the colour.
pub const fn sign_of(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Late => "■",
        Urgency::Soon => "◆",
        Urgency::Today => "▲",
        Urgency::Later => "●",
        Urgency::Closed => "×",
        Urgency::Ordered => "√",
    }
}

/// What is left of the time for an order, in words where there is none.
pub fn left_text(urgency: Urgency, deadline_secs: f64, now_secs: f64, language: Language) -> String {
    match urgency {
        Urgency::Ordered => strings::ORDERED.get(language).to_owned(),
        Urgency::Closed => strings::WAY_CLOSED.get(language).to_owned(),
        _ => countdown(deadline_secs - now_secs),
    }
}

/// How much before the latest hour an order was given, or after it.
fn margin_text(margin_secs: f64, language: Language) -> String {
    let hours = countdown(margin_secs.abs());
    match (language, margin_secs < 0.0) {
        (Language::Zh, false) => format!("早令 {hours}"),
        (Language::Zh, true) => format!("迟令 {hours}"),
        (Language::En, false) => format!("{hours} early"),
        (Language::En, true) => format!("{hours} late"),
    }
}

/// Time left, as a count-down: `3 h 20`, or by how much it has passed: `−0 h 40`.
pub fn countdown(left_secs: f64) -> String {
    let minutes = (left_secs.abs() / 60.0).floor();
    let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
    let sign = if left_secs < 0.0 { "−" } else { "" };
    format!("{sign}{hours:.0} h {minutes:02.0}")
}

/// Units, then villages, at most so high (pt).
pub fn clock_ui(ui: &mut Ui, height: f32, losses: &LossModel, model: &ScreenModel) {
    let language = model.language;
    let t = theme::tokens(ui);
    if losses.clock.is_empty() {
        paragraph(ui, strings::CLOCK_NONE.get(language), ink(theme::TEXT_BODY_PT, t.text));
        return;
    }
    ui.set_min_height(height);
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, 0.0);
    let now_secs = model.playback.playhead_secs;
    heads_ui(ui, language);
    ScrollArea::vertical().max_height(height - ROW_HEIGHT - 6.0).show(ui, |ui| {
        for (place, unit) in losses.unit_clock.iter().enumerate() {
            unit_row(ui, place, unit, now_secs, model);
        }
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 5.0), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, t.text_weak));
        for (place, line) in losses.clock.iter().enumerate() {
            village_row(ui, place, line, now_secs, model);
        }
    });
}

/// Shares of the width that the columns take.
const WIDTHS: [f32; 11] = [0.14, 0.06, 0.07, 0.10, 0.10, 0.10, 0.07, 0.18, 0.06, 0.06, 0.06];

fn cells(rect: Rect) -> [Rect; 11] {
    let mut left = rect.left();
    WIDTHS.map(|share| {
        let width = share * rect.width();
        let cell = rect.with_min_x(left).with_max_x(left + width - theme::GAP_LARGE);
        left += width;
        cell
    })
}

fn heads_ui(ui: &mut Ui, language: Language) {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    let late = |hours: f64| match language {
        Language::Zh => format!("晚 {hours:.0} h"),
        Language::En => format!("+{hours:.0} h"),
    };
    let heads = [
        strings::WHO.get(language).to_owned(),
        strings::PERSONS.get(language).to_owned(),
        strings::NEED.get(language).to_owned(),
        strings::WATER_AT.get(language).to_owned(),
        strings::ROAD_CUT_AT.get(language).to_owned(),
        strings::LATEST_ORDER.get(language).to_owned(),
        strings::LEFT.get(language).to_owned(),
        strings::WAY_OUT.get(language).to_owned(),
        late(DELAYS_HOURS[1]),
        late(DELAYS_HOURS[2]),
        late(DELAYS_HOURS[3]),
    ];
    for (k, (cell, head)) in cells(rect).into_iter().zip(heads).enumerate() {
        text_in(ui, cell, align(k), head, ink(theme::TEXT_BODY_PT, t.text_weak));
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, t.line));
}

fn align(column: usize) -> Align2 {
    if matches!(column, 0 | 2 | 7) { Align2::LEFT_CENTER } else { Align2::RIGHT_CENTER }
}

fn unit_row(ui: &mut Ui, place: usize, line: &UnitClockLine, now_secs: f64, model: &ScreenModel) {
    let language = model.language;
    let UnitClock { n_villages, n_ordered, n_closed, people, deadline_secs, left_behind, .. } = line.clock;
    let urgency = line.clock.urgency(now_secs);
    let villages = match language {
        Language::Zh => format!("已令 {n_ordered}/{n_villages} 村，迟 {n_closed}"),
        Language::En => format!("{n_ordered}/{n_villages} ordered, {n_closed} late"),
    };
    let at = |secs: Option<f64>| secs.map_or_else(|| format::ABSENT.to_owned(), |secs| clock(model, secs));
    let texts = [
        format!("{} {}", sign_of(urgency), line.name.get(language)),
        format::people(people),
        Need::Move.label().get(language).to_owned(),
        String::new(),
        String::new(),
        at(deadline_secs),
        left_text(urgency, deadline_secs.unwrap_or(now_secs), now_secs, language),
        villages,
        format::people(left_behind[1]),
        format::people(left_behind[2]),
        format::people(left_behind[3]),
    ];
    row_ui(ui, place, texts, urgency, theme::TEXT_BODY_PT);
}

fn village_row(ui: &mut Ui, place: usize, line: &ClockLine, now_secs: f64, model: &ScreenModel) {
    let language = model.language;
    let row = &line.row;
    let urgency = row.urgency(now_secs);
    let at = |secs: Option<f64>| secs.map_or_else(|| format::ABSENT.to_owned(), |secs| clock(model, secs));
    let way = row.route.map_or_else(
        || strings::NO_WAY_OUT.get(language).to_owned(),
        |route| format!("{:.1} km {}", route.length_m / 1000.0, line.exit.get(language)),
    );
    let texts = [
        format!("{} {}", sign_of(urgency), line.name.get(language)),
        format::people(row.people),
        row.need.label().get(language).to_owned(),
        clock(model, row.reached_secs),
        at(row.cut_secs),
        clock(model, row.deadline_secs),
        row.ordered_secs.map_or_else(
            || left_text(urgency, row.deadline_secs, now_secs, language),
            |secs| margin_text(row.deadline_secs - secs, language),
        ),
        way,
        format::people(row.left_behind[1]),
        format::people(row.left_behind[2]),
        format::people(row.left_behind[3]),
    ];
    row_ui(ui, place, texts, urgency, theme::TEXT_SMALL_PT + 1.0);
}

fn row_ui(ui: &mut Ui, place: usize, texts: [String; 11], urgency: Urgency, size: f32) {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    if place.is_multiple_of(2) {
        ui.painter().rect_filled(rect, 0, t.raised.gamma_multiply(0.5));
    }
    for (k, (cell, text)) in cells(rect).into_iter().zip(texts).enumerate() {
        let colour = if matches!(k, 0 | 5 | 6) { colour_of(urgency, t) } else { t.text };
        text_in(ui, cell, align(k), text, ink(size, colour));
    }
}

fn clock(model: &ScreenModel, secs: f64) -> String {
    model.open.as_ref().map_or_else(String::new, |open| format::clock(open.start, secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countdown_runs_through_zero() {
        let texts = [12_000.0, 59.0, 0.0, -2_400.0, -90_000.0].map(countdown);
        assert_eq!(texts, ["3 h 20", "0 h 00", "0 h 00", "−0 h 40", "−25 h 00"]);
    }
}
