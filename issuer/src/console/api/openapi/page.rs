//! The document as a page, written from the document itself; no script.

use askama::Template;
use serde_json::Value;

use crate::console::page::Frame;

#[derive(Template)]
#[template(path = "console/api.html")]
struct ApiPage<'a> {
    frame: &'a Frame,
    about: Vec<&'a str>,
    operations: Vec<OperationView<'a>>,
    schemas: Vec<SchemaView<'a>>,
}

struct OperationView<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: &'a str,
    about: &'a str,
    parameters: Vec<MemberView<'a>>,
    body: Option<String>,
    answers: Vec<AnswerView<'a>>,
}

struct MemberView<'a> {
    name: &'a str,
    kind: String,
    optional: bool,
    about: &'a str,
}

struct AnswerView<'a> {
    status: &'a str,
    about: Vec<&'a str>,
    form: String,
}

struct SchemaView<'a> {
    name: &'a str,
    about: &'a str,
    members: Vec<MemberView<'a>>,
}

/// Writes the page.
pub(super) fn page(frame: &Frame, document: &Value) -> askama::Result<String> {
    let operations = members(document.get("paths")).flat_map(|(path, item)| {
        members(Some(item)).map(move |(method, operation)| operation_view(path, method, operation))
    });
    let schemas = members(document.pointer("/components/schemas")).map(|(name, schema)| SchemaView {
        name,
        about: text(schema, "description"),
        members: schema_members(schema),
    });
    let about = document.pointer("/info/description").and_then(Value::as_str);
    let page = ApiPage {
        frame,
        about: about.unwrap_or_default().split("\n\n").collect(),
        operations: operations.collect(),
        schemas: schemas.collect(),
    };
    Ok(with_code(&page.render()?))
}

/// What the document's texts, all of them ours, have between backticks becomes code.
fn with_code(page: &str) -> String {
    let pieces = page.split('`').enumerate().map(|(place, piece)| match place % 2 {
        0 => piece.to_owned(),
        _ => format!("<code>{piece}</code>"),
    });
    pieces.collect()
}

fn operation_view<'a>(path: &'a str, method: &str, operation: &'a Value) -> OperationView<'a> {
    let answers = members(operation.get("responses")).map(|(status, answer)| AnswerView {
        status,
        about: text(answer, "description").split("\n\n").collect(),
        form: form(answer.get("content")).unwrap_or_default(),
    });
    let parameters = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let parameters = parameters.map(|parameter| MemberView {
        name: text(parameter, "name"),
        kind: text(parameter, "in").to_owned(),
        optional: parameter.get("required") != Some(&Value::Bool(true)),
        about: text(parameter, "description"),
    });
    OperationView {
        id: text(operation, "operationId"),
        method: method.to_ascii_uppercase(),
        path,
        summary: text(operation, "summary"),
        about: text(operation, "description"),
        parameters: parameters.collect(),
        body: form(operation.pointer("/requestBody/content")),
        answers: answers.collect(),
    }
}

fn schema_members(schema: &Value) -> Vec<MemberView<'_>> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|it| it == name));
    let members = members(schema.get("properties")).map(|(name, member)| MemberView {
        name,
        kind: kind(member),
        optional: !is_required(name),
        about: text(member, "description"),
    });
    members.collect()
}

/// Media type and schema of what is sent or answered.
fn form(content: Option<&Value>) -> Option<String> {
    let (media, form) = members(content).next()?;
    let schema = form.get("schema").map(kind).unwrap_or_default();
    Some(format!("{media} {schema}").trim_end().to_owned())
}

/// What a schema is called: the name it refers to, or its type.
fn kind(schema: &Value) -> String {
    let name = text(schema, "$ref").rsplit('/').next().unwrap_or_default();
    if !name.is_empty() {
        return name.to_owned();
    }
    match text(schema, "type") {
        "array" => format!("{}[]", schema.get("items").map(kind).unwrap_or_default()),
        kind => kind.to_owned(),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.and_then(Value::as_object).into_iter().flatten();
    object.map(|(name, member)| (name.as_str(), member))
}
