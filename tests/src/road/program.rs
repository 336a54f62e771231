//! The built programs: where they are, one run of them, and one that stays.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Failure;

/// How long a program may take to stop when asked; it finishes requests under way.
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A built program, beside or above this executable: `target/debug/<name>` from `target/debug/deps/<test>`.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let mut folders = executable.ancestors().skip(1).take(2);
    folders.find_map(|folder| Some(folder.join(name)).filter(|program| program.is_file()))
}

/// A program that has ended.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

impl Finished {
    /// Runs a program to its end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn of(command: &mut Command) -> Result<Self, Failure> {
        let Output {
            status,
            stdout,
            stderr,
        } = command
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Self {
            code: status.code(),
            out: text(stdout),
            err: text(stderr),
        })
    }

    /// The output of a program that ended well.
    ///
    /// # Errors
    /// What it said, when it did not.
    pub fn well(self, what: &str) -> Result<String, Failure> {
        match self.code {
            Some(0) => Ok(self.out),
            code => Err(format!("{what} ended with {code:?}\n{}{}", self.out, self.err).into()),
        }
    }
}

/// A program that runs until it is stopped, killed or dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program; what it writes goes to the file `log`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command, log: PathBuf) -> Result<Self, Failure> {
        let file = File::options().create(true).append(true).open(&log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn();
        Ok(Self {
            child: child.map_err(|error| format!("{command:?}: {error}"))?,
            log,
        })
    }

    /// Its process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `ready`; fails when the program ends first or the limit is reached.
    ///
    /// # Errors
    /// With the end of its log.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) -> Result<(), Failure> {
        let start = Instant::now();
        while !ready() {
            let ended = self.child.try_wait()?;
            if ended.is_some() || start.elapsed() > limit {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().rev().take(8).collect();
                let tail = lines.into_iter().rev().collect::<Vec<_>>().join("\n");
                return Err(format!(
                    "not ready ({ended:?}, {} ms):\n{tail}",
                    start.elapsed().as_millis()
                )
                .into());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Whether it has ended, and how.
    ///
    /// # Errors
    /// What the system says.
    pub fn ended(&mut self) -> Result<Option<i32>, Failure> {
        Ok(self.child.try_wait()?.map(|status| status.code().unwrap_or(-1)))
    }

    /// `kill -9`: it gets no chance to tidy up.
    ///
    /// # Errors
    /// What the system says.
    pub fn kill(mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop (SIGTERM) and waits.
    ///
    /// # Errors
    /// When it does not stop in time, or ends badly.
    pub fn stop(mut self) -> Result<(), Failure> {
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(format!("stopped with {status}").into())
                };
            }
            if start.elapsed() > STOP_LIMIT {
                return Err(format!("still running {} s after SIGTERM", STOP_LIMIT.as_secs()).into());
            }
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
