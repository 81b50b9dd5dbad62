//! Map projections: from longitude and latitude to projected metres, by EPSG code.

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::domain::geo::PointMap;

/// EPSG code of the default map: CGCS2000, Gauss-Krüger, three-degree zone with central meridian 114° E.
pub const CGCS2000_GK_114E: u32 = 4547;

/// EPSG code of the CGCS2000 Gauss-Krüger three-degree zone (named by its meridian) that holds a longitude (degrees).
///
/// Held to the zones of the table, 75° E to 135° E.
pub fn gauss_kruger_epsg(lon_deg: f64) -> u32 {
    const FIRST: u32 = 4534;
    let zone = ((lon_deg - 75.0) / 3.0).round().clamp(0.0, 20.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 0 and 20; NaN gives 0")]
    let zone = zone as u32;
    FIRST + zone
}

/// What the coordinates of a system are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrsKind {
    /// Longitude and latitude in degrees.
    Geographic,
    /// Easting and northing in metres.
    ProjectedMetres,
}

/// Why a projection could not be made or used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProjectionError {
    /// The code is not in the table.
    #[error("EPSG:{epsg} is not known here; known: 4326, 4490, 4513 to 4554 (CGCS2000 Gauss-Krüger), 32601 to 32660")]
    Unknown {
        /// The code.
        epsg: u32,
    },
    /// The projection has no value there.
    #[error("EPSG:{epsg} has no value at {x}, {y}: {reason}")]
    OutOfRange {
        /// The code.
        epsg: u32,
        /// Longitude (degrees) or easting (m).
        x: f64,
        /// Latitude (degrees) or northing (m).
        y: f64,
        /// What the projection said.
        reason: String,
    },
}

/// A pair of systems: longitude and latitude on one side, the map on the other.
///
/// China's CGCS2000 and WGS 84 differ by centimetres and are taken as the same.
#[derive(Debug, Clone)]
pub struct Projection {
    epsg: u32,
    kind: CrsKind,
    geographic: Proj,
    map: Proj,
}

/// What the coordinates of an EPSG code are; `None` if the code is not in the table.
pub fn crs_kind(epsg: u32) -> Option<CrsKind> {
    match epsg {
        4326 | 4490 => Some(CrsKind::Geographic),
        4513..=4554 | 32601..=32660 => Some(CrsKind::ProjectedMetres),
        _ => None,
    }
}

/// The proj string of an EPSG code, for the codes of [`crs_kind`].
pub fn proj_string(epsg: u32) -> Option<String> {
    match epsg {
        4326 => Some("+proj=longlat +ellps=WGS84 +no_defs".to_owned()),
        4490 => Some("+proj=longlat +ellps=GRS80 +no_defs".to_owned()),
        // Zones 25 to 45 with the zone's number before the easting, then the same zones named by their meridian.
        4513..=4533 => Some(gauss_kruger(epsg - 4513, f64::from(epsg - 4513 + 25) * 1e6 + 5e5)),
        4534..=4554 => Some(gauss_kruger(epsg - 4534, 5e5)),
        32601..=32660 => Some(format!(
            "+proj=tmerc +lat_0=0 +lon_0={} +k=0.9996 +x_0=500000 +y_0=0 +ellps=WGS84 +units=m +no_defs",
            f64::from(epsg - 32600) * 6.0 - 183.0
        )),
        _ => None,
    }
}

/// A three-degree zone, counted from the one at 75° E.
///
/// CGCS2000's own ellipsoid differs from GRS 80 in the ninth digit of the flattening: 0.1 mm.
fn gauss_kruger(zone: u32, false_easting_m: f64) -> String {
    let meridian = 75 + 3 * zone;
    format!("+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0={false_easting_m} +y_0=0 +ellps=GRS80 +units=m +no_defs")
}

impl Projection {
    /// The projection of an EPSG code.
    ///
    /// # Errors
    /// When the code is not in the table.
    pub fn new(epsg: u32) -> Result<Self, ProjectionError> {
        let unknown = || ProjectionError::Unknown { epsg };
        let kind = crs_kind(epsg).ok_or_else(unknown)?;
        let map = proj_string(epsg).and_then(|text| Proj::from_proj_string(&text).ok()).ok_or_else(unknown)?;
        let geographic = proj_string(4490).and_then(|text| Proj::from_proj_string(&text).ok()).ok_or_else(unknown)?;
        Ok(Self { epsg, kind, geographic, map })
    }

