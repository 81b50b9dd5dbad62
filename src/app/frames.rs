//! `hetu bench --frames`: what pictures of the window cost while the worker rests and while it computes.

use std::sync::Arc;

use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::render_resource::PollType;
use bevy::render::renderer::RenderDevice;

use super::Source;
use super::apply::Wishes;
use super::desk::Desk;
use super::pace::{Pace, now};
use super::room::{self, Opening};
use crate::domain::playback::PlaybackCommand;
use crate::domain::scenario::Scenario;
use crate::io::session::SessionCache;
use crate::ui::UiAction;
use crate::ui::diagnostics::{DiagnosticsModel, Spread};
use crate::ui::screen::ComputeState;
use crate::view::SceneCamera;
use crate::view::offscreen::{self, settle};

/// Pictures of one measurement.
const N_PICTURES: usize = 120;

/// Measurements of each kind, taken in turn, so that what else the machine does falls on both.
const N_ROUNDS: usize = 5;

/// Playback during the measurements, simulated s per s.
const RATE: f64 = 3600.0;

/// Longest wait for the worker, pictures.
const PATIENCE: usize = 200_000;

/// What the pictures of the window cost.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameTimes {
    /// While the worker rests.
    pub resting: DiagnosticsModel,
    /// While it computes.
    pub computing: DiagnosticsModel,
}

/// Plays what is computed up to a time with all panels open, in a picture of this size, in turn while the worker rests and
/// while it computes the rest of the run into a session in `saved`. The figures are medians of the rounds.
///
/// # Errors
/// A missing driver, or a scenario too short to be computed on.
pub fn frame_times(
    scenario: &Arc<Scenario>,
    size: (u32, u32),
    until_secs: f64,
    saved: SessionCache,
) -> Result<FrameTimes, String> {
    let mut app = offscreen_room(Source::Scenario(Arc::clone(scenario)), size, 1.0, Some(saved))?;
    settle(&mut app).map_err(|error| error.to_string())?;
    compute_until(&mut app, until_secs)?;
    let (mut resting, mut computing) = (Vec::new(), Vec::new());
    for _ in 0..N_ROUNDS {
        resting.push(measure(&mut app));
        wish(&mut app, UiAction::Compute);
        wait(&mut app, |desk| state_of(desk) == ComputeState::Running)?;
        computing.push(measure(&mut app));
        if state_of(app.world().resource::<Desk>()) == ComputeState::Done {
            return Err("the run came to its end while it was measured; measure a longer one".to_owned());
        }
        wish(&mut app, UiAction::PauseComputing);
        wait(&mut app, |desk| state_of(desk) == ComputeState::Paused)?;
    }
    Ok(FrameTimes { resting: middle(&resting), computing: middle(&computing) })
}

/// The room round a picture. Without a place for what it records it computes nothing.
pub(super) fn offscreen_room(
    source: Source,
    size: (u32, u32),
    scale: f32,
    saved: Option<SessionCache>,
) -> Result<App, String> {
    let msaa = Msaa::Off;
    let mut app = offscreen::app(UVec2::new(size.0, size.1), scale, msaa);
    app.add_plugins(room::plugin);
    let world = app.world_mut();
    let camera = world.query_filtered::<Entity, With<SceneCamera>>().single(world).map_err(|e| e.to_string())?;
    let target = world.get::<RenderTarget>(camera).cloned();
    let computes = saved.is_some();
    app.insert_resource(Opening { source: Some(source), computes, saved, msaa, target });
    Ok(app)
}

/// Computes up to a time, pauses there, and plays it over and over.
fn compute_until(app: &mut App, until_secs: f64) -> Result<(), String> {
    let head_secs = |desk: &Desk| desk.show.as_ref().and_then(|show| show.shown.course.head_secs()).unwrap_or(0.0);
    wait(app, |desk| head_secs(desk) >= until_secs || state_of(desk) == ComputeState::Done)?;
    wish(app, UiAction::PauseComputing);
    wait(app, |desk| state_of(desk) == ComputeState::Paused)?;
    for command in [
        PlaybackCommand::ClearLoop,
        PlaybackCommand::SeekSecs(until_secs),
        PlaybackCommand::LoopTo,
        PlaybackCommand::Home,
        PlaybackCommand::SetRate(RATE),
        PlaybackCommand::Play,
    ] {
        wish(app, UiAction::Playback(command));
    }
    app.update();
    Ok(())
}

fn state_of(desk: &Desk) -> ComputeState {
    desk.show.as_ref().map_or(ComputeState::Loading, |show| show.compute)
}

fn wish(app: &mut App, action: UiAction) {
    app.world_mut().resource_mut::<Wishes>().0.push(action);
}

fn wait(app: &mut App, is_there: impl Fn(&Desk) -> bool) -> Result<(), String> {
    for _ in 0..PATIENCE {
        app.update();
        drawn(app);
        if is_there(app.world().resource::<Desk>()) {
            return Ok(());
        }
    }
    Err("the worker does not come to where it should".to_owned())
}

/// Waits until the renderer is done, so that pictures do not queue up.
fn drawn(app: &App) {
    if let Some(render) = app.get_sub_app(RenderApp)
        && let Err(error) = render.world().resource::<RenderDevice>().poll(PollType::wait_indefinitely())
    {
        warn!("the renderer does not answer: {error}");
    }
}

/// Times of some pictures, each with its drawing.
fn measure(app: &mut App) -> DiagnosticsModel {
    app.world_mut().resource_mut::<Pace>().forget();
    let pictures_ms: Vec<f64> = (0..N_PICTURES)
        .map(|_| {
            let begun = now();
            app.update();
            drawn(app);
            now().duration_since(begun).as_secs_f64() * 1e3
        })
        .collect();
    DiagnosticsModel { picture: Spread::of(pictures_ms), ..app.world().resource::<Pace>().model() }
}

/// The median of each figure over the rounds.
fn middle(rounds: &[DiagnosticsModel]) -> DiagnosticsModel {
    let median = |of: &dyn Fn(&DiagnosticsModel) -> f64| Spread::of(rounds.iter().map(of)).median_ms;
    let spread = |of: &dyn Fn(&DiagnosticsModel) -> Spread| Spread {
        median_ms: median(&|round| of(round).median_ms),
        p95_ms: median(&|round| of(round).p95_ms),
        max_ms: median(&|round| of(round).max_ms),
    };
    DiagnosticsModel {
        picture: spread(&|round| round.picture),
        main: spread(&|round| round.main),
        panels: spread(&|round| round.panels),
        n_meshes: rounds.last().map_or(0, |round| round.n_meshes),
        memory_bytes: rounds.last().and_then(|round| round.memory_bytes),
    }
}
