//! The log: its key, its passphrase, its checkpoint.

use std::path::Path;

use ed25519_dalek::SigningKey;
use touchstone_verifier::tlog::LogKey;

use super::{
    Faults, Unit,
    files::{folder, missing, private_file},
};
use crate::{
    Role,
    config::{Config, LogConfig},
    log_key::{open_key, read_passphrase},
    tlog::{CheckpointFile, LogSigner},
};

pub(super) fn check(config: &Config, unit: Unit, faults: &mut Faults) {
    folder("log.checkpoint_file", &config.log.checkpoint_file, faults);
    match config.registry.role {
        Role::Sequencer => signing_log(&config.log, unit, faults),
        Role::Reader => read_log(&config.log, faults),
    }
}

fn signing_log(log: &LogConfig, unit: Unit, faults: &mut Faults) {
    let Some(key_file) = faults.unless("log.key_file", log.signing_key_file()) else {
        return;
    };
    private_file("log.key_file", key_file, faults);
    let Some(file) = &log.passphrase_file else {
        let what = "is missing: the passphrase is asked at the terminal, and a service has none";
        match unit {
            Unit::Here => faults.add("log.passphrase_file", what),
            Unit::Elsewhere => faults.warn("log.passphrase_file", what),
        }
        return shut(log, faults);
    };
    if is_credential(file) {
        if unit == Unit::Elsewhere && !file.exists() {
            let what = format!(
                "{} is there while the unit runs: the key was not opened",
                file.display()
            );
            faults.warn("log.passphrase_file", what);
            return shut(log, faults);
        }
    } else {
        private_file("log.passphrase_file", file, faults);
    }
    let passphrase = faults.unless("log.passphrase_file", read_passphrase(Some(file)));
    let key: Option<SigningKey> = passphrase
        .filter(|_| key_file.is_file())
        .and_then(|passphrase| faults.unless("log.key_file", open_key(key_file, &passphrase)));
    let signer = key.map(|key| LogSigner::new(log.origin.clone(), key));
    if let Some(signer) = signer.and_then(|signer| faults.unless("log.origin", signer)) {
        if let Some(public) = log.public_key.filter(|public| *public != signer.multikey()) {
            let what = format!("is {public}, and log.key_file holds {}", signer.multikey());
            faults.add("log.public_key", what);
        }
        let file = CheckpointFile::at(log.checkpoint_file.clone());
        faults.unless("log.checkpoint_file", file.read(signer.public()));
    }
}

/// A reader's file is made at its first start.
fn read_log(log: &LogConfig, faults: &mut Faults) {
    for (place, file) in [
        ("log.key_file", &log.key_file),
        ("log.passphrase_file", &log.passphrase_file),
    ] {
        if file.is_some() {
            faults.add(
                place,
                "is the sequencer's alone: a reader signs nothing and holds no secret",
            );
        }
    }
    let key = log
        .public_key
        .map(|key| LogKey::new(log.origin.clone(), key.as_bytes()));
    if let Some(key) = key.and_then(|key| faults.unless("log.public_key", key))
        && log.checkpoint_file.exists()
    {
        let file = CheckpointFile::at(log.checkpoint_file.clone());
        faults.unless("log.checkpoint_file", file.read(&key));
    }
}

/// Without the passphrase the key stays shut, and so nothing under it can be checked.
fn shut(log: &LogConfig, faults: &mut Faults) {
    if !log.checkpoint_file.is_file() {
        faults.add("log.checkpoint_file", missing(&log.checkpoint_file));
    }
}

/// A credential of systemd's is its unit's alone by an access list, which shows as bits of the group's.
fn is_credential(file: &Path) -> bool {
    file.starts_with("/run/credentials")
}
