//! The request as far as the command line gives it: files, standard input, the clock.

use std::io::{Read, Write};
use std::path::Path;

use touchstone_schemas::budget::{
    MAX_CREDENTIAL_BYTES, MAX_LOG_PROOF_BYTES, MAX_SNAPSHOT_BYTES, MAX_STATUS_LIST_BYTES,
    MAX_TRUST_LIST_BYTES,
};
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::json;
use touchstone_schemas::snapshot::apply_delta;
use touchstone_verifier::document::{DocumentForm, is_http_url};
use touchstone_verifier::input::{Facts, Request};

use crate::arguments::Arguments;
use crate::error::Error;
use crate::fetch;

/// Longest document read. The verifier refuses much shorter ones, and says so in its Report; this keeps a file that
/// is no certificate at all out of memory (policy).
const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;

/// Reads everything the command line names.
pub(crate) fn request(arguments: &Arguments) -> Result<Request, Error> {
    let lists = arguments
        .status
        .iter()
        .map(|path| file(path, MAX_STATUS_LIST_BYTES));
    let receipt = arguments
        .receipt
        .as_deref()
        .map(|path| file(path, MAX_LOG_PROOF_BYTES));
    let mut request = Request {
        document: document(arguments)?,
        facts: Facts {
            trust_list: trust_list(arguments)?,
            status_lists: lists.collect::<Result<_, _>>()?,
            snapshot: snapshot(arguments)?,
            receipt: receipt.transpose()?,
            ..Facts::default()
        },
        now: now(arguments)?,
        at: arguments.at,
        policy: arguments.policy(),
        need: arguments.need(),
    };
    // A registry's record is its credential, with what the registry has beside it.
    if let Some(credential) = fetch::credential_of_record(&request.document) {
        let record = std::mem::replace(&mut request.document, credential);
        fetch::take_record(&mut request, &record);
    }
    Ok(request)
}

/// The trust list, where the command line names one.
pub(crate) fn trust_list(arguments: &Arguments) -> Result<Option<String>, Error> {
    let place = arguments.trust.as_deref();
    let read = place.map(|place| {
        if is_http_url(place) {
            from_url(arguments, place, "application/json", MAX_TRUST_LIST_BYTES)
        } else {
            file(Path::new(place), MAX_TRUST_LIST_BYTES)
        }
    });
    read.transpose()
}

/// The snapshot, where the command line names one, with the delta put on it. Nothing of it is believed yet.
pub(crate) fn snapshot(arguments: &Arguments) -> Result<Option<String>, Error> {
    let Some(path) = arguments.snapshot.as_deref() else {
        return Ok(None);
    };
    let snapshot = file(path, MAX_SNAPSHOT_BYTES)?;
    let Some(delta) = arguments.delta.as_deref() else {
        return Ok(Some(snapshot));
    };
    let delta = file(delta, MAX_SNAPSHOT_BYTES)?;
    let newer =
        apply_delta(snapshot.as_bytes(), delta.as_bytes()).map_err(|error| Error::Delta(Box::new(error)))?;
    // JCS is UTF-8.
    Ok(Some(String::from_utf8_lossy(&newer).into_owned()))
}

/// Keeps a snapshot that was opened: whole or not at all, so that a good one is never lost.
pub(crate) fn keep(path: &Path, snapshot: &[u8]) -> Result<(), Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(snapshot)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

/// The numbers of a list, one a line; empty lines are passed over, and the mark by which Excel begins a file.
pub(crate) fn list(path: &Path) -> Result<Vec<String>, Error> {
    let text = file(path, MAX_DOCUMENT_BYTES)?;
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit: MAX_DOCUMENT_BYTES,
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// The time now, or what is to be taken for it.
pub(crate) fn now(arguments: &Arguments) -> Result<Timestamp, Error> {
    arguments.now.map_or_else(clock, Ok)
}

/// The certificate. A link whose fragment carries it is the certificate itself; its page is not asked.
fn document(arguments: &Arguments) -> Result<String, Error> {
    let place = arguments.document.as_deref().unwrap_or_default();
    if place == "-" {
        return limited(std::io::stdin().lock(), MAX_DOCUMENT_BYTES).map_err(Error::Input);
    }
    match DocumentForm::of(place) {
        DocumentForm::Payload(payload) if !payload.is_empty() => Ok(place.to_owned()),
        DocumentForm::Payload(_) => from_url(arguments, place, "application/vc", MAX_CREDENTIAL_BYTES),
        DocumentForm::Json(_) => file(Path::new(place), MAX_DOCUMENT_BYTES),
    }
}

fn from_url(arguments: &Arguments, url: &str, accept: &str, limit: usize) -> Result<String, Error> {
    if arguments.offline {
        return Err(Error::Offline { url: url.to_owned() });
    }
    if !fetch::is_private(url) {
        return Err(Error::NotHttps { url: url.to_owned() });
    }
    let text = fetch::text(&fetch::agent(), url, accept, limit)?;
    // A page for people, or of a network that wants a password first: nothing is said about a certificate.
    if json::parse(text.as_bytes(), limit).is_err() {
        return Err(Error::NoDocument { url: url.to_owned() });
    }
    Ok(text)
}

/// Whatever it holds: that it is too long or no text is for the verifier to say.
fn file(path: &Path, limit: usize) -> Result<String, Error> {
    let read = std::fs::File::open(path).and_then(|file| limited(file, limit));
    read.map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

/// Little more than `limit` bytes: enough for whoever reads it to see that it is too long.
fn limited(from: impl Read, limit: usize) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_end(&mut bytes)?;
    Ok(text_of(bytes))
}

/// Bytes that are not UTF-8 as text that is no more a document than they are: what can be read, and at its end the
/// character that stands for what cannot. Nothing behind it counts, so it never makes up a whole.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let readable = error.utf8_error().valid_up_to();
        let mut bytes = error.into_bytes();
        bytes.truncate(readable);
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        text.push(char::REPLACEMENT_CHARACTER);
        text
    })
}

fn clock() -> Result<Timestamp, Error> {
    Timestamp::from_unix(jiff::Timestamp::now().as_second()).ok_or(Error::Clock)
}
