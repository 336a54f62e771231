//! A SoftHSM token in a folder of its own. The library reads its configuration from the environment of the process, so
//! a test with a token runs itself again in a process with that environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use touchstone_issuer::keys::{KeyPlace, Pkcs11Uri};

/// Where Debian and others put the library; `TOUCHSTONE_PKCS11_MODULE` names another.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
/// The inner process's folder.
const FOLDER: &str = "TOUCHSTONE_TEST_TOKEN";
pub(crate) const LABEL: &str = "示范机构";
pub(crate) const PIN: &str = "a-pin-for-tests";

pub(crate) struct TestToken {
    pub(crate) folder: PathBuf,
    pub(crate) module: PathBuf,
}

/// Runs a test with a token; `name` is the test's own, with its modules. Without SoftHSM it is skipped, aloud.
pub(crate) fn with_token(name: &str, body: impl AsyncFnOnce(&TestToken)) {
    let Some(module) = module() else {
        eprintln!("SKIPPED: keys in tokens: SoftHSM is absent (apt-get install softhsm2)");
        return;
    };
    if let Some(folder) = std::env::var_os(FOLDER) {
        let token = TestToken {
            folder: folder.into(),
            module,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        return runtime.block_on(body(&token));
    }
    let token = TestToken {
        folder: std::env::temp_dir().join(format!("touchstone-token-{}", uuid::Uuid::now_v7())),
        module,
    };
    token.make();
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(FOLDER, &token.folder)
        .env("SOFTHSM2_CONF", token.conf())
        .output()
        .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&inner.stdout),
        String::from_utf8_lossy(&inner.stderr)
    );
    let _ = std::fs::remove_dir_all(&token.folder);
    assert!(inner.status.success() && told.contains("1 passed"), "{told}");
}

fn module() -> Option<PathBuf> {
    let named = std::env::var_os("TOUCHSTONE_PKCS11_MODULE").map(PathBuf::from);
    named.or_else(|| MODULES.iter().map(PathBuf::from).find(|path| path.is_file()))
}

impl TestToken {
    pub(crate) fn conf(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.join("tokens")
    }

    fn make(&self) {
        std::fs::create_dir_all(self.tokens()).unwrap();
        let conf = format!(
            "directories.tokendir = {}\nlog.level = ERROR\n",
            self.tokens().display()
        );
        std::fs::write(self.conf(), conf).unwrap();
        self.write_pin("pin", PIN);
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", LABEL, "--pin", PIN])
            .args(["--so-pin", "so-pin-for-tests"])
            .env("SOFTHSM2_CONF", self.conf())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    /// A file with a PIN, readable by its owner alone.
    pub(crate) fn write_pin(&self, name: &str, pin: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.join(name);
        std::fs::write(&path, format!("{pin}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    pub(crate) fn uri(&self, object: &str) -> Pkcs11Uri {
        self.uri_with_pin(object, &self.folder.join("pin"))
    }

    pub(crate) fn uri_with_pin(&self, object: &str, pin: &Path) -> Pkcs11Uri {
        Pkcs11Uri {
            token: Some(LABEL.to_owned()),
            serial: None,
            object: Some(object.to_owned()),
            id: None,
            module: self.module.clone(),
            pin_file: Some(pin.to_owned()),
        }
    }

    pub(crate) fn place(&self, object: &str) -> KeyPlace {
        KeyPlace::Token(self.uri(object))
    }

    /// Takes the token out, and puts it back when that is dropped.
    pub(crate) fn taken_out(&self) -> TakenOut<'_> {
        let elsewhere = self.folder.join("elsewhere");
        std::fs::rename(self.tokens(), &elsewhere).unwrap();
        std::fs::create_dir(self.tokens()).unwrap();
        TakenOut(self)
    }
}

pub(crate) struct TakenOut<'a>(&'a TestToken);

impl Drop for TakenOut<'_> {
    fn drop(&mut self) {
        std::fs::remove_dir_all(self.0.tokens()).unwrap();
        std::fs::rename(self.0.folder.join("elsewhere"), self.0.tokens()).unwrap();
    }
}
