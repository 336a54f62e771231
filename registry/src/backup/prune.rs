//! How many backups stay.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{BackupError, UNFINISHED, file_error};

/// Takes away what a backup that was cut off left; nobody else writes there now.
pub(super) fn unfinished(folder: &Path) -> Result<(), BackupError> {
    for name in names(folder)? {
        if name.strip_suffix(UNFINISHED).is_some_and(is_backup) {
            remove(&folder.join(name))?;
        }
    }
    Ok(())
}

/// Takes the oldest away until so many are left. What is named otherwise is nobody's to take away.
pub(super) fn older(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, BackupError> {
    let mut backups = names(folder)?;
    backups.retain(|name| is_backup(name));
    // Of one form, so that their order is that of their times.
    backups.sort_unstable();
    let many = backups.len().saturating_sub(keep);
    let mut removed = Vec::with_capacity(many);
    for name in backups.into_iter().take(many) {
        let path = folder.join(name);
        remove(&path)?;
        removed.push(path);
    }
    Ok(removed)
}

/// `20260615T040000Z-4711`.
fn is_backup(name: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = name.split_once('T').and_then(|(day, rest)| {
        let (time, process) = rest.split_once("Z-")?;
        Some((day, time, process))
    });
    parts.is_some_and(|(day, time, process)| {
        digits(day, 8) && digits(time, 6) && digits(process, process.len()) && !process.is_empty()
    })
}

fn names(folder: &Path) -> Result<Vec<String>, BackupError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(file_error(folder))? {
        names.extend(entry.map_err(file_error(folder))?.file_name().into_string());
    }
    Ok(names)
}

fn remove(path: &Path) -> Result<(), BackupError> {
    fs::remove_dir_all(path).map_err(file_error(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_has_one_form_of_name() {
        assert!(is_backup("20260615T040000Z-4711"));
        for name in [
            "20260615T040000Z-",
            "20260615T0400Z-1",
            "x",
            "20260615T040000Z-4711.old",
            "TZ-",
        ] {
            assert!(!is_backup(name), "{name}");
        }
    }
}
