//! Every code that a problem may have, its status and when it is given: the one list. `docs/API.md` has the same, and a
//! test compares them with each other and with the code.

use utoipa::openapi::{RefOr, Schema};

use super::schema::{Always, Sometimes, object, of_form, open_object, text, whole};

/// A code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemCode {
    /// The last part of `type`.
    pub code: &'static str,
    /// The status it comes with.
    pub status: u16,
    /// When.
    pub when: &'static str,
}

const fn code(status: u16, code: &'static str, when: &'static str) -> ProblemCode {
    ProblemCode { code, status, when }
}

/// What is told of a code that is not in the list; a test finds it.
const UNLISTED: ProblemCode = code(500, "unlisted", "a code that is not in the list");

/// All of them, by status.
pub const PROBLEMS: &[ProblemCode] = &[
    code(400, "malformedJson", "the body is not strict JSON"),
    code(
        400,
        "malformedSubmission",
        "the body is not `{\"documents\":[…]}`",
    ),
    code(400, "emptySubmission", "the submission holds no document"),
    code(
        400,
        "documentKindUnknown",
        "a document is of no kind that is kept",
    ),
    code(400, "documentRepeated", "the same document twice"),
    code(
        400,
        "malformedQuery",
        "a part of the query is not of its form; `parameter` names it",
    ),
    code(
        400,
        "malformedCheck",
        "the question is not `{\"items\":[…],\"at\"?:…}`, or has no row",
    ),
    code(
        400,
        "malformedRequest",
        "the body is not a verification request, or has more of something than is looked at",
    ),
    code(400, "malformedList", "the body is not a list of firms"),
    code(400, "malformedReport", "the body is not a report of its form"),
    code(400, "bodyCutShort", "the body did not come whole"),
    code(
        401,
        "unauthorised",
        "no token, or another; a regulator's also when it expired or was revoked",
    ),
    code(404, "notFound", "nothing at this address"),
    code(
        404,
        "certificateNotHere",
        "no such certificate here, which says nothing against it",
    ),
    code(
        404,
        "versionNotHere",
        "the certificate is here, that version of it is not",
    ),
    code(405, "methodNotAllowed", "the address does not take this method"),
    code(406, "notAcceptable", "there is no form that `Accept` takes"),
    code(408, "bodyTooSlow", "the body took too long"),
    code(409, "numberTaken", "number and version are in use"),
    code(409, "statusIndexTaken", "the place in the status lists is in use"),
    code(409, "partlyKnown", "the log holds part of the bundle"),
    code(
        409,
        "statusListOlder",
        "a list's sequence is not above the one held",
    ),
    code(
        409,
        "snapshotOlder",
        "a snapshot's sequence is not above the one held",
    ),
    code(
        409,
        "keyRetiredBefore",
        "the log retires the key from that point or an earlier one on",
    ),
    code(409, "releaseTaken", "the log has a release of that name"),
    code(413, "submissionTooLarge", "the submission has too many bytes"),
    code(413, "tooManyDocuments", "the submission has too many documents"),
    code(413, "documentTooLarge", "a document has too many bytes"),
    code(413, "reportTooLarge", "the report has too many bytes"),
    code(413, "checkTooLarge", "the question has too many bytes"),
    code(
        413,
        "verificationTooLarge",
        "the verification request has too many bytes",
    ),
    code(413, "tooManyRows", "the question has too many rows"),
    code(413, "listTooLarge", "the list of firms has too many bytes"),
    code(415, "unsupportedMediaType", "the body is of another media type"),
    code(
        421,
        "notSequencer",
        "a reader takes no submissions; send the same bytes to the sequencer",
    ),
    code(
        422,
        "credentialRefused",
        "question 1 or 2 about the credential is not answered with yes; see `report`",
    ),
    code(
        422,
        "credentialNotAuthorisedNow",
        "key, scheme or name are not borne out by the trust list at the log's time",
    ),
    code(
        422,
        "eventRefused",
        "an event is not signed by whom it must be, or not of the form",
    ),
    code(
        422,
        "statusListRefused",
        "a status list is not signed by whom it must be, or not of the form",
    ),
    code(422, "contentRefused", "a document's content is not of its form"),
    code(422, "registryDiffers", "a document is of another registry"),
    code(422, "backdated", "a credential is dated over 48 hours back"),
    code(
        422,
        "eventBackdated",
        "an event is dated over 48 hours back without a reason",
    ),
    code(422, "eventFromFuture", "an event takes effect too far ahead"),
    code(
        422,
        "authorityEnded",
        "what a document rests on ended before the log's time",
    ),
    code(422, "versionGap", "a version is missing before this one"),
    code(
        422,
        "notSuperseding",
        "the version before is not superseded in the bundle",
    ),
    code(422, "versionDiffers", "the version before says otherwise"),
    code(422, "credentialUnknown", "an event's credential is not here"),
    code(
        422,
        "credentialDigestDiffers",
        "an event is about another document",
    ),
    code(422, "eventIssuerDiffers", "an event is by another body"),
    code(422, "transitionUnlawful", "the event may not follow"),
    code(422, "successorUnknown", "the successor is not here"),
    code(
        422,
        "successorDateDiffers",
        "the successor begins at another second",
    ),
    code(422, "statusListBitsDiffer", "a list does not show the states"),
    code(422, "statusListTooShort", "a list has no place for a certificate"),
    code(
        422,
        "statusListMissing",
        "a list that the bundle changes is missing",
    ),
    code(422, "statusListOfAnother", "a list is another body's"),
    code(422, "statusListFromFuture", "a list is of a time to come"),
    code(
        422,
        "statusListBehind",
        "a list is of a time before the newest change",
    ),
    code(422, "statusListExpired", "a list has ended"),
    code(
        422,
        "snapshotRefused",
        "a snapshot is not signed by whom it must be, or not of the form",
    ),
    code(
        422,
        "snapshotStatesDiffer",
        "a snapshot does not show what the log holds, or was made from a longer log",
    ),
    code(
        422,
        "snapshotBehind",
        "the log knows more of the body's certificates than a snapshot was made from",
    ),
    code(422, "snapshotExpired", "a snapshot has ended"),
    code(422, "snapshotFromFuture", "a snapshot is of a time to come"),
    code(
        422,
        "statusListShrinks",
        "a list has fewer entries than the version held",
    ),
    code(
        422,
        "keyRetired",
        "the key that signed it was retired, in the log or in the trust list",
    ),
    code(
        422,
        "ownerRecordRefused",
        "a record is not signed by the scheme owner, or is of no listed key or body",
    ),
    code(
        422,
        "retirementPointUnknown",
        "a retirement point that this log does not have",
    ),
    code(
        422,
        "tooManyChanges",
        "a day with more versions of status lists than a verifier looks at; ask about an instant",
    ),
    code(
        422,
        "tooManyCertificates",
        "the firms have more certificates than one statement holds",
    ),
    code(
        429,
        "tooManyRequests",
        "this client's minute is used up; `Retry-After` says when the next is taken",
    ),
    code(500, "internal", "a failure here"),
    code(
        500,
        "recordDamaged",
        "stored bytes are not those that were logged, and are never served",
    ),
    code(
        503,
        "busy",
        "too many are waiting, with submissions or for older snapshots",
    ),
    code(
        503,
        "logStopped",
        "a write failed, and the log is being read again",
    ),
    code(503, "databaseAway", "the database does not answer"),
    code(
        503,
        "eventNotYet",
        "an event takes effect in a moment; send the same bytes again then",
    ),
    code(
        503,
        "reportsFull",
        "no more reports are kept until the operator makes room",
    ),
    code(503, "diskLow", "too little room is left on disk; reading goes on"),
];

/// A code's line.
pub(super) fn problem_of(code: &str) -> &'static ProblemCode {
    let found = PROBLEMS.iter().find(|problem| problem.code == code);
    found.unwrap_or(&UNLISTED)
}

/// RFC 9457 §3.1, with our extensions.
pub(super) fn schema() -> RefOr<Schema> {
    let parameter = object(
        "the parameter of the query at fault",
        [
            ("name", Always, text("its name")),
            ("offset", Always, whole("from which byte of its value on")),
        ],
    );
    object(
        "RFC 9457",
        [
            (
                "type",
                Always,
                of_form(
                    "^https://w3id\\.org/touchstone/problems/[a-zA-Z]+$",
                    "ends with the code",
                ),
            ),
            ("title", Always, text("what the code means")),
            ("status", Always, whole("the status")),
            ("detail", Sometimes, text("about this request")),
            ("pointer", Sometimes, text("JSON pointer into the body")),
            ("parameter", Sometimes, parameter),
            (
                "report",
                Sometimes,
                open_object("the verifier's Report on a refused credential", []),
            ),
        ],
    )
}
