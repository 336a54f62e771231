//! The stages of a case: which there are, in which order, which may be waived and by whom. Data of the office, written
//! into each case when it is opened (DOMAIN §3).

use std::collections::BTreeSet;

use touchstone_schemas::{
    budget::MAX_STAGES,
    decode::{ReadError, read},
    record,
    text::Text,
    words,
};

use super::Role;

/// The workflows the office knows: one an edition.
const DEFAULT: &[u8] = include_bytes!("../../data/workflows.json");

/// Longest file of workflows, in bytes: 32 stages of 200 bytes for each of 40 editions.
const MAX_FILE_BYTES: usize = 256 * 1024;

/// What kind of step a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKind {
    /// Something done beside the road, before the stage it gates: 收费, 检查.
    Task,
    /// 评价: evaluation (ISO/IEC 17065 §7.4).
    Evaluation,
    /// 复核: review (§7.5).
    Review,
    /// 审批, 批准: approval in an office.
    Approval,
    /// 认证决定: decision (§7.6).
    Decision,
    /// 签发: signing opinion (§7.7).
    Signing,
}

words! { StageKind {
    Task = "task",
    Evaluation = "evaluation",
    Review = "review",
    Approval = "approval",
    Decision = "decision",
    Signing = "signing",
} }

impl StageKind {
    /// The role that judges in stages of this kind; who judges may also return the case.
    #[must_use]
    pub const fn judge(self) -> Role {
        match self {
            Self::Task | Self::Evaluation | Self::Review => Role::Reviewer,
            Self::Approval => Role::Approver,
            Self::Decision => Role::Decider,
            Self::Signing => Role::Signatory,
        }
    }
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageRule {
    /// Its code, by which acts name it.
    pub code: Text,
    /// Its kind.
    pub kind: StageKind,
    /// Its name.
    pub name: Text,
    /// Its English name.
    pub name_en: Text,
    /// The office that acts: 复核, 处长, 主任, 认证决定. Approvers hold that office; for others it is a name on record.
    pub office: Option<Text>,
    /// Who does it, for a task.
    pub done_by: Option<Role>,
    /// The stage that waits for it, for a task.
    pub gates: Option<Text>,
    /// Who may waive it 不做; it may not be waived when absent.
    pub waived_by: Option<Role>,
}

record! { StageRule {
    "code": code,
    "doneBy"? done_by,
    "gates"? gates,
    "kind": kind,
    "name": name,
    "nameEn": name_en,
    "office"? office,
    "waivedBy"? waived_by,
} }

/// The stages of a case, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// The edition it is for.
    pub edition: Text,
    /// The stages.
    pub stages: Vec<StageRule>,
}

record! { Workflow { "edition": edition, "stages": stages } }

/// Workflows, one an edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflows {
    workflows: Vec<Workflow>,
}

record! { Workflows { "workflows": workflows } }

/// Why a workflow is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// The file does not read.
    #[error("workflows: {0}")]
    Read(#[from] ReadError),
    /// Two workflows for one edition.
    #[error("there are two workflows for {edition}")]
    TwoWorkflows {
        /// The edition.
        edition: Text,
    },
    /// Two stages of one code.
    #[error("two stages have the code {code}")]
    TwoStages {
        /// The code.
        code: Text,
    },
    /// More stages than the budget allows.
    #[error("{found} stages, at most {limit} are allowed")]
    TooMany {
        /// Stages found.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Not one evaluation, one review, any approvals, one decision and one signing, in that order.
    #[error(
        "stages are one evaluation, one review, any approvals, one decision and one signing, in that order"
    )]
    Order,
    /// A task without somebody who does it, or without a later stage that waits for it; or another stage with either.
    #[error("stage {code}: a task names who does it and the stage that waits for it, no other stage does")]
    Task {
        /// The code.
        code: Text,
    },
    /// A stage of the road that gives no office where one acts.
    #[error("stage {code} names no office")]
    NoOffice {
        /// The code.
        code: Text,
    },
    /// A stage that ISO/IEC 17065 does not let a body leave out.
    #[error("stage {code} is {} and cannot be waived", kind.name())]
    NotWaivable {
        /// The code.
        code: Text,
        /// Its kind.
        kind: StageKind,
    },
}

impl Workflows {
    /// Reads and checks a file of workflows.
    ///
    /// # Errors
    /// [`WorkflowError`].
    pub fn read(bytes: &[u8]) -> Result<Self, WorkflowError> {
        let workflows: Self = read(bytes, MAX_FILE_BYTES)?;
        let mut editions = BTreeSet::new();
        for workflow in &workflows.workflows {
            workflow.check()?;
            if !editions.insert(&workflow.edition) {
                let edition = workflow.edition.clone();
                return Err(WorkflowError::TwoWorkflows { edition });
            }
        }
        Ok(workflows)
    }

