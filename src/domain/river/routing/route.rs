//! Carrying inflows down a reach.

use super::curve::Node;
use super::dikes::Behind;
use super::lakes::Lakes;
use super::{Reach1d, RoutingError, pieces, positive};
use crate::domain::frame::BasinReading;

/// A step is divided so that the Courant number of the fastest piece is at most this.
///
/// Areas then stay positive. With the bounds of the weight X, θ O₀ is at most 0.6 A₀ when less comes in than goes out:
/// θ Q = ½ (Q / cA) C A, Q / cA is 3/5 in a channel, and C / (1 - X) is at most 2.
const MOST_COURANT: f64 = 2.0;

/// Discharges at the stations, and where the water went.
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// Discharge at each station of [`Reach1d::stations`], m³/s, at the times of the inflows. A station at a confluence
    /// has the discharge above it; one at the upstream end the inflow.
    pub stations_m3s: Vec<Vec<f64>>,
    /// Discharge at the downstream end, m³/s.
    pub outflow_m3s: Vec<f64>,
    /// Level of each basin, m on its own datum, at the times of the inflows; in the order in which they were given.
    pub levels_m: Vec<Vec<f64>>,
    /// The basins at the end.
    pub basins: Vec<BasinReading>,
    /// Water in and out.
    pub volumes: Volumes,
}

/// Where the water of a routing came from and went, m³.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Volumes {
    /// Came in at the upstream end and beside the river.
    pub in_m3: f64,
    /// Went out at the downstream end.
    pub out_m3: f64,
    /// Was withdrawn.
    pub withdrawn_m3: f64,
    /// Was to be withdrawn but was not there.
    pub short_m3: f64,
    /// Taken by the gates of basins.
    pub diverted_m3: f64,
    /// Given back by them.
    pub returned_m3: f64,
    /// In the reach at the beginning, basins left out.
    pub stored_before_m3: f64,
    /// In the reach at the end, basins left out.
    pub stored_after_m3: f64,
}

impl Volumes {
    /// What is missing in the budget, m³: zero but for rounding.
    pub fn residual_m3(&self) -> f64 {
        let came_m3 = self.stored_before_m3 + self.in_m3 + self.returned_m3;
        came_m3 - self.out_m3 - self.withdrawn_m3 - self.diverted_m3 - self.stored_after_m3
    }
}

/// State of a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Water {
    pub(super) area_m2: f64,
    pub(super) in_m3s: f64,
    out_m3s: f64,
    /// Rise of the area in the last step.
    rise_m2: f64,
    /// Node at or below the area.
    node: usize,
}

/// The water of all pieces.
#[derive(Debug, Clone)]
struct River {
    /// In each piece; in the channel where dikes stand.
    water: Vec<Water>,
    /// Behind its dikes, where they stand.
    behind: Vec<Option<Behind>>,
}

/// An inflow beside the river.
struct Beside<'s> {
    /// The piece it comes into.
    piece: usize,
    series: &'s [f64],
}

