//! The operators' handbooks, line by line: a registry is made, started, backed up and brought back by the very commands
//! that stand in them, in a folder that stands for the machine.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    app::{TestApp, send},
    world::multikey,
};

/// What a machine has that this one need not have: users, a key of systemd's, and no folder where nobody made one.
const STAND_INS: [(&str, &str); 3] = [
    (
        "install",
        "#!/bin/sh\nset -f\nwhile [ $# -gt 0 ]; do\n\
         case $1 in -o|-g) shift 2;; -d|-m) [ $1 = -m ] && { kept=\"$kept -m $2\"; shift 2; } || { kept=\"$kept -d\"; shift; };;\n\
         *) kept=\"$kept $1\"; shift;; esac\ndone\nexec /usr/bin/install $kept\n",
    ),
    (
        "runuser",
        // The service's user may make nothing in folders of root's.
        "#!/bin/sh\n[ \"$1 $2 $3\" = '-u touchstone-registry --' ] || exit 2\nshift 3\n\
         for folder; do case $folder in */touchstone-registry) [ -d $folder ] || { echo \"$folder: permission denied\" >&2; exit 1; };; esac; done\n\
         exec \"$@\"\n",
    ),
    (
        "systemd-creds",
        "#!/bin/sh\n[ \"$1 $2\" = 'encrypt --name=passphrase' ] || exit 2\nexec cp \"$3\" \"$4\"\n",
    ),
];

struct Machine {
    root: PathBuf,
    handbook: String,
}

impl Machine {
    fn with(app: &TestApp, handbook: &str) -> Self {
        let root = app.folder.join("machine");
        for folder in ["etc", "run", "var/lib", "var/backups/touchstone-registry", "bin"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for (name, text) in STAND_INS {
            let path = root.join("bin").join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let program = env!("CARGO_BIN_EXE_touchstone-registry");
        symlink(program, root.join("bin/touchstone-registry")).unwrap();
        let owner = multikey(&app.office.world.owner).to_string();
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let text = fs::read_to_string(docs.join(handbook)).unwrap();
        Self {
            root,
            handbook: text.replace("z6Mk…", &owner),
        }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The lines between fences that have this in them.
    fn lines_with(&self, wanted: &str) -> String {
        let blocks = self.handbook.split("\n```\n").skip(1).step_by(2);
        let found: Vec<&str> = blocks.filter(|block| block.contains(wanted)).collect();
        assert_eq!(found.len(), 1, "{wanted}: {found:?}");
        found[0].to_owned()
    }

    /// A command within a sentence.
    fn command_with(&self, wanted: &str) -> String {
        let found = self.handbook.split('`').find(|text| text.starts_with(wanted));
        found.unwrap().to_owned()
    }

    fn run(&self, lines: &str) -> String {
        let mut here = lines.to_owned();
        for folder in ["/var/lib/", "/var/backups/", "/etc/", "/run/"] {
            here = here.replace(
                &format!(" {folder}"),
                &format!(" {}{folder}", self.root.display()),
            );
        }
        let told = Command::new("sh")
            .args(["-e", "-c", &here])
            .envs(self.environment())
            .output()
            .unwrap();
        let text = String::from_utf8([told.stdout, told.stderr].concat()).unwrap();
        assert!(told.status.success(), "{here}\n{text}");
        text
    }

    fn environment(&self) -> [(&'static str, String); 3] {
        let path = format!(
            "{}:{}",
            self.root.join("bin").display(),
            std::env::var("PATH").unwrap()
        );
        [
            ("PATH", path),
            // As many registries as tests run here at a time.
            ("TOUCHSTONE_REGISTRY_LISTEN_PUBLIC", "127.0.0.1:0".to_owned()),
            ("TOUCHSTONE_REGISTRY_LISTEN_PRIVATE", "127.0.0.1:0".to_owned()),
        ]
    }
}

async fn follow(handbook: &str) {
    let app = TestApp::made().await;
    let machine = Machine::with(&app, handbook);
    machine.run(&machine.lines_with("touchstone-registry init --dir /var"));
    let folder = machine.path("/var/lib/touchstone-registry");
    let configured = fs::read_to_string(folder.join("registry.toml")).unwrap();
    assert!(
        configured.contains("/run/credentials/touchstone-registry.service/passphrase"),
        "{configured}"
    );
    // What the unit does with the credential before it starts.
    let credentials = machine.path("/run/credentials/touchstone-registry.service");
    fs::create_dir_all(&credentials).unwrap();
    let encrypted = machine.path("/etc/credstore.encrypted/touchstone-registry.passphrase");
    fs::copy(encrypted, credentials.join("passphrase")).unwrap();
    machine.run(&machine.command_with("rm /run/touchstone-passphrase"));
    fs::write(folder.join("trust.json"), app.office.world.trust_text()).unwrap();
    machine.run(&machine.command_with("touchstone-registry check-config --dir"));
    // As the unit starts it: without a terminal.
    let mut serving = Command::new(env!("CARGO_BIN_EXE_touchstone-registry"))
        .args(["serve", "--dir"])
        .arg(&folder)
        .envs(machine.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (_, address) = line.trim().split_once("http://").unwrap();
    let answer = send(address.parse().unwrap(), "GET", "/log/checkpoint", &[], b"").await;
    assert!(answer.text().starts_with("registry.example/log\n0\n"));
    let made = machine.run(&machine.lines_with("touchstone-registry backup --dir"));
    let made = made.trim().rsplit('/').next().unwrap().to_owned();
    let killed = Command::new("kill").arg(serving.id().to_string()).status();
    assert!(killed.unwrap().success() && serving.wait().unwrap().success());
    // Another machine.
    fs::rename(&folder, machine.path("/var/lib/before")).unwrap();
    let restore = machine.lines_with("touchstone-registry restore --from");
    let told = machine.run(&restore.replace("20260615T040000Z-4711", &made));
    assert!(told.contains("0 found"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_follows_the_english_handbook_has_a_registry() {
    follow("OPERATIONS.md").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_follows_the_chinese_handbook_has_a_registry() {
    follow("OPERATIONS.zh-CN.md").await;
}
