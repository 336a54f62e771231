//! Why a bundle of believable documents may not enter the log.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    did::Did,
    digest::Sha256Digest,
    lifecycle::TransitionError,
    status::StatusPurpose,
};

/// Why a bundle may not follow what the log holds. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmitError {
    /// Some of its documents are in the log, some are not.
    #[error("{known} of {total} documents are in the log already: a bundle enters whole or not at all")]
    PartlyKnown {
        /// Documents known.
        known: usize,
        /// Documents of the bundle.
        total: usize,
    },
    /// The number and version are taken.
    #[error("document {position}: {id} is taken")]
    NumberTaken {
        /// Position of the credential.
        position: usize,
        /// Its id.
        id: String,
    },
    /// The place in the status lists is taken.
    #[error("document {position}: index {index} of status list {list} is taken")]
    IndexTaken {
        /// Position of the credential.
        position: usize,
        /// Number of the list.
        list: u32,
        /// The index.
        index: u32,
    },
    /// The key that signed it was retired in the log.
    #[error(
        "document {position}: {method} signs nothing that enters the log any more: entry {index} retired it from \
         index {from} on"
    )]
    KeyRetired {
        /// Position of the document.
        position: usize,
        /// The key.
        method: String,
        /// The first index no longer accepted.
        from: u64,
        /// Index of the retirement.
        index: u64,
    },
    /// A retirement that says no more than one held.
    #[error("document {position}: entry {index} retired the key before, from index {from} on")]
    RetiredBefore {
        /// Position of the retirement.
        position: usize,
        /// The first index no longer accepted, as held.
        from: u64,
        /// Index of the retirement held.
        index: u64,
    },
    /// A retirement point that is not of this log.
    #[error("document {position}: this log, of {size} entries, has no such root at {from} entries")]
    RetirementPoint {
        /// Position of the retirement.
        position: usize,
        /// Entries at the point.
        from: u64,
        /// Entries of the log.
        size: u64,
    },
    /// A version of the page was released before.
    #[error("document {position}: entry {index} is the release of that name")]
    ReleaseTaken {
        /// Position of the release.
        position: usize,
        /// Index of the release held.
        index: u64,
    },
    /// The version before is not there.
    #[error("document {position}: version {version} needs version {needed} of the same number")]
    VersionGap {
        /// Position of the credential.
        position: usize,
        /// Its version.
        version: u32,
        /// The version before.
        needed: u32,
    },
    /// The version before is not superseded in the same bundle.
    #[error("document {position}: the bundle lacks the event by which it supersedes the version before")]
    NotSuperseding {
        /// Position of the credential.
        position: usize,
    },
    /// First issue date, or body, are not those of the version before.
    #[error("document {position}: its {member} is not that of the version before")]
    VersionDiffers {
        /// Position of the credential.
        position: usize,
        /// What differs.
        member: &'static str,
    },
    /// Dated more than 48 h before it was recorded.
    #[error("document {position}: valid from {valid_from}, more than 48 hours before {recorded}")]
    CredentialBackdated {
        /// Position of the credential.
        position: usize,
        /// Its first day.
        valid_from: Date,
        /// The log's time.
        recorded: Timestamp,
    },
    /// Something its acceptance rests on ended before the log's time.
    #[error("document {position}: {what} ended at {until}, it is {recorded} now")]
    AuthorityEnded {
        /// Position of the document.
        position: usize,
        /// What ended.
        what: &'static str,
        /// When.
        until: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// An event of a credential that is not there.
    #[error("document {position}: {id} is not in the registry")]
    CredentialUnknown {
        /// Position of the event.
        position: usize,
        /// The credential's id.
        id: String,
    },
    /// An event by another body.
    #[error("document {position}: the event is by {found}, the credential by {expected}")]
    EventIssuer {
        /// Position of the event.
        position: usize,
        /// The event's issuer.
        found: Did,
        /// The credential's.
        expected: Did,
    },
    /// An event of another document with that number and version.
    #[error("document {position}: the event names digest {found}, the credential has {expected}")]
    CredentialDigest {
        /// Position of the event.
        position: usize,
        /// Digest in the event.
        found: Sha256Digest,
        /// Digest of the credential.
        expected: Sha256Digest,
    },
    /// In effect a little later than now, within what clocks differ: to be sent again when its instant has come.
    #[error("document {position}: takes effect at {effective}, it is {recorded} now; send it again then")]
    EventNotYet {
        /// Position of the event.
        position: usize,
        /// When it takes effect.
        effective: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// In effect later than now, beyond what clocks differ.
    #[error("document {position}: takes effect at {effective}, it is {recorded} now")]
    EventFromFuture {
        /// Position of the event.
        position: usize,
        /// When it takes effect.
        effective: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// Back-dated without a reason.
    #[error(
        "document {position}: takes effect at {effective}, more than 48 hours before {recorded}, without a reason"
    )]
    EventBackdated {
        /// Position of the event.
        position: usize,
        /// When it takes effect.
        effective: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// Not lawful after what happened.
    #[error("document {position}: {cause}")]
    Transition {
        /// Position of the event.
        position: usize,
        /// Why.
        cause: TransitionError,
    },
    /// The successor is not there.
    #[error("document {position}: the successor {id} is neither in the registry nor in the bundle")]
    SuccessorUnknown {
        /// Position of the event.
        position: usize,
        /// The successor's id.
        id: String,
    },
    /// The successor does not begin when the other ends.
    #[error("document {position}: superseded from {effective}, the successor is valid from {valid_from}")]
    SuccessorDate {
        /// Position of the event.
        position: usize,
        /// When the event takes effect.
        effective: Timestamp,
        /// The successor's first second.
        valid_from: Timestamp,
    },
    /// A list of another body.
    #[error("status list {list} belongs to {expected}, not to {found}")]
    ListOwner {
        /// Number of the list.
        list: u32,
        /// The body found.
        found: Did,
        /// The body it belongs to.
        expected: Did,
    },
    /// Not newer than the one held.
    #[error("document {position}: sequence {found} of a status list is not above {held}")]
    ListSequence {
        /// Position of the list.
        position: usize,
        /// Its sequence.
        found: u64,
        /// The sequence held.
        held: u64,
    },
    /// Shorter than the version held: an index in use, or handed out already, would be gone.
    #[error("document {position}: the {purpose} list has {found} entries, the version held has {held}")]
    ListShrinks {
        /// Position of the list.
        position: usize,
        /// Its purpose.
        purpose: StatusPurpose,
        /// Its entries.
        found: u32,
        /// Entries of the version held.
        held: u32,
    },
    /// It says nothing any more.
    #[error("document {position}: the status list says nothing after {valid_until}, it is {recorded} now")]
    ListExpired {
        /// Position of the list.
        position: usize,
        /// When it ended.
        valid_until: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// About a time not come yet.
    #[error("document {position}: the status list is of {valid_from}, it is {now} now")]
    ListFromFuture {
        /// Position of the list.
        position: usize,
        /// Its instant.
        valid_from: Timestamp,
        /// The time.
        now: Timestamp,
    },
    /// About a time before something that is known already.
    #[error(
        "document {position}: the status list is of {valid_from}, something in it is of {newest} already"
    )]
    ListBehind {
        /// Position of the list.
        position: usize,
        /// Its instant.
        valid_from: Timestamp,
        /// The list or event that is newer, or the effective time of one of the bundle's own.
        newest: Timestamp,
    },
    /// Its bits are not the states.
    #[error(
        "document {position}: index {index} of the {purpose} list is {found}, the state gives {expected}"
    )]
    ListBits {
        /// Position of the list.
        position: usize,
        /// Its purpose.
        purpose: StatusPurpose,
        /// The first index that differs.
        index: u32,
        /// The value found.
        found: u8,
        /// The value of the state.
        expected: u8,
    },
    /// Too short for the credentials in it.
    #[error("document {position}: the {purpose} list has {entries} entries, index {index} is in use")]
    ListTooShort {
        /// Position of the list.
        position: usize,
        /// Its purpose.
        purpose: StatusPurpose,
        /// Its entries.
        entries: u32,
        /// The index in use.
        index: u32,
    },
    /// A list that the bundle changes, or needs, is not there.
    #[error("the bundle lacks {purpose} list {list}, whose entry of {id} it changes")]
    ListMissing {
        /// Its purpose.
        purpose: StatusPurpose,
        /// Its number.
        list: u32,
        /// The credential.
        id: String,
    },
    /// The sequence of a snapshot is not above the one held.
    #[error("document {position}: sequence {found} of a snapshot is not above {held}")]
    SnapshotSequence {
        /// Position of the snapshot.
        position: usize,
        /// Its sequence.
        found: u64,
        /// The sequence held.
        held: u64,
    },
    /// A snapshot that does not know what the log knows of its body.
    #[error(
        "document {position}: the log knows more of the body's certificates than the snapshot was made from"
    )]
    SnapshotBehind {
        /// Position of the snapshot.
        position: usize,
    },
    /// A snapshot that ended before it was logged.
    #[error("document {position}: the snapshot says nothing after {valid_until}, it is {recorded} now")]
    SnapshotExpired {
        /// Position of the snapshot.
        position: usize,
        /// Until when it counts.
        valid_until: Timestamp,
        /// The log's time.
        recorded: Timestamp,
    },
    /// A snapshot of a time to come.
    #[error("document {position}: the snapshot is of {valid_from}, it is {now} now")]
    SnapshotFromFuture {
        /// Position of the snapshot.
        position: usize,
        /// The instant it shows.
        valid_from: Timestamp,
        /// The registry's clock.
        now: Timestamp,
    },
}
