//! What the program costs: times of its pictures, meshes, memory. For whoever looks after the machine in the room.

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, Sense, Ui, vec2};

use crate::domain::text::Label;
use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, text_in};
use crate::ui::{format, strings, theme};

/// Time that the thread of the window may take for one picture, ms.
pub const MAIN_BUDGET_MS: f64 = 4.0;

/// Meshes that may be drawn in one picture.
pub const MESH_BUDGET: usize = 300;

/// A time that was measured again and again, ms.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// Half of them are shorter.
    pub median_ms: f64,
    /// One in twenty is longer.
    pub p95_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

impl Spread {
    /// Of times in any order, ms; zeros without any.
    pub fn of(times_ms: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = times_ms.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let at = |percent: usize| sorted.get((last * percent).div_ceil(100)).copied().unwrap_or(0.0);
        Self { median_ms: at(50), p95_ms: at(95), max_ms: at(100) }
    }
}

/// What is known of the last pictures.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DiagnosticsModel {
    /// From one picture to the next.
    pub picture: Spread,
    /// Work of the window's thread for one picture.
    pub main: Spread,
    /// Part of it that the panels take.
    pub panels: Spread,
    /// Meshes in the last picture.
    pub n_meshes: usize,
    /// Memory of the program now, bytes, where the system tells.
    pub memory_bytes: Option<u64>,
}

const WIDTH: f32 = 430.0;
const NAME_WIDTH: f32 = 190.0;

/// The page at the left of the scene's `rect`, while it is open.
pub fn diagnostics_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(figures) = &model.diagnostics else { return };
    let language = model.language;
    let corner = rect.left_top() + vec2(theme::GAP_LARGE, theme::GAP_LARGE);
    let area = Area::new(Id::new("hetu diagnostics")).order(Order::Foreground).fixed_pos(corner);
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).panel).inner_margin(theme::GAP_LARGE);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = 0.0;
            let row = heading(ui, strings::DIAGNOSTICS.get(language));
            let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(28.0, 26.0), row);
            if icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(language), "F3").clicked() {
                actions.push(UiAction::ToggleDiagnostics);
            }
            let cells = |texts: [&str; 3]| texts.map(str::to_owned);
            let heads = [strings::MEDIAN, strings::P95, strings::LONGEST].map(|label| label.get(language));
            line(ui, strings::UNIT_MS.get(language), cells(heads), [false; 3]);
            for (name, spread, budget_ms) in times(figures) {
                let values = [spread.median_ms, spread.p95_ms, spread.max_ms];
                let is_over = values.map(|ms| budget_ms.is_some_and(|budget| ms > budget));
                line(ui, name.get(language), values.map(|ms| format::number(ms, 2)), [is_over[0], is_over[1], false]);
            }
            let meshes = format!("{} / {MESH_BUDGET}", figures.n_meshes);
            let is_over = figures.n_meshes > MESH_BUDGET;
            line(ui, strings::MESHES.get(language), [String::new(), String::new(), meshes], [false, false, is_over]);
            let memory = figures.memory_bytes.map_or_else(|| format::ABSENT.to_owned(), mib);
            line(ui, strings::MEMORY.get(language), [String::new(), String::new(), memory], [false; 3]);
        });
    });
}

fn times(figures: &DiagnosticsModel) -> [(Label, Spread, Option<f64>); 3] {
    [
        (strings::PICTURE_INTERVAL, figures.picture, None),
        (strings::MAIN_THREAD, figures.main, Some(MAIN_BUDGET_MS)),
        (strings::PANELS_OF_IT, figures.panels, None),
    ]
}

fn mib(bytes: u64) -> String {
    format!("{} MiB", format::number(bytes as f64 / f64::from(1 << 20), 0))
}

/// A name and three figures; those over their budget in the colour of errors.
fn line(ui: &mut Ui, name: &str, cells: [String; 3], is_over: [bool; 3]) {
    let t = theme::tokens(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, theme::ROW_HEIGHT + 3.0), Sense::hover());
    let (left, mut right) = rect.split_left_right_at_x(rect.left() + NAME_WIDTH);
    text_in(ui, left, Align2::LEFT_CENTER, name, ink(theme::TEXT_BODY_PT, t.text));
    let width = right.width() / 3.0;
    for (cell, is_over) in cells.into_iter().zip(is_over) {
        let (place, rest) = right.split_left_right_at_x(right.left() + width);
        let colour = if is_over { t.error } else { t.text };
        text_in(ui, place, Align2::RIGHT_CENTER, cell, ink(theme::TEXT_BODY_PT, colour));
        right = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_the_sorted_times() {
        let spread = Spread::of((1..=100).rev().map(f64::from));
        assert_eq!(spread, Spread { median_ms: 51.0, p95_ms: 96.0, max_ms: 100.0 });
        assert_eq!(Spread::of([]), Spread::default());
        assert_eq!(Spread::of([3.0]), Spread { median_ms: 3.0, p95_ms: 3.0, max_ms: 3.0 });
    }
}
