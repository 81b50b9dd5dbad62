//! The channel beside ponds that stand for the cells of a plain: the exchange as a caller does it.

use hetu::domain::river::channel::{Channel, Downstream, limit_exchange_m3, lip_exchange_m2s};

use super::{DAY_SECS, river, river_section, sloping};

const CELL_M2: f64 = 400.0 * 2000.0;

/// One pond on each bank of each segment, its ground half a metre under the lip.
struct Ponds {
    depth_m: Vec<[f64; 2]>,
    ground_m: Vec<f64>,
    /// Sign of the last exchange, and how often it changed.
    flow: Vec<[f64; 2]>,
    turns: Vec<[usize; 2]>,
}

impl Ponds {
    fn beside(channel: &Channel) -> Self {
        let n = channel.n_segments();
        let ground_m = (0..n).map(|i| channel.lip_m(i) - 0.5).collect();
        Self { depth_m: vec![[0.0; 2]; n], ground_m, flow: vec![[0.0; 2]; n], turns: vec![[0; 2]; n] }
    }

    /// Volumes that go over both lips of a segment in a step, m³, out of the channel positive.
    fn exchange_m3(&self, channel: &Channel, i: usize, dt: f64) -> [f64; 2] {
        let (stage, lip, length) = (channel.stage_m(i), channel.lip_m(i), channel.segment(i).length_m);
        self.depth_m[i].map(|depth| {
            let plain = self.ground_m[i] + depth;
            let wanted = dt * length * lip_exchange_m2s(stage, plain, lip);
            limit_exchange_m3(wanted, stage, channel.surface_area_m2(i), plain, CELL_M2, 0.5)
        })
    }

    fn take(&mut self, i: usize, volumes_m3: [f64; 2]) {
        for (side, volume) in volumes_m3.into_iter().enumerate() {
            self.depth_m[i][side] += volume / CELL_M2;
            if volume * self.flow[i][side] < 0.0 {
                self.turns[i][side] += 1;
            }
            if volume.abs() > 0.0 {
                self.flow[i][side] = volume.signum();
            }
        }
    }

    fn stored_m3(&self) -> f64 {
        self.depth_m.iter().flatten().map(|depth| depth * CELL_M2).sum()
    }
}

#[test]
fn a_flood_fills_the_plain_and_comes_back_without_chatter() {
    let n = 250;
    let mut channel = river(sloping(n, 400.0, 2e-4, 0.012, |_| river_section()), Downstream::NormalDepth(2e-4));
    channel.start_steady(1500.0);
    let before = channel.stored_m3();
    let mut ponds = Ponds::beside(&channel);
    let mut lateral = vec![0.0; n];
    let (mut t, mut highest, mut peak_out) = (0.0, 0.0_f64, 0.0_f64);
    while t < 12.0 * DAY_SECS {
        let dt = 60.0;
        let gone: Vec<[f64; 2]> = (0..n).map(|i| ponds.exchange_m3(&channel, i, dt)).collect();
        for (q, volumes) in lateral.iter_mut().zip(&gone) {
            *q = -(volumes[0] + volumes[1]) / dt;
        }
        let inflow = 1500.0 + 5500.0 * (-((t / DAY_SECS - 2.0) / 0.6).powi(2)).exp();
        channel.step(dt, inflow, &lateral);
        for (i, volumes) in gone.iter().enumerate() {
            let asked = volumes[0] + volumes[1];
            // What the channel truly gave goes to both banks in their proportion.
            let given = if asked.abs() > 0.0 { -channel.lateral_taken_m3()[i] / asked } else { 0.0 };
            ponds.take(i, volumes.map(|volume| volume * given));
        }
        t += dt;
        highest = highest.max(ponds.depth_m[n / 2][0]);
        peak_out = peak_out.max(channel.face_discharges_m3s()[n]);
    }
    let budget = channel.budget();
    let all = budget.initial_m3 + budget.inflow_m3;
    let lost = (before + budget.inflow_m3 - budget.outflow_m3 - channel.stored_m3() - ponds.stored_m3()) / all;
    let turns = ponds.turns.iter().flatten().max().copied().unwrap_or_default();
    let left = ponds.depth_m[n / 2][0];
    println!(
        "plain: {highest:.3} m deep at most, {left:.3} m left behind, outflow peak {peak_out:.0} of 7000 m3/s, \
         {turns} turns of the flow at most, {lost:.1e} of the water lost"
    );
    assert!(lost.abs() < 1e-12);
    // In over the lip, back over it, and no more; what stands below the lip stays.
    assert!(turns <= 2 && highest > 0.6 && (left - 0.5).abs() < 0.02);
    assert!(peak_out < 6500.0);
}
