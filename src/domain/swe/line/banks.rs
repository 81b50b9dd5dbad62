//! What goes over the lips of both banks in a step.

use super::super::ground::Ground;
use super::super::layout::{Layout, Place, Slot};
use super::super::sources::shortened;
use super::super::water::Waters;
use super::silt::LineSilt;
use crate::domain::river::channel::{Channel, limit_exchange_m3};
use crate::domain::river::line::{BankFace, ChannelLine, Passage};
use crate::domain::scenario::Scenario;

/// A stretch of bank between a segment and a cell of the plain.
#[derive(Debug, Clone, Copy)]
struct Bank {
    segment: usize,
    cell: Place,
    slot: Slot,
    /// Bed of the cell, m.
    z: f64,
    /// The higher of the lip and that bed, m.
    lip_m: f64,
    length_m: f64,
    /// Share of a full exchange between segment and cell that this stretch may make: by its length, so that those of a
    /// segment, and those of a cell, make no more than one together.
    share: f64,
}

/// All banks of a line, those of one cell of the plain side by side.
#[derive(Debug, Clone)]
pub(super) struct Banks {
    all: Vec<Bank>,
    /// Volume over each in the step at hand, m³, from the channel to the plain.
    out_m3: Vec<f64>,
    /// What of that leaves each segment, m³.
    leaving_m3: Vec<f64>,
}

impl Banks {
    pub(super) fn new(
        scenario: &Scenario,
        line: &ChannelLine,
        channel: &Channel,
        layout: Layout,
        ground: &Ground,
    ) -> Self {
        let grid = &scenario.terrain.grid;
        let mut of_segment = vec![0.0; line.segments.len()];
        for bank in &line.banks {
            of_segment[bank.segment] += bank.length_m;
        }
        let mut of_cell = Vec::with_capacity(line.banks.len());
        for same in line.banks.chunk_by(|a, b| a.plain_cell == b.plain_cell) {
            let sum: f64 = same.iter().map(|bank| bank.length_m).sum();
            of_cell.extend(same.iter().map(|_| sum));
        }
        let bank = |(of, of_cell_m): (&BankFace, &f64)| {
            let (row, col) = grid.row_col(of.plain_cell);
            let cell = layout.place(row, col);
            let z = ground.bed(cell);
            let share = of.length_m / of_segment[of.segment].max(*of_cell_m);
            let (slot, lip_m) = (ground.kept.slot(cell), channel.lip_m(of.segment).max(z));
            Bank { segment: of.segment, cell, slot, z, lip_m, length_m: of.length_m, share }
        };
        let all: Vec<Bank> = line.banks.iter().zip(&of_cell).map(bank).collect();
        Self { out_m3: vec![0.0; all.len()], leaving_m3: vec![0.0; line.segments.len()], all }
    }

