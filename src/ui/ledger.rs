//! The ledger by floodplain unit (滩区台账): one part of its columns as a table; sorted by a press on a heading, copied or
//! saved as a whole.

use std::fmt::Write as _;

use bevy_egui::egui::{Align2, Rect, ScrollArea, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::domain::impact::columns::{Column, Group, UnitLine, Value, columns, columns_of};
use crate::domain::text::{Bilingual, Language};
use crate::ui::actions::UiAction;
use crate::ui::loss_panel::LossModel;
use crate::ui::screen::{OpenScenario, ScreenModel};
use crate::ui::sparkline::sparkline;
use crate::ui::widgets::{ink, text_button, text_in};
use crate::ui::{format, strings, theme};

const NAME_WIDTH: f32 = 128.0;
const SPARK_WIDTH: f32 = 56.0;
const ROW_HEIGHT: f32 = 22.0;
const HEAD_HEIGHT: f32 = 40.0;

/// The columns of a group, at most so high (pt).
pub fn ledger_ui(
    ui: &mut Ui,
    group: Group,
    height: f32,
    losses: &LossModel,
    model: &ScreenModel,
    actions: &mut Vec<UiAction>,
) {
    let columns: Vec<&Column> = columns_of(group, losses.counts_lives).collect();
    let language = model.language;
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, 0.0);
    heads_ui(ui, &columns, model, actions);
    let rows = sorted(&losses.units, &columns, model.state.impact.sort);
    let most = height - HEAD_HEIGHT - ROW_HEIGHT - theme::BUTTON_HEIGHT - 2.0 * theme::GAP;
    ScrollArea::vertical().max_height(most.max(3.0 * ROW_HEIGHT)).show(ui, |ui| {
        for (place, row) in rows.into_iter().enumerate() {
            let (name, line) = &losses.units[row];
            let rect = row_ui(ui, (place, name.get(language)), line, &columns, model);
            if let Some(areas) = losses.unit_areas.get(row) {
                let spark = Rect::from_min_max(
                    pos2(rect.left() + NAME_WIDTH, rect.top() + 3.0),
                    pos2(rect.left() + NAME_WIDTH + SPARK_WIDTH, rect.bottom() - 3.0),
                );
                sparkline(ui.painter(), spark, areas, model.playback.playhead_secs, theme::tokens(ui));
            }
        }
    });
    let total = losses.sum();
    let rect = row_ui(ui, (1, strings::TOTAL.get(language)), &total, &columns, model);
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, theme::tokens(ui).text_weak));
    ui.add_space(theme::GAP);
    buttons_ui(ui, losses, model, actions);
}

fn buttons_ui(ui: &mut Ui, losses: &LossModel, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    ui.horizontal(|ui| {
        let size = vec2(90.0, theme::BUTTON_HEIGHT);
        if text_button(ui, size, strings::COPY.get(language), false).clicked()
            && let Some(open) = &model.open
        {
            ui.ctx().copy_text(ledger_csv(losses, open, model.playback.playhead_secs, language));
        }
        if text_button(ui, size, strings::SAVE_CSV.get(language), false).clicked() {
            actions.push(UiAction::SaveLedger);
        }
        let t = theme::tokens(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), theme::BUTTON_HEIGHT), Sense::hover());
        let note = strings::ROUNDING_SHORT.get(language);
        text_in(ui, rect, Align2::LEFT_CENTER, note, ink(theme::TEXT_SMALL_PT, t.text_weak));
    });
}

/// Positions of the units in the order asked for.
fn sorted(units: &[(Bilingual, UnitLine)], columns: &[&Column], sort: Option<(usize, bool)>) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..units.len()).collect();
    if let Some((column, is_falling)) = sort.and_then(|(k, is_falling)| Some((columns.get(k)?, is_falling))) {
        let key = |row: &usize| column.value(&units[*row].1).key();
        rows.sort_by(|a, b| if is_falling { key(b).total_cmp(&key(a)) } else { key(a).total_cmp(&key(b)) });
    }
    rows
}

