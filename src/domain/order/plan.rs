//! What an order comes to on the grid: the change of the scenario, and the preview of it. Pure.

use super::snap::{Plain, Standing, nearest, on_grid, point_along, staircase, standing};
use super::{Deed, InflowChange, Order, Refusal, Top};
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::distance_m;
use crate::domain::scenario::{
    BoundaryKind, Breach, Event, EventKind, GateOpening, Growth, Pump, PumpRate, Scenario, Series, Structure, Wall,
};
use crate::domain::swe::trace::{Face, distance_along, trace};
use crate::domain::text::Bilingual;

/// A pump of an order starts at this depth, m, and stops at the other: a strainer drinks no film. Assumed.
const PUMP_STARTS_M: f64 = 0.20;
const PUMP_STOPS_M: f64 = 0.10;

/// What an order comes to, for people to look at before it is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preview {
    /// The wall that is meant, if one is.
    pub wall: Option<String>,
    /// Point of it next to the point that was asked for: the middle of a breach or gate.
    pub at: Option<PointMap>,
    /// Edges of the grid that change, in the order of the line.
    pub edges: Vec<EdgeChange>,
    /// Cells that water is taken from or put into.
    pub cells: Vec<(CellRole, [usize; 2])>,
    /// Length that is built, raised or opened, m.
    pub length_m: f64,
    /// The series before and after.
    pub series: Option<SeriesChange>,
    /// Villages that are to leave, by their positions in the register.
    pub villages: Vec<usize>,
    /// Roads that are closed, by their positions in the net.
    pub roads: Vec<usize>,
}

/// An edge of the grid, and how high it is before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeChange {
    /// The edge.
    pub face: Face,
    /// Both ends on the map.
    pub ends: [PointMap; 2],
    /// The higher ground beside it, m.
    pub ground_m: f64,
    /// Crest that stands there, m; the ground where none does.
    pub before_m: f64,
    /// Crest when all is done, m; of a gate its sill.
    pub after_m: f64,
    /// Share of the edge that changes, 0 to 1.
    pub share_frac: f64,
}

/// What a pump does to a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellRole {
    /// It takes water.
    Takes,
    /// It gets water.
    Gets,
}

/// A series that is replaced by another.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesChange {
    /// Until now.
    pub before: Series,
    /// From the time of the order on.
    pub after: Series,
}

/// A change of a scenario, ready to be made.
enum Change {
    Nothing,
    Wall(Wall),
    Breach(Box<Breach>),
    Opening(usize, GateOpening),
    Boundary(usize, Series),
    Source(usize, Series),
    Pump(Pump),
}

/// What a deed would come to now; its name and time do not matter for that.
///
/// # Errors
/// Why it cannot be done.
pub fn preview(scenario: &Scenario, deed: &Deed) -> Result<Preview, Refusal> {
    plan(scenario, deed, "preview").map(|(preview, _)| preview)
}

/// Changes a scenario as an order wants it, and says what came of it. The order's time is not looked at, except that a
/// breach opens at it.
///
/// # Errors
/// Why it cannot be done; the scenario is then as it was.
pub fn take(scenario: &mut Scenario, order: &Order) -> Result<Preview, Refusal> {
    let (preview, change) = plan(scenario, &order.deed, &order.work_name())?;
    match change {
        Change::Nothing => {}
        Change::Wall(wall) => scenario.walls.push(wall),
        Change::Breach(breach) => {
            scenario.events.push(Event { at_secs: order.at_secs, what: EventKind::Breach(*breach) });
        }
        Change::Opening(place, opening) => {
            if let Some(Structure::Gate(gate)) = scenario.structures.get_mut(place) {
                gate.opening = opening;
            }
        }
        Change::Boundary(place, series) => scenario.boundaries[place].kind = BoundaryKind::Discharge(series),
        Change::Source(place, series) => scenario.sources[place].discharge_m3s = series,
        Change::Pump(pump) => scenario.structures.push(Structure::Pump(pump)),
    }
    Ok(preview)
}

type Planned = Result<(Preview, Change), Refusal>;

