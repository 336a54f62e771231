//! Files and folders that it names.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

use touchstone_schemas::json;

use super::Faults;
use crate::{
    Role, config::Config, http::MAX_SAMPLES_BYTES, pages::footer::Footer, statistics::Denominators,
    web::WebFiles, webhooks::Authorities,
};

/// What every database of SQLite's begins with (SQLite, "Database File Format" §1.3).
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

pub(super) fn database(config: &Config, faults: &mut Faults) {
    // A server's is asked by `serve` and `fsck`; here nobody is called.
    let Some(path) = config.store.database.file() else {
        return;
    };
    if !path.is_file() {
        let what = format!(
            "there is no database at {}; `init` makes one, a backup brings one back",
            path.display()
        );
        faults.add("store.database", what);
        return;
    }
    let writes = config.registry.role == Role::Sequencer;
    let opened = std::fs::OpenOptions::new().read(true).write(writes).open(path);
    if let Some(file) = faults.unless("store.database", named(path, opened))
        && !is_sqlite(file)
    {
        faults.add(
            "store.database",
            format!("{} is no database of SQLite's", path.display()),
        );
    }
    folder("store.database", path, faults);
}

fn is_sqlite(file: File) -> bool {
    let mut begins = Vec::with_capacity(SQLITE.len());
    let wanted = u64::try_from(SQLITE.len()).unwrap_or_default();
    file.take(wanted).read_to_end(&mut begins).is_ok() && begins == SQLITE
}

/// What is read at start is a fault where it does not do; what is read while it serves, a warning.
pub(super) fn others(config: &Config, faults: &mut Faults) {
    if let Some(root) = &config.pages.web_root {
        faults.unless("pages.web_root", WebFiles::read(root, &Footer::default()));
    }
    if let Some(path) = &config.statistics.denominators {
        faults.unless(
            "statistics.denominators",
            Denominators::read(path).map_err(|error| error.cause),
        );
    }
    if let Some(path) = &config.webhooks.ca_file {
        faults.unless(
            "webhooks.ca_file",
            Authorities::read(path).map_err(|error| error.cause),
        );
    }
    if let Some(path) = &config.pages.samples
        && let Err(what) = samples(path)
    {
        faults.warn("pages.samples", what);
    }
    for (place, path) in [
        ("webhooks.folder", &config.webhooks.folder),
        ("regulators.folder", &config.regulators.folder),
    ] {
        match std::fs::read_dir(path) {
            // Made with the first of what it holds.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            read => {
                if let Err(what) = named(path, read) {
                    faults.warn(place, what);
                }
            }
        }
    }
}

fn samples(path: &Path) -> Result<(), String> {
    let most = usize::try_from(MAX_SAMPLES_BYTES).unwrap_or(usize::MAX);
    let bytes = named(path, std::fs::read(path))?;
    let read = json::parse(&bytes, most);
    read.map(drop)
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// A file that its owner alone may read.
pub(super) fn private_file(place: &str, path: &Path, faults: &mut Faults) {
    let Some(metadata) = faults.unless(place, named(path, std::fs::metadata(path))) else {
        return;
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let what = format!(
                "{} has mode {mode:o}: others than its owner may use it, wanted 600",
                path.display()
            );
            faults.add(place, what);
        }
    }
    #[cfg(not(unix))]
    let _ = metadata;
}

/// A folder in which files are made and replaced.
pub(super) fn folder(place: &str, file: &Path, faults: &mut Faults) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    if let Some(metadata) = faults.unless(place, named(folder, std::fs::metadata(folder)))
        && metadata.permissions().readonly()
    {
        faults.add(place, format!("{} is not to be written in", folder.display()));
    }
}

pub(super) fn missing(path: &Path) -> String {
    format!("{}: there is no such file", path.display())
}

/// What the system says, with the file it is about.
pub(super) fn named<T>(path: &Path, found: std::io::Result<T>) -> Result<T, String> {
    found.map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(path),
        _ => format!("{}: {error}", path.display()),
    })
}
