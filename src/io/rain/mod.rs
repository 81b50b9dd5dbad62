//! Gridded rain from `NetCDF` files, classic and `NetCDF`-4, by the CF conventions.
//!
//! A rain variable lies on the dimensions (time, y, x), each of which has a coordinate variable of its own name: `time`
//! with units `.. since ..`, `y` and `x` in metres of the map. Its values are rates. A value holds from its time to the
//! next one, the last for as long as the one before it; or, where the time names `bounds`, from bound to bound.

mod units;

use std::ops::Range;
use std::path::Path;

use netcdf_reader::NcFile;
use netcdf_reader::types::{NcSliceInfo, NcSliceInfoElem, NcVariable};
use time::OffsetDateTime;

/// Why rain could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RainError {
    /// The file could not be opened or is damaged.
    #[error("{0}")]
    Unreadable(#[from] netcdf_reader::Error),
    /// The file is not what it should be.
    #[error("{found}, allowed: {allowed}")]
    Unfit {
        /// What was found, to be read after "with".
        found: String,
        /// What is allowed.
        allowed: String,
    },
}

fn unfit<T>(found: impl Into<String>, allowed: impl Into<String>) -> Result<T, RainError> {
    Err(RainError::Unfit { found: found.into(), allowed: allowed.into() })
}

/// A file of rain whose times and places are known; the rates are still in it.
pub(crate) struct RainFile {
    file: NcFile,
    variable: String,
    mm_per_hour: f64,
    /// From and to of each field, s after the given start; each begins at or after the end of the one before.
    pub(crate) spans_secs: Vec<[f64; 2]>,
    /// Edges of the columns, m on the map: one more than there are columns, rising or falling.
    pub(crate) x_edges_m: Vec<f64>,
    /// Edges of the rows, m on the map: one more than there are rows, rising or falling.
    pub(crate) y_edges_m: Vec<f64>,
}

impl RainFile {
    /// Opens a file and looks at everything but the rates. Without the name of a variable there must be one that is rain.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what it should be.
    pub(crate) fn open(path: &Path, variable: Option<&str>, start: OffsetDateTime) -> Result<Self, RainError> {
        let file = NcFile::open(path)?;
        let (rain, mm_per_hour) = find(&file, variable)?;
        let [time, y, x] = axes(&file, rain)?;
        let spans_secs = spans(&file, time, start)?;
        let (xs, ys) = (places(&file, x)?, places(&file, y)?);
        let (x_step, y_step) = (step(&xs), step(&ys));
        let Some(fallback) = x_step.or(y_step) else {
            return unfit("a single rain cell", "at least two values of x or of y; rain of one value is `Uniform(..)`");
        };
        let x_edges_m = edges(&xs, fallback);
        let y_edges_m = edges(&ys, fallback);
        let variable = rain.name().to_owned();
        Ok(Self { file, variable, mm_per_hour, spans_secs, x_edges_m, y_edges_m })
    }

    /// Rates of one field within some rows and columns, mm/h, row by row; NaN where there is no data.
    ///
    /// # Errors
    /// When the file is damaged.
    pub(crate) fn field(&self, span: usize, rows: &Range<usize>, cols: &Range<usize>) -> Result<Vec<f64>, RainError> {
        let some =
            |range: &Range<usize>| NcSliceInfoElem::Slice { start: range.start as u64, end: range.end as u64, step: 1 };
        let selections = vec![some(&(span..span + 1)), some(rows), some(cols)];
        let values = self.file.read_variable_slice_unpacked_masked(&self.variable, &NcSliceInfo { selections })?;
        Ok(values.iter().map(|value| value * self.mm_per_hour).collect())
    }
}

