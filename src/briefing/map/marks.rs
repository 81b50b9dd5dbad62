//! Marks on the map: levees, stations, arrows of flow, labels, and the frame in the colour of the mode.

use super::frame::MapFrame;
use super::place::{Cover, first_free};
use crate::briefing::canvas::{Anchor, Area, Canvas, Rgb, TextStyle};
use crate::briefing::{font, strings};
use crate::domain::geo::{Grid, PointMap};
use crate::domain::river::{LandClass, River};
use crate::domain::scenario::{Mode, Scenario};
use crate::domain::text::Language;

pub(crate) const LEVEE_RGB: Rgb = [92, 50, 24];
const HALO_RGB: Rgb = [255, 254, 248];
const INK: Rgb = [20, 26, 36];
const UNIT_INK: Rgb = [74, 66, 34];
const STATION_RGB: Rgb = [16, 24, 40];

/// Colour of a mode: neutral, blue, violet, amber.
pub(crate) fn mode_rgb(mode: Mode) -> Rgb {
    match mode {
        Mode::Observed => [86, 94, 104],
        Mode::Forecast => [26, 94, 180],
        Mode::Rehearsal => [112, 62, 168],
        Mode::Drill => [196, 118, 0],
    }
}

/// Edge of the whole picture in the colour of the mode; hatched for a drill.
pub(crate) fn draw_mode_edge(canvas: &mut Canvas, mode: Mode, width_px: f32) {
    let (w, h) = (canvas.pixmap.width() as f32, canvas.pixmap.height() as f32);
    let sides = [
        Area::new(0.0, 0.0, w, width_px),
        Area::new(0.0, h - width_px, w, width_px),
        Area::new(0.0, 0.0, width_px, h),
        Area::new(w - width_px, 0.0, width_px, h),
    ];
    for side in sides {
        canvas.fill_area(side, mode_rgb(mode), 1.0);
    }
    if mode == Mode::Drill {
        hatch_edge(canvas, width_px);
    }
}

/// Dark diagonals over the edge, so that a drill is told by its pattern where colours are not.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixel counts of the picture")]
fn hatch_edge(canvas: &mut Canvas, width_px: f32) {
    let (w, h) = (canvas.pixmap.width() as usize, canvas.pixmap.height() as usize);
    let edge = (width_px.round() as usize).max(1);
    let data = canvas.pixmap.data_mut();
    for y in 0..h {
        for x in 0..w {
            let is_edge = x < edge || y < edge || x + edge >= w || y + edge >= h;
            if is_edge && (x + y) % (4 * edge) < 2 * edge {
                data[4 * (y * w + x)..4 * (y * w + x) + 3].copy_from_slice(&[32, 28, 20]);
            }
        }
    }
}

/// A levee: dark line in a light casing, legible on land and on water.
pub(crate) fn draw_levee(canvas: &mut Canvas, line: &[[f32; 2]], s: f32) {
    canvas.polyline(line, HALO_RGB, 6.0 * s, None);
    canvas.polyline(line, LEVEE_RGB, 3.2 * s, None);
}

/// A station: dark triangle with a light edge.
pub(crate) fn draw_station(canvas: &mut Canvas, at: [f32; 2], s: f32) {
    let r = 12.0 * s;
    let corners = [[at[0], at[1] - r], [at[0] + 0.95 * r, at[1] + 0.7 * r], [at[0] - 0.95 * r, at[1] + 0.7 * r]];
    canvas.polygon(&corners, STATION_RGB, Some((HALO_RGB, 2.4 * s)));
}

/// An arrow of flow around a point; `heading_rad` counted from east, positive towards the south of the picture.
pub(crate) fn draw_arrow(canvas: &mut Canvas, at: [f32; 2], heading_rad: f32, s: f32) {
    let (sin, cos) = heading_rad.sin_cos();
    let shape = [[-17.0, -2.6], [3.0, -2.6], [3.0, -8.5], [18.0, 0.0], [3.0, 8.5], [3.0, 2.6], [-17.0, 2.6]];
    let turned = shape.map(|[x, y]: [f32; 2]| [at[0] + s * (x * cos - y * sin), at[1] + s * (x * sin + y * cos)]);
    canvas.polygon(&turned, HALO_RGB, Some((STATION_RGB, 1.4 * s)));
}

