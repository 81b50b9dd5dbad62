//! `hetu shot --window`: a picture of the whole window with its panels, drawn without one by the same systems.

use std::sync::Arc;

use bevy::prelude::*;

use super::apply::Wishes;
use super::desk::Desk;
use super::frames::offscreen_room;
use super::models::facts;
use super::picture::branch_named;
use super::sections::frame_at;
use super::{ShotOrder, Source};
use crate::domain::playback::PlaybackCommand;
use crate::domain::worlds::BranchId;
use crate::io::session::Session;
use crate::ui::UiAction;
use crate::ui::impact_window::ImpactTab;
use crate::view::offscreen::{settle, shoot};
use crate::view::{CameraAction, CameraPreset, SceneModel};

/// Pixels per point of a picture 1920 pixels wide; larger pictures keep the same layout with finer detail.
const POINTS_ACROSS: f32 = 1920.0;

/// Most updates until a frame has come from the file.
const PATIENCE: u32 = 2000;

/// Draws the window as it shows a session at a moment, with a tab of the window of losses and people if one is asked for.
///
/// # Errors
/// An unknown camera or branch, a missing driver, a frame that does not come, or a file that cannot be written.
pub fn window_shot(session: &Arc<Session>, order: &ShotOrder, tab: Option<ImpactTab>) -> Result<(), String> {
    #[expect(clippy::cast_precision_loss, reason = "a picture's width")]
    let scale = (order.size.0 as f32 / POINTS_ACROSS).max(0.25);
    let model = SceneModel::new(Arc::clone(&session.scenario));
    let preset = CameraPreset::parse(&order.camera, &model).map_err(|error| error.to_string())?;
    let mut app = offscreen_room(Source::Session(Arc::clone(session)), order.size, scale, None)?;
    settle(&mut app).map_err(|error| error.to_string())?;
    let branch = branch_of(&app, order)?;
    wish(&mut app, branch.map(|id| UiAction::ShowBranch(id.0)));
    let wishes = [
        UiAction::SetLanguage(order.language),
        UiAction::SetLayer(order.layer),
        UiAction::Playback(PlaybackCommand::Pause),
        UiAction::Playback(PlaybackCommand::SeekSecs(order.at_secs)),
    ];
    wish(&mut app, wishes.into_iter().chain(tab.map(UiAction::ShowImpact)));
    app.world_mut().write_message(CameraAction::Jump(preset));
    wait_for_frame(&mut app, order.at_secs)?;
    settle(&mut app).map_err(|error| error.to_string())?;
    let desk = app.world().resource::<Desk>();
    let show = desk.show.as_ref().ok_or("nothing is shown")?;
    let facts = facts(show, order.at_secs, order.layer, order.language, desk.exaggeration);
    shoot(&mut app, &order.out, facts).map(|_size| ()).map_err(|error| error.to_string())
}

fn branch_of(app: &App, order: &ShotOrder) -> Result<Option<BranchId>, String> {
    let show = app.world().resource::<Desk>().show.as_ref().ok_or("nothing is shown")?;
    order.branch.as_deref().map(|name| branch_named(show, name)).transpose()
}

fn wish(app: &mut App, actions: impl IntoIterator<Item = UiAction>) {
    app.world_mut().resource_mut::<Wishes>().0.extend(actions);
    app.update();
}

/// Waits until the frame is in memory.
fn wait_for_frame(app: &mut App, at_secs: f64) -> Result<(), String> {
    for _ in 0..PATIENCE {
        app.update();
        let show = app.world().resource::<Desk>().show.as_ref().ok_or("nothing is shown")?;
        if frame_at(show, at_secs).is_some() {
            return Ok(());
        }
        std::thread::yield_now();
    }
    Err("the frame of that time does not come".to_owned())
}