impl Reach1d {
    /// Routes inflows given every `dt_secs`, linear in between; starts in steady flow of the first values.
    ///
    /// Each inflow is its chainage (km) and its discharges (m³/s), all of one length. One lies at the upstream end and is
    /// not negative. The others come in at the upper end of the piece that holds them, so that a station sees what comes
    /// in above it; a negative one is a withdrawal, and takes no more than flows there. Basins of [`Reach1d::with_basins`]
    /// begin at their own levels, their gates at rest; the times of their series are counted from the first value on.
    ///
    /// # Errors
    /// When inflows do not fit the reach or each other, or are not numbers.
    pub fn route(&self, inflows: &[(f64, &[f64])], dt_secs: f64) -> Result<Routed, RoutingError> {
        positive("dt_secs", dt_secs)?;
        let (head, beside) = self.sorted(inflows)?;
        let n_sub = self.n_substeps(inflows, dt_secs);
        let step_secs = dt_secs / f64::from(n_sub);
        let mut river = self.steady(head[0], &beside);
        let mut volumes = Volumes { stored_before_m3: self.stored_m3(&river), ..Volumes::default() };
        let mut routed = Routed {
            stations_m3s: vec![Vec::with_capacity(head.len()); self.stations.len()],
            outflow_m3s: Vec::with_capacity(head.len()),
            levels_m: vec![Vec::with_capacity(head.len()); self.beside.basins.len()],
            basins: Vec::new(),
            volumes,
        };
        let mut lakes = (!self.beside.basins.is_empty()).then(|| Lakes::new(&self.beside, &river.water));
        self.note(&river, lakes.as_ref(), &mut routed);
        let mut flows = Flows::at_first(&river.water, head[0], &beside);
        let mut ahead = river.clone();
        for n in 1..head.len() {
            for sub in 1..=n_sub {
                let t = f64::from(sub) / f64::from(n_sub);
                let at = |series: &[f64]| series[n - 1] + t * (series[n] - series[n - 1]);
                let next = if let Some(lakes) = &mut lakes {
                    ahead.water.clone_from(&river.water);
                    ahead.behind.clone_from(&river.behind);
                    let look = |i, above_m3s, _: &mut Water| lakes.look_ahead(i, above_m3s);
                    self.step(&mut ahead, at(head), &beside, at, step_secs, look);
                    let from_secs = (n - 1) as f64 * dt_secs + f64::from(sub - 1) * step_secs;
                    lakes.set(from_secs, step_secs);
                    let pass = |i, above_m3s, water: &mut Water| lakes.pass(i, above_m3s, water);
                    let next = self.step(&mut river, at(head), &beside, at, step_secs, pass);
                    lakes.settle(from_secs, step_secs, &mut volumes);
                    next
                } else {
                    self.step(&mut river, at(head), &beside, at, step_secs, |_, above_m3s, _| above_m3s)
                };
                flows = flows.book(next, step_secs, &mut volumes);
            }
            self.note(&river, lakes.as_ref(), &mut routed);
        }
        volumes.stored_after_m3 = self.stored_m3(&river);
        routed.volumes = volumes;
        routed.basins = lakes.map_or_else(Vec::new, |lakes| lakes.readings());
        Ok(routed)
    }

