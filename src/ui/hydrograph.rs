//! Hydrographs at the chosen stations, on the time axis of the timeline; and the list that chooses them.

use bevy_egui::egui::{
    Align2, Color32, Id, Painter, Pos2, Rangef, Rect, ScrollArea, Sense, Shape, Stroke, Ui, UiBuilder, Vec2,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::domain::text::Bilingual;
use crate::ui::actions::{PanelId, PlotKind, UiAction};
use crate::ui::readings::{ObservedReadings, paint_readings, paint_sign};
use crate::ui::screen::{OpenScenario, ScreenModel, padded};
use crate::ui::theme::{self, Tokens};
use crate::ui::time_axis::{TimeAxis, points, value_at};
use crate::ui::timeline::{axis_in, scrub};
use crate::ui::widgets::{Icon, icon_button_at, ink, outlined_text, paint_text, paragraph, text_button, text_in};
use crate::ui::{format, strings};

/// Lines of all stations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HydrographModel {
    /// From upstream to downstream.
    pub stations: Vec<StationSeries>,
    /// Datum of the simulated stages, printed beside them.
    pub stage_datum: Bilingual,
}

/// What is known of one station.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StationSeries {
    /// Name.
    pub name: Bilingual,
    /// Simulated discharge: (s after the start, m³/s), rising in time.
    pub discharge_m3s: Vec<[f64; 2]>,
    /// Simulated stage: (s after the start, m), rising in time.
    pub stage_m: Vec<[f64; 2]>,
    /// Observed peaks.
    pub observed: Vec<ObservedMark>,
    /// Observed series (实况).
    pub readings: ObservedReadings,
    /// Warning, guarantee, bankfull and the like.
    pub references: Vec<Reference>,
    /// The simulated lines of the branches that are compared.
    pub beside: Vec<BranchLines>,
}

/// The lines of a station in another branch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BranchLines {
    /// Discharge, as that of the station.
    pub discharge_m3s: Vec<[f64; 2]>,
    /// Stage, as that of the station.
    pub stage_m: Vec<[f64; 2]>,
}

impl BranchLines {
    /// The line of a quantity.
    pub fn line(&self, kind: PlotKind) -> &[[f64; 2]] {
        match kind {
            PlotKind::Discharge => &self.discharge_m3s,
            PlotKind::Stage => &self.stage_m,
        }
    }
}

/// An observed peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObservedMark {
    /// When, s after the start.
    pub time_secs: f64,
    /// Uncertainty of that time, s, to both sides.
    pub tolerance_secs: f64,
    /// Peak discharge, m³/s.
    pub discharge_m3s: f64,
    /// Highest stage, m, on the datum of the simulated stages, if known.
    pub stage_m: Option<f64>,
}

/// A horizontal line to compare with.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// What it is: 警戒, 设防, 平滩.
    pub name: Bilingual,
    /// Which quantity.
    pub kind: PlotKind,
    /// Value, m³/s or m.
    pub value: f64,
}

impl StationSeries {
    /// The line of a quantity.
    pub fn line(&self, kind: PlotKind) -> &[[f64; 2]] {
        match kind {
            PlotKind::Discharge => &self.discharge_m3s,
            PlotKind::Stage => &self.stage_m,
        }
    }

    /// Time and value of the largest value.
    pub fn peak(&self, kind: PlotKind) -> Option<[f64; 2]> {
        self.line(kind).iter().copied().reduce(|best, p| if p[1] > best[1] { p } else { best })
    }
}

/// A value as it is printed.
pub fn value_text(kind: PlotKind, value: f64) -> String {
    match kind {
        PlotKind::Discharge => format::discharge(value),
        PlotKind::Stage => format::stage(value),
    }
}

fn series_colour(t: &Tokens, index: usize) -> Color32 {
    t.series[index % t.series.len()]
}

