//! The books of somebody who watches, from the acts taken in alone.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_issuer::casework::{Actor, CaseContent, DecisionOutcome, Personnel, StageKind, Verdict};
use touchstone_schemas::{date_time::Date, text::Text};

use crate::casework::staff::text;

/// The books of somebody who watches: from what was taken in, not from the case.
#[derive(Default)]
pub(super) struct Witness {
    pub(super) making: BTreeSet<Text>,
    pub(super) judging: BTreeSet<Text>,
    pub(super) reviewed: BTreeSet<Text>,
    pub(super) decided: BTreeSet<Text>,
    pub(super) approved: BTreeMap<Text, BTreeSet<Text>>,
    /// What is on file, by name.
    pub(super) evidence: BTreeMap<String, String>,
    /// For each stage settled in this round, the evidence it was judged on.
    pub(super) settled: BTreeMap<Text, Option<BTreeMap<String, String>>>,
    pub(super) granted: bool,
    pub(super) issued: bool,
    /// Somebody judged without the role, or without a mandate of somebody who has it.
    pub(super) presumed: bool,
}

impl Witness {
    pub(super) fn see(&mut self, workflow: &[(Text, StageKind)], by: Option<&Actor>, content: &CaseContent) {
        let people: Vec<Text> = by.into_iter().flat_map(Actor::people).cloned().collect();
        let kind = |code: &Text| workflow.iter().find(|(found, _)| found == code).unwrap().1;
        match content {
            CaseContent::Applied(_) | CaseContent::Amended(_) => self.making.extend(people),
            CaseContent::Attached(attached) => {
                self.making.extend(people);
                let digest = attached.attachment.digest.to_string();
                self.evidence.insert(digest, attached.attachment.name.to_string());
            }
            CaseContent::Declared(declared) => {
                self.evidence
                    .insert(format!("declared {}", people[0]), format!("{declared:?}"));
                self.making.extend(people);
            }
            // The model's evaluations are all the same.
            CaseContent::Evaluated(_) => {
                self.making.extend(people);
                self.evidence.insert("evaluated".to_owned(), String::new());
                self.settled.insert(text("evaluation"), None);
            }
            CaseContent::Assigned(_) => self.making.extend(people),
            CaseContent::Done(done) => {
                self.settled.insert(done.stage.clone(), None);
            }
            CaseContent::Waived(waived) => {
                let approval = kind(&waived.stage) == StageKind::Approval;
                assert!(approval || kind(&waived.stage) == StageKind::Task, "{waived:?}");
                if approval {
                    self.judging.extend(people);
                }
                self.settled.insert(waived.stage.clone(), None);
            }
            CaseContent::Judged(judged) => {
                self.judging.extend(people.iter().cloned());
                self.settled
                    .insert(judged.stage.clone(), Some(self.evidence.clone()));
                match &judged.verdict {
                    Verdict::Review(_) => self.reviewed.extend(people),
                    Verdict::Consent(_) => {
                        for person in people {
                            self.approved
                                .entry(person)
                                .or_default()
                                .insert(judged.stage.clone());
                        }
                    }
                    Verdict::Decision(decision) => {
                        self.granted = decision.outcome == DecisionOutcome::Grant;
                        self.decided.extend(people);
                    }
                    Verdict::Opinion(_) => {}
                }
            }
            CaseContent::Returned(returned) => {
                self.judging.extend(people);
                let from = workflow
                    .iter()
                    .position(|(code, _)| *code == returned.to)
                    .unwrap();
                for (code, kind) in &workflow[from..] {
                    if *kind != StageKind::Task {
                        self.settled.remove(code);
                    }
                }
            }
            CaseContent::Issued(_) => self.issued = true,
            CaseContent::Closed(_) => {}
        }
    }

    /// Looks the judge up in the list of people, by hand: the model's days are today and yesterday.
    pub(super) fn look_up(&mut self, people: &Personnel, by: &Actor, office: Option<&Text>, today: Date) {
        let holder = by.delegator().unwrap_or(&by.person);
        let holds = people.roles().iter().any(|it| {
            let over = it.given.until.is_some_and(|until| until < today);
            (&it.given.person, it.given.role, it.given.office.as_ref()) == (holder, by.role, office) && !over
        });
        let deputises = by.deputising.as_ref().is_none_or(|deputising| {
            people.mandates().iter().any(|it| {
                let given = &it.given;
                it.number == deputising.mandate
                    && (&given.delegator, &given.deputy) == (holder, &by.person)
                    && (given.role, given.office.as_ref()) == (by.role, office)
                    && given.until >= today
            })
        });
        self.presumed |= !holds || !deputises;
    }

    /// What an issued case may not be.
    pub(super) fn faults(&self, workflow: &[(Text, StageKind)]) -> Vec<&'static str> {
        let apart = |one: &BTreeSet<Text>, other: &BTreeSet<Text>| one.is_disjoint(other);
        let checks = [
            ("somebody on both sides", apart(&self.making, &self.judging)),
            ("the reviewer decided", apart(&self.reviewed, &self.decided)),
            (
                "one person in two approval offices",
                self.approved.values().all(|stages| stages.len() == 1),
            ),
            (
                "a stage left out",
                workflow.iter().all(|(code, _)| self.settled.contains_key(code)),
            ),
            (
                "approved on other evidence",
                self.settled
                    .values()
                    .flatten()
                    .all(|evidence| *evidence == self.evidence),
            ),
            ("not granted", self.granted),
            ("somebody not entitled", !self.presumed),
        ];
        checks
            .into_iter()
            .filter(|(_, sound)| !sound)
            .map(|(fault, _)| fault)
            .collect()
    }
}
