//! `POST /submissions`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;
use touchstone_schemas::{digest::Sha256Digest, jcs, submission::Receipts};

use super::{
    App, Client, Part, Problem,
    body::{BodyLimits, read_body},
    media,
};
use crate::intake::process_submission;

pub(super) async fn serve_submission(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let answer = take_submission(&app, client, &headers, body).await;
    match answer {
        Ok(receipts) => {
            app.metrics.intake.accepted(receipts.receipts.len());
            let json = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            Ok((json, jcs::to_canonical(&receipts)).into_response())
        }
        Err(problem) => {
            app.metrics.intake.refused(problem.code());
            Err(problem)
        }
    }
}

async fn take_submission(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    body: Body,
) -> Result<Receipts, Problem> {
    if let Err(problem) = authorise(app, headers) {
        client.take(&app.rates.strangers)?;
        return Err(problem);
    }
    let Part::Sequencer { intake, .. } = &app.part else {
        let status = StatusCode::MISDIRECTED_REQUEST;
        let title = "this process takes no submissions, the registry's sequencer does";
        return Err(Problem::new(status, "notSequencer", title));
    };
    if !media::is_json(headers) {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(
            status,
            "unsupportedMediaType",
            "a submission is application/json",
        ));
    }
    let limits = BodyLimits {
        bytes: intake.limits.bytes,
        time: app.body_timeout,
        too_large: ("submissionTooLarge", "the submission is too large"),
    };
    let body = read_body(body, limits).await?;
    // Once begun, a submission is carried through even when its client goes away.
    let intake = Arc::clone(intake);
    let carried = tokio::spawn(async move { process_submission(&intake, body.to_vec()).await });
    let receipts = carried.await.map_err(|_| Problem::internal())??;
    Ok(Receipts { receipts })
}

/// The token's digest is compared in constant time; the token itself is kept nowhere.
pub(super) fn authorise(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let presented = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| Sha256Digest::of(token.as_bytes()));
    let granted = presented.is_some_and(|found| bool::from(found.as_bytes().ct_eq(app.token.as_bytes())));
    if granted {
        Ok(())
    } else {
        let status = StatusCode::UNAUTHORIZED;
        Err(Problem::new(
            status,
            "unauthorised",
            "this needs the intake token",
        ))
    }
}
