//! The transition table: which act is lawful when, and what it does. A pure function of the case and the act.
//!
//! | act | lawful while | by |
//! |---|---|---|
//! | applied | there is no case | clerk |
//! | amended, attached, assigned | in work | clerk (files: evaluators too) |
//! | declared, evaluated | in work | an evaluator assigned |
//! | done, waived | in work, the stage 未做; a stage of the road when it is next | the roles of the stage |
//! | judged | in work, the stage next, its tasks settled, the evidence that of every approval before | its office |
//! | returned | in work, to an earlier stage of the road | whoever judges in the next stage |
//! | issued | every stage settled; again after a void | the office's program |
//! | closed | in work | clerk |
//!
//! Whether the actor is entitled is asked of [`mod@super::entitlement`], apart.

use touchstone_schemas::{
    budget::MAX_CASE_ACTS,
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    text::Text,
};

use super::{
    Act, Actor, Amended, Applied, Assigned, Attached, AttachmentPurpose, Case, CaseContent, Content,
    Decision, DecisionOutcome, Declared, Evaluation, GivenApproval, Issued, JournalEnd, Judged, Passage,
    Recommendation, Returned, Separation, StageKind, StageRecord, StageState, Status, Team, Unlawful,
    Verdict, separation::Part,
};

/// Months before now that a declaration of interests covers at least (DOMAIN §3.4).
const DECLARATION_MONTHS: u32 = 24;

impl Case {
    /// The case that an application begins.
    ///
    /// # Errors
    /// [`Unlawful`].
    pub fn open(act: &Act<CaseContent>) -> Result<Self, Unlawful> {
        let CaseContent::Applied(Applied {
            form,
            paper,
            separation,
            workflow,
        }) = &act.content
        else {
            return Err(Unlawful::NotABeginning);
        };
        let journal = JournalEnd::of_first(act)?;
        let by = author(act)?;
        workflow.check()?;
        if workflow.edition != *form.scheme() {
            return Err(Unlawful::OtherScheme {
                applied: form.scheme().clone(),
                stages: workflow.edition.clone(),
            });
        }
        let mut sides = Separation::new(*separation);
        sides.take(by, Part::MAKING);
        let mut case = Self {
            journal,
            form: form.clone(),
            stages: vec![StageRecord::OPEN; workflow.stages.len()],
            workflow: workflow.clone(),
            drafted_by: by.clone(),
            drafted_at: act.at,
            attachments: Vec::new(),
            team: std::collections::BTreeMap::new(),
            paper: paper.clone(),
            evaluation: None,
            evaluation_digest: None,
            approvals: Vec::new(),
            round: 0,
            status: Status::InWork,
            separation: sides,
            evidence: Sha256Digest::of(b""),
        };
        if by.role != case.charge(by, &act.content)?.role {
            let act = act.content.kind();
            return Err(Unlawful::Role { act, found: by.role });
        }
        if case.paper.is_some() {
            // It was evaluated when it was issued; what is done here is to bring it in.
            let place = case.place_of(StageKind::Evaluation);
            case.set(place, StageRecord::settled(StageState::Done, by, act.at, None));
        }
        case.evidence = case.evidence().digest();
        Ok(case)
    }

    /// Takes an act in; leaves everything as it was when it is unlawful.
    ///
    /// # Errors
    /// [`Unlawful`].
    pub fn apply(&mut self, act: &Act<CaseContent>) -> Result<(), Unlawful> {
        self.journal.check(act)?;
        self.take(act.by.as_ref(), act.at, &act.content)?;
        self.journal.seal(act);
        Ok(())
    }

    /// What an act does, before it is sealed into the journal.
    ///
    /// # Errors
    /// [`Unlawful`].
    pub fn take(&mut self, by: Option<&Actor>, at: Timestamp, content: &CaseContent) -> Result<(), Unlawful> {
        if usize::try_from(self.acts()).unwrap_or(usize::MAX) >= MAX_CASE_ACTS {
            let limit = MAX_CASE_ACTS;
            return Err(Unlawful::TooManyActs { limit });
        }
        self.journal.check_clock(at)?;
        self.check_status(content)?;
        if let CaseContent::Issued(issued) = content {
            return self.issue(by, issued);
        }
        let act = content.kind();
        let by = by.ok_or(Unlawful::Author {
            act,
            by_person: false,
        })?;
        if self.charge(by, content)?.role != by.role {
            return Err(Unlawful::Role { act, found: by.role });
        }
        let part = self.part(content);
        if let Some(part) = part {
            self.separation.check(by, part)?;
        }
        self.check_paper(content)?;
        match content {
            CaseContent::Applied(_) => return Err(Unlawful::NotABeginning),
            CaseContent::Amended(amended) => self.amend(amended)?,
            CaseContent::Attached(attached) => self.attach(attached)?,
            CaseContent::Assigned(assigned) => self.assign(assigned)?,
            CaseContent::Declared(declared) => self.declare(by, at, declared)?,
            CaseContent::Evaluated(evaluation) => self.evaluate(by, at, evaluation)?,
            CaseContent::Done(done) => {
                self.settle(by, at, &done.stage, StageState::Done, done.note.as_ref())?
            }
            CaseContent::Waived(it) => {
                self.settle(by, at, &it.stage, StageState::Waived, Some(&it.reason))?
            }
            CaseContent::Judged(judged) => self.judge(by, at, judged)?,
            CaseContent::Returned(returned) => self.give_back(returned)?,
            CaseContent::Closed(_) => self.status = Status::Closed,
            CaseContent::Issued(_) => {}
        }
        if let Some(part) = part {
            self.separation.take(by, part);
        }
        Ok(())
    }

