//! A progress bar on a terminal, and nothing where there is none.

use indicatif::{ProgressBar, ProgressStyle};

/// Progress of one long job, in thousandths.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar on standard error; hidden when that is not a terminal.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(1000);
        // The template is a constant of this file; if it were wrong, the plain bar is as good.
        if let Ok(style) = ProgressStyle::with_template("{bar:32} {percent:>3} %  {elapsed} (left {eta})  {msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows the share done, 0 to 1, and what is being done.
    pub(super) fn set(&self, done_frac: f64, what: impl Into<String>) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..1000")]
        self.bar.set_position((done_frac.clamp(0.0, 1.0) * 1000.0) as u64);
        self.bar.set_message(what.into());
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
