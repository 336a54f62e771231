//! Rates per client, in bounded memory (THREATS T15, T27): a fixed table of slots, chosen by a keyed hash of the client's
//! network. Nothing in it names anybody.
//!
//! Each slot holds one instant, that of the generic cell rate algorithm (ITU-T I.371 Annex A): a minute's worth may be
//! used at once, and comes back evenly. A client is counted in two slots and refused when both are used up, so that
//! sharing one with a busy stranger costs it nothing.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Slots of a table: half a megabyte.
const SLOTS: usize = 65_536;
const MINUTE_MICROS: u64 = 60_000_000;

/// Who asks: an IPv4 address, or the /64 that an IPv6 subscriber has whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(u64);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(u64::from(v4.to_bits())),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments().map(u64::from);
                Self(a << 48 | b << 32 | c << 16 | d)
            }
        }
    }
}

/// How much each client may ask of one kind of thing.
#[derive(Debug)]
pub struct Rate {
    slots: Box<[AtomicU64]>,
    keys: [RandomState; 2],
    started: Instant,
    /// Between two requests in the long run; `None` without a limit.
    interval: Option<u64>,
}

impl Rate {
    /// So many a minute; 0 is no limit.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        let interval = MINUTE_MICROS
            .checked_div(u64::from(requests))
            .map(|each| each.max(1));
        let slots = if interval.is_some() { SLOTS } else { 0 };
        Self {
            slots: std::iter::repeat_with(AtomicU64::default).take(slots).collect(),
            keys: [RandomState::new(), RandomState::new()],
            started: Instant::now(),
            interval,
        }
    }

    /// Counts a request of a client now.
    ///
    /// # Errors
    /// The time after which the next one will be taken.
    pub fn take(&self, client: Network) -> Result<(), Duration> {
        self.take_many(client, 1)
    }

    /// Counts so many requests of a client at once, all or none of them. What is more than a minute's worth less one,
    /// which was counted when it was asked, counts as that.
    ///
    /// # Errors
    /// The time after which as many will be taken.
    pub fn take_many(&self, client: Network, requests: u32) -> Result<(), Duration> {
        self.take_at(client, requests, self.started.elapsed())
    }

    fn take_at(&self, client: Network, requests: u32, since_start: Duration) -> Result<(), Duration> {
        let Some(interval) = self.interval else {
            return Ok(());
        };
        let cost = match requests {
            1 => interval,
            many => interval
                .saturating_mul(u64::from(many))
                .min(MINUTE_MICROS - interval.min(MINUTE_MICROS)),
        };
        let now = u64::try_from(since_start.as_micros()).unwrap_or(u64::MAX);
        let waits = self.slots_of(client).map(|slot| wait(slot, now, cost));
        match waits.min() {
            Some(shortest) if shortest > 0 => Err(Duration::from_micros(shortest)),
            _ => {
                self.slots_of(client).for_each(|slot| count(slot, now, cost));
                Ok(())
            }
        }
    }

    fn slots_of(&self, client: Network) -> impl Iterator<Item = &AtomicU64> {
        self.keys.iter().filter_map(move |key| {
            let slots = u64::try_from(self.slots.len()).ok()?;
            let place = key.hash_one(client).checked_rem(slots)?;
            self.slots.get(usize::try_from(place).ok()?)
        })
    }
}

/// A slot holds the instant at which everything counted in it will have come back.
fn wait(slot: &AtomicU64, now: u64, cost: u64) -> u64 {
    let after = slot.load(Ordering::Relaxed).max(now).saturating_add(cost);
    after.saturating_sub(now.saturating_add(MINUTE_MICROS))
}

/// Never further than the minute ahead: what a stranger was refused is not counted against the other user of a slot.
fn count(slot: &AtomicU64, now: u64, cost: u64) {
    let most = now.saturating_add(MINUTE_MICROS);
    let counted = |full: u64| Some(full.max(now).saturating_add(cost).min(most).max(full));
    // The closure always gives a value.
    let _ = slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse::<IpAddr>().unwrap().into()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// What one client can take at an instant.
    fn taken(rate: &Rate, client: Network, at: Duration) -> usize {
        (0..1_000)
            .take_while(|_| rate.take_at(client, 1, at).is_ok())
            .count()
    }

    #[test]
    fn a_minutes_worth_at_once_and_then_evenly() {
        let rate = Rate::per_minute(30);
        let client = network("192.0.2.1");
        assert_eq!(taken(&rate, client, seconds(0)), 30);
        assert_eq!(rate.take_at(client, 1, seconds(0)), Err(seconds(2)));
        assert_eq!(rate.take_at(client, 1, seconds(1)), Err(seconds(1)));
        assert_eq!(taken(&rate, client, seconds(2)), 1);
        assert_eq!(taken(&rate, client, seconds(3_600)), 30);
        assert_eq!(taken(&rate, network("192.0.2.2"), seconds(3_600)), 30);
    }

    #[test]
    fn many_at_once_are_taken_whole_or_not_at_all() {
        let rate = Rate::per_minute(60);
        let client = network("192.0.2.1");
        assert_eq!(rate.take_at(client, 40, seconds(0)), Ok(()));
        assert_eq!(rate.take_at(client, 40, seconds(0)), Err(seconds(20)));
        assert_eq!(rate.take_at(client, 20, seconds(0)), Ok(()));
        // More than a minute's worth is taken when nothing of the minute is used but for the asking.
        assert_eq!(rate.take_at(client, 1_000, seconds(58)), Err(seconds(1)));
        assert_eq!(rate.take_at(client, 1, seconds(60)), Ok(()));
        assert_eq!(rate.take_at(client, 1_000, seconds(60)), Ok(()));
        let narrow = Rate::per_minute(1);
        assert_eq!(narrow.take_at(client, 1, seconds(0)), Ok(()));
        assert_eq!(narrow.take_at(client, 19, seconds(0)), Ok(()));
        assert!(narrow.take_at(client, 1, seconds(0)).is_err());
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_subscriber() {
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }

    #[test]
    fn nought_is_no_limit_and_memory_does_not_grow() {
        let open = Rate::per_minute(0);
        assert_eq!(taken(&open, network("192.0.2.1"), seconds(0)), 1_000);
        let rate = Rate::per_minute(1);
        for client in 0..200_000 {
            let _ = rate.take_at(Network(client), 1, seconds(0));
        }
        assert_eq!(rate.slots.len(), SLOTS);
    }
}
