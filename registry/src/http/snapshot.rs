//! `GET /snapshot?sequence=&since=`: the states of all certificates as the issuer's status authority signed them, and
//! what changed since an older one. It is the same for everybody and names whom nobody asked about.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use touchstone_schemas::{
    did::Did,
    digest::Sha256Digest,
    snapshot::make_delta,
    tlog::{Entry, Record},
};

use super::{
    App, Problem,
    cached::{Freshness, cached},
    extract::Query,
};

/// How many snapshots may lie between two for a delta: a month of those that an issuer makes every twelve hours
/// (policy).
const MOST_BETWEEN: usize = 62;
/// Most bytes of deltas kept (policy: some dozens of a million certificates' ordinary days).
const KEPT_BYTES: usize = 16 * 1024 * 1024;

#[derive(Debug, Deserialize)]
pub(super) struct SnapshotQuery {
    sequence: Option<String>,
    since: Option<String>,
}

/// Deltas made, the newest last: each is wanted by everybody who holds that snapshot.
#[derive(Debug, Default)]
pub struct Deltas {
    /// By indices of the entries of both snapshots.
    kept: Mutex<VecDeque<((u64, u64), Bytes)>>,
    /// Held while one is made: a million certificates take a second of one processor.
    making: tokio::sync::Mutex<()>,
}

impl Deltas {
    fn find(&self, pair: (u64, u64)) -> Option<Bytes> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(found, _)| *found == pair);
        found.map(|(_, delta)| delta.clone())
    }

    fn keep(&self, pair: (u64, u64), delta: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((pair, delta));
        while kept.iter().map(|(_, delta)| delta.len()).sum::<usize>() > KEPT_BYTES && kept.len() > 1 {
            kept.pop_front();
        }
    }
}

pub(super) async fn serve_snapshot(
    State(app): State<App>,
    Query(query): Query<SnapshotQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let body = app.trust.refresh(&app.store).await;
    let body = body.body_of(&app.base).ok_or_else(Problem::not_found)?.id.clone();
    let (bytes, media, fresh) = match (query.sequence.as_deref(), query.since.as_deref()) {
        (None, None) => {
            let (_, newest) = newest(&app, &body)?;
            (
                read(&app, newest).await?.into(),
                "application/vc",
                Freshness::Seconds30,
            )
        }
        (Some(sequence), None) => {
            let sequence = number("sequence", sequence)?;
            let held = app.shared.read().ledger.snapshots().of_sequence(&body, sequence);
            let index = held.ok_or_else(Problem::not_found)?.index;
            (
                read(&app, index).await?.into(),
                "application/vc",
                Freshness::Immutable,
            )
        }
        (None, Some(since)) => {
            let Some(delta) = delta(&app, &body, number("since", since)?).await? else {
                return Ok(StatusCode::NO_CONTENT.into_response());
            };
            (delta, "application/json", Freshness::Seconds30)
        }
        (Some(_), Some(_)) => {
            return Err(Problem::query("since", 0, "either sequence or since is given"));
        }
    };
    Ok(cached(&headers, media, bytes, fresh))
}

/// A number in its one spelling.
fn number(name: &'static str, text: &str) -> Result<u64, Problem> {
    let number = text.parse::<u64>().ok();
    let number = number.filter(|number| number.to_string() == text);
    number.ok_or_else(|| Problem::query(name, 0, "wanted the sequence of a snapshot"))
}

/// Sequence and index of the newest snapshot.
fn newest(app: &App, body: &Did) -> Result<(u64, u64), Problem> {
    let newest = app.shared.read().ledger.snapshots().newest(body);
    let (sequence, held) = newest.ok_or_else(Problem::not_found)?;
    Ok((sequence, held.index))
}

/// The snapshot of an entry; its bytes must be those that were logged.
async fn read(app: &App, index: u64) -> Result<Vec<u8>, Problem> {
    let stored = app.store.entry(index).await;
    let stored = stored.map_err(|error| Problem::store(&error))?;
    let entry = Entry::parse(&stored.entry).map_err(|_| Problem::damaged())?;
    let logged = app.shared.read().ledger.logged(&entry.digest);
    let is_logged = logged.is_some_and(|logged| logged.index == index)
        && matches!(entry.record, Record::Snapshot { .. })
        && Sha256Digest::of(&stored.document) == entry.digest;
    if is_logged {
        return Ok(stored.document);
    }
    tracing::error!(index, "stored snapshot is not the one logged");
    Err(Problem::damaged())
}

/// What changed since a snapshot; nothing when it is the newest.
async fn delta(app: &App, body: &Did, since: u64) -> Result<Option<Bytes>, Problem> {
    let (sequence, newer) = newest(app, body)?;
    if since == sequence {
        return Ok(None);
    }
    let older = {
        let published = app.shared.read();
        let snapshots = published.ledger.snapshots();
        let near = snapshots.newer_than(body, since) <= MOST_BETWEEN;
        snapshots.of_sequence(body, since).filter(|_| near)
    };
    let older = older.ok_or_else(whole)?.index;
    let pair = (older, newer);
    if let Some(kept) = app.deltas.find(pair) {
        return Ok(Some(kept));
    }
    let _making = app.deltas.making.lock().await;
    if let Some(kept) = app.deltas.find(pair) {
        return Ok(Some(kept));
    }
    let (older, newer) = (read(app, older).await?, read(app, newer).await?);
    let made = tokio::task::spawn_blocking(move || make_delta(&older, &newer)).await;
    let made = made.map_err(|_| Problem::internal())?.map_err(|error| {
        tracing::warn!(%error, "no delta between two snapshots");
        whole()
    })?;
    let made = Bytes::from(made);
    app.deltas.keep(pair, made.clone());
    Ok(Some(made))
}

fn whole() -> Problem {
    Problem::not_found().detail("there is no delta since that snapshot: take the whole one")
}
