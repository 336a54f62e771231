//! Path and query as handlers take them: what is not of their form is a problem like any other.

use axum::{
    extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::{App, Problem};

/// The parameters of the path. What is no text is nothing that is here.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = AxumPath::<T>::from_request_parts(parts, app).await;
        path.map(|AxumPath(value)| Self(value))
            .map_err(|_| Problem::not_found())
    }
}

/// What messengers and campaigns append to the links they pass on: not the visitor's doing, and nothing to us.
const APPENDED: [&str; 7] = [
    "from",
    "isappinstalled",
    "nsukey",
    "wxkey",
    "scene",
    "srcid",
    "fbclid",
];
const CAMPAIGN: &str = "utm_";

/// The parameters of the query, each at most once, and none that the address does not know.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let own = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            !APPENDED.contains(&name) && !name.starts_with(CAMPAIGN)
        };
        let pairs = parts.uri.query().unwrap_or_default().split('&');
        let own = pairs.filter(own).collect::<Vec<_>>().join("&");
        let uri = format!("/?{own}")
            .parse()
            .map_err(|_| Problem::malformed_query())?;
        AxumQuery::<T>::try_from_uri(&uri)
            .map(|AxumQuery(value)| Self(value))
            .map_err(|rejection| Problem::malformed_query().detail(rejection.body_text()))
    }
}
