//! The one function that carries out what panels and keys ask for.

use std::path::PathBuf;
use std::sync::Arc;

use bevy::prelude::*;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};
use time::OffsetDateTime;

use super::Source;
use super::comparing;
use super::desk::{Desk, KeptView};
use super::models::{facts, open_scenario};
use super::orders::{give, locate};
use super::outline::place_of;
use super::stage::where_water_spreads;
use crate::domain::playback::PlaybackCommand;
use crate::domain::text::Bilingual;
use crate::domain::worlds::BranchId;
use crate::engine::Command;
use crate::io;
use crate::io::scenario::{self, Loaded, ScenarioError};
use crate::io::session::{Session, SessionCache, SessionError};
use crate::ui::compare_table::table_csv;
use crate::ui::ledger::ledger_csv;
use crate::ui::notices::NoticeKind;
use crate::ui::{self, UiAction};
use crate::view::{CameraAction, CameraPreset, CameraRig, CaptureDone, CaptureRequest};

/// Wishes collected by the panels, carried out before the next picture.
#[derive(Resource, Debug, Default)]
pub(super) struct Wishes(pub(super) Vec<UiAction>);

/// A scenario or session that is being read beside the window.
#[derive(Resource, Default)]
pub(super) struct Reading(Option<Pending>);

/// What is being read.
enum Pending {
    Scenario(usize, Task<Result<Loaded, ScenarioError>>),
    Session(Task<Result<Session, SessionError>>),
}

