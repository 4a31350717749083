//! Registers metrics and keeps the list of them, which the reference is made from.

use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::metrics::{MetricType, TypedMetric};
use prometheus_client::registry::{Metric, Registry};

/// A metric as its samples name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name of its samples; those of a histogram end in `_bucket`, `_sum` and `_count` besides.
    pub name: String,
    /// counter, gauge, histogram or info.
    pub kind: &'static str,
    /// Its labels.
    pub labels: Vec<&'static str>,
    /// What it means.
    pub help: &'static str,
}

/// The registry while it is filled.
#[derive(Default)]
pub(super) struct Book {
    registry: Registry,
    listed: Vec<Listed>,
}

impl Book {
    /// Adds a counter, named without the `_total` that its samples have, or a gauge.
    pub(super) fn add<M: Metric + TypedMetric + Clone + Default>(&mut self, name: &'static str, labels: &[&'static str], help: &'static str) -> M {
        let metric = M::default();
        self.register(name, M::TYPE, labels, help, metric.clone());
        metric
    }

    /// Adds a histogram without labels; `buckets` are the upper bounds, seconds.
    pub(super) fn histogram<const N: usize>(&mut self, name: &'static str, help: &'static str, buckets: [f64; N]) -> Histogram {
        let metric = Histogram::new(buckets);
        self.register(name, Histogram::TYPE, &[], help, metric.clone());
        metric
    }

    /// Adds something that never changes, named without the `_info` that its sample has.
    pub(super) fn info(&mut self, name: &'static str, help: &'static str, label: (&'static str, &'static str)) {
        self.register(name, MetricType::Info, &[label.0], help, Info::new([label]));
    }

    pub(super) fn close(self) -> (Registry, Vec<Listed>) {
        (self.registry, self.listed)
    }

    fn register(&mut self, name: &'static str, kind: MetricType, labels: &[&'static str], help: &'static str, metric: impl Metric) {
        let (kind, end) = match kind {
            MetricType::Counter => ("counter", "_total"),
            MetricType::Info => ("info", "_info"),
            MetricType::Histogram => ("histogram", ""),
            MetricType::Gauge => ("gauge", ""),
            MetricType::Unknown => ("unknown", ""),
        };
        self.listed.push(Listed { name: format!("{name}{end}"), kind, labels: labels.to_vec(), help });
        self.registry.register(name, help, metric);
    }
}
