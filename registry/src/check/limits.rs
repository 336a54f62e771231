//! Bounds that nothing passes, or that everything does.

use touchstone_schemas::budget::{MAX_CREDENTIAL_BYTES, MAX_SNAPSHOT_BYTES};

use super::Faults;
use crate::{
    Role,
    config::{Config, LimitsConfig},
    disk::DiskReserve,
};

pub(super) fn check(config: &Config, faults: &mut Faults) {
    zeros(&config.limits, faults);
    times(&config.limits, faults);
    memory(&config.limits, faults);
    if config.registry.role == Role::Sequencer {
        submissions(&config.limits, faults);
        disk(config, faults);
    }
}

fn zeros(limits: &LimitsConfig, faults: &mut Faults) {
    let never = "is 0: nothing would ever be answered";
    for (place, zero) in [
        ("limits.header_timeout_ms", limits.header_timeout_ms == 0),
        ("limits.body_timeout_ms", limits.body_timeout_ms == 0),
        ("limits.connection_timeout_ms", limits.connection_timeout_ms == 0),
        ("limits.connections", limits.connections == 0),
        ("limits.headers", limits.headers == 0),
        ("limits.submission_bytes", limits.submission_bytes == 0),
        ("limits.submission_documents", limits.submission_documents == 0),
        ("limits.queue", limits.queue == 0),
    ] {
        if zero {
            faults.add(place, never);
        }
    }
}

fn times(limits: &LimitsConfig, faults: &mut Faults) {
    if limits.body_timeout_ms > limits.connection_timeout_ms {
        let longest = limits.connection_timeout_ms;
        faults.add(
            "limits.body_timeout_ms",
            format!("is longer than a connection lives (limits.connection_timeout_ms, {longest})"),
        );
    }
}

fn submissions(limits: &LimitsConfig, faults: &mut Faults) {
    let (place, found) = ("limits.submission_bytes", limits.submission_bytes);
    let most = usize::try_from(found).unwrap_or(usize::MAX);
    if found != 0 && most < MAX_CREDENTIAL_BYTES {
        faults.warn(
            place,
            format!("is {found}: a certificate may have {MAX_CREDENTIAL_BYTES} bytes, and longer ones are refused (413)"),
        );
    } else if found != 0 && most < MAX_SNAPSHOT_BYTES {
        faults.warn(
            place,
            format!("is {found}: a snapshot may have {MAX_SNAPSHOT_BYTES} bytes, and longer ones are refused (413)"),
        );
    }
}

/// Room that is not there now comes back; room that the disk does not have never does.
fn disk(config: &Config, faults: &mut Faults) {
    let place = "limits.disk_reserve_mib";
    let files = [
        config.store.database.file(),
        Some(config.log.checkpoint_file.as_path()),
    ];
    let reserve = DiskReserve::beside(
        files.into_iter().flatten(),
        u64::from(config.limits.disk_reserve_mib) << 20,
    );
    if let Some((folder, bytes)) = reserve.beyond() {
        let what = format!(
            "is more than the whole disk of {} has ({bytes} bytes): nothing would ever be taken in",
            folder.display()
        );
        faults.warn(place, what);
    } else if let Err(low) = reserve.check() {
        faults.warn(place, format!("{low}: nothing is taken in until there is room"));
    }
}

fn memory(limits: &LimitsConfig, faults: &mut Faults) {
    let kept = u64::from(limits.hot_answers_mib) << 20;
    if let Some(bytes) = memory_bytes().filter(|bytes| kept > *bytes) {
        faults.warn(
            "limits.hot_answers_mib",
            format!(
                "is more than this machine's memory ({bytes} bytes): the service would be killed as it fills"
            ),
        );
    }
}

/// Memory of the machine; `None` where the system does not tell.
fn memory_bytes() -> Option<u64> {
    // proc(5): "MemTotal: N kB", of 1,024 bytes each.
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1_024)
}
