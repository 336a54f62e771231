//! The document of the API (OpenAPI 3.1), and the same as a page.
//!
//! To add an address: declare it in `route.rs`, describe it in [`describe`], its records in [`schemas`], and a code it
//! refuses with in `problem.rs`. Who may ask, what a token looks like, the idempotency key and the problems that follow
//! from these come from the route's line.

mod describe;
mod page;
mod schemas;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use self::describe::{Described, described};
use super::{
    problem::{Code, Problem},
    route::{ApiAccess, ApiRoute},
    view,
};
use crate::console::{Console, language::Language, page::Frame};

const ABOUT: &str = "认证办公室的接口：案卷从受理到证书的每一步，以及证后处置、批次、投诉、客户与人员。The office for programs: every \
    step of a case from the application to the certificate; certificates in force, batches, complaints, clients, people.\n\nA token acts for one person, within its scopes and within the roles that the person \
    holds now. What records something wants an `Idempotency-Key`: the same key with the same request is one act and one \
    answer, however often it comes; with another request it is 422. Judgements are signed where the person's key is: ask \
    for the bundle, sign it with `touchstone-issuer case sign`, send the signature. Problems are \
    `application/problem+json` (RFC 9457).";

/// The methods that an address takes.
pub(super) fn methods_at(path: &str) -> Vec<&'static str> {
    let same = |pattern: &str| {
        let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return true,
                (Some(wanted), Some(found))
                    if wanted == found || (wanted.starts_with('{') && !found.is_empty()) => {}
                _ => return false,
            }
        }
    };
    let mut methods = Vec::new();
    for route in ApiRoute::ALL.iter().filter(|route| same(route.path())) {
        match route.method().as_str() {
            "GET" => methods.extend(["GET", "HEAD"]),
            _ => methods.push("POST"),
        }
    }
    methods
}

pub(super) fn serve_document(console: &Console) -> Response {
    let document = document(console.origin()).to_string().into_bytes();
    view::bytes("application/json", StatusCode::OK, document)
}

pub(super) fn serve_page(console: &Console, headers: &HeaderMap) -> Result<Response, Problem> {
    let language = Language::of(headers);
    let frame = Frame::anonymous(language, "/api".to_owned(), console.is_test());
    let page = page::page(&frame, &document(console.origin())).map_err(|error| {
        tracing::error!("{error}");
        Problem::new(Code::Internal)
    })?;
    let mut answer = Html(page).into_response();
    answer.headers_mut().insert(
        header::REFERRER_POLICY,
        axum::http::HeaderValue::from_static("same-origin"),
    );
    Ok(answer)
}

/// The document.
fn document(origin: &str) -> Value {
    let mut paths = Map::new();
    for route in ApiRoute::ALL {
        let item = paths.entry(route.path()).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            let method = route.method().as_str().to_ascii_lowercase();
            item.insert(method, operation(*route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "试金石认证办公室 Touchstone office",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": origin }],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": { "officeToken": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: ApiRoute) -> Value {
    let described = described(route);
    let mut parameters: Vec<Value> = described.parameters.iter().map(|it| it.to_value()).collect();
    if matches!(route.access(), ApiAccess::Scope(..)) && route.method() == axum::http::Method::POST {
        parameters.push(json!({
            "name": "as", "in": "query", "required": false,
            "description": "the role, where several of the person's may; for a deputy with `.` and the mandate's number",
            "schema": { "type": "string" },
        }));
    }
    if route.is_recorded() {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "1 to 64 visible ASCII characters of the client's making; one for each act",
            "schema": { "type": "string", "pattern": "^[!#-\\[\\]-~]{1,64}$" },
            "example": "01J9Z3K7-apply-42",
        }));
    }
    let mut operation = json!({
        "operationId": described.id,
        "summary": described.summary,
        "responses": responses(route, &described),
    });
    let members: [(&str, Value); 4] = [
        ("description", json!(access_text(route))),
        ("parameters", Value::Array(parameters)),
        ("requestBody", body(&described)),
        ("security", security(route)),
    ];
    if let Some(operation) = operation.as_object_mut() {
        for (name, value) in members {
            if !value.is_null() && value != json!([]) {
                operation.insert(name.to_owned(), value);
            }
        }
    }
    operation
}

fn body(described: &Described) -> Value {
    match described.body {
        None => Value::Null,
        Some((media, schema)) => json!({
            "required": true,
            "content": { media: { "schema": schemas::named(schema) } },
        }),
    }
}

fn security(route: ApiRoute) -> Value {
    match route.access() {
        ApiAccess::Open => Value::Null,
        // HTTP schemes take no scopes in OpenAPI 3.0; since 3.1 the names of roles may stand there.
        ApiAccess::Token => json!([{ "officeToken": [] }]),
        ApiAccess::Scope(scope, _) => json!([{ "officeToken": [scope.name()] }]),
    }
}

/// Who may ask, in words.
fn access_text(route: ApiRoute) -> String {
    match route.access() {
        ApiAccess::Open => "Needs no token.".to_owned(),
        ApiAccess::Token => "Any token that counts.".to_owned(),
        ApiAccess::Scope(scope, roles) => {
            let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
            format!("Scope `{}`; roles: {}.", scope.name(), roles.join(", "))
        }
    }
}

/// The answers, problems of one status together.
fn responses(route: ApiRoute, described: &Described) -> Value {
    let (status, about, media, schema) = described.answer;
    let mut all = Map::new();
    let answer = json!({ "description": about, "content": { media: { "schema": schemas::named(schema) } } });
    all.insert(status.to_string(), answer);
    let mut codes = described.problems.to_vec();
    codes.extend([Code::Host, Code::Internal]);
    match route.access() {
        ApiAccess::Open => {}
        ApiAccess::Token => codes.push(Code::Unauthorised),
        ApiAccess::Scope(..) => codes.extend([
            Code::Unauthorised,
            Code::ScopeMissing,
            Code::RoleMissing,
            Code::MalformedQuery,
            Code::TooLarge,
            Code::BodyCutShort,
        ]),
    }
    if route.path().contains('{') {
        codes.push(Code::NotFound);
    }
    if route.method() == axum::http::Method::POST {
        codes.extend([Code::RoleWanted, Code::NotEntitled]);
        if !route.takes_file() {
            codes.extend([Code::MalformedJson, Code::MalformedBody, Code::MediaType]);
        }
    }
    if route.is_recorded() {
        codes.extend([
            Code::KeyMissing,
            Code::KeyMalformed,
            Code::KeyReused,
            Code::InProgress,
            Code::Unlawful,
            Code::MovedOn,
        ]);
    }
    for status in codes
        .iter()
        .map(|code| code.status())
        .collect::<std::collections::BTreeSet<_>>()
    {
        let here = Code::ALL
            .iter()
            .filter(|code| code.status() == status && codes.contains(code));
        let lines: Vec<String> = here
            .map(|code| format!("`{}`: {}", code.name(), code.title()))
            .collect();
        let problem = json!({
            "description": lines.join("\n\n"),
            "content": { "application/problem+json": { "schema": schemas::named("Problem") } },
        });
        all.insert(status.to_string(), problem);
    }
    Value::Object(all)
}
