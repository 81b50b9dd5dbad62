//! How long pictures take: kept for the diagnostics page and for the bench.

use std::collections::VecDeque;
use std::time::Instant;

use bevy::prelude::*;

use crate::io::process::memory_bytes;
use crate::ui::diagnostics::{DiagnosticsModel, Spread};

/// Pictures that are looked back at.
const N_PICTURES: usize = 300;

/// Times of the last pictures, ms.
#[derive(Resource, Debug, Default)]
pub(super) struct Pace {
    begun: Option<Instant>,
    picture_ms: VecDeque<f64>,
    main_ms: VecDeque<f64>,
    panels_ms: VecDeque<f64>,
    /// The panels may be drawn more than once for one picture.
    panels_now_ms: f64,
    n_meshes: usize,
}

/// The clock of the machine.
#[expect(clippy::disallowed_methods, reason = "how long a picture takes is what is measured here")]
pub(super) fn now() -> Instant {
    Instant::now()
}

fn ms_since(begun: Instant) -> f64 {
    now().duration_since(begun).as_secs_f64() * 1e3
}

fn push(times_ms: &mut VecDeque<f64>, ms: f64) {
    if times_ms.len() == N_PICTURES {
        times_ms.pop_front();
    }
    times_ms.push_back(ms);
}

impl Pace {
    /// Adds the drawing of the panels, begun then, to the picture that is being made.
    pub(super) fn add_panels(&mut self, begun: Instant) {
        self.panels_now_ms += ms_since(begun);
    }

    /// What the page shows.
    pub(super) fn model(&self) -> DiagnosticsModel {
        let of = |times_ms: &VecDeque<f64>| Spread::of(times_ms.iter().copied());
        DiagnosticsModel {
            picture: of(&self.picture_ms),
            main: of(&self.main_ms),
            panels: of(&self.panels_ms),
            n_meshes: self.n_meshes,
            memory_bytes: memory_bytes(),
        }
    }

    /// Forgets the pictures so far.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Measures from the begin of `First` to the end of `Last`: all work of the window's thread but handing over to the
/// renderer.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Pace>().add_systems(First, begin).add_systems(Last, end);
}

fn begin(mut pace: ResMut<Pace>) {
    if let Some(before) = pace.begun.replace(now()) {
        let ms = ms_since(before);
        push(&mut pace.picture_ms, ms);
    }
    pace.panels_now_ms = 0.0;
}

fn end(mut pace: ResMut<Pace>, meshes: Query<&ViewVisibility, With<Mesh3d>>) {
    pace.n_meshes = meshes.iter().filter(|visibility| visibility.get()).count();
    let Some(begun) = pace.begun else { return };
    let (main_ms, panels_ms) = (ms_since(begun), pace.panels_now_ms);
    push(&mut pace.main_ms, main_ms);
    push(&mut pace.panels_ms, panels_ms);
}
