//! Observed series (实况) at the stations, to be laid beside a run.
//!
//! Nothing here feeds back into a run. Readings that are doubted stay in the series and are drawn, but take no part in
//! any figure: [`ObservedSeries::values`] leaves them out.

use serde::{Deserialize, Serialize};

use crate::domain::text::Label;

/// A quantity that stations report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Discharge, m³/s.
    Discharge,
    /// Stage, m above the station's datum.
    Stage,
    /// Suspended sediment, kg/m³.
    Sediment,
}

/// How the values of a series came about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ObservationKind {
    /// One instantaneous reading a day: peaks are under-read, and their times known to a day.
    DailyReading,
    /// Instantaneous readings at times of their own.
    Reading {
        /// Median time between two of them, s; 0 for a single one.
        interval_secs: f64,
    },
}

impl ObservationKind {
    /// The word in charts and tables.
    pub const fn label(self) -> Label {
        match self {
            Self::DailyReading => Label::new("每日 8 时", "daily 08:00 reading"),
            Self::Reading { .. } => Label::new("定时", "reading"),
        }
    }

    /// Time between two readings, s.
    pub const fn interval_secs(self) -> f64 {
        match self {
            Self::DailyReading => 86_400.0,
            Self::Reading { interval_secs } => interval_secs,
        }
    }
}

/// What a window of observations is to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowRole {
    /// Parameters may have been fitted to it (率定).
    Calibration,
    /// Nothing was fitted to it (检验).
    Blind,
    /// The stations downstream are kept apart (留存).
    HeldOut,
    /// A user's own series that says nothing of it.
    Undeclared,
}

impl WindowRole {
    /// The word in tables.
    pub const fn label(self) -> Label {
        match self {
            Self::Calibration => Label::new("率定", "calibration"),
            Self::Blind => Label::new("检验", "blind"),
            Self::HeldOut => Label::new("留存", "held out"),
            Self::Undeclared => Label::new("未声明", "undeclared"),
        }
    }
}

/// Why a reading is doubted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// The stations above and below contradict it.
    Continuity,
    /// It stands alone against the readings before and after it.
    Spike,
    /// Whoever made the table says so.
    Stated,
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// When, s after the start of the scenario.
    pub time_secs: f64,
    /// Discharge, m³/s, if read.
    pub discharge_m3s: Option<f64>,
    /// Stage, m above the station's datum, if read.
    pub stage_m: Option<f64>,
    /// Suspended sediment, kg/m³, if read.
    pub sediment_kgm3: Option<f64>,
    /// Why the reading is doubted, if it is.
    pub doubt: Option<Doubt>,
}

impl Observation {
    /// The value of a quantity, doubted or not.
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        match quantity {
            Quantity::Discharge => self.discharge_m3s,
            Quantity::Stage => self.stage_m,
            Quantity::Sediment => self.sediment_kgm3,
        }
    }
}

/// What was observed at one station during one window of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservedSeries {
    /// Name of the window, e.g. `2021-autumn`, or of the user's file.
    pub window: String,
    /// What the window is to the model.
    pub role: WindowRole,
    /// How the values came about.
    pub kind: ObservationKind,
    /// Confidence letter (A found in a source, B recalled, C approximate, D derived); empty for a user's own series.
    pub confidence: String,
    /// How much the stages were raised from the source's datum to the station's, m; `None` where they stand as given.
    pub stage_raised_m: Option<f64>,
    /// The readings, rising in time.
    pub observations: Vec<Observation>,
}

impl ObservedSeries {
    /// Time (s after the start) and value of every reading of a quantity that is not doubted.
    pub fn values(&self, quantity: Quantity) -> Vec<[f64; 2]> {
        self.points(quantity, |observation| observation.doubt.is_none())
    }

    /// Time (s after the start) and value of every doubted reading of a quantity.
    pub fn doubtful(&self, quantity: Quantity) -> Vec<[f64; 2]> {
        self.points(quantity, |observation| observation.doubt.is_some())
    }

    fn points(&self, quantity: Quantity, which: impl Fn(&Observation) -> bool) -> Vec<[f64; 2]> {
        let chosen = self.observations.iter().filter(|observation| which(observation));
        chosen.filter_map(|observation| Some([observation.time_secs, observation.value(quantity)?])).collect()
    }

    /// The readings from the start of the scenario to `duration_secs`; `None` if there is none.
    pub fn clipped(mut self, duration_secs: f64) -> Option<Self> {
        self.observations.retain(|o| o.time_secs >= 0.0 && o.time_secs <= duration_secs);
        (!self.observations.is_empty()).then_some(self)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A sound series of daily discharges from 0 s on.
    pub(crate) fn daily(discharge_m3s: &[f64]) -> ObservedSeries {
        let reading = |(day, value): (usize, &f64)| Observation {
            time_secs: 86_400.0 * day as f64,
            discharge_m3s: Some(*value),
            stage_m: None,
            sediment_kgm3: None,
            doubt: None,
        };
        ObservedSeries {
            window: "test".into(),
            role: WindowRole::Blind,
            kind: ObservationKind::DailyReading,
            confidence: "A".into(),
            stage_raised_m: None,
            observations: discharge_m3s.iter().enumerate().map(reading).collect(),
        }
    }

    #[test]
    fn doubted_readings_are_kept_apart() {
        let mut series = daily(&[1.0, 2.0, 3.0]);
        series.observations[1].doubt = Some(Doubt::Spike);
        assert_eq!(series.values(Quantity::Discharge), [[0.0, 1.0], [172_800.0, 3.0]]);
        assert_eq!(series.doubtful(Quantity::Discharge), [[86_400.0, 2.0]]);
        assert!(series.values(Quantity::Stage).is_empty());
    }

    #[test]
    fn a_series_is_cut_to_the_scenario_and_its_ends_belong_to_it() {
        let mut series = daily(&[1.0, 2.0, 3.0, 4.0]);
        for observation in &mut series.observations {
            observation.time_secs -= 86_400.0;
        }
        let cut = series.clone().clipped(86_400.0).unwrap();
        assert_eq!(cut.values(Quantity::Discharge), [[0.0, 2.0], [86_400.0, 3.0]]);
        series.observations.truncate(1);
        assert!(series.clipped(86_400.0).is_none());
    }
}
