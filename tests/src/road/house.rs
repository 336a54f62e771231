//! A registry and an office: made by their own `init`, started by their own `serve`.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use touchstone_schemas::multikey::Multikey;
use touchstone_verifier::input::{LogProofPolicy, Policy};
use ureq::Agent;

use super::folder::TempFolder;
use super::program::{Finished, Process, program, workspace};
use super::{Failure, page_with_pin};

/// How long a start may take: a registry reads its whole log first.
const START_LIMIT: Duration = Duration::from_secs(60);

/// What differs between roads.
#[derive(Clone, Debug)]
pub struct RoadPlan {
    /// The host in the base URL: `127.0.0.1`, or `localhost` for a body of another name.
    pub host: &'static str,
    /// The built page to serve, if any; it gets this road's pin.
    pub page: Option<PathBuf>,
    /// The body; that of the demonstration when absent.
    pub profile: Option<PathBuf>,
    /// URL of the PostgreSQL database for the office's records; a file in its folder when absent.
    pub office_database: Option<String>,
}

impl Default for RoadPlan {
    fn default() -> Self {
        Self {
            host: "127.0.0.1",
            page: None,
            profile: None,
            office_database: None,
        }
    }
}

/// A registry and an office.
#[derive(Debug)]
pub struct Road {
    folder: TempFolder,
    base: String,
    port: u16,
    private_port: u16,
    web_root: Option<PathBuf>,
    owner: Multikey,
    registry: Option<Process>,
    agent: Agent,
}

