//! What the flood does to people and things, frame after frame: pure, from what the water does on the exposed cells and
//! the orders that have been given.
//!
//! Losses follow from the extremes so far, which the solver keeps. What needs a memory of its own are the villages: when
//! the water came, when the last road out was closed, how many have left. That memory is written into every frame as
//! changes ([`VillageChange`]), so a run that begins at a fork has it from the frames before ([`Tally::recall`]).
//!
//! Times between two frames are linear in the depth.

use super::assess::{Context, assess};
use super::exposure::{Exposure, Village};
use super::leave::Departures;
use super::roads::{Route, Ways};
use super::sites::{CellHazard, Sites, single};
use super::village_state::{ENTERED_M, Stage, UNSAFE_DEPTH_M, VillageChange, VillageState, fold};
use super::{Calendar, UnitLoss};
use crate::domain::order::{Deed, Order};
use crate::domain::river::River;
use crate::domain::scenario::Scenario;

/// The memory of a run about its villages, and everything that is worked out once.
#[derive(Debug)]
pub struct Tally {
    sites: Sites,
    ways: Ways,
    departures: Departures,
    calendar: Calendar,
    villages: Vec<VillageState>,
    /// The way out of each village over dry roads, to the shelter that has room.
    planned: Vec<Option<Route>>,
    /// Depth on the sites at the frame before, m, and its time, s.
    before: Option<(f64, Vec<f64>)>,
    /// Whether each road was open then; `None` before the first frame.
    was_open: Option<Vec<bool>>,
    /// The next frame tells of all villages, not only of those that have changed.
    tells_all: bool,
}

/// What a frame says of people and things.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toll {
    /// One row for each unit, in the river's order.
    pub units: Vec<UnitLoss>,
    /// Villages of which something is not as it was a frame before.
    pub changes: Vec<VillageChange>,
}

impl Tally {
    /// Of a scenario; `None` where nothing is exposed.
    pub fn new(scenario: &Scenario) -> Option<Self> {
        let (exposure, river) = (scenario.exposure.as_ref()?, scenario.river.as_ref()?);
        let ways = Ways::new(&exposure.roads);
        let people: Vec<f64> = exposure.villages.iter().map(|village| village.people).collect();
        Some(Self {
            sites: Sites::new(exposure, river, &scenario.terrain.grid),
            planned: ways.assign(&exposure.roads, &people),
            departures: Departures::new(exposure.leaving),
            calendar: Calendar::new(scenario.start, scenario.duration_secs),
            villages: vec![VillageState::default(); exposure.villages.len()],
            before: None,
            was_open: None,
            tells_all: false,
            ways,
        })
    }

    /// The cells that [`Tally::take`] asks for.
    pub fn cells(&self) -> &[usize] {
        &self.sites.cells
    }

