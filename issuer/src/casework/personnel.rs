//! People, their keys, roles and mandates: the fold of their journal (ISO/IEC 17065 §6.1).

use std::collections::BTreeMap;

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    multikey::Multikey,
    text::Text,
};

use super::{
    Act, Actor, PersonnelContent, PersonnelUnlawful, Role,
    personnel_deeds::{MandateGiven, PersonAdded, RoleGiven},
};

/// Everybody who works in the office, as their journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personnel {
    people: BTreeMap<Text, Person>,
    roles: Vec<RoleGrant>,
    mandates: Vec<Mandate>,
    acts: u32,
    head: Sha256Digest,
    last: Option<Timestamp>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their names, each with its first day, the first name first.
    pub names: Vec<DatedPersonName>,
    /// Their keys, past and present.
    pub keys: Vec<PersonKey>,
}

/// A name, from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedPersonName {
    /// First day.
    pub since: Date,
    /// The name.
    pub name: Text,
}

/// A key, for as long as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonKey {
    /// The key.
    pub key: Multikey,
    /// It counts from here, inclusive.
    pub from: Timestamp,
    /// It counts until here, exclusive.
    pub until: Option<Timestamp>,
}

/// A role somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// Its number: sequence of the act that gave it.
    pub number: u32,
    /// What was given; `until` as it is now.
    pub given: RoleGiven,
}

/// A mandate 授权.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its number: sequence of the act that gave it.
    pub number: u32,
    /// What was given; `until` as it is now.
    pub given: MandateGiven,
}

impl Default for Personnel {
    fn default() -> Self {
        Self {
            people: BTreeMap::new(),
            roles: Vec::new(),
            mandates: Vec::new(),
            acts: 0,
            head: Act::<PersonnelContent>::root(),
            last: None,
        }
    }
}

impl Person {
    /// The name they bear on a day; the first one before they had any.
    #[must_use]
    pub fn name_on(&self, day: Date) -> Option<&Text> {
        let dated = self.names.iter().filter(|name| name.since <= day);
        let latest = dated.max_by_key(|name| name.since);
        latest.or_else(|| self.names.first()).map(|name| &name.name)
    }

    /// Whether the key is theirs and counts at that instant.
    #[must_use]
    pub fn holds_key(&self, key: &Multikey, at: Timestamp) -> bool {
        self.keys
            .iter()
            .any(|held| held.key == *key && held.from <= at && held.until.is_none_or(|until| at < until))
    }
}

impl Personnel {
    /// Everybody, by number.
    #[must_use]
    pub const fn people(&self) -> &BTreeMap<Text, Person> {
        &self.people
    }

    /// Every role given, past ones too.
    #[must_use]
    pub fn roles(&self) -> &[RoleGrant] {
        &self.roles
    }

    /// Every mandate given, past ones too.
    #[must_use]
    pub fn mandates(&self) -> &[Mandate] {
        &self.mandates
    }

    /// A person.
    #[must_use]
    pub fn person(&self, person: &Text) -> Option<&Person> {
        self.people.get(person)
    }

    /// Acts on record.
    #[must_use]
    pub const fn acts(&self) -> u32 {
        self.acts
    }

    /// Digest of the last act.
    #[must_use]
    pub const fn head(&self) -> Sha256Digest {
        self.head
    }

