//! A registry small enough to see through: takes every submission, keeps a real log, and can be told to fail.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use ed25519_dalek::{Signer, SigningKey};
use touchstone_schemas::{
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    did::Did,
    digest::Sha256Digest,
    jcs::to_canonical,
    json::{self, Value},
    lifecycle::Event,
    multikey::Multikey,
    snapshot::Snapshot,
    status_list::StatusList,
    submission::{DocumentKind, Receipt, Receipts},
    tlog::{
        Checkpoint, EntryBundle, Hash, KeyId, LogProof, NoteSignature, Origin, SignedNote, TileFile,
        TilePath,
        entry::{Entry, Record},
        leaf_hash,
    },
};
use touchstone_verifier::tlog::{Frontier, prove_inclusion};

/// What the server does with the next requests, in order; accepts when the list is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Answers 503 and keeps nothing.
    Busy,
    /// Keeps everything and drops the connection before the answer.
    AnswerLost,
    /// Answers 422 with a problem of this code and keeps nothing.
    Refuses(&'static str),
    /// Answers with this status line and body, as something between office and registry may, and keeps nothing.
    Says(&'static str, &'static str),
}

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) moods: Vec<Mood>,
    pub(crate) documents: BTreeMap<Sha256Digest, u64>,
    pub(crate) credentials: BTreeMap<(CredentialNumber, Version), Credential>,
    pub(crate) raw: Vec<Vec<u8>>,
    pub(crate) events: Vec<Event>,
    pub(crate) lists: Vec<StatusList>,
    pub(crate) snapshots: Vec<Snapshot>,
    pub(crate) requests: usize,
    /// Seconds by which its clock is ahead.
    pub(crate) ahead: i64,
    /// What its log answers.
    pub(crate) log: LogMood,
    pub(crate) entries: Vec<Entry>,
    hashes: BTreeMap<(u8, u64), Hash>,
}

/// What `GET /log/` gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LogMood {
    /// The log.
    #[default]
    Open,
    /// 503.
    Away,
    /// No answer.
    Gone,
    /// A checkpoint that another key signed.
    Impostor,
    /// Bundles in which the first entry is another's.
    WrongBundles,
}

pub(crate) struct LogServer {
    pub(crate) url: String,
    pub(crate) origin: Origin,
    pub(crate) key: Multikey,
    pub(crate) kept: Arc<Mutex<Kept>>,
}

impl LogServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let signing = SigningKey::from_bytes(&[7; 32]);
        let origin = Origin::parse(&format!("{address}/log")).unwrap();
        let key = Multikey::from_bytes(signing.verifying_key().to_bytes());
        let kept = Arc::new(Mutex::new(Kept::default()));
        let server = Self {
            url: format!("http://{address}"),
            origin,
            key,
            kept: Arc::clone(&kept),
        };
        let origin = server.origin.clone();
        let did = Did::parse(&format!("did:web:{}", address.to_string().replace(':', "%3A"))).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                serve(
                    stream.unwrap(),
                    &mut kept.lock().unwrap(),
                    &signing,
                    &origin,
                    &did,
                );
            }
        });
        server
    }

    pub(crate) fn will(&self, moods: &[Mood]) {
        self.kept.lock().unwrap().moods = moods.to_vec();
    }
}

fn serve(mut stream: TcpStream, kept: &mut Kept, key: &SigningKey, origin: &Origin, did: &Did) {
    let Some((path, body)) = read_request(&mut stream) else {
        return;
    };
    if let Some(file) = path.strip_prefix("/log/") {
        if kept.log == LogMood::Gone {
            return;
        }
        let (status, bytes) = log_file(kept, file, key, origin);
        let head = format!(
            "HTTP/1.1 {status}\r\ndate: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            http_date(kept),
            bytes.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&bytes).unwrap();
        return;
    }
    if let Some(certificate) = path.strip_prefix("/certificates/") {
        let (status, record) = record(kept, certificate);
        answer(&mut stream, status, &record);
        return;
    }
    assert_eq!(path, "/submissions");
    kept.requests += 1;
    let mood = if kept.moods.is_empty() {
        None
    } else {
        Some(kept.moods.remove(0))
    };
    let (status, body) = match mood {
        Some(Mood::Busy) => ("503 Service Unavailable", Vec::new()),
        Some(Mood::Refuses(code)) => ("422 Unprocessable Content", problem(code)),
        Some(Mood::Says(status, body)) => (status, body.as_bytes().to_vec()),
        Some(Mood::AnswerLost) => {
            keep(kept, &body, key, origin, did);
            return;
        }
        None if shows_an_older_state(kept, &body) => {
            ("422 Unprocessable Content", problem("statusListBehind"))
        }
        None => ("200 OK", keep(kept, &body, key, origin, did)),
    };
    answer(&mut stream, status, &body);
}

