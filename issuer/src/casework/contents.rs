//! What an act on a case says: a closed set.

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Date,
    decode::{Decode, DecodeError, DecodeReason, Members},
    digest::Sha256Digest,
    jcs::{Encode, ObjectWriter},
    json::Value,
    record,
    text::Text,
    words,
};

use super::{
    Approval, Content, Evaluation, Form, PaperCertificate, Passage, StageKind, Workflow, act::contents,
};

contents! {
    /// What an act on a case says.
    CaseContent {
        /// The application is taken in: the case begins.
        Applied(Applied) = "applied",
        /// The application is changed.
        Amended(Amended) = "amended",
        /// A file is attached.
        Attached(Attached) = "attached",
        /// An evaluator is assigned.
        Assigned(Assigned) = "assigned",
        /// An evaluator declares their interests.
        Declared(Declared) = "declared",
        /// The evaluation is put on file.
        Evaluated(Evaluation) = "evaluated",
        /// A task is done 已做.
        Done(Done) = "done",
        /// A stage is waived 不做.
        Waived(Waived) = "waived",
        /// A review, an approval, a decision or a signing opinion.
        Judged(Judged) = "judged",
        /// The case goes back to an earlier stage.
        Returned(Returned) = "returned",
        /// The certificate is numbered and prepared for signing.
        Issued(Issued) = "issued",
        /// The client withdraws the application, or it is closed unfinished.
        Closed(Closed) = "closed",
    }
}

/// The application is taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The application.
    pub form: Form,
    /// The certificate that its holder has on paper already; nothing is evaluated again then.
    pub paper: Option<PaperCertificate>,
    /// Which duties the scheme's rule keeps apart.
    pub separation: SeparationRules,
    /// The stages of the case.
    pub workflow: Workflow,
}

record! { Applied {
    "form": form,
    "paper"? paper,
    "separation": separation,
    "workflow": workflow,
} }

/// Which duties on the judging side the scheme's rule lets one person do (DESIGN §2 invariant 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeparationRules {
    /// Whether one person may hold two approval offices.
    pub one_approver: bool,
    /// Whether the reviewer may decide.
    pub reviewer_may_decide: bool,
}

record! { SeparationRules {
    "oneApprover": one_approver,
    "reviewerMayDecide": reviewer_may_decide,
} }

/// The application is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amended {
    /// The application as it is now.
    pub form: Form,
    /// Why.
    pub reason: Text,
}

record! { Amended { "form": form, "reason": reason } }

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttachmentPurpose {
    /// Came with the application.
    Application,
    /// The agreement 合同.
    Agreement,
    /// Evidence of the evaluation.
    Evidence,
    /// Answers of a questionnaire.
    Questionnaire,
    /// The report.
    Report,
}

words! { AttachmentPurpose {
    Application = "application",
    Agreement = "agreement",
    Evidence = "evidence",
    Questionnaire = "questionnaire",
    Report = "report",
} }

/// A file attached: its bytes are kept beside the journal under their digest and never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// SHA-256 of the bytes.
    pub digest: Sha256Digest,
    /// Media type, as given.
    pub media_type: Text,
    /// File name, as given.
    pub name: Text,
    /// What it is for.
    pub purpose: AttachmentPurpose,
    /// Bytes.
    pub size: u64,
}

record! { Attachment {
    "digest": digest,
    "mediaType": media_type,
    "name": name,
    "purpose": purpose,
    "size": size,
} }

/// A file is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The file.
    pub attachment: Attachment,
}

record! { Attached { "attachment": attachment } }

/// An evaluator is assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The evaluator.
    pub evaluator: Text,
}

record! { Assigned { "evaluator": evaluator } }

/// An evaluator declares their interests in the client (ISO/IEC 17065 §4.2, §6.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The conflict of interest, when there is one: it bars them from the evaluation.
    pub conflict: Option<Passage>,
    /// First day the declaration covers: two years before at the latest.
    pub covers_from: Date,
}

record! { Declared { "conflict"? conflict, "coversFrom": covers_from } }

/// A task is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What there is to say.
    pub note: Option<Passage>,
    /// Code of its stage.
    pub stage: Text,
}

record! { Done { "note"? note, "stage": stage } }

/// A stage is waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// Why.
    pub reason: Passage,
    /// Its code.
    pub stage: Text,
}

record! { Waived { "reason": reason, "stage": stage } }

