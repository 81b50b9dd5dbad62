//! The boxes beside the map: four numbers, legend, hydrograph with the clock's hand, scale bar and north arrow.

use super::ground::{CHANNEL_EDGE_RGB, HATCH_PERIOD, PAPER_RGB, UNIT_EDGE_RGB};
use super::marks::{LEVEE_RGB, draw_arrow, draw_levee, draw_station};
use super::{Inset, Layer};
use crate::briefing::canvas::{Anchor, Area, Canvas, LINE_EM, Rgb, TextStyle, wrap};
use crate::briefing::{clock, strings};
use crate::briefing::{font, ticks};
use crate::domain::classes::{CHANNEL_RGB, DEPTH_M};
use crate::domain::impact::{Shown, UnitLoss, show_area, show_farmland, show_people, show_villages, thousands};
use crate::domain::scenario::Scenario;
use crate::domain::text::{Bilingual, Language};

/// Dark text.
pub(crate) const INK: Rgb = [28, 34, 44];
/// Quieter text.
pub(crate) const INK_SOFT: Rgb = [82, 88, 98];
/// Outline of the boxes.
const BOX_EDGE: Rgb = [176, 170, 156];
const WHITE: Rgb = [255, 255, 255];

/// A box on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Panel {
    Headline,
    Legend,
    Inset,
    Scale,
}

/// What the boxes are drawn with.
pub(crate) struct Style {
    /// Pixels for each pixel of a picture 1080 high.
    pub(crate) s: f32,
    pub(crate) language: Language,
    /// Boxes stand in a column beside the map, not on it.
    pub(crate) is_column: bool,
}

/// Width of the column of boxes, px of a picture 1080 high.
pub(crate) const COLUMN_PX: f32 = 500.0;
const NUMBER_SIZE: [f32; 2] = [284.0, 120.0];
const PAD: f32 = 14.0;

impl Style {
    /// Width and height of a box.
    pub(crate) fn size(&self, panel: Panel, scenario: &Scenario, layer: Layer) -> [f32; 2] {
        let [width, height] = match panel {
            Panel::Headline if self.is_column => [COLUMN_PX, 2.0 * NUMBER_SIZE[1] + 34.0],
            Panel::Headline => [4.0 * NUMBER_SIZE[0], NUMBER_SIZE[1] + 34.0],
            Panel::Legend => [COLUMN_PX, self.legend_height(scenario, layer)],
            Panel::Inset => [COLUMN_PX, 236.0],
            Panel::Scale => [COLUMN_PX, 84.0],
        };
        [width * self.s, height * self.s]
    }

    fn legend_height(&self, scenario: &Scenario, layer: Layer) -> f32 {
        let n_rows = layer.scale().classes.len().max(symbols(scenario).len());
        let n_lines = self.definition_lines(layer).len();
        2.0 * PAD + 30.0 + n_rows as f32 * LEGEND_ROW + 8.0 + n_lines as f32 * SMALL * LINE_EM
    }

    fn definition_lines(&self, layer: Layer) -> Vec<String> {
        wrap(layer.definition().get(self.language), SMALL, COLUMN_PX - 2.0 * PAD)
    }

    fn text(&self, size: f32, colour: Rgb) -> TextStyle {
        TextStyle::new(size * self.s, colour)
    }

    /// The four numbers that are read first.
    pub(crate) fn draw_headline(&self, canvas: &mut Canvas, area: Area, loss: &UnitLoss, note: &str) {
        paper(canvas, area);
        let numbers = headline(loss, self.language);
        let n_cols = if self.is_column { 2 } else { 4 };
        let cell = [area.width / n_cols as f32, NUMBER_SIZE[1] * self.s];
        for (i, (label, shown)) in numbers.iter().enumerate() {
            let left = area.left + (i % n_cols) as f32 * cell[0] + PAD * self.s;
            let top = area.top + (i / n_cols) as f32 * cell[1];
            canvas.text([left, top + 36.0 * self.s], label, &self.text(23.0, INK_SOFT));
            let unit = self.text(23.0, INK);
            let wide = font::text_width_px(&shown.figure, FIGURE * self.s);
            let room = cell[0] - (2.0 * PAD + 8.0) * self.s - font::text_width_px(shown.unit, unit.size_px);
            // A long figure gives way rather than run into the next one.
            let figure = self.text(FIGURE * (room / wide).min(1.0), INK).bold();
            canvas.text([left, top + 100.0 * self.s], &shown.figure, &figure);
            let after = left + font::text_width_px(&shown.figure, figure.size_px) + 8.0 * self.s;
            canvas.text([after, top + 100.0 * self.s], shown.unit, &unit);
        }
        let baseline = area.bottom() - 12.0 * self.s;
        canvas.text([area.left + PAD * self.s, baseline], note, &self.text(SMALL, INK_SOFT));
    }

