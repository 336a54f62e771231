//! What happens around every request: one line in the log, the counts, and the headers that depend on the route.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{Protection, Route, compress, cross_origin, media, problem_page};
use crate::{
    metrics::RequestMetrics,
    pages::footer::{self, Footer},
};

/// The label of what no route matched.
const NO_ROUTE: &str = "-";

/// What the surroundings of a request work with. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Observer {
    routes: Arc<HashMap<&'static str, Vec<Route>>>,
    requests: RequestMetrics,
    footer: Arc<Footer>,
    defaults: Arc<[(HeaderName, HeaderValue)]>,
}

impl Observer {
    /// `defaults` are the headers of every answer that has none of the name.
    pub(super) fn new(
        listed: &[Route],
        requests: RequestMetrics,
        footer: Arc<Footer>,
        defaults: Vec<(HeaderName, HeaderValue)>,
    ) -> Self {
        let mut routes: HashMap<&'static str, Vec<Route>> = HashMap::new();
        for route in listed {
            routes.entry(route.path).or_default().push(route.clone());
        }
        Self {
            routes: Arc::new(routes),
            requests,
            footer,
            defaults: defaults.into(),
        }
    }

    /// The route as it was declared, and who may ask: never the path, which holds what somebody looked up.
    fn matched(&self, request: &Request) -> (&'static str, Option<Protection>) {
        let found = request
            .extensions()
            .get::<MatchedPath>()
            .and_then(|path| self.routes.get_key_value(path.as_str()));
        let Some((path, routes)) = found else {
            return (NO_ROUTE, None);
        };
        let asked = match *request.method() {
            Method::HEAD => &Method::GET,
            ref other => other,
        };
        let by_method = routes.iter().find(|route| route.method == asked);
        let open = || {
            routes
                .iter()
                .find(|route| cross_origin::is_preflight(request) && route.protection.is_open())
        };
        (path, by_method.or_else(open).map(|route| route.protection))
    }
}

/// One line and one count a request: the route, never the path (THREATS T15).
pub(super) async fn observe(State(observer): State<Observer>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_label(request.method());
    let (route, protection) = observer.matched(&request);
    let for_people = media::is_for_people(request.headers());
    let answer = async {
        let response = next.run(request).await;
        problem_page::of(response, for_people)
    };
    let mut response = footer::scope(Arc::clone(&observer.footer), answer).await;
    finish(&mut response, protection, &observer.defaults);
    let status = response.status().as_u16();
    let took = started.elapsed();
    observer.requests.answered(route, method, status, took);
    log(method, route, status, took);
    response
}

/// The headers that every answer has, and those that depend on route and answer.
fn finish(response: &mut Response, protection: Option<Protection>, defaults: &[(HeaderName, HeaderValue)]) {
    compress::weaken_tag(response);
    for (name, value) in defaults {
        response
            .headers_mut()
            .entry(name)
            .or_insert_with(|| value.clone());
    }
    cross_origin::open(response, protection);
    let not_modified = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    // What the full answer would vary by (RFC 9110 §15.4.5); it has no body to tell whether it shrinks.
    let encoding = HeaderValue::from_static("accept-encoding");
    if not_modified && !headers.get_all(header::VARY).iter().any(|name| name == encoding) {
        headers.append(header::VARY, encoding);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn log(method: &'static str, route: &'static str, status: u16, took: Duration) {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(method, route, status, duration_ms, "request");
}

/// A method as a label: clients may invent others.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
