//! The tables in Markdown.

use super::fit::Fit;
use super::misfit::Misfit;
use super::rating::RatingRow;
use super::score::{Score, ScoreRow};
use crate::domain::geo::corridor::{CalibratedRow, RoughSurface};
use crate::domain::river::observed::WindowRole;

/// A dash where there is nothing.
pub(super) const NONE: &str = "–";

/// Stage at a discharge, simulated beside observed.
pub fn rating_markdown(rows: &[RatingRow]) -> String {
    let head = [
        "year",
        "m³/s",
        "station",
        "section, published n",
        "section, calibrated n",
        "1-D line, published n",
        "1-D line, calibrated n",
        "dated stage",
        "readings",
        "section less readings, m",
        "line less readings, m",
    ];
    let cells = |row: &RatingRow| {
        let metres = |stage: f64| format!("{stage:.2}");
        let readings = match (row.observed, row.largest_reading_m3s.zip(row.is_reached())) {
            (Some(observed), _) => {
                let [low, high] = observed.discharge_m3s;
                format!("{:.2} ({} of {low:.0} to {high:.0})", observed.stage_m, observed.n_readings)
            }
            (None, Some((largest, false))) => format!("not reached, at most {largest:.0}"),
            (None, Some((_, true))) => "fewer than 3 stages near it".to_owned(),
            (None, None) => NONE.to_owned(),
        };
        let less = |simulated: [f64; 2]| {
            let error = |observed: f64| format!("{:+.2}, {:+.2}", simulated[0] - observed, simulated[1] - observed);
            row.observed.map_or_else(|| NONE.to_owned(), |observed| error(observed.stage_m))
        };
        vec![
            row.year.to_string(),
            format!("{:.0}", row.discharge_m3s),
            row.station.clone(),
            metres(row.section_m[0]),
            metres(row.section_m[1]),
            metres(row.profile_m[0]),
            metres(row.profile_m[1]),
            row.dated_m.map_or_else(|| NONE.to_owned(), metres),
            readings,
            less(row.section_m),
            less(row.profile_m),
        ]
    };
    table(&head, rows.iter().map(cells))
}

/// The calibrated roughness that the program has.
pub fn calibration_markdown(rows: &[CalibratedRow]) -> String {
    let head = ["reach", "years", "n of", "calibrated", "published", "physical range", "fitted to", "method", "date"];
    let cells = |row: &CalibratedRow| {
        let [lower, upper] = row.surface.physical_range();
        vec![
            row.reach.clone(),
            years(row.years),
            surface(row.surface).to_owned(),
            format!("{:.5}", row.manning),
            format!("{:.3}", row.published),
            format!("{lower} to {upper}"),
            row.events.clone(),
            row.method.clone(),
            row.date.clone(),
        ]
    };
    table(&head, rows.iter().map(cells))
}

/// What a fit found, beside what the program has.
pub fn fit_markdown(fits: &[Fit], known: &[CalibratedRow]) -> String {
    let head = ["reach", "years", "n of", "found", "in the program", "published", "at a bound", "fitted to"];
    let rows = fits.iter().flat_map(|fit| fit.found.iter().map(move |found| (fit, found)));
    let cells = rows.map(|(fit, found)| {
        let is_same =
            |row: &&CalibratedRow| row.reach == found.reach && row.surface == found.surface && row.years == found.years;
        vec![
            found.reach.clone(),
            years(found.years),
            surface(found.surface).to_owned(),
            format!("{:.5}", found.manning),
            known.iter().find(is_same).map_or_else(|| NONE.to_owned(), |row| format!("{:.5}", row.manning)),
            format!("{:.3}", found.published),
            if found.is_at_bound { "yes" } else { "no" }.to_owned(),
            fit.flood.clone(),
        ]
    });
    let mut text = table(&head, cells);
    text.push('\n');
    let head = ["fitted to", "roughness", "peaks", "times", "DC", "steady stages", "prior", "misfit", "routings"];
    let parts = |fit: &Fit, of: &str, misfit: &Misfit| {
        let Misfit { peaks, times, series, ratings, prior } = *misfit;
        let figures = [peaks, times, series, ratings, prior, misfit.total()].map(|part| format!("{part:.3}"));
        let mut cells = vec![fit.flood.clone(), of.to_owned()];
        cells.extend(figures);
        cells.push(fit.n_routings.to_string());
        cells
    };
    let rows = fits.iter().flat_map(|fit| [parts(fit, "begun from", &fit.before), parts(fit, "found", &fit.after)]);
    text + &table(&head, rows)
}

