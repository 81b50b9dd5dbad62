//! A user's own layers in place of the built-in exposure: villages, roads, floodplain units; and shelters beside its own.
//!
//! What cannot be joined is listed with its place and reason and left out; a layer of which nothing joins is refused.

use std::collections::BTreeSet;
use std::path::Path;

use super::figure;
use crate::domain::geo::polyline::{distance_m, lerp};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::impact::{Exit, Exposure, Road, RoadNet, UnitExposure, Village};
use crate::domain::river::{FloodplainUnit, LandClass, NO_UNIT, River};
use crate::domain::scenario::Terrain;
use crate::domain::text::Bilingual;
use crate::io::layers::{self, Column, Columns, Feature, Layer, LayerError, Polygon, Shape};

/// Reasons that are written out for each layer; the others are counted.
const MOST_REASONS: usize = 20;
/// Ends of roads nearer than this are one place, m.
const SNAP_M: f64 = 30.0;
/// A village or ramp is joined to the next road within this, m.
const REACH_M: f64 = 3000.0;

/// What became of a layer: what it says to people.
pub type Notes = Vec<String>;

/// What was left out, and why.
#[derive(Debug, Default)]
struct LeftOut(Vec<String>);

impl LeftOut {
    fn add(&mut self, feature: &Feature, why: impl std::fmt::Display) {
        self.0.push(format!("{}: {why}", feature.place));
    }

    /// Lines for people: how much was joined, then why the rest was not.
    fn notes(self, layer: &Layer, what: &str, n_joined: usize) -> Notes {
        let n_left = self.0.len() + layer.skipped.len();
        let path = layer.path.display();
        let epsg = layer.epsg_found.map_or_else(String::new, |code| format!(", EPSG:{code}"));
        let mut notes = vec![format!("{path}: {n_joined} {what} joined, {n_left} left out ({}{epsg})", layer.encoding)];
        let of_file = layer.skipped.iter().map(|skipped| format!("{}: {}", skipped.place, skipped.reason));
        let reasons: Vec<String> = of_file.chain(self.0).collect();
        notes.extend(reasons.iter().take(MOST_REASONS).map(|reason| format!("{path}: left out {reason}")));
        if reasons.len() > MOST_REASONS {
            notes.push(format!("{path}: left out {} more", reasons.len() - MOST_REASONS));
        }
        notes
            .extend(layer.notes.iter().take(MOST_REASONS).map(|note| format!("{path}: {}: {}", note.place, note.text)));
        notes
    }
}

/// Nothing of a layer could be joined.
fn none_joined(layer: &Layer, left: &LeftOut, allowed: &str) -> LayerError {
    LayerError::Content {
        place: "the layer".to_owned(),
        found: format!("nothing that could be joined; the first: {}", left.0.first().map_or("none", String::as_str)),
        allowed: allowed.to_owned(),
        path: layer.path.clone(),
    }
}

/// Puts the villages of a layer in the place of the register. Points, or polygons by the mean of their outline.
///
/// Columns: a name and `people` are needed; `id`, `people_by_day`, `households`, `platform_m`, floor areas
/// (`brick_concrete_m2`, `brick_timber_m2`, `earth_m2`) and `practised` (0 or 1) may be missing and are then those of
/// the built-in register. Chinese names of these columns are known too. A village belongs to the unit of its cell.
///
/// # Errors
/// When the layer cannot be read, lacks a column, or nothing of it joins.
pub fn villages(
    mut exposure: Exposure,
    river: &River,
    terrain: &Terrain,
    path: &Path,
) -> Result<(Exposure, Notes), LayerError> {
    let layer = layers::read(path, terrain.epsg)?;
    let columns = VillageColumns::of(&layer)?;
    let (mut left, mut ids, mut found) = (LeftOut::default(), BTreeSet::new(), Vec::new());
    for feature in &layer.features {
        match columns.village(feature, river, &terrain.grid, found.len() + 1) {
            Ok(village) if ids.insert(village.id.clone()) => found.push(village),
            Ok(village) => left.add(feature, format_args!("the code or name {:?} once more", village.id)),
            Err(why) => left.add(feature, why),
        }
    }
    if found.is_empty() {
        return Err(none_joined(&layer, &left, "villages on the floodplain units of the domain"));
    }
    let notes = left.notes(&layer, "villages", found.len());
    // The schematic roads lead between villages that are no longer there.
    exposure.roads =
        RoadNet { nodes: found.iter().map(|v| v.at).collect(), roads: Vec::new(), exits: Vec::new(), ..exposure.roads };
    exposure.villages = found;
    exposure.source = own_source(&exposure.source, "村庄", "villages", path);
    Ok((exposure, notes))
}