    /// Those compiled in.
    ///
    /// # Errors
    /// None that a test does not find.
    pub fn built_in() -> Result<Self, WorkflowError> {
        Self::read(DEFAULT)
    }

    /// Adds the workflow of a scheme whose files the body brought, unless the office's own file has one for it.
    pub(crate) fn add(&mut self, workflow: Workflow) {
        if self.of(workflow.edition.as_str()).is_none() {
            self.workflows.push(workflow);
        }
    }

    /// The workflow of an edition.
    #[must_use]
    pub fn of(&self, edition: &str) -> Option<&Workflow> {
        self.workflows
            .iter()
            .find(|workflow| workflow.edition.as_str() == edition)
    }
}

impl Workflow {
    /// Reads and checks a file of one workflow.
    ///
    /// # Errors
    /// [`WorkflowError`].
    pub fn read(bytes: &[u8]) -> Result<Self, WorkflowError> {
        let workflow: Self = read(bytes, MAX_FILE_BYTES)?;
        workflow.check()?;
        Ok(workflow)
    }

    /// The stage of that code, and its place.
    #[must_use]
    pub fn find(&self, code: &Text) -> Option<(usize, &StageRule)> {
        self.stages
            .iter()
            .enumerate()
            .find(|(_, stage)| stage.code == *code)
    }

    /// The stages by which a certificate first issued on paper is brought in: its transcription is reviewed, decided on
    /// and signed for, each by another person. What was asked for the paper is not asked again.
    #[must_use]
    pub fn on_paper(&self) -> Self {
        let kept = |rule: &&StageRule| !matches!(rule.kind, StageKind::Task | StageKind::Approval);
        Self {
            edition: self.edition.clone(),
            stages: self.stages.iter().filter(kept).cloned().collect(),
        }
    }

    /// Checks what the shape of the file does not.
    ///
    /// # Errors
    /// [`WorkflowError`].
    pub fn check(&self) -> Result<(), WorkflowError> {
        let (found, limit) = (self.stages.len(), MAX_STAGES);
        if found > limit {
            return Err(WorkflowError::TooMany { found, limit });
        }
        let mut codes = BTreeSet::new();
        for stage in &self.stages {
            if !codes.insert(&stage.code) {
                return Err(WorkflowError::TwoStages {
                    code: stage.code.clone(),
                });
            }
            self.check_stage(stage)?;
        }
        let road: Vec<StageKind> = self
            .stages
            .iter()
            .map(|stage| stage.kind)
            .filter(|kind| *kind != StageKind::Task)
            .collect();
        let sound = match road.as_slice() {
            [
                StageKind::Evaluation,
                StageKind::Review,
                approvals @ ..,
                StageKind::Decision,
                StageKind::Signing,
            ] => approvals.iter().all(|kind| *kind == StageKind::Approval),
            _ => false,
        };
        if sound { Ok(()) } else { Err(WorkflowError::Order) }
    }

    fn check_stage(&self, stage: &StageRule) -> Result<(), WorkflowError> {
        let code = || stage.code.clone();
        let gated = stage.gates.as_ref().and_then(|gated| self.find(gated));
        let sound = match stage.kind {
            StageKind::Task => {
                stage.done_by.is_some() && gated.is_some_and(|(_, gated)| gated.kind != StageKind::Task)
            }
            _ => stage.done_by.is_none() && stage.gates.is_none(),
        };
        if !sound {
            return Err(WorkflowError::Task { code: code() });
        }
        match stage.kind {
            StageKind::Review | StageKind::Approval | StageKind::Decision if stage.office.is_none() => {
                Err(WorkflowError::NoOffice { code: code() })
            }
            StageKind::Task | StageKind::Approval => Ok(()),
            kind if stage.waived_by.is_some() => Err(WorkflowError::NotWaivable { code: code(), kind }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflows_compiled_in_are_sound() {
        let workflows = Workflows::built_in().unwrap();
        assert!(workflows.of("cmmm-2020").is_some_and(|it| it.stages.len() >= 6));
    }

    #[test]
    fn unsound_workflows_are_refused() {
        let sound = String::from_utf8(DEFAULT.to_vec()).unwrap();
        for (from, to, wanted) in [
            ("\"kind\": \"review\"", "\"kind\": \"approval\"", "in that order"),
            ("\"code\": \"director\"", "\"code\": \"division\"", "two stages"),
            ("\"doneBy\": \"clerk\",", "", "a task names"),
            ("\"gates\": \"signing\"", "\"gates\": \"nowhere\"", "a task names"),
            ("\"office\": \"处长\",", "", "names no office"),
            (
                "\"office\": \"复核\"",
                "\"office\": \"复核\", \"waivedBy\": \"decider\"",
                "cannot be waived",
            ),
        ] {
            assert!(sound.contains(from), "{from}");
            let error = Workflows::read(sound.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(error.to_string().contains(wanted), "{from}: {error}");
        }
    }
}
