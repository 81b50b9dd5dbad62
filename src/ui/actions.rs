//! What a panel or a key can ask for. The app applies each in one place.

use crate::domain::playback::PlaybackCommand;
use crate::domain::text::Language;
use crate::ui::impact_window::ImpactTab;
use crate::ui::order_card::OrderDraft;
use crate::ui::theme::Theme;

/// One wish of the operator.
#[derive(Debug, Clone, PartialEq)]
pub enum UiAction {
    /// Open the scenario at this position of the picker.
    OpenScenario(usize),
    /// Open the saved session at this position of the picker.
    OpenSession(usize),
    /// Write the session on screen to a file of its own.
    SaveSession,
    /// Pick from these.
    SetPicker(Picker),
    /// Show this layer on the water.
    SetLayer(Layer),
    /// Speak this language.
    SetLanguage(Language),
    /// Wear these colours.
    SetTheme(Theme),
    /// Light the scene from the next one round.
    NextLight,
    /// Draw contour lines on the ground, or none.
    ToggleContours,
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
    /// Look at a place of the mini-map: shares of its width from its upper left corner.
    LookAt([f32; 2]),
    /// Keep the view of now as that of this number, 0 for the first: camera, moment, branch, layer and light.
    KeepView(usize),
    /// Go back to the view of this number.
    GoToView(usize),
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
    /// Open or close the page of the program's own cost.
    ToggleDiagnostics,
    /// Show such a section, or none.
    SetSection(Option<SectionKind>),
    /// Look at no place any more.
    CloseProbe,
    /// Draw or hide the station at this position in the hydrographs.
    ToggleStation(usize),
    /// Plot this quantity.
    SetPlot(PlotKind),
    /// Draft an order for the moment at the playhead, or put the draft away.
    ToggleOrder,
    /// Change the draft.
    EditOrder(Box<OrderDraft>),
    /// Give the drafted order.
    GiveOrder,
    /// Take back the order of this number.
    TakeBack(u32),
    /// Make a branch at the playhead without an order.
    ForkHere,
    /// Show this branch.
    ShowBranch(u32),
    /// Compare what is shown with this branch too, or no longer.
    ToggleCompared(u32),
    /// Compare with the newest other branch, or with none.
    ToggleComparing,
    /// See compared branches in this way.
    SetCompareView(CompareView),
    /// Begin to write another name for this branch, from the name it has.
    BeginRename(u32, String),
    /// Change that name as it is being written.
    EditName(String),
    /// Take over that name, or leave it as it was.
    EndRename(bool),
    /// Give up this branch and what grew out of it.
    PruneBranch(u32),
    /// Take up this branch again.
    RestoreBranch(u32),
    /// Open or close the table of compared branches.
    ToggleTable,
    /// Sort that table by this column; again: the other way round; again: not.
    SortTable(usize),
    /// Save that table as CSV.
    SaveTable,
    /// Open the window of losses and people where it was, or close it.
    ToggleImpact,
    /// Show this in it.
    ShowImpact(ImpactTab),
    /// Sort its ledger by this column; again: the other way round; again: not.
    SortLedger(usize),
    /// Save the ledger as CSV.
    SaveLedger,
}

/// How two or more branches are seen at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CompareView {
    /// One view, parted at this share of its width: the older branch on the left, the newer on the right.
    Swipe(f32),
    /// Two views of one camera.
    SideBySide,
    /// What is newly wet, newly dry, deeper and shallower.
    Difference,
    /// What is flooded in all, and what in some of them.
    Agreement,
}

impl Default for CompareView {
    fn default() -> Self {
        Self::Swipe(0.5)
    }
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
    /// Largest class of hazard so far.
    Hazard,
    /// Time under water so far.
    Duration,
    /// Largest rate of rise so far.
    Rise,
    /// Water as it looks.
    Natural,
    /// How the water of another branch differs now. Only while comparing.
    Difference,
    /// Whether it is wet now in all or in some of the branches. Only while comparing.
    Agreement,
}

impl Layer {
    /// Those that can be chosen, in the order of the switch.
    pub const ALL: [Self; 8] = [
        Self::Depth,
        Self::Natural,
        Self::Speed,
        Self::Hazard,
        Self::MaxDepth,
        Self::Arrival,
        Self::Duration,
        Self::Rise,
    ];
}

/// Which way a section goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SectionKind {
    /// Across the river, where the ground was clicked.
    #[default]
    Across,
    /// Along the river.
    Along,
}

/// Where the light of the scene comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Light {
    /// From the north-west, as on a printed map.
    #[default]
    Map,
    /// From the sun of that hour.
    Sun,
    /// From the moon.
    Night,
}

impl Light {
    /// The next one round.
    pub const fn next(self) -> Self {
        match self {
            Self::Map => Self::Sun,
            Self::Sun => Self::Night,
            Self::Night => Self::Map,
        }
    }
}

/// What can be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Picker {
    /// Scenarios to compute.
    #[default]
    Scenarios,
    /// Sessions that were recorded.
    Sessions,
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
