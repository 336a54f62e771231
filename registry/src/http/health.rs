//! `/healthz` and `/readyz`, for the operator alone.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{App, Part};
use crate::tlog::Sight;

/// The process answers.
pub(super) async fn serve_health() -> &'static str {
    "ok\n"
}

/// The trust list counts, and the sequencer accepts submissions, a reader sees the log that it shows.
pub(super) async fn serve_readiness(State(app): State<App>) -> Response {
    app.trust.refresh(&app.store).await;
    let trust = app.trust.is_current(app.clock.now());
    let (size, credentials) = {
        let published = app.shared.read();
        (published.tree.size(), published.ledger.credential_count())
    };
    let mut body = json!({
        "role": app.role().name(),
        "trustListCurrent": trust,
        "logSize": size,
        "credentials": credentials,
    });
    let ready = match &app.part {
        Part::Sequencer { intake, scrub } => {
            let log = !intake.sequencer.is_stopped();
            let disk = app.disk.check().is_ok();
            let stored = !scrub.found();
            body["logAccepts"] = log.into();
            body["diskHasRoom"] = disk.into();
            body["storedAsLogged"] = stored.into();
            body["scrubPasses"] = scrub.passes().into();
            log && disk && stored
        }
        Part::Reader(following) => {
            let sight = following.sight();
            body["database"] = sight.name().into();
            body["secondsSinceLook"] = following.since_last_look().as_secs().into();
            if let Some(reason) = sight.reason() {
                body["reason"] = reason.into();
            }
            sight == Sight::Current
        }
    } && trust;
    body["ready"] = ready.into();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}
