//! The river as a row of compound sections by official chainage, for an epoch.
//!
//! Rule. At each station with a dated stage at 3000 m³/s, the section between the levees, with its width, the reach's
//! slope and Manning's n and the depth that carries the published bankfull discharge at the lip, conveys 3000 m³/s at
//! that stage. That fixes the level of the lip there, and with the depth that of the bed. Between stations the lip of
//! the table of the course is shifted by what is linear in chainage between the stations' shifts, constant beyond the
//! first and the last. Between dated years stage and bankfull discharge are linear in time.

use super::compound::{CompoundSection, Shape};
use super::ends::extended;
use super::tables::{CentrelineRow, ReachRow, RiverTables};
use super::{CorridorError, profile};
use crate::domain::geo::smooth::{gaussian, interpolate};

/// Smoothing of the table's columns and of the shift, km.
const SIGMA_KM: f64 = profile::PROFILE_SIGMA_M / 1000.0;
/// The slope at a point is taken over this much river upstream and downstream, km.
const SLOPE_REACH_KM: f64 = 1.0;
/// The discharge that tells where the bed lies, m³/s.
const BED_DISCHARGE_M3S: f64 = 3000.0;
/// Passes of fitting the shift: slope and smoothing depend on it, each pass leaves about a fifth of the misfit.
const PASSES: usize = 8;

/// Sections along the whole river in an epoch, one per row of the table of the course.
#[derive(Debug, Clone, PartialEq)]
pub struct RiverSections {
    km: Vec<f64>,
    /// Lip of the table, smoothed, m.
    table_lip_m: Vec<f64>,
    /// What the epoch's lip is higher than that, m.
    shift_m: Vec<f64>,
    bankfull_m3s: Vec<f64>,
    width_m: Vec<f64>,
    levee_spacing_m: Vec<f64>,
    landside_m: Vec<f64>,
    transverse_slope: Vec<f64>,
    manning_channel: Vec<f64>,
    manning_floodplain: Vec<f64>,
}

impl RiverSections {
    /// The sections of an epoch.
    ///
    /// # Errors
    /// When the tables have no bankfull discharge for the epoch, or no course.
    pub fn new(tables: &RiverTables, epoch: u16) -> Result<Self, CorridorError> {
        let mut sections = Self::unshifted(tables, epoch)?;
        let (at_km, stage_m) = tables
            .stations
            .iter()
            .filter_map(|station| Some((station.km, tables.stage_3000_m(&station.id, epoch)?)))
            .collect::<(Vec<f64>, Vec<f64>)>();
        if at_km.is_empty() {
            return Ok(sections);
        }
        let mut at_station_m = vec![0.0; at_km.len()];
        for _ in 0..PASSES {
            for (shift, (km, stage)) in at_station_m.iter_mut().zip(at_km.iter().zip(&stage_m)) {
                *shift += stage - sections.stage_m(*km, BED_DISCHARGE_M3S);
            }
            let even: Vec<f64> = sections.km.iter().map(|km| interpolate(&at_km, &at_station_m, *km)).collect();
            sections.shift_m = gaussian(&sections.km, &even, SIGMA_KM);
        }
        Ok(sections)
    }

    fn unshifted(tables: &RiverTables, epoch: u16) -> Result<Self, CorridorError> {
        let rows = extended(&tables.centreline);
        if rows.len() < 2 {
            let [from_km, to_km] = tables.span_km();
            return Err(CorridorError::NoCourse { from_km, to_km });
        }
        let km: Vec<f64> = rows.iter().map(|row| row.km).collect();
        let smooth = |values: Vec<f64>| gaussian(&km, &values, SIGMA_KM);
        let column = |pick: fn(&CentrelineRow) -> f64| smooth(rows.iter().map(pick).collect());
        let reach = |pick: fn(&ReachRow) -> f64| {
            smooth(km.iter().map(|at| tables.reach_at(*at).map_or(f64::NAN, pick)).collect())
        };
        let bankfull = profile::bankfull_by_km(tables, epoch)?;
        Ok(Self {
            table_lip_m: column(|row| row.bank_lip_m),
            shift_m: vec![0.0; km.len()],
            bankfull_m3s: smooth(km.iter().map(|at| interpolate(&bankfull.0, &bankfull.1, *at)).collect()),
            width_m: column(|row| row.bankfull_width_m),
            levee_spacing_m: column(|row| row.levee_spacing_m),
            landside_m: column(|row| row.landside_ground_m),
            transverse_slope: reach(|row| row.transverse_slope),
            manning_channel: reach(|row| row.manning_channel),
            manning_floodplain: reach(|row| row.manning_floodplain),
            km,
        })
    }

    /// Level of the bank lip at a chainage (km), m.
    pub fn lip_m(&self, km: f64) -> f64 {
        self.value(&self.table_lip_m, km) + self.shift_m(km)
    }

    /// How much higher the lip of the epoch lies than that of the table of the course, m.
    pub fn shift_m(&self, km: f64) -> f64 {
        self.value(&self.shift_m, km)
    }

    /// The section at a chainage (km); the nearest one outside the table.
    pub fn at_km(&self, km: f64) -> CompoundSection {
        let lip_m = self.lip_m(km);
        let fall_m = self.lip_m(km - SLOPE_REACH_KM) - self.lip_m(km + SLOPE_REACH_KM);
        let shape = Shape {
            bankfull_m3s: self.value(&self.bankfull_m3s, km),
            width_m: self.value(&self.width_m, km),
            slope: (fall_m / (2000.0 * SLOPE_REACH_KM)).max(profile::LEAST_SLOPE),
            manning_channel: self.value(&self.manning_channel, km),
            manning_floodplain: self.value(&self.manning_floodplain, km),
            levee_spacing_m: self.value(&self.levee_spacing_m, km),
            transverse_slope: self.value(&self.transverse_slope, km),
            perch_m: lip_m - self.value(&self.landside_m, km),
        };
        shape.section()
    }

    /// Stage in steady uniform flow at a chainage (km) for a discharge (m³/s), m.
    pub fn stage_m(&self, km: f64, discharge_m3s: f64) -> f64 {
        self.lip_m(km) + self.at_km(km).over_lip_m(discharge_m3s)
    }

    fn value(&self, column: &[f64], km: f64) -> f64 {
        interpolate(&self.km, column, km)
    }
}
