//! The process itself, by the names that Prometheus' own libraries give (`process_…`).

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::gauge::ConstGauge,
    registry::Registry,
};

#[derive(Debug)]
struct Process;

pub(super) fn register(registry: &mut Registry) {
    registry.register_collector(Box::new(Process));
}

impl Collector for Process {
    /// Where the system does not tell (`/proc` is Linux's), nothing is said.
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let told = [
            ("process_resident_memory_bytes", "Memory in use", resident_bytes()),
            ("process_open_fds", "File descriptors open", open_files()),
        ];
        for (name, help, value) in told {
            let Some(value) = value else { continue };
            let gauge = ConstGauge::new(value);
            let place = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(place)?;
        }
        Ok(())
    }
}

/// `VmRSS` of proc(5), which stands in kibibytes.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

fn open_files() -> Option<u64> {
    let count = std::fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(count).ok()
}
