//! The figures of compared branches beside each other, with their differences; sortable, to copy and to save.

use std::fmt::Write as _;

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, vec2};

use crate::domain::compare::{Figure, Unit};
use crate::domain::impact::{people_rounded, villages_rounded};
use crate::domain::text::{Bilingual, Language};
use crate::ui::actions::UiAction;
use crate::ui::compare_bar::{CompareModel, UNDER_BAR};
use crate::ui::screen::{OpenScenario, ScreenModel};
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, text_button, text_in};
use crate::ui::{format, strings, theme};

/// One figure of all compared branches.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareRow {
    /// What it is, and of what.
    pub name: Bilingual,
    /// What it is measured in.
    pub unit: Unit,
    /// Its value in each branch, SI.
    pub values: Vec<Option<f64>>,
}

impl CompareRow {
    /// One row for each figure that any of the branches has; of the same scenario they have the same ones.
    pub fn of(figures: &[Vec<Figure>], place_name: impl Fn(&Bilingual) -> Bilingual) -> Vec<Self> {
        let Some(first) = figures.first() else { return Vec::new() };
        let row = |(place, figure): (usize, &Figure)| {
            let (label, of) = (figure.label(), place_name(&figure.of));
            let gap = if of.en.is_empty() { "" } else { " " };
            let name = Bilingual::new(format!("{}{gap}{}", of.zh, label.zh), format!("{}{gap}{}", of.en, label.en));
            let values: Vec<Option<f64>> =
                figures.iter().map(|of_one| of_one.get(place).and_then(|figure| figure.value)).collect();
            Self { name, unit: figure.unit, values }
        };
        let rows = first.iter().enumerate().map(row);
        rows.filter(|row| row.values.iter().any(Option::is_some)).collect()
    }

    /// Difference of the second from the first; of more than two, largest less smallest.
    pub fn spread(&self) -> Option<f64> {
        if let [first, second] = self.values.as_slice() {
            return Some((*second)? - (*first)?);
        }
        let known = || self.values.iter().flatten().copied();
        let (least, most) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
        (known().count() > 1).then_some(most - least)
    }

    /// A value of the column: branches in their order, then the difference.
    fn column(&self, column: usize) -> Option<f64> {
        if column < self.values.len() { self.values[column] } else { self.spread() }
    }
}

/// The rows in the order asked for; those without a value last.
fn sorted(rows: &[CompareRow], sort: Option<(usize, bool)>) -> Vec<&CompareRow> {
    let mut rows: Vec<&CompareRow> = rows.iter().collect();
    if let Some((column, is_falling)) = sort {
        rows.sort_by(|a, b| match (a.column(column), b.column(column)) {
            (Some(a), Some(b)) if is_falling => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
    rows
}

/// Unit as it is shown.
fn shown_unit(unit: Unit, language: Language) -> &'static str {
    match unit {
        Unit::Area => "km²",
        Unit::Volume => {
            if language == Language::Zh {
                "亿 m³"
            } else {
                "10⁸ m³"
            }
        }
        Unit::Discharge => "m³/s",
        Unit::Level => "m",
        Unit::Time => "h",
        Unit::People | Unit::Villages => "",
    }
}

/// A value as it is shown: counts rounded up as everywhere else, a time as hours since the start.
fn shown(row: &CompareRow, value: Option<f64>, is_difference: bool) -> String {
    let Some(value) = value else { return format::ABSENT.to_owned() };
    let (scaled, decimals) = match row.unit {
        Unit::Area => (value / 1e6, 1),
        Unit::Volume => (value / 1e8, 3),
        Unit::Discharge => (value, 0),
        Unit::People => (people_rounded(value.abs()).copysign(value), 0),
        Unit::Villages => (villages_rounded(value.abs()).copysign(value), 0),
        Unit::Level => (value, 2),
        Unit::Time => (value / 3600.0, 1),
    };
    if is_difference { format::change(scaled, decimals) } else { format::number(scaled, decimals) }
}

const ROW_HEIGHT: f32 = 24.0;
const NAME_WIDTH: f32 = 210.0;
const UNIT_WIDTH: f32 = 56.0;
const VALUE_WIDTH: f32 = 104.0;

/// The table over the scene's `rect`; it can be dragged out of the way.
pub fn compare_table_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (Some(compare), true) = (&model.compare, model.state.table.is_shown) else { return };
    let corner = rect.left_top() + vec2(theme::GAP_LARGE, UNDER_BAR);
    let area = Area::new(Id::new("hetu table")).order(Order::Middle).default_pos(corner).constrain_to(rect);
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).panel).inner_margin(theme::GAP_LARGE);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| {
            let most = (rect.height() - UNDER_BAR - 110.0).max(4.0 * ROW_HEIGHT);
            table_ui(ui, compare, most, model, actions);
        });
    });
}

