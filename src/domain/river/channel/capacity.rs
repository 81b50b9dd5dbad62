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
    /// K and m vary with U³ / (g h ω) and from river to river (confidence B); [`Capacity::LOWER_YELLOW_RIVER`] has
    /// values in use.
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
    /// [`hindered_settling_mps`]. The formula is given here as it is usually quoted (confidence B).
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
/// ωs = ω0 (1 − Sv / (2.25 √d50))^3.5 (1 − 1.25 Sv), d50 in mm (Zhang Hongwu and Zhang Qing 1992, as usually quoted,
/// confidence B): grains finer than about 0.1 mm. 0 where the mixture no longer lets them settle.
pub fn hindered_settling_mps(clear_mps: f64, concentration_kgm3: f64, grain_mm: f64) -> f64 {
    let sv = (concentration_kgm3 / GRAIN_KGM3).max(0.0);
    let free = (1.0 - sv / (2.25 * grain_mm.sqrt())).max(0.0);
    clear_mps * free.powf(3.5) * (1.0 - 1.25 * sv).max(0.0)
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
    fn a_grain_of_silt_settles_by_stokes() {
        // 1.65 · 9.81 · (3e-5)² / 1.8e-5 = 8.093e-4 m/s
        assert!((stokes_settling_mps(0.03, 1e-6) - 8.093e-4).abs() < 1e-7);
    }
}