struct VillageColumns {
    name: Column,
    id: Option<Column>,
    people: Column,
    by_day: Option<Column>,
    households: Option<Column>,
    platform: Option<Column>,
    houses: [Option<Column>; 3],
    practised: Option<Column>,
}

impl VillageColumns {
    fn of(layer: &Layer) -> Result<Self, LayerError> {
        let columns = Columns::of(layer);
        let maybe = |names: &[&str]| columns.find_if_any(names);
        Ok(Self {
            name: columns.find(&["name", "village", "名称", "村名", "村庄"])?,
            people: columns.find(&["people", "population", "人口", "常住人口", "户籍人口"])?,
            id: maybe(&["id", "code", "编码", "代码"]),
            by_day: maybe(&["people_by_day", "people_day", "白天人口"]),
            households: maybe(&["households", "户数"]),
            platform: maybe(&["platform_m", "platform", "村台高度", "台高"]),
            houses: [
                maybe(&["brick_concrete_m2", "砖混面积", "砖混"]),
                maybe(&["brick_timber_m2", "砖木面积", "砖木"]),
                maybe(&["earth_m2", "土木面积", "土木"]),
            ],
            practised: maybe(&["practised", "演练"]),
        })
    }

    fn village(&self, feature: &Feature, river: &River, grid: &Grid, number: usize) -> Result<Village, String> {
        let at = middle(&feature.geometry).ok_or("a line, allowed: a point or a polygon")?;
        let (row, col) = grid.cell_at(at).ok_or_else(|| format!("({:.0}, {:.0}) outside the grid", at[0], at[1]))?;
        let cell = grid.index(row, col);
        let unit = river.unit_of_cell.get(cell).copied().filter(|unit| *unit != NO_UNIT);
        let unit = unit.ok_or_else(|| format!("({:.0}, {:.0}) on no floodplain unit", at[0], at[1]))?;
        let number_of = |column: &Option<Column>, usual: f64| match column {
            Some(column) if !column.is_empty(feature) => {
                column.not_negative(feature).map_err(|error| error.to_string())
            }
            _ => Ok(usual),
        };
        let people = self
            .people
            .number_where(feature, "people of a village, 0 to 1,000,000", |x| (0.0..=1e6).contains(&x))
            .map_err(|error| error.to_string())?;
        let name = self.name.text(feature).map_err(|error| error.to_string())?.into_owned();
        let id = self.id.as_ref().and_then(|column| column.text_if_any(feature)).map(std::borrow::Cow::into_owned);
        let floor_m2 = people * figure("house_area").value;
        let share = |kind: &str| floor_m2 * figure(&format!("house_{kind}")).value;
        Ok(Village {
            id: id.unwrap_or_else(|| format!("V-{number:04}")),
            name: Bilingual::new(name.clone(), name),
            unit: usize::from(unit),
            cell,
            at,
            people,
            people_by_day: number_of(&self.by_day, (people * figure("day_share").value).round())?,
            households: number_of(&self.households, (people / figure("household").value).round())?,
            platform_m: number_of(&self.platform, 0.0)?,
            houses_m2: [
                number_of(&self.houses[0], share("brick_concrete"))?,
                number_of(&self.houses[1], share("brick_timber"))?,
                number_of(&self.houses[2], share("earth"))?,
            ],
            is_practised: number_of(&self.practised, 0.0)? > 0.5,
        })
    }
}

/// A point, or the mean of a polygon's outline.
fn middle(shape: &Shape) -> Option<PointMap> {
    match shape {
        Shape::Point(at) => Some(*at),
        Shape::Polygons(polygons) => {
            let ring = polygons.first().map(|polygon| &polygon.outer[1..])?;
            let sum = ring.iter().fold([0.0, 0.0], |sum, at| [sum[0] + at[0], sum[1] + at[1]]);
            Some(sum.map(|x| x / ring.len() as f64))
        }
        Shape::Lines(_) => None,
    }
}

