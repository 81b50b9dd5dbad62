//! A channel that is a line, joined to the plain and to basins.
//!
//! The plain is laid without the cells of the channel ([`beside`]): to it they lie outside the domain, behind walls. In a
//! step, before the plain moves, water goes over the lips of both banks (`banks`), as it stands on both sides at the
//! beginning of the step, and through the gaps of production dikes (`dikes`); the channel takes that, its sources and its ends, and moves on by the whole step in parts of
//! its own; the plain gets what the channel truly gave. Every volume is booked as it happened.
//!
//! Water that comes from the plain has no velocity along the channel, and water that comes to the plain none at all.
//! Sediment goes over the lips with the water (`silt`): from the plain with the concentration of the cell, from the
//! channel with that of the segment after what came in has been mixed in.

mod banks;
mod dikes;
mod extremes;
mod places;
mod silt;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::banks::Banks;
use self::dikes::Dikes;
use self::extremes::Extreme;
use self::places::{Places, Span};
use self::silt::LineSilt;
use super::budget::Ledger;
use super::ground::Ground;
use super::layout::{Layout, Place};
use super::rain::Rainfall;
use super::sources::mean_over;
use super::structures::Moment;
use super::water::Waters;
use crate::domain::frame::{Envelope, GaugeReading, SectionReading, SedimentBudget};
use crate::domain::geo::Grid;
use crate::domain::river::basin::Basins;
use crate::domain::river::channel::{Channel, ChannelFault, ChannelState, Downstream, SuspendedLoad};
use crate::domain::river::line::{ChannelLine, LineStart};
use crate::domain::scenario::{Boundary, BoundaryKind, Initial, PointSource, Scenario, Series};

/// The channel of a run, and how it hangs together with the plain.
#[derive(Debug, Clone)]
pub(super) struct Line {
    channel: Channel,
    /// What comes in at the upstream end.
    inflow: Option<Series>,
    /// The stage beyond the downstream end, where that is given.
    stage: Option<Series>,
    /// Sources and sinks, by their segment.
    spots: Vec<(usize, Series)>,
    banks: Banks,
    dikes: Dikes,
    places: Places,
    extremes: Vec<Extreme>,
    silt: Option<LineSilt>,
    /// Scratch of a step, one value for each segment.
    lateral_m3s: Vec<f64>,
    sunk_m3: Vec<f64>,
    area_m2: f64,
    layout: Layout,
}

/// What a line must remember to go on elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LineState {
    channel: ChannelState,
    /// Shares of the production dikes that are open, where they stand, from upstream to downstream.
    open_fracs: Vec<f64>,
    extremes: Vec<Extreme>,
    load: Option<SuspendedLoad>,
}

/// A scenario as its plain sees it: itself if its channel is no line.
///
/// The cells of the line are outside the domain. What the line alone rules or takes is left out: its inflow, a rating of
/// the river's end, sources in it.
pub(super) fn beside(scenario: &Scenario) -> Cow<'_, Scenario> {
    let Some(line) = &scenario.channel else { return Cow::Borrowed(scenario) };
    let mut plain = scenario.clone();
    for of in &line.cells {
        plain.terrain.bed_m[of.cell] = f64::NAN;
    }
    plain.boundaries.retain(|boundary| match boundary.kind {
        BoundaryKind::Discharge(_) => !rules(line, 0, boundary),
        BoundaryKind::Rating(_) => !rules(line, 1, boundary),
        _ => true,
    });
    Cow::Owned(plain)
}

/// Whether a boundary rules the upstream (0) or downstream (1) end of a line.
fn rules(line: &ChannelLine, end: usize, boundary: &Boundary) -> bool {
    line.ends[end].is_ruled_by(boundary.edge, boundary.span_m)
}

