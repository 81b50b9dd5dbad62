//! `boundaries`: the open parts of the edge of the domain.

use super::context::{Context, Names};
use super::fault::Spot;
use super::item::{Item, Record, Variant};
use super::site::{Site, side_length_m};
use crate::domain::geo::corridor::Opening;
use crate::domain::river::line::ChannelLine;
use crate::domain::river::observed::Quantity;
use crate::domain::scenario::{Boundary, BoundaryKind, Edge};
use crate::io::series::ValueRule;

const KEYS: &[&str] = &["name", "edge", "span_m", "kind"];

/// The boundaries without fault, and whether these are all that the file has.
pub(super) fn read(top: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> (Vec<Boundary>, bool) {
    let items = top.optional("boundaries").and_then(|item| item.list(&mut cx.faults)).unwrap_or_default();
    let mut names = Names::default();
    let mut taken = Vec::new();
    let sound: Vec<Boundary> = items.iter().filter_map(|item| one(item, site, &mut names, &mut taken, cx)).collect();
    let are_all = sound.len() == items.len();
    (sound, are_all)
}

/// A stretch of edge that a boundary has taken, and the name of that boundary.
struct Taken {
    opening: Opening,
    name: String,
}

fn one(
    item: &Item<'_>,
    site: Option<&Site>,
    names: &mut Names,
    taken: &mut Vec<Taken>,
    cx: &mut Context,
) -> Option<Boundary> {
    let record = item.record(&mut cx.faults, KEYS)?;
    let name_item = record.required(&mut cx.faults, "name");
    let name = names.claim(name_item, &mut cx.faults);
    let place = opening(&record, site, cx);
    let kind_item = record.required(&mut cx.faults, "kind");
    let kind_spot = kind_item.as_ref().map(Item::spot);
    let kind = kind_item.and_then(|item| item.variant(&mut cx.faults, KINDS)).and_then(|variant| kind(&variant, cx));
    let (opening, spot) = place?;
    if let Some(site) = site {
        let beds = site.beds_along(opening);
        if beds.is_empty() {
            let [from, to] = opening.span_m;
            let found =
                format!("{from} to {to} m along {:?}, where no cell of the domain has its middle", opening.edge);
            cx.faults.add(&spot, found, "a stretch of the edge of the grid with cells that have data");
        } else if let (Some(BoundaryKind::Stage(series)), Some(spot)) = (&kind, &kind_spot) {
            wets_the_edge(series.max(), &beds, spot, cx)?;
        }
    }
    if let (Some(kind), Some(spot), Some(line)) = (&kind, &kind_spot, site.and_then(Site::line)) {
        suits_the_line(opening, kind, line, spot, cx)?;
    }
    overlaps(opening, name.as_deref(), &spot, site, taken, cx)?;
    Some(Boundary { name: name?, edge: opening.edge, span_m: opening.span_m, kind: kind? })
}

/// A stage that never reaches the bed is a dry edge: nothing would ever flow.
fn wets_the_edge(max_stage_m: f64, beds: &[f64], spot: &Spot, cx: &mut Context) -> Option<()> {
    let lowest = beds.iter().copied().fold(f64::INFINITY, f64::min);
    if max_stage_m > lowest {
        return Some(());
    }
    let found = format!("a dry edge: the highest stage is {max_stage_m} m, the lowest bed on the edge {lowest} m");
    cx.faults.add(spot, found, "a stage that is above the bed at some time, or another kind of boundary");
    None
}

/// What is known at either end of a channel that is a line: a discharge above; below it what lets water out.
fn suits_the_line(
    opening: Opening,
    kind: &BoundaryKind,
    line: &ChannelLine,
    spot: &Spot,
    cx: &mut Context,
) -> Option<()> {
    use BoundaryKind::{Discharge, NormalDepth, Rating, Stage, Wall};
    let [rules_first, rules_last] = line.ends.map(|end| end.is_ruled_by(opening.edge, opening.span_m));
    let (suits, allowed) = match (rules_first, rules_last) {
        (true, _) => (matches!(kind, Discharge(_) | Wall), "`Discharge` or `Wall` where the channel enters the grid"),
        (_, true) => (
            matches!(kind, NormalDepth { .. } | Stage(_) | Rating(_) | Wall),
            "`NormalDepth`, `Stage`, `Rating` or `Wall` where the channel leaves the grid",
        ),
        _ => return Some(()),
    };
    if !suits {
        cx.faults.add(spot, "a kind of boundary that does not suit a channel as a line", allowed);
        return None;
    }
    Some(())
}

/// Where a boundary lies, and the spot that says so.
fn opening(record: &Record<'_>, site: Option<&Site>, cx: &mut Context) -> Option<(Opening, Spot)> {
    let edge_item = record.required(&mut cx.faults, "edge")?;
    let span_item = record.optional("span_m");
    let known = ["West", "East", "South", "North", "Upstream", "Downstream"];
    let variant = edge_item.variant(&mut cx.faults, &known)?;
    variant.bare(&mut cx.faults)?;
    let edge = match variant.name {
        "West" => Edge::West,
        "East" => Edge::East,
        "South" => Edge::South,
        "North" => Edge::North,
        end => return river_end(end, &edge_item, span_item, site, cx),
    };
    let Some(span_item) = span_item else {
        let length_m = side_length_m(site?.grid(), edge);
        return Some((Opening { edge, span_m: [0.0, length_m] }, edge_item.spot()));
    };
    let span_m = span_item.pair(&mut cx.faults, "(from, to) in m along the edge")?;
    let length_m = side_length_m(site?.grid(), edge);
    let slack = site?.grid().cell_m * 1e-6;
    if !(span_m[0] >= -slack && span_m[0] < span_m[1] && span_m[1] <= length_m + slack) {
        let found = format!("from {} to {} m on the edge {edge:?}", span_m[0], span_m[1]);
        cx.faults.add(&span_item.spot(), found, format!("a span inside the edge, rising: 0 to {length_m} m"));
        return None;
    }
    Some((Opening { edge, span_m: [span_m[0].max(0.0), span_m[1].min(length_m)] }, span_item.spot()))
}

/// Where the river comes into a corridor or leaves it.
fn river_end(
    end: &str,
    edge_item: &Item<'_>,
    span_item: Option<Item<'_>>,
    site: Option<&Site>,
    cx: &mut Context,
) -> Option<(Opening, Spot)> {
    if let Some(span_item) = span_item {
        cx.faults.add(
            &span_item.spot(),
            format!("a span on the edge {end}"),
            format!("no `span_m`: {end} is the opening between the levees"),
        );
    }
    let site = site?;
    let Some(corridor) = site.corridor() else {
        cx.faults.add(
            &edge_item.spot(),
            format!("`{end}` with a raster domain"),
            "West, East, South or North; `Upstream` and `Downstream` belong to `domain: Corridor(..)`",
        );
        return None;
    };
    let opening = if end == "Upstream" { corridor.upstream } else { corridor.downstream };
    Some((opening, edge_item.spot()))
}

/// Notes a fault if any of the stretch is taken already, and takes it.
fn overlaps(
    opening: Opening,
    name: Option<&str>,
    spot: &Spot,
    site: Option<&Site>,
    taken: &mut Vec<Taken>,
    cx: &mut Context,
) -> Option<()> {
    let [from, to] = opening.span_m;
    let other = taken.iter().find(|t| {
        let common = [from.max(t.opening.span_m[0]), to.min(t.opening.span_m[1])];
        // Spans that only meet share a cell if they meet at its middle.
        let shares_a_cell =
            || site.is_some_and(|site| !site.beds_along(Opening { span_m: common, ..opening }).is_empty());
        t.opening.edge == opening.edge && (common[0] < common[1] || shares_a_cell())
    });
    if let Some(other) = other {
        let [a, b] = other.opening.span_m;
        let found =
            format!("{from} to {to} m along {:?}, over the boundary {:?} at {a} to {b} m", opening.edge, other.name);
        cx.faults.add(spot, found, "boundaries that do not share a cell");
        return None;
    }
    taken.push(Taken { opening, name: name.unwrap_or("without a name").to_owned() });
    Some(())
}

const KINDS: &[&str] = &["Discharge", "Stage", "NormalDepth", "Free", "Wall", "Rating", "Inflow"];

fn kind(variant: &Variant<'_>, cx: &mut Context) -> Option<BoundaryKind> {
    let series_of = |cx: &mut Context, quantity, rule| {
        const FORMS: &str = "`Series([(time_secs, value), ..])`, `Csv(\"file.csv\")`, `FromRun(..)` or `Observed(..)`";
        let item = variant.single(&mut cx.faults, FORMS)?;
        cx.hydrograph(&item, quantity, rule)
    };
    Some(match variant.name {
        "Discharge" => BoundaryKind::Discharge(series_of(cx, Quantity::Discharge, DISCHARGE)?),
        "Stage" => BoundaryKind::Stage(series_of(cx, Quantity::Stage, ValueRule::FINITE)?),
        "NormalDepth" => {
            let record = variant.record(&mut cx.faults, &["slope"])?;
            let slope = record.required(&mut cx.faults, "slope")?;
            BoundaryKind::NormalDepth {
                slope: slope.number(&mut cx.faults, "a slope in m/m above 0 and at most 1", |s| s > 0.0 && s <= 1.0)?,
            }
        }
        "Free" => variant.bare(&mut cx.faults).map(|()| BoundaryKind::Free)?,
        "Wall" => variant.bare(&mut cx.faults).map(|()| BoundaryKind::Wall)?,
        "Rating" => rating(&variant.single(&mut cx.faults, "a list of (stage_m, discharge_m3s)")?, cx)?,
        _ => inflow(variant, cx)?,
    })
}

const DISCHARGE: ValueRule = ValueRule {
    allowed: "a discharge of at least 0 m³/s; a boundary that lets water out is of another kind",
    test: |q| q >= 0.0,
};

/// Discharge out of the domain by stage: both rise.
fn rating(item: &Item<'_>, cx: &mut Context) -> Option<BoundaryKind> {
    let pairs = cx.rising_pairs(item, "stage_m", ValueRule::NOT_NEGATIVE)?;
    if pairs.len() < 2 {
        cx.faults.add(&item.spot(), format!("{} pair(s)", pairs.len()), "at least two pairs (stage_m, discharge_m3s)");
        return None;
    }
    if let Some(pair) = pairs.windows(2).find(|pair| pair[1][1] < pair[0][1]) {
        let found = format!("discharge {} after {}", pair[1][1], pair[0][1]);
        cx.faults.add(&item.spot(), found, "discharges that do not fall as the stage rises");
        return None;
    }
    Some(BoundaryKind::Rating(pairs))
}

fn inflow(variant: &Variant<'_>, cx: &mut Context) -> Option<BoundaryKind> {
    let record = variant.record(&mut cx.faults, &["depth_m", "unit_discharge_m2s"])?;
    let [depth, unit] = ["depth_m", "unit_discharge_m2s"].map(|key| record.required(&mut cx.faults, key));
    let depth_m = depth.and_then(|item| value_or_series(&item, ValueRule::NOT_NEGATIVE, cx));
    let unit_discharge_m2s = unit.and_then(|item| value_or_series(&item, ValueRule::FINITE, cx));
    Some(BoundaryKind::Inflow { depth_m: depth_m?, unit_discharge_m2s: unit_discharge_m2s? })
}

/// A series, or one number for all times.
pub(super) fn value_or_series(
    item: &Item<'_>,
    rule: ValueRule,
    cx: &mut Context,
) -> Option<crate::domain::scenario::Series> {
    if item.is_number() {
        return item.number(&mut cx.faults, rule.allowed, rule.test).map(crate::domain::scenario::Series::constant);
    }
    cx.series(item, rule)
}
