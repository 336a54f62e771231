//! `POST /validity-checks`: up to 10,000 numbers and unified social credit codes at once, as JSON or CSV, answered in
//! the same order and row by row. It names nobody.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use serde::Deserialize;
use touchstone_schemas::budget::{MAX_VALIDITY_BYTES, MAX_VALIDITY_ROWS};

use super::{
    App, Client, Problem,
    body::{BodyLimits, read_body},
    extract::Query,
    media::{self, CheckForm},
};
use crate::{
    statement::Period,
    validity::{Question, QuestionError, Written, WrittenForm, read_csv, read_json},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckQuery {
    at: Option<String>,
}

pub(super) async fn serve_validity_checks(
    State(app): State<App>,
    client: Client,
    Query(query): Query<CheckQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    client.take(&app.rates.checks)?;
    let asked_in = media::check_form(&headers)?;
    let form = media::check_answer_form(&headers, asked_in)?;
    let limits = BodyLimits {
        bytes: MAX_VALIDITY_BYTES,
        time: app.body_timeout,
        too_large: ("checkTooLarge", "the question is too large"),
    };
    let body = read_body(body, limits).await?;
    let question = match asked_in {
        CheckForm::Json => read_json(&body),
        CheckForm::Csv => read_csv(&body),
    };
    let question = question.map_err(|error| no_question(&error))?;
    let period = period(&app, query.at.as_deref(), &question)?;
    // The first row was counted when it was asked about.
    let more = u32::try_from(question.rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
    client.take_many(&app.rates.checks, more)?;
    let written = Written::new(app.shared.clone(), question, period, app.clock.now(), form);
    let media = match form {
        WrittenForm::Json => "application/json",
        WrittenForm::JsonLines => "application/x-ndjson",
        WrittenForm::Csv => "text/csv; charset=utf-8; header=present",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::new(Pieces(written))).into_response())
}

/// The instant or day asked about, in the query or in the body; now when in neither.
fn period(app: &App, in_query: Option<&str>, question: &Question) -> Result<Period, Problem> {
    let now = app.clock.now();
    match (in_query, question.at.as_deref()) {
        (Some(_), Some(_)) => Err(Problem::query("at", 0, "the body says another; one is enough")),
        (Some(at), None) => {
            Period::parse(at, now).map_err(|error| Problem::query("at", error.offset(), error))
        }
        (None, Some(at)) => Period::parse(at, now).map_err(|error| malformed(&error).at("/at".to_owned())),
        (None, None) => Ok(Period::instant(now)),
    }
}

fn malformed(detail: &impl ToString) -> Problem {
    let problem = Problem::new(
        StatusCode::BAD_REQUEST,
        "malformedCheck",
        "the body asks nothing of this form",
    );
    problem.detail(detail.to_string())
}

fn no_question(error: &QuestionError) -> Problem {
    match error {
        QuestionError::Json(cause) => {
            let status = StatusCode::BAD_REQUEST;
            Problem::new(status, "malformedJson", "the body is not strict JSON").detail(cause)
        }
        QuestionError::Shape { pointer } => malformed(error).at((*pointer).to_owned()),
        QuestionError::NoRow => malformed(error),
        QuestionError::TooManyRows => {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            Problem::new(status, "tooManyRows", "too many rows are asked about")
                .detail(format!("at most {MAX_VALIDITY_ROWS} are answered at once"))
        }
    }
}

/// The answer as a body: a piece is made when the one before has been taken.
struct Pieces(Written);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.next().map(|piece| Ok(Frame::data(piece.into()))))
    }
}