fn table_ui(ui: &mut Ui, compare: &CompareModel, most: f32, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let n_columns = compare.branches.len() + 1;
    ui.set_width(NAME_WIDTH + UNIT_WIDTH + n_columns as f32 * VALUE_WIDTH + theme::GAP_LARGE);
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, 0.0);
    let row = heading(ui, strings::TABLE.get(language));
    let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(24.0, 24.0), row);
    if icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(language), "Q").clicked() {
        actions.push(UiAction::ToggleTable);
    }
    heads_ui(ui, compare, model, actions);
    let rows = sorted(&compare.rows, model.state.table.sort);
    ScrollArea::vertical().max_height(most).show(ui, |ui| {
        for (place, row) in rows.iter().enumerate() {
            row_ui(ui, place, row, language);
        }
    });
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        let size = vec2(90.0, theme::BUTTON_HEIGHT);
        if text_button(ui, size, strings::COPY.get(language), false).clicked()
            && let Some(open) = &model.open
        {
            ui.ctx().copy_text(table_csv(compare, open, model.playback.playhead_secs, language));
        }
        if text_button(ui, size, strings::SAVE_CSV.get(language), false).clicked() {
            actions.push(UiAction::SaveTable);
        }
    });
}

/// Heads of the columns; a press sorts by them.
fn heads_ui(ui: &mut Ui, compare: &CompareModel, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT + 4.0), Sense::hover());
    let last = if compare.branches.len() > 2 { strings::SPREAD } else { strings::LESS };
    let names = compare.branches.iter().map(|b| (b.name.as_str(), t.series[b.colour % t.series.len()]));
    let heads = names.chain([(last.get(language), t.text)]);
    text_in(ui, cell(rect, None), Align2::LEFT_CENTER, strings::FIGURE.get(language), ink(theme::TEXT_BODY_PT, t.text));
    for (column, (name, colour)) in heads.enumerate() {
        let place = cell(rect, Some(column));
        let response = ui.interact(place, ui.id().with(("sort", column)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, name));
        let arrow = match model.state.table.sort {
            Some((by, true)) if by == column => " ↓",
            Some((by, false)) if by == column => " ↑",
            _ => "",
        };
        text_in(ui, place, Align2::RIGHT_CENTER, format!("{name}{arrow}"), ink(theme::TEXT_BODY_PT, colour));
        if response.clicked() {
            actions.push(UiAction::SortTable(column));
        }
    }
}

fn row_ui(ui: &mut Ui, place: usize, row: &CompareRow, language: Language) {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::hover());
    if place.is_multiple_of(2) {
        ui.painter().rect_filled(rect, 0, t.raised.gamma_multiply(0.5));
    }
    let body = |colour| ink(theme::TEXT_BODY_PT, colour);
    text_in(ui, cell(rect, None), Align2::LEFT_CENTER, row.name.get(language), body(t.text));
    let unit = rect.with_min_x(rect.left() + NAME_WIDTH).with_max_x(rect.left() + NAME_WIDTH + UNIT_WIDTH);
    text_in(ui, unit, Align2::LEFT_CENTER, shown_unit(row.unit, language), body(t.text_weak));
    for (column, value) in row.values.iter().enumerate() {
        text_in(ui, cell(rect, Some(column)), Align2::RIGHT_CENTER, shown(row, *value, false), body(t.text));
    }
    let spread = shown(row, row.spread(), row.values.len() == 2);
    text_in(ui, cell(rect, Some(row.values.len())), Align2::RIGHT_CENTER, spread, body(t.text));
}

