//! How much suspended sediment a flow can carry, and how fast grains settle.
//!
//! Both formulas are fitted to measurements, those of the Yellow River among them, and hold within the ranges given;
//! what is outside is extended without proof. Concentrations are kg of dry sediment per m³ of the mixture.

use serde::{Deserialize, Serialize};

use super::GRAVITY_MPS2;

/// Density of grains, kg/m³.
const GRAIN_KGM3: f64 = 2650.0;
/// Density of water, kg/m³.
const WATER_KGM3: f64 = 1000.0;
/// Upper end of the measurements behind the formula of Zhang Hongwu, kg/m³; no capacity goes beyond it.
const MOST_KGM3: f64 = 1000.0;

/// A formula for the carrying capacity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Capacity {
    /// S* = K (U³ / (g h ω))^m, Zhang Ruijin (1961, River dynamics, 河流动力学): bed-material load of
    /// rivers and canals with up to about 100 kg/m³.
    ///
    /// The form is that of every text; K and m vary with U³ / (g h ω) and from river to river, and published models of
    /// the Yellow River hold other pairs. [`Capacity::LOWER_YELLOW_RIVER`] is recalled (confidence B).
    ZhangRuijin {
        /// K, kg/m³.
        k_kgm3: f64,
        /// Exponent m.
        m: f64,
    },
    /// S* = 2.5 [(0.0022 + Sv) U³ / (κ (γs − γm)/γm g h ωs) · ln(h / (6 D50))]^0.62 with
    /// κ = 0.4 [1 − 4.2 √Sv (0.365 − Sv)], Zhang Hongwu and Zhang Qing (1992, 黄河水流挟沙力的计算公式,
    /// Yellow River 人民黄河 1992(11)): from clear to hyperconcentrated flow, 0.15 to 1000 kg/m³.
    ///
    /// Sv is the share of grains by volume, γm the weight of the mixture and ωs the settling velocity in it, see
    /// [`hindered_settling_mps`]. The formula was found term by term, κ and ωs with it, in the public code of the Digital
    /// Yellow River Integrated Model of Tsinghua University (repository THUzhangga/DYRIM, `AVPM.cpp`), a secondary source
    /// (confidence A); the paper itself was not at hand.
    ZhangHongwu {
        /// D50 of the bed, mm.
        bed_grain_mm: f64,
        /// D50 of what is carried, mm.
        suspended_grain_mm: f64,
    },
}

impl Capacity {
    /// Zhang Ruijin's formula with K = 0.22 kg/m³ and m = 0.76, as often used for the lower Yellow River (confidence
    /// B).
    pub const LOWER_YELLOW_RIVER: Self = Self::ZhangRuijin { k_kgm3: 0.22, m: 0.76 };

    /// Carrying capacity, kg/m³, at most 1000.
    ///
    /// `velocity_mps` is the mean of the section, `depth_m` its mean depth (area by width of the surface),
    /// `settling_mps` that of the grains in clear water, and `concentration_kgm3` what is carried now. Nothing is
    /// carried without depth.
    pub fn capacity_kgm3(self, velocity_mps: f64, depth_m: f64, settling_mps: f64, concentration_kgm3: f64) -> f64 {
        if depth_m <= 0.0 {
            return 0.0;
        }
        let settling = self.settling_mps(settling_mps, concentration_kgm3);
        if settling <= 0.0 {
            return MOST_KGM3;
        }
        let lift = velocity_mps.abs().powi(3) / (GRAVITY_MPS2 * depth_m * settling);
        let carried = match self {
            Self::ZhangRuijin { k_kgm3, m } => k_kgm3 * lift.powf(m),
            Self::ZhangHongwu { bed_grain_mm, .. } => {
                let sv = (concentration_kgm3 / GRAIN_KGM3).clamp(0.0, 1.0);
                let karman = 0.4 * (1.0 - 4.2 * sv.sqrt() * (0.365 - sv));
                let mixture = WATER_KGM3 + sv * (GRAIN_KGM3 - WATER_KGM3);
                let buoyant = (GRAIN_KGM3 - mixture) / mixture;
                let above_grains = (depth_m / (6e-3 * bed_grain_mm)).ln().max(0.0);
                2.5 * ((0.0022 + sv) * lift / (karman * buoyant) * above_grains).powf(0.62)
            }
        };
        carried.min(MOST_KGM3)
    }

    /// The same formula for the grains of the bed in place of those that are carried: they hinder each other less.
    #[must_use]
    pub fn of_bed(self) -> Self {
        match self {
            Self::ZhangRuijin { .. } => self,
            Self::ZhangHongwu { bed_grain_mm, .. } => {
                Self::ZhangHongwu { bed_grain_mm, suspended_grain_mm: bed_grain_mm }
            }
        }
    }

    /// Settling velocity that goes with the formula, m/s: that in clear water for Zhang Ruijin's, hindered for Zhang
    /// Hongwu's.
    pub fn settling_mps(self, clear_mps: f64, concentration_kgm3: f64) -> f64 {
        match self {
            Self::ZhangRuijin { .. } => clear_mps,
            Self::ZhangHongwu { suspended_grain_mm, .. } => {
                hindered_settling_mps(clear_mps, concentration_kgm3, suspended_grain_mm)
            }
        }
    }
}

