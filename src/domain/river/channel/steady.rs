//! Water to begin a run from: at rest, at normal depth, or a steady profile.

use super::GRAVITY_MPS2;
use super::budget::Ledger;
use super::channel::{Channel, Filled};
use super::ends::Downstream;

/// Flattest slope of the bed by which a normal depth is taken, m/m.
const LEAST_SLOPE: f64 = 1e-6;

impl Channel {
    /// Sets the water at rest with the given stage (m) in each segment; a segment whose bed is not below it is dry. The
    /// budget begins anew.
    ///
    /// # Panics
    /// When there is not one stage for each segment.
    pub fn fill_to_stages(&mut self, stage_m: &[f64]) {
        assert_eq!(stage_m.len(), self.segments.len(), "one stage for each segment");
        for ((segment, volume), stage) in self.segments.iter().zip(&mut self.state.volume_m3).zip(stage_m) {
            *volume = segment.length_m * segment.section.area_m2((stage - segment.bed_m).max(0.0));
        }
        self.state.velocity_mps.fill(0.0);
        self.state.discharge_m3s.fill(0.0);
        self.begin();
    }

    /// Sets the steady profile of a subcritical discharge (m³/s, above 0), segment by segment up from the downstream
    /// end. The budget begins anew.
    ///
    /// It differs from the steady state of the scheme by the error of upwind advection, about 1e-3 of the depth, so a run
    /// with that discharge begins all but steady. Where the profile would be supercritical the depth is critical.
    pub fn start_steady(&mut self, discharge_m3s: f64) {
        self.start_steady_joined(discharge_m3s, &vec![0.0; self.segments.len()]);
    }

    /// The same with water that joins along the way, or leaves it: `lateral_m3s` has one value for each segment. No
    /// discharge falls below a thousandth of that at the upstream end.
    ///
    /// # Panics
    /// When there is not one lateral discharge for each segment.
    pub fn start_steady_joined(&mut self, upstream_m3s: f64, lateral_m3s: &[f64]) {
        let n = self.segments.len();
        assert_eq!(lateral_m3s.len(), n, "one lateral discharge for each segment");
        let mut at_face = vec![upstream_m3s; n + 1];
        for (i, lateral) in lateral_m3s.iter().enumerate() {
            at_face[i + 1] = (at_face[i] + lateral).max(1e-3 * upstream_m3s);
        }
        let through: Vec<f64> = at_face.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
        let mut below = self.end_water(at_face[n]);
        let mut span_m = 0.5 * self.segments[n - 1].length_m;
        if !matches!(self.downstream, Downstream::Stage(_)) {
            self.set_segment(n - 1, below);
        }
        let from = if matches!(self.downstream, Downstream::Stage(_)) { n } else { n - 1 };
        for i in (0..from).rev() {
            if i + 1 < n {
                span_m = 0.5 * (self.segments[i].length_m + self.segments[i + 1].length_m);
            }
            below = self.water_above(i, below, span_m, [through[i], *through.get(i + 1).unwrap_or(&at_face[n])]);
            self.set_segment(i, below);
        }
        self.state.velocity_mps[0] = at_face[0] / self.filled[0].area_m2;
        self.state.velocity_mps[n] = at_face[n] / self.filled[n - 1].area_m2;
        let inner = self.state.velocity_mps[1..n].iter_mut().zip(&at_face[1..n]).zip(self.filled.windows(2));
        for ((velocity, discharge), beside) in inner {
            *velocity = discharge / (0.5 * (beside[0].area_m2 + beside[1].area_m2));
        }
        self.state.discharge_m3s = at_face;
        self.begin();
    }

    /// The water that the profile begins from: beyond the last face for a stage, in the last segment otherwise.
    fn end_water(&self, discharge_m3s: f64) -> Filled {
        let n = self.segments.len();
        let segment = &self.segments[n - 1];
        let critical = segment.section.critical_depth_m(discharge_m3s, GRAVITY_MPS2);
        let (bed_m, depth_m) = match &self.downstream {
            Downstream::Stage(stage_m) => (self.end_bed_m, (stage_m - self.end_bed_m).max(critical)),
            Downstream::NormalDepth(slope) => {
                let normal = segment.section.normal_depth_m(discharge_m3s, *slope, segment.manning);
                (segment.bed_m, if normal > 0.0 { normal } else { critical })
            }
            Downstream::Rating(pairs) => (segment.bed_m, stage_of(pairs, discharge_m3s) - segment.bed_m),
        };
        let mut water = segment.filled_to_area(segment.section.area_m2(depth_m.max(critical)));
        water.bed_m = bed_m;
        water.stage_m = bed_m + water.depth_m;
        water
    }

    /// Water of segment `i` over a span (m) from the water below it: subcritical root of the momentum balance. The
    /// discharges are those at both ends of the span, m³/s. Water that joins between has no velocity; what leaves keeps
    /// its own.
    fn water_above(&self, i: usize, below: Filled, span_m: f64, [above_m3s, below_m3s]: [f64; 2]) -> Filled {
        let segment = &self.segments[i];
        let at = |depth_m: f64| segment.filled_to_area(segment.section.area_m2(depth_m));
        // Positive when the water above is too high: fall of the surface less that of friction and of momentum.
        let excess = |depth_m: f64| {
            let above = at(depth_m);
            let mean = 0.5 * (above.area_m2 + below.area_m2);
            let conveyance = 0.5 * (above.conveyance_m3s + below.conveyance_m3s);
            let middle_m3s = 0.5 * (above_m3s + below_m3s);
            let slope = if conveyance > 0.0 { (middle_m3s / conveyance).powi(2) } else { 0.0 };
            let (u_above, u_below) = (above_m3s / above.area_m2, below_m3s / below.area_m2);
            let joining = (below_m3s - above_m3s).max(0.0) * 0.5 * (u_above + u_below);
            let thrust = middle_m3s * (u_below - u_above) + joining;
            above.stage_m - below.stage_m - span_m * slope - thrust / (GRAVITY_MPS2 * mean)
        };
        let mut low = segment.section.critical_depth_m(above_m3s, GRAVITY_MPS2);
        if excess(low) >= 0.0 {
            return at(low);
        }
        let mut high = 2.0 * low + (below.stage_m - segment.bed_m).max(0.0) + LEAST_SLOPE * span_m;
        while excess(high) < 0.0 && high < 1e6 {
            high *= 2.0;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if excess(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        at(high)
    }

    fn set_segment(&mut self, i: usize, water: Filled) {
        self.state.volume_m3[i] = water.area_m2 * self.segments[i].length_m;
        self.filled[i] = water;
    }

    /// Begins the budget with the water that is there.
    fn begin(&mut self) {
        self.taken_m3.fill(0.0);
        self.refresh();
        self.state.ledger = Ledger { initial: self.stored_m3(), ..Ledger::default() };
    }
}

/// Lowest stage of a rating that lets a discharge through; the highest stage if none does.
fn stage_of(pairs: &[[f64; 2]], discharge_m3s: f64) -> f64 {
    let after = pairs.iter().position(|pair| pair[1] >= discharge_m3s);
    match after {
        Some(0) => pairs[0][0],
        Some(i) => {
            let ([z0, q0], [z1, q1]) = (pairs[i - 1], pairs[i]);
            z0 + (z1 - z0) * (discharge_m3s - q0) / (q1 - q0)
        }
        None => pairs.last().map_or(0.0, |pair| pair[0]),
    }
}
