//! The extract: every certificate of some regions, from its document, hashed again, with its state of one instant. It
//! is made piece by piece as its reader takes it, in the order of the log; of other regions nothing is read.

use touchstone_schemas::{
    credential::Credential,
    date_time::Timestamp,
    lifecycle::{RecordedEvent, State, Surveillance, state},
    tlog::{Entry, Record, leaf_hash},
};
use touchstone_verifier::statement::state_name;

use super::Regions;
use crate::{
    csv::{BYTE_ORDER_MARK, push_line},
    ledger::{CredentialKey, Document},
    record::RecordError,
    store::{Store, StoredEntry},
    tlog::Shared,
};

/// Certificates read at a time.
const CHUNK: usize = 256;
/// Certificates whose region is looked at before others have their turn.
const LOOKED_AT: usize = 16_384;

/// The columns.
pub const HEADING: [&str; 26] = [
    "number",
    "version",
    "state",
    "state_since",
    "state_as_of",
    "next_surveillance",
    "successor",
    "issuer",
    "holder",
    "holder_en",
    "uscc",
    "unit_kind",
    "unit",
    "registered_region",
    "registered_address",
    "site_regions",
    "sites",
    "industry_code",
    "industry",
    "scheme",
    "level",
    "first_issued",
    "valid_from",
    "valid_until",
    "recorded",
    "log_index",
];

/// A row of the extract: the certificate and where it stands.
#[derive(Clone, Debug)]
pub struct ExtractRow {
    /// The certificate.
    pub credential: Credential,
    /// Index of its entry.
    pub index: u64,
    /// When the log recorded it.
    pub recorded: Timestamp,
    /// Its state.
    pub state: State,
    /// The instant of the state.
    pub as_of: Timestamp,
}

impl ExtractRow {
    fn push(&self, out: &mut String) {
        let Credential {
            number,
            version,
            issuer,
            holder,
            assessed_unit,
            sites,
            industry,
            scheme,
            grade,
            first_issued,
            valid_from,
            valid_until,
            ..
        } = &self.credential;
        let (since, due, successor) = facts_of(&self.state);
        let text = |text: Option<String>| text.unwrap_or_default();
        let joined = |parts: Vec<&str>| parts.join("; ");
        let unit = assessed_unit.as_ref();
        let regions: Vec<String> = sites.iter().map(|site| site.region.to_string()).collect();
        let cells = [
            number.to_string(),
            version.to_string(),
            state_name(&self.state).name().to_owned(),
            text(since),
            self.as_of.to_string(),
            text(due),
            text(successor),
            issuer.name.to_string(),
            holder.name.to_string(),
            text(holder.name_en.as_ref().map(ToString::to_string)),
            holder.uscc.to_string(),
            text(unit.map(|unit| unit.kind.name().to_owned())),
            text(unit.map(|unit| unit.name.to_string())),
            holder.region.to_string(),
            holder.address.to_string(),
            joined(regions.iter().map(String::as_str).collect()),
            joined(sites.iter().map(|site| site.name.as_str()).collect()),
            industry.code.to_string(),
            industry.name.to_string(),
            scheme.edition.to_string(),
            grade.level.get().to_string(),
            first_issued.to_string(),
            valid_from.to_string(),
            valid_until.to_string(),
            self.recorded.to_string(),
            self.index.to_string(),
        ];
        push_line(out, cells);
    }
}

/// Since when, what is due next, and what follows, where the state has it.
fn facts_of(state: &State) -> (Option<String>, Option<String>, Option<String>) {
    match state {
        State::Valid {
            surveillance: Surveillance::Good { next_due: due } | Surveillance::OverdueInGrace { due, .. },
        }
        | State::SurveillanceOverdue { due } => (None, Some(due.to_string()), None),
        State::Suspended { since, .. } | State::Withdrawn { since } | State::Cancelled { since } => {
            (Some(since.to_string()), None, None)
        }
        State::Superseded { since, successor } => {
            let successor = format!("{} version {}", successor.number, successor.version);
            (Some(since.to_string()), None, Some(successor))
        }
        State::NotYetValid { .. } | State::Expired { .. } => (None, None, None),
    }
}

