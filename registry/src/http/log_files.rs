//! The log's files (C2SP tlog-tiles): `/log/checkpoint`, `/log/tile/<L>/<N>[.p/<W>]`, `/log/tile/entries/<N>[.p/<W>]`.

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use touchstone_schemas::tlog::{EntryBundle, TileFile, TilePath, leaf_hash, tile::TILE_WIDTH};

use super::{
    App, Problem,
    cached::{Freshness, Tagged, cached, cached_tagged},
    extract::Path,
};

pub(super) async fn serve_checkpoint(State(app): State<App>, headers: HeaderMap) -> Response {
    let note = app.shared.read().checkpoint.to_string();
    let media = "text/plain; charset=utf-8";
    cached(&headers, media, note.into(), Freshness::Seconds5)
}

/// What this log says of the one before it; 404 where it is the first.
pub(super) async fn serve_recovered_from(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let statement = app.recovered_from.clone().ok_or_else(Problem::not_found)?;
    let media = "application/json";
    Ok(cached(&headers, media, statement, Freshness::Revalidate))
}

pub(super) async fn serve_tile(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = TilePath::parse(&format!("tile/{path}")).map_err(|_| Problem::not_found())?;
    let file = match path.file() {
        TileFile::Hashes(level) => hash_tile(&app, level, &path).ok_or_else(Problem::not_found)?,
        TileFile::Entries => Bytes::from(entry_bundle(&app, &path).await?).into(),
    };
    let media = "application/octet-stream";
    Ok(cached_tagged(&headers, media, file, Freshness::Immutable))
}

/// A tile of hashes. The root over a full one is in the tree already, and stands for all of it.
fn hash_tile(app: &App, level: u8, path: &TilePath) -> Option<Tagged> {
    let published = app.shared.read();
    let tile = Bytes::from(published.tree.tile(level, path.index(), path.width())?);
    let root = match level.checked_add(1) {
        Some(above) if path.width() == TILE_WIDTH => published.tree.hash(above, path.index()),
        _ => None,
    };
    Some(match root {
        Some(root) => Tagged::by(tile, &root),
        None => Tagged::from(tile),
    })
}

/// A bundle of entries, each hashed again before it is served.
async fn entry_bundle(app: &App, path: &TilePath) -> Result<Vec<u8>, Problem> {
    let first = path
        .index()
        .checked_mul(u64::from(TILE_WIDTH))
        .ok_or_else(Problem::not_found)?;
    let end = first
        .checked_add(u64::from(path.width()))
        .ok_or_else(Problem::not_found)?;
    if end > app.shared.read().tree.size() {
        return Err(Problem::not_found());
    }
    let entries = app
        .store
        .entry_bytes(first, u32::from(path.width()))
        .await
        .map_err(|error| Problem::store(&error))?;
    let sound = {
        let published = app.shared.read();
        let mut pairs = (first..end).zip(&entries);
        entries.len() == usize::from(path.width())
            && pairs.all(|(index, entry)| published.tree.hash(0, index) == Some(leaf_hash(entry)))
    };
    if !sound {
        tracing::error!(first, "stored entries are not those logged");
        return Err(Problem::damaged());
    }
    let borrowed = entries.iter().map(Vec::as_slice).collect();
    let bundle = EntryBundle::new(borrowed).map_err(|_| Problem::damaged())?;
    Ok(bundle.to_bytes())
}
