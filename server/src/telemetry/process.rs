//! What the system knows of this process. Where it has no `/proc`, only CPU time is told.

use rustix::time::{ClockId, clock_gettime};

/// Resident memory, bytes.
pub(super) fn memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}

/// CPU time of all threads, seconds.
pub(super) fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Open files and sockets.
pub(super) fn open_files() -> Option<i64> {
    // The folder itself is open while it is read.
    i64::try_from(std::fs::read_dir("/proc/self/fd").ok()?.count()).ok().map(|files| files - 1)
}
