//! The timeline: the whole run on one line, what of it is computed, and the playhead to drag.

use bevy_egui::egui::{
    Align2, CursorIcon, Pos2, Rangef, Rect, Response, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use crate::domain::playback::PlaybackCommand;
use crate::ui::actions::UiAction;
use crate::ui::marks::{marks_near, paint_marks};
use crate::ui::screen::{OpenScenario, ScreenModel};
use crate::ui::theme::{self, Tokens};
use crate::ui::time_axis::TimeAxis;
use crate::ui::widgets::hatch;
use crate::ui::{format, strings};

const TRACK_HEIGHT: f32 = 14.0;
/// Marks under the pointer that are told.
const MOST_TOLD: usize = 3;
/// Days are labelled at least this far apart, pt.
const TICK_GAP: f32 = 60.0;

/// The time axis under the scene; hydrographs use the same one.
pub fn axis_in(rect: Rect, open: &OpenScenario) -> TimeAxis {
    let x = Rangef::new(rect.left() + theme::AXIS_GUTTER, rect.right() - theme::AXIS_END);
    TimeAxis { x, duration_secs: open.duration_secs }
}

/// The timeline.
pub fn timeline_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(open) = &model.open else { return };
    let rect = ui.max_rect();
    let axis = axis_in(rect, open);
    let track = Rect::from_x_y_ranges(axis.x, Rangef::new(rect.bottom() - 8.0 - TRACK_HEIGHT, rect.bottom() - 8.0));
    let name = strings::TIMELINE.get(model.language);
    let response = scrub(ui, rect, "scrub", &axis, model, actions);
    response.widget_info(|| WidgetInfo::slider(true, model.playback.playhead_secs, name));
    paint_track(ui, track, &axis, model);
    paint_loop(ui, track, &axis, model);
    paint_ticks(ui, rect, track, &axis, open, model);
    paint_marks(ui, track, &axis, &model.marks, model.compute.head_secs);
    paint_playhead(ui, rect, track, &axis, open, model);
    if let Some(pos) = response.hover_pos().filter(|_| !response.dragged()) {
        paint_hover(ui, rect, track, pos, &axis, open, model);
    }
}

/// Makes `rect` a place where the moment is chosen by click and drag.
pub fn scrub(
    ui: &Ui,
    rect: Rect,
    name: &str,
    axis: &TimeAxis,
    model: &ScreenModel,
    actions: &mut Vec<UiAction>,
) -> Response {
    let response = ui.interact(rect, ui.id().with(name), Sense::click_and_drag());
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    if let Some(pos) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
        let wanted = axis.secs_at(pos.x);
        if (wanted - model.playback.playhead_secs).abs() > f64::EPSILON {
            actions.push(UiAction::Playback(PlaybackCommand::SeekSecs(wanted)));
        }
    }
    response
}

fn paint_track(ui: &Ui, track: Rect, axis: &TimeAxis, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let head = axis.x_of(model.compute.head_secs);
    ui.painter().rect_filled(track, 2, t.raised);
    let ahead = track.with_min_x(head);
    hatch(ui.painter(), ahead, 10.0, t.line.gamma_multiply(0.6));
    ui.painter().rect_filled(track.with_max_x(head), 2, t.computed);
    if head < track.right() - 1.0 && model.compute.head_secs > 0.0 {
        ui.painter().vline(head, track.y_range().expand(2.0), Stroke::new(2.0, t.text_weak));
    }
}

/// Brackets about what is repeated.
fn paint_loop(ui: &Ui, track: Rect, axis: &TimeAxis, model: &ScreenModel) {
    let Some(ends) = model.playback.loop_secs else { return };
    let t = theme::tokens(ui);
    let [from, to] = ends.map(|secs| axis.x_of(secs));
    let rail = Rect::from_min_max(pos2(from, track.bottom() + 1.0), pos2(to, track.bottom() + 4.0));
    ui.painter().rect_filled(rail, 0, t.accent);
    for x in [from, to] {
        ui.painter().vline(x, track.top()..=track.bottom() + 4.0, Stroke::new(2.0, t.accent));
    }
}

