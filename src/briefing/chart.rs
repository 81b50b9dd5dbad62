//! Hydrographs as SVG: simulated line, observed readings, observed peaks with their time tolerance, levels that matter.

use std::fmt::Write as _;

use time::OffsetDateTime;

use super::ticks;
use crate::domain::impact::thousands;

/// One chart over time.
pub(crate) struct Chart<'a> {
    pub(crate) title: String,
    pub(crate) start: OffsetDateTime,
    /// Simulated series: time (s after the start) and value.
    pub(crate) line: &'a [[f64; 2]],
    pub(crate) line_name: &'a str,
    /// What was observed (实况), if anything.
    pub(crate) readings: Readings,
    pub(crate) marks: Vec<Mark>,
    pub(crate) mark_name: &'a str,
    pub(crate) levels: Vec<Level>,
    /// Label of the largest simulated value.
    pub(crate) peak: Option<([f64; 2], String)>,
    /// Whether the axis begins at zero (discharge) or near the smallest value (stage).
    pub(crate) has_zero: bool,
    pub(crate) n_decimals: usize,
}

/// An observed series: time (s after the start) and value.
#[derive(Default)]
pub(crate) struct Readings {
    pub(crate) sound: Vec<[f64; 2]>,
    /// Drawn hollow and off the line.
    pub(crate) doubtful: Vec<[f64; 2]>,
    pub(crate) name: String,
}

impl Readings {
    fn all(&self) -> impl Iterator<Item = &[f64; 2]> {
        self.sound.iter().chain(&self.doubtful)
    }

    /// The readings that lie on the chart.
    fn on<'r>(&'r self, axes: &Axes) -> impl Iterator<Item = (&'r [f64; 2], bool)> {
        let until_secs = axes.until_secs;
        let sound = self.sound.iter().map(|p| (p, true)).chain(self.doubtful.iter().map(|p| (p, false)));
        sound.filter(move |(p, _)| p[0] >= 0.0 && p[0] <= until_secs)
    }
}

/// An observed peak.
pub(crate) struct Mark {
    pub(crate) time_secs: f64,
    pub(crate) tolerance_secs: f64,
    pub(crate) value: f64,
    pub(crate) label: String,
}

/// A level across the chart.
pub(crate) struct Level {
    pub(crate) value: f64,
    pub(crate) label: String,
    pub(crate) colour: &'static str,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 74.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 40.0;
/// Distance at which a label is clear of everything, px.
const FAR_ENOUGH: f64 = 30.0;
/// Room that the label of a level takes, px.
const LEVEL_LABEL: f64 = 130.0;
const LINE: &str = "#004dcc";
const OBSERVED: &str = "#a3231f";
const INK: &str = "#1c222c";
const SOFT: &str = "#52586a";

struct Axes {
    until_secs: f64,
    low: f64,
    high: f64,
}

impl Axes {
    fn x(&self, time_secs: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * (time_secs / self.until_secs).clamp(0.0, 1.0)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)
    }
}

