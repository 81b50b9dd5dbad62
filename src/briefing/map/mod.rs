//! One annotated plan-view map: relief, water in classes, levees, stations, and the boxes that explain it.
//!
//! [`MapSheet`] lays the map out once for a scenario; every [`Picture`] on it then differs only in water, clock and
//! figures, so that maps laid side by side can be compared. Here: `frame` (where the map lies), `ground` (pixels),
//! `place` (who stands where), `marks` (on the map), `panels` (beside it).

mod frame;
mod ground;
mod marks;
mod panels;
mod place;

use image::ExtendedColorType;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};

use self::frame::MapFrame;
use self::ground::{PAPER_RGB, PixelCells, paint_classes, paint_ground, paint_outlines};
pub(crate) use self::marks::mode_rgb;
use self::marks::{Marks, draw_mode_edge};
pub(crate) use self::panels::headline;
use self::panels::{COLUMN_PX, Panel, Style, draw_footer, draw_header};
use self::place::Cover;
use super::canvas::{Area, Canvas};
use super::strings;
use crate::domain::classes::{ARRIVAL_HOURS, ClassScale, DEPTH_M, SPEED_MPS};
use crate::domain::impact::UnitLoss;
use crate::domain::scenario::Scenario;
use crate::domain::text::{Label, Language};

/// What the water on a map is coloured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// Depth at a moment, m.
    Depth,
    /// Speed at a moment, m/s.
    Speed,
    /// Largest depth of the run, m.
    MaxDepth,
    /// First time with water, hours after the start.
    Arrival,
}

impl Layer {
    /// Colour classes of the layer.
    pub const fn scale(self) -> ClassScale {
        match self {
            Self::Depth | Self::MaxDepth => DEPTH_M,
            Self::Speed => SPEED_MPS,
            Self::Arrival => ARRIVAL_HOURS,
        }
    }

    /// Name of the layer.
    pub const fn name(self) -> Label {
        match self {
            Self::MaxDepth => strings::MAX_DEPTH,
            Self::Depth | Self::Speed | Self::Arrival => self.scale().name,
        }
    }

    /// What exactly is shown.
    pub const fn definition(self) -> Label {
        match self {
            Self::MaxDepth => strings::MAX_DEPTH_DEFINITION,
            Self::Depth | Self::Speed | Self::Arrival => self.scale().definition,
        }
    }
}

/// A hydrograph drawn small on the map, with the hand of the clock on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inset {
    /// What it shows, with its unit.
    pub title: String,
    /// Time (s after the start) and value, in time order.
    pub series: Vec<[f64; 2]>,
}

/// What one map shows.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// Values of the layer, in its unit, row-major, row 0 north; what lies below the first class is not drawn.
    pub values: &'a [f64],
    /// What this moment is, after the title.
    pub heading: &'a str,
    /// Simulated time, s after the start; `None` for the whole run.
    pub time_secs: Option<f64>,
    /// The four numbers, if there is anything to count.
    pub loss: Option<UnitLoss>,
    /// Second line of each station's label (of each gauge's without a river), in the scenario's order.
    pub station_values: &'a [Option<String>],
    /// Hydrograph on the map.
    pub inset: Option<&'a Inset>,
}

/// The layout of the maps of one scenario.
pub struct MapSheet<'a> {
    scenario: &'a Scenario,
    layer: Layer,
    style: Style,
    header: Area,
    footer: Area,
    frame: MapFrame,
    cells: PixelCells,
    panels: Vec<(Panel, Area)>,
    marks: Marks,
    ground: Canvas,
    note: String,
    footer_lines: [String; 2],
}

const EDGE_PX: f32 = 8.0;
const HEADER_PX: f32 = 72.0;
const FOOTER_PX: f32 = 54.0;
const GAP_PX: f32 = 14.0;

impl<'a> MapSheet<'a> {
    /// Lays out maps of a scenario in pictures of this size, px; texts keep their share of the height.
    ///
    /// `footer_lines` name source, method and version; `note` stands under the four numbers.
    pub fn new(
        scenario: &'a Scenario,
        layer: Layer,
        size_px: [u32; 2],
        language: Language,
        note: &str,
        footer_lines: [String; 2],
    ) -> Self {
        let s = size_px[1] as f32 / 1080.0;
        let edge = EDGE_PX * s;
        let (width, height) = (size_px[0] as f32 - 2.0 * edge, size_px[1] as f32 - 2.0 * edge);
        let header = Area::new(edge, edge, width, HEADER_PX * s);
        let footer = Area::new(edge, edge + height - FOOTER_PX * s, width, FOOTER_PX * s);
        let body = Area::new(edge, header.bottom(), width, height - header.height - footer.height);

        let mut style = Style { s, language, is_column: false };
        let mut frame = MapFrame::fit(&scenario.terrain, body);
        let mut cover = Cover::new(&frame, scenario);
        let panels = on_map(&style, &cover, scenario, layer).unwrap_or_else(|| {
            style.is_column = true;
            let column = (COLUMN_PX + 2.0 * GAP_PX) * s;
            frame = MapFrame::fit(&scenario.terrain, Area::new(body.left, body.top, body.width - column, body.height));
            cover = Cover::new(&frame, scenario);
            in_column(&style, Area::new(body.right() - column, body.top, column, body.height), scenario, layer)
        });

        let taken: Vec<Area> = panels.iter().map(|(_, area)| area.grown(6.0 * s)).collect();
        let marks = Marks::place(scenario, &frame, &cover, &taken, s, language);
        let cells = PixelCells::new(&frame, &scenario.terrain.grid);
        let mut ground = Canvas::filled(size_px[0], size_px[1], PAPER_RGB);
        paint_ground(&mut ground, &cells, &frame, scenario);
        let note = note.to_owned();
        Self { scenario, layer, style, header, footer, frame, cells, panels, marks, ground, note, footer_lines }
    }