/// Puts the roads of a layer in the place of the schematic ones. Lines; a name is needed. The ramps of the levees stay
/// where they are. Ends within 30 m of each other are one place; villages and ramps are joined to the next
/// place of a road within 3 km.
///
/// # Errors
/// When the layer cannot be read, lacks a column, or nothing of it joins.
pub fn roads(
    mut exposure: Exposure,
    ramps: &RoadNet,
    terrain: &Terrain,
    path: &Path,
) -> Result<(Exposure, Notes), LayerError> {
    let layer = layers::read(path, terrain.epsg)?;
    let name = Columns::of(&layer).find(&["name", "road", "名称", "路名", "道路"])?;
    let grid = &terrain.grid;
    let mut net = Net::new(&exposure, grid);
    let (mut left, mut n_joined) = (LeftOut::default(), 0);
    for feature in &layer.features {
        let joined = match &feature.geometry {
            Shape::Lines(lines) => {
                name.text(feature).map_err(|error| error.to_string()).map(|name| net.add(&name, lines))
            }
            _ => Err("no line, allowed: lines".to_owned()),
        };
        match joined {
            Ok(n) if n > 0 => n_joined += 1,
            Ok(_) => left.add(feature, "outside the grid"),
            Err(why) => left.add(feature, why),
        }
    }
    if n_joined == 0 {
        return Err(none_joined(&layer, &left, "roads on the grid of the domain"));
    }
    let mut notes = left.notes(&layer, "roads", n_joined);
    let n_apart = net.join_villages(exposure.villages.len());
    net.join_ramps(ramps);
    if n_apart > 0 {
        notes.push(format!("{}: {n_apart} villages have no road within {REACH_M:.0} m", path.display()));
    }
    exposure.roads = net.built;
    exposure.source = own_source(&exposure.source, "道路", "roads", path);
    Ok((exposure, notes))
}

/// Adds the shelters of a layer (schools, platforms, towns) to the ramps of the levees: people go to the nearest one that
/// has room. Points, or polygons by the mean of their outline; a name and `capacity` (people) are needed. Each is joined
/// to the next place of a road or village within 3 km.
///
/// # Errors
/// When the layer cannot be read, lacks a column, or nothing of it joins.
pub fn shelters(mut exposure: Exposure, terrain: &Terrain, path: &Path) -> Result<(Exposure, Notes), LayerError> {
    let layer = layers::read(path, terrain.epsg)?;
    let columns = Columns::of(&layer);
    let name = columns.find(&["name", "shelter", "名称", "安置点"])?;
    let capacity = columns.find(&["capacity", "容量", "可容纳人数"])?;
    let mut net = Net { first_of_roads: 0, grid: &terrain.grid, built: exposure.roads.clone() };
    let (mut left, mut n_joined) = (LeftOut::default(), 0);
    for feature in &layer.features {
        let shelter = || -> Result<(String, f64, PointMap), String> {
            let at = middle(&feature.geometry).ok_or("a line, allowed: a point or a polygon")?;
            let name = name.text(feature).map_err(|error| error.to_string())?.into_owned();
            Ok((name, capacity.not_negative(feature).map_err(|error| error.to_string())?, at))
        };
        let joined = shelter().and_then(|(name, capacity, at)| {
            let place = net.nearest_place(at).ok_or_else(|| format!("no road or village within {REACH_M:.0} m"))?;
            net.add_exit(&name, capacity, at, place);
            Ok(())
        });
        match joined {
            Ok(()) => n_joined += 1,
            Err(why) => left.add(feature, why),
        }
    }
    if n_joined == 0 {
        return Err(none_joined(&layer, &left, "shelters near roads or villages of the domain"));
    }
    let notes = left.notes(&layer, "shelters", n_joined);
    exposure.roads = net.built;
    exposure.source = own_source(&exposure.source, "安置点", "shelters", path);
    Ok((exposure, notes))
}

/// A net of roads being built.
struct Net<'a> {
    built: RoadNet,
    grid: &'a Grid,
    /// Places that roads have brought.
    first_of_roads: usize,
}

impl<'a> Net<'a> {
    fn new(exposure: &Exposure, grid: &'a Grid) -> Self {
        let nodes: Vec<PointMap> = exposure.villages.iter().map(|village| village.at).collect();
        let first_of_roads = nodes.len();
        let built = RoadNet { nodes, roads: Vec::new(), exits: Vec::new(), ..exposure.roads.clone() };
        Self { built, grid, first_of_roads }
    }

    /// Adds a road, a piece for each two vertices; how many pieces lie on the grid.
    fn add(&mut self, name: &str, lines: &[Vec<PointMap>]) -> usize {
        let mut n = 0;
        for pair in lines.iter().flat_map(|line| line.windows(2)) {
            let ends = [self.place(pair[0]), self.place(pair[1])];
            n += usize::from(ends[0] != ends[1] && self.connect(Bilingual::new(name, name), ends));
        }
        n
    }

    /// The place of a road at a point, an old one or a new one.
    fn place(&mut self, at: PointMap) -> usize {
        let near =
            (self.first_of_roads..self.built.nodes.len()).find(|k| distance_m(self.built.nodes[*k], at) <= SNAP_M);
        near.unwrap_or_else(|| {
            self.built.nodes.push(at);
            self.built.nodes.len() - 1
        })
    }

