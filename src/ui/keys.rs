//! The keyboard: key events in, actions out.

use bevy_egui::egui::{Event, Key, Modifiers};

use crate::domain::playback::PlaybackCommand;
use crate::ui::actions::{CameraPreset, Layer, PanelId, SectionKind, UiAction};
use crate::ui::state::UiState;

const HOUR_SECS: f64 = 3600.0;

/// Actions of the keys pressed in these events, in order.
///
/// Do not call it while a text field has the keyboard. A held key repeats only where that helps: steps and rates.
pub fn actions_of_events(events: &[Event], state: &UiState) -> Vec<UiAction> {
    events
        .iter()
        .filter_map(|event| match *event {
            Event::Key { key, pressed: true, repeat, modifiers, .. } => {
                action_of_key(key, modifiers, state).filter(|action| !repeat || repeats(action))
            }
            _ => None,
        })
        .collect()
}

/// What one key means.
pub fn action_of_key(key: Key, modifiers: Modifiers, state: &UiState) -> Option<UiAction> {
    if modifiers.alt {
        return None;
    }
    let step = |sign: i32| {
        let play = if modifiers.command || modifiers.ctrl {
            PlaybackCommand::StepSecs(f64::from(sign) * 6.0 * HOUR_SECS)
        } else if modifiers.shift {
            PlaybackCommand::StepSecs(f64::from(sign) * HOUR_SECS)
        } else {
            PlaybackCommand::StepFrames(sign)
        };
        Some(UiAction::Playback(play))
    };
    match key {
        Key::ArrowLeft => return step(-1),
        Key::ArrowRight => return step(1),
        Key::Questionmark => return Some(UiAction::ShowKeys(!state.keys_shown)),
        Key::End if modifiers.shift => return Some(UiAction::Playback(PlaybackCommand::Follow)),
        Key::Slash if modifiers.shift => return Some(UiAction::ShowKeys(!state.keys_shown)),
        _ => {}
    }
    if let Some(number) = number_of(key) {
        let keeps = modifiers.command || modifiers.ctrl;
        return Some(if keeps { UiAction::KeepView(number) } else { UiAction::GoToView(number) });
    }
    if modifiers.any() {
        return None;
    }
    let action = match key {
        Key::Space => UiAction::Playback(PlaybackCommand::Toggle),
        Key::J => UiAction::Playback(PlaybackCommand::Backward),
        Key::K => UiAction::Playback(PlaybackCommand::Pause),
        Key::L => UiAction::Playback(PlaybackCommand::Forward),
        Key::I => UiAction::Playback(PlaybackCommand::LoopFrom),
        Key::O => UiAction::Playback(PlaybackCommand::LoopTo),
        Key::X => UiAction::Playback(PlaybackCommand::ClearLoop),
        Key::Enter => UiAction::Playback(PlaybackCommand::Return),
        Key::OpenBracket => UiAction::Playback(PlaybackCommand::PreviousMark),
        Key::CloseBracket => UiAction::Playback(PlaybackCommand::NextMark),
        Key::Home => UiAction::Playback(PlaybackCommand::Home),
        Key::End => UiAction::Playback(PlaybackCommand::End),
        Key::Comma => UiAction::Playback(PlaybackCommand::Slower),
        Key::Period => UiAction::Playback(PlaybackCommand::Faster),
        Key::D => UiAction::SetLayer(Layer::Depth),
        Key::V => UiAction::SetLayer(Layer::Speed),
        Key::A => UiAction::SetLayer(Layer::Arrival),
        Key::M => UiAction::SetLayer(Layer::MaxDepth),
        Key::H => UiAction::SetLayer(Layer::Hazard),
        Key::U => UiAction::SetLayer(Layer::Duration),
        Key::R => UiAction::SetLayer(Layer::Rise),
        Key::E => UiAction::SetLayer(Layer::Natural),
        Key::Y => UiAction::NextLight,
        Key::Z => UiAction::ToggleContours,
        Key::N => UiAction::Camera(CameraPreset::North),
        Key::T => UiAction::Camera(CameraPreset::Top),
        Key::G => UiAction::ToggleSceneLegend,
        Key::W => UiAction::ToggleOrder,
        Key::B => UiAction::ForkHere,
        Key::C => UiAction::ToggleComparing,
        Key::P => UiAction::CloseProbe,
        Key::S => UiAction::SetSection(if state.section.is_some() { None } else { Some(SectionKind::Across) }),
        Key::Q => UiAction::ToggleTable,
        Key::F1 => UiAction::ShowKeys(!state.keys_shown),
        Key::F3 => UiAction::ToggleDiagnostics,
        Key::F4 => UiAction::ToggleImpact,
        Key::F6 => UiAction::ToggleFold(PanelId::Left),
        Key::F7 => UiAction::ToggleFold(PanelId::Right),
        Key::F8 => UiAction::ToggleFold(PanelId::Bottom),
        Key::F11 => UiAction::ToggleCleanScreen,
        Key::F12 => UiAction::SavePicture,
        Key::Escape if state.keys_shown => UiAction::ShowKeys(false),
        Key::Escape if state.table.is_shown => UiAction::ToggleTable,
        Key::Escape if state.impact.tab.is_some() => UiAction::ToggleImpact,
        Key::Escape if state.draft.is_some() => UiAction::ToggleOrder,
        Key::Escape if state.clean_screen => UiAction::ToggleCleanScreen,
        _ => return None,
    };
    Some(action)
}

