//! The order card (指令单): what is to be done, from when on, by whom and why; with what it comes to on the grid.
//!
//! The card edits a draft. Nothing happens before the order is given, and what it would come to is shown all the while.

use bevy_egui::egui::{
    self, Align2, Area, Button, ComboBox, DragValue, Frame, Grid, Id, Rect, RichText, TextEdit, Ui, vec2,
};

use crate::domain::geo::PointMap;
use crate::domain::order::{Deed, InflowChange, Top};
use crate::domain::scenario::{GateOpening, Growth, Series};
use crate::domain::text::{Bilingual, Label, Language};
use crate::ui::actions::UiAction;
use crate::ui::order_list::order_list_ui;
use crate::ui::screen::ScreenModel;
use crate::ui::toolbar::TOOLBAR_HEIGHT;
use crate::ui::widgets::{Icon, heading, icon_button_at, ink, paragraph, text_button};
use crate::ui::{format, strings, theme};

/// Width of the card, pt.
const CARD_WIDTH: f32 = 316.0;
/// Width of a field for text, pt.
const FIELD_WIDTH: f32 = 186.0;

/// What kind of order is being drafted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DraftKind {
    /// A breach in a levee.
    #[default]
    Breach,
    /// A wall of sandbags along a line.
    Wall,
    /// A levee raised between two points.
    Raise,
    /// A gate's leaf.
    Gate,
    /// What comes in.
    Inflow,
    /// A pump.
    Pump,
    /// A road closed.
    CloseRoad,
    /// People moved.
    Move,
}

impl DraftKind {
    /// In the order of the card.
    pub const ALL: [Self; 8] =
        [Self::Breach, Self::Wall, Self::Raise, Self::Gate, Self::Inflow, Self::Pump, Self::CloseRoad, Self::Move];

    /// Its name.
    pub const fn label(self) -> Label {
        match self {
            Self::Breach => strings::ORDER_BREACH,
            Self::Wall => strings::ORDER_WALL,
            Self::Raise => strings::ORDER_RAISE,
            Self::Gate => strings::ORDER_GATE,
            Self::Inflow => strings::ORDER_INFLOW,
            Self::Pump => strings::ORDER_PUMP,
            Self::CloseRoad => strings::ORDER_CLOSE_ROAD,
            Self::Move => strings::ORDER_MOVE,
        }
    }

    /// How many points of the map it wants: least and most.
    pub const fn n_points(self) -> (usize, usize) {
        match self {
            Self::Breach => (1, 1),
            Self::Wall => (2, usize::MAX),
            Self::Raise => (2, 2),
            Self::Pump => (1, 2),
            Self::Gate | Self::Inflow | Self::CloseRoad | Self::Move => (0, 0),
        }
    }

    /// What to click, if anything.
    const fn hint(self) -> Option<Label> {
        match self {
            Self::Breach => Some(strings::CLICK_LEVEE),
            Self::Wall => Some(strings::CLICK_LINE),
            Self::Raise => Some(strings::CLICK_TWO),
            Self::Pump => Some(strings::CLICK_PUMP),
            Self::CloseRoad => Some(strings::CLICK_ROAD),
            Self::Move => Some(strings::CLICK_VILLAGE),
            Self::Gate | Self::Inflow => None,
        }
    }
}

/// An order that is being drafted. Every kind keeps its own figures, so that changing one's mind loses nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderDraft {
    /// What kind.
    pub kind: DraftKind,
    /// From when on, s after the start.
    pub at_secs: f64,
    /// Points clicked, on the map.
    pub points: Vec<PointMap>,
    /// Levee, by its position in the choices, and chainage (桩号) on the river, km: the place of the last point, if it was
    /// given so.
    pub chainage: Option<(usize, f64)>,
    /// Who gives it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Width of a breach, m.
    pub width_m: f64,
    /// How long a breach grows, h.
    pub grows_hours: f64,
    /// Height of a wall above the ground, or of what is put on a levee, m.
    pub height_m: f64,
    /// Which gate or inflow, by its position in the choices.
    pub choice: usize,
    /// Opening of a gate, m.
    pub opening_m: f64,
    /// What an inflow is multiplied by.
    pub scale: f64,
    /// What a pump moves, m³/s.
    pub discharge_m3s: f64,
    /// Which road, or who moves.
    pub who: String,
    /// Where to.
    pub to: String,
}

