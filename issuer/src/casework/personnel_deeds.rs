//! What is put on record about people, roles and mandates.

use touchstone_schemas::{
    date_time::{Date, Timestamp},
    multikey::Multikey,
    record,
    text::Text,
};

use super::{Role, act::contents};

contents! {
    /// What an act of the journal of people says.
    PersonnelContent {
        /// A person joins.
        PersonAdded(PersonAdded) = "personAdded",
        /// A person has another name.
        Renamed(Renamed) = "renamed",
        /// A person has another key.
        KeyGiven(KeyGiven) = "keyGiven",
        /// A key counts no longer.
        KeyRetired(KeyRetired) = "keyRetired",
        /// A person holds a role.
        RoleGiven(RoleGiven) = "roleGiven",
        /// A role ends.
        RoleEnded(RoleEnded) = "roleEnded",
        /// A person may act for another 授权.
        MandateGiven(MandateGiven) = "mandateGiven",
        /// A mandate ends.
        MandateEnded(MandateEnded) = "mandateEnded",
    }
}

/// A person joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonAdded {
    /// The person's number: duties are separated by person.
    pub person: Text,
    /// Name.
    pub name: Text,
    /// Since when they bear it.
    pub since: Date,
    /// Their own key, of which the office holds the public half alone.
    pub key: Multikey,
}

record! { PersonAdded { "key": key, "name": name, "person": person, "since": since } }

/// A person has another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The person.
    pub person: Text,
    /// Name.
    pub name: Text,
    /// Since when they bear it.
    pub since: Date,
}

record! { Renamed { "name": name, "person": person, "since": since } }

/// A person has another key, from the time of the act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGiven {
    /// The person.
    pub person: Text,
    /// The key.
    pub key: Multikey,
}

record! { KeyGiven { "key": key, "person": person } }

/// A key counts no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRetired {
    /// The person.
    pub person: Text,
    /// The key.
    pub key: Multikey,
    /// From when on it does not count; in the past when it was lost then.
    pub from: Timestamp,
    /// Why.
    pub reason: Text,
}

record! { KeyRetired { "from": from, "key": key, "person": person, "reason": reason } }

/// A person holds a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGiven {
    /// The person.
    pub person: Text,
    /// The role.
    pub role: Role,
    /// The office, for approvers: 处长, 主任.
    pub office: Option<Text>,
    /// Editions of the schemes it is for; none named: every scheme.
    pub schemes: Vec<Text>,
    /// First day.
    pub from: Date,
    /// Last day; open when absent.
    pub until: Option<Date>,
}

record! { RoleGiven {
    "from": from,
    "office"? office,
    "person": person,
    "role": role,
    "schemes"? schemes,
    "until"? until,
} }

/// A role ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEnded {
    /// Number of the role: sequence of the act that gave it.
    pub number: u32,
    /// Last day.
    pub until: Date,
    /// Why.
    pub reason: Text,
}

record! { RoleEnded { "number": number, "reason": reason, "until": until } }

/// A person may act for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateGiven {
    /// Who gives it, and holds the role.
    pub delegator: Text,
    /// Who may act.
    pub deputy: Text,
    /// In which role.
    pub role: Role,
    /// In which office, for approvers.
    pub office: Option<Text>,
    /// Editions of the schemes it is for; none named: those of the delegator's role.
    pub schemes: Vec<Text>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

record! { MandateGiven {
    "delegator": delegator,
    "deputy": deputy,
    "from": from,
    "office"? office,
    "role": role,
    "schemes"? schemes,
    "until": until,
} }

/// A mandate ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateEnded {
    /// Number of the mandate: sequence of the act that gave it.
    pub number: u32,
    /// Last day.
    pub until: Date,
    /// Why.
    pub reason: Text,
}

record! { MandateEnded { "number": number, "reason": reason, "until": until } }
