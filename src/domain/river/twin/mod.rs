//! The twin of the river beside what was measured: floods of sixty years routed in one dimension, ratings, calibration.
//!
//! | file | content |
//! |---|---|
//! | `flood` | a measured flood: its inflows, what was observed downstream, and its routing |
//! | `rating` | stage at a discharge, simulated in two ways beside readings |
//! | `profile` | the steady water line of the whole river by the channel in one dimension |
//! | `misfit` | what a calibration makes small |
//! | `fit` | the calibration: roughness within its physical range, by the method of Nelder and Mead (1965) |
//! | `score` | the skill at every station, with the published and with the calibrated roughness |
//! | `print` | the tables in Markdown |
//! | `plain` | what runs with the plain in two dimensions give beside published extents, classes and readings |
//! | `plain_print` | their tables in Markdown |
//!
//! Model: [`crate::domain::river::routing`] in pieces of [`PIECE_KM`]. Lateral inflows are the Yiluo (HSG) and the Qin
//! (WZ) as observed. What Dongping Lake gave or took and what canals withdrew is not known and not in it, nor are
//! production dikes (生产堤), levee breaches and sediment.

mod fit;
mod flood;
mod misfit;
mod plain;
mod plain_print;
mod print;
mod profile;
mod rating;
mod score;

pub use fit::{Fit, FitError, Found, Plan, calibrate, plans};
pub use flood::{Evidence, Flood, FloodStation};
pub use misfit::Misfit;
pub use plain::{
    ClassFigures, ClassRow, Crest, Extent, ExtentRow, PeakRow, PublishedExtent, StageRow, class_row, crest, extent_row,
    extents, run_crest, stage_row,
};
pub use plain_print::{class_markdown, extent_markdown, peak_markdown, stage_markdown};
pub use print::{calibration_markdown, fit_markdown, rating_markdown, score_markdown, summary_markdown};
pub use profile::steady_stages_m;
pub use rating::{Observed, RATING_DISCHARGES_M3S, RATING_YEARS, RatingRow, ratings};
pub use score::{Score, ScoreRow, scores};

/// Length of a piece of the routing, km: short enough for water on the floodplain.
pub const PIECE_KM: f64 = 6.0;
