//! The predictor of the second order: the state half a step on, from the slopes inside each cell.
//!
//! The MUSCL-Hancock scheme (van Leer 1984; Toro 2001, chapter 11) in depth and velocity:
//!
//! h½ = h − ½λ (u δₓh + h δₓu + v δᵧh + h δᵧv) + ½ rain,
//! u½ = friction(u − ½λ (u δₓu + v δᵧu + g δₓη), ½ dt), and likewise for v,
//!
//! where δ are the limited differences across the cell. Because the slope of the stage and not that of the depth drives
//! the flow, still water stays still; because friction is in it, uniform flow on a slope stays as it is.
//! One flux a face and step, where a Runge-Kutta method of the same order takes two.

use super::halo::{Halo, RINGS};
use super::hllc::greatest;
use super::joins::Joins;
use super::layout::{Axis, N};
use super::plan::StepPlan;
use super::slopes::{C, Fields, Ringed, Slopes, inner};

/// A tile and its first ring half a step on, with the slopes that lead to the edges of its cells.
pub(super) struct Halfway {
    /// Stage, m.
    pub(super) eta: Ringed,
    /// Depth, m.
    pub(super) h: Ringed,
    /// Velocity eastward, m/s.
    pub(super) u: Ringed,
    /// Velocity northward, m/s.
    pub(super) v: Ringed,
    /// Slopes from west to east.
    pub(super) x: Slopes,
    /// Slopes from south to north.
    pub(super) y: Slopes,
}

impl Halfway {
    /// Of the rows of the first ring only those in the mask `rows`. `gn2` is g n² and `rain_m` the depth of rain of the whole step, m; none falls without it.
    pub(super) fn new(
        [h, u, v, z]: [&Halo; 4],
        rows: u32,
        gn2: &Halo,
        rain_m: Option<&Halo>,
        joins: Option<&Joins>,
        plan: &StepPlan,
    ) -> Self {
        let mut eta = [[0.0; N + 2 * RINGS]; N + 2 * RINGS];
        for (eta, (h, z)) in eta.iter_mut().zip(h.iter().zip(z)) {
            for i in 0..N + 2 * RINGS {
                eta[i] = z[i] + h[i];
            }
        }
        let fields = Fields { eta: &eta, z, h, u, v };
        let zero = [[0.0; C]; C];
        let mut half = Self { eta: zero, h: zero, u: zero, v: zero, x: Slopes::none(), y: Slopes::none() };
        for j in (0..C).filter(|j| rows >> j & 1 == 1) {
            half.x.take_x(&fields, joins, [plan.g, plan.dry], j);
            half.y.take_y(&fields, joins, [plan.g, plan.dry], j);
            half.predict_row(&fields, gn2, plan, j);
            if let Some(rain_m) = rain_m {
                half.rain_row(ringed(rain_m, j), ringed(h, j), j);
            }
        }
        half
    }

    /// Half of the rain of the step has fallen, without momentum of its own.
    fn rain_row(&mut self, rain_m: &[f64; C], h: &[f64; C], j: usize) {
        for i in 0..C {
            let fallen = 0.5 * rain_m[i];
            let before = greatest(h[i], 0.0);
            let dilution = if fallen > 0.0 { before / (before + fallen) } else { 1.0 };
            self.h[j][i] += fallen;
            self.eta[j][i] += fallen;
            self.u[j][i] *= dilution;
            self.v[j][i] *= dilution;
        }
    }

    /// Depth of cell `[j][i]` at its lower (west, south) or upper edge, m.
    pub(super) fn depth_at(&self, axis: Axis, j: usize, i: usize, at_lower: bool) -> f64 {
        let slopes = if axis == Axis::X { &self.x } else { &self.y };
        let by = if at_lower { -0.5 } else { 0.5 };
        self.h[j + 1][i + 1] + by * slopes.h[j + 1][i + 1]
    }

    #[expect(clippy::imprecise_flops, reason = "hypot is a call; speeds are far from the ends of the range")]
    fn predict_row(&mut self, fields: &Fields<'_>, gn2: &Halo, plan: &StepPlan, j: usize) {
        let (k, g) = (0.5 * plan.lambda, plan.g);
        let ([h, u, v, eta], gn2) = ([fields.h, fields.u, fields.v, fields.eta].map(|f| ringed(f, j)), ringed(gn2, j));
        let (x, y) = (&self.x, &self.y);
        let ([hx, ux, vx, ex], [hy, uy, vy, ey]) =
            ([&x.h[j], &x.u[j], &x.v[j], &x.eta[j]], [&y.h[j], &y.u[j], &y.v[j], &y.eta[j]]);
        let (out_h, out_u, out_v, out_eta) = (&mut self.h[j], &mut self.u[j], &mut self.v[j], &mut self.eta[j]);
        for i in 0..C {
            let growth = (u[i] * hx[i] + h[i] * ux[i]) + (v[i] * hy[i] + h[i] * vy[i]);
            // No edge falls dry within half a step.
            let shallowest = h[i] - 0.5 * greatest(hx[i].abs(), hy[i].abs());
            let rise = greatest(-k * growth, -shallowest);
            out_h[i] = h[i] + rise;
            out_eta[i] = eta[i] + rise;
        }
        for i in 0..C {
            let fast_u = u[i] - k * ((u[i] * ux[i] + v[i] * uy[i]) + g * ex[i]);
            let fast_v = v[i] - k * ((u[i] * vx[i] + v[i] * vy[i]) + g * ey[i]);
            let speed = (fast_u * fast_u + fast_v * fast_v).sqrt();
            let by = plan.slowdown(speed, greatest(h[i], plan.dry), gn2[i], 0.5 * plan.dt);
            out_u[i] = fast_u * by;
            out_v[i] = fast_v * by;
        }
    }
}

/// Row `j` of the first ring and the tile.
pub(super) fn ringed(halo: &Halo, j: usize) -> &[f64; C] {
    inner(halo, j + 1)
}
