//! What is read: the token itself, lists, cases, journals, files.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use touchstone_schemas::{
    date_time::Timestamp,
    digest::Sha256Digest,
    jcs::{ObjectWriter, write_array},
    record,
    text::Text,
};

use super::{
    call::Call,
    problem::{Code, Problem},
    view,
};
use crate::{
    casework::{Act, Content, Role},
    console::{Console, held::Held},
    store::ListedCase,
    token::Scope,
};

/// Cases on a page when nothing is said, and at most.
const ROWS: u32 = 50;
const MOST_ROWS: u32 = 500;

struct TokenView<'a> {
    expires: Timestamp,
    name: &'a Text,
    person: &'a Text,
    prefix: &'a str,
    roles: Vec<String>,
    scopes: Vec<Scope>,
}

record! { write TokenView<'_> {
    "expires": expires,
    "name": name,
    "person": person,
    "prefix": prefix,
    "roles": roles,
    "scopes": scopes,
} }

/// For whom the token acts.
pub(super) fn token(call: &Call) -> Response {
    let token = &call.caller.token;
    let mut roles: Vec<String> = call.caller.held.iter().map(Held::tag).collect();
    roles.dedup();
    let view = TokenView {
        expires: token.expires,
        name: &token.name,
        person: &token.person,
        prefix: &token.prefix,
        roles,
        scopes: token.scopes.clone(),
    };
    view::json(StatusCode::OK, &view)
}

/// How many rows a page is to have.
pub(super) fn rows(call: &Call) -> Result<u32, Problem> {
    let rows = call.parsed("limit")?.unwrap_or(ROWS);
    if (1..=MOST_ROWS).contains(&rows) {
        Ok(rows)
    } else {
        Err(Problem::new(Code::MalformedQuery).detail(format_args!("limit: 1 to {MOST_ROWS}")))
    }
}

/// Where the next page begins: where this one was full.
fn next_after(found: &[ListedCase], rows: u32) -> Option<u32> {
    let full = u32::try_from(found.len()).unwrap_or(u32::MAX) >= rows;
    found.last().filter(|_| full).map(|case| case.number)
}

/// Whether every case of some edition may be seen; evaluators see those they are assigned to.
pub(super) fn sees_lists(call: &Call) -> bool {
    let held = call.caller.held.iter();
    held.map(|held| held.actor.role)
        .any(|role| !matches!(role, Role::Administrator | Role::Evaluator))
}

pub(super) async fn cases(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["stage", "before", "limit"])?;
    let (stage, before, rows) = (call.query("stage"), call.parsed("before")?, rows(call)?);
    let everything = sees_lists(call);
    let mut store = console.store().await;
    let found = if everything {
        store.cases(stage, before, rows).await?
    } else {
        store
            .cases_of_evaluator(&call.caller.person, before, rows)
            .await?
    };
    drop(store);
    let next = next_after(&found, rows);
    let seen = found.iter().filter(|case| {
        let reached = call
            .caller
            .held
            .iter()
            .any(|held| held.sees_edition(&case.edition));
        let waits = stage.is_none() || (case.status == "inWork" && case.stage.as_deref() == stage);
        (reached || !everything) && waits
    });
    Ok(view::cases(seen, next))
}

pub(super) async fn queue(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["after", "limit"])?;
    let (after, rows) = (call.parsed("after")?, rows(call)?);
    let found = console.store().await.signing_queue(after, rows).await?;
    let next = next_after(&found, rows);
    let reached = |case: &&ListedCase| {
        call.caller
            .held
            .iter()
            .any(|held| held.sees_edition(&case.edition))
    };
    Ok(view::cases(found.iter().filter(reached), next))
}

pub(super) async fn case(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    Ok(view::case(StatusCode::OK, &call.case(console).await?))
}

/// Every act, as it is stored, byte for byte.
pub(super) async fn journal(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let number = call.case(console).await?.number();
    let acts = console.store().await.case_acts(number).await?;
    Ok(journal_of("case", number, &acts))
}

/// The acts of a journal, each as it is stored, and the number of what it is about.
pub(super) fn journal_of<C: Content>(of: &str, number: u32, acts: &[Act<C>]) -> Response {
    let mut out = Vec::new();
    let mut object = ObjectWriter::open(&mut out);
    write_array(object.name("acts"), acts.iter(), |out, act| {
        out.extend_from_slice(&act.to_bytes());
    });
    object.member(of, &number).close();
    view::bytes("application/json", StatusCode::OK, out)
}

/// A file; the reading is on record before its bytes go out. Never shown as a page: what it is, its receiver knows.
pub(super) async fn file(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let (case, digest) = (
        call.case(console).await?,
        call.parameter::<Sha256Digest>("digest")?,
    );
    let mut store = console.store().await;
    let bytes = store
        .read_attachment(case.number(), digest, &call.caller.person, call.now)
        .await?;
    drop(store);
    Ok(bytes_of_file(bytes.ok_or(Problem::new(Code::NotFound))?))
}

/// A file as it was attached.
pub(super) fn bytes_of_file(bytes: Vec<u8>) -> Response {
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    let media = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment"),
    );
    answer
}
