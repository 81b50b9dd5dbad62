//! The order that is being drafted: what it would come to, and what is sent to the worker.

use bevy::prelude::*;
use time::OffsetDateTime;

use super::desk::{Desk, Show};
use super::probe::Probe;
use super::sections::choose;
use crate::domain::geo::PointMap;
use crate::domain::geo::polyline::{Polyline, distance_m};
use crate::domain::impact::{Road, Village};
use crate::domain::order::{Deed, Given, InflowChange, Order, Orders, Preview, Top, preview, take};
use crate::domain::river::River;
use crate::domain::scenario::{BoundaryKind, Scenario, Structure};
use crate::domain::text::Bilingual;
use crate::engine::Command;
use crate::ui::actions::SectionKind;
use crate::ui::format;
use crate::ui::order_card::{DraftKind, DraftPreview, OrderChoices, OrderDraft};
use crate::view::{GroundClick, GroundTrace};

/// What the draft comes to, and what that was worked out from.
#[derive(Debug, Default)]
pub(super) struct Drafted {
    of: Option<DraftOf>,
    pub(super) shown: DraftPreview,
    pub(super) lines: Vec<GroundTrace>,
}

/// What a preview depends on: the orders before it, the time, and what is to be done.
type DraftOf = (Orders, f64, Deed);

/// An order of the branch on screen, and where it is on the ground.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) order: Order,
    pub(super) what: Bilingual,
    pub(super) lines: Vec<GroundTrace>,
}

/// What orders of a scenario can be about.
pub(super) fn choices(scenario: &Scenario) -> OrderChoices {
    let gate = |structure: &Structure| match structure {
        Structure::Gate(gate) => Some(gate.name.clone()),
        _ => None,
    };
    let has_series = scenario.boundaries.iter().filter(|b| matches!(b.kind, BoundaryKind::Discharge(_)));
    let inflows = has_series.map(|b| b.name.clone()).chain(scenario.sources.iter().map(|s| s.name.clone()));
    let levees = scenario.river.iter().flat_map(|river| &river.levees).map(|levee| levee.name.clone());
    OrderChoices {
        gates: scenario.structures.iter().filter_map(gate).collect(),
        inflows: inflows.collect(),
        levees: levees.collect(),
        units: scenario.river.iter().flat_map(|river| &river.units).map(|unit| unit.name.clone()).collect(),
        chainage_km: scenario.river.as_ref().map(chainage_span_km).unwrap_or_default(),
    }
}

fn chainage_span_km(river: &River) -> [f64; 2] {
    let all = river.chainage_km.iter().copied();
    [all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max)]
}

/// Points of the map that were clicked go to the draft; without one they are looked at.
pub(super) fn take_clicks(mut clicks: MessageReader<GroundClick>, mut desk: ResMut<Desk>) {
    for GroundClick(at) in clicks.read() {
        let Desk { ui, show, probe, section_line, .. } = &mut *desk;
        match (&mut ui.draft, show) {
            (Some(draft), Some(show)) if draft.kind == DraftKind::Move => name_village(draft, show, *at),
            (Some(draft), Some(show)) if draft.kind == DraftKind::CloseRoad => name_road(draft, show, *at),
            (Some(draft), _) => draft.add_point(*at),
            (None, Some(show)) if ui.section == Some(SectionKind::Across) => choose(section_line, show, *at),
            (None, Some(show)) => *probe = Probe::at(&show.scenario, *at),
            (None, None) => {}
        }
    }
}

/// The village next to a click is to leave, to its own shelter: that of a village clicked before is not its.
fn name_village(draft: &mut OrderDraft, show: &Show, at: PointMap) {
    let Some(exposure) = &show.scenario.exposure else { return };
    let gap = |village: &Village| distance_m(village.at, at);
    let nearest = exposure.villages.iter().enumerate().min_by(|a, b| gap(a.1).total_cmp(&gap(b.1)));
    let Some((place, village)) = nearest else { return };
    // Two villages may have one name; their codes differ.
    let is_alone = exposure.villages.iter().filter(|other| other.name.zh == village.name.zh).count() == 1;
    draft.who.clone_from(if is_alone { &village.name.zh } else { &village.id });
    let planned = show.clock.as_ref().and_then(|clock| clock.planned().get(place).copied().flatten());
    if let Some(exit) = planned.and_then(|route| exposure.roads.exits.get(route.exit)) {
        draft.to.clone_from(&exit.name.zh);
    }
}

