//! Every route of the API, and who may use it: one closed list. What is not on it does not exist.

use crate::{
    casework::Role,
    console::route::{CLERKS, EVALUATORS, FILERS, JUDGES, READERS, SIGNATORIES, WORKERS, routes},
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
}

impl ApiRoute {
    /// Whether it records something: then it wants an idempotency key.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        self.method() == axum::http::Method::POST && self != Self::Bundle
    }
}
