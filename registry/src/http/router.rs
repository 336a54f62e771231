//! Which address is whose.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    App, Problem, Protection, Route, api, certificates, changes, compress, directory, documents, headers,
    health, log_files, metrics, mismatch,
    observe::{Observer, observe},
    owner_records, regulator,
    routes::Routes,
    security_txt, snapshot, statement, statistics, submissions, surveillance, validity_checks, verifications,
    verify_page,
};
use crate::pages::FeedForm;

/// The public addresses: what is added here is served, counted, listed, and wanted in the document of the API
/// (`openapi/`).
fn public_routes() -> Routes {
    use Protection::{IntakeToken, Public, RateLimited, RegulatorToken};
    Routes::new()
        .get("/", Public, verify_page::serve_root)
        .post("/submissions", IntakeToken, submissions::serve_submission)
        .get("/certificates", RateLimited, directory::serve_directory)
        .get(
            "/certificates/{number}",
            RateLimited,
            certificates::serve_certificate,
        )
        .get(
            "/certificates/{number}/status",
            RateLimited,
            statement::serve_statement,
        )
        .get(
            "/certificates/{number}/changes.atom",
            RateLimited,
            |app, client, number, query, headers| {
                changes::serve_certificate_changes(app, client, number, query, headers, FeedForm::Atom)
            },
        )
        .get(
            "/certificates/{number}/changes.json",
            RateLimited,
            |app, client, number, query, headers| {
                changes::serve_certificate_changes(app, client, number, query, headers, FeedForm::Json)
            },
        )
        .get(
            "/holders/{uscc}/changes.atom",
            RateLimited,
            |app, client, code, query, headers| {
                changes::serve_holder_changes(app, client, code, query, headers, FeedForm::Atom)
            },
        )
        .get(
            "/holders/{uscc}/changes.json",
            RateLimited,
            |app, client, code, query, headers| {
                changes::serve_holder_changes(app, client, code, query, headers, FeedForm::Json)
            },
        )
        .get("/changes.atom", Public, |app, query, headers| {
            changes::serve_changes(app, query, headers, FeedForm::Atom)
        })
        .get("/changes.json", Public, |app, query, headers| {
            changes::serve_changes(app, query, headers, FeedForm::Json)
        })
        .get("/snapshot", Public, snapshot::serve_snapshot)
        .get("/statistics", Public, statistics::serve_statistics)
        .get("/surveillance", Public, surveillance::serve_surveillance)
        .post(
            "/validity-checks",
            RateLimited,
            validity_checks::serve_validity_checks,
        )
        .post("/verifications", RateLimited, verifications::serve_verification)
        .post("/mismatch-reports", RateLimited, mismatch::serve_mismatch)
        .get("/mismatch-reports", IntakeToken, mismatch::serve_mismatches)
        .get(
            "/status-lists/{purpose}/{list}",
            Public,
            documents::serve_status_list,
        )
        .get("/.well-known/did.json", Public, documents::serve_did)
        .get(
            "/.well-known/security.txt",
            Public,
            security_txt::serve_security_txt,
        )
        .get("/status/did.json", Public, documents::serve_status_did)
        .get("/key-retirements", Public, owner_records::serve_key_retirements)
        .get(
            "/verifier-releases",
            Public,
            owner_records::serve_verifier_releases,
        )
        .get("/trust.json", Public, documents::serve_trust_list)
        .get("/contexts/v1", Public, documents::serve_context)
        .get("/schemas/v1", Public, documents::serve_schema)
        .get("/log/checkpoint", Public, log_files::serve_checkpoint)
        .get("/log/tile/{*path}", Public, log_files::serve_tile)
        .get("/regulator/extract.csv", RegulatorToken, regulator::serve_extract)
        .get(
            "/regulator/changes",
            RegulatorToken,
            regulator::serve_region_changes,
        )
        .post("/regulator/statement", RegulatorToken, regulator::serve_firms)
        .get("/log/recovered-from", Public, log_files::serve_recovered_from)
        .get("/v", Public, verify_page::serve_page)
        .get("/verify", RateLimited, verify_page::serve_verify)
        .get("/assets/{*path}", Public, verify_page::serve_asset)
        .get("/openapi.json", Public, api::serve_document)
        .get("/api", Public, api::serve_page)
}

/// The operator's addresses.
fn private_routes() -> Routes {
    use Protection::PrivateListener;
    Routes::new()
        .get("/healthz", PrivateListener, health::serve_health)
        .get("/readyz", PrivateListener, health::serve_readiness)
        .get("/metrics", PrivateListener, metrics::serve_metrics)
}

/// Every address there is, public ones first.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut routes = public_routes().listed().to_vec();
    routes.extend_from_slice(private_routes().listed());
    routes
}

/// The public router.
pub fn public_router(app: App) -> Router {
    let secure = app.base.as_str().starts_with("https://");
    let routes = public_routes();
    let (requests, footer) = (app.metrics.requests.clone(), Arc::clone(&app.footer));
    let defaults = headers::defaults(secure);
    let observer = Observer::new(routes.listed(), requests, footer, defaults);
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(observer, observe))
        .layer(compress::layer())
        .layer(CatchPanicLayer::custom(on_panic));
    with_problems(routes, app).layer(around)
}

/// The private router.
pub fn private_router(app: App) -> Router {
    with_problems(private_routes(), app).layer(CatchPanicLayer::custom(on_panic))
}

/// What no handler answers is a problem too.
fn with_problems(routes: Routes, app: App) -> Router {
    routes
        .into_router()
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            let status = StatusCode::METHOD_NOT_ALLOWED;
            let title = "this address does not take this method";
            Problem::new(status, "methodNotAllowed", title)
        })
        .with_state(app)
}

fn on_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has written where; the request is not to be repeated here (THREATS T15).
    tracing::error!("a request's handler panicked");
    Problem::internal().into_response()
}
