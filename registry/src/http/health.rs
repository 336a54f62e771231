//! `/healthz` and `/readyz`, for the operator alone.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::App;

/// The process answers.
pub(super) async fn serve_health() -> &'static str {
    "ok\n"
}

/// Submissions are accepted and the trust list counts.
pub(super) async fn serve_readiness(State(app): State<App>) -> Response {
    app.trust.refresh(&app.store).await;
    let log = !app.intake.sequencer.is_stopped();
    let trust = app.trust.is_current(app.clock.now());
    let (size, credentials) = {
        let published = app.shared.read();
        (published.tree.size(), published.ledger.credential_count())
    };
    let disk = app.disk.check().is_ok();
    let stored = !app.scrub.found();
    let ready = log && trust && disk && stored;
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "ready": ready,
        "logAccepts": log,
        "trustListCurrent": trust,
        "diskHasRoom": disk,
        "storedAsLogged": stored,
        "scrubPasses": app.scrub.passes(),
        "logSize": size,
        "credentials": credentials,
    });
    (status, Json(body)).into_response()
}
