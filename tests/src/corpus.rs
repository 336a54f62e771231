//! The hostile corpus: cases that everybody who writes a verifier may run theirs on (`tests/corpus/README.md`).
//!
//! A case is a line of `manifest.jsonl`: what is asked, as a verification request whose texts stand in files, and what
//! must be answered.

use std::path::{Path, PathBuf};

use serde_json::Value;
use touchstone_schemas::decode;
use touchstone_verifier::input::Request;

use crate::road::{Failure, workspace};

/// The manifest's name in the corpus' folder.
pub const MANIFEST: &str = "manifest.jsonl";

/// A case of the corpus.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name: the folder, and the attack.
    pub id: String,
    /// Why it is hostile, in a sentence.
    pub why: String,
    /// What is asked. Of a picture or PDF file the document is empty: what it carries is to be found.
    pub request: Request,
    /// What holds the document, where that is no text.
    pub holder: Option<Holder>,
    /// What must be answered.
    pub expected: Expected,
    /// Every file it names, below the corpus' folder.
    pub files: Vec<String>,
}

/// A file that holds a document, or should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A picture of a QR code.
    Picture(PathBuf),
    /// A PDF file.
    Pdf(PathBuf),
}

/// What must be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The verdict in one word; none where no certificate is found to judge.
    pub headline: Option<String>,
    /// Each is the most telling reason of its question.
    pub reasons: Vec<String>,
    /// What is found in a picture or PDF file where that is no certificate: `nothing`, `otherCode`, `foreignCode`, or
    /// why it is not read.
    pub found: Option<String>,
    /// The host that a foreign code leads to: shown, and never asked.
    pub host: Option<String>,
}

/// Where the corpus stands.
#[must_use]
pub fn folder() -> PathBuf {
    workspace().join("tests/corpus")
}

/// Every case, in the order of the manifest.
///
/// # Errors
/// When the manifest or a file of it cannot be read.
pub fn read() -> Result<Vec<Case>, Failure> {
    let folder = folder();
    let manifest = std::fs::read_to_string(folder.join(MANIFEST))?;
    manifest.lines().map(|line| case(&folder, line)).collect()
}

fn case(folder: &Path, line: &str) -> Result<Case, Failure> {
    let line: Value = serde_json::from_str(line)?;
    let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let id = text("case").ok_or("a case without a name")?;
    let mut request = line.get("request").cloned().ok_or("a case that asks nothing")?;
    let mut files = Vec::new();
    let holder = match text("holder").as_deref() {
        Some(kind) => {
            let document = request.get_mut("document").map(Value::take);
            let path = document.as_ref().and_then(Value::as_str).ok_or("no document")?;
            files.push(path.to_owned());
            let path = folder.join(path);
            request
                .as_object_mut()
                .ok_or("no request")?
                .insert("document".to_owned(), Value::String(String::new()));
            Some(if kind == "pdf" {
                Holder::Pdf(path)
            } else {
                Holder::Picture(path)
            })
        }
        None => None,
    };
    for pointer in places(&request) {
        let place = request.pointer_mut(&pointer).ok_or("a place is gone")?;
        let path = place.as_str().filter(|path| !path.is_empty());
        if let Some(path) = path.map(str::to_owned) {
            *place = Value::String(text_of(std::fs::read(folder.join(&path))?));
            files.push(path);
        }
    }
    let request = request.to_string();
    let expected = line.get("expected").cloned().unwrap_or_default();
    let of = |name: &str| expected.get(name).and_then(Value::as_str).map(str::to_owned);
    let reasons = expected.get("reasons").and_then(Value::as_array);
    let reasons = reasons.into_iter().flatten().filter_map(Value::as_str);
    Ok(Case {
        why: text("why").ok_or("a case without a reason")?,
        request: decode::read(request.as_bytes(), request.len()).map_err(|error| format!("{id}: {error}"))?,
        holder,
        expected: Expected {
            headline: of("headline"),
            reasons: reasons.map(str::to_owned).collect(),
            found: of("found"),
            host: of("host"),
        },
        files,
        id,
    })
}

/// Where a request holds documents: in the manifest their files stand there.
#[must_use]
pub fn places(request: &Value) -> Vec<String> {
    let mut places: Vec<String> = [
        "/document",
        "/facts/trustList",
        "/facts/receipt",
        "/facts/snapshot",
    ]
    .map(str::to_owned)
    .to_vec();
    let count = |pointer: &str| {
        request
            .pointer(pointer)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    places.extend((0..count("/facts/statusLists")).map(|place| format!("/facts/statusLists/{place}")));
    for place in 0..count("/facts/events") {
        places.extend(["document", "receipt"].map(|name| format!("/facts/events/{place}/{name}")));
    }
    places.retain(|pointer| request.pointer(pointer).is_some());
    places
}

/// Bytes as text. Where they are not UTF-8, what is before, and the character that stands for the rest: no document.
#[must_use]
pub fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let readable = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let mut text = String::from_utf8_lossy(bytes.get(..readable).unwrap_or_default()).into_owned();
        text.push(char::REPLACEMENT_CHARACTER);
        text
    })
}