fn answer(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
}

/// The server's clock as IMF-fixdate (RFC 9110 §5.6.7).
fn http_date(kept: &Kept) -> String {
    let now = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + kept.ahead).unwrap();
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `GET /log/…`: checkpoint, tiles and bundles of the entries as they are now.
fn log_file(kept: &mut Kept, file: &str, key: &SigningKey, origin: &Origin) -> (&'static str, Vec<u8>) {
    if kept.log == LogMood::Away {
        return ("503 Service Unavailable", Vec::new());
    }
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let key = if kept.log == LogMood::Impostor {
        &stranger
    } else {
        key
    };
    kept.hashes.clear();
    let frontier = grow(kept);
    if file == "checkpoint" {
        return (
            "200 OK",
            sign_checkpoint(&frontier, key, origin).to_string().into_bytes(),
        );
    }
    let path = TilePath::parse(file).unwrap();
    let first = path.index() * 256;
    let places = first..first + u64::from(path.width());
    let bytes = match path.file() {
        TileFile::Hashes(level) => places
            .flat_map(|index| *kept.hashes[&(level, index)].as_bytes())
            .collect(),
        TileFile::Entries => {
            let entries: Vec<Vec<u8>> = places
                .map(|index| {
                    let mut entry = kept.entries[usize::try_from(index).unwrap()].clone();
                    if kept.log == LogMood::WrongBundles {
                        entry.digest = Sha256Digest::of(b"another");
                    }
                    entry.to_bytes()
                })
                .collect();
            EntryBundle::new(entries.iter().map(Vec::as_slice).collect())
                .unwrap()
                .to_bytes()
        }
    };
    ("200 OK", bytes)
}

fn grow(kept: &mut Kept) -> Frontier {
    let mut frontier = Frontier::empty();
    for entry in &kept.entries {
        let hashes = &mut kept.hashes;
        frontier
            .append(leaf_hash(&entry.to_bytes()), |level, index, hash| {
                hashes.insert((level, index), hash);
            })
            .unwrap();
    }
    frontier
}

fn sign_checkpoint(frontier: &Frontier, key: &SigningKey, origin: &Origin) -> SignedNote {
    let text = Checkpoint {
        origin: origin.clone(),
        head: frontier.head(),
    }
    .to_string();
    let signature = NoteSignature {
        key_name: origin.key_name().clone(),
        key_id: KeyId::of_ed25519(origin.key_name(), &key.verifying_key().to_bytes()),
        signature: key.sign(text.as_bytes()).to_bytes().to_vec(),
    };
    SignedNote::new(text, vec![signature]).unwrap()
}

/// A problem document as the registry writes it.
fn problem(code: &str) -> Vec<u8> {
    let kind = format!("https://w3id.org/touchstone/problems/{code}");
    serde_json::to_vec(&serde_json::json!({ "type": kind, "title": "refused by the test" })).unwrap()
}

/// `GET /certificates/{number}?version=`: the documents kept of it.
fn record(kept: &Kept, certificate: &str) -> (&'static str, Vec<u8>) {
    let (number, version) = certificate.split_once("?version=").unwrap();
    let is_of = |entry: &&Entry| match &entry.record {
        Record::Credential {
            number: n,
            version: v,
        }
        | Record::Event {
            number: n,
            version: v,
            ..
        } => n.as_str() == number && v.to_string() == version,
        _ => false,
    };
    let document = |entry: &Entry| {
        let raw = kept
            .raw
            .iter()
            .find(|raw| Sha256Digest::of(raw) == entry.digest)
            .unwrap();
        serde_json::from_slice::<serde_json::Value>(raw).unwrap()
    };
    let is_credential = |entry: &&Entry| matches!(entry.record, Record::Credential { .. });
    let entries: Vec<&Entry> = kept.entries.iter().filter(is_of).collect();
    let Some(credential) = entries.iter().copied().find(is_credential) else {
        return ("404 Not Found", problem("certificateNotHere"));
    };
    let events: Vec<_> = entries
        .iter()
        .filter(|entry| !is_credential(entry))
        .map(|entry| serde_json::json!({ "document": document(entry) }))
        .collect();
    let record = serde_json::json!({ "credential": document(credential), "events": events });
    ("200 OK", serde_json::to_vec(&record).unwrap())
}

