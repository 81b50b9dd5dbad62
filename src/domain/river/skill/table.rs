//! The skill of a run at every station that was observed.

use super::standard::{self, Grade};
use super::{PeakComparison, PeakTravel, pairs, peak_travel};
use crate::domain::recording::Recording;
use crate::domain::river::observed::{ObservedSeries, Quantity, WindowRole};
use crate::domain::river::peaks::station_series;
use crate::domain::scenario::{BoundaryKind, Scenario, Series};
use crate::domain::text::{Bilingual, Label};

/// What must be known to read the table, to be printed under it.
pub const SKILL_TABLE_NOTE: Label = Label::new(
    "实况为每日 8 时一次报汛值，洪峰偏低、峰现时间只准到一日；模拟值在实况时刻线性内插后比较（同口径），“模拟最大”为时段内的真实最大值。存疑实况不参加统计。DC：确定性系数；合格率：误差不超过起算以来实测变幅 20%（不小于实测值 5%）的时次占比，即把全过程当作起算时刻发布、不再校正的一次预报；峰量许可误差同此；峰时许可误差为与上站实测峰现时距的 30%，不小于 3 h 和一个报汛间隔。等级按 GB/T 22482-2008：DC 甲 > 0.90、乙 ≥ 0.70、丙 ≥ 0.50；合格率甲 ≥ 85%、乙 ≥ 70%、丙 ≥ 60%。性质：入流即该站实况为入流依据，不是检验；率定、检验指参数是否依据该场洪水。水位为测站所在网格的水位，报汛水位已改正到测站基面（大沽）。",
    "Observed: one bulletin reading a day at 08:00, so peaks are under-read and known to a day. Simulated values are read at the same instants by linear interpolation, like with like; \"largest simulated\" is the true maximum. Doubted readings take no part. DC: deterministic coefficient (Nash and Sutcliffe 1970). Qualified rate: share of readings whose error is within 20 % of the observed amplitude since the start (at least 5 % of the reading), that is, the whole run judged as one forecast issued at the start and never corrected; the peak's permissible error likewise; that of its time is 30 % of the observed travel from the station above, at least 3 h and one reading interval. Grades by GB/T 22482-2008: DC A > 0.90, B ≥ 0.70, C ≥ 0.50; qualified rate A ≥ 85 %, B ≥ 70 %, C ≥ 60 %. Inflow: the observation drives the run and tests nothing; calibration and blind say whether parameters rest on this flood. Stages are those of the cell of the station; the bulletin's are raised to the station's datum.",
);

/// What the observation at a station is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkillRole {
    /// The run is driven by it: agreement is put in, not found out (入流).
    Inflow,
    /// Compared with it, in a window of this role.
    Compared(WindowRole),
}

impl SkillRole {
    /// The word in tables.
    pub const fn label(self) -> Label {
        match self {
            Self::Inflow => Label::new("入流", "inflow"),
            Self::Compared(role) => role.label(),
        }
    }
}

/// Discharge beside its observation.
#[derive(Debug, Clone, PartialEq)]
pub struct DischargeSkill {
    /// Number of readings compared.
    pub n_readings: usize,
    /// Deterministic coefficient; `None` if the observation has no spread.
    pub coefficient: Option<f64>,
    /// Share of readings within the permissible error, %.
    pub qualified_rate_percent: f64,
    /// The peaks, m³/s.
    pub peak: PeakComparison,
    /// Permissible error of the peak, m³/s.
    pub permissible_peak_m3s: f64,
    /// Permissible error of its time, s.
    pub permissible_peak_time_secs: f64,
    /// Simulated less observed volume, as a share of the observed; `None` for a single reading.
    pub volume_error_frac: Option<f64>,
    /// Mean of simulated less observed, m³/s.
    pub bias_m3s: f64,
    /// Root mean square error, m³/s.
    pub rms_m3s: f64,
    /// Travel of the peak from the station above; `None` at the first one.
    pub travel: Option<PeakTravel>,
}

impl DischargeSkill {
    /// Grade of the deterministic coefficient.
    pub fn coefficient_grade(&self) -> Option<Grade> {
        self.coefficient.map(Grade::of_coefficient)
    }

    /// Grade of the qualified rate.
    pub fn rate_grade(&self) -> Grade {
        Grade::of_qualified_rate(self.qualified_rate_percent)
    }

    /// Whether the peak is within its permissible error.
    pub fn is_peak_qualified(&self) -> bool {
        self.peak.error().abs() <= self.permissible_peak_m3s
    }

    /// Whether the time of the peak is within its permissible error.
    pub fn is_peak_time_qualified(&self) -> bool {
        self.peak.time_error_secs().abs() <= self.permissible_peak_time_secs
    }
}

/// Stage beside its observation.
#[derive(Debug, Clone, PartialEq)]
pub struct StageSkill {
    /// Number of readings compared.
    pub n_readings: usize,
    /// Mean of simulated less observed, m.
    pub mean_error_m: f64,
    /// Root mean square error, m.
    pub rms_error_m: f64,
    /// Error of largest size with its sign, m.
    pub largest_error_m: f64,
    /// The highest stages, m.
    pub peak: PeakComparison,
    /// Permissible error of the highest stage, m.
    pub permissible_peak_m: f64,
    /// How much the observed stages were raised to the station's datum, m; `None` where they stand as given.
    pub raised_m: Option<f64>,
}

