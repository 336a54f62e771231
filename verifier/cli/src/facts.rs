//! The request as far as the command line gives it: files, standard input, the clock.

use std::io::{self, Read as _, Write};
use std::path::Path;

use touchstone_readers::budget::MAX_PICTURE_BYTES;
use touchstone_readers::sheet::{AskedNumber, Sheet, certificate_numbers};
use touchstone_schemas::budget::{
    MAX_CREDENTIAL_BYTES, MAX_LOG_PROOF_BYTES, MAX_REQUEST_BYTES, MAX_SNAPSHOT_BYTES, MAX_STATUS_LIST_BYTES,
    MAX_TRUST_LIST_BYTES,
};
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::json;
use touchstone_schemas::snapshot::apply_delta;
use touchstone_verifier::document::is_http_url;
use touchstone_verifier::input::{Facts, LogProofPolicy, Request};
use touchstone_verifier::read_request;

use crate::arguments::Arguments;
use crate::carried::{self, Carried};
use crate::error::Error;
use crate::fetch;
use crate::given::Given;

/// Longest document read. The verifier refuses much shorter ones, and says so in its Report; this keeps a file that
/// is no certificate at all out of memory (policy).
const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// Longest file read: pictures are longer.
const MAX_FILE_BYTES: usize = MAX_PICTURE_BYTES;

/// What the command line names beside the certificate: the request to which each is added.
pub(crate) fn known(arguments: &Arguments) -> Result<Request, Error> {
    let lists = arguments
        .status
        .iter()
        .map(|path| file(path, MAX_STATUS_LIST_BYTES));
    let receipt = arguments
        .receipt
        .as_deref()
        .map(|path| file(path, MAX_LOG_PROOF_BYTES));
    Ok(Request {
        document: String::new(),
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
    })
}

/// Adds the certificate, and what comes with it.
pub(crate) fn take(request: &mut Request, arguments: &Arguments, given: &Given) -> Result<(), Error> {
    match read(arguments, given)? {
        Read::Text(text) => request.document = text,
        Read::Carried(Carried::Document { document, receipt }) => {
            request.document = document;
            request.facts.receipt = request.facts.receipt.take().or(receipt);
        }
        Read::Carried(Carried::Number(number)) => {
            request.document = fetch::of_number(request, &number, arguments.offline)?;
        }
    }
    // A registry's record is its credential, with what the registry has beside it.
    if let Some(credential) = fetch::credential_of_record(&request.document) {
        let record = std::mem::replace(&mut request.document, credential);
        fetch::take_record(request, &record);
    }
    Ok(())
}

/// A whole verification request out of a file, under the pin of this command line and its demands.
pub(crate) fn verification_request(arguments: &Arguments, given: &Given) -> Result<Request, Error> {
    let bytes = match given {
        Given::Input => limited(io::stdin().lock(), MAX_REQUEST_BYTES).map_err(Error::Input)?,
        Given::File(path) => bytes(path, MAX_REQUEST_BYTES)?,
        other => {
            return Err(Error::NoDocument { url: other.name() });
        }
    };
    let mut request = read_request(&bytes).map_err(|source| Error::Request {
        name: given.name(),
        source,
    })?;
    let policy = arguments.policy();
    request.policy.owner_key = policy.owner_key;
    request.policy.owner_successor = policy.owner_successor;
    if policy.log_proof == LogProofPolicy::Required {
        request.policy.log_proof = policy.log_proof;
    }
    request.now = arguments.now.unwrap_or(request.now);
    Ok(request)
}

/// What stands at a place.
enum Read {
    Text(String),
    Carried(Carried),
}

fn read(arguments: &Arguments, given: &Given) -> Result<Read, Error> {
    let bytes = match given {
        Given::Input => limited(io::stdin().lock(), MAX_DOCUMENT_BYTES).map_err(Error::Input)?,
        Given::File(path) => bytes(path, MAX_FILE_BYTES)?,
        Given::Payload(text) => return Ok(Read::Text(text.clone())),
        Given::Url(url) => {
            return from_url(arguments, url, "application/vc", MAX_CREDENTIAL_BYTES).map(Read::Text);
        }
        Given::Number(number) => return Ok(Read::Carried(Carried::Number(number.to_string()))),
    };
    match carried::look(&bytes) {
        Some(Ok(carried)) => Ok(Read::Carried(carried)),
        Some(Err(source)) => Err(Error::NotCarried {
            name: given.name(),
            source,
        }),
        None => Ok(Read::Text(text_of(bytes))),
    }
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

/// The numbers of a list: of a sheet those of its column, else one a line; empty lines are passed over, and the mark by
/// which Excel begins a file.
pub(crate) fn list(path: &Path) -> Result<Vec<String>, Error> {
    let bytes = bytes(path, MAX_DOCUMENT_BYTES)?;
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit: MAX_DOCUMENT_BYTES,
        });
    }
    if is_sheet(path, &bytes) {
        let sheet = Sheet::read(&bytes).map_err(|source| Error::Sheet {
            path: path.to_owned(),
            source,
        })?;
        let numbers = certificate_numbers(&sheet).unwrap_or_default();
        // What a cell does not tell is asked all the same, and not found: no row is lost.
        let text = |asked: AskedNumber| {
            asked
                .cell
                .unwrap_or_else(|fault| format!("{}: {fault}", asked.row))
        };
        return Ok(numbers.into_iter().map(text).collect());
    }
    let text = text_of(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// A workbook by its beginning, CSV by its name.
fn is_sheet(path: &Path, bytes: &[u8]) -> bool {
    let named = |ending: &str| {
        path.extension()
            .is_some_and(|found| found.eq_ignore_ascii_case(ending))
    };
    let workbook = [b"PK\x03\x04".as_slice(), b"\xD0\xCF\x11\xE0"];
    workbook.iter().any(|beginning| bytes.starts_with(beginning))
        || ["csv", "tsv", "xlsx"].into_iter().any(named)
}

/// The time now, or what is to be taken for it.
pub(crate) fn now(arguments: &Arguments) -> Result<Timestamp, Error> {
    arguments.now.map_or_else(clock, Ok)
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
    bytes(path, limit).map(text_of)
}

fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Error> {
    let read = std::fs::File::open(path).and_then(|file| limited(file, limit));
    read.map_err(|source| Error::File {
        path: path.to_owned(),
        source,
    })
}

/// Little more than `limit` bytes: enough for whoever reads it to see that it is too long.
fn limited(from: impl io::Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
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
