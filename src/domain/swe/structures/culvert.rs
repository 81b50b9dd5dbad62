//! Culverts: the lesser of what the entrance lets in and what the barrel carries.
//!
//! Inlet control (Henderson 1966, Open Channel Flow, section 7.5, box culverts with square edges): a weir while the
//! entrance is not submerged, Q = 0.9 B (2/3)^(3/2) √g H^(3/2), an orifice when it is, Q = 0.6 A √(2 g (H − 0.6 D)).
//! A pipe counts as a box of its area and height.
//! Outlet control: energy over the barrel (FHWA 2012, Hydraulic Design of Highway Culverts, HDS-5, section 3.1.3),
//! ΔH = (`k_in` + `k_out` + 2 g n² L / R^(4/3)) V² / 2 g, from the water above down to the tailwater, or to the critical
//! depth (2/3) H at the exit when that is higher, at most its soffit. A barrel that is not full carries at that depth.

use super::super::hllc::{greatest, least};
use super::weir::discharge as weir;
use crate::domain::scenario::{Barrel, Culvert};

/// Coefficient of the entrance as a weir.
const C_WEIR: f64 = 0.9;
/// Contraction at a submerged entrance.
const C_ORIFICE: f64 = 0.6;

/// Which end governs the discharge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    Inlet,
    Outlet,
}

/// Discharge through a culvert, m³/s, from `from` to `to`, with what governs it. Levels in m; a dry end has its bed.
pub(super) fn discharge(culvert: &Culvert, level_from: f64, level_to: f64, g: f64) -> (f64, Control) {
    let (a, b) = (culvert.from_invert_m, culvert.to_invert_m);
    if level_from >= level_to {
        one_way(culvert, level_from, level_to, greatest(a, b), b, g)
    } else {
        let (q, control) = one_way(culvert, level_to, level_from, greatest(a, b), a, g);
        (-q, control)
    }
}

/// `sill` is the higher invert: water must rise above it to flow at all; `exit` is the invert at the lower water.
fn one_way(culvert: &Culvert, above: f64, below: f64, sill: f64, exit: f64, g: f64) -> (f64, Control) {
    let head = above - sill;
    if head <= 0.0 {
        return (0.0, Control::Inlet);
    }
    let (width, height) = match culvert.barrel {
        Barrel::Pipe { diameter_m } => (0.25 * std::f64::consts::PI * diameter_m, diameter_m),
        Barrel::Box { width_m, height_m } => (width_m, height_m),
    };
    let as_weir = C_WEIR * width * weir(head, -1.0, g);
    let inlet = if head > height {
        least(as_weir, C_ORIFICE * width * height * (2.0 * g * (head - C_ORIFICE * height)).sqrt())
    } else {
        as_weir
    };
    let critical = least(2.0 / 3.0 * head, height);
    let depth = least(greatest(critical, below - exit), height);
    let drop = above - greatest(below, exit + critical);
    let outlet = if drop > 0.0 {
        let radius = match culvert.barrel {
            Barrel::Pipe { diameter_m } if depth >= height => 0.25 * diameter_m,
            _ if depth >= height => width * height / (2.0 * (width + height)),
            _ => width * depth / (width + 2.0 * depth),
        };
        let friction = 2.0 * g * culvert.manning * culvert.manning * culvert.length_m / radius.powf(4.0 / 3.0);
        width * depth * (2.0 * g * drop / (culvert.inlet_loss + culvert.outlet_loss + friction)).sqrt()
    } else {
        0.0
    };
    let (q, control) = if inlet < outlet { (inlet, Control::Inlet) } else { (outlet, Control::Outlet) };
    (f64::from(culvert.number) * q, control)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these values are exact")]
mod tests {
    use super::*;

    fn culvert(barrel: Barrel, length_m: f64) -> Culvert {
        Culvert {
            name: "c".into(),
            from: [0.0, 0.0],
            to: [1.0, 0.0],
            barrel,
            number: 1,
            length_m,
            manning: 0.015,
            inlet_loss: 0.5,
            outlet_loss: 1.0,
            from_invert_m: 10.0,
            to_invert_m: 9.0,
        }
    }

    const SQUARE: Barrel = Barrel::Box { width_m: 2.0, height_m: 1.5 };

    #[test]
    fn an_open_entrance_is_a_weir() {
        // H = 1: 0.9 · 2 · 1.704895 = 3.068811. The barrel carries more: depth 2/3, drop 1.333, R = 0.4, friction
        // 19.62 · 0.000225 · 10 / 0.2947 = 0.1498, 1.3333 · √(26.16 / 1.6498) = 5.31.
        let (q, control) = discharge(&culvert(SQUARE, 10.0), 11.0, 5.0, 9.81);
        assert!((q - 3.068_811).abs() < 1e-5 && control == Control::Inlet, "{q}");
    }

    #[test]
    fn a_submerged_entrance_is_an_orifice() {
        // H = 3: 0.6 · 3 · √(19.62 · 2.1) = 1.8 · 6.418878 = 11.553981. The barrel: drop 13 − 10.5 = 2.5, R = 3 / 7,
        // friction 0.044145 / 0.3231 = 0.1366, 3 · √(49.05 / 1.6366) = 16.42.
        let (q, control) = discharge(&culvert(SQUARE, 10.0), 13.0, 5.0, 9.81);
        assert!((q - 11.553_981).abs() < 1e-5 && control == Control::Inlet, "{q}");
    }

    #[test]
    fn a_long_drowned_barrel_is_governed_by_its_losses() {
        // 100 m, levels 13 and 12: R^(4/3) = (3/7)^(4/3) = 0.3231183; friction 19.62 · 0.000225 · 100 / 0.3231183 =
        // 1.366218; 3 · √(19.62 / 2.866218) = 3 · 2.616341 = 7.849022.
        let (q, control) = discharge(&culvert(SQUARE, 100.0), 13.0, 12.0, 9.81);
        assert!((q - 7.849_02).abs() < 1e-3 && control == Control::Outlet, "{q}");
        let pair = Culvert { number: 2, ..culvert(SQUARE, 100.0) };
        assert_eq!(discharge(&pair, 13.0, 12.0, 9.81).0, 2.0 * q);
        // It runs back just so: the inverts do not matter when both ends are drowned.
        assert_eq!(discharge(&culvert(SQUARE, 100.0), 12.0, 13.0, 9.81).0, -q);
    }

    #[test]
    fn a_pipe_has_the_radius_of_a_circle() {
        // D = 1, A = 0.785398, R = 0.25: R^(4/3) = 0.1574901; 50 m: 19.62 · 0.000225 · 50 / 0.1574901 = 1.401517;
        // 13 to 12.5: 0.785398 · √(9.81 / 2.901517) = 0.785398 · 1.838749 = 1.444150.
        let (q, control) = discharge(&culvert(Barrel::Pipe { diameter_m: 1.0 }, 50.0), 13.0, 12.5, 9.81);
        assert!((q - 1.444_15).abs() < 1e-4 && control == Control::Outlet, "{q}");
    }

    #[test]
    fn nothing_flows_below_the_higher_invert_or_between_equal_levels() {
        assert_eq!(discharge(&culvert(SQUARE, 10.0), 9.9, 9.2, 9.81).0, 0.0);
        assert_eq!(discharge(&culvert(SQUARE, 10.0), 9.2, 9.9, 9.81).0, 0.0);
        assert_eq!(discharge(&culvert(SQUARE, 10.0), 12.0, 12.0, 9.81).0, 0.0);
    }
}
