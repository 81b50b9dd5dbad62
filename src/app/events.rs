//! What the worker said, taken into the desk once per picture.

use std::path::Path;
use std::sync::Arc;

use bevy::prelude::*;

use super::desk::{Desk, Show, exaggeration_of};
use crate::domain::recording::{Recording, RunSummary};
use crate::domain::scenario::Scenario;
use crate::domain::text::Bilingual;
use crate::engine::{Command, Event};
use crate::io::session::Session;
use crate::ui::notices::NoticeKind;
use crate::ui::screen::ComputeState;
use crate::view::{CameraAction, CameraPreset, SceneModel, ShownWater};

/// Shows a session that cannot be gone on with, and says why.
fn play_only(desk: &mut Desk, commands: &mut Commands, session: &Arc<Session>, message: String) {
    commands.insert_resource(SceneModel::new(Arc::clone(&session.scenario)));
    desk.play(session);
    desk.notice(
        NoticeKind::Note,
        Bilingual::new("此会话只能回放，不能续算或下令", "this session can be played, not gone on with"),
        Bilingual::new(message.clone(), message),
        Bilingual::default(),
    );
}

/// Reads the worker's events and brings record and playhead up to date.
pub(super) fn take_events(mut desk: ResMut<Desk>, mut commands: Commands, mut camera: MessageWriter<CameraAction>) {
    let events: Vec<Event> =
        desk.engine.as_ref().map(|engine| engine.events().try_iter().collect()).unwrap_or_default();
    for event in events {
        match event {
            Event::Loaded { scenario, recording, .. } => {
                // The water of another scenario must not be drawn on this one.
                commands.remove_resource::<ShownWater>();
                commands.insert_resource(SceneModel::new(scenario.clone()));
                camera.write(CameraAction::Jump(CameraPreset::Overview));
                desk.forget_places();
                loaded(&mut desk, scenario, recording);
            }
            Event::Failed { message } => failed(&mut desk, &mut commands, message),
            Event::Saved { path, result } => saved(&mut desk, &path, result),
            Event::Finished { summary } => finished(&mut desk, &summary),
            Event::Refused(refusal) => {
                let remedy = Bilingual::new("改后再下达", "change it and give it again");
                desk.notice(NoticeKind::Error, refusal.text(), Bilingual::default(), remedy);
            }
            Event::Unsaved { message } => desk.notice(
                NoticeKind::Error,
                Bilingual::new("本次计算不能保存，关闭窗口即丢失", "this run is not saved and is gone with the window"),
                Bilingual::new(message.clone(), message),
                Bilingual::new("改正后重新打开情景", "mend it and open the scenario again"),
            ),
            Event::Unrecorded { message } => desk.notice(
                NoticeKind::Error,
                Bilingual::new("无法继续保存，计算已暂停", "the computation stands still: it cannot be recorded"),
                Bilingual::new(message.clone(), message),
                Bilingual::new("腾出磁盘空间后继续计算", "make room on the disk, then go on"),
            ),
            news => {
                if let Some(show) = &mut desk.show {
                    take_news(show, news);
                }
            }
        }
    }
    if let Some(show) = &mut desk.show {
        show.take_record();
    }
}

/// What concerns the scenario on screen alone.
fn take_news(show: &mut Show, news: Event) {
    match news {
        Event::Progress(progress) => {
            show.progress = Some(progress);
            if show.compute != ComputeState::Done {
                show.compute = if progress.is_running { ComputeState::Running } else { ComputeState::Paused };
            }
        }
        Event::Worlds(worlds) => show.take_worlds(worlds),
        Event::Activated { branch, records } => show.activate(branch, records),
        _ => {} // frames are in the record
    }
}

fn loaded(desk: &mut Desk, scenario: Arc<Scenario>, recording: Arc<Recording>) {
    let duration_secs = scenario.duration_secs;
    desk.exaggeration = exaggeration_of(&scenario);
    desk.is_loading = false;
    let limit = desk.speed_limit;
    desk.command(Command::SetSpeedLimit(limit));
    if let Some(session) = desk.resuming.take() {
        // Nothing of it is computed before somebody says so.
        desk.show = Some(Show { is_live: true, ..Show::of_session(&session).reading_beside() });
    } else {
        desk.show = Some(Show::computed(scenario, recording));
        desk.command(Command::RunTo(duration_secs));
    }
}

fn finished(desk: &mut Desk, summary: &RunSummary) {
    if let Some(show) = &mut desk.show {
        show.compute = ComputeState::Done;
    }
    if summary.contained_cells > 0 {
        desk.notice(
            NoticeKind::Error,
            Bilingual::new(
                format!("计算中有 {} 个单元出现非有限值，已隔离", summary.contained_cells),
                format!("{} cells lost their finite state and were contained", summary.contained_cells),
            ),
            Bilingual::default(),
            Bilingual::new("结果需复核后方可使用", "check the result before using it"),
        );
    }
}

fn saved(desk: &mut Desk, path: &Path, result: Result<(), String>) {
    let place = path.display().to_string();
    let place = Bilingual::new(place.clone(), place);
    match result {
        Ok(()) => {
            let what = Bilingual::new("会话已另存", "a copy of the session is saved");
            desk.notice(NoticeKind::Note, what, place, Bilingual::default());
        }
        Err(error) => {
            let what = Bilingual::new("会话未能另存", "the copy of the session was not saved");
            desk.notice(NoticeKind::Error, what, place, Bilingual::new(error.clone(), error));
        }
    }
}

fn failed(desk: &mut Desk, commands: &mut Commands, message: String) {
    desk.is_loading = false;
    if let Some(session) = desk.resuming.take() {
        return play_only(desk, commands, &session, message);
    }
    if let Some(show) = &mut desk.show {
        (show.compute, show.is_live) = (ComputeState::Failed, false);
    }
    desk.notice(
        NoticeKind::Error,
        Bilingual::new("计算失败", "the computation failed"),
        Bilingual::new(message.clone(), message),
        Bilingual::new("可选择其他方案；已记录的时刻仍可播放", "pick another scenario; what is recorded still plays"),
    );
}