/// Carries out all wishes, in order.
pub(super) fn apply_wishes(
    mut desk: ResMut<Desk>,
    mut wishes: ResMut<Wishes>,
    mut reading: ResMut<Reading>,
    mut camera: MessageWriter<CameraAction>,
    mut capture: MessageWriter<CaptureRequest>,
) {
    for wish in wishes.0.drain(..) {
        let (renamed, drafted) = (desk.ui.rename.clone(), desk.ui.draft.clone());
        desk.ui.apply(&wish);
        match wish {
            UiAction::OpenScenario(index) => read(&mut desk, &mut reading, index),
            UiAction::OpenSession(index) => read_session(&mut desk, &mut reading, index),
            UiAction::SaveSession => save_session(&mut desk),
            UiAction::SetPicker(_) => list_sessions(&mut desk),
            UiAction::SetLayer(layer) => desk.layer = layer,
            UiAction::SetLanguage(language) => desk.language = language,
            UiAction::SetTheme(theme) => desk.theme = theme,
            UiAction::CloseProbe => desk.probe = None,
            UiAction::NextLight => desk.light = desk.light.next(),
            UiAction::ToggleContours => desk.has_contours = !desk.has_contours,
            UiAction::SetExaggeration(factor) => desk.exaggeration = factor.clamp(1.0, 100.0),
            UiAction::Playback(command) => {
                if let Some(show) = &mut desk.show {
                    show.playback.apply(command);
                }
            }
            UiAction::Compute => {
                if let Some(end_secs) = desk.show.as_ref().map(|show| show.scenario.duration_secs) {
                    desk.command(Command::RunTo(end_secs));
                }
            }
            UiAction::PauseComputing => desk.command(Command::Pause),
            UiAction::SetSpeedLimit(limit) => {
                desk.speed_limit = limit;
                desk.command(Command::SetSpeedLimit(limit));
            }
            UiAction::Camera(preset) => {
                camera.write_batch(camera_action(&desk, preset));
            }
            UiAction::LookAt(at) => {
                let place = desk.show.as_ref().map(|show| place_of(&show.scenario.terrain.grid, at));
                camera.write_batch(place.map(CameraAction::FlyTo));
            }
            UiAction::KeepView(number) => keep_view(&mut desk, number),
            UiAction::GoToView(number) => {
                camera.write_batch(go_to_view(&mut desk, number).map(CameraAction::MoveTo));
            }
            UiAction::SavePicture => {
                let facts = desk.show.as_ref().map(|show| {
                    facts(show, show.playback.time_secs(), desk.shown_layer(), desk.language, desk.exaggeration)
                });
                capture.write(CaptureRequest { path: picture_path(&desk), facts: facts.unwrap_or_default() });
            }
            UiAction::DismissNotice(id) => desk.notices.retain(|notice| notice.id != id),
            UiAction::ToggleFold(_)
            | UiAction::ToggleCleanScreen
            | UiAction::ToggleSceneLegend
            | UiAction::ShowKeys(_)
            | UiAction::ToggleDiagnostics
            | UiAction::SetSection(_)
            | UiAction::ToggleStation(_)
            | UiAction::SetPlot(_)
            | UiAction::BeginRename(..)
            | UiAction::EditName(_)
            | UiAction::ToggleTable
            | UiAction::ToggleImpact
            | UiAction::ShowImpact(_)
            | UiAction::SortLedger(_)
            | UiAction::SortTable(_) => {} // the interface's own memory
            UiAction::ToggleOrder => {
                let at_secs = desk.show.as_ref().map_or(0.0, |show| show.playback.time_secs());
                if let Some(draft) = &mut desk.ui.draft {
                    draft.at_secs = at_secs;
                }
            }
            UiAction::EditOrder(_) => {
                camera.write_batch(locate(&mut desk, drafted.as_ref()).map(CameraAction::FlyTo));
            }
            UiAction::GiveOrder => give(&mut desk),
            UiAction::TakeBack(order) => desk.command(Command::TakeBack(order)),
            UiAction::ForkHere => fork_here(&mut desk),
            UiAction::ShowBranch(branch) => show_branch(&mut desk, BranchId(branch)),
            UiAction::ToggleCompared(branch) => comparing::toggle(&mut desk, BranchId(branch)),
            UiAction::ToggleComparing => comparing::toggle_all(&mut desk),
            UiAction::SetCompareView(view) => {
                if let Some(show) = &mut desk.show {
                    show.comparing.view = view;
                }
            }
            UiAction::EndRename(is_wanted) => {
                if let Some((branch, name)) = renamed.filter(|_| is_wanted) {
                    desk.command(Command::Rename(BranchId(branch), name));
                }
            }
            UiAction::PruneBranch(branch) => desk.command(Command::Prune(BranchId(branch))),
            UiAction::RestoreBranch(branch) => {
                desk.command(Command::Restore(BranchId(branch)));
                // Its records are told when it becomes the active one.
                desk.command(Command::Activate(BranchId(branch)));
            }
            UiAction::SaveTable => save_table(&mut desk),
            UiAction::SaveLedger => save_ledger(&mut desk),
        }
    }
}

fn camera_action(desk: &Desk, preset: ui::CameraPreset) -> Option<CameraAction> {
    match preset {
        ui::CameraPreset::Reach => Some(CameraAction::Show(CameraPreset::Overview)),
        ui::CameraPreset::Top => Some(CameraAction::Show(CameraPreset::Top)),
        ui::CameraPreset::North => Some(CameraAction::NorthUp),
        ui::CameraPreset::Front => desk.show.as_ref().and_then(where_water_spreads).map(CameraAction::FlyTo),
    }
}

/// Keeps what is on screen.
fn keep_view(desk: &mut Desk, number: usize) {
    let Some(show) = &desk.show else { return };
    let kept = KeptView {
        rig: desk.rig,
        time_secs: show.playback.time_secs(),
        branch: show.shown.branch,
        layer: desk.layer,
        light: desk.light,
    };
    if let Some(view) = desk.views.get_mut(number) {
        *view = Some(kept);
    }
}

/// Brings back what was kept; returns where the camera has to go.
fn go_to_view(desk: &mut Desk, number: usize) -> Option<CameraRig> {
    let view = (*desk.views.get(number)?)?;
    (desk.layer, desk.light) = (view.layer, view.light);
    let show = desk.show.as_mut()?;
    show.playback.apply(PlaybackCommand::SeekSecs(view.time_secs));
    let is_there = show.worlds.branch(view.branch).is_ok_and(|branch| !branch.is_pruned());
    if is_there && show.shown.branch != view.branch {
        show_branch(desk, view.branch);
    }
    Some(view.rig)
}