/// Switch of the quantity, then the stations with their colour and their value at the playhead.
pub fn station_list_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let (language, folded) = (model.language, model.state.folds.bottom);
    let inner = padded(ui);
    let fold = Rect::from_min_size(pos2(inner.right() - 22.0, inner.top() + 3.0), vec2(22.0, 22.0));
    let (icon, name) = if folded { (Icon::Up, strings::OPEN_BOTTOM) } else { (Icon::Down, strings::FOLD_BOTTOM) };
    if icon_button_at(ui, fold, icon, name.get(language), "F8").clicked() {
        actions.push(UiAction::ToggleFold(PanelId::Bottom));
    }
    if folded {
        let place = inner.with_max_x(fold.left() - theme::GAP).with_max_y(inner.top() + theme::BUTTON_HEIGHT);
        let colour = theme::tokens(ui).text_weak;
        let text = strings::HYDROGRAPHS.get(language);
        text_in(ui, place, Align2::RIGHT_CENTER, text, ink(theme::TEXT_BODY_PT, colour));
        return;
    }
    let mut inner = ui.new_child(UiBuilder::new().id_salt("list").max_rect(inner));
    let ui = &mut inner;
    let width = (ui.available_width() - fold.width() - theme::GAP - theme::GAP_SMALL) / 2.0;
    ui.spacing_mut().item_spacing.x = theme::GAP_SMALL;
    ui.horizontal(|ui| {
        for kind in [PlotKind::Discharge, PlotKind::Stage] {
            let text = format!("{} {}", strings::plot(kind).get(language), strings::plot_unit(kind));
            if text_button(ui, vec2(width, theme::BUTTON_HEIGHT), &text, kind == model.state.plot).clicked() {
                actions.push(UiAction::SetPlot(kind));
            }
        }
    });
    ScrollArea::vertical().show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 0.0;
        for (i, station) in model.hydrographs.stations.iter().enumerate() {
            if station_row(ui, i, station, model) {
                actions.push(UiAction::ToggleStation(i));
            }
        }
    });
}

/// One station; tells whether it was pressed.
fn station_row(ui: &mut Ui, index: usize, station: &StationSeries, model: &ScreenModel) -> bool {
    let t = theme::tokens(ui);
    let shown = model.state.is_station_shown(index);
    let name = station.name.get(model.language);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme::ROW_HEIGHT + 2.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, shown, name));
    if response.hovered() {
        ui.painter().rect_filled(rect, theme::RADIUS, t.hovered);
        if shown {
            let pass = ui.ctx().cumulative_pass_nr();
            ui.data_mut(|data| data.insert_temp(pointed_id(), (index, pass)));
        }
    }
    let colour = series_colour(t, index);
    let swatch = Rect::from_center_size(pos2(rect.left() + 10.0, rect.center().y), vec2(12.0, 12.0));
    if shown {
        ui.painter().rect_filled(swatch, 2, colour);
    }
    ui.painter().rect_stroke(swatch, 2, Stroke::new(1.5, colour), bevy_egui::egui::StrokeKind::Inside);
    let value = value_at(station.line(model.state.plot), model.playback.playhead_secs)
        .map_or_else(|| format::ABSENT.to_owned(), |v| value_text(model.state.plot, v));
    let text = if shown { t.text } else { t.text_weak };
    let place = rect.with_min_x(rect.left() + 24.0).with_max_x(rect.right() - theme::GAP_SMALL);
    let value = text_in(ui, place, Align2::RIGHT_CENTER, value, ink(theme::TEXT_BODY_PT, text));
    let place = place.with_max_x(value.rect.left() - theme::GAP_SMALL);
    paint_text(ui, place, Align2::LEFT_CENTER, name, ink(theme::TEXT_BODY_PT, text));
    response.clicked()
}

/// What is left of the colour of a line while another station is pointed at in the list.
const DIMMED: f32 = 0.22;

fn pointed_id() -> Id {
    Id::new("station pointed at")
}

/// The station that the pointer is on in the list, in this pass or the one before it.
fn pointed_station(ui: &Ui) -> Option<usize> {
    let (index, pass) = ui.data(|data| data.get_temp::<(usize, u64)>(pointed_id()))?;
    (pass + 1 >= ui.ctx().cumulative_pass_nr()).then_some(index)
}

/// What is plotted and how it lies on the screen.
struct Plot<'a> {
    kind: PlotKind,
    /// Stations shown, with their position.
    shown: Vec<(usize, &'a StationSeries)>,
    /// Stage of several stations is plotted as rise above its first value: levels some 40 m apart make flat lines.
    as_rise: bool,
    axis: TimeAxis,
    area: Rect,
    y: Rangef,
    y_from: f64,
    y_to: f64,
    y_step: f64,
}

