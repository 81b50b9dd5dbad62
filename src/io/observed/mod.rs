//! Observed series (实况): the windows embedded in the program, and tables of a user's own.
//!
//! `assets/river/observed/` has one table for each window and `windows.csv`, which names them; its README says where the
//! readings are from, what is doubted and by which rule. A user's table has the same form: see [`read`].
//!
//! The bulletin's levels lie below the datum of the stations. They are raised where they enter the program, in
//! [`ObservedTable::series`]: whoever holds an `ObservedSeries` may lay its stages beside levels of the terrain.

mod datum;
mod table;

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::river::observed::{ObservationKind, ObservedSeries, WindowRole};
use crate::domain::text::Bilingual;
use crate::io::river::RiverTableError;
use crate::io::series::RowFault;

pub use datum::StageDatum;
pub use table::{ObservedRow, read};

const WINDOWS: &str = include_str!("../../../assets/river/observed/windows.csv");

const TABLES: [(&str, &str); 5] = [
    ("2002-07", include_str!("../../../assets/river/observed/2002-07.csv")),
    ("2003-autumn", include_str!("../../../assets/river/observed/2003-autumn.csv")),
    ("2018-07", include_str!("../../../assets/river/observed/2018-07.csv")),
    ("2020-06", include_str!("../../../assets/river/observed/2020-06.csv")),
    ("2021-autumn", include_str!("../../../assets/river/observed/2021-autumn.csv")),
];

/// Why an embedded window could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ObservedError {
    /// There is no window of this name.
    #[error("no window of observations is named {name:?}; known are {}", known.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
        /// All names.
        known: Vec<String>,
    },
    /// The index of windows is faulty; a test makes sure that it is not.
    #[error("windows.csv: {0}")]
    Index(#[from] csv::Error),
    /// The table of stations is faulty; a test makes sure that it is not.
    #[error(transparent)]
    Stations(#[from] RiverTableError),
    /// An embedded table is faulty; a test makes sure that none is.
    #[error("{name}.csv:{}:{}: {}: found {}; allowed {}", fault.at.line, fault.at.column, fault.key, fault.found, fault.allowed)]
    Table {
        /// Name of the window.
        name: String,
        /// Its first fault.
        fault: RowFault,
    },
}

/// A window of time for which the program has observations.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Name, e.g. `2021-autumn`.
    pub name: String,
    /// What people read.
    pub title: Bilingual,
    /// The first reading.
    pub from: OffsetDateTime,
    /// The last reading.
    pub to: OffsetDateTime,
    /// What it is to the model.
    pub role: WindowRole,
    /// Key of `sources.csv`.
    pub source: String,
    /// Confidence letter.
    pub confidence: String,
}

/// The observations of one window, of all stations.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedTable {
    /// Name of the window, or of the user's file.
    pub name: String,
    /// What it is to the model.
    pub role: WindowRole,
    /// Whether there is one reading a day at a fixed hour.
    pub is_daily: bool,
    /// Confidence letter; empty for a user's own table.
    pub confidence: String,
    /// What the stages of the readings are counted from.
    pub datum: StageDatum,
    /// The readings as the table has them, rising in time at each station.
    pub rows: Vec<ObservedRow>,
}

impl ObservedTable {
    /// A user's own table.
    pub fn of_user(name: impl Into<String>, rows: Vec<ObservedRow>) -> Self {
        let (role, datum) = (WindowRole::Undeclared, StageDatum::Station);
        Self { name: name.into(), role, is_daily: false, confidence: String::new(), datum, rows }
    }

    /// Codes of the stations, in the order of the table.
    pub fn stations(&self) -> Vec<&str> {
        let mut stations: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !stations.contains(&row.station.as_str()) {
                stations.push(&row.station);
            }
        }
        stations
    }

    /// The series at a station, its times in s after `start` and its stages on the station's datum; `None` if the table
    /// does not have the station.
    pub fn series(&self, station: &str, start: OffsetDateTime) -> Option<ObservedSeries> {
        let rows = self.rows.iter().filter(|row| row.station == station);
        let mut observations: Vec<_> = rows.map(|row| row.since(start)).collect();
        let stage_raised_m = self.datum.raise(station, start.year(), &mut observations);
        let times_secs: Vec<f64> = observations.iter().map(|observation| observation.time_secs).collect();
        let kind = if self.is_daily {
            ObservationKind::DailyReading
        } else {
            ObservationKind::Reading { interval_secs: median_gap_secs(&times_secs) }
        };
        let Self { name, role, confidence, .. } = self;
        (!observations.is_empty()).then(|| ObservedSeries {
            window: name.clone(),
            role: *role,
            kind,
            confidence: confidence.clone(),
            stage_raised_m,
            observations,
        })
    }
}

fn median_gap_secs(times_secs: &[f64]) -> f64 {
    let mut gaps: Vec<f64> = times_secs.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(0.0)
}

/// All embedded windows, in the order of the index.
///
/// # Errors
/// When the index is faulty; a test makes sure that it is not.
pub fn windows() -> Result<Vec<Window>, ObservedError> {
    let records = csv::Reader::from_reader(WINDOWS.as_bytes()).into_deserialize();
    Ok(records.map(|record| record.map(WindowRecord::into_window)).collect::<Result<Vec<_>, csv::Error>>()?)
}

/// The observations of an embedded window.
///
/// # Errors
/// When there is no such window: the error lists those there are.
pub fn window(name: &str) -> Result<ObservedTable, ObservedError> {
    let windows = windows()?;
    let text = TABLES.iter().find(|(table, _)| *table == name).map(|(_, text)| *text);
    let entry = windows.iter().find(|window| window.name == name).zip(text);
    let Some((window, text)) = entry else {
        let known = windows.into_iter().map(|window| window.name).collect();
        return Err(ObservedError::Unknown { name: name.to_owned(), known });
    };
    let rows =
        read(text).map_err(|mut faults| ObservedError::Table { name: name.to_owned(), fault: faults.remove(0) })?;
    let (role, confidence) = (window.role, window.confidence.clone());
    let datum = StageDatum::bulletin()?;
    Ok(ObservedTable { name: name.to_owned(), role, is_daily: true, confidence, datum, rows })
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleWord {
    Calibration,
    Blind,
    HeldOut,
}

#[derive(Deserialize)]
struct WindowRecord {
    window: String,
    title_zh: String,
    title_en: String,
    #[serde(deserialize_with = "wall_clock")]
    from: OffsetDateTime,
    #[serde(deserialize_with = "wall_clock")]
    to: OffsetDateTime,
    role: RoleWord,
    source: String,
    confidence: String,
}

impl WindowRecord {
    fn into_window(self) -> Window {
        Window {
            name: self.window,
            title: Bilingual::new(self.title_zh, self.title_en),
            from: self.from,
            to: self.to,
            role: match self.role {
                RoleWord::Calibration => WindowRole::Calibration,
                RoleWord::Blind => WindowRole::Blind,
                RoleWord::HeldOut => WindowRole::HeldOut,
            },
            source: self.source,
            confidence: self.confidence,
        }
    }
}

/// A time in RFC 3339.
fn wall_clock<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339).map_err(serde::de::Error::custom)
}
