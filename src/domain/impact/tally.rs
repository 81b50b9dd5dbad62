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
use super::sites::{CellHazard, Sites};
use super::village_state::{Stage, VillageChange, VillageState, fold};
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
    /// Whether each road was open then.
    was_open: Vec<bool>,
    routes: Vec<Option<Route>>,
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
            was_open: Vec::new(),
            routes: Vec::new(),
            ways,
        })
    }

    /// The cells that [`Tally::take`] asks for.
    pub fn cells(&self) -> &[usize] {
        &self.sites.cells
    }

    /// Takes up what frames before have noted of the villages, in time order.
    pub fn recall<'a>(&mut self, changes: impl IntoIterator<Item = &'a VillageChange>) {
        fold(&mut self.villages, changes);
    }

    /// Takes in a frame: what the water does on the cells at a time, s, under the orders of the run.
    pub fn take(&mut self, scenario: &Scenario, time_secs: f64, hazards: &[CellHazard], orders: &[Order]) -> Toll {
        let (Some(exposure), Some(river)) = (&scenario.exposure, &scenario.river) else { return Toll::default() };
        let given: Vec<&Order> = orders.iter().filter(|order| order.at_secs <= time_secs).collect();
        let mut next = self.villages.clone();
        self.note_water(exposure, time_secs, hazards, &mut next);
        self.note_roads(exposure, time_secs, hazards, &given, &mut next);
        let ordered = ordered_at(exposure, river, &given);
        self.note_leaving(exposure, time_secs, &ordered, &mut next);
        let changes = changes(&self.villages, &next);
        self.villages = next;
        self.before = Some((time_secs, hazards.iter().map(|hazard| hazard.depth_m).collect()));
        let context = Context { exposure, sites: &self.sites, calendar: &self.calendar };
        let mut units = vec![UnitLoss::default(); river.units.len()];
        assess(&context, hazards, &self.villages, &ordered, &mut units);
        Toll { units, changes }
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
            state.reached_secs = state.reached_secs.or_else(|| passed(exposure.flooded_depth_m));
            if state.stage >= Stage::Entered {
                state.entered_secs = state.entered_secs.or_else(|| passed(home_m + super::village_state::ENTERED_M));
            }
            if state.stage >= Stage::Unsafe {
                state.unsafe_secs = state.unsafe_secs.or_else(|| passed(home_m + 0.5));
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

    fn note_roads(
        &mut self,
        exposure: &Exposure,
        now_secs: f64,
        hazards: &[CellHazard],
        given: &[&Order],
        states: &mut [VillageState],
    ) {
        let net = &exposure.roads;
        let closed_m = net.height_m + net.closed_depth_m;
        let closed_by_order = closed_at(exposure, given);
        let until: Vec<f64> = (0..net.roads.len())
            .map(|road| {
                let wet = self.sites.roads[road].iter().filter(|site| hazards[**site].depth_m >= closed_m);
                let passed = wet.map(|site| self.passed_secs(*site, hazards[*site].depth_m, closed_m, now_secs));
                passed.fold(closed_by_order[road], f64::min)
            })
            .collect();
        let is_open: Vec<bool> = until.iter().map(|until| until.is_infinite()).collect();
        if self.was_open != is_open {
            self.routes = self.ways.routes(net, |road| is_open[road], |_| true);
            let since = self.before.as_ref().map_or(now_secs, |(secs, _)| *secs);
            // A road that was closed already was no way out since the frame before.
            let known = |road: usize| self.was_open.get(road).copied().unwrap_or(true);
            let until: Vec<f64> =
                (0..until.len()).map(|road| if known(road) { until[road] } else { until[road].min(since) }).collect();
            let open_until = self.ways.open_until(net, &until);
            for (k, state) in states.iter_mut().enumerate() {
                state.is_cut = self.routes[k].is_none();
                let at_secs = open_until[k].filter(|secs| secs.is_finite()).unwrap_or(now_secs);
                if state.is_cut {
                    state.cut_secs = state.cut_secs.or_else(|| Some(single(at_secs.max(since))));
                }
            }
            self.was_open = is_open;
        }
    }

    /// Lets people leave the villages that are ordered to, as long as a road is open.
    fn note_leaving(&self, exposure: &Exposure, now_secs: f64, ordered: &[Option<f64>], states: &mut [VillageState]) {
        let crowd = self.crowd(exposure, ordered);
        for (k, state) in states.iter_mut().enumerate() {
            let (Some(ordered_secs), village) = (ordered[k], &exposure.villages[k]) else { continue };
            let is_night = self.calendar.is_night(ordered_secs);
            let left = |since_secs: f64| {
                village.people * self.departures.left_frac(since_secs, is_night, village.is_practised)
            };
            if !state.is_cut {
                state.departed = state.departed.max(single(left(now_secs - ordered_secs)));
            }
            let Some(route) = self.planned[k] else { continue };
            let since_secs = now_secs - ordered_secs - route.length_m / exposure.leaving.speed_mps;
            // Those who use a ramp pass it one after the other, each village as its share of them.
            let share = village.people / crowd[route.exit].max(1.0);
            let passing = share
                * exposure.leaving.ramp_vehicles_per_hour
                * exposure.leaving.people_per_vehicle
                * (since_secs / 3600.0).max(0.0);
            let arrived = single(left(since_secs).min(passing)).min(state.departed);
            state.arrived = state.arrived.max(arrived);
        }
    }

    /// Residents of the ordered villages that use each exit.
    fn crowd(&self, exposure: &Exposure, ordered: &[Option<f64>]) -> Vec<f64> {
        let mut crowd = vec![0.0; exposure.roads.exits.len()];
        for ((village, route), ordered) in exposure.villages.iter().zip(&self.planned).zip(ordered) {
            if let (Some(route), Some(_)) = (route, ordered) {
                crowd[route.exit] += village.people;
            }
        }
        crowd
    }

    /// The way out of each village over dry roads, to the shelter that has room; `None` where there is none.
    pub fn planned(&self) -> &[Option<Route>] {
        &self.planned
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

#[expect(clippy::cast_possible_truncation, reason = "times to about a second, people to a ten-thousandth")]
fn single(x: f64) -> f32 {
    x as f32
}
