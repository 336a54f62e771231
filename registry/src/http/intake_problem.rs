//! Intake errors as problems: one exhaustive mapping.

use axum::http::StatusCode;

use touchstone_verifier::{
    events::EventRefused,
    status::{AuthorityRefused, StatusListRefused},
};

use super::Problem;
use crate::{
    intake::{AdmitError, IntakeError, RefusedDocument, SubmissionError, VerifyError},
    tlog::Refused,
};

/// The queue is a fraction of a second long.
const BUSY_RETRY_SECONDS: u64 = 1;
/// An operator has to make room.
const DISK_RETRY_SECONDS: u64 = 60;

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Submission(error) => submission(&error),
            IntakeError::Verify(error) => verify(error),
            IntakeError::Sequencer(Refused::Admit(error)) => admit(&error),
            IntakeError::Sequencer(error @ Refused::Busy) => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "busy", "too many submissions are waiting")
                    .detail(error)
                    .retry_after(BUSY_RETRY_SECONDS)
            }
            IntakeError::Sequencer(Refused::DiskLow(error)) => {
                tracing::error!(%error, "submission refused");
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "diskLow", "too little room is left on disk")
                    .retry_after(DISK_RETRY_SECONDS)
            }
            IntakeError::Sequencer(error @ Refused::Stopped) => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "logStopped", "the log accepts no submissions").detail(error)
            }
            IntakeError::Store(error) => Self::store(&error),
            error @ IntakeError::Interrupted => {
                tracing::error!(%error, "submission failed");
                Self::internal()
            }
            error @ IntakeError::Damaged { .. } => {
                tracing::error!(%error, "submission failed");
                Self::damaged()
            }
        }
    }
}

fn document(position: usize) -> String {
    format!("/documents/{position}")
}

fn submission(error: &SubmissionError) -> Problem {
    let bad = |code, title| Problem::new(StatusCode::BAD_REQUEST, code, title).detail(error);
    let large = |code, title| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, code, title).detail(error);
    match error {
        SubmissionError::Json(_) => bad("malformedJson", "the body is not strict JSON"),
        SubmissionError::Shape => bad("malformedSubmission", "the body is not a submission"),
        SubmissionError::Empty => bad("emptySubmission", "the submission is empty"),
        SubmissionError::TooMany { .. } => {
            large("tooManyDocuments", "the submission holds too many documents")
        }
        SubmissionError::Kind { position } => {
            bad("documentKindUnknown", "a document is of no kind that is kept").at(document(*position))
        }
        SubmissionError::TooLarge { position, .. } => {
            large("documentTooLarge", "a document is too large").at(document(*position))
        }
        SubmissionError::Repeated { position, .. } => {
            bad("documentRepeated", "a document occurs twice").at(document(*position))
        }
    }
}

fn verify(VerifyError { position, cause }: VerifyError) -> Problem {
    let (code, title) = match &cause {
        RefusedDocument::Credential(_) => ("credentialRefused", "a credential is not believed"),
        RefusedDocument::NotAuthorisedNow { .. } => (
            "credentialNotAuthorisedNow",
            "a credential's issuer is not authorised at this time",
        ),
        RefusedDocument::Event(EventRefused::Retired { .. })
        | RefusedDocument::StatusList(StatusListRefused::Authority(AuthorityRefused::Retired { .. })) => {
            ("keyRetired", "the key that signed a document is retired")
        }
        RefusedDocument::Event(_) => ("eventRefused", "an event is not believed"),
        RefusedDocument::StatusList(_) => ("statusListRefused", "a status list is not believed"),
        RefusedDocument::Snapshot(_) => ("snapshotRefused", "a snapshot is not believed"),
        RefusedDocument::SnapshotStates(_) => (
            "snapshotStatesDiffer",
            "a snapshot does not show what the log holds",
        ),
        RefusedDocument::OwnerRecord(_) => (
            "ownerRecordRefused",
            "a record is not believed to be the scheme owner's",
        ),
        RefusedDocument::Content(_) => ("contentRefused", "a document's content is not of its form"),
        RefusedDocument::Registry { .. } => ("registryDiffers", "a document is of another registry"),
    };
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
        .detail(&cause)
        .at(document(position));
    match cause {
        RefusedDocument::Credential(report) => problem.report(report),
        _ => problem,
    }
}

