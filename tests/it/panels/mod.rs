//! Panels through the egui harness: find by label, click, read actions.

mod branches;
mod demo;
mod layout;
mod places;

use bevy_egui::egui::{self, Rect, Vec2, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use hetu::domain::playback::{Motion, PlaybackCommand};
use hetu::domain::text::Language;
use hetu::ui::actions::{CameraPreset, Layer, PanelId, PlotKind, UiAction};
use hetu::ui::theme::{self, Theme};
use hetu::ui::{ScreenModel, UiState, keys, screen_ui, strings};

pub(crate) const FULL_HD: Vec2 = vec2(1920.0, 1080.0);

/// The screen, what was asked for, and what is left for the scene.
pub(crate) struct Room {
    pub(crate) model: ScreenModel,
    pub(crate) actions: Vec<UiAction>,
    pub(crate) scene: Rect,
}

pub(crate) fn harness(model: ScreenModel, size: Vec2) -> Harness<'static, Room> {
    let theme = model.theme;
    let room = Room { model, actions: Vec::new(), scene: Rect::NOTHING };
    let mut harness = Harness::builder().with_size(size).build_ui_state(
        |ui, room: &mut Room| {
            // the window makes its root in the same way
            let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(ui.viewport_rect());
            let mut root = egui::Ui::new(ui.ctx().clone(), "root".into(), builder);
            room.scene = screen_ui(&mut root, &room.model, &mut room.actions);
        },
        room,
    );
    theme::install_fonts(&harness.ctx);
    theme::apply(&harness.ctx, theme);
    harness.run();
    harness
}

/// Clicks what is called `label` and expects exactly this action.
fn check_click(model: ScreenModel, label: &str, expected: UiAction) {
    let mut harness = harness(model, FULL_HD);
    let found: Vec<_> = harness.get_all_by_label(label).map(|node| node.rect().center()).collect();
    // a panel may say the same word in a heading: the button is the one that answers
    let mut answered = Vec::new();
    for pos in found {
        harness.state_mut().actions.clear();
        harness.hover_at(pos);
        harness.run();
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: egui::Modifiers::NONE });
        }
        harness.run();
        answered.append(&mut harness.state_mut().actions);
    }
    assert_eq!(answered, [expected], "{label}");
}

#[test]
fn every_button_asks_for_what_it_says_in_both_languages() {
    let play = UiAction::Playback;
    for language in [Language::Zh, Language::En] {
        for (label, action) in [
            (strings::SPEED, UiAction::SetLayer(Layer::Speed)),
            (strings::MAX_DEPTH, UiAction::SetLayer(Layer::MaxDepth)),
            (strings::ARRIVAL, UiAction::SetLayer(Layer::Arrival)),
            (strings::CAMERA_TOP, UiAction::Camera(CameraPreset::Top)),
            (strings::CAMERA_NORTH, UiAction::Camera(CameraPreset::North)),
            (strings::PAUSE, play(PlaybackCommand::Toggle)),
            (strings::STEP_BACK, play(PlaybackCommand::StepFrames(-1))),
            (strings::STEP_FORWARD, play(PlaybackCommand::StepFrames(1))),
            (strings::HOME, play(PlaybackCommand::Home)),
            (strings::END, play(PlaybackCommand::End)),
            (strings::FASTER, play(PlaybackCommand::Faster)),
            (strings::SLOWER, play(PlaybackCommand::Slower)),
            (strings::PAUSE_COMPUTING, UiAction::PauseComputing),
            (strings::THEME_LIGHT, UiAction::SetTheme(Theme::Light)),
            (strings::SAVE_PICTURE, UiAction::SavePicture),
            (strings::KEYS, UiAction::ShowKeys(true)),
            (strings::FOLD_LEFT, UiAction::ToggleFold(PanelId::Left)),
            (strings::FOLD_RIGHT, UiAction::ToggleFold(PanelId::Right)),
            (strings::FOLD_BOTTOM, UiAction::ToggleFold(PanelId::Bottom)),
        ] {
            check_click(demo::screen(language), label.get(language), action);
        }
    }
    check_click(demo::screen(Language::Zh), "EN", UiAction::SetLanguage(Language::En));
    check_click(demo::screen(Language::En), "中", UiAction::SetLanguage(Language::Zh));
    check_click(demo::screen(Language::Zh), "溃坝小算例", UiAction::OpenScenario(3));
    check_click(demo::screen(Language::En), "Gaocun", UiAction::ToggleStation(2));
    for (label, command) in [
        ("◆ →", PlaybackCommand::NextMark),
        ("← ◆", PlaybackCommand::PreviousMark),
        ("循环", PlaybackCommand::ClearLoop),
        ("跟随", PlaybackCommand::Follow),
    ] {
        check_click(demo::screen(Language::Zh), label, play(command));
    }
    check_click(demo::screen(Language::Zh), "水位 m", UiAction::SetPlot(PlotKind::Stage));
}

#[test]
fn a_paused_run_offers_to_go_on() {
    let mut model = demo::screen(Language::Zh);
    model.compute.state = hetu::ui::screen::ComputeState::Paused;
    model.playback.motion = Motion::Still;
    check_click(model.clone(), "继续计算", UiAction::Compute);
    check_click(model, "播放", UiAction::Playback(PlaybackCommand::Toggle));
}

