//! egui panels as functions: view-model in, actions out.
//!
//! Every panel has the form `xxx_ui(ui, model, actions)`. It draws what the model says and pushes [`UiAction`]s;
//! it never changes anything shared, opens no file and computes no hydraulics.
//! Start reading at [`screen`], which lays all panels out; [`theme`] holds every colour and size,
//! [`strings`] every text, [`keys`] the keyboard.

pub mod actions;
pub mod compare_bar;
pub mod compare_table;
pub mod decision_clock;
pub mod diagnostics;
pub mod format;
pub mod glossary;
pub mod hydrograph;
pub mod impact_window;
pub mod key_sheet;
pub mod keys;
pub mod ledger;
pub mod left_panel;
pub mod legend;
pub mod loss_panel;
pub mod marks;
pub mod minimap;
pub mod notices;
pub mod order_card;
pub mod order_list;
pub mod overlay;
pub mod people_chart;
pub mod picture;
pub mod probe;
pub mod readings;
pub mod screen;
pub mod section;
pub mod sparkline;
pub mod state;
pub mod strings;
pub mod theme;
pub mod time_axis;
pub mod timeline;
pub mod toolbar;
pub mod top_bar;
pub mod traces;
pub mod tracks;
pub mod transport;
pub mod widgets;

pub use actions::{CameraPreset, CompareView, Layer, Light, PanelId, PlotKind, UiAction};
pub use picture::{PictureModel, picture_overlay_ui};
pub use screen::{ScreenModel, screen_ui};
pub use state::UiState;
pub use theme::Theme;
