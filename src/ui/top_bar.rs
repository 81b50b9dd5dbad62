//! The bar at the top: mode, scenario, clock, how far the computing is, the warning in force, and the switches.

use bevy_egui::egui::{Align2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::domain::scenario::Mode;
use crate::domain::text::Language;
use crate::ui::actions::UiAction;
use crate::ui::screen::{ComputeModel, ComputeState, OpenScenario, ScreenModel, Warning};
use crate::ui::theme::{self, Theme};
use crate::ui::time_axis::points;
use crate::ui::widgets::{Icon, bar_in, hatch, icon_button_at, ink, text_in, text_width};
use crate::ui::{format, strings};

/// Above this share of unexplained water the residual is shown as an error (closing criterion of a run).
pub const RESIDUAL_LIMIT_FRAC: f64 = 1e-6;

const SWITCH: f32 = 34.0;

/// The bar at the top.
pub fn top_bar_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let mut rest = ui.max_rect().shrink2(vec2(theme::GAP_LARGE, 0.0));
    let switches_width = 4.0 * (SWITCH + theme::GAP_SMALL);
    let switches = Rect::from_min_max(pos2(rest.right() - switches_width, rest.top()), rest.max);
    rest.set_right(switches.left() - theme::GAP);
    switches_ui(ui, switches, model, actions);
    let Some(open) = &model.open else {
        let text = strings::NO_SCENARIO.get(model.language);
        text_in(ui, rest, Align2::LEFT_CENTER, text, ink(theme::TEXT_CLOCK_PT, theme::tokens(ui).text_weak));
        return;
    };
    let roomy = rest.width() >= 1500.0;
    rest.set_left(badge_ui(ui, rest, open.mode, model.language) + theme::GAP_LARGE);
    title_ui(ui, take_left(&mut rest, if roomy { 300.0 } else { 200.0 }), open, model);
    separator(ui, &mut rest);
    let width = clock_width(ui, open, model);
    clock_ui(ui, take_left(&mut rest, width), open, model);
    separator(ui, &mut rest);
    let width = rest.width().min(if roomy { 430.0 } else { 380.0 });
    compute_ui(ui, take_left(&mut rest, width), open, model);
    if let Some(warning) = &model.warning {
        rest.set_left((rest.left() + theme::GAP_LARGE).min(rest.right()));
        warning_ui(ui, rest, warning, model.language);
    }
}

fn take_left(rest: &mut Rect, width: f32) -> Rect {
    let x = (rest.left() + width).min(rest.right());
    let taken = Rect::from_min_max(rest.min, pos2(x, rest.bottom()));
    rest.set_left(x);
    taken
}

fn separator(ui: &Ui, rest: &mut Rect) {
    let x = rest.left() + theme::GAP_LARGE;
    let line = rest.shrink2(vec2(0.0, theme::GAP_LARGE));
    ui.painter().vline(x, line.y_range(), Stroke::new(1.0, theme::tokens(ui).line));
    rest.set_left((x + theme::GAP_LARGE).min(rest.right()));
}

/// The word of the mode on its colour, hatched for a drill; returns where it ends.
pub fn badge_ui(ui: &mut Ui, rest: Rect, mode: Mode, language: Language) -> f32 {
    let word = mode.label().get(language);
    let edge = if mode == Mode::Drill { 12.0 } else { 0.0 };
    let width = text_width(ui, word, theme::TEXT_HEADING_PT) + 2.0 * (theme::GAP + edge);
    let badge = Rect::from_center_size(pos2(rest.left() + width / 2.0, rest.center().y), vec2(width, 30.0));
    let colour = theme::mode_colour(mode);
    ui.painter().rect_filled(badge, theme::RADIUS, colour);
    if mode == Mode::Drill {
        for x in [badge.left(), badge.right() - edge] {
            let end = Rect::from_min_size(pos2(x, badge.top()), vec2(edge, badge.height()));
            hatch(ui.painter(), end, 8.0, theme::on_mode());
        }
    }
    text_in(ui, badge, Align2::CENTER_CENTER, word, ink(theme::TEXT_HEADING_PT, theme::on_mode()));
    badge.right()
}