#[test]
fn a_click_on_the_timeline_seeks_to_the_time_under_the_pointer() {
    let mut harness = harness(demo::screen(Language::Zh), FULL_HD);
    let rect = harness.get_by_label("时间轴").rect();
    let from = rect.left() + theme::AXIS_GUTTER;
    let to = rect.right() - theme::AXIS_END;
    let pos = egui::pos2(from + (to - from) * 0.25, rect.bottom() - 14.0);
    harness.drag_at(pos);
    harness.run();
    harness.drop_at(pos);
    harness.run();
    let seeks: Vec<f64> = harness
        .state()
        .actions
        .iter()
        .map(|action| match action {
            UiAction::Playback(PlaybackCommand::SeekSecs(secs)) => *secs,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(!seeks.is_empty());
    let point_secs = demo::DURATION_SECS / f64::from(to - from);
    for secs in seeks {
        assert!((secs - demo::DURATION_SECS * 0.25).abs() <= point_secs, "{secs}");
    }
}

#[test]
fn dragging_over_the_hydrographs_scrubs_too() {
    let mut harness = harness(demo::screen(Language::En), FULL_HD);
    let start = egui::pos2(700.0, 1000.0);
    harness.drag_at(start);
    harness.run();
    harness.hover_at(start + vec2(60.0, 0.0));
    harness.run();
    harness.drop_at(start + vec2(60.0, 0.0));
    harness.run();
    let seeks: Vec<_> = harness
        .state()
        .actions
        .iter()
        .filter(|a| matches!(a, UiAction::Playback(PlaybackCommand::SeekSecs(_))))
        .collect();
    assert!(!seeks.is_empty() && seeks.len() == harness.state().actions.len(), "{:?}", harness.state().actions);
}

#[test]
fn the_exaggeration_slider_answers_to_a_drag_with_whole_factors() {
    let mut harness = harness(demo::screen(Language::Zh), FULL_HD);
    let slider = harness
        .get_by(|node| node.role() == egui::accesskit::Role::Slider && node.label().as_deref() == Some("垂直夸大"));
    let pos = slider.rect().center();
    harness.drag_at(pos);
    harness.run();
    harness.drop_at(pos);
    harness.run();
    let Some(UiAction::SetExaggeration(factor)) = harness.state().actions.first().cloned() else {
        panic!("{:?}", harness.state().actions)
    };
    assert!((20.0..=31.0).contains(&factor) && factor.fract() == 0.0, "the middle of 1 to 50: {factor}");
}

#[test]
fn notices_say_what_where_and_what_to_do_and_can_be_dismissed() {
    let mut model = demo::screen(Language::En);
    model.notices = demo::notices();
    let shown = harness(model.clone(), FULL_HD);
    shown.get_by_label("The scenario file cannot be read · scenarios/q8000.ron line 41, column 9: spann_m");
    shown.get_by_label("There is no such key; is span_m meant? Correct it and open again");
    model.notices.truncate(1);
    check_click(model, "Dismiss", UiAction::DismissNotice(7));
}

#[test]
fn empty_states_say_what_to_do_next() {
    let nothing = harness(ScreenModel::default(), FULL_HD);
    nothing.get_by_label(strings::NO_SCENARIO_HINT.zh);
    nothing.get_by_label(strings::NO_SCENARIOS_HINT.zh);

    let mut bare = demo::screen(Language::En);
    bare.losses = None;
    bare.hydrographs.stations.clear();
    let bare = harness(bare, FULL_HD);
    bare.get_by_label(strings::LOSSES_NONE.en);
    bare.get_by_label(strings::NO_STATIONS_HINT.en);

    let mut unchosen = demo::screen(Language::En);
    unchosen.state.hidden_stations = vec![0, 1, 2];
    harness(unchosen, FULL_HD).get_by_label(strings::NO_STATIONS_CHOSEN.en);
}

#[test]
fn the_key_sheet_names_every_key_that_does_something() {
    let sheet: Vec<&str> = hetu::ui::key_sheet::KEYS.iter().flat_map(|(keys, _)| keys.split_whitespace()).collect();
    let state = UiState { clean_screen: true, ..UiState::default() };
    for key in egui::Key::ALL {
        if keys::action_of_key(*key, egui::Modifiers::NONE, &state).is_none() {
            continue;
        }
        let name = match key {
            egui::Key::ArrowLeft => "←",
            egui::Key::ArrowRight => "→",
            egui::Key::Comma => ",",
            egui::Key::Period => ".",
            egui::Key::OpenBracket => "[",
            egui::Key::CloseBracket => "]",
            egui::Key::Questionmark => "?",
            egui::Key::Escape => "Esc",
            other if other.name().parse::<u8>().is_ok() => "…", // 1 … 9
            other => other.name(),
        };
        assert!(sheet.contains(&name), "{name} is missing");
    }
    let mut model = demo::screen(Language::Zh);
    model.state.keys_shown = true;
    harness(model.clone(), FULL_HD).get_by_label(strings::KEY_CLEAN.zh);
    check_click(model, "关闭", UiAction::ShowKeys(false));
}
