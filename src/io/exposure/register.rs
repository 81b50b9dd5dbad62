//! The register of villages (演示参数): as many as are published, with all the people that are published, at places
//! that stand for none in particular.
//!
//! The same for every scenario: a village is a number in its unit, with a chainage and a place between river and levee,
//! whatever grid the river is laid on. Units share the villages and people of their province by area; villages of a unit
//! share its people by sizes that differ threefold. Whole villages and whole people, by the largest remainders, so that
//! the sums are the published ones to the last person.

use super::figure;
use crate::domain::geo::corridor::{Bank, UnitRow};

/// Steps of the golden ratio and of its square's inverse fill an interval evenly, and two of them a square.
const GOLDEN: f64 = 0.618_033_988_749_894_9;
const PLASTIC: [f64; 2] = [0.754_877_666_246_692_7, 0.569_840_290_998_053_3];
/// Share of the way from the river to the levee between which villages stand.
const BETWEEN: [f64; 2] = [0.25, 0.95];

/// A village of the register.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Registered {
    /// Position of its unit in the table.
    pub(super) unit: usize,
    /// Number in its unit, from 1 downstream.
    pub(super) number: usize,
    /// Chainage, km.
    pub(super) km: f64,
    /// Place between the river (0) and the levee (1).
    pub(super) lateral: f64,
    /// Residents.
    pub(super) people: f64,
    /// How far it lies above the ground round it, m.
    pub(super) platform_m: f64,
    /// Whether leaving was practised.
    pub(super) is_practised: bool,
}

/// All villages, unit after unit, downstream.
pub(super) fn register(rows: &[UnitRow]) -> Vec<Registered> {
    let mut villages = Vec::new();
    for (province, key) in [("河南", "henan"), ("山东", "shandong")] {
        let own: Vec<usize> = (0..rows.len()).filter(|unit| rows[*unit].province == province).collect();
        let areas: Vec<f64> = own.iter().map(|unit| rows[*unit].area_km2).collect();
        let counts = whole_shares(figure(&format!("{key}_villages")).value, &areas);
        let mut of_province: Vec<Registered> = Vec::new();
        let mut sizes = Vec::new();
        for ((unit, n), area) in own.iter().zip(&counts).zip(&areas) {
            let of_unit = of_unit(&rows[*unit], *unit, *n, figure(&format!("{key}_platform")).value);
            let all: f64 = of_unit.iter().map(|(_, size)| size).sum();
            sizes.extend(of_unit.iter().map(|(_, size)| size / all * area));
            of_province.extend(of_unit.into_iter().map(|(village, _)| village));
        }
        let people = whole_shares(figure(&format!("{key}_people")).value, &sizes);
        for (village, people) in of_province.iter_mut().zip(people) {
            village.people = people as f64;
        }
        villages.extend(of_province);
    }
    villages.sort_by_key(|village| (village.unit, village.number));
    villages
}

