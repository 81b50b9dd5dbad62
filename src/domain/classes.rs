//! Colour classes of water and land: one table for maps, for the scene and for every legend.
//!
//! Plain data and a lookup, so that a colour on paper, on the wall and in the legend cannot differ.
//! Warning colours (SL 758: blue, yellow, orange, red) are not here: they are used for warnings and nothing else.

use crate::domain::frame::REACHED_DEPTH_M;
use crate::domain::text::Label;

/// One class: values from `lower` up to, but not including, `upper`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColourClass {
    /// Smallest value that belongs to the class, in the unit of its scale.
    pub lower: f64,
    /// First value that no longer belongs to it; infinite for the last class.
    pub upper: f64,
    /// sRGB colour, flat and opaque.
    pub rgb: [u8; 3],
    /// Bounds as the legend prints them, without the unit.
    pub label: Label,
}

/// A quantity cut into colour classes, from the smallest value to the largest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassScale {
    /// Name of the quantity.
    pub name: Label,
    /// Unit of the bounds.
    pub unit: Label,
    /// What exactly is shown and from which value on; printed under the legend.
    pub definition: Label,
    /// The classes, each beginning where the one before ends.
    pub classes: &'static [ColourClass],
}

impl ClassScale {
    /// Position of the class that holds a value; `None` below the first class and for NaN.
    ///
    /// ```
    /// use hetu::domain::classes::DEPTH_M;
    /// assert_eq!(DEPTH_M.class_of(0.5), Some(1)); // a bound belongs to the class above it
    /// assert_eq!(DEPTH_M.class_of(0.01), None);
    /// ```
    pub fn class_of(&self, value: f64) -> Option<usize> {
        // Written so that NaN fails the comparison and finds nothing.
        self.classes.iter().rposition(|class| value >= class.lower)
    }

    /// Colour of a value; `None` where nothing is drawn.
    pub fn rgb_of(&self, value: f64) -> Option<[u8; 3]> {
        self.class_of(value).map(|index| self.classes[index].rgb)
    }
}

const fn class(lower: f64, upper: f64, rgb: [u8; 3], zh: &'static str, en: &'static str) -> ColourClass {
    ColourClass { lower, upper, rgb, label: Label::new(zh, en) }
}

/// Depth, m, in the classes of flood-risk maps.
///
/// Breaks 0.5, 1, 2 and 3 m and the colours after SL 483 (flood-risk mapping); the breaks are well known, the colour
/// values are recalled from it and unverified. Water shallower than 0.05 m is not drawn.
pub const DEPTH_M: ClassScale = ClassScale {
    name: Label::new("水深", "Depth"),
    unit: Label::new("m", "m"),
    definition: Label::new(
        "该时刻网格平均水深；不足 0.05 m 不绘",
        "Mean depth of a cell at this moment; below 0.05 m not drawn",
    ),
    classes: &[
        class(REACHED_DEPTH_M, 0.5, [179, 204, 255], "< 0.5", "< 0.5"),
        class(0.5, 1.0, [128, 153, 255], "0.5 ~ 1.0", "0.5 to 1.0"),
        class(1.0, 2.0, [89, 128, 255], "1.0 ~ 2.0", "1.0 to 2.0"),
        class(2.0, 3.0, [38, 115, 242], "2.0 ~ 3.0", "2.0 to 3.0"),
        class(3.0, f64::INFINITY, [0, 77, 204], "3.0 以上", "3.0 and more"),
    ],
};