/// The road next to a click is to be closed.
fn name_road(draft: &mut OrderDraft, show: &Show, at: PointMap) {
    let Some(exposure) = &show.scenario.exposure else { return };
    let net = &exposure.roads;
    let gap = |road: &Road| {
        Polyline::new(road.ends.map(|end| net.nodes[end]).to_vec())
            .map_or(f64::INFINITY, |line| line.nearest(at).offset_m.abs())
    };
    if let Some(road) = net.roads.iter().min_by(|a, b| gap(a).total_cmp(&gap(b))) {
        draft.who.clone_from(&road.name.zh);
    }
}

/// Takes the place of the draft from levee and chainage, if they are others than in the draft before; returns it.
pub(super) fn locate(desk: &mut Desk, before: Option<&OrderDraft>) -> Option<PointMap> {
    let (Some(draft), Some(show)) = (&mut desk.ui.draft, &desk.show) else { return None };
    if draft.chainage == before.and_then(|before| before.chainage) {
        return None;
    }
    let (levee, km) = draft.chainage?;
    let river = show.scenario.river.as_ref()?;
    let at = river.levee_at_km(river.levees.get(levee)?, km)?;
    draft.add_point(at);
    Some(at)
}

/// Works out what the draft comes to whenever that has changed; who gives it and why does not matter.
pub(super) fn preview_draft(desk: &mut Desk) {
    let Desk { ui, show, drafted, .. } = desk;
    let of = ui
        .draft
        .as_ref()
        .zip(show.as_ref())
        .and_then(|(draft, show)| Some((show.orders.clone(), draft.at_secs, draft.deed(&show.choices)?)));
    if let (Some((_, at_secs, _)), Some(show)) = (&of, &*show) {
        // The run moves on while people think.
        drafted.shown.will_fork = *at_secs < show.open_from_secs();
    }
    if drafted.of == of {
        return;
    }
    (drafted.shown, drafted.lines) = match (&of, &*show) {
        (Some(of), Some(show)) => previewed(of, show),
        _ => (DraftPreview::default(), Vec::new()),
    };
    drafted.of = of;
}

fn previewed((orders, at_secs, deed): &DraftOf, show: &Show) -> (DraftPreview, Vec<GroundTrace>) {
    let mut scenario = Scenario::clone(&show.scenario);
    orders.change(&mut scenario, *at_secs);
    let will_fork = *at_secs < show.open_from_secs();
    match preview(&scenario, deed) {
        Ok(found) => {
            let is_possible = show.is_live && *at_secs <= show.scenario.duration_secs;
            (DraftPreview { is_possible, text: words(&found, show), will_fork }, outlines(&found, &show.scenario))
        }
        Err(refusal) => (DraftPreview { is_possible: false, text: refusal.text(), will_fork }, Vec::new()),
    }
}

/// The edges that an order changes, joined where one begins at the end of another.
fn outlines(preview: &Preview, scenario: &Scenario) -> Vec<GroundTrace> {
    let is_there = |a: PointMap, b: PointMap| distance_m(a, b) < 0.01;
    let mut lines: Vec<GroundTrace> = Vec::new();
    for edge in &preview.edges {
        let top_m = Some(edge.before_m.max(edge.after_m));
        let [from, to] = edge.ends;
        match lines.last_mut() {
            Some(line) if line.0.last().is_some_and(|(at, _)| is_there(*at, from)) => line.0.push((to, top_m)),
            Some(line) if line.0.last().is_some_and(|(at, _)| is_there(*at, to)) => line.0.push((from, top_m)),
            _ => lines.push(GroundTrace(vec![(from, top_m), (to, top_m)])),
        }
    }
    if let Some(exposure) = &scenario.exposure {
        let ends = |road: &usize| exposure.roads.roads[*road].ends.map(|end| (exposure.roads.nodes[end], None));
        lines.extend(preview.roads.iter().map(|road| GroundTrace(ends(road).to_vec())));
        // A whole unit is not a hundred points: its label says enough.
        let villages = preview.villages.iter().filter(|_| preview.villages.len() == 1);
        lines.extend(villages.map(|village| GroundTrace(vec![(exposure.villages[*village].at, None)])));
    }
    lines
}

