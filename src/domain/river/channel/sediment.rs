//! Suspended sediment that a channel carries, and what it leaves on the bed or takes from it.
//!
//! Non-equilibrium transport, with S the concentration (kg/m³), B the width of the surface and ω the settling velocity:
//!
//! ```text
//! ∂(A S)/∂t + ∂(Q S)/∂x = − α B ω (S − S*) + lateral
//! ```
//!
//! (Dou Guoren 1963, 潮汐水流中的悬沙运动及冲淤计算, 水利学报 1963(4); Han Qiwei 1979, 非均匀悬移质不平衡输沙的研究,
//! 科学通报 24(17): α about 0.25 while the water loses sediment and 1.0 while it gains, recalled, confidence B.) Advection
//! is upwind with a limited correction of second order; it makes no new extreme and takes no more than there is. The
//! exchange with the bed is solved exactly over each part of a step, with the capacity at its beginning. The bed does not
//! move in response: its thickness is only accounted for.
//!
//! The bed gives two things. What was left there in the run goes up again towards the capacity for the grains that are
//! carried. The old bed lies coarser: it gives only while the water carries less than the capacity for *its* grains, with
//! their settling velocity. Without this a formula whose capacity grows with the load, as Zhang Hongwu's does, finds fine
//! silt without end below a reservoir that releases clear water, and runs away to hundreds of kg/m³.
//!
//! Lateral water comes second in a step: what comes in mixes with the water of the segment, and what leaves, over a bank
//! or to a sink, leaves with the concentration of the mixture.

use serde::{Deserialize, Serialize};

use super::DRY_DEPTH_M;
use super::budget::{StepVolumes, Sum};
use super::capacity::Capacity;
use super::channel::{Channel, Filled};
use super::step::{Passage, limited_share};

/// The constants of suspended transport.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SedimentRules {
    /// Carrying capacity.
    pub capacity: Capacity,
    /// Settling velocity of the grains that are carried, in still clear water, m/s.
    pub settling_mps: f64,
    /// The same of the grains of the old bed, m/s.
    pub bed_settling_mps: f64,
    /// Share α of the settling velocity that acts while the water carries too much.
    pub deposition_frac: f64,
    /// The same while it carries too little.
    pub scour_frac: f64,
    /// Dry density of the deposit, kg/m³.
    pub dry_density_kgm3: f64,
}

impl SedimentRules {
    /// α of 0.25 and 1.0, and 1400 kg/m³ dry density of the deposit, with a capacity and the settling velocity of what is
    /// carried and of the bed alike.
    pub const fn new(capacity: Capacity, settling_mps: f64) -> Self {
        let bed_settling_mps = settling_mps;
        let (deposition_frac, scour_frac, dry_density_kgm3) = (0.25, 1.0, 1400.0);
        Self { capacity, settling_mps, bed_settling_mps, deposition_frac, scour_frac, dry_density_kgm3 }
    }

    /// Concentration (kg/m³) after `dt` s of water that now has `now_kgm3`, over a bed on which `fresh_kgm3` was left in
    /// the run, counted by the volume of that water.
    ///
    /// It goes to the capacity by exp(−α ω t / h), up no further than the fresh deposit allows; over an old bed
    /// (`has_old_bed`) also up to the capacity for that bed's grains. `velocity_mps` and `depth_m` are the mean ones of the
    /// section or the cell; the depth is above 0. Never negative for a concentration that is not, and never beyond the
    /// capacity on the other side of it.
    pub fn relaxed_kgm3(&self, now_kgm3: f64, fresh_kgm3: f64, has_old_bed: bool, flow: Flow, dt: f64) -> f64 {
        let to = |law: Capacity, settling_mps: f64, share: f64| {
            let capacity = law.capacity_kgm3(flow.velocity_mps, flow.depth_m, settling_mps, now_kgm3);
            let settling = law.settling_mps(settling_mps, now_kgm3);
            (capacity, share * settling * dt / flow.depth_m)
        };
        let (capacity, falls) = to(self.capacity, self.settling_mps, self.deposition_frac);
        if now_kgm3 > capacity {
            return capacity + (now_kgm3 - capacity) * (-falls).exp();
        }
        let (capacity, rises) = to(self.capacity, self.settling_mps, self.scour_frac);
        let risen = capacity + (now_kgm3 - capacity) * (-rises).exp();
        let from_fresh = risen.min(now_kgm3 + fresh_kgm3.max(0.0));
        if !has_old_bed {
            return from_fresh;
        }
        let (capacity, rises) = to(self.capacity.of_bed(), self.bed_settling_mps, self.scour_frac);
        let from_old = if now_kgm3 < capacity { capacity + (now_kgm3 - capacity) * (-rises).exp() } else { now_kgm3 };
        from_fresh.max(from_old)
    }
}

