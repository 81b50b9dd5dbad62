//! Pictures of verification: computed values over exact ones along a line.

use super::canvas::{Anchor, Area, Canvas, Rgb, TextStyle};
use super::map::png;
use super::ticks;

/// What a profile picture shows.
#[derive(Debug, Clone)]
pub struct ProfilePlot<'a> {
    /// First line: what it is.
    pub title: &'a str,
    /// Second line: order, grid, error.
    pub caption: &'a str,
    /// Horizontal axis with its unit.
    pub x_label: &'a str,
    /// Vertical axis with its unit.
    pub y_label: &'a str,
    /// Name of the exact curve.
    pub reference: &'a str,
    /// Abscissae, rising.
    pub x: &'a [f64],
    /// Computed values, one for each abscissa.
    pub computed: &'a [f64],
    /// Exact values, one for each abscissa.
    pub exact: &'a [f64],
    /// The bed, if it is to be drawn, one for each abscissa.
    pub bed: Option<&'a [f64]>,
}

const SIZE: [u32; 2] = [1200, 640];
const PLOT: Area = Area::new(110.0, 112.0, 1050.0, 450.0);
const INK: Rgb = [28, 34, 44];
const SOFT: Rgb = [82, 88, 106];
const GRID: Rgb = [226, 224, 216];
const COMPUTED: Rgb = [0, 77, 204];
const EXACT: Rgb = [214, 69, 24];
const BED: Rgb = [176, 164, 140];
/// Computed values are dots while they are this far apart, px; a line otherwise.
const DOTS_FROM_PX: f64 = 5.0;

impl ProfilePlot<'_> {
    /// The picture as PNG; `None` without two abscissae.
    pub fn png(&self) -> Option<Vec<u8>> {
        let axes = Axes::of(self)?;
        let mut canvas = Canvas::filled(SIZE[0], SIZE[1], [255, 255, 255]);
        draw_axes(&mut canvas, &axes);
        if let Some(bed) = self.bed {
            self.draw_bed(&mut canvas, &axes, bed);
        }
        canvas.polyline(&axes.line(self.x, self.exact), EXACT, 5.0, None);
        let computed = axes.line(self.x, self.computed);
        canvas.polyline(&computed, COMPUTED, 1.8, None);
        if f64::from(PLOT.width) / self.x.len() as f64 >= DOTS_FROM_PX {
            for [x, y] in computed {
                canvas.fill_area(Area::new(x - 2.0, y - 2.0, 4.0, 4.0), COMPUTED, 1.0);
            }
        }
        canvas.outline_area(PLOT, SOFT, 1.0);
        self.draw_words(&mut canvas);
        Some(png(&canvas))
    }

    fn draw_bed(&self, canvas: &mut Canvas, axes: &Axes, bed: &[f64]) {
        let mut outline = axes.line(self.x, bed);
        let ends = [outline.last().copied(), outline.first().copied()];
        outline.extend(ends.into_iter().flatten().map(|[x, _]| [x, PLOT.bottom()]));
        canvas.polygon(&outline, BED, None);
    }

    fn draw_words(&self, canvas: &mut Canvas) {
        canvas.text([24.0, 38.0], self.title, &TextStyle::new(25.0, INK).bold());
        canvas.text([24.0, 66.0], self.caption, &TextStyle::new(19.0, SOFT));
        canvas.text([PLOT.left, PLOT.top - 10.0], self.y_label, &TextStyle::new(17.0, INK));
        let x_label = TextStyle::new(18.0, INK).anchor(Anchor::Right);
        canvas.text([PLOT.right(), PLOT.bottom() + 52.0], self.x_label, &x_label);
        let bed = self.bed.map(|_| (BED, 8.0, "bed"));
        let keys = [(COMPUTED, 2.5, "computed"), (EXACT, 5.0, self.reference)];
        let mut left = PLOT.left;
        for (colour, width, name) in keys.into_iter().chain(bed) {
            let y = PLOT.bottom() + 52.0;
            canvas.polyline(&[[left, y - 6.0], [left + 36.0, y - 6.0]], colour, width, None);
            canvas.text([left + 46.0, y], name, &TextStyle::new(18.0, INK));
            left += 80.0 + super::font::text_width_px(name, 18.0);
        }
    }
}