impl Plot<'_> {
    fn base(&self, station: &StationSeries) -> f64 {
        if self.as_rise { station.line(self.kind).first().map_or(0.0, |p| p[1]) } else { 0.0 }
    }

    fn y_of(&self, value: f64) -> f32 {
        let share = points((value - self.y_from) / (self.y_to - self.y_from));
        self.y.max - self.y.span() * share
    }

    fn place(&self, time_secs: f64, value: f64) -> Pos2 {
        pos2(self.axis.x_of(time_secs), self.y_of(value))
    }
}

/// The hydrographs.
pub fn hydrograph_ui(ui: &mut Ui, model: &ScreenModel, actions: &mut Vec<UiAction>) {
    let Some(open) = &model.open else { return };
    let t = theme::tokens(ui);
    let rect = ui.max_rect();
    let empty = |ui: &mut Ui, what: &str, hint: &str| {
        let place = rect.shrink2(vec2(theme::AXIS_GUTTER, 24.0));
        let mut child = ui.new_child(UiBuilder::new().max_rect(place));
        paragraph(&mut child, what, ink(theme::TEXT_BODY_PT, t.text));
        paragraph(&mut child, hint, ink(theme::TEXT_SMALL_PT, t.text_weak));
    };
    if model.hydrographs.stations.is_empty() {
        let (what, hint) = (strings::NO_STATIONS, strings::NO_STATIONS_HINT);
        return empty(ui, what.get(model.language), hint.get(model.language));
    }
    let Some(plot) = plot_of(rect, open, model) else {
        return empty(ui, strings::NO_STATIONS_CHOSEN.get(model.language), "");
    };
    scrub(ui, rect, "plot", &plot.axis, model, actions);
    paint_grid(ui, &plot, open);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    paint_references(&painter, t, &plot, model);
    let pointed = pointed_station(ui);
    let is_dim = |i: usize| pointed.is_some_and(|pointed| pointed != i);
    // the one pointed at lies over the others
    for (i, station) in
        plot.shown.iter().filter(|(i, _)| is_dim(*i)).chain(plot.shown.iter().filter(|(i, _)| !is_dim(*i)))
    {
        let colour = series_colour(t, *i);
        paint_line(&painter, &plot, station, if is_dim(*i) { colour.gamma_multiply(DIMMED) } else { colour });
    }
    let x = plot.axis.x_of(model.playback.playhead_secs);
    painter.vline(x, rect.top()..=plot.area.bottom(), Stroke::new(2.0, t.accent));
    paint_peaks(&painter, t, &plot, open);
    paint_caption(ui, &plot, rect, model);
}

fn plot_of<'a>(rect: Rect, open: &OpenScenario, model: &'a ScreenModel) -> Option<Plot<'a>> {
    let kind = model.state.plot;
    let all = model.hydrographs.stations.iter().enumerate();
    let shown: Vec<_> = all.filter(|(i, _)| model.state.is_station_shown(*i)).collect();
    if shown.is_empty() {
        return None;
    }
    let axis = axis_in(rect, open);
    let area = Rect::from_x_y_ranges(axis.x, Rangef::new(rect.top() + 32.0, rect.bottom() - 10.0));
    let as_rise = kind == PlotKind::Stage && shown.len() > 1;
    let mut plot = Plot { kind, shown, as_rise, axis, area, y: area.y_range(), y_from: 0.0, y_to: 1.0, y_step: 1.0 };
    let (low, high) = value_range(&plot);
    // one label for about every 30 pt
    let step = nice_step((high - low) / f64::from((area.height() / 30.0).max(1.0)));
    (plot.y_from, plot.y_to, plot.y_step) = ((low / step).floor() * step, (high / step).ceil() * step, step);
    if plot.y_to <= plot.y_from {
        plot.y_to = plot.y_from + step;
    }
    Some(plot)
}

