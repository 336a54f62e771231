//! What a shell that keeps the register's signed facts asks beside the four questions: what a snapshot says of a list of
//! numbers, whether the log's newest head follows the one kept, and which release of the verify page stands in the log;
//! and many certificates verified with facts that are opened once.
//!
//! One door for all, because each needs the trust list. A part that is not asked for is not answered.

use touchstone_schemas::{
    budget::{
        MAX_LOOKUP_NUMBERS, MAX_OWNER_RECORD_BYTES, MAX_REQUEST_BYTES, MAX_REQUEST_DOCUMENTS,
        MAX_REQUEST_LOG_TILES,
    },
    credential::RegistryBase,
    date_time::Timestamp,
    decode::read,
    digest::Sha256Digest,
    jcs::to_canonical,
    json,
    owner_record::ReleasedFile,
    record,
    snapshot::apply_delta,
    text::Text,
    tlog::{Checkpoint, Hash, SignedNote, TreeHead},
    trust_list::TrustedIssuer,
    words,
};

use crate::{
    clock::Clock,
    history::LogHistory,
    input::{Facts, LoggedDocument, Policy},
    log_check::Expected,
    lookup::{Lookup, look_up},
    reason::{Reason, ReasonCode},
    report::Report,
    request::RequestError,
    status::{SnapshotRefused, open_snapshot},
    tlog::{VerifiedCheckpoint, open_checkpoint},
    trust::{TrustContext, TrustListRefused, open_trust_list, open_verifier_release},
    verify::{Presentation, Verifier},
};

/// What is asked. Of the facts the trust list, the snapshot, log tiles and what was seen are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRequest {
    /// The log's newest head, and the one kept.
    pub checkpoint: Option<CheckpointQuestion>,
    /// Certificates to be verified with the same facts; at most [`MAX_REQUEST_DOCUMENTS`].
    pub documents: Vec<PresentedDocument>,
    /// Facts somebody fetched or kept.
    pub facts: Facts,
    /// The time now, by the shell's clock.
    pub now: Timestamp,
    /// Numbers to be looked up in the snapshot, as people write them; at most [`MAX_LOOKUP_NUMBERS`].
    pub numbers: Vec<String>,
    /// Whom the shell trusts.
    pub policy: Policy,
    /// A release of the verify page with its receipt, as `/verifier-releases` gives it.
    pub release: Option<LoggedDocument>,
}

record! { RegisterRequest {
    "checkpoint"? checkpoint,
    "documents"? documents,
    "facts"? facts,
    "now": now,
    "numbers"? numbers,
    "policy": policy,
    "release"? release,
} }

/// A certificate, and its receipt where that is at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedDocument {
    /// The certificate, as in [`Request`](crate::input::Request).
    pub document: String,
    /// Its receipt.
    pub receipt: Option<String>,
}

record! { PresentedDocument {
    "document": document,
    "receipt"? receipt,
} }

/// Two heads of a log, as signed notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointQuestion {
    /// The one kept from an earlier visit.
    pub kept: Option<String>,
    /// The newest.
    pub newest: String,
    /// Whose log it is: a registry that the trust list names.
    pub registry: RegistryBase,
}

record! { CheckpointQuestion {
    "kept"? kept,
    "newest": newest,
    "registry": registry,
} }

/// The answer; a part for each that was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterAnswer {
    /// About the log's heads.
    pub checkpoint: Option<CheckpointAnswer>,
    /// Why nothing is answered: the trust list is missing or not believed.
    pub refused: Option<Reason>,
    /// About the release.
    pub release: Option<ReleaseAnswer>,
    /// A Report each of the certificates, as [`verify()`](crate::verify()) gives it.
    pub reports: Vec<Report>,
    /// About the snapshot.
    pub snapshot: Option<SnapshotAnswer>,
}

