//! The only place that knows both Bevy and egui: it joins worker, scene and panels into the window.
//!
//! The way of one picture: `events` takes what the worker said into the `desk::Desk`; `apply` carries out what the
//! panels asked for; `stage` sets what the scene shows; the plugins of `view` draw; `panels` draws the panels from a
//! model that `models` makes of the desk, and collects the next wishes.

#![expect(elided_lifetimes_in_paths, reason = "Bevy's system parameters are read more easily without lifetimes")]

mod apply;
mod comparing;
mod desk;
mod events;
mod marks;
mod models;
mod orders;
mod panels;
mod picture;
mod readiness;
mod series;
mod stage;
mod window;
mod world;

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use crate::io::session::Session;
use crate::ui::Layer;

pub use picture::shot;
pub use readiness::{check_renderer, check_window};
pub use window::{WINDOW_ADVICE, run_window};

/// What the window opens.
#[derive(Debug, Clone)]
pub enum Source {
    /// A scenario to be computed.
    Scenario(Arc<Scenario>),
    /// A session to be played, and gone on with.
    Session(Arc<Session>),
}

/// One annotated picture.
#[derive(Debug, Clone)]
pub struct ShotOrder {
    /// Simulated time, s after the start.
    pub at_secs: f64,
    /// Name of the camera.
    pub camera: String,
    /// What the water shows.
    pub layer: Layer,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Language of the annotations.
    pub language: Language,
    /// Where the PNG goes.
    pub out: PathBuf,
}

/// The layer of that name: `depth`, `speed`, `max-depth` or `arrival`.
///
/// # Errors
/// The names there are.
pub fn layer_named(name: &str) -> Result<Layer, String> {
    match name {
        "depth" => Ok(Layer::Depth),
        "speed" => Ok(Layer::Speed),
        "max-depth" => Ok(Layer::MaxDepth),
        "arrival" => Ok(Layer::Arrival),
        _ => Err(format!("no layer named '{name}'; there are: depth, speed, max-depth, arrival")),
    }
}
