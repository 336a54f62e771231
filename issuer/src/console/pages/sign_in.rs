//! Signing in and out, one's own password, the first start.

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use subtle::ConstantTimeEq;
use touchstone_schemas::{date_time::Date, text::Text};

use super::{page, see};
use crate::{
    casework::{Actor, PersonAdded, PersonnelContent, Role, RoleGiven, desk},
    console::{
        Console,
        gate::Call,
        held,
        language::Language,
        lockout::{MEMORY, Subject},
        page::Frame,
        password,
        refused::Refused,
        remove_setup,
        session::{LONGEST, SessionId},
    },
    store::{Account, ConsoleEvent, Failures, Store},
};

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "console/password.html")]
struct PasswordPage<'a> {
    frame: &'a Frame,
    one_time: bool,
}

#[derive(Template)]
#[template(path = "console/setup.html")]
struct SetupPage<'a> {
    frame: &'a Frame,
    founding: bool,
}

/// Which language comes first from now on.
pub(super) fn language(call: &Call) -> Result<Response, Refused> {
    let language = Language::of_tag(call.query.get("to").unwrap_or_default()).ok_or(Refused::NotFound)?;
    let back = call.query.get("back").unwrap_or("/");
    // A path of ours and nothing else: not another host's.
    let ours = back.starts_with('/')
        && back
            .bytes()
            .skip(1)
            .all(|byte| byte.is_ascii_alphanumeric() || b"-/.".contains(&byte));
    let back = if ours && !back.starts_with("//") {
        back
    } else {
        "/"
    };
    with_cookie(see(back), &language.set())
}

fn with_cookie(mut answer: Response, cookie: &str) -> Result<Response, Refused> {
    let value = HeaderValue::from_str(cookie).map_err(|_| Refused::Form)?;
    answer.headers_mut().append(header::SET_COOKIE, value);
    Ok(answer)
}

/// To where somebody works.
pub(super) fn home(call: &Call) -> Response {
    see(match (call.frame.reads_cases, call.frame.keeps_people) {
        (true, _) => "/cases",
        (false, true) => "/people",
        (false, false) => "/password",
    })
}

pub(super) async fn form(console: &Console, call: &Call) -> Result<Response, Refused> {
    if !console.store().await.has_accounts().await? {
        return Ok(see("/setup"));
    }
    page(&SignInPage { frame: &call.frame })
}

/// Signs in: the failure is counted before the password is looked at, so that many tries at once gain nothing.
pub(super) async fn sign_in(console: &Console, call: Call) -> Result<Response, Refused> {
    let (person, password) = (
        call.form.text("person")?,
        call.form.wanted("password")?.to_owned(),
    );
    let account = count_try(console, &call, person.as_str()).await?;
    let stored = account.map(|account| account.password);
    let right = console
        .hashing(move || password::verify(&password, stored.as_deref()))
        .await?;
    if !right {
        let mut store = console.store().await;
        let failed = ConsoleEvent::SignInFailed;
        store
            .note_console(failed, (person.as_str(), None), &call.address, call.now)
            .await?;
        return Err(Refused::SignIn);
    }
    let now = call.now.unix();
    let mut store = console.store().await;
    forgive(&mut store, &call, &person).await?;
    store
        .note_console(
            ConsoleEvent::SignedIn,
            (person.as_str(), None),
            &call.address,
            call.now,
        )
        .await?;
    let id = SessionId::new()?;
    let before = call.presented.as_ref().map(SessionId::digest);
    store
        .begin_session(id.digest(), &person, (now, now.saturating_sub(LONGEST)), before)
        .await?;
    with_cookie(see("/"), &id.set(console.transport()))
}

async fn count_try(console: &Console, call: &Call, person: &str) -> Result<Option<Account>, Refused> {
    let now = call.now.unix();
    let subjects = [Subject::Account(person), Subject::Address(&call.address)];
    let mut store = console.store().await;
    for subject in subjects {
        let seconds = subject.wait(store.failures(&subject.key()).await?, now);
        if seconds > 0 {
            return Err(Refused::Wait { seconds });
        }
    }
    for subject in subjects {
        let failures = Subject::after(store.failures(&subject.key()).await?, now);
        store
            .set_failures(&subject.key(), failures, now.saturating_sub(MEMORY))
            .await?;
    }
    Ok(store.account(person).await?)
}

/// After a success: the account's failures are forgotten; of the address the try alone is taken back, its failures stay.
async fn forgive(store: &mut Store, call: &Call, person: &Text) -> Result<(), Refused> {
    let forgotten = call.now.unix().saturating_sub(MEMORY);
    let account = Subject::Account(person.as_str()).key();
    store
        .set_failures(&account, Failures::default(), forgotten)
        .await?;
    let address = Subject::Address(&call.address).key();
    let mut failures = store.failures(&address).await?;
    failures.count = failures.count.saturating_sub(1);
    Ok(store.set_failures(&address, failures, forgotten).await?)
}