fn plan(scenario: &Scenario, deed: &Deed, name: &str) -> Planned {
    match deed {
        Deed::Breach { at, width_m, sill_m, growth } => {
            check_breach(*width_m, *sill_m, *growth)?;
            breach(scenario, name, *at, (*width_m, *sill_m, *growth))
        }
        Deed::Wall { line, top } => wall(scenario, name, line, *top),
        Deed::Raise { from, to, top } => raise(scenario, name, [*from, *to], *top),
        Deed::Gate { name, opening } => gate(scenario, name, opening),
        Deed::Inflow { name, change } => inflow(scenario, name, change),
        Deed::Pump { from, to, discharge_m3s } => pump(scenario, name, *from, *to, *discharge_m3s),
        Deed::CloseRoad { road } => close_road(scenario, road),
        Deed::Move { who, to } => move_people(scenario, who, to),
    }
}

/// What was said, trimmed.
fn spoken<'a>(key: &'static str, text: &'a str) -> Result<&'a str, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::Blank { key }) } else { Ok(text) }
}

fn close_road(scenario: &Scenario, road: &str) -> Planned {
    let name = spoken("road", road)?;
    let all = scenario.exposure.iter().flat_map(|exposure| &exposure.roads.roads);
    let called = all.clone().enumerate().filter(|(_, road)| road.is_called(name));
    let roads: Vec<usize> = called.map(|(place, _)| place).collect();
    if roads.is_empty() {
        let names = all.map(|road| &road.name).flat_map(|name| [name.zh.clone(), name.en.clone()]);
        return Err(unknown(Bilingual::new("道路", "road"), name, Vec::new(), names));
    }
    Ok((Preview { roads, ..Preview::default() }, Change::Nothing))
}

fn move_people(scenario: &Scenario, who: &str, to: &str) -> Planned {
    let name = spoken("who", who)?;
    spoken("to", to)?;
    let (exposure, units) = (scenario.exposure.as_ref(), scenario.river.as_ref().map_or(&[][..], |river| &river.units));
    let villages: Vec<usize> = exposure.iter().flat_map(|exposure| exposure.villages_of(units, name)).collect();
    if !villages.is_empty() {
        return Ok((Preview { villages, ..Preview::default() }, Change::Nothing));
    }
    let all = units.iter().map(|unit| unit.name.zh.clone()).collect();
    let villages = exposure.iter().flat_map(|exposure| &exposure.villages);
    let names = villages.flat_map(|village| [village.name.zh.clone(), village.name.en.clone(), village.id.clone()]);
    Err(unknown(Bilingual::new("滩区或村庄", "floodplain unit or village"), name, all, names))
}

/// A name that nothing has; of very many that are known the three most like it.
fn unknown(what: Bilingual, name: &str, mut known: Vec<String>, many: impl Iterator<Item = String>) -> Refusal {
    let mut like: Vec<(f64, String)> = many.map(|other| (strsim::jaro_winkler(name, &other), other)).collect();
    like.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    known.extend(like.into_iter().take(3).map(|(_, other)| other));
    Refusal::Unknown { what, name: name.to_owned(), known }
}

/// A number that must pass a test.
fn check(key: &'static str, found: f64, zh: &str, en: &str, test: impl Fn(f64) -> bool) -> Result<f64, Refusal> {
    if found.is_finite() && test(found) {
        Ok(found)
    } else {
        Err(Refusal::Value { key, found, allowed: Bilingual::new(zh, en) })
    }
}

fn positive(key: &'static str, found: f64) -> Result<f64, Refusal> {
    check(key, found, "大于0的数", "a number above 0", |x| x > 0.0)
}

fn not_negative(key: &'static str, found: f64) -> Result<f64, Refusal> {
    check(key, found, "不小于0的数", "a number of at least 0", |x| x >= 0.0)
}

fn finite(key: &'static str, found: f64) -> Result<f64, Refusal> {
    check(key, found, "有限的数", "a finite number", |_| true)
}

fn check_breach(width_m: f64, sill_m: Option<f64>, growth: Growth) -> Result<(), Refusal> {
    positive("width_m", width_m)?;
    sill_m.map(|sill_m| finite("sill_m", sill_m)).transpose()?;
    let (initial_width_m, times) = match growth {
        Growth::Prescribed { grows_over_secs, initial_width_m, widens_over_secs } => {
            (initial_width_m, [("grows_over_secs", grows_over_secs), ("widens_over_secs", widens_over_secs)])
        }
        Growth::VerheijKnaap { initial_width_m, deepens_over_secs, critical_velocity_mps } => {
            positive("critical_velocity_mps", critical_velocity_mps)?;
            (initial_width_m, [("deepens_over_secs", deepens_over_secs); 2])
        }
    };
    times.into_iter().try_for_each(|(key, secs)| not_negative(key, secs).map(drop))?;
    let allowed = ("大于0且不超过最终宽度", "a width above 0 and at most `width_m`");
    check("initial_width_m", initial_width_m, allowed.0, allowed.1, |w| w > 0.0 && w <= width_m).map(drop)
}