/// The flow that carries sediment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Mean velocity, m/s.
    pub velocity_mps: f64,
    /// Mean depth, m.
    pub depth_m: f64,
}

/// What water brings with it during a step.
#[derive(Debug, Clone, Copy)]
pub struct Entering<'a> {
    /// Concentration at the upstream end, kg/m³.
    pub upstream_kgm3: f64,
    /// Lateral water that comes in, m³/s, one value for each segment, at least what the net lateral discharge is: the
    /// rest of that leaves.
    pub lateral_in_m3s: &'a [f64],
    /// What it brings, kg/s.
    pub lateral_in_kgs: &'a [f64],
    /// Concentration of water that comes in at the downstream end, kg/m³.
    pub downstream_kgm3: f64,
}

/// Masses since the load was set, kg.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SedimentBudget {
    /// Carried at the start.
    pub initial_kg: f64,
    /// In at the upstream end, net.
    pub inflow_kg: f64,
    /// Out at the downstream end, net.
    pub outflow_kg: f64,
    /// In along the way, net.
    pub lateral_kg: f64,
    /// Left on the bed, net; negative when more was scoured.
    pub deposited_kg: f64,
    /// Carried now.
    pub carried_kg: f64,
}

impl SedimentBudget {
    /// What is carried beyond what was booked, kg: rounding, and nothing else.
    pub fn residual_kg(&self) -> f64 {
        let booked = self.initial_kg + self.inflow_kg - self.outflow_kg + self.lateral_kg - self.deposited_kg;
        self.carried_kg - booked
    }
}

/// Sums of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Booked {
    initial: f64,
    inflow: Sum,
    outflow: Sum,
    lateral: Sum,
    deposited: Sum,
}

/// Suspended sediment in the segments of one channel, and what it left on the bed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuspendedLoad {
    rules: SedimentRules,
    /// Mass carried in each segment, kg.
    mass_kg: Vec<f64>,
    /// Mass left on the bed of each segment, kg.
    deposited_kg: Vec<f64>,
    /// Its thickness, m.
    thickness_m: Vec<f64>,
    booked: Booked,
    /// Mass that left each segment with lateral water in the last step, kg.
    left_kg: Vec<f64>,
    /// Scratch of a step: concentrations.
    carried_kgm3: Vec<f64>,
}

impl Channel {
    /// As [`Channel::step`], with sediment in the water.
    ///
    /// # Panics
    /// When the load or `entering` belongs to a channel of another number of segments.
    pub fn step_with_load(
        &mut self,
        dt: f64,
        upstream_discharge_m3s: f64,
        lateral_m3s: &[f64],
        load: &mut SuspendedLoad,
        entering: Entering<'_>,
    ) -> StepVolumes {
        let n = self.n_segments();
        let lengths = [load.mass_kg.len(), entering.lateral_in_m3s.len(), entering.lateral_in_kgs.len()];
        assert_eq!(lengths, [n; 3], "one value for each segment");
        load.left_kg.fill(0.0);
        self.step_carrying(dt, upstream_discharge_m3s, lateral_m3s, |channel, passage| {
            load.carry(channel, passage, entering);
        })
    }
}