/// Settling velocity of grains of `grain_mm` (D50) among others, m/s.
///
/// ωs = ω0 (1 − Sv / (2.25 √d50))^3.5 (1 − 1.25 Sv), d50 in mm (Zhang Hongwu and Zhang Qing 1992; found with the formula
/// for the capacity, see [`Capacity::ZhangHongwu`]): grains finer than about 0.1 mm. 0 where the mixture no longer lets
/// them settle.
pub fn hindered_settling_mps(clear_mps: f64, concentration_kgm3: f64, grain_mm: f64) -> f64 {
    let sv = (concentration_kgm3 / GRAIN_KGM3).max(0.0);
    let free = (1.0 - sv / (2.25 * grain_mm.sqrt())).max(0.0);
    clear_mps * free.powf(3.5) * (1.0 - 1.25 * sv).max(0.0)
}

/// Settling velocity of a grain of any size in still clear water, m/s:
/// ω = √((13.95 ν/d)² + 1.09 (s − 1) g d) − 13.95 ν/d, Zhang Ruijin (1961, 河流动力学).
///
/// Found in the same public code as [`Capacity::ZhangHongwu`] (confidence A). For fine grains it is 0.70 of Stokes'.
pub fn zhang_ruijin_settling_mps(grain_mm: f64, viscosity_m2s: f64) -> f64 {
    let d = 1e-3 * grain_mm;
    let viscous = 13.95 * viscosity_m2s / d;
    let driving = 1.09 * (GRAIN_KGM3 / WATER_KGM3 - 1.0) * GRAVITY_MPS2 * d;
    // The same as √(viscous² + driving) − viscous, without the difference of two near numbers.
    driving / ((viscous * viscous + driving).sqrt() + viscous)
}

/// Settling velocity of a grain in still clear water, m/s: ω = (s − 1) g d² / (18 ν), Stokes (1851).
///
/// `grain_mm` below about 0.1 mm; `viscosity_m2s` is 1.0e-6 at 20 °C.
pub fn stokes_settling_mps(grain_mm: f64, viscosity_m2s: f64) -> f64 {
    let d = 1e-3 * grain_mm;
    (GRAIN_KGM3 / WATER_KGM3 - 1.0) * GRAVITY_MPS2 * d * d / (18.0 * viscosity_m2s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zhang_ruijin_by_hand() {
        // 2³ / (9.81 · 2 · 0.001) = 407.747; ln = 6.010647; · 0.76 = 4.568092; e^… = 96.360; · 0.22 = 21.20 kg/m³.
        let s = Capacity::LOWER_YELLOW_RIVER.capacity_kgm3(2.0, 2.0, 0.001, 5.0);
        assert!((s - 21.20).abs() < 0.01, "{s}");
    }

    #[test]
    fn zhang_hongwu_by_hand() {
        // S = 53 kg/m³: Sv = 0.02; κ = 0.4 (1 − 4.2 · 0.1414214 · 0.345) = 0.3180333; γm = 1033, (γs − γm)/γm = 1.565344.
        // d50 = 0.03 mm: (1 − 0.02 / 0.3897114)^3.5 = 0.9486800^3.5 = 0.8316017; · 0.975 = 0.8108117.
        // U = 2, h = 2, ω0 = 0.001: lift = 407.747 / 0.8108117 = 502.887; ln(2 / (0.006 · 0.1)) = 8.111728.
        // 0.0222 · 502.887 / (0.3180333 · 1.565344) · 8.111728 = 181.91; ^0.62 = 25.181; · 2.5 = 62.95 kg/m³.
        let law = Capacity::ZhangHongwu { bed_grain_mm: 0.1, suspended_grain_mm: 0.03 };
        let s = law.capacity_kgm3(2.0, 2.0, 0.001, 53.0);
        assert!((s - 62.95).abs() < 0.05, "{s}");
        assert!((hindered_settling_mps(0.001, 53.0, 0.03) / 8.108e-4 - 1.0).abs() < 1e-3);
    }

    #[test]
    fn richer_water_carries_more_by_zhang_hongwu() {
        let law = Capacity::ZhangHongwu { bed_grain_mm: 0.1, suspended_grain_mm: 0.03 };
        let at = |s: f64| law.capacity_kgm3(2.0, 2.5, 0.0008, s);
        let mut last = 0.0;
        for s in [0.0, 10.0, 50.0, 200.0, 400.0] {
            assert!(at(s) > last && at(s) <= MOST_KGM3, "{s}");
            last = at(s);
        }
        assert!(law.capacity_kgm3(2.0, 0.0, 0.001, 10.0).abs() < 1e-300);
    }

    #[test]
    fn grains_settle_by_zhang_ruijin_between_their_limits() {
        // d 0.1 mm: 0.1395; 1.09 · 1.65 · 9.81 · 1e-4 = 1.7643e-3; √(0.0194603 + 0.0017643) − 0.1395 = 6.187e-3 m/s.
        assert!((zhang_ruijin_settling_mps(0.1, 1e-6) - 6.187e-3).abs() < 5e-6);
        // Fine grains as d²: 1.09 / 27.9 against 1 / 18 of Stokes.
        let fine = zhang_ruijin_settling_mps(0.005, 1e-6) / stokes_settling_mps(0.005, 1e-6);
        assert!((fine - 18.0 * 1.09 / 27.9).abs() < 1e-4, "{fine}");
        // Coarse ones as √d: √(1.09 · 1.65 · g d).
        let coarse = zhang_ruijin_settling_mps(100.0, 1e-6) / (1.09_f64 * 1.65 * 9.81 * 0.1).sqrt();
        assert!((coarse - 1.0).abs() < 1e-3, "{coarse}");
    }

    #[test]
    fn a_grain_of_silt_settles_by_stokes() {
        // 1.65 · 9.81 · (3e-5)² / 1.8e-5 = 8.093e-4 m/s
        assert!((stokes_settling_mps(0.03, 1e-6) - 8.093e-4).abs() < 1e-7);
    }
}
