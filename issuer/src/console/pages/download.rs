//! A file for a client: shown by its link, given out once on the button.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::digest::Sha256Digest;

use super::{download, page};
use crate::console::{
    Console,
    gate::Call,
    lockout::{MEMORY, Subject},
    page::Frame,
    refused::Refused,
};

#[derive(Template)]
#[template(path = "console/download.html")]
struct DownloadPage<'a> {
    frame: &'a Frame,
    name: String,
    token: String,
}

/// The link, which is not used by looking at it: scanners of mail do.
pub(super) async fn form(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (token, digest) = asked(console, call).await?;
    let name = console
        .store()
        .await
        .open_download(digest, call.now.unix())
        .await?;
    match name {
        Some(name) => page(&DownloadPage {
            frame: &call.frame,
            name,
            token,
        }),
        None => failed(console, call).await,
    }
}

/// The file, once.
pub(super) async fn give(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (_, digest) = asked(console, call).await?;
    let mut store = console.store().await;
    let taken = store.take_download(digest, &call.address, call.now).await?;
    drop(store);
    match taken {
        Some((name, bytes)) => Ok(download(&name, "application/octet-stream", bytes)),
        None => failed(console, call).await,
    }
}

/// The token, unless the address guessed too often.
async fn asked(console: &Console, call: &Call) -> Result<(String, Sha256Digest), Refused> {
    let token: String = call.parameter("token")?;
    let subject = Subject::Download(&call.address);
    let failures = console.store().await.failures(&subject.key()).await?;
    let seconds = subject.wait(failures, call.now.unix());
    if seconds > 0 {
        return Err(Refused::Wait { seconds });
    }
    let digest = Sha256Digest::of(token.as_bytes());
    Ok((token, digest))
}

/// A link that is none, or none any more: one answer for all, and counted.
async fn failed(console: &Console, call: &Call) -> Result<Response, Refused> {
    let (key, now) = (Subject::Download(&call.address).key(), call.now.unix());
    let mut store = console.store().await;
    let failures = Subject::after(store.failures(&key).await?, now);
    store
        .set_failures(&key, failures, now.saturating_sub(MEMORY))
        .await?;
    Err(Refused::NotFound)
}