/// The rain variable, and mm/h in one of its units.
fn find<'f>(file: &'f NcFile, named: Option<&str>) -> Result<(&'f NcVariable, f64), RainError> {
    let variables = file.variables()?;
    let fields: Vec<&NcVariable> = variables.iter().filter(|variable| variable.ndim() == 3).collect();
    let allowed = || format!("a rain rate over (time, y, x) in {}", units::rates());
    if let Some(name) = named {
        let Some(variable) = variables.iter().find(|variable| variable.name() == name) else {
            return unfit(format!("no variable `{name}`, but {}", listed(&fields)), allowed());
        };
        return match rate_of(variable) {
            Some(factor) => Ok((variable, factor)),
            None => unfit(described(variable), allowed()),
        };
    }
    let rains: Vec<(&NcVariable, f64)> = fields.iter().filter_map(|v| Some((*v, rate_of(v)?))).collect();
    match rains.as_slice() {
        [rain] => Ok(*rain),
        [] => unfit(format!("no rain rate, but {}", listed(&fields)), allowed()),
        several => {
            let several: Vec<&NcVariable> = several.iter().map(|(variable, _)| *variable).collect();
            unfit(listed(&several), "one rain rate, or the name of one: Grid(file: \"..\", variable: \"..\")")
        }
    }
}

fn rate_of(variable: &NcVariable) -> Option<f64> {
    (variable.ndim() == 3).then(|| text(variable, "units")).flatten().and_then(|unit| units::mm_per_hour_in(&unit))
}

fn text(variable: &NcVariable, key: &str) -> Option<String> {
    let text = variable.attribute(key)?.value.as_string()?;
    Some(text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned())
}

/// `rain(time, y, x) in mm`.
fn described(variable: &NcVariable) -> String {
    let dimensions: Vec<&str> = variable.dimensions().iter().map(|d| d.name.as_str()).collect();
    let unit = text(variable, "units").map_or_else(|| "without units".to_owned(), |unit| format!("in `{unit}`"));
    format!("`{}({})` {unit}", variable.name(), dimensions.join(", "))
}

fn listed(variables: &[&NcVariable]) -> String {
    if variables.is_empty() {
        return "no variable of three dimensions".to_owned();
    }
    variables.iter().map(|variable| described(variable)).collect::<Vec<_>>().join(" and ")
}

/// The coordinate variables of the three dimensions, each known to be what it should be.
fn axes<'f>(file: &'f NcFile, rain: &NcVariable) -> Result<[&'f NcVariable; 3], RainError> {
    let mut found = Vec::with_capacity(3);
    for dimension in rain.dimensions() {
        match file.variables()?.iter().find(|variable| variable.is_coordinate_variable_for(&dimension.name)) {
            Some(variable) => found.push(variable),
            None => {
                return unfit(
                    format!("{} and no coordinate variable `{1}({1})`", described(rain), dimension.name),
                    "a coordinate variable for each dimension, of its name",
                );
            }
        }
    }
    let [time, y, x] = found[..] else {
        return unfit(described(rain), "the dimensions (time, y, x)");
    };
    if !is_axis(y, "y", "projection_y_coordinate") || !is_axis(x, "x", "projection_x_coordinate") {
        return unfit(
            described(rain),
            "the dimensions (time, y, x) in this order, known by their names, by `axis` or by `standard_name` projection_y_coordinate and projection_x_coordinate",
        );
    }
    for place in [y, x] {
        if !text(place, "units").is_some_and(|unit| units::is_metre(&unit)) {
            return unfit(
                described(place),
                "units `m`, in the map coordinates of the scenario; project the file first",
            );
        }
    }
    Ok([time, y, x])
}

fn is_axis(variable: &NcVariable, letter: &str, standard_name: &str) -> bool {
    let is = |text: Option<String>, word: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(word));
    is(Some(variable.name().to_owned()), letter)
        || is(text(variable, "axis"), letter)
        || is(text(variable, "standard_name"), standard_name)
}

fn numbers(file: &NcFile, variable: &NcVariable) -> Result<Vec<f64>, RainError> {
    Ok(file.read_variable_unpacked_masked(variable.name())?.iter().copied().collect())
}