impl Line {
    /// Lays the line of a scenario beside the ground of its plain; `None` without one.
    ///
    /// # Panics
    /// When the segments are not sound, which no valid scenario has.
    pub(super) fn new(scenario: &Scenario, layout: Layout, ground: &Ground) -> Option<Self> {
        let line = scenario.channel.as_ref()?;
        let ruling = |end| scenario.boundaries.iter().filter(move |boundary| rules(line, end, boundary));
        let inflow = ruling(0).find_map(|boundary| match &boundary.kind {
            BoundaryKind::Discharge(series) => Some((boundary.name.as_str(), series.clone())),
            _ => None,
        });
        let (upstream, inflow) = inflow.unzip();
        let end = ruling(1).find_map(|boundary| end_of(&boundary.kind));
        // Nothing passes a wall, whatever the stage.
        let (downstream, stage) = end.unwrap_or_else(|| (Downstream::Rating(vec![[0.0, 0.0]]), None));
        let channel = Channel::new(line.segments.clone(), downstream).expect("a valid scenario has a sound channel");
        let n = line.segments.len();
        let (spot_names, spots): (Vec<_>, Vec<_>) = spots(scenario, line).into_iter().unzip();
        let mut this = Self {
            inflow,
            stage,
            spots,
            silt: None,
            banks: Banks::new(scenario, line, &channel, layout, ground),
            dikes: Dikes::new(line),
            places: Places::new(scenario, line),
            extremes: vec![Extreme::none(); line.cells.len()],
            lateral_m3s: vec![0.0; n],
            sunk_m3: vec![0.0; n],
            area_m2: scenario.terrain.grid.cell_area_m2(),
            channel,
            layout,
        };
        this.fill(scenario, line, |level| ground.lattice.round(level));
        this.silt = LineSilt::new(scenario, &this.channel, upstream, &spot_names);
        let span = Span { from_secs: 0.0, to_secs: 0.0, marks_rise_over: None };
        this.places.gather(&this.channel, &mut this.extremes, span);
        Some(this)
    }

    /// The water at t = 0.
    fn fill(&mut self, scenario: &Scenario, line: &ChannelLine, level: impl Fn(f64) -> f64) {
        self.set_end(0.0, 0.0);
        match (line.start, &scenario.initial) {
            (LineStart::Steady(discharge_m3s), _) => {
                let mut lateral = vec![0.0; line.segments.len()];
                for (segment, series) in &self.spots {
                    lateral[*segment] += series.at(0.0);
                }
                self.channel.start_steady_joined(discharge_m3s, &lateral);
            }
            (LineStart::AsCells, Initial::Dry) => {}
            (LineStart::AsCells, Initial::Stage(stage_m)) => {
                self.channel.fill_to_stages(&vec![level(*stage_m); line.segments.len()]);
            }
            (LineStart::AsCells, Initial::Fields { depth_m, .. }) => {
                let bed_m = &scenario.terrain.bed_m;
                let stages = self
                    .places
                    .mean_stages(&self.channel, |cell| (depth_m[cell] > 0.0).then(|| bed_m[cell] + depth_m[cell]));
                self.channel.fill_to_stages(&stages);
            }
        }
    }

    /// Sets the mean stage beyond the downstream end over a step, if one is given.
    fn set_end(&mut self, from_secs: f64, to_secs: f64) {
        if let Some(stage) = &self.stage {
            let set = self.channel.set_downstream(Downstream::Stage(mean_over(stage, from_secs, to_secs)));
            debug_assert!(set.is_ok(), "all values of a series are finite");
        }
    }

    /// The cells of the plain that the channel exchanges water with.
    pub(super) fn cells(&self) -> impl Iterator<Item = Place> {
        self.banks.cells()
    }

    /// Shortens a step until the waves that water over the lips makes on the plain do not cross a cell.
    pub(super) fn shorten(&self, waters: &Waters, dt: f64, cfl_length: f64, g: f64) -> f64 {
        self.banks.shorten(&self.channel, self.dikes.passages(), waters, self.area_m2, dt, cfl_length, g)
    }