/// Puts a branch on screen; the worker, if it has the scenario, then computes it first.
fn show_branch(desk: &mut Desk, branch: BranchId) {
    match &mut desk.show {
        Some(show) if !show.is_live => show.activate_here(branch),
        _ => desk.command(Command::Activate(branch)),
    }
}

/// Makes a branch at the playhead, without an order.
fn fork_here(desk: &mut Desk) {
    let Some(show) = desk.show.as_ref().filter(|show| show.is_live) else { return };
    let (of, at_secs) = (show.shown.branch, show.playback.time_secs());
    let name = format!("{}-{}", show.name_of(of, desk.language), show.worlds.branches().len());
    desk.command(Command::Fork { of, at_secs, name });
}

/// Writes the table of compared branches beside the pictures, and says where.
fn save_table(desk: &mut Desk) {
    let (Some(compare), Some(show)) = (comparing::compare_model(desk), &desk.show) else { return };
    let csv = table_csv(&compare, &open_scenario(&show.scenario), show.playback.time_secs(), desk.language);
    save_csv(desk, "", &csv, Bilingual::new("对比表", "table"));
}

/// Writes the ledger by floodplain unit there too.
fn save_ledger(desk: &mut Desk) {
    let (Some(losses), Some(show)) = (&desk.losses.model, &desk.show) else { return };
    let csv = ledger_csv(losses, &open_scenario(&show.scenario), show.playback.time_secs(), desk.language);
    save_csv(desk, "-ledger", &csv, Bilingual::new("台账", "ledger"));
}

fn save_csv(desk: &mut Desk, kind: &str, csv: &str, what: Bilingual) {
    let Some(show) = &desk.show else { return };
    let hours = show.playback.time_secs() / 3600.0;
    let path = PathBuf::from(format!("hetu-{}{kind}-T{hours:03.0}h.csv", show.scenario.name));
    let place = path.display().to_string();
    let place = Bilingual::new(place.clone(), place);
    // With a mark of the encoding, so that office programs read the Chinese.
    match io::beside::write_beside(&path, format!("\u{feff}{csv}").as_bytes()) {
        Ok(()) => {
            let what = Bilingual::new(format!("{}已保存", what.zh), format!("{} saved", what.en));
            desk.notice(NoticeKind::Note, what, place, Bilingual::default());
        }
        Err(error) => {
            let what = Bilingual::new(format!("{}未能保存", what.zh), format!("the {} could not be saved", what.en));
            let why = Bilingual::new(error.to_string(), error.to_string());
            desk.notice(NoticeKind::Error, what, place, why);
        }
    }
}

/// Where a picture of the window goes: the working directory, named after scenario and moment.
fn picture_path(desk: &Desk) -> PathBuf {
    match &desk.show {
        Some(show) => {
            let minutes = (show.playback.time_secs() / 60.0).round();
            PathBuf::from(format!(
                "hetu-{}-T{:03.0}h{:02.0}.png",
                show.scenario.name,
                (minutes / 60.0).floor(),
                minutes.rem_euclid(60.0)
            ))
        }
        None => PathBuf::from("hetu.png"),
    }
}

fn read(desk: &mut Desk, reading: &mut Reading, index: usize) {
    let Some(entry) = desk.library.get(index) else { return };
    let path = entry.path.clone();
    desk.is_loading = true;
    let task = AsyncComputeTaskPool::get().spawn(async move { scenario::load_with_notes(&path) });
    reading.0 = Some(Pending::Scenario(index, task));
}

