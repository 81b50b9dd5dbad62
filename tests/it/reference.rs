//! The step written out plainly: scalar, in double precision, in the form of the textbooks. The solver, which is vector
//! code in single precision and keeps pressures apart, has to come to the same water.

#![expect(clippy::print_stdout, reason = "docs/verification.md quotes what this prints with --nocapture")]

use hetu::domain::scenario::{Order, Scenario};
use hetu::domain::swe::Solver;

use crate::analytic::basin::{G, State, basin, with_depth, with_manning};

const N_COLS: usize = 60;
const N_ROWS: usize = 50;
const CELL_M: f64 = 5.0;
const DRY_M: f64 = 1e-3;

/// Depth, velocity east and velocity north of a cell.
type Cell = [f64; 3];

/// Water on its bed, row after row from the south.
#[derive(Clone)]
struct Plain {
    cells: Vec<Cell>,
    z: Vec<f64>,
    gn2: f64,
    order: Order,
}

/// What a cell shows at one of its edges: depth, bed, velocity along the normal, velocity along the edge.
#[derive(Clone, Copy)]
struct Edge {
    h: f64,
    z: f64,
    un: f64,
    ut: f64,
}

/// Slopes across a cell in one direction: stage, depth, velocity east, velocity north.
type Slopes = [f64; 4];

/// Generalised minmod with 1.5 (1 in films), as van Leer (1979) and Kurganov and Tadmor (2000) have it.
fn limited(before: f64, after: f64, steepness: f64) -> f64 {
    if before * after <= 0.0 {
        return 0.0;
    }
    let size = (0.5 * (before + after).abs()).min(steepness * before.abs()).min(steepness * after.abs());
    size.copysign(before)
}

fn slowed(speed: f64, h: f64, gn2: f64, dt: f64) -> f64 {
    2.0 / (1.0 + (1.0 + 4.0 * dt * gn2 * speed / h.powf(4.0 / 3.0)).sqrt())
}

/// HLLC flux of mass, normal and transverse momentum (Toro 2001, chapter 10).
fn hllc(hl: f64, l: Edge, hr: f64, r: Edge) -> [f64; 3] {
    if hl <= 0.0 && hr <= 0.0 {
        return [0.0; 3];
    }
    let (cl, cr) = ((G * hl).sqrt(), (G * hr).sqrt());
    let u_star = 0.5 * (l.un + r.un) + cl - cr;
    let c_star = 0.5 * (cl + cr) + 0.25 * (l.un - r.un);
    let (sl, sr) = if hl <= 0.0 {
        (r.un - 2.0 * cr, r.un + cr)
    } else if hr <= 0.0 {
        (l.un - cl, l.un + 2.0 * cl)
    } else {
        ((l.un - cl).min(u_star - c_star), (r.un + cr).max(u_star + c_star))
    };
    let flux = |h: f64, e: Edge| [h * e.un, h * e.un * e.un + 0.5 * G * h * h];
    let (fl, fr) = (flux(hl, l), flux(hr, r));
    let [m, p] = if sl >= 0.0 {
        fl
    } else if sr <= 0.0 {
        fr
    } else {
        let mean = |k: usize, ul: f64, ur: f64| (sr * fl[k] - sl * fr[k] + sl * sr * (ur - ul)) / (sr - sl);
        [mean(0, hl, hr), mean(1, hl * l.un, hr * r.un)]
    };
    [m, p, m * if m > 0.0 { l.ut } else { r.ut }]
}

impl Plain {
    fn new(scenario: &Scenario, order: Order, manning: f64) -> Self {
        let start = State::of(&Solver::new(scenario), scenario);
        let from_south = |k: usize| (N_ROWS - 1 - k / N_COLS) * N_COLS + k % N_COLS;
        let cells = (0..N_COLS * N_ROWS).map(from_south).map(|k| [start.depth[k], start.u[k], start.v[k]]);
        let z = (0..N_COLS * N_ROWS).map(|k| scenario.terrain.bed_m[from_south(k)]);
        Self { cells: cells.collect(), z: z.collect(), gn2: G * manning * manning, order }
    }

    /// Slopes of cell `k` in the direction in which `by` is the next cell.
    fn slopes(&self, k: usize, by: usize) -> Slopes {
        let [before, here, after] = [k - by, k, k + by];
        let h = self.cells[here][0];
        if h <= DRY_M || self.order == Order::First {
            return [0.0; 4];
        }
        let both = |q: &dyn Fn(usize) -> f64| (q(here) - q(before), q(after) - q(here));
        let (zb, za) = both(&|k| self.z[k]);
        let (eb, ea) = both(&|k| self.z[k] + self.cells[k][0]);
        let bend = (za - zb).abs();
        let steepness = if h < 0.5 * bend { 1.0 } else { 1.5 };
        let de = limited(eb, ea, steepness);
        let dz = if bend <= 0.01 * h { 0.5 * (zb + za) } else { limited(zb, za, steepness) };
        let velocity = |of: usize| {
            let (before, after) = both(&|k| self.cells[k][of]);
            limited(before, after, 1.5)
        };
        [de, (de - dz).clamp(-2.0 * h, 2.0 * h), velocity(1), velocity(2)]
    }

