//! Play, step, rate; and how the worker runs.

use bevy_egui::egui::{Align2, ComboBox, RichText, Sense, Ui, UiBuilder, vec2};

use crate::domain::playback::{Motion, PlaybackCommand};
use crate::ui::actions::UiAction;
use crate::ui::screen::{ComputeState, ScreenModel, padded};
use crate::ui::widgets::{Icon, icon_button, ink, text_button, text_in};
use crate::ui::{format, strings, theme};

/// Limits offered for the computing, simulated seconds per second.
pub const SPEED_LIMITS: [Option<f64>; 4] = [None, Some(3600.0), Some(600.0), Some(60.0)];

/// Transport row, rate and worker, top down; what does not fit is left out from below.
pub fn transport_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let mut inner = ui.new_child(UiBuilder::new().id_salt("rows").max_rect(padded(ui)));
    let ui = &mut inner;
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, theme::GAP_SMALL);
    buttons_ui(ui, model, actions);
    if model.state.folds.bottom {
        return;
    }
    rate_ui(ui, model, actions);
    jumps_ui(ui, model, actions);
    worker_ui(ui, model, actions);
}

fn buttons_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let is_still = model.playback.motion == Motion::Still;
    let play = if is_still { (Icon::Play, strings::PLAY) } else { (Icon::Pause, strings::PAUSE) };
    let wide = (ui.available_width() - 4.0 * theme::GAP_SMALL) / 6.0;
    let buttons = [
        (Icon::Home, strings::HOME, "Home", PlaybackCommand::Home, 1.0),
        (Icon::StepBack, strings::STEP_BACK, "←", PlaybackCommand::StepFrames(-1), 1.0),
        (play.0, play.1, "Space", PlaybackCommand::Toggle, 2.0),
        (Icon::StepForward, strings::STEP_FORWARD, "→", PlaybackCommand::StepFrames(1), 1.0),
        (Icon::End, strings::END, "End", PlaybackCommand::End, 1.0),
    ];
    ui.horizontal(|ui| {
        for (icon, name, key, play, share) in buttons {
            let size = vec2(wide * share, theme::BUTTON_HEIGHT + 6.0);
            if icon_button(ui, size, icon, name.get(language), key, play == PlaybackCommand::Toggle).clicked() {
                actions.push(UiAction::Playback(play));
            }
        }
    });
}

fn rate_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let t = theme::tokens(ui);
    let language = model.language;
    let side = vec2(theme::BUTTON_HEIGHT + 4.0, theme::BUTTON_HEIGHT);
    ui.horizontal(|ui| {
        if icon_button(ui, side, Icon::Minus, strings::SLOWER.get(language), ",", false).clicked() {
            actions.push(UiAction::Playback(PlaybackCommand::Slower));
        }
        let width = (ui.available_width() - side.x - theme::GAP_SMALL).max(0.0);
        let (rect, _) = ui.allocate_exact_size(vec2(width, side.y), Sense::hover());
        let text = rate_text(model);
        text_in(ui, rect, Align2::CENTER_CENTER, text, ink(theme::TEXT_HEADING_PT, t.text))
            .on_hover_text(strings::PLAYBACK_RATE.get(language));
        if icon_button(ui, side, Icon::Plus, strings::FASTER.get(language), ".", false).clicked() {
            actions.push(UiAction::Playback(PlaybackCommand::Faster));
        }
    });
}

/// How the playhead moves: its rate, its direction, or that it follows the run.
fn rate_text(model: &ScreenModel) -> String {
    let rate = format::rate(model.playback.rate);
    match model.playback.motion {
        Motion::Following => strings::FOLLOWING.get(model.language).to_owned(),
        Motion::Backward => format!("← {rate}"),
        Motion::Still | Motion::Forward => rate,
    }
}

/// To the marks, with the run, and whether something is repeated.
fn jumps_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let is_following = model.playback.motion == Motion::Following;
    let is_looping = model.playback.loop_secs.is_some();
    let looping = if is_looping { PlaybackCommand::ClearLoop } else { PlaybackCommand::LoopFrom };
    let wide = ((ui.available_width() - 3.0 * theme::GAP_SMALL) / 4.0).floor();
    let hint = |name: crate::domain::text::Label, key: &str| format!("{}  [{key}]", name.get(language));
    ui.horizontal(|ui| {
        for (text, hint, command, selected) in [
            ("← ◆", hint(strings::PREVIOUS_MARK, "["), PlaybackCommand::PreviousMark, false),
            ("◆ →", hint(strings::NEXT_MARK, "]"), PlaybackCommand::NextMark, false),
            (strings::LOOP.get(language), strings::LOOP_HINT.get(language).to_owned(), looping, is_looping),
            (
                strings::FOLLOWING.get(language),
                hint(strings::FOLLOW, "Shift+End"),
                PlaybackCommand::Follow,
                is_following,
            ),
        ] {
            if text_button(ui, vec2(wide, theme::BUTTON_HEIGHT), text, selected).on_hover_text(hint).clicked() {
                actions.push(UiAction::Playback(command));
            }
        }
    });
}

fn worker_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    let (name, action) = match model.compute.state {
        ComputeState::Running => (strings::PAUSE_COMPUTING, UiAction::PauseComputing),
        ComputeState::Paused => (strings::RUN_COMPUTING, UiAction::Compute),
        ComputeState::Idle => (strings::START_COMPUTING, UiAction::Compute),
        _ => {
            let t = theme::tokens(ui);
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), theme::BUTTON_HEIGHT));
            let word = super::top_bar::compute_word(&model.compute, model.open.as_ref(), language);
            text_in(ui, rect, Align2::CENTER_CENTER, word, ink(theme::TEXT_BODY_PT, t.text_weak));
            return;
        }
    };
    ui.horizontal(|ui| {
        let width = ((ui.available_width() - theme::GAP_SMALL) * 0.5).floor();
        ui.add_enabled_ui(model.open.is_some(), |ui| {
            if text_button(ui, vec2(width, theme::BUTTON_HEIGHT), name.get(language), false).clicked() {
                actions.push(action);
            }
        });
        speed_limit_ui(ui, model, actions);
    });
}

fn speed_limit_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let name = |limit: Option<f64>| match limit {
        None => strings::NO_LIMIT.get(model.language).to_owned(),
        Some(limit) => format!("≤ {}", format::rate(limit)),
    };
    let current = model.compute.speed_limit;
    let text = RichText::new(name(current)).size(theme::TEXT_BODY_PT);
    let combo = ComboBox::from_id_salt("speed limit").width(ui.available_width()).selected_text(text).truncate();
    let response = combo.show_ui(ui, |ui| {
        for limit in SPEED_LIMITS {
            if ui.selectable_label(limit == current, name(limit)).clicked() {
                actions.push(UiAction::SetSpeedLimit(limit));
            }
        }
    });
    response.response.on_hover_text(strings::SPEED_LIMIT.get(model.language));
}
