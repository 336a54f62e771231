//! A problem as a page, for whoever follows a link or sends a form.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

use super::problem::Told;
use crate::pages;

/// The answer itself, or the page of its problem where a person asked.
pub(super) fn of(mut response: Response, for_people: bool) -> Response {
    if !for_people {
        return response;
    }
    let Some(told) = response.extensions_mut().remove::<Told>() else {
        return response;
    };
    let page = pages::problem(
        told.status.as_u16(),
        told.code,
        told.title,
        told.detail.as_deref(),
    );
    let Ok(page) = page else {
        return response;
    };
    let media = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, media);
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    *response.body_mut() = Body::from(page);
    response
}
