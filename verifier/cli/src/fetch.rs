//! Fetching what a verification still needs, from the registries of the verified trust list alone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use touchstone_schemas::budget::{MAX_STATUS_LIST_BYTES, MAX_TRUST_LIST_BYTES};
use touchstone_schemas::json::{self, Value};
use touchstone_schemas::tlog::HASH_BYTES;
use touchstone_schemas::tlog::tile::{TILE_WIDTH, parse_hashes};
use touchstone_verifier::input::{LogTile, LoggedDocument, Request};
use touchstone_verifier::{Needs, Verifier, needs, open_trust_list};
use ureq::{Agent, Body};

use crate::error::{Error, FetchError};

/// For one file, connecting included: a registry that takes longer is as good as absent to somebody waiting.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Longest record of a certificate: the credential and its events with receipts (policy).
const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;
/// Longest tile of hashes (C2SP tlog-tiles).
const MAX_TILE_BYTES: usize = TILE_WIDTH as usize * HASH_BYTES;
/// A newer trust list may name other registries, whose lists and record are then asked for, and the record's receipts
/// ask for tiles; more rounds lead nowhere.
const ROUNDS: usize = 4;

/// What was fetched in this run: of many certificates, lists that several share are asked for once, and what failed is not
/// asked for again.
#[derive(Default)]
pub(crate) struct Fetched {
    texts: BTreeMap<String, Option<String>>,
}

impl Fetched {
    /// The text at `url`; none where it failed before.
    fn text(
        &mut self,
        agent: &Agent,
        url: &str,
        accept: &str,
        limit: usize,
    ) -> Result<Option<String>, FetchError> {
        if let Some(known) = self.texts.get(url) {
            return Ok(known.clone());
        }
        let fetched = text(agent, url, accept, limit);
        self.texts.insert(url.to_owned(), fetched.as_ref().ok().cloned());
        fetched.map(Some)
    }
}

/// Fetches into `request` what it needs, `with_record` also the certificate's own record. What could not be fetched
/// stays unknown; why is returned.
pub(crate) fn complete(request: &mut Request, with_record: bool, fetched: &mut Fetched) -> Vec<FetchError> {
    let agent = agent();
    let mut asked = BTreeSet::new();
    let mut failures = Vec::new();
    for round in 0..ROUNDS {
        let Needs {
            trust_list,
            status_lists,
            record,
            log_tiles,
        } = needs(request);
        let mut once = |url: &String| asked.insert(url.clone());
        // One that has not run out may be an old one all the same: of a key retired since, or a body struck off.
        let lists = if trust_list || round == 0 {
            trust_list_urls(request)
        } else {
            Vec::new()
        };
        let lists: Vec<String> = lists.into_iter().filter(&mut once).collect();
        let status_lists: Vec<String> = status_lists.into_iter().filter(&mut once).collect();
        let record = record.filter(|url| with_record && once(url));
        let log_tiles: Vec<String> = log_tiles.into_iter().filter(&mut once).collect();
        if lists.is_empty() && status_lists.is_empty() && record.is_none() && log_tiles.is_empty() {
            break;
        }
        for url in lists {
            match fetched.text(&agent, &url, "application/json", MAX_TRUST_LIST_BYTES) {
                Ok(list) => list
                    .into_iter()
                    .for_each(|list| keep_newer_trust_list(request, list)),
                Err(error) => failures.push(error),
            }
        }
        for url in status_lists {
            match fetched.text(&agent, &url, "application/vc", MAX_STATUS_LIST_BYTES) {
                Ok(list) => request.facts.status_lists.extend(list),
                Err(error) => failures.push(error),
            }
        }
        if let Some(url) = record {
            match text(&agent, &url, "application/json", MAX_RECORD_BYTES) {
                Ok(record) => take_record(request, &record),
                Err(error) => failures.push(error),
            }
        }
        for url in log_tiles {
            match tile(&agent, url) {
                Ok(tile) => request.facts.log_tiles.push(tile),
                Err(error) => failures.push(error),
            }
        }
    }
    failures
}

/// Where a newer trust list may be had: from every registry that the verified one names.
fn trust_list_urls(request: &Request) -> Vec<String> {
    let bases = registries(request);
    bases.iter().map(|base| format!("{base}/trust.json")).collect()
}

/// The registries that the verified trust list names.
fn registries(request: &Request) -> Vec<String> {
    let verifier = Verifier::open(&request.facts, request.policy.clone());
    let issuers = verifier
        .trust()
        .map(|trust| trust.list().issuers.as_slice())
        .unwrap_or_default();
    let bases = issuers.iter().flat_map(|issuer| &issuer.registries);
    bases.map(|base| base.as_str().to_owned()).collect()
}

