//! `walls`: lines with a crest, written in place or in a `GeoJSON` file.

use super::context::{Context, Names};
use super::item::{Item, Record};
use super::site::{Site, distance_m, extent, is_on_grid};
use crate::domain::geo::PointMap;
use crate::domain::scenario::Wall;
use crate::io::ron_tree::Place;

const KEYS: &[&str] = &["name", "line", "crest_m", "file", "crest", "weir_coefficient"];

/// The walls of the file, after those that come with the terrain; and all names, those of faulty walls included.
pub(super) fn read(top: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> (Vec<Wall>, Names) {
    let mut walls = site.and_then(Site::corridor).map(|corridor| corridor.walls.clone()).unwrap_or_default();
    let mut names = Names::of_terrain(walls.iter().map(|wall| &wall.name));
    for item in top.optional("walls").and_then(|item| item.list(&mut cx.faults)).unwrap_or_default() {
        walls.extend(one(&item, site, &mut names, cx).unwrap_or_default());
    }
    (walls, names)
}

fn one(item: &Item<'_>, site: Option<&Site>, names: &mut Names, cx: &mut Context) -> Option<Vec<Wall>> {
    let record = item.record(&mut cx.faults, KEYS)?;
    let name_item = record.required(&mut cx.faults, "name");
    let name = names.claim(name_item, &mut cx.faults);
    if record.optional("file").is_some() {
        return from_file(&record, name?, site, names, cx);
    }
    let weir_coefficient = weir_coefficient(&record, cx);
    let line = record.required(&mut cx.faults, "line").and_then(|item| line(&item, site, cx));
    let crest_item = record.required(&mut cx.faults, "crest_m")?;
    let crest_m = crest_item.list(&mut cx.faults).and_then(|items| {
        let crests: Vec<_> = items.iter().map(|item| item.finite(&mut cx.faults)).collect();
        crests.into_iter().collect::<Option<Vec<f64>>>()
    });
    let (line, crest_m) = (line?, crest_m?);
    if line.len() != crest_m.len() {
        let allowed = format!("{}, one for each vertex of the line", line.len());
        cx.faults.add(&crest_item.spot(), format!("{} crest levels", crest_m.len()), allowed);
        return None;
    }
    Some(vec![Wall { weir_coefficient: weir_coefficient?, ..Wall::new(name?, line, crest_m) }])
}

/// Discharge over the crest as a multiple of that of an ideal broad crest; 1 unless given.
fn weir_coefficient(record: &Record<'_>, cx: &mut Context) -> Option<f64> {
    let Some(item) = record.optional("weir_coefficient") else { return Some(1.0) };
    let allowed = "a multiple of the discharge of an ideal broad crest from 0.3 to 1.3";
    item.number(&mut cx.faults, allowed, |x| (0.3..=1.3).contains(&x))
}

/// A line of two points or more on the grid.
pub(super) fn line(item: &Item<'_>, site: Option<&Site>, cx: &mut Context) -> Option<Vec<PointMap>> {
    let items = item.list(&mut cx.faults)?;
    let points: Vec<Option<PointMap>> = items.iter().map(|item| item.pair(&mut cx.faults, "a point (x, y)")).collect();
    if items.len() < 2 {
        cx.faults.add(&item.spot(), format!("{} point(s)", items.len()), "a line of at least two points (x, y)");
        return None;
    }
    let mut is_good = true;
    if let Some(site) = site {
        for (item, point) in items.iter().zip(&points) {
            if let Some([x, y]) = point.filter(|p| !is_on_grid(site.grid(), *p)) {
                is_good = false;
                cx.faults.add(&item.spot(), format!("the point ({x}, {y}) outside the grid"), extent(site.grid()));
            }
        }
    }
    let line: Vec<PointMap> = points.into_iter().collect::<Option<_>>()?;
    if line.windows(2).all(|pair| distance_m(pair[0], pair[1]) <= 0.0) {
        cx.faults.add(&item.spot(), "a line of no length", "at least two different points");
        return None;
    }
    is_good.then_some(line)
}

/// Walls from the lines of a `GeoJSON` file in the map coordinates of the scenario.
///
/// The property named by `crest` is the crest: one number for the line or a list with one for each vertex.
/// One line takes the name of the entry; of several, each takes it with `-1`, `-2` and so on behind.
fn from_file(
    record: &Record<'_>,
    name: String,
    site: Option<&Site>,
    names: &mut Names,
    cx: &mut Context,
) -> Option<Vec<Wall>> {
    for key in ["line", "crest_m"] {
        if let Some(item) = record.optional(key) {
            cx.faults.add(
                &item.spot(),
                format!("`{key}` beside `file`"),
                "either `line` and `crest_m`, or `file` and `crest`",
            );
        }
    }
    let weir_coefficient = weir_coefficient(record, cx);
    let crest_key = record.required(&mut cx.faults, "crest").and_then(|item| item.nonempty_text(&mut cx.faults));
    let file_item = record.required(&mut cx.faults, "file")?;
    let (path, text) = cx.text_of(&file_item)?;
    let json: serde_json::Value = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => {
            let at = Place { line: error.line().max(1), column: error.column().max(1) };
            cx.faults.add_in(path, at, "syntax", error.to_string(), "GeoJSON");
            return None;
        }
    };
    let (crest_key, weir_coefficient) = (crest_key?, weir_coefficient?);
    let lines: Result<Vec<_>, String> = features(&json).iter().map(|f| lines_of(f, crest_key)).collect();
    let lines = lines.map(|per_feature| per_feature.into_iter().flatten().collect::<Vec<_>>());
    let lines = match lines {
        Ok(lines) if !lines.is_empty() => lines,
        Ok(_) => {
            cx.faults.add(
                &file_item.spot(),
                format!("{} without a line", path.display()),
                "GeoJSON with LineString features",
            );
            return None;
        }
        Err(found) => {
            cx.faults.add(
                &file_item.spot(),
                format!("{}: {found}", path.display()),
                format!("LineString features whose property `{crest_key}` is a number or one number for each vertex"),
            );
            return None;
        }
    };
    if let Some(site) = site
        && let Some([x, y]) = lines.iter().flat_map(|(line, _)| line).find(|p| !is_on_grid(site.grid(), **p))
    {
        cx.faults.add(
            &file_item.spot(),
            format!("{}: the point ({x}, {y}) outside the grid", path.display()),
            extent(site.grid()),
        );
        return None;
    }
    let is_single = lines.len() == 1;
    let named = |(i, (line, crest_m))| {
        let name = if is_single { name.clone() } else { format!("{name}-{}", i + 1) };
        Wall { weir_coefficient, ..Wall::new(name, line, crest_m) }
    };
    let walls: Vec<Wall> = lines.into_iter().enumerate().map(named).collect();
    names.admit(walls.iter().map(|wall| wall.name.clone()));
    Some(walls)
}