    /// The cells of the plain beside the channel.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        self.all.iter().map(|bank| bank.cell)
    }

    /// Shortens a step until the waves that the water makes on the plain do not cross a cell.
    pub(super) fn shorten(
        &self,
        channel: &Channel,
        passages: &[Passage],
        waters: &Waters,
        area_m2: f64,
        dt: f64,
        cfl_length: f64,
        g: f64,
    ) -> f64 {
        let mut dt = dt;
        for of_cell in self.all.chunk_by(|a, b| a.cell == b.cell) {
            let over = || {
                let all = of_cell.iter().map(|bank| (bank, passages[bank.segment]));
                all.filter(|(bank, passage)| channel.stage_m(bank.segment) > bank.sill_m(*passage))
            };
            let depth_m = of_cell[0].depth_m(waters);
            // Free flow is the most there can be, and quickly worked out: it settles nearly every case.
            let most_mps: f64 = over().map(|(bank, of)| bank.free_discharge_m3s(channel, of) / area_m2).sum();
            if shortened(depth_m, |_| most_mps, dt, cfl_length, g) < dt {
                let discharge_m3s = |(bank, of): (&Bank, Passage)| bank.discharge_m3s(channel, of, waters).max(0.0);
                let rise_mps: f64 = over().map(|bank| discharge_m3s(bank) / area_m2).sum();
                dt = shortened(depth_m, |_| rise_mps, dt, cfl_length, g);
            }
        }
        dt
    }

    /// Works out what goes over every bank in a step, and takes it from the plain where it comes from there.
    pub(super) fn exchange(
        &mut self,
        channel: &Channel,
        passages: &[Passage],
        waters: &mut Waters,
        mut silt: Option<&mut LineSilt>,
        area_m2: f64,
        dt: f64,
        dry: f64,
    ) {
        self.leaving_m3.fill(0.0);
        for (bank, out) in self.all.iter().zip(&mut self.out_m3) {
            let passage = passages[bank.segment];
            let wanted = bank.discharge_m3s(channel, passage, waters) * dt;
            *out = if wanted == 0.0 { 0.0 } else { bank.limited_m3(wanted, channel, passage, waters, area_m2) };
            if *out > 0.0 {
                self.leaving_m3[bank.segment] += *out;
            } else if *out < 0.0 {
                // What the cell really gave, rounding included.
                *out = waters.add_depth(bank.cell, *out / area_m2, dry) * area_m2;
                if let Some(silt) = &mut silt {
                    silt.let_in(bank.segment, -*out, waters.take_silt_in_hand() * area_m2);
                }
            }
        }
    }

    /// Adds what the channel gets and gives over its banks to volumes by segment, m³.
    pub(super) fn add_to(&self, lateral_m3: &mut [f64]) {
        for (bank, out) in self.all.iter().zip(&self.out_m3) {
            lateral_m3[bank.segment] -= out;
        }
    }

    /// Gives the plain what came over the banks, less what a segment held back of all that it was to give.
    pub(super) fn give(
        &self,
        waters: &mut Waters,
        silt: Option<&LineSilt>,
        area_m2: f64,
        dry: f64,
        sunk_m3: &[f64],
        held_back_m3: impl Fn(usize) -> f64,
    ) {
        for (bank, out) in self.all.iter().zip(&self.out_m3).filter(|(_, out)| **out > 0.0) {
            let i = bank.segment;
            let volume = out * self.given_share(i, sunk_m3[i], held_back_m3(i));
            waters.add_depth(bank.cell, volume / area_m2, dry);
            if let Some(silt) = silt {
                waters.put_silt(bank.cell, silt.share_kg(i, *out, self.asked_m3(i, sunk_m3[i])) / area_m2);
            }
        }
    }

    /// What a segment was to give over its banks and to its sinks, m³.
    pub(super) fn asked_m3(&self, segment: usize, sunk_m3: f64) -> f64 {
        self.leaving_m3[segment] + sunk_m3
    }

    /// Share of what a segment was to give, over its banks and to its sinks (m³), that it gave.
    pub(super) fn given_share(&self, segment: usize, sunk_m3: f64, held_back_m3: f64) -> f64 {
        let asked = self.asked_m3(segment, sunk_m3);
        if asked > 0.0 { 1.0 - (held_back_m3 / asked).clamp(0.0, 1.0) } else { 1.0 }
    }

    pub(super) fn n_bytes(&self) -> usize {
        size_of_val(&*self.all) + size_of_val(&*self.out_m3) + size_of_val(&*self.leaving_m3)
    }
}

impl Bank {
    fn depth_m(&self, waters: &Waters) -> f64 {
        let (block, i) = self.slot;
        waters.blocks[block].h[i]
    }

    /// Level of the plain's water, m.
    fn eta(&self, waters: &Waters) -> f64 {
        self.z + self.depth_m(waters)
    }

    /// Discharge over the bank if no water stood on the plain, m³/s.
    fn free_discharge_m3s(&self, channel: &Channel, passage: Passage) -> f64 {
        self.length_m * passage.discharge_m2s(channel.stage_m(self.segment), f64::NEG_INFINITY, self.lip_m)
    }

    /// Lowest level at which water passes, m: the lip, or the crest of a dike that holds.
    fn sill_m(&self, passage: Passage) -> f64 {
        if passage.open_frac > 0.0 { self.lip_m } else { self.lip_m.max(passage.crest_m) }
    }

    /// A volume over the bank, limited to its share of what would make the levels equal and of what stands above the sill.
    fn limited_m3(&self, wanted_m3: f64, channel: &Channel, passage: Passage, waters: &Waters, area_m2: f64) -> f64 {
        let sill_m = self.sill_m(passage);
        let (stage, surface_m2) = (channel.stage_m(self.segment), channel.surface_area_m2(self.segment));
        let eta = self.eta(waters);
        let limited = limit_exchange_m3(wanted_m3, stage, surface_m2, eta, area_m2, self.share);
        let over_channel_m3 = (stage - sill_m).max(0.0) * surface_m2 * self.share;
        let over_plain_m3 = (eta - sill_m).max(0.0) * area_m2 * self.share;
        limited.clamp(-over_plain_m3, over_channel_m3)
    }

    /// Discharge over the bank, m³/s, from the channel to the plain.
    fn discharge_m3s(&self, channel: &Channel, passage: Passage, waters: &Waters) -> f64 {
        self.length_m * passage.discharge_m2s(channel.stage_m(self.segment), self.eta(waters), self.lip_m)
    }
}
