//! The built page's WebAssembly, run by Node.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use touchstone_schemas::{jcs::to_canonical, record};
use touchstone_verifier::input::Request;

use super::Failure;
use super::program::workspace;

/// Node, when this machine has it.
#[must_use]
pub fn node() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("node"))
        .find(|node| node.is_file())
}

/// A Report as the WebAssembly gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its bytes.
    pub report: Vec<u8>,
}

/// `tests/browser/check.mjs` with the page's module loaded: requests in, Reports out, a line each.
#[derive(Debug)]
pub struct Checker {
    child: Child,
    requests: ChildStdin,
    reports: BufReader<ChildStdout>,
}

impl Checker {
    /// Starts Node and loads the module of the page in `dist`.
    ///
    /// # Errors
    /// When Node does not start.
    pub fn start(node: &Path, dist: &Path) -> Result<Self, Failure> {
        Self::spawn(node, dist, &[])
    }

    /// The same with the first part of the module alone: what needs the rest ends Node.
    ///
    /// # Errors
    /// When Node does not start.
    pub fn start_first_part(node: &Path, dist: &Path) -> Result<Self, Failure> {
        Self::spawn(node, dist, &["first"])
    }

    /// The package of npm in that folder instead of the page.
    ///
    /// # Errors
    /// When Node does not start.
    pub fn start_package(node: &Path, package: &Path) -> Result<Self, Failure> {
        Self::spawn(node, package, &["package"])
    }

    fn spawn(node: &Path, dist: &Path, options: &[&str]) -> Result<Self, Failure> {
        let mut child = Command::new(node)
            .arg(workspace().join("tests/browser/check.mjs"))
            .arg(dist)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(requests), Some(reports)) => Ok(Self {
                child,
                requests,
                reports: BufReader::new(reports),
            }),
            _ => Err("node gives no pipes".into()),
        }
    }

    /// Verifies a request.
    ///
    /// # Errors
    /// When Node ends.
    pub fn verify(&mut self, request: &Request) -> Result<Checked, Failure> {
        self.ask("verify", request)
    }

    /// What the request still needs.
    ///
    /// # Errors
    /// When Node ends.
    pub fn needs(&mut self, request: &Request) -> Result<Checked, Failure> {
        self.ask("needs", request)
    }

    /// What the document carries.
    ///
    /// # Errors
    /// When Node ends.
    pub fn document(&mut self, request: &Request) -> Result<Checked, Failure> {
        self.ask("document", request)
    }

    fn ask(&mut self, door: &str, request: &Request) -> Result<Checked, Failure> {
        let mut line = to_canonical(&Asked { door, request });
        line.push(b'\n');
        self.requests.write_all(&line)?;
        self.requests.flush()?;
        let mut report = Vec::new();
        self.reports.read_until(b'\n', &mut report)?;
        if report.pop() != Some(b'\n') {
            return Err(format!("node ended: {:?}", self.child.wait()?).into());
        }
        Ok(Checked { report })
    }
}

/// A line to the module: which of its doors, and what is asked there.
struct Asked<'a> {
    door: &'a str,
    request: &'a Request,
}

record! { write Asked<'_> { "door": door, "request": request } }

impl Drop for Checker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
