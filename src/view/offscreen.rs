//! Drawing without a window: the same plugins, another runner and target.

use std::time::Duration;

use bevy::app::PluginGroupBuilder;
use bevy::asset::RenderAssetUsages;
use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::log::LogPlugin;
use bevy::prelude::*;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{CachedPipelineState, PipelineCache, TextureFormat, TextureUsages};
use bevy::render::renderer::{RenderInstance, WgpuWrapper};
use bevy::render::settings::{Backends, WgpuSettings};
use bevy::render::{RenderApp, RenderPlugin};
use bevy::shader::ShaderCacheError;
use bevy::time::TimeUpdateStrategy;
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use thiserror::Error;

use crate::io::picture::Fact;

use super::{CaptureDone, CaptureRequest, CaptureSource, scene_camera};

/// A renderer this machine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RendererFound {
    /// Name of the adapter.
    pub name: String,
    /// Driver interface, e.g. `vulkan`.
    pub backend: String,
    /// Whether the processor does the drawing; smoothing of edges is then better left off in the window.
    pub is_software: bool,
}

/// No renderer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "no Vulkan or OpenGL driver was found; install one for the graphics card, or the software driver \
     (Debian, Ubuntu: `apt install mesa-vulkan-drivers`; Fedora: `dnf install mesa-vulkan-drivers`)"
)]
pub struct NoRenderer;

/// Looks for a renderer, without making a device. Ask before adding Bevy's plugins: they panic when there is none.
///
/// Looks where Bevy will look: `WGPU_BACKEND` limits the search.
///
/// # Errors
/// When there is none.
#[expect(clippy::default_trait_access, reason = "the type belongs to a crate we do not name")]
pub fn probe_renderer() -> Result<RendererFound, NoRenderer> {
    let backends = WgpuSettings::default().backends.unwrap_or(Backends::all());
    let instance = RenderInstance(std::sync::Arc::new(WgpuWrapper::new(Default::default())));
    let adapters = bevy::tasks::block_on(instance.0.enumerate_adapters(backends));
    let found = adapters.into_iter().map(|adapter| {
        let info = adapter.get_info();
        RendererFound {
            name: info.name.clone(),
            backend: info.backend.to_string(),
            is_software: format!("{:?}", info.device_type) == "Cpu",
        }
    });
    found.min_by_key(|renderer| renderer.is_software).ok_or(NoRenderer)
}

/// Bevy's plugins for drawing without a window: no event loop, pipelines compiled before use, drawing in step with
/// [`App::update`]. The log plugin is left to the program.
pub fn base_plugins() -> PluginGroupBuilder {
    DefaultPlugins
        .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
        .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
        .disable::<WinitPlugin>()
        .disable::<LogPlugin>()
        .disable::<PipelinedRenderingPlugin>()
}

/// An app that draws the scene into a picture of `size` pixels at `scale` pixels per logical point, with a clock that
/// goes `1/30` s per update. Pictures are taken of it with [`CaptureRequest`]; drive it with [`settle`] and [`shoot`].
///
/// The scene's camera is there; the app adds panels, and inserts `SceneModel` and `ShownWater`.
pub fn app(size: UVec2, scale: f32, msaa: Msaa) -> App {
    let mut app = App::new();
    app.add_plugins(base_plugins())
        .add_plugins(super::plugin)
        .insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_micros(33_333)));
    let target = app.world_mut().resource_mut::<Assets<Image>>().add(target(size));
    let target = ImageRenderTarget { handle: target, scale_factor: scale };
    app.insert_resource(CaptureSource::Image(target.clone()));
    app.world_mut().spawn((scene_camera(msaa), RenderTarget::Image(target)));
    app
}

/// A picture to draw into.
pub fn target(size: UVec2) -> Image {
    let mut image = Image::new_target_texture(size.x, size.y, TextureFormat::Rgba8UnormSrgb, None);
    image.texture_descriptor.usage |= TextureUsages::COPY_SRC;
    image.asset_usage = RenderAssetUsages::default();
    image
}

/// Why no picture came about.
#[derive(Debug, Error)]
pub enum ShootError {
    /// A shader did not compile: a bug, or a driver that lacks something.
    #[error("the renderer cannot build its pipelines: {0}")]
    Pipeline(String),
    /// Nothing came within the given number of updates.
    #[error("the renderer gave no picture within {0} updates")]
    NoPicture(u32),
    /// The picture could not be written.
    #[error(transparent)]
    Capture(#[from] super::CaptureError),
}

/// Updates the app until every pipeline is built and a few frames more, so that the next picture is complete.
///
/// # Errors
/// When a pipeline cannot be built.
pub fn settle(app: &mut App) -> Result<(), ShootError> {
    const MOST_UPDATES: u32 = 400;
    const QUIET_UPDATES: u32 = 4;
    prepare(app);
    let mut quiet = 0;
    for _ in 0..MOST_UPDATES {
        app.update();
        let cache = app.sub_app(RenderApp).world().resource::<PipelineCache>();
        let (mut n_pipelines, mut n_open) = (0, cache.waiting_pipelines().count());
        for pipeline in cache.pipelines() {
            n_pipelines += 1;
            match &pipeline.state {
                // A shader on its way: the cache tries again by itself.
                CachedPipelineState::Err(
                    ShaderCacheError::ShaderNotLoaded(_) | ShaderCacheError::ShaderImportNotYetAvailable,
                ) => n_open += 1,
                CachedPipelineState::Err(error) => return Err(ShootError::Pipeline(error.to_string())),
                CachedPipelineState::Ok(_) => {}
                _ => n_open += 1,
            }
        }
        quiet = if n_pipelines > 0 && n_open == 0 { quiet + 1 } else { 0 };
        if quiet >= QUIET_UPDATES {
            return Ok(());
        }
    }
    Err(ShootError::NoPicture(MOST_UPDATES))
}

/// Takes one picture of an app that has settled and returns its size in pixels.
///
/// # Errors
/// When no picture comes, or it cannot be written.
pub fn shoot(app: &mut App, path: &std::path::Path, facts: Vec<Fact>) -> Result<UVec2, ShootError> {
    const MOST_UPDATES: u32 = 30;
    app.world_mut().write_message(CaptureRequest { path: path.to_owned(), facts });
    for _ in 0..MOST_UPDATES {
        app.update();
        let mut done = app.world_mut().resource_mut::<Messages<CaptureDone>>();
        if let Some(done) = done.drain().find(|d| d.path == path) {
            return Ok(done.result?);
        }
    }
    Err(ShootError::NoPicture(MOST_UPDATES))
}

/// Finishes building the app, once.
fn prepare(app: &mut App) {
    #[derive(Resource)]
    struct Prepared;
    if app.world().contains_resource::<Prepared>() {
        return;
    }
    app.finish();
    app.cleanup();
    app.insert_resource(Prepared);
}
