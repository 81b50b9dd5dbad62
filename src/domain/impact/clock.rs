//! The decision clock: for each village that the water of a run reaches, the latest hour at which it can be ordered to
//! leave, and who stays behind when the order comes late.
//!
//! t* = t(way out closes) − (warning₉₅ + getting ready₉₀ + travel) − reserve, where the way out closes with the last open
//! road, or, where a road stays open, when the homes become unsafe. Travel is the way to the shelter at the speed of
//! village roads, and the time that the vehicles of all villages of that ramp take to pass it.
//!
//! It looks ahead in a run that is computed: what it says of the future is what that branch says.

use super::calendar::{Calendar, Daytime};
use super::exposure::Exposure;
use super::leave::Departures;
use super::roads::{Route, Ways};
use super::village_state::VillageState;
use crate::domain::scenario::Scenario;
use crate::domain::text::Label;

/// How much later than it could be an order comes, h.
pub const DELAYS_HOURS: [f64; 4] = [0.0, 1.0, 3.0, 6.0];

const HOUR_SECS: f64 = 3600.0;

/// What a village needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Water makes its homes unsafe: everyone must go.
    Move,
    /// Water surrounds it and its homes stay safe: people may stay on the platform (就地避水).
    Shelter,
}

impl Need {
    /// What people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Move => Label::new("需转移", "Move"),
            Self::Shelter => Label::new("就地避水", "Stay"),
        }
    }
}

/// What the clock says of a village. Times are s after the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockRow {
    /// Position in the register.
    pub village: usize,
    /// What it needs.
    pub need: Need,
    /// Residents.
    pub people: f64,
    /// When the water is round it.
    pub reached_secs: f64,
    /// When no road leads out, if that comes.
    pub cut_secs: Option<f64>,
    /// When its homes are unsafe, if that comes.
    pub unsafe_secs: Option<f64>,
    /// The way to its shelter; `None` where no road leads out even over dry ground.
    pub route: Option<Route>,
    /// Warning, getting ready and travel, s.
    pub lead_secs: f64,
    /// The latest hour of the order.
    pub deadline_secs: f64,
    /// When it was ordered to leave, if it was.
    pub ordered_secs: Option<f64>,
    /// People who are not out when the way closes, if the order comes so much later than at the latest hour, or than
    /// now where that has passed ([`DELAYS_HOURS`]); all four as ordered where it was ordered.
    pub left_behind: [f64; 4],
}

impl ClockRow {
    /// Time left at a moment, s; negative when the latest hour has passed.
    pub fn left_secs(&self, now_secs: f64) -> f64 {
        self.deadline_secs - now_secs
    }

    /// When the way out closes or the homes are unsafe, whichever comes first.
    pub fn closes_secs(&self) -> f64 {
        closes_secs(self.cut_secs, self.unsafe_secs, self.reached_secs)
    }

    /// How urgent the order is at a moment.
    pub fn urgency(&self, now_secs: f64) -> Urgency {
        if self.ordered_secs.is_some() {
            Urgency::Ordered
        } else if self.closes_secs() <= now_secs {
            Urgency::Closed
        } else {
            Urgency::of_left(self.left_secs(now_secs))
        }
    }
}

/// How urgent an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// The latest hour has passed and the way out is still open: some can be saved by an order now.
    Late,
    /// Less than three hours are left.
    Soon,
    /// Less than twelve.
    Today,
    /// More.
    Later,
    /// The way out has closed, or the homes are unsafe: an order comes too late, boats are needed.
    Closed,
    /// The order is out.
    Ordered,
}

impl Urgency {
    /// Of an order that can still be given in time or nearly so, by the time that is left, s.
    pub fn of_left(left_secs: f64) -> Self {
        match left_secs / HOUR_SECS {
            left if left < 0.0 => Self::Late,
            left if left < 3.0 => Self::Soon,
            left if left < 12.0 => Self::Today,
            _ => Self::Later,
        }
    }
}

fn closes_secs(cut: Option<f64>, unsafe_at: Option<f64>, reached: f64) -> f64 {
    let first = cut.into_iter().chain(unsafe_at).fold(f64::INFINITY, f64::min);
    if first.is_finite() { first } else { reached }
}

/// Everything about a scenario that the clock needs and that does not change.
#[derive(Debug, Clone)]
pub struct Clock {
    calendar: Calendar,
    departures: Departures,
    planned: Vec<Option<Route>>,
    /// Time that the vehicles of all villages of a ramp take to pass it, s, by exit.
    passing_secs: Vec<f64>,
}

impl Clock {
    /// Of a scenario; `None` where nothing is exposed.
    pub fn new(scenario: &Scenario) -> Option<Self> {
        let exposure = scenario.exposure.as_ref()?;
        let people: Vec<f64> = exposure.villages.iter().map(|village| village.people).collect();
        let planned = Ways::new(&exposure.roads).assign(&exposure.roads, &people);
        let mut crowd = vec![0.0; exposure.roads.exits.len()];
        for (people, route) in people.iter().zip(&planned) {
            if let Some(route) = route {
                crowd[route.exit] += people;
            }
        }
        let passing = |people: f64| {
            people / exposure.leaving.people_per_vehicle / exposure.leaving.ramp_vehicles_per_hour * HOUR_SECS
        };
        Some(Self {
            calendar: Calendar::new(scenario.start, scenario.duration_secs),
            departures: Departures::new(exposure.leaving),
            passing_secs: crowd.into_iter().map(passing).collect(),
            planned,
        })
    }

    /// The way of each village to its shelter over dry roads.
    pub fn planned(&self) -> &[Option<Route>] {
        &self.planned
    }