    /// A road between two places; none if it touches no cell of the grid.
    fn connect(&mut self, name: Bilingual, ends: [usize; 2]) -> bool {
        let [a, b] = ends.map(|end| self.built.nodes[end]);
        let cells = super::roads::cells_between(self.grid, a, b);
        let is_there = !cells.is_empty();
        if is_there {
            self.built.roads.push(Road { name, ends, length_m: distance_m(a, b), cells });
        }
        is_there
    }

    /// A shelter at a point, with a road to a place.
    fn add_exit(&mut self, name: &str, capacity: f64, at: PointMap, place: usize) {
        let node = self.built.nodes.len();
        let name = Bilingual::new(name, name);
        self.built.nodes.push(at);
        self.built.exits.push(Exit { name: name.clone(), node, capacity });
        if !self.connect(name, [place, node]) {
            // Beside the grid no water is known: the road is there and never closes.
            let length_m = distance_m(self.built.nodes[place], at);
            let name = self.built.exits[self.built.exits.len() - 1].name.clone();
            self.built.roads.push(Road { name, ends: [place, node], length_m, cells: Vec::new() });
        }
    }

    fn nearest_place(&self, at: PointMap) -> Option<usize> {
        let gap = |k: &usize| distance_m(self.built.nodes[*k], at);
        let nearest = (self.first_of_roads..self.built.nodes.len()).min_by(|a, b| gap(a).total_cmp(&gap(b)))?;
        (gap(&nearest) <= REACH_M).then_some(nearest)
    }

    /// Joins every village to the next place of a road; how many have none.
    fn join_villages(&mut self, n_villages: usize) -> usize {
        let mut n_apart = 0;
        for village in 0..n_villages {
            match self.nearest_place(self.built.nodes[village]) {
                Some(place) => {
                    let name = Bilingual::new(format!("进村路{}", village + 1), format!("Access {}", village + 1));
                    self.connect(name, [village, place]);
                }
                None => n_apart += 1,
            }
        }
        n_apart
    }

    /// Takes over the ramps, each joined to the next place of a road.
    fn join_ramps(&mut self, ramps: &RoadNet) {
        let places: Vec<Option<usize>> =
            ramps.exits.iter().map(|exit| self.nearest_place(ramps.nodes[exit.node])).collect();
        for (exit, place) in ramps.exits.iter().zip(places) {
            let node = self.built.nodes.len();
            self.built.nodes.push(ramps.nodes[exit.node]);
            self.built.exits.push(Exit { node, ..exit.clone() });
            if let Some(place) = place {
                self.connect(exit.name.clone(), [place, node]);
            }
        }
    }
}

/// Puts the polygons of a layer in the place of the floodplain units, and gives each village the unit of its cell. A name
/// is needed; `farmland_frac` (0 to 1) may be missing and is then that of the built-in units together.
///
/// # Errors
/// When the layer cannot be read, lacks a column, or no cell of the floodplain lies in it.
pub fn units(
    mut exposure: Exposure,
    river: &mut River,
    terrain: &Terrain,
    path: &Path,
) -> Result<(Exposure, Notes), LayerError> {
    let layer = layers::read(path, terrain.epsg)?;
    let columns = Columns::of(&layer);
    let name = columns.find(&["name", "unit", "名称", "滩区", "滩名"])?;
    let farmland = columns.find_if_any(&["farmland_frac", "耕地率"]);
    let usual = mean_farmland(&exposure, river);
    let mut left = LeftOut::default();
    let mut found: Vec<(FloodplainUnit, UnitExposure)> = Vec::new();
    let mut unit_of_cell = vec![NO_UNIT; terrain.grid.n_cells()];
    for feature in &layer.features {
        let one = unit(feature, (&name, farmland.as_ref(), usual), river, terrain, &unit_of_cell);
        match (one, u8::try_from(found.len())) {
            (Ok((unit, exposed, cells)), Ok(position)) if position != NO_UNIT => {
                for cell in cells {
                    unit_of_cell[cell] = position;
                }
                found.push((unit, exposed));
            }
            (Ok(_), _) => left.add(feature, "more than 255 units"),
            (Err(why), _) => left.add(feature, why),
        }
    }
    if found.is_empty() {
        return Err(none_joined(&layer, &left, "polygons on the floodplain of the domain"));
    }
    let mut notes = left.notes(&layer, "floodplain units", found.len());
    keep_landside(&exposure, river, &mut found, &mut unit_of_cell);
    let villages = exposure.villages.len();
    let of = |village: &Village| Some(unit_of_cell[village.cell]).filter(|unit| *unit != NO_UNIT).map(usize::from);
    let kept: Vec<Village> =
        exposure.villages.into_iter().filter_map(|village| Some(Village { unit: of(&village)?, ..village })).collect();
    if kept.len() < villages {
        notes.push(format!("{}: {} villages lie in none of the units", path.display(), villages - kept.len()));
    }
    exposure.villages = kept;
    (river.units, exposure.units) = found.into_iter().unzip();
    river.unit_of_cell = unit_of_cell;
    exposure.source = own_source(&exposure.source, "滩区", "floodplain units", path);
    Ok((exposure, notes))
}