/// Speed, m/s.
///
/// Breaks after SL 483, recalled and unverified; single-hue ramp (`ColorBrewer` `RdPu`), apart from the blues of depth.
/// Below 0.01 m/s nothing is drawn: standing water has no speed to show.
pub const SPEED_MPS: ClassScale = ClassScale {
    name: Label::new("流速", "Speed"),
    unit: Label::new("m/s", "m/s"),
    definition: Label::new(
        "该时刻垂线平均流速；不足 0.01 m/s 不绘",
        "Depth-averaged speed at this moment; below 0.01 m/s not drawn",
    ),
    classes: &[
        class(0.01, 0.2, [254, 235, 226], "< 0.2", "< 0.2"),
        class(0.2, 0.5, [251, 180, 185], "0.2 ~ 0.5", "0.2 to 0.5"),
        class(0.5, 1.0, [247, 104, 161], "0.5 ~ 1.0", "0.5 to 1.0"),
        class(1.0, 2.0, [197, 27, 138], "1.0 ~ 2.0", "1.0 to 2.0"),
        class(2.0, f64::INFINITY, [122, 1, 119], "2.0 以上", "2.0 and more"),
    ],
};

/// Arrival time, hours after the start of the run.
///
/// Breaks up to 48 h after SL 483, recalled and unverified; 72 and 120 h are ours, because a flood takes four to five
/// days down the reach. Colours: viridis at equal steps, the early end dark.
pub const ARRIVAL_HOURS: ClassScale = ClassScale {
    name: Label::new("到达时间", "Arrival time"),
    unit: Label::new("h", "h"),
    definition: Label::new("自模拟起始至水深首次达到 0.05 m", "From the start of the run to the first depth of 0.05 m"),
    classes: &[
        class(0.0, 3.0, [68, 1, 84], "< 3", "< 3"),
        class(3.0, 6.0, [70, 50, 126], "3 ~ 6", "3 to 6"),
        class(6.0, 12.0, [54, 92, 141], "6 ~ 12", "6 to 12"),
        class(12.0, 24.0, [39, 127, 142], "12 ~ 24", "12 to 24"),
        class(24.0, 48.0, [31, 161, 135], "24 ~ 48", "24 to 48"),
        class(48.0, 72.0, [74, 193, 109], "48 ~ 72", "48 to 72"),
        class(72.0, 120.0, [160, 218, 57], "72 ~ 120", "72 to 120"),
        class(120.0, f64::INFINITY, [253, 231, 37], "120 以上", "120 and more"),
    ],
};

/// How the water of a second run differs from that of a first: the numbers of
/// [`Difference::level`](crate::domain::compare::Difference::level), green where there is less of it, purple where there
/// is more (`ColorBrewer` `PRGn`, told apart by the colour-blind).
pub const DIFFERENCE: ClassScale = ClassScale {
    name: Label::new("差异", "Difference"),
    unit: Label::new("类", "class"),
    definition: Label::new(
        "两分支同一时刻水深之差；不足 0.05 m 记为相同",
        "Difference of depth of two branches at one moment; below 0.05 m they count as alike",
    ),
    classes: &[
        class(f64::NEG_INFINITY, -1.5, [27, 120, 55], "不再淹没", "Newly dry"),
        class(-1.5, -0.5, [166, 219, 160], "更浅", "Shallower"),
        class(-0.5, 0.5, [214, 214, 214], "相同", "Alike"),
        class(0.5, 1.5, [194, 165, 207], "更深", "Deeper"),
        class(1.5, f64::INFINITY, [118, 42, 131], "新增淹没", "Newly wet"),
    ],
};

/// In how many of several runs a place is wet: 0 in some, 1 in all.
pub const AGREEMENT: ClassScale = ClassScale {
    name: Label::new("一致性", "Agreement"),
    unit: Label::new("类", "class"),
    definition: Label::new("此刻水深达 0.05 m 的分支", "Branches deeper than 0.05 m at this moment"),
    classes: &[
        class(f64::NEG_INFINITY, 0.5, [253, 174, 97], "部分淹没", "Sometimes flooded"),
        class(0.5, f64::INFINITY, [84, 39, 136], "均淹没", "Always flooded"),
    ],
};

