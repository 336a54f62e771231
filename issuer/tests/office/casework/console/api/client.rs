//! A program with a token.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use touchstone_issuer::{
    casework::{Approval, Role, desk},
    store::Store,
    token::{Scope, TokenRequest, create_token},
};
use touchstone_schemas::jcs::to_canonical;

use super::super::{
    super::staff::{added, key, now, role, text},
    browser::Running,
};
use crate::test_office::TestOffice;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem.
    pub(super) fn code(&self) -> String {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{self:?}"
        );
        let kind = self.json()["type"].as_str().unwrap().to_owned();
        kind.rsplit('/').next().unwrap().to_owned()
    }
}

/// A program that works for one person.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) origin: String,
    pub(super) token: Option<String>,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

impl Client {
    pub(super) fn new(running: &Running, token: Option<&str>) -> Self {
        Self {
            origin: running.origin.clone(),
            token: token.map(str::to_owned),
        }
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        let mut request = agent().get(format!("{}{path}", self.origin));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        reply(request.call().unwrap())
    }

    /// JSON, under a key.
    pub(super) fn post(&self, path: &str, key: &str, body: &Value) -> Reply {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(path, &headers, body.to_string().as_bytes())
    }

    pub(super) fn send(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = agent().post(format!("{}{path}", self.origin));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        reply(request.send(body).unwrap())
    }

    /// Asks what is to be signed, signs it with the person's own key, sends the signature.
    pub(super) fn judge(&self, person: &str, case: u32, key_of_act: &str, drafted: &Value) -> Reply {
        let path = format!("/api/cases/{case}");
        let mut judged = drafted.clone();
        judged["approval"] = approved(self, person, &path, drafted);
        self.post(&format!("{path}/judgements"), key_of_act, &judged)
    }
}

/// What is to be signed, signed with a person's own key, as a member `approval` of what was drafted.
pub(super) fn approved(client: &Client, person: &str, path: &str, drafted: &Value) -> Value {
    let headers = [("content-type", "application/json")];
    let bundle = client.send(
        &format!("{path}/bundles"),
        &headers,
        drafted.to_string().as_bytes(),
    );
    assert_eq!(bundle.status, 200, "{person}: {bundle:?}");
    let approval = Approval::sign(&bundle.body, &key(person)).unwrap();
    serde_json::from_slice(&to_canonical(&approval)).unwrap()
}

fn reply(mut answer: ureq::http::Response<ureq::Body>) -> Reply {
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    Reply {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        body: answer.body_mut().read_to_vec().unwrap(),
    }
}

/// A token of a person, for an hour.
pub(super) async fn token(test: &TestOffice, person: &str, scopes: &[Scope]) -> String {
    // Without the office's keys, which take a while to unlock.
    let mut store = Store::open(&test.records()).await.unwrap();
    let request = TokenRequest {
        person: text(person),
        name: text("测试 tests"),
        scopes: scopes.to_vec(),
        expires: now().checked_add(3_600).unwrap(),
        by: text(person),
    };
    let token = create_token(&mut store, &request, now()).await.unwrap();
    token.expose().to_owned()
}

/// Somebody who holds every role.
pub(super) const EVERYTHING: &str = "全职";

/// Puts them on the list.
pub(super) async fn hire_everything(test: &TestOffice) {
    let (mut office, _) = test.open().await;
    let by = touchstone_issuer::casework::Actor::administrator(text("管理"));
    let roles = Role::ALL.map(|held| {
        let office = (held == Role::Approver).then_some("处长");
        role(EVERYTHING, held, office)
    });
    for content in [added(EVERYTHING)].into_iter().chain(roles) {
        desk::keep_people(&mut office.store, Some(&by), content, now())
            .await
            .unwrap();
    }
}

/// The client's part of a sample, as JSON.
pub(super) fn form(sample: &str) -> Value {
    let form = super::super::super::staff::form(sample);
    serde_json::from_slice(form.canonical()).unwrap()
}

/// A judgement before it is signed.
pub(super) fn drafted(stage: &str, kind: &str, verdict: Value) -> Value {
    json!({ "stage": stage, "kind": kind, "verdict": verdict })
}
