//! What happens to certificates in force, through the office's API: opened and proposed by a surveillance officer, decided
//! on by somebody else, carried out together.

use serde::Deserialize;
use serde_json::{Value, json};

use super::issuing::day_of;
use super::office::OfficeAtWork;
use super::{Failure, Road};

/// Who opens and proposes; who evaluates a correction; who decides.
const OFFICER: &str = "YS-091";
const EVALUATOR: &str = "YS-021";
const DECIDER: &str = "YS-071";
/// The rule by which it is decided.
const LEGAL_BASIS: &str = "CQC96-831151-2020";

/// A measure as the table of samples has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MeasurePlan {
    pub(super) kind: String,
    reason: String,
    #[serde(default)]
    performed_on: Option<String>,
    /// Of the decision.
    reference: String,
}

impl Road {
    /// Takes measures, each on the certificate of that number, and carries them out in one submission.
    ///
    /// # Errors
    /// The first step that the office refuses.
    pub(super) fn take_measures(
        &self,
        office: &OfficeAtWork,
        planned: &[(&str, &MeasurePlan)],
    ) -> Result<(), Failure> {
        if planned.is_empty() {
            return Ok(());
        }
        let mut decided = Vec::new();
        for (number, plan) in planned {
            decided.push(decide(office, number, plan)?);
        }
        let key = format!("carry-out-{}", decided.first().copied().unwrap_or_default());
        let told = office.post(OFFICER, "/api/events", &key, &json!({ "measures": decided }))?;
        let events = told["events"].as_array().map_or(0, Vec::len);
        if events == planned.len() && told["left"] == json!([]) {
            Ok(())
        } else {
            Err(format!("the measures: {told}").into())
        }
    }
}

/// From opening to the decision; gives the number of the measure.
fn decide(office: &OfficeAtWork, number: &str, plan: &MeasurePlan) -> Result<u64, Failure> {
    let key = |step: &str| format!("{number}-{}-{step}", plan.kind);
    let mut wanted = json!({
        "grounds": "示范事由", "kind": plan.kind, "number": number, "reason": plan.reason,
    });
    if let Some(day) = &plan.performed_on {
        wanted["performedOn"] = day_of(day)?.into();
    }
    let opened = office.post(OFFICER, "/api/measures", &key("open"), &wanted)?;
    let measure = opened["measure"].as_u64().ok_or("no measure")?;
    let path = format!("/api/measures/{measure}");
    office.attach(
        OFFICER,
        &format!("{path}/files?name=record.txt"),
        &key("evidence"),
        &format!("示范处置记录 {number} {}\n", plan.kind),
    )?;
    let say = |person: &str, kind: &str, statement: Value| -> Result<(), Failure> {
        let drafted = json!({ "kind": kind, "statement": statement });
        let bundle = office.bundle(person, &path, &drafted)?;
        let mut said = drafted;
        said["approval"] = office.colleague(person)?.sign(&bundle);
        office
            .post(person, &format!("{path}/statements"), &key(kind), &said)
            .map(drop)
    };
    say(OFFICER, "proposal", json!({}))?;
    if plan.kind == "reinstated" {
        let found = json!({ "effective": true, "note": "已核实纠正措施" });
        say(EVALUATOR, "verification", found)?;
    }
    let decision = json!({ "legalBasis": LEGAL_BASIS, "outcome": "agree", "reference": plan.reference });
    say(DECIDER, "measureDecision", decision)?;
    Ok(measure)
}
