//! What a panel or a key can ask for. The app applies each in one place.

use crate::domain::playback::PlaybackCommand;
use crate::domain::text::Language;
use crate::ui::theme::Theme;

/// One wish of the operator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum UiAction {
    /// Open the scenario at this position of the picker.
    OpenScenario(usize),
    /// Show this layer on the water.
    SetLayer(Layer),
    /// Speak this language.
    SetLanguage(Language),
    /// Wear these colours.
    SetTheme(Theme),
    /// Stretch everything vertically by this factor, at least 1.
    SetExaggeration(f32),
    /// Steer the playback.
    Playback(PlaybackCommand),
    /// Let the worker compute.
    Compute,
    /// Let the worker rest; what is recorded stays.
    PauseComputing,
    /// Compute at most this many simulated seconds per second; `None` lifts the limit.
    SetSpeedLimit(Option<f64>),
    /// Move the camera.
    Camera(CameraPreset),
    /// Fold a panel to its edge or open it again.
    ToggleFold(PanelId),
    /// Clear everything but clocks, legend and scale, or bring it back.
    ToggleCleanScreen,
    /// Show or hide the legend in the scene.
    ToggleSceneLegend,
    /// Save an annotated picture of what is on screen.
    SavePicture,
    /// Take this notice away.
    DismissNotice(u64),
    /// Open or close the key sheet.
    ShowKeys(bool),
    /// Draw or hide the station at this position in the hydrographs.
    ToggleStation(usize),
    /// Plot this quantity.
    SetPlot(PlotKind),
}

/// What the water shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Layer {
    /// Depth now.
    #[default]
    Depth,
    /// Speed now.
    Speed,
    /// Largest depth so far.
    MaxDepth,
    /// First time with water.
    Arrival,
}

impl Layer {
    /// In the order of the switch.
    pub const ALL: [Self; 4] = [Self::Depth, Self::Speed, Self::MaxDepth, Self::Arrival];
}

/// A place for the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraPreset {
    /// Low, from the south-west, looking downstream.
    Reach,
    /// From straight above.
    Top,
    /// Same place, north up.
    North,
    /// Near the water front.
    Front,
}

impl CameraPreset {
    /// In the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Reach, Self::Top, Self::North, Self::Front];
}

/// A panel that folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelId {
    /// Scenarios, layers, legend, camera.
    Left,
    /// Losses.
    Right,
    /// Hydrographs; transport and timeline stay.
    Bottom,
}

/// What the hydrographs plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlotKind {
    /// Discharge, m³/s.
    #[default]
    Discharge,
    /// Water level, m.
    Stage,
}
