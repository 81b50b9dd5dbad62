//! The cross-section of a channel: width that grows with depth, in straight pieces.
//!
//! Between two corners the width grows linearly, so area and hydrostatic term are polynomials and the depth of an area
//! is the root of a quadratic. Conveyance is summed by strips (Manning 1891, wide section): a strip of width dw whose
//! bed lies z above the lowest point carries `(d - z)^(5/3) / n * sqrt(S) dw`, as the two-dimensional equations have
//! it; the wall's share of the wetted perimeter is left out. With linear pieces that sum is a closed form too.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is wrong with the figures of a section.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum SectionFault {
    /// A width that is not a positive number.
    #[error("width {found} m, allowed is a finite number above 0")]
    Width {
        /// What was found, m.
        found: f64,
    },
    /// A depth under the lip that is not a positive number.
    #[error("depth {found} m under the lip, allowed is a finite number above 0")]
    Depth {
        /// What was found, m.
        found: f64,
    },
    /// A share of flat bottom outside its range.
    #[error("share {found} of flat bottom, allowed is above 0 and at most 1")]
    Bottom {
        /// What was found.
        found: f64,
    },
    /// A point that is not above the one before it, or narrower, or not finite; the first must stand at 0.
    #[error(
        "point {index}: height {height_m} m, width {width_m} m; allowed are finite heights that begin at 0 and rise, \
         and finite widths that begin above 0 and never shrink"
    )]
    Point {
        /// Position of the point, from 0.
        index: usize,
        /// Its height above the lowest point, m.
        height_m: f64,
        /// Its width, m.
        width_m: f64,
    },
    /// No point at all.
    #[error("no point, allowed is one or more")]
    Empty,
}

/// From one corner of the section up to the next; the last has no end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Piece {
    /// Height of the corner above the lowest point, m.
    from_m: f64,
    /// Width just above the corner, m.
    width_m: f64,
    /// Growth of the width with height, m/m.
    spread: f64,
    /// Area below the corner, m².
    area_m2: f64,
    /// Hydrostatic term at the corner, m³.
    moment_m3: f64,
    /// Width of level bed that begins at the corner, m; negative where the section narrows at once.
    strip_m: f64,
    /// 3/8 of the change of spread at the corner, m/m.
    strip_spread: f64,
}

/// A cross-section, by the depth of water over its lowest point.
///
/// All functions take a depth (m) of 0 or more and rise with it without a break.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pieces: Vec<Piece>,
    lip_m: f64,
}

impl Section {
    /// A trapezoid of `lip_width_m` between the lips and `depth_m` under them, of which `bottom_frac` is flat bottom
    /// and the rest two straight banks; above the lip a vertical column of `column_width_m`.
    ///
    /// The column may be wider or narrower than the trapezoid: above the lip the water stands on grid cells, and the
    /// column has exactly their area. A wider column adds strips with their bed at the lip; under a narrower one the
    /// outer strips carry no more than the slice below the lip.
    ///
    /// # Errors
    /// [`SectionFault`] for a width or depth that is not above 0, or a share outside 0 to 1.
    pub fn trapezoid(
        lip_width_m: f64,
        depth_m: f64,
        bottom_frac: f64,
        column_width_m: f64,
    ) -> Result<Self, SectionFault> {
        if !(depth_m > 0.0 && depth_m.is_finite()) {
            return Err(SectionFault::Depth { found: depth_m });
        }
        if !(bottom_frac > 0.0 && bottom_frac <= 1.0) {
            return Err(SectionFault::Bottom { found: bottom_frac });
        }
        checked_width(lip_width_m)?;
        Self::from_points(&[[0.0, bottom_frac * lip_width_m], [depth_m, lip_width_m]], Some(column_width_m))
    }