impl Chart<'_> {
    /// The chart as one `<svg>` element; empty when there is no line.
    pub(crate) fn svg(&self) -> String {
        let Some(until_secs) = self.line.last().map(|p| p[0]).filter(|t| *t > 0.0) else { return String::new() };
        let values = self.value_ticks();
        let axes = Axes { until_secs, low: values[0], high: values[values.len() - 1] };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif\" font-size=\"14\">"
        );
        tag(&mut svg, &format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"));
        text(&mut svg, [LEFT - 58.0, 24.0], "start", INK, 17, &self.title);
        self.draw_axes(&mut svg, &axes, &values);
        self.draw_levels(&mut svg, &axes);
        self.draw_readings(&mut svg, &axes);
        self.draw_line(&mut svg, &axes);
        self.draw_marks(&mut svg, &axes);
        self.draw_legend(&mut svg);
        svg.push_str("</svg>");
        svg
    }

    fn value_ticks(&self) -> Vec<f64> {
        let shown = self.line.iter().chain(self.readings.all()).map(|p| p[1]).chain(self.marks.iter().map(|m| m.value));
        let shown: Vec<f64> = shown.chain(self.levels.iter().map(|l| l.value)).filter(|v| v.is_finite()).collect();
        let high = shown.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let low = shown.iter().copied().fold(f64::INFINITY, f64::min);
        let low = if self.has_zero { low.min(0.0) } else { low };
        // Room above the highest value for its label.
        let ticks = ticks::nice(low, high + 0.08 * (high - low), 5);
        if ticks.len() < 2 { vec![low - 1.0, low, low + 1.0] } else { ticks }
    }

    fn draw_axes(&self, svg: &mut String, axes: &Axes, values: &[f64]) {
        for &value in values {
            let y = axes.y(value);
            line(svg, [LEFT, y, WIDTH - RIGHT, y], "#e2dfd6", "");
            text(svg, [LEFT - 8.0, y + 5.0], "end", SOFT, 14, &thousands(value, self.n_decimals));
        }
        for day in ticks::days(self.start, axes.until_secs, 9) {
            let x = axes.x(day.time_secs);
            line(svg, [x, TOP, x, HEIGHT - BOTTOM], "#efece4", "");
            text(svg, [x, HEIGHT - BOTTOM + 20.0], "middle", SOFT, 14, &day.label);
        }
        line(svg, [LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM], SOFT, "");
    }

    fn draw_levels(&self, svg: &mut String, axes: &Axes) {
        for level in &self.levels {
            let y = axes.y(level.value);
            line(svg, [LEFT, y, WIDTH - RIGHT, y], level.colour, " stroke-width=\"1.6\" stroke-dasharray=\"2 3\"");
            haloed(svg, self.free_place(axes, y), "start", level.colour, &level.label);
        }
    }

    /// Where the label of a level at height `y` begins so that line, marks and their labels stay farthest away.
    fn free_place(&self, axes: &Axes, y: f64) -> [f64; 2] {
        let readings = self.readings.on(axes).map(|(p, _)| p);
        let points = self.line.iter().chain(readings).map(|p| [axes.x(p[0]), axes.y(p[1])]);
        let marks = self.marks.iter().map(|m| [axes.x(m.time_secs), axes.y(m.value)]);
        let labels = marks.clone().flat_map(|[x, y]| [-40.0, -20.0, 20.0, 40.0].map(|dx| [x + dx, y + 11.0]));
        let all: Vec<[f64; 2]> = points.chain(marks).chain(labels).collect();
        let room = |[x, baseline]: [f64; 2]| {
            let beside = all.iter().filter(|p| p[0] >= x - 6.0 && p[0] <= x + LEVEL_LABEL + 6.0);
            // Beyond some distance more is no better, and the first place wins.
            beside.map(|p| (p[1] - (baseline - 5.0)).abs()).fold(FAR_ENOUGH, f64::min)
        };
        let end = WIDTH - RIGHT - LEVEL_LABEL;
        let starts = (0..=8).map(|i| LEFT + 6.0 + (end - LEFT - 6.0) * f64::from(i) / 8.0);
        let places = starts.flat_map(|x| [[x, y - 5.0], [x, y + 15.0]]);
        let first = [LEFT + 6.0, y - 5.0];
        places.fold(first, |best, place| if room(place) > room(best) + 1e-9 { place } else { best })
    }

    /// A thin unbroken line with a dot at each reading: what is simulated is thick, broken and without dots.
    fn draw_readings(&self, svg: &mut String, axes: &Axes) {
        let mut points = String::new();
        for (p, _) in self.readings.on(axes).filter(|(_, is_sound)| *is_sound) {
            put(&mut points, format_args!("{:.1},{:.1} ", axes.x(p[0]), axes.y(p[1])));
        }
        if !points.is_empty() {
            let style = format!("fill=\"none\" stroke=\"{OBSERVED}\" stroke-width=\"1.4\"");
            tag(svg, &format!("<polyline {style} points=\"{}\"/>", points.trim_end()));
        }
        for (p, is_sound) in self.readings.on(axes) {
            tag(svg, &dot(axes.x(p[0]), axes.y(p[1]), is_sound));
        }
    }

    fn draw_line(&self, svg: &mut String, axes: &Axes) {
        let mut points = String::new();
        for p in self.line {
            put(&mut points, format_args!("{:.1},{:.1} ", axes.x(p[0]), axes.y(p[1])));
        }
        let style = format!("fill=\"none\" stroke=\"{LINE}\" stroke-width=\"2.6\" stroke-dasharray=\"9 3\"");
        tag(svg, &format!("<polyline {style} points=\"{}\"/>", points.trim_end()));
        if let Some((at, label)) = &self.peak {
            let (x, y) = (axes.x(at[0]), axes.y(at[1]));
            tag(svg, &format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{LINE}\"/>"));
            // On the side away from an observed peak that lies near, so that the two labels never meet.
            let mark_beside = self.marks.iter().map(|mark| axes.x(mark.time_secs) - x).find(|dx| dx.abs() < 280.0);
            let is_left = mark_beside.map_or(x > 0.62 * WIDTH, |dx| dx >= 0.0) && x > 0.3 * WIDTH;
            let (dx, anchor) = if is_left { (-9.0, "end") } else { (9.0, "start") };
            haloed(svg, [x + dx, y - 8.0], anchor, LINE, label);
        }
    }

    fn draw_marks(&self, svg: &mut String, axes: &Axes) {
        for mark in &self.marks {
            if mark.time_secs > axes.until_secs || mark.time_secs < 0.0 {
                continue;
            }
            let (x, y) = (axes.x(mark.time_secs), axes.y(mark.value));
            let (from, to) =
                (axes.x(mark.time_secs - mark.tolerance_secs), axes.x(mark.time_secs + mark.tolerance_secs));
            line(svg, [from, y, to, y], INK, " stroke-width=\"2\"");
            line(svg, [from, y - 5.0, from, y + 5.0], INK, " stroke-width=\"2\"");
            line(svg, [to, y - 5.0, to, y + 5.0], INK, " stroke-width=\"2\"");
            tag(svg, &triangle(x, y));
            let peak_x = self.peak.as_ref().map_or(0.0, |(at, _)| axes.x(at[0]));
            let is_right = x >= peak_x && to < WIDTH - 90.0;
            let (at, anchor) = if is_right { ([to + 8.0, y + 16.0], "start") } else { ([from - 8.0, y + 16.0], "end") };
            haloed(svg, at, anchor, INK, &mark.label);
        }
    }

    fn draw_legend(&self, svg: &mut String) {
        let y = 46.0;
        let style = " stroke-width=\"2.6\" stroke-dasharray=\"9 3\"";
        line(svg, [LEFT, y - 5.0, LEFT + 42.0, y - 5.0], LINE, style);
        text(svg, [LEFT + 50.0, y], "start", INK, 14, self.line_name);
        let has_readings = self.readings.all().next().is_some();
        if has_readings {
            let x = LEFT + 165.0;
            line(svg, [x, y - 5.0, x + 28.0, y - 5.0], OBSERVED, " stroke-width=\"1.4\"");
            tag(svg, &dot(x + 14.0, y - 5.0, true));
            text(svg, [x + 34.0, y], "start", INK, 14, &self.readings.name);
        }
        if !self.marks.is_empty() {
            let x = LEFT + if has_readings { 415.0 } else { 300.0 };
            tag(svg, &triangle(x, y - 5.0));
            text(svg, [x + 14.0, y], "start", INK, 14, self.mark_name);
        }
    }
}

