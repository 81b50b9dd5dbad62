//! Bevy plugins that draw: terrain, water, markers, camera, capture.
//!
//! Nothing here computes hydraulics and nothing here knows egui. The app hands in a [`SceneModel`] when a scenario is
//! loaded and a [`ShownWater`] for the moment to be shown; everything else follows from these two.
//!
//! Frames of reference: `_map` is projected metres with z up, `_world` is Bevy's space with y up in kilometres, see
//! [`space`]. `_screen` is logical points from the upper left corner of the window or picture.
//!
//! | plugin | draws or does |
//! |---|---|
//! | [`scene`] | holds the scenario as the scene needs it; takes the old scene down |
//! | [`terrain`] | the ground with relief shading; the land fades out where the domain ends |
//! | [`water`] | the water surface in the colours of the legend, between two frames |
//! | [`levees`] | levees and other walls as ridges |
//! | [`villages`] | villages on their platforms, as the water reaches them |
//! | [`markers`] | station poles |
//! | [`labels`] | where texts go on the screen; the app draws them |
//! | [`traces`] | where lines on the ground go on the screen; the app draws them |
//! | [`camera`] | the orbit camera, its presets and its viewport |
//! | [`light`] | the sun, the moon or the light of a map; haze |
//! | [`backdrop`] | the sky, and the plain round the model |
//! | [`capture`] | pictures of the window or of an offscreen target |
//!
//! Start reading at [`scene::SceneModel`] and [`water::ShownWater`].

#![expect(elided_lifetimes_in_paths, reason = "Bevy's system parameters are read more easily without lifetimes")]
#![cfg_attr(test, expect(clippy::float_cmp, reason = "what is compared so in tests is exact"))]

pub mod backdrop;
pub mod camera;
pub mod capture;
pub mod labels;
pub mod levees;
pub mod light;
pub mod markers;
pub mod material;
pub mod offscreen;
pub mod scene;
mod sides;
pub mod space;
pub mod style;
pub mod terrain;
pub mod traces;
pub mod villages;
pub mod water;

use bevy::prelude::*;

pub use camera::{
    CameraAction, CameraPose, CameraPreset, CameraRig, GroundClick, SceneCamera, SceneInput, ViewReadout, ViewRect,
    scene_camera,
};
pub use capture::{CaptureDone, CaptureError, CaptureRequest, CaptureSource};
pub use labels::{LabelKind, LabelStyle, ScreenLabel, ScreenLabels};
pub use levees::Openings;
pub use light::{LightMode, Look};
pub use offscreen::{NoRenderer, RendererFound, probe_renderer};
pub use scene::SceneModel;
pub use space::{Exaggeration, WorldFrame};
pub use style::{LayerKind, LayerStyle};
pub use traces::{GroundTrace, GroundTraces, ScreenTraces};
pub use water::{CellLevels, ComparedWater, ShownWater, Split};

/// The order of the view's work within `Update`. The app sets its inputs before [`ViewSystems::Rebuild`].
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewSystems {
    /// Takes down and builds the scene when [`SceneModel`] was inserted or replaced.
    Rebuild,
    /// Reads mouse and keys into the camera rig, as far as [`SceneInput`] lets it.
    Input,
    /// Moves the rig, places the camera and sets its viewport.
    Camera,
    /// Brings materials and textures up to date with [`ShownWater`], [`LayerStyle`] and [`Exaggeration`].
    Sync,
    /// Projects labels and works out [`ViewReadout`]; needs the camera in place.
    Project,
}

/// Adds everything that draws. The app spawns the camera itself, with [`scene_camera`].
pub fn plugin(app: &mut App) {
    app.configure_sets(
        Update,
        (ViewSystems::Rebuild, ViewSystems::Input, ViewSystems::Camera, ViewSystems::Sync, ViewSystems::Project)
            .chain(),
    );
    app.add_plugins((
        material::plugin,
        scene::plugin,
        terrain::plugin,
        water::plugin,
        levees::plugin,
        villages::plugin,
        markers::plugin,
        labels::plugin,
        traces::plugin,
        camera::plugin,
        backdrop::plugin,
        light::plugin,
        capture::plugin,
    ));
}
