//! Why an act does not follow from those before it.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    multikey::Multikey,
    text::Text,
};

use super::{ApprovalRefused, Conflict, Role, StageKind, WorkflowError, journal_errors};

/// Why an act on a case is unlawful. Nothing of it is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlawful {
    /// Not the next act of the journal.
    #[error("act {found} of the journal is out of place, wanted act {expected} after the digest before it")]
    OutOfPlace {
        /// Its sequence.
        found: u32,
        /// The sequence wanted.
        expected: u32,
    },
    /// The journal is full.
    #[error("the case has {limit} acts and takes no more")]
    TooManyActs {
        /// The limit.
        limit: usize,
    },
    /// It happens before the act before it.
    #[error("it is {at}, and the last act is of {last}: the clock is behind")]
    ClockBehind {
        /// The time given.
        at: Timestamp,
        /// The time of the last act.
        last: Timestamp,
    },
    /// A journal begins with an application, and only there.
    #[error("a case begins with its application, once")]
    NotABeginning,
    /// The state of the case does not admit it.
    #[error("{act} is not lawful while the case is {status}")]
    Status {
        /// What was tried.
        act: &'static str,
        /// The state.
        status: &'static str,
    },
    /// A certificate first issued on paper is brought in as it is.
    #[error("{act} is not lawful: the certificate was issued on paper, and is brought in as it is")]
    OnPaper {
        /// What was tried.
        act: &'static str,
    },
    /// The program's act by a person, or a person's by the program.
    #[error("{act} is done by {}", if *by_person { "the office's program alone" } else { "a person" })]
    Author {
        /// What was tried.
        act: &'static str,
        /// Whether a person tried it.
        by_person: bool,
    },
    /// The role does not do this.
    #[error("a {} does not do this: {act}", found.name())]
    Role {
        /// What was tried.
        act: &'static str,
        /// The role.
        found: Role,
    },
    /// The same person would be on both sides, or in two duties kept apart.
    #[error(transparent)]
    Separation(#[from] Conflict),
    /// The workflow is none.
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    /// The workflow is of another edition than applied for.
    #[error("the application is for {applied}, the stages are those of {stages}")]
    OtherScheme {
        /// The edition applied for.
        applied: Text,
        /// The edition of the stages.
        stages: Text,
    },
    /// The case has no such stage.
    #[error("the case has no stage {stage}")]
    UnknownStage {
        /// Its code.
        stage: Text,
    },
    /// Another stage comes first.
    #[error("stage {stage} is not next: {next} is")]
    NotNext {
        /// The stage tried.
        stage: Text,
        /// The stage that is next; `nothing` when all are settled.
        next: Text,
    },
    /// The stage is of another kind.
    #[error("stage {stage} is {}, not {}", found.name(), wanted.name())]
    OtherKind {
        /// The stage.
        stage: Text,
        /// Its kind.
        found: StageKind,
        /// The kind of the act.
        wanted: StageKind,
    },
    /// A stage is not settled yet.
    #[error("stage {stage} is not done yet")]
    Open {
        /// The stage.
        stage: Text,
    },
    /// The stage is settled.
    #[error("stage {stage} is settled already")]
    Settled {
        /// The stage.
        stage: Text,
    },
    /// The stage may not be waived by that role, or not at all.
    #[error("stage {stage} may not be waived by a {}", by.name())]
    NotWaivable {
        /// The stage.
        stage: Text,
        /// The role.
        by: Role,
    },
    /// A task that gates the stage is open.
    #[error("stage {stage} waits for {task}")]
    Waits {
        /// The stage.
        stage: Text,
        /// The task.
        task: Text,
    },
    /// A stage cannot go back to itself or forward.
    #[error("the case cannot be returned to {to}: it is not an earlier stage of the road")]
    NotEarlier {
        /// The stage named.
        to: Text,
    },
    /// Already assigned.
    #[error("{person} is assigned already")]
    AssignedTwice {
        /// The person.
        person: Text,
    },
    /// Not assigned to this case.
    #[error("{person} is not assigned to evaluate this case")]
    NotAssigned {
        /// The person.
        person: Text,
    },
    /// An evaluator has not declared their interests.
    #[error("{person} has not declared their interests in the client")]
    NotDeclared {
        /// The person.
        person: Text,
    },
    /// An evaluator declared a conflict of interest.
    #[error("{person} declared a conflict of interest")]
    ConflictOfInterest {
        /// The person.
        person: Text,
    },
    /// A declaration that covers less than two years.
    #[error("the declaration covers the time from {covers_from}, wanted the two years before {today}")]
    DeclarationTooShort {
        /// From when it covers.
        covers_from: Date,
        /// The day of the declaration.
        today: Date,
    },
    /// A day that has not come.
    #[error("dated {on}, and today is {today}")]
    InFuture {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    },
    /// The report is not among the attached files.
    #[error("no report of digest {digest} is attached")]
    NoReport {
        /// Its digest.
        digest: Sha256Digest,
    },
    /// Attached already for the same purpose.
    #[error("{name} is attached already")]
    AttachedTwice {
        /// The file.
        name: Text,
    },
    /// The evidence is not what an approval was given for.
    #[error("the evidence changed after stage {stage} was done: return the case, and have it done again")]
    Stale {
        /// The stage.
        stage: Text,
        /// What was approved.
        approved: Sha256Digest,
        /// What is on file now.
        found: Sha256Digest,
    },
    /// The signature is over another bundle.
    #[error("the approval is of bundle {found}, the case's is {expected}")]
    OtherBundle {
        /// The digest signed.
        found: Sha256Digest,
        /// The digest of what is judged.
        expected: Sha256Digest,
    },
    /// The signature does not hold.
    #[error(transparent)]
    Approval(#[from] ApprovalRefused),
    /// A decision that needs a reason.
    #[error("to refuse, and to decide against the recommendation, a reason is needed")]
    NoReason,
    /// Nothing to grant.
    #[error("the evaluation gives no level: there is nothing to grant")]
    NoLevel,
}

journal_errors!(Unlawful);

/// Why an act of the journal of people is unlawful.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonnelUnlawful {
    /// Not the next act of the journal.
    #[error("act {found} of the journal is out of place, wanted act {expected} after the digest before it")]
    OutOfPlace {
        /// Its sequence.
        found: u32,
        /// The sequence wanted.
        expected: u32,
    },
    /// It happens before the act before it.
    #[error("it is {at}, and the last act is of {last}: the clock is behind")]
    ClockBehind {
        /// The time given.
        at: Timestamp,
        /// The time of the last act.
        last: Timestamp,
    },
    /// The program keeps the list only until there is an administrator.
    #[error("there is an administrator: changes are theirs to make")]
    NoAuthor,
    /// Somebody else than an administrator.
    #[error("{person} may not keep the list of people")]
    NotAdministrator {
        /// The person.
        person: Text,
    },
    /// Somebody would give something to themself.
    #[error("{person} may not give this to themself")]
    ToThemself {
        /// The person.
        person: Text,
    },
    /// Nobody of that number.
    #[error("{person} is not on the list of people")]
    UnknownPerson {
        /// The person.
        person: Text,
    },
    /// Somebody of that number.
    #[error("{person} is on the list of people already")]
    KnownPerson {
        /// The person.
        person: Text,
    },
    /// The key is somebody's already.
    #[error("the key is that of {person} already")]
    KeyTaken {
        /// The person.
        person: Text,
    },
    /// Not a key of theirs.
    #[error("{key} is not a key of theirs")]
    UnknownKey {
        /// The key.
        key: Multikey,
    },
    /// No role or mandate of that number.
    #[error("there is no role or mandate {number}")]
    UnknownNumber {
        /// The number.
        number: u32,
    },
    /// A role without its office, or an office where none belongs.
    #[error("an office is named for approvers, and for them alone; the role is {}", role.name())]
    Office {
        /// The role.
        role: Role,
    },
    /// A role in which no deputy acts.
    #[error("nobody deputises for a {}", role.name())]
    NotDeputised {
        /// The role.
        role: Role,
    },
    /// A time that ends before it begins.
    #[error("from {from} until {until}: it ends before it begins")]
    EndsBeforeItBegins {
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
}
