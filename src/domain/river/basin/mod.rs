//! Detention basins and lakes beside the river: places that water can be sent to, and comes back from.
//!
//! A basin is a level pool: one volume, and a table that says how high it stands. Gates join it to the river at a
//! chainage. What a gate can pass follows from the levels on both sides, as over a broad crest:
//!
//! ```text
//! Q = C (h1 / h0)^1.5 (1 - (h2 / h1)^1.5)^0.385, at most C
//! ```
//!
//! with the heads h1 above and h2 below the gate over its sill, the head h0 at which it carries its published capacity C
//! freely, the weir's power of 1.5 (Chow 1959) and the drowning of Villemonte (1947). The published tables have C; sill
//! and h0 of the built-in gates are demonstration values (演示参数), not surveyed.
//!
//! Validity: water crosses the pool at once, so a long basin (北金堤, 150 km) gives back too early.

mod pools;

use serde::{Deserialize, Serialize};

pub(in crate::domain) use pools::{Basins, GatedRiver, Pool};

use crate::domain::scenario::Series;
use crate::domain::text::Bilingual;

/// A rule opens or shuts all gates of a basin in this time, s (演示参数).
pub const GATE_TIME_SECS: f64 = 1800.0;

/// Below this difference of levels the discharge is taken as linear in it, m: the weir's own slope is infinite there.
const NEAR_LEVEL_M: f64 = 0.1;

/// How much water a basin holds at a level: linear between its points, beyond the last one as steep as before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelStorage(Vec<[f64; 2]>);

impl LevelStorage {
    /// A table of (level in m, volume in m³), both strictly rising, from an empty basin on.
    ///
    /// # Errors
    /// The index of the first point that is not finite, does not rise, or, for the first, does not hold 0 m³; that of the
    /// point missing when there are fewer than two.
    pub fn new(points: Vec<[f64; 2]>) -> Result<Self, usize> {
        let is_bad = |(i, p): &(usize, &[f64; 2])| {
            !p.iter().all(|x| x.is_finite())
                || (if *i == 0 { p[1] != 0.0 } else { p[0] <= points[i - 1][0] || p[1] <= points[i - 1][1] })
        };
        match points.iter().enumerate().find(is_bad) {
            Some((index, _)) => Err(index),
            None if points.len() < 2 => Err(points.len()),
            None => Ok(Self(points)),
        }
    }

    /// Level of a volume (m³, at least 0), m.
    pub fn level_m(&self, volume_m3: f64) -> f64 {
        self.mix(volume_m3.max(0.0), 1, 0)
    }

    /// Volume at a level (m), m³; 0 below the bottom.
    pub fn volume_m3(&self, level_m: f64) -> f64 {
        self.mix(level_m.max(self.bottom_m()), 0, 1)
    }

    /// Level at which it is empty, m.
    pub fn bottom_m(&self) -> f64 {
        self.0[0][0]
    }

    /// Column `to` at a value of column `of`.
    fn mix(&self, x: f64, of: usize, to: usize) -> f64 {
        let after = self.0.partition_point(|p| p[of] <= x).clamp(1, self.0.len() - 1);
        let (a, b) = (self.0[after - 1], self.0[after]);
        a[to] + (b[to] - a[to]) * (x - a[of]) / (b[of] - a[of])
    }
}

/// A gate between the river and a basin. Levels are on the datum of the river's stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasinGate {
    /// Name.
    pub name: Bilingual,
    /// Official chainage, km.
    pub km: f64,
    /// The segment of the channel as a line that it stands at.
    pub segment: usize,
    /// Most it passes, m³/s.
    pub capacity_m3s: f64,
    /// Level of its sill, m.
    pub sill_m: f64,
    /// Level above it at which it carries its capacity freely, m, higher than the sill.
    pub full_at_m: f64,
}

impl BasinGate {
    /// What it can pass from a level to a lower one, m³/s; 0 where that is not lower, or below the sill.
    pub fn discharge_m3s(&self, above_m: f64, below_m: f64) -> f64 {
        let fall_m = above_m - below_m;
        if above_m <= self.sill_m || fall_m <= 0.0 {
            return 0.0;
        }
        let near = (fall_m / NEAR_LEVEL_M).min(1.0);
        let head_m = above_m - self.sill_m;
        let drowning_m = (above_m - fall_m.max(NEAR_LEVEL_M) - self.sill_m).max(0.0);
        let free = self.capacity_m3s * (head_m / (self.full_at_m - self.sill_m)).powf(1.5);
        (near * free * (1.0 - (drowning_m / head_m).powf(1.5)).powf(0.385)).min(self.capacity_m3s)
    }
}

/// How the gates from the river are worked. They never pass more than the levels let them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum InletRule {
    /// Shut.
    Closed,
    /// Open: as much as the levels let pass.
    Open,
    /// This discharge in all, m³/s.
    Discharge(Series),
    /// What the river brings beyond a limit, until the basin stands at its flood level.
    Keep(Limit),
}

/// A limit on the river's discharge, and where it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Code of the station that is kept within it.
    pub station: String,
    /// The limit, m³/s.
    pub at_most_m3s: f64,
    /// The section, by its position in the scenario, where the river is read: that of the station or, where the gates
    /// stand above the station, one just above the gates. What is to be taken is known there before it has passed.
    pub section: usize,
    /// Basins, by their position, that come first: their gates stand below that section, and what they can take of the
    /// same excess is left to them.
    pub after: Vec<usize>,
}

