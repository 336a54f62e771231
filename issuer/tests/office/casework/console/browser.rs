//! A browser as far as the console sees one: a cookie, the token of a form, the headers that say where a form comes from.

use std::{collections::BTreeMap, time::Duration};

use tokio::sync::watch;
use touchstone_issuer::{
    config::Folder,
    console::{Console, ConsoleAddress},
    office::Clock,
};

use touchstone_issuer::casework::{Actor, Role, desk};

use super::super::staff::{ROLES, added, hire, now, role, text};
use crate::test_office::TestOffice;

pub(super) const PASSWORD: &str = "一个够长的口令 for tests";

/// A console that runs for as long as a test.
pub(super) struct Running {
    pub(super) origin: String,
    pub(super) secret: Option<String>,
    _stop: watch::Sender<bool>,
}

pub(super) async fn start(test: &TestOffice, clock: Clock) -> Running {
    let address = ConsoleAddress {
        listen: "127.0.0.1:0".parse().unwrap(),
        public: None,
    };
    start_at(test, clock, address).await
}

pub(super) async fn start_at(test: &TestOffice, clock: Clock, address: ConsoleAddress) -> Running {
    let (office, keys) = test.open().await;
    drop(office);
    let folder = Folder::new(test.folder.join("issuer"));
    let listening = Console::listen(folder, clock, Some(keys), &address)
        .await
        .unwrap();
    let secret = listening
        .setup
        .as_ref()
        .map(|path| std::fs::read_to_string(path).unwrap().trim().to_owned());
    let (origin, (stop, stopped)) = (listening.origin.clone(), watch::channel(false));
    tokio::spawn(listening.serve(stopped));
    Running {
        origin,
        secret,
        _stop: stop,
    }
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn location(&self) -> &str {
        self.headers.get("location").map_or("", String::as_str)
    }
}

/// A browser.
#[derive(Clone)]
pub(super) struct Browser {
    pub(super) origin: String,
    pub(super) cookie: Option<String>,
    pub(super) token: String,
    pub(super) sent_origin: Option<String>,
    pub(super) fetch_site: Option<String>,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

const BOUNDARY: &str = "a-boundary-of-tests";

impl Browser {
    pub(super) fn new(running: &Running) -> Self {
        Self {
            origin: running.origin.clone(),
            cookie: None,
            token: String::new(),
            sent_origin: Some(running.origin.clone()),
            fetch_site: Some("same-origin".to_owned()),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        let mut request = agent().get(format!("{}{path}", self.origin));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.call().unwrap();
        self.take(answer)
    }

    /// A form without files.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        let token = self.token.clone();
        if !fields.iter().any(|(name, _)| *name == "token") {
            all.push(("token", &token));
        }
        let mut request = agent().post(format!("{}{path}", self.origin));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let answer = request.send_form(all).unwrap();
        self.take(answer)
    }

    /// A form with a file.
    pub(super) fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        let token = self.token.clone();
        for (name, value) in fields.iter().chain([&("token", token.as_str())]) {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let (name, file_name, bytes) = file;
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let mut request = agent().post(format!("{}{path}", self.origin));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = request.header("content-type", kind).send(&body[..]).unwrap();
        self.take(answer)
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        headers.extend(self.cookie.clone().map(|cookie| ("cookie", cookie)));
        headers.extend(self.sent_origin.clone().map(|origin| ("origin", origin)));
        headers.extend(self.fetch_site.clone().map(|site| ("sec-fetch-site", site)));
        headers
    }

    fn take(&mut self, mut answer: ureq::http::Response<ureq::Body>) -> Answer {
        let mut headers = BTreeMap::new();
        for (name, value) in answer.headers() {
            headers.insert(name.to_string(), value.to_str().unwrap().to_owned());
        }
        if let Some(cookie) = headers.get("set-cookie") {
            self.cookie = cookie
                .split(';')
                .next()
                .map(str::to_owned)
                .filter(|cookie| !cookie.ends_with('='));
        }
        let body = answer.body_mut().read_to_string().unwrap_or_default();
        if let Some((_, rest)) = body.split_once("name=\"token\" value=\"") {
            self.token = rest.split('"').next().unwrap().to_owned();
        }
        Answer {
            status: answer.status().as_u16(),
            headers,
            body,
        }
    }

    /// Signs in, and learns the token of the session's forms.
    pub(super) fn sign_in(&mut self, person: &str, password: &str) -> Answer {
        let answer = self.post("/sign-in", &[("person", person), ("password", password)]);
        if answer.status == 303 {
            self.get("/password");
        }
        answer
    }
}

/// The administrator by the first start; everybody else by the administrator, each with a password of their own.
pub(super) fn staffed(running: &Running) -> BTreeMap<&'static str, Browser> {
    let mut administrator = Browser::new(running);
    let secret = running.secret.as_deref().unwrap();
    let first = [("secret", secret), ("person", "管理"), ("password", PASSWORD)];
    assert_eq!(administrator.post("/setup", &first).status, 303);
    administrator.get("/people");
    let mut browsers = BTreeMap::new();
    for person in everybody().filter(|person| *person != "管理") {
        let given = administrator.post("/people/access", &[("person", person)]);
        assert_eq!(given.status, 200, "{person}: {}", given.body);
        let (_, rest) = given.body.split_once("<strong class=\"num\">").unwrap();
        let secret = rest.split('<').next().unwrap();
        let mut browser = Browser::new(running);
        assert_eq!(browser.sign_in(person, secret).status, 303);
        let changed = [("before", secret), ("after", PASSWORD), ("again", PASSWORD)];
        assert_eq!(browser.post("/password", &changed).location(), "/", "{person}");
        browser.get("/password");
        browsers.insert(person, browser);
    }
    browsers.insert("管理", administrator);
    browsers
}

/// Roles beside the usual staff.
const READERS: [(&str, Role, Option<&str>); 2] = [
    ("审计", Role::Auditor, None),
    ("监督", Role::SurveillanceOfficer, None),
];

/// Everybody: each role is somebody's.
pub(super) fn everybody() -> impl Iterator<Item = &'static str> {
    ROLES.into_iter().chain(READERS).map(|(person, _, _)| person)
}

/// An office with its staff on the list.
pub(super) async fn hired() -> TestOffice {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let by = Actor::administrator(text("管理"));
    for (person, held, office_of) in READERS {
        for content in [added(person), role(person, held, office_of)] {
            desk::keep_people(&mut office.store, Some(&by), content, now())
                .await
                .unwrap();
        }
    }
    test
}
