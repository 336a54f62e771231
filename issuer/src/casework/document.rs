//! From a decided case to the document that credentials are prepared from: the same form as an application file.

use touchstone_schemas::{
    budget::MAX_ACT_BYTES,
    date_time::Date,
    digest::Sha256Digest,
    jcs::{ObjectWriter, to_canonical, write_array, write_object},
    json::{self, Value},
    text::Text,
};

use super::{
    Actor, Case, DecisionOutcome, Evaluation, GivenApproval, PaperCertificate, Recommendation,
    ReportReference, Verdict,
};

/// An application document and its score sheet.
pub(super) struct CaseDocument {
    pub(super) document: Vec<u8>,
    pub(super) sheet: Vec<u8>,
}

/// Members of the form that the document takes over as they are, in canonical order with those written here.
fn copy(object: &mut ObjectWriter<'_>, form: &Value<'_>, names: &[&'static str]) {
    for name in names {
        if let Some(value) = form.as_object().and_then(|object| object.get(name)) {
            object.member(name, value);
        }
    }
}

fn person(object: &mut ObjectWriter<'_>, by: &Actor) {
    object.member("by", &by.person);
}

/// Office, day and delegator of an approval, around what is particular to it.
fn given(object: &mut ObjectWriter<'_>, given: &GivenApproval) {
    person(object, &given.by);
    object.optional("office", &given.office);
    object.member("on", &Date::of(given.at));
    object.optional("onBehalfOf", &given.by.delegator().cloned());
}

impl Case {
    /// The document of a case that was granted, signed for by a person of that name; none while something is missing.
    pub(super) fn document(&self, signatory: &Text) -> Option<CaseDocument> {
        let form = json::parse(self.form.canonical(), MAX_ACT_BYTES).ok()?;
        let sheet = match (&self.paper, &self.evaluation) {
            (None, Some(evaluation)) => to_canonical(&evaluation.sheet),
            // What was issued on paper comes without its scores.
            (Some(_), _) => Vec::new(),
            (None, None) => return None,
        };
        let find = |wanted: fn(&Verdict) -> bool| self.approvals.iter().find(|given| wanted(&given.verdict));
        let review = find(|verdict| matches!(verdict, Verdict::Review(_)))?;
        let decision = find(|verdict| matches!(verdict, Verdict::Decision(_)))?;
        let opinion = find(|verdict| matches!(verdict, Verdict::Opinion(_)))?;
        let (Verdict::Review(reviewed), Verdict::Decision(decided), Verdict::Opinion(signed)) =
            (&review.verdict, &decision.verdict, &opinion.verdict)
        else {
            return None;
        };
        let consents = self
            .approvals
            .iter()
            .filter(|given| matches!(given.verdict, Verdict::Consent(_)));
        let mut out = Vec::new();
        write_object(&mut out, |root| {
            copy(root, &form, &["agreement", "applicant"]);
            write_array(root.name("approvals"), consents, |out, consent| {
                write_object(out, |object| given(object, consent));
            });
            copy(root, &form, &["assessedUnit"]);
            root.member("case", &format_args!("{}", self.number()));
            root.object("certificate", |object| match &self.paper {
                None => {
                    copy(object, &form, &["changes", "recertifies"]);
                    object.member("signatory", signatory);
                    object.member("validFrom", &signed.valid_from);
                }
                Some(paper) => {
                    object.optional("firstSurveillanceDue", &paper.first_surveillance_due);
                    object.member("number", &paper.number);
                    copy(object, &form, &["recertifies"]);
                    object.member("signatory", signatory);
                    object.member("transcribed", &paper.decided_on);
                    object.member("validFrom", &paper.valid_from);
                    object.optional("validUntil", &paper.valid_until);
                }
            });
            root.object("decision", |object| {
                object.optional("afterWithdrawal", &decided.after_withdrawal);
                given(object, decision);
                object.member(
                    "outcome",
                    match decided.outcome {
                        DecisionOutcome::Grant => "positive",
                        DecisionOutcome::Refuse => "negative",
                    },
                );
                object.optional("reason", &decided.reason);
                object.member("reference", &decided.reference);
            });
            copy(root, &form, &["demonstration"]);
            root.object("drafting", |object| {
                person(object, &self.drafted_by);
                object.member("on", &Date::of(self.drafted_at));
                object.optional("onBehalfOf", &self.drafted_by.delegator().cloned());
            });
            root.object("evaluation", |object| match (&self.paper, &self.evaluation) {
                (Some(paper), _) => on_paper(object, paper),
                (None, Some(evaluation)) => self.evaluated(object, evaluation, &sheet),
                (None, None) => {}
            });
            copy(root, &form, &["industry"]);
            root.object("review", |object| {
                given(object, review);
                object.member(
                    "recommendation",
                    match reviewed.recommendation {
                        Recommendation::Positive => "positive",
                        Recommendation::Negative => "negative",
                    },
                );
            });
            copy(root, &form, &["scheme", "scope", "scopeEn", "sites"]);
        });
        Some(CaseDocument { document: out, sheet })
    }

    fn evaluated(&self, object: &mut ObjectWriter<'_>, evaluation: &Evaluation, sheet: &[u8]) {
        let evaluators: Vec<&Text> = self.evaluators().collect();
        object.member("assessedOn", &evaluation.assessed_on);
        object.member("evaluators", &evaluators);
        object.optional("level", &evaluation.level);
        report(object, &evaluation.report);
        object.object("scores", |scores| {
            scores.member("file", "sheet.json");
            scores.member("sha256", &Sha256Digest::of(sheet));
        });
        object.optional("technicalSupport", &evaluation.technical_support);
    }
}

/// What was evaluated on paper: who did it is not on record here, and its scores are not.
fn on_paper(object: &mut ObjectWriter<'_>, paper: &PaperCertificate) {
    object.member("assessedOn", &paper.assessed_on);
    object.member("level", &paper.level);
    object.member("onPaper", &true);
    report(object, &paper.report);
    object.optional("technicalSupport", &paper.technical_support);
}

fn report(object: &mut ObjectWriter<'_>, reference: &ReportReference) {
    object.object("report", |report| {
        report.member("number", &reference.number);
        report.member("sha256", &reference.digest);
    });
}
