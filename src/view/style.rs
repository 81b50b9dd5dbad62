//! Which layer the water shows, and its classes and colours: the same data for the legend and for the shader.

use bevy::prelude::*;

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

/// Silt-laden water of the main channel. Darker and greyer than any dry ground, so that the river reads as water.
pub const CHANNEL_RGB: [u8; 3] = [0xa6, 0x84, 0x5a];

/// Blues of `ColorBrewer` (Brewer 2003), single hue, monotone lightness: safe in print and for colour-blind readers.
const BLUES: [[u8; 3]; 5] =
    [[0xc6, 0xdb, 0xef], [0x9e, 0xca, 0xe1], [0x6b, 0xae, 0xd6], [0x31, 0x82, 0xbd], [0x08, 0x51, 0x9c]];

/// `BuPu` of `ColorBrewer`, for speed: darkens like depth but cannot be taken for it.
const BUPU: [[u8; 3]; 5] =
    [[0xbf, 0xd3, 0xe6], [0x9e, 0xbc, 0xda], [0x8c, 0x96, 0xc6], [0x88, 0x56, 0xa7], [0x81, 0x0f, 0x7c]];

/// Viridis, dark for early and urgent.
const VIRIDIS: [[u8; 3]; 7] = [
    [0x44, 0x01, 0x54],
    [0x44, 0x39, 0x83],
    [0x31, 0x68, 0x8e],
    [0x21, 0x91, 0x8c],
    [0x35, 0xb7, 0x79],
    [0x90, 0xd7, 0x43],
    [0xfd, 0xe7, 0x25],
];

impl LayerStyle {
    /// The default classes of a layer: depth as in flood-risk maps (SL 483), speed and arrival as is usual.
    pub fn of(layer: LayerKind) -> Self {
        let (breaks, colours): (&[f32], &[[u8; 3]]) = match layer {
            LayerKind::Depth | LayerKind::MaxDepth => (&[0.5, 1.0, 2.0, 3.0], &BLUES),
            LayerKind::Speed => (&[0.5, 1.0, 2.0, 3.0], &BUPU),
            LayerKind::Arrival => (&[1.0, 3.0, 6.0, 12.0, 24.0, 48.0], &VIRIDIS),
        };
        Self { breaks: breaks.to_vec(), colours: colours.to_vec(), channel_rgb: CHANNEL_RGB }
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
        for layer in [LayerKind::Depth, LayerKind::Speed, LayerKind::MaxDepth, LayerKind::Arrival] {
            let style = LayerStyle::of(layer);
            assert_eq!(style.colours.len(), style.breaks.len() + 1);
            assert!(style.colours.len() <= MAX_CLASSES);
            assert!(style.breaks.is_sorted());
        }
    }
}