/// Skill at every station of the floods of a role.
pub fn score_markdown(rows: &[ScoreRow], role: WindowRole) -> String {
    let head = [
        "flood",
        "station",
        "readings",
        "DC, published n",
        "DC, calibrated n",
        "observed peak, m³/s",
        "peak, published n",
        "peak, calibrated n",
        "time, published n, h",
        "time, calibrated n, h",
        "volume, both",
        "stage, both, m",
    ];
    let cells = |row: &ScoreRow| {
        let both = [&row.published, &row.calibrated];
        let or_none = |text: [Option<String>; 2]| match text {
            [Some(a), Some(b)] => format!("{a}, {b}"),
            _ => NONE.to_owned(),
        };
        vec![
            row.flood.clone(),
            row.station.clone(),
            row.n_readings.map_or_else(|| NONE.to_owned(), |n| n.to_string()),
            coefficient(both[0]),
            coefficient(both[1]),
            format!("{:.0}", row.observed_peak_m3s),
            peak(both[0]),
            peak(both[1]),
            time(both[0]),
            time(both[1]),
            or_none(both.map(|s| s.volume_error_frac.map(|v| format!("{:+.1} %", 100.0 * v)))),
            or_none(both.map(|s| s.stage_error_m.map(|m| format!("{m:+.2}")))),
        ]
    };
    table(&head, rows.iter().filter(|row| row.role == role).map(cells))
}

/// What the calibrated roughness changes in each flood: means and counts over its stations.
pub fn summary_markdown(rows: &[ScoreRow]) -> String {
    let head = [
        "flood",
        "role",
        "stations",
        "mean DC",
        "DC is better with the calibrated n at",
        "peaks permissible",
        "times permissible",
        "largest error of stage, m",
    ];
    let mut floods: Vec<&str> = rows.iter().map(|row| row.flood.as_str()).collect();
    floods.dedup();
    let cells = |flood: &str| {
        let own: Vec<&ScoreRow> = rows.iter().filter(|row| row.flood == flood).collect();
        let n = own.len();
        let both = |of: &dyn Fn(&Score) -> f64| {
            [own.iter().map(|row| of(&row.published)).sum::<f64>(), own.iter().map(|row| of(&row.calibrated)).sum()]
        };
        let count = |is: fn(&Score) -> bool| {
            let [a, b] = both(&|score| f64::from(u8::from(is(score))));
            format!("{a:.0}, {b:.0}")
        };
        let coefficients: Vec<[f64; 2]> =
            own.iter().filter_map(|row| Some([row.published.coefficient?, row.calibrated.coefficient?])).collect();
        let mean = |i: usize| coefficients.iter().map(|pair| pair[i]).sum::<f64>() / coefficients.len() as f64;
        let n_better = coefficients.iter().filter(|pair| pair[1] > pair[0]).count();
        let is_known = !coefficients.is_empty();
        let worst = |of: fn(&ScoreRow) -> &Score| {
            let errors = own.iter().filter_map(|row| of(row).stage_error_m);
            errors.reduce(|worst, error| if error.abs() > worst.abs() { error } else { worst }).unwrap_or(f64::NAN)
        };
        vec![
            flood.to_owned(),
            own[0].role.label().en.to_owned(),
            n.to_string(),
            if is_known { format!("{:.3}, {:.3}", mean(0), mean(1)) } else { NONE.to_owned() },
            if is_known { format!("{n_better} of {n}") } else { NONE.to_owned() },
            count(|score| score.is_peak_qualified),
            count(|score| score.is_time_qualified),
            format!("{:+.2}, {:+.2}", worst(|row| &row.published), worst(|row| &row.calibrated)),
        ]
    };
    table(&head, floods.into_iter().map(cells))
}

fn coefficient(score: &Score) -> String {
    let both = score.coefficient.zip(score.grade);
    both.map_or_else(|| NONE.to_owned(), |(dc, grade)| format!("{dc:.3} {grade}"))
}

/// What is more than permissible has an exclamation mark.
fn peak(score: &Score) -> String {
    let mark = if score.is_peak_qualified { "" } else { " !" };
    format!("{:.0}, {:+.1} %{mark}", score.peak_m3s, 100.0 * score.peak_error_frac)
}

fn time(score: &Score) -> String {
    let mark = if score.is_time_qualified { "" } else { " !" };
    format!("{:+.0}{mark}", score.time_error_secs / 3600.0)
}

fn years([from, to]: [u16; 2]) -> String {
    format!("{from} to {to}")
}

const fn surface(surface: RoughSurface) -> &'static str {
    match surface {
        RoughSurface::Channel => "channel",
        RoughSurface::Floodplain => "floodplain",
    }
}

pub(super) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    rows.fold(head, |text, row| text + "| " + &row.join(" | ") + " |\n")
}
