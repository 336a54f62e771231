//! From the fields of a draft to what evaluators hand in.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_schemas::{
    scheme::{
        assessment::Assessment,
        model::Node,
        requirement::{Basis, Requirement, Value},
        sheet::{Cut, Score, ScoreSheet},
    },
    text::Text,
};

use crate::casework::{Passage, ReportReference, SubDomainFinding, desk::EvaluationDraft};

/// Fields by name.
pub(super) type Values = BTreeMap<String, String>;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field.
    pub(super) name: String,
    /// What.
    pub(super) message: String,
}

/// A draft, read by its scheme.
pub(super) struct Draft<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) values: &'a Values,
}

impl<'a> Draft<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.values.get(name).map(|value| value.trim());
        found.filter(|value| !value.is_empty())
    }

    /// The weight set chosen, the first one until then.
    pub(super) fn weight_set(&self) -> &'a str {
        let first = self
            .assessment
            .weight_sets
            .first()
            .map_or("", |set| set.id.as_str());
        self.get("weightSet").unwrap_or(first)
    }

    /// The domains cut, each with its reason.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        let all = self.assessment.model.all().into_iter();
        let cut = |node: &Node| {
            Some(Cut {
                domain: node.id.clone(),
                reason: self.get(&format!("cut/{}", node.id))?.to_owned(),
            })
        };
        all.filter(|node| node.may_be_cut).filter_map(cut).collect()
    }

    /// The sub-domains that are assessed: those of the weight set that are not cut.
    pub(super) fn sub_domains(&self) -> Vec<&'a Node> {
        let set = self.assessment.weight_set(self.weight_set());
        let mut left_out: BTreeSet<String> = self.cuts().into_iter().map(|cut| cut.domain).collect();
        left_out.extend(set.into_iter().flat_map(|set| set.omits.iter().cloned()));
        let below = |node: &Node| {
            left_out
                .iter()
                .any(|out| node.id == *out || node.id.starts_with(&format!("{out}.")))
        };
        let all = self.assessment.model.all().into_iter();
        all.filter(|node| node.is_sub_domain() && !below(node)).collect()
    }

    /// The requirements of a sub-domain, by level.
    pub(super) fn requirements(&self, sub_domain: &str) -> Vec<&'a Requirement> {
        let all = self.assessment.catalogue.requirements.iter();
        let mut found: Vec<&Requirement> = all.filter(|it| it.sub_domain == sub_domain).collect();
        found.sort_by(|one, other| (one.level, &one.id).cmp(&(other.level, &other.id)));
        found
    }

    /// What is found on a requirement, once both value and basis are chosen.
    fn score(&self, requirement: &str) -> Option<Score> {
        Some(Score {
            requirement: requirement.to_owned(),
            value: Value::of_name(self.get(&format!("value/{requirement}"))?)?,
            basis: Basis::of_name(self.get(&format!("basis/{requirement}"))?)?,
        })
    }

    /// How many requirements of a sub-domain are scored.
    pub(super) fn scored(&self, sub_domain: &str) -> usize {
        let all = self.requirements(sub_domain).into_iter();
        all.filter(|it| self.score(&it.id).is_some()).count()
    }

    /// The sheet as far as it is.
    pub(super) fn sheet(&self) -> ScoreSheet {
        let assessed = self.sub_domains();
        let requirements = assessed.iter().flat_map(|node| self.requirements(&node.id));
        ScoreSheet {
            weight_set: self.weight_set().to_owned(),
            tailoring: self.cuts(),
            scores: requirements.filter_map(|it| self.score(&it.id)).collect(),
        }
    }

    /// What is wrong with the fields of a sub-domain.
    pub(super) fn faults_of(&self, sub_domain: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for requirement in self.requirements(sub_domain) {
            let (value, basis) = (
                format!("value/{}", requirement.id),
                format!("basis/{}", requirement.id),
            );
            let message = match (self.get(&value), self.get(&basis)) {
                (Some(_), None) => "依据未选 the basis is wanted",
                (None, Some(_)) => "符合程度未选 the finding is wanted",
                _ => continue,
            };
            faults.push(Fault {
                name: value,
                message: message.to_owned(),
            });
        }
        if let Err(mut found) = self.finding(sub_domain) {
            faults.append(&mut found);
        }
        faults
    }

    /// What is said of a sub-domain; nothing where nothing is written.
    fn finding(&self, sub_domain: &str) -> Result<Option<SubDomainFinding>, Vec<Fault>> {
        let names = ["present", "gap", "level"].map(|name| format!("{name}/{sub_domain}"));
        let [present, gap, level] = &names;
        let fault = |name: &str, message: String| {
            vec![Fault {
                name: name.to_owned(),
                message,
            }]
        };
        let passage = |name: &str| {
            let text = self.get(name).map(str::parse::<Passage>).transpose();
            text.map_err(|error| fault(name, error.to_string()))
        };
        let (state, gap_analysis) = (passage(present)?, passage(gap)?);
        let expected_level = self.get(level).and_then(|level| level.parse().ok());
        match state {
            None if gap_analysis.is_none() && expected_level.is_none() => Ok(None),
            None => Err(fault(
                present,
                "现状描述未填 the present state is wanted".to_owned(),
            )),
            Some(present_state) => Ok(Some(SubDomainFinding {
                expected_level,
                gap_analysis,
                present_state,
                sub_domain: sub_domain.to_owned(),
            })),
        }
    }

    /// What is handed in, or every field that is in the way.
    pub(super) fn evaluation(&self) -> Result<EvaluationDraft, Vec<Fault>> {
        let mut faults = Vec::new();
        let fault = |name: &str, message: &str| Fault {
            name: name.to_owned(),
            message: message.to_owned(),
        };
        let mut wanted = |name: &str| {
            let found = self.get(name);
            if found.is_none() {
                faults.push(fault(name, "未填 wanted"));
            }
            found
        };
        let (assessed_on, digest, number) = (wanted("assessedOn"), wanted("report"), wanted("number"));
        let assessed_on =
            assessed_on.map(|it| it.parse().map_err(|_| fault("assessedOn", "不是日期 no day")));
        let digest = digest.map(|it| {
            it.parse()
                .map_err(|_| fault("report", "不是附件 no file of the case"))
        });
        let line =
            |name: &str, text: &str| Text::parse(text).map_err(|error| fault(name, &error.to_string()));
        let number = number.map(|it| line("number", it));
        let technical_support = self.get("support").map(|it| line("support", it)).transpose();
        let mut findings = Vec::new();
        for node in self.sub_domains() {
            match self.finding(&node.id) {
                Ok(finding) => findings.extend(finding),
                Err(mut found) => faults.append(&mut found),
            }
        }
        let mut of = |result: Fault| faults.push(result);
        let assessed_on = assessed_on.and_then(|it| it.map_err(&mut of).ok());
        let digest = digest.and_then(|it| it.map_err(&mut of).ok());
        let number = number.and_then(|it| it.map_err(&mut of).ok());
        let technical_support = technical_support.map_err(&mut of).unwrap_or_default();
        match (assessed_on, digest, number) {
            (Some(assessed_on), Some(digest), Some(number)) if faults.is_empty() => Ok(EvaluationDraft {
                assessed_on,
                findings,
                report: ReportReference { digest, number },
                sheet: self.sheet(),
                technical_support,
            }),
            _ => Err(faults),
        }
    }
}