/// An extract in the making.
#[derive(Debug)]
pub struct Extract {
    store: Store,
    shared: Shared,
    regions: Regions,
    as_of: Timestamp,
    /// The next entry.
    next: u64,
    /// How many entries the log had at the beginning.
    size: u64,
    rows: u64,
    begun: bool,
}

impl Extract {
    /// Of everything that the log holds now from an index on.
    #[must_use]
    pub fn new(store: Store, shared: Shared, regions: Regions, from: u64, now: Timestamp) -> Self {
        let (size, last_recorded) = {
            let published = shared.read();
            (published.tree.size(), published.last_recorded)
        };
        Self {
            store,
            shared,
            regions,
            // The log's clock may be a little ahead of ours after ours stepped back.
            as_of: now.max(last_recorded),
            next: from,
            size,
            rows: 0,
            begun: false,
        }
    }

    /// Rows written so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The next piece, the first with the heading; `None` at the end.
    ///
    /// # Errors
    /// [`RecordError`]: what is stored is not what was logged, and the extract ends there, unfinished.
    pub async fn next_piece(&mut self) -> Result<Option<String>, RecordError> {
        let mut out = String::new();
        if !self.begun {
            self.begun = true;
            out.push_str(BYTE_ORDER_MARK);
            push_line(&mut out, HEADING);
        }
        // A piece has something in it: nothing is not sent.
        while out.is_empty() && self.next < self.size {
            let wanted = self.wanted();
            let entries = self.store.entries_at(&wanted).await?;
            let mut entries = entries.into_iter().peekable();
            for index in wanted {
                let stored = entries.next_if(|stored| stored.index == index);
                let stored = stored.ok_or(RecordError::Damaged { index })?;
                self.row(index, &stored)?.push(&mut out);
                self.rows = self.rows.saturating_add(1);
            }
        }
        Ok((!out.is_empty()).then_some(out))
    }

    /// Where the next certificates of the regions stand.
    fn wanted(&mut self) -> Vec<u64> {
        let published = self.shared.read();
        let ledger = &published.ledger;
        let mut wanted = Vec::new();
        for (looked, (key, held)) in (1..).zip(ledger.credentials_from(self.next)) {
            if held.index >= self.size {
                break;
            }
            self.next = held.index.saturating_add(1);
            if self.regions.concern(ledger, key, held) {
                wanted.push(held.index);
            }
            if wanted.len() >= CHUNK || looked >= LOOKED_AT {
                return wanted;
            }
        }
        self.next = self.size;
        wanted
    }

    /// The row of an entry, hashed again like its document.
    fn row(&self, index: u64, stored: &StoredEntry) -> Result<ExtractRow, RecordError> {
        let damaged = || RecordError::Damaged { index };
        let entry = Entry::parse(&stored.entry).map_err(|_| damaged())?;
        let state = {
            let published = self.shared.read();
            if published.tree.hash(0, index) != Some(leaf_hash(&stored.entry)) {
                return Err(damaged());
            }
            let Record::Credential { number, version } = &entry.record else {
                return Err(damaged());
            };
            let key: CredentialKey = (number.clone(), *version);
            let ledger = &published.ledger;
            let held = ledger.credential(&key).ok_or_else(damaged)?;
            let events = ledger.events(&key).iter();
            let events: Vec<RecordedEvent> = events.map(|event| event.recorded.clone()).collect();
            state(&held.terms, &events, self.as_of, self.as_of)
        };
        let document = Document::of_entry(&entry, &stored.document).map_err(|_| damaged())?;
        let Document::Credential(credential) = document else {
            return Err(damaged());
        };
        Ok(ExtractRow {
            credential: *credential,
            index,
            recorded: entry.recorded,
            state,
            as_of: self.as_of,
        })
    }
}
