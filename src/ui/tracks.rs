//! World lines (分支): every branch of the flood as a track on the one time axis, the root on top.
//!
//! A track begins where it forks from its parent, is filled as far as it is computed, and bears its own marks. What is
//! shown in the scene has a filled swatch, what it is compared with a half-filled one.

use bevy_egui::egui::{
    Align2, Button, Color32, Key, Pos2, Rangef, Rect, Response, Sense, Shape, Stroke, StrokeKind, TextEdit, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::ui::actions::UiAction;
use crate::ui::marks::{Mark, paint_marks};
use crate::ui::screen::ScreenModel;
use crate::ui::theme::{self, Tokens};
use crate::ui::time_axis::TimeAxis;
use crate::ui::timeline::axis_in;
use crate::ui::widgets::{hatch, ink, outlined_text, paint_text, text_width};
use crate::ui::{format, strings};

/// One branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Track {
    /// Its number, which never changes.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Position among the colours of series.
    pub colour: usize,
    /// The track it forks from, by its position.
    pub parent: Option<usize>,
    /// Where it forks, s after the start.
    pub fork_secs: f64,
    /// How far it is computed, s.
    pub head_secs: f64,
    /// What is done with it.
    pub state: TrackState,
    /// Whether the scene shows it.
    pub is_shown: bool,
    /// Whether what is shown is compared with it.
    pub is_compared: bool,
    /// Its orders.
    pub marks: Vec<Mark>,
}

/// What is done with a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrackState {
    /// It is computed.
    #[default]
    Computing,
    /// It waits for its turn.
    Waiting,
    /// It is computed to its end.
    Done,
    /// It stands where it is.
    Paused,
    /// It was given up.
    Pruned,
}

impl Track {
    /// It was not given up.
    pub fn is_alive(&self) -> bool {
        self.state != TrackState::Pruned
    }
}

/// Height of a track, pt.
pub const TRACK_HEIGHT: f32 = 22.0;
/// Width of the field for a new name, pt.
const NAME_WIDTH: f32 = 180.0;
/// Tracks that are shown at once; more are reached by scrolling.
pub const MOST_SHOWN: usize = 5;

/// Height that the tracks need, pt; none while there is but one branch.
pub fn tracks_height(n_tracks: usize) -> f32 {
    if n_tracks < 2 { 0.0 } else { TRACK_HEIGHT * n_tracks.min(MOST_SHOWN) as f32 }
}

/// All branches, one under another.
pub fn tracks_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(open) = &model.open else { return };
    let rect = ui.max_rect();
    let axis = axis_in(rect, open);
    let n_shown = model.tracks.len().min(MOST_SHOWN);
    // the shown one and its neighbours stay in sight
    let shown = model.tracks.iter().position(|track| track.is_shown).unwrap_or(0);
    let first = (shown + 1).saturating_sub(n_shown);
    let row = |i: usize| {
        let top = rect.top() + (i - first) as f32 * TRACK_HEIGHT;
        Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + TRACK_HEIGHT))
    };
    let visible = first..first + n_shown;
    for i in visible.clone() {
        paint_fork(
            ui,
            &model.tracks[i],
            &axis,
            row(i),
            model.tracks[i].parent.filter(|p| visible.contains(p)).map(row),
        );
    }
    for i in visible {
        track_ui(ui, row(i), &axis, &model.tracks[i], model, actions);
    }
    let x = axis.x_of(model.playback.playhead_secs);
    ui.painter().vline(x, rect.y_range(), Stroke::new(2.0, theme::tokens(ui).accent));
}