/// Everything with a fixed place on the map.
pub(crate) struct Marks {
    levees: Vec<Vec<[f32; 2]>>,
    /// Small boxes along the levees: a label may cross a levee, but only where there is no better place.
    lines: Vec<Area>,
    arrows: Vec<([f32; 2], f32)>,
    stations: Vec<StationMark>,
    names: Vec<Name>,
}

struct StationMark {
    at: [f32; 2],
    name: String,
    label: Option<Area>,
}

struct Name {
    at: [f32; 2],
    /// A line from the name to what it names, where the two stand apart.
    leader: Option<[[f32; 2]; 2]>,
    text: String,
    style: TextStyle,
}

/// Longest second line of a station's label; its width is kept free.
const WIDEST_VALUE: &str = "00,000 m³/s";
/// A label farther from its mark than this is tied to it by a line, px of a picture 1080 high.
const LEADER_PX: f32 = 30.0;
const STATION_TEXT: f32 = 26.0;
const VALUE_TEXT: f32 = 23.0;
const NAME_TEXT: f32 = 22.0;

impl Marks {
    /// Finds a place for every mark; `taken` are the boxes already on the map.
    pub(crate) fn place(
        scenario: &Scenario,
        frame: &MapFrame,
        cover: &Cover,
        panels: &[Area],
        s: f32,
        language: Language,
    ) -> Self {
        let to_px = |line: &[PointMap]| line.iter().map(|p| frame.px_from_map(*p)).collect::<Vec<_>>();
        let levees: Vec<_> = scenario.walls.iter().map(|wall| to_px(&wall.line)).collect();
        let mut taken = panels.to_vec();
        let lines = levees.iter().flat_map(|line| along_line(line, 6.0 * s)).map(|p| around(p, 4.0 * s)).collect();
        let mut marks = Self { levees, lines, arrows: vec![], stations: vec![], names: vec![] };
        let Some(river) = &scenario.river else {
            marks.place_gauges(scenario, frame, cover, &mut taken, s);
            return marks;
        };
        let at: Vec<[f32; 2]> = river.stations.iter().map(|station| frame.px_from_map(station.at)).collect();
        taken.extend(at.iter().map(|p| around(*p, 13.0 * s)));
        for (station, at) in river.stations.iter().zip(at) {
            marks.place_station(scenario, station.name.get(language), at, frame, cover, &mut taken, s);
        }
        marks.place_arrows(&to_px(&river.centreline), &mut taken, s);
        marks.place_levee_names(river, frame, cover, &mut taken, s, language);
        marks.place_unit_names(river, &scenario.terrain.grid, frame, &mut taken, s, language);
        marks.place_river_name(river, &scenario.terrain.grid, frame, &mut taken, s, language);
        marks
    }

    fn place_station(
        &mut self,
        scenario: &Scenario,
        name: &str,
        at: [f32; 2],
        frame: &MapFrame,
        cover: &Cover,
        taken: &mut Vec<Area>,
        s: f32,
    ) {
        let width = font::text_width_px(name, STATION_TEXT * s).max(font::text_width_px(WIDEST_VALUE, VALUE_TEXT * s));
        let size = [width + 8.0 * s, (STATION_TEXT + VALUE_TEXT) * 1.28 * s];
        let mut places = around_point(at, size, &[18.0, 32.0, 48.0, 66.0, 84.0, 104.0, 124.0].map(|gap| gap * s));
        // Covered water weighs as much as some distance: a label belongs on land if land is near.
        let weight = |area: &Area| cover.cost(area).min(1e9) / (1e4 * f64::from(size[0] * size[1]) / 16.0);
        let classes = scenario.river.as_ref().map(|river| &river.class_of_cell);
        let hidden = |area: &Area| {
            let is_channel = |index: usize| classes.is_some_and(|classes| classes[index] == LandClass::Channel);
            mean_cost(&scenario.terrain.grid, frame, area, 0.0, |i| if is_channel(i) { COST_ON_CHANNEL } else { 0.0 })
        };
        let rank = |area: &Area| {
            60.0 * weight(area)
                + f64::from(hidden(area) + distance(at, area) / s)
                + 8.0 * f64::from(self.n_crossed(area))
        };
        places.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        let label = first_free(places, &frame.window, taken);
        taken.extend(label);
        if let Some(label) = label.filter(|label| distance(at, label) > LEADER_PX * s) {
            taken.extend(along_line(&[at, nearest_point(at, &label)], 6.0 * s).into_iter().map(|p| around(p, 3.0 * s)));
        }
        self.stations.push(StationMark { at, name: name.to_owned(), label });
    }

