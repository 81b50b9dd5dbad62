//! Losses and people at the playhead, for the panels. What follows from all of a record is worked out when it grows,
//! the rest when another frame is shown.

use std::sync::Arc;

use super::desk::{Desk, Show};
use crate::domain::frame::Readings;
use crate::domain::impact::clock::{ClockRow, by_unit, still_to_move};
use crate::domain::impact::columns::unit_lines;
use crate::domain::impact::{Exposure, VillageState, fold, ordered_at, total};
use crate::domain::order::{Order, Orders};
use crate::domain::recording::Bookmark;
use crate::domain::river::River;
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Language};
use crate::domain::worlds::BranchId;
use crate::ui::decision_clock::{ClockLine, UnitClockLine};
use crate::ui::loss_panel::{LossInstant, LossModel};

/// What the panels show, and what it was made of.
#[derive(Default)]
pub(super) struct Losses {
    record: Record,
    /// Frames up to the playhead that `model` shows.
    shown: usize,
    pub(super) model: Option<Arc<LossModel>>,
}

/// A branch as far as it is recorded, and what follows from all of it.
#[derive(Default)]
struct Record {
    of: Option<RecordOf>,
    read: Bookmark,
    readings: Vec<Arc<Readings>>,
    /// Villages at its head.
    states: Vec<VillageState>,
    history: Vec<LossInstant>,
    /// Flooded area of each unit over time, m².
    unit_areas: Vec<Vec<[f64; 2]>>,
}

/// Whose record it is.
struct RecordOf {
    /// By its place in memory: it is held as long as it is shown.
    scenario: usize,
    branch: BranchId,
    orders: Orders,
}

impl RecordOf {
    fn of(show: &Show) -> Self {
        let scenario = Arc::as_ptr(&show.scenario).addr();
        Self { scenario, branch: show.shown.branch, orders: show.orders.clone() }
    }

    fn is(&self, show: &Show) -> bool {
        let scenario = Arc::as_ptr(&show.scenario).addr();
        self.scenario == scenario && self.branch == show.shown.branch && self.orders == show.orders
    }
}

/// Works the losses out anew if another frame is shown, more is recorded or another order is given.
pub(super) fn follow_losses(desk: &mut Desk) {
    let Some(show) = &desk.show else {
        desk.losses = Losses::default();
        return;
    };
    let has_changed = desk.losses.record.follow(show);
    let shown = desk.losses.record.n_upto(show.playback.time_secs());
    if has_changed || desk.losses.shown != shown {
        desk.losses.model = model_of(show, &desk.losses.record, shown).map(Arc::new);
        desk.losses.shown = shown;
    }
}

/// Losses at the last recorded moment not after a time, s.
pub(super) fn loss_model(show: &Show, time_secs: f64) -> Option<LossModel> {
    let mut record = Record::default();
    record.follow(show);
    model_of(show, &record, record.n_upto(time_secs))
}

impl Record {
    /// Takes in what is recorded of the branch that is shown; tells whether anything is not as it was.
    fn follow(&mut self, show: &Show) -> bool {
        let is_another = !self.of.as_ref().is_some_and(|of| of.is(show));
        if is_another {
            *self = Self { of: Some(RecordOf::of(show)), ..Self::default() };
        }
        let (_, new) = show.shown.course.since(&mut self.read);
        if new.is_empty() {
            return is_another;
        }
        self.readings.extend(new);
        if let (Some(river), Some(exposure)) = (&show.scenario.river, &show.scenario.exposure) {
            self.states = vec![VillageState::default(); exposure.villages.len()];
            fold(&mut self.states, self.readings.iter().flat_map(|readings| &readings.villages));
            self.history = history(exposure, &self.readings, &self.clock(show, exposure, river, 0.0));
            let area = |unit: usize, r: &Readings| [r.time_secs, r.losses.get(unit).map_or(0.0, |loss| loss.area_m2)];
            let areas = |unit: usize| self.readings.iter().map(|r| area(unit, r)).collect();
            self.unit_areas = (0..river.units.len()).map(areas).collect();
        }
        true
    }

    /// Frames that are not after a time, s.
    fn n_upto(&self, time_secs: f64) -> usize {
        self.readings.partition_point(|readings| readings.time_secs <= time_secs)
    }

    /// Villages that must or may leave, as it stands at a moment, s.
    fn clock(&self, show: &Show, exposure: &Exposure, river: &River, now_secs: f64) -> Vec<ClockRow> {
        // Orders for later are given too: nobody has to be reminded of them.
        let given: Vec<&Order> = show.orders.all().iter().collect();
        let ordered = ordered_at(exposure, river, &given);
        show.clock.as_ref().map_or_else(Vec::new, |clock| clock.rows(exposure, &self.states, &ordered, now_secs))
    }
}