impl SuspendedLoad {
    /// The same concentration (kg/m³) in all the water of a channel, on a bed without deposit.
    pub fn new(channel: &Channel, rules: SedimentRules, concentration_kgm3: f64) -> Self {
        let n = channel.n_segments();
        let mass_kg: Vec<f64> = (0..n).map(|i| channel.volume_m3(i) * concentration_kgm3).collect();
        let booked = Booked { initial: total(&mass_kg), ..Booked::default() };
        let zeros = vec![0.0; n];
        Self {
            rules,
            mass_kg,
            deposited_kg: zeros.clone(),
            thickness_m: zeros.clone(),
            booked,
            left_kg: zeros.clone(),
            carried_kgm3: zeros,
        }
    }

    /// Whether it can be that of a channel of `n` segments: as many values, each of them finite, no mass negative.
    pub fn fits(&self, n: usize) -> bool {
        let Self { mass_kg, deposited_kg, thickness_m, left_kg, carried_kgm3, .. } = self;
        let all = [mass_kg, deposited_kg, thickness_m, left_kg, carried_kgm3];
        all.iter().all(|values| values.len() == n && values.iter().all(|value| value.is_finite()))
            && mass_kg.iter().all(|&mass| mass >= 0.0)
    }

    /// Shows every number that the next step and the budget depend on, for a hash.
    pub fn visit(&self, mut show: impl FnMut(f64)) {
        let Self { mass_kg, deposited_kg, thickness_m, .. } = self;
        mass_kg.iter().chain(deposited_kg).chain(thickness_m).copied().for_each(&mut show);
        let SedimentBudget { initial_kg, inflow_kg, outflow_kg, lateral_kg, deposited_kg, carried_kg } = self.budget();
        [initial_kg, inflow_kg, outflow_kg, lateral_kg, deposited_kg, carried_kg].into_iter().for_each(show);
    }

    /// Memory that it takes, bytes.
    pub fn n_bytes(&self) -> usize {
        5 * size_of_val(&*self.mass_kg)
    }

    /// Mass that left each segment with lateral water in the last step, kg: over its banks and to its sinks together.
    pub fn lateral_left_kg(&self) -> &[f64] {
        &self.left_kg
    }

    /// Concentration in a segment, kg/m³; 0 where it is dry.
    pub fn concentration_kgm3(&self, channel: &Channel, index: usize) -> f64 {
        concentration(self.mass_kg[index], channel.volume_m3(index))
    }

    /// Sediment carried in a segment, kg.
    pub fn mass_kg(&self, index: usize) -> f64 {
        self.mass_kg[index]
    }

    /// Mass left on the bed of a segment, kg; negative when more was scoured.
    pub fn deposited_kg(&self, index: usize) -> f64 {
        self.deposited_kg[index]
    }

    /// Thickness of that at dry density, m, each part over the width of the surface at its time.
    pub fn thickness_m(&self, index: usize) -> f64 {
        self.thickness_m[index]
    }

    /// The mass budget since the load was set.
    pub fn budget(&self) -> SedimentBudget {
        SedimentBudget {
            initial_kg: self.booked.initial,
            inflow_kg: self.booked.inflow.value(),
            outflow_kg: self.booked.outflow.value(),
            lateral_kg: self.booked.lateral.value(),
            deposited_kg: self.booked.deposited.value(),
            carried_kg: total(&self.mass_kg),
        }
    }

    fn carry(&mut self, channel: &Channel, passage: Passage<'_>, entering: Entering<'_>) {
        self.advect(passage, entering);
        for i in 0..self.mass_kg.len() {
            self.join(i, passage, entering.lateral_in_m3s[i], entering.lateral_in_kgs[i]);
            self.settle(i, &channel.filled[i], channel.discharge_m3s(i), channel.segment(i).length_m, passage.dt);
        }
    }

