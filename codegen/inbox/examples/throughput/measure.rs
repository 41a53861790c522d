//! Rates and percentiles, and the line that shows them.

use std::time::Duration;

/// What was measured with one setting.
pub(crate) struct Measured {
    pub(crate) count: usize,
    pub(crate) time: Duration,
    /// Of each event, in any order; empty if it was not measured.
    pub(crate) latencies: Vec<Duration>,
}

impl Measured {
    pub(crate) fn print(mut self, setting: &str) {
        self.latencies.sort_unstable();
        let rate = self.count as f64 / self.time.as_secs_f64();
        let latencies = match (self.percentile(50), self.percentile(99)) {
            (Some(median), Some(high)) => {
                format!("  p50 {}  p99 {}", in_milliseconds(median), in_milliseconds(high))
            }
            _ => String::new(),
        };
        println!("  {setting:<58} {rate:>7.0}/s{latencies}");
    }

    fn percentile(&self, percent: usize) -> Option<Duration> {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len().checked_sub(1)?);
        self.latencies.get(index).copied()
    }
}

fn in_milliseconds(time: Duration) -> String {
    format!("{:>7.1} ms", time.as_secs_f64() * 1000.0)
}