    /// A section from (height above the lowest point, width) points, both in m; the last point is the lip. Above it the
    /// section is a vertical column of `column_width_m`, or of the last width.
    ///
    /// # Errors
    /// [`SectionFault`] for points that do not rise from 0, widths that shrink or are not above 0, or no point.
    pub fn from_points(points: &[[f64; 2]], column_width_m: Option<f64>) -> Result<Self, SectionFault> {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return Err(SectionFault::Empty) };
        for (index, &[height_m, width_m]) in points.iter().enumerate() {
            let rises = match index.checked_sub(1).map(|before| points[before]) {
                Some([below, narrower]) => height_m > below && width_m >= narrower,
                None => height_m.abs() <= 0.0 && width_m > 0.0,
            };
            if !rises || !height_m.is_finite() || !width_m.is_finite() {
                return Err(SectionFault::Point { index, height_m, width_m });
            }
        }
        let column_m = checked_width(column_width_m.unwrap_or(last[1]))?;
        let mut pieces: Vec<Piece> = Vec::with_capacity(points.len());
        let mut spread_below = 0.0;
        for pair in points.windows(2) {
            let spread = (pair[1][1] - pair[0][1]) / (pair[1][0] - pair[0][0]);
            let strip_m = if pieces.is_empty() { first[1] } else { 0.0 };
            pieces.push(Piece::on_top_of(&pieces, pair[0], strip_m, [spread_below, spread]));
            spread_below = spread;
        }
        let strip_m = if pieces.is_empty() { column_m } else { column_m - last[1] };
        pieces.push(Piece::on_top_of(&pieces, [last[0], column_m], strip_m, [spread_below, 0.0]));
        Ok(Self { pieces, lip_m: last[0] })
    }

    /// A rectangle without end.
    ///
    /// # Errors
    /// [`SectionFault::Width`] for a width that is not above 0.
    pub fn rectangle(width_m: f64) -> Result<Self, SectionFault> {
        Self::from_points(&[[0.0, checked_width(width_m)?]], None)
    }

    /// Height of the lip above the lowest point, m.
    pub fn lip_m(&self) -> f64 {
        self.lip_m
    }

    /// Width of the column above the lip, m.
    pub fn column_width_m(&self) -> f64 {
        self.pieces[self.pieces.len() - 1].width_m
    }

    /// Area of the water, m².
    pub fn area_m2(&self, depth_m: f64) -> f64 {
        self.piece_at(depth_m).area_m2(depth_m)
    }

    /// Width of the surface, m.
    pub fn top_width_m(&self, depth_m: f64) -> f64 {
        self.piece_at(depth_m).top_width_m(depth_m)
    }

    /// Hydrostatic term, m³: the integral of the area over the depth. Times g and the density it is the thrust on the
    /// section.
    pub fn moment_m3(&self, depth_m: f64) -> f64 {
        let piece = self.piece_at(depth_m);
        let over = depth_m - piece.from_m;
        piece.moment_m3 + over * (piece.area_m2 + over * (0.5 * piece.width_m + over * piece.spread / 6.0))
    }

    /// Conveyance times Manning's n, m^(8/3): discharge is this times √S / n.
    pub fn conveyance_m8_3(&self, depth_m: f64) -> f64 {
        let strips = self.pieces.iter().take_while(|piece| piece.from_m < depth_m);
        strips.map(|piece| piece.strips_m8_3(depth_m)).sum()
    }

    /// Depth that an area (m²) fills, m; exact to rounding.
    pub fn depth_m(&self, area_m2: f64) -> f64 {
        let index = self.index_by(|piece| piece.area_m2 <= area_m2);
        let piece = &self.pieces[index];
        let over = area_m2 - piece.area_m2;
        let root = (piece.width_m * piece.width_m + 2.0 * piece.spread * over).max(0.0).sqrt();
        piece.from_m + 2.0 * over / (piece.width_m + root)
    }

    /// Depth at which a discharge (m³/s) flows uniformly down `slope` with Manning's `n`, m: to about 1e-14.
    pub fn normal_depth_m(&self, discharge_m3s: f64, slope: f64, manning: f64) -> f64 {
        let wanted = discharge_m3s * manning / slope.sqrt();
        root_above_zero(|depth_m| self.conveyance_m8_3(depth_m) - wanted)
    }

    /// Depth at which a discharge (m³/s) flows at the speed of its own waves, m.
    pub fn critical_depth_m(&self, discharge_m3s: f64, gravity_mps2: f64) -> f64 {
        let q2 = discharge_m3s * discharge_m3s;
        root_above_zero(|depth_m| gravity_mps2 * self.area_m2(depth_m).powi(3) - q2 * self.top_width_m(depth_m))
    }

    fn piece_at(&self, depth_m: f64) -> &Piece {
        &self.pieces[self.index_by(|piece| piece.from_m <= depth_m)]
    }

    /// Last piece that satisfies `is_below`, the first if none does.
    fn index_by(&self, is_below: impl Fn(&Piece) -> bool) -> usize {
        self.pieces[1..].iter().take_while(|piece| is_below(piece)).count()
    }
}

