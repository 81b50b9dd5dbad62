//! Floodplain units (滩区): stretches of one bank between two chainages; and the land behind each levee.

use super::ground::Ground;
use super::tables::{Bank, RiverTables, UnitRow};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::{FloodplainUnit, LandClass, NO_UNIT};
use crate::domain::text::Bilingual;

/// Unit of every cell, and the units that have cells: those of the table in its order, then the land behind the levees.
pub(super) fn divide(grid: &Grid, tables: &RiverTables, ground: &Ground) -> (Vec<u8>, Vec<FloodplainUnit>) {
    let row_of_cell: Vec<Option<usize>> = (0..grid.n_cells())
        .map(|cell| {
            let bank = if ground.is_left[cell] { Bank::Left } else { Bank::Right };
            let km = ground.chainage_km[cell];
            let holds = |row: &UnitRow| row.bank == bank && row.from_km <= km && km < row.to_km;
            (ground.class[cell] == LandClass::Floodplain).then(|| tables.units.iter().position(holds)).flatten()
        })
        .collect();
    let mut unit_of_cell = vec![NO_UNIT; grid.n_cells()];
    let mut units = Vec::new();
    for (number, row) in tables.units.iter().enumerate() {
        let cells: Vec<usize> = (0..grid.n_cells()).filter(|cell| row_of_cell[*cell] == Some(number)).collect();
        let Ok(position) = u8::try_from(units.len()) else { break };
        if cells.is_empty() || position == NO_UNIT {
            continue;
        }
        for cell in &cells {
            unit_of_cell[*cell] = position;
        }
        units.push(FloodplainUnit {
            id: row.id.clone(),
            name: row.name.clone(),
            county: row.county.clone(),
            at: middle(grid, &cells),
            area_m2: cells.len() as f64 * grid.cell_area_m2(),
            is_landside: false,
        });
    }
    for is_left in [true, false] {
        let cells: Vec<usize> = (0..grid.n_cells())
            .filter(|cell| ground.class[*cell] == LandClass::Landside && ground.is_left[*cell] == is_left)
            .collect();
        let Ok(position) = u8::try_from(units.len()) else { break };
        if cells.is_empty() || position == NO_UNIT {
            continue;
        }
        for cell in &cells {
            unit_of_cell[*cell] = position;
        }
        units.push(landside(grid, &cells, is_left));
    }
    (unit_of_cell, units)
}

/// The land behind a levee, as far as the domain goes.
fn landside(grid: &Grid, cells: &[usize], is_left: bool) -> FloodplainUnit {
    let (id, zh, en) =
        if is_left { ("BL", "左岸堤外", "Left landside") } else { ("BR", "右岸堤外", "Right landside") };
    FloodplainUnit {
        id: id.to_owned(),
        name: Bilingual::new(zh, en),
        county: String::new(),
        at: middle(grid, cells),
        area_m2: cells.len() as f64 * grid.cell_area_m2(),
        is_landside: true,
    }
}

/// The centre of the cell nearest to the mean of the cells, so that the label of a curved unit lies inside it.
fn middle(grid: &Grid, cells: &[usize]) -> PointMap {
    let center = |cell: usize| {
        let (row, col) = grid.row_col(cell);
        grid.center_map(row, col)
    };
    let sum = cells.iter().map(|cell| center(*cell)).fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
    let mean = [sum[0] / cells.len() as f64, sum[1] / cells.len() as f64];
    let gap = |p: PointMap| (p[0] - mean[0]).hypot(p[1] - mean[1]);
    cells.iter().map(|cell| center(*cell)).min_by(|a, b| gap(*a).total_cmp(&gap(*b))).unwrap_or(mean)
}
