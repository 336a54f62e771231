//! Every route of the console, and who may use it: one closed list. What is not on it does not exist.

use crate::casework::Role;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody who reaches the console.
    Open,
    /// Anybody signed in.
    SignedIn,
    /// Holders of one of these roles, of their own or by mandate. Which cases they see is asked besides.
    Roles(&'static [Role]),
}

/// Roles that read cases.
pub(super) const READERS: &[Role] = &[
    Role::Clerk,
    Role::Evaluator,
    Role::Reviewer,
    Role::Approver,
    Role::Decider,
    Role::Signatory,
    Role::SurveillanceOfficer,
    Role::Auditor,
];
/// Roles that judge.
pub(super) const JUDGES: &[Role] = &[Role::Reviewer, Role::Approver, Role::Decider, Role::Signatory];
/// Roles that a workflow may charge with a task, or with doing without a stage.
pub(super) const WORKERS: &[Role] = &[
    Role::Clerk,
    Role::Evaluator,
    Role::Reviewer,
    Role::Approver,
    Role::Decider,
    Role::Signatory,
    Role::SurveillanceOfficer,
];
pub(super) const CLERKS: &[Role] = &[Role::Clerk];
pub(super) const EVALUATORS: &[Role] = &[Role::Evaluator];
pub(super) const FILERS: &[Role] = &[Role::Clerk, Role::Evaluator];
pub(super) const SIGNATORIES: &[Role] = &[Role::Signatory];
pub(super) const OFFICERS: &[Role] = &[Role::SurveillanceOfficer];
/// Roles that bring evidence on a certificate in force.
pub(super) const WITNESSES: &[Role] = &[Role::SurveillanceOfficer, Role::Evaluator];
/// Roles that sign statements on a measure.
pub(super) const SPEAKERS: &[Role] = &[Role::SurveillanceOfficer, Role::Evaluator, Role::Decider];
/// Roles that give a measure up, before and after it was decided.
pub(super) const DROPPERS: &[Role] = &[Role::SurveillanceOfficer, Role::Decider];
/// Roles that have what was decided signed with the office's key.
pub(super) const EXECUTORS: &[Role] = &[Role::SurveillanceOfficer, Role::Signatory];
/// Roles that take complaints in and answer them.
pub(super) const TAKERS: &[Role] = &[Role::Clerk, Role::SurveillanceOfficer];
/// Roles that read complaints: their senders are named in them.
pub(super) const CONFIDANTS: &[Role] = &[
    Role::Clerk,
    Role::SurveillanceOfficer,
    Role::Decider,
    Role::Auditor,
];
pub(super) const DECIDERS: &[Role] = &[Role::Decider];
pub(super) const ADMINISTRATORS: &[Role] = &[Role::Administrator];

/// Declares routes: variant, method, path, access.
macro_rules! routes {
    ($(#[$type_meta:meta])* $type:ident: $access_type:ty; $($(#[$meta:meta])* $route:ident = $method:ident $path:literal $access:expr;)*) => {
        $(#[$type_meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $($(#[$meta])* $route),* }

        impl $type {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$route),*];

            /// Its method.
            #[must_use]
            pub const fn method(self) -> axum::http::Method {
                match self { $(Self::$route => axum::http::Method::$method),* }
            }

            /// Its path.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$route => $path),* }
            }

            /// Who may use it.
            #[must_use]
            pub const fn access(self) -> $access_type {
                match self { $(Self::$route => $access),* }
            }
        }
    };
}
pub(super) use routes;