/// Smallest and largest value to be seen.
fn value_range(plot: &Plot<'_>) -> (f64, f64) {
    let mut range = if plot.kind == PlotKind::Discharge { (0.0, 1.0) } else { (f64::INFINITY, f64::NEG_INFINITY) };
    let mut include = |v: f64| range = (range.0.min(v), range.1.max(v));
    for (_, station) in &plot.shown {
        let base = plot.base(station);
        let beside = station.beside.iter().flat_map(|lines| lines.line(plot.kind));
        station.line(plot.kind).iter().chain(beside).for_each(|p| include(p[1] - base));
        shown_readings(plot, station).for_each(|p| include(p[1]));
        for mark in &station.observed {
            if let Some(value) = observed_value(plot, mark) {
                include(value);
            }
        }
    }
    if let Some((_, reference)) = references(plot).next() {
        include(reference.value);
    }
    if range.0.is_finite() && range.1.is_finite() { range } else { (0.0, 1.0) }
}

/// Observed stages are shown only beside absolute simulated ones.
fn observed_value(plot: &Plot<'_>, mark: &ObservedMark) -> Option<f64> {
    match plot.kind {
        PlotKind::Discharge => Some(mark.discharge_m3s),
        PlotKind::Stage if plot.as_rise => None,
        PlotKind::Stage => mark.stage_m,
    }
}

/// The readings to be seen: observed stages only beside absolute simulated ones.
fn shown_readings<'a>(plot: &Plot<'_>, station: &'a StationSeries) -> impl Iterator<Item = [f64; 2]> + use<'a> {
    let is_shown = !(plot.kind == PlotKind::Stage && plot.as_rise);
    station.readings.all(plot.kind).filter(move |_| is_shown)
}

