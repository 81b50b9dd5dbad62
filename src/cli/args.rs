//! What can be typed. Exactly what was typed, not yet what it means.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::domain::scenario::Order;
use crate::domain::text::Language;

/// Hetu 河图: flood drills and flood consultation on the Lower Yellow River.
///
/// Without a command the window opens with the default scenario, the flood of August 1996; where there is no display
/// or no graphics driver, the briefing of that scenario is written instead.
#[derive(Debug, Parser)]
#[command(name = "hetu", version, about)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<CommandArgs>,
}

#[derive(Debug, Subcommand)]
pub(super) enum CommandArgs {
    /// Open the window.
    #[cfg(feature = "viewer")]
    View {
        /// A scenario file (.ron) or a recorded session (.hetu, or the folder of a run).
        source: Option<PathBuf>,
    },
    /// Validate a scenario; print its size, time step, memory and volumes; run nothing.
    Check {
        /// A scenario file (.ron).
        scenario: PathBuf,
    },
    /// Run a scenario without a window and write its results.
    Run {
        /// A scenario file (.ron).
        scenario: PathBuf,
        /// Folder for the results.
        #[arg(short, long, value_name = "DIR")]
        out: PathBuf,
        /// Stop at this simulated time, e.g. 36h, 90m, 5400s, 2d.
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        until: Option<f64>,
        /// Threads for the solver; all of them if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        threads: Option<u16>,
        /// Print the summary as JSON.
        #[arg(long)]
        json: bool,
        /// Put the run by at such intervals of simulated time, e.g. 6h, in files checkpoint-SECONDS.hck of the folder.
        ///
        /// Each is taken at the first instant of output at or after a whole multiple of the interval, so that the run
        /// is the same with and without them.
        #[arg(long, value_name = "TIME", value_parser = parse_interval)]
        checkpoint_every: Option<f64>,
        /// Go on from a checkpoint of this scenario, or from the last one of a session of it.
        ///
        /// Tables and frames begin there; extremes, volumes, counts and the state hash are those of the whole run.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// Carry out the orders of a file (.ron) at their times.
        #[arg(long, value_name = "FILE")]
        orders: Option<PathBuf>,
        /// Memory for frames, MiB; all of them are in the session file, whatever this says.
        #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
        cache: u32,
    },
    /// Lay recorded runs beside each other: areas newly flooded or spared, depths, losses, peaks and their times.
    Compare {
        /// Sessions (.hetu) or folders of runs on one grid; differences are from the first. One session alone has its
        /// branches compared, the differences from its root.
        #[arg(required = true, num_args = 1..)]
        runs: Vec<PathBuf>,
        /// Folder for the table and the rasters.
        #[arg(short, long, value_name = "DIR")]
        out: PathBuf,
        /// Simulated time; the last that all runs have reached if absent.
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        at: Option<f64>,
    },
    /// Compute a recorded run and its branches again from the scenario and their orders, and check that each comes to the
    /// same state.
    Replay {
        /// A session (.hetu) or the folder of a run, with its orders.ron beside it if it had orders.
        session: PathBuf,
        /// The session must be of just this scenario file (.ron).
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
        /// Only the branch of this name; all that were computed to their end if absent.
        #[arg(long, value_name = "NAME")]
        branch: Option<String>,
        /// Threads for the solver; all of them if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        threads: Option<u16>,
    },
    /// Draw one annotated picture offscreen.
    #[cfg(feature = "viewer")]
    Shot(ShotArgs),
    /// Write the briefing: maps, hydrographs, tables and one page.
    Brief {
        /// A scenario file (.ron) or a recorded session (.hetu, or the folder of a run).
        source: PathBuf,
        /// Folder for the briefing.
        #[arg(short, long, value_name = "DIR")]
        out: PathBuf,
        /// Language of the briefing.
        #[arg(long, value_enum, default_value = "zh")]
        lang: LangArg,
    },
    /// List the sessions that the window has saved: how far each reaches and whether it came to its end.
    Sessions,
    /// Run the verification cases and print the table: errors, their order, peers' figures, bars.
    Verify(VerifyArgs),
    /// Lay the river beside what was measured: ratings, calibrated roughness, skill at every station.
    Twin(TwinArgs),
    /// Measure the solver's speed on this machine, what recording a session has cost, or how soon a branch is there.
    Bench {
        /// Cells along one side of the square test case; 256, 512 and 1024 if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(16..=8192))]
        cells: Option<u32>,
        /// Threads; one and all if absent.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        threads: Option<u16>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// A recorded session (.hetu, or the folder of a run): its size, the recorder's share of the run, and the time
        /// to seek any moment.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["cells", "threads"])]
        session: Option<PathBuf>,
        /// A scenario file (.ron): the time from giving an order in the past to a branch that is ready to be computed.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["cells", "session"], requires = "orders")]
        forks: Option<PathBuf>,
        /// The first order of this file (.ron) is the one that is given, at other times.
        #[arg(long, value_name = "FILE", requires = "forks")]
        orders: Option<PathBuf>,
        /// How far the run is computed before; e.g. 36h.
        #[arg(long, value_name = "TIME", value_parser = parse_interval, default_value = "36h")]
        until: f64,
        /// A scenario file (.ron): times of pictures of the window with all panels, while the worker rests and while it
        /// computes.
        #[cfg(feature = "viewer")]
        #[arg(long, value_name = "FILE", conflicts_with_all = ["cells", "threads", "session", "forks"])]
        frames: Option<PathBuf>,
        /// Width and height of these pictures in pixels.
        #[cfg(feature = "viewer")]
        #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = parse_size, requires = "frames")]
        size: (u32, u32),
    },
}

