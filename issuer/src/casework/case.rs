//! A case: the fold of its acts.

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    digest::Sha256Digest,
    text::Text,
};

use super::{
    Act, Actor, Approval, Attachment, Bundle, CaseContent, Charge, Declared, Evaluation, Evidence, Form,
    JournalEnd, PaperCertificate, Passage, Role, Separation, StageKind, StageRule, Unlawful, Verdict,
    WaivedStage, Workflow,
};

/// How far a case is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Being worked on.
    InWork,
    /// Refused: final.
    Refused,
    /// Numbered and prepared; its life goes on as a certificate.
    Issued {
        /// 证书编号.
        number: CredentialNumber,
        /// Version.
        version: Version,
    },
    /// Closed without a decision: final.
    Closed,
}

impl Status {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::InWork => "inWork",
            Self::Refused => "refused",
            Self::Issued { .. } => "issued",
            Self::Closed => "closed",
        }
    }
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// 未做.
    NotDone,
    /// 已做.
    Done,
    /// 不做.
    Waived,
}

impl StageState {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotDone => "notDone",
            Self::Done => "done",
            Self::Waived => "waived",
        }
    }
}

/// A stage as it stands: who settled it, when, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRecord {
    /// How far it is.
    pub state: StageState,
    /// Who settled it.
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Timestamp>,
    /// What they said, or why it is waived.
    pub note: Option<Passage>,
}

impl StageRecord {
    pub(super) const OPEN: Self = Self {
        state: StageState::NotDone,
        by: None,
        at: None,
        note: None,
    };

    pub(super) fn settled(state: StageState, by: &Actor, at: Timestamp, note: Option<&Passage>) -> Self {
        Self {
            state,
            by: Some(by.clone()),
            at: Some(at),
            note: note.cloned(),
        }
    }
}

/// An evaluator of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Team {
    /// Assigned; nothing declared yet.
    Assigned,
    /// Declared their interests.
    Declared(Declared),
}

/// An approval given in the present round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenApproval {
    /// Code of the stage.
    pub stage: Text,
    /// The office, as the stage names it.
    pub office: Option<Text>,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub verdict: Verdict,
    /// The signature.
    pub approval: Approval,
    /// Digest of the evidence it was given for.
    pub evidence: Sha256Digest,
}

/// A case, as its journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub(super) journal: JournalEnd,
    pub(super) form: Form,
    pub(super) workflow: Workflow,
    pub(super) drafted_by: Actor,
    pub(super) drafted_at: Timestamp,
    pub(super) attachments: Vec<Attachment>,
    pub(super) team: BTreeMap<Text, Team>,
    pub(super) paper: Option<PaperCertificate>,
    pub(super) evaluation: Option<Evaluation>,
    pub(super) evaluation_digest: Option<Sha256Digest>,
    pub(super) stages: Vec<StageRecord>,
    pub(super) approvals: Vec<GivenApproval>,
    pub(super) round: u32,
    pub(super) status: Status,
    pub(super) separation: Separation,
    pub(super) evidence: Sha256Digest,
}

