//! Behaviour through public faces, one module per subject.

mod analytic;
mod branches;
mod briefing;
mod channel;
mod checkpoint;
mod cli;
mod cli_orders;
mod conservation;
mod determinism;
mod engine;
mod kill;
mod line;
mod local_steps;
mod nested;
mod observed;
mod orders;
mod outputs;
#[cfg(feature = "viewer")]
mod panels;
mod playback;
mod rasters;
mod reference;
mod routing;
mod scenarios;
mod sediment;
mod sessions;
mod structures;
mod symmetry;
mod terrain;
mod tidy;
mod twin;
mod twin_plain;
mod verification;
mod weather;
mod whole_river;
mod worlds;