/// Whether a submission carries a list from before an event the log holds, which the registry does not take.
fn shows_an_older_state(kept: &Kept, body: &[u8]) -> bool {
    let is_event = |entry: &&Entry| matches!(entry.record, Record::Event { .. });
    let newest = kept
        .entries
        .iter()
        .filter(is_event)
        .map(|entry| entry.recorded)
        .max();
    let body = json::parse(body, 64 << 20).unwrap();
    let documents = body.pointer("/documents").unwrap().as_array().unwrap();
    documents.iter().any(|document| {
        let lists = DocumentKind::of(document) == Some(DocumentKind::StatusList);
        let valid_from = document.pointer("/validFrom").and_then(Value::as_str).unwrap();
        let known = kept
            .documents
            .contains_key(&Sha256Digest::of(&document.to_canonical_bytes()));
        lists && !known && newest > Some(valid_from.parse().unwrap())
    })
}

fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 65_536];
    loop {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        if head.starts_with("GET ") {
            return Some((path, Vec::new()));
        }
        let head = head.to_lowercase();
        assert!(head.contains("authorization: bearer a-token-for-tests"), "{head}");
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap();
        let total = end + 4 + length.parse::<usize>().unwrap();
        while bytes.len() < total {
            let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&chunk[..read]);
        }
        return Some((path, bytes[end + 4..].to_vec()));
    }
}

/// Logs what is new, and answers with a receipt for each document.
fn keep(kept: &mut Kept, body: &[u8], key: &SigningKey, origin: &Origin, did: &Did) -> Vec<u8> {
    let body = json::parse(body, 64 << 20).unwrap();
    let documents = body.pointer("/documents").unwrap().as_array().unwrap();
    let now = Timestamp::from_unix(jiff::Timestamp::now().as_second() + kept.ahead).unwrap();
    let mut indexes = Vec::new();
    for document in documents {
        let bytes = document.to_canonical_bytes();
        let digest = Sha256Digest::of(&bytes);
        if let Some(index) = kept.documents.get(&digest) {
            indexes.push(*index);
            continue;
        }
        let record = read_record(kept, document);
        let index = kept.entries.len() as u64;
        kept.entries.push(Entry {
            issuer: did.clone(),
            recorded: now,
            digest,
            record,
        });
        kept.documents.insert(digest, index);
        kept.raw.push(bytes);
        indexes.push(index);
    }
    let frontier = grow(kept);
    let checkpoint = sign_checkpoint(&frontier, key, origin);
    let size = kept.entries.len() as u64;
    let receipts: Vec<Receipt> = indexes
        .iter()
        .map(|index| Receipt {
            entry: kept.entries[usize::try_from(*index).unwrap()].clone(),
            proof: LogProof {
                inclusion: prove_inclusion(*index, size, |level, index| {
                    kept.hashes.get(&(level, index)).copied()
                })
                .unwrap(),
                checkpoint: checkpoint.clone(),
            }
            .to_string(),
        })
        .collect();
    to_canonical(&Receipts { receipts })
}

fn read_record(kept: &mut Kept, document: &Value<'_>) -> Record {
    let mut unsecured = document.clone();
    if let Value::Object(members) = &mut unsecured {
        members.remove("proof").unwrap();
    }
    match DocumentKind::of(document).unwrap() {
        DocumentKind::Credential => {
            let credential = Credential::from_document(&unsecured).unwrap();
            let (number, version) = (credential.number.clone(), credential.version);
            let before = kept.credentials.insert((number.clone(), version), credential);
            assert!(before.is_none(), "{number} version {version} twice");
            Record::Credential { number, version }
        }
        DocumentKind::Event => {
            let event = Event::from_document(&unsecured).unwrap();
            kept.events.push(event.clone());
            Record::Event {
                event: event.kind(),
                sequence: event.sequence.into(),
                effective: event.effective,
                number: event.number,
                version: event.version,
            }
        }
        DocumentKind::StatusList => {
            let list = StatusList::from_document(&unsecured).unwrap();
            kept.lists.push(list.clone());
            Record::StatusList {
                purpose: list.purpose,
                list: list.list,
                sequence: list.sequence,
            }
        }
        DocumentKind::Snapshot => {
            let snapshot = Snapshot::from_document(&unsecured).unwrap();
            let sequence = snapshot.sequence;
            kept.snapshots.push(snapshot);
            Record::Snapshot { sequence }
        }
        kind => panic!("no {} is submitted", kind.type_name()),
    }
}