/// Villages behind one levee, as many to a km² and with as many people as is assumed, from the head of the river to its
/// mouth and as far from the levee as a domain may reach; those within a width, m.
///
/// Their numbers do not depend on the width, so a village is the same one in every scenario that has it.
pub(super) fn behind_levee(length_km: f64, width_m: f64) -> Vec<Registered> {
    const WIDEST_KM: f64 = 20.0;
    let n = whole(figure("landside_villages").value * length_km * WIDEST_KM);
    let spread = |k: usize, step: f64| (0.5 + k as f64 * step).fract();
    let village = |k: usize| {
        let lateral = spread(k, PLASTIC[1]) * WIDEST_KM * 1000.0 / width_m;
        Registered {
            unit: 0,
            number: k + 1,
            km: length_km * spread(k, PLASTIC[0]),
            lateral,
            people: (figure("landside_people").value * (0.5 + spread(k, GOLDEN * GOLDEN))).round(),
            platform_m: 0.5 * spread(k, GOLDEN),
            is_practised: false,
        }
    };
    (0..n).map(village).filter(|village| village.lateral < 1.0).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
fn whole(x: f64) -> usize {
    x.round() as usize
}

/// Villages of a unit, each with its size beside the others.
fn of_unit(row: &UnitRow, unit: usize, n: usize, highest_platform_m: f64) -> Vec<(Registered, f64)> {
    let spread = |k: usize, step: f64| (0.5 + k as f64 * step).fract();
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|a, b| spread(*a, PLASTIC[0]).total_cmp(&spread(*b, PLASTIC[0])));
    let village = |(number, k): (usize, &usize)| {
        let km = row.from_km + (row.to_km - row.from_km) * spread(*k, PLASTIC[0]);
        let lateral = BETWEEN[0] + (BETWEEN[1] - BETWEEN[0]) * spread(*k, PLASTIC[1]);
        let platform_m = highest_platform_m * spread(*k, GOLDEN);
        let is_practised = k.is_multiple_of(2);
        let people = 0.0; // shared out when all are known
        let village = Registered { unit, number: number + 1, km, lateral, people, platform_m, is_practised };
        (village, 0.5 + spread(*k, GOLDEN * GOLDEN))
    };
    places.iter().enumerate().map(village).collect()
}

/// A whole number shared out in whole numbers by weights: rounded down, the rest to the largest remainders.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "published counts")]
fn whole_shares(total: f64, weights: &[f64]) -> Vec<usize> {
    let all: f64 = weights.iter().sum();
    let shares: Vec<f64> = weights.iter().map(|weight| total * weight / all).collect();
    let mut whole: Vec<usize> = shares.iter().map(|share| share.floor() as usize).collect();
    let missing = (total.round() as usize).saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&a, &b| shares[b].fract().total_cmp(&shares[a].fract()).then(a.cmp(&b)));
    order.into_iter().take(missing).for_each(|k| whole[k] += 1);
    whole
}

/// Which bank a unit lies on.
pub(super) fn is_left(row: &UnitRow) -> bool {
    row.bank == Bank::Left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::river::tables;

    #[test]
    fn the_register_has_every_published_village_and_person() {
        let rows = tables().unwrap().units;
        let villages = register(&rows);
        for (province, key) in [("河南", "henan"), ("山东", "shandong")] {
            let own: Vec<&Registered> = villages.iter().filter(|v| rows[v.unit].province == province).collect();
            assert!((own.len() as f64 - figure(&format!("{key}_villages")).value).abs() < 0.5, "{province}");
            let people: f64 = own.iter().map(|village| village.people).sum();
            assert!((people - figure(&format!("{key}_people")).value).abs() < 1e-6, "{province} {people}");
        }
        let people: f64 = villages.iter().map(|village| village.people).sum();
        assert!((people - figure("people").value).abs() < 1e-6 && (people - 1_895_000.0).abs() < 1e-6);
        assert_eq!(villages.len(), 1928);
        assert!(villages.iter().all(|v| v.people >= 100.0 && (0.0..1.0).contains(&v.lateral) && v.platform_m >= 0.0));
    }

    #[test]
    fn villages_lie_in_their_unit_and_all_along_it() {
        let rows = tables().unwrap().units;
        let villages = register(&rows);
        for (unit, row) in rows.iter().enumerate() {
            let own: Vec<&Registered> = villages.iter().filter(|village| village.unit == unit).collect();
            assert!(own.iter().all(|village| (row.from_km..row.to_km).contains(&village.km)), "{}", row.id);
            assert!(own.windows(2).all(|pair| pair[0].km <= pair[1].km && pair[0].number < pair[1].number));
            let half = own.iter().filter(|village| village.km < 0.5 * (row.from_km + row.to_km)).count() as f64;
            let n = own.len() as f64;
            assert!((half / n - 0.5).abs() < 0.5 / n.sqrt(), "{} {half} of {n}", row.id);
        }
    }

    #[test]
    fn shares_are_whole_and_add_up() {
        assert_eq!(whole_shares(10.0, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(whole_shares(7.0, &[0.0, 2.0, 5.0]), [0, 2, 5]);
    }
}