    /// One step of all pieces from upstream to downstream; gives the flows at its end. `gates` makes, of what comes to the
    /// upper end of a piece at the end of the step, what goes on below the gates there.
    fn step(
        &self,
        river: &mut River,
        head_m3s: f64,
        beside: &[Beside<'_>],
        at: impl Fn(&[f64]) -> f64,
        step_secs: f64,
        mut gates: impl FnMut(usize, f64, &mut Water) -> f64,
    ) -> Flows {
        let mut flows = Flows { in_m3s: head_m3s, ..Flows::default() };
        // In the channel, and behind dikes.
        let (mut flow_m3s, mut behind_m3s) = (head_m3s, 0.0);
        let mut next_beside = beside.iter().peekable();
        let waters = river.water.iter_mut().zip(&mut river.behind);
        for (i, (piece, (water, behind))) in self.pieces.iter().zip(waters).enumerate() {
            if piece.diked.is_none() {
                flow_m3s += std::mem::take(&mut behind_m3s);
            }
            while let Some(inflow) = next_beside.next_if(|inflow| inflow.piece == i) {
                flow_m3s = flows.join(flow_m3s, at(inflow.series));
            }
            flow_m3s = gates(i, flow_m3s, water);
            let secs_per_m = step_secs / piece.length_m;
            match piece.diked.as_deref().zip(behind.as_mut()) {
                None => flow_m3s = water.advance(&piece.curve.nodes, flow_m3s, secs_per_m),
                Some((diked, behind)) => {
                    diked.exchange(water, behind, piece.length_m, step_secs);
                    flow_m3s = water.advance(&diked.channel.nodes, flow_m3s, secs_per_m);
                    behind_m3s = behind.water.advance(&diked.plain.nodes, behind_m3s, secs_per_m);
                    diked.end_step(water, behind, step_secs);
                }
            }
        }
        flows.out_m3s = flow_m3s + behind_m3s;
        flows
    }

    fn note(&self, river: &River, lakes: Option<&Lakes<'_>>, routed: &mut Routed) {
        let River { water, .. } = river;
        for ((_, end), series) in self.stations.iter().zip(&mut routed.stations_m3s) {
            series.push(if *end == 0 { water[0].in_m3s } else { Self::out_m3s(river, end - 1) });
        }
        routed.outflow_m3s.push(Self::out_m3s(river, water.len() - 1));
        for (reading, levels) in lakes.into_iter().flat_map(Lakes::readings).zip(&mut routed.levels_m) {
            levels.push(reading.level_m);
        }
    }

    /// What goes out of a piece, in the channel and behind dikes, m³/s.
    fn out_m3s(river: &River, piece: usize) -> f64 {
        river.water[piece].out_m3s + river.behind[piece].map_or(0.0, |behind| behind.water.out_m3s)
    }

    fn stored_m3(&self, river: &River) -> f64 {
        let area_m2 = |(water, behind): (&Water, &Option<Behind>)| {
            water.area_m2 + behind.map_or(0.0, |behind| behind.water.area_m2)
        };
        let areas = river.water.iter().zip(&river.behind).map(area_m2);
        self.pieces.iter().zip(areas).map(|(piece, area_m2)| piece.length_m * area_m2).sum()
    }

    /// Steady flow of the first values of the inflows; behind dikes the floodplain is dry.
    fn steady(&self, head_m3s: f64, beside: &[Beside<'_>]) -> River {
        let mut flow_m3s = head_m3s;
        let at = |(i, piece): (usize, &pieces::Piece)| {
            for inflow in beside.iter().filter(|inflow| inflow.piece == i) {
                flow_m3s = (flow_m3s + inflow.series[0]).max(0.0);
            }
            let (node, area_m2) = piece.main().steady(flow_m3s);
            Water { area_m2, in_m3s: flow_m3s, out_m3s: flow_m3s, rise_m2: 0.0, node }
        };
        River {
            water: self.pieces.iter().enumerate().map(at).collect(),
            behind: self.pieces.iter().map(|piece| piece.diked.as_ref().map(|_| Behind::dry())).collect(),
        }
    }

    /// Into how many a step is divided: by the celerities up to the sum of all largest inflows.
    fn n_substeps(&self, inflows: &[(f64, &[f64])], dt_secs: f64) -> u32 {
        let of_inflows: f64 = inflows.iter().map(|(_, series)| series.iter().copied().fold(0.0, f64::max)).sum();
        let most_m3s = of_inflows + self.beside.most_given_m3s();
        let courants = self.pieces.iter().map(|piece| piece.main().fastest_mps(most_m3s) * dt_secs / piece.length_m);
        let n = (courants.fold(0.0, f64::max) / MOST_COURANT).ceil().clamp(1.0, 1e6);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a million")]
        let n = n as u32;
        n
    }

    /// The inflow at the upstream end, and the others from upstream to downstream.
    fn sorted<'s>(&self, inflows: &[(f64, &'s [f64])]) -> Result<(&'s [f64], Vec<Beside<'s>>), RoutingError> {
        let (from_km, to_km) = (self.ends_km[0], self.ends_km[self.ends_km.len() - 1]);
        let wanted = inflows.first().map_or(2, |(_, series)| series.len().max(2));
        let (mut heads, mut beside) = (Vec::new(), Vec::new());
        for (km, series) in inflows {
            if !(*km >= from_km && *km < to_km) {
                let (what, allowed) = ("chainage of an inflow", "within the reach, above its downstream end");
                return Err(RoutingError::Value { what, found: *km, allowed });
            }
            if series.len() != wanted {
                return Err(RoutingError::Length { km: *km, found: series.len(), wanted });
            }
            let is_head = *km <= from_km;
            let is_allowed = |q: f64| q.is_finite() && (q >= 0.0 || !is_head);
            if let Some(index) = series.iter().position(|q| !is_allowed(*q)) {
                let allowed = if is_head { "a number not below 0" } else { "a number" };
                return Err(RoutingError::Inflow { km: *km, index, found: series[index], allowed });
            }
            if is_head {
                heads.push(*series);
            } else {
                beside.push(Beside { piece: pieces::holding(&self.ends_km, *km), series });
            }
        }
        beside.sort_by_key(|inflow| inflow.piece);
        match heads[..] {
            [head] => Ok((head, beside)),
            _ => Err(RoutingError::Head { from_km, n: heads.len() }),
        }
    }
}

/// Discharges over the edges of the reach at one moment, m³/s.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_field_names, reason = "units are in names")]
struct Flows {
    in_m3s: f64,
    out_m3s: f64,
    withdrawn_m3s: f64,
    short_m3s: f64,
}