/// Land behind the levees stays as it was: no polygon of a floodplain reaches there.
fn keep_landside(
    exposure: &Exposure,
    river: &River,
    found: &mut Vec<(FloodplainUnit, UnitExposure)>,
    unit_of_cell: &mut [u8],
) {
    for (old, (unit, exposed)) in river.units.iter().zip(&exposure.units).enumerate() {
        let Some(position) = u8::try_from(found.len()).ok().filter(|position| *position != NO_UNIT) else { return };
        if unit.is_landside {
            let cells = unit_of_cell.iter_mut().zip(&river.unit_of_cell);
            for (cell, _) in cells.filter(|(_, before)| usize::from(**before) == old) {
                *cell = position;
            }
            found.push((unit.clone(), exposed.clone()));
        }
    }
}

type Unit = (FloodplainUnit, UnitExposure, Vec<usize>);

fn unit(
    feature: &Feature,
    (name, farmland, usual_frac): (&Column, Option<&Column>, f64),
    river: &River,
    terrain: &Terrain,
    taken: &[u8],
) -> Result<Unit, String> {
    let Shape::Polygons(polygons) = &feature.geometry else { return Err("no polygon, allowed: polygons".to_owned()) };
    let name = name.text(feature).map_err(|error| error.to_string())?.into_owned();
    let farmland_frac = match farmland.filter(|column| !column.is_empty(feature)) {
        Some(column) => column
            .number_where(feature, "a share from 0 to 1", |x| (0.0..=1.0).contains(&x))
            .map_err(|e| e.to_string())?,
        None => usual_frac,
    };
    let grid = &terrain.grid;
    let center = |cell: usize| {
        let (row, col) = grid.row_col(cell);
        grid.center_map(row, col)
    };
    let is_free = |cell: &usize| river.class_of_cell[*cell] == LandClass::Floodplain && taken[*cell] == NO_UNIT;
    let holds = |cell: &usize| polygons.iter().any(|polygon| is_inside(polygon, center(*cell)));
    let cells: Vec<usize> = (0..grid.n_cells()).filter(is_free).filter(holds).collect();
    let at = cells.get(cells.len() / 2).map(|cell| center(*cell)).ok_or("no free cell of the floodplain lies in it")?;
    let area_m2 = cells.len() as f64 * grid.cell_area_m2();
    let named = Bilingual::new(name.clone(), name.clone());
    let unit = FloodplainUnit { id: name, name: named, county: String::new(), at, area_m2, is_landside: false };
    Ok((unit, UnitExposure { farmland_frac }, cells))
}

/// Farmland of all units together, as a share of their area.
fn mean_farmland(exposure: &Exposure, river: &River) -> f64 {
    let units = || river.units.iter().zip(&exposure.units).filter(|(unit, _)| !unit.is_landside);
    let area: f64 = units().map(|(unit, _)| unit.area_m2).sum();
    if area > 0.0 {
        units().map(|(unit, exposed)| unit.area_m2 * exposed.farmland_frac).sum::<f64>() / area
    } else {
        0.0
    }
}

/// Whether a point lies in a polygon and in none of its holes: by the crossings of a ray.
fn is_inside(polygon: &Polygon, at: PointMap) -> bool {
    let in_ring = |ring: &[PointMap]| {
        let crosses = |pair: &[PointMap]| {
            let [a, b] = [pair[0], pair[1]];
            (a[1] > at[1]) != (b[1] > at[1]) && at[0] < lerp(a, b, (at[1] - a[1]) / (b[1] - a[1]))[0]
        };
        ring.windows(2).filter(|pair| crosses(pair)).count() % 2 == 1
    };
    in_ring(&polygon.outer) && !polygon.holes.iter().any(|hole| in_ring(hole))
}

fn own_source(before: &Bilingual, zh: &str, en: &str, path: &Path) -> Bilingual {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    Bilingual::new(format!("{}；{zh}取自 {file}", before.zh), format!("{}; {en} from {file}", before.en))
}