/// The place of the name, or of a value in a column.
fn cell(row: Rect, column: Option<usize>) -> Rect {
    match column {
        None => row.with_max_x(row.left() + NAME_WIDTH - theme::GAP),
        Some(column) => {
            let left = row.left() + NAME_WIDTH + UNIT_WIDTH + column as f32 * VALUE_WIDTH;
            row.with_min_x(left).with_max_x(left + VALUE_WIDTH - theme::GAP_SMALL)
        }
    }
}

/// The table as CSV, values in the units shown: the first line says of what moment it is.
pub fn table_csv(compare: &CompareModel, open: &OpenScenario, at_secs: f64, language: Language) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let clock = format::clock_with_year(open.start, at_secs);
    let mut csv = format!("# {}, {clock} ({})\n", open.title.get(language), format::since_start(at_secs));
    let last = if compare.branches.len() > 2 { strings::SPREAD } else { strings::LESS };
    let names: Vec<String> = compare.branches.iter().map(|b| quoted(&b.name)).collect();
    let [figure, unit] = [strings::FIGURE, strings::UNITS_COLUMN].map(|label| label.get(language));
    let written = writeln!(csv, "{figure},{unit},{},{}", names.join(","), last.get(language));
    debug_assert!(written.is_ok(), "a string takes all");
    for row in &compare.rows {
        let value = |value: Option<f64>| {
            if value.is_some() { shown(row, value, false).replace(',', "").replace('−', "-") } else { String::new() }
        };
        let values: Vec<String> = row.values.iter().map(|v| value(*v)).chain([value(row.spread())]).collect();
        let (name, unit) = (quoted(row.name.get(language)), shown_unit(row.unit, language));
        let written = writeln!(csv, "{name},{unit},{}", values.join(","));
        debug_assert!(written.is_ok(), "a string takes all");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::compare_bar::ComparedBranch;

    fn row(name: &str, unit: Unit, values: &[Option<f64>]) -> CompareRow {
        CompareRow { name: Bilingual::new(name, name), unit, values: values.to_vec() }
    }

    #[test]
    fn two_branches_have_a_difference_and_more_a_spread() {
        assert_eq!(row("a", Unit::People, &[Some(5.0), Some(3.0)]).spread(), Some(-2.0));
        assert_eq!(row("a", Unit::People, &[Some(5.0), None]).spread(), None);
        assert_eq!(row("a", Unit::People, &[Some(5.0), Some(3.0), Some(9.0)]).spread(), Some(6.0));
        assert_eq!(row("a", Unit::People, &[Some(5.0), None, None]).spread(), None);
    }

    #[test]
    fn rows_sort_both_ways_and_gaps_come_last() {
        let rows = [
            row("none", Unit::People, &[None, Some(1.0)]),
            row("few", Unit::People, &[Some(1.0), Some(1.0)]),
            row("many", Unit::People, &[Some(9.0), Some(1.0)]),
        ];
        let names = |sort| sorted(&rows, sort).iter().map(|row| row.name.en.clone()).collect::<Vec<_>>();
        assert_eq!(names(Some((0, true))), ["many", "few", "none"]);
        assert_eq!(names(Some((0, false))), ["few", "many", "none"]);
        assert_eq!(names(None), ["none", "few", "many"]);
    }

    #[test]
    fn the_table_is_csv_with_its_moment_and_units() {
        let branch = |name: &str| ComparedBranch { name: name.to_owned(), ..ComparedBranch::default() };
        let compare = CompareModel {
            branches: vec![branch("base"), branch("with \"walls\"")],
            rows: vec![
                row("People", Unit::People, &[Some(12_000.0), Some(9_000.0)]),
                row("Wet", Unit::Area, &[None, Some(2.5e6)]),
            ],
            ..CompareModel::default()
        };
        let open = OpenScenario {
            mode: crate::domain::scenario::Mode::Drill,
            title: Bilingual::new("演练", "Drill"),
            start: time::macros::datetime!(1996-08-03 08:00 +8),
            duration_secs: 1e6,
        };
        let csv = table_csv(&compare, &open, 7_200.0, Language::En);
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[1], "Figure,Unit,\"base\",\"with \"\"walls\"\"\",Diff.");
        assert_eq!(lines[2], "\"People\",,12000,9000,-3000");
        assert_eq!(lines[3], "\"Wet\",km²,,2.5,");
        assert!(lines[0].starts_with("# Drill, 1996-08-03 10:00"), "{}", lines[0]);
    }
}