    /// A cell half a step on.
    fn halfway(&self, k: usize, x: Slopes, y: Slopes, dt: f64) -> Cell {
        let [h, u, v] = self.cells[k];
        if self.order == Order::First {
            return self.cells[k];
        }
        let by = 0.5 * dt / CELL_M;
        let growth = u * x[1] + h * x[2] + v * y[1] + h * y[3];
        let half_h = h + (-by * growth).max(0.5 * x[1].abs().max(y[1].abs()) - h);
        let fast = [u - by * (u * x[2] + v * y[2] + G * x[0]), v - by * (u * x[3] + v * y[3] + G * y[0])];
        let slow = slowed(fast[0].hypot(fast[1]), half_h.max(DRY_M), self.gn2, 0.5 * dt);
        [half_h, fast[0] * slow, fast[1] * slow]
    }

    /// One step. The two outermost cells all round stay as they are.
    fn step(&mut self, dt: f64) {
        let inner = |margin: usize| {
            (margin..N_ROWS - margin).flat_map(move |y| (margin..N_COLS - margin).map(move |x| y * N_COLS + x))
        };
        let none = [0.0; 4];
        let mut slopes = vec![[none; 2]; self.cells.len()];
        let mut half = self.cells.clone();
        for k in inner(1) {
            slopes[k] = [self.slopes(k, 1), self.slopes(k, N_COLS)];
            half[k] = self.halfway(k, slopes[k][0], slopes[k][1], dt);
        }
        let edge = |k: usize, axis: usize, by: f64| {
            let [h, u, v] = half[k];
            let [de, dh, du, dv] = slopes[k][axis].map(|slope| by * slope);
            let (un, ut) = if axis == 0 { (u + du, v + dv) } else { (v + dv, u + du) };
            Edge { h: h + dh, z: self.z[k] + de - dh, un, ut }
        };
        let mut next = self.cells.clone();
        for k in inner(2) {
            let mut change = [0.0; 3];
            for (axis, by) in [(0, 1), (1, N_COLS)] {
                let (mass, along, across) = (0, 1 + axis, 2 - axis);
                let (own_before, own_after) = (edge(k, axis, -0.5), edge(k, axis, 0.5));
                for (left, right, sign) in
                    [(edge(k - by, axis, 0.5), own_before, -1.0), (own_after, edge(k + by, axis, -0.5), 1.0)]
                {
                    let (cell, other) = if sign > 0.0 { (left, k + by) } else { (right, k - by) };
                    let level = left.z.max(right.z);
                    let is_open = self.cells[k][0].max(self.cells[other][0]) > DRY_M;
                    let over = |e: Edge| if is_open { (e.h + e.z - level).max(0.0) } else { 0.0 };
                    let [m, p, t] = hllc(over(left), left, over(right), right);
                    change[mass] += sign * m;
                    change[along] += sign * (p + 0.5 * G * (cell.h * cell.h - over(cell).powi(2)));
                    change[across] += sign * t;
                }
                // The bed's pressure inside the cell.
                change[along] += G * 0.5 * (own_before.h + own_after.h) * (own_after.z - own_before.z);
            }
            let ([h, u, v], by) = (self.cells[k], dt / CELL_M);
            let after = h - by * change[0];
            let momentum = [h * u - by * change[1], h * v - by * change[2]];
            next[k] = if after > DRY_M {
                let slow = slowed(momentum[0].hypot(momentum[1]) / after, after, self.gn2, dt) / after;
                [after, momentum[0] * slow, momentum[1] * slow]
            } else {
                [after, 0.0, 0.0]
            };
        }
        self.cells = next;
    }
}

/// A mound of water on a lake round an island, over an uneven bed.
fn scenario(order: Order, manning: f64) -> Scenario {
    let bed = |x: f64, y: f64| {
        let island = 4.0 * (-((x - 190.0).powi(2) + (y - 120.0).powi(2)) / 400.0).exp();
        island + 0.3 * (x / 17.0).sin() * (y / 23.0).cos()
    };
    let scenario = with_manning(basin(N_COLS, N_ROWS, CELL_M, bed), manning);
    let mut scenario = with_depth(scenario, |x, y| {
        let stage = 2.5 + 1.5 * (-((x - 140.0).powi(2) + (y - 130.0).powi(2)) / 300.0).exp();
        (stage - bed(x, y)).max(0.0)
    });
    scenario.numerics.order = order;
    scenario.numerics.dry_depth_m = DRY_M;
    scenario
}

/// Largest difference of depth (m) and of unit discharge (m²/s) between the solver and the plain step after some steps.
fn farthest(order: Order) -> [f64; 2] {
    let manning = 0.03;
    let scenario = scenario(order, manning);
    let mut plain = Plain::new(&scenario, order, manning);
    let mut solver = Solver::new(&scenario);
    for _ in 0..25 {
        let dt = solver.step(1e9);
        plain.step(dt);
    }
    let state = State::of(&solver, &scenario);
    assert!(state.max_speed() > 0.8, "something moves: {}", state.max_speed());
    let mut off = [0.0_f64; 2];
    for y in 3..N_ROWS - 3 {
        for x in 3..N_COLS - 3 {
            let (k, [h, u, v]) = ((N_ROWS - 1 - y) * N_COLS + x, plain.cells[y * N_COLS + x]);
            off[0] = off[0].max((state.depth[k] - h).abs());
            let q = (state.depth[k] * state.u[k] - h * u).hypot(state.depth[k] * state.v[k] - h * v);
            off[1] = off[1].max(q);
        }
    }
    off
}

#[test]
fn the_solver_comes_to_the_water_of_the_plain_step() {
    for order in [Order::First, Order::Second] {
        let [depth, discharge] = farthest(order);
        println!("{order:?}: farthest from the plain step in double precision {depth:.1e} m, {discharge:.1e} m2/s");
        assert!(depth < 2e-5 && discharge < 1e-4, "{order:?} {depth} {discharge}");
    }
}