fn features(json: &serde_json::Value) -> Vec<&serde_json::Value> {
    match json.get("features").and_then(serde_json::Value::as_array) {
        Some(features) => features.iter().collect(),
        None => vec![json],
    }
}

type CrestedLine = (Vec<PointMap>, Vec<f64>);

/// The lines of one feature with their crests, or what is wrong with it.
fn lines_of(feature: &serde_json::Value, crest_key: &str) -> Result<Vec<CrestedLine>, String> {
    let geometry = feature.get("geometry").ok_or("a feature without geometry")?;
    let coordinates = geometry.get("coordinates");
    let lines = match (geometry.get("type").and_then(serde_json::Value::as_str), coordinates) {
        (Some("LineString"), Some(line)) => vec![line],
        (Some("MultiLineString"), Some(serde_json::Value::Array(lines))) => lines.iter().collect(),
        (kind, _) => return Err(format!("a geometry of type {}", kind.unwrap_or("unknown"))),
    };
    let crest =
        feature.get("properties").and_then(|p| p.get(crest_key)).ok_or(format!("a feature without `{crest_key}`"))?;
    lines.into_iter().map(|line| crested(line, crest)).collect()
}

fn crested(line: &serde_json::Value, crest: &serde_json::Value) -> Result<CrestedLine, String> {
    let point = |p: &serde_json::Value| Some([p.get(0)?.as_f64()?, p.get(1)?.as_f64()?]);
    let line: Option<Vec<PointMap>> = line.as_array().and_then(|points| points.iter().map(point).collect());
    let line = line.filter(|line| line.len() >= 2).ok_or("a line of fewer than two points")?;
    let crest_m = match crest {
        serde_json::Value::Array(levels) => levels.iter().map(serde_json::Value::as_f64).collect(),
        level => level.as_f64().map(|level| vec![level; line.len()]),
    };
    let crest_m: Vec<f64> = crest_m.ok_or(format!("the crest {crest}"))?;
    if crest_m.len() != line.len() {
        return Err(format!("{} crest levels on a line of {} vertices", crest_m.len(), line.len()));
    }
    Ok((line, crest_m))
}
