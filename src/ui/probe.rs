//! What stands at one place: depth, speed, stage and extremes at the cell that was clicked, and how the depth there came
//! to be.

use bevy_egui::egui::{Align2, Area, Frame, Id, Order, Rect, Sense, Ui, vec2};

use crate::domain::text::{Bilingual, Label};
use crate::ui::actions::UiAction;
use crate::ui::screen::ScreenModel;
use crate::ui::sparkline::sparkline;
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, paragraph, text_in};
use crate::ui::{strings, theme};

/// What is known of the place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProbeModel {
    /// Where it is, in words.
    pub place: Bilingual,
    /// Quantities with their values and units.
    pub rows: Vec<(Label, String)>,
    /// Depth there over time: s after the start, m.
    pub depths: Vec<[f64; 2]>,
    /// The greatest of them with its unit.
    pub greatest: String,
    /// Whether these depths are still being read.
    pub is_reading: bool,
}

const WIDTH: f32 = 290.0;
const GRAPH_HEIGHT: f32 = 62.0;

/// The card at the upper left of the scene's `rect`, while a place is chosen.
pub fn probe_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(probe) = &model.probe else { return };
    let language = model.language;
    let corner = rect.left_top() + vec2(theme::GAP_LARGE, theme::GAP_LARGE);
    Area::new(Id::new("hetu probe")).order(Order::Middle).fixed_pos(corner).show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).card).inner_margin(theme::GAP_LARGE);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = 0.0;
            let t = theme::tokens(ui);
            let row = heading(ui, strings::PROBE.get(language));
            let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(28.0, 26.0), row);
            if icon_button_at(ui, close, Icon::Close, strings::CLOSE.get(language), "P").clicked() {
                actions.push(UiAction::CloseProbe);
            }
            paragraph(ui, probe.place.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
            ui.add_space(theme::GAP_SMALL);
            for (name, value) in &probe.rows {
                let (line, _) = ui.allocate_exact_size(vec2(WIDTH, theme::ROW_HEIGHT), Sense::hover());
                text_in(ui, line, Align2::LEFT_CENTER, name.get(language), ink(theme::TEXT_BODY_PT, t.text_weak));
                text_in(ui, line, Align2::RIGHT_CENTER, value.as_str(), ink(theme::TEXT_HEADING_PT, t.text));
            }
            ui.add_space(theme::GAP);
            depths_ui(ui, probe, model);
        });
    });
}

fn depths_ui(ui: &mut Ui, probe: &ProbeModel, model: &ScreenModel) {
    let (t, language) = (theme::tokens(ui), model.language);
    let (line, _) = ui.allocate_exact_size(vec2(WIDTH, theme::ROW_HEIGHT), Sense::hover());
    let small = ink(theme::TEXT_SMALL_PT, t.text_weak);
    text_in(ui, line, Align2::LEFT_CENTER, strings::PROBE_DEPTHS.get(language), small);
    let told = if probe.is_reading { strings::READING.get(language) } else { probe.greatest.as_str() };
    text_in(ui, line, Align2::RIGHT_CENTER, told, small);
    let (graph, _) = ui.allocate_exact_size(vec2(WIDTH, GRAPH_HEIGHT), Sense::hover());
    sparkline(ui.painter(), graph.shrink2(vec2(3.0, 3.0)), &probe.depths, model.playback.playhead_secs, t);
}
