//! The engines: SQLite, and a PostgreSQL of our own where the machine has its programs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Where Debian keeps the programs of each release.
const RELEASES: &str = "/usr/lib/postgresql";

const SQLITE: &str = "SQLite";
pub(crate) const POSTGRESQL: &str = "PostgreSQL";

pub(crate) enum Engine {
    Sqlite,
    Postgres(Cluster),
}

/// A cluster on a socket in its own folder, without network.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
}

impl Engine {
    /// SQLite first, and PostgreSQL when it is there; of a name, that one alone.
    pub(crate) fn all(folder: &Path, only: Option<&str>) -> Vec<Self> {
        let asked = |name: &str| only.is_none_or(|only| only.eq_ignore_ascii_case(name));
        let mut engines = Vec::new();
        if asked(SQLITE) {
            engines.push(Self::Sqlite);
        }
        if asked(POSTGRESQL) {
            match newest_release() {
                Some(programs) => engines.push(Self::Postgres(Cluster::start(programs, folder))),
                None => eprintln!("PostgreSQL is not measured: {RELEASES} is not there"),
            }
        }
        engines
    }

    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => SQLITE,
            Self::Postgres(_) => POSTGRESQL,
        }
    }

    /// The place of an empty database of that name, as the configuration writes it.
    pub(crate) fn empty(&self, folder: &Path, name: &str) -> String {
        match self {
            Self::Sqlite => {
                let file = folder.join("registry.sqlite");
                for suffix in ["", "-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{}{suffix}", file.display())));
                }
                file.display().to_string()
            }
            Self::Postgres(cluster) => {
                cluster.sql(&format!("DROP DATABASE IF EXISTS {name}"));
                cluster.sql(&format!(
                    "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
                ));
                cluster.url(name)
            }
        }
    }

    /// The place of a copy of a database that nobody has open.
    pub(crate) fn copy(&self, from: &Path, name: &str, to: &Path, copy: &str) -> String {
        match self {
            Self::Sqlite => {
                let file = to.join("registry.sqlite");
                std::fs::copy(from.join("registry.sqlite"), &file).unwrap();
                file.display().to_string()
            }
            Self::Postgres(cluster) => {
                cluster.sql(&format!("DROP DATABASE IF EXISTS {copy}"));
                cluster.sql(&format!("CREATE DATABASE {copy} TEMPLATE {name}"));
                cluster.url(copy)
            }
        }
    }

    /// The place of a database made before.
    pub(crate) fn place(&self, folder: &Path, name: &str) -> String {
        match self {
            Self::Sqlite => folder.join("registry.sqlite").display().to_string(),
            Self::Postgres(cluster) => cluster.url(name),
        }
    }

    /// Gives a database's room back.
    pub(crate) fn remove(&self, folder: &Path, name: &str) {
        if let Self::Postgres(cluster) = self {
            cluster.sql(&format!("DROP DATABASE IF EXISTS {name}"));
        }
        drop(std::fs::remove_dir_all(folder));
    }

    /// Stops what was started.
    pub(crate) fn stop(&self) {
        if let Self::Postgres(cluster) = self {
            cluster.control(&["stop", "-m", "fast", "-w"]);
        }
    }
}

fn newest_release() -> Option<PathBuf> {
    let releases = std::fs::read_dir(RELEASES).ok()?;
    let programs = releases.filter_map(|release| Some(release.ok()?.path().join("bin")));
    programs
        .filter(|programs| programs.join("initdb").is_file())
        .max()
}

impl Cluster {
    fn start(programs: PathBuf, folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap().join("postgres");
        let cluster = Self { programs, folder };
        if !cluster.folder.join("data/PG_VERSION").is_file() {
            std::fs::create_dir_all(&cluster.folder).unwrap();
            if is_root() {
                run(Command::new("chown").args(["postgres:"]).arg(&cluster.folder));
            }
            run(cluster.program("initdb").args([
                "-D",
                "data",
                "-U",
                "bench",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ]));
        }
        let socket = cluster.folder.display();
        // A crash of the run before may have left it running.
        drop(
            cluster
                .program("pg_ctl")
                .args(["-D", "data", "stop", "-m", "fast", "-w"])
                .output(),
        );
        let options = format!("-o -c listen_addresses='' -c unix_socket_directories='{socket}'");
        cluster.control(&["start", "-w", "-l", "log", &options]);
        cluster
    }

    fn control(&self, arguments: &[&str]) {
        run(self.program("pg_ctl").args(["-D", "data"]).args(arguments));
    }

    /// A program of PostgreSQL's, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder);
        command
    }

    fn sql(&self, statement: &str) {
        let socket = self.folder.display().to_string();
        run(self.program("psql").args([
            "-q", "-h", &socket, "-U", "bench", "-d", "postgres", "-c", statement,
        ]));
    }

    fn url(&self, database: &str) -> String {
        let host: String = self
            .folder
            .display()
            .to_string()
            .bytes()
            .map(|byte| match byte {
                b'/' => "%2F".to_owned(),
                byte => char::from(byte).to_string(),
            })
            .collect();
        format!("postgres://bench@{host}/{database}")
    }
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .any(|line| line.split_whitespace().take(2).eq(["Uid:", "0"]))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
