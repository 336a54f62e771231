//! `person`, `role` and `mandate`: the list of people.

use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::{
    casework::{
        Actor, KeyGiven, KeyRetired, MandateEnded, MandateGiven, PersonAdded, PersonnelContent, Renamed,
        Role, RoleEnded, RoleGiven, desk,
    },
    keys::{PassphraseSource, create_key, read_passphrase},
};
use touchstone_schemas::{date_time::Date, multikey::Multikey, text::Text};

use super::case_arguments::{MandateCommand, Person, RoleCommand};
use super::commands::Session;
use super::error::CliError;
use super::print;

/// The personal key, as prompts call it.
pub(super) const PERSONAL_KEY: &str = "the personal key";

impl Session {
    pub(super) async fn person(self, command: Person) -> Result<ExitCode, CliError> {
        let now = self.clock.now();
        let (by, content) = match command {
            Person::Key { out, passphrase } => {
                let source = PassphraseSource::of_new(passphrase.key_passphrase_file, PERSONAL_KEY);
                let key = create_key(&out, &read_passphrase(&source)?)?;
                let key = Multikey::from_bytes(key.verifying_key().to_bytes());
                let value = json!({ "file": out, "key": key });
                print::line(self.json, &value, &key.to_string())?;
                return Ok(ExitCode::SUCCESS);
            }
            Person::List => return self.list_people().await,
            Person::Add {
                person,
                name,
                since,
                key,
                by,
            } => {
                let added = PersonAdded {
                    person,
                    name,
                    since,
                    key,
                };
                (by, PersonnelContent::PersonAdded(added))
            }
            Person::Rename {
                person,
                name,
                since,
                by,
            } => {
                let renamed = Renamed { person, name, since };
                (Some(by), PersonnelContent::Renamed(renamed))
            }
            Person::GiveKey { person, key, by } => {
                (Some(by), PersonnelContent::KeyGiven(KeyGiven { person, key }))
            }
            Person::RetireKey {
                person,
                key,
                from,
                reason,
                by,
            } => {
                let retired = KeyRetired {
                    person,
                    key,
                    from: from.unwrap_or(now),
                    reason,
                };
                (Some(by), PersonnelContent::KeyRetired(retired))
            }
        };
        self.keep(by.map(Actor::administrator), content).await
    }

    pub(super) async fn role(self, command: RoleCommand) -> Result<ExitCode, CliError> {
        let (by, content) = match command {
            RoleCommand::Give {
                person,
                role,
                office,
                schemes,
                from,
                until,
                by,
            } => {
                let given = RoleGiven {
                    person,
                    role,
                    office,
                    schemes,
                    from,
                    until,
                };
                (by, PersonnelContent::RoleGiven(given))
            }
            RoleCommand::End { ending } => {
                let ended = RoleEnded {
                    number: ending.number,
                    until: ending.until,
                    reason: ending.reason,
                };
                (Some(ending.by), PersonnelContent::RoleEnded(ended))
            }
        };
        self.keep(by.map(Actor::administrator), content).await
    }

    pub(super) async fn mandate(self, command: MandateCommand) -> Result<ExitCode, CliError> {
        match command {
            MandateCommand::Give {
                delegator,
                deputy,
                role,
                office,
                schemes,
                from,
                until,
                by,
            } => {
                let by = author(by, &delegator, role);
                let given = MandateGiven {
                    delegator,
                    deputy,
                    role,
                    office,
                    schemes,
                    from,
                    until,
                };
                self.keep(Some(by), PersonnelContent::MandateGiven(given)).await
            }
            MandateCommand::End { ending } => {
                let mut office = self.open_office().await?;
                let personnel = office.store.personnel().await?;
                let mandate = personnel.mandates().iter().find(|it| it.number == ending.number);
                let by = match mandate {
                    Some(mandate) => author(ending.by, &mandate.given.delegator, mandate.given.role),
                    None => Actor::administrator(ending.by),
                };
                drop(office);
                let ended = MandateEnded {
                    number: ending.number,
                    until: ending.until,
                    reason: ending.reason,
                };
                self.keep(Some(by), PersonnelContent::MandateEnded(ended)).await
            }
        }
    }

    async fn keep(self, by: Option<Actor>, content: PersonnelContent) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let now = office.clock.now();
        let personnel = desk::keep_people(&mut office.store, by.as_ref(), content, now).await?;
        let (act, head) = (personnel.acts(), personnel.head().to_string());
        print::line(
            self.json,
            &json!({ "act": act, "head": head }),
            &format!("act {act}"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    async fn list_people(self) -> Result<ExitCode, CliError> {
        let mut office = self.open_office().await?;
        let personnel = office.store.personnel().await?;
        let today = Date::of(office.clock.now());
        for (number, person) in personnel.people() {
            let name = person.name_on(today).map_or("", Text::as_str);
            let keys: Vec<String> = person
                .keys
                .iter()
                .filter(|key| key.until.is_none())
                .map(|key| key.key.to_string())
                .collect();
            let value = json!({ "person": number, "name": name, "keys": keys });
            print::line(
                self.json,
                &value,
                &format!("{number}  {name}  {}", keys.join(" ")),
            )?;
        }
        for role in personnel.roles() {
            let given = &role.given;
            let value = json!({
                "number": role.number, "person": given.person, "role": given.role, "office": given.office,
                "schemes": given.schemes, "from": given.from, "until": given.until,
            });
            let office = given
                .office
                .as_ref()
                .map_or(String::new(), |office| format!(" ({office})"));
            let until = given
                .until
                .map_or(String::new(), |until| format!(" until {until}"));
            let text = format!(
                "role {}  {}  {}{office} from {}{until}",
                role.number,
                given.person,
                given.role.name(),
                given.from
            );
            print::line(self.json, &value, &text)?;
        }
        for mandate in personnel.mandates() {
            let given = &mandate.given;
            let value = json!({
                "number": mandate.number, "delegator": given.delegator, "deputy": given.deputy, "role": given.role,
                "office": given.office, "schemes": given.schemes, "from": given.from, "until": given.until,
            });
            let text = format!(
                "mandate {}  {} 代 {} as {} from {} until {}",
                mandate.number,
                given.deputy,
                given.delegator,
                given.role.name(),
                given.from,
                given.until
            );
            print::line(self.json, &value, &text)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A mandate is the delegator's to give and end, else an administrator's.
fn author(by: Text, delegator: &Text, role: Role) -> Actor {
    if by == *delegator {
        Actor::own(by, role)
    } else {
        Actor::administrator(by)
    }
}
