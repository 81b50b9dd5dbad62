//! Reads frames back for a window, which does not wait for the disk.

use std::sync::{Arc, Weak};

use crossbeam_channel::{Receiver, bounded};

use crate::domain::recording::Recording;
use crate::engine::{EngineError, Wake};

/// Frames that may be asked for at once. Who scrubs wants the last ones only, and asks again.
const N_WANTED: usize = 4;

/// Starts a thread that brings frames into memory when [`Recording::frame_at_hand`] lacks them; it ends with the
/// recording. `wake` is called after each.
///
/// # Errors
/// When the system refuses the thread.
pub fn fetch_beside(recording: &Arc<Recording>, wake: Option<Wake>) -> Result<(), EngineError> {
    let (sender, wanted) = bounded(N_WANTED);
    let recorded = Arc::downgrade(recording);
    std::thread::Builder::new().name("hetu-fetch".into()).spawn(move || fetch(&wanted, &recorded, wake.as_ref()))?;
    recording.fetch_with(move |index| {
        if sender.try_send(index).is_err() {
            tracing::trace!("frame {index} is asked for again with the next picture");
        }
    });
    Ok(())
}

fn fetch(wanted: &Receiver<usize>, recorded: &Weak<Recording>, wake: Option<&Wake>) {
    for index in wanted {
        let Some(recording) = recorded.upgrade() else { return };
        if recording.frame(index).is_some()
            && let Some(wake) = wake
        {
            wake();
        }
    }
}
