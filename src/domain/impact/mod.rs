//! What is under water: exposure by floodplain unit and a simple, honest count of it.

pub mod damage;
mod moments;
mod shown;
mod table;

pub use moments::{Moment, Reason, choose, choose_frames};
pub use shown::{
    MU_M2, ROUNDING_NOTE, Shown, area_km2, farmland_wan_mu, people_rounded, show_area, show_farmland, show_people,
    show_villages, thousands, villages_rounded,
};
pub use table::{LossMoment, MAXIMUM_EXTENT, loss_moments};

use serde::{Deserialize, Serialize};

use crate::domain::geo::Grid;
use crate::domain::river::River;

/// What stands on the floodplain, as densities by unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// One row for each unit of the river, in the same order.
    pub units: Vec<UnitExposure>,
    /// A cell counts as flooded at this depth and above, m.
    pub flooded_depth_m: f64,
    /// Where the figures come from. The text itself says that they are demonstration values (演示参数): whoever prints
    /// it adds nothing.
    pub source: crate::domain::text::Bilingual,
}

/// What stands on one unit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitExposure {
    /// People per m².
    pub people_per_m2: f64,
    /// Share of the area that is farmland, 0 to 1.
    pub farmland_frac: f64,
    /// Villages per m².
    pub villages_per_m2: f64,
}

/// What is under water in one unit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct UnitLoss {
    /// Flooded area, m².
    pub area_m2: f64,
    /// Flooded farmland, m² (1 亩 = 10 000 / 15 m²).
    pub farmland_m2: f64,
    /// People living on flooded ground.
    pub people: f64,
    /// Villages on flooded ground.
    pub villages: f64,
    /// Water standing on the unit, m³.
    pub volume_m3: f64,
}

/// Counts what stands under water in each unit, in the river's order.
///
/// `depth_m` is row-major, row 0 north, m. A cell counts from `exposure.flooded_depth_m` on; its people, farmland and
/// villages are its area times the unit's densities. The volume is all water that stands on the unit, however shallow.
/// Cells of no unit (channel, land behind the levees) count nowhere.
///
/// One pass over the cells and no allocation by cell: cheap enough for every frame.
///
/// # Panics
/// When exposure and river differ in their number of units, or the depth field is not that of the grid.
pub fn count(exposure: &Exposure, river: &River, grid: &Grid, depth_m: &[f64]) -> Vec<UnitLoss> {
    assert_eq!(exposure.units.len(), river.units.len(), "one exposure row for each unit");
    assert_eq!(depth_m.len(), grid.n_cells(), "depth of every cell");
    let mut n_flooded = vec![0_u32; exposure.units.len()];
    let mut column_m = vec![0.0_f64; exposure.units.len()];
    for (&unit, &depth) in river.unit_of_cell.iter().zip(depth_m) {
        if let Some(column) = column_m.get_mut(usize::from(unit)) {
            *column += depth;
            n_flooded[usize::from(unit)] += u32::from(depth >= exposure.flooded_depth_m);
        }
    }
    let cell_m2 = grid.cell_area_m2();
    let rows = exposure.units.iter().zip(n_flooded).zip(column_m);
    rows.map(|((unit, n), column)| unit.loss(f64::from(n) * cell_m2, column * cell_m2)).collect()
}

impl UnitExposure {
    fn loss(&self, area_m2: f64, volume_m3: f64) -> UnitLoss {
        UnitLoss {
            area_m2,
            farmland_m2: area_m2 * self.farmland_frac,
            people: area_m2 * self.people_per_m2,
            villages: area_m2 * self.villages_per_m2,
            volume_m3,
        }
    }
}

/// Sum over the units, from the unrounded figures.
pub fn total<'a>(losses: impl IntoIterator<Item = &'a UnitLoss>) -> UnitLoss {
    losses.into_iter().fold(UnitLoss::default(), |sum, loss| UnitLoss {
        area_m2: sum.area_m2 + loss.area_m2,
        farmland_m2: sum.farmland_m2 + loss.farmland_m2,
        people: sum.people + loss.people,
        villages: sum.villages + loss.villages,
        volume_m3: sum.volume_m3 + loss.volume_m3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geo::corridor::RoughnessSource;
    use crate::domain::river::{FloodplainUnit, LandClass, NO_UNIT};
    use crate::domain::text::Bilingual;

    fn unit(id: &str) -> FloodplainUnit {
        let name = Bilingual::new(id, id);
        FloodplainUnit { id: id.into(), name, county: String::new(), at: [0.0, 0.0], area_m2: 0.0 }
    }

    /// Two rows of three cells of 100 m: unit 0 twice, unit 1 twice, a channel cell, a landside cell.
    fn six_cells() -> (Exposure, River, Grid) {
        let grid = Grid { n_cols: 3, n_rows: 2, cell_m: 100.0, west_m: 0.0, north_m: 200.0 };
        let river = River {
            centreline: vec![],
            chainage_km: vec![],
            stations: vec![],
            levees: vec![],
            units: vec![unit("a"), unit("b")],
            unit_of_cell: vec![0, 0, NO_UNIT, 1, 1, NO_UNIT],
            class_of_cell: vec![LandClass::Floodplain; 6],
            roughness: RoughnessSource::Published,
        };
        let exposure = Exposure {
            units: vec![
                UnitExposure { people_per_m2: 6e-4, farmland_frac: 0.5, villages_per_m2: 1e-6 },
                UnitExposure { people_per_m2: 1e-3, farmland_frac: 0.8, villages_per_m2: 2e-6 },
            ],
            flooded_depth_m: 0.15,
            source: Bilingual::default(),
        };
        (exposure, river, grid)
    }

    #[test]
    fn counts_by_hand() {
        let (exposure, river, grid) = six_cells();
        let losses = count(&exposure, &river, &grid, &[0.15, 0.1499, 5.0, 1.0, 2.0, 3.0]);
        // Unit a: one cell of 10 000 m2 at the threshold, one just below it; both hold water.
        assert!((losses[0].area_m2 - 1e4).abs() < 1e-9);
        assert!((losses[0].farmland_m2 - 5e3).abs() < 1e-9);
        assert!((losses[0].people - 6.0).abs() < 1e-12);
        assert!((losses[0].villages - 0.01).abs() < 1e-12);
        assert!((losses[0].volume_m3 - 2999.0).abs() < 1e-9);
        // Unit b: both cells; the channel cell and the landside cell count nowhere.
        assert!((losses[1].area_m2 - 2e4).abs() < 1e-9);
        assert!((losses[1].farmland_m2 - 1.6e4).abs() < 1e-9);
        assert!((losses[1].people - 20.0).abs() < 1e-12);
        assert!((losses[1].volume_m3 - 3e4).abs() < 1e-9);
        let sum = total(&losses);
        assert!((sum.area_m2 - 3e4).abs() < 1e-9);
        assert!((sum.people - 26.0).abs() < 1e-12);
    }

    #[test]
    fn dry_ground_loses_nothing() {
        let (exposure, river, grid) = six_cells();
        let losses = count(&exposure, &river, &grid, &[0.0; 6]);
        assert!(losses.iter().all(|loss| *loss == UnitLoss::default()));
    }
}
