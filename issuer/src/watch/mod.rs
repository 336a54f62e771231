//! `watch`: follows the registry's log, and compares every entry under the office's name with the office's own records.
//!
//! The log is read from where it was last seen: new entries are hashed onto the tree kept, and the result must be the root
//! that the log signs now, so the log only grew and every entry is what it signed. An entry the office did not make, one
//! that differs, one that is missing although there is a receipt for it, or a log with two histories is an alarm, and
//! while an alarm stands the office signs nothing. A registry that does not answer is not an alarm.

mod compare;
mod error;
mod follow;

use std::time::Duration;

use touchstone_schemas::date_time::Timestamp;

pub use self::error::WatchError;
use self::follow::{Followed, Seen};
use crate::{
    config::Folder,
    office::{Clock, Papers},
    registry::Registry,
    store::{Finding, Store, keep_watched_entry, keep_watched_log, raise_alarm},
};

/// What watches: the office's papers and records, open beside whatever else has the office open.
pub struct Watch {
    papers: Papers,
    store: Store,
    registry: Registry,
    clock: Clock,
    /// How long to wait before a log that looks wrong is looked at again: a cache between may be behind.
    recheck: Duration,
}

/// What one round saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Entries of the log.
    pub size: u64,
    /// Entries that were new.
    pub entries: u64,
    /// Of them, entries under the office's name.
    pub own: usize,
    /// Alarms raised now.
    pub raised: Vec<Finding>,
    /// Alarms that stand.
    pub standing: usize,
}

impl Watch {
    /// Opens what is needed. The office's lock is not taken: watching goes on beside issuing.
    ///
    /// # Errors
    /// [`WatchError::Office`].
    pub async fn open(folder: Folder, clock: Clock) -> Result<Self, WatchError> {
        let (papers, store) = Papers::read(folder, clock).await?;
        let registry = Registry::new(&papers.folder, &papers.config.registry)
            .map_err(crate::office::OfficeError::from)?;
        let recheck = Duration::from_secs(papers.config.watch.recheck_seconds);
        Ok(Self {
            papers,
            store,
            registry,
            clock,
            recheck,
        })
    }

    /// The papers it goes by.
    #[must_use]
    pub const fn papers(&self) -> &Papers {
        &self.papers
    }

    /// The same, looking again at once where a log looks wrong.
    #[must_use]
    pub const fn without_pause(mut self) -> Self {
        self.recheck = Duration::ZERO;
        self
    }

    /// Follows the log once.
    ///
    /// # Errors
    /// [`WatchError`]: nothing was seen, or not to the end; no alarm.
    pub async fn round(&mut self) -> Result<Round, WatchError> {
        // Before the checkpoint is asked for: the log must hold at least these then.
        let expected = self.expected().await?;
        let seen = match self.follow(&expected).await? {
            Followed::Suspect(_) => {
                tokio::time::sleep(self.recheck).await;
                self.follow(&expected).await?
            }
            seen => seen,
        };
        let now = self.clock.now();
        match seen {
            Followed::Suspect(finding) => {
                let size = self.kept_size().await?;
                let raised = self.keep(None, &[finding], now).await?;
                self.report(size, 0, 0, raised).await
            }
            Followed::Whole(seen) => {
                let findings = self.compare(&seen, &expected).await?;
                let raised = self.keep(Some(&seen), &findings, now).await?;
                self.report(seen.tree.size(), seen.entries, seen.own.len(), raised)
                    .await
            }
        }
    }

    /// Keeps what was seen and what was found together: an entry is never passed over unjudged.
    async fn keep(
        &mut self,
        seen: Option<&Seen>,
        findings: &[Finding],
        now: Timestamp,
    ) -> Result<Vec<Finding>, WatchError> {
        let origin = self.papers.log()?.key().origin().clone();
        let mut raised = Vec::new();
        let mut unit = self.store.begin().await?;
        for finding in findings {
            if raise_alarm(&mut unit, finding, now).await? {
                raised.push(finding.clone());
            }
        }
        if let Some(seen) = seen {
            for entry in &seen.own {
                keep_watched_entry(&mut unit, entry.digest, entry.index).await?;
            }
            keep_watched_log(&mut unit, &origin, &seen.tree, &seen.note).await?;
        }
        unit.commit().await.map_err(crate::store::StoreError::from)?;
        Ok(raised)
    }

    async fn report(
        &mut self,
        size: u64,
        entries: u64,
        own: usize,
        raised: Vec<Finding>,
    ) -> Result<Round, WatchError> {
        Ok(Round {
            size,
            entries,
            own,
            raised,
            standing: self.store.standing_alarms().await?.len(),
        })
    }
}