/// Position of a digit key from 1 on.
fn number_of(key: Key) -> Option<usize> {
    const DIGITS: [Key; 9] =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    DIGITS.iter().position(|digit| *digit == key)
}

fn repeats(action: &UiAction) -> bool {
    matches!(
        action,
        UiAction::Playback(
            PlaybackCommand::StepFrames(_)
                | PlaybackCommand::StepSecs(_)
                | PlaybackCommand::NextMark
                | PlaybackCommand::PreviousMark
                | PlaybackCommand::Faster
                | PlaybackCommand::Slower
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key, modifiers: Modifiers, repeat: bool) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat, modifiers }
    }

    fn check(key: Key, modifiers: Modifiers, expected: Option<UiAction>) {
        let actions = actions_of_events(&[press(key, modifiers, false)], &UiState::default());
        assert_eq!(actions.first().cloned(), expected, "{key:?} {modifiers:?}");
    }

    #[test]
    fn arrows_step_by_frame_hour_and_six_hours() {
        check(Key::ArrowRight, Modifiers::NONE, Some(UiAction::Playback(PlaybackCommand::StepFrames(1))));
        check(Key::ArrowLeft, Modifiers::SHIFT, Some(UiAction::Playback(PlaybackCommand::StepSecs(-3600.0))));
        check(Key::ArrowLeft, Modifiers::CTRL, Some(UiAction::Playback(PlaybackCommand::StepSecs(-21_600.0))));
        check(Key::ArrowRight, Modifiers::COMMAND, Some(UiAction::Playback(PlaybackCommand::StepSecs(21_600.0))));
    }

    #[test]
    fn film_editors_find_their_keys() {
        use PlaybackCommand::{
            Backward, ClearLoop, End, Follow, Forward, LoopFrom, LoopTo, NextMark, PreviousMark, Return,
        };
        for (key, command) in [
            (Key::J, Backward),
            (Key::L, Forward),
            (Key::I, LoopFrom),
            (Key::O, LoopTo),
            (Key::X, ClearLoop),
            (Key::Enter, Return),
            (Key::OpenBracket, PreviousMark),
            (Key::CloseBracket, NextMark),
            (Key::End, End),
        ] {
            check(key, Modifiers::NONE, Some(UiAction::Playback(command)));
        }
        check(Key::End, Modifiers::SHIFT, Some(UiAction::Playback(Follow)));
    }

    #[test]
    fn letters_do_nothing_with_control_or_alt() {
        check(Key::D, Modifiers::NONE, Some(UiAction::SetLayer(Layer::Depth)));
        check(Key::D, Modifiers::CTRL, None);
        check(Key::D, Modifiers::ALT, None);
    }

    #[test]
    fn digits_go_to_views_and_keep_them_with_control() {
        check(Key::Num1, Modifiers::NONE, Some(UiAction::GoToView(0)));
        check(Key::Num9, Modifiers::CTRL, Some(UiAction::KeepView(8)));
        check(Key::Num0, Modifiers::NONE, None);
    }

    #[test]
    fn the_key_sheet_opens_with_a_question_mark_from_either_event() {
        check(Key::Questionmark, Modifiers::SHIFT, Some(UiAction::ShowKeys(true)));
        check(Key::Slash, Modifiers::SHIFT, Some(UiAction::ShowKeys(true)));
        check(Key::Slash, Modifiers::NONE, None);
    }

    #[test]
    fn a_held_key_steps_but_does_not_flip() {
        let state = UiState::default();
        assert_eq!(actions_of_events(&[press(Key::ArrowRight, Modifiers::NONE, true)], &state).len(), 1);
        assert!(actions_of_events(&[press(Key::Space, Modifiers::NONE, true)], &state).is_empty());
        assert!(actions_of_events(&[press(Key::F11, Modifiers::NONE, true)], &state).is_empty());
    }

    #[test]
    fn escape_closes_the_sheet_first_then_leaves_the_clean_screen() {
        let mut state = UiState { keys_shown: true, clean_screen: true, ..UiState::default() };
        let action = action_of_key(Key::Escape, Modifiers::NONE, &state);
        assert_eq!(action, Some(UiAction::ShowKeys(false)));
        state.apply(&UiAction::ShowKeys(false));
        assert_eq!(action_of_key(Key::Escape, Modifiers::NONE, &state), Some(UiAction::ToggleCleanScreen));
        state.apply(&UiAction::ToggleCleanScreen);
        assert_eq!(action_of_key(Key::Escape, Modifiers::NONE, &state), None);
    }
}
