//! Idempotency keys (IETF draft-ietf-httpapi-idempotency-key-header): the same key with the same request is one act and
//! one answer, however often it comes and whenever the office was restarted in between.
//!
//! Keys are a person's. What was refused did nothing and is judged anew when it comes again; what was done is answered
//! from the journal as the case stood after that act, so that the answer is the same byte for byte.

use axum::http::{HeaderMap, request::Parts};
use touchstone_schemas::{date_time::Timestamp, digest::Sha256Digest, text::Text};

use super::{
    call::Call,
    problem::{Code, Problem},
};
use crate::{
    casework::Case,
    console::Console,
    office::Office,
    store::{DoneRequest, RequestKey, Store},
};

/// The header.
const HEADER: &str = "idempotency-key";
/// Most characters of a key.
const LONGEST: usize = 64;

/// The key of a request, and the digest of everything that makes it this request.
pub(super) fn request_key(
    parts: &Parts,
    media: &str,
    body: &[u8],
    person: &Text,
    now: Timestamp,
) -> Result<RequestKey, Problem> {
    let key = key_of(&parts.headers)?;
    let mut whole = b"touchstone office request 1\0".to_vec();
    let path = parts.uri.path_and_query().map_or("", |it| it.as_str());
    for part in [
        parts.method.as_str().as_bytes(),
        path.as_bytes(),
        media.as_bytes(),
    ] {
        whole.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        whole.extend_from_slice(part);
    }
    whole.extend_from_slice(Sha256Digest::of(body).as_bytes());
    Ok(RequestKey {
        person: person.clone(),
        key,
        digest: Sha256Digest::of(&whole),
        at: now,
    })
}

/// A string (RFC 9651 §3.3.3), or the same without its quotation marks: visible ASCII.
fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let mut lines = headers.get_all(HEADER).iter();
    let line = lines.next().ok_or(Problem::new(Code::KeyMissing))?;
    let malformed = || {
        let form = format!("one line of 1 to {LONGEST} visible ASCII characters");
        Problem::new(Code::KeyMalformed).detail(form)
    };
    let text = line.to_str().map_err(|_| malformed())?.trim();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = bare.unwrap_or(text);
    let sound = (1..=LONGEST).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte));
    if sound && lines.next().is_none() {
        Ok(key.to_owned())
    } else {
        Err(malformed())
    }
}

/// Carries an act out, once for its key. Gives the case as it stood after the act.
pub(super) async fn once<F>(console: &Console, call: &Call, act: F) -> Result<Case, Problem>
where
    F: AsyncFnOnce(&mut Office) -> Result<Case, Problem> + Send + 'static,
{
    let request = call.request.clone().ok_or(Problem::new(Code::KeyMissing))?;
    let _begun = Begun::begin(console, &request)?;
    let done = console.in_office(async move |office| Ok(carry_out(office, request, act).await));
    done.await?
}

async fn carry_out<F>(office: &mut Office, request: RequestKey, act: F) -> Result<Case, Problem>
where
    F: AsyncFnOnce(&mut Office) -> Result<Case, Problem>,
{
    if let Some(case) = answered(&mut office.store, &request).await? {
        return Ok(case);
    }
    office.store.note_request(request.clone());
    match act(office).await {
        Ok(case) => Ok(case),
        // A process beside this one may have done it first.
        Err(problem) => answered(&mut office.store, &request).await?.ok_or(problem),
    }
}

/// What the key brought about before.
///
/// # Errors
/// [`Code::KeyReused`] when that was another request.
pub(super) async fn done_before(
    store: &mut Store,
    request: &RequestKey,
) -> Result<Option<DoneRequest>, Problem> {
    match store.done_request(&request.person, &request.key).await? {
        Some(done) if done.digest != request.digest => Err(Problem::new(Code::KeyReused)),
        done => Ok(done),
    }
}

async fn answered(store: &mut Store, request: &RequestKey) -> Result<Option<Case>, Problem> {
    let Some(done) = done_before(store, request).await? else {
        return Ok(None);
    };
    let (number, last) = done.act;
    let acts = store.case_acts(number).await?;
    let until = acts
        .iter()
        .take_while(|act| last.is_none_or(|last| act.sequence <= last));
    match Case::fold(until) {
        Ok(case) => Ok(Some(case)),
        Err((sequence, error)) => {
            tracing::error!("act {sequence} of case {number}: {error}");
            Err(Problem::new(Code::Internal))
        }
    }
}

/// That a request is being done here; over when it is dropped.
pub(super) struct Begun {
    console: Console,
    key: (Text, String),
}

impl Begun {
    /// # Errors
    /// [`Code::InProgress`] while the same key is at work.
    pub(super) fn begin(console: &Console, request: &RequestKey) -> Result<Self, Problem> {
        let key = (request.person.clone(), request.key.clone());
        if console.begun().insert(key.clone()) {
            let console = console.clone();
            Ok(Self { console, key })
        } else {
            Err(Problem::new(Code::InProgress))
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        self.console.begun().remove(&self.key);
    }
}
