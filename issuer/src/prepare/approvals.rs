//! Who did what on a file.

use serde::{Deserialize, Serialize};
use touchstone_schemas::{date_time::Date, text::Text};

use super::CaseFile;

/// A duty somebody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Duty {
    /// Which.
    pub kind: DutyKind,
    /// The person.
    pub person: Text,
    /// The office held, for duties on the judging side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Text>,
    /// When.
    pub on: Date,
    /// Place among the approvals; 0 for other duties.
    pub place: u32,
    /// Whether the scheme's rule keeps this duty from the person's others on the judging side.
    pub exclusive: bool,
    /// The deputy who did it in the person's name 代: the duty counts for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Text>,
}

/// The kinds of duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DutyKind {
    /// Drafted the file.
    Drafter,
    /// Evaluated.
    Evaluator,
    /// Reviewed.
    Reviewer,
    /// Approved.
    Approver,
    /// Decided.
    Decider,
}

/// The two sides of a file; nobody is on both (DESIGN §2 invariant 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Drafts and evaluates.
    Making,
    /// Reviews, approves and decides.
    Judging,
}

impl DutyKind {
    const ALL: [Self; 5] = [
        Self::Drafter,
        Self::Evaluator,
        Self::Reviewer,
        Self::Approver,
        Self::Decider,
    ];

    /// The kind of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The side it belongs to.
    #[must_use]
    pub const fn side(self) -> Side {
        match self {
            Self::Drafter | Self::Evaluator => Side::Making,
            Self::Reviewer | Self::Approver | Self::Decider => Side::Judging,
        }
    }

    /// Its name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafter => "drafter",
            Self::Evaluator => "evaluator",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
            Self::Decider => "decider",
        }
    }
}

impl Side {
    /// Its name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Making => "making",
            Self::Judging => "judging",
        }
    }
}

impl CaseFile<'_> {
    /// The duties on file, as far as they could be read, each with its place in the application.
    #[must_use]
    pub fn duties(&self) -> Vec<(String, Duty)> {
        let file = self.application;
        let rules = self.scheme.map(|scheme| &scheme.edition.rules);
        let may_decide = rules.is_some_and(|rules| rules.reviewer_may_decide.value);
        let may_repeat = rules.is_some_and(|rules| rules.consecutive_approvals_by_one_person.value);
        let mut duties = Vec::new();
        let mut add = |pointer: String, kind: DutyKind, people: People<'_>, on: Option<Date>, place| {
            let (Some(person), Some(on)) = (people.by, on) else {
                return;
            };
            let exclusive = match kind {
                DutyKind::Reviewer | DutyKind::Decider => !may_decide,
                DutyKind::Approver => !may_repeat,
                DutyKind::Drafter | DutyKind::Evaluator => false,
            };
            let duty = |person: &Text, through: Option<&Text>| Duty {
                kind,
                person: person.clone(),
                office: people.office.clone(),
                on,
                place,
                exclusive,
                through: through.cloned(),
            };
            duties.push((pointer.clone(), duty(person, None)));
            if let Some(delegator) = people.behalf_of {
                duties.push((pointer, duty(delegator, Some(person))));
            }
        };
        let drafters = People {
            by: file.drafted_by.as_ref(),
            behalf_of: file.drafted_for.as_ref(),
            office: &None,
        };
        add(
            "/drafting".into(),
            DutyKind::Drafter,
            drafters,
            file.drafted_on,
            0,
        );
        for (place, person) in file.evaluation.evaluators.iter().enumerate() {
            let pointer = format!("/evaluation/evaluators/{place}");
            let evaluator = People {
                by: Some(person),
                behalf_of: None,
                office: &None,
            };
            add(
                pointer,
                DutyKind::Evaluator,
                evaluator,
                file.evaluation.assessed_on,
                0,
            );
        }
        let review = &file.review;
        let reviewers = People::of(&review.by, &review.behalf_of, &review.office);
        add("/review".into(), DutyKind::Reviewer, reviewers, review.on, 0);
        for (place, approval) in (0u32..).zip(&file.approvals) {
            let pointer = format!("/approvals/{place}");
            let approvers = People::of(&approval.by, &approval.behalf_of, &approval.office);
            add(pointer, DutyKind::Approver, approvers, approval.on, place);
        }
        let decision = &file.decision;
        let deciders = People::of(&decision.by, &decision.behalf_of, &decision.office);
        add("/decision".into(), DutyKind::Decider, deciders, decision.on, 0);
        duties
    }
}

/// Who did a duty, and for whom.
#[derive(Clone, Copy)]
struct People<'a> {
    by: Option<&'a Text>,
    behalf_of: Option<&'a Text>,
    office: &'a Option<Text>,
}

impl<'a> People<'a> {
    const fn of(by: &'a Option<Text>, behalf_of: &'a Option<Text>, office: &'a Option<Text>) -> Self {
        Self {
            by: by.as_ref(),
            behalf_of: behalf_of.as_ref(),
            office,
        }
    }
}
