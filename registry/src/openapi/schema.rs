//! Short words for schemas. Objects are closed: a member that is not described is a fault of the document.

use utoipa::openapi::{
    ArrayBuilder, Object, ObjectBuilder, RefOr, Schema,
    schema::{AdditionalProperties, SchemaType, Type},
};

/// Whether a member is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// Always.
    Always,
    /// Where it says something.
    Sometimes,
}

pub(super) use Presence::{Always, Sometimes};

/// A member of an object.
pub(super) type Member = (&'static str, Presence, RefOr<Schema>);

fn of_type(kind: Type, about: &str) -> ObjectBuilder {
    let about = (!about.is_empty()).then(|| about.to_owned());
    ObjectBuilder::new()
        .schema_type(SchemaType::new(kind))
        .description(about)
}

fn done(builder: ObjectBuilder) -> RefOr<Schema> {
    RefOr::T(Schema::Object(builder.build()))
}

/// A string.
pub(super) fn text(about: &str) -> RefOr<Schema> {
    done(of_type(Type::String, about))
}

/// A string of a form (ECMA-262, anchored).
pub(super) fn of_form(pattern: &str, about: &str) -> RefOr<Schema> {
    done(of_type(Type::String, about).pattern(Some(pattern)))
}

/// One of some words.
pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>, about: &str) -> RefOr<Schema> {
    done(of_type(Type::String, about).enum_values(Some(words)))
}

/// A whole number from 0.
pub(super) fn whole(about: &str) -> RefOr<Schema> {
    done(of_type(Type::Integer, about).minimum(Some(0)))
}

/// Many of one kind, in order.
pub(super) fn list(items: RefOr<Schema>, about: &str) -> RefOr<Schema> {
    let about = (!about.is_empty()).then(|| about.to_owned());
    RefOr::T(Schema::Array(
        ArrayBuilder::new().items(items).description(about).build(),
    ))
}

/// An object with exactly these members.
pub(super) fn object(about: &str, members: impl IntoIterator<Item = Member>) -> RefOr<Schema> {
    let closed = AdditionalProperties::FreeForm(false);
    done(with_members(about, members).additional_properties(Some(closed)))
}

/// An object of another document's making, of which these members are told.
pub(super) fn open_object(about: &str, members: impl IntoIterator<Item = Member>) -> RefOr<Schema> {
    done(with_members(about, members))
}

fn with_members(about: &str, members: impl IntoIterator<Item = Member>) -> ObjectBuilder {
    let mut builder = of_type(Type::Object, about);
    for (name, presence, schema) in members {
        builder = builder.property(name, schema);
        if presence == Always {
            builder = builder.required(name);
        }
    }
    builder
}

/// Bytes that are no text of ours.
pub(super) fn anything() -> RefOr<Schema> {
    RefOr::T(Schema::Object(Object::with_type(SchemaType::AnyValue)))
}

/// An instant.
pub(super) fn instant(about: &str) -> RefOr<Schema> {
    let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
    of_form(pattern, &format!("{about} (UTC, whole seconds)"))
}

/// A day.
pub(super) fn day(about: &str) -> RefOr<Schema> {
    of_form("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", about)
}

/// SHA-256.
pub(super) fn digest(about: &str) -> RefOr<Schema> {
    of_form("^[0-9a-f]{64}$", about)
}

/// A certificate's number.
pub(super) fn number() -> RefOr<Schema> {
    of_form("^[A-Z0-9-]{6,40}$", "证书编号 number of the certificate")
}

/// A version of one.
pub(super) fn version() -> RefOr<Schema> {
    done(of_type(Type::Integer, "version of the certificate").minimum(Some(1)))
}
