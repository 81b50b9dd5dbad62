//! The window: a screen and an event loop round the room.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bevy::ecs::error::error as log_error;
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::window::{Monitor, PresentMode, PrimaryMonitor, PrimaryWindow, WindowResolution};
use bevy::winit::WinitSettings;

use super::clipboard;
use super::room::{self, Opening};
use super::{Source, check_renderer};
use crate::io::session::SessionCache;
use crate::view::{self, probe_renderer, scene_camera};

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
    app.add_plugins((view::plugin, room::plugin, clipboard::plugin));
    app.insert_resource(WinitSettings::continuous());
    app.insert_resource(Opening { source, computes: true, saved: SessionCache::of_user(), msaa, target: None });
    app.add_systems(Startup, move |mut commands: Commands| {
        commands.spawn(scene_camera(msaa));
    });
    app.add_systems(Update, fit_to_monitor);
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