    /// What an act takes of whoever does it: their side, and for judgements the stage.
    pub(crate) fn part<'a>(&self, content: &'a CaseContent) -> Option<Part<'a>> {
        match content {
            CaseContent::Applied(_)
            | CaseContent::Amended(_)
            | CaseContent::Attached(_)
            | CaseContent::Assigned(_)
            | CaseContent::Declared(_)
            | CaseContent::Evaluated(_) => Some(Part::MAKING),
            CaseContent::Judged(judged) => Some(Part {
                judgement: Some((judged.verdict.stage_kind(), &judged.stage)),
                ..Part::JUDGING
            }),
            CaseContent::Returned(_) => Some(Part::JUDGING),
            // Who does without an approval judges in its place.
            CaseContent::Waived(waived) => {
                let kind = self.workflow.find(&waived.stage).map(|(_, rule)| rule.kind);
                (kind == Some(StageKind::Approval)).then_some(Part::JUDGING)
            }
            CaseContent::Done(_) | CaseContent::Issued(_) | CaseContent::Closed(_) => None,
        }
    }

    fn check_status(&self, content: &CaseContent) -> Result<(), Unlawful> {
        let lawful = match &self.status {
            Status::InWork => true,
            Status::Issued { .. } => matches!(content, CaseContent::Issued(_)),
            Status::Refused | Status::Closed => false,
        };
        if lawful {
            Ok(())
        } else {
            let (act, status) = (content.kind(), self.status.name());
            Err(Unlawful::Status { act, status })
        }
    }

    /// A certificate brought in is not evaluated again, and stands with the file that shows it.
    fn check_paper(&self, content: &CaseContent) -> Result<(), Unlawful> {
        let Some(paper) = &self.paper else { return Ok(()) };
        let act = content.kind();
        match content {
            CaseContent::Assigned(_) | CaseContent::Declared(_) | CaseContent::Evaluated(_) => {
                Err(Unlawful::OnPaper { act })
            }
            CaseContent::Returned(returned) => match self.workflow.find(&returned.to) {
                Some((_, rule)) if rule.kind == StageKind::Evaluation => Err(Unlawful::OnPaper { act }),
                _ => Ok(()),
            },
            CaseContent::Judged(_) => {
                let digest = paper.report.digest;
                let shown = |file: &super::Attachment| {
                    file.digest == digest && file.purpose == AttachmentPurpose::Report
                };
                if self.attachments.iter().any(shown) {
                    Ok(())
                } else {
                    Err(Unlawful::NoReport { digest })
                }
            }
            _ => Ok(()),
        }
    }

    fn refresh(&mut self) {
        self.evidence = self.evidence().digest();
    }

    fn amend(&mut self, amended: &Amended) -> Result<(), Unlawful> {
        if amended.form.scheme() != self.form.scheme() {
            return Err(Unlawful::OtherScheme {
                applied: amended.form.scheme().clone(),
                stages: self.workflow.edition.clone(),
            });
        }
        self.form = amended.form.clone();
        self.refresh();
        Ok(())
    }

    fn attach(&mut self, attached: &Attached) -> Result<(), Unlawful> {
        let attachment = &attached.attachment;
        let same = |other: &super::Attachment| {
            other.digest == attachment.digest && other.purpose == attachment.purpose
        };
        if self.attachments.iter().any(same) {
            return Err(Unlawful::AttachedTwice {
                name: attachment.name.clone(),
            });
        }
        self.attachments.push(attachment.clone());
        self.refresh();
        Ok(())
    }

    fn assign(&mut self, assigned: &Assigned) -> Result<(), Unlawful> {
        let person = &assigned.evaluator;
        if self.team.contains_key(person) {
            return Err(Unlawful::AssignedTwice {
                person: person.clone(),
            });
        }
        self.separation.check_side(person, Part::MAKING.side)?;
        self.team.insert(person.clone(), Team::Assigned);
        Ok(())
    }

    fn declare(&mut self, by: &Actor, at: Timestamp, declared: &Declared) -> Result<(), Unlawful> {
        let person = &by.person;
        match self.team.get(person) {
            None => {
                return Err(Unlawful::NotAssigned {
                    person: person.clone(),
                });
            }
            Some(Team::Declared(before)) if before.conflict.is_some() => {
                return Err(Unlawful::ConflictOfInterest {
                    person: person.clone(),
                });
            }
            Some(Team::Assigned | Team::Declared(_)) => {}
        }
        let (covers_from, today) = (declared.covers_from, Date::of(at));
        if covers_from
            .add_months(DECLARATION_MONTHS)
            .is_none_or(|until| until > today)
        {
            return Err(Unlawful::DeclarationTooShort { covers_from, today });
        }
        self.team.insert(person.clone(), Team::Declared(declared.clone()));
        self.refresh();
        Ok(())
    }

    fn evaluate(&mut self, by: &Actor, at: Timestamp, evaluation: &Evaluation) -> Result<(), Unlawful> {
        for (person, team) in &self.team {
            if *team == Team::Assigned {
                return Err(Unlawful::NotDeclared {
                    person: person.clone(),
                });
            }
        }
        let person = by.person.clone();
        match self.team.get(&person) {
            None | Some(Team::Assigned) => return Err(Unlawful::NotAssigned { person }),
            Some(Team::Declared(declared)) if declared.conflict.is_some() => {
                return Err(Unlawful::ConflictOfInterest { person });
            }
            Some(Team::Declared(_)) => {}
        }
        let (on, today) = (evaluation.assessed_on, Date::of(at));
        if on > today {
            return Err(Unlawful::InFuture { on, today });
        }
        let digest = evaluation.report.digest;
        let report =
            |file: &super::Attachment| file.digest == digest && file.purpose == AttachmentPurpose::Report;
        if !self.attachments.iter().any(report) {
            return Err(Unlawful::NoReport { digest });
        }
        let place = self.place_of(StageKind::Evaluation);
        if let Some(stage) = place {
            self.check_gate(stage)?;
        }
        self.evaluation = Some(evaluation.clone());
        self.evaluation_digest = Some(evaluation.digest());
        self.refresh();
        self.set(place, StageRecord::settled(StageState::Done, by, at, None));
        Ok(())
    }

    fn settle(
        &mut self,
        by: &Actor,
        at: Timestamp,
        code: &Text,
        state: StageState,
        note: Option<&Passage>,
    ) -> Result<(), Unlawful> {
        let unknown = || Unlawful::UnknownStage { stage: code.clone() };
        let (place, rule) = self.workflow.find(code).ok_or_else(unknown)?;
        if self
            .stages
            .get(place)
            .is_none_or(|record| record.state != StageState::NotDone)
        {
            return Err(Unlawful::Settled { stage: code.clone() });
        }
        if rule.kind == StageKind::Approval {
            self.check_next(code)?;
            self.check_fresh()?;
        }
        self.set(Some(place), StageRecord::settled(state, by, at, note));
        Ok(())
    }

    fn judge(&mut self, by: &Actor, at: Timestamp, judged: &Judged) -> Result<(), Unlawful> {
        let Judged {
            approval,
            stage,
            verdict,
        } = judged;
        let unknown = || Unlawful::UnknownStage { stage: stage.clone() };
        let (place, rule) = self.workflow.find(stage).ok_or_else(unknown)?;
        let (kind, office) = (rule.kind, rule.office.clone());
        let wanted = verdict.stage_kind();
        if kind != wanted {
            let (stage, found) = (stage.clone(), kind);
            return Err(Unlawful::OtherKind { stage, found, wanted });
        }
        // A signing opinion may be given anew until the certificate is numbered: its first day must be near.
        if !(kind == StageKind::Signing && self.next_stage().is_none()) {
            self.check_next(stage)?;
        }
        self.check_gate(place)?;
        self.check_fresh()?;
        self.check_verdict(verdict)?;
        let expected = self.with_bundle(by, stage, verdict, |bundle| bundle.digest());
        if approval.bundle != expected {
            let found = approval.bundle;
            return Err(Unlawful::OtherBundle { found, expected });
        }
        self.approvals.retain(|given| given.stage != *stage);
        self.approvals.push(GivenApproval {
            stage: stage.clone(),
            office,
            by: by.clone(),
            at,
            verdict: verdict.clone(),
            approval: approval.clone(),
            evidence: self.evidence,
        });
        self.set(
            Some(place),
            StageRecord::settled(StageState::Done, by, at, note_of(verdict)),
        );
        if let Verdict::Decision(Decision {
            outcome: DecisionOutcome::Refuse,
            ..
        }) = verdict
        {
            self.status = Status::Refused;
        }
        Ok(())
    }

    /// What a decision must say, and what it needs (ISO/IEC 17065 §7.6).
    fn check_verdict(&self, verdict: &Verdict) -> Result<(), Unlawful> {
        let Verdict::Decision(decision) = verdict else {
            return Ok(());
        };
        let recommended = self.approvals.iter().find_map(|given| match &given.verdict {
            Verdict::Review(review) => Some(review.recommendation),
            _ => None,
        });
        let follows = match decision.outcome {
            DecisionOutcome::Grant => recommended == Some(Recommendation::Positive),
            DecisionOutcome::Refuse => false,
        };
        if !follows && decision.reason.is_none() {
            return Err(Unlawful::NoReason);
        }
        let level = self.level();
        if decision.outcome == DecisionOutcome::Grant && level.is_none() {
            return Err(Unlawful::NoLevel);
        }
        Ok(())
    }

    fn give_back(&mut self, returned: &Returned) -> Result<(), Unlawful> {
        let to = &returned.to;
        let unknown = || Unlawful::UnknownStage { stage: to.clone() };
        let (place, rule) = self.workflow.find(to).ok_or_else(unknown)?;
        let settled = |record: &StageRecord| record.state != StageState::NotDone;
        if rule.kind == StageKind::Task || !self.stages.get(place).is_some_and(settled) {
            return Err(Unlawful::NotEarlier { to: to.clone() });
        }
        let again: Vec<Text> = self
            .workflow
            .stages
            .iter()
            .skip(place)
            .map(|rule| rule.code.clone())
            .collect();
        for (rule, record) in self.workflow.stages.iter().zip(&mut self.stages).skip(place) {
            if rule.kind != StageKind::Task {
                *record = StageRecord::OPEN;
            }
        }
        self.approvals.retain(|given| !again.contains(&given.stage));
        self.round = self.round.saturating_add(1);
        Ok(())
    }

    fn issue(&mut self, by: Option<&Actor>, issued: &Issued) -> Result<(), Unlawful> {
        if by.is_some() {
            let act = "issued";
            return Err(Unlawful::Author { act, by_person: true });
        }
        if let Some(next) = self.next_stage() {
            return Err(Unlawful::Open {
                stage: next.code.clone(),
            });
        }
        self.check_fresh()?;
        self.status = Status::Issued {
            number: issued.number.clone(),
            version: issued.version,
        };
        Ok(())
    }

    fn check_next(&self, code: &Text) -> Result<(), Unlawful> {
        let next = self.next_stage().map(|rule| &rule.code);
        if next == Some(code) {
            return Ok(());
        }
        let place = self.workflow.find(code).map(|(place, _)| place);
        let record = place.and_then(|place| self.stages.get(place));
        let stage = code.clone();
        match (next, record) {
            (Some(next), Some(record)) if record.state == StageState::NotDone => {
                let next = next.clone();
                Err(Unlawful::NotNext { stage, next })
            }
            _ => Err(Unlawful::Settled { stage }),
        }
    }

    fn check_gate(&self, place: usize) -> Result<(), Unlawful> {
        let Some(rule) = self.workflow.stages.get(place) else {
            return Ok(());
        };
        match self.waits_for(&rule.code).next() {
            Some(task) => Err(Unlawful::Waits {
                stage: rule.code.clone(),
                task: task.code.clone(),
            }),
            None => Ok(()),
        }
    }

    fn check_fresh(&self) -> Result<(), Unlawful> {
        match self.stale() {
            Some(given) => Err(Unlawful::Stale {
                stage: given.stage.clone(),
                approved: given.evidence,
                found: self.evidence,
            }),
            None => Ok(()),
        }
    }

    fn place_of(&self, kind: StageKind) -> Option<usize> {
        self.workflow.stages.iter().position(|rule| rule.kind == kind)
    }

    fn set(&mut self, place: Option<usize>, settled: StageRecord) {
        if let Some(record) = place.and_then(|place| self.stages.get_mut(place)) {
            *record = settled;
        }
    }
}

fn author(act: &Act<CaseContent>) -> Result<&Actor, Unlawful> {
    let kind = act.content.kind();
    act.by.as_ref().ok_or(Unlawful::Author {
        act: kind,
        by_person: false,
    })
}

fn note_of(verdict: &Verdict) -> Option<&Passage> {
    match verdict {
        Verdict::Review(review) => review.note.as_ref(),
        Verdict::Consent(consent) => consent.note.as_ref(),
        Verdict::Opinion(opinion) => Some(&opinion.opinion),
        Verdict::Decision(_) => None,
    }
}
