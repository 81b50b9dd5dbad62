//! The runs on the plain that `hetu twin --plain` carries out, and the published figures that they are laid beside.
//!
//! Each run is a scenario of a corridor, written as text and read as every other: see [`scenario_text`]. Nothing in
//! them is fitted.

use std::path::Path;

use serde::Deserialize;

use crate::domain::river::twin::{ClassFigures, PublishedExtent};
use crate::domain::scenario::Scenario;
use crate::io::river::{self, RiverTableError};
use crate::io::scenario::{self, ScenarioError};

const EXTENTS: &str = include_str!("../../assets/river/published_extent.csv");
const CLASSES: &str = include_str!("../../assets/river/class_exposure.csv");

/// Flood whose hydrograph at Huayuankou, scaled to the peak, stands for a class of flood.
pub const CLASS_SHAPE: &str = "1958-07";
/// The largest classes of flood keep their water for so long after the hydrograph ends, days: it must reach the sea.
const CLASS_FOLLOWS_DAYS: f64 = 10.0;
/// Length of a run that becomes steady, days.
pub const STEADY_DAYS: f64 = 15.0;
/// Length of the runs of Jiahetan to Gaocun, days; the published extent is nearly reached after 100 h.
pub const EXTENT_DAYS: f64 = 8.0;

/// Why a run could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum PlainError {
    /// A table in the program is faulty; a test makes sure that none is.
    #[error(transparent)]
    Table(#[from] RiverTableError),
    /// The text of a scenario is faulty; a test makes sure that none is.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The river's tables have no hydrograph of a flood.
    #[error("no hydrograph of {flood} at {station}")]
    Hydrograph {
        /// Name of the flood.
        flood: &'static str,
        /// Code of the station.
        station: &'static str,
    },
}

/// A reach on a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// From, official chainage, km.
    pub from_km: f64,
    /// To, official chainage, km.
    pub to_km: f64,
    /// Cell size, m.
    pub cell_m: f64,
    /// Whether the channel is a line beside the grid; else it is dug into it.
    pub has_line: bool,
    /// Year of the bed.
    pub epoch: u16,
    /// Slope of the bed at the lower end, m/m.
    pub end_slope: f64,
}

/// The whole river on cells of 500 m, from a chainage (km) to below Lijin.
pub const fn whole_river(from_km: f64, epoch: u16) -> Reach {
    Reach { from_km, to_km: 800.0, cell_m: 500.0, has_line: true, epoch, end_slope: 0.0001 }
}

/// Around Jiahetan to Gaocun, with room for the flow to find its way above and below.
pub const fn jiahetan_to_gaocun(cell_m: f64, has_line: bool, epoch: u16) -> Reach {
    Reach { from_km: 200.0, to_km: 313.0, cell_m, has_line, epoch, end_slope: 0.000_126 }
}