record! { write RegisterAnswer {
    "checkpoint"? checkpoint,
    "refused"? refused,
    "release"? release,
    "reports"? reports,
    "snapshot"? snapshot,
} }

/// The snapshot, opened or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SnapshotAnswer {
    /// Its id, under which sequences are remembered.
    pub id: Option<String>,
    /// What it says.
    pub lookup: Option<Lookup>,
    /// Why it is not gone by.
    pub refused: Option<Reason>,
}

record! { write SnapshotAnswer {
    "id"? id,
    "lookup"? lookup,
    "refused"? refused,
} }

/// How the newest head stands to the one kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Growth {
    /// Nothing was kept of this log.
    First,
    /// The log only grew, or is the same.
    Grown,
    /// The newest is older than the one kept: not to be gone by.
    Older,
    /// Two histories under one key: both are evidence.
    Rewritten,
    /// Tiles are missing that would show it.
    Unproven,
}

words! { Growth {
    First = "first",
    Grown = "grown",
    Older = "older",
    Rewritten = "rewritten",
    Unproven = "unproven",
} }

/// The log's newest head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckpointAnswer {
    /// How it stands to the one kept.
    pub growth: Option<Growth>,
    /// Why it is not the log's.
    pub refused: Option<String>,
    /// Its root, base64.
    pub root: Option<Hash>,
    /// Entries of the log.
    pub size: Option<u64>,
    /// URLs of tiles that are wanting.
    pub tiles: Vec<String>,
}

record! { write CheckpointAnswer {
    "growth"? growth,
    "refused"? refused,
    "root"? root,
    "size"? size,
    "tiles"? tiles,
} }

/// A release proven to stand in the log, or why it is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseAnswer {
    /// The page's files.
    pub files: Vec<ReleasedFile>,
    /// Index of its entry.
    pub index: Option<u64>,
    /// When the owner released it.
    pub issued: Option<Timestamp>,
    /// When the log recorded it.
    pub recorded: Option<Timestamp>,
    /// Why it proves nothing.
    pub refused: Option<String>,
    /// Its version.
    pub release: Option<Text>,
}

record! { write ReleaseAnswer {
    "files"? files,
    "index"? index,
    "issued"? issued,
    "recorded"? recorded,
    "refused"? refused,
    "release"? release,
} }

/// Answers a request given as JSON: [`RegisterAnswer`] as JCS bytes, or [`RequestError::to_json`].
#[must_use]
pub fn register_json(request: &[u8]) -> Vec<u8> {
    read_register_request(request).map_or_else(
        |error| error.to_json(),
        |request| to_canonical(&ask_register(&request)),
    )
}

/// The newer snapshot that a delta makes of the one kept, as JCS bytes; nothing where it makes none. Its signature is
/// checked when it is asked.
#[must_use]
pub fn snapshot_after(kept: &[u8], delta: &[u8]) -> Vec<u8> {
    apply_delta(kept, delta).unwrap_or_default()
}

fn read_register_request(bytes: &[u8]) -> Result<RegisterRequest, RequestError> {
    let request: RegisterRequest = read(bytes, MAX_REQUEST_BYTES)?;
    let counts = [
        ("numbers", request.numbers.len(), MAX_LOOKUP_NUMBERS),
        ("documents", request.documents.len(), MAX_REQUEST_DOCUMENTS),
        ("log tiles", request.facts.log_tiles.len(), MAX_REQUEST_LOG_TILES),
    ];
    match counts.into_iter().find(|(_, found, limit)| found > limit) {
        Some((what, found, limit)) => Err(RequestError::TooMany { what, found, limit }),
        None => Ok(request),
    }
}