/// Largest class of hazard so far, 1 to 6 ([`hazard_class`](crate::domain::hazard::hazard_class)).
///
/// Classes of AIDR Guideline 7-3; magma reversed at equal steps, apart from the official colours of warnings.
pub const HAZARD_CLASS: ClassScale = ClassScale {
    name: Label::new("危险等级", "Hazard"),
    unit: Label::new("级", "class"),
    definition: Label::new(
        "起算以来最大危险等级 H1–H6（AIDR 指南 7-3）：同一时刻水深与流速",
        "Largest class so far, H1 to H6 (AIDR Guideline 7-3): depth and speed at one instant",
    ),
    classes: &[
        class(0.5, 1.5, [252, 253, 191], "H1 一般安全", "H1 generally safe"),
        class(1.5, 2.5, [254, 176, 120], "H2 小车不可行", "H2 small cars unsafe"),
        class(2.5, 3.5, [241, 96, 93], "H3 车辆老幼不可行", "H3 cars, children, old unsafe"),
        class(3.5, 4.5, [182, 54, 121], "H4 人车均不可行", "H4 people and cars unsafe"),
        class(4.5, 5.5, [114, 31, 129], "H5 一般房屋易毁", "H5 weak buildings fail"),
        class(5.5, f64::INFINITY, [44, 17, 95], "H6 各类房屋可毁", "H6 any building may fail"),
    ],
};

/// Time under water of at least 0.05 m so far, hours.
///
/// Breaks at 12 h, 1, 3 and 7 days: crops and mud houses are lost by days (our choice, near the breaks of HEC's crop
/// curves); `ColorBrewer` `YlGnBu`, lighter means shorter.
pub const DURATION_HOURS: ClassScale = ClassScale {
    name: Label::new("淹没历时", "Duration"),
    unit: Label::new("h", "h"),
    definition: Label::new("起算以来水深达 0.05 m 的累计时间", "Time with a depth of 0.05 m or more since the start"),
    classes: &[
        class(0.0, 12.0, [255, 255, 204], "< 12", "< 12"),
        class(12.0, 24.0, [161, 218, 180], "12 ~ 24", "12 to 24"),
        class(24.0, 72.0, [65, 182, 196], "24 ~ 72", "24 to 72"),
        class(72.0, 168.0, [44, 127, 184], "72 ~ 168", "72 to 168"),
        class(168.0, f64::INFINITY, [37, 52, 148], "168 以上", "168 and more"),
    ],
};

/// Largest rate of rise of the depth so far, m/h.
///
/// 0.5 and 4 m/h are the bounds between which deaths are told apart by the rate of rise (Jonkman 2007); the others are
/// ours. `ColorBrewer` `OrRd`.
pub const RISE_MPH: ClassScale = ClassScale {
    name: Label::new("上涨速率", "Rate of rise"),
    unit: Label::new("m/h", "m/h"),
    definition: Label::new(
        "起算以来水深在一分钟内的最大上涨速率",
        "Largest rate of rise of the depth within a minute since the start",
    ),
    classes: &[
        class(0.0, 0.1, [254, 240, 217], "< 0.1", "< 0.1"),
        class(0.1, 0.5, [253, 204, 138], "0.1 ~ 0.5", "0.1 to 0.5"),
        class(0.5, 1.5, [252, 141, 89], "0.5 ~ 1.5", "0.5 to 1.5"),
        class(1.5, 4.0, [215, 48, 31], "1.5 ~ 4", "1.5 to 4"),
        class(4.0, f64::INFINITY, [127, 0, 0], "4 以上", "4 and more"),
    ],
};

/// Water as it looks: no classes, only what the colours stand for.
pub const NATURAL: ClassScale = ClassScale {
    name: Label::new("实景水面", "Water as it looks"),
    unit: Label::new("", ""),
    definition: Label::new(
        "水色示意：按流速由澄清到浑浊，纹理随计算流速漂移；不表示含沙量",
        "Colour is schematic: from clear to turbid by speed, ripples drift with the computed flow; not a concentration",
    ),
    classes: &[
        class(f64::NEG_INFINITY, 0.3, [84, 116, 120], "缓流，较清", "slow, clearer"),
        class(0.3, 1.5, [140, 116, 78], "行洪，浑浊", "flowing, turbid"),
        class(1.5, f64::INFINITY, [178, 146, 96], "急流，含沙", "fast, laden"),
    ],
};