impl Piece {
    /// The piece that begins at `corner` (height, width) on the pieces below it.
    fn on_top_of(below: &[Self], corner: [f64; 2], strip_m: f64, [spread_below, spread]: [f64; 2]) -> Self {
        let [from_m, width_m] = corner;
        let (area_m2, moment_m3) = below.last().map_or((0.0, 0.0), |last| {
            let over = from_m - last.from_m;
            let area = last.area_m2(from_m);
            let moment = over * (last.area_m2 + over * (0.5 * last.width_m + over * last.spread / 6.0));
            (area, last.moment_m3 + moment)
        });
        Self { from_m, width_m, spread, area_m2, moment_m3, strip_m, strip_spread: 0.375 * (spread - spread_below) }
    }

    fn area_m2(&self, depth_m: f64) -> f64 {
        let over = depth_m - self.from_m;
        self.area_m2 + over * (self.width_m + 0.5 * self.spread * over)
    }

    fn top_width_m(&self, depth_m: f64) -> f64 {
        self.width_m + self.spread * (depth_m - self.from_m)
    }

    /// What the strips that begin at this corner add to the conveyance.
    fn strips_m8_3(&self, depth_m: f64) -> f64 {
        let over = depth_m - self.from_m;
        let r = over.cbrt();
        (self.strip_m + self.strip_spread * over) * over * r * r
    }
}

fn checked_width(width_m: f64) -> Result<f64, SectionFault> {
    if width_m > 0.0 && width_m.is_finite() { Ok(width_m) } else { Err(SectionFault::Width { found: width_m }) }
}

