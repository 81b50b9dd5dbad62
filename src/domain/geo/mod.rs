//! Grids, rasters, polylines, and terrain built from a river corridor.

pub mod corridor;
mod grid;

pub use grid::{Grid, PointMap, Raster};