impl Case {
    /// The fold of a journal.
    ///
    /// # Errors
    /// The first act that does not follow from those before it, by its place.
    pub fn fold<'a>(acts: impl IntoIterator<Item = &'a Act<CaseContent>>) -> Result<Self, (u32, Unlawful)> {
        let mut acts = acts.into_iter();
        let first = acts.next().ok_or((0, Unlawful::NotABeginning))?;
        let mut case = Self::open(first).map_err(|error| (first.sequence, error))?;
        for act in acts {
            case.apply(act).map_err(|error| (act.sequence, error))?;
        }
        Ok(case)
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.journal.number()
    }

    /// The application.
    #[must_use]
    pub const fn form(&self) -> &Form {
        &self.form
    }

    /// Its stages.
    #[must_use]
    pub const fn workflow(&self) -> &Workflow {
        &self.workflow
    }

    /// Its stages with what became of each, in order.
    pub fn stages(&self) -> impl Iterator<Item = (&StageRule, &StageRecord)> {
        self.workflow.stages.iter().zip(&self.stages)
    }

    /// Who took the application in, and when.
    #[must_use]
    pub const fn drafted(&self) -> (&Actor, Timestamp) {
        (&self.drafted_by, self.drafted_at)
    }

    /// The files.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// The evaluators assigned.
    #[must_use]
    pub const fn team(&self) -> &BTreeMap<Text, Team> {
        &self.team
    }

    /// The evaluation, once it is on file.
    #[must_use]
    pub const fn evaluation(&self) -> Option<&Evaluation> {
        self.evaluation.as_ref()
    }

    /// The certificate that is brought in, where it was first issued on paper.
    #[must_use]
    pub const fn paper(&self) -> Option<&PaperCertificate> {
        self.paper.as_ref()
    }

    /// The level that follows from the scores, or that the paper has.
    #[must_use]
    pub fn level(&self) -> Option<u8> {
        match &self.paper {
            Some(paper) => Some(paper.level),
            None => self.evaluation.as_ref().and_then(|evaluation| evaluation.level),
        }
    }

    /// The approvals of this round, in order.
    #[must_use]
    pub fn approvals(&self) -> &[GivenApproval] {
        &self.approvals
    }

    /// How often it was returned.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.round
    }

    /// How far it is.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// Who stands on which side.
    #[must_use]
    pub const fn separation(&self) -> &Separation {
        &self.separation
    }

    /// Acts on record.
    #[must_use]
    pub const fn acts(&self) -> u32 {
        self.journal.acts()
    }

    /// Digest of the last act.
    #[must_use]
    pub const fn head(&self) -> Sha256Digest {
        self.journal.head()
    }

    /// When the last act was done.
    #[must_use]
    pub const fn last(&self) -> Timestamp {
        self.journal.last()
    }

    /// The stage of the road that is next; none when all are settled.
    #[must_use]
    pub fn next_stage(&self) -> Option<&StageRule> {
        self.stages()
            .find(|(rule, record)| rule.kind != StageKind::Task && record.state == StageState::NotDone)
            .map(|(rule, _)| rule)
    }

    /// The tasks that hold up a stage.
    pub fn waits_for<'a>(&'a self, stage: &'a Text) -> impl Iterator<Item = &'a StageRule> {
        self.stages()
            .filter(move |(rule, record)| {
                rule.gates.as_ref() == Some(stage) && record.state == StageState::NotDone
            })
            .map(|(rule, _)| rule)
    }

    /// The evaluators who may evaluate: assigned, declared, and free of conflicts.
    pub fn evaluators(&self) -> impl Iterator<Item = &Text> {
        self.team.iter().filter_map(|(person, team)| match team {
            Team::Declared(declared) if declared.conflict.is_none() => Some(person),
            Team::Assigned | Team::Declared(_) => None,
        })
    }

    /// The evidence as it is now.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let declarations = self.team.iter().filter_map(|(person, team)| match team {
            Team::Declared(declared) => Some((person.as_str().to_owned(), declared.clone())),
            Team::Assigned => None,
        });
        Evidence {
            attachments: self.attachments.clone(),
            case: self.number(),
            declarations: declarations.collect(),
            evaluation: self.evaluation_digest,
            form: self.form.digest(),
            level: self.level(),
            paper: self.paper.as_ref().map(PaperCertificate::digest),
            scheme: self.form.scheme().clone(),
        }
    }

    /// The first approval of this round that was given for other evidence than is on file now.
    #[must_use]
    pub fn stale(&self) -> Option<&GivenApproval> {
        self.approvals
            .iter()
            .find(|given| given.evidence != self.evidence)
    }

    /// The bytes somebody is to sign for a verdict in a stage, as the case stands now.
    #[must_use]
    pub fn bundle(&self, by: &Actor, stage: &Text, verdict: &Verdict) -> Vec<u8> {
        self.with_bundle(by, stage, verdict, |bundle| bundle.to_bytes())
    }

    pub(super) fn with_bundle<T>(
        &self,
        by: &Actor,
        stage: &Text,
        verdict: &Verdict,
        then: impl FnOnce(&Bundle<'_>) -> T,
    ) -> T {
        let evidence = self.evidence();
        // An opinion given anew stands in the place of the one before.
        let earlier = self.approvals.iter().filter(|given| given.stage != *stage);
        let waived = self
            .stages()
            .filter(|(rule, record)| rule.kind != StageKind::Task && record.state == StageState::Waived);
        let waived = waived.map(|(rule, record)| WaivedStage {
            by: record.by.as_ref(),
            reason: record.note.as_ref(),
            stage: &rule.code,
        });
        then(&Bundle {
            by,
            earlier: earlier.map(|given| given.approval.bundle).collect(),
            evidence: &evidence,
            round: self.round,
            stage,
            verdict,
            waived: waived.collect(),
        })
    }

    /// What the actor of an act must be entitled to.
    ///
    /// # Errors
    /// [`Unlawful::UnknownStage`], [`Unlawful::Role`] or [`Unlawful::NotWaivable`].
    pub fn charge<'a>(&'a self, by: &Actor, content: &'a CaseContent) -> Result<Charge<'a>, Unlawful> {
        let scheme = Some(self.form.scheme());
        let plain = |role| {
            Ok(Charge {
                role,
                office: None,
                scheme,
            })
        };
        let refused = || Unlawful::Role {
            act: super::Content::kind(content),
            found: by.role,
        };
        match content {
            CaseContent::Applied(_)
            | CaseContent::Amended(_)
            | CaseContent::Assigned(_)
            | CaseContent::Closed(_) => plain(Role::Clerk),
            CaseContent::Attached(_) => match by.role {
                Role::Clerk | Role::Evaluator => plain(by.role),
                _ => Err(refused()),
            },
            CaseContent::Declared(_) | CaseContent::Evaluated(_) => plain(Role::Evaluator),
            CaseContent::Done(done) => {
                let rule = self.rule(&done.stage)?;
                plain(rule.done_by.ok_or_else(|| Unlawful::OtherKind {
                    stage: rule.code.clone(),
                    found: rule.kind,
                    wanted: StageKind::Task,
                })?)
            }
            CaseContent::Waived(waived) => {
                let rule = self.rule(&waived.stage)?;
                let not_waivable = || Unlawful::NotWaivable {
                    stage: rule.code.clone(),
                    by: by.role,
                };
                plain(
                    rule.waived_by
                        .filter(|role| *role == by.role)
                        .ok_or_else(not_waivable)?,
                )
            }
            CaseContent::Judged(judged) => Ok(self.judge_of(self.rule(&judged.stage)?)),
            CaseContent::Returned(returned) => {
                let to = || Unlawful::NotEarlier {
                    to: returned.to.clone(),
                };
                Ok(self.judge_of(self.next_or_last().ok_or_else(to)?))
            }
            CaseContent::Issued(_) => Err(Unlawful::Author {
                act: super::Content::kind(content),
                by_person: true,
            }),
        }
    }

    /// The role in which somebody would do an act; none where the case has no such stage, or several may.
    #[must_use]
    pub fn role_for(&self, content: &CaseContent) -> Option<Role> {
        match content {
            CaseContent::Waived(waived) => self.rule(&waived.stage).ok()?.waived_by,
            CaseContent::Attached(_) => None,
            content => {
                let anybody = Actor::own(self.drafted_by.person.clone(), Role::Clerk);
                self.charge(&anybody, content).ok().map(|charge| charge.role)
            }
        }
    }

    /// Who judges in a stage; whoever may judge may return the case.
    fn judge_of<'a>(&'a self, rule: &'a StageRule) -> Charge<'a> {
        Charge {
            role: rule.kind.judge(),
            office: rule.office.as_ref().filter(|_| rule.kind == StageKind::Approval),
            scheme: Some(self.form.scheme()),
        }
    }

    /// The stage that is next, or the last of the road.
    fn next_or_last(&self) -> Option<&StageRule> {
        self.next_stage().or_else(|| {
            self.workflow
                .stages
                .iter()
                .find(|rule| rule.kind == StageKind::Signing)
        })
    }

    fn rule(&self, code: &Text) -> Result<&StageRule, Unlawful> {
        let found = self.workflow.find(code);
        found
            .map(|(_, rule)| rule)
            .ok_or_else(|| Unlawful::UnknownStage { stage: code.clone() })
    }
}