/// Longest gap or overlap between the bounds of two fields that is taken for rounding, s.
const ROUNDING_SECS: f64 = 1e-3;

/// From when to when each field holds, s after the start.
fn spans(file: &NcFile, time: &NcVariable, start: OffsetDateTime) -> Result<Vec<[f64; 2]>, RainError> {
    let calendar = text(time, "calendar").unwrap_or_else(|| "standard".to_owned()).to_ascii_lowercase();
    if !["standard", "gregorian", "proleptic_gregorian"].contains(&calendar.as_str()) {
        return unfit(format!("times in the calendar `{calendar}`"), "the calendar `standard`");
    }
    let Some((unit_secs, zero)) = text(time, "units").and_then(|unit| units::time_since(&unit)) else {
        return unfit(described(time), units::TIMES);
    };
    let after_start = |value: f64| (zero - start).as_seconds_f64() + value * unit_secs;
    let times: Vec<f64> = numbers(file, time)?.into_iter().map(after_start).collect();
    if !times.iter().all(|time| time.is_finite()) || times.windows(2).any(|pair| pair[0] >= pair[1]) {
        return unfit("times that do not rise", "times each of which is later than the one before it");
    }
    let Some(bounds) = text(time, "bounds") else {
        let [.., before, last] = times[..] else {
            return unfit(
                format!("{} time(s) without `bounds`", times.len()),
                "at least two times, or `bounds` of the time that say how long the field holds",
            );
        };
        let ends = times.iter().skip(1).copied().chain([last + (last - before)]);
        return Ok(times.iter().zip(ends).map(|(from, to)| [*from, to]).collect());
    };
    let values: Vec<f64> = match file.variables()?.iter().find(|variable| variable.name() == bounds) {
        Some(variable) if variable.ndim() == 2 => numbers(file, variable)?.into_iter().map(after_start).collect(),
        _ => Vec::new(),
    };
    let mut spans: Vec<[f64; 2]> = values.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
    for k in 1..spans.len() {
        if (spans[k][0] - spans[k - 1][1]).abs() < ROUNDING_SECS {
            spans[k][0] = spans[k - 1][1];
        }
    }
    let is_good = spans.iter().all(|[from, to]| from.is_finite() && to.is_finite() && from < to)
        && spans.windows(2).all(|pair| pair[0][1] <= pair[1][0]);
    if values.len() != 2 * times.len() || !is_good {
        return unfit(
            format!("bounds of the time, `{bounds}`, that are not two rising times for each field"),
            "bounds that rise and do not overlap",
        );
    }
    Ok(spans)
}

/// The values of a coordinate, m.
fn places(file: &NcFile, variable: &NcVariable) -> Result<Vec<f64>, RainError> {
    let values = numbers(file, variable)?;
    let rises = values.windows(2).all(|pair| pair[0] < pair[1]);
    let falls = values.windows(2).all(|pair| pair[0] > pair[1]);
    if values.is_empty() || !values.iter().all(|value| value.is_finite()) || !(rises || falls) {
        return unfit(
            format!("values of `{}` that neither rise nor fall", variable.name()),
            "rising or falling values",
        );
    }
    Ok(values)
}

/// Distance of the first two of several values.
fn step(values: &[f64]) -> Option<f64> {
    match values {
        [first, second, ..] => Some(second - first),
        _ => None,
    }
}

/// Edges half way between neighbours, and as far outside; `fallback` is the width where there is no neighbour.
fn edges(centers: &[f64], fallback: f64) -> Vec<f64> {
    let first_step = step(centers).unwrap_or(fallback);
    let last_step = match centers {
        [.., before, last] => last - before,
        _ => fallback,
    };
    let first = centers.first().map(|center| center - 0.5 * first_step);
    let between = centers.windows(2).map(|pair| 0.5 * (pair[0] + pair[1]));
    let last = centers.last().map(|center| center + 0.5 * last_step);
    first.into_iter().chain(between).chain(last).collect()
}