/// How the gates back to the river are worked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum OutletRule {
    /// Open: as much as the levels let pass. With [`InletRule::Keep`], only what fits under its limit.
    Free,
    /// Shut.
    Closed,
    /// This discharge in all, m³/s, as far as the levels let it pass.
    Discharge(Series),
}

/// A detention basin or lake beside the river.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Basin {
    /// Name in scenario and tables, e.g. `dongping`.
    pub name: String,
    /// What people read.
    pub title: Bilingual,
    /// Level and storage, levels on the basin's own datum.
    pub storage: LevelStorage,
    /// How far the datum of the river's stations lies below that of the basin's levels, m: added to a level of the basin to
    /// compare it with the river's.
    pub raise_m: f64,
    /// Flood level: a limit is kept with it up to here, m.
    pub flood_level_m: f64,
    /// Level at t = 0, m.
    pub level_m: f64,
    /// Gates from the river.
    pub inlets: Vec<BasinGate>,
    /// Gates back to it.
    pub outlets: Vec<BasinGate>,
    /// How the inlets are worked.
    pub inlet: InletRule,
    /// How the outlets are worked.
    pub outlet: OutletRule,
    /// What comes in from elsewhere, m³/s, at least 0.
    pub inflow_m3s: Option<Series>,
    /// Observed levels as (s after the start, m) on the basin's own datum; they never enter the run.
    pub observed_m: Vec<[f64; 2]>,
}

/// Simulated levels beside the observed ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelSkill {
    /// Readings compared.
    pub n: usize,
    /// Mean error, simulated less observed, m.
    pub mean_m: f64,
    /// Root of the mean square, m.
    pub rms_m: f64,
    /// The largest error, with its sign, m.
    pub largest_m: f64,
}

impl Basin {
    /// Level of a volume (m³) on the datum of the river's stations, m.
    pub fn stage_m(&self, volume_m3: f64) -> f64 {
        self.storage.level_m(volume_m3) + self.raise_m
    }

    /// The observed level at a time, to the second, if there is one.
    pub fn observed_at(&self, time_secs: f64) -> Option<f64> {
        self.observed_m.iter().find(|p| (p[0] - time_secs).abs() < 1.0).map(|p| p[1])
    }

    /// How well levels (s, m), given at the times of the observed ones, agree with them; `None` where there are none.
    pub fn level_skill(&self, simulated_m: impl Iterator<Item = [f64; 2]>) -> Option<LevelSkill> {
        let errors: Vec<f64> = simulated_m
            .filter_map(|[time, level]| Some(level - self.observed_at(time).filter(|_| time > 0.0)?))
            .collect();
        if errors.is_empty() {
            return None;
        }
        let n = errors.len();
        let mean = |of: fn(f64) -> f64| errors.iter().map(|e| of(*e)).sum::<f64>() / n as f64;
        let largest_m = errors.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
        Some(LevelSkill { n, mean_m: mean(|e| e), rms_m: mean(|e| e * e).sqrt(), largest_m })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> BasinGate {
        let name = Bilingual::new("闸", "Gate");
        BasinGate { name, km: 0.0, segment: 0, capacity_m3s: 1000.0, sill_m: 10.0, full_at_m: 14.0 }
    }

    #[test]
    fn a_level_and_its_volume_belong_together() {
        let storage = LevelStorage::new(vec![[37.0, 0.0], [40.0, 3e8], [43.0, 9e8]]).unwrap();
        for level in [37.0, 38.5, 40.0, 41.0, 43.0, 44.5] {
            assert!((storage.level_m(storage.volume_m3(level)) - level).abs() < 1e-12);
        }
        assert!((storage.volume_m3(44.5) - 12e8).abs() < 1e-3 && storage.volume_m3(30.0).abs() < 1e-12);
        for (bad, at) in [
            (vec![[0.0, 1.0], [1.0, 2.0]], 0),
            (vec![[0.0, 0.0]], 1),
            (vec![[0.0, 0.0], [1.0, 2.0], [0.5, 3.0]], 2),
            (vec![[0.0, 0.0], [1.0, 0.0]], 1),
            (vec![[0.0, 0.0], [f64::NAN, 1.0]], 1),
        ] {
            assert_eq!(LevelStorage::new(bad), Err(at));
        }
    }

    #[test]
    fn a_gate_passes_what_its_heads_let_it() {
        let gate = gate();
        assert!((gate.discharge_m3s(14.0, 5.0) - 1000.0).abs() < 1e-9, "its capacity at its design level");
        assert!((gate.discharge_m3s(16.0, 5.0) - 1000.0).abs() < 1e-9, "never more");
        assert!((gate.discharge_m3s(11.0, 9.0) - 125.0).abs() < 1e-9, "(1/4)^1.5 of it");
        // Villemonte: half the head below the gate leaves (1 - 0.5^1.5)^0.385.
        assert!(
            (gate.discharge_m3s(12.0, 11.0) / gate.discharge_m3s(12.0, 0.0) - 0.646_44_f64.powf(0.385)).abs() < 1e-5
        );
        for (above, below) in [(9.0, 8.0), (12.0, 12.0), (12.0, 13.0), (10.0, 9.0)] {
            assert!(gate.discharge_m3s(above, below).abs() < 1e-12);
        }
    }

    #[test]
    fn a_gate_passes_more_with_more_fall_and_its_discharge_has_no_jump() {
        let gate = gate();
        let fall = |i: u32| f64::from(i) * 0.001;
        for i in 0..2000 {
            let [a, b] = [i, i + 1].map(|i| gate.discharge_m3s(12.0, 12.0 - fall(i)));
            assert!(b >= a && b - a < 2.0, "{i}: {a} {b}");
        }
    }
}