    /// Classes on the left, symbols on the right, the definition below.
    pub(crate) fn draw_legend(&self, canvas: &mut Canvas, area: Area, scenario: &Scenario, layer: Layer) {
        paper(canvas, area);
        let s = self.s;
        let (left, top) = (area.left + PAD * s, area.top + PAD * s);
        let unit = strings::aside(layer.scale().unit.get(self.language), self.language);
        let title = format!("{}{unit}", layer.name().get(self.language));
        canvas.text([left, top + 20.0 * s], &title, &self.text(24.0, INK).bold());
        let rows = top + 32.0 * s;
        for (i, class) in layer.scale().classes.iter().enumerate() {
            let y = rows + i as f32 * LEGEND_ROW * s;
            let swatch = Area::new(left, y + 3.0 * s, 46.0 * s, (LEGEND_ROW - 6.0) * s);
            canvas.fill_area(swatch, class.rgb, 1.0);
            let at = [left + 58.0 * s, y + 24.0 * s];
            canvas.text(at, class.label.get(self.language), &self.text(21.0, INK));
        }
        for (i, symbol) in symbols(scenario).iter().enumerate() {
            let y = rows + i as f32 * LEGEND_ROW * s;
            self.draw_symbol(
                canvas,
                *symbol,
                Area::new(left + 206.0 * s, y + 3.0 * s, 46.0 * s, (LEGEND_ROW - 6.0) * s),
            );
            let at = [left + 264.0 * s, y + 24.0 * s];
            canvas.text(at, symbol.label(scenario).get(self.language), &self.text(21.0, INK));
        }
        let n_rows = layer.scale().classes.len().max(symbols(scenario).len());
        for (i, line) in self.definition_lines(layer).iter().enumerate() {
            let y = rows + (n_rows as f32 * LEGEND_ROW + 8.0 + SMALL + i as f32 * SMALL * LINE_EM) * s;
            canvas.text([left, y], line, &self.text(SMALL, INK_SOFT));
        }
    }

    fn draw_symbol(&self, canvas: &mut Canvas, symbol: Symbol, area: Area) {
        let middle = [area.left + 0.5 * area.width, area.top + 0.5 * area.height];
        let line = [[area.left, middle[1]], [area.right(), middle[1]]];
        match symbol {
            Symbol::Channel => {
                canvas.fill_area(area, DEPTH_M.classes[3].rgb, 1.0);
                hatch(canvas, area, CHANNEL_RGB, self.s.max(1.0));
                canvas.outline_area(area, CHANNEL_EDGE_RGB, 2.0);
            }
            Symbol::Levee => draw_levee(canvas, &line, self.s),
            Symbol::Station => draw_station(canvas, middle, self.s),
            Symbol::Unit => canvas.polyline(&line, UNIT_EDGE_RGB, 2.0 * self.s, Some([5.0 * self.s, 3.0 * self.s])),
            Symbol::Landside => {
                canvas.fill_area(area, [222, 220, 200], 1.0);
                canvas.outline_area(area, LEVEE_RGB, 1.0);
            }
            Symbol::Flow => draw_arrow(canvas, middle, 0.0, self.s),
        }
    }

