//! How all are measured, here and in tests/peers: what this thread used of a processor, since on a busy
//! machine the clock on the wall tells little; and the most memory that the process had. (Linux.)

use std::fs;
use std::time::Duration;

/// How long is measured at a time.
const ENOUGH: Duration = Duration::from_millis(500);

/// What this thread has used of a processor so far.
pub(crate) fn processor_time() -> Duration {
    let schedstat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let used = schedstat.split(' ').next().and_then(|used| used.parse().ok());
    Duration::from_nanos(used.unwrap_or_default())
}

/// What `work` gave, and the seconds of a processor that it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = processor_time();
    let result = work();
    (result, processor_time().saturating_sub(start).as_secs_f64())
}

/// The seconds of a processor that `work` takes: the mean of as many times as take half a second, since
/// on some machines this clock moves in steps of 4 ms.
pub(crate) fn seconds_each(mut work: impl FnMut()) -> f64 {
    let start = processor_time();
    for times in 1_u32.. {
        work();
        let used = processor_time().saturating_sub(start);
        if used >= ENOUGH {
            return used.as_secs_f64() / f64::from(times);
        }
    }
    0.0
}

/// The value in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The most memory this process ever had resident, in MiB.
pub(crate) fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
