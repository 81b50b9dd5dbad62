//! Design tokens: every colour, size and spacing of the interface, and the fonts. Nowhere else.
//!
//! Dark is the default, for a dim room; light is for printing. Contrast of text is at least 4.5 : 1 (tested).

use std::sync::Arc;

use bevy_egui::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke,
    TextStyle, Ui, Vec2, vec2,
};

use crate::domain::scenario::Mode;

/// Simplified Chinese glyphs (GB 2312) with Latin of the same design; see `assets/fonts/LICENSE-noto-cjk.txt`.
const NOTO_CJK: &[u8] = include_bytes!("../../assets/fonts/NotoSansCJKsc-Regular-gb2312-subset.otf");

/// Smallest text, pt.
pub const TEXT_SMALL_PT: f32 = 12.0;
/// Running text, pt.
pub const TEXT_BODY_PT: f32 = 14.0;
/// Heading of a panel, pt.
pub const TEXT_HEADING_PT: f32 = 16.0;
/// Clocks, pt.
pub const TEXT_CLOCK_PT: f32 = 20.0;
/// The four numbers, pt.
pub const TEXT_NUMBER_PT: f32 = 30.0;
/// Watermark of a drill, pt.
pub const TEXT_WATERMARK_PT: f32 = 120.0;

/// Space inside a group, pt.
pub const GAP_SMALL: f32 = 4.0;
/// Space between things, pt.
pub const GAP: f32 = 8.0;
/// Space between groups and at the edge of a panel, pt.
pub const GAP_LARGE: f32 = 12.0;
/// Height of a button, pt.
pub const BUTTON_HEIGHT: f32 = 28.0;
/// Height of a table row, pt.
pub const ROW_HEIGHT: f32 = 21.0;
/// Width of a folded panel, pt.
pub const FOLDED_WIDTH: f32 = 24.0;
/// Height of one notice, pt.
pub const NOTICE_HEIGHT: f32 = 44.0;
/// Width of the mode's frame round the scene, pt.
pub const FRAME_WIDTH: f32 = 3.0;
/// Left margin of timeline and hydrographs, for the numbers of the axis, pt.
pub const AXIS_GUTTER: f32 = 64.0;
/// Right margin of timeline and hydrographs, pt.
pub const AXIS_END: f32 = 20.0;
/// Corner radius of buttons and cards, pt.
pub const RADIUS: u8 = 4;

/// Which set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// For the dim room.
    #[default]
    Dark,
    /// For printing.
    Light,
}

/// Colours of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// Ground of the panels.
    pub panel: Color32,
    /// Ground of cards, buttons and tracks.
    pub raised: Color32,
    /// Ground under the pointer.
    pub hovered: Color32,
    /// Thin lines between things.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Text of lesser weight.
    pub text_weak: Color32,
    /// What can be pressed, and the playhead.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Ground of what has been computed on the timeline.
    pub computed: Color32,
    /// Something failed; always with a sign and a text.
    pub error: Color32,
    /// Lines of the stations in the hydrographs.
    pub series: [Color32; 8],
    /// Label in the scene.
    pub label: Color32,
    /// Thin outline of a label in the scene.
    pub label_outline: Color32,
    /// Ground of cards that lie on the scene.
    pub card: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const DARK: Tokens = Tokens {
    panel: rgb(0x0011_171d),
    raised: rgb(0x001c_252d),
    hovered: rgb(0x0027_333d),
    line: rgb(0x002f_3b45),
    text: rgb(0x00e9_eef2),
    text_weak: rgb(0x00a8_b5c0),
    accent: rgb(0x0056_d6c6),
    on_accent: rgb(0x0006_201d),
    computed: rgb(0x0023_5f5d),
    error: rgb(0x00ff_8a80),
    series: [
        rgb(0x005c_c8ff),
        rgb(0x00f2_9ad0),
        rgb(0x00a8_e06a),
        rgb(0x00d9_c7a0),
        rgb(0x00b9_a5ff),
        rgb(0x00e9_eef2),
        rgb(0x00d0_8d57),
        rgb(0x003f_c08e),
    ],
    label: rgb(0x00ff_ffff),
    label_outline: rgb(0x000b_1014),
    card: Color32::from_rgba_premultiplied(15, 21, 26, 224),
};

const LIGHT: Tokens = Tokens {
    panel: rgb(0x00fb_fbfa),
    raised: rgb(0x00ec_eff0),
    hovered: rgb(0x00de_e4e6),
    line: rgb(0x00c3_cbd0),
    text: rgb(0x0014_1a1f),
    text_weak: rgb(0x004c_5862),
    accent: rgb(0x0000_6a60),
    on_accent: rgb(0x00ff_ffff),
    computed: rgb(0x009f_d4cd),
    error: rgb(0x00a8_1c14),
    series: [
        rgb(0x0000_5f9e),
        rgb(0x00a8_1f72),
        rgb(0x0039_6e00),
        rgb(0x0070_6400),
        rgb(0x0059_3cc0),
        rgb(0x0014_1a1f),
        rgb(0x008b_4513),
        rgb(0x0050_6678),
    ],
    label: rgb(0x00ff_ffff),
    label_outline: rgb(0x000b_1014),
    card: Color32::from_rgba_premultiplied(226, 226, 225, 230),
};

