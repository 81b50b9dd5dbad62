//! Terrain built from a river corridor: channel, floodplain, levees and the land behind them.
//!
//! [`build`] lays a reach of the Lower Yellow River on a grid from its tables, with no noise and no image data.
//! The section (`section`) is made to carry the published bankfull discharge of the epoch; how high it lies follows from
//! the stages at 3000 m³/s (`river_sections`); the long profile (`profile`) follows the wandering course; the levees (`levees`) follow a smooth axis (`strip`); the ground between
//! and behind them (`ground`) has the perched shape of this river (二级悬河): the bank lip is the highest natural ground,
//! the floodplain falls from it to the levee's foot, and the land behind the levee lies lower still.

mod beside;
mod box_of;
mod compound;
mod dikes;
mod ends;
mod ground;
mod initial;
mod levees;
mod line;
mod profile;
mod river_sections;
mod roughness;
mod section;
mod sides;
mod stations;
mod strip;
mod tables;
mod units;

use serde::{Deserialize, Serialize};

pub use beside::{DetentionKind, DetentionRow, TributaryRow};
pub use compound::{CompoundSection, SectionFlow};
pub use dikes::{DikeRow, DikeSource};
pub use initial::normal_depth_fields;
pub use profile::{Profile, ProfilePoint};
pub use river_sections::RiverSections;
pub use roughness::{CalibratedRow, RoughSurface, RoughnessSource};
pub use tables::{Bank, BankfullRow, BedLevelRow, CentrelineRow, ReachRow, RiverTables, StationRow, UnitRow};

use crate::domain::geo::projection::{Projection, ProjectionError, gauss_kruger_epsg};
use crate::domain::geo::smooth::interpolate;
use crate::domain::river::River;
use crate::domain::river::line::{ChannelLine, cells_on_course};
use crate::domain::scenario::{Edge, Terrain, Wall};

/// Most cells of a corridor's grid, inside the domain or not: 64 bytes each are 4 GiB.
pub const MOST_CELLS: usize = 1 << 26;
/// The channel is at least this many cells wide, or its section could not be told from a ditch.
pub const LEAST_CELLS_ACROSS: f64 = 3.0;
/// The channel is laid out this far beyond either end, km: the axis is smoothed over about half of that.
const LAID_OUT_KM: f64 = ends::BEYOND_TABLE_KM;

/// What a scenario file says of a corridor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorridorSpec {
    /// Upstream end, official chainage, km below Xiaolangdi.
    pub from_km: f64,
    /// Downstream end, official chainage, km below Xiaolangdi.
    pub to_km: f64,
    /// Cell size, m.
    pub cell_m: f64,
    /// Year whose bed and bankfull discharge are built.
    pub epoch: u16,
    /// Width of the land behind each levee that is part of the domain, m.
    pub landside_m: f64,
    /// Whether the channel is part of the grid.
    #[serde(default)]
    pub channel: ChannelKind,
    /// Which roughness channel and floodplain have.
    #[serde(default)]
    pub roughness: RoughnessSource,
    /// Which production dikes part the floodplain from a channel that is a line; a channel on the grid has none.
    #[serde(default)]
    pub production_dikes: DikeSource,
}

/// Where the channel is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChannelKind {
    /// Dug into the grid, at least [`LEAST_CELLS_ACROSS`] cells wide.
    #[default]
    OnGrid,
    /// A line with sections beside the grid, [`Corridor::channel`]; cells may be wider than the channel. Its cells are
    /// those with their centre in the channel and those the course passes through; the bed of the former is that of the
    /// section there and of the latter its bottom, for pictures: the water of the line stands in its own sections.
    Line,
}

/// Huayuankou to Gaocun with some room before and behind, 200 m cells, as in 1996.
impl Default for CorridorSpec {
    fn default() -> Self {
        Self {
            from_km: 124.0,
            to_km: 313.0,
            cell_m: 200.0,
            epoch: 1996,
            landside_m: 3000.0,
            channel: ChannelKind::OnGrid,
            roughness: RoughnessSource::Published,
            production_dikes: DikeSource::None,
        }
    }
}