/// A judgement, signed by the person's own key over the bundle of everything judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The signature.
    pub approval: Approval,
    /// Code of the stage.
    pub stage: Text,
    /// What is said.
    pub verdict: Verdict,
}

impl Encode for Judged {
    fn encode(&self, out: &mut Vec<u8>) {
        ObjectWriter::open(out)
            .member("approval", &self.approval)
            .member("kind", self.verdict.kind())
            .member("stage", &self.stage)
            .member("verdict", &self.verdict)
            .close();
    }
}

impl Decode for Judged {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let verdict = Verdict::in_record(value)?;
        let mut members = Members::open(value, &["approval", "kind", "stage", "verdict"])?;
        let approval = members.required("approval")?;
        let _: Skipped = members.required("kind")?;
        let stage = members.required("stage")?;
        let _: Skipped = members.required("verdict")?;
        members.close()?;
        Ok(Self {
            approval,
            stage,
            verdict,
        })
    }
}

/// A member read before.
struct Skipped;

impl Decode for Skipped {
    fn decode(_: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

contents! {
    /// What a judgement says; each kind belongs to the stages of that kind.
    Verdict {
        /// 复核 (ISO/IEC 17065 §7.5).
        Review(Review) = "review",
        /// 审批.
        Consent(Consent) = "approval",
        /// 认证决定 (§7.6).
        Decision(Decision) = "decision",
        /// 签发意见 (§7.7).
        Opinion(Opinion) = "signing",
    }
}

impl Verdict {
    /// What a record says in its members `kind` and `verdict`.
    pub(crate) fn in_record(record: &Value<'_>) -> Result<Self, DecodeError> {
        let member = |name| record.as_object().and_then(|object| object.get(name));
        let missing = || DecodeError::new(DecodeReason::MissingMember { name: "verdict" });
        let kind = member("kind").and_then(Value::as_str).unwrap_or_default();
        Self::of_kind(kind, member("verdict").ok_or_else(missing)?).map_err(|error| error.within("verdict"))
    }

    /// The kind of stage it belongs to.
    #[must_use]
    pub const fn stage_kind(&self) -> StageKind {
        match self {
            Self::Review(_) => StageKind::Review,
            Self::Consent(_) => StageKind::Approval,
            Self::Decision(_) => StageKind::Decision,
            Self::Opinion(_) => StageKind::Signing,
        }
    }
}

/// What a reviewer recommends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recommendation {
    /// Grant.
    Positive,
    /// Refuse.
    Negative,
}

words! { Recommendation { Positive = "positive", Negative = "negative" } }

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What there is to say.
    pub note: Option<Passage>,
    /// What is recommended.
    pub recommendation: Recommendation,
}

record! { Review { "note"? note, "recommendation": recommendation } }

/// An approval in an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What there is to say.
    pub note: Option<Passage>,
}

record! { Consent { "note"? note } }

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DecisionOutcome {
    /// The certificate is granted.
    Grant,
    /// It is refused.
    Refuse,
}

words! { DecisionOutcome { Grant = "grant", Refuse = "refuse" } }

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Why the client may apply within the rule's months after a withdrawal.
    pub after_withdrawal: Option<Text>,
    /// What is decided.
    pub outcome: DecisionOutcome,
    /// Why: needed to refuse, and against the recommendation.
    pub reason: Option<Text>,
    /// Its reference.
    pub reference: Text,
}

record! { Decision {
    "afterWithdrawal"? after_withdrawal,
    "outcome": outcome,
    "reason"? reason,
    "reference": reference,
} }

/// A signing opinion 签发意见.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// What there is to say.
    pub opinion: Passage,
    /// First day of validity 发证日期.
    pub valid_from: Date,
}

record! { Opinion { "opinion": opinion, "validFrom": valid_from } }

/// The case goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Why.
    pub reason: Passage,
    /// Code of the stage it goes back to: it and all after it are to be done again.
    pub to: Text,
}

record! { Returned { "reason": reason, "to": to } }

/// The certificate is numbered and prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// 证书编号.
    pub number: CredentialNumber,
    /// SHA-256 of the bytes to be signed.
    pub unsecured: Sha256Digest,
    /// Version.
    pub version: Version,
}

record! { Issued { "number": number, "unsecured": unsecured, "version": version } }

/// The case is closed without a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Why.
    pub reason: Passage,
}

record! { Closed { "reason": reason } }
