//! What lies over the scene: labels, scale bar, north arrow, exaggeration, the frame and watermark of the mode.

use bevy_egui::egui::{
    Align2, Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, UiBuilder, Vec2, pos2, vec2,
};

use crate::domain::scenario::Mode;
use crate::domain::text::Language;
use crate::ui::actions::UiAction;
use crate::ui::compare_bar::compare_bar_ui;
use crate::ui::compare_table::compare_table_ui;
use crate::ui::diagnostics::diagnostics_ui;
use crate::ui::impact_window::impact_window_ui;
use crate::ui::legend::{self, LegendModel};
use crate::ui::minimap::{minimap_place, minimap_ui};
use crate::ui::order_card::order_card_ui;
use crate::ui::probe::probe_ui;
use crate::ui::screen::{OpenScenario, ScreenModel};
use crate::ui::theme;
use crate::ui::time_axis::points;
use crate::ui::toolbar::{toolbar_place, toolbar_ui};
use crate::ui::traces::{Trace, paint_trace_texts, paint_traces};
use crate::ui::widgets::{hatch, ink, outlined_text, text_in, text_width};
use crate::ui::{format, strings, top_bar};

/// What is drawn over the scene, and how the camera looks at it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SceneModel {
    /// Labels in view.
    pub labels: Vec<SceneLabel>,
    /// Ground metres to a point of the screen at the camera's pivot; none before the first picture.
    pub metres_per_point: Option<f32>,
    /// Where the camera looks, degrees clockwise from north.
    pub heading_deg: f32,
    /// Lines of orders on the ground.
    pub traces: Vec<Trace>,
}

/// A label in the scene.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneLabel {
    /// Foot of the label on the screen, pt; for areas the middle.
    pub pos: Pos2,
    /// What stands there.
    pub text: String,
    /// What it names.
    pub kind: LabelKind,
}

/// What a label names; the earlier wins where two would overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// A breach.
    Breach,
    /// A hydrological station.
    Station,
    /// A floodplain unit.
    FloodplainUnit,
    /// A levee.
    Levee,
    /// A town.
    Place,
}

/// Everything over the scene of the window.
pub fn overlay_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let rect = ui.max_rect();
    if !rect.is_positive() {
        return;
    }
    let Some(open) = &model.open else {
        empty_state(ui, rect, model.language);
        return;
    };
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if open.mode == Mode::Drill {
        watermark(&painter, rect, open.mode.label().get(model.language));
    }
    let shown = model.tracks.iter().find(|track| track.is_shown).map_or(0, |track| track.colour);
    let series = theme::Theme::Dark.tokens().series;
    let (part, moved) = model.compare.as_ref().map_or((rect, Vec2::ZERO), |compare| compare.part_of_shown(rect));
    let traces: Vec<Trace> = model.scene.traces.iter().map(|trace| trace.moved(moved)).collect();
    let over_shown = painter.with_clip_rect(part.intersect(painter.clip_rect()));
    paint_traces(&over_shown, &traces, series[shown % series.len()]);
    let inner = rect.shrink(theme::GAP_LARGE + theme::FRAME_WIDTH);
    let mut taken = furniture(&painter, inner, model.language, model.exaggeration, &model.scene).to_vec();
    frame(&painter, rect, open.mode);
    if model.state.clean_screen {
        taken.push(clock_card(ui, inner, open, model));
    }
    if model.state.scene_legend_shown() {
        let corner = pos2(inner.left(), inner.bottom() - FURNITURE_HEIGHT);
        taken.push(legend_card(ui, corner, &model.legend, model.language));
    }
    taken.extend(minimap_place(rect, model));
    if !model.state.clean_screen {
        taken.push(toolbar_place(rect));
    }
    let taken = paint_labels(&painter, rect, &model.scene.labels, &taken);
    paint_trace_texts(&over_shown, &traces, taken);
    compare_bar_ui(ui, rect, model, actions);
    compare_table_ui(ui, rect, model, actions);
    impact_window_ui(ui, rect, model, actions);
    minimap_ui(ui, rect, model, actions);
    probe_ui(ui, rect, model, actions);
    diagnostics_ui(ui, rect, model, actions);
    if !model.state.clean_screen {
        toolbar_ui(ui, rect, model, actions);
        order_card_ui(ui, rect, model, actions);
    }
}

/// Height of scale bar and arrow, pt.
pub const FURNITURE_HEIGHT: f32 = 52.0;

fn empty_state(ui: &mut Ui, rect: Rect, language: Language) {
    let t = theme::tokens(ui);
    let (upper, lower) =
        Rect::from_center_size(rect.center(), vec2(rect.width(), 72.0)).split_top_bottom_at_fraction(0.5);
    ui.painter().rect_filled(rect, 0, t.panel);
    text_in(ui, upper, Align2::CENTER_CENTER, strings::NO_SCENARIO.get(language), ink(theme::TEXT_CLOCK_PT, t.text));
    text_in(
        ui,
        lower,
        Align2::CENTER_CENTER,
        strings::NO_SCENARIO_HINT.get(language),
        ink(theme::TEXT_BODY_PT, t.text_weak),
    );
}

