//! The last count, kept until the log or the day has changed.

use std::sync::{Arc, Mutex, PoisonError};

use touchstone_schemas::date_time::{Date, Timestamp};

use super::{Denominators, Statistics, count, gather};
use crate::tlog::Shared;

/// Certificates whose counting is worth a second's rest: at 1 M certificates, which take about a second, a count
/// stands for 20 s although the log has grown (policy; smaller registries count at once).
const CERTIFICATES_PER_SECOND: u64 = 50_000;

/// Counts, once for everybody who asks.
#[derive(Debug, Default)]
pub struct StatisticsCache {
    denominators: Option<Denominators>,
    last: Mutex<Option<Arc<Statistics>>>,
}

impl StatisticsCache {
    /// With the numbers to divide by, where there are any.
    #[must_use]
    pub fn new(denominators: Option<Denominators>) -> Self {
        Self {
            denominators,
            last: Mutex::new(None),
        }
    }

    /// The statistics of now. Takes as long as counting does, a second at 1 M certificates, and holds no lock of the
    /// ledger meanwhile; who asks during a count waits for it.
    pub fn statistics(&self, shared: &Shared, now: Timestamp) -> Arc<Statistics> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let log_size = shared.read().tree.size();
        if let Some(known) = last.as_ref().filter(|known| is_good(known, log_size, now)) {
            return Arc::clone(known);
        }
        let counted = Arc::new(count(&gather(shared, now), self.denominators.as_ref()));
        *last = Some(Arc::clone(&counted));
        counted
    }
}

fn is_good(known: &Statistics, log_size: u64, now: Timestamp) -> bool {
    if Date::of(known.as_of) != Date::of(now) {
        return false;
    }
    let rest = known.total.certificates / CERTIFICATES_PER_SECOND;
    known.log_size == log_size
        || u64::try_from(now.seconds_since(known.as_of)).is_ok_and(|seconds| seconds < rest)
}