    /// Gauges stand in for stations where there is no river.
    fn place_gauges(&mut self, scenario: &Scenario, frame: &MapFrame, cover: &Cover, taken: &mut Vec<Area>, s: f32) {
        let at: Vec<[f32; 2]> = scenario.gauges.iter().map(|gauge| frame.px_from_map(gauge.at)).collect();
        taken.extend(at.iter().map(|p| around(*p, 13.0 * s)));
        for (gauge, at) in scenario.gauges.iter().zip(at) {
            self.place_station(scenario, &gauge.name, at, frame, cover, taken, s);
        }
    }

    fn place_arrows(&mut self, line: &[[f32; 2]], taken: &mut Vec<Area>, s: f32) {
        let mut since_last = 120.0 * s;
        for i in 1..line.len() {
            since_last += length(line[i - 1], line[i]);
            let (back, ahead) = (line[i.saturating_sub(2)], line[(i + 2).min(line.len() - 1)]);
            let place = around(line[i], 20.0 * s);
            if since_last > 260.0 * s && !taken.iter().any(|other| other.overlaps(&place)) {
                self.arrows.push((line[i], (ahead[1] - back[1]).atan2(ahead[0] - back[0])));
                taken.push(place);
                since_last = 0.0;
            }
        }
    }

    fn place_river_name(
        &mut self,
        river: &River,
        grid: &Grid,
        frame: &MapFrame,
        taken: &mut Vec<Area>,
        s: f32,
        language: Language,
    ) {
        let text = strings::RIVER.get(language);
        let style = TextStyle::new(28.0 * s, CHANNEL_INK).bold().halo(HALO_RGB, 3.0 * s).anchor(Anchor::Middle);
        let size = text_size(text, style.size_px);
        let mut places: Vec<Area> = self
            .arrows
            .iter()
            .flat_map(|(at, _)| around_point(*at, size, &[14.0 * s, 22.0 * s, 30.0 * s, 40.0 * s]))
            .collect();
        // Between the levees and beside the channel, which stays in sight.
        let rank = |area: &Area| off_floodplain(river, grid, frame, None, area) + 8.0 * f32::from(self.n_crossed(area));
        places.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        self.place_name(text, style, places, frame, taken);
    }

    fn place_levee_names(
        &mut self,
        river: &River,
        frame: &MapFrame,
        cover: &Cover,
        taken: &mut Vec<Area>,
        s: f32,
        language: Language,
    ) {
        let style = TextStyle::new(NAME_TEXT * s, LEVEE_RGB).halo(HALO_RGB, 3.0 * s).anchor(Anchor::Middle);
        for levee in &river.levees {
            let text = levee.name.get(language);
            let size = text_size(text, style.size_px);
            let n = levee.line.len();
            let spots = [50, 40, 60, 30, 70, 20, 80].map(|percent| n * percent / 100);
            let mut places: Vec<Area> = spots
                .iter()
                .filter_map(|&i| levee.line.get(i))
                .flat_map(|p| around_point(frame.px_from_map(*p), size, &[10.0 * s, 22.0 * s]))
                .collect();
            // Behind the levee, away from the water.
            places.sort_by(|a, b| cover.cost(a).total_cmp(&cover.cost(b)));
            self.place_name(text, style, places, frame, taken);
        }
    }