/// Reference lines of the first station shown; of several stations they would be taken for one another.
fn references<'a>(plot: &Plot<'a>) -> impl Iterator<Item = (&'a StationSeries, &'a Reference)> {
    let (kind, as_rise) = (plot.kind, plot.as_rise);
    let first = plot.shown.first().map(|(_, station)| *station);
    first
        .into_iter()
        .flat_map(|station| station.references.iter().map(move |r| (station, r)))
        .filter(move |(_, r)| r.kind == kind && !as_rise)
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `wanted`.
pub fn nice_step(wanted: f64) -> f64 {
    if !(wanted.is_finite() && wanted > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(wanted.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= wanted * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

fn paint_grid(ui: &Ui, plot: &Plot<'_>, open: &OpenScenario) {
    let t = theme::tokens(ui);
    let painter = ui.painter();
    let decimals = usize::from(plot.y_step < 1.0);
    let n = ((plot.y_to - plot.y_from) / plot.y_step).round();
    for value in std::iter::successors(Some(0.0), |i| Some(i + 1.0)).take_while(|i| *i <= n) {
        let value = plot.y_from + value * plot.y_step;
        let y = plot.y_of(value);
        painter.hline(plot.area.x_range(), y, Stroke::new(1.0, t.line.gamma_multiply(0.7)));
        let text = format::number(value, decimals);
        let font = theme::font(theme::TEXT_SMALL_PT);
        painter.text(pos2(plot.area.left() - 6.0, y), Align2::RIGHT_CENTER, text, font, t.text_weak);
    }
    for tick in plot.axis.ticks(open.start, 60.0) {
        let x = plot.axis.x_of(tick.time_secs);
        painter.vline(x, plot.area.y_range(), Stroke::new(1.0, t.line.gamma_multiply(0.7)));
    }
}

fn paint_references(painter: &Painter, t: &Tokens, plot: &Plot<'_>, model: &ScreenModel) {
    for (station, reference) in references(plot) {
        let y = plot.y_of(reference.value);
        if !plot.y.contains(y) {
            continue;
        }
        let ends = [pos2(plot.area.left(), y), pos2(plot.area.right(), y)];
        painter.extend(Shape::dashed_line(&ends, Stroke::new(1.0, t.text), 8.0, 5.0));
        let value = value_text(plot.kind, reference.value);
        let text = format!("{} {} {value}", station.name.get(model.language), reference.name.get(model.language));
        let at = pos2(plot.area.right() - 2.0, y - 1.0);
        outlined_text(painter, at, Align2::RIGHT_BOTTOM, &text, ink(theme::TEXT_SMALL_PT, t.text), t.panel);
    }
}

fn paint_line(painter: &Painter, plot: &Plot<'_>, station: &StationSeries, colour: Color32) {
    let base = plot.base(station);
    for (place, lines) in station.beside.iter().enumerate() {
        // each further branch with shorter dashes
        let dash = 10.0 / (place + 1) as f32;
        let drawn = drawn(plot, lines.line(plot.kind), base);
        painter.extend(Shape::dashed_line(&drawn, Stroke::new(2.0, colour), dash, 5.0));
    }
    let drawn = drawn(plot, station.line(plot.kind), base);
    if drawn.len() > 1 {
        painter.add(Shape::line(drawn, Stroke::new(2.0, colour)));
    }
    if shown_readings(plot, station).next().is_some() {
        paint_readings(painter, &station.readings, plot.kind, colour, |p| plot.place(p[0], p[1]));
    }
    for mark in &station.observed {
        let Some(value) = observed_value(plot, mark) else { continue };
        let at = plot.place(mark.time_secs, value);
        let ends = [-1.0, 1.0].map(|sign| plot.place(mark.time_secs + sign * mark.tolerance_secs, value));
        painter.line_segment(ends, Stroke::new(1.5, colour));
        for end in ends {
            painter.vline(end.x, (end.y - 4.0)..=(end.y + 4.0), Stroke::new(1.5, colour));
        }
        diamond(painter, at, 5.5, colour);
    }
}

/// A line on the screen, with no more points than that has columns.
fn drawn(plot: &Plot<'_>, line: &[[f64; 2]], base: f64) -> Vec<Pos2> {
    let stride = (line.len() / 1500).max(1);
    line.iter().step_by(stride).chain(line.last()).map(|p| plot.place(p[0], p[1] - base)).collect()
}

fn diamond(painter: &Painter, at: Pos2, r: f32, colour: Color32) {
    let corners = [(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0)].map(|(x, y)| at + vec2(x, y));
    painter.add(Shape::convex_polygon(corners.to_vec(), colour, Stroke::NONE));
    let inner = [(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0)].map(|(x, y)| at + vec2(x, y) * 0.45);
    painter.add(Shape::convex_polygon(inner.to_vec(), Color32::BLACK.gamma_multiply(0.75), Stroke::NONE));
}

/// Value and time at each simulated peak, beside what is drawn already; a label that has no room there stands farther
/// off, at the end of a thin line.
fn paint_peaks(painter: &Painter, t: &Tokens, plot: &Plot<'_>, open: &OpenScenario) {
    let mut taken: Vec<Rect> = plot.shown.iter().flat_map(|(_, s)| observed_places(plot, s)).collect();
    for (i, station) in &plot.shown {
        let line = station.line(plot.kind);
        // a line that still rises has no peak yet
        let peak = station.peak(plot.kind).filter(|p| line.last().is_some_and(|last| last[0] > p[0]));
        let Some([time_secs, value]) = peak else { continue };
        let colour = series_colour(t, *i);
        let at = plot.place(time_secs, value - plot.base(station));
        painter.circle_filled(at, 3.5, colour);
        let text = format!("{}  {}", value_text(plot.kind, value), format::clock(open.start, time_secs));
        let size = painter.layout_no_wrap(text.clone(), theme::font(theme::TEXT_SMALL_PT), t.text).size();
        let inside = plot.area.expand2(vec2(0.0, 12.0));
        let is_free = |place: &Rect| {
            inside.contains_rect(*place) && !taken.iter().any(|other| other.expand(2.0).intersects(*place))
        };
        if let Some(place) = label_places(at, size).find(is_free) {
            let near = place.expand(6.0);
            if !near.contains(at) {
                painter.line_segment([at, place.clamp(at)], Stroke::new(1.0, colour.gamma_multiply(0.7)));
            }
            let ink = ink(theme::TEXT_SMALL_PT, colour);
            outlined_text(painter, place.min, Align2::LEFT_TOP, &text, ink, t.panel);
            taken.push(place);
        }
    }
}

/// Where the label of a peak may stand, best first: close by, then ever lower and farther to either side, under the
/// crests that the other stations' lines make.
fn label_places(at: Pos2, size: Vec2) -> impl Iterator<Item = Rect> {
    let near = [
        Align2::CENTER_BOTTOM.anchor_size(at - vec2(0.0, 4.0), size),
        Align2::RIGHT_BOTTOM.anchor_size(at - vec2(4.0, 4.0), size),
        Align2::RIGHT_CENTER.anchor_size(at - vec2(10.0, 0.0), size),
        Align2::CENTER_TOP.anchor_size(at + vec2(0.0, 5.0), size),
    ];
    let far = (1_u8..=4).flat_map(move |step| {
        let down = 5.0 + f32::from(step) * (size.y + 2.0);
        [0.0, 0.7, -0.7].map(|aside| Align2::CENTER_TOP.anchor_size(at + vec2(aside * size.x, down), size))
    });
    near.into_iter().chain(far)
}

/// Where the marks of observed peaks lie.
fn observed_places(plot: &Plot<'_>, station: &StationSeries) -> Vec<Rect> {
    let place = |mark: &ObservedMark| {
        let value = observed_value(plot, mark)?;
        let ends = [-1.0, 1.0].map(|sign| plot.place(mark.time_secs + sign * mark.tolerance_secs, value));
        Some(Rect::from_two_pos(ends[0], ends[1]).expand2(vec2(2.0, 6.0)))
    };
    station.observed.iter().filter_map(place).collect()
}

/// What is plotted, in which unit, and how lines and marks are read.
fn paint_caption(ui: &mut Ui, plot: &Plot<'_>, rect: Rect, model: &ScreenModel) {
    let t = theme::tokens(ui);
    let language = model.language;
    let name = if plot.as_rise { strings::STAGE_RISE } else { strings::plot(plot.kind) };
    let mut text = format!("{} {}", name.get(language), strings::plot_unit(plot.kind));
    if plot.kind == PlotKind::Stage && !plot.as_rise && !model.hydrographs.stage_datum.zh.is_empty() {
        let datum = model.hydrographs.stage_datum.get(language);
        text = format!("{text} · {}: {datum}", strings::DATUM.get(language));
    }
    let small = ink(theme::TEXT_SMALL_PT, t.text_weak);
    let row =
        Rect::from_min_max(pos2(rect.left() + theme::GAP, rect.top() + 2.0), pos2(rect.right(), rect.top() + 20.0));
    let mut x = text_in(ui, row, Align2::LEFT_CENTER, text, small).rect.right() + 24.0;
    let y = row.center().y;
    ui.painter().line_segment([pos2(x, y), pos2(x + 22.0, y)], Stroke::new(2.0, t.text_weak));
    let place = row.with_min_x(x + 28.0);
    x = text_in(ui, place, Align2::LEFT_CENTER, strings::SIMULATED_LINE.get(language), small).rect.right() + 24.0;
    if plot.shown.iter().any(|(_, s)| shown_readings(plot, s).next().is_some()) {
        paint_sign(ui.painter(), pos2(x + 9.0, y), t.text_weak);
        let place = row.with_min_x(x + 28.0);
        x = text_in(ui, place, Align2::LEFT_CENTER, strings::OBSERVED_READINGS.get(language), small).rect.right()
            + 24.0;
    }
    if plot.shown.iter().any(|(_, s)| s.observed.iter().any(|m| observed_value(plot, m).is_some())) {
        ui.painter().line_segment([pos2(x - 2.0, y), pos2(x + 20.0, y)], Stroke::new(1.5, t.text_weak));
        diamond(ui.painter(), pos2(x + 9.0, y), 5.0, t.text_weak);
        text_in(ui, row.with_min_x(x + 28.0), Align2::LEFT_CENTER, strings::OBSERVED_PEAK.get(language), small);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (wanted, step) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (2300.0, 5000.0), (0.034, 0.05), (7.0, 10.0)] {
            assert!((nice_step(wanted) - step).abs() < 1e-9 * step, "{wanted}: {}", nice_step(wanted));
        }
        assert!((nice_step(0.0) - 1.0).abs() < 1e-12);
        assert!((nice_step(f64::NAN) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_peak_is_the_first_largest_value() {
        let station = StationSeries { discharge_m3s: vec![[0.0, 1.0], [1.0, 5.0], [2.0, 5.0]], ..Default::default() };
        assert_eq!(station.peak(PlotKind::Discharge), Some([1.0, 5.0]));
        assert_eq!(station.peak(PlotKind::Stage), None);
    }
}