routes! {
    /// A route.
    Route: Access;
    /// The stylesheet.
    Style = GET "/assets/console.css" Access::Open;
    /// Which language comes first.
    Language = GET "/language" Access::Open;
    /// The form to sign in.
    SignInForm = GET "/sign-in" Access::Open;
    /// Signs in.
    SignIn = POST "/sign-in" Access::Open;
    /// The form of the first start.
    SetupForm = GET "/setup" Access::Open;
    /// Gives the first administrator access.
    Setup = POST "/setup" Access::Open;
    /// A file for a client: the link shown, not used.
    DownloadForm = GET "/downloads/{token}" Access::Open;
    /// The file, once.
    Download = POST "/downloads/{token}" Access::Open;
    /// To where the person works.
    Home = GET "/" Access::SignedIn;
    /// Signs out.
    SignOut = POST "/sign-out" Access::SignedIn;
    /// The form for another password.
    PasswordForm = GET "/password" Access::SignedIn;
    /// Changes one's own password.
    Password = POST "/password" Access::SignedIn;
    /// Cases, by stage.
    Cases = GET "/cases" Access::Roles(READERS);
    /// The form for a new case.
    ApplicationForm = GET "/applications/new" Access::Roles(CLERKS);
    /// Takes an application in.
    Apply = POST "/cases" Access::Roles(CLERKS);
    /// A case.
    Case = GET "/cases/{number}" Access::Roles(READERS);
    /// A file of a case.
    File = GET "/cases/{number}/files/{digest}" Access::Roles(READERS);
    /// What was done on a case.
    Trail = GET "/cases/{number}/trail" Access::Roles(READERS);
    /// The same as a table.
    TrailTable = GET "/cases/{number}/trail.csv" Access::Roles(READERS);
    /// The same as it is stored.
    TrailRecords = GET "/cases/{number}/trail.json" Access::Roles(READERS);
    /// Changes the application.
    Amend = POST "/cases/{number}/amendments" Access::Roles(CLERKS);
    /// The form for changing the application.
    AmendForm = GET "/cases/{number}/application" Access::Roles(CLERKS);
    /// How the certificate will look.
    Preview = GET "/cases/{number}/preview" Access::Roles(READERS);
    /// The certificate as PDF, once it is issued.
    Printed = GET "/cases/{number}/certificate.pdf" Access::Roles(READERS);
    /// Attaches a file.
    Attach = POST "/cases/{number}/files" Access::Roles(FILERS);
    /// Assigns an evaluator.
    Assign = POST "/cases/{number}/assignments" Access::Roles(CLERKS);
    /// Declares interests.
    Declare = POST "/cases/{number}/declarations" Access::Roles(EVALUATORS);
    /// The evaluation as it is being filled in.
    Scores = GET "/cases/{number}/evaluation" Access::Roles(EVALUATORS);
    /// Keeps its first page, or puts it on file.
    SaveScores = POST "/cases/{number}/evaluation" Access::Roles(EVALUATORS);
    /// A sub-domain of it.
    SubDomain = GET "/cases/{number}/evaluation/{part}" Access::Roles(EVALUATORS);
    /// Keeps a sub-domain.
    SaveSubDomain = POST "/cases/{number}/evaluation/{part}" Access::Roles(EVALUATORS);
    /// Puts the evaluation on file.
    Evaluate = POST "/cases/{number}/evaluations" Access::Roles(EVALUATORS);
    /// Lets the evaluation of the version that is changed stand.
    CarryOver = POST "/cases/{number}/evaluations/carried-over" Access::Roles(EVALUATORS);
    /// Settles a task.
    Done = POST "/cases/{number}/tasks" Access::Roles(WORKERS);
    /// Does without a stage.
    Waive = POST "/cases/{number}/waivers" Access::Roles(WORKERS);
    /// Shows what is to be signed for a judgement.
    Bundle = POST "/cases/{number}/bundles" Access::Roles(JUDGES);
    /// The file to be signed.
    BundleFile = POST "/cases/{number}/bundle-files" Access::Roles(JUDGES);
    /// Takes a signed judgement.
    Judge = POST "/cases/{number}/judgements" Access::Roles(JUDGES);
    /// Gives the case back.
    Return = POST "/cases/{number}/returns" Access::Roles(JUDGES);
    /// Closes the case.
    Close = POST "/cases/{number}/closures" Access::Roles(CLERKS);
    /// Numbers, signs and delivers the certificate.
    Issue = POST "/cases/{number}/certificates" Access::Roles(SIGNATORIES);
    /// What is to be done for certificates in force.
    Worklist = GET "/worklist" Access::Roles(READERS);
    /// A certificate on file.
    Certificate = GET "/certificates/{number}" Access::Roles(READERS);
    /// Its application as a form, for a change or a recertification.
    FollowingForm = GET "/certificates/{number}/form" Access::Roles(CLERKS);
    /// Measures on certificates in force.
    Measures = GET "/measures" Access::Roles(READERS);
    /// Opens a measure.
    OpenMeasure = POST "/measures" Access::Roles(OFFICERS);
    /// A measure.
    Measure = GET "/measures/{number}" Access::Roles(READERS);
    /// Its evidence.
    Evidence = GET "/measures/{number}/files/{digest}" Access::Roles(READERS);
    /// What was done on it, as it is stored.
    MeasureTrail = GET "/measures/{number}/trail.jsonl" Access::Roles(READERS);
    /// Attaches evidence.
    AttachEvidence = POST "/measures/{number}/files" Access::Roles(WITNESSES);
    /// Shows what is to be signed for a statement.
    StatementBundle = POST "/measures/{number}/bundles" Access::Roles(SPEAKERS);
    /// The file to be signed.
    StatementFile = POST "/measures/{number}/bundle-files" Access::Roles(SPEAKERS);
    /// Takes a signed statement.
    State = POST "/measures/{number}/statements" Access::Roles(SPEAKERS);
    /// Gives a measure up.
    DropMeasure = POST "/measures/{number}/closures" Access::Roles(DROPPERS);
    /// Signs the event and delivers it.
    CarryOut = POST "/measures/{number}/events" Access::Roles(EXECUTORS);
    /// Complaints and appeals.
    Complaints = GET "/complaints" Access::Roles(CONFIDANTS);
    /// Puts one on file.
    ReceiveComplaint = POST "/complaints" Access::Roles(TAKERS);
    /// A complaint.
    Complaint = GET "/complaints/{number}" Access::Roles(CONFIDANTS);
    /// What was done on it, as it is stored.
    ComplaintTrail = GET "/complaints/{number}/trail.jsonl" Access::Roles(CONFIDANTS);
    /// Its receipt was acknowledged.
    AcknowledgeComplaint = POST "/complaints/{number}/acknowledgements" Access::Roles(TAKERS);
    /// Shows what is to be signed for a decision.
    ComplaintBundle = POST "/complaints/{number}/bundles" Access::Roles(DECIDERS);
    /// The file to be signed.
    ComplaintBundleFile = POST "/complaints/{number}/bundle-files" Access::Roles(DECIDERS);
    /// Takes a signed decision.
    DecideComplaint = POST "/complaints/{number}/statements" Access::Roles(DECIDERS);
    /// Its sender was told.
    CloseComplaint = POST "/complaints/{number}/closures" Access::Roles(TAKERS);
    /// People, roles and mandates.
    People = GET "/people" Access::Roles(ADMINISTRATORS);
    /// Puts a person on the list.
    AddPerson = POST "/people" Access::Roles(ADMINISTRATORS);
    /// Gives a person a password for once.
    GiveAccess = POST "/people/access" Access::Roles(ADMINISTRATORS);
    /// Gives a role.
    GiveRole = POST "/people/roles" Access::Roles(ADMINISTRATORS);
    /// Ends a role.
    EndRole = POST "/people/roles/ends" Access::Roles(ADMINISTRATORS);
    /// Gives a mandate.
    GiveMandate = POST "/people/mandates" Access::Roles(ADMINISTRATORS);
    /// Ends a mandate.
    EndMandate = POST "/people/mandates/ends" Access::Roles(ADMINISTRATORS);
}

impl Route {
    /// Whether its form may bring files.
    pub(super) const fn takes_files(self) -> bool {
        matches!(
            self,
            Self::Apply
                | Self::Amend
                | Self::Attach
                | Self::Evaluate
                | Self::Judge
                | Self::AttachEvidence
                | Self::State
                | Self::DecideComplaint
        )
    }
}