fn track_ui(ui: &mut Ui, row: Rect, axis: &TimeAxis, track: &Track, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let t = theme::tokens(ui);
    let response = ui.interact(row, ui.id().with(("track", track.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, track.is_shown, &track.name));
    if response.hovered() || track.is_shown {
        ui.painter().rect_filled(row, theme::RADIUS, if track.is_shown { t.raised } else { t.hovered });
    }
    let bar = Rect::from_x_y_ranges(axis.x, Rangef::new(row.top() + 6.0, row.bottom() - 6.0));
    paint_bar(ui, bar, axis, track, t);
    paint_marks(ui, bar, axis, &track.marks, track.head_secs);
    match &model.state.rename {
        Some((id, name)) if *id == track.id => rename_ui(ui, row, name, actions),
        _ => paint_name(ui, row, track, t),
    }
    let clicked = response.clicked();
    if clicked && ui.input(|i| i.modifiers.command || i.modifiers.shift) {
        actions.push(UiAction::ToggleCompared(track.id));
    } else if clicked && track.is_alive() {
        actions.push(UiAction::ShowBranch(track.id));
    }
    track_menu(&response, track, model, actions);
    response.on_hover_text(track_text(track, model));
}

fn track_menu(response: &Response, track: &Track, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    response.context_menu(|ui| {
        let compare = if track.is_compared { strings::STOP_COMPARING_WITH } else { strings::COMPARE_WITH };
        let (is_root, is_alive) = (track.parent.is_none(), track.is_alive());
        for (text, action, is_possible) in [
            (strings::SHOW_BRANCH, UiAction::ShowBranch(track.id), is_alive && !track.is_shown),
            (compare, UiAction::ToggleCompared(track.id), is_alive && !track.is_shown),
            (strings::RENAME_BRANCH, UiAction::BeginRename(track.id, track.name.clone()), true),
            (strings::PRUNE_BRANCH, UiAction::PruneBranch(track.id), is_alive && !is_root),
            (strings::RESTORE_BRANCH, UiAction::RestoreBranch(track.id), !is_alive),
        ] {
            if ui.add_enabled(is_possible, Button::new(text.get(language))).clicked() {
                actions.push(action);
                ui.close();
            }
        }
    });
}

/// The new name while it is written: Enter takes it over, Escape and a click elsewhere leave the old one.
fn rename_ui(ui: &mut Ui, row: Rect, written: &str, actions: &mut Vec<UiAction>) {
    let mut name = written.to_owned();
    let place = row.with_min_x(row.left() + 17.0).with_max_x(row.left() + NAME_WIDTH);
    let field = ui.put(place, TextEdit::singleline(&mut name).font(theme::font(theme::TEXT_SMALL_PT)));
    if name != written {
        actions.push(UiAction::EditName(name));
    }
    if field.lost_focus() {
        actions.push(UiAction::EndRename(ui.input(|i| i.key_pressed(Key::Enter))));
    } else {
        field.request_focus();
    }
}

fn track_text(track: &Track, model: &ScreenModel) -> String {
    let language = model.language;
    let state = match track.state {
        TrackState::Computing => strings::COMPUTING,
        TrackState::Waiting => strings::TRACK_WAITING,
        TrackState::Done => strings::COMPUTE_DONE,
        TrackState::Paused => strings::COMPUTE_PAUSED,
        TrackState::Pruned => strings::TRACK_PRUNED,
    };
    let computed = format::since_start(track.head_secs);
    let name = &track.name;
    format!("{name}: {}, {} {computed}", state.get(language), strings::COMPUTED_TO.get(language))
}

fn paint_bar(ui: &Ui, bar: Rect, axis: &TimeAxis, track: &Track, t: &Tokens) {
    let [fork, head] = [track.fork_secs, track.head_secs].map(|secs| axis.x_of(secs));
    let whole = bar.with_min_x(fork);
    ui.painter().rect_filled(whole, 2, t.raised);
    hatch(ui.painter(), whole.with_min_x(head.max(fork)), 10.0, t.line.gamma_multiply(0.6));
    ui.painter().rect_filled(whole.with_max_x(head.max(fork)), 2, colour_of(track, t).gamma_multiply(0.6));
    if track.is_shown {
        ui.painter().rect_stroke(whole, 2, Stroke::new(1.5, colour_of(track, t)), StrokeKind::Outside);
    }
}

/// The line that leads from the parent to where a branch begins.
fn paint_fork(ui: &Ui, track: &Track, axis: &TimeAxis, row: Rect, parent: Option<Rect>) {
    let Some(parent) = parent else { return };
    let x = axis.x_of(track.fork_secs);
    let line = [pos2(x, parent.center().y), pos2(x, row.center().y)];
    ui.painter().line_segment(line, Stroke::new(1.5, colour_of(track, theme::tokens(ui))));
}

fn paint_name(ui: &Ui, row: Rect, track: &Track, t: &Tokens) {
    let swatch = Rect::from_center_size(pos2(row.left() + 9.0, row.center().y), vec2(9.0, 9.0));
    paint_swatch(ui, swatch, track, colour_of(track, t));
    let colour = if track.is_shown { t.text } else { t.text_weak };
    let bar = row.with_min_x(row.left() + 17.0).with_max_x(row.left() + theme::AXIS_GUTTER - 3.0);
    let ink = ink(theme::TEXT_SMALL_PT, colour);
    if text_width(ui, &track.name, ink.size) <= bar.width() {
        paint_text(ui, bar, Align2::LEFT_CENTER, &track.name, ink);
        return;
    }
    // A long name runs on over the bar.
    let at = bar.left_center();
    outlined_text(ui.painter(), at, Align2::LEFT_CENTER, &track.name, ink, t.panel);
}

fn paint_swatch(ui: &Ui, swatch: Rect, track: &Track, colour: Color32) {
    if track.is_shown {
        ui.painter().rect_filled(swatch, 2, colour);
    } else if track.is_compared {
        let half: Vec<Pos2> = vec![swatch.left_top(), swatch.right_top(), swatch.left_bottom()];
        ui.painter().add(Shape::convex_polygon(half, colour, Stroke::NONE));
    }
    ui.painter().rect_stroke(swatch, 2, Stroke::new(1.5, colour), StrokeKind::Inside);
}

fn colour_of(track: &Track, t: &Tokens) -> Color32 {
    t.series[track.colour % t.series.len()]
}