fn model_of(show: &Show, record: &Record, n_shown: usize) -> Option<LossModel> {
    let (river, exposure) = (show.scenario.river.as_ref()?, show.scenario.exposure.as_ref()?);
    let readings = &record.readings;
    let shown = n_shown.max(1) - 1;
    let now = readings.get(shown)?;
    let rows = record.clock(show, exposure, river, now.time_secs);
    let lines = unit_lines(&river.units, readings.iter().map(|readings| &**readings), now);
    let unit_name = |unit: usize| river.units.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
    let unit_clock = by_unit(exposure, &rows, now.time_secs);
    Some(LossModel {
        unit_areas: record.unit_areas.clone(),
        units: river.units.iter().map(|unit| unit.name.clone()).zip(lines).collect(),
        now: record.history.get(shown).copied().unwrap_or_default(),
        history: record.history.clone(),
        counts_lives: exposure.counts_lives,
        threshold_m: exposure.flooded_depth_m,
        source: exposure.source.clone(),
        basis: basis(show, exposure, readings),
        sources: sources(exposure),
        unit_clock: unit_clock.into_iter().map(|clock| UnitClockLine { name: unit_name(clock.unit), clock }).collect(),
        clock: rows.into_iter().map(|row| clock_line(river, exposure, row)).collect(),
    })
}

/// Every recorded moment: the sum of the losses, and who has not left the villages that must move.
fn history(exposure: &Exposure, readings: &[Arc<Readings>], rows: &[ClockRow]) -> Vec<LossInstant> {
    let mut states = vec![VillageState::default(); exposure.villages.len()];
    let instant = |readings: &Arc<Readings>| {
        fold(&mut states, &readings.villages);
        LossInstant {
            secs: readings.time_secs,
            total: total(&readings.losses),
            still_to_move: still_to_move(rows, &states),
        }
    };
    readings.iter().map(instant).collect()
}

fn clock_line(river: &River, exposure: &Exposure, row: ClockRow) -> ClockLine {
    let village = &exposure.villages[row.village];
    let exit = row.route.and_then(|route| exposure.roads.exits.get(route.exit));
    ClockLine {
        name: village.name.clone(),
        unit: river.units.get(village.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
        exit: exit.map(|exit| exit.name.clone()).unwrap_or_default(),
        row,
    }
}

/// On what every table rests, in a line.
fn basis(show: &Show, exposure: &Exposure, readings: &[Arc<Readings>]) -> Bilingual {
    let Scenario { terrain, output, .. } = &*show.scenario;
    let (cell_m, step_min) = (terrain.grid.cell_m, output.frame_every_secs / 60.0);
    let head_hours = readings.last().map_or(0.0, |readings| readings.time_secs / 3600.0);
    let (curves, year, depth_m) = (&exposure.curves.name, exposure.values.year, exposure.flooded_depth_m);
    let (zh, en) = (Language::Zh, Language::En);
    let branch = |language| show.name_of(show.shown.branch, language);
    Bilingual::new(
        format!(
            "曲线：{}；价值 {year} 年；受淹水深 ≥ {depth_m} m；网格 {cell_m} m，输出步长 {step_min:.0} min；分支：{}，已算至 T+{head_hours:.0} h；演示参数",
            curves.zh,
            branch(zh)
        ),
        format!(
            "Curves: {}; values of {year}; flooded from {depth_m} m; cells of {cell_m} m, output every {step_min:.0} min; branch: {}, computed to T+{head_hours:.0} h; demonstration values",
            curves.en,
            branch(en)
        ),
    )
}

fn sources(exposure: &Exposure) -> Vec<Bilingual> {
    let curves = &exposure.curves;
    let compensation = &exposure.compensation;
    let values = &exposure.values;
    let [house, ..] = values.house_cny_per_m2;
    vec![
        exposure.source.clone(),
        Bilingual::new(
            format!("损失曲线：{}。{}", curves.name.zh, curves.source),
            format!("Curves: {}. {}", curves.name.en, curves.source),
        ),
        Bilingual::new(
            format!("补偿：{}（另计）", compensation.name.zh),
            format!("Compensation: {} (apart from the loss)", compensation.name.en),
        ),
        Bilingual::new(
            format!(
                "价值（{} 年，演示参数）：房屋 {house:.0} 元/m²，家庭财产 {:.0} 元/人，秋作物 {:.0} 元/亩，农村道路 {:.0} 万元/km，水利电力 {:.0} 元/亩",
                values.year,
                values.goods_cny_per_person,
                values.crop_cny_per_mu,
                values.road_cny_per_km / 1e4,
                values.works_cny_per_mu
            ),
            format!(
                "Values ({}, demonstration): houses {house:.0} yuan/m², goods {:.0} yuan a person, autumn crops {:.0} yuan/mu, rural roads {:.0} ×10⁴ yuan/km, works {:.0} yuan/mu",
                values.year,
                values.goods_cny_per_person,
                values.crop_cny_per_mu,
                values.road_cny_per_km / 1e4,
                values.works_cny_per_mu
            ),
        ),
        Bilingual::new(
            "作物损失率：按月份与历时（USACE HEC-FIA 作物表，按黄河下游农时平移），再乘株高系数（演示参数）",
            "Crop losses by month and duration (crop tables of USACE HEC-FIA, shifted to the farming calendar of the Lower Yellow River), times a factor for the height of the stalk (demonstration values)",
        ),
    ]
}
