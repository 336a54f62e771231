//! Writes the corpus: files under their case's name, what several cases share once, and the manifest.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::status::StatusMessage;
use touchstone_tests::corpus::{Expected, MANIFEST, folder, places};

use crate::draft::Draft;
use crate::fixture::World;

/// Set to make the corpus anew, under keys drawn for it and kept nowhere.
pub(crate) const WRITE: &str = "TOUCHSTONE_WRITE_CORPUS";
/// The folders of cases, and that of what they share.
const FOLDERS: [&str; 8] = [
    "credentials",
    "status-lists",
    "chains",
    "trust",
    "events",
    "qr",
    "pdf",
    "facts",
];

/// Files by path.
#[derive(Default)]
struct Files {
    written: BTreeMap<String, Vec<u8>>,
    by_digest: BTreeMap<Sha256Digest, String>,
}

impl Files {
    /// Where these bytes stand: where they did already, else at `path`.
    fn put(&mut self, path: String, bytes: &[u8]) -> String {
        let digest = Sha256Digest::of(bytes);
        if let Some(path) = self.by_digest.get(&digest) {
            return path.clone();
        }
        assert!(
            self.written.insert(path.clone(), bytes.to_vec()).is_none(),
            "{path} twice"
        );
        self.by_digest.insert(digest, path.clone());
        path
    }
}

/// Writes everything, in place of what was there.
pub(crate) fn write(drafts: &[Draft]) {
    let mut files = shared();
    let mut manifest = String::new();
    for draft in drafts {
        manifest.push_str(&line(draft, &mut files).to_string());
        manifest.push('\n');
    }
    let folder = folder();
    for name in FOLDERS {
        let folder = folder.join(name);
        if folder.is_dir() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
    }
    for (path, bytes) in &files.written {
        std::fs::write(folder.join(Path::new(path)), bytes).unwrap();
    }
    std::fs::write(folder.join(MANIFEST), manifest).unwrap();
}

/// What is in order: most cases are one thing out of order beside it.
fn shared() -> Files {
    let world = World::new();
    let mut files = Files::default();
    files.put("facts/credential.json".to_owned(), world.signed().as_bytes());
    files.put("facts/trust-list.json".to_owned(), world.trust_text().as_bytes());
    let lists = world.lists(StatusMessage::InForce);
    for (name, list) in ["revocation", "suspension", "message"].iter().zip(lists) {
        files.put(format!("facts/{name}.json"), list.as_bytes());
    }
    files
}

fn line(draft: &Draft, files: &mut Files) -> Value {
    let mut request: Value = serde_json::from_slice(&to_canonical(&draft.request)).unwrap();
    for pointer in places(&request) {
        let place = request.pointer_mut(&pointer).unwrap();
        let text = place.as_str().unwrap().to_owned();
        let bytes = match (&draft.bytes, pointer.as_str()) {
            (Some(bytes), "/document") => bytes.as_slice(),
            _ => text.as_bytes(),
        };
        let path = format!("{}{}", draft.id, ending(draft, &pointer, bytes));
        *place = Value::String(files.put(path, bytes));
    }
    let mut line = json!({
        "case": draft.id,
        "expected": expected(&draft.expected),
        "request": request,
        "why": draft.why,
    });
    if let (Some(ending), Some(line)) = (draft.holder, line.as_object_mut()) {
        let kind = if ending == "pdf" { "pdf" } else { "picture" };
        line.insert("holder".to_owned(), kind.into());
    }
    line
}

/// How a file's name ends, by what it holds.
fn ending(draft: &Draft, pointer: &str, bytes: &[u8]) -> String {
    if let (Some(ending), "/document") = (draft.holder, pointer) {
        return format!(".{ending}");
    }
    let kind = if bytes.starts_with(b"{") { "json" } else { "txt" };
    match pointer.strip_prefix("/facts/") {
        None => format!(".{kind}"),
        Some(role) => format!(".{}.{kind}", role.replace('/', "-")),
    }
}

fn expected(expected: &Expected) -> Value {
    let mut members = Map::new();
    let texts = [
        ("headline", &expected.headline),
        ("found", &expected.found),
        ("host", &expected.host),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            members.insert(name.to_owned(), text.as_str().into());
        }
    }
    if !expected.reasons.is_empty() {
        members.insert("reasons".to_owned(), json!(expected.reasons));
    }
    Value::Object(members)
}