/// Water of the main channel where it is told apart from flooded land: silt brown, sRGB.
pub const CHANNEL_RGB: [u8; 3] = [150, 112, 60];

/// A dry village, sRGB: its platform, its walls, its roofs.
pub const VILLAGE_DRY_RGB: [[u8; 3]; 3] = [[186, 170, 138], [240, 232, 214], [158, 92, 70]];

/// A village with water at its foot, sRGB: apart from the blues of depth, and, for layers that are red or purple
/// themselves, apart from those; never a colour of warnings.
pub const VILLAGE_FLOODED_RGB: [[u8; 3]; 2] = [[224, 40, 150], [190, 242, 80]];

/// Colours of dry land from the lowest ground to the highest: muted greens to muted ochres, sRGB, at equal steps.
const LAND_RGB: [[f64; 3]; 5] =
    [[170.0, 186.0, 146.0], [188.0, 198.0, 156.0], [207.0, 206.0, 165.0], [220.0, 207.0, 165.0], [226.0, 199.0, 155.0]];

/// Colour of dry land by its relative height: 0 the lowest, 1 the highest; values outside are clamped, NaN counts as 0.
///
/// Channels from 0 to 255, not yet shaded.
pub fn land_rgb(height_frac: f64) -> [f64; 3] {
    let n_steps = (LAND_RGB.len() - 1) as f64;
    let known = if height_frac.is_nan() { 0.0 } else { height_frac };
    let place = known.clamp(0.0, 1.0) * n_steps;
    let step = (1..LAND_RGB.len() - 1).rev().find(|&i| place >= i as f64).unwrap_or(0);
    let share = place - step as f64;
    std::array::from_fn(|i| LAND_RGB[step][i] + (LAND_RGB[step + 1][i] - LAND_RGB[step][i]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_join_without_gap_and_a_bound_belongs_above() {
        for scale in [DEPTH_M, SPEED_MPS, ARRIVAL_HOURS, HAZARD_CLASS, DURATION_HOURS, RISE_MPH] {
            for (i, pair) in scale.classes.windows(2).enumerate() {
                assert!((pair[0].upper - pair[1].lower).abs() < f64::EPSILON, "{} class {i}", scale.name.en);
                assert_eq!(scale.class_of(pair[1].lower), Some(i + 1));
                assert_eq!(scale.class_of(pair[1].lower.next_down()), Some(i));
            }
            assert_eq!(scale.class_of(f64::INFINITY), Some(scale.classes.len() - 1));
            assert_eq!(scale.class_of(f64::NAN), None);
        }
    }

    #[test]
    fn depth_classes_are_those_of_the_standard() {
        let cases = [(0.049, None), (0.05, Some(0)), (0.499, Some(0)), (0.5, Some(1)), (1.0, Some(2)), (2.0, Some(3))];
        for (depth_m, expected) in cases.into_iter().chain([(2.999, Some(3)), (3.0, Some(4)), (12.0, Some(4))]) {
            assert_eq!(DEPTH_M.class_of(depth_m), expected, "{depth_m} m");
        }
        assert_eq!(DEPTH_M.rgb_of(0.2), Some([179, 204, 255]));
        assert_eq!(DEPTH_M.rgb_of(9.0), Some([0, 77, 204]));
    }

    #[test]
    fn darker_means_deeper() {
        let luma = |c: [u8; 3]| 0.2126 * f64::from(c[0]) + 0.7152 * f64::from(c[1]) + 0.0722 * f64::from(c[2]);
        let lumas: Vec<f64> = DEPTH_M.classes.iter().map(|c| luma(c.rgb)).collect();
        assert!(lumas.windows(2).all(|p| p[0] > p[1]), "{lumas:?}");
    }

    #[test]
    fn land_colour_meets_its_table_and_clamps() {
        for (height_frac, row) in [(0.0, 0), (0.5, 2), (1.0, 4), (7.0, 4), (f64::NAN, 0)] {
            let off = land_rgb(height_frac).iter().zip(LAND_RGB[row]).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(off < 1e-9, "{height_frac}: {:?}", land_rgb(height_frac));
        }
    }
}
