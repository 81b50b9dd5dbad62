//! Suspended sediment of the plain, and what it leaves on the ground.
//!
//! ∂(h S)/∂t + ∂(h u S)/∂x + ∂(h v S)/∂y = −α ω (S − S*), with S the concentration and S* the capacity of the flow.
//!
//! After the water has taken a step, the same mass fluxes that moved it carry the sediment, upwind: a cell gives water of
//! its own concentration, that before the step. As no cell gives more water than it has ([`super::limit`]), the new
//! concentration is a mean of those before, with the shares of water as weights: no new extreme, nothing negative; what
//! one cell gives the next one gets, to rounding. Then the exchange with the ground is solved over the step at the new
//! depth and velocity. The ground only gives back what it got in the run: the plain is not scoured below its own level.
//!
//! What stands in a film, at and below the dry depth, settles at once: a film has no velocity to carry it. Rain is clear,
//! and water that soaks away leaves its sediment above. With sediment all blocks take the same steps.
//!
//! Only what passed the faces is asked of the pass over the rows ([`note`]), and only where there is sediment.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::active::Blocks;
use super::boundaries::Boundaries;
use super::budget::Sum;
use super::ground::{Ground, GroundBlock, OUTSIDE};
use super::layout::{Kept, N, Place, Slot};
use super::plan::StepPlan;
use super::rows::{Row, part, place};
use super::sources::mean_over;
use super::watch::Watch;
use super::water::Water;
use crate::domain::frame::SedimentBudget;
use crate::domain::river::channel::{Flow, SedimentRules};
use crate::domain::scenario::{Scenario, Series};

/// Mass flux through the faces of a block in a step, m²/s, as the water's own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// Through the west faces of its cells, and the east face of the last.
    x: [f32; N + 1],
    south: [f32; N],
    north: [f32; N],
}

impl Passed {
    const NOTHING: Self = Self { x: [0.0; N + 1], south: [0.0; N], north: [0.0; N] };
}

/// Notes what passed the faces of the blocks of some runs of row `here`; `passed` are those of the blocks from the first
/// one on, and `at` tells where a block lies among them.
#[cold]
#[inline(never)]
pub(super) fn note(
    passed: &mut [Passed],
    [here, above]: [&Row; 2],
    blocks: impl Iterator<Item = usize>,
    at: impl Fn(usize) -> usize,
) {
    for block in blocks {
        let begin = place(block * N);
        let Passed { x, south, north } = &mut passed[at(block)];
        x.copy_from_slice(&here.x.m[begin..=begin + N]);
        *south = *part(&here.y.m, begin);
        *north = *part(&above.y.m, begin);
    }
}

/// Sediment of the cells of a block, kg/m² of ground.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Silt {
    /// Carried by the water above.
    load: [f64; N],
    /// Left on the ground since the start.
    bed: [f64; N],
}

impl Silt {
    const NONE: Self = Self { load: [0.0; N], bed: [0.0; N] };

    fn is_none(&self) -> bool {
        self.load.iter().chain(&self.bed).all(|&mass| mass == 0.0)
    }
}

/// Masses since the start, kg, of the plain and of what came to the channel from outside otherwise than at its ends.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct SiltLedger {
    initial: f64,
    pub(super) inflow: Sum,
    pub(super) outflow: Sum,
    deposited: Sum,
}

/// What the sediment of the plain must remember to go on elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SiltState {
    ledger: SiltLedger,
    blocks: Vec<(usize, Silt)>,
}

/// The sediment of a run on the plain.
#[derive(Debug, Clone)]
pub(super) struct Silts {
    rules: SedimentRules,
    kept: Arc<Kept>,
    blocks: Vec<Silt>,
    /// Which cells of each block lie in the domain, a bit for each: the others keep nothing of what passed an open edge.
    inside: Vec<u16>,
    /// Concentrations before the step at hand, kg/m³; valid in the blocks whose state can change.
    before: Vec<[f64; N]>,
    /// What the water passed in the step at hand; valid in the same blocks.
    pub(super) passed: Vec<Passed>,
    /// Concentration that each open edge lets in, in the order of the boundaries of the plain.
    edges: Vec<Option<Series>>,
    /// Taken with water from a cell and given to nobody yet, kg/m².
    in_hand: f64,
    pub(super) ledger: SiltLedger,
    area_m2: f64,
    dry: f64,
}