    /// Paints one map and returns it as a PNG.
    ///
    /// # Panics
    /// When `picture.values` is not a field on the scenario's grid.
    pub fn paint_png(&self, picture: &Picture<'_>) -> Vec<u8> {
        png(&self.paint(picture))
    }

    /// Paints one map; RGBA, opaque.
    fn paint(&self, picture: &Picture<'_>) -> Canvas {
        assert_eq!(picture.values.len(), self.scenario.terrain.grid.n_cells(), "a value for every cell");
        let s = self.style.s;
        let mut canvas = Canvas { pixmap: self.ground.pixmap.clone() };
        let scale = self.layer.scale();
        paint_classes(&mut canvas, &self.cells, self.scenario, &scale, picture.values, whole_px(s));
        paint_outlines(&mut canvas, &self.cells, self.scenario);
        self.marks.draw(&mut canvas, picture.station_values, s);
        for (panel, area) in &self.panels {
            match (panel, picture) {
                (Panel::Headline, Picture { loss: Some(loss), .. }) => {
                    self.style.draw_headline(&mut canvas, *area, loss, &self.note);
                }
                (Panel::Inset, Picture { inset: Some(inset), time_secs, .. }) => {
                    self.style.draw_inset(&mut canvas, *area, self.scenario, inset, *time_secs);
                }
                (Panel::Legend, _) => self.style.draw_legend(&mut canvas, *area, self.scenario, self.layer),
                (Panel::Scale, _) => self.style.draw_scale(&mut canvas, *area, self.frame.m_per_px),
                (Panel::Headline | Panel::Inset, _) => {}
            }
        }
        draw_header(&mut canvas, self.header, &self.style, self.scenario, picture.heading, picture.time_secs);
        draw_footer(&mut canvas, self.footer, &self.style, [&self.footer_lines[0], &self.footer_lines[1]]);
        draw_mode_edge(&mut canvas, self.scenario.mode, (EDGE_PX * s).round().max(2.0));
        canvas
    }
}

/// Whole pixels of a thin line at this scale.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a scale of a few")]
fn whole_px(s: f32) -> usize {
    s.round().max(1.0) as usize
}

/// The boxes a scenario needs and the corner each would like, as shares of width and height.
fn wanted(scenario: &Scenario) -> Vec<(Panel, [f32; 2])> {
    let mut wanted = vec![];
    if scenario.exposure.is_some() && scenario.river.is_some() {
        wanted.push((Panel::Headline, [0.0, 0.0]));
    }
    wanted.push((Panel::Legend, [0.0, 0.0]));
    if !scenario.sections.is_empty() {
        wanted.push((Panel::Inset, [0.0, 0.0]));
    }
    wanted.push((Panel::Scale, [1.0, 1.0]));
    wanted
}

/// Boxes in the empty parts of the map, or `None` when they do not fit without covering the river.
fn on_map(style: &Style, cover: &Cover, scenario: &Scenario, layer: Layer) -> Option<Vec<(Panel, Area)>> {
    let mut placed: Vec<(Panel, Area)> = vec![];
    for (panel, corner) in wanted(scenario) {
        let taken: Vec<Area> = placed.iter().map(|(_, area)| *area).collect();
        let area = cover.best_place(style.size(panel, scenario, layer), corner, &taken, GAP_PX * style.s)?;
        placed.push((panel, area));
    }
    Some(placed)
}

/// Boxes one below the other in a column beside the map.
fn in_column(style: &Style, column: Area, scenario: &Scenario, layer: Layer) -> Vec<(Panel, Area)> {
    let gap = GAP_PX * style.s;
    let mut top = column.top + gap;
    wanted(scenario)
        .into_iter()
        .map(|(panel, _)| {
            let [_, height] = style.size(panel, scenario, layer);
            let area = Area::new(column.left + gap, top, column.width - 2.0 * gap, height);
            top += height + gap;
            (panel, area)
        })
        .collect()
}

/// A canvas as PNG, RGB, fast compression: a briefing is looked at today and the files stay near a megabyte.
pub(super) fn png(canvas: &Canvas) -> Vec<u8> {
    let pixmap = &canvas.pixmap;
    let rgb: Vec<u8> = pixmap.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    image::ImageEncoder::write_image(encoder, &rgb, pixmap.width(), pixmap.height(), ExtendedColorType::Rgb8)
        .expect("a whole picture can be written into memory");
    bytes
}
