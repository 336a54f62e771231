//! An office in a folder of its own, with a registry that keeps a real log.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use touchstone_issuer::{
    config::Folder,
    init::{DEMONSTRATION_ARC, InitReport, InitRequest, init},
    issue::{Outcome, issue},
    keys::{OwnerKey, PinFrom, Unlocking},
    office::{Clock, Office, OfficeKeys},
    store::{Place, StoredCredential},
    watch::Watch,
};
use touchstone_schemas::{credential::RegistryBase, date_time::Timestamp};

use crate::log_server::LogServer;

pub(crate) struct TestOffice {
    pub(crate) server: LogServer,
    pub(crate) folder: PathBuf,
    pub(crate) report: InitReport,
}

pub(crate) fn passphrase() -> SecretString {
    SecretString::from("passphrase for tests".to_owned())
}

pub(crate) fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo")
}

/// Whether certificates are demonstrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Test,
    Real,
}

impl TestOffice {
    pub(crate) async fn new() -> Self {
        Self::under(Root::Test).await
    }

    pub(crate) async fn under(root: Root) -> Self {
        Self::founded(root, Clock::System.now()).await
    }

    /// An office founded at that instant.
    pub(crate) async fn founded(root: Root, at: Timestamp) -> Self {
        Self::of_body(root, at, None).await
    }

    /// The same of another body than that of the demonstration.
    pub(crate) async fn of_body(root: Root, at: Timestamp, body: Option<serde_json::Value>) -> Self {
        let folder = std::env::temp_dir().join(format!("touchstone-office-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        Self::made_in(folder, root, at, body, None).await
    }

    /// The usual one with its records at a place.
    #[allow(dead_code, reason = "shared with the tests of the store")]
    pub(crate) async fn kept_at(place: Place) -> Self {
        let folder = std::env::temp_dir().join(format!("touchstone-office-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        Self::made_in(folder, Root::Test, Clock::System.now(), None, Some(place)).await
    }

    /// One in a folder that is there, which goes with it.
    pub(crate) async fn made_in(
        folder: PathBuf,
        root: Root,
        at: Timestamp,
        body: Option<serde_json::Value>,
        database: Option<Place>,
    ) -> Self {
        let server = LogServer::start();
        std::fs::write(folder.join("token"), "a-token-for-tests\n").unwrap();
        let mut request = request(&folder, &server, root);
        request.database = database;
        if let Some(body) = body {
            request.profile = folder.join("profile.json");
            std::fs::write(&request.profile, body.to_string()).unwrap();
        }
        let report = init(&request, &passphrase(), &passphrase(), at).await.unwrap();
        Self {
            server,
            folder,
            report,
        }
    }

    pub(crate) fn init_request(&self, root: Root) -> InitRequest {
        request(&self.folder, &self.server, root)
    }

    /// Where its records are.
    pub(crate) fn records(&self) -> Place {
        let folder = Folder::new(self.folder.join("issuer"));
        folder.records(&folder.read_config().unwrap().database)
    }

    /// Opens the office as a new process would.
    pub(crate) async fn open(&self) -> (Office, OfficeKeys) {
        let mut office = Office::open(Folder::new(self.folder.join("issuer")), Clock::System)
            .await
            .unwrap();
        office.papers.config.outbox.first_pause_ms = 1;
        office.papers.config.outbox.attempts = 2;
        let keys = office.papers.unlock(&passphrase()).unwrap();
        (office, keys)
    }

    /// Watches as a process beside the office would.
    pub(crate) async fn watch(&self) -> Watch {
        Watch::open(Folder::new(self.folder.join("issuer")), Clock::System)
            .await
            .unwrap()
            .without_pause()
    }

    /// What opens the office's keys.
    pub(crate) fn unlocking<'a>(&'a self, passphrase: &'a SecretString) -> Unlocking<'a> {
        Unlocking {
            folder: self.report.trust_list.parent().unwrap(),
            passphrase,
            pin: PinFrom::Uri,
        }
    }

    pub(crate) fn owner(&self) -> OwnerKey {
        OwnerKey::open(&self.folder.join("owner"), &passphrase()).unwrap()
    }

    /// Issues one demonstration sample, which must be accepted.
    pub(crate) async fn issue_sample(&self, name: &str) -> StoredCredential {
        let (mut office, keys) = self.open().await;
        let file = demo().join(format!("applications/{name}.json"));
        let (outcomes, _) = issue(&mut office, &keys, &[file]).await.unwrap();
        only(outcomes)
    }
}

fn request(folder: &Path, server: &LogServer, root: Root) -> InitRequest {
    InitRequest {
        folder: folder.join("issuer"),
        profile: demo().join("profile.json"),
        registry: RegistryBase::parse(&server.url).unwrap(),
        log_origin: server.origin.clone(),
        log_key: server.key,
        token_file: Some(folder.join("token")),
        test: root == Root::Test,
        // An arc made up for tests stands for a body's own.
        arc: if root == Root::Test {
            DEMONSTRATION_ARC.to_owned()
        } else {
            "1.3.6.1.4.1.99999".to_owned()
        },
        owner_folder: folder.join("owner"),
        database: None,
        certified: None,
    }
}

pub(crate) fn only(mut outcomes: Vec<Outcome>) -> StoredCredential {
    assert_eq!(outcomes.len(), 1);
    match outcomes.remove(0).result {
        Ok(stored) => stored,
        Err(refused) => panic!("{refused}: {refused:#?}"),
    }
}

impl Drop for TestOffice {
    fn drop(&mut self) {
        // Left behind when it cannot be removed; the system clears its folder of temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
