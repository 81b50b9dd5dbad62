//! Culverts, pumps and intakes on the grid: water that goes from cell to cell, or out of the domain, once a step.
//!
//! None takes more than is there, and a culvert moves no more in a step than a quarter of what would level its two
//! cells, so that it does not swing. Water comes in without momentum and leaves with its own; its sediment goes with
//! it. The ledger hears only of
//! water that leaves the domain.

use super::super::budget::Ledger;
use super::super::ground::Ground;
use super::super::layout::{Layout, Place};
use super::super::sources::{mean_over, shortened};
use super::super::water::Waters;
use super::pump::PumpState;
use super::{culvert, intake};
use crate::domain::frame::StructureReading;
use crate::domain::geo::PointMap;
use crate::domain::scenario::{Culvert, Intake, Pump, Scenario, Structure, Terrain};

/// A cell and its bed, m.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    cell: Place,
    z: f64,
}

impl Spot {
    /// The cell of the domain that holds a point.
    pub(super) fn at(terrain: &Terrain, layout: Layout, ground: &Ground, at: PointMap) -> Option<Self> {
        let (row, col) = terrain.grid.cell_at(at)?;
        let cell = layout.place(row, col);
        terrain.is_inside(terrain.grid.index(row, col)).then(|| Self { cell, z: ground.bed(cell) })
    }

    fn depth(self, waters: &Waters) -> f64 {
        waters.depth(self.cell)
    }

    /// Water level, m; the bed where it is dry.
    pub(super) fn stage(self, waters: &Waters) -> f64 {
        self.z + self.depth(waters)
    }

    fn add(self, waters: &mut Waters, depth_m: f64, dry: f64) -> f64 {
        waters.add_depth(self.cell, depth_m, dry)
    }
}

#[derive(Debug, Clone)]
enum Way {
    Culvert { culvert: Culvert, from: Spot, to: Spot },
    Pump { pump: Pump, from: Spot, to: Option<Spot>, place: usize },
    Intake { intake: Intake, at: Spot },
}

/// One transfer, and what it moved in the last step.
#[derive(Debug, Clone)]
struct Transfer {
    way: Way,
    last_m3s: f64,
}

/// The constants of a step that transfers need.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::swe) struct Moment {
    /// Start of the step, s.
    pub(in crate::domain::swe) from_secs: f64,
    /// Its length, s.
    pub(in crate::domain::swe) dt: f64,
}

/// All transfers of a scenario, in its order.
#[derive(Debug, Clone)]
pub(super) struct Transfers {
    all: Vec<Transfer>,
    area_m2: f64,
    g: f64,
    dry: f64,
}

impl Transfers {
    pub(super) fn new(scenario: &Scenario, layout: Layout, ground: &Ground) -> Self {
        let spot = |at| Spot::at(&scenario.terrain, layout, ground, at);
        let mut n_pumps = 0;
        let mut way = |structure: &Structure| match structure {
            Structure::Gate(_) => None,
            Structure::Culvert(c) => Some(Way::Culvert { from: spot(c.from)?, to: spot(c.to)?, culvert: c.clone() }),
            Structure::Pump(p) => {
                let place = n_pumps;
                n_pumps += 1;
                let to = match p.to {
                    Some(at) => Some(spot(at)?),
                    None => None,
                };
                Some(Way::Pump { from: spot(p.from)?, to, pump: p.clone(), place })
            }
            Structure::Intake(i) => Some(Way::Intake { at: spot(i.at)?, intake: i.clone() }),
        };
        let ways = scenario.structures.iter().filter_map(&mut way);
        let all = ways.map(|way| Transfer { way, last_m3s: 0.0 }).collect();
        Self {
            all,
            area_m2: scenario.terrain.grid.cell_area_m2(),
            g: scenario.numerics.gravity_mps2,
            dry: scenario.numerics.dry_depth_m,
        }
    }