impl Silts {
    /// The sediment of a scenario's plain at t = 0; `None` without any.
    pub(super) fn new(plain: &Scenario, ground: &Ground, waters: &[Water]) -> Option<Self> {
        let sediment = plain.sediment.as_ref()?;
        let area_m2 = plain.terrain.grid.cell_area_m2();
        let dry = plain.numerics.dry_depth_m;
        let of_water = |water: &Water| {
            let load = water.h.map(|h| if h > dry { h * sediment.initial_kgm3 } else { 0.0 });
            Silt { load, bed: [0.0; N] }
        };
        let is_inside = |block: &GroundBlock| {
            let bit = |(i, z): (usize, &f32)| if *z < OUTSIDE { 1_u16 << i } else { 0 };
            block.z.iter().enumerate().map(bit).sum()
        };
        let mut silts = Self {
            rules: sediment.rules,
            kept: Arc::clone(&ground.kept),
            inside: ground.blocks.iter().map(is_inside).collect(),
            blocks: waters.iter().map(of_water).collect(),
            before: vec![[0.0; N]; waters.len()],
            passed: vec![Passed::NOTHING; waters.len()],
            edges: plain.boundaries.iter().map(|boundary| sediment.inflow_of(&boundary.name).cloned()).collect(),
            in_hand: 0.0,
            ledger: SiltLedger::default(),
            area_m2,
            dry,
        };
        silts.ledger.initial = silts.carried_kg();
        Some(silts)
    }

    /// Concentration of a cell, kg/m³; 0 where it is dry.
    pub(super) fn concentration_kgm3(&self, (block, i): Slot, waters: &[Water]) -> f64 {
        concentration(self.blocks[block].load[i], waters[block].h[i])
    }

    /// Takes the share of a cell's sediment that goes with a share of its water: into the hand.
    pub(super) fn take(&mut self, (block, i): Slot, share: f64) {
        let load = &mut self.blocks[block].load[i];
        let taken = *load * share.clamp(0.0, 1.0);
        *load -= taken;
        self.in_hand += taken;
    }

    /// What is in the hand, kg/m²; the hand is empty then.
    pub(super) fn hand_over(&mut self) -> f64 {
        std::mem::take(&mut self.in_hand)
    }

    /// Books what is in the hand as gone from the domain.
    pub(super) fn lose_what_is_in_hand(&mut self) {
        let lost = self.hand_over();
        self.ledger.outflow.add(lost * self.area_m2);
    }

    /// Books what came into a cell from outside, kg/m².
    pub(super) fn book_inflow(&mut self, mass: f64) {
        self.ledger.inflow.add(mass * self.area_m2);
    }

    /// Puts sediment into the water of a cell, kg/m².
    pub(super) fn put(&mut self, (block, i): Slot, mass: f64) {
        self.blocks[block].load[i] += mass;
    }

    /// Notes the concentrations before a step of the blocks that it can change.
    pub(super) fn look(&mut self, waters: &[Water], takers: &Blocks) {
        for y in 0..takers.n_rows() {
            for run in takers.runs(y) {
                let begin = self.kept.at(y, run.start);
                let silts = self.before[begin..].iter_mut().zip(&self.blocks[begin..]);
                for ((before, silt), water) in silts.zip(&waters[begin..]).take(run.len()) {
                    *before = std::array::from_fn(|i| concentration(silt.load[i], water.h[i]));
                }
            }
        }
    }

    /// Carries the sediment with the water of a step that has been taken, and lets it settle.
    pub(super) fn go_along(
        &mut self,
        waters: &[Water],
        takers: &Blocks,
        plan: &StepPlan,
        from_secs: f64,
        (boundaries, watch): (&Boundaries, &Watch),
    ) {
        for y in 0..takers.n_rows() {
            for run in takers.runs(y) {
                for (at, block) in (self.kept.at(y, run.start)..).zip(run) {
                    self.carry(at, (y, block), plan.lambda);
                }
            }
        }
        self.cross_edges(boundaries, watch, plan, from_secs);
        let mut settled = 0.0;
        for y in 0..takers.n_rows() {
            for run in takers.runs(y) {
                let begin = self.kept.at(y, run.start);
                for (silt, water) in self.blocks[begin..].iter_mut().zip(&waters[begin..]).take(run.len()) {
                    settled += silt.settle(water, &self.rules, self.dry, plan.dt);
                }
            }
        }
        self.ledger.deposited.add(settled * self.area_m2);
    }

    /// Moves sediment over the faces of a block, upwind.
    fn carry(&mut self, at: usize, (y, block): (usize, usize), lambda: f64) {
        let none = [0.0; N];
        let beside = |y: Option<usize>, block: Option<usize>| {
            let (y, block) = y.zip(block)?;
            self.kept.domain.contains(y, block).then(|| &self.before[self.kept.at(y, block)])
        };
        let south = beside(y.checked_sub(1), Some(block)).unwrap_or(&none);
        let north = beside(Some(y + 1), Some(block)).unwrap_or(&none);
        let west = beside(Some(y), block.checked_sub(1)).map_or(0.0, |cells| cells[N - 1]);
        let east = beside(Some(y), Some(block + 1)).map_or(0.0, |cells| cells[0]);
        let (own, passed) = (&self.before[at], &self.passed[at]);
        let mut gained = [0.0; N];
        for i in 0..N {
            let (left, right) = (if i > 0 { own[i - 1] } else { west }, if i + 1 < N { own[i + 1] } else { east });
            let along = flux(passed.x[i + 1], own[i], right) - flux(passed.x[i], left, own[i]);
            let across = flux(passed.north[i], own[i], north[i]) - flux(passed.south[i], south[i], own[i]);
            gained[i] = if self.inside[at] >> i & 1 == 1 { -lambda * (along + across) } else { 0.0 };
        }
        for (load, gained) in self.blocks[at].load.iter_mut().zip(gained) {
            *load += gained;
        }
    }

