//! Production dikes on the banks of a line, and how far they have opened.

use crate::domain::river::channel::{Channel, ChannelFault};
use crate::domain::river::line::{ChannelLine, Dike, Passage};

/// The dikes of all segments.
#[derive(Debug, Clone)]
pub(super) struct Dikes {
    of: Vec<Option<Dike>>,
    passages: Vec<Passage>,
}

impl Dikes {
    pub(super) fn new(line: &ChannelLine) -> Self {
        let of: Vec<Option<Dike>> = (0..line.segments.len()).map(|i| line.dikes.get(i).copied().flatten()).collect();
        let passage = |dike: &Option<Dike>| match dike {
            Some(dike) => Passage { open_frac: 0.0, crest_m: dike.crest_m },
            None => Passage { open_frac: 1.0, crest_m: f64::NEG_INFINITY },
        };
        Self { passages: of.iter().map(passage).collect(), of }
    }

    /// What stands on the banks of each segment now.
    pub(super) fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// Opens gaps by the stages at the end of a step.
    pub(super) fn end_step(&mut self, channel: &Channel, dt: f64) {
        for (i, (dike, passage)) in self.of.iter().zip(&mut self.passages).enumerate() {
            if let Some(dike) = dike {
                passage.open_frac = dike.opened(passage.open_frac, channel.stage_m(i), dt);
            }
        }
    }

    /// Shares that are open where dikes stand, from upstream to downstream.
    pub(super) fn open_fracs(&self) -> impl Iterator<Item = f64> {
        let diked = self.of.iter().zip(&self.passages).filter(|(dike, _)| dike.is_some());
        diked.map(|(_, passage)| passage.open_frac)
    }

    /// Shows which dikes have gaps and of what share, for a hash: it is that of no dikes while all of them hold.
    pub(super) fn visit(&self, mut show: impl FnMut(f64)) {
        for (i, open_frac) in self.open_fracs().enumerate().filter(|(_, open_frac)| *open_frac > 0.0) {
            show(i as f64);
            show(open_frac);
        }
    }

    /// Whether saved shares are of these dikes.
    pub(super) fn check(&self, open_fracs: &[f64]) -> Result<(), ChannelFault> {
        let n = self.open_fracs().count();
        if open_fracs.len() != n {
            let found = open_fracs.len() as f64;
            return Err(ChannelFault::State { what: "stretches of dike", found, allowed: n.to_string() });
        }
        match open_fracs.iter().find(|open| !(0.0..=1.0).contains(*open)) {
            None => Ok(()),
            Some(&found) => {
                Err(ChannelFault::State { what: "as the open share of a dike", found, allowed: "0 to 1".into() })
            }
        }
    }

    /// Takes up saved shares that belong to these dikes.
    pub(super) fn restore(&mut self, open_fracs: &[f64]) {
        let diked = self.of.iter().zip(&mut self.passages).filter(|(dike, _)| dike.is_some());
        for ((_, passage), open_frac) in diked.zip(open_fracs) {
            passage.open_frac = *open_frac;
        }
    }

    pub(super) fn n_bytes(&self) -> usize {
        size_of_val(&*self.of) + size_of_val(&*self.passages)
    }
}
