//! The document of the API (OpenAPI 3.1), written beside the router by hand and held to it by a test: one file a
//! resource, each giving the operations of its addresses and the schemas of what they answer.
//!
//! To add an address: declare it in `http/router.rs`, describe it in the file of its resource here (or a new one,
//! entered in [`RESOURCES`]), and a code it refuses with in [`PROBLEMS`]. Who may ask, what a token looks like and the
//! 429 of a limited address follow from the router's line.

mod certificates;
mod changes;
mod directory;
mod documents;
mod log;
mod mismatch;
mod operation;
pub mod page;
mod pages;
mod problems;
mod regulator;
mod schema;
mod snapshot;
mod statement;
mod statistics;
mod status_lists;
mod submissions;
mod surveillance;
mod validity_checks;
mod verifications;

use touchstone_schemas::credential::RegistryBase;
use utoipa::openapi::{
    ComponentsBuilder, Info, License, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Schema, Server,
    security::{Http, HttpAuthScheme, SecurityScheme},
    tag::TagBuilder,
};

pub use problems::{PROBLEMS, ProblemCode};

use crate::http::{Protection, Route};
use operation::Described;

/// Name of the security scheme of intake.
const INTAKE_TOKEN: &str = "intakeToken";
/// Name of the security scheme of regulators.
const REGULATOR_TOKEN: &str = "regulatorToken";

/// A resource: its name in both languages, its operations, its schemas.
struct Resource {
    tag: &'static str,
    about: &'static str,
    operations: fn() -> Vec<Described>,
    schemas: fn() -> Vec<(&'static str, RefOr<Schema>)>,
}

/// Every resource, in the order of the document.
const RESOURCES: [Resource; 16] = [
    directory::RESOURCE,
    certificates::RESOURCE,
    statement::RESOURCE,
    changes::RESOURCE,
    surveillance::RESOURCE,
    validity_checks::RESOURCE,
    verifications::RESOURCE,
    statistics::RESOURCE,
    status_lists::RESOURCE,
    snapshot::RESOURCE,
    documents::RESOURCE,
    log::RESOURCE,
    submissions::RESOURCE,
    mismatch::RESOURCE,
    regulator::RESOURCE,
    pages::RESOURCE,
];

const ABOUT: &str = "合格评定证书的登记处：签发了什么，现在和过去任一时刻的状态，以及谁也改写不了的日志。\
    The public register of conformity certificates: what was issued, its state now and at any past time, and a log \
    nobody can rewrite.\n\nEverything that `GET` answers, `HEAD` answers without a body, and `OPTIONS` says which other \
    sites' pages may ask. What carries an `ETag` is confirmed with 304. Problems are `application/problem+json` \
    (RFC 9457); what may be sent again unchanged is 408, 429 and 5xx.";

/// The document, for the addresses the router has.
#[must_use]
pub fn document(base: &RegistryBase, routes: &[Route]) -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new().schema("Problem", problems::schema());
    let mut tags = Vec::new();
    for resource in &RESOURCES {
        tags.push(
            TagBuilder::new()
                .name(resource.tag)
                .description(Some(resource.about))
                .build(),
        );
        for (name, schema) in (resource.schemas)() {
            components = components.schema(name, schema);
        }
        for described in (resource.operations)() {
            let protection = protection_of(routes, &described);
            let (path, method, operation) = described.finish(resource.tag, protection);
            paths.add_path_operation(path, vec![method], operation);
        }
    }
    for name in [INTAKE_TOKEN, REGULATOR_TOKEN] {
        let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components = components.security_scheme(name, token);
    }
    let components = components.build();
    let mut info = Info::new("试金石登记处 Touchstone registry", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    info.license = Some(license);
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new(base.as_str())]))
        .paths(paths)
        .components(Some(components))
        .tags(Some(tags))
        .build()
}

/// Who may ask for what is described; nobody's where the router has no such address.
fn protection_of(routes: &[Route], described: &Described) -> Option<Protection> {
    let found = routes
        .iter()
        .find(|route| route.method == described.method() && route.path == described.path());
    found.map(|route| route.protection)
}

/// A schema by its name.
fn named(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}