    /// Moves mass over the faces with the water.
    fn advect(&mut self, passage: Passage<'_>, entering: Entering<'_>) {
        let n = self.mass_kg.len();
        for i in 0..n {
            self.carried_kgm3[i] = concentration(self.mass_kg[i], passage.before_m3[i]);
        }
        for face in 0..=n {
            let water = passage.discharge_m3s[face] * passage.dt;
            let from = if water >= 0.0 { face.checked_sub(1) } else { (face < n).then_some(face) };
            let carried = match from {
                Some(from) => self.face_concentration(face, from, passage),
                None if face == 0 => entering.upstream_kgm3,
                None => entering.downstream_kgm3,
            };
            let mass = water * carried;
            if face > 0 {
                self.mass_kg[face - 1] -= mass;
            } else {
                self.booked.inflow.add(mass);
            }
            if face < n {
                self.mass_kg[face] += mass;
            } else {
                self.booked.outflow.add(mass);
            }
        }
        // A segment that gave all its water may be left with a rounding of its mass on the wrong side of 0.
        for mass in &mut self.mass_kg {
            if *mass < 0.0 {
                self.booked.deposited.add(*mass);
                *mass = 0.0;
            }
        }
    }

    /// Concentration of the water that leaves segment `from` over a face.
    fn face_concentration(&self, face: usize, from: usize, passage: Passage<'_>) -> f64 {
        let s = &self.carried_kgm3;
        let (toward, before) =
            if from < face { (Some(face), from.checked_sub(1)) } else { (face.checked_sub(1), Some(from + 1)) };
        let (Some(&down), Some(&before)) = (toward.and_then(|i| s.get(i)), before.and_then(|i| s.get(i))) else {
            return s[from];
        };
        // Water that leaves on both sides goes uncorrected: only then is the mass sure to suffice.
        let other_face = if from < face { from } else { from + 1 };
        let leaves_both = passage.discharge_m3s[face] * passage.discharge_m3s[other_face] < 0.0;
        if leaves_both {
            return s[from];
        }
        let courant = (passage.discharge_m3s[face].abs() * passage.dt / passage.before_m3[from]).min(1.0);
        let share = limited_share(s[from] - before, down - s[from]);
        s[from] + 0.5 * share * (1.0 - courant) * (down - s[from])
    }

    /// Lateral water brings its sediment; what leaves of the mixture takes its share.
    fn join(&mut self, i: usize, passage: Passage<'_>, in_m3s: f64, in_kgs: f64) {
        let (in_m3, in_kg) = (in_m3s * passage.dt, in_kgs * passage.dt);
        let moved = passage.dt * (passage.discharge_m3s[i] - passage.discharge_m3s[i + 1]);
        let mixed_m3 = passage.before_m3[i] + moved + in_m3;
        let mixed_kg = self.mass_kg[i] + in_kg;
        let left_m3 = (in_m3 - passage.given_m3[i]).max(0.0);
        let left_kg = if mixed_m3 > 0.0 { mixed_kg * (left_m3 / mixed_m3).min(1.0) } else { 0.0 };
        self.mass_kg[i] = mixed_kg - left_kg;
        self.left_kg[i] += left_kg;
        self.booked.lateral.add(in_kg);
        self.booked.lateral.add(-left_kg);
    }

    /// Exchange with the bed: the concentration goes to the capacity by exp(−α B ω t / A).
    fn settle(&mut self, i: usize, water: &Filled, discharge_m3s: f64, length_m: f64, dt: f64) {
        let volume = water.area_m2 * length_m;
        let mass = self.mass_kg[i];
        let left = if water.depth_m <= DRY_DEPTH_M {
            0.0
        } else {
            let (now, mean_depth_m) = (concentration(mass, volume), water.area_m2 / water.top_width_m);
            let flow = Flow { velocity_mps: discharge_m3s / water.area_m2, depth_m: mean_depth_m };
            volume * self.rules.relaxed_kgm3(now, self.deposited_kg[i] / volume, true, flow, dt)
        };
        let to_bed = mass - left;
        self.mass_kg[i] = left;
        self.deposited_kg[i] += to_bed;
        self.booked.deposited.add(to_bed);
        self.thickness_m[i] += to_bed / (self.rules.dry_density_kgm3 * water.top_width_m * length_m);
    }
}

fn concentration(mass_kg: f64, volume_m3: f64) -> f64 {
    if volume_m3 > 0.0 { mass_kg / volume_m3 } else { 0.0 }
}

fn total(mass_kg: &[f64]) -> f64 {
    let mut sum = Sum::default();
    for &mass in mass_kg {
        sum.add(mass);
    }
    sum.value()
}
