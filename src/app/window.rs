//! The window: Bevy's app with the scene, the panels and the worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bevy::camera::visibility::RenderLayers;
use bevy::ecs::error::error as log_error;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::window::{Monitor, PresentMode, PrimaryMonitor, PrimaryWindow, WindowResolution};
use bevy::winit::{EventLoopProxyWrapper, WinitSettings, WinitUserEvent};
use bevy_egui::{EguiGlobalSettings, EguiPlugin, EguiPrimaryContextPass, PrimaryEguiContext};

use super::apply::{Reading, Wishes, apply_wishes, finish_reading, tell_captures};
use super::desk::Desk;
use super::events::take_events;
use super::orders::take_clicks;
use super::panels::draw_panels;
use super::stage::{set_stage, work_out};
use super::{Source, check_renderer};
use crate::domain::text::Bilingual;
use crate::engine::{Engine, EngineSettings, solver_model};
use crate::io::session::SessionCache;
use crate::ui::notices::NoticeKind;
use crate::view::{self, SceneInput, SceneModel, ViewSystems, probe_renderer, scene_camera};

/// Size of the window at the start, in physical pixels.
const WINDOW_PX: (u32, u32) = (1920, 1080);

/// What to say when the window cannot be had, or is lost, although a display and a driver were found.
pub const WINDOW_ADVICE: &str = "the window could not be opened or was lost; check that the display is still there, \
                                 that a Vulkan driver is installed (Debian, Ubuntu: mesa-vulkan-drivers libvulkan1) \
                                 and the X11 libraries are (libx11-xcb1 libxkbcommon-x11-0 libxcursor1 libxi6 \
                                 libxrandr2)";

/// Opens the window and stays until it is closed.
///
/// # Errors
/// Why there is no window, and what to install.
pub fn run_window(source: Option<Source>) -> Result<(), String> {
    check_renderer()?;
    let ended = catch_unwind(AssertUnwindSafe(|| window_app(source).run()));
    match ended {
        Ok(AppExit::Success) => Ok(()),
        Ok(AppExit::Error(code)) => Err(format!("{WINDOW_ADVICE} (exit {code})")),
        Err(panic) => Err(format!("{WINDOW_ADVICE} ({})", panic_text(panic.as_ref()))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no more is known")
}

fn window_app(source: Option<Source>) -> App {
    let is_software = probe_renderer().is_ok_and(|renderer| renderer.is_software);
    let msaa = if is_software { Msaa::Off } else { Msaa::Sample4 };
    let mut app = App::new();
    app.set_error_handler(log_error);
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: Some(window()), ..default() })
            .set(LogPlugin { filter: "warn,hetu=info".to_owned(), ..default() }),
    );
    app.add_plugins((EguiPlugin::default(), view::plugin));
    app.insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() });
    app.insert_resource(WinitSettings::continuous());
    // Until the panels have said where the scene is, nothing in it listens.
    app.insert_resource(SceneInput { pointer_blocked: true, keys_blocked: true, ..default() });
    app.insert_resource(Opening(source, msaa));
    app.init_resource::<Wishes>().init_resource::<Reading>();
    app.add_systems(Startup, open);
    app.add_systems(Update, fit_to_monitor);
    app.add_systems(
        Update,
        (finish_reading, take_events, apply_wishes, take_clicks, tell_captures, work_out, set_stage)
            .chain()
            .before(ViewSystems::Rebuild),
    );
    app.add_systems(EguiPrimaryContextPass, draw_panels);
    app
}

fn window() -> Window {
    Window {
        title: "河图 Hetu".to_owned(),
        resolution: WindowResolution::new(WINDOW_PX.0, WINDOW_PX.1),
        present_mode: PresentMode::AutoVsync,
        ..default()
    }
}

/// Makes the window no larger than the screen it is on, once that is known.
fn fit_to_monitor(
    monitors: Query<&Monitor, With<PrimaryMonitor>>,
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
    mut is_done: Local<bool>,
) {
    if *is_done {
        return;
    }
    let (Ok(monitor), Ok(mut window)) = (monitors.single(), windows.single_mut()) else { return };
    *is_done = true;
    let (width, height) = (window.resolution.physical_width(), window.resolution.physical_height());
    if width > monitor.physical_width || height > monitor.physical_height {
        window
            .resolution
            .set_physical_resolution(width.min(monitor.physical_width), height.min(monitor.physical_height));
    }
}

/// What is opened first, and how edges are smoothed.
#[derive(Resource)]
struct Opening(Option<Source>, Msaa);

/// Starts the worker, hangs up the cameras and opens the first scenario.
fn open(world: &mut World) {
    let Some(Opening(source, msaa)) = world.remove_resource::<Opening>() else { return };
    let wake = world.get_resource::<EventLoopProxyWrapper>().map(|proxy| {
        let proxy = (**proxy).clone();
        Box::new(move || {
            if proxy.send_event(WinitUserEvent::WakeUp).is_err() {
                debug!("the window is closed: nobody is left to wake");
            }
        }) as crate::engine::Wake
    });
    let saved = SessionCache::of_user();
    let sessions = saved.clone();
    let interrupted = saved.as_ref().and_then(SessionCache::interrupted);
    let engine = Engine::start_saving(&EngineSettings::WINDOWED, Arc::new(solver_model), wake, saved);
    let failed = engine.as_ref().err().map(ToString::to_string);
    let mut desk = Desk::new(engine.ok());
    desk.saved = sessions;
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
    world.spawn(scene_camera(msaa));
    // The panels have a camera of their own over the whole window: the scene's covers only what they leave.
    world.spawn((
        Camera3d::default(),
        Camera { order: 2, clear_color: ClearColorConfig::None, ..default() },
        RenderLayers::none(),
        bevy::core_pipeline::tonemapping::Tonemapping::None,
        msaa,
        PrimaryEguiContext,
    ));
    if let Some(source) = source {
        if let (Source::Session(session), None) = (&source, &desk.engine) {
            world.insert_resource(SceneModel::new(Arc::clone(&session.scenario)));
            world.write_message(view::CameraAction::Jump(view::CameraPreset::Overview));
        }
        desk.open(source);
    }
    world.insert_resource(desk);
}
