//! Discharge of steady flow over the mean wetted area of a piece, in straight lines between nodes.

use crate::domain::geo::corridor::{CompoundSection, SectionFlow};

/// Discharges of the nodes after the first, which is dry: from, growing by, up to, m³/s.
const LEAST_M3S: f64 = 10.0;
const GROWTH: f64 = 1.1;
const MOST_M3S: f64 = 60_000.0;

/// The discharges of the nodes, rising from 0, m³/s.
pub(super) fn discharges() -> impl Iterator<Item = f64> {
    let rising = std::iter::successors(Some(LEAST_M3S), |q| Some(q * GROWTH));
    std::iter::once(0.0).chain(rising.take_while(|q| *q < MOST_M3S * GROWTH))
}

/// One node, and the line from it to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) area_m2: f64,
    pub(super) discharge_m3s: f64,
    /// Rise of discharge with area to the next node, m/s.
    pub(super) celerity_mps: f64,
    /// Cunge's weight X.
    pub(super) weight: f64,
    /// Rise of the weight with area to the next node, 1/m².
    pub(super) weight_rise: f64,
}

/// The curve of a piece; area and discharge rise from node to node, the last line goes on without end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Curve {
    pub(super) nodes: Vec<Node>,
    /// Level of each node over the lip, m.
    over_lip_m: Vec<f64>,
}

impl Curve {
    /// The curve of a piece of some length (m) with these sections, which stand for equal parts of it; `flow` is the steady
    /// flow of a discharge (m³/s) in a section, or in a part of it.
    ///
    /// Of one discharge the areas are averaged, not of one level the discharges: in steady flow it is the discharge that
    /// is the same all along.
    pub(super) fn of(
        sections: &[CompoundSection],
        length_m: f64,
        flow: fn(&CompoundSection, f64) -> SectionFlow,
    ) -> Self {
        let n = sections.len() as f64;
        let flows: Vec<SectionFlow> = discharges()
            .map(|q| {
                let all = sections.iter().map(|section| flow(section, q));
                let zero = SectionFlow { discharge_m3s: q, area_m2: 0.0, over_lip_m: 0.0 };
                all.fold(zero, |sum, flow| SectionFlow {
                    area_m2: sum.area_m2 + flow.area_m2 / n,
                    over_lip_m: sum.over_lip_m + flow.over_lip_m / n,
                    ..sum
                })
            })
            .collect();
        let slope = sections.iter().map(|section| section.slope).sum::<f64>() / n;
        let weights: Vec<f64> = (0..flows.len()).map(|i| weight(&flows, i, slope, length_m)).collect();
        let last = flows.len() - 1;
        let nodes = (0..flows.len()).map(|i| {
            let a = i.min(last - 1);
            let (area, rise) = (flows[a + 1].area_m2 - flows[a].area_m2, weights[a + 1] - weights[a]);
            Node {
                area_m2: flows[i].area_m2,
                discharge_m3s: flows[i].discharge_m3s,
                celerity_mps: (flows[a + 1].discharge_m3s - flows[a].discharge_m3s) / area,
                weight: weights[i],
                weight_rise: if i == last { 0.0 } else { rise / area },
            }
        });
        Self { nodes: nodes.collect(), over_lip_m: flows.iter().map(|flow| flow.over_lip_m).collect() }
    }

    /// The node at or below a steady discharge (m³/s), and the wetted area, m².
    pub(super) fn steady(&self, discharge_m3s: f64) -> (usize, f64) {
        let after = self.nodes.partition_point(|node| node.discharge_m3s <= discharge_m3s);
        let at = after.saturating_sub(1);
        let node = &self.nodes[at];
        (at, node.area_m2 + (discharge_m3s - node.discharge_m3s) / node.celerity_mps)
    }

    /// Level of a wetted area (m²) over the lip, m.
    pub(super) fn level_m(&self, area_m2: f64) -> f64 {
        let after = self.nodes.partition_point(|node| node.area_m2 <= area_m2).clamp(1, self.nodes.len() - 1);
        let [a, b] = [after - 1, after].map(|i| (self.nodes[i].area_m2, self.over_lip_m[i]));
        a.1 + (b.1 - a.1) * (area_m2 - a.0) / (b.0 - a.0)
    }

    /// Greatest celerity up to a discharge, m/s.
    pub(super) fn fastest_mps(&self, discharge_m3s: f64) -> f64 {
        let below = self.nodes.iter().take_while(|node| node.discharge_m3s <= discharge_m3s);
        below.map(|node| node.celerity_mps).fold(0.0, f64::max)
    }
}

/// Cunge's (1969) weight at a node: ½ (1 - Q / (B S c Δx)) with B c = dQ/dz, taken over both neighbours.
fn weight(flows: &[SectionFlow], i: usize, slope: f64, length_m: f64) -> f64 {
    let (a, b) = (i.saturating_sub(1), (i + 1).min(flows.len() - 1));
    let level_per_discharge =
        (flows[b].over_lip_m - flows[a].over_lip_m) / (flows[b].discharge_m3s - flows[a].discharge_m3s);
    0.5 * (1.0 - flows[i].discharge_m3s * level_per_discharge / (slope * length_m))
}