    /// The villages that the water of a run reaches, those that must move and have the least time first: `states` are
    /// theirs at the end of what is computed, `ordered` when each was ordered to leave, s.
    pub fn rows(
        &self,
        exposure: &Exposure,
        states: &[VillageState],
        ordered: &[Option<f64>],
        now_secs: f64,
    ) -> Vec<ClockRow> {
        let row = |village: usize| self.row(exposure, village, &states[village], ordered[village], now_secs);
        let mut rows: Vec<ClockRow> = (0..states.len()).filter_map(row).collect();
        // Late, soon, today and later are one queue, by the hour; behind it those that no order helps any more.
        let turn = |row: &ClockRow| row.urgency(now_secs).max(Urgency::Later);
        rows.sort_by(|a, b| {
            let ends = a.deadline_secs.total_cmp(&b.deadline_secs);
            a.need.cmp(&b.need).then(turn(a).cmp(&turn(b))).then(ends).then(a.village.cmp(&b.village))
        });
        rows
    }

    fn row(
        &self,
        exposure: &Exposure,
        village: usize,
        state: &VillageState,
        ordered_secs: Option<f64>,
        now_secs: f64,
    ) -> Option<ClockRow> {
        let reached_secs = f64::from(state.reached_secs?);
        let [cut_secs, unsafe_secs] = [state.cut_secs, state.unsafe_secs].map(|secs| secs.map(f64::from));
        let of_register = &exposure.villages[village];
        let route = self.planned[village];
        let travel_secs =
            route.map_or(0.0, |route| route.length_m / exposure.leaving.speed_mps + self.passing_secs[route.exit]);
        let closes = closes_secs(cut_secs, unsafe_secs, reached_secs);
        // An order by night takes longer than one by day: where the day's lead would end by night, the night's holds.
        let reserve_secs = exposure.leaving.reserve_hours * HOUR_SECS;
        let lead_of = |daytime: Daytime| self.departures.lead_secs(daytime, of_register.is_practised) + travel_secs;
        let by_day_secs = closes - lead_of(Daytime::Day) - reserve_secs;
        let lead_secs = lead_of(self.calendar.daytime(by_day_secs));
        let deadline_secs = closes - lead_secs - reserve_secs;
        let behind = |order_secs: f64| {
            let daytime = self.calendar.daytime(order_secs);
            let since_secs = closes - travel_secs - order_secs;
            of_register.people * (1.0 - self.departures.left_frac(since_secs, daytime, of_register.is_practised))
        };
        let base_secs = deadline_secs.max(now_secs);
        let left_behind = match ordered_secs {
            Some(order_secs) => [behind(order_secs); 4],
            None => DELAYS_HOURS.map(|hours| behind(base_secs + hours * HOUR_SECS)),
        };
        let need = if unsafe_secs.is_some() { Need::Move } else { Need::Shelter };
        let people = of_register.people;
        Some(ClockRow {
            village,
            need,
            people,
            reached_secs,
            cut_secs,
            unsafe_secs,
            route,
            lead_secs,
            deadline_secs,
            ordered_secs,
            left_behind,
        })
    }
}

/// The clock of one unit: its villages that must move taken together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct UnitClock {
    /// Position of the unit.
    pub unit: usize,
    /// Villages that must move.
    pub n_villages: usize,
    /// Those of them that were ordered to.
    pub n_ordered: usize,
    /// Those whose way out has closed without an order.
    pub n_closed: usize,
    /// Residents of all of them.
    pub people: f64,
    /// The earliest latest hour among those that an order can still help, s; `None` where there is none.
    pub deadline_secs: Option<f64>,
    /// Sum over its villages.
    pub left_behind: [f64; 4],
}

impl UnitClock {
    /// How urgent the next order is at a moment.
    pub fn urgency(&self, now_secs: f64) -> Urgency {
        match self.deadline_secs {
            Some(secs) => Urgency::of_left(secs - now_secs),
            None if self.n_closed > 0 => Urgency::Closed,
            None => Urgency::Ordered,
        }
    }
}

/// Takes the rows of villages that must move together by unit, as they stand at a moment, s; the least time first, those
/// that no order helps any more last.
pub fn by_unit(exposure: &Exposure, rows: &[ClockRow], now_secs: f64) -> Vec<UnitClock> {
    let mut units: Vec<UnitClock> = Vec::new();
    for row in rows.iter().filter(|row| row.need == Need::Move) {
        let unit = exposure.villages[row.village].unit;
        let place = units.iter().position(|known| known.unit == unit).unwrap_or_else(|| {
            units.push(UnitClock { unit, ..UnitClock::default() });
            units.len() - 1
        });
        let of_unit = &mut units[place];
        of_unit.n_villages += 1;
        of_unit.people += row.people;
        of_unit.left_behind = std::array::from_fn(|k| of_unit.left_behind[k] + row.left_behind[k]);
        match row.urgency(now_secs) {
            Urgency::Ordered => of_unit.n_ordered += 1,
            Urgency::Closed => of_unit.n_closed += 1,
            _ => {
                let before = of_unit.deadline_secs.unwrap_or(f64::INFINITY);
                of_unit.deadline_secs = Some(before.min(row.deadline_secs));
            }
        }
    }
    let ends = |unit: &UnitClock| unit.deadline_secs.unwrap_or(f64::INFINITY);
    units.sort_by(|a, b| ends(a).total_cmp(&ends(b)).then(b.n_closed.cmp(&a.n_closed)).then(a.unit.cmp(&b.unit)));
    units
}

/// People who are to be moved in a run and have not left yet: all who must, less those who left by order.
pub fn still_to_move(rows: &[ClockRow], now: &[VillageState]) -> f64 {
    let must = rows.iter().filter(|row| row.need == Need::Move);
    must.map(|row| (row.people - now.get(row.village).map_or(0.0, |state| f64::from(state.departed))).max(0.0)).sum()
}