impl Default for OrderDraft {
    fn default() -> Self {
        Self {
            kind: DraftKind::Breach,
            at_secs: 0.0,
            points: Vec::new(),
            chainage: None,
            author: String::new(),
            reason: String::new(),
            width_m: 200.0,
            grows_hours: 1.0,
            height_m: 1.0,
            choice: 0,
            opening_m: 1.0,
            scale: 1.0,
            discharge_m3s: 5.0,
            who: String::new(),
            to: String::new(),
        }
    }
}

/// Names that an order can be about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderChoices {
    /// Gates of the scenario.
    pub gates: Vec<String>,
    /// Inflows of the scenario.
    pub inflows: Vec<String>,
    /// Levees of the river.
    pub levees: Vec<Bilingual>,
    /// Floodplain units of the river.
    pub units: Vec<Bilingual>,
    /// First and last chainage of the river, km.
    pub chainage_km: [f64; 2],
}

impl OrderDraft {
    /// What is to be done; `None` while a point or a name is missing.
    pub fn deed(&self, choices: &OrderChoices) -> Option<Deed> {
        let (least, _) = self.kind.n_points();
        if self.points.len() < least {
            return None;
        }
        let top = Top::Height(self.height_m);
        Some(match self.kind {
            DraftKind::Breach => Deed::Breach {
                at: self.points[0],
                width_m: self.width_m,
                sill_m: None,
                growth: Growth::Prescribed {
                    grows_over_secs: self.grows_hours * 3600.0,
                    initial_width_m: self.width_m,
                    widens_over_secs: 0.0,
                },
            },
            DraftKind::Wall => Deed::Wall { line: self.points.clone(), top },
            DraftKind::Raise => Deed::Raise { from: self.points[0], to: self.points[1], top },
            DraftKind::Gate => Deed::Gate {
                name: choices.gates.get(self.choice)?.clone(),
                opening: GateOpening::Schedule(Series::constant(self.opening_m)),
            },
            DraftKind::Inflow => Deed::Inflow {
                name: choices.inflows.get(self.choice)?.clone(),
                change: InflowChange::Scale(self.scale),
            },
            DraftKind::Pump => {
                Deed::Pump { from: self.points[0], to: self.points.get(1).copied(), discharge_m3s: self.discharge_m3s }
            }
            DraftKind::CloseRoad => Deed::CloseRoad { road: self.who.clone() },
            DraftKind::Move => Deed::Move { who: self.who.clone(), to: self.to.clone() },
        })
    }

    /// Takes in a point of the map; past the last one the first is replaced.
    pub fn add_point(&mut self, at: PointMap) {
        let (_, most) = self.kind.n_points();
        if most == 0 {
            return;
        }
        if self.points.len() >= most {
            self.points.clear();
        }
        self.points.push(at);
    }
}

/// What a draft comes to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftPreview {
    /// It can be given.
    pub is_possible: bool,
    /// What it comes to, or why it cannot be given; empty while something is missing.
    pub text: Bilingual,
    /// Its time is computed on this branch: it would make another.
    pub will_fork: bool,
}

/// The card at the right of the scene's `rect`, under the toolbar, while an order is drafted.
pub fn order_card_ui(ui: &Ui, rect: Rect, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(before) = &model.state.draft else { return };
    let mut draft = before.clone();
    // Where it is at first; it can be dragged out of the way.
    let corner = rect.right_top() + vec2(-theme::GAP_LARGE - CARD_WIDTH, theme::GAP_LARGE + TOOLBAR_HEIGHT);
    let area = Area::new(Id::new("hetu order")).order(egui::Order::Middle).default_pos(corner);
    let area = area.default_width(CARD_WIDTH).constrain_to(rect);
    area.show(ui.ctx(), |ui| {
        let frame = Frame::new().fill(theme::tokens(ui).panel).inner_margin(theme::GAP_LARGE);
        frame.corner_radius(theme::RADIUS).show(ui, |ui| card_ui(ui, &mut draft, model, actions));
    });
    if draft != *before {
        actions.push(UiAction::EditOrder(Box::new(draft)));
    }
}