    /// The cells that water is taken from or put into.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        let spots = self.all.iter().flat_map(|transfer| match &transfer.way {
            Way::Culvert { from, to, .. } => [Some(*from), Some(*to)],
            Way::Pump { from, to, .. } => [Some(*from), *to],
            Way::Intake { at, .. } => [Some(*at), None],
        });
        spots.flatten().map(|spot| spot.cell)
    }

    /// Shortens a step until the waves where water is put in do not cross a cell.
    pub(super) fn shorten(&self, waters: &Waters, pumps: &[PumpState], dt: f64, cfl_length: f64) -> f64 {
        let mut dt = dt;
        for Transfer { way, .. } in &self.all {
            let (q, from, to) = match way {
                Way::Culvert { culvert, from, to } => {
                    (culvert::discharge(culvert, from.stage(waters), to.stage(waters), self.g).0, *from, *to)
                }
                Way::Pump { pump, from, to: Some(to), place } => {
                    let mut state = pumps[*place];
                    state.switch(pump, from.stage(waters));
                    (state.discharge(pump, to.stage(waters) - from.stage(waters)), *from, *to)
                }
                Way::Pump { to: None, .. } | Way::Intake { .. } => continue,
            };
            let end = if q >= 0.0 { to } else { from };
            dt = shortened(end.depth(waters), |_| q.abs() / self.area_m2, dt, cfl_length, self.g);
        }
        dt
    }

    /// Moves the water of a step, one transfer after the other.
    pub(super) fn apply(
        &mut self,
        waters: &mut Waters,
        pumps: &mut [PumpState],
        ledger: &mut Ledger,
        Moment { from_secs, dt }: Moment,
    ) {
        let Self { all, area_m2, g, dry } = self;
        let (area_m2, g, dry) = (*area_m2, *g, *dry);
        for Transfer { way, last_m3s } in all {
            let moved_m = match way {
                Way::Culvert { culvert, from, to } => {
                    let (a, b) = (from.stage(waters), to.stage(waters));
                    let (q, _) = culvert::discharge(culvert, a, b, g);
                    let asked = q.abs() * dt / area_m2;
                    let (giver, taker, level) = if q >= 0.0 { (*from, *to, a) } else { (*to, *from, b) };
                    let sill = culvert.from_invert_m.max(culvert.to_invert_m).max(giver.z);
                    let moved = asked.min(0.25 * (a - b).abs()).min((level - sill).max(0.0));
                    let moved = hand_over(giver, Some(taker), waters, moved, dry);
                    if q >= 0.0 { moved } else { -moved }
                }
                Way::Pump { pump, from, to, place } => {
                    let state = &mut pumps[*place];
                    let stage = from.stage(waters);
                    state.switch(pump, stage);
                    let q = state.discharge(pump, to.map_or(0.0, |to| to.stage(waters) - stage));
                    let moved = hand_over(*from, *to, waters, q * dt / area_m2, dry);
                    if to.is_none() {
                        ledger.exchange(-moved * area_m2);
                    }
                    moved
                }
                Way::Intake { intake, at } => {
                    let demand = mean_over(&intake.demand_m3s, from_secs, from_secs + dt);
                    let q = demand * intake::share(intake, at.stage(waters));
                    let moved = hand_over(*at, None, waters, q * dt / area_m2, dry);
                    ledger.exchange(-moved * area_m2);
                    moved
                }
            };
            *last_m3s = if dt > 0.0 { moved_m * area_m2 / dt } else { 0.0 };
        }
    }

    /// Readings in the scenario's order: discharge of the last step.
    pub(super) fn readings(&self) -> impl Iterator<Item = StructureReading> {
        self.all.iter().map(|Transfer { way, last_m3s }| {
            let name = match way {
                Way::Culvert { culvert, .. } => &culvert.name,
                Way::Pump { pump, .. } => &pump.name,
                Way::Intake { intake, .. } => &intake.name,
            };
            StructureReading { name: name.clone(), discharge_m3s: *last_m3s, ..StructureReading::default() }
        })
    }
}

/// Takes up to `wanted` m of depth from one cell and puts it into another or nowhere; returns what was moved, m.
fn hand_over(giver: Spot, taker: Option<Spot>, waters: &mut Waters, wanted: f64, dry: f64) -> f64 {
    let moved = -giver.add(waters, -wanted, dry);
    if let Some(taker) = taker {
        taker.add(waters, moved, dry);
        let silt = waters.take_silt_in_hand();
        waters.put_silt(taker.cell, silt);
    } else {
        waters.lose_silt_in_hand();
    }
    moved
}
