//! Whether the office may sign now: no alarm stands, and its clock can be believed.
//!
//! The clock is judged by what cannot be undone. It may not be behind the newest instant that stands in the records or in
//! the log, beyond what clocks differ by; and not more than two days ahead of the newest instant that somebody else has shown:
//! log entries, the trust list, the registry's answers. The office's own signatures bear no witness of the time
//! to come, or a clock could walk away in steps. An office that heard nothing for two days asks the registry for the time.

use touchstone_schemas::date_time::Timestamp;
use touchstone_verifier::trust::CLOCK_SKEW_SECONDS;

use crate::{
    office::{Clock, Office},
    registry::Unanswered,
    store::{InstantSource, StoreError},
};

/// How far the clock may be ahead of the newest instant others have shown, in seconds: two days (THREATS T17).
const FARTHEST_AHEAD: i64 = 2 * 86_400;

/// Why the office does not sign now. What was prepared waits.
#[derive(Debug, thiserror::Error)]
pub enum MayNotSign {
    /// Something is wrong in the log.
    #[error(
        "nothing is signed while {count} alarms stand ({first}): look into them, then lift-alarms with a reason"
    )]
    Alarms {
        /// Alarms that stand.
        count: usize,
        /// The first, in words.
        first: String,
    },
    /// The clock was set back.
    #[error(
        "nothing is signed: the clock says {now}, and {newest} is known to have been already; was it set back?"
    )]
    ClockBehind {
        /// The clock.
        now: Timestamp,
        /// The newest instant known.
        newest: Timestamp,
    },
    /// The clock is far ahead.
    #[error(
        "nothing is signed: the clock says {now}, more than two days after {newest}, the newest time anybody else has shown"
    )]
    ClockAhead {
        /// The clock.
        now: Timestamp,
        /// The newest instant others have shown.
        newest: Timestamp,
    },
    /// Nobody says what time it is.
    #[error(
        "nothing is signed: nobody has shown a time since {newest}, it would be {now}, and the registry does not tell: {cause}"
    )]
    NoWitness {
        /// The clock.
        now: Timestamp,
        /// The newest instant others have shown.
        newest: Timestamp,
        /// Why the registry does not tell.
        cause: Unanswered,
    },
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Office {
    /// Whether the office may sign now. A pretended clock, under a test root alone, is not judged.
    ///
    /// # Errors
    /// [`MayNotSign`] says why not.
    pub async fn may_sign(&mut self) -> Result<(), MayNotSign> {
        let alarms = self.store.standing_alarms().await?;
        if let Some(first) = alarms.first() {
            return Err(MayNotSign::Alarms {
                count: alarms.len(),
                first: first.finding.detail.clone(),
            });
        }
        match self.clock {
            Clock::System => self.judge_clock(self.clock.now()).await,
            Clock::Fixed(_) => Ok(()),
        }
    }

    async fn judge_clock(&mut self, now: Timestamp) -> Result<(), MayNotSign> {
        let outside = self.store.known_instant(InstantSource::Outside).await?;
        let own = self.store.known_instant(InstantSource::Own).await?;
        if let Some(newest) = outside.max(own) {
            behind(now, newest)?;
        }
        // An office always has its trust list's instant.
        let newest = outside.unwrap_or(Timestamp::MIN);
        if now.seconds_since(newest) <= FARTHEST_AHEAD {
            return Ok(());
        }
        let told = match self.registry.time().await {
            Ok(told) => told,
            Err(cause) => return Err(MayNotSign::NoWitness { now, newest, cause }),
        };
        // What is not believed is not kept: a registry whose clock is wrong blocks no more than this once.
        behind(now, told)?;
        if now.seconds_since(told) > FARTHEST_AHEAD {
            return Err(MayNotSign::ClockAhead { now, newest: told });
        }
        self.store.note_instant(InstantSource::Outside, told).await?;
        Ok(())
    }
}

fn behind(now: Timestamp, newest: Timestamp) -> Result<(), MayNotSign> {
    if newest.seconds_since(now) > CLOCK_SKEW_SECONDS {
        return Err(MayNotSign::ClockBehind { now, newest });
    }
    Ok(())
}
