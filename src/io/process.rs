//! What the system tells of this process.

/// Resident memory of this process now, from `VmRSS` of the Linux process table; `None` on other systems.
pub fn memory_bytes() -> Option<u64> {
    of_process_table("VmRSS:")
}

/// Largest resident memory of this process so far, from `VmHWM` of the Linux process table; `None` on other systems.
pub fn peak_memory_bytes() -> Option<u64> {
    of_process_table("VmHWM:")
}

fn of_process_table(key: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    kib_of(&status, key).map(|kib| kib * 1024)
}

fn kib_of(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_process_table() {
        assert_eq!(kib_of("VmPeak:\t  20 kB\nVmHWM:\t    8184 kB\n", "VmHWM:"), Some(8184));
        assert_eq!(kib_of("VmPeak:\t  20 kB\n", "VmHWM:"), None);
        if cfg!(target_os = "linux") {
            let (now, most) = (memory_bytes().unwrap(), peak_memory_bytes().unwrap());
            assert!(now > 100_000 && most > 100_000);
        }
    }
}
