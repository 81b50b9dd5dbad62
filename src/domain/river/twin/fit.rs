//! The calibration: roughness of channel and floodplain, fitted to declared floods within its physical range.
//!
//! Search: the simplex of Nelder and Mead (1965), begun from the published values and once more from where it ended.
//! It needs no derivative, of which a misfit with peak times has none to trust, and draws no random numbers: the same
//! tables give the same roughness. The bounds are hard: what is searched is x in n = lower (upper / lower)^s with
//! s = 1 / (1 + e^-x), which never leaves them.

use std::cell::Cell;

use argmin::core::{CostFunction, Executor};
use argmin::solver::neldermead::NelderMead;
use serde::Serialize;

use super::flood::{Evidence, Flood};
use super::misfit::Misfit;
use super::rating::observed_at;
use crate::domain::geo::corridor::{CorridorError, RiverSections, RiverTables, RoughSurface};
use crate::domain::river::routing::RoutingError;

/// Edge of the first simplex, in x: at the published n of the channel about a tenth of it.
const EDGE: f64 = 0.5;
/// The search ends when the misfits at the corners of the simplex spread by less than this.
const NEAR: f64 = 1e-4;
/// Most iterations of one search.
const MOST_ITERATIONS: u64 = 200;
/// Searches, each begun where the last one ended.
const N_SEARCHES: usize = 2;
/// A roughness is given to this, s/m^(1/3).
const DIGITS: f64 = 1e-5;
/// Nearer to a bound than this share of its range (in the logarithm) a roughness is at the bound.
const AT_BOUND_FRAC: f64 = 0.05;
/// The steady stage that is fitted; that at 3000 m³/s holds for any roughness.
const RATING_M3S: f64 = 5000.0;

const ALL_REACHES: &[&str] = &["R1", "R2", "R3", "R4", "R5"];

/// What is fitted to what.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Years that the channel's roughness is for.
    pub years: [u16; 2],
    /// Name of the flood.
    pub flood: &'static str,
    /// Whether the steady stages of its readings count.
    pub has_ratings: bool,
    /// Factors on the published roughness.
    parameters: Vec<Parameter>,
}

/// One factor on the published roughness of some reaches.
#[derive(Debug, Clone, PartialEq)]
struct Parameter {
    reaches: &'static [&'static str],
    surface: RoughSurface,
    years: [u16; 2],
}

/// The declared calibration, in the order of its fits: the second uses the floodplain of the first.
///
/// Until 2002 the bed rose and flow above 3000 m³/s left the channel; since the regulation by Xiaolangdi it is cut down and
/// armoured. The flood of 1996 begins at Huayuankou, so it says nothing of R1, which stays as published until 2002.
pub fn plans() -> [Plan; 2] {
    let channel =
        |reach: usize, years| Parameter { reaches: &ALL_REACHES[reach..=reach], surface: RoughSurface::Channel, years };
    let (risen, scoured) = ([1958, 2002], [2003, 2022]);
    let floodplain = Parameter { reaches: ALL_REACHES, surface: RoughSurface::Floodplain, years: [1958, 2022] };
    [
        Plan {
            years: risen,
            flood: "1996-08",
            has_ratings: false,
            parameters: (1..5).map(|reach| channel(reach, risen)).chain([floodplain]).collect(),
        },
        Plan {
            years: scoured,
            flood: "2021-autumn",
            has_ratings: true,
            parameters: (0..5).map(|reach| channel(reach, scoured)).collect(),
        },
    ]
}

/// What a fit found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Name of the flood.
    pub flood: String,
    /// Misfit with the roughness that the search began from.
    pub before: Misfit,
    /// Misfit with what was found.
    pub after: Misfit,
    /// How often the flood was routed.
    pub n_routings: usize,
    /// The roughness found.
    pub found: Vec<Found>,
}

