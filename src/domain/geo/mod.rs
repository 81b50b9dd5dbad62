//! Grids, rasters, polylines, projections, and terrain built from a river corridor.

pub mod corridor;
mod grid;
pub mod polyline;
pub mod projection;
pub mod smooth;

pub use grid::{Grid, PointMap, Raster};