    /// Lets in what comes over open edges, and books what came and went there.
    fn cross_edges(&mut self, boundaries: &Boundaries, watch: &Watch, plan: &StepPlan, from_secs: f64) {
        for (edge, m) in boundaries.edges().zip(watch.passed_open()) {
            let (cell, inward) = (edge.cell, if edge.is_right { m } else { -m });
            if inward > 0.0 {
                let series = self.edges[edge.boundary].as_ref();
                let kgm3 = series.map_or(0.0, |series| mean_over(series, from_secs, from_secs + plan.dt));
                let gained = plan.lambda * inward * kgm3;
                let slot = self.kept.slot(cell);
                self.put(slot, gained);
                self.ledger.inflow.add(gained * self.area_m2);
            } else if inward < 0.0 {
                let (block, i) = self.kept.slot(cell);
                self.ledger.outflow.add(-plan.lambda * inward * self.before[block][i] * self.area_m2);
            }
        }
    }

    /// Mass left on the ground of a cell since the start, kg/m².
    pub(super) fn bed_kgm2(&self, block: usize, i: usize) -> f64 {
        self.blocks[block].bed[i]
    }

    pub(super) fn rules(&self) -> &SedimentRules {
        &self.rules
    }

    /// Carried now, kg.
    fn carried_kg(&self) -> f64 {
        let mut sum = Sum::default();
        self.blocks.iter().flat_map(|silt| &silt.load).for_each(|&load| sum.add(load));
        sum.value() * self.area_m2
    }

    /// The budget, without what only the channel knows.
    pub(super) fn budget(&self) -> SedimentBudget {
        let SiltLedger { initial, inflow, outflow, deposited } = self.ledger;
        SedimentBudget {
            initial_kg: initial,
            inflow_kg: inflow.value(),
            outflow_kg: outflow.value(),
            deposited_on_plain_kg: deposited.value(),
            deposited_in_channel_kg: 0.0,
            carried_kg: self.carried_kg(),
        }
    }

    /// Shows every number that the next step depends on, for a hash.
    pub(super) fn visit(&self, show: impl FnMut(f64)) {
        self.blocks.iter().flat_map(|silt| silt.load.iter().chain(&silt.bed)).copied().for_each(show);
    }

    pub(super) fn n_bytes(&self) -> usize {
        size_of_val(&*self.blocks) + size_of_val(&*self.before) + size_of_val(&*self.passed)
    }

    pub(super) fn state(&self) -> SiltState {
        let some = self.blocks.iter().enumerate().filter(|(_, silt)| !silt.is_none());
        SiltState { ledger: self.ledger, blocks: some.map(|(block, silt)| (block, silt.clone())).collect() }
    }

    /// Takes up a saved state, or says which block of it there is not.
    pub(super) fn restore(&mut self, state: SiltState) -> Result<(), usize> {
        self.blocks.fill(Silt::NONE);
        for (block, silt) in state.blocks {
            *self.blocks.get_mut(block).ok_or(block)? = silt;
        }
        self.ledger = state.ledger;
        Ok(())
    }
}

/// An open edge's face, as the sediment sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenFace {
    /// Position of its boundary among those of the plain.
    pub(super) boundary: usize,
    pub(super) cell: Place,
    /// Whether the cell lies to the right (east or north) of the face.
    pub(super) is_right: bool,
}

impl Silt {
    /// Lets the load of a step's end settle, or takes up what lies on the ground; returns what settled, kg/m², summed
    /// over the cells.
    fn settle(&mut self, water: &Water, rules: &SedimentRules, dry: f64, dt: f64) -> f64 {
        let mut settled = 0.0;
        for i in 0..N {
            let (load, bed) = (self.load[i], self.bed[i]);
            if load == 0.0 && bed == 0.0 {
                continue;
            }
            let h = water.h[i];
            let kept = if h > dry && load >= 0.0 {
                let speed = f64::from(water.u[i]).hypot(f64::from(water.v[i]));
                let flow = Flow { velocity_mps: speed, depth_m: h };
                // No more than lies there, whatever a quotient and a product make of it.
                (h * rules.relaxed_kgm3(load / h, bed / h, false, flow, dt)).min(load + bed.max(0.0))
            } else {
                // A film, or a cell that gave all and is left with a rounding on the wrong side of 0.
                0.0
            };
            let down = load - kept;
            self.load[i] = kept;
            self.bed[i] = bed + down;
            settled += down;
        }
        settled
    }
}

fn concentration(load: f64, h: f64) -> f64 {
    if h > 0.0 { load / h } else { 0.0 }
}

/// Sediment that passes a face with the mass flux `m`, from the left positive.
fn flux(m: f32, left: f64, right: f64) -> f64 {
    f64::from(m) * if m > 0.0 { left } else { right }
}