    /// Easting and northing (m) of a longitude and latitude (degrees); unchanged for a geographic system.
    ///
    /// # Errors
    /// When the projection has no value there.
    pub fn map_from_lonlat(&self, lon_deg: f64, lat_deg: f64) -> Result<PointMap, ProjectionError> {
        if self.kind == CrsKind::Geographic {
            return Ok([lon_deg, lat_deg]);
        }
        let mut point = (lon_deg.to_radians(), lat_deg.to_radians(), 0.0);
        transform(&self.geographic, &self.map, &mut point)
            .map_err(|error| self.out_of_range(lon_deg, lat_deg, &error))?;
        Ok([point.0, point.1])
    }

    /// Longitude and latitude (degrees) of an easting and northing (m); unchanged for a geographic system.
    ///
    /// # Errors
    /// When the projection has no value there.
    pub fn lonlat_from_map(&self, at: PointMap) -> Result<[f64; 2], ProjectionError> {
        if self.kind == CrsKind::Geographic {
            return Ok(at);
        }
        let mut point = (at[0], at[1], 0.0);
        transform(&self.map, &self.geographic, &mut point).map_err(|error| self.out_of_range(at[0], at[1], &error))?;
        Ok([point.0.to_degrees(), point.1.to_degrees()])
    }

    fn out_of_range(&self, x: f64, y: f64, error: &proj4rs::errors::Error) -> ProjectionError {
        ProjectionError::OutOfRange { epsg: self.epsg, x, y, reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Meridian arc from the equator to 35° N on GRS 80 by Helmert's series to n⁴, by hand: 3 874 420.09 m.
    #[test]
    fn the_central_meridian_has_the_false_easting_and_the_meridian_arc() {
        let f: f64 = 1.0 / 298.257_222_101;
        let (a, n) = (6_378_137.0, f / (2.0 - f));
        let phi = 35_f64.to_radians();
        let arc = a / (1.0 + n)
            * ((1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0) * phi - 1.5 * (n - n.powi(3) / 8.0) * (2.0 * phi).sin()
                + 15.0 / 16.0 * (n.powi(2) - n.powi(4) / 4.0) * (4.0 * phi).sin()
                - 35.0 / 48.0 * n.powi(3) * (6.0 * phi).sin()
                + 315.0 / 512.0 * n.powi(4) * (8.0 * phi).sin());
        let at = Projection::new(CGCS2000_GK_114E).unwrap().map_from_lonlat(114.0, 35.0).unwrap();
        assert!((at[0] - 500_000.0).abs() < 1e-4, "{at:?}");
        assert!((at[1] - arc).abs() < 1e-3, "{at:?} {arc}");
    }

    #[test]
    fn there_and_back() {
        for epsg in [4547, 4526, 32650, 4326] {
            let projection = Projection::new(epsg).unwrap();
            let at = projection.map_from_lonlat(115.08, 35.38).unwrap();
            let back = projection.lonlat_from_map(at).unwrap();
            assert!((back[0] - 115.08).abs() < 1e-8 && (back[1] - 35.38).abs() < 1e-8, "{epsg} {back:?}");
        }
    }

    #[test]
    fn zones_with_and_without_prefix_differ_by_the_prefix() {
        let plain = Projection::new(4548).unwrap().map_from_lonlat(116.3, 36.25).unwrap();
        let prefixed = Projection::new(4527).unwrap().map_from_lonlat(116.3, 36.25).unwrap();
        assert!((prefixed[0] - plain[0] - 39e6).abs() < 1e-6 && (prefixed[1] - plain[1]).abs() < 1e-6);
    }

    #[test]
    fn each_longitude_has_its_zone() {
        assert_eq!(
            [112.4, 114.5, 115.4, 115.7, 118.3, 118.9].map(gauss_kruger_epsg),
            [4546, 4547, 4547, 4548, 4548, 4549]
        );
        assert_eq!(gauss_kruger_epsg(114.0), CGCS2000_GK_114E);
        assert_eq!([-20.0, 170.0].map(gauss_kruger_epsg), [4534, 4554]);
    }

    #[test]
    fn an_unknown_code_says_what_is_known() {
        let error = Projection::new(3089).unwrap_err();
        assert!(error.to_string().contains("3089") && error.to_string().contains("4490"));
    }
}