impl Flows {
    fn at_first(water: &[Water], head_m3s: f64, beside: &[Beside<'_>]) -> Self {
        let mut flows = Self { in_m3s: head_m3s, out_m3s: water[water.len() - 1].out_m3s, ..Self::default() };
        let mut flow_m3s = head_m3s;
        for inflow in beside {
            flow_m3s = flows.join(flow_m3s, inflow.series[0]);
        }
        flows
    }

    /// Adds an inflow, or takes a withdrawal as far as water is there; gives the flow below it.
    fn join(&mut self, flow_m3s: f64, beside_m3s: f64) -> f64 {
        if beside_m3s >= 0.0 {
            self.in_m3s += beside_m3s;
            return flow_m3s + beside_m3s;
        }
        let taken_m3s = (-beside_m3s).min(flow_m3s);
        self.withdrawn_m3s += taken_m3s;
        self.short_m3s += -beside_m3s - taken_m3s;
        flow_m3s - taken_m3s
    }

    /// Books what flowed between this moment and the next, by the trapezoidal rule.
    fn book(self, next: Self, step_secs: f64, volumes: &mut Volumes) -> Self {
        let half = 0.5 * step_secs;
        volumes.in_m3 += half * (self.in_m3s + next.in_m3s);
        volumes.out_m3 += half * (self.out_m3s + next.out_m3s);
        volumes.withdrawn_m3 += half * (self.withdrawn_m3s + next.withdrawn_m3s);
        volumes.short_m3 += half * (self.short_m3s + next.short_m3s);
        next
    }
}

impl Water {
    /// No water.
    pub(super) fn none() -> Self {
        Self { area_m2: 0.0, in_m3s: 0.0, out_m3s: 0.0, rise_m2: 0.0, node: 0 }
    }

    /// One step of a piece; gives the discharge that goes out at its end.
    ///
    /// With θ = Δt / 2Δx the area A and the outflow O at the end obey A + θ O = A₀ + θ (I₀ + I - O₀) and
    /// Q(A) = X I + (1 - X) O, where Q is straight between nodes: the right stretch is found by walking.
    /// X is that of the area to come, which is guessed from the last step.
    /// It is at most half the Courant number and at most 1 less that, so that no outflow dips below what it answers to.
    fn advance(&mut self, nodes: &[Node], in_m3s: f64, secs_per_m: f64) -> f64 {
        let guess_m2 = self.area_m2 + self.rise_m2;
        let at = walk(nodes, self.node, |_| guess_m2).0;
        let half_courant = 0.5 * nodes[at].celerity_mps * secs_per_m;
        let cunge = nodes[at].weight + nodes[at].weight_rise * (guess_m2 - nodes[at].area_m2);
        let weight = cunge.min(half_courant).min(1.0 - half_courant);
        let (rest, theta) = (1.0 - weight, 0.5 * secs_per_m);
        let known_m2 = self.area_m2 + theta * (self.in_m3s + in_m3s - self.out_m3s);
        let right = rest * known_m2 + theta * weight * in_m3s;
        let (node, area_m2) = walk(nodes, at, |node| {
            let below = node.discharge_m3s - node.celerity_mps * node.area_m2;
            (right - theta * below) / (rest + theta * node.celerity_mps)
        });
        let out_m3s = ((known_m2 - area_m2) / theta).max(0.0);
        let area_m2 = known_m2 - theta * out_m3s;
        *self = Self { area_m2, in_m3s, out_m3s, rise_m2: area_m2 - self.area_m2, node };
        out_m3s
    }
}

/// From a node up or down to the one whose stretch holds the area (m²) that is asked of it; gives both.
fn walk(nodes: &[Node], from: usize, area_m2: impl Fn(&Node) -> f64) -> (usize, f64) {
    let mut at = from;
    let mut area = area_m2(&nodes[at]);
    while at + 1 < nodes.len() && area > nodes[at + 1].area_m2 {
        at += 1;
        area = area_m2(&nodes[at]);
    }
    while at > 0 && area < nodes[at].area_m2 {
        at -= 1;
        area = area_m2(&nodes[at]);
    }
    (at, area)
}
