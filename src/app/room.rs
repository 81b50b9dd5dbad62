//! The consultation room: scene, panels and worker, joined. The window and pictures without one differ only in what is
//! put round it: a screen and an event loop, or a picture to draw into.

use std::sync::Arc;

use bevy::camera::RenderTarget;
use bevy::camera::visibility::RenderLayers;
use bevy::core_pipeline::tonemapping::Tonemapping;
use bevy::prelude::*;
use bevy::winit::{EventLoopProxyWrapper, WinitUserEvent};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};

use super::Source;
use super::apply::{Reading, Wishes, apply_wishes, finish_reading, tell_captures};
use super::desk::Desk;
use super::events::take_events;
use super::orders::take_clicks;
use super::pace;
use super::panels::draw_panels;
use super::stage::{set_stage, work_out};
use crate::domain::text::Bilingual;
use crate::engine::{Engine, EngineSettings, Wake, solver_model};
use crate::io::session::SessionCache;
use crate::ui::notices::NoticeKind;
use crate::view::{self, SceneInput, SceneModel, ViewSystems};

/// What is opened first, and what it is drawn into.
#[derive(Resource)]
pub(super) struct Opening {
    /// The scenario or session; none for an empty room.
    pub(super) source: Option<Source>,
    /// Whether there is a worker; without one recorded sessions are shown.
    pub(super) computes: bool,
    /// Where runs are recorded; none keeps them in memory.
    pub(super) saved: Option<SessionCache>,
    /// Smoothing of edges; cameras that draw into one picture have to agree on it.
    pub(super) msaa: Msaa,
    /// The picture that the panels are drawn into; none for the window.
    pub(super) target: Option<RenderTarget>,
}

/// All systems of the room; the scene's plugins and its camera are not among them.
pub(super) fn plugin(app: &mut App) {
    app.add_plugins((EguiPlugin::default(), pace::plugin));
    app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() });
    // Until the panels have said where the scene is, nothing in it listens.
    app.insert_resource(SceneInput { pointer_blocked: true, keys_blocked: true, ..default() });
    app.init_resource::<Wishes>().init_resource::<Reading>();
    app.add_systems(Startup, open);
    app.add_systems(
        Update,
        (finish_reading, take_events, apply_wishes, take_clicks, tell_captures, work_out, set_stage)
            .chain()
            .before(ViewSystems::Rebuild),
    );
    app.add_systems(EguiPrimaryContextPass, draw_panels);
}

/// Starts the worker, hangs up the camera of the panels and opens the first scenario.
fn open(world: &mut World) {
    let Some(Opening { source, computes, saved, msaa, target }) = world.remove_resource::<Opening>() else { return };
    let interrupted = saved.as_ref().and_then(SessionCache::interrupted);
    let start = || Engine::start_saving(&EngineSettings::WINDOWED, Arc::new(solver_model), wake(world), saved.clone());
    let engine = computes.then(start).transpose();
    let failed = engine.as_ref().err().map(ToString::to_string);
    let mut desk = Desk::new(engine.ok().flatten());
    desk.saved = saved;
    if let Some(message) = failed {
        error!("the worker cannot start: {message}");
    }
    if let Some((path, head_secs)) = interrupted {
        let hours = head_secs / 3600.0;
        desk.notice(
            NoticeKind::Note,
            Bilingual::new(
                format!("上次计算未到终点，已保存至 T+{hours:.1} h"),
                format!("the last run was not computed to its end; it is saved up to T+{hours:.1} h"),
            ),
            Bilingual::new(path.display().to_string(), path.display().to_string()),
            Bilingual::new(
                "左栏“会话”中打开即可回放或续算",
                "open it under Sessions on the left to play it or to go on",
            ),
        );
    }
    spawn_panel_camera(world, msaa, target);
    if let Some(source) = source {
        if let (Source::Session(session), None) = (&source, &desk.engine) {
            world.insert_resource(SceneModel::new(Arc::clone(&session.scenario)));
            world.write_message(view::CameraAction::Jump(view::CameraPreset::Overview));
        }
        desk.open(source);
    }
    world.insert_resource(desk);
}

/// Has the window drawn anew when the worker has news; without a window there is nobody to wake.
fn wake(world: &World) -> Option<Wake> {
    let proxy = (**world.get_resource::<EventLoopProxyWrapper>()?).clone();
    Some(Box::new(move || {
        if proxy.send_event(WinitUserEvent::WakeUp).is_err() {
            debug!("the window is closed: nobody is left to wake");
        }
    }))
}

/// The panels have a camera of their own over everything: the scene's covers only what they leave. Without a target it
/// draws into the window.
pub(super) fn spawn_panel_camera(world: &mut World, msaa: Msaa, target: Option<RenderTarget>) {
    world.spawn((
        Camera3d::default(),
        Camera { order: 2, clear_color: ClearColorConfig::None, ..default() },
        target.unwrap_or_default(),
        RenderLayers::none(),
        Tonemapping::None,
        msaa,
        PrimaryEguiContext,
    ));
}