fn title_ui(ui: &mut Ui, rect: Rect, open: &OpenScenario, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let language = model.language;
    let (upper, lower) = two_lines(rect);
    text_in(ui, upper, Align2::LEFT_CENTER, open.title.get(language), ink(theme::TEXT_HEADING_PT, t.text));
    let span =
        format!("{} – {}", format::clock_with_year(open.start, 0.0), format::clock(open.start, open.duration_secs));
    let mut lower = lower;
    if let Some(branch) = model.tracks.iter().find(|track| track.is_shown && model.tracks.len() > 1) {
        let colour = t.series[branch.colour % t.series.len()];
        let name = format!("{} {}", strings::BRANCHES.get(language), branch.name);
        let end = text_in(ui, lower, Align2::LEFT_CENTER, name, ink(theme::TEXT_BODY_PT, colour)).rect.right();
        lower.set_left((end + theme::GAP).min(lower.right()));
    }
    text_in(ui, lower, Align2::LEFT_CENTER, span, ink(theme::TEXT_SMALL_PT, t.text_weak));
}

fn two_lines(rect: Rect) -> (Rect, Rect) {
    let rect = rect.shrink2(vec2(0.0, 6.0));
    rect.split_top_bottom_at_fraction(0.56)
}

/// The three parts of the clock: caption, wall clock, time since the start with the rate.
fn clock_parts(open: &OpenScenario, model: &ScreenModel) -> (String, String, String) {
    let caption = strings::SIMULATED.get(model.language).to_owned();
    let clock = format::clock(open.start, model.playback.playhead_secs);
    let since = format::since_start(model.playback.playhead_secs);
    let waits = if model.playback.is_waiting { strings::WAITING.get(model.language) } else { "" };
    (caption, clock, format!("({since})  {}  {waits}", format::rate(model.playback.rate)).trim_end().to_owned())
}

fn clock_width(ui: &Ui, open: &OpenScenario, model: &ScreenModel) -> f32 {
    // at least the width of a usual clock, so that nothing right of it moves while it runs
    let (caption, clock, since) = clock_parts(open, model);
    text_width(ui, &caption, theme::TEXT_BODY_PT)
        + text_width(ui, &clock, theme::TEXT_CLOCK_PT)
        + text_width(ui, &since, theme::TEXT_BODY_PT).max(text_width(ui, "(T+000 h)  ×00,000", theme::TEXT_BODY_PT))
        + 3.0 * theme::GAP
}

fn clock_ui(ui: &mut Ui, mut rect: Rect, open: &OpenScenario, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let (caption, clock, since) = clock_parts(open, model);
    for (text, ink) in [
        (caption, ink(theme::TEXT_BODY_PT, t.text_weak)),
        (clock, ink(theme::TEXT_CLOCK_PT, t.text)),
        (since, ink(theme::TEXT_BODY_PT, t.text_weak)),
    ] {
        let end = text_in(ui, rect, Align2::LEFT_CENTER, text, ink).rect.right();
        rect.set_left((end + theme::GAP).min(rect.right()));
    }
}

/// One word for what the worker does.
pub fn compute_word(compute: &ComputeModel, open: Option<&OpenScenario>, language: Language) -> &'static str {
    // A record that is played and that nobody goes on with may end before its scenario does.
    let is_whole = open.is_none_or(|open| compute.head_secs > open.duration_secs - 1.0);
    match compute.state {
        ComputeState::Idle => strings::COMPUTE_IDLE,
        ComputeState::Loading => strings::COMPUTE_LOADING,
        ComputeState::Running => strings::COMPUTING,
        ComputeState::Paused => strings::COMPUTE_PAUSED,
        ComputeState::Done if !is_whole => strings::RECORDED_IN_PART,
        ComputeState::Done => strings::COMPUTE_DONE,
        ComputeState::Failed => strings::COMPUTE_FAILED,
    }
    .get(language)
}

/// How far the computing is, in words: head, share, time left.
pub fn progress_text(open: &OpenScenario, compute: &ComputeModel, language: Language) -> String {
    let mut parts = Vec::new();
    if compute.state != ComputeState::Running {
        parts.push(compute_word(compute, Some(open), language).to_owned());
    }
    if !matches!(compute.state, ComputeState::Idle | ComputeState::Loading | ComputeState::Done) {
        let head = format::clock(open.start, compute.head_secs);
        parts.push(format!("{} {head}", strings::COMPUTED_TO.get(language)));
    }
    parts.join(" – ")
}

/// Speed, residual and contained cells, in words.
pub fn quality_text(compute: &ComputeModel, language: Language) -> String {
    let mut parts = Vec::new();
    if let Some(times) = compute.times_faster {
        let space = if language == Language::Zh { " " } else { "" };
        parts.push(format!("{}{space}{}", format::discharge(times), strings::TIMES_FASTER.get(language)));
    }
    if let Some(residual) = compute.residual_frac {
        parts.push(format!("{} {}", strings::RESIDUAL.get(language), format::power_of_ten(residual)));
    }
    if compute.n_contained > 0 {
        let count = format::number(compute.n_contained as f64, 0);
        parts.push(format!("{} {count}", strings::CONTAINED.get(language)));
    }
    parts.join(" – ")
}

