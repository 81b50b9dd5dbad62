//! The channel along the river: its course, and lip, bed, width, slope and roughness at every point of it.

use super::ends::extended;
use super::river_sections::RiverSections;
use super::tables::RiverTables;
use super::{CorridorError, section};
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::{Polyline, catmull_rom};
use crate::domain::geo::projection::Projection;
use crate::domain::geo::smooth::{gaussian, interpolate};

/// Points per interval of the table (about 2 km).
const POINTS_BETWEEN: usize = 20;
/// Smoothing of the long profile, m along the channel.
///
/// The table rounds levels to 0.1 m at points 2 km apart, which alone makes slopes wrong by a third.
pub(super) const PROFILE_SIGMA_M: f64 = 6000.0;
/// The slope at a point is taken over this much river upstream and downstream, m.
const SLOPE_REACH_M: f64 = 1000.0;
/// Least slope that a section is made for, m/m; a tenth of the flattest reach.
pub(super) const LEAST_SLOPE: f64 = 1e-5;

/// The channel along the river, one value per vertex of its course.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The course.
    pub line: Polyline,
    /// Official chainage of each vertex, km.
    pub chainage_km: Vec<f64>,
    /// Level of the bank lip, m.
    pub lip_m: Vec<f64>,
    /// Level of the flat bottom of the channel, m.
    pub thalweg_m: Vec<f64>,
    /// Width between the lips, m.
    pub width_m: Vec<f64>,
    /// Fall of the lip along the channel as it lies on the map, m/m.
    pub slope: Vec<f64>,
    /// Manning's n of the channel, s/m^(1/3).
    pub manning: Vec<f64>,
}

/// The channel at one point of its course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfilePoint {
    /// Official chainage, km.
    pub chainage_km: f64,
    /// Level of the bank lip, m.
    pub lip_m: f64,
    /// Level of the flat bottom, m.
    pub thalweg_m: f64,
    /// Width between the lips, m.
    pub width_m: f64,
    /// Fall along the channel, m/m.
    pub slope: f64,
    /// Manning's n, s/m^(1/3).
    pub manning: f64,
}

impl Profile {
    /// The channel of an epoch between two chainages (km).
    pub(super) fn new(
        tables: &RiverTables,
        epoch: u16,
        [from_km, to_km]: [f64; 2],
        projection: &Projection,
    ) -> Result<Self, CorridorError> {
        let rows = extended(&tables.centreline);
        let rows: Vec<_> = rows.iter().filter(|row| row.km >= from_km && row.km <= to_km).collect();
        let vertices = rows
            .iter()
            .map(|row| projection.map_from_lonlat(row.lon_deg, row.lat_deg))
            .collect::<Result<Vec<PointMap>, _>>()?;
        let (curve, position) = catmull_rom(&vertices, POINTS_BETWEEN);
        let line = Polyline::new(curve).ok_or(CorridorError::NoCourse { from_km, to_km })?;
        let row_number: Vec<f64> = (0..rows.len()).map(|i| i as f64).collect();
        let spread = |column: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let y: Vec<f64> = (0..rows.len()).map(column).collect();
            position.iter().map(|p| interpolate(&row_number, &y, *p)).collect()
        };
        let smooth = |values: &[f64]| gaussian(line.along_m(), values, PROFILE_SIGMA_M);

        let chainage_km = spread(&|i| rows[i].km);
        let bed = RiverSections::new(tables, epoch)?;
        let table_lip_m = smooth(&spread(&|i| rows[i].bank_lip_m));
        let lip_m: Vec<f64> = table_lip_m.iter().zip(&chainage_km).map(|(lip, km)| lip + bed.shift_m(*km)).collect();
        let width_m = smooth(&spread(&|i| rows[i].bankfull_width_m));
        let by_km = |value: &dyn Fn(f64) -> f64| smooth(&chainage_km.iter().map(|km| value(*km)).collect::<Vec<_>>());
        let manning = by_km(&|km| tables.reach_at(km).map_or(f64::NAN, |reach| reach.manning_channel));
        let bankfull = bankfull_by_km(tables, epoch)?;
        let bankfull_m3s = by_km(&|km| interpolate(&bankfull.0, &bankfull.1, km));
        let slope = slopes(line.along_m(), &lip_m);
        let thalweg_m = (0..lip_m.len())
            .map(|i| lip_m[i] - section::depth_m(bankfull_m3s[i], width_m[i], slope[i], manning[i]))
            .collect();
        Ok(Self { line, chainage_km, lip_m, thalweg_m, width_m, slope, manning })
    }

    /// The channel at an arc length along its course.
    pub fn at(&self, along_m: f64) -> ProfilePoint {
        let s = self.line.along_m();
        let after = s.partition_point(|v| *v <= along_m).clamp(1, s.len() - 1);
        let t = ((along_m - s[after - 1]) / (s[after] - s[after - 1])).clamp(0.0, 1.0);
        let mix = |y: &[f64]| y[after - 1] + t * (y[after] - y[after - 1]);
        ProfilePoint {
            chainage_km: mix(&self.chainage_km),
            lip_m: mix(&self.lip_m),
            thalweg_m: mix(&self.thalweg_m),
            width_m: mix(&self.width_m),
            slope: mix(&self.slope),
            manning: mix(&self.manning),
        }
    }

    /// Arc length at an official chainage, m.
    pub fn along_at_km(&self, km: f64) -> f64 {
        interpolate(&self.chainage_km, self.line.along_m(), km)
    }
}

/// Chainage and bankfull discharge of the stations that have one.
pub(super) fn bankfull_by_km(tables: &RiverTables, epoch: u16) -> Result<(Vec<f64>, Vec<f64>), CorridorError> {
    let pairs: (Vec<f64>, Vec<f64>) = tables
        .stations
        .iter()
        .filter_map(|station| Some((station.km, tables.bankfull_m3s(&station.id, epoch)?)))
        .unzip();
    if pairs.0.is_empty() {
        return Err(CorridorError::EpochOutside { epoch, allowed: tables.span_year() });
    }
    Ok(pairs)
}

fn slopes(along_m: &[f64], lip_m: &[f64]) -> Vec<f64> {
    let last = along_m[along_m.len() - 1];
    along_m
        .iter()
        .map(|s| {
            let (a, b) = ((s - SLOPE_REACH_M).max(0.0), (s + SLOPE_REACH_M).min(last));
            let fall = interpolate(along_m, lip_m, a) - interpolate(along_m, lip_m, b);
            (fall / (b - a)).max(LEAST_SLOPE)
        })
        .collect()
}
