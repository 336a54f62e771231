//! Short words for operations.

use axum::http::Method;
use utoipa::openapi::{
    Content, HeaderBuilder, HttpMethod, RefOr, Required, ResponseBuilder, Schema,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    security::SecurityRequirement,
};

use super::{INTAKE_TOKEN, REGULATOR_TOKEN, named, problems::problem_of, schema::text};
use crate::http::Protection;

/// What a page is.
pub(super) const HTML: &str = "text/html";

/// A number as bodies give them.
const EXAMPLE_NUMBER: &str = "CQC26ZNZ000123R0";

/// An operation being described.
pub(super) struct Described {
    method: Method,
    path: &'static str,
    operation: OperationBuilder,
    problems: Vec<&'static str>,
    /// Whether what is answered can be confirmed with 304.
    tagged: bool,
    answers: Vec<(u16, ResponseBuilder)>,
}

/// Describes a `GET`: its path as the router has it, its id, and a line in both languages.
pub(super) fn get(path: &'static str, id: &'static str, summary: &'static str) -> Described {
    describe(Method::GET, path, id, summary)
}

/// Describes a `POST`.
pub(super) fn post(path: &'static str, id: &'static str, summary: &'static str) -> Described {
    describe(Method::POST, path, id, summary)
}

fn describe(method: Method, path: &'static str, id: &'static str, summary: &'static str) -> Described {
    Described {
        method,
        path,
        operation: OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary)),
        problems: vec!["internal", "databaseAway"],
        tagged: false,
        answers: Vec::new(),
    }
}

impl Described {
    pub(super) fn method(&self) -> Method {
        self.method.clone()
    }

    pub(super) fn path(&self) -> &'static str {
        self.path
    }

    /// What more there is to say.
    pub(super) fn about(mut self, about: &'static str) -> Self {
        self.operation = self.operation.description(Some(about));
        self
    }

    /// A parameter of the path.
    pub(super) fn in_path(self, name: &'static str, about: &'static str, schema: RefOr<Schema>) -> Self {
        self.parameter(name, about, schema, ParameterIn::Path)
    }

    /// The number of a certificate in the path. Any text may be asked for: what is none is not here.
    pub(super) fn number_in_path(mut self) -> Self {
        let parameter: Parameter = ParameterBuilder::new()
            .name("number")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("证书编号, as it is printed"))
            .schema(Some(text("")))
            .example(Some(EXAMPLE_NUMBER.into()))
            .build();
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// A parameter of the query, which may be left out; a path or query that is not of its form is a problem.
    pub(super) fn in_query(self, name: &'static str, about: &'static str, schema: RefOr<Schema>) -> Self {
        self.problem("malformedQuery")
            .parameter(name, about, schema, ParameterIn::Query)
    }

    fn parameter(
        mut self,
        name: &'static str,
        about: &'static str,
        schema: RefOr<Schema>,
        place: ParameterIn,
    ) -> Self {
        let required = match place {
            ParameterIn::Path => Required::True,
            _ => Required::False,
        };
        let parameter: Parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(about))
            .schema(Some(schema))
            .build();
        self.operation = self.operation.parameter(parameter);
        self
    }

    /// What is sent.
    pub(super) fn body(mut self, media: &[(&'static str, RefOr<Schema>)]) -> Self {
        let mut body = RequestBodyBuilder::new().required(Some(Required::True));
        for (media, schema) in media {
            body = body.content(*media, Content::new(Some(schema.clone())));
        }
        self.operation = self.operation.request_body(Some(body.build()));
        self
    }

    /// An answer, in its forms.
    pub(super) fn answer(
        mut self,
        status: u16,
        about: &'static str,
        forms: &[(&'static str, RefOr<Schema>)],
    ) -> Self {
        let mut response = ResponseBuilder::new().description(about);
        for (media, schema) in forms {
            response = response.content(*media, Content::new(Some(schema.clone())));
        }
        self.answers.push((status, response));
        self
    }

    /// The answers of 200 carry an entity tag.
    pub(super) fn tagged(mut self) -> Self {
        self.tagged = true;
        self
    }

    /// A problem it may be refused with, by its code.
    pub(super) fn problem(mut self, code: &'static str) -> Self {
        self.problems.push(code);
        self
    }

    /// Several.
    pub(super) fn problems(mut self, codes: &[&'static str]) -> Self {
        self.problems.extend_from_slice(codes);
        self
    }

    fn with_token(mut self, scheme: &str) -> Self {
        self.problems.extend(["unauthorised", "tooManyRequests"]);
        let none: [&str; 0] = [];
        let requirement = SecurityRequirement::new(scheme, none);
        self.operation = self.operation.security(requirement);
        self
    }

    /// Path, method and operation, once it is known who may ask.
    pub(super) fn finish(
        mut self,
        tag: &str,
        protection: Option<Protection>,
    ) -> (String, HttpMethod, Operation) {
        match protection {
            Some(Protection::RateLimited) => self.problems.push("tooManyRequests"),
            Some(Protection::IntakeToken) => self = self.with_token(INTAKE_TOKEN),
            Some(Protection::RegulatorToken) => self = self.with_token(REGULATOR_TOKEN),
            Some(Protection::Public | Protection::PrivateListener) | None => {}
        }
        if self.tagged {
            let known = ResponseBuilder::new().description("known already, by `If-None-Match`");
            self.answers.push((304, known));
        }
        let mut operation = self.operation.tag(tag);
        for (status, response) in with_problems(self.answers, self.problems) {
            let tagged = self.tagged && status == 200;
            let response = if tagged {
                response.header(
                    "ETag",
                    HeaderBuilder::new().schema(Some(text("entity tag"))).build(),
                )
            } else {
                response
            };
            operation = operation.response(status.to_string(), response.build());
        }
        let method = match self.method {
            Method::POST => HttpMethod::Post,
            Method::PUT => HttpMethod::Put,
            Method::DELETE => HttpMethod::Delete,
            _ => HttpMethod::Get,
        };
        (documented_path(self.path), method, operation.build())
    }
}

/// A path as OpenAPI writes it: a parameter that takes the rest of the path is one like others there.
pub(super) fn documented_path(path: &str) -> String {
    path.replace("{*", "{")
}

/// The answers with the problems, those of one status together; an answer that shares its status with problems has
/// both forms.
fn with_problems(
    answers: Vec<(u16, ResponseBuilder)>,
    mut codes: Vec<&'static str>,
) -> Vec<(u16, ResponseBuilder)> {
    codes.sort_unstable();
    codes.dedup();
    let mut all = answers;
    let mut statuses: Vec<u16> = codes.iter().map(|code| problem_of(code).status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        let here = codes.iter().map(|code| problem_of(code));
        let lines: Vec<String> = here
            .filter(|problem| problem.status == status)
            .map(|problem| format!("`{}`: {}", problem.code, problem.when))
            .collect();
        let problem = Content::new(Some(named("Problem")));
        let place = all.iter().position(|(found, _)| *found == status);
        let response = match place {
            Some(place) => all.swap_remove(place).1,
            None => ResponseBuilder::new().description(lines.join("\n\n")),
        };
        all.push((status, response.content("application/problem+json", problem)));
    }
    all.sort_by_key(|(status, _)| *status);
    all
}