    fn place_unit_names(
        &mut self,
        river: &River,
        grid: &Grid,
        frame: &MapFrame,
        taken: &mut Vec<Area>,
        s: f32,
        language: Language,
    ) {
        let style = TextStyle::new(NAME_TEXT * s, UNIT_INK).halo(HALO_RGB, 3.0 * s).anchor(Anchor::Middle);
        let mut units: Vec<_> = (0_u8..).zip(&river.units).filter(|(_, unit)| unit.area_m2 > 0.0).collect();
        units.sort_by(|(_, a), (_, b)| b.area_m2.total_cmp(&a.area_m2));
        for (index, unit) in units {
            let at = frame.px_from_map(unit.at);
            // On the map the word itself is clear from where it stands.
            let name = unit.name.get(language);
            let text = name.strip_suffix(" floodplain").unwrap_or(name);
            let [width, height] = text_size(text, style.size_px);
            let shifts: Vec<f32> = (-9..=9).map(|i: i8| f32::from(i)).collect();
            let mut places: Vec<Area> = shifts
                .iter()
                .flat_map(|dy| shifts.iter().map(move |dx| [dx * 16.0 * s, dy * 10.0 * s]))
                .map(|[dx, dy]| Area::new(at[0] + dx - 0.5 * width, at[1] + dy - 0.5 * height, width, height))
                .collect();
            // On the unit itself rather than on the channel or a levee.
            let rank = |area: &Area| {
                offset(at, area) / s
                    + off_floodplain(river, grid, frame, Some(index), area)
                    + 8.0 * f32::from(self.n_crossed(area))
            };
            places.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
            let n_names = self.names.len();
            self.place_name(text, style, places, frame, taken);
            if let Some(name) = self.names.get_mut(n_names) {
                let area = Area::new(name.at[0] - 0.5 * width, name.at[1] - 0.76 * height, width, height);
                let middle = frame.map_from_px([area.left + 0.5 * width, area.top + 0.5 * height]);
                let is_on_unit =
                    grid.cell_at(middle).is_some_and(|(row, col)| river.unit_of_cell[grid.index(row, col)] == index);
                let is_apart = !is_on_unit && distance(at, &area) > 0.0;
                name.leader = is_apart.then(|| [at, nearest_point(at, &area.grown(-4.0 * s))]);
            }
        }
    }

    /// How many pieces of levee a box would cover.
    fn n_crossed(&self, area: &Area) -> u16 {
        u16::try_from(self.lines.iter().filter(|piece| piece.overlaps(area)).count()).unwrap_or(u16::MAX)
    }

    fn place_name(&mut self, text: &str, style: TextStyle, places: Vec<Area>, frame: &MapFrame, taken: &mut Vec<Area>) {
        if let Some(area) = first_free(places, &frame.window, taken) {
            let at = [area.left + 0.5 * area.width, area.top + 0.76 * area.height];
            self.names.push(Name { at, leader: None, text: text.to_owned(), style });
            taken.push(area);
        }
    }

    /// Draws all marks; `values` are the second lines of the stations' labels.
    pub(crate) fn draw(&self, canvas: &mut Canvas, values: &[Option<String>], s: f32) {
        for line in &self.levees {
            draw_levee(canvas, line, s);
        }
        for (at, heading_rad) in &self.arrows {
            draw_arrow(canvas, *at, *heading_rad, s);
        }
        for [from, to] in self.names.iter().filter_map(|name| name.leader) {
            canvas.polyline(&[from, to], HALO_RGB, 4.0 * s, None);
            canvas.polyline(&[from, to], UNIT_INK, 1.4 * s, None);
        }
        for name in &self.names {
            canvas.text(name.at, &name.text, &name.style);
        }
        for (i, station) in self.stations.iter().enumerate() {
            station.draw(canvas, values.get(i).and_then(Option::as_deref), s);
        }
    }
}

const CHANNEL_INK: Rgb = [96, 58, 14];

impl StationMark {
    fn draw(&self, canvas: &mut Canvas, value: Option<&str>, s: f32) {
        if let Some(label) = self.label {
            if distance(self.at, &label) > LEADER_PX * s {
                let end = nearest_point(self.at, &label);
                canvas.polyline(&[self.at, end], HALO_RGB, 4.0 * s, None);
                canvas.polyline(&[self.at, end], STATION_RGB, 1.6 * s, None);
            }
            // Right-aligned where the label stands to the left of its mark, so that both stay together.
            let is_left = label.right() < self.at[0];
            let (x, anchor) =
                if is_left { (label.right() - 4.0 * s, Anchor::Right) } else { (label.left + 4.0 * s, Anchor::Left) };
            let name = TextStyle::new(STATION_TEXT * s, INK).bold().halo(HALO_RGB, 3.4 * s).anchor(anchor);
            canvas.text([x, label.top + 25.0 * s], &self.name, &name);
            if let Some(value) = value {
                let style = TextStyle::new(VALUE_TEXT * s, INK).halo(HALO_RGB, 3.2 * s).anchor(anchor);
                canvas.text([x, label.top + 54.0 * s], value, &style);
            }
        }
        draw_station(canvas, self.at, s);
    }
}

