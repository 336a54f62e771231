//! The scheme owner's records, and what sends signed documents as they are.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use touchstone_issuer::{
    file,
    owner_record::{ReleaseRequest, RetirementRequest, release_verifier, retire_key},
    registry::{Answer, Registry},
};

use super::arguments::Owner;
use super::commands::{Session, open_owner};
use super::error::CliError;
use super::print;

impl Session {
    pub(super) fn owner(self, record: Owner) -> Result<ExitCode, CliError> {
        match record {
            Owner::CreateKey { owner, key } => return self.create_owner(&owner, key),
            Owner::AddKey {
                owner,
                certificate,
                purpose,
                signs_from,
                signs_until,
                file,
            } => return self.add_key(owner, &certificate, purpose, (signs_from, signs_until), file),
            Owner::CloseKey {
                owner,
                key,
                signs_until,
                file,
            } => return self.close_key(owner, &key, signs_until, file),
            Owner::RetireKey {
                owner,
                key,
                checkpoint,
                reason,
                out,
                file,
            } => {
                let owner = open_owner(&owner.owner_dir, owner.owner_passphrase_file, self.pin)?;
                let path = file.unwrap_or_else(|| self.folder.trust_list());
                let request = RetirementRequest {
                    method: &key,
                    checkpoint: &file::read(&checkpoint)?,
                    reason: &reason,
                };
                let retired = retire_key(&file::read(&path)?, &owner, &request, self.clock.now())?;
                // The record first: a trust list without it is whole, and the command can be said again.
                file::create_public(&out, &retired.document)?;
                file::replace(&path, &retired.trust_list)?;
                let from = retired.record.from;
                let value = json!({ "key": key.to_string(), "from": from, "record": out, "trustList": path });
                let text = format!(
                    "{key} is retired from index {from} on\nrecord      {}\ntrust list  {}: publish it",
                    out.display(),
                    path.display()
                );
                print::line(self.json, &value, &text)?;
            }
            Owner::ReleaseVerifier {
                owner,
                issuer,
                release,
                page,
                module,
                out,
            } => {
                let owner = open_owner(&owner.owner_dir, owner.owner_passphrase_file, self.pin)?;
                let request = ReleaseRequest {
                    issuer: &issuer,
                    release: &release,
                    module: module.as_deref(),
                };
                let (record, document) = release_verifier(&page, &owner, &request, self.clock.now())?;
                file::create_public(&out, &document)?;
                let (files, wasm) = (record.files.len(), record.wasm);
                let value =
                    json!({ "release": release, "files": files, "wasm": wasm.to_string(), "record": out });
                let text = format!(
                    "release {release}: {files} files, module {wasm}\nrecord {}",
                    out.display()
                );
                print::line(self.json, &value, &text)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Sends documents as they are, past the outbox: who signed them is for the registry to ask.
    pub(super) async fn submit(self, files: &[PathBuf]) -> Result<ExitCode, CliError> {
        let config = self.folder.read_config()?;
        let registry = Registry::new(&self.folder, &config.registry)?;
        let documents = files
            .iter()
            .map(|path| file::read(path))
            .collect::<Result<Vec<_>, _>>()?;
        match registry.submit(&documents).await? {
            Answer::Accepted(receipts) => {
                for (path, receipt) in files.iter().zip(receipts) {
                    let (digest, recorded) = (receipt.entry.digest, receipt.entry.recorded);
                    let value = json!({
                        "file": path,
                        "digest": digest.to_string(),
                        "recorded": recorded,
                        "proof": receipt.proof,
                    });
                    let text = format!("{}: recorded {recorded}", path.display());
                    print::line(self.json, &value, &text)?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Answer::Refused(problem) => {
                let value = json!({ "status": problem.status, "problem": problem.body });
                let text = format!("the registry says {}: {}", problem.status, problem.body);
                print::line(self.json, &value, &text)?;
                Ok(ExitCode::from(2))
            }
        }
    }
}
