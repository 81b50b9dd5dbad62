//! The only place that opens files.

pub mod animation;
pub(crate) mod beside;
pub mod checkpoint;
pub mod damage;
pub mod epsg;
pub mod exposure;
mod files;
pub mod folder;
pub mod layers;
pub mod library;
pub mod observed;
pub mod orders;
pub mod outputs;
pub mod past_run;
pub mod picture;
pub mod process;
mod rain;
pub mod raster;
pub mod river;
pub mod ron_tree;
pub mod scenario;
pub mod series;
pub mod session;
pub mod twin;
pub mod twin_plain;
pub mod verification_data;
