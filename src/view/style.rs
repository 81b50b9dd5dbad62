//! Which layer the water shows, and its classes and colours: the same data for the legend and for the shader.

use bevy::prelude::*;

use super::space::f32_from;
use crate::domain::classes::{
    AGREEMENT, ARRIVAL_HOURS, CHANNEL_RGB, ClassScale, DEPTH_M, DIFFERENCE, DURATION_HOURS, HAZARD_CLASS, NATURAL,
    RISE_MPH, SPEED_MPS, VILLAGE_FLOODED_RGB,
};

/// What the colour of the water means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LayerKind {
    /// Depth now, m.
    #[default]
    Depth,
    /// Speed now, m/s.
    Speed,
    /// Largest depth so far, m.
    MaxDepth,
    /// Time of arrival after the start of the run, h.
    Arrival,
    /// Largest class of hazard so far, 1 to 6.
    Hazard,
    /// Time under water so far, h.
    Duration,
    /// Largest rate of rise so far, m/h.
    Rise,
    /// Water as it looks, with ripples that drift with the flow.
    Natural,
    /// How another water differs, see [`DIFFERENCE`].
    Difference,
    /// Whether all or some of several waters are there, see [`AGREEMENT`].
    Agreement,
}

impl LayerKind {
    /// Its classes: the same for water, legend, maps and pictures.
    pub fn scale(self) -> &'static ClassScale {
        match self {
            Self::Depth | Self::MaxDepth => &DEPTH_M,
            Self::Speed => &SPEED_MPS,
            Self::Arrival => &ARRIVAL_HOURS,
            Self::Hazard => &HAZARD_CLASS,
            Self::Duration => &DURATION_HOURS,
            Self::Rise => &RISE_MPH,
            Self::Natural => &NATURAL,
            Self::Difference => &DIFFERENCE,
            Self::Agreement => &AGREEMENT,
        }
    }
}

impl LayerKind {
    /// Colour of a flooded village over this layer, sRGB.
    pub fn flooded_village_rgb(self) -> [u8; 3] {
        let is_red = matches!(self, Self::Speed | Self::Hazard | Self::Rise | Self::Difference | Self::Agreement);
        VILLAGE_FLOODED_RGB[usize::from(is_red)]
    }
}

/// Most classes a layer can have.
pub const MAX_CLASSES: usize = 8;

/// Class bounds and colours of the layer that is shown.
///
/// Class 0 lies below `breaks[0]`, class i from `breaks[i - 1]` (inclusive) to `breaks[i]`, the last above all breaks.
/// `colours` holds one more entry than `breaks`, at most [`MAX_CLASSES`]; what is beyond that is not shown.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct LayerStyle {
    /// Rising class bounds, in the unit of the layer: m, m/s, m, h.
    pub breaks: Vec<f32>,
    /// Colour of each class, sRGB.
    pub colours: Vec<[u8; 3]>,
    /// Colour of water over the main channel when [`super::ShownWater::channel_brown`] is set, sRGB.
    pub channel_rgb: [u8; 3],
}

impl LayerStyle {
    /// The classes of a layer, those of legend and maps.
    pub fn of(layer: LayerKind) -> Self {
        let classes = layer.scale().classes;
        let breaks = classes.iter().skip(1).map(|class| f32_from(class.lower)).collect();
        Self { breaks, colours: classes.iter().map(|class| class.rgb).collect(), channel_rgb: CHANNEL_RGB }
    }

    /// Class of a value.
    pub fn class_of(&self, value: f32) -> usize {
        self.breaks.partition_point(|b| *b <= value)
    }
}

impl Default for LayerStyle {
    fn default() -> Self {
        Self::of(LayerKind::Depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_class_above_it() {
        let style = LayerStyle::of(LayerKind::Depth);
        for (depth_m, class) in [(0.05, 0), (0.49, 0), (0.5, 1), (1.0, 2), (2.5, 3), (3.0, 4), (9.0, 4)] {
            assert_eq!(style.class_of(depth_m), class, "{depth_m}");
        }
    }

    #[test]
    fn every_layer_has_one_more_colour_than_bounds_and_fits_the_shader() {
        use LayerKind::{Agreement, Arrival, Depth, Difference, Duration, Hazard, MaxDepth, Natural, Rise, Speed};
        for layer in [Depth, Speed, MaxDepth, Arrival, Hazard, Duration, Rise, Natural, Difference, Agreement] {
            let style = LayerStyle::of(layer);
            assert_eq!(style.colours.len(), style.breaks.len() + 1);
            assert!(style.colours.len() <= MAX_CLASSES);
            assert!(style.breaks.is_sorted());
        }
    }
}
