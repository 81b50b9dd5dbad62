//! Suspended sediment of a channel that is a line, and what goes over its lips with the water.

use crate::domain::frame::SedimentBudget;
use crate::domain::river::channel::{Channel, Entering, StepVolumes, SuspendedLoad};
use crate::domain::scenario::{Scenario, Series};

/// The sediment of a line.
#[derive(Debug, Clone)]
pub(super) struct LineSilt {
    pub(super) load: SuspendedLoad,
    /// Concentration of what comes in at the upstream end, kg/m³; clear water without.
    pub(super) upstream_kgm3: Option<Series>,
    /// The same of the sources, in the order of the line's spots.
    pub(super) spots_kgm3: Vec<Option<Series>>,
    /// Lateral water that comes into each segment in the step at hand: m³, and as a rate once all is known.
    in_m3: Vec<f64>,
    /// What it brings: kg, and as a rate.
    in_kg: Vec<f64>,
}

impl LineSilt {
    /// The sediment of a line's water as it now stands; `None` in a scenario without.
    pub(super) fn new(scenario: &Scenario, channel: &Channel, upstream: Option<&str>, spots: &[&str]) -> Option<Self> {
        let sediment = scenario.sediment.as_ref()?;
        let of = |name: &str| sediment.inflow_of(name).cloned();
        let zeros = vec![0.0; channel.n_segments()];
        Some(Self {
            load: SuspendedLoad::new(channel, sediment.rules, sediment.initial_kgm3),
            upstream_kgm3: upstream.and_then(of),
            spots_kgm3: spots.iter().map(|name| of(name)).collect(),
            in_m3: zeros.clone(),
            in_kg: zeros,
        })
    }

    /// Forgets what came in a step before.
    pub(super) fn begin_step(&mut self) {
        self.in_m3.fill(0.0);
        self.in_kg.fill(0.0);
    }

    /// Water that comes into a segment from beside it, m³, with what it brings, kg.
    pub(super) fn let_in(&mut self, segment: usize, volume_m3: f64, mass_kg: f64) {
        self.in_m3[segment] += volume_m3;
        self.in_kg[segment] += mass_kg;
    }

    /// Moves the water of the channel, and its sediment with it.
    pub(super) fn step(
        &mut self,
        channel: &mut Channel,
        dt: f64,
        inflow_m3s: f64,
        upstream_kgm3: f64,
        lateral_m3s: &[f64],
    ) -> StepVolumes {
        for value in self.in_m3.iter_mut().chain(&mut self.in_kg) {
            *value /= dt;
        }
        let Self { load, in_m3, in_kg, .. } = self;
        // What comes in from beyond the downstream end is clear.
        let entering = Entering { upstream_kgm3, lateral_in_m3s: in_m3, lateral_in_kgs: in_kg, downstream_kgm3: 0.0 };
        channel.step_with_load(dt, inflow_m3s, lateral_m3s, load, entering)
    }

    /// Mass that left a segment sideways in the step, kg, for one part of the water that was to leave it.
    pub(super) fn share_kg(&self, segment: usize, part_m3: f64, all_m3: f64) -> f64 {
        if all_m3 > 0.0 { self.load.lateral_left_kg()[segment] * (part_m3 / all_m3) } else { 0.0 }
    }

    /// Adds what only the channel knows: what it holds, and what passed its ends.
    pub(super) fn add_to(&self, budget: &mut SedimentBudget) {
        let own = self.load.budget();
        budget.initial_kg += own.initial_kg;
        budget.inflow_kg += own.inflow_kg;
        budget.outflow_kg += own.outflow_kg;
        budget.deposited_in_channel_kg += own.deposited_kg;
        budget.carried_kg += own.carried_kg;
    }
}
