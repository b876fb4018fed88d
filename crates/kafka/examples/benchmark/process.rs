//! What a process has cost so far, by Linux' /proc: processor time and its largest memory.

use std::fs;

use crate::Failure;

/// The kernel counts processor time for /proc in hundredths of a second (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor seconds of a process so far, user and system, all threads.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, Failure> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in parentheses, may hold anything; utime and stime are fields 14 and 15 of the line.
    let (_, fields) = stat.rsplit_once(')').ok_or("/proc/PID/stat has no name")?;
    let ticks: Vec<u32> =
        fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().map(|ticks| f64::from(*ticks)).sum::<f64>() / TICKS_PER_SECOND)
}

/// The most memory a process has had resident, in MiB (`VmHWM`).
pub(crate) fn peak_mebibytes(pid: u32) -> Result<f64, Failure> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(f64::from(kibibytes.parse::<u32>()?) / 1024.0)
}
