//! Where the project lies and where cargo builds it.

use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand};

use crate::error::Error;

/// The project on this machine.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder; everything these commands make lies in it, or in `wasm-verify/dist`.
    pub(crate) target: PathBuf,
    /// Members and their own dependencies, not resolved.
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self, Error> {
        let mut command = MetadataCommand::new();
        command
            .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
            .no_deps();
        let metadata = command.exec()?;
        Ok(Self {
            root: metadata.workspace_root.clone().into(),
            target: metadata.target_directory.clone().into(),
            metadata,
        })
    }
}