/// A corridor laid on the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Corridor {
    /// Bed and roughness.
    pub terrain: Terrain,
    /// The river for people: stations, levees, units.
    pub river: River,
    /// Both levees as walls.
    pub walls: Vec<Wall>,
    /// Edge and span of the grid where the river comes in, between the levees.
    pub upstream: Opening,
    /// Edge and span where it goes out.
    pub downstream: Opening,
    /// The channel as a line, if it is one.
    pub channel: Option<ChannelLine>,
    /// The channel along its course, some 40 km beyond both ends of the grid.
    pub profile: Profile,
    /// Arc length along [`Profile::line`] of the point nearest to each cell, m, row-major, row 0 north; NaN outside.
    pub along_m: Vec<f64>,
}

/// Where the river crosses the edge of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Side of the grid.
    pub edge: Edge,
    /// From and to along that side from its west or south end, m.
    pub span_m: [f64; 2],
}

/// Why a corridor could not be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CorridorError {
    /// The cell size is not a positive number.
    #[error("cell size {cell_m} m, allowed: greater than 0")]
    CellSize {
        /// The cell size, m.
        cell_m: f64,
    },
    /// The cells are too wide for the channel.
    #[error("cell size {cell_m} m, allowed: at most {most_m:.0} m, a third of the channel's least width")]
    CellTooWide {
        /// The cell size, m.
        cell_m: f64,
        /// Greatest cell size, m.
        most_m: f64,
    },
    /// The width of the land behind the levees is not a number, or negative.
    #[error("landside {landside_m} m, allowed: 0 to 20000")]
    Landside {
        /// The width, m.
        landside_m: f64,
    },
    /// The reach lies outside the tables or runs upstream.
    #[error("reach from {from_km} to {to_km} km, allowed: rising, within {} to {} km", allowed[0], allowed[1])]
    ReachOutside {
        /// Upstream end, km.
        from_km: f64,
        /// Downstream end, km.
        to_km: f64,
        /// First and last chainage that a corridor can use, km.
        allowed: [f64; 2],
    },
    /// The tables have no bankfull discharge for the epoch.
    #[error("epoch {epoch}, allowed: {} to {}", allowed[0], allowed[1])]
    EpochOutside {
        /// The year.
        epoch: u16,
        /// First and last year.
        allowed: [u16; 2],
    },
    /// The tables have no course between the two ends.
    #[error("no course of the river from {from_km} to {to_km} km")]
    NoCourse {
        /// Upstream end, km.
        from_km: f64,
        /// Downstream end, km.
        to_km: f64,
    },
    /// The grid would be too large.
    #[error("{n_cells} cells of {cell_m} m, allowed: at most {most}")]
    TooManyCells {
        /// Number of cells.
        n_cells: f64,
        /// Cell size, m.
        cell_m: f64,
        /// Greatest number of cells.
        most: usize,
    },
    /// The river turns back across one of the sides that cut the corridor off.
    #[error("the river from {from_km} to {to_km} km turns back across the {edge:?} edge; choose other ends")]
    TurnsBack {
        /// Upstream end, km.
        from_km: f64,
        /// Downstream end, km.
        to_km: f64,
        /// The side.
        edge: Edge,
    },
    /// Production dikes were asked for beside a channel on the grid.
    #[error("production dikes beside a channel on the grid, allowed: beside a channel that is a line")]
    DikesOnGrid,
    /// The river's course could not be projected.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}