impl Theme {
    /// The colours of this theme.
    pub const fn tokens(self) -> &'static Tokens {
        match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        }
    }

    /// The other theme.
    pub const fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }
}

/// The colours in force.
pub fn tokens(ui: &Ui) -> &'static Tokens {
    if ui.visuals().dark_mode { &DARK } else { &LIGHT }
}

/// Colour of a mode, of its badge and of the frame round the scene, on either theme; badge text is [`on_mode`].
pub const fn mode_colour(mode: Mode) -> Color32 {
    match mode {
        Mode::Observed => rgb(0x00c3_ccd3),
        Mode::Forecast => rgb(0x0059_a8ff),
        Mode::Rehearsal => rgb(0x00b8_97ff),
        Mode::Drill => rgb(0x00ff_b224),
    }
}

/// Text on the colour of a mode.
pub const fn on_mode() -> Color32 {
    rgb(0x0010_1418)
}

/// Official warning levels (SL 758-2018), used for warnings and nothing else, always with shape and numeral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningLevel {
    /// Ⅳ, general.
    Blue,
    /// Ⅲ, fairly serious.
    Yellow,
    /// Ⅱ, serious.
    Orange,
    /// Ⅰ, very serious.
    Red,
}

impl WarningLevel {
    /// All, from the mildest.
    pub const ALL: [Self; 4] = [Self::Blue, Self::Yellow, Self::Orange, Self::Red];

    /// Ground of the banner.
    pub const fn colour(self) -> Color32 {
        match self {
            Self::Blue => rgb(0x001f_5fd0),
            Self::Yellow => rgb(0x00ff_d800),
            Self::Orange => rgb(0x00ff_8c1a),
            Self::Red => rgb(0x00c8_1e1e),
        }
    }

    /// Text on that ground.
    pub const fn on_colour(self) -> Color32 {
        match self {
            Self::Blue | Self::Red => rgb(0x00ff_ffff),
            Self::Yellow | Self::Orange => rgb(0x0010_1418),
        }
    }

    /// Shape and numeral that carry the level without colour.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Blue => "● Ⅳ",
            Self::Yellow => "▲ Ⅲ",
            Self::Orange => "◆ Ⅱ",
            Self::Red => "■ Ⅰ",
        }
    }
}

/// Sizes of the panels, by the size of the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Height of the bar at the top, pt.
    pub top: f32,
    /// Width of the left panel, pt.
    pub left: f32,
    /// Width of the right panel, pt.
    pub right: f32,
    /// Height of transport, timeline and hydrographs, pt.
    pub bottom: f32,
    /// Height of transport and timeline alone, pt.
    pub timeline: f32,
}

impl Metrics {
    /// Sizes for a screen of this size, pt. From 1600 x 900 on there is room; below, everything is drawn closer.
    pub fn for_screen(size: Vec2) -> Self {
        if size.x >= 1600.0 && size.y >= 900.0 {
            Self { top: 54.0, left: 236.0, right: 304.0, bottom: 198.0, timeline: 50.0 }
        } else {
            Self { top: 54.0, left: 220.0, right: 296.0, bottom: 158.0, timeline: 46.0 }
        }
    }
}

/// Font of a size, pt.
pub fn font(size_pt: f32) -> FontId {
    FontId::proportional(size_pt)
}

/// Puts the Chinese font before egui's own. Call once, before the first text.
pub fn install_fonts(ctx: &Context) {
    const NAME: &str = "noto-sans-cjk-sc";
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert(NAME.to_owned(), Arc::new(FontData::from_static(NOTO_CJK)));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        // First, also for Latin: egui's Ubuntu Light beside it looks thin from three metres, and egui's symbol fonts
        // draw full-width punctuation as pictures. They stay behind it for what it lacks. Its figures are tabular.
        fonts.families.entry(family).or_default().insert(0, NAME.to_owned());
    }
    ctx.set_fonts(fonts);
}