/// Answers a request.
#[must_use]
pub fn ask_register(request: &RegisterRequest) -> RegisterAnswer {
    let facts = &request.facts;
    let reports = verify_documents(request);
    let trust = match trust_at_hand(facts, &request.policy) {
        Ok(trust) => trust,
        Err(reason) => {
            return RegisterAnswer {
                refused: Some(reason),
                reports,
                ..RegisterAnswer::default()
            };
        }
    };
    let clock = Clock::new(request.now, facts.seen.clock_floor, None);
    let release = request.release.as_ref();
    RegisterAnswer {
        checkpoint: request
            .checkpoint
            .as_ref()
            .map(|question| judge_checkpoint(question, facts, &trust)),
        refused: None,
        reports,
        release: release.map(|logged| judge_release(logged, &request.policy, &trust)),
        snapshot: facts
            .snapshot
            .as_deref()
            // With certificates it is one of their facts, and their Reports say what it says.
            .filter(|_| request.documents.is_empty())
            .map(|snapshot| judge_snapshot(snapshot, request, &trust, clock)),
    }
}

fn verify_documents(request: &RegisterRequest) -> Vec<Report> {
    if request.documents.is_empty() {
        return Vec::new();
    }
    let verifier = Verifier::open(&request.facts, request.policy.clone());
    let verify = |presented: &PresentedDocument| {
        verifier.verify(&Presentation {
            document: &presented.document,
            receipt: presented.receipt.as_deref(),
            retirement_consistency: &request.facts.retirement_consistency,
            log_tiles: &request.facts.log_tiles,
            events: &[],
            now: request.now,
            at: None,
            need: None,
        })
    };
    request.documents.iter().map(verify).collect()
}

fn trust_at_hand(facts: &Facts, policy: &Policy) -> Result<TrustContext, Reason> {
    let list = facts
        .trust_list
        .as_deref()
        .ok_or_else(|| Reason::new(ReasonCode::TrustListMissing))?;
    open_trust_list(list.as_bytes(), policy, facts.seen.trust_list).map_err(|refused| match refused {
        TrustListRefused::RolledBack { found, seen } => Reason::new(ReasonCode::TrustListRolledBack)
            .with("found", found)
            .with("seen", seen),
        other => Reason::new(ReasonCode::TrustListNotAuthentic).with("error", other),
    })
}

fn judge_snapshot(
    snapshot: &str,
    request: &RegisterRequest,
    trust: &TrustContext,
    clock: Clock,
) -> SnapshotAnswer {
    let opened = match open_snapshot(snapshot.as_bytes(), trust) {
        Ok(opened) => opened,
        Err(refused) => {
            let code = match refused {
                SnapshotRefused::Authority(_) => ReasonCode::StatusNotAuthentic,
                SnapshotRefused::Json(_) | SnapshotRefused::Content(_) => ReasonCode::StatusMalformed,
            };
            return SnapshotAnswer {
                refused: Some(Reason::new(code).with("error", refused)),
                ..SnapshotAnswer::default()
            };
        }
    };
    let (id, sequence) = (opened.snapshot().id(), opened.snapshot().sequence);
    let seen = request.facts.seen.snapshots.get(&id).copied();
    if let Some(seen) = seen.filter(|seen| sequence < *seen) {
        let reason = Reason::new(ReasonCode::StatusRolledBack).with("found", sequence);
        return SnapshotAnswer {
            id: Some(id),
            lookup: None,
            refused: Some(reason.with("seen", seen)),
        };
    }
    SnapshotAnswer {
        id: Some(id),
        lookup: Some(look_up(&opened, trust, &request.numbers, clock.now)),
        refused: None,
    }
}

/// A checkpoint under the key of the log that it says it is of, with the body whose log that is.
fn open_listed<'t>(
    note: &str,
    registry: &RegistryBase,
    trust: &'t TrustContext,
) -> Result<(VerifiedCheckpoint, &'t TrustedIssuer), String> {
    let read = SignedNote::parse(note.as_bytes()).map_err(|error| error.to_string())?;
    let origin = Checkpoint::parse(read.text())
        .map_err(|error| error.to_string())?
        .origin;
    let mut issuers = trust.list().issuers.iter();
    let issuer = issuers.find(|issuer| issuer.log.origin == origin && issuer.registries.contains(registry));
    let issuer =
        issuer.ok_or_else(|| format!("the trust list names no log {origin} of {}", registry.as_str()))?;
    let log = trust
        .log(&issuer.id)
        .ok_or_else(|| "the log's key is unusable".to_owned())?;
    let checkpoint = open_checkpoint(note.as_bytes(), log.key()).map_err(|error| error.to_string())?;
    Ok((checkpoint, issuer))
}

