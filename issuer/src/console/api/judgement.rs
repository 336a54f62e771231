//! Judgements: what is to be signed is given out, signed where the person's key is, and comes back with its signature.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    decode::{Decode, DecodeError, Members},
    json::Value,
    text::Text,
};

use super::{
    call::{Anything, Call},
    problem::{Code, Problem},
    view, work,
};
use crate::{
    casework::{Actor, Case, CaseContent, Content, Judged, Verdict},
    console::Console,
};

/// A judgement before it is signed: [`Judged`] without its approval.
pub(super) struct Drafted {
    pub(super) stage: Text,
    pub(super) verdict: Verdict,
}

impl Decode for Drafted {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let verdict = Verdict::in_record(value)?;
        let mut members = Members::open(value, &["kind", "stage", "verdict"])?;
        let _: String = members.required("kind")?;
        let stage = members.required("stage")?;
        let _: Anything = members.required("verdict")?;
        members.close()?;
        Ok(Self { stage, verdict })
    }
}

/// Who judges in a stage; nobody where the verdict is of another kind than the stage.
pub(super) fn judge_of(call: &Call, case: &Case, stage: &Text, verdict: &Verdict) -> Result<Actor, Problem> {
    let unlawful = |detail: String| Problem::new(Code::Unlawful).detail(detail);
    let (_, rule) = case
        .workflow()
        .find(stage)
        .ok_or_else(|| unlawful(format!("the case has no stage {stage}")))?;
    if rule.kind != verdict.stage_kind() {
        let (found, wanted) = (verdict.kind(), rule.kind.name());
        return Err(unlawful(format!(
            "stage {stage} takes a verdict of kind {wanted}, not {found}"
        )));
    }
    call.actor(Some(rule.kind.judge()))
}

/// The bytes to be signed, as the case stands now.
pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let case = call.case(console).await?;
    let Drafted { stage, verdict } = call.record()?;
    let by = judge_of(call, &case, &stage, &verdict)?;
    let bundle = case.bundle(&by, &stage, &verdict);
    Ok(view::bytes("application/json", StatusCode::OK, bundle))
}

pub(super) async fn judge(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let case = call.case(console).await?;
    let judged: Judged = call.record()?;
    let by = judge_of(&call, &case, &judged.stage, &judged.verdict)?;
    work::perform(console, &call, case.number(), by, CaseContent::Judged(judged)).await
}