/// Puts a theme in force.
pub fn apply(ctx: &Context, theme: Theme) {
    let (kind, mut visuals) = match theme {
        Theme::Dark => (egui::Theme::Dark, egui::Visuals::dark()),
        Theme::Light => (egui::Theme::Light, egui::Visuals::light()),
    };
    paint_visuals(&mut visuals, theme.tokens());
    ctx.set_theme(kind);
    ctx.style_mut_of(kind, |style| {
        style.visuals = visuals;
        style.animation_time = 0.0; // nothing moves that does not mean something
        style.text_styles = [
            (TextStyle::Small, TEXT_SMALL_PT),
            (TextStyle::Body, TEXT_BODY_PT),
            (TextStyle::Button, TEXT_BODY_PT),
            (TextStyle::Heading, TEXT_HEADING_PT),
        ]
        .map(|(name, size)| (name, font(size)))
        .into_iter()
        .chain([(TextStyle::Monospace, FontId::monospace(TEXT_BODY_PT))])
        .collect();
        style.interaction.selectable_labels = false;
        let spacing = &mut style.spacing;
        spacing.item_spacing = vec2(GAP, GAP_SMALL);
        spacing.button_padding = vec2(GAP, GAP_SMALL);
        spacing.interact_size = vec2(BUTTON_HEIGHT, BUTTON_HEIGHT);
        spacing.window_margin = Margin::same(16);
        spacing.scroll.floating = true;
    });
}

fn paint_visuals(visuals: &mut egui::Visuals, t: &Tokens) {
    visuals.override_text_color = None;
    visuals.panel_fill = t.panel;
    visuals.window_fill = t.panel;
    visuals.window_stroke = Stroke::new(1.0, t.line);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.faint_bg_color = t.raised;
    visuals.extreme_bg_color = t.raised;
    visuals.weak_text_color = Some(t.text_weak);
    visuals.hyperlink_color = t.accent;
    visuals.error_fg_color = t.error;
    visuals.selection.bg_fill = t.accent;
    visuals.selection.stroke = Stroke::new(1.0, t.on_accent);
    visuals.slider_trailing_fill = true;
    let w = &mut visuals.widgets;
    for (state, fill, stroke, text) in [
        (&mut w.noninteractive, t.panel, t.line, t.text),
        (&mut w.inactive, t.raised, t.line, t.accent),
        (&mut w.hovered, t.hovered, t.accent, t.accent),
        (&mut w.active, t.accent, t.accent, t.on_accent),
        (&mut w.open, t.hovered, t.accent, t.accent),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, stroke);
        state.fg_stroke = Stroke::new(1.0, text);
        state.corner_radius = CornerRadius::same(RADIUS);
        state.expansion = 0.0;
    }
}

/// Contrast of two opaque colours, 1 to 21 (WCAG 2.1, relative luminance of sRGB).
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |c: Color32| {
        let linear = |v: u8| {
            let v = f32::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1, success criterion 1.4.3.
    const READABLE: f32 = 4.5;

    #[test]
    fn black_on_white_is_twenty_one() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-3);
        assert!((contrast(Color32::WHITE, Color32::WHITE) - 1.0).abs() < 1e-6);
        // #777777 on white is the textbook value 4.48
        assert!((contrast(rgb(0x0077_7777), Color32::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn every_text_colour_is_readable_on_every_ground_it_meets() {
        for theme in [Theme::Dark, Theme::Light] {
            let t = theme.tokens();
            for ground in [t.panel, t.raised] {
                for (name, text) in [("text", t.text), ("weak", t.text_weak), ("accent", t.accent), ("error", t.error)]
                {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= READABLE, "{theme:?} {name} has {ratio:.2}");
                }
                for (i, line) in t.series.iter().enumerate() {
                    assert!(contrast(*line, ground) >= READABLE, "{theme:?} series {i}");
                }
            }
            assert!(contrast(t.accent, t.hovered) >= READABLE, "{theme:?} hovered button");
            assert!(contrast(t.on_accent, t.accent) >= READABLE, "{theme:?} pressed button");
            assert!(contrast(t.text, t.computed) >= READABLE, "{theme:?} text on the timeline");
            assert!(contrast(t.label, t.label_outline) >= READABLE);
        }
    }

    #[test]
    fn badges_and_banners_are_readable() {
        for mode in [Mode::Observed, Mode::Forecast, Mode::Rehearsal, Mode::Drill] {
            assert!(contrast(on_mode(), mode_colour(mode)) >= READABLE, "{mode:?}");
        }
        for level in WarningLevel::ALL {
            assert!(contrast(level.on_colour(), level.colour()) >= READABLE, "{level:?}");
        }
    }

    #[test]
    fn accent_is_no_warning_and_no_mode_colour() {
        let warnings = WarningLevel::ALL.map(WarningLevel::colour);
        let modes = [Mode::Observed, Mode::Forecast, Mode::Rehearsal, Mode::Drill].map(mode_colour);
        for theme in [Theme::Dark, Theme::Light] {
            assert!(!warnings.contains(&theme.tokens().accent) && !modes.contains(&theme.tokens().accent));
        }
    }
}
