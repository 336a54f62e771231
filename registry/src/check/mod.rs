//! `check-config`: everything that is wrong with a configuration and with what it names, not only the first.
//!
//! Nothing is changed, and a registry that runs may be checked: an address that is in use, and a database whose writer
//! is somebody else, are as they should be.
//!
//! What `serve` would refuse, or could serve nobody with, is a fault. What it starts with and serves what it can is a
//! warning: units run this before they start, and a list that expired overnight must not take the reads down with it.

mod addresses;
mod files;
mod limits;
mod log;
mod trust;

use std::{fmt, path::Path};

use touchstone_schemas::date_time::Timestamp;

use crate::config::{Config, faults_of_form};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// `serve` would refuse it, serve nobody, or show others what is not theirs.
    Fault,
    /// `serve` starts, and serves what it can.
    Warning,
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which key of the configuration it is about: `log.key_file`; the file or variable where it is about no key.
    pub place: String,
    /// What.
    pub what: String,
    /// How bad it is.
    pub severity: Severity,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = match self.severity {
            Severity::Fault => "",
            Severity::Warning => "warning: ",
        };
        write!(f, "{warning}{}: {}", self.place, self.what)
    }
}

/// Faults being gathered.
#[derive(Debug, Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: &str, what: impl ToString) {
        self.push(Severity::Fault, place, what);
    }

    fn warn(&mut self, place: &str, what: impl ToString) {
        self.push(Severity::Warning, place, what);
    }

    fn push(&mut self, severity: Severity, place: &str, what: impl ToString) {
        self.0.push(Fault {
            place: place.to_owned(),
            what: what.to_string(),
            severity,
        });
    }

    fn unless<T, E: fmt::Display>(&mut self, place: &str, found: Result<T, E>) -> Option<T> {
        found.map_err(|error| self.add(place, error)).ok()
    }
}

/// Reads a configuration and looks at everything it names. `environment` is that of the process, all of it: whether a
/// service manager started it is read from there too.
#[must_use]
pub fn check(path: &Path, environment: &[(String, String)], now: Timestamp) -> Vec<Fault> {
    let mut faults = Faults::default();
    let Ok(config) = Config::read(path, environment.iter().cloned()) else {
        for (place, what) in faults_of_form(path, environment) {
            faults.add(&place, what);
        }
        return faults.0;
    };
    let unit = Unit::of(environment);
    addresses::check(&config, &mut faults);
    limits::check(&config, &mut faults);
    files::database(&config, &mut faults);
    log::check(&config, unit, &mut faults);
    trust::check(&config, now, &mut faults);
    files::others(&config, &mut faults);
    faults.0
}

/// Whether this is a unit of systemd's, which has its credentials and no terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// It is.
    Here,
    /// An operator types.
    Elsewhere,
}

impl Unit {
    fn of(environment: &[(String, String)]) -> Self {
        // systemd.exec(5): set for every invocation of a unit. A terminal's own session has it too, hence not alone.
        let has = |name: &str| environment.iter().any(|(found, _)| found == name);
        if has("INVOCATION_ID") && (has("CREDENTIALS_DIRECTORY") || has("SYSTEMD_EXEC_PID")) {
            Self::Here
        } else {
            Self::Elsewhere
        }
    }
}
