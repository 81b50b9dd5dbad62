//! The briefing: pictures, tables and one page, drawn on the CPU.
//!
//! [`write`] makes the whole folder; [`MapSheet`] paints one annotated map and is what `hetu shot` can use where there
//! is no display. Everything is drawn from recorded frames; nothing here computes hydraulics, and nothing opens a file
//! except through `io`.

mod canvas;
mod clock;
pub mod font;
mod map;
mod strings;
mod ticks;

pub use map::{Inset, Layer, MapSheet, Picture};