/// A reading; hollow if it is doubted.
fn dot(x: f64, y: f64, is_sound: bool) -> String {
    let fill = if is_sound { OBSERVED } else { "#ffffff" };
    format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{fill}\" stroke=\"{OBSERVED}\" stroke-width=\"1.2\"/>")
}

fn triangle(x: f64, y: f64) -> String {
    let points = [[x, y - 8.0], [x + 7.5, y + 5.5], [x - 7.5, y + 5.5]];
    let points: Vec<String> = points.iter().map(|p| format!("{:.1},{:.1}", p[0], p[1])).collect();
    format!("<polygon fill=\"{INK}\" stroke=\"#ffffff\" stroke-width=\"1.2\" points=\"{}\"/>", points.join(" "))
}

fn tag(svg: &mut String, element: &str) {
    svg.push_str(element);
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("a string takes all text");
}

fn line(svg: &mut String, [x1, y1, x2, y2]: [f64; 4], colour: &str, more: &str) {
    put(
        svg,
        format_args!("<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\"{more}/>"),
    );
}

fn text(svg: &mut String, [x, y]: [f64; 2], anchor: &str, colour: &str, size: u32, content: &str) {
    let content = escaped(content);
    let weight = if size > 15 { " font-weight=\"600\"" } else { "" };
    put(
        svg,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\" font-size=\"{size}\"{weight}>{content}</text>"
        ),
    );
}

