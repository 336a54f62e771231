//! `GET /snapshot?sequence=&since=`: the states of all certificates as the issuer's status authority signed them, and
//! what changed since an older one. It is the same for everybody and names whom nobody asked about.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use touchstone_schemas::{
    did::Did,
    digest::Sha256Digest,
    snapshot::make_delta,
    tlog::{Entry, Record},
};

use super::{
    App, Problem,
    cached::{Freshness, Tagged, cached, cached_tagged},
    compress,
    extract::Query,
    stream::stream,
};

/// The media type of a snapshot.
const MEDIA: &str = "application/vc";
/// How many snapshots may lie between two for a delta: a month of those that an issuer makes every twelve hours
/// (policy).
const MOST_BETWEEN: usize = 62;
/// Most bytes of deltas kept (policy: some dozens of a million certificates' ordinary days).
const KEPT_BYTES: usize = 16 * 1024 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotQuery {
    sequence: Option<String>,
    since: Option<String>,
}

/// Older snapshots sent at a time, each held in memory until its reader has it.
const OLDER: usize = 4;
/// How long somebody waits to be one of them.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a piece of an older one.
const PIECE: usize = 64 * 1024;

/// What many ask for: the newest snapshot, and what changed since older ones.
#[derive(Debug)]
pub struct Snapshots {
    /// The newest one asked for, with the index of its entry.
    newest: Mutex<Option<(u64, Whole)>>,
    /// Snapshots by indices of the entries of both snapshots, the newest last: each is wanted by everybody who holds that
    /// snapshot.
    deltas: Mutex<VecDeque<((u64, u64), Bytes)>>,
    /// Held while one of either is made: a million certificates take a second of one processor.
    making: tokio::sync::Mutex<()>,
    older: Arc<Semaphore>,
}

/// A snapshot as it was signed, and packed.
#[derive(Clone, Debug)]
struct Whole {
    document: Tagged,
    gzip: Bytes,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self {
            newest: Mutex::default(),
            deltas: Mutex::default(),
            making: tokio::sync::Mutex::default(),
            older: Arc::new(Semaphore::new(OLDER)),
        }
    }
}

impl Snapshots {
    fn newest(&self, index: u64) -> Option<Whole> {
        let kept = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.as_ref().filter(|(found, _)| *found == index);
        kept.map(|(_, whole)| whole.clone())
    }

    fn keep_newest(&self, index: u64, whole: Whole) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some((index, whole));
    }

    fn find(&self, pair: (u64, u64)) -> Option<Bytes> {
        let kept = self.deltas.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(found, _)| *found == pair);
        found.map(|(_, delta)| delta.clone())
    }

    fn keep(&self, pair: (u64, u64), delta: Bytes) {
        let mut kept = self.deltas.lock().unwrap_or_else(PoisonError::into_inner);
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
    match (query.sequence.as_deref(), query.since.as_deref()) {
        (None, None) => {
            let (_, index) = newest(&app, &body)?;
            serve_newest(&app, index, Freshness::Seconds30, &headers).await
        }
        (Some(sequence), None) => {
            let sequence = number("sequence", sequence)?;
            let held = app.shared.read().ledger.snapshots().of_sequence(&body, sequence);
            let index = held.ok_or_else(Problem::not_found)?.index;
            if newest(&app, &body)?.1 == index {
                serve_newest(&app, index, Freshness::Immutable, &headers).await
            } else {
                serve_older(&app, index, &headers).await
            }
        }
        (None, Some(since)) => {
            let Some(delta) = delta(&app, &body, number("since", since)?).await? else {
                return Ok(StatusCode::NO_CONTENT.into_response());
            };
            Ok(cached(&headers, "application/json", delta, Freshness::Seconds30))
        }
        (Some(_), Some(_)) => Err(Problem::query("since", 0, "either sequence or since is given")),
    }
}

/// The newest, held for everybody.
async fn serve_newest(
    app: &App,
    index: u64,
    fresh: Freshness,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let whole = whole_of(app, index).await?;
    let answer = cached_tagged(headers, MEDIA, whole.document, fresh);
    Ok(compress::packed(answer, whole.gzip, headers))
}

/// An older one: who has it is told so without reading it, the others have it a few at a time.
async fn serve_older(app: &App, index: u64, headers: &HeaderMap) -> Result<Response, Problem> {
    let digest = app.shared.read().ledger.digest(index);
    let tag = Tagged::by(Bytes::new(), &digest.ok_or_else(Problem::not_found)?);
    let mut answer = cached_tagged(headers, MEDIA, tag, Freshness::Immutable);
    if answer.status() == StatusCode::NOT_MODIFIED {
        return Ok(answer);
    }
    let turn = Arc::clone(&app.snapshots.older).acquire_owned();
    let Ok(Ok(turn)) = tokio::time::timeout(PATIENCE, turn).await else {
        let (status, title) = (StatusCode::SERVICE_UNAVAILABLE, "too many are being answered");
        return Err(Problem::new(status, "busy", title).detail("older snapshots go to a few at a time"));
    };
    let mut left = Bytes::from(read(app, index).await?);
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    *answer.body_mut() = stream(|pieces| async move {
        while !left.is_empty() && pieces.send(left.split_to(left.len().min(PIECE))).await {}
        drop(turn);
    });
    Ok(answer)
}

/// The newest snapshot, read and packed once.
async fn whole_of(app: &App, index: u64) -> Result<Whole, Problem> {
    if let Some(kept) = app.snapshots.newest(index) {
        return Ok(kept);
    }
    let _making = app.snapshots.making.lock().await;
    if let Some(kept) = app.snapshots.newest(index) {
        return Ok(kept);
    }
    let document = Bytes::from(read(app, index).await?);
    let packing = document.clone();
    let gzip = tokio::task::spawn_blocking(move || compress::gzip(&packing)).await;
    let gzip = gzip.ok().and_then(Result::ok).ok_or_else(Problem::internal)?;
    let whole = Whole {
        document: document.into(),
        gzip: gzip.into(),
    };
    app.snapshots.keep_newest(index, whole.clone());
    Ok(whole)
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
    if let Some(kept) = app.snapshots.find(pair) {
        return Ok(Some(kept));
    }
    let _making = app.snapshots.making.lock().await;
    if let Some(kept) = app.snapshots.find(pair) {
        return Ok(Some(kept));
    }
    let (older, newer) = (read(app, older).await?, read(app, newer).await?);
    let made = tokio::task::spawn_blocking(move || make_delta(&older, &newer)).await;
    let made = made.map_err(|_| Problem::internal())?.map_err(|error| {
        tracing::warn!(%error, "no delta between two snapshots");
        whole()
    })?;
    let made = Bytes::from(made);
    app.snapshots.keep(pair, made.clone());
    Ok(Some(made))
}

fn whole() -> Problem {
    Problem::not_found().detail("there is no delta since that snapshot: take the whole one")
}
