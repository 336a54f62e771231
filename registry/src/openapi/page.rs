//! The document as a page, written on the server from the document itself; no script, nothing from elsewhere.

use askama::Template;
use serde_json::Value;

/// The page.
#[derive(Debug, Template)]
#[template(path = "api.html")]
struct ApiPage<'a> {
    title: &'a str,
    version: &'a str,
    about: Vec<Prose<'a>>,
    tags: Vec<TagView<'a>>,
    schemas: Vec<SchemaView<'a>>,
}

/// Text in pieces, what stands between backticks marked.
type Prose<'a> = Vec<Piece<'a>>;

#[derive(Debug)]
struct Piece<'a> {
    code: bool,
    text: &'a str,
}

fn prose(text: &str) -> Prose<'_> {
    let pieces = text.split('`').enumerate();
    pieces
        .map(|(place, text)| Piece {
            code: place % 2 == 1,
            text,
        })
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

#[derive(Debug)]
struct TagView<'a> {
    name: &'a str,
    about: Prose<'a>,
    operations: Vec<OperationView<'a>>,
}

#[derive(Debug)]
struct OperationView<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: Prose<'a>,
    about: Prose<'a>,
    token: bool,
    parameters: Vec<ParameterView<'a>>,
    body: Vec<FormView>,
    answers: Vec<AnswerView<'a>>,
}

#[derive(Debug)]
struct ParameterView<'a> {
    name: &'a str,
    place: &'a str,
    required: bool,
    about: Prose<'a>,
    words: String,
}

#[derive(Debug)]
struct AnswerView<'a> {
    status: &'a str,
    lines: Vec<Prose<'a>>,
    forms: Vec<FormView>,
}

/// A media type, and what its schema is called.
#[derive(Debug)]
struct FormView {
    media: String,
    schema: String,
    /// Whether the page has a part on it.
    linked: bool,
}

#[derive(Debug)]
struct SchemaView<'a> {
    name: &'a str,
    about: Prose<'a>,
    members: Vec<MemberView<'a>>,
}

#[derive(Debug)]
struct MemberView<'a> {
    name: &'a str,
    kind: String,
    always: bool,
    about: Prose<'a>,
}

/// Writes the page of a document, given as JSON.
///
/// # Errors
/// When the template fails.
pub fn page(document: &Value) -> askama::Result<String> {
    let tags = array(document, "/tags").iter().map(|tag| {
        let name = text(tag, "name");
        TagView {
            name,
            about: prose(text(tag, "description")),
            operations: operations(document, name),
        }
    });
    let schemas = members(document, "/components/schemas").map(|(name, schema)| SchemaView {
        name,
        about: prose(text(schema, "description")),
        members: schema_members(schema),
    });
    ApiPage {
        title: pointed(document, "/info/title"),
        version: pointed(document, "/info/version"),
        about: pointed(document, "/info/description")
            .split("\n\n")
            .map(prose)
            .collect(),
        tags: tags.collect(),
        schemas: schemas.collect(),
    }
    .render()
}

/// The operations under a tag, in the order of the document.
fn operations<'a>(document: &'a Value, tag: &str) -> Vec<OperationView<'a>> {
    let all = members(document, "/paths").flat_map(|(path, item)| {
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (path, method, operation))
    });
    all.filter(|(.., operation)| array(operation, "/tags").iter().any(|found| found == tag))
        .map(|(path, method, operation)| OperationView {
            id: text(operation, "operationId"),
            method: method.to_ascii_uppercase(),
            path,
            summary: prose(text(operation, "summary")),
            about: prose(text(operation, "description")),
            token: !array(operation, "/security").is_empty(),
            parameters: array(operation, "/parameters").iter().map(parameter).collect(),
            body: forms(operation, "/requestBody/content"),
            answers: answers(operation),
        })
        .collect()
}

fn parameter(parameter: &Value) -> ParameterView<'_> {
    let words = array(parameter, "/schema/enum").iter().filter_map(Value::as_str);
    ParameterView {
        name: text(parameter, "name"),
        place: text(parameter, "in"),
        required: parameter.get("required") == Some(&Value::Bool(true)),
        about: prose(text(parameter, "description")),
        words: words.collect::<Vec<_>>().join(" | "),
    }
}

fn answers(operation: &Value) -> Vec<AnswerView<'_>> {
    let answers = members(operation, "/responses").map(|(status, answer)| AnswerView {
        status,
        lines: text(answer, "description").split("\n\n").map(prose).collect(),
        forms: forms(answer, "/content"),
    });
    answers.collect()
}

fn forms(value: &Value, place: &str) -> Vec<FormView> {
    let forms = members(value, place).map(|(media, form)| FormView {
        media: media.to_owned(),
        schema: form.get("schema").map(kind).unwrap_or_default(),
        linked: form.pointer("/schema/$ref").is_some(),
    });
    forms.collect()
}

fn schema_members(schema: &Value) -> Vec<MemberView<'_>> {
    let required = array(schema, "/required");
    let members = members(schema, "/properties").map(|(name, member)| MemberView {
        name,
        kind: kind(member),
        always: required.iter().any(|found| found == name),
        about: prose(text(member, "description")),
    });
    members.collect()
}

/// What a schema is called: the name it refers to, or its type.
fn kind(schema: &Value) -> String {
    if let Some(name) = text(schema, "$ref")
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
    {
        return name.to_owned();
    }
    match text(schema, "type") {
        "array" => {
            let items = schema.get("items").map(kind).unwrap_or_default();
            format!("{items}[]")
        }
        kind => kind.to_owned(),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn pointed<'a>(value: &'a Value, place: &str) -> &'a str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

fn array<'a>(value: &'a Value, place: &str) -> &'a [Value] {
    let found = value.pointer(place).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

fn members<'a>(value: &'a Value, place: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let found = value.pointer(place).and_then(Value::as_object);
    found
        .into_iter()
        .flatten()
        .map(|(name, member)| (name.as_str(), member))
}