fn draw_axes(canvas: &mut Canvas, axes: &Axes) {
    let label = TextStyle::new(18.0, SOFT);
    for (value, text) in labelled(&axes.x_ticks) {
        let x = axes.at(value, axes.low[1])[0];
        canvas.polyline(&[[x, PLOT.top], [x, PLOT.bottom()]], GRID, 1.0, None);
        canvas.text([x, PLOT.bottom() + 24.0], &text, &label.anchor(Anchor::Middle));
    }
    for (value, text) in labelled(&axes.y_ticks) {
        let y = axes.at(axes.low[0], value)[1];
        canvas.polyline(&[[PLOT.left, y], [PLOT.right(), y]], GRID, 1.0, None);
        canvas.text([PLOT.left - 10.0, y + 6.0], &text, &label.anchor(Anchor::Right));
    }
}

/// Ticks and their texts, with the decimals that their distance needs.
fn labelled(ticks: &[f64]) -> Vec<(f64, String)> {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(1.0);
    // One more where steps are two and a half.
    let decimals = (0..9).find(|d| {
        let scaled = step * 10.0_f64.powi(*d);
        (scaled - scaled.round()).abs() < 1e-6
    });
    #[expect(clippy::cast_sign_loss, reason = "found in 0..9")]
    let decimals = decimals.unwrap_or(9) as usize;
    // Minus zero is zero.
    ticks.iter().map(|t| (*t, format!("{:.decimals$}", t + 0.0))).collect()
}

/// From values to pixels.
struct Axes {
    low: [f64; 2],
    high: [f64; 2],
    x_ticks: Vec<f64>,
    y_ticks: Vec<f64>,
}

impl Axes {
    fn of(plot: &ProfilePlot<'_>) -> Option<Self> {
        let (first, last) = (*plot.x.first()?, *plot.x.last()?);
        // Half of a cell is left out at each end of most profiles: whole numbers look better.
        let slack = 0.02 * (last - first);
        let x_ticks: Vec<f64> =
            ticks::nice(first, last, 8).into_iter().filter(|t| *t >= first - slack && *t <= last + slack).collect();
        let from = x_ticks.first().map_or(first, |t| t.min(first));
        let to = x_ticks.last().map_or(last, |t| t.max(last));
        let shown = || plot.computed.iter().chain(plot.exact).copied().filter(|v| v.is_finite());
        let (water_low, water_high) =
            (shown().fold(f64::INFINITY, f64::min), shown().fold(f64::NEG_INFINITY, f64::max));
        // A bed that stands far above the water would press the water flat.
        let bed_low = plot.bed.into_iter().flatten().copied().fold(water_low, f64::min);
        let bed_high = plot.bed.map_or(water_high, |bed| bed.iter().copied().fold(water_high, f64::max));
        let top = bed_high.min(water_high + 0.5 * (water_high - bed_low));
        let y_ticks = ticks::nice(bed_low, top, 6);
        let low = [from, *y_ticks.first()?];
        let high = [to, *y_ticks.last()?];
        (high[0] > low[0] && high[1] > low[1]).then_some(Self { low, high, x_ticks, y_ticks })
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels; a value beyond the axes is moved onto their end")]
    fn at(&self, x: f64, y: f64) -> [f32; 2] {
        let share = |v: f64, k: usize| ((v - self.low[k]) / (self.high[k] - self.low[k])).clamp(0.0, 1.0) as f32;
        [PLOT.left + PLOT.width * share(x, 0), PLOT.bottom() - PLOT.height * share(y, 1)]
    }

    fn line(&self, x: &[f64], y: &[f64]) -> Vec<[f32; 2]> {
        x.iter().zip(y).map(|(x, y)| self.at(*x, *y)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_on_their_axes() {
        let x = [0.0, 5.0, 10.0];
        let values = [0.0, 2.0, 4.0];
        let plot = ProfilePlot {
            title: "t",
            caption: "c",
            x_label: "x",
            y_label: "y",
            reference: "exact",
            x: &x,
            computed: &values,
            exact: &values,
            bed: None,
        };
        let axes = Axes::of(&plot).unwrap();
        let [px, py] = axes.at(5.0, 2.0);
        assert!((px - (PLOT.left + 0.5 * PLOT.width)).abs() < 0.5);
        assert!((py - (PLOT.top + 0.5 * PLOT.height)).abs() < 0.5);
        assert!(plot.png().unwrap().starts_with(b"\x89PNG"));
        assert!(ProfilePlot { x: &[], ..plot }.png().is_none());
    }

    #[test]
    fn ticks_have_the_decimals_they_need() {
        let texts: Vec<String> = labelled(&[-0.0, 0.25, 0.5]).into_iter().map(|(_, t)| t).collect();
        assert_eq!(texts, ["0.00", "0.25", "0.50"]);
        assert_eq!(labelled(&[0.0, 500.0])[1].1, "500");
        assert_eq!(labelled(&[0.0, 0.001])[1].1, "0.001");
    }
}
