//! The only place that opens files.

pub mod epsg;
mod files;
pub mod library;
pub mod raster;
pub mod river;
pub mod ron_tree;
pub mod scenario;
pub mod series;
pub mod session;