/// The frame of the mode round the scene, hatched for a drill.
pub fn frame(painter: &Painter, rect: Rect, mode: Mode) {
    let colour = theme::mode_colour(mode);
    let width = match mode {
        Mode::Observed => 1.0,
        Mode::Forecast | Mode::Rehearsal => theme::FRAME_WIDTH,
        Mode::Drill => 2.0 * theme::FRAME_WIDTH,
    };
    painter.rect_stroke(rect, 0, Stroke::new(width, colour), StrokeKind::Inside);
    if mode == Mode::Drill {
        let inner = rect.shrink(width);
        for side in [
            rect.with_max_y(inner.top()),
            rect.with_min_y(inner.bottom()),
            rect.with_max_x(inner.left()),
            rect.with_min_x(inner.right()),
        ] {
            hatch(painter, side, 16.0, theme::on_mode());
        }
    }
}

/// The word of the mode, large and faint, over the picture.
pub fn watermark(painter: &Painter, rect: Rect, word: &str) {
    let colour = Color32::WHITE.gamma_multiply(0.16);
    let font = theme::font(theme::TEXT_WATERMARK_PT);
    painter.text(rect.center(), Align2::CENTER_CENTER, word, font, colour);
}

/// Labels with a thin dark outline; of two that overlap the more important stays.
///
/// Nothing is written on the `reserved` places. Returns them and those of the labels.
pub fn paint_labels(painter: &Painter, rect: Rect, labels: &[SceneLabel], reserved: &[Rect]) -> Vec<Rect> {
    let t = theme::Theme::Dark.tokens(); // the scene is the same in both themes
    let mut order: Vec<&SceneLabel> = labels.iter().filter(|l| rect.contains(l.pos)).collect();
    order.sort_by_key(|l| l.kind);
    let mut taken = reserved.to_vec();
    for label in order {
        let size = match label.kind {
            LabelKind::Breach | LabelKind::Station => theme::TEXT_HEADING_PT,
            LabelKind::FloodplainUnit | LabelKind::Levee | LabelKind::Place => theme::TEXT_BODY_PT,
        };
        let galley = painter.layout_no_wrap(label.text.clone(), theme::font(size), t.label);
        let (anchor, at) = match label.kind {
            LabelKind::Breach | LabelKind::Station => (Align2::CENTER_BOTTOM, label.pos - vec2(0.0, 10.0)),
            _ => (Align2::CENTER_CENTER, label.pos),
        };
        let place = anchor.anchor_size(at, galley.size());
        if !rect.contains_rect(place) || taken.iter().any(|other| other.expand(3.0).intersects(place)) {
            continue;
        }
        taken.push(place);
        if matches!(label.kind, LabelKind::Breach | LabelKind::Station) {
            painter.circle(label.pos, 4.5, t.label, Stroke::new(1.5, t.label_outline));
        }
        outlined_text(painter, at, anchor, &label.text, ink(size, t.label), t.label_outline);
    }
    taken
}

/// Length of a scale bar: the largest of 1, 2, 5 times a power of ten that fits into `most_m`, m.
pub fn scale_length_m(most_m: f64) -> Option<f64> {
    if !(most_m.is_finite() && most_m > 0.0) {
        return None;
    }
    let power = 10_f64.powf(most_m.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|m| m * power).find(|l| *l <= most_m * (1.0 + 1e-9))
}

/// Scale bar and exaggeration at the lower left, north arrow at the lower right of `rect`; returns their places.
pub fn furniture(
    painter: &Painter,
    rect: Rect,
    language: Language,
    exaggeration: f32,
    scene: &SceneModel,
) -> [Rect; 2] {
    const MOST: f32 = 180.0;
    let t = theme::Theme::Dark.tokens();
    let text = ink(theme::TEXT_BODY_PT, t.label);
    let mut left = rect.left();
    let metres_per_point = scene.metres_per_point.map_or(f64::NAN, f64::from);
    if let Some(length_m) = scale_length_m(f64::from(MOST) * metres_per_point) {
        let width = points(length_m / metres_per_point);
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - 7.0), pos2(left + width, rect.bottom()));
        painter.rect_filled(bar.expand(1.0), 0, t.label_outline);
        for (i, colour) in [t.label, t.label_outline, t.label, t.label_outline].into_iter().enumerate() {
            let part =
                Rect::from_min_size(bar.min + vec2(i as f32 * width / 4.0, 0.0), vec2(width / 4.0, bar.height()));
            painter.rect_filled(part, 0, colour);
        }
        painter.rect_stroke(bar, 0, Stroke::new(1.0, t.label), StrokeKind::Outside);
        let length = format::ground_length(length_m);
        outlined_text(painter, pos2(left, bar.top() - 3.0), Align2::LEFT_BOTTOM, "0", text, t.label_outline);
        let at = pos2(bar.right(), bar.top() - 3.0);
        outlined_text(painter, at, Align2::RIGHT_BOTTOM, &length, text, t.label_outline);
        left = bar.right() + 28.0;
    }
    let factor = format!("{} {}", strings::EXAGGERATION.get(language), format::rate(f64::from(exaggeration)));
    let at = pos2(left, rect.bottom() + 3.0);
    let end = outlined_text(painter, at, Align2::LEFT_BOTTOM, &factor, text, t.label_outline).right();
    let centre = pos2(rect.right() - 30.0, rect.bottom() - 30.0);
    north_arrow(painter, centre, scene.heading_deg, language);
    let bar = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 30.0), pos2(end, rect.bottom()));
    [bar, Rect::from_center_size(centre, vec2(70.0, 70.0))]
}