/// A roughness that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Code of the reach.
    pub reach: String,
    /// Years it is for.
    pub years: [u16; 2],
    /// What it is of.
    pub surface: RoughSurface,
    /// Manning's n, s/m^(1/3).
    pub manning: f64,
    /// Published Manning's n.
    pub published: f64,
    /// Whether it lies at the edge of what was allowed to it.
    pub is_at_bound: bool,
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FitError {
    /// The flood of the plan is missing.
    #[error("no flood {0} to fit to")]
    Flood(&'static str),
    /// It could not be routed.
    #[error(transparent)]
    Routing(#[from] RoutingError),
    /// The sections could not be made.
    #[error(transparent)]
    Sections(#[from] CorridorError),
    /// The search failed.
    #[error("search: {0}")]
    Search(String),
}

/// Carries out the declared calibration. Takes less than a minute of one thread; the same input gives the same result.
///
/// # Errors
/// When a flood is missing or cannot be routed.
pub fn calibrate(tables: &RiverTables, floods: &[Flood]) -> Result<Vec<Fit>, FitError> {
    let mut tables = tables.clone();
    let mut fits = Vec::new();
    for plan in plans() {
        let flood = floods.iter().find(|flood| flood.name == plan.flood).ok_or(FitError::Flood(plan.flood))?;
        let fit = fit(&plan, &tables, flood)?;
        for found in fit.found.iter().filter(|found| found.surface == RoughSurface::Floodplain) {
            set(&mut tables, found);
        }
        fits.push(fit);
    }
    Ok(fits)
}

fn set(tables: &mut RiverTables, found: &Found) {
    for reach in tables.reaches.iter_mut().filter(|reach| reach.id == found.reach) {
        *reach.manning_mut(found.surface) = found.manning;
    }
}

fn fit(plan: &Plan, tables: &RiverTables, flood: &Flood) -> Result<Fit, FitError> {
    let n_routings = Cell::new(0);
    let points = if plan.has_ratings { rating_points(flood) } else { Vec::new() };
    let search = Search { plan, tables, flood, points, n_routings: &n_routings };
    let even = vec![1.0; plan.parameters.len()];
    let mut best: Vec<f64> = search.x_of(&even);
    for _ in 0..N_SEARCHES {
        best = search.nelder_mead(best)?;
    }
    let found = search.found(&search.factors_of(&best));
    let before = search.misfit(&search.found(&even))?;
    let after = search.misfit(&found)?;
    Ok(Fit { flood: plan.flood.to_owned(), before, after, n_routings: n_routings.get(), found })
}

/// Chainage (km), discharge (m³/s) and observed stage (m) of every station with readings near that discharge.
fn rating_points(flood: &Flood) -> Vec<[f64; 3]> {
    let stations = flood.stations.iter().filter_map(|station| match &station.evidence {
        Evidence::Series(series) => Some([station.km, RATING_M3S, observed_at(series, RATING_M3S)?.stage_m]),
        Evidence::Peak(_) => None,
    });
    stations.collect()
}

/// What a search looks at.
struct Search<'a> {
    plan: &'a Plan,
    tables: &'a RiverTables,
    flood: &'a Flood,
    points: Vec<[f64; 3]>,
    n_routings: &'a Cell<usize>,
}

impl Search<'_> {
    fn nelder_mead(&self, from: Vec<f64>) -> Result<Vec<f64>, FitError> {
        let corner = |axis: usize| {
            let mut corner = from.clone();
            corner[axis] += EDGE;
            corner
        };
        let simplex: Vec<Vec<f64>> = std::iter::once(from.clone()).chain((0..from.len()).map(corner)).collect();
        let failed = |error: argmin::core::Error| match error.downcast::<FitError>() {
            Ok(own) => own,
            Err(other) => FitError::Search(other.to_string()),
        };
        let solver = NelderMead::new(simplex).with_sd_tolerance(NEAR).map_err(failed)?;
        let executor = Executor::new(self, solver).configure(|state| state.max_iters(MOST_ITERATIONS)).timer(false);
        let best = executor.run().map_err(failed)?.state.best_param;
        best.ok_or_else(|| FitError::Search("no best point".to_owned()))
    }

    /// Least and greatest factor of a parameter: all its reaches stay within the physical range.
    fn bounds(&self, parameter: &Parameter) -> [f64; 2] {
        let [lower, upper] = parameter.surface.physical_range();
        let published = || parameter.reaches.iter().map(|reach| self.published(reach, parameter.surface));
        let at_least = published().map(|n| lower / n).fold(0.0, f64::max);
        [at_least, published().map(|n| upper / n).fold(f64::INFINITY, f64::min)]
    }

    /// Roughness of a reach in the tables, which have the published one of what is fitted.
    fn published(&self, reach: &str, surface: RoughSurface) -> f64 {
        let row = self.tables.reaches.iter().find(|row| row.id == reach);
        row.map_or(f64::NAN, |row| match surface {
            RoughSurface::Channel => row.manning_channel,
            RoughSurface::Floodplain => row.manning_floodplain,
        })
    }

    fn factors_of(&self, x: &[f64]) -> Vec<f64> {
        let factor = |(parameter, x): (&Parameter, &f64)| {
            let [lower, upper] = self.bounds(parameter);
            lower * (upper / lower).powf(1.0 / (1.0 + (-x).exp()))
        };
        self.plan.parameters.iter().zip(x).map(factor).collect()
    }

    fn x_of(&self, factors: &[f64]) -> Vec<f64> {
        let x = |(parameter, factor): (&Parameter, &f64)| {
            let [lower, upper] = self.bounds(parameter);
            let share = (factor / lower).ln() / (upper / lower).ln();
            (share / (1.0 - share)).ln()
        };
        self.plan.parameters.iter().zip(factors).map(x).collect()
    }

    /// Roughness of each reach for factors on the published one, to the digits that the table has.
    fn found(&self, factors: &[f64]) -> Vec<Found> {
        let of_parameter = |(parameter, factor): (&Parameter, &f64)| {
            let [lower, upper] = self.bounds(parameter);
            let share = (factor / lower).ln() / (upper / lower).ln();
            let (parameter, factor) = (parameter.clone(), *factor);
            parameter.reaches.iter().map(move |reach| {
                let published = self.published(reach, parameter.surface);
                Found {
                    reach: (*reach).to_owned(),
                    years: parameter.years,
                    surface: parameter.surface,
                    manning: (published * factor / DIGITS).round() * DIGITS,
                    published,
                    is_at_bound: !(AT_BOUND_FRAC..=1.0 - AT_BOUND_FRAC).contains(&share),
                }
            })
        };
        self.plan.parameters.iter().zip(factors).flat_map(of_parameter).collect()
    }

    fn misfit(&self, found: &[Found]) -> Result<Misfit, FitError> {
        self.n_routings.set(self.n_routings.get() + 1);
        let mut tables = self.tables.clone();
        for found in found {
            set(&mut tables, found);
        }
        let mut misfit = Misfit::of_flood(self.flood, &tables)?;
        if !self.points.is_empty() {
            misfit = misfit + Misfit::of_ratings(&self.points, &RiverSections::new(&tables, self.flood.year)?);
        }
        // One distance for a factor, however many reaches share it.
        let first = |parameter: &Parameter| {
            let own =
                found.iter().find(|found| found.reach == parameter.reaches[0] && found.surface == parameter.surface);
            own.map_or(1.0, |found| found.manning / found.published)
        };
        Ok(misfit + Misfit::of_factors(&self.plan.parameters.iter().map(first).collect::<Vec<_>>()))
    }
}

impl CostFunction for &Search<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        Ok(self.misfit(&self.found(&self.factors_of(x)))?.total())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::corridor::ReachRow;
    use crate::domain::river::observed::WindowRole;

    fn tables() -> RiverTables {
        let reach = |id: &&str| ReachRow {
            id: (*id).to_owned(),
            from_km: 0.0,
            to_km: 1.0,
            transverse_slope: 0.0,
            manning_channel: 0.011,
            manning_floodplain: if *id == "R5" { 0.04 } else { 0.033 },
        };
        RiverTables { reaches: ALL_REACHES.iter().map(reach).collect(), ..RiverTables::default() }
    }

    fn flood() -> Flood {
        Flood {
            name: "1996-08".into(),
            role: WindowRole::Calibration,
            year: 1996,
            from_km: 128.0,
            step_secs: 3600.0,
            inflows: vec![],
            stations: vec![],
        }
    }

    #[test]
    fn no_point_of_the_search_leaves_the_physical_range() {
        let (tables, flood, n_routings) = (tables(), flood(), Cell::new(0));
        let plan = plans()[0].clone();
        let search = Search { plan: &plan, tables: &tables, flood: &flood, points: vec![], n_routings: &n_routings };
        for x in [-1e3, -5.0, 0.0, 5.0, 1e3] {
            let found = search.found(&search.factors_of(&[x; 5]));
            assert_eq!(found.len(), 4 + 5, "four channels and one floodplain of five reaches");
            for found in found {
                let [lower, upper] = found.surface.physical_range();
                assert!((lower - 1e-9..=upper + 1e-9).contains(&found.manning), "{found:?}");
                assert_eq!(found.is_at_bound, x.abs() > 2.0, "{found:?}");
            }
        }
        let even = search.factors_of(&search.x_of(&[1.0; 5]));
        assert!(even.iter().all(|factor| (factor - 1.0).abs() < 1e-12), "{even:?}");
    }

    #[test]
    fn a_plan_without_its_flood_is_refused() {
        let error = calibrate(&tables(), &[]).unwrap_err();
        assert_eq!(error.to_string(), "no flood 1996-08 to fit to");
    }
}
