//! Every route of the API, and who may use it: one closed list. What is not on it does not exist.

use touchstone_schemas::budget::{MAX_ACT_BYTES, MAX_ATTACHMENT_BYTES, MAX_SHEET_BYTES};

use crate::{
    casework::Role,
    console::route::{
        ADMINISTRATORS, CLERKS, CONFIDANTS, DECIDERS, DROPPERS, EVALUATORS, EXECUTORS, FILERS, JUDGES,
        OFFICERS, READERS, SIGNATORIES, SPEAKERS, TAKERS, WITNESSES, WORKERS, routes,
    },
    token::Scope,
};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiAccess {
    /// Anybody who reaches the office: the description of the interface, no data.
    Open,
    /// Whoever brings a token that counts.
    Token,
    /// Whoever brings a token of that scope, of a person who holds one of these roles now. Which cases they see is asked
    /// besides.
    Scope(Scope, &'static [Role]),
}

routes! {
    /// A route of the API.
    ApiRoute: ApiAccess;
    /// The description of the interface, to be read.
    Page = GET "/api" ApiAccess::Open;
    /// The same for programs (OpenAPI 3.1).
    Document = GET "/api/openapi.json" ApiAccess::Open;
    /// For whom the token acts, and what may be done with it.
    Token = GET "/api/token" ApiAccess::Token;
    /// Cases, the newest first.
    Cases = GET "/api/cases" ApiAccess::Scope(Scope::Read, READERS);
    /// Takes an application in.
    Apply = POST "/api/cases" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// Cases that wait for the office's key, the oldest first.
    Queue = GET "/api/signing-queue" ApiAccess::Scope(Scope::Read, READERS);
    /// A case.
    Case = GET "/api/cases/{number}" ApiAccess::Scope(Scope::Read, READERS);
    /// Every act on a case, as it is stored.
    Journal = GET "/api/cases/{number}/journal" ApiAccess::Scope(Scope::Read, READERS);
    /// A file of a case.
    File = GET "/api/cases/{number}/files/{digest}" ApiAccess::Scope(Scope::Read, READERS);
    /// Attaches a file.
    Attach = POST "/api/cases/{number}/files" ApiAccess::Scope(Scope::Attach, FILERS);
    /// Changes the application.
    Amend = POST "/api/cases/{number}/amendments" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// Assigns an evaluator.
    Assign = POST "/api/cases/{number}/assignments" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// Declares interests.
    Declare = POST "/api/cases/{number}/declarations" ApiAccess::Scope(Scope::Evaluate, EVALUATORS);
    /// Puts the evaluation on file.
    Evaluate = POST "/api/cases/{number}/evaluations" ApiAccess::Scope(Scope::Evaluate, EVALUATORS);
    /// Lets the evaluation of the version before stand.
    CarryOver = POST "/api/cases/{number}/evaluations/carried-over" ApiAccess::Scope(Scope::Evaluate, EVALUATORS);
    /// Settles a task.
    Done = POST "/api/cases/{number}/tasks" ApiAccess::Scope(Scope::Settle, WORKERS);
    /// Does without a stage.
    Waive = POST "/api/cases/{number}/waivers" ApiAccess::Scope(Scope::Settle, WORKERS);
    /// What is to be signed for a judgement; nothing is recorded.
    Bundle = POST "/api/cases/{number}/bundles" ApiAccess::Scope(Scope::Judge, JUDGES);
    /// Takes a signed judgement.
    Judge = POST "/api/cases/{number}/judgements" ApiAccess::Scope(Scope::Judge, JUDGES);
    /// Gives the case back.
    Return = POST "/api/cases/{number}/returns" ApiAccess::Scope(Scope::Judge, JUDGES);
    /// Closes the case.
    Close = POST "/api/cases/{number}/closures" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// Numbers, signs and delivers the certificate.
    Issue = POST "/api/cases/{number}/certificates" ApiAccess::Scope(Scope::Issue, SIGNATORIES);
    /// A certificate made of a case.
    Certificate = GET "/api/certificates/{number}" ApiAccess::Scope(Scope::Read, READERS);
    /// The signed credential.
    Credential = GET "/api/certificates/{number}/credential" ApiAccess::Scope(Scope::Read, READERS);
    /// The registry's receipt for it.
    Receipt = GET "/api/certificates/{number}/receipt" ApiAccess::Scope(Scope::Read, READERS);
    /// What is printed of it.
    Paper = GET "/api/certificates/{number}/papers/{paper}" ApiAccess::Scope(Scope::Read, READERS);
    /// Batches, the newest first.
    Batches = GET "/api/batches" ApiAccess::Scope(Scope::Read, READERS);
    /// Takes a sheet in: its rows become the cases of a batch.
    TakeIn = POST "/api/batches" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// A batch.
    Batch = GET "/api/batches/{number}" ApiAccess::Scope(Scope::Read, READERS);
    /// Its cases, by row.
    BatchCases = GET "/api/batches/{number}/cases" ApiAccess::Scope(Scope::Read, READERS);
    /// Every act on a batch, as it is stored.
    BatchJournal = GET "/api/batches/{number}/journal" ApiAccess::Scope(Scope::Read, READERS);
    /// Assigns an evaluator to its cases.
    AssignBatch = POST "/api/batches/{number}/assignments" ApiAccess::Scope(Scope::Apply, CLERKS);
    /// Declares interests for its cases.
    DeclareBatch = POST "/api/batches/{number}/declarations" ApiAccess::Scope(Scope::Evaluate, EVALUATORS);
    /// Takes a sheet of evaluations in.
    EvaluateBatch = POST "/api/batches/{number}/evaluations" ApiAccess::Scope(Scope::Evaluate, EVALUATORS);
    /// Settles a task of its cases.
    DoneBatch = POST "/api/batches/{number}/tasks" ApiAccess::Scope(Scope::Settle, WORKERS);
    /// Does without a stage for its cases.
    WaiveBatch = POST "/api/batches/{number}/waivers" ApiAccess::Scope(Scope::Settle, WORKERS);
    /// What is to be signed for a judgement on all its cases that wait in a stage.
    BatchBundle = POST "/api/batches/{number}/bundles" ApiAccess::Scope(Scope::Judge, JUDGES);
    /// Takes a signed judgement on all of them.
    JudgeBatch = POST "/api/batches/{number}/judgements" ApiAccess::Scope(Scope::Judge, JUDGES);
    /// Numbers, signs and delivers what was decided.
    IssueBatch = POST "/api/batches/{number}/certificates" ApiAccess::Scope(Scope::Issue, SIGNATORIES);
    /// What is to be done for certificates in force.
    Worklist = GET "/api/worklist" ApiAccess::Scope(Scope::Read, READERS);
    /// Measures, the newest first.
    Measures = GET "/api/measures" ApiAccess::Scope(Scope::Read, READERS);
    /// Opens a measure.
    OpenMeasure = POST "/api/measures" ApiAccess::Scope(Scope::Oversee, OFFICERS);
    /// A measure.
    Measure = GET "/api/measures/{number}" ApiAccess::Scope(Scope::Read, READERS);
    /// Every act on a measure, as it is stored.
    MeasureJournal = GET "/api/measures/{number}/journal" ApiAccess::Scope(Scope::Read, READERS);
    /// Its evidence.
    Evidence = GET "/api/measures/{number}/files/{digest}" ApiAccess::Scope(Scope::Read, READERS);
    /// Attaches evidence.
    AttachEvidence = POST "/api/measures/{number}/files" ApiAccess::Scope(Scope::Attach, WITNESSES);
    /// What is to be signed for a statement; nothing is recorded.
    StatementBundle = POST "/api/measures/{number}/bundles" ApiAccess::Scope(Scope::Judge, SPEAKERS);
    /// Takes a signed statement.
    State = POST "/api/measures/{number}/statements" ApiAccess::Scope(Scope::Judge, SPEAKERS);
    /// Gives a measure up.
    DropMeasure = POST "/api/measures/{number}/closures" ApiAccess::Scope(Scope::Oversee, DROPPERS);
    /// Signs the events of decided measures and delivers them together.
    CarryOut = POST "/api/events" ApiAccess::Scope(Scope::Issue, EXECUTORS);
    /// Complaints and appeals, the newest first.
    Complaints = GET "/api/complaints" ApiAccess::Scope(Scope::Read, CONFIDANTS);
    /// Puts one on file.
    ReceiveComplaint = POST "/api/complaints" ApiAccess::Scope(Scope::Answer, TAKERS);
    /// A complaint.
    Complaint = GET "/api/complaints/{number}" ApiAccess::Scope(Scope::Read, CONFIDANTS);
    /// Every act on a complaint, as it is stored.
    ComplaintJournal = GET "/api/complaints/{number}/journal" ApiAccess::Scope(Scope::Read, CONFIDANTS);
    /// Its receipt was acknowledged.
    AcknowledgeComplaint = POST "/api/complaints/{number}/acknowledgements" ApiAccess::Scope(Scope::Answer, TAKERS);
    /// What is to be signed for a decision; nothing is recorded.
    ComplaintBundle = POST "/api/complaints/{number}/bundles" ApiAccess::Scope(Scope::Judge, DECIDERS);
    /// Takes a signed decision.
    DecideComplaint = POST "/api/complaints/{number}/statements" ApiAccess::Scope(Scope::Judge, DECIDERS);
    /// Its sender was told.
    CloseComplaint = POST "/api/complaints/{number}/closures" ApiAccess::Scope(Scope::Answer, TAKERS);
    /// People, roles and mandates.
    People = GET "/api/people" ApiAccess::Scope(Scope::People, ADMINISTRATORS);
    /// Puts something on record about them.
    KeepPeople = POST "/api/people" ApiAccess::Scope(Scope::People, ADMINISTRATORS);
    /// How a client is reached.
    Contact = GET "/api/contacts/{uscc}" ApiAccess::Scope(Scope::Clients, TAKERS);
    /// Puts on record how a client is reached.
    KeepContact = POST "/api/contacts" ApiAccess::Scope(Scope::Clients, TAKERS);
    /// Notices to clients, the newest first.
    Notices = GET "/api/notices" ApiAccess::Scope(Scope::Clients, TAKERS);
    /// Puts a notice that was given up back into the queue.
    RetryNotice = POST "/api/notices/{number}/retries" ApiAccess::Scope(Scope::Clients, TAKERS);
    /// Links to files for the client of a certificate.
    Links = GET "/api/certificates/{number}/links" ApiAccess::Scope(Scope::Clients, TAKERS);
    /// Makes a link that works once.
    MakeLink = POST "/api/certificates/{number}/links" ApiAccess::Scope(Scope::Clients, TAKERS);
}

impl ApiRoute {
    /// Whether it records something: then it wants an idempotency key.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        let only_shown = matches!(
            self,
            Self::Bundle | Self::BatchBundle | Self::StatementBundle | Self::ComplaintBundle
        );
        self.method() == axum::http::Method::POST && !only_shown
    }

    /// Whether its body is a file as it is, of any media type.
    #[must_use]
    pub const fn takes_file(self) -> bool {
        matches!(self, Self::Attach | Self::AttachEvidence | Self::MakeLink)
    }

    /// Most bytes of its body.
    pub(super) const fn longest_body(self) -> usize {
        match self {
            Self::Attach | Self::AttachEvidence | Self::MakeLink => MAX_ATTACHMENT_BYTES,
            // Files in base64url take four bytes for three; names and quotation marks come besides.
            Self::TakeIn | Self::EvaluateBatch => {
                MAX_SHEET_BYTES.div_ceil(3) * 4 + MAX_ATTACHMENT_BYTES.div_ceil(3) * 4 + MAX_ACT_BYTES
            }
            _ => MAX_ACT_BYTES,
        }
    }
}
