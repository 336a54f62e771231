//! Folders for one run.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::Failure;

/// A folder that is removed when it goes out of scope. `TOUCHSTONE_KEEP` in the environment keeps it, to look into.
#[derive(Debug)]
pub struct TempFolder(PathBuf);

impl TempFolder {
    /// Makes one.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(name: &str) -> Result<Self, Failure> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("touchstone-{name}-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        if std::env::var_os("TOUCHSTONE_KEEP").is_some() {
            eprintln!("kept: {}", self.0.display());
        } else {
            // What cannot be removed is left to the system's own housekeeping.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
