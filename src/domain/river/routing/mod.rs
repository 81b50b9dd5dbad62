//! One-dimensional routing of the river for forecasts and dispatch: thousands of floods a second.
//!
//! The river is a row of pieces of about 12 km. Each has one curve between its mean wetted area A and the discharge Q of
//! steady flow, from the compound sections of the epoch (channel and floodplain between the levees, `curve`).
//! A piece of length Δx obeys Muskingum's rule in Cunge's (1969) reading, kept in terms of storage so that volume closes:
//!
//! ```text
//! Δx dA/dt = I - O         Q(A) = X I + (1 - X) O         X = ½ (1 - Q / (B S c Δx)),   B c = dQ/dz
//! ```
//!
//! with I and O the discharges that come in and go out, S the bed's slope, z the water level and c = dQ/dA Kleitz and
//! Seddon's celerity. X gives the scheme the diffusion Q / (2 B S) of the diffusion wave. Muskingum's
//! coefficients of inflow and outflow lose water when they vary (Ponce and Yevjevich 1978); with A as the state none is lost
//! (Todini 2007, doi:10.5194/hess-11-1645-2007, has the same aim by other means). In time the trapezoidal rule is used.
//!
//! Basins beside the river take from it and give back by the same gates and rules as beside the channel as a line (`lakes`).
//!
//! Validity: no backwater from below, no loop in the stage-discharge curve other than that of diffusion, no levee breach;
//! slopes of 5e-5 and more. The floodplain fills and empties at once with the channel, but where production dikes stand:
//! there it is routed beside the channel and fills through their gaps (`dikes`).

mod curve;
mod dikes;
mod lakes;
mod pieces;
mod route;

#[cfg(test)]
mod tests;

use crate::domain::geo::corridor::{CompoundSection, CorridorError, DikeRow, DikeSource, RiverSections, RiverTables};

pub use route::{Routed, Volumes};

use lakes::Beside;
use pieces::Piece;

/// Length of a piece, about, km: hourly steps then have Courant numbers from 1 to 2 in flood, and need no division.
pub const PIECE_KM: f64 = 12.0;

/// What to make of the roughness that the tables have; that of the calibration is put into them by
/// [`RiverTables::with_roughness`]. The published bankfull discharge and the dated stages hold for any factor:
/// with a larger n the channel is deeper, and slower.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Roughness {
    /// Factor on Manning's n of the channel, 1 for the tables' values.
    pub channel_factor: f64,
    /// Factor on Manning's n of the floodplain.
    pub floodplain_factor: f64,
}

impl Default for Roughness {
    fn default() -> Self {
        Self { channel_factor: 1.0, floodplain_factor: 1.0 }
    }
}

/// A reach of the river made ready for routing. Immutable: one may serve many threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach1d {
    pieces: Vec<Piece>,
    /// Chainage of the ends of the pieces, km; one more than pieces.
    ends_km: Vec<f64>,
    /// Code of each station and the end of a piece that it stands at.
    stations: Vec<(String, usize)>,
    /// Where its levels come from.
    levels: Levels,
    /// Detention basins beside it.
    beside: Beside,
}

/// What tells the level of the river at a discharge.
#[derive(Debug, Clone, PartialEq)]
enum Levels {
    /// The sections of the tables, on the datum of the stations.
    River(Box<RiverSections>),
    /// One section, its lip at 0 m at the upstream end.
    Even(CompoundSection),
}

impl Levels {
    /// Stage in uniform flow at a chainage (km) for a discharge (m³/s), m.
    fn stage_m(&self, km: f64, discharge_m3s: f64) -> f64 {
        match self {
            Self::River(sections) => sections.stage_m(km, discharge_m3s),
            Self::Even(section) => section.over_lip_m(discharge_m3s) - 1000.0 * km * section.slope,
        }
    }
}