/// Lays a reach of the river on a grid in CGCS2000 Gauss-Krüger, in the three-degree zone of the middle of the reach.
///
/// The domain is the strip between `from_km` and `to_km` around a smooth axis of the river: channel, floodplain
/// between the levees and `landside_m` of land behind each; it is cut off square by the two sides of the grid that the
/// river crosses, and NaN elsewhere.
/// Levees are as far from the axis as half their published distance, or as the channel and 500 m of floodplain need.
/// The same tables and settings give the same corridor, bit for bit.
///
/// # Errors
/// When a setting is outside its range, or the reach or epoch outside the tables.
pub fn build(tables: &RiverTables, spec: &CorridorSpec) -> Result<Corridor, CorridorError> {
    check(tables, spec)?;
    let tables = &tables.with_roughness(spec.roughness, spec.epoch);
    let epsg = epsg_of(tables, spec);
    let projection = Projection::new(epsg)?;
    let laid_out = [spec.from_km - LAID_OUT_KM, spec.to_km + LAID_OUT_KM];
    let profile = Profile::new(tables, spec.epoch, laid_out, &projection)?;
    if spec.channel == ChannelKind::OnGrid {
        check_cell_fits(&profile, spec)?;
    }
    let no_course = CorridorError::NoCourse { from_km: spec.from_km, to_km: spec.to_km };
    let strip = strip::Strip::new(tables, &profile).ok_or(no_course)?;
    let frame = box_of::BoxOf::strip(&strip, spec)?;
    let levees = levees::lay(&frame.grid, tables, &strip, &profile);
    let between = sides::between_levees(&frame.grid, &strip, &levees);
    let on_course = cells_on_course(&frame.grid, &profile.line);
    let ground = ground::Ground::lay(&frame.grid, &strip, &profile, spec, &between, &on_course);
    let walls =
        levees.iter().map(|levee| Wall::new(levee.wall.clone(), levee.line.clone(), levee.crest_m.clone())).collect();
    let (unit_of_cell, units) = units::divide(&frame.grid, tables, &ground);
    let (centreline, chainage_km) = box_of::clip_course(&frame.grid, &profile);
    let upstream = frame.opening(frame.upstream, &ground, strip.axis_at_km(spec.from_km));
    let downstream = frame.opening(frame.downstream, &ground, strip.axis_at_km(spec.to_km));
    let channel = match spec.channel {
        ChannelKind::OnGrid => None,
        ChannelKind::Line => {
            let no_course = CorridorError::NoCourse { from_km: spec.from_km, to_km: spec.to_km };
            let mut line = line::lay(&frame.grid, &profile, &ground, [upstream, downstream]).ok_or(no_course)?;
            if spec.production_dikes == DikeSource::Published {
                line.dikes = dikes::lay(tables, spec.epoch, &line, &profile);
            }
            Some(line)
        }
    };
    let stations = stations::place(&frame.grid, tables, spec.epoch, &profile, &ground, channel.as_ref());
    let river = River {
        centreline,
        chainage_km,
        stations,
        levees,
        units,
        unit_of_cell,
        class_of_cell: ground.class.clone(),
        roughness: spec.roughness,
    };
    Ok(Corridor {
        upstream,
        downstream,
        terrain: Terrain { grid: frame.grid, epsg: Some(epsg), bed_m: ground.bed_m, manning: ground.manning },
        river,
        walls,
        channel,
        profile,
        along_m: ground.along_m,
    })
}

/// The zone at the middle chainage of the reach.
///
/// The whole river spans 6.5 degrees of longitude, so in one zone its far ends are 0.1 to 0.2 % too long.
fn epsg_of(tables: &RiverTables, spec: &CorridorSpec) -> u32 {
    let (km, lon_deg): (Vec<f64>, Vec<f64>) = tables.centreline.iter().map(|row| (row.km, row.lon_deg)).unzip();
    gauss_kruger_epsg(interpolate(&km, &lon_deg, 0.5 * (spec.from_km + spec.to_km)))
}

fn check(tables: &RiverTables, spec: &CorridorSpec) -> Result<(), CorridorError> {
    let CorridorSpec { from_km, to_km, cell_m, epoch, landside_m, channel, roughness: _, production_dikes } = *spec;
    if production_dikes == DikeSource::Published && channel == ChannelKind::OnGrid {
        return Err(CorridorError::DikesOnGrid);
    }
    if !(cell_m.is_finite() && cell_m > 0.0) {
        return Err(CorridorError::CellSize { cell_m });
    }
    if !(0.0..=20_000.0).contains(&landside_m) {
        return Err(CorridorError::Landside { landside_m });
    }
    let allowed = tables.span_km();
    if !(from_km >= allowed[0] && to_km <= allowed[1] && from_km < to_km) {
        return Err(CorridorError::ReachOutside { from_km, to_km, allowed });
    }
    let allowed = tables.span_year();
    if epoch < allowed[0] || epoch > allowed[1] {
        return Err(CorridorError::EpochOutside { epoch, allowed });
    }
    Ok(())
}

fn check_cell_fits(profile: &Profile, spec: &CorridorSpec) -> Result<(), CorridorError> {
    let inside = |km: &f64| (spec.from_km..=spec.to_km).contains(km);
    let widths = profile.chainage_km.iter().zip(&profile.width_m).filter(|(km, _)| inside(km)).map(|(_, w)| *w);
    let most_m = widths.fold(f64::INFINITY, f64::min) / LEAST_CELLS_ACROSS;
    if spec.cell_m > most_m { Err(CorridorError::CellTooWide { cell_m: spec.cell_m, most_m }) } else { Ok(()) }
}