fn breach(
    scenario: &Scenario,
    name: &str,
    at: PointMap,
    (width_m, sill_m, growth): (f64, Option<f64>, Growth),
) -> Planned {
    let all = standing(scenario);
    let near = nearest(scenario, &all, at)?.wall_face;
    let wall = &scenario.walls[near.wall];
    let reached = |middle_m: f64| {
        let of_wall = all.iter().filter(|s| s.wall_face.wall == near.wall);
        let with_share = of_wall.map(|s| (*s, s.covered(middle_m - 0.5 * width_m, middle_m + 0.5 * width_m)));
        with_share.filter(|(_, share)| *share > 0.0).collect::<Vec<_>>()
    };
    // Beside a wall that ends or turns the foot of the point may lie where nothing stands.
    let (mut at, mut middle_m) = (at, distance_along(&wall.line, at));
    let mut open = reached(middle_m);
    if open.is_empty() {
        middle_m = near.along_m;
        at = point_along(&wall.line, middle_m).unwrap_or(at);
        open = reached(middle_m);
    }
    let over = |f: fn(f64, f64) -> f64, from: f64, value: fn(&Standing) -> f64| {
        open.iter().map(|(s, _)| value(s)).fold(from, f)
    };
    let crest_m = over(f64::max, f64::NEG_INFINITY, |s| s.wall_face.crest_m);
    let sill_m = sill_m.unwrap_or_else(|| over(f64::min, f64::INFINITY, |s| s.ground_m));
    if sill_m >= crest_m {
        return Err(Refusal::SillAboveCrest { sill_m, crest_m });
    }
    let beside = |face: Face| all.iter().filter(move |s| s.wall_face.face == face && s.wall_face.wall != near.wall);
    let mut through: Vec<usize> =
        open.iter().flat_map(|(s, _)| beside(s.wall_face.face)).map(|s| s.wall_face.wall).collect();
    through.sort_unstable();
    through.dedup();
    let change = |(s, share_frac): &(Standing, f64)| {
        let highest = beside(s.wall_face.face).map(|s| s.wall_face.crest_m).fold(s.wall_face.crest_m, f64::max);
        edge(
            scenario,
            s.wall_face.face,
            [s.ground_m, highest, s.ground_m.max(sill_m.min(s.wall_face.crest_m))],
            *share_frac,
        )
    };
    let preview = Preview {
        wall: Some(wall.name.clone()),
        at: point_along(&wall.line, middle_m),
        edges: open.iter().map(change).collect(),
        length_m: open.iter().map(|(s, share)| share * (s.reach[1] - s.reach[0])).sum(),
        ..Preview::default()
    };
    let breach = Breach {
        name: name.to_owned(),
        wall: wall.name.clone(),
        at: Some(at),
        width_m,
        sill_m,
        growth,
        when: None,
        through: through.into_iter().map(|wall| scenario.walls[wall].name.clone()).collect(),
    };
    Ok((preview, Change::Breach(Box::new(breach))))
}

fn edge(scenario: &Scenario, face: Face, [ground_m, before_m, after_m]: [f64; 3], share_frac: f64) -> EdgeChange {
    EdgeChange { face, ends: face.ends_map(&scenario.terrain.grid), ground_m, before_m, after_m, share_frac }
}

/// A wall of its own along a line.
fn wall(scenario: &Scenario, name: &str, line: &[PointMap], top: Top) -> Planned {
    let grid = &scenario.terrain.grid;
    line.iter().try_for_each(|at| on_grid(grid, *at).map(drop))?;
    let plain = Plain::of(scenario);
    let traced: Vec<Face> = trace(grid, line).into_iter().map(|traced| traced.face).collect();
    let target = |face: Face| match top {
        Top::Crest(crest_m) => crest_m,
        // An edge of the domain takes no wall; it only must not break the line.
        Top::Height(height_m) => plain.ground_m(face).unwrap_or(f64::NEG_INFINITY) + height_m,
    };
    check_top(top)?;
    let edges: Vec<(Face, f64)> = traced.iter().map(|face| (*face, target(*face))).collect();
    // The staircase is longer than the line that people draw, and so is its crest.
    let drawn_m: f64 = line.windows(2).map(|ends| distance_m(ends[0], ends[1])).sum();
    let coefficient = (drawn_m / (edges.len() as f64 * grid.cell_m)).min(1.0);
    built(scenario, &edges, coefficient, drawn_m, name)
}