/// Why a reach could not be made or routed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RoutingError {
    /// The reach lies outside the tables or runs upstream.
    #[error("reach from {from_km} to {to_km} km, allowed: rising, within {} to {} km", allowed[0], allowed[1])]
    ReachOutside {
        /// Upstream end, km.
        from_km: f64,
        /// Downstream end, km.
        to_km: f64,
        /// First and last chainage of the tables, km.
        allowed: [f64; 2],
    },
    /// A number is out of range.
    #[error("{what} is {found}, allowed: {allowed}")]
    Value {
        /// Name of the number.
        what: &'static str,
        /// The number.
        found: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// No inflow at the upstream end, or more than one.
    #[error("{n} inflows at the upstream end ({from_km} km), allowed: one")]
    Head {
        /// Upstream end, km.
        from_km: f64,
        /// How many there are.
        n: usize,
    },
    /// An inflow has another number of values than the first, or fewer than two.
    #[error("the inflow at {km} km has {found} values, allowed: {wanted}")]
    Length {
        /// Chainage, km.
        km: f64,
        /// Number of values.
        found: usize,
        /// Number wanted.
        wanted: usize,
    },
    /// An inflow has a value that it may not have.
    #[error("the inflow at {km} km, value {index}: {found} m3/s, allowed: {allowed}")]
    Inflow {
        /// Chainage, km.
        km: f64,
        /// Position of the value, 0 is the first.
        index: usize,
        /// The value, m³/s.
        found: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The sections could not be made.
    #[error(transparent)]
    Sections(#[from] CorridorError),
}

impl Reach1d {
    /// The river of an epoch between two chainages (km), in pieces of about 12 km that end at stations and confluences.
    ///
    /// # Errors
    /// When reach, epoch or roughness lie outside what the tables or physics allow.
    pub fn new(
        tables: &RiverTables,
        epoch: u16,
        from_km: f64,
        to_km: f64,
        roughness: &Roughness,
    ) -> Result<Self, RoutingError> {
        Self::in_pieces(tables, epoch, [from_km, to_km], roughness, PIECE_KM)
    }

    /// As [`Reach1d::new`], in pieces of about a given length, km.
    ///
    /// # Errors
    /// As [`Reach1d::new`], and when the length is not above 0.
    pub fn in_pieces(
        tables: &RiverTables,
        epoch: u16,
        span_km: [f64; 2],
        roughness: &Roughness,
        piece_km: f64,
    ) -> Result<Self, RoutingError> {
        Self::beside_dikes(tables, epoch, span_km, roughness, piece_km, DikeSource::None)
    }

    /// As [`Reach1d::in_pieces`], with production dikes between channel and floodplain where and when they stood. Pieces
    /// end where reaches of the tables do as well, so that dikes begin and end there.
    ///
    /// # Errors
    /// As [`Reach1d::in_pieces`].
    pub fn beside_dikes(
        tables: &RiverTables,
        epoch: u16,
        [from_km, to_km]: [f64; 2],
        roughness: &Roughness,
        piece_km: f64,
        dikes: DikeSource,
    ) -> Result<Self, RoutingError> {
        let allowed = tables.span_km();
        if !(from_km >= allowed[0] && to_km <= allowed[1] && from_km < to_km) {
            return Err(RoutingError::ReachOutside { from_km, to_km, allowed });
        }
        positive("piece_km", piece_km)?;
        let sections = RiverSections::new(&rougher(tables, roughness)?, epoch)?;
        let fixed = tables.stations.iter().map(|row| row.km).chain(tables.tributaries.iter().map(|row| row.km));
        let dike_at = |km: f64| match dikes {
            DikeSource::None => None,
            DikeSource::Published => tables.dike_at(km, epoch),
        };
        let of_reaches = tables.reaches.iter().filter(|_| dikes == DikeSource::Published).map(|reach| reach.to_km);
        let ends_km = pieces::ends(from_km, to_km, fixed.chain(of_reaches), piece_km);
        let piece = |ends: &[f64]| Piece::between(&sections, [ends[0], ends[1]], dike_at(0.5 * (ends[0] + ends[1])));
        let pieces = ends_km.windows(2).map(piece).collect();
        let at = |km: f64| pieces::nearest(&ends_km, km);
        let inside = tables.stations.iter().filter(|row| row.km >= from_km && row.km <= to_km);
        let stations = inside.map(|row| (row.id.clone(), at(row.km))).collect();
        Ok(Self { pieces, ends_km, stations, levels: Levels::River(Box::new(sections)), beside: Beside::default() })
    }

    /// A channel of one section in equal pieces, with no stations; its chainage begins at 0, and there its lip lies at 0 m.
    ///
    /// # Errors
    /// When the length is not above 0 or there are no pieces.
    pub fn prismatic(section: &CompoundSection, length_m: f64, n_pieces: usize) -> Result<Self, RoutingError> {
        Self::prismatic_beside(section, length_m, n_pieces, None)
    }

    /// As [`Reach1d::prismatic`], with production dikes all along where a row of them is given.
    ///
    /// # Errors
    /// As [`Reach1d::prismatic`].
    pub fn prismatic_beside(
        section: &CompoundSection,
        length_m: f64,
        n_pieces: usize,
        dikes: Option<&DikeRow>,
    ) -> Result<Self, RoutingError> {
        positive("length_m", length_m)?;
        positive("n_pieces", n_pieces as f64)?;
        let piece_m = length_m / n_pieces as f64;
        let piece = Piece::of(&[*section], piece_m, dikes);
        let ends_km = (0..=n_pieces).map(|i| i as f64 * piece_m / 1000.0).collect();
        let (levels, beside) = (Levels::Even(*section), Beside::default());
        Ok(Self { pieces: vec![piece; n_pieces], ends_km, stations: Vec::new(), levels, beside })
    }

    /// Code and chainage (km) of the stations, from upstream to downstream.
    pub fn stations(&self) -> impl Iterator<Item = (&str, f64)> {
        self.stations.iter().map(|(id, end)| (id.as_str(), self.ends_km[*end]))
    }

    /// Number of pieces.
    pub fn n_pieces(&self) -> usize {
        self.pieces.len()
    }
}

fn positive(what: &'static str, found: f64) -> Result<(), RoutingError> {
    let is_allowed = found.is_finite() && found > 0.0;
    if is_allowed { Ok(()) } else { Err(RoutingError::Value { what, found, allowed: "above 0" }) }
}

/// The tables with their roughness changed.
fn rougher(tables: &RiverTables, roughness: &Roughness) -> Result<RiverTables, RoutingError> {
    positive("channel_factor", roughness.channel_factor)?;
    positive("floodplain_factor", roughness.floodplain_factor)?;
    let mut tables = tables.clone();
    for reach in &mut tables.reaches {
        reach.manning_channel *= roughness.channel_factor;
        reach.manning_floodplain *= roughness.floodplain_factor;
    }
    Ok(tables)
}