fn read_session(desk: &mut Desk, reading: &mut Reading, index: usize) {
    let Some(saved) = desk.sessions.get(index) else { return };
    let path = saved.path.clone();
    desk.is_loading = true;
    let task = AsyncComputeTaskPool::get().spawn(async move { Session::open(&path) });
    reading.0 = Some(Pending::Session(task));
}

/// Looks into the folder of saved sessions.
pub(super) fn list_sessions(desk: &mut Desk) {
    desk.sessions = desk.saved.as_ref().map(SessionCache::list).unwrap_or_default();
}

/// Writes a copy of the session to the working directory, named after scenario and date.
fn save_session(desk: &mut Desk) {
    let Some(show) = &desk.show else { return };
    let now = OffsetDateTime::now_utc();
    let (date, time) = (now.date(), now.time());
    let name = format!("hetu-{}-{date}-{:02}{:02}.hetu", show.scenario.name, time.hour(), time.minute());
    desk.command(Command::SaveAs(PathBuf::from(name)));
}

/// Opens a scenario once it is read, or says what is wrong with it.
pub(super) fn finish_reading(mut desk: ResMut<Desk>, mut reading: ResMut<Reading>) {
    match &mut reading.0 {
        None => {}
        Some(Pending::Scenario(index, task)) => {
            let Some(result) = block_on(poll_once(task)) else { return };
            let index = *index;
            reading.0 = None;
            opened_scenario(&mut desk, index, result);
        }
        Some(Pending::Session(task)) => {
            let Some(result) = block_on(poll_once(task)) else { return };
            reading.0 = None;
            opened_session(&mut desk, result);
        }
    }
}

fn opened_session(desk: &mut Desk, result: Result<Session, SessionError>) {
    desk.is_loading = false;
    match result {
        Ok(session) => {
            desk.open_path = None;
            for lost in &session.lost {
                let what = Bilingual::new("会话有损坏，已略去", "damaged and left out");
                let place = Bilingual::new(lost.to_string(), lost.to_string());
                desk.notice(NoticeKind::Note, what, place, Bilingual::default());
            }
            desk.open(Source::Session(Arc::new(session)));
        }
        Err(error) => desk.notice(
            NoticeKind::Error,
            Bilingual::new("会话无法打开", "the session cannot be opened"),
            Bilingual::new(error.to_string(), error.to_string()),
            Bilingual::default(),
        ),
    }
}

fn opened_scenario(desk: &mut Desk, index: usize, result: Result<Loaded, ScenarioError>) {
    desk.is_loading = false;
    match result {
        Ok(loaded) => {
            desk.faulty.remove(&index);
            desk.open_path = desk.library.get(index).map(|entry| entry.path.clone());
            for note in loaded.notes {
                desk.notice(
                    NoticeKind::Note,
                    Bilingual::new(note.clone(), note),
                    Bilingual::default(),
                    Bilingual::default(),
                );
            }
            desk.open(Source::Scenario(Arc::new(loaded.scenario)));
        }
        Err(error) => {
            desk.faulty.insert(index);
            for fault in error.faults.iter().rev() {
                desk.notice(
                    NoticeKind::Error,
                    Bilingual::new("方案文件有误", "the scenario file has a fault"),
                    Bilingual::new(fault.to_string(), fault.to_string()),
                    Bilingual::new("改正后重新打开", "mend it and open it again"),
                );
            }
        }
    }
}

/// Says where a picture went, or why it did not.
pub(super) fn tell_captures(mut desk: ResMut<Desk>, mut done: MessageReader<CaptureDone>) {
    for CaptureDone { path, result } in done.read() {
        let place = path.display().to_string();
        match result {
            Ok(_size) => desk.notice(
                NoticeKind::Note,
                Bilingual::new("画面已保存", "picture saved"),
                Bilingual::new(place.clone(), place),
                Bilingual::default(),
            ),
            Err(error) => desk.notice(
                NoticeKind::Error,
                Bilingual::new("画面未能保存", "the picture could not be saved"),
                Bilingual::new(error.to_string(), error.to_string()),
                Bilingual::default(),
            ),
        }
    }
}