    /// The hydrograph of one station with the hand of the clock on it.
    pub(crate) fn draw_inset(
        &self,
        canvas: &mut Canvas,
        area: Area,
        scenario: &Scenario,
        inset: &Inset,
        now_secs: Option<f64>,
    ) {
        paper(canvas, area);
        let s = self.s;
        canvas.text([area.left + PAD * s, area.top + 30.0 * s], &inset.title, &self.text(22.0, INK).bold());
        let plot = Area::new(area.left + 72.0 * s, area.top + 54.0 * s, area.width - 92.0 * s, area.height - 92.0 * s);
        let Some(until) = inset.series.last().map(|p| p[0]).filter(|t| *t > 0.0) else { return };
        let top = inset.series.iter().map(|p| p[1]).fold(0.0, f64::max);
        let values = ticks::nice(0.0, top.max(1.0), 4);
        let top = values.last().copied().unwrap_or(1.0);
        let x = |t: f64| plot.left + plot.width * px(t / until);
        let y = |v: f64| plot.bottom() - plot.height * px(v / top);
        for &value in &values {
            canvas.polyline(&[[plot.left, y(value)], [plot.right(), y(value)]], [222, 220, 212], 1.0, None);
            let style = self.text(SMALL, INK_SOFT).anchor(Anchor::Right);
            canvas.text([plot.left - 8.0 * s, y(value) + 5.0 * s], &thousands(value, 0), &style);
        }
        for day in ticks::days(scenario.start, until, 5) {
            let at = x(day.time_secs);
            canvas.polyline(&[[at, plot.bottom()], [at, plot.bottom() + 5.0 * s]], INK_SOFT, 1.0, None);
            let style = self.text(SMALL, INK_SOFT).anchor(Anchor::Middle);
            canvas.text([at, plot.bottom() + 24.0 * s], &day.label, &style);
        }
        let line = |until_secs: f64| -> Vec<[f32; 2]> {
            inset.series.iter().take_while(|p| p[0] <= until_secs).map(|p| [x(p[0]), y(p[1])]).collect()
        };
        canvas.polyline(&line(until), [168, 178, 196], 2.0 * s, None);
        if let Some(now) = now_secs {
            canvas.polyline(&line(now), INSET_RGB, 3.5 * s, None);
            canvas.polyline(&[[x(now), plot.top], [x(now), plot.bottom()]], INK, 1.5 * s, None);
        }
    }

    /// Scale bar and north arrow.
    pub(crate) fn draw_scale(&self, canvas: &mut Canvas, area: Area, m_per_px: f64) {
        paper(canvas, area);
        let s = self.s;
        let room_m = f64::from(area.width - 150.0 * s) * m_per_px;
        let length_m = ticks::nice_at_most(room_m);
        let width = px(length_m / m_per_px);
        let (left, y) = (area.left + 22.0 * s, area.top + 50.0 * s);
        for i in 0..4_u8 {
            let part = Area::new(left + f32::from(i) * width / 4.0, y, width / 4.0, 9.0 * s);
            canvas.fill_area(part, if i % 2 == 0 { INK } else { WHITE }, 1.0);
        }
        canvas.outline_area(Area::new(left, y, width, 9.0 * s), INK, 1.0);
        // Metres below 2 km: "0.1 km" twice on one bar says nothing.
        let (unit_m, unit) = if length_m < 2e3 { (1.0, "m") } else { (1e3, strings::KM.get(self.language)) };
        let label = |share: f64| {
            let value = length_m * share / unit_m;
            thousands(value, usize::from(value.fract() > 1e-6))
        };
        let style = self.text(18.0, INK).anchor(Anchor::Middle);
        canvas.text([left, y - 10.0 * s], "0", &style);
        canvas.text([left + 0.5 * width, y - 10.0 * s], &label(0.5), &style);
        let end = format!("{} {unit}", label(1.0));
        canvas.text([left + width, y - 10.0 * s], &end, &style);
        let x = area.right() - 34.0 * s;
        let (tip, foot) = (area.top + 30.0 * s, area.top + 70.0 * s);
        let notch = foot - 10.0 * s;
        canvas.polygon(&[[x, tip], [x - 12.0 * s, foot], [x, notch]], INK, None);
        canvas.polygon(&[[x, tip], [x + 12.0 * s, foot], [x, notch]], WHITE, Some((INK, 0.8 * s)));
        canvas.polygon(&[[x, tip], [x - 12.0 * s, foot], [x, notch]], INK, None);
        let style = self.text(18.0, INK).bold().anchor(Anchor::Middle);
        canvas.text([x, area.top + 24.0 * s], strings::NORTH.get(self.language), &style);
    }
}

const SMALL: f32 = 18.0;
const LEGEND_ROW: f32 = 34.0;
/// Source lines: read by who goes near.
const FOOTER: f32 = 16.0;
/// Size of the four numbers: legible across a room.
const FIGURE: f32 = 54.0;
const INSET_RGB: Rgb = [0, 77, 204];

#[expect(clippy::cast_possible_truncation, reason = "pixel positions")]
fn px(value: f64) -> f32 {
    value as f32
}

