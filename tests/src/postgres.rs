//! A PostgreSQL server for tests: a cluster of their own in a temporary folder, reached by its socket there alone, or
//! the server that `DATABASE_URL` names.
//!
//! Also a module of the registry's tests, which include this file; it needs the standard library alone.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "test support: what fails here fails a test"
)]

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// Names a server to be used instead; its user may create databases.
const VARIABLE: &str = "DATABASE_URL";
/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who runs the server when root may not: Debian's own user for it, or nobody.
const USERS: [&str; 2] = ["postgres", "nobody"];

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A server.
pub struct PostgresServer {
    psql: PathBuf,
    /// URL of a database to connect to for making others.
    url: String,
    own: Option<Cluster>,
}

/// A cluster of our own.
struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
    user: Option<(u32, u32)>,
    process: Option<Child>,
}

impl PostgresServer {
    /// The server named by `DATABASE_URL`, or one of our own; `None` where PostgreSQL is not installed.
    pub fn find() -> Option<Self> {
        match std::env::var(VARIABLE) {
            Ok(url) => Some(Self {
                psql: bin_folder().map_or_else(|| PathBuf::from("psql"), |bin| bin.join("psql")),
                url,
                own: None,
            }),
            Err(_) => Self::own(),
        }
    }

    /// A server of our own, which a test may kill; `None` where PostgreSQL is not installed.
    pub fn own() -> Option<Self> {
        let bin = bin_folder()?;
        let mut cluster = Cluster::make(bin.clone());
        cluster.start();
        Some(Self {
            psql: bin.join("psql"),
            url: cluster.url("postgres"),
            own: Some(cluster),
        })
    }

    /// A standby that follows a server of our own by streaming, and may be read.
    pub fn standby(&self) -> Self {
        let primary = self.own.as_ref().expect("a server of our own");
        let mut cluster = Cluster::standby_of(primary);
        cluster.start();
        Self {
            psql: self.psql.clone(),
            url: cluster.url("postgres"),
            own: Some(cluster),
        }
    }

    /// The URL on this server of the database that another server's URL names.
    pub fn here(&self, url: &str) -> String {
        named(&self.url, name_in(url))
    }

    /// A new, empty database: its URL.
    pub fn database(&self) -> String {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("touchstone_{}_{count}", std::process::id());
        self.run(&format!("CREATE DATABASE {name}"));
        named(&self.url, &name)
    }

    /// A new database with all that another holds, which nobody is connected to: its URL.
    pub fn copy_of(&self, url: &str) -> String {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("touchstone_{}_{count}", std::process::id());
        let sql = format!("CREATE DATABASE {name} TEMPLATE {}", name_in(url));
        let begun = Instant::now();
        // The server may not have seen yet that the last connection is gone.
        while let Err(said) = self.try_run(&sql) {
            assert!(begun.elapsed() < PATIENCE, "{sql}: {said}");
            sleep(Duration::from_millis(50));
        }
        named(&self.url, &name)
    }

    /// Runs a statement as the server's administrator.
    pub fn run(&self, sql: &str) {
        if let Err(said) = self.try_run(sql) {
            panic!("{sql}: {said}");
        }
    }

    fn try_run(&self, sql: &str) -> Result<(), String> {
        let done = Command::new(&self.psql)
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url])
            .output()
            .expect("psql");
        if done.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }

    /// The folder with the socket of a server of our own.
    pub fn socket_folder(&self) -> Option<&Path> {
        self.own.as_ref().map(|cluster| cluster.folder.as_path())
    }

    /// `kill -9`, of a server of our own.
    pub fn kill(&mut self) {
        let cluster = self.own.as_mut().expect("a server of our own");
        let mut process = cluster.process.take().expect("a running server");
        process.kill().expect("kill");
        process.wait().expect("wait");
    }

    /// Starts it again after [`PostgresServer::kill`] and waits until it answers.
    pub fn start(&mut self) {
        self.own.as_mut().expect("a server of our own").start();
    }
}

impl Cluster {
    fn make(bin: PathBuf) -> Self {
        let cluster = Self::without_data(bin);
        let mut initdb = cluster.command("initdb");
        initdb
            .args(["--no-sync", "-A", "trust", "-U", "touchstone"])
            .args(["-E", "UTF8", "--locale", "C", "-D"])
            .arg(cluster.folder.join("data"));
        succeed(&mut initdb);
        cluster
    }

    fn standby_of(primary: &Self) -> Self {
        let cluster = Self::without_data(primary.bin.clone());
        let mut copy = cluster.command("pg_basebackup");
        copy.args(["--no-sync", "--write-recovery-conf", "--checkpoint=fast", "-U"])
            .args(["touchstone", "-h"])
            .arg(&primary.folder)
            .arg("-D")
            .arg(cluster.folder.join("data"));
        succeed(&mut copy);
        cluster
    }

    /// A folder of its own, which the server's user may write in.
    fn without_data(bin: PathBuf) -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("touchstone-pg-{}-{count}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder for the cluster");
        let user = server_user();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).expect("chown");
        }
        Self {
            folder,
            bin,
            user,
            process: None,
        }
    }

    fn start(&mut self) {
        let begun = Instant::now();
        self.spawn();
        while !self.answers() {
            assert!(
                begun.elapsed() < PATIENCE,
                "the server does not come up: {}",
                fs::read_to_string(self.folder.join("log")).unwrap_or_default()
            );
            // Children of one that was killed may still hold its memory, and then it does not start.
            let ended = self.process.as_mut().map(Child::try_wait);
            if matches!(ended, Some(Ok(Some(_)))) {
                self.spawn();
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn spawn(&mut self) {
        let log = fs::File::create(self.folder.join("log")).expect("a log");
        let process = self
            .command("postgres")
            .arg("-D")
            .arg(self.folder.join("data"))
            .arg("-k")
            .arg(&self.folder)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=on",
                "-c",
                "shared_buffers=32MB",
            ])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres");
        self.process = Some(process);
    }

    fn answers(&self) -> bool {
        Command::new(self.bin.join("pg_isready"))
            .args(["-q", "-h"])
            .arg(&self.folder)
            .status()
            .is_ok_and(|status| status.success())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir(&self.folder).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=touchstone",
            self.folder.display()
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // Its children end with it.
            drop(process.kill());
            drop(process.wait());
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn succeed(command: &mut Command) {
    let done = command.output().expect("a program of PostgreSQL's");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {said}");
}

/// The URL of another database of the same server.
fn named(url: &str, database: &str) -> String {
    let (place, query) = url
        .split_once('?')
        .map_or((url, String::new()), |(place, query)| {
            (place, format!("?{query}"))
        });
    let (scheme, rest) = place.split_once("://").expect("a database's URL");
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    format!("{scheme}://{server}/{database}{query}")
}

fn name_in(url: &str) -> &str {
    let place = url.split_once('?').map_or(url, |(place, _)| place);
    place.rsplit_once('/').map_or(place, |(_, name)| name)
}

/// Where the server's programs are: Debian keeps them beside the path, the newest version last.
fn bin_folder() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let debian = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .max_by_key(|bin| version_of(bin));
    debian.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file())
    })
}

fn version_of(bin: &Path) -> u32 {
    let folder = bin.parent().and_then(Path::file_name);
    folder
        .and_then(|name| name.to_str()?.parse().ok())
        .unwrap_or_default()
}

/// PostgreSQL does not run as root: the user and group that it runs as then.
fn server_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let told = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(told.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    USERS
        .into_iter()
        .find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}