fn judge_checkpoint(question: &CheckpointQuestion, facts: &Facts, trust: &TrustContext) -> CheckpointAnswer {
    let (newest, issuer) = match open_listed(&question.newest, &question.registry, trust) {
        Ok(opened) => opened,
        Err(refused) => {
            return CheckpointAnswer {
                refused: Some(refused),
                ..CheckpointAnswer::default()
            };
        }
    };
    let newest = *newest.head();
    // One that is not of this log any more, after a change of its key, is as good as none.
    let kept = question.kept.as_deref();
    let kept = kept.and_then(|kept| open_listed(kept, &question.registry, trust).ok());
    let kept = kept
        .filter(|(_, of)| of.id == issuer.id)
        .map(|(kept, _)| *kept.head());
    let (growth, tiles) = match kept {
        None => (Growth::First, Vec::new()),
        Some(kept) => grown(&kept, &newest, facts, &question.registry),
    };
    CheckpointAnswer {
        growth: Some(growth),
        refused: None,
        root: Some(newest.root),
        size: Some(newest.size),
        tiles,
    }
}

fn grown(
    kept: &TreeHead,
    newest: &TreeHead,
    facts: &Facts,
    registry: &RegistryBase,
) -> (Growth, Vec<String>) {
    if kept == newest || kept.size == 0 {
        return (Growth::Grown, Vec::new());
    }
    if kept.size == newest.size {
        return (Growth::Rewritten, Vec::new());
    }
    if kept.size > newest.size {
        return (Growth::Older, Vec::new());
    }
    let history = LogHistory::new(&[], &facts.log_tiles, registry);
    if history.joins(kept, newest) {
        return (Growth::Grown, Vec::new());
    }
    let mut wanted = history.wanted(kept.size, newest.size, registry);
    if wanted.is_empty() {
        // Tiles come from the registry whose key signed both heads: it has to answer for both.
        return (Growth::Rewritten, wanted);
    }
    wanted.truncate(MAX_REQUEST_LOG_TILES);
    (Growth::Unproven, wanted)
}

fn judge_release(logged: &LoggedDocument, policy: &Policy, trust: &TrustContext) -> ReleaseAnswer {
    prove_release(logged, policy, trust).unwrap_or_else(|refused| ReleaseAnswer {
        refused: Some(refused),
        ..ReleaseAnswer::default()
    })
}

fn prove_release(
    logged: &LoggedDocument,
    policy: &Policy,
    trust: &TrustContext,
) -> Result<ReleaseAnswer, String> {
    let bytes = logged.document.as_bytes();
    let release = open_verifier_release(bytes, policy, trust).map_err(|error| error.to_string())?;
    let document = json::parse(bytes, MAX_OWNER_RECORD_BYTES).map_err(|error| error.to_string())?;
    let expected = Expected {
        issuer: &release.issuer,
        digest: Sha256Digest::of(&document.to_canonical_bytes()),
        record: release.record(),
    };
    let log = trust.log(&release.issuer);
    let log = log.ok_or_else(|| "the log's key is unusable".to_owned())?;
    let proven = log
        .check_receipt(&logged.receipt, &expected)
        .map_err(|error| error.to_string())?;
    Ok(ReleaseAnswer {
        files: release.files,
        index: Some(proven.index),
        issued: Some(release.issued),
        recorded: Some(proven.recorded),
        refused: None,
        release: Some(release.release),
    })
}
