//! Whether somebody may act in a role, at an instant: one pure function.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    text::Text,
};

use super::{Actor, Personnel, Role};

/// What somebody is to be entitled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge<'a> {
    /// The role.
    pub role: Role,
    /// The office, for approvers.
    pub office: Option<&'a Text>,
    /// The scheme edition; none for what belongs to no scheme.
    pub scheme: Option<&'a Text>,
}

/// That somebody was entitled; [`entitlement`] alone makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    actor: Actor,
    at: Timestamp,
}

impl Entitlement {
    /// Who.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

/// Why somebody may not act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotEntitled {
    /// Nobody of that number.
    #[error("{person} is not on the list of people")]
    Unknown {
        /// The person.
        person: Text,
    },
    /// They do not hold the role on that day.
    #[error("{person} does not hold the role {}{} on {day}", role.name(), in_office(office.as_ref()))]
    Role {
        /// The person.
        person: Text,
        /// The role.
        role: Role,
        /// The office.
        office: Option<Text>,
        /// The day.
        day: Date,
    },
    /// The mandate does not cover it.
    #[error("mandate {mandate} does not let {person} act for {delegator} as {}{} on {day}", role.name(), in_office(office.as_ref()))]
    Mandate {
        /// The mandate.
        mandate: u32,
        /// The deputy.
        person: Text,
        /// For whom.
        delegator: Text,
        /// The role.
        role: Role,
        /// The office.
        office: Option<Text>,
        /// The day.
        day: Date,
    },
}

fn in_office(office: Option<&Text>) -> String {
    office.map_or_else(String::new, |office| format!(" ({office})"))
}

/// Whether the actor may act under the charge at that instant: by a role of their own, or by a mandate of somebody who
/// holds the role then themself. Days are whole days of +08:00.
///
/// # Errors
/// [`NotEntitled`] says what is wanting.
pub fn entitlement(
    personnel: &Personnel,
    actor: &Actor,
    charge: Charge<'_>,
    at: Timestamp,
) -> Result<Entitlement, NotEntitled> {
    let day = Date::of(at);
    for person in actor.people() {
        if personnel.person(person).is_none() {
            return Err(NotEntitled::Unknown {
                person: person.clone(),
            });
        }
    }
    let holder = actor.delegator().unwrap_or(&actor.person);
    if actor.role != charge.role || !holds(personnel, holder, charge, day) {
        return Err(NotEntitled::Role {
            person: holder.clone(),
            role: charge.role,
            office: charge.office.cloned(),
            day,
        });
    }
    if let Some(deputising) = &actor.deputising {
        let covered = personnel.mandates().iter().any(|mandate| {
            let given = &mandate.given;
            mandate.number == deputising.mandate
                && given.delegator == deputising.delegator
                && given.deputy == actor.person
                && given.role == charge.role
                && charge.role.may_be_deputised()
                && given.office.as_ref() == charge.office
                && covers(&given.schemes, charge.scheme)
                && given.from <= day
                && day <= given.until
        });
        if !covered {
            return Err(NotEntitled::Mandate {
                mandate: deputising.mandate,
                person: actor.person.clone(),
                delegator: deputising.delegator.clone(),
                role: charge.role,
                office: charge.office.cloned(),
                day,
            });
        }
    }
    Ok(Entitlement {
        actor: actor.clone(),
        at,
    })
}

fn holds(personnel: &Personnel, person: &Text, charge: Charge<'_>, day: Date) -> bool {
    personnel.roles().iter().any(|role| {
        let given = &role.given;
        given.person == *person
            && given.role == charge.role
            && given.office.as_ref() == charge.office
            && covers(&given.schemes, charge.scheme)
            && given.from <= day
            && given.until.is_none_or(|until| day <= until)
    })
}

/// Whether a scope covers a scheme; one that names none covers every scheme.
fn covers(schemes: &[Text], scheme: Option<&Text>) -> bool {
    schemes.is_empty() || scheme.is_none_or(|scheme| schemes.contains(scheme))
}
