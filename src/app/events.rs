//! What the worker said, taken into the desk once per picture.

use bevy::prelude::*;

use super::desk::{Desk, Show, exaggeration_of};
use crate::domain::text::Bilingual;
use crate::engine::{Command, Event};
use crate::ui::notices::NoticeKind;
use crate::ui::screen::ComputeState;
use crate::view::{CameraAction, CameraPreset, SceneModel, ShownWater};

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
                let duration_secs = scenario.duration_secs;
                desk.exaggeration = exaggeration_of(&scenario);
                desk.show = Some(Show::computed(scenario, recording));
                desk.is_loading = false;
                let limit = desk.speed_limit;
                desk.command(Command::SetSpeedLimit(limit));
                desk.command(Command::RunTo(duration_secs));
            }
            Event::Progress(progress) => {
                if let Some(show) = &mut desk.show {
                    show.progress = Some(progress);
                    if show.compute != ComputeState::Done {
                        show.compute = if progress.is_running { ComputeState::Running } else { ComputeState::Paused };
                    }
                }
            }
            Event::Frame { .. } => {} // the record has it
            Event::Worlds(worlds) => {
                if let Some(show) = &mut desk.show {
                    show.take_worlds(worlds);
                }
            }
            Event::Activated { branch, records } => {
                if let Some(show) = &mut desk.show {
                    show.activate(branch, records);
                }
            }
            Event::Refused(refusal) => {
                let remedy = Bilingual::new("改后再下达", "change it and give it again");
                desk.notice(NoticeKind::Error, refusal.text(), Bilingual::default(), remedy);
            }
            Event::Finished { summary } => {
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
            Event::Unrecorded { message } => desk.notice(
                NoticeKind::Error,
                Bilingual::new("无法继续保存，计算已暂停", "the computation stands still: it cannot be recorded"),
                Bilingual::new(message.clone(), message),
                Bilingual::new("腾出磁盘空间后继续计算", "make room on the disk, then go on"),
            ),
            Event::Failed { message } => {
                desk.is_loading = false;
                if let Some(show) = &mut desk.show {
                    show.compute = ComputeState::Failed;
                }
                desk.notice(
                    NoticeKind::Error,
                    Bilingual::new("计算失败", "the computation failed"),
                    Bilingual::new(message.clone(), message),
                    Bilingual::new(
                        "可选择其他方案；已记录的时刻仍可播放",
                        "pick another scenario; what is recorded still plays",
                    ),
                );
            }
        }
    }
    if let Some(show) = &mut desk.show {
        show.take_record();
    }
}