    /// Moves the water over the lips, then that of the channel, and books what came and went.
    pub(super) fn step(
        &mut self,
        waters: &mut Waters,
        basins: &mut Basins,
        ledger: &mut Ledger,
        rainfall: &Rainfall,
        moment: Moment,
        dry: f64,
    ) {
        let Moment { from_secs, dt } = moment;
        let to_secs = from_secs + dt;
        let Self { channel, banks, dikes, lateral_m3s: lateral, sunk_m3: sunk, silt, area_m2, .. } = self;
        let area_m2 = *area_m2;
        lateral.fill(0.0);
        sunk.fill(0.0);
        if let Some(silt) = silt {
            silt.begin_step();
        }
        banks.exchange(channel, dikes.passages(), waters, silt.as_mut(), area_m2, dt, dry);
        for (spot, (segment, series)) in self.spots.iter().enumerate() {
            let volume = mean_over(series, from_secs, to_secs) * dt;
            lateral[*segment] += volume;
            if volume > 0.0 {
                ledger.exchange(volume);
                if let (Some(silt), Some(silts)) = (&mut *silt, &mut waters.silts) {
                    let kgm3 =
                        silt.spots_kgm3[spot].as_ref().map_or(0.0, |series| mean_over(series, from_secs, to_secs));
                    silt.let_in(*segment, volume, volume * kgm3);
                    silts.ledger.inflow.add(volume * kgm3);
                }
            }
            sunk[*segment] -= volume.min(0.0);
        }
        basins.ask(channel, from_secs, dt, |segment, volume| {
            lateral[segment] -= volume;
            sunk[segment] += volume.max(0.0);
            if let (Some(silt), true) = (silt.as_mut(), volume < 0.0) {
                // A lake gives back clear water.
                silt.let_in(segment, -volume, 0.0);
            }
        });
        if rainfall.falls() {
            self.places.rain(rainfall, self.layout, |segment, depth_m| {
                lateral[segment] += depth_m * area_m2;
                ledger.rain.add(depth_m * area_m2);
                if let Some(silt) = silt {
                    silt.let_in(segment, depth_m * area_m2, 0.0);
                }
            });
        }
        banks.add_to(lateral);
        for volume in lateral.iter_mut() {
            *volume /= dt;
        }
        let inflow = self.inflow.as_ref().map_or(0.0, |series| mean_over(series, from_secs, to_secs));
        self.set_end(from_secs, to_secs);
        let moved = match &mut self.silt {
            None => self.channel.step(dt, inflow, &self.lateral_m3s),
            Some(silt) => {
                let series = silt.upstream_kgm3.as_ref();
                let kgm3 = series.map_or(0.0, |series| mean_over(series, from_secs, to_secs));
                silt.step(&mut self.channel, dt, inflow, kgm3, &self.lateral_m3s)
            }
        };
        ledger.exchange(moved.inflow_m3);
        ledger.exchange(-moved.outflow_m3);
        let Self { channel, banks, spots, lateral_m3s: lateral, sunk_m3: sunk, silt, .. } = self;
        // What a segment could not give is missing in what it gave, on both banks and to its sinks alike.
        let held_back = |i: usize| channel.lateral_taken_m3()[i] - lateral[i] * dt;
        banks.give(waters, silt.as_ref(), area_m2, dry, sunk, held_back);
        let given = |i: usize, volume: f64| volume * banks.given_share(i, sunk[i], held_back(i));
        basins.settle(from_secs, dt, given, |volume_m3| ledger.exchange(volume_m3));
        for (segment, series) in &*spots {
            let volume = -mean_over(series, from_secs, to_secs) * dt;
            if volume > 0.0 {
                ledger.exchange(-given(*segment, volume));
            }
        }
        // What goes to sinks and basins with the water has left the river; lakes keep their silt.
        if let (Some(silt), Some(silts)) = (&*silt, &mut waters.silts) {
            for (i, volume) in sunk.iter().enumerate().filter(|(_, volume)| **volume > 0.0) {
                silts.ledger.outflow.add(silt.share_kg(i, *volume, banks.asked_m3(i, *volume)));
            }
        }
        self.dikes.end_step(&self.channel, dt);
    }

    /// Takes in the extremes of a step that has been taken.
    pub(super) fn end_step(&mut self, from_secs: f64, to_secs: f64, marks_rise_over: Option<f64>) {
        self.places.gather(&self.channel, &mut self.extremes, Span { from_secs, to_secs, marks_rise_over });
    }

    /// Water in the channel now, m³.
    pub(super) fn stored_m3(&self) -> f64 {
        self.channel.stored_m3()
    }

    /// Adds what only the channel knows to the sediment budget of the plain.
    pub(super) fn add_sediment_to(&self, budget: &mut SedimentBudget) {
        if let Some(silt) = &self.silt {
            silt.add_to(budget);
        }
    }

    /// Writes the concentration of the channel's cells, kg/m³.
    pub(super) fn copy_concentration(&self, kgm3: &mut [f64]) {
        let Some(LineSilt { load, .. }) = &self.silt else { return };
        self.places
            .of_cells(|segment| load.concentration_kgm3(&self.channel, segment), |cell, value| kgm3[cell] = value);
    }

    /// Writes the thickness of what was left on the bed under the channel's cells, m.
    #[expect(clippy::cast_possible_truncation, reason = "rasters are in single precision")]
    pub(super) fn copy_thickness(&self, thickness_m: &mut [f32]) {
        let Some(LineSilt { load, .. }) = &self.silt else { return };
        self.places.of_cells(|segment| load.thickness_m(segment), |cell, value| thickness_m[cell] = value as f32);
    }

    /// Writes depth over the shown bed (m) and velocity (m/s) of the channel's cells.
    pub(super) fn copy_fields(&self, depth_m: &mut [f64], u_mps: &mut [f64], v_mps: &mut [f64]) {
        for (cell, shown) in self.places.shown(&self.channel) {
            (depth_m[cell], u_mps[cell], v_mps[cell]) = (shown.depth_m, shown.u_mps, shown.v_mps);
        }
    }

