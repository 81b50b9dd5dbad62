//! The only place that opens files.

pub mod exposure;
pub mod folder;
pub mod outputs;
pub mod raster;
pub mod river;
pub mod scenario;
pub mod session;
