//! What has become of a village: where the water stands, whether a road leads out, how many have left.

use serde::{Deserialize, Serialize};

use super::sites::CellHazard;
use crate::domain::hazard::hazard_class;
use crate::domain::text::Label;

/// Water above the ground of a village that counts as in the houses, m: the film below is not told apart.
pub const ENTERED_M: f64 = 0.05;
/// Class of hazard in the home from which it must be left: H3, water deeper than 0.5 m or too fast for children.
pub(super) const UNSAFE_CLASS: u8 = 3;
/// Depth in the home at which still water has that class, m.
pub(super) const UNSAFE_DEPTH_M: f64 = 0.5;

/// How far the water is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Stage {
    /// No water round it.
    #[default]
    Dry,
    /// Water round it, none in the houses (被围).
    Surrounded,
    /// Water in the houses (进水).
    Entered,
    /// Water in the houses that makes them unsafe (需转移).
    Unsafe,
}

impl Stage {
    /// Of a village whose ground lies so far above that of its cell, m: dry while the cell does not count as flooded.
    pub fn of(hazard: &CellHazard, platform_m: f64, flooded_depth_m: f64) -> Self {
        if hazard.depth_m < flooded_depth_m {
            return Self::Dry;
        }
        let home_m = hazard.depth_m - platform_m;
        let class = hazard_class(home_m.max(0.0), f64::from(hazard.speed_mps));
        match home_m {
            home_m if home_m < ENTERED_M => Self::Surrounded,
            _ if class >= UNSAFE_CLASS => Self::Unsafe,
            _ => Self::Entered,
        }
    }

    /// What people read.
    pub const fn label(self) -> Label {
        match self {
            Self::Dry => Label::new("未受淹", "Dry"),
            Self::Surrounded => Label::new("被围", "Surrounded"),
            Self::Entered => Label::new("进水", "Entered"),
            Self::Unsafe => Label::new("需转移", "Unsafe"),
        }
    }
}

/// What has become of a village up to a moment. Times are s after the start, to about a second.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct VillageState {
    /// How far the water is now.
    pub stage: Stage,
    /// Whether no road leads out now.
    pub is_cut: bool,
    /// When the water was round it first.
    pub reached_secs: Option<f32>,
    /// When it was in the houses first.
    pub entered_secs: Option<f32>,
    /// When they were unsafe first.
    pub unsafe_secs: Option<f32>,
    /// When no road led out first.
    pub cut_secs: Option<f32>,
    /// People who were still there when its homes became unsafe.
    pub caught: f32,
    /// People who have left by order.
    pub departed: f32,
    /// People who have arrived at their shelter.
    pub arrived: f32,
}

/// A village whose state is not what it was a frame before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VillageChange {
    /// Its position in the register.
    pub village: u32,
    /// What has become of it.
    pub state: VillageState,
}

/// Brings states up to a later moment by the changes in between.
pub fn fold<'a>(states: &mut [VillageState], changes: impl IntoIterator<Item = &'a VillageChange>) {
    for change in changes {
        if let Some(state) = usize::try_from(change.village).ok().and_then(|village| states.get_mut(village)) {
            *state = change.state;
        }
    }
}