fn card_ui(ui: &mut Ui, draft: &mut OrderDraft, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let language = model.language;
    ui.set_width(CARD_WIDTH - 2.0 * theme::GAP_LARGE);
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, theme::GAP_SMALL);
    let row = heading(ui, strings::ORDER.get(language));
    let close = Align2::RIGHT_CENTER.align_size_within_rect(vec2(24.0, 24.0), row);
    if icon_button_at(ui, close, Icon::Close, strings::CANCEL_ORDER.get(language), "Esc").clicked() {
        actions.push(UiAction::ToggleOrder);
    }
    kinds_ui(ui, draft, language);
    ui.add_space(theme::GAP_SMALL);
    fields_ui(ui, draft, model);
    preview_ui(ui, draft, model);
    if give_button(ui, model).clicked() {
        actions.push(UiAction::GiveOrder);
    }
    ui.add_space(theme::GAP_SMALL);
    order_list_ui(ui, model, actions);
}

fn give_button(ui: &mut Ui, model: &ScreenModel) -> egui::Response {
    let t = theme::tokens(ui);
    let is_possible = model.orders.preview.is_possible;
    let (fill, colour) = if is_possible { (t.accent, t.on_accent) } else { (t.raised, t.text_weak) };
    let text = RichText::new(strings::GIVE_ORDER.get(model.language)).size(theme::TEXT_HEADING_PT).color(colour);
    let give = Button::new(text).fill(fill).min_size(vec2(ui.available_width(), theme::BUTTON_HEIGHT + 4.0));
    ui.add_enabled(is_possible, give)
}

fn kinds_ui(ui: &mut Ui, draft: &mut OrderDraft, language: Language) {
    ui.spacing_mut().item_spacing = vec2(theme::GAP_SMALL, theme::GAP_SMALL);
    let width = (ui.available_width() - 3.0 * theme::GAP_SMALL) / 4.0;
    for row in DraftKind::ALL.chunks(4) {
        ui.horizontal(|ui| {
            for kind in row {
                let name = kind.label().get(language);
                if text_button(ui, vec2(width, theme::BUTTON_HEIGHT), name, *kind == draft.kind).clicked() {
                    *draft = OrderDraft { kind: *kind, choice: 0, points: Vec::new(), chainage: None, ..draft.clone() };
                }
            }
        });
    }
}

/// The figures of the kind at hand.
fn fields_ui(ui: &mut Ui, draft: &mut OrderDraft, model: &ScreenModel) {
    let language = model.language;
    let name = |label: Label| label.get(language);
    let choices = &model.orders.choices;
    Grid::new("order fields").num_columns(2).min_col_width(76.0).spacing(vec2(theme::GAP, theme::GAP_SMALL)).show(
        ui,
        |ui| {
            let hours = |n| format!("T+{n:.1} h");
            let mut at_hours = draft.at_secs / 3600.0;
            ui.label(name(strings::FROM_WHEN));
            ui.horizontal(|ui| {
                ui.add(DragValue::new(&mut at_hours).speed(0.5).range(0.0..=1e5).custom_formatter(|n, _| hours(n)));
                if let Some(open) = &model.open {
                    ui.label(format::clock(open.start, at_hours * 3600.0));
                }
            });
            draft.at_secs = at_hours * 3600.0;
            ui.end_row();
            if matches!(draft.kind, DraftKind::Breach | DraftKind::Raise) {
                chainage_ui(ui, draft, choices, language);
            }
            match draft.kind {
                DraftKind::Breach => {
                    number(ui, name(strings::BREACH_WIDTH), &mut draft.width_m, 10.0..=3000.0, 10.0, "m");
                    number(ui, name(strings::BREACH_GROWS), &mut draft.grows_hours, 0.0..=72.0, 0.25, "h");
                }
                DraftKind::Wall => {
                    number(ui, name(strings::ABOVE_GROUND), &mut draft.height_m, 0.1..=10.0, 0.1, "m");
                }
                DraftKind::Raise => {
                    number(ui, name(strings::ABOVE_CREST), &mut draft.height_m, 0.1..=10.0, 0.1, "m");
                }
                DraftKind::Gate => {
                    choice(ui, name(strings::ORDER_GATE), &mut draft.choice, &choices.gates);
                    number(ui, name(strings::OPENING), &mut draft.opening_m, 0.0..=30.0, 0.1, "m");
                }
                DraftKind::Inflow => {
                    choice(ui, name(strings::ORDER_INFLOW), &mut draft.choice, &choices.inflows);
                    number(ui, name(strings::TIMES), &mut draft.scale, 0.0..=5.0, 0.05, "");
                }
                DraftKind::Pump => {
                    number(ui, name(strings::DISCHARGE), &mut draft.discharge_m3s, 0.1..=500.0, 0.5, "m³/s");
                }
                DraftKind::CloseRoad => words(ui, name(strings::ROAD), &mut draft.who),
                DraftKind::Move => {
                    unit_ui(ui, draft, choices, language);
                    words(ui, name(strings::WHO_MOVES), &mut draft.who);
                    words(ui, name(strings::WHERE_TO), &mut draft.to);
                }
            }
            words(ui, name(strings::AUTHOR), &mut draft.author);
            words(ui, name(strings::REASON), &mut draft.reason);
        },
    );
}