    /// Takes up what frames before have noted of the villages, in time order. Who has not `read` them is told all of it in
    /// the next frame.
    pub fn recall<'a>(&mut self, changes: impl IntoIterator<Item = &'a VillageChange>, read: bool) {
        fold(&mut self.villages, changes);
        self.tells_all = !read;
    }

    /// Takes in a frame: what the water does on the cells at a time, s, under the orders of the run.
    pub fn take(&mut self, scenario: &Scenario, time_secs: f64, hazards: &[CellHazard], orders: &[Order]) -> Toll {
        let (Some(exposure), Some(river)) = (&scenario.exposure, &scenario.river) else { return Toll::default() };
        // An order at the very time of a frame may be given when the frame is there already: it acts after it.
        let given: Vec<&Order> = orders.iter().filter(|order| order.at_secs < time_secs).collect();
        let mut next = self.villages.clone();
        self.note_water(exposure, time_secs, hazards, &mut next);
        let cut_since = self.note_roads(exposure, time_secs, hazards, &given, &mut next);
        let ordered = ordered_at(exposure, river, &given);
        self.note_leaving(exposure, time_secs, &ordered, &cut_since, &mut next);
        note_caught(exposure, &self.villages, &mut next);
        let told = if std::mem::take(&mut self.tells_all) {
            changes(&vec![VillageState::default(); next.len()], &next)
        } else {
            changes(&self.villages, &next)
        };
        self.villages = next;
        self.before = Some((time_secs, hazards.iter().map(|hazard| hazard.depth_m).collect()));
        let context = Context { exposure, sites: &self.sites, calendar: &self.calendar, now_secs: time_secs };
        let mut units = vec![UnitLoss::default(); river.units.len()];
        assess(&context, hazards, &self.villages, &ordered, &mut units);
        Toll { units, changes: told }
    }

    fn note_water(&self, exposure: &Exposure, now: f64, hazards: &[CellHazard], states: &mut [VillageState]) {
        for ((village, site), state) in exposure.villages.iter().zip(&self.sites.villages).zip(states) {
            let hazard = &hazards[*site];
            state.stage = Stage::of(hazard, village.platform_m, exposure.flooded_depth_m);
            if state.stage == Stage::Dry {
                continue;
            }
            let passed = |depth_m: f64| Some(single(self.passed_secs(*site, hazard.depth_m, depth_m, now)));
            let home_m = village.platform_m;
            let above_home = |depth_m: f64| (home_m + depth_m).max(exposure.flooded_depth_m);
            state.reached_secs = state.reached_secs.or_else(|| passed(exposure.flooded_depth_m));
            if state.stage >= Stage::Entered {
                state.entered_secs = state.entered_secs.or_else(|| passed(above_home(ENTERED_M)));
            }
            if state.stage >= Stage::Unsafe {
                state.unsafe_secs = state.unsafe_secs.or_else(|| passed(above_home(UNSAFE_DEPTH_M)));
            }
        }
    }

    /// When a site had a depth (m) since the frame before, s: linear in between; now, if it had it all the while or the
    /// frame before is not known.
    fn passed_secs(&self, site: usize, now_m: f64, depth_m: f64, now_secs: f64) -> f64 {
        let Some((before_secs, before)) = &self.before else { return now_secs };
        let before_m = before[site];
        if before_m >= depth_m || now_m <= before_m {
            return now_secs;
        }
        let share = ((depth_m - before_m) / (now_m - before_m)).clamp(0.0, 1.0);
        before_secs + share * (now_secs - before_secs)
    }

    /// Notes which villages no road leads out of. Returns until when a way was open for those that have none any more
    /// since the frame before.
    fn note_roads(
        &mut self,
        exposure: &Exposure,
        now_secs: f64,
        hazards: &[CellHazard],
        given: &[&Order],
        states: &mut [VillageState],
    ) -> Vec<Option<f64>> {
        let until_secs = self.open_until(exposure, now_secs, hazards, given);
        let is_open: Vec<bool> = until_secs.iter().map(|until| until.is_infinite()).collect();
        let mut cut_since = vec![None; states.len()];
        // Where no roads are known nobody is said to be cut off.
        if exposure.roads.nodes.is_empty() || self.was_open.as_ref() == Some(&is_open) {
            return cut_since;
        }
        let net = &exposure.roads;
        let routes = self.ways.routes(net, |road| is_open[road], |_| true);
        let since_secs = self.before.as_ref().map_or(now_secs, |(secs, _)| *secs);
        // A road that was closed already was no way out since the frame before.
        let was_open = |road: usize| self.was_open.as_ref().is_none_or(|open| open[road]);
        let until_secs: Vec<f64> = (0..until_secs.len())
            .map(|road| if was_open(road) { until_secs[road] } else { until_secs[road].min(since_secs) })
            .collect();
        let way_until_secs = self.ways.open_until(net, &until_secs);
        for (k, state) in states.iter_mut().enumerate() {
            let was_cut = std::mem::replace(&mut state.is_cut, routes[k].is_none());
            if state.is_cut && !was_cut {
                let at_secs = way_until_secs[k].filter(|secs| secs.is_finite()).unwrap_or(now_secs).max(since_secs);
                state.cut_secs = state.cut_secs.or_else(|| Some(single(at_secs)));
                cut_since[k] = Some(at_secs);
            }
        }
        self.was_open = Some(is_open);
        cut_since
    }

    /// Until when each road is open, s: to when water on it is too deep, or an order closes it; infinite while it is.
    fn open_until(&self, exposure: &Exposure, now_secs: f64, hazards: &[CellHazard], given: &[&Order]) -> Vec<f64> {
        let closed_m = exposure.roads.height_m + exposure.roads.closed_depth_m;
        let closed_by_order = closed_at(exposure, given);
        let of_road = |(road, by_order): (usize, f64)| {
            let wet = self.sites.roads[road].iter().filter(|site| hazards[**site].depth_m >= closed_m);
            let passed = wet.map(|site| self.passed_secs(*site, hazards[*site].depth_m, closed_m, now_secs));
            passed.fold(by_order, f64::min)
        };
        closed_by_order.into_iter().enumerate().map(of_road).collect()
    }

    /// Lets people leave the villages that are ordered to, as long as a road is open, and arrive at their shelters.
    fn note_leaving(
        &self,
        exposure: &Exposure,
        now_secs: f64,
        ordered: &[Option<f64>],
        cut_since: &[Option<f64>],
        states: &mut [VillageState],
    ) {
        let left = |k: usize, since_secs: f64| {
            let (village, ordered_secs) = (&exposure.villages[k], ordered[k].unwrap_or(f64::INFINITY));
            let daytime = self.calendar.daytime(ordered_secs);
            village.people * self.departures.left_frac(since_secs, daytime, village.is_practised)
        };
        // Who would be at the ramp by now, if it took everyone at once.
        let mut there = vec![0.0; states.len()];
        let mut waiting = vec![0.0; exposure.roads.exits.len()];
        for (k, state) in states.iter_mut().enumerate() {
            let Some(ordered_secs) = ordered[k] else { continue };
            let leaves_until = if state.is_cut { cut_since[k] } else { Some(now_secs) };
            if let Some(until_secs) = leaves_until {
                state.departed = state.departed.max(tenths(left(k, until_secs - ordered_secs)));
            }
            if let Some(route) = self.planned[k] {
                let way_secs = route.length_m / exposure.leaving.speed_mps;
                there[k] = left(k, now_secs - ordered_secs - way_secs).min(f64::from(state.departed));
                waiting[route.exit] += (there[k] - f64::from(state.arrived)).max(0.0);
            }
        }
        let since_secs = self.before.as_ref().map_or(0.0, |(before_secs, _)| now_secs - before_secs);
        let passing =
            exposure.leaving.ramp_vehicles_per_hour * exposure.leaving.people_per_vehicle / 3600.0 * since_secs;
        for (k, state) in states.iter_mut().enumerate() {
            let Some(route) = self.planned[k].filter(|_| ordered[k].is_some()) else { continue };
            let waits = (there[k] - f64::from(state.arrived)).max(0.0);
            // Those who wait at a ramp pass it one after the other, each village by its share of them.
            let passes = waits * (passing / waiting[route.exit].max(f64::MIN_POSITIVE)).min(1.0);
            state.arrived = tenths(f64::from(state.arrived) + passes).max(state.arrived);
        }
    }

    /// The way out of each village over dry roads, to the shelter that has room; `None` where there is none.
    pub fn planned(&self) -> &[Option<Route>] {
        &self.planned
    }
}