/// Cost of a name that would cover the whole channel, in pixels of distance: it hides the one thing the map is about.
const COST_ON_CHANNEL: f32 = 3000.0;
/// Cost of a name that lies wholly off the floodplain elsewhere, or on that of another unit.
const COST_OFF_UNIT: f32 = 110.0;

/// Cost of the parts of a box that lie on the channel, outside the floodplain, or on another unit than the one named.
fn off_floodplain(river: &River, grid: &Grid, frame: &MapFrame, unit: Option<u8>, area: &Area) -> f32 {
    mean_cost(grid, frame, area, COST_OFF_UNIT, |index| match river.class_of_cell[index] {
        LandClass::Channel => COST_ON_CHANNEL,
        LandClass::Floodplain if unit.is_none_or(|unit| unit == river.unit_of_cell[index]) => 0.0,
        LandClass::Floodplain | LandClass::Landside | LandClass::Outside => COST_OFF_UNIT,
    })
}

/// Mean cost of the cells under a box; `off_grid` where there is none.
fn mean_cost(grid: &Grid, frame: &MapFrame, area: &Area, off_grid: f32, cost: impl Fn(usize) -> f32) -> f32 {
    let shares = [0.0_f32, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0];
    let points = shares.iter().flat_map(|fx| [0.05, 0.35, 0.65, 0.95].map(|fy: f32| [*fx, fy]));
    let cost_at = |[fx, fy]: [f32; 2]| {
        let at = frame.map_from_px([area.left + fx * area.width, area.top + fy * area.height]);
        grid.cell_at(at).map_or(off_grid, |(row, col)| cost(grid.index(row, col)))
    };
    points.map(cost_at).sum::<f32>() / (4.0 * shares.len() as f32)
}

/// Points along a line, no farther apart than this.
fn along_line(line: &[[f32; 2]], step_px: f32) -> Vec<[f32; 2]> {
    let pieces = line.windows(2).flat_map(|pair| {
        let n = (length(pair[0], pair[1]) / step_px).ceil().max(1.0);
        let (a, b) = (pair[0], pair[1]);
        (0..).map(|i| i as f32).take_while(move |i| *i < n).map(move |i| {
            let share = i / n;
            [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
        })
    });
    pieces.collect()
}

fn text_size(text: &str, size_px: f32) -> [f32; 2] {
    [font::text_width_px(text, size_px) + 6.0, size_px * 1.3]
}

fn around(at: [f32; 2], r: f32) -> Area {
    Area::new(at[0] - r, at[1] - r, 2.0 * r, 2.0 * r)
}

/// Boxes of a size around a point at these distances, in eight directions.
fn around_point(at: [f32; 2], size: [f32; 2], gaps: &[f32]) -> Vec<Area> {
    let [w, h] = size;
    let directions =
        [(1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
    gaps.iter()
        .flat_map(|gap| {
            directions.map(|(dx, dy): (f32, f32)| {
                let gap = if dx != 0.0 && dy != 0.0 { gap * 0.7 } else { *gap };
                let x = at[0] + dx * (gap + 0.5 * w) - 0.5 * w;
                let y = at[1] + dy * (gap + 0.5 * h) - 0.5 * h;
                Area::new(x, y, w, h)
            })
        })
        .collect()
}

fn length(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn nearest_point(at: [f32; 2], area: &Area) -> [f32; 2] {
    [at[0].clamp(area.left, area.right()), at[1].clamp(area.top, area.bottom())]
}

fn distance(at: [f32; 2], area: &Area) -> f32 {
    length(at, nearest_point(at, area))
}

/// Distance of the middle of a box from a point.
fn offset(at: [f32; 2], area: &Area) -> f32 {
    length(at, [area.left + 0.5 * area.width, area.top + 0.5 * area.height])
}