/// Levee and chainage, for those who know the place by them. A levee is raised from one such place to another.
fn chainage_ui(ui: &mut Ui, draft: &mut OrderDraft, choices: &OrderChoices, language: Language) {
    let ([first_km, last_km], levees) = (choices.chainage_km, &choices.levees);
    if levees.is_empty() {
        return;
    }
    let (mut levee, mut km) = draft.chainage.unwrap_or((0, first_km));
    levee = levee.min(levees.len() - 1);
    let label = ui.label(strings::CHAINAGE.get(language));
    ui.horizontal(|ui| {
        ComboBox::from_id_salt("levee").width(96.0).selected_text(levees[levee].get(language)).show_ui(ui, |ui| {
            for (i, name) in levees.iter().enumerate() {
                ui.selectable_value(&mut levee, i, name.get(language));
            }
        });
        // A place is taken over when it is written out, not with every digit.
        let drag = DragValue::new(&mut km).range(first_km..=last_km).speed(0.5).max_decimals(1).suffix(" km");
        let field = ui.add(drag.update_while_editing(false)).labelled_by(label.id);
        if field.changed() || levee != draft.chainage.map_or(0, |(levee, _)| levee) {
            draft.chainage = Some((levee, km));
        }
    });
    ui.end_row();
}

/// A whole floodplain unit, for those who do not name a village.
fn unit_ui(ui: &mut Ui, draft: &mut OrderDraft, choices: &OrderChoices, language: Language) {
    if choices.units.is_empty() {
        return;
    }
    ui.label(strings::UNIT.get(language));
    let shown = choices.units.iter().find(|unit| unit.zh == draft.who);
    let shown = shown.map_or(format::ABSENT, |unit| unit.get(language));
    ComboBox::from_id_salt("unit").width(FIELD_WIDTH).selected_text(shown).show_ui(ui, |ui| {
        for unit in &choices.units {
            ui.selectable_value(&mut draft.who, unit.zh.clone(), unit.get(language));
        }
    });
    ui.end_row();
}

fn number(ui: &mut Ui, name: &str, value: &mut f64, range: std::ops::RangeInclusive<f64>, speed: f64, unit: &str) {
    let label = ui.label(name);
    let suffix = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    ui.add(DragValue::new(value).range(range).speed(speed).max_decimals(2).suffix(suffix)).labelled_by(label.id);
    ui.end_row();
}

fn words(ui: &mut Ui, name: &str, text: &mut String) {
    let label = ui.label(name);
    ui.add(TextEdit::singleline(text).desired_width(FIELD_WIDTH)).labelled_by(label.id);
    ui.end_row();
}

fn choice(ui: &mut Ui, name: &str, chosen: &mut usize, names: &[String]) {
    ui.label(name);
    let shown = names.get(*chosen).map_or(format::ABSENT, String::as_str);
    ComboBox::from_id_salt(name).width(FIELD_WIDTH).selected_text(shown).show_ui(ui, |ui| {
        for (i, name) in names.iter().enumerate() {
            ui.selectable_value(chosen, i, name);
        }
    });
    ui.end_row();
}

/// What is still to be clicked, what the order comes to, or why it cannot be given.
fn preview_ui(ui: &mut Ui, draft: &OrderDraft, model: &ScreenModel) {
    let t = theme::tokens(ui);
    if let Some(hint) = draft.kind.hint() {
        paragraph(ui, hint.get(model.language), ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
    let preview = &model.orders.preview;
    let text = preview.text.get(model.language);
    if !text.is_empty() {
        let colour = if preview.is_possible { t.text } else { t.error };
        paragraph(ui, text, ink(theme::TEXT_BODY_PT, colour));
    }
    if preview.is_possible {
        let word = if preview.will_fork { strings::WILL_FORK } else { strings::WILL_APPEND };
        paragraph(ui, word.get(model.language), ink(theme::TEXT_SMALL_PT, t.text_weak));
    }
}