/// More on top of a wall.
fn raise(scenario: &Scenario, name: &str, ends: [PointMap; 2], top: Top) -> Planned {
    check_top(top)?;
    let all = standing(scenario);
    let [from, to] = [nearest(scenario, &all, ends[0])?.wall_face, nearest(scenario, &all, ends[1])?.wall_face];
    if from.wall != to.wall {
        return Err(Refusal::TwoWalls { walls: [from, to].map(|end| scenario.walls[end.wall].name.clone()) });
    }
    let (a_m, b_m) = (from.along_m.min(to.along_m), from.along_m.max(to.along_m));
    let plain = Plain::of(scenario);
    let of_wall = crate::domain::swe::walls::wall_stretches(&scenario.terrain.grid, &scenario.walls);
    let piece = of_wall.iter().filter(|(face, _)| face.wall == from.wall && (a_m..=b_m).contains(&face.along_m));
    let (mut edges, mut length_m) = (Vec::new(), 0.0);
    for (face, reach) in piece {
        let stands_m = plain.ground_m(face.face).unwrap_or(f64::NEG_INFINITY).max(face.crest_m);
        let target_m = match top {
            Top::Crest(crest_m) => crest_m,
            Top::Height(height_m) => stands_m + height_m,
        };
        edges.push((face.face, target_m));
        length_m += reach[1] - reach[0];
    }
    let wall = &scenario.walls[from.wall];
    // On edges that both walls share the length of the one below holds.
    let (mut preview, change) = built(scenario, &edges, wall.weir_coefficient, length_m, name)?;
    preview.wall = Some(wall.name.clone());
    Ok((preview, change))
}

fn check_top(top: Top) -> Result<f64, Refusal> {
    match top {
        Top::Crest(crest_m) => finite("crest_m", crest_m),
        Top::Height(height_m) => positive("height_m", height_m),
    }
}

/// A wall on edges, if it stands above what is there.
fn built(scenario: &Scenario, edges: &[(Face, f64)], weir_coefficient: f64, length_m: f64, name: &str) -> Planned {
    let plain = Plain::of(scenario);
    let grid = &scenario.terrain.grid;
    let wall = Wall { weir_coefficient, ..staircase(grid, name.to_owned(), edges) };
    let crests = wall.crest_m.windows(2).map(|ends| 0.5 * (ends[0] + ends[1]));
    let all = standing(scenario);
    let changes = edges.iter().zip(crests).filter_map(|((face, _), crest_m)| {
        let ground_m = plain.ground_m(*face)?;
        let here = all.iter().filter(|s| s.wall_face.face == *face);
        let before_m = here.map(|s| s.wall_face.crest_m).fold(ground_m, f64::max);
        Some(edge(scenario, *face, [ground_m, before_m, before_m.max(crest_m)], 1.0))
    });
    let changes: Vec<EdgeChange> = changes.collect();
    if changes.is_empty() {
        return Err(Refusal::NoEdge);
    }
    if changes.iter().all(|change| change.after_m <= change.before_m) {
        let crest_m = wall.crest_m.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ground_m = changes.iter().map(|change| change.before_m).fold(f64::INFINITY, f64::min);
        return Err(Refusal::CrestTooLow { crest_m, ground_m });
    }
    Ok((Preview { edges: changes, length_m, ..Preview::default() }, Change::Wall(wall)))
}