/// What an order comes to, in words.
fn words(preview: &Preview, show: &Show) -> Bilingual {
    let mut parts: Vec<(String, String)> = Vec::new();
    if let Some(wall) = &preview.wall {
        let levees = show.scenario.river.iter().flat_map(|river| &river.levees);
        let levee = levees.filter(|levee| levee.wall == *wall).map(|levee| levee.name.clone()).next();
        let name = levee.unwrap_or_else(|| Bilingual::new(wall.clone(), wall.clone()));
        parts.push((name.zh, name.en));
    }
    if !preview.edges.is_empty() {
        let (length, n) = (format::number(preview.length_m, 0), preview.edges.len());
        parts.push((format!("长 {length} m，占 {n} 条网格边"), format!("{length} m on {n} edges of the grid")));
        let over =
            |of: fn(f64, f64) -> f64, start: f64| preview.edges.iter().map(|e| e.after_m - e.before_m).fold(start, of);
        let (least, most) = (over(f64::min, f64::INFINITY), over(f64::max, f64::NEG_INFINITY));
        let change = if most > 0.0 { most } else { least };
        parts.push((format!("堤顶 {} m", format::change(change, 2)), format!("crest {} m", format::change(change, 2))));
    }
    if let Some(series) = &preview.series {
        let [before, after] = [&series.before, &series.after].map(|series| format::discharge(series.max()));
        parts.push((format!("洪峰 {before} → {after} m³/s"), format!("peak {before} to {after} m³/s")));
    }
    if let Some(exposure) = show.scenario.exposure.as_ref().filter(|_| !preview.villages.is_empty()) {
        let people: f64 = preview.villages.iter().map(|village| exposure.villages[*village].people).sum();
        let (n, people) = (preview.villages.len(), format::people(people));
        parts.push(match preview.villages[..] {
            [village] => {
                let name = &exposure.villages[village].name;
                (format!("{} {people} 人", name.zh), format!("{}, {people} people", name.en))
            }
            _ => (format!("{n} 村 {people} 人"), format!("{n} villages, {people} people")),
        });
    }
    if let Some(exposure) = show.scenario.exposure.as_ref().filter(|_| !preview.roads.is_empty()) {
        let metres: f64 = preview.roads.iter().map(|road| exposure.roads.roads[*road].length_m).sum();
        parts.push((format!("路长 {:.1} km", metres / 1000.0), format!("{:.1} km of road", metres / 1000.0)));
    }
    let (zh, en): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    Bilingual::new(zh.join("；"), en.join("; "))
}

/// Gives the drafted order and puts the draft away.
pub(super) fn give(desk: &mut Desk) {
    let (Some(draft), Some(show)) = (&desk.ui.draft, &desk.show) else { return };
    let Some(deed) = draft.deed(&show.choices) else { return };
    let order = Order {
        id: 0, // chosen by the tree of branches
        at_secs: draft.at_secs,
        given: Given { simulated_secs: Some(show.playback.time_secs()), wall: Some(OffsetDateTime::now_utc()) },
        author: draft.author.trim().to_owned(),
        reason: draft.reason.trim().to_owned(),
        deed,
    };
    desk.ui.draft = None;
    desk.command(Command::Give(Box::new(order)));
}

/// What each order comes to, after those before it.
pub(super) fn outcomes(scenario: &Scenario, orders: &Orders) -> Vec<Outcome> {
    if orders.is_empty() {
        return Vec::new();
    }
    let mut scenario = scenario.clone();
    let outcome = |order: &Order| {
        let taken = take(&mut scenario, order);
        let lines = taken.map(|preview| outlines(&preview, &scenario)).unwrap_or_default();
        Outcome { order: order.clone(), what: deed_text(order), lines }
    };
    orders.all().iter().map(outcome).collect()
}

/// Who gave an order and why, as far as they said.
pub(super) fn who_and_why(order: &Order) -> String {
    let said = [order.author.as_str(), order.reason.as_str()].into_iter().filter(|text| !text.is_empty());
    said.collect::<Vec<_>>().join(" · ")
}

/// What an order does, in a few words.
pub(super) fn deed_text(order: &Order) -> Bilingual {
    let label = order.deed.label();
    let (zh, en) = match &order.deed {
        Deed::Breach { width_m, .. } => (format!("宽 {width_m:.0} m"), format!("{width_m:.0} m wide")),
        Deed::Wall { top: Top::Height(height_m), .. } | Deed::Raise { top: Top::Height(height_m), .. } => {
            (format!("高 {height_m:.1} m"), format!("{height_m:.1} m high"))
        }
        Deed::Wall { top: Top::Crest(crest_m), .. } | Deed::Raise { top: Top::Crest(crest_m), .. } => {
            (format!("顶高程 {crest_m:.2} m"), format!("crest {crest_m:.2} m"))
        }
        Deed::Inflow { name, change: InflowChange::Scale(factor) } => {
            (format!("{name} ×{factor:.2}"), format!("{name} ×{factor:.2}"))
        }
        Deed::Gate { name, .. } | Deed::Inflow { name, .. } => (name.clone(), name.clone()),
        Deed::Pump { discharge_m3s, .. } => (format!("{discharge_m3s:.1} m³/s"), format!("{discharge_m3s:.1} m³/s")),
        Deed::CloseRoad { road } => (road.clone(), road.clone()),
        Deed::Move { who, to } => (format!("{who} → {to}"), format!("{who} → {to}")),
    };
    Bilingual::new(format!("{} {zh}", label.zh), format!("{} {en}", label.en))
}