/// Notes how many were still at home in villages that have just become unsafe.
fn note_caught(exposure: &Exposure, before: &[VillageState], states: &mut [VillageState]) {
    for ((village, before), state) in exposure.villages.iter().zip(before).zip(states) {
        if before.unsafe_secs.is_none() && state.unsafe_secs.is_some() {
            state.caught = tenths(at_home(village, state));
        }
    }
}

/// When each village was ordered to leave first, s.
pub fn ordered_at(exposure: &Exposure, river: &River, given: &[&Order]) -> Vec<Option<f64>> {
    let mut at: Vec<Option<f64>> = vec![None; exposure.villages.len()];
    for order in given {
        if let Deed::Move { who, .. } = &order.deed {
            for village in exposure.villages_of(&river.units, who) {
                at[village] = Some(at[village].map_or(order.at_secs, |before| before.min(order.at_secs)));
            }
        }
    }
    at
}

/// When each road was closed by order, s; infinite where none closed it.
fn closed_at(exposure: &Exposure, given: &[&Order]) -> Vec<f64> {
    let mut at = vec![f64::INFINITY; exposure.roads.roads.len()];
    for order in given {
        if let Deed::CloseRoad { road } = &order.deed {
            let of_name = exposure.roads.roads.iter().zip(&mut at).filter(|(other, _)| other.is_called(road));
            of_name.for_each(|(_, at)| *at = at.min(order.at_secs));
        }
    }
    at
}

fn changes(before: &[VillageState], after: &[VillageState]) -> Vec<VillageChange> {
    let pairs = (0_u32..).zip(before.iter().zip(after));
    pairs.filter(|(_, (a, b))| a != b).map(|(village, (_, state))| VillageChange { village, state: *state }).collect()
}

/// People who are still at home.
pub(super) fn at_home(village: &Village, state: &VillageState) -> f64 {
    (village.people - f64::from(state.departed)).max(0.0)
}

/// People to a tenth of one: finer changes are not worth writing down.
fn tenths(people: f64) -> f32 {
    single((10.0 * people).round() / 10.0)
}