/// The skill at one station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationSkill {
    /// Code of the station.
    pub station_id: String,
    /// Name of the station.
    pub station: Bilingual,
    /// Name of the window of observations.
    pub window: String,
    /// What the observation is to the run.
    pub role: SkillRole,
    /// Discharge; `None` where no reading has a simulated value at its instant.
    pub discharge: Option<DischargeSkill>,
    /// Stage; `None` likewise.
    pub stage: Option<StageSkill>,
}

/// The skill at every station with an observed series, from upstream to downstream; empty where nothing was observed.
pub fn skill_table(scenario: &Scenario, recording: &Recording) -> Vec<StationSkill> {
    let mut rows = Vec::new();
    let mut above: Option<PeakComparison> = None;
    for series in station_series(scenario, recording) {
        let Some(observed) = &series.station.observed else { continue };
        let discharge = discharge_skill(observed, &series.discharge, above.as_ref());
        above = discharge.as_ref().map(|skill| skill.peak).or(above);
        rows.push(StationSkill {
            station_id: series.station.id.clone(),
            station: series.station.name.clone(),
            window: observed.window.clone(),
            role: role(scenario, observed),
            discharge,
            stage: stage_skill(observed, &series.stage),
        });
    }
    rows
}

/// The skill of a simulated discharge, (time in s, m³/s) rising in time; `above` is the peak at the observed station above.
///
/// `None` where no reading has a simulated value at its instant.
pub fn discharge_skill(
    observed: &ObservedSeries,
    simulated: &[[f64; 2]],
    above: Option<&PeakComparison>,
) -> Option<DischargeSkill> {
    let readings = observed.values(Quantity::Discharge);
    let pairs = pairs(&readings, simulated);
    let peak = PeakComparison::of(&pairs, simulated)?;
    let amplitude_m3s = standard::amplitude_until(&readings, peak.observed[0]);
    // A flat crest may seem to travel upstream: then the least permissible error counts.
    let travel = above.map(|above| peak_travel(above, &peak));
    let from_above_secs = travel.map_or(0.0, |travel| travel.observed_secs.max(0.0));
    Some(DischargeSkill {
        n_readings: pairs.len(),
        coefficient: super::deterministic_coefficient(&pairs),
        qualified_rate_percent: standard::qualified_rate_percent(&pairs, &readings)?,
        peak,
        permissible_peak_m3s: standard::permissible_discharge_m3s(amplitude_m3s, peak.observed[1]),
        permissible_peak_time_secs: standard::permissible_peak_time_secs(
            from_above_secs,
            observed.kind.interval_secs(),
        ),
        volume_error_frac: super::volume_error_frac(&pairs),
        bias_m3s: super::bias(&pairs)?,
        rms_m3s: super::root_mean_square_error(&pairs)?,
        travel,
    })
}

/// The skill of a simulated stage, (time in s, m) rising in time; `None` where no reading has one at its instant.
pub fn stage_skill(observed: &ObservedSeries, simulated: &[[f64; 2]]) -> Option<StageSkill> {
    let readings = observed.values(Quantity::Stage);
    let pairs = pairs(&readings, simulated);
    let peak = PeakComparison::of(&pairs, simulated)?;
    Some(StageSkill {
        n_readings: pairs.len(),
        mean_error_m: super::bias(&pairs)?,
        rms_error_m: super::root_mean_square_error(&pairs)?,
        largest_error_m: super::largest_error(&pairs)?,
        peak,
        permissible_peak_m: standard::permissible_stage_m(standard::amplitude_until(&readings, peak.observed[0]), None),
        raised_m: observed.stage_raised_m,
    })
}

/// An inflow that agrees so well with an observation was made from it.
const SAME_VALUE_FRAC: f64 = 0.02;
/// Share of the readings that must agree: a doubtful one may have been replaced.
const SAME_SHARE: f64 = 0.9;

fn role(scenario: &Scenario, observed: &ObservedSeries) -> SkillRole {
    let readings = observed.values(Quantity::Discharge);
    let is_same = |inflow: &Series| {
        let agree = |p: &&[f64; 2]| (inflow.at(p[0]) - p[1]).abs() <= SAME_VALUE_FRAC * p[1];
        readings.len() >= 2 && readings.iter().filter(agree).count() as f64 >= SAME_SHARE * readings.len() as f64
    };
    let at_edges = scenario.boundaries.iter().filter_map(|boundary| match &boundary.kind {
        BoundaryKind::Discharge(series) => Some(series),
        _ => None,
    });
    let at_points = scenario.sources.iter().map(|source| &source.discharge_m3s);
    if at_edges.chain(at_points).any(is_same) { SkillRole::Inflow } else { SkillRole::Compared(observed.role) }
}