/// Labels and figures of the four numbers.
pub(crate) fn headline(loss: &UnitLoss, language: Language) -> [(&'static str, Shown); 4] {
    [
        (strings::FLOODED_AREA.get(language), show_area(loss.area_m2)),
        (strings::FARMLAND.get(language), show_farmland(loss.farmland_m2, language)),
        (strings::PEOPLE.get(language), show_people(loss.people, language)),
        (strings::VILLAGES.get(language), show_villages(loss.villages(), language)),
    ]
}

/// The ground of a box.
fn paper(canvas: &mut Canvas, area: Area) {
    canvas.fill_area(area, WHITE, 0.93);
    canvas.outline_area(area, BOX_EDGE, 1.0);
}

/// Diagonal lines over a box, the same as on the channel.
fn hatch(canvas: &mut Canvas, area: Area, colour: Rgb, dot_px: f32) {
    let period = HATCH_PERIOD as f32 * dot_px;
    let n = ((area.width + area.height) / period).ceil();
    for i in (0..).map(|i| i as f32).take_while(|i| *i < n) {
        let reach = i * period;
        let from = [area.left + (reach - area.height).max(0.0), area.top + reach.min(area.height)];
        let to = [area.left + reach.min(area.width), area.top + (reach - area.width).max(0.0)];
        canvas.polyline(&[from, to], colour, dot_px, None);
    }
}

/// A sign of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Channel,
    Levee,
    Station,
    Unit,
    Landside,
    Flow,
}

impl Symbol {
    fn label(self, scenario: &Scenario) -> Bilingual {
        let label = match self {
            Self::Channel => strings::LEGEND_CHANNEL,
            Self::Levee if scenario.river.is_some() => strings::LEGEND_LEVEE,
            Self::Levee => strings::LEGEND_WALL,
            Self::Station => strings::LEGEND_STATION,
            Self::Unit => strings::LEGEND_UNIT,
            Self::Landside => strings::LEGEND_LANDSIDE,
            Self::Flow => strings::LEGEND_FLOW,
        };
        Bilingual::new(label.zh, label.en)
    }
}

/// The signs that occur on the map of a scenario.
fn symbols(scenario: &Scenario) -> Vec<Symbol> {
    match &scenario.river {
        Some(_) => vec![Symbol::Channel, Symbol::Flow, Symbol::Levee, Symbol::Station, Symbol::Unit, Symbol::Landside],
        None if scenario.walls.is_empty() => vec![],
        None => vec![Symbol::Levee],
    }
}

/// Title bar: mode, title, moment, clock.
pub(crate) fn draw_header(
    canvas: &mut Canvas,
    area: Area,
    style: &Style,
    scenario: &Scenario,
    heading: &str,
    time_secs: Option<f64>,
) {
    let s = style.s;
    canvas.fill_area(area, WHITE, 1.0);
    let rule = Area::new(area.left, area.bottom() - 2.0 * s, area.width, 2.0 * s);
    canvas.fill_area(rule, BOX_EDGE, 1.0);
    let word = scenario.mode.label().get(style.language);
    let text = style.text(30.0, WHITE).bold();
    let width = font::text_width_px(word, text.size_px) + 40.0 * s;
    let badge = Area::new(area.left + 16.0 * s, area.top + 12.0 * s, width, area.height - 26.0 * s);
    canvas.fill_area(badge, super::marks::mode_rgb(scenario.mode), 1.0);
    let baseline = area.top + 0.5 * area.height + 10.0 * s;
    canvas.text([badge.left + 0.5 * width, baseline], word, &text.anchor(Anchor::Middle));
    let title = scenario.title.get(style.language);
    let at = badge.right() + 24.0 * s;
    let bold = style.text(32.0, INK).bold();
    canvas.text([at, baseline], title, &bold);
    let after = at + font::text_width_px(title, bold.size_px) + 28.0 * s;
    canvas.text([after, baseline], heading, &style.text(26.0, INK_SOFT));
    let right = area.right() - 20.0 * s;
    if let Some(time) = time_secs {
        let since = clock::since_start(time);
        let style_since = style.text(28.0, INK_SOFT).anchor(Anchor::Right);
        canvas.text([right, baseline], &since, &style_since);
        let left = right - font::text_width_px(&since, style_since.size_px) - 22.0 * s;
        let wall = clock::wall(scenario.start, time);
        canvas.text([left, baseline], &wall, &style.text(36.0, INK).bold().anchor(Anchor::Right));
    } else {
        let whole = strings::WHOLE_RUN.get(style.language);
        canvas.text([right, baseline], whole, &style.text(30.0, INK).bold().anchor(Anchor::Right));
    }
}

/// Source line at the foot.
pub(crate) fn draw_footer(canvas: &mut Canvas, area: Area, style: &Style, lines: [&str; 2]) {
    canvas.fill_area(area, PAPER_RGB, 1.0);
    for (i, line) in lines.iter().enumerate() {
        let baseline = area.top + (21.0 + 23.0 * i as f32) * style.s;
        canvas.text([area.left + 16.0 * style.s, baseline], line, &style.text(FOOTER, INK_SOFT));
    }
}