/// What comes in at the upper end.
#[derive(Debug, Clone, PartialEq)]
pub enum Inflow {
    /// The same discharge for so many days, m³/s.
    Constant(f64, f64),
    /// (s, m³/s), and the length of the run, s.
    Series(Vec<[f64; 2]>, f64),
    /// The readings of a window at Xiaolangdi and the two tributaries: its name, start (RFC 3339) and length, s.
    Window(&'static str, String, f64),
}

/// A constant discharge (m³/s) for [`STEADY_DAYS`] or [`EXTENT_DAYS`] days, begun as a steady channel.
///
/// # Errors
/// Never with sound tables: a test loads one.
pub fn constant(reach: Reach, discharge_m3s: f64, days: f64) -> Result<Scenario, PlainError> {
    load(reach, &Inflow::Constant(discharge_m3s, days))
}

/// A flood with this peak at Huayuankou (m³/s) and the shape of [`CLASS_SHAPE`], down to below Lijin.
///
/// # Errors
/// When the table has no hydrograph; a test makes sure that it has.
pub fn class_flood(peak_m3s: f64, epoch: u16) -> Result<Scenario, PlainError> {
    let (mut points, end_secs) = hydrograph(CLASS_SHAPE)?;
    let largest = points.iter().map(|point| point[1]).fold(0.0, f64::max);
    for point in &mut points {
        point[1] *= peak_m3s / largest;
    }
    load(whole_river(124.0, epoch), &Inflow::Series(points, end_secs + CLASS_FOLLOWS_DAYS * 86_400.0))
}

/// The flood of August 1996 from Huayuankou down to below Lijin, on the bed of that year.
///
/// # Errors
/// As [`class_flood`].
pub fn flood_of_1996() -> Result<Scenario, PlainError> {
    let (points, _) = hydrograph("1996-08")?;
    load(whole_river(124.0, 1996), &Inflow::Series(points, 30.0 * 86_400.0))
}

/// A window of readings from Xiaolangdi down to below Lijin, on the bed of a year.
///
/// # Errors
/// When there is no such window, or its inflows have a gap.
pub fn window(name: &'static str, start: String, duration_secs: f64, epoch: u16) -> Result<Scenario, PlainError> {
    load(whole_river(2.0, epoch), &Inflow::Window(name, start, duration_secs))
}

/// Points of a flood at Huayuankou in s after its first, and the time of its last.
fn hydrograph(flood: &'static str) -> Result<(Vec<[f64; 2]>, f64), PlainError> {
    const STATION: &str = "HYK";
    let missing = PlainError::Hydrograph { flood, station: STATION };
    let Some(points) = river::hydrograph(flood, STATION) else { return Err(missing) };
    let start = points[0].0;
    let points: Vec<[f64; 2]> = points.iter().map(|(time, q)| [(*time - start).as_seconds_f64(), *q]).collect();
    let end_secs = points[points.len() - 1][0];
    Ok((points, end_secs))
}

fn load(reach: Reach, inflow: &Inflow) -> Result<Scenario, PlainError> {
    Ok(scenario::read_text(Path::new("twin-plain.ron"), &scenario_text(reach, inflow))?)
}

/// The text of the scenario of a run, which a user may write to a file and run by hand.
pub fn scenario_text(reach: Reach, inflow: &Inflow) -> String {
    let Reach { from_km, to_km, cell_m, has_line, epoch, end_slope } = reach;
    let channel = if has_line { "Line" } else { "OnGrid" };
    let (start, duration_secs, kind, sources) = match inflow {
        Inflow::Constant(discharge_m3s, days) => {
            ("2000-08-01T08:00:00+08:00", days * 86_400.0, format!("Series([(0.0, {discharge_m3s:?})])"), String::new())
        }
        Inflow::Series(points, duration_secs) => {
            let points: Vec<String> = points.iter().map(|[secs, m3s]| format!("({secs:?}, {m3s:?})")).collect();
            let text = format!("Series([{}])", points.join(", "));
            ("2000-08-01T08:00:00+08:00", *duration_secs, text, String::new())
        }
        Inflow::Window(window, start, duration_secs) => {
            let at = |station: &str| format!("Observed(window: {window:?}, station: {station:?}, max_gap_secs: 1e6)");
            let source = |name: &str, km: f64, station: &str| {
                format!("(name: {name:?}, at_km: {km:?}, discharge: {}), ", at(station))
            };
            let sources = source("heishiguan", 88.0, "HSG") + &source("wuzhi", 113.0, "WZ");
            (start.as_str(), *duration_secs, at("XLD"), sources)
        }
    };
    format!(
        "Scenario(
    version: 1,
    name: \"twin-plain\",
    title: (zh: \"全河与公布值对照\", en: \"The river beside published figures\"),
    mode: Rehearsal,
    start: {start:?},
    duration_secs: {duration_secs:?},
    domain: Corridor((from_km: {from_km:?}, to_km: {to_km:?}, cell_m: {cell_m:?}, epoch: {epoch}, landside_m: 2000.0, channel: {channel})),
    initial: NormalDepth,
    boundaries: [
        (name: \"above\", edge: Upstream, kind: Discharge({kind})),
        (name: \"below\", edge: Downstream, kind: NormalDepth(slope: {end_slope:?})),
    ],
    sources: [{sources}],
    output: (frame_every_secs: 21600.0, gauge_every_secs: 3600.0),
)"
    )
}

/// Published extents of floods, from the table in the program.
///
/// # Errors
/// When the table is faulty; a test makes sure that it is not.
pub fn published_extents() -> Result<Vec<PublishedExtent>, RiverTableError> {
    #[derive(Deserialize)]
    struct Row {
        study: String,
        from_station: String,
        to_station: String,
        discharge_m3s: f64,
        area_km2: f64,
    }
    let row = |row: Row| PublishedExtent {
        study: row.study,
        stations: [row.from_station, row.to_station],
        discharge_m3s: row.discharge_m3s,
        area_km2: row.area_km2,
    };
    Ok(river::rows::<Row>("published_extent.csv", EXTENTS)?.into_iter().map(row).collect())
}

/// What the provincial plans expect under water by class of flood, from the table in the program.
///
/// # Errors
/// When the table is faulty; a test makes sure that it is not.
pub fn classes() -> Result<Vec<ClassFigures>, RiverTableError> {
    #[derive(Deserialize)]
    struct Row {
        province: String,
        discharge_m3s: f64,
        area_wan_mu: f64,
        farmland_wan_mu: f64,
        people_flooded_wan: Option<f64>,
        people_involved_wan: f64,
        villages_flooded: f64,
        villages_surrounded: f64,
        loss_yi: Option<f64>,
    }
    let row = |row: Row| ClassFigures {
        province: row.province,
        discharge_m3s: row.discharge_m3s,
        area_wan_mu: row.area_wan_mu,
        farmland_wan_mu: row.farmland_wan_mu,
        people_flooded_wan: row.people_flooded_wan,
        people_involved_wan: row.people_involved_wan,
        villages_flooded: row.villages_flooded,
        villages_surrounded: row.villages_surrounded,
        loss_yi: row.loss_yi,
    };
    Ok(river::rows::<Row>("class_exposure.csv", CLASSES)?.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scenario::BoundaryKind;

    #[test]
    fn every_run_can_be_set_up_and_has_its_peak() {
        let inflow = |scenario: &Scenario| match &scenario.boundaries[0].kind {
            BoundaryKind::Discharge(series) => series.max(),
            other => panic!("{other:?}"),
        };
        let flood = class_flood(8000.0, 2021).unwrap();
        assert!((inflow(&flood) - 8000.0).abs() < 1e-9);
        assert!((flood.duration_secs / 86_400.0 - 26.0).abs() < 1e-9, "{}", flood.duration_secs);
        assert!((inflow(&flood_of_1996().unwrap()) - 7860.0).abs() < 1e-9);
        let steady = constant(jiahetan_to_gaocun(400.0, true, 2021), 4000.0, EXTENT_DAYS).unwrap();
        assert!(steady.channel.is_some() && steady.sections.iter().any(|section| section.name == "JHT"));
        let autumn = window("2021-autumn", "2021-09-12T08:00:00+08:00".to_owned(), 54.0 * 86_400.0, 2021).unwrap();
        assert_eq!(autumn.sources.len(), 2);
    }

    #[test]
    fn the_published_figures_are_read() {
        let extents = published_extents().unwrap();
        assert!((extents[0].area_km2 - 173.72).abs() < 1e-9 && (extents[1].area_km2 - 323.47).abs() < 1e-9);
        let classes = classes().unwrap();
        assert_eq!(classes.len(), 11);
        // People on flooded ground and people surrounded by water are those involved.
        assert!((classes[0].people_involved_wan - 31.03).abs() < 1e-9);
        assert!(classes.iter().all(|class| class.farmland_wan_mu < class.area_wan_mu));
    }
}
