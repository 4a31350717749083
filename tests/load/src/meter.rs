//! What a job costs: CPU seconds of all threads, wall time, memory. The one place that asks the machine's clocks.
#![expect(clippy::disallowed_methods, reason = "a bench measures the machine's time")]

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::contest::Sample;

/// Environment variable that carries a plant into a contestant's process.
pub const PLANT: &str = "CALLBOARD_LOAD_PLANT";
/// How many times the real cost a control adds. The largest goal is a factor of 5 above a peer that the product
/// beats by far, so the delay is larger than all of that.
const CONTROL: f64 = 60.0;

/// A delay put into the product's measured parts, as a multiple of what they cost; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plant(f64);

impl Plant {
    /// No delay.
    #[must_use]
    pub const fn none() -> Self {
        Self(0.0)
    }

    /// The delay of a control.
    #[must_use]
    pub const fn control() -> Self {
        Self(CONTROL)
    }

    /// The delay that the starting process gave, none if it gave none.
    #[must_use]
    pub fn of_environment() -> Self {
        Self(std::env::var(PLANT).ok().and_then(|v| v.parse().ok()).unwrap_or(0.0))
    }

    /// For the environment of a contestant's process.
    #[must_use]
    pub fn text(self) -> String {
        self.0.to_string()
    }

    /// Its multiple of a time that was measured elsewhere.
    #[must_use]
    pub fn times(self, value: f64) -> f64 {
        self.0 * value
    }

    /// Burns CPU for its multiple of `cost`.
    pub fn burn(self, cost: Duration) {
        let end = Instant::now() + cost.mul_f64(self.0);
        let mut n = 0_u64;
        while Instant::now() < end {
            n = black_box(n.wrapping_add(1));
        }
    }
}

/// A running measurement.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    began: Instant,
    cpu: Duration,
}

impl Meter {
    /// Begins now.
    #[must_use]
    pub fn start() -> Self {
        Self { began: Instant::now(), cpu: process_cpu() }
    }

    /// Ends now: `cpu_s` (all threads of this process), `wall_s` and `peak_mb` (of this process since it began).
    #[must_use]
    pub fn stop(self) -> Sample {
        self.stop_planted(Plant::none())
    }

    /// The same for the product's own contestants: the planted delay counts.
    #[must_use]
    pub fn stop_planted(self, plant: Plant) -> Sample {
        plant.burn(process_cpu().saturating_sub(self.cpu));
        let cpu = process_cpu().saturating_sub(self.cpu);
        let wall = self.began.elapsed();
        Sample::default().with("cpu_s", cpu.as_secs_f64()).with("wall_s", wall.as_secs_f64()).with("peak_mb", peak_mb("self"))
    }

    /// Wall time since it began.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// CPU time of all threads of this process so far.
#[must_use]
pub fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // A CPU time is never negative.
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// CPU time of all threads of another process so far, in steps of 10 ms; zero when it is gone.
#[must_use]
pub fn cpu_of(process: &str) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // After the name in brackets: state is the first field, user and system time the 12th and 13th, in 1/100 s on Linux.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

/// Most memory that a process (`self` or a number) ever held resident, MB of 1,000,000 bytes; 0 when it is gone.
#[must_use]
pub fn peak_mb(process: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|v| v.split_whitespace().next()).and_then(|v| v.parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1_024.0 / 1e6
}

/// The machine's load over the last minute, five and fifteen, as Linux says it.
#[must_use]
pub fn machine_load() -> String {
    fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".into(), |l| l.trim().to_owned())
}

/// The value below which `share` (0 to 1) of the values lie; sorts them. NaN of none.
#[must_use]
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len().saturating_sub(1) as f64 * share).round();
    values.get(place as usize).copied().unwrap_or(f64::NAN)
}

/// The middle value. NaN of none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    percentile(&mut values.to_vec(), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_delay_shows_in_the_sample() {
        let work = |plant: Plant| {
            let meter = Meter::start();
            Plant(1.0).burn(Duration::from_millis(2));
            meter.stop_planted(plant).figure("cpu_s").unwrap()
        };
        // The process's other tests work meanwhile: the quietest of a few is what the work alone costs.
        let plain = (0..5).map(|_| work(Plant::none())).fold(f64::INFINITY, f64::min);
        assert!(work(Plant(20.0)) > 5.0 * plain);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!(median(&values), 3.0);
        assert_eq!(percentile(&mut values, 0.99), 5.0);
        assert!(median(&[]).is_nan());
    }
}
