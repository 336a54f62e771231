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

/// The parameters of the query, each at most once.
#[derive(Debug)]
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = AxumQuery::<T>::from_request_parts(parts, app).await;
        query
            .map(|AxumQuery(value)| Self(value))
            .map_err(|rejection| Problem::malformed_query().detail(rejection.body_text()))
    }
}
