//! A request that passed the door.

use axum::body::Bytes;
use touchstone_schemas::{
    date_time::Timestamp,
    decode::{Decode, DecodeError, Members, read},
    json::Value,
    text::Text,
};

use super::{
    problem::{Code, Problem},
    route::{ApiAccess, ApiRoute},
};
use crate::{
    casework::{Actor, Case, Personnel, Role},
    console::{Console, held::Held},
    store::{RequestKey, StoredToken},
};

/// For whom a request is.
pub(super) struct Caller {
    /// The person.
    pub(super) person: Text,
    /// Their token.
    pub(super) token: StoredToken,
    /// Everybody, as the list is now.
    pub(super) personnel: Personnel,
    /// What they hold now.
    pub(super) held: Vec<Held>,
}

impl Caller {
    /// Whether they may see a case.
    pub(super) fn sees(&self, case: &Case) -> bool {
        self.held.iter().any(|held| held.sees(case))
    }
}

/// A request.
pub(super) struct Call {
    pub(super) route: ApiRoute,
    pub(super) caller: Caller,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    /// Media type of the body, without its parameters.
    pub(super) media: String,
    pub(super) body: Bytes,
    /// Where something is recorded.
    pub(super) request: Option<RequestKey>,
    pub(super) now: Timestamp,
}

impl Call {
    /// A part of the path; what is not of its form is not there.
    pub(super) fn parameter<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found
            .and_then(|(_, value)| value.parse().ok())
            .ok_or(Problem::new(Code::NotFound))
    }

    /// A part of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A part of the query, of its form.
    pub(super) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Problem>
    where
        T::Err: ToString,
    {
        let malformed = |error: T::Err| {
            let why = error.to_string();
            Problem::new(Code::MalformedQuery).detail(format_args!("{name}: {why}"))
        };
        self.query(name).map(str::parse).transpose().map_err(malformed)
    }

    /// The same, where it must be there.
    pub(super) fn wanted<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem>
    where
        T::Err: ToString,
    {
        let missing = || Problem::new(Code::MalformedQuery).detail(format_args!("{name} is wanted"));
        self.parsed(name)?.ok_or_else(missing)
    }

    /// The query has these parts and no others: a misspelt one would be passed over in silence.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), Problem> {
        match self
            .query
            .iter()
            .find(|(name, _)| !names.contains(&name.as_str()))
        {
            None => Ok(()),
            Some((name, _)) => {
                Err(Problem::new(Code::MalformedQuery).detail(format_args!("{name:?} is unknown")))
            }
        }
    }

    /// The body as a record.
    pub(super) fn record<T: Decode>(&self) -> Result<T, Problem> {
        Ok(read(&self.body, self.route.longest_body())?)
    }

    /// The case that the request is about; none that the person may not see.
    pub(super) async fn case(&self, console: &Console) -> Result<Case, Problem> {
        let number: u32 = self.parameter("number")?;
        let case = console.store().await.case(number).await?;
        case.filter(|case| self.caller.sees(case))
            .ok_or(Problem::new(Code::NotFound))
    }

    /// As whom the person acts: as `as` says (a role, and `.` with the mandate's number for a deputy), or in the one role
    /// of theirs that may, `usual` where the act itself has one.
    pub(super) fn actor(&self, usual: Option<Role>) -> Result<Actor, Problem> {
        let ApiAccess::Scope(_, roles) = self.route.access() else {
            return Err(Problem::new(Code::RoleMissing));
        };
        let mut may: Vec<&Held> = Vec::new();
        for held in self
            .caller
            .held
            .iter()
            .filter(|held| roles.contains(&held.actor.role))
        {
            if !may.iter().any(|other| other.actor == held.actor) {
                may.push(held);
            }
        }
        if let Some(wanted) = self.query("as") {
            let found = may.iter().find(|held| held.tag() == wanted);
            let missing =
                || Problem::new(Code::RoleMissing).detail(format_args!("as: {wanted:?} is not held now"));
            return found.map(|held| held.actor.clone()).ok_or_else(missing);
        }
        may.retain(|held| usual.is_none_or(|role| role == held.actor.role));
        let own: Vec<&&Held> = may
            .iter()
            .filter(|held| held.actor.deputising.is_none())
            .collect();
        match (own.as_slice(), may.as_slice()) {
            ([one], _) => Ok(one.actor.clone()),
            ([], [one]) => Ok(one.actor.clone()),
            ([], []) => Err(Problem::new(Code::RoleMissing)),
            _ => {
                let tags: Vec<String> = may.iter().map(|held| held.tag()).collect();
                Err(Problem::new(Code::RoleWanted).detail(tags.join(", ")))
            }
        }
    }
}

/// A member that is read elsewhere.
pub(super) struct Anything;

impl Decode for Anything {
    fn decode(_: &Value<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

/// A body that says nothing: `{}`.
pub(super) struct Nothing;

impl Decode for Nothing {
    fn decode(value: &Value<'_>) -> Result<Self, DecodeError> {
        Members::open(value, &[])?.close()?;
        Ok(Self)
    }
}
