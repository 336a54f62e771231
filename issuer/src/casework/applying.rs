//! How a case begins: an application held to the rules, or a certificate that its holder has on paper.

use touchstone_schemas::date_time::{Date, Timestamp};

use super::{
    Act, Actor, Applied, Case, CaseContent, CaseworkError, Form, PaperCertificate, Personnel,
    SeparationRules, entitlement, following,
};
use crate::{
    lint::{self, Clause, Finding},
    office::Papers,
    prepare::{CaseFile, Predecessor, Register, SchemeData},
    store::{Session, Store, insert_case_act, next_case},
};

const LEVEL: Clause = Clause::new("level", "scheme data");

/// What the first act of a case says, once its application was held to the rules.
pub(crate) fn applied(
    papers: &Papers,
    form: Form,
    predecessor: Option<&Predecessor>,
    now: Timestamp,
) -> Result<Applied, CaseworkError> {
    let unknown = || CaseworkError::UnknownScheme {
        edition: form.scheme().clone(),
    };
    let scheme = papers.scheme(form.scheme().as_str()).ok_or_else(unknown)?;
    let workflow = papers
        .workflows
        .of(form.scheme().as_str())
        .ok_or_else(unknown)?
        .clone();
    check_form(papers, scheme, &form, predecessor, now)?;
    let rules = &scheme.edition.rules;
    let separation = SeparationRules {
        one_approver: rules.consecutive_approvals_by_one_person.value,
        reviewer_may_decide: rules.reviewer_may_decide.value,
    };
    Ok(Applied {
        form,
        paper: None,
        separation,
        workflow,
    })
}

/// The same for a certificate first issued on paper: it is reviewed against the paper, decided on and signed for.
pub(crate) fn applied_on_paper(
    papers: &Papers,
    form: Form,
    paper: PaperCertificate,
    now: Timestamp,
) -> Result<Applied, CaseworkError> {
    let applied = applied(papers, form, None, now)?;
    let edition = applied.form.scheme().clone();
    let scheme = papers
        .scheme(edition.as_str())
        .ok_or(CaseworkError::UnknownScheme { edition })?;
    let mut findings = Vec::new();
    if scheme.edition.level(paper.level).is_none() {
        let message = format!("the scheme has no level {}", paper.level);
        findings.push(Finding::new(&LEVEL, "/evaluation/level", message));
    }
    let mut application = applied.form.request().clone();
    application.evaluation.assessed_on = Some(paper.assessed_on);
    application.decision.on = Some(Date::of(now));
    let terms = &mut application.certificate;
    terms.recertifies = None;
    terms.number = Some(paper.number.clone());
    terms.transcribed = Some(paper.decided_on);
    terms.valid_from = Some(paper.valid_from);
    terms.valid_until = paper.valid_until;
    terms.first_surveillance_due = paper.first_surveillance_due;
    findings.extend(lint::check_case(&CaseFile {
        application: &application,
        warrant: None,
        body: &papers.body,
        scheme: Some(scheme),
        grade: None,
        issuing: papers.issuing(),
        key: papers.key_window()?,
        predecessor: None,
        register: &Register::default(),
        now,
        signed_at: now,
    }));
    if !findings.is_empty() {
        return Err(CaseworkError::Findings(findings));
    }
    Ok(Applied {
        paper: Some(paper),
        workflow: applied.workflow.on_paper(),
        ..applied
    })
}

/// Begins a case, within a transaction.
pub(crate) async fn begin_case(
    connection: &mut Session<'_>,
    personnel: &Personnel,
    by: &Actor,
    applied: Applied,
    now: Timestamp,
) -> Result<Case, CaseworkError> {
    let act = Act {
        journal: next_case(connection).await?,
        sequence: 1,
        at: now,
        by: Some(by.clone()),
        content: CaseContent::Applied(applied),
        previous: Act::<CaseContent>::root(),
    };
    let case = Case::open(&act)?;
    entitlement(personnel, by, case.charge(by, &act.content)?, now)?;
    insert_case_act(connection, &case, &act).await?;
    Ok(case)
}

/// The version that an application changes, when it can be changed.
pub(super) async fn changed(
    store: &mut Store,
    form: &Form,
    now: Timestamp,
) -> Result<Option<Predecessor>, CaseworkError> {
    let changes = form.request().certificate.changes.as_ref();
    Ok(match changes {
        Some(changes) => following::standing(store, changes, now)
            .await?
            .map(|(_, before)| before),
        None => None,
    })
}

/// The rules that an application can be held to before anybody evaluated it.
pub(super) fn check_form(
    papers: &Papers,
    scheme: &SchemeData,
    form: &Form,
    predecessor: Option<&Predecessor>,
    now: Timestamp,
) -> Result<(), CaseworkError> {
    let mut application = form.request().clone();
    // Whether what it recertifies is on file is judged when the certificate is prepared.
    application.certificate.recertifies = None;
    let findings = lint::check_case(&CaseFile {
        application: &application,
        warrant: None,
        body: &papers.body,
        scheme: Some(scheme),
        grade: None,
        issuing: papers.issuing(),
        key: papers.key_window()?,
        predecessor,
        register: &Register::default(),
        now,
        signed_at: now,
    });
    if findings.is_empty() {
        Ok(())
    } else {
        Err(CaseworkError::Findings(findings))
    }
}
