//! Analytic cases: error norms, and their order under refinement.