    /// The instant of the last act.
    #[must_use]
    pub const fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// The fold of a journal.
    ///
    /// # Errors
    /// The first act that does not follow from those before it, by its place.
    pub fn fold<'a>(
        acts: impl IntoIterator<Item = &'a Act<PersonnelContent>>,
    ) -> Result<Self, (u32, PersonnelUnlawful)> {
        let mut personnel = Self::default();
        for act in acts {
            personnel.apply(act).map_err(|error| (act.sequence, error))?;
        }
        Ok(personnel)
    }

    /// Takes an act in; leaves everything as it was when it is unlawful.
    ///
    /// # Errors
    /// [`PersonnelUnlawful`].
    pub fn apply(&mut self, act: &Act<PersonnelContent>) -> Result<(), PersonnelUnlawful> {
        let expected = self.acts.saturating_add(1);
        if act.journal != 0 || act.sequence != expected || act.previous != self.head {
            return Err(PersonnelUnlawful::OutOfPlace {
                found: act.sequence,
                expected,
            });
        }
        if let Some(last) = self.last.filter(|last| act.at < *last) {
            return Err(PersonnelUnlawful::ClockBehind { at: act.at, last });
        }
        self.check_author(act)?;
        self.take(act)?;
        self.acts = act.sequence;
        self.head = Sha256Digest::of(&act.to_bytes());
        self.last = Some(act.at);
        Ok(())
    }

    /// Administrators keep the list; a delegator gives and ends their own mandates. The office's program may act only
    /// until there is an administrator. Nobody gives anything to themself.
    fn check_author(&self, act: &Act<PersonnelContent>) -> Result<(), PersonnelUnlawful> {
        let Some(by) = &act.by else {
            let founded = self
                .roles
                .iter()
                .any(|role| role.given.role == Role::Administrator);
            return if founded {
                Err(PersonnelUnlawful::NoAuthor)
            } else {
                Ok(())
            };
        };
        let own = match &act.content {
            PersonnelContent::MandateGiven(given) => given.delegator == by.person,
            PersonnelContent::MandateEnded(ended) => self
                .mandates
                .iter()
                .any(|mandate| mandate.number == ended.number && mandate.given.delegator == by.person),
            _ => false,
        };
        if own {
            return Ok(());
        }
        if by.role != Role::Administrator || by.deputising.is_some() {
            return Err(PersonnelUnlawful::NotAdministrator {
                person: by.person.clone(),
            });
        }
        if beneficiary(&act.content) == Some(&by.person) {
            return Err(PersonnelUnlawful::ToThemself {
                person: by.person.clone(),
            });
        }
        Ok(())
    }

    fn take(&mut self, act: &Act<PersonnelContent>) -> Result<(), PersonnelUnlawful> {
        match &act.content {
            PersonnelContent::PersonAdded(added) => self.add(added, act.at),
            PersonnelContent::Renamed(renamed) => {
                let name = DatedPersonName {
                    since: renamed.since,
                    name: renamed.name.clone(),
                };
                self.known_mut(&renamed.person)?.names.push(name);
                Ok(())
            }
            PersonnelContent::KeyGiven(given) => {
                self.check_key_free(&given.key)?;
                let key = PersonKey {
                    key: given.key,
                    from: act.at,
                    until: None,
                };
                self.known_mut(&given.person)?.keys.push(key);
                Ok(())
            }
            PersonnelContent::KeyRetired(retired) => {
                let person = self.known_mut(&retired.person)?;
                let key = person.keys.iter_mut().find(|held| held.key == retired.key);
                let key = key.ok_or(PersonnelUnlawful::UnknownKey { key: retired.key })?;
                key.until = Some(key.until.map_or(retired.from, |until| until.min(retired.from)));
                Ok(())
            }
            PersonnelContent::RoleGiven(given) => self.give_role(given, act.sequence),
            PersonnelContent::RoleEnded(ended) => {
                let role = self.roles.iter_mut().find(|role| role.number == ended.number);
                let role = role.ok_or(PersonnelUnlawful::UnknownNumber { number: ended.number })?;
                role.given.until = Some(
                    role.given
                        .until
                        .map_or(ended.until, |until| until.min(ended.until)),
                );
                Ok(())
            }
            PersonnelContent::MandateGiven(given) => self.give_mandate(given, act.sequence),
            PersonnelContent::MandateEnded(ended) => {
                let mandate = self.mandates.iter_mut().find(|it| it.number == ended.number);
                let mandate = mandate.ok_or(PersonnelUnlawful::UnknownNumber { number: ended.number })?;
                mandate.given.until = mandate.given.until.min(ended.until);
                Ok(())
            }
        }
    }

    fn add(&mut self, added: &PersonAdded, at: Timestamp) -> Result<(), PersonnelUnlawful> {
        let person = added.person.clone();
        if self.people.contains_key(&person) {
            return Err(PersonnelUnlawful::KnownPerson { person });
        }
        self.check_key_free(&added.key)?;
        let entry = Person {
            names: vec![DatedPersonName {
                since: added.since,
                name: added.name.clone(),
            }],
            keys: vec![PersonKey {
                key: added.key,
                from: at,
                until: None,
            }],
        };
        self.people.insert(person, entry);
        Ok(())
    }

    /// One key, one person: two accounts of one person would undo the separation of duties.
    fn check_key_free(&self, key: &Multikey) -> Result<(), PersonnelUnlawful> {
        let holder = self
            .people
            .iter()
            .find(|(_, person)| person.keys.iter().any(|held| held.key == *key));
        match holder {
            Some((person, _)) => Err(PersonnelUnlawful::KeyTaken {
                person: person.clone(),
            }),
            None => Ok(()),
        }
    }

    fn give_role(&mut self, given: &RoleGiven, number: u32) -> Result<(), PersonnelUnlawful> {
        self.known(&given.person)?;
        check_office(given.role, given.office.as_ref())?;
        if let Some(until) = given.until.filter(|until| *until < given.from) {
            return Err(PersonnelUnlawful::EndsBeforeItBegins {
                from: given.from,
                until,
            });
        }
        let given = given.clone();
        self.roles.push(RoleGrant { number, given });
        Ok(())
    }

    fn give_mandate(&mut self, given: &MandateGiven, number: u32) -> Result<(), PersonnelUnlawful> {
        self.known(&given.delegator)?;
        self.known(&given.deputy)?;
        check_office(given.role, given.office.as_ref())?;
        if given.delegator == given.deputy {
            return Err(PersonnelUnlawful::ToThemself {
                person: given.deputy.clone(),
            });
        }
        if !given.role.may_be_deputised() {
            return Err(PersonnelUnlawful::NotDeputised { role: given.role });
        }
        if given.until < given.from {
            let (from, until) = (given.from, given.until);
            return Err(PersonnelUnlawful::EndsBeforeItBegins { from, until });
        }
        let given = given.clone();
        self.mandates.push(Mandate { number, given });
        Ok(())
    }

    fn known(&self, person: &Text) -> Result<&Person, PersonnelUnlawful> {
        self.people
            .get(person)
            .ok_or_else(|| PersonnelUnlawful::UnknownPerson {
                person: person.clone(),
            })
    }

    fn known_mut(&mut self, person: &Text) -> Result<&mut Person, PersonnelUnlawful> {
        let unknown = || PersonnelUnlawful::UnknownPerson {
            person: person.clone(),
        };
        self.people.get_mut(person).ok_or_else(unknown)
    }
}

/// An office is what approvers hold, and they alone.
fn check_office(role: Role, office: Option<&Text>) -> Result<(), PersonnelUnlawful> {
    if (role == Role::Approver) == office.is_some() {
        Ok(())
    } else {
        Err(PersonnelUnlawful::Office { role })
    }
}

/// Who gains by an act.
fn beneficiary(content: &PersonnelContent) -> Option<&Text> {
    match content {
        PersonnelContent::RoleGiven(given) => Some(&given.person),
        PersonnelContent::MandateGiven(given) => Some(&given.deputy),
        PersonnelContent::KeyGiven(given) => Some(&given.person),
        PersonnelContent::PersonAdded(_)
        | PersonnelContent::Renamed(_)
        | PersonnelContent::KeyRetired(_)
        | PersonnelContent::RoleEnded(_)
        | PersonnelContent::MandateEnded(_) => None,
    }
}

impl Actor {
    /// An administrator.
    #[must_use]
    pub const fn administrator(person: Text) -> Self {
        Self::own(person, Role::Administrator)
    }
}
