//! `/openapi.json` and `/api`: the document of the API, and the same as a page.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use touchstone_schemas::credential::RegistryBase;

use super::{
    App, Problem, Route,
    cached::{Freshness, cached},
    certificates::page_failed,
};
use crate::openapi::{document, page::page};

/// The document, written once at start.
#[derive(Clone, Debug)]
pub struct ApiDocument {
    json: Bytes,
    value: Arc<serde_json::Value>,
}

impl ApiDocument {
    /// Writes the document of these addresses.
    ///
    /// # Errors
    /// Never in practice: it is all text.
    pub fn write(base: &RegistryBase, routes: &[Route]) -> Result<Self, serde_json::Error> {
        let document = document(base, routes);
        Ok(Self {
            json: serde_json::to_vec(&document)?.into(),
            value: Arc::new(serde_json::to_value(&document)?),
        })
    }
}

pub(super) async fn serve_document(State(app): State<App>, headers: HeaderMap) -> Response {
    let bytes = app.api.json.clone();
    cached(&headers, "application/json", bytes, Freshness::Revalidate)
}

pub(super) async fn serve_page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let page = page(&app.api.value).map_err(page_failed)?;
    let media = "text/html; charset=utf-8";
    Ok(cached(&headers, media, page.into(), Freshness::Revalidate))
}
