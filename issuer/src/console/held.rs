//! What somebody holds now: roles of their own and by mandate, and which cases these let them see.

use touchstone_schemas::{date_time::Date, text::Text};

use crate::casework::{Actor, Case, Deputising, Personnel, Role};

/// A role held now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// As whom one acts in it.
    pub(super) actor: Actor,
    /// Editions it is for; none named: every one.
    schemes: Vec<Text>,
}

/// Every role that a person holds on a day, the same role of two offices once.
pub(super) fn held(personnel: &Personnel, person: &Text, day: Date) -> Vec<Held> {
    let mut found: Vec<Held> = Vec::new();
    let mut take = |held: Held| {
        if !found.contains(&held) {
            found.push(held);
        }
    };
    let in_force = |holder: &Text, role: Role| {
        personnel.roles().iter().any(|it| {
            let given = &it.given;
            given.person == *holder && given.role == role && covers(given.from, given.until, day)
        })
    };
    for it in personnel.roles() {
        let given = &it.given;
        if given.person == *person && covers(given.from, given.until, day) {
            take(Held {
                actor: Actor::own(person.clone(), given.role),
                schemes: given.schemes.clone(),
            });
        }
    }
    for mandate in personnel.mandates() {
        let given = &mandate.given;
        let counts = given.deputy == *person
            && covers(given.from, Some(given.until), day)
            && given.role.may_be_deputised()
            && in_force(&given.delegator, given.role);
        if counts {
            let deputising = Deputising {
                delegator: given.delegator.clone(),
                mandate: mandate.number,
            };
            take(Held {
                actor: Actor {
                    deputising: Some(deputising),
                    ..Actor::own(person.clone(), given.role)
                },
                schemes: given.schemes.clone(),
            });
        }
    }
    found
}

fn covers(from: Date, until: Option<Date>, day: Date) -> bool {
    from <= day && until.is_none_or(|until| day <= until)
}

impl Held {
    /// Whether it reaches an edition.
    fn reaches(&self, edition: &str) -> bool {
        self.schemes.is_empty() || self.schemes.iter().any(|scheme| scheme.as_str() == edition)
    }

    /// Whether it lets its holder see every case of an edition. Administrators keep people, not cases; evaluators see
    /// the cases they are assigned to.
    pub(super) fn sees_edition(&self, edition: &str) -> bool {
        !matches!(self.actor.role, Role::Administrator | Role::Evaluator) && self.reaches(edition)
    }

    /// Whether it lets its holder see certificates of an edition and the measures on them. Evaluators do: a correction is
    /// theirs to verify.
    pub(super) fn sees_certificates(&self, edition: &str) -> bool {
        self.actor.role != Role::Administrator && self.reaches(edition)
    }

    /// Whether it lets its holder see a case.
    pub(super) fn sees(&self, case: &Case) -> bool {
        let edition = case.form().scheme().as_str();
        self.sees_edition(edition)
            || (self.actor.role == Role::Evaluator
                && self.reaches(edition)
                && case.team().contains_key(&self.actor.person))
    }

    /// How forms name it: the role, and the mandate where there is one. The person is always the session's.
    pub(super) fn tag(&self) -> String {
        tag(&self.actor)
    }
}

/// How forms name an actor.
pub(super) fn tag(actor: &Actor) -> String {
    match &actor.deputising {
        None => actor.role.name().to_owned(),
        Some(deputising) => format!("{}.{}", actor.role.name(), deputising.mandate),
    }
}
