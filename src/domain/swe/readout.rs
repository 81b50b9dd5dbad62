//! What a solver tells of itself: fields, budgets, readings, counts, the hash of its state.

use xxhash_rust::xxh3::Xxh3;

use super::band::Band;
use super::layout::N;
use super::line::Line;
use super::water::Water;
use super::{Counters, Solver};
use crate::domain::frame::{BasinReading, Budget, GaugeReading, SectionReading, SedimentBudget, StructureReading};
use crate::domain::impact::CellHazard;

impl Solver {
    /// Writes depth (m) and velocity (m/s) of every cell, row-major, row 0 north; 0 outside the domain.
    ///
    /// # Panics
    /// When a slice does not have one value for each cell of the grid.
    pub fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]) {
        let blocks = &self.waters.blocks;
        for out in [&mut *depth_m, &mut *u_mps, &mut *v_mps] {
            out.fill(0.0);
        }
        self.copy_out(depth_m, |block, i| blocks[block].h[i]);
        self.copy_out(u_mps, |block, i| f64::from(blocks[block].u[i]));
        self.copy_out(v_mps, |block, i| f64::from(blocks[block].v[i]));
        if let Some(line) = &self.line {
            line.copy_fields(depth_m, u_mps, v_mps);
        }
    }

    /// What the water does, and has done, to some cells (row-major, row 0 north), in their order; nothing outside the
    /// domain. Of the channel as a line only what its water shows on the grid now.
    ///
    /// Reads just those cells: for what is asked of every frame, where [`Solver::envelope`] would copy all of the grid.
    pub fn hazards(&self, cells: &[usize]) -> Vec<CellHazard> {
        cells.iter().map(|cell| self.hazard(*cell)).collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "extremes are in single precision")]
    fn hazard(&self, cell: usize) -> CellHazard {
        let (row, col) = self.grid.row_col(cell);
        let place = self.layout.place(row, col);
        if !self.ground.kept.has(place) {
            return CellHazard { arrival_secs: f32::NAN, ..CellHazard::default() };
        }
        let (block, i) = self.ground.kept.slot(place);
        let water = &self.waters.blocks[block];
        let silt_m = self
            .waters
            .silts
            .as_ref()
            .map_or(0.0, |silts| (silts.bed_kgm2(block, i) / silts.rules().dry_density_kgm3) as f32);
        CellHazard {
            depth_m: water.h[i],
            speed_mps: water.u[i].hypot(water.v[i]),
            silt_m,
            ..self.extremes_at((block, i))
        }
    }

    /// Writes one value for each cell whose block is kept, from the number of the block and the place in it.
    pub(super) fn copy_out<T>(&self, out: &mut [T], value: impl Fn(usize, usize) -> T) {
        assert_eq!(out.len(), self.grid.n_cells(), "one value for each cell of the grid");
        for (row, line) in out.chunks_exact_mut(self.grid.n_cols).enumerate() {
            for (x, block) in self.ground.kept.of_row(self.layout.flip(row)) {
                for (i, target) in line[x..].iter_mut().take(N).enumerate() {
                    *target = value(block, i);
                }
            }
        }
    }

    /// The volume budget now. Water lost with contained cells counts as outflow.
    pub fn budget(&self) -> Budget {
        self.ledger.with_stored(self.stored_m3())
    }

    /// The sediment budget now; `None` without sediment.
    pub fn sediment(&self) -> Option<SedimentBudget> {
        let mut budget = self.waters.silts.as_ref()?.budget();
        if let Some(line) = &self.line {
            line.add_sediment_to(&mut budget);
        }
        Some(budget)
    }

    /// Concentration of suspended sediment in every cell, kg/m³, row-major, row 0 north; 0 where it is dry. `None`
    /// without sediment.
    pub fn concentration_kgm3(&self) -> Option<Vec<f64>> {
        let silts = self.waters.silts.as_ref()?;
        let mut kgm3 = vec![0.0; self.grid.n_cells()];
        self.copy_out(&mut kgm3, |block, i| silts.concentration_kgm3((block, i), &self.waters.blocks));
        if let Some(line) = &self.line {
            line.copy_concentration(&mut kgm3);
        }
        Some(kgm3)
    }

    /// Thickness of what the water left on each cell since the start, m, row-major, row 0 north: positive for deposit,
    /// negative for scour, 0 outside the domain. `None` without sediment.
    ///
    /// At the dry density of the scenario. On cells of a channel that is a line it is the mean over the width of its
    /// surface, whatever the width of the cell.
    #[expect(clippy::cast_possible_truncation, reason = "rasters are in single precision")]
    pub fn silt_thickness_m(&self) -> Option<Vec<f32>> {
        let silts = self.waters.silts.as_ref()?;
        let density_kgm3 = silts.rules().dry_density_kgm3;
        let mut thickness_m = vec![0.0; self.grid.n_cells()];
        self.copy_out(&mut thickness_m, |block, i| (silts.bed_kgm2(block, i) / density_kgm3) as f32);
        if let Some(line) = &self.line {
            line.copy_thickness(&mut thickness_m);
        }
        Some(thickness_m)
    }

    /// Counts so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Gauges now, in the scenario's order. A gauge outside the domain reads 0.
    pub fn gauges(&self) -> Vec<GaugeReading> {
        let mut readings = self.stations.read_gauges(&self.waters);
        if let Some(line) = &self.line {
            line.read_gauges(&mut readings);
        }
        readings
    }

    /// Sections now, in the scenario's order: discharge of the last step (0 before the first), mean stage now.
    pub fn sections(&self) -> Vec<SectionReading> {
        let (dry, cell_m) = (self.numerics.dry_depth_m, self.grid.cell_m);
        let mut readings = self.stations.read_sections(&self.waters, &self.watch, dry, cell_m);
        if let Some(line) = &self.line {
            line.read_sections(&mut readings);
        }
        for (reading, flow) in readings.iter_mut().zip(self.restored_flows.iter().flatten()) {
            (reading.discharge_m3s, reading.sediment) = (flow.discharge_m3s, flow.sediment);
        }
        readings
    }

    /// Structures now: breaches in the order of the events, then gates, then culverts, pumps and intakes.
    pub fn structures(&self) -> Vec<StructureReading> {
        self.structures.readings(&self.ground, &self.waters, self.time_secs)
    }

    /// Detention basins now, in the scenario's order.
    pub fn basins(&self) -> Vec<BasinReading> {
        self.basins.readings()
    }

    /// Memory that the state, the ground, the extremes and the scratch of the steps so far take, bytes; without lists of
    /// single faces.
    pub fn n_bytes(&self) -> usize {
        let kept = size_of_val(&*self.waters.blocks) + size_of_val(&*self.ground.blocks) + size_of_val(&*self.soils);
        let extremes = size_of_val(&*self.extremes.peaks) + size_of_val(&*self.extremes.courses);
        let line = self.line.as_ref().map_or(0, Line::n_bytes);
        let silts = self.waters.silts.as_ref().map_or(0, |silts| silts.n_bytes());
        kept + extremes
            + line
            + silts
            + self.pace.n_bytes()
            + size_of_val(&*self.waters.speeds)
            + self.bands.iter().map(Band::n_bytes).sum::<usize>()
    }

    /// Hash of time, state and budget: equal for equal runs, whatever the number of threads.
    ///
    /// XXH3 over the bits of time, of h, hu, hv and what the soil remembers (if it does) of every cell in the order of
    /// memory, of what structures, the channel as a line and basins remember, of the sediment if there is any, of the
    /// budget and counts.
    pub fn state_hash(&self) -> u64 {
        let mut hash = Xxh3::new();
        let mut take = |x: f64| hash.update(&x.to_bits().to_le_bytes());
        take(self.time_secs);
        for (Water { h, u, v }, soil) in self.waters.blocks.iter().zip(&self.soils) {
            for i in 0..N {
                [h[i], h[i] * f64::from(u[i]), h[i] * f64::from(v[i])].into_iter().for_each(&mut take);
                if self.law.remembers() {
                    take(soil.memory(i));
                }
            }
        }
        self.structures.visit(&mut take);
        if let Some(line) = &self.line {
            line.visit(&mut take);
        }
        self.basins.visit(&mut take);
        if let Some(silts) = &self.waters.silts {
            silts.visit(&mut take);
        }
        if let Some(b) = self.sediment() {
            let deposited = [b.deposited_on_plain_kg, b.deposited_in_channel_kg];
            let rest = [b.initial_kg, b.inflow_kg, b.outflow_kg, b.carried_kg];
            deposited.into_iter().chain(rest).for_each(&mut take);
        }
        let b = self.budget();
        [b.initial, b.inflow, b.outflow, b.rain, b.infiltrated, b.stored].into_iter().for_each(&mut take);
        let Counters { n_steps, cell_updates, contained_cells } = self.counters;
        for count in [n_steps, cell_updates, contained_cells] {
            hash.update(&count.to_le_bytes());
        }
        hash.digest()
    }
}