#[cfg(feature = "viewer")]
#[derive(Debug, clap::Args)]
pub(super) struct ShotArgs {
    /// A scenario file (.ron) or a recorded session (.hetu, or the folder of a run).
    pub(super) source: PathBuf,
    /// Simulated time of the picture, e.g. 36h.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub(super) at: f64,
    /// Take pictures from `--at` on up to this time, `--every` so often; `--out` is then a folder, or a file ending in .gif.
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "every")]
    pub(super) to: Option<f64>,
    /// Simulated time between these pictures, e.g. 6h.
    #[arg(long, value_name = "TIME", value_parser = parse_interval, requires = "to")]
    pub(super) every: Option<f64>,
    /// Named camera: overview, downstream, top, a station code such as HYK, or a levee at a chainage such as right-245.5.
    #[arg(long, value_name = "NAME", default_value = "overview")]
    pub(super) camera: String,
    /// Name of the branch of a session; the active one if absent.
    #[arg(long, value_name = "NAME")]
    pub(super) branch: Option<String>,
    /// Name of another branch, which is seen in the right half of the picture.
    #[arg(long, value_name = "NAME")]
    pub(super) beside: Option<String>,
    /// What the water shows: depth, natural, speed, hazard, max-depth, arrival, duration or rise.
    #[arg(long, value_name = "LAYER", default_value = "depth")]
    pub(super) layer: String,
    /// Where the light comes from: that of a map, the sun of that hour, or the moon.
    #[arg(long, value_enum, default_value = "map")]
    pub(super) light: LightArg,
    /// Draw contour lines.
    #[arg(long)]
    pub(super) contours: bool,
    /// Put a cross-section under the picture, at this chainage, km below Xiaolangdi.
    #[arg(long, value_name = "KM", conflicts_with = "profile")]
    pub(super) section: Option<f64>,
    /// Put the long profile of the river under the picture.
    #[arg(long)]
    pub(super) profile: bool,
    /// Draw the whole window with its panels, and in it this tab of the window of losses and people.
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "none", conflicts_with_all = ["to", "beside", "section", "profile"])]
    pub(super) window: Option<WindowArg>,
    /// Width and height in pixels.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = parse_size)]
    pub(super) size: (u32, u32),
    /// Language of the annotations.
    #[arg(long, value_enum, default_value = "zh")]
    pub(super) lang: LangArg,
    /// The picture, a .png file; for several, a folder or a .gif file.
    #[arg(short, long, value_name = "FILE")]
    pub(super) out: PathBuf,
}

#[cfg(feature = "viewer")]
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum WindowArg {
    /// None of them.
    None,
    /// Ledger: water and land.
    Water,
    /// Ledger: farmland and crops.
    Crops,
    /// Ledger: villages and people.
    People,
    /// Ledger: houses and money.
    Money,
    /// The decision clock.
    Clock,
    /// People over time.
    Chart,
    /// Words and sources.
    Words,
}

#[cfg(feature = "viewer")]
impl WindowArg {
    /// The tab that is meant.
    pub(super) fn tab(self) -> Option<crate::ui::impact_window::ImpactTab> {
        use crate::domain::impact::columns::Group;
        use crate::ui::impact_window::ImpactTab;
        match self {
            Self::None => None,
            Self::Water => Some(ImpactTab::Ledger(Group::Water)),
            Self::Crops => Some(ImpactTab::Ledger(Group::Crops)),
            Self::People => Some(ImpactTab::Ledger(Group::People)),
            Self::Money => Some(ImpactTab::Ledger(Group::Money)),
            Self::Clock => Some(ImpactTab::Clock),
            Self::Chart => Some(ImpactTab::People),
            Self::Words => Some(ImpactTab::Words),
        }
    }
}

