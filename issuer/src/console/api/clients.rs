//! What clients are told and given: how they are reached, notices, links to files.

use std::sync::{Arc, OnceLock};

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    jcs::to_canonical,
    record,
    text::Text,
};

use super::{
    call::{Call, Nothing},
    once::once_whole,
    problem::{Code, Problem},
    reading::rows,
    view,
};
use crate::{
    console::Console,
    download::{OfferedFile, offer_downloads},
    notices::{keep_contact, try_again},
    store::{JournalKind, JournalPlace},
};

/// Days for which a link works when nothing is said.
const DAYS: u32 = 14;
/// What is kept of clients stands in no journal.
const PLACE: JournalPlace = JournalPlace {
    journal: JournalKind::Clients,
    number: 0,
    sequence: None,
};

/// How a client is reached.
struct ToKeep {
    mail: String,
    name: Text,
    uscc: String,
}

record! { ToKeep { "mail": mail, "name": name, "uscc": uscc } }

pub(super) async fn contact(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    let holder: String = call.parameter("uscc")?;
    let contact = console.store().await.contact(&holder).await?;
    let contact = contact.ok_or(Problem::new(Code::NotFound))?;
    let answer = to_canonical(&view::contact(&contact));
    Ok(view::bytes("application/json", StatusCode::OK, answer))
}

pub(super) async fn keep(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(None)?;
    let ToKeep { mail, name, uscc } = call.record()?;
    let answer = once_whole(console, &call, async move |office| {
        let now = office.clock.now();
        let contact = keep_contact(&mut office.store, &by, (&uscc, &name, &mail), now).await?;
        Ok((PLACE, to_canonical(&view::contact(&contact))))
    });
    Ok(view::bytes("application/json", StatusCode::OK, answer.await?))
}

pub(super) async fn notices(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["state", "limit"])?;
    let (state, rows) = (call.query("state"), rows(call)?);
    if state.is_some_and(|state| !["waiting", "sent", "dead"].contains(&state)) {
        return Err(Problem::new(Code::MalformedQuery).detail("state: waiting, sent or dead"));
    }
    let found = console.store().await.notices(state, rows).await?;
    Ok(view::notices(&found))
}

pub(super) async fn retry(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let Nothing = call.record()?;
    let (number, _) = (call.parameter::<u32>("number")?, call.actor(None)?);
    let answer = once_whole(console, &call, async move |office| {
        let now = office.clock.now();
        try_again(&mut office.store, i64::from(number), now).await?;
        Ok((PLACE, to_canonical(&view::RetriedView { notice: number })))
    });
    Ok(view::bytes("application/json", StatusCode::OK, answer.await?))
}

/// Number and version that a request names.
fn named(call: &Call) -> Result<(CredentialNumber, Option<Version>), Problem> {
    let number: String = call.parameter("number")?;
    let number = CredentialNumber::parse(&number).map_err(|_| Problem::new(Code::NotFound))?;
    let malformed = |error: String| Problem::new(Code::MalformedQuery).detail(format!("version: {error}"));
    let version: Option<u32> = call.parsed("version")?;
    let version = version
        .map(|version| Version::try_from(version).map_err(|error| malformed(error.to_string())))
        .transpose()?;
    Ok((number, version))
}

pub(super) async fn links(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["version"])?;
    let (number, version) = named(call)?;
    let mut store = console.store().await;
    let stored = store.find_credential(&number, version).await?;
    let stored = stored.ok_or(Problem::new(Code::NotFound))?;
    let edition = stored.credential()?.scheme.edition;
    if !call
        .caller
        .held
        .iter()
        .any(|held| held.sees_edition(edition.as_str()))
    {
        return Err(Problem::new(Code::NotFound));
    }
    let found = store.downloads(stored.id).await?;
    Ok(view::links(&found))
}

/// The body is the file. Its link is told once: asked again under the same key, everything but the address is told.
pub(super) async fn make_link(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as", "days", "name", "version"])?;
    let (by, (number, version)) = (call.actor(None)?, named(&call)?);
    let days = call.parsed("days")?.unwrap_or(DAYS);
    let file = OfferedFile {
        name: call.wanted("name")?,
        bytes: call.body.to_vec(),
    };
    let made = Arc::new(OnceLock::new());
    let (token, name, told) = (made.clone(), file.name.clone(), number.clone());
    let kept = once_whole(console, &call, async move |office| {
        let now = office.clock.now();
        let offered = std::slice::from_ref(&file);
        let made = offer_downloads(&mut office.store, &by, (&number, version), offered, days, now).await?;
        let _ = made.into_iter().next().map(|made| token.set(made));
        Ok((PLACE, to_canonical(&view::link(&file.name, &number, None))))
    })
    .await?;
    let answer = match made.get() {
        Some(token) => {
            let address = format!("{}/downloads/{token}", console.origin());
            to_canonical(&view::link(&name, &told, Some(&address)))
        }
        None => kept,
    };
    Ok(view::bytes("application/json", StatusCode::CREATED, answer))
}
