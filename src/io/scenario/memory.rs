//! Whether a scenario fits into the memory of this machine, asked before anything large is allocated.

use crate::domain::scenario::OutputPlan;

/// Memory of one cell while it is computed, shown and recorded, bytes.
///
/// Some thirty fields of eight bytes: terrain, state, fluxes, extremes, classes, and the copies that reading them makes.
/// An estimate on the safe side of what the fields add up to.
const BYTES_PER_CELL: f64 = 256.0;

/// Memory of one cell in one recorded frame, bytes: six (depth, u, v), of which packing leaves about a third.
const BYTES_PER_CELL_AND_FRAME: f64 = 2.0;

/// Where the system does not say what is available, bytes: a small desktop machine.
const FALLBACK_AVAILABLE: f64 = 8.0 * GIB;

const GIB: f64 = 1024.0 * 1024.0 * 1024.0;

/// The size of a run, as far as memory is concerned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    pub(super) n_cells: f64,
    pub(super) n_frames: f64,
}

impl Size {
    pub(super) fn new(n_cells: f64, duration_secs: f64, output: OutputPlan) -> Self {
        Self { n_cells, n_frames: (duration_secs / output.frame_every_secs).ceil() + 1.0 }
    }

    pub(super) fn needed_bytes(self) -> f64 {
        // A frame also keeps its readings: a few hundred numbers, whatever the number of cells.
        const BYTES_PER_FRAME: f64 = 4096.0;
        self.n_cells * (BYTES_PER_CELL + self.n_frames * BYTES_PER_CELL_AND_FRAME) + self.n_frames * BYTES_PER_FRAME
    }

    /// What was found and what is allowed, if the run does not fit into `available` bytes.
    pub(super) fn excess(self, available: f64) -> Option<(String, String)> {
        let needed = self.needed_bytes();
        (needed > available).then(|| {
            (
                format!(
                    "a scenario too large for memory: {:.0} cells and {:.0} frames need about {:.1} GiB",
                    self.n_cells,
                    self.n_frames,
                    needed / GIB
                ),
                format!(
                    "what fits into the {:.1} GiB available: larger cells, a smaller domain or fewer frames",
                    available / GIB
                ),
            )
        })
    }
}

/// Memory available to this process now, bytes.
pub(super) fn available_bytes() -> f64 {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| mem_available(&text));
    [machine, container_bytes()].into_iter().flatten().reduce(f64::min).unwrap_or(FALLBACK_AVAILABLE)
}

/// `MemAvailable` of `/proc/meminfo`, bytes.
fn mem_available(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0)
}

/// What the control group of this process still allows, bytes, if it limits memory.
fn container_bytes() -> Option<f64> {
    let read = |name: &str| -> Option<f64> {
        std::fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse().ok()
    };
    Some((read("memory.max")? - read("memory.current")?).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_cells_frames_and_both_amounts() {
        let plan = OutputPlan { frame_every_secs: 3600.0, gauge_every_secs: 600.0 };
        let size = Size::new(4e9, 86_400.0, plan);
        assert_eq!(size.excess(1e13), None);
        let (found, allowed) = size.excess(16.0 * GIB).unwrap();
        // 4e9 · (256 + 25 · 2) bytes = 1.224e12 bytes = 1139.9 GiB
        assert_eq!(found, "a scenario too large for memory: 4000000000 cells and 25 frames need about 1139.9 GiB");
        assert!(allowed.starts_with("what fits into the 16.0 GiB available"), "{allowed}");
    }

    #[test]
    fn meminfo_is_read_in_bytes() {
        let text = "MemTotal:       16384000 kB\nMemFree: 1 kB\nMemAvailable:   2048 kB\n";
        assert_eq!(mem_available(text), Some(2048.0 * 1024.0));
        assert_eq!(mem_available("nothing"), None);
    }
}
