//! Faces whose discharge is read: what passes open edges, and sections.

use super::ground::ByRow;
use super::layout::FaceAt;

/// Watched faces, and the mass that passed each in the last step.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    pub(super) faces: ByRow<FaceAt>,
    /// m²/s, in the order of the faces: less what its cell could not afford.
    pub(super) passed: Vec<f64>,
    /// Where the faces of the open edges are among them, in the order of those.
    open: Vec<usize>,
}

impl Watch {
    pub(super) fn new(open: &[FaceAt], others: impl Iterator<Item = FaceAt>, n_rows: usize) -> Self {
        let mut faces: Vec<_> = open.iter().copied().chain(others).collect();
        faces.sort_unstable();
        faces.dedup();
        let open = open.iter().map(|at| faces.partition_point(|face| face < at)).collect();
        let passed = vec![0.0; faces.len()];
        Self { faces: ByRow::new(faces, n_rows, |at| *at), passed, open }
    }

    /// The faces, and where to note what passes them.
    pub(super) fn parts(&mut self) -> (&ByRow<FaceAt>, &mut [f64]) {
        (&self.faces, &mut self.passed)
    }

    /// Mass that passed the faces of the open edges in the last step, m²/s, in their order.
    pub(super) fn passed_open(&self) -> impl Iterator<Item = f64> {
        self.open.iter().map(|&place| self.passed[place])
    }

    /// Mass that passed a watched face in the last step, m²/s; 0 for a face that is not watched.
    pub(super) fn passed(&self, at: FaceAt) -> f64 {
        self.faces.all().binary_search(&at).map_or(0.0, |place| self.passed[place])
    }
}