/// Root of a rising function, 0 if it is not below 0 there; by halving, down to neighbouring numbers.
fn root_above_zero(f: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while f(high) < 0.0 && high < 1e9 {
        low = high;
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    if f(low) < 0.0 { high } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sections() -> impl Strategy<Value = Section> {
        let trapezoid = (50.0..3000.0, 0.5..8.0, 0.05..1.0_f64, 0.7..1.6).prop_map(
            |(w, d, bottom, column): (f64, f64, f64, f64)| Section::trapezoid(w, d, bottom, w * column).unwrap(),
        );
        let points = (10.0..500.0, prop::collection::vec((0.05..2.0, 0.0..300.0), 0..12), 0.6..1.5).prop_map(
            |(w, steps, column): (f64, Vec<(f64, f64)>, f64)| {
                let mut points = vec![[0.0, w]];
                for (up, out) in steps {
                    let [z, width] = points[points.len() - 1];
                    points.push([z + up, width + out]);
                }
                let last = points[points.len() - 1][1];
                Section::from_points(&points, Some(last * column)).unwrap()
            },
        );
        prop_oneof![trapezoid, points]
    }

    proptest! {
        #[test]
        fn the_depth_of_an_area_is_its_inverse(section in sections(), depth in 1e-6..30.0_f64) {
            let back = section.depth_m(section.area_m2(depth));
            prop_assert!((back - depth).abs() < 1e-13 * (1.0 + depth), "{depth} became {back}");
        }

        #[test]
        fn area_moment_and_conveyance_rise(section in sections(), depth in 1e-3..30.0_f64, rise in 1e-4..1.0_f64) {
            let above = depth + rise;
            prop_assert!(section.area_m2(above) > section.area_m2(depth));
            prop_assert!(section.moment_m3(above) > section.moment_m3(depth));
            prop_assert!(section.conveyance_m8_3(above) > section.conveyance_m8_3(depth));
            prop_assert!(section.top_width_m(depth) > 0.0);
        }

        #[test]
        fn width_and_area_are_the_slopes_of_area_and_moment(section in sections(), depth in 0.1..20.0_f64) {
            // Differences over a short span against the mean by Simpson's rule; the width may jump at the lip.
            let e = 1e-4;
            let (low, high) = (depth - e, depth + e);
            prop_assume!((depth - section.lip_m()).abs() > e);
            let mean = |f: &dyn Fn(f64) -> f64| (f(low) + 4.0 * f(depth) + f(high)) / 6.0;
            let area = (section.area_m2(high) - section.area_m2(low)) / (2.0 * e);
            // At a corner inside the span the width itself is off by the order of the span.
            prop_assert!((area / mean(&|d| section.top_width_m(d)) - 1.0).abs() < 2e-2);
            let moment = (section.moment_m3(high) - section.moment_m3(low)) / (2.0 * e);
            prop_assert!((moment / mean(&|d| section.area_m2(d)) - 1.0).abs() < 1e-6);
        }
    }

    /// Strips laid side by side give the closed form, in the banks, over the lip, beside a wider and a narrower column.
    #[test]
    fn conveyance_is_the_sum_of_strips() {
        let (w, depth, bottom) = (1000.0, 3.0, 0.6);
        for column in [1000.0, 1300.0, 800.0] {
            let section = Section::trapezoid(w, depth, bottom, column).unwrap();
            for d in [0.7, 2.9, 3.0, 3.4, 6.0] {
                let n = 200_000;
                let dw = w / f64::from(n);
                let within: f64 = (0..n)
                    .map(|i| ((f64::from(i) + 0.5) * dw - 0.5 * w).abs() / (0.5 * w))
                    .map(|s| depth * ((s - bottom) / (1.0 - bottom)).max(0.0))
                    .map(|z| (d - z).max(0.0).powf(5.0 / 3.0) * dw)
                    .sum();
                let beside = (column - w) * (d - depth).max(0.0).powf(5.0 / 3.0);
                let closed = section.conveyance_m8_3(d);
                assert!((closed / (within + beside) - 1.0).abs() < 1e-7, "{column} {d}: {closed} {within} {beside}");
            }
        }
    }

    #[test]
    fn bankfull_is_that_of_the_trapezoid_worked_by_hand() {
        // (0.6 + 0.4 · 3/8) · 1500 · 1.9037^(5/3) · √1.7e-4 / 0.011 = 3899.3 m³/s; area 0.8 · 1500 · 1.9037 = 2284.4 m².
        let section = Section::trapezoid(1500.0, 1.9037, 0.6, 1500.0).unwrap();
        let q = section.conveyance_m8_3(1.9037) * 1.7e-4_f64.sqrt() / 0.011;
        assert!((q - 3899.26).abs() < 0.01, "{q}");
        assert!((section.area_m2(1.9037) - 2284.44).abs() < 1e-9);
        assert!((section.normal_depth_m(q, 1.7e-4, 0.011) - 1.9037).abs() < 1e-12);
    }

    #[test]
    fn the_column_has_the_width_of_its_cells() {
        let section = Section::trapezoid(800.0, 2.5, 0.6, 1000.0).unwrap();
        let gained = section.area_m2(4.5) - section.area_m2(2.5);
        assert!((gained - 2000.0).abs() < 1e-9);
        assert!((section.column_width_m() - 1000.0).abs() < 1e-12 && (section.lip_m() - 2.5).abs() < 1e-12);
    }

    #[test]
    fn critical_flow_in_a_rectangle_has_a_froude_number_of_one() {
        let section = Section::rectangle(20.0).unwrap();
        let h = section.critical_depth_m(100.0, 9.81);
        assert!((h - (25.0_f64 / 9.81).cbrt()).abs() < 1e-12, "{h}");
    }

    #[test]
    fn bad_figures_are_named() {
        assert_eq!(Section::trapezoid(-1.0, 2.0, 0.6, 10.0), Err(SectionFault::Width { found: -1.0 }));
        assert_eq!(Section::trapezoid(10.0, 0.0, 0.6, 10.0), Err(SectionFault::Depth { found: 0.0 }));
        assert_eq!(Section::trapezoid(10.0, 2.0, 1.2, 10.0), Err(SectionFault::Bottom { found: 1.2 }));
        assert_eq!(Section::from_points(&[], None), Err(SectionFault::Empty));
        let fault = Section::from_points(&[[0.0, 5.0], [1.0, 4.0]], None).unwrap_err();
        assert!(fault.to_string().starts_with("point 1: height 1 m, width 4 m"), "{fault}");
    }
}