/// An arrow that points north while the camera looks along `heading_deg`.
pub fn north_arrow(painter: &Painter, centre: Pos2, heading_deg: f32, language: Language) {
    const R: f32 = 18.0;
    let t = theme::Theme::Dark.tokens();
    let (sin, cos) = (-heading_deg).to_radians().sin_cos();
    // (right, up) before turning
    let at = |x: f32, y: f32| centre + vec2(x * cos + y * sin, x * sin - y * cos) * R;
    let outline = Stroke::new(1.5, t.label_outline);
    painter.add(Shape::convex_polygon(vec![at(0.0, 1.0), at(0.5, -0.9), at(0.0, -0.55)], t.label, outline));
    painter.add(Shape::convex_polygon(
        vec![at(0.0, 1.0), at(0.0, -0.55), at(-0.5, -0.9)],
        t.label_outline,
        Stroke::new(1.5, t.label),
    ));
    let text = ink(theme::TEXT_BODY_PT, t.label);
    outlined_text(painter, at(0.0, 1.8), Align2::CENTER_CENTER, strings::NORTH.get(language), text, t.label_outline);
}

/// The clock on a card at the upper left, for the clean screen.
fn clock_card(ui: &mut Ui, rect: Rect, open: &OpenScenario, model: &ScreenModel) -> Rect {
    let t = theme::tokens(ui);
    let clock = format!(
        "{} {}  ({})",
        strings::SIMULATED.get(model.language),
        format::clock(open.start, model.playback.playhead_secs),
        format::since_start(model.playback.playhead_secs)
    );
    let width = text_width(ui, &clock, theme::TEXT_CLOCK_PT) + 160.0;
    let card = Rect::from_min_size(rect.min, vec2(width, 42.0));
    ui.painter().rect_filled(card, theme::RADIUS, t.card);
    let inner = card.shrink2(vec2(theme::GAP, 0.0));
    let end = top_bar::badge_ui(ui, inner, open.mode, model.language);
    text_in(
        ui,
        inner.with_min_x(end + theme::GAP_LARGE),
        Align2::LEFT_CENTER,
        clock,
        ink(theme::TEXT_CLOCK_PT, t.text),
    );
    card
}

/// Width of the legend over the scene, pt.
const LEGEND_WIDTH: f32 = 236.0;

/// Height of [`legend_card`], pt.
pub fn legend_height(ui: &Ui, model: &LegendModel, language: Language) -> f32 {
    let definition = strings::layer_definition(model.layer).get(language);
    let lines = text_width(ui, definition, theme::TEXT_SMALL_PT) / (LEGEND_WIDTH - 2.0 * theme::GAP_LARGE);
    24.0 + model.height() + lines.ceil() * 18.0 + 3.0 * theme::GAP
}

/// The legend on a card; `corner` is its lower left corner. Returns the card.
pub fn legend_card(ui: &mut Ui, corner: Pos2, model: &LegendModel, language: Language) -> Rect {
    let t = theme::tokens(ui);
    let height = legend_height(ui, model, language);
    let card = Rect::from_min_max(pos2(corner.x, corner.y - height), pos2(corner.x + LEGEND_WIDTH, corner.y));
    ui.painter().rect_filled(card, theme::RADIUS, t.card);
    let mut inner = ui
        .new_child(UiBuilder::new().id_salt("legend card").max_rect(card.shrink2(vec2(theme::GAP_LARGE, theme::GAP))));
    super::widgets::heading(&mut inner, &legend::legend_title(model.layer, language));
    legend::legend_ui(&mut inner, model, language);
    card
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_have_round_lengths_that_fit() {
        for (most, length) in [(180.0, 100.0), (5000.0, 5000.0), (4999.0, 2000.0), (99_000.0, 50_000.0), (0.3, 0.2)] {
            let found = scale_length_m(most).unwrap();
            assert!((found - length).abs() < 1e-9 * length, "{most}: {found}");
        }
        assert_eq!(scale_length_m(0.0), None);
        assert_eq!(scale_length_m(f64::NAN), None);
    }
}