fn heads_ui(ui: &mut Ui, columns: &[&Column], model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (language, t) = (model.language, theme::tokens(ui));
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD_HEIGHT), Sense::hover());
    let body = ink(theme::TEXT_BODY_PT, t.text);
    text_in(ui, rect.with_max_x(rect.left() + NAME_WIDTH), Align2::LEFT_CENTER, strings::UNIT.get(language), body);
    for (k, column) in columns.iter().enumerate() {
        let place = cell(rect, k, columns.len());
        let response = ui.interact(place, ui.id().with(("ledger", k)), Sense::click());
        let name = column.head.get(language);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
        let arrow = match model.state.impact.sort {
            Some((by, true)) if by == k => " ↓",
            Some((by, false)) if by == k => " ↑",
            _ => "",
        };
        let (upper, lower) = place.split_top_bottom_at_fraction(0.55);
        text_in(ui, upper, Align2::RIGHT_CENTER, format!("{name}{arrow}"), body);
        let weak = ink(theme::TEXT_SMALL_PT, t.text_weak);
        text_in(ui, lower, Align2::RIGHT_CENTER, column.unit.get(language), weak);
        if response.clicked() {
            actions.push(UiAction::SortLedger(k));
        }
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, t.line));
}

fn row_ui(
    ui: &mut Ui,
    (place, name): (usize, &str),
    line: &UnitLine,
    columns: &[&Column],
    model: &ScreenModel,
) -> Rect {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    if place.is_multiple_of(2) {
        ui.painter().rect_filled(rect, 0, t.raised.gamma_multiply(0.5));
    }
    let is_hit = line.loss.area_m2 > 0.0 || line.loss.farmland_hit_m2 > 0.0;
    let body = ink(theme::TEXT_BODY_PT, if is_hit { t.text } else { t.text_weak });
    text_in(ui, rect.with_max_x(rect.left() + NAME_WIDTH), Align2::LEFT_CENTER, name, body);
    for (k, column) in columns.iter().enumerate() {
        let value = (column.of)(line);
        let response = text_in(ui, cell(rect, k, columns.len()), Align2::RIGHT_CENTER, shown(&value, model), body);
        if let Some([low, high]) = value.range() {
            response.on_hover_text(format!("{low} – {high}"));
        }
    }
    rect
}

fn shown(value: &Value, model: &ScreenModel) -> String {
    let text = value.text(|secs| model.open.as_ref().map_or_else(String::new, |open| format::clock(open.start, secs)));
    if text.is_empty() { format::ABSENT.to_owned() } else { text }
}

fn cell(row: Rect, k: usize, n: usize) -> Rect {
    let first = NAME_WIDTH + SPARK_WIDTH;
    let width = (row.width() - first) / n as f32;
    let left = row.left() + first + k as f32 * width;
    row.with_min_x(left).with_max_x(left + width - theme::GAP_SMALL)
}

/// The whole ledger as CSV, rounded as it is shown; money with its range. The first line says of what moment it is, the
/// second on what it rests.
pub fn ledger_csv(losses: &LossModel, open: &OpenScenario, at_secs: f64, language: Language) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let clock = format::clock_with_year(open.start, at_secs);
    let mut csv = format!(
        "# {}, {clock} ({})\n# {}\n",
        open.title.get(language),
        format::since_start(at_secs),
        losses.basis.get(language)
    );
    let head = |column: &Column| {
        let name = format!("{} {}", column.head.get(language), column.unit.get(language));
        match (column.of)(&UnitLine::default()).range() {
            Some(_) => [name.clone(), format!("{name} min"), format!("{name} max")].map(|n| quoted(&n)).join(","),
            None => quoted(&name),
        }
    };
    let heads: Vec<String> = columns(losses.counts_lives).map(head).collect();
    let mut row = |name: &str, cells: &[String]| {
        let written = writeln!(csv, "{},{}", quoted(name), cells.join(","));
        debug_assert!(written.is_ok(), "a string takes all");
    };
    row(strings::UNIT.get(language), &heads);
    let plain = |text: String| text.replace(',', "").replace('−', "-");
    let value = |value: Value| {
        let text = plain(value.text(|secs| format::clock_with_year(open.start, secs)));
        value.range().map_or(text.clone(), |[low, high]| format!("{text},{},{}", plain(low), plain(high)))
    };
    let cells =
        |line: &UnitLine| columns(losses.counts_lives).map(|column| value(column.value(line))).collect::<Vec<_>>();
    for (name, line) in &losses.units {
        row(name.get(language), &cells(line));
    }
    let total = losses.sum();
    row(strings::TOTAL.get(language), &cells(&total));
    csv
}