/// The newest version of the certificate of that number, from the first registry of the verified trust list that has it.
/// It tells that registry which certificate is checked.
pub(crate) fn of_number(request: &Request, number: &str, offline: bool) -> Result<String, Error> {
    let number = number.to_owned();
    let urls = registries(request)
        .into_iter()
        .map(|base| format!("{base}/certificates/{number}"));
    let mut failed = Error::NoRegistry {
        number: number.clone(),
    };
    for url in urls {
        if offline {
            return Err(Error::Offline { url });
        }
        match text(&agent(), &url, "application/vc", MAX_RECORD_BYTES) {
            Ok(document) if json::parse(document.as_bytes(), MAX_RECORD_BYTES).is_ok() => {
                return Ok(document);
            }
            // A page for people, or of a network that wants a password first.
            Ok(_) => failed = Error::NoDocument { url },
            Err(error) => failed = error.into(),
        }
    }
    Err(failed)
}

/// A fetched trust list takes the place of the one at hand only when it is authentic and newer.
pub(crate) fn keep_newer_trust_list(request: &mut Request, fetched: String) {
    let sequence = |list: &str| {
        let opened = open_trust_list(list.as_bytes(), &request.policy, None).ok()?;
        Some(opened.list().sequence)
    };
    if sequence(&fetched) > request.facts.trust_list.as_deref().and_then(sequence) {
        request.facts.trust_list = Some(fetched);
    }
}

/// The credential of a registry's record, as `GET /certificates/…` gives it; nothing of anything else.
pub(crate) fn credential_of_record(document: &str) -> Option<String> {
    let record = json::parse(document.as_bytes(), MAX_RECORD_BYTES).ok()?;
    let is_record = record.pointer("/@context").is_none() && record.pointer("/receipt").is_some();
    let credential = record.pointer("/credential").filter(|_| is_record)?;
    String::from_utf8(credential.to_canonical_bytes()).ok()
}

/// Takes receipt and events out of a registry's record; the verifier checks them as any others.
pub(crate) fn take_record(request: &mut Request, record: &str) {
    let Ok(record) = json::parse(record.as_bytes(), MAX_RECORD_BYTES) else {
        return;
    };
    let canonical = |value: Option<&Value<'_>>| String::from_utf8(value?.to_canonical_bytes()).ok();
    if request.facts.receipt.is_none() {
        request.facts.receipt = canonical(record.pointer("/receipt"));
    }
    let events = record
        .pointer("/events")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let logged = events.iter().filter_map(|event| {
        let (document, receipt) = (
            canonical(event.pointer("/document"))?,
            canonical(event.pointer("/receipt"))?,
        );
        Some(LoggedDocument { document, receipt })
    });
    request.facts.events.extend(logged);
}

/// Whether nobody on the way can read or change what is fetched: TLS, or this machine.
pub(crate) fn is_private(url: &str) -> bool {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    match url.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => true,
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => {
            let host = host(rest);
            let name = host.split_once(':').map_or(host.as_str(), |(name, _)| name);
            matches!(name, "localhost" | "127.0.0.1")
        }
        _ => false,
    }
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(TIME_LIMIT))
        // A registry named in the trust list answers itself or not at all.
        .max_redirects(0)
        .user_agent(concat!("touchstone-verify/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// The text at `url`, at most `limit` bytes.
pub(crate) fn text(agent: &Agent, url: &str, accept: &str, limit: usize) -> Result<String, FetchError> {
    let read = |body: &mut Body| body.with_config().limit(most(limit)).read_to_string();
    get(agent, url, accept, read)
}

/// The tile of hashes at `url`. One that is no row of hashes is as good as absent.
pub(crate) fn tile(agent: &Agent, url: String) -> Result<LogTile, FetchError> {
    let read = |body: &mut Body| body.with_config().limit(most(MAX_TILE_BYTES)).read_to_vec();
    let bytes = get(agent, &url, "application/octet-stream", read)?;
    let width = u16::try_from(bytes.len() / HASH_BYTES).unwrap_or(TILE_WIDTH);
    let hashes = parse_hashes(&bytes, width).unwrap_or_default();
    Ok(LogTile { url, hashes })
}

fn get<T>(
    agent: &Agent,
    url: &str,
    accept: &str,
    read: impl FnOnce(&mut Body) -> Result<T, ureq::Error>,
) -> Result<T, FetchError> {
    let answer = agent.get(url).header("accept", accept).call();
    answer
        .and_then(|mut response| match response.status().as_u16() {
            200 => read(response.body_mut()),
            other => Err(ureq::Error::StatusCode(other)),
        })
        .map_err(|source| FetchError {
            url: url.to_owned(),
            source: Box::new(source),
        })
}

fn most(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_and_this_machine_are_private() {
        for url in [
            "https://cert.example/x",
            "http://localhost:8080/",
            "http://127.0.0.1/x",
            "HTTPS://cert.example/x",
            "Http://localhost/",
        ] {
            assert!(is_private(url), "{url}");
        }
        for url in [
            "http://cert.example/",
            "http://127.0.0.1.example/",
            "http://localhost@evil.example/",
            "ftp://a/",
            "HTTP://cert.example/",
        ] {
            assert!(!is_private(url), "{url}");
        }
    }
}