fn paint_ticks(ui: &Ui, rect: Rect, track: Rect, axis: &TimeAxis, open: &OpenScenario, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let pill = pill_rect(ui, rect, axis, open, model);
    for tick in axis.ticks(open.start, TICK_GAP) {
        let x = axis.x_of(tick.time_secs);
        let top = if tick.is_day { track.top() - 5.0 } else { track.top() - 3.0 };
        ui.painter().vline(x, top..=track.bottom(), Stroke::new(1.0, t.text_weak.gamma_multiply(0.6)));
        let galley = ui.painter().layout_no_wrap(tick.text, theme::font(theme::TEXT_SMALL_PT), t.text_weak);
        let place = Align2::CENTER_BOTTOM.anchor_size(pos2(x, track.top() - 5.0), galley.size());
        if !place.expand(2.0).intersects(pill) && place.right() <= rect.right() && place.left() >= rect.left() {
            ui.painter().galley(place.min, galley, t.text_weak);
        }
    }
}

fn pill_rect(ui: &Ui, rect: Rect, axis: &TimeAxis, open: &OpenScenario, model: &ScreenModel) -> Rect {
    let text = format::clock(open.start, model.playback.playhead_secs);
    let width = super::widgets::text_width(ui, &text, theme::TEXT_BODY_PT) + 2.0 * theme::GAP;
    let half = width / 2.0;
    let x = axis
        .x_of(model.playback.playhead_secs)
        .clamp(rect.left() + half, (rect.right() - half).max(rect.left() + half));
    Rect::from_center_size(pos2(x, rect.top() + 13.0), vec2(width, 20.0))
}

fn paint_playhead(ui: &Ui, rect: Rect, track: Rect, axis: &TimeAxis, open: &OpenScenario, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let x = axis.x_of(model.playback.playhead_secs);
    let pill = pill_rect(ui, rect, axis, open, model);
    ui.painter().vline(x, pill.bottom()..=rect.bottom(), Stroke::new(2.0, t.accent));
    ui.painter().circle_filled(pos2(x, track.center().y), 7.0, t.accent);
    ui.painter().circle_filled(pos2(x, track.center().y), 3.0, t.on_accent);
    ui.painter().rect_filled(pill, theme::RADIUS, t.accent);
    let text = format::clock(open.start, model.playback.playhead_secs);
    ui.painter().text(pill.center(), Align2::CENTER_CENTER, text, theme::font(theme::TEXT_BODY_PT), t.on_accent);
}

fn paint_hover(ui: &Ui, rect: Rect, track: Rect, pos: Pos2, axis: &TimeAxis, open: &OpenScenario, model: &ScreenModel) {
    let t: &Tokens = theme::tokens(ui);
    let secs = axis.secs_at(pos.x);
    let x = axis.x_of(secs);
    ui.painter().vline(x, track.y_range().expand(4.0), Stroke::new(1.0, t.text));
    let mut text = format::clock(open.start, secs);
    if secs > model.compute.head_secs {
        text = format!("{text}  {}", strings::NOT_COMPUTED.get(model.language));
    }
    for mark in marks_near(axis, &model.marks, pos.x).into_iter().take(MOST_TOLD) {
        let (kind, what) = (mark.kind.label(), mark.text.get(model.language));
        text = format!("{text}  ·  {}: {what}", kind.get(model.language));
    }
    let galley = ui.painter().layout_no_wrap(text, theme::font(theme::TEXT_SMALL_PT), t.text);
    let half = galley.size().x / 2.0 + theme::GAP_SMALL;
    let centre = x.clamp(rect.left() + half, (rect.right() - half).max(rect.left() + half));
    let place = Align2::CENTER_CENTER.anchor_size(pos2(centre, rect.top() + 13.0), galley.size());
    ui.painter().add(Shape::rect_filled(place.expand2(vec2(theme::GAP_SMALL, 2.0)), theme::RADIUS, t.hovered));
    ui.painter().galley(place.min, galley, t.text);
}
