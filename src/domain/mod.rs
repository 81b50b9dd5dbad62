//! The model and its vocabulary: no files, no threads, no window.

pub mod classes;
pub mod compare;
pub mod frame;
pub mod geo;
pub mod hazard;
pub mod impact;
pub mod order;
pub mod playback;
pub mod rain;
pub mod recording;
pub mod river;
mod root;
pub mod scenario;
pub mod structure;
mod sum;
pub mod swe;
pub mod text;
pub mod transect;
pub mod worlds;
