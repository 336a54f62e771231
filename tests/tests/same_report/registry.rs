//! The registry as a program of its own, on loopback.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use touchstone_schemas::date_time::Timestamp;
use touchstone_tests::road::{Finished, Process, TempFolder, program};
use ureq::Agent;

use crate::fixture::{REGISTRY, World, multikey};

/// A registry that trusts this world; it is ended with this.
pub(crate) struct Registry {
    _process: Process,
    folder: TempFolder,
    port: u16,
    agent: Agent,
}

impl Registry {
    pub(crate) fn start(world: &mut World) -> Self {
        let folder = TempFolder::new("intake").unwrap();
        let at = |name: &str| folder.path().join(name);
        let free = || {
            TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port()
        };
        let (port, private) = (free(), free());
        std::fs::write(at("passphrase"), "only for this test run").unwrap();
        let registry = || Command::new(program("touchstone-registry").unwrap());
        let made = Finished::of(
            registry()
                .args([
                    Path::new("init"),
                    Path::new("--dir"),
                    &at("registry"),
                    Path::new("--passphrase-file"),
                    &at("passphrase"),
                ])
                .args([
                    "--base",
                    REGISTRY,
                    "--origin",
                    "registry.example/log",
                    "--owner-key",
                    &multikey(&world.owner).to_string(),
                ])
                .args([
                    "--listen",
                    &format!("127.0.0.1:{port}"),
                    "--private-listen",
                    &format!("127.0.0.1:{private}"),
                ])
                .args([Path::new("--trust-list"), &at("trust.json")]),
        );
        let made = made.unwrap().well("init").unwrap();
        let log_key = made
            .lines()
            .find_map(|line| line.strip_prefix("log key: "))
            .unwrap()
            .parse()
            .unwrap();
        world.issuer().log.key = log_key;
        let now = Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap();
        world.trust_list.issued = now.checked_sub(3_600).unwrap();
        world.trust_list.valid_until = now.checked_add(86_400).unwrap();
        std::fs::write(at("trust.json"), world.trust_text()).unwrap();
        let mut serve = registry();
        serve.args([Path::new("serve"), Path::new("--dir"), &at("registry")]);
        let mut process = Process::start(&mut serve, at("registry.log")).unwrap();
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        let ready = format!("http://127.0.0.1:{private}/readyz");
        process
            .wait_until(Duration::from_secs(60), || {
                agent
                    .get(&ready)
                    .call()
                    .is_ok_and(|answer| answer.status() == 200)
            })
            .unwrap();
        Self {
            _process: process,
            folder,
            port,
            agent,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap()
    }

    pub(crate) fn submit(&self, document: &str) -> (u16, Value) {
        let token = std::fs::read_to_string(self.folder.path().join("registry/intake-token")).unwrap();
        let mut answer = self
            .agent
            .post(format!("http://127.0.0.1:{}/submissions", self.port))
            .header("authorization", format!("Bearer {}", token.trim()))
            .header("content-type", "application/json")
            .send(format!(r#"{{"documents":[{document}]}}"#))
            .unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_str(&body).unwrap_or_else(|_| json!({ "body": body })),
        )
    }

    /// What `POST /verifications` answers.
    pub(crate) fn verify(&self, request: &[u8]) -> (u16, Vec<u8>) {
        let mut answer = self
            .agent
            .post(format!("http://127.0.0.1:{}/verifications", self.port))
            .header("content-type", "application/json")
            .send(request)
            .unwrap();
        let body = answer.body_mut().read_to_vec().unwrap();
        (answer.status().as_u16(), body)
    }
}