pub(super) async fn sign_out(console: &Console, call: &Call) -> Result<Response, Refused> {
    let visitor = call.visitor()?;
    let mut store = console.store().await;
    store.end_session(visitor.session).await?;
    let person = (visitor.person.as_str(), None);
    store
        .note_console(ConsoleEvent::SignedOut, person, &call.address, call.now)
        .await?;
    with_cookie(see("/sign-in"), &SessionId::unset(console.transport()))
}

pub(super) fn password_form(call: &Call) -> Result<Response, Refused> {
    let one_time = call.visitor()?.one_time;
    page(&PasswordPage {
        frame: &call.frame,
        one_time,
    })
}

/// Changes one's own password; every session of the person ends, and this browser gets a new one.
pub(super) async fn password(console: &Console, call: Call) -> Result<Response, Refused> {
    let person = call.visitor()?.person.clone();
    let (before, after) = (
        call.form.wanted("before")?.to_owned(),
        call.form.wanted("after")?.to_owned(),
    );
    if call.form.wanted("again")? != after {
        let why = "the two are not the same".to_owned();
        return Err(Refused::Field { name: "again", why });
    }
    password::check(&person, &after)?;
    let account = count_try(console, &call, person.as_str()).await?;
    let hash = console
        .hashing(move || {
            let right = password::verify(&before, account.as_ref().map(|it| it.password.as_str()));
            if right && before != after {
                Some(password::hash(&after))
            } else {
                None
            }
        })
        .await?;
    let password = hash.ok_or(Refused::SignIn)??;
    give(
        console,
        &call,
        &person,
        Account {
            password,
            one_time: false,
        },
    )
    .await
}

/// Gives an account, and begins a session under it.
async fn give(console: &Console, call: &Call, person: &Text, account: Account) -> Result<Response, Refused> {
    let now = call.now.unix();
    let mut store = console.store().await;
    store.set_account(person, &account).await?;
    forgive(&mut store, call, person).await?;
    let changed = ConsoleEvent::PasswordChanged;
    store
        .note_console(changed, (person.as_str(), None), &call.address, call.now)
        .await?;
    let id = SessionId::new()?;
    store
        .begin_session(id.digest(), person, (now, now.saturating_sub(LONGEST)), None)
        .await?;
    with_cookie(see("/"), &id.set(console.transport()))
}

pub(super) async fn setup_form(console: &Console, call: &Call) -> Result<Response, Refused> {
    if console.0.setup.lock().await.is_none() {
        return Ok(see("/sign-in"));
    }
    let personnel = console.store().await.personnel().await?;
    let founding = !personnel
        .roles()
        .iter()
        .any(|it| it.given.role == Role::Administrator);
    page(&SetupPage {
        frame: &call.frame,
        founding,
    })
}

/// The first start: who brings the secret that only the machine's operator can read gives the first administrator a
/// password, and puts them on the list where there is none.
pub(super) async fn setup(console: &Console, call: Call) -> Result<Response, Refused> {
    let person = call.form.text("person")?;
    count_try(console, &call, "the first start").await?;
    let mut secret = console.0.setup.lock().await;
    let brought = call.form.wanted("secret")?.trim().as_bytes();
    let right = secret
        .as_ref()
        .is_some_and(|secret| secret.as_bytes().ct_eq(brought).into());
    if !right {
        return Err(Refused::SignIn);
    }
    let password = call.form.wanted("password")?.to_owned();
    password::check(&person, &password)?;
    let personnel = console.store().await.personnel().await?;
    let founding = !personnel
        .roles()
        .iter()
        .any(|it| it.given.role == Role::Administrator);
    if founding {
        found(console, &call, person.clone()).await?;
    } else {
        let held = held::held(&personnel, &person, Date::of(call.now));
        if !held
            .iter()
            .any(|held| held.actor == Actor::administrator(person.clone()))
        {
            return Err(Refused::Forbidden);
        }
    }
    let password = console.hashing(move || password::hash(&password)).await??;
    let answer = give(
        console,
        &call,
        &person,
        Account {
            password,
            one_time: false,
        },
    )
    .await?;
    *secret = None;
    remove_setup(&console.0.folder);
    Ok(answer)
}

async fn found(console: &Console, call: &Call, person: Text) -> Result<(), Refused> {
    let (today, added_person) = (Date::of(call.now), person.clone());
    let added = PersonnelContent::PersonAdded(PersonAdded {
        person: person.clone(),
        name: call.form.text("name")?,
        since: today,
        key: call.form.parsed("key")?,
    });
    let role = PersonnelContent::RoleGiven(RoleGiven {
        person,
        role: Role::Administrator,
        office: None,
        schemes: Vec::new(),
        from: today,
        until: None,
    });
    // A first start that ended half-way is taken up where it stopped.
    let known = console
        .store()
        .await
        .personnel()
        .await?
        .person(&added_person)
        .is_some();
    console
        .in_office(async move |office| {
            for content in [(!known).then_some(added), Some(role)].into_iter().flatten() {
                let now = office.clock.now();
                desk::keep_people(&mut office.store, None, content, now).await?;
            }
            Ok(())
        })
        .await
}
