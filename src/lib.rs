//! Hetu 河图: flood drills and flood consultation on the Lower Yellow River, on one desktop machine.

pub mod briefing;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod io;
pub mod verification;

#[cfg(feature = "viewer")]
pub mod app;
#[cfg(feature = "viewer")]
pub mod ui;
#[cfg(feature = "viewer")]
pub mod view;
