//! `/key-retirements`, `/verifier-releases`: what the scheme owner said in the log, each with its receipt.

use axum::{extract::State, http::HeaderMap, response::Response};
use touchstone_schemas::{
    jcs::{Encode, ObjectWriter},
    tlog::Entry,
};

use super::{
    App, Problem,
    cached::{Freshness, cached},
};
use crate::ledger::Document;

pub(super) async fn serve_key_retirements(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let indices = app.shared.read().ledger.owner_records().retirements();
    serve(&app, &headers, "keyRetirements", indices).await
}

pub(super) async fn serve_verifier_releases(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let indices = app.shared.read().ledger.owner_records().releases();
    serve(&app, &headers, "verifierReleases", indices).await
}

async fn serve(
    app: &App,
    headers: &HeaderMap,
    member: &'static str,
    indices: Vec<u64>,
) -> Result<Response, Problem> {
    let mut records = Vec::with_capacity(indices.len());
    for index in indices {
        records.push(read(app, index).await?);
    }
    let mut body = Vec::new();
    ObjectWriter::open(&mut body).member(member, &records).close();
    let media = "application/json";
    Ok(cached(headers, media, body.into(), Freshness::Revalidate))
}

/// A record with its receipt, both as they are written.
struct Recorded {
    document: Vec<u8>,
    receipt: touchstone_schemas::submission::Receipt,
}

impl Encode for Recorded {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(b"{\"document\":");
        out.extend(&self.document);
        out.extend(b",\"receipt\":");
        self.receipt.encode(out);
        out.push(b'}');
    }
}

async fn read(app: &App, index: u64) -> Result<Recorded, Problem> {
    let stored = app.store.entry(index).await;
    let stored = stored.map_err(|error| Problem::store(&error))?;
    let entry = Entry::parse(&stored.entry).map_err(|_| Problem::damaged())?;
    let published = app.shared.read();
    let logged = published.ledger.logged(&entry.digest);
    let receipt = match Document::of_entry(&entry, &stored.document) {
        Ok(_) if logged.is_some_and(|logged| logged.index == index) => published.receipt(index, entry),
        _ => None,
    };
    let Some(receipt) = receipt else {
        tracing::error!(index, "stored record is not the one logged");
        return Err(Problem::damaged());
    };
    Ok(Recorded {
        document: stored.document,
        receipt,
    })
}
