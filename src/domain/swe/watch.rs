//! Faces whose discharge is read: what passes open edges, and sections.

use super::ground::ByRow;
use super::layout::FaceAt;

/// Watched faces, and the mass that passed each in the last step.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    pub(super) faces: ByRow<FaceAt>,
    /// m²/s, in the order of the faces: less what its cell could not afford.
    pub(super) passed: Vec<f64>,
}

impl Watch {
    pub(super) fn new(mut faces: Vec<FaceAt>, n_rows: usize) -> Self {
        faces.sort_unstable();
        faces.dedup();
        let passed = vec![0.0; faces.len()];
        Self { faces: ByRow::new(faces, n_rows, |at| *at), passed }
    }

    /// Mass that passed a watched face in the last step, m²/s; 0 for a face that is not watched.
    pub(super) fn passed(&self, at: FaceAt) -> f64 {
        self.faces.all().binary_search(&at).map_or(0.0, |place| self.passed[place])
    }
}