fn gate(scenario: &Scenario, name: &str, opening: &GateOpening) -> Planned {
    let gates = || {
        scenario.structures.iter().enumerate().filter_map(|(place, structure)| match structure {
            Structure::Gate(gate) => Some((place, gate)),
            _ => None,
        })
    };
    let Some((place, gate)) = gates().find(|(_, gate)| gate.name == name) else {
        let known = gates().map(|(_, gate)| gate.name.clone()).collect();
        return Err(Refusal::Unknown { what: Bilingual::new("闸门", "gate"), name: name.to_owned(), known });
    };
    match opening {
        GateOpening::Schedule(series) => {
            series.points().iter().try_for_each(|p| not_negative("opening", p[1]).map(drop))?;
        }
        GateOpening::Stage { gauge_at, .. } => drop(Plain::of(scenario).cell(*gauge_at)?),
    }
    let wall = scenario.walls.iter().position(|wall| wall.name == gate.wall);
    let middle_m = wall.map(|wall| distance_along(&scenario.walls[wall].line, gate.at));
    let half_m = 0.5 * gate.width_m;
    let edges = standing(scenario).into_iter().filter_map(|s| {
        let middle_m = middle_m.filter(|_| Some(s.wall_face.wall) == wall)?;
        let share = s.covered(middle_m - half_m, middle_m + half_m);
        let levels = [s.ground_m, s.wall_face.crest_m, s.ground_m.max(gate.sill_m)];
        (share > 0.0).then(|| edge(scenario, s.wall_face.face, levels, share))
    });
    let series = match (&gate.opening, opening) {
        (GateOpening::Schedule(before), GateOpening::Schedule(after)) => {
            Some(SeriesChange { before: before.clone(), after: after.clone() })
        }
        _ => None,
    };
    let preview = Preview {
        wall: Some(gate.wall.clone()),
        at: Some(gate.at),
        edges: edges.collect(),
        length_m: gate.width_m,
        series,
        ..Preview::default()
    };
    Ok((preview, Change::Opening(place, opening.clone())))
}

fn inflow(scenario: &Scenario, name: &str, change: &InflowChange) -> Planned {
    if let Some(place) = scenario.boundaries.iter().position(|boundary| boundary.name == name) {
        let BoundaryKind::Discharge(before) = &scenario.boundaries[place].kind else {
            return Err(Refusal::NoDischarge { name: name.to_owned() });
        };
        let after = changed(before, change)?;
        let preview = Preview {
            series: Some(SeriesChange { before: before.clone(), after: after.clone() }),
            ..Preview::default()
        };
        return Ok((preview, Change::Boundary(place, after)));
    }
    let Some(place) = scenario.sources.iter().position(|source| source.name == name) else {
        let of_boundaries = scenario.boundaries.iter().filter(|b| matches!(b.kind, BoundaryKind::Discharge(_)));
        let known = of_boundaries.map(|b| b.name.clone()).chain(scenario.sources.iter().map(|s| s.name.clone()));
        let what = Bilingual::new("来水边界或源", "inflow or source");
        return Err(Refusal::Unknown { what, name: name.to_owned(), known: known.collect() });
    };
    let before = &scenario.sources[place].discharge_m3s;
    let after = changed(before, change)?;
    let preview = Preview {
        at: Some(scenario.sources[place].at),
        series: Some(SeriesChange { before: before.clone(), after: after.clone() }),
        ..Preview::default()
    };
    Ok((preview, Change::Source(place, after)))
}

/// The whole series changed: what it was before the order took effect is never asked for again.
fn changed(before: &Series, change: &InflowChange) -> Result<Series, Refusal> {
    let (scale, shift_secs) = match change {
        InflowChange::Series(series) => return Ok(series.clone()),
        InflowChange::Scale(scale) => (not_negative("scale", *scale)?, 0.0),
        InflowChange::Shift(secs) => (1.0, finite("shift_secs", *secs)?),
    };
    let points = before.points().iter().map(|[secs, value]| [secs + shift_secs, value * scale]).collect();
    let allowed = Bilingual::new("不使过程变样的数", "a number that leaves the series one");
    let (key, found) = if shift_secs == 0.0 { ("scale", scale) } else { ("shift_secs", shift_secs) };
    Series::new(points).map_err(|_place| Refusal::Value { key, found, allowed })
}

fn pump(scenario: &Scenario, name: &str, from: PointMap, to: Option<PointMap>, discharge_m3s: f64) -> Planned {
    positive("discharge_m3s", discharge_m3s)?;
    let plain = Plain::of(scenario);
    let ((row, col), bed_m) = plain.cell(from)?;
    let mut cells = vec![(CellRole::Takes, [row, col])];
    if let Some(to) = to {
        let ((row, col), _) = plain.cell(to)?;
        cells.push((CellRole::Gets, [row, col]));
        if cells[0].1 == cells[1].1 {
            return Err(Refusal::SameCell);
        }
    }
    let pump = Pump {
        name: name.to_owned(),
        from,
        to,
        rate: PumpRate::Constant(discharge_m3s),
        start_stage_m: bed_m + PUMP_STARTS_M,
        stop_stage_m: bed_m + PUMP_STOPS_M,
    };
    Ok((Preview { at: Some(from), cells, ..Preview::default() }, Change::Pump(pump)))
}
