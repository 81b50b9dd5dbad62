//! The briefing: pictures, tables and one page, drawn on the CPU.
//!
//! [`write()`] makes the whole folder; [`MapSheet`] paints one annotated map and serves `hetu shot` too, where there is
//! no display. Everything is drawn from recorded frames; nothing here computes hydraulics, and nothing opens a file
//! except through `io`.
//!
//! Start reading at `pack`, which puts the folder together; `domain::impact::choose_frames` says which four maps it
//! holds. Losses and peaks come from `domain` too: the same rows as in the tables of a run.

mod canvas;
mod chart;
mod clock;
mod figures;
pub mod font;
mod losses;
mod map;
mod pack;
mod page;
mod page_text;
mod profile;
mod series;
mod skill;
mod strings;
mod tables;
mod text;
mod ticks;
mod toll;

pub use map::{Inset, Layer, MapSheet, Picture};
pub use pack::{BriefingError, BriefingFiles, write};
pub use profile::ProfilePlot;
pub use text::{map_footer, map_note, scenario_hash};
