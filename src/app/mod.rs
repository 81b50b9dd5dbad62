//! The only place that knows both Bevy and egui: it joins worker, scene and panels into the window.
//!
//! The way of one picture: `events` takes what the worker said into the `desk::Desk`; `apply` carries out what the
//! panels asked for; `stage` sets what the scene shows; the plugins of `view` draw; `panels` draws the panels from a
//! model that `models` makes of the desk, and collects the next wishes.

#![expect(elided_lifetimes_in_paths, reason = "Bevy's system parameters are read more easily without lifetimes")]

mod apply;
mod clipboard;
mod comparing;
mod desk;
mod events;
mod frames;
mod losses;
mod marks;
mod models;
mod orders;
mod outline;
mod pace;
mod panels;
mod picture;
mod probe;
mod readiness;
mod room;
mod sections;
mod series;
mod stage;
mod window;
mod window_picture;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::recording::Recording;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::io::session::Session;
use crate::ui::{Layer, Light};

pub use frames::{FrameTimes, frame_times};
pub use picture::{sequence, shot};
pub use readiness::{check_renderer, check_window};
pub use window::{WINDOW_ADVICE, run_window};
pub use window_picture::window_shot;

/// What the window opens.
#[derive(Debug, Clone)]
pub enum Source {
    /// A scenario to be computed.
    Scenario(Arc<Scenario>),
    /// A session to be played, and gone on with.
    Session(Arc<Session>),
}

/// What pictures are taken of.
#[derive(Debug, Clone)]
pub enum Recorded {
    /// A run without branches.
    Run(Arc<Scenario>, Arc<Recording>),
    /// A session with its branches.
    Session(Arc<Session>),
}

/// A section under a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ShotSection {
    /// Across the river, at this chainage, km below Xiaolangdi.
    Across(f64),
    /// Along the river.
    Along,
}

/// One annotated picture.
#[derive(Debug, Clone)]
pub struct ShotOrder {
    /// Simulated time, s after the start.
    pub at_secs: f64,
    /// Name of the camera.
    pub camera: String,
    /// Name of the branch; the active one of a session if absent.
    pub branch: Option<String>,
    /// Name of another branch that is seen in the right half of the picture.
    pub beside: Option<String>,
    /// What the water shows.
    pub layer: Layer,
    /// A section under the picture.
    pub section: Option<ShotSection>,
    /// Where the light comes from.
    pub light: Light,
    /// Whether contour lines are drawn.
    pub has_contours: bool,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Language of the annotations.
    pub language: Language,
    /// Where the PNG goes.
    pub out: PathBuf,
}

/// Names of the layers that can be chosen.
const LAYER_NAMES: [(&str, Layer); 8] = [
    ("depth", Layer::Depth),
    ("natural", Layer::Natural),
    ("speed", Layer::Speed),
    ("hazard", Layer::Hazard),
    ("max-depth", Layer::MaxDepth),
    ("arrival", Layer::Arrival),
    ("duration", Layer::Duration),
    ("rise", Layer::Rise),
];

/// The layer of that name.
///
/// # Errors
/// The names there are.
pub fn layer_named(name: &str) -> Result<Layer, String> {
    let found = LAYER_NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, layer)| *layer).ok_or_else(|| {
        let names = LAYER_NAMES.map(|(known, _)| known).join(", ");
        format!("no layer named '{name}'; there are: {names}")
    })
}