/// Text legible over lines: its outline in white first, because not every viewer knows `paint-order`.
fn haloed(svg: &mut String, [x, y]: [f64; 2], anchor: &str, colour: &str, content: &str) {
    let content = escaped(content);
    for paint in [
        "fill=\"none\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"".to_owned(),
        format!("fill=\"{colour}\""),
    ] {
        put(svg, format_args!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {paint}>{content}</text>"));
    }
}

/// Text that cannot be read as markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn chart(line: &[[f64; 2]]) -> Chart<'_> {
        Chart {
            title: "A & B <m³/s>".into(),
            start: datetime!(1996-08-03 08:00 +8),
            line,
            line_name: "computed",
            readings: Readings::default(),
            marks: vec![Mark { time_secs: 50_000.0, tolerance_secs: 7200.0, value: 7860.0, label: "7,860".into() }],
            mark_name: "observed",
            levels: vec![Level { value: 3900.0, label: "bankfull".into(), colour: "#7a5a14" }],
            peak: None,
            has_zero: true,
            n_decimals: 0,
        }
    }

    #[test]
    fn values_lie_on_their_axis() {
        // Ticks 0 to 10 000: a value of 5000 lies halfway up, half the time halfway across.
        let line = [[0.0, 5000.0], [50_000.0, 5000.0], [100_000.0, 9000.0]];
        let svg = chart(&line).svg();
        let middle_y = 0.5 * (TOP + HEIGHT - BOTTOM);
        let middle_x = 0.5 * (LEFT + WIDTH - RIGHT);
        assert!(svg.contains(&format!("points=\"{LEFT:.1},{middle_y:.1} {middle_x:.1},{middle_y:.1} ")), "{svg}");
        assert!(svg.contains("A &amp; B &lt;m³/s&gt;"));
    }

    #[test]
    fn readings_are_dots_on_a_line_of_their_own_and_doubted_ones_are_hollow() {
        let line = [[0.0, 5000.0], [50_000.0, 5000.0], [100_000.0, 9000.0]];
        let plain = chart(&line).svg();
        assert!(!plain.contains(OBSERVED), "nothing was observed");
        let readings = Readings {
            sound: vec![[0.0, 2000.0], [100_000.0, 5000.0], [200_000.0, 4000.0]],
            doubtful: vec![[50_000.0, 1000.0]],
            name: "observed <daily>".into(),
        };
        let svg = Chart { readings, ..chart(&line) }.svg();
        let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / 10_000.0;
        let end = WIDTH - RIGHT;
        let points = format!("points=\"{LEFT:.1},{:.1} {end:.1},{:.1}\"", y(2000.0), y(5000.0));
        assert!(svg.contains(&points), "what lies behind the end of the run is left out: {svg}");
        assert_eq!(svg.matches(&format!("fill=\"{OBSERVED}\" stroke")).count(), 3, "two readings and the legend");
        assert_eq!(svg.matches("fill=\"#ffffff\" stroke=\"#a3231f\"").count(), 1);
        assert!(svg.contains("observed &lt;daily&gt;"));
    }

    #[test]
    fn no_line_no_chart() {
        assert_eq!(chart(&[]).svg(), "");
    }
}
