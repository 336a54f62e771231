//! Which address is whose.

use std::{any::Any, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    App, Problem, certificates, changes, directory, documents,
    headers::{SECURITY, TRANSPORT_SECURITY, default_header},
    health, log_files, owner_records, statement, submissions, surveillance, validity_checks, verify_page,
};
use crate::pages::FeedForm;

/// The public addresses.
pub fn public_router(app: App) -> Router {
    let secure = app.base.as_str().starts_with("https://");
    let mut router = Router::new()
        .route("/", get(verify_page::serve_root))
        .route("/submissions", post(submissions::serve_submission))
        .route("/certificates", get(directory::serve_directory))
        .route("/certificates/{number}", get(certificates::serve_certificate))
        .route("/certificates/{number}/status", get(statement::serve_statement))
        .route(
            "/certificates/{number}/changes.atom",
            get(|app, client, number, query, headers| {
                changes::serve_certificate_changes(app, client, number, query, headers, FeedForm::Atom)
            }),
        )
        .route(
            "/certificates/{number}/changes.json",
            get(|app, client, number, query, headers| {
                changes::serve_certificate_changes(app, client, number, query, headers, FeedForm::Json)
            }),
        )
        .route(
            "/changes.atom",
            get(|app, query, headers| changes::serve_changes(app, query, headers, FeedForm::Atom)),
        )
        .route(
            "/changes.json",
            get(|app, query, headers| changes::serve_changes(app, query, headers, FeedForm::Json)),
        )
        .route("/surveillance", get(surveillance::serve_surveillance))
        .route("/validity-checks", post(validity_checks::serve_validity_checks))
        .route(
            "/status-lists/{purpose}/{list}",
            get(documents::serve_status_list),
        )
        .route("/.well-known/did.json", get(documents::serve_did))
        .route("/status/did.json", get(documents::serve_status_did))
        .route("/key-retirements", get(owner_records::serve_key_retirements))
        .route("/verifier-releases", get(owner_records::serve_verifier_releases))
        .route("/trust.json", get(documents::serve_trust_list))
        .route("/contexts/v1", get(documents::serve_context))
        .route("/schemas/v1", get(documents::serve_schema))
        .route("/log/checkpoint", get(log_files::serve_checkpoint))
        .route("/log/tile/{*path}", get(log_files::serve_tile))
        .route("/v", get(verify_page::serve_page))
        .route("/verify", get(verify_page::serve_verify))
        .route("/assets/{*path}", get(verify_page::serve_asset))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            Problem::new(
                status,
                "methodNotAllowed",
                "this address does not take this method",
            )
        })
        .with_state(app)
        .layer(CatchPanicLayer::custom(on_panic));
    for pair in SECURITY {
        router = router.layer(default_header(pair));
    }
    if secure {
        router = router.layer(default_header(TRANSPORT_SECURITY));
    }
    router.layer(middleware::from_fn(record))
}

/// The private addresses.
pub fn private_router(app: App) -> Router {
    Router::new()
        .route("/healthz", get(health::serve_health))
        .route("/readyz", get(health::serve_readiness))
        .fallback(|| async { Problem::not_found() })
        .with_state(app)
        .layer(CatchPanicLayer::custom(on_panic))
}

fn on_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has written where; the request is not to be repeated here (THREATS T15).
    tracing::error!("a request's handler panicked");
    Problem::internal().into_response()
}

/// One line a request: the route, never the path, which holds the number somebody looked up (THREATS T15).
async fn record(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = route.as_deref().unwrap_or("-");
    tracing::info!(%method, route, status, duration_ms, "request");
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
