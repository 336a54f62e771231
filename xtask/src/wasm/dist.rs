//! The folder that is served: `wasm-verify/web` and the bindings side by side, and the record of its making.

use std::path::{Path, PathBuf};

use super::tree;
use crate::error::Error;
use crate::progress::say;

/// An existing, empty folder.
pub(crate) fn empty(folder: &Path) -> Result<(), Error> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(Error::file(folder))?;
    }
    std::fs::create_dir_all(folder).map_err(Error::file(folder))
}

/// Fills `dist` anew from the hand-written page, where there is one, the texts it shows, and the bindings. All of
/// it is served from one folder.
pub(crate) fn assemble(root: &Path, bound: &Path, dist: &Path) -> Result<(), Error> {
    empty(dist)?;
    for folder in ["wasm-verify/web", "verifier/texts"] {
        let from = root.join(folder);
        if from.is_dir() {
            copy(&from, dist)?;
        } else {
            say(&format!(
                "{folder} does not exist: wasm-verify/dist is built without it"
            ));
        }
    }
    copy(bound, dist)
}

/// Whether `dist` still holds every file as it was made from exactly these inputs. Files that somebody added,
/// such as a demonstration's policy, do not matter.
pub(crate) fn is_of(work: &Path, dist: &Path, inputs: &str) -> Result<bool, Error> {
    let record = record_path(work);
    if !record.is_file() {
        return Ok(false);
    }
    let found = std::fs::read_to_string(&record).map_err(Error::file(&record))?;
    let Some(files) = found
        .strip_prefix(inputs)
        .and_then(|rest| rest.strip_prefix('\n'))
    else {
        return Ok(false);
    };
    for line in files.lines() {
        let Some((digest, name)) = line.split_once("  ") else {
            return Ok(false);
        };
        let file = dist.join(name);
        if !file.is_file() || tree::file_digest(&file)? != digest {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes what `dist` was made from and what it holds.
pub(crate) fn record(work: &Path, dist: &Path, inputs: &str) -> Result<(), Error> {
    let mut text = format!("{inputs}\n");
    for file in tree::files(dist, &[])? {
        text.push_str(&format!(
            "{}  {}\n",
            tree::file_digest(&file)?,
            tree::relative(dist, &file)
        ));
    }
    let record = record_path(work);
    std::fs::write(&record, text).map_err(Error::file(&record))
}

/// Before a build: a build that fails leaves no claim behind.
pub(crate) fn forget(work: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(work).map_err(Error::file(work))?;
    let record = record_path(work);
    if record.exists() {
        std::fs::remove_file(&record).map_err(Error::file(&record))
    } else {
        Ok(())
    }
}

fn record_path(work: &Path) -> PathBuf {
    work.join("dist.record")
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    for file in tree::files(from, &[])? {
        let target = to.join(tree::relative(from, &file));
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
        std::fs::copy(&file, &target).map_err(Error::file(&file))?;
    }
    Ok(())
}
