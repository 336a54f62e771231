//! The list of people: read, and kept by administrators.

use axum::response::Response;
use touchstone_schemas::{
    decode::{Decode, DecodeError, DecodeReason, Members},
    json::Value,
};

use super::{
    call::{Anything, Call},
    once::once,
    problem::Problem,
    view,
};
use crate::{
    casework::{Content, Personnel, PersonnelContent, Role, desk},
    console::Console,
};

/// Something that is put on record about people, as their journal has it.
struct ToKeep(PersonnelContent);

impl Decode for ToKeep {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        let member = |name| value.as_object().and_then(|object| object.get(name));
        let missing = || DecodeError::new(DecodeReason::MissingMember { name: "content" });
        let kind = member("kind").and_then(Value::as_str).unwrap_or_default();
        let content = PersonnelContent::of_kind(kind, member("content").ok_or_else(missing)?)
            .map_err(|error| error.within("content"))?;
        let mut members = Members::open(value, &["content", "kind"])?;
        let _: Anything = members.required("content")?;
        let _: String = members.required("kind")?;
        members.close()?;
        Ok(Self(content))
    }
}

pub(super) fn list(call: &Call) -> Result<Response, Problem> {
    call.only(&[])?;
    Ok(view::people(&call.caller.personnel))
}

pub(super) async fn keep(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let by = call.actor(Some(Role::Administrator))?;
    let ToKeep(content) = call.record()?;
    let personnel: Personnel = once(console, &call, async move |office| {
        let now = office.clock.now();
        Ok(desk::keep_people(&mut office.store, Some(&by), content, now).await?)
    })
    .await?;
    Ok(view::people(&personnel))
}
