//! A registry, or a floor, in a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use touchstone_registry::{Clock, config::Config, start};
use touchstone_schemas::date_time::Timestamp;

use crate::{
    data::DataSet,
    fixture::{NOW, World, time},
};

/// The unix time that counts as [`NOW`] in this process and those it starts.
const EPOCH: &str = "TOUCHSTONE_BENCH_EPOCH";
/// Longest wait for a process to be ready: it reads the whole log again.
const READY: Duration = Duration::from_secs(900);

/// What time it is in the benchmark's world, in which certificates and trust list are good.
pub(crate) fn now() -> Timestamp {
    time(NOW).checked_add(unix_now() - epoch()).unwrap()
}

/// The same in every process of a run.
fn epoch() -> i64 {
    static FIRST: OnceLock<i64> = OnceLock::new();
    let given = || std::env::var(EPOCH).ok().and_then(|epoch| epoch.parse().ok());
    *FIRST.get_or_init(|| given().unwrap_or_else(unix_now))
}

fn unix_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// The process: serves until its standard input ends.
pub(crate) async fn serve(config: &Path) {
    // What a request's line costs is paid; where it goes is not this benchmark's matter.
    let nowhere = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
    tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::sync::Mutex::new(nowhere))
        .init();
    let config = Config::read(config, []).unwrap();
    let running = start(config, World::new().log.key, Clock::from_fn(now))
        .await
        .unwrap();
    report(&[running.public_address(), running.private_address()]);
    wait_for_end().await;
    running.shut_down().await;
}

/// Says where a process listens.
pub(crate) fn report(addresses: &[SocketAddr]) {
    let addresses: Vec<String> = addresses.iter().map(SocketAddr::to_string).collect();
    let mut out = std::io::stdout();
    writeln!(out, "{}", addresses.join(" ")).unwrap();
    out.flush().unwrap();
}

/// Waits for the end of standard input.
pub(crate) async fn wait_for_end() {
    let read = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    drop(read.await);
}

/// A process that runs; it ends when this is dropped.
pub(crate) struct Process {
    child: Child,
    /// Where the public listens.
    pub(crate) address: SocketAddr,
    /// Where the operator does.
    pub(crate) private: SocketAddr,
    /// How long it took to be ready.
    pub(crate) ready_after: Duration,
}

impl Process {
    /// A registry over that data set.
    pub(crate) fn registry(set: &DataSet<'_>) -> Self {
        let config = set.config();
        Self::start(&["serve", config.to_str().unwrap()])
    }

    /// The floor beside it, over the same database.
    pub(crate) fn floor(set: &DataSet<'_>) -> Self {
        Self::start(&["floor", &set.place()])
    }

    fn start(arguments: &[&str]) -> Self {
        let began = Instant::now();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(arguments)
            .env(EPOCH, epoch().to_string())
            // As deploy/ has it.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.take().unwrap();
        let read = BufReader::new(out).read_line(&mut line).unwrap();
        assert!(read > 0 && began.elapsed() < READY, "{arguments:?} did not start");
        let mut addresses = line.split_whitespace().map(|address| address.parse().unwrap());
        let address = addresses.next().unwrap();
        Self {
            child,
            address,
            private: addresses.next().unwrap_or(address),
            ready_after: began.elapsed(),
        }
    }

    /// Memory in use now, in MiB.
    pub(crate) fn resident_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kibibytes / 1_024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