    /// Overwrites the readings of gauges that stand in the channel.
    pub(super) fn read_gauges(&self, readings: &mut [GaugeReading]) {
        self.places.read_gauges(&self.channel, readings);
    }

    /// A discharge over the plain of a section, m³/s, with that of the channel.
    pub(super) fn with_discharge_m3s(&self, section: usize, over_the_plain: f64) -> f64 {
        self.places.with_discharge_m3s(&self.channel, section, over_the_plain)
    }

    /// Adds the channel's discharge to the readings of sections that cross it, and gives them its stage.
    pub(super) fn read_sections(&self, readings: &mut [SectionReading]) {
        let kgm3 = |i: usize| self.silt.as_ref().map_or(0.0, |silt| silt.load.concentration_kgm3(&self.channel, i));
        self.places.read_sections(&self.channel, kgm3, readings);
    }

    /// Writes the extremes of the channel's cells.
    pub(super) fn fill_in(&self, envelope: &mut Envelope, grid: &Grid) {
        debug_assert_eq!(envelope.max_depth_m.len(), grid.n_cells());
        for ((cell, shown), extreme) in self.places.shown(&self.channel).zip(&self.extremes) {
            extreme.write(envelope, cell, shown.depth_m);
        }
    }

    /// Memory that it takes, bytes.
    pub(super) fn n_bytes(&self) -> usize {
        let silt = self.silt.as_ref().map_or(0, |silt| silt.load.n_bytes());
        self.channel.n_bytes()
            + size_of_val(&*self.extremes)
            + self.places.n_bytes()
            + self.banks.n_bytes()
            + self.dikes.n_bytes()
            + silt
    }

    /// Shows every number that the next step depends on, for a hash.
    pub(super) fn visit(&self, mut show: impl FnMut(f64)) {
        self.channel.state().visit(&mut show);
        if let Some(silt) = &self.silt {
            silt.load.visit(&mut show);
        }
        self.dikes.visit(show);
    }

    pub(super) fn state(&self) -> LineState {
        LineState {
            channel: self.channel.state().clone(),
            open_fracs: self.dikes.open_fracs().collect(),
            extremes: self.extremes.clone(),
            load: self.silt.as_ref().map(|silt| silt.load.clone()),
        }
    }

    /// Takes up a saved state.
    pub(super) fn restore(&mut self, state: LineState) -> Result<(), ChannelFault> {
        if state.extremes.len() != self.extremes.len() {
            let (found, allowed) = (state.extremes.len() as f64, self.extremes.len().to_string());
            return Err(ChannelFault::State { what: "cells", found, allowed });
        }
        self.dikes.check(&state.open_fracs)?;
        let n = self.channel.n_segments();
        match (&mut self.silt, state.load) {
            (None, None) => {}
            (Some(silt), Some(load)) if load.fits(n) => silt.load = load,
            (_, load) => {
                let found = load.map_or(0.0, |_| 1.0);
                return Err(ChannelFault::State { what: "sediment loads", found, allowed: "one that fits".into() });
            }
        }
        self.channel.restore(state.channel)?;
        self.dikes.restore(&state.open_fracs);
        self.extremes = state.extremes;
        Ok(())
    }
}

/// What a boundary means to the downstream end of a line, with the stage if that is given; `None` is a wall.
fn end_of(kind: &BoundaryKind) -> Option<(Downstream, Option<Series>)> {
    match kind {
        BoundaryKind::NormalDepth { slope } => Some((Downstream::NormalDepth(*slope), None)),
        BoundaryKind::Stage(series) => Some((Downstream::Stage(series.at(0.0)), Some(series.clone()))),
        BoundaryKind::Rating(pairs) => Some((Downstream::Rating(pairs.clone()), None)),
        BoundaryKind::Discharge(_) | BoundaryKind::Free | BoundaryKind::Wall | BoundaryKind::Inflow { .. } => None,
    }
}

/// The sources whose cell is one of the channel's, by name, with the segment they lie at.
fn spots<'a>(scenario: &'a Scenario, line: &ChannelLine) -> Vec<(&'a str, (usize, Series))> {
    let grid = &scenario.terrain.grid;
    let in_channel = |at| {
        let (row, col) = grid.cell_at(at)?;
        let cell = grid.index(row, col);
        line.cells.iter().any(|of| of.cell == cell).then(|| line.place(line.along_near_m(at)).segment)
    };
    let sources = scenario.sources.iter();
    let spot =
        |source: &'a PointSource| Some((source.name.as_str(), (in_channel(source.at)?, source.discharge_m3s.clone())));
    sources.filter_map(spot).collect()
}