fn compute_ui(ui: &mut Ui, rect: Rect, open: &OpenScenario, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let (compute, language) = (&model.compute, model.language);
    let (upper, lower) = two_lines(rect);
    let bar = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 6.0), pos2(rect.right(), rect.bottom() - 3.0));
    let share = if open.duration_secs > 0.0 { compute.head_secs / open.duration_secs } else { 0.0 };

    let mut right = format::percent(share);
    if let (ComputeState::Running, Some(left)) = (compute.state, compute.left_secs) {
        right = match language {
            Language::Zh => format!("{right}  {} {}", strings::LEFT_OVER.zh, format::waiting(left)),
            Language::En => format!("{right}  {} {}", format::waiting(left), strings::LEFT_OVER.en),
        };
    }
    let width = text_width(ui, &right, theme::TEXT_BODY_PT);
    text_in(ui, upper, Align2::RIGHT_CENTER, right, ink(theme::TEXT_BODY_PT, t.text));
    let place = upper.with_max_x((upper.right() - width - theme::GAP).max(upper.left()));
    text_in(ui, place, Align2::LEFT_CENTER, progress_text(open, compute, language), ink(theme::TEXT_BODY_PT, t.text));

    let troubled = compute.n_contained > 0 || compute.residual_frac.is_some_and(|r| r.abs() > RESIDUAL_LIMIT_FRAC);
    let colour = if troubled { t.error } else { t.text_weak };
    let quality = quality_text(compute, language);
    let quality = if troubled { format!("! {quality}") } else { quality };
    text_in(ui, lower.translate(vec2(0.0, -2.0)), Align2::LEFT_CENTER, quality, ink(theme::TEXT_SMALL_PT, colour));
    let colour = if compute.state == ComputeState::Failed { t.error } else { t.accent };
    bar_in(ui, bar, points(share), colour);
}

fn warning_ui(ui: &mut Ui, rect: Rect, warning: &Warning, language: Language) {
    let text = format!("{}  {}", warning.level.sign(), warning.text.get(language));
    let width = (text_width(ui, &text, theme::TEXT_BODY_PT) + 2.0 * theme::GAP).min(rect.width());
    let banner = Rect::from_center_size(pos2(rect.right() - width / 2.0, rect.center().y), vec2(width, 30.0));
    ui.painter().rect(
        banner,
        theme::RADIUS,
        warning.level.colour(),
        Stroke::new(1.0, warning.level.on_colour()),
        StrokeKind::Inside,
    );
    let inner = banner.shrink2(vec2(theme::GAP, 0.0));
    text_in(ui, inner, Align2::CENTER_CENTER, text, ink(theme::TEXT_BODY_PT, warning.level.on_colour()));
}

fn switches_ui(ui: &mut Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let place = |i: f32| {
        let x = rect.left() + theme::GAP_SMALL + i * (SWITCH + theme::GAP_SMALL) + SWITCH / 2.0;
        Rect::from_center_size(pos2(x, rect.center().y), vec2(SWITCH, 30.0))
    };
    let name = strings::SWITCH_LANGUAGE.get(language);
    let button = ui.put(place(0.0), bevy_egui::egui::Button::new(name));
    if button.on_hover_text(strings::SWITCH_LANGUAGE_HINT.get(language)).clicked() {
        actions.push(UiAction::SetLanguage(match language {
            Language::Zh => Language::En,
            Language::En => Language::Zh,
        }));
    }
    let name = match model.theme {
        Theme::Dark => strings::THEME_LIGHT,
        Theme::Light => strings::THEME_DARK,
    };
    if icon_button_at(ui, place(1.0), Icon::Theme, name.get(language), "").clicked() {
        actions.push(UiAction::SetTheme(model.theme.other()));
    }
    if icon_button_at(ui, place(2.0), Icon::Picture, strings::SAVE_PICTURE.get(language), "F12").clicked() {
        actions.push(UiAction::SavePicture);
    }
    if icon_button_at(ui, place(3.0), Icon::Question, strings::KEYS.get(language), "?").clicked() {
        actions.push(UiAction::ShowKeys(!model.state.keys_shown));
    }
}
