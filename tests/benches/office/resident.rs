//! Memory of this process.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// A thread that looks ten times a second.
pub(crate) struct Resident {
    ended: Arc<AtomicBool>,
    most: JoinHandle<f64>,
}

impl Resident {
    pub(crate) fn watch() -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ended);
        let most = std::thread::spawn(move || {
            let mut most = now();
            while !told.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(100));
                most = most.max(now());
            }
            most
        });
        Self { ended, most }
    }

    /// The most that was seen, in MiB.
    pub(crate) fn most_mib(self) -> f64 {
        self.ended.store(true, Ordering::Relaxed);
        self.most.join().unwrap()
    }
}

fn now() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes / 1_024.0
}