fn admit(error: &AdmitError) -> Problem {
    use AdmitError as E;
    let (status, code, title, position) = match error {
        E::PartlyKnown { .. } => (CONFLICT, "partlyKnown", "part of the bundle is known", None),
        E::NumberTaken { position, .. } => (CONFLICT, "numberTaken", "the number is taken", Some(position)),
        E::IndexTaken { position, .. } => (
            CONFLICT,
            "statusIndexTaken",
            "the status index is taken",
            Some(position),
        ),
        E::KeyRetired { position, .. } => (
            REFUSED,
            "keyRetired",
            "the key that signed a document is retired",
            Some(position),
        ),
        E::RetiredBefore { position, .. } => (
            CONFLICT,
            "keyRetiredBefore",
            "the key was retired before",
            Some(position),
        ),
        E::RetirementPoint { position, .. } => (
            REFUSED,
            "retirementPointUnknown",
            "the retirement point is not one of this log",
            Some(position),
        ),
        E::ReleaseTaken { position, .. } => (
            CONFLICT,
            "releaseTaken",
            "a release of that name is in the log",
            Some(position),
        ),
        E::VersionGap { position, .. } => (REFUSED, "versionGap", "a version is missing", Some(position)),
        E::NotSuperseding { position } => (
            REFUSED,
            "notSuperseding",
            "the version before is not superseded",
            Some(position),
        ),
        E::VersionDiffers { position, .. } => (
            REFUSED,
            "versionDiffers",
            "the version before says otherwise",
            Some(position),
        ),
        E::CredentialBackdated { position, .. } => (
            REFUSED,
            "backdated",
            "the credential is dated too early",
            Some(position),
        ),
        E::CredentialUnknown { position, .. } => (
            REFUSED,
            "credentialUnknown",
            "the credential is not here",
            Some(position),
        ),
        E::EventIssuer { position, .. } => (
            REFUSED,
            "eventIssuerDiffers",
            "the event is by another body",
            Some(position),
        ),
        E::CredentialDigest { position, .. } => (
            REFUSED,
            "credentialDigestDiffers",
            "the event is about another document",
            Some(position),
        ),
        E::AuthorityEnded { position, .. } => (
            REFUSED,
            "authorityEnded",
            "what a document rests on has ended",
            Some(position),
        ),
        E::EventNotYet { position, .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "eventNotYet",
            "the event takes effect in a moment",
            Some(position),
        ),
        E::EventFromFuture { position, .. } => (
            REFUSED,
            "eventFromFuture",
            "the event is not in effect yet",
            Some(position),
        ),
        E::EventBackdated { position, .. } => (
            REFUSED,
            "eventBackdated",
            "the event is back-dated without a reason",
            Some(position),
        ),
        E::Transition { position, .. } => (
            REFUSED,
            "transitionUnlawful",
            "the event may not follow",
            Some(position),
        ),
        E::SuccessorUnknown { position, .. } => (
            REFUSED,
            "successorUnknown",
            "the successor is not here",
            Some(position),
        ),
        E::SuccessorDate { position, .. } => (
            REFUSED,
            "successorDateDiffers",
            "the successor begins at another time",
            Some(position),
        ),
        E::ListOwner { .. } => (
            REFUSED,
            "statusListOfAnother",
            "the status list is another body's",
            None,
        ),
        E::ListSequence { position, .. } => (
            CONFLICT,
            "statusListOlder",
            "the status list is not newer than the one held",
            Some(position),
        ),
        E::ListShrinks { position, .. } => (
            REFUSED,
            "statusListShrinks",
            "the status list is shorter than the one held",
            Some(position),
        ),
        E::ListExpired { position, .. } => (
            REFUSED,
            "statusListExpired",
            "the status list says nothing any more",
            Some(position),
        ),
        E::ListFromFuture { position, .. } => (
            REFUSED,
            "statusListFromFuture",
            "the status list is of a time to come",
            Some(position),
        ),
        E::ListBehind { position, .. } => (
            REFUSED,
            "statusListBehind",
            "the status list is of a time before the newest change",
            Some(position),
        ),
        E::ListBits { position, .. } => (
            REFUSED,
            "statusListBitsDiffer",
            "the status list does not show the states",
            Some(position),
        ),
        E::ListTooShort { position, .. } => (
            REFUSED,
            "statusListTooShort",
            "the status list is too short",
            Some(position),
        ),
        E::SnapshotSequence { position, .. } => (
            CONFLICT,
            "snapshotOlder",
            "the snapshot is not newer than the one held",
            Some(position),
        ),
        E::SnapshotBehind { position } => (
            REFUSED,
            "snapshotBehind",
            "the snapshot is of a time before the newest change",
            Some(position),
        ),
        E::SnapshotExpired { position, .. } => (
            REFUSED,
            "snapshotExpired",
            "the snapshot says nothing any more",
            Some(position),
        ),
        E::SnapshotFromFuture { position, .. } => (
            REFUSED,
            "snapshotFromFuture",
            "the snapshot is of a time to come",
            Some(position),
        ),
        E::ListMissing { .. } => (REFUSED, "statusListMissing", "a status list is missing", None),
    };
    let mut problem = Problem::new(status, code, title).detail(error);
    if let E::EventNotYet {
        effective, recorded, ..
    } = error
    {
        let seconds = effective.seconds_since(*recorded);
        problem = problem.retry_after(u64::try_from(seconds).unwrap_or_default());
    }
    match position {
        Some(position) => problem.at(document(*position)),
        None => problem,
    }
}

const CONFLICT: StatusCode = StatusCode::CONFLICT;
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
