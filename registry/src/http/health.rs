//! `/healthz` and `/readyz`, for the operator alone.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

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
    let (fit, of_role) = match &app.part {
        Part::Sequencer { intake, scrub } => {
            let log = !intake.sequencer.is_stopped();
            let disk = app.disk.check().is_ok();
            let stored = !scrub.found();
            let told = json!({
                "logAccepts": log,
                "diskHasRoom": disk,
                "storedAsLogged": stored,
                "scrubPasses": scrub.passes(),
            });
            (log && disk && stored, told)
        }
        Part::Reader(following) => {
            let sight = following.sight();
            let told = json!({
                "database": sight.name(),
                "reason": sight.reason(),
                "secondsSinceLook": following.since_last_look().as_secs(),
            });
            (sight == Sight::Current, told)
        }
    };
    let ready = fit && trust;
    let mut body = json!({
        "ready": ready,
        "role": app.role().name(),
        "trustListCurrent": trust,
        "logSize": size,
        "credentials": credentials,
    });
    if let (Some(body), Value::Object(of_role)) = (body.as_object_mut(), of_role) {
        body.extend(of_role);
    }
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(body)).into_response()
}