#[cfg(feature = "viewer")]
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LightArg {
    Map,
    Sun,
    Night,
}

#[cfg(feature = "viewer")]
impl From<LightArg> for crate::ui::Light {
    fn from(light: LightArg) -> Self {
        match light {
            LightArg::Map => Self::Map,
            LightArg::Sun => Self::Sun,
            LightArg::Night => Self::Night,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LangArg {
    Zh,
    En,
}

impl From<LangArg> for Language {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct VerifyArgs {
    /// Folder for the table (Markdown, CSV) and the pictures of profiles.
    #[arg(short, long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Order of the method; both if absent.
    #[arg(long, value_enum)]
    pub(super) order: Option<OrderArg>,
    /// Only cases whose name begins like this; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(super) only: Vec<String>,
    /// Folder with measured data, holding `monai/` and `merewether/`.
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Leave out the runs on half and double grids, and so the orders of convergence.
    #[arg(long)]
    pub(super) no_refine: bool,
    /// Also the cases that take minutes.
    #[arg(long)]
    pub(super) slow: bool,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct TwinArgs {
    /// Carry out the calibration too and print what it finds; takes less than a minute.
    #[arg(long)]
    pub(super) calibrate: bool,
    /// In place of that, run the river with its plain and lay it beside published extents, classes and readings; takes
    /// a quarter of an hour and more.
    #[arg(long, conflicts_with = "calibrate")]
    pub(super) plain: bool,
    /// Only this part of the runs with the plain; may be given several times.
    #[arg(long, value_enum, value_name = "PART", requires = "plain")]
    pub(super) part: Vec<PlainPart>,
    /// Threads of these runs; all if absent.
    #[arg(long, value_name = "N", requires = "plain", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// What the runs with the plain are laid beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlainPart {
    /// Published extents of constant discharges between Jiahetan and Gaocun.
    Extents,
    /// The provinces' plans by class of the flood at Huayuankou.
    Classes,
    /// Peaks of 1996 and 2021, observed and routed in one dimension.
    Peaks,
    /// Stages at 3000 and 5000 m3/s in 2002 and 2021.
    Stages,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum OrderArg {
    First,
    Second,
}

impl From<OrderArg> for Order {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::First => Self::First,
            OrderArg::Second => Self::Second,
        }
    }
}

/// Seconds from `36h`, `90m`, `5400s`, `2d` or a bare number of seconds.
fn parse_time(text: &str) -> Result<f64, String> {
    let wrong = || format!("'{text}' is not a time; write a number with d, h, m or s, such as 36h");
    let (number, unit_secs) = match text.char_indices().next_back() {
        Some((at, 'd')) => (&text[..at], 86_400.0),
        Some((at, 'h')) => (&text[..at], 3_600.0),
        Some((at, 'm')) => (&text[..at], 60.0),
        Some((at, 's')) => (&text[..at], 1.0),
        _ => (text, 1.0),
    };
    let secs = number.trim().parse::<f64>().map_err(|_not_a_number| wrong())? * unit_secs;
    if secs.is_finite() && secs >= 0.0 { Ok(secs) } else { Err(wrong()) }
}

/// A time that is not 0.
fn parse_interval(text: &str) -> Result<f64, String> {
    let secs = parse_time(text)?;
    if secs > 0.0 { Ok(secs) } else { Err("an interval must be longer than 0, such as 6h".to_owned()) }
}

/// Width and height from `1920x1080`.
#[cfg(feature = "viewer")]
fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let wrong = || format!("'{text}' is not a size; write width x height in pixels, 320x180 to 7680x4320");
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    let (Ok(width), Ok(height)) = (width.parse(), height.parse()) else { return Err(wrong()) };
    if (320..=7680).contains(&width) && (180..=4320).contains(&height) { Ok((width, height)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_with_units() {
        assert_eq!(parse_time("36h"), Ok(129_600.0));
        assert_eq!(parse_time("1.5d"), Ok(129_600.0));
        assert_eq!(parse_time("90"), Ok(90.0));
        for wrong in ["", "h", "-1h", "NaNh", "3 weeks", "1e999s", "小时"] {
            assert!(parse_time(wrong).is_err(), "{wrong:?} should be refused");
        }
    }

    #[cfg(feature = "viewer")]
    #[test]
    fn sizes() {
        assert_eq!(parse_size("3840x2160"), Ok((3840, 2160)));
        for wrong in ["0x0", "1920", "1920x", "-1x2", "99999x99999"] {
            assert!(parse_size(wrong).is_err(), "{wrong:?} should be refused");
        }
    }
}
