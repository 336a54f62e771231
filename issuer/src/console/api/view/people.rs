//! People, roles and mandates.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    multikey::Multikey,
    record,
    text::Text,
};

use super::json;
use crate::casework::{Mandate, MandateGiven, Person, Personnel, RoleGiven, RoleGrant};

/// A name, since a day.
struct NameView<'a> {
    name: &'a Text,
    since: Date,
}

record! { write NameView<'_> { "name": name, "since": since } }

/// A key, and how long it counts.
struct KeyView<'a> {
    from: Timestamp,
    key: &'a Multikey,
    until: Option<Timestamp>,
}

record! { write KeyView<'_> { "from": from, "key": key, "until"? until } }

/// Somebody.
struct PersonView<'a> {
    keys: Vec<KeyView<'a>>,
    names: Vec<NameView<'a>>,
    person: &'a Text,
}

record! { write PersonView<'_> { "keys": keys, "names": names, "person": person } }

impl<'a> PersonView<'a> {
    fn of((person, it): (&'a Text, &'a Person)) -> Self {
        let names = it.names.iter().map(|dated| NameView {
            name: &dated.name,
            since: dated.since,
        });
        let keys = it.keys.iter().map(|key| KeyView {
            from: key.from,
            key: &key.key,
            until: key.until,
        });
        Self {
            keys: keys.collect(),
            names: names.collect(),
            person,
        }
    }
}

/// A role held, under the number by which it is ended.
struct RoleView<'a> {
    given: &'a RoleGiven,
    number: u32,
}

record! { write RoleView<'_> { "given": given, "number": number } }

impl<'a> RoleView<'a> {
    const fn of(it: &'a RoleGrant) -> Self {
        Self {
            given: &it.given,
            number: it.number,
        }
    }
}

/// A mandate, under the number by which deputies name it.
struct MandateView<'a> {
    given: &'a MandateGiven,
    number: u32,
}

record! { write MandateView<'_> { "given": given, "number": number } }

impl<'a> MandateView<'a> {
    const fn of(it: &'a Mandate) -> Self {
        Self {
            given: &it.given,
            number: it.number,
        }
    }
}

struct PeopleView<'a> {
    acts: u32,
    head: Sha256Digest,
    mandates: Vec<MandateView<'a>>,
    people: Vec<PersonView<'a>>,
    roles: Vec<RoleView<'a>>,
}

record! { write PeopleView<'_> {
    "acts": acts,
    "head": head,
    "mandates": mandates,
    "people": people,
    "roles": roles,
} }

/// Everybody, as the journal has it.
pub(in super::super) fn people(personnel: &Personnel) -> Response {
    let view = PeopleView {
        acts: personnel.acts(),
        head: personnel.head(),
        mandates: personnel.mandates().iter().map(MandateView::of).collect(),
        people: personnel.people().iter().map(PersonView::of).collect(),
        roles: personnel.roles().iter().map(RoleView::of).collect(),
    };
    json(StatusCode::OK, &view)
}
