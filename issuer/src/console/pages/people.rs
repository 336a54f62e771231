//! People, roles and mandates: what administrators keep.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{date_time::Date, multikey::Multikey, text::Text};

use super::{page, see, words};
use crate::{
    casework::{
        Actor, MandateEnded, MandateGiven, PersonAdded, PersonnelContent, Role, RoleEnded, RoleGiven, desk,
    },
    console::{
        Console, fields::Fields, gate::Call, language::Said, page::Frame, password, refused::Refused,
        route::Route,
    },
    store::{Account, ConsoleEvent},
};

#[derive(Template)]
#[template(path = "console/people.html")]
struct PeoplePage<'a> {
    frame: &'a Frame,
    people: Vec<PersonRow>,
    roles: Vec<RoleRow>,
    mandates: Vec<MandateRow>,
    words: Vec<(&'static str, String)>,
    today: Date,
}

struct PersonRow {
    person: String,
    name: String,
    keys: Vec<String>,
    access: bool,
}

struct RoleRow {
    number: u32,
    person: String,
    role: Said,
    office: String,
    schemes: String,
    from: Date,
    until: Option<Date>,
}

struct MandateRow {
    number: u32,
    delegator: String,
    deputy: String,
    role: Said,
    office: String,
    from: Date,
    until: Date,
}

#[derive(Template)]
#[template(path = "console/access.html")]
struct AccessPage<'a> {
    frame: &'a Frame,
    person: &'a str,
    secret: &'a str,
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Refused> {
    let accounts = console.store().await.accounts().await?;
    let (personnel, language) = (&call.visitor()?.personnel, call.frame.language);
    let today = Date::of(call.now);
    let said = |role| {
        let (zh, en) = words::role(role);
        language.t(zh, en)
    };
    let office = |office: &Option<Text>| office.as_ref().map_or_else(String::new, ToString::to_string);
    let people = personnel.people().iter().map(|(person, it)| PersonRow {
        person: person.to_string(),
        name: it.name_on(today).map_or_else(String::new, ToString::to_string),
        keys: it
            .keys
            .iter()
            .filter(|key| key.until.is_none())
            .map(|key| key.key.to_string())
            .collect(),
        access: accounts.iter().any(|account| account == person.as_str()),
    });
    let roles = personnel.roles().iter().map(|it| RoleRow {
        number: it.number,
        person: it.given.person.to_string(),
        role: said(it.given.role),
        office: office(&it.given.office),
        schemes: it
            .given
            .schemes
            .iter()
            .map(Text::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        from: it.given.from,
        until: it.given.until,
    });
    let mandates = personnel.mandates().iter().map(|it| MandateRow {
        number: it.number,
        delegator: it.given.delegator.to_string(),
        deputy: it.given.deputy.to_string(),
        role: said(it.given.role),
        office: office(&it.given.office),
        from: it.given.from,
        until: it.given.until,
    });
    page(&PeoplePage {
        frame: &call.frame,
        people: people.collect(),
        roles: roles.collect(),
        mandates: mandates.collect(),
        words: Role::ALL
            .into_iter()
            .map(|role| {
                let (zh, en) = words::role(role);
                (role.name(), language.plain(zh, en))
            })
            .collect(),
        today,
    })
}

fn schemes(form: &Fields) -> Result<Vec<Text>, Refused> {
    Ok(form.optional_text("scheme")?.into_iter().collect())
}

fn content(route: Route, form: &Fields, today: Date) -> Result<PersonnelContent, Refused> {
    Ok(match route {
        Route::AddPerson => PersonnelContent::PersonAdded(PersonAdded {
            person: form.text("person")?,
            name: form.text("name")?,
            since: form.optional("since")?.unwrap_or(today),
            key: form.parsed::<Multikey>("key")?,
        }),
        Route::GiveRole => PersonnelContent::RoleGiven(RoleGiven {
            person: form.text("person")?,
            role: form.word("role", Role::of_name)?,
            office: form.optional_text("office")?,
            schemes: schemes(form)?,
            from: form.parsed("from")?,
            until: form.optional("until")?,
        }),
        Route::EndRole => PersonnelContent::RoleEnded(RoleEnded {
            number: form.parsed("number")?,
            until: form.parsed("until")?,
            reason: form.text("reason")?,
        }),
        Route::GiveMandate => PersonnelContent::MandateGiven(MandateGiven {
            delegator: form.text("delegator")?,
            deputy: form.text("deputy")?,
            role: form.word("role", Role::of_name)?,
            office: form.optional_text("office")?,
            schemes: schemes(form)?,
            from: form.parsed("from")?,
            until: form.parsed("until")?,
        }),
        Route::EndMandate => PersonnelContent::MandateEnded(MandateEnded {
            number: form.parsed("number")?,
            until: form.parsed("until")?,
            reason: form.text("reason")?,
        }),
        _ => return Err(Refused::NotFound),
    })
}

pub(super) async fn keep(console: &Console, route: Route, call: Call) -> Result<Response, Refused> {
    let by = Actor::administrator(call.visitor()?.person.clone());
    let content = content(route, &call.form, Date::of(call.now))?;
    console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::keep_people(&mut office.store, Some(&by), content, now)
                .await
                .map(drop)?)
        })
        .await?;
    Ok(see("/people"))
}

/// Gives a person a password for once, shown here and nowhere else. Their key stays theirs: with it alone a judgement
/// is signed.
pub(super) async fn give_access(console: &Console, call: Call) -> Result<Response, Refused> {
    let (person, visitor) = (call.form.text("person")?, call.visitor()?);
    if person == visitor.person || visitor.personnel.person(&person).is_none() {
        return Err(Refused::Forbidden);
    }
    let secret = password::secret()?;
    let hashed = secret.clone();
    let password = console.hashing(move || password::hash(&hashed)).await??;
    let mut store = console.store().await;
    store
        .set_account(
            &person,
            &Account {
                password,
                one_time: true,
            },
        )
        .await?;
    let given = ConsoleEvent::AccessGiven;
    store
        .note_console(
            given,
            (person.as_str(), Some(&visitor.person)),
            &call.address,
            call.now,
        )
        .await?;
    page(&AccessPage {
        frame: &call.frame,
        person: person.as_str(),
        secret: &secret,
    })
}
