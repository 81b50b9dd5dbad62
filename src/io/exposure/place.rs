//! From the register to a river on a grid: on which cell each village stands.

use crate::domain::geo::PointMap;
use crate::domain::geo::corridor::{Corridor, UnitRow};
use crate::domain::geo::polyline::distance_m;
use crate::domain::geo::smooth::interpolate;
use crate::domain::impact::Village;
use crate::domain::river::{FloodplainUnit, NO_UNIT, River};
use crate::domain::text::Bilingual;

use super::register::{Registered, behind_levee, register};
use super::{figure, tidy_name};

/// Villages of the reach, in the order of the register, each on a cell of its unit near its chainage that no other
/// village has, as far from the river as its place between river and levee says. Where a stretch of a unit has no
/// cells, its villages are not in the domain. Behind the levees the land is `width_m` wide.
pub(super) fn place(corridor: &Corridor, rows: &[UnitRow], width_m: f64) -> Vec<Village> {
    let Corridor { river, terrain, .. } = corridor;
    let spots = spots_of_units(corridor);
    let [first_km, last_km] =
        [river.chainage_km.first(), river.chainage_km.last()].map(|km| km.copied().unwrap_or(0.0));
    let mut is_taken = vec![false; terrain.grid.n_cells()];
    let mut villages = Vec::new();
    for registered in register(rows) {
        let row = &rows[registered.unit];
        let in_reach = (first_km..=last_km).contains(&registered.km);
        let Some(unit) = river.units.iter().position(|unit| unit.id == row.id).filter(|_| in_reach) else { continue };
        let Some(cell) = free_cell(&spots[unit], &registered, terrain.grid.cell_m, &is_taken) else { continue };
        is_taken[cell] = true;
        villages.push(village(&registered, &river.units[unit], unit, cell, center(corridor, cell)));
    }
    for (unit, behind) in river.units.iter().enumerate().filter(|(_, unit)| unit.is_landside) {
        let in_reach = |village: &Registered| (first_km..=last_km).contains(&village.km);
        for registered in behind_levee(length_km(rows), width_m).into_iter().filter(in_reach) {
            let Some(cell) = free_cell(&spots[unit], &registered, terrain.grid.cell_m, &is_taken) else { continue };
            is_taken[cell] = true;
            villages.push(village(&registered, behind, unit, cell, center(corridor, cell)));
        }
    }
    villages
}

fn center(corridor: &Corridor, cell: usize) -> PointMap {
    let (row, col) = corridor.terrain.grid.row_col(cell);
    corridor.terrain.grid.center_map(row, col)
}

/// Length of the river that the units lie along, km.
fn length_km(rows: &[UnitRow]) -> f64 {
    rows.iter().map(|row| row.to_km).fold(0.0, f64::max)
}

/// A cell of a unit: its chainage, km, and its distance from the river, m.
#[derive(Debug, Clone, Copy)]
struct Spot {
    cell: usize,
    km: f64,
    from_river_m: f64,
}

/// Cells of each unit, downstream.
fn spots_of_units(corridor: &Corridor) -> Vec<Vec<Spot>> {
    let Corridor { river, terrain, profile, along_m, .. } = corridor;
    let mut spots: Vec<Vec<Spot>> = vec![Vec::new(); river.units.len()];
    for (cell, unit) in river.unit_of_cell.iter().enumerate().filter(|(_, unit)| **unit != NO_UNIT) {
        let (row, col) = terrain.grid.row_col(cell);
        let km = interpolate(profile.line.along_m(), &profile.chainage_km, along_m[cell]);
        let from_river_m = distance_m(terrain.grid.center_map(row, col), profile.line.at(along_m[cell]));
        spots[usize::from(*unit)].push(Spot { cell, km, from_river_m });
    }
    for of_unit in &mut spots {
        of_unit.sort_by(|a, b| a.km.total_cmp(&b.km).then(a.cell.cmp(&b.cell)));
    }
    spots
}

/// The free cell nearest to the place of a village: of those within so much of its chainage, the one whose rank by
/// distance from the river is that of the village.
fn free_cell(spots: &[Spot], village: &Registered, cell_m: f64, is_taken: &[bool]) -> Option<usize> {
    let mut reach_km = cell_m / 1000.0;
    for _ in 0..4 {
        let from = spots.partition_point(|spot| spot.km < village.km - reach_km);
        let to = spots.partition_point(|spot| spot.km <= village.km + reach_km);
        let mut near: Vec<&Spot> = spots[from..to].iter().filter(|spot| !is_taken[spot.cell]).collect();
        near.sort_by(|a, b| a.from_river_m.total_cmp(&b.from_river_m).then(a.cell.cmp(&b.cell)));
        let [first_m, reach_m] = [near.first(), near.last()].map(|spot| spot.map_or(0.0, |spot| spot.from_river_m));
        let wanted_m = first_m + village.lateral * (reach_m - first_m);
        let gap = |spot: &Spot| (spot.from_river_m - wanted_m).abs();
        if let Some(spot) = near.into_iter().min_by(|a, b| gap(a).total_cmp(&gap(b))) {
            return Some(spot.cell);
        }
        reach_km *= 3.0;
    }
    None
}

fn village(registered: &Registered, of: &FloodplainUnit, unit: usize, cell: usize, at: PointMap) -> Village {
    let Registered { number, people, platform_m, is_practised, .. } = *registered;
    let floor_m2 = people * figure("house_area").value;
    let shares = ["brick_concrete", "brick_timber", "earth"].map(|kind| figure(&format!("house_{kind}")).value);
    Village {
        id: format!("{}-{number:03}", of.id),
        name: Bilingual::new(
            format!("{}{number}村", tidy_name(&of.name.zh, "滩")),
            format!("{} {number}", tidy_name(&of.name.en, " floodplain")),
        ),
        unit,
        cell,
        at,
        people,
        people_by_day: (people * figure("day_share").value).round(),
        households: (people / figure("household").value).round(),
        platform_m,
        houses_m2: shares.map(|share| floor_m2 * share),
        is_practised,
    }
}

/// Positions of the levees of a river: left, right.
pub(super) fn levee_of(river: &River, is_left: bool) -> Option<&crate::domain::river::Levee> {
    let side = if is_left { "left" } else { "right" };
    river.levees.iter().find(|levee| levee.wall.starts_with(side))
}