impl Road {
    /// Makes registry and office as an operator would. Nothing runs yet.
    ///
    /// # Errors
    /// What a program says.
    pub fn build(plan: &RoadPlan) -> Result<Self, Failure> {
        let folder = TempFolder::new("road")?;
        let (port, private_port) = free_ports()?;
        let base = format!("http://{}:{port}", plan.host);
        let at = |name: &str| folder.path().join(name);
        for secret in ["log", "office", "owner"] {
            write_private(&at(&format!("{secret}.passphrase")), &new_passphrase()?)?;
        }
        let made = Finished::of(
            Command::new(built("touchstone-registry")?)
                .arg("init")
                .args([
                    Path::new("--dir"),
                    &at("registry"),
                    Path::new("--passphrase-file"),
                    &at("log.passphrase"),
                ])
                .args(["--base", &base, "--origin", &format!("{}:{port}/log", plan.host)])
                .args(["--listen", &format!("127.0.0.1:{port}")])
                .args(["--private-listen", &format!("127.0.0.1:{private_port}")])
                .args([Path::new("--trust-list"), &at("issuer/trust.json")]),
        )?
        .well("touchstone-registry init")?;
        let told = |name: &str| line_of(&made, name).ok_or(format!("no line {name:?} in:\n{made}"));
        let usual = || workspace().join("demo/profile.json");
        let profile = plan.profile.clone().unwrap_or_else(usual);
        let database = plan.office_database.iter();
        let database = database.flat_map(|url| ["--database", url.as_str()]);
        let made = Finished::of(
            office(&at("issuer"), &at("office.passphrase"))?
                .args(["--json", "init", "--test"])
                .args(database)
                .args([Path::new("--profile"), &profile])
                .args(["--registry-url", &base])
                .args(["--log-origin", told("origin: ")?, "--log-key", told("log key: ")?])
                .args(["--token-file", told("intake token: in ")?])
                .args([Path::new("--owner-dir"), &at("owner")])
                .args([Path::new("--owner-passphrase-file"), &at("owner.passphrase")]),
        )?
        .well("touchstone-issuer init")?;
        let made: serde_json::Value = serde_json::from_str(&made)?;
        let owner: Multikey = made["owner"].as_str().unwrap_or_default().parse()?;
        let mut road = Self {
            web_root: None,
            base,
            port,
            private_port,
            owner,
            registry: None,
            agent: Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(20)))
                .build()
                .into(),
            folder,
        };
        if let Some(page) = &plan.page {
            road.web_root = Some(page_with_pin(page, &road.at("page"), &road.policy())?);
        }
        Ok(road)
    }

    /// The same, with the registry running.
    ///
    /// # Errors
    /// What a program says.
    pub fn open(plan: &RoadPlan) -> Result<Self, Failure> {
        let mut road = Self::build(plan)?;
        road.start_registry()?;
        Ok(road)
    }

    /// A place in the road's folder.
    #[must_use]
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The registry's base URL.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The registry's port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The scheme owner's key: the pin.
    #[must_use]
    pub fn owner(&self) -> Multikey {
        self.owner
    }

    /// The policy of whoever pins this road's scheme owner.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            owner_key: self.owner,
            owner_successor: None,
            log_proof: LogProofPolicy::WhenPresent,
        }
    }

    /// The trust list's file.
    #[must_use]
    pub fn trust_list(&self) -> PathBuf {
        self.at("issuer/trust.json")
    }

    /// The file of the samples that the page offers, once somebody wrote it.
    #[must_use]
    pub fn samples(&self) -> PathBuf {
        self.at("samples.json")
    }

    /// `touchstone-issuer` in this road's office.
    ///
    /// # Errors
    /// When it is not built.
    pub fn office(&self) -> Result<Command, Failure> {
        office(&self.at("issuer"), &self.at("office.passphrase"))
    }

    /// `touchstone-registry` in this road's registry.
    ///
    /// # Errors
    /// When it is not built.
    pub fn registry(&self, command: &str) -> Result<Command, Failure> {
        let mut registry = Command::new(built("touchstone-registry")?);
        registry
            .arg(command)
            .args([Path::new("--dir"), &self.at("registry")])
            .env("TOUCHSTONE_REGISTRY_TRUST_OWNER_KEY", self.owner.to_string());
        if let Some(web_root) = &self.web_root {
            registry
                .env("TOUCHSTONE_REGISTRY_PAGES_WEB_ROOT", web_root)
                .env("TOUCHSTONE_REGISTRY_PAGES_SAMPLES", self.samples());
        }
        Ok(registry)
    }

    /// Starts the registry and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start, with the end of its log.
    pub fn start_registry(&mut self) -> Result<(), Failure> {
        let mut process = Process::start(&mut self.registry("serve")?, self.at("registry.log"))?;
        let ready = format!("http://127.0.0.1:{}/readyz", self.private_port);
        process.wait_until(START_LIMIT, || self.agent.get(&ready).call().is_ok())?;
        self.registry = Some(process);
        Ok(())
    }

    /// Takes the running registry out, to be stopped or killed.
    ///
    /// # Errors
    /// When none is running.
    pub fn take_registry(&mut self) -> Result<Process, Failure> {
        self.registry
            .take()
            .ok_or_else(|| "the registry is not running".into())
    }

    /// Stops the registry and waits for its end.
    ///
    /// # Errors
    /// When it does not stop well.
    pub fn stop_registry(&mut self) -> Result<(), Failure> {
        self.take_registry()?.stop()
    }

    /// What the registry answers at a path.
    ///
    /// # Errors
    /// Any answer but 200.
    pub fn get(&self, path: &str, accept: &str) -> Result<String, Failure> {
        let url = format!("{}{path}", self.base);
        let mut response = self
            .agent
            .get(&url)
            .header("accept", accept)
            .call()
            .map_err(|error| format!("{url}: {error}"))?;
        Ok(response.body_mut().read_to_string()?)
    }

    /// Posts a submission with the intake token; gives status and body, whatever the answer.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn submit(&self, body: &str) -> Result<(u16, String), Failure> {
        let token = std::fs::read_to_string(self.at("registry/intake-token"))?;
        let mut response = self
            .agent
            .post(format!("{}/submissions", self.base))
            .config()
            .http_status_as_error(false)
            .build()
            .header("authorization", format!("Bearer {}", token.trim()))
            .header("content-type", "application/json")
            .send(body)?;
        Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
    }
}

fn built(name: &str) -> Result<PathBuf, Failure> {
    program(name).ok_or_else(|| format!("{name} is not built: cargo build --workspace --bins").into())
}

fn office(folder: &Path, passphrase: &Path) -> Result<Command, Failure> {
    let mut office = Command::new(built("touchstone-issuer")?);
    office.args([
        Path::new("--dir"),
        folder,
        Path::new("--passphrase-file"),
        passphrase,
    ]);
    Ok(office)
}

fn line_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

/// Two ports nobody listens on. Somebody may take one before we do; the start then fails and says so.
fn free_ports() -> Result<(u16, u16), Failure> {
    let (one, other) = (
        TcpListener::bind("127.0.0.1:0")?,
        TcpListener::bind("127.0.0.1:0")?,
    );
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}

/// Writes a file that nobody else may read: the programs take no passphrase from another.
fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// 128 random bits: made for this run, known to nobody.
fn new_passphrase() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
