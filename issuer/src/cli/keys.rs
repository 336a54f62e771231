//! Keys and certificates: the root ceremony, requests, certificates taken, keys put in use and listed.

use std::io::{IsTerminal, Write, stderr, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use secrecy::SecretString;
use serde_json::json;
use touchstone_issuer::{
    body::did_of,
    ca::{
        BodyNames, CertificateRequest, CertificateWindow, Fingerprint, read_certificate, write_certificate,
    },
    ceremony::{Attendance, CeremonyFolder, Terms},
    config::{read_body, usual_place},
    file,
    init::{CERTIFICATE_YEARS, DEMONSTRATION_ARC, InitError, TEST_HEAD_START_YEARS, YEAR},
    key_change::{
        KeyRequest, check_certificate, did_for, import_certificate, name_of, place_of, request_certificate,
        rotate,
    },
    keys::{KeyPlace, OwnerKey, PassphraseSource, Unlocking, read_passphrase},
    office::{Office, OfficeError},
    owner_keys::{NewKey, add_key, close_key},
};
use touchstone_schemas::{credential::RegistryBase, date_time::Timestamp, text::Text};
use touchstone_verifier::path::{KeyPurpose, ProfileOids};

use super::arguments::{
    Ceremony, CeremonyFolderArguments, Csr, ImportCertificate, OwnerFolder, Purpose, Rotate,
};
use super::change::argument;
use super::commands::{OWNER_KEY, Session, open_owner};
use super::error::CliError;
use super::print;

/// The root's key, as prompts call it.
const ROOT_KEY: &str = "the root's key";
/// By how much a root begins before it is made, in seconds: no clock in the world finds it not yet valid.
const HEAD_START: i64 = 86_400;

impl From<Purpose> for KeyPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Issuing => Self::IssueCredential,
            Purpose::Status => Self::SignStatus,
        }
    }
}

impl Session {
    pub(super) fn ceremony(self, ceremony: Ceremony) -> Result<ExitCode, CliError> {
        match ceremony {
            Ceremony::Root {
                folder,
                profile,
                key,
                years,
                test,
            } => {
                let place = key.unwrap_or_else(|| KeyPlace::File("root.pem".into()));
                self.make_root(&folder, &profile, &place, years, test)
            }
            Ceremony::Sign {
                folder,
                request,
                purpose,
                arc,
                test,
                until,
                out,
            } => {
                let now = self.clock.now();
                let attendance = attendance(&folder, now)?;
                let root = CeremonyFolder::new(&folder.folder);
                let request = CertificateRequest::read(&file::read(&request)?)?;
                let below = arc.strip_prefix(DEMONSTRATION_ARC);
                if !test && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                    return Err(InitError::ExampleArc.into());
                }
                let shown = format!(
                    "subject     {}\nkey         {}\npurpose     {}\nfingerprint {}",
                    request.subject(),
                    request.method(),
                    request.purpose(),
                    request.fingerprint()
                );
                let Some(typed) = confirmation(&folder, &shown, "the fingerprint as the office reads it")?
                else {
                    return Ok(ExitCode::from(2));
                };
                let years = |years: i64| years * YEAR;
                let from = if test {
                    now.checked_sub(years(TEST_HEAD_START_YEARS))
                } else {
                    Some(now)
                };
                let window = CertificateWindow {
                    from: from.unwrap_or(now),
                    until: until
                        .or_else(|| now.checked_add(years(CERTIFICATE_YEARS)))
                        .unwrap_or(Timestamp::MAX),
                };
                let arc = argument("arc", arc.parse())?;
                let terms = Terms {
                    purpose: purpose.into(),
                    purposes: &ProfileOids::under(&arc),
                    window,
                };
                let place = root.place()?;
                let passphrase = root_passphrase(&folder, &place, false)?;
                let key = place
                    .open(&self.unlocking(&folder.folder, &passphrase))
                    .map_err(OfficeError::Key)?;
                let certificate = root.sign(&request, &terms, typed, &key, &attendance)?;
                file::create_public(&out, write_certificate(&certificate)?.as_bytes())?;
                let fingerprint = Fingerprint::of(certificate.as_der());
                let value = json!({ "certificate": out, "fingerprint": fingerprint.to_string() });
                let text = format!("certificate {}\nfingerprint {fingerprint}", out.display());
                print::line(self.json, &value, &text)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn make_root(
        &self,
        arguments: &CeremonyFolderArguments,
        profile: &Path,
        place: &KeyPlace,
        years: i64,
        test: bool,
    ) -> Result<ExitCode, CliError> {
        let now = self.clock.now();
        let attendance = attendance(arguments, now)?;
        let root = CeremonyFolder::new(&arguments.folder);
        let body = read_body(profile)?;
        let names = BodyNames {
            name: &body.name,
            name_en: &body.name_en,
        };
        let from = if test {
            now.checked_sub(TEST_HEAD_START_YEARS * YEAR)
        } else {
            now.checked_sub(HEAD_START)
        };
        let window = CertificateWindow {
            from: from.unwrap_or(now),
            until: now
                .checked_add(years.saturating_mul(YEAR))
                .unwrap_or(Timestamp::MAX),
        };
        let passphrase = root_passphrase(arguments, place, true)?;
        let unlocking = self.unlocking(&arguments.folder, &passphrase);
        let pending = root.prepare_root(place, &unlocking, names, window)?;
        let shown = format!(
            "subject     {}\nfingerprint {}",
            pending.subject()?,
            pending.fingerprint()
        );
        let Some(typed) = confirmation(arguments, &shown, "the fingerprint as it is read aloud")? else {
            return Ok(ExitCode::from(2));
        };
        root.confirm_root(&pending, typed, &attendance)?;
        let certificate = arguments.folder.join(CeremonyFolder::CERTIFICATE);
        let fingerprint = pending.fingerprint();
        let value = json!({ "certificate": certificate, "fingerprint": fingerprint.to_string() });
        let text = format!("root        {}\nfingerprint {fingerprint}", certificate.display());
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn csr(self, csr: Csr) -> Result<ExitCode, CliError> {
        let purpose = KeyPurpose::from(csr.purpose);
        let (names, did, oids, place) = match (csr.registry_url, csr.profile) {
            // A body that has no office yet.
            (Some(url), Some(profile)) => {
                let did = argument("registry-url", RegistryBase::parse(&url))?;
                let body = read_body(&profile)?;
                let arc = argument("arc", csr.arc.parse())?;
                let did = did_of(&did).map_err(InitError::from)?;
                let usual = || usual_place(name_of(purpose), csr.number);
                (
                    (body.name, body.name_en),
                    did,
                    ProfileOids::under(&arc),
                    csr.place.unwrap_or_else(usual),
                )
            }
            _ => {
                let office = Office::open(self.folder.clone(), self.clock).await?;
                let papers = &office.papers;
                let oids = touchstone_issuer::key_change::profile_of(&papers.trust_list().key_purposes)
                    .map_err(|cause| CliError::KeyChange(Box::new(cause.into())))?;
                let names = (papers.body.name.clone(), papers.body.name_en.clone());
                let place = place_of(&papers.config, purpose, csr.number, csr.place.as_ref());
                (names, papers.config.issuer.did.clone(), oids, place)
            }
        };
        let method = did_for(&did, purpose).key(csr.number);
        let request = KeyRequest {
            names: BodyNames {
                name: &names.0,
                name_en: &names.1,
            },
            method: &method,
            purpose: &oids.of(purpose).to_string(),
            place: &place,
        };
        let passphrase = self.passphrase(place.is_file())?;
        let pem = request_certificate(&request, &self.unlocking(self.folder.path(), &passphrase))?;
        file::create_public(&csr.out, pem.as_bytes())?;
        let fingerprint = CertificateRequest::read(pem.as_bytes())?.fingerprint();
        let value = json!({
            "request": csr.out,
            "key": method.to_string(),
            "place": place.to_string(),
            "fingerprint": fingerprint.to_string(),
        });
        let text = format!(
            "request     {}\nkey         {method} in {place}\nfingerprint {fingerprint}",
            csr.out.display()
        );
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn import_certificate(self, arguments: ImportCertificate) -> Result<ExitCode, CliError> {
        let certificate = read_certificate(&file::read(&arguments.certificate)?)?;
        let purpose = KeyPurpose::from(arguments.purpose);
        let office = Office::open(self.folder.clone(), self.clock).await?;
        let papers = &office.papers;
        let purposes = &papers.trust_list().key_purposes;
        let checked = check_certificate(
            &certificate,
            papers.listed()?,
            purposes,
            purpose,
            self.clock.now(),
        )?;
        let number = checked.method.number();
        let place = place_of(&papers.config, purpose, number, arguments.place.as_ref());
        let passphrase = self.passphrase(place.is_file())?;
        let unlocking = self.unlocking(self.folder.path(), &passphrase);
        let (checked, path) = import_certificate(&office, &certificate, purpose, Some(&place), &unlocking)?;
        let (method, fingerprint) = (checked.method, Fingerprint::of(certificate.as_der()));
        let value = json!({
            "key": method.to_string(),
            "certificate": path,
            "fingerprint": fingerprint.to_string(),
        });
        let text = format!(
            "key         {method}\ncertificate {}: the scheme owner lists it with owner add-key\nfingerprint {fingerprint}",
            path.display()
        );
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn rotate(self, arguments: Rotate) -> Result<ExitCode, CliError> {
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        let (purpose, number) = (KeyPurpose::from(arguments.purpose), arguments.number);
        let place = place_of(&office.papers.config, purpose, number, arguments.place.as_ref());
        let passphrase = self.passphrase(place.is_file())?;
        let unlocking = self.unlocking(self.folder.path(), &passphrase);
        let method = rotate(&mut office, purpose, number, Some(&place), &unlocking).await?;
        print::line(
            self.json,
            &json!({ "key": method.to_string() }),
            &format!("{method} signs from now on"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn create_owner(
        self,
        owner: &OwnerFolder,
        key: Option<KeyPlace>,
    ) -> Result<ExitCode, CliError> {
        let place = key.unwrap_or_else(|| KeyPlace::File(OwnerKey::FILE.into()));
        let passphrase = if place.is_file() {
            read_passphrase(&PassphraseSource::of_new(
                owner.owner_passphrase_file.clone(),
                OWNER_KEY,
            ))?
        } else {
            SecretString::default()
        };
        if !file::is_free(&owner.owner_dir)? {
            let path = owner.owner_dir.clone();
            return Err(InitError::NotEmpty { path }.into());
        }
        file::create_folder(&owner.owner_dir)?;
        let unlocking = self.unlocking(&owner.owner_dir, &passphrase);
        let pin = OwnerKey::create_at(&place, &unlocking)
            .map_err(OfficeError::Key)?
            .multikey();
        let value = json!({ "owner": pin, "place": place.to_string() });
        print::line(
            self.json,
            &value,
            &format!("owner (pin) {pin}\nkey         {place}"),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn add_key(
        self,
        owner: OwnerFolder,
        certificate: &Path,
        purpose: Purpose,
        window: (Option<Timestamp>, Timestamp),
        list: Option<PathBuf>,
    ) -> Result<ExitCode, CliError> {
        let owner = open_owner(&owner.owner_dir, owner.owner_passphrase_file, self.pin)?;
        let path = list.unwrap_or_else(|| self.folder.trust_list());
        let present = file::read(&path)?;
        let certificate = read_certificate(&file::read(certificate)?)?;
        let now = self.clock.now();
        let issuer = touchstone_issuer::owner_keys::issuer_of(&present, &certificate)?;
        let new = NewKey {
            issuer: &issuer,
            certificate: &certificate,
            purpose: purpose.into(),
            signs_from: window.0.unwrap_or(now),
            signs_until: window.1,
        };
        let (checked, following) = add_key(&present, &owner, &new, now)?;
        file::replace(&path, &following)?;
        let (method, from, until) = (checked.method, new.signs_from, new.signs_until);
        let fingerprint = Fingerprint::of(certificate.as_der());
        let value = json!({
            "key": method.to_string(),
            "signsFrom": from,
            "signsUntil": until,
            "fingerprint": fingerprint.to_string(),
            "trustList": path,
        });
        let text = format!(
            "{method} signs from {from} until {until}\nfingerprint {fingerprint}\ntrust list  {}: publish it",
            path.display()
        );
        print::line(self.json, &value, &text)?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn close_key(
        self,
        owner: OwnerFolder,
        key: &touchstone_schemas::did::VerificationMethod,
        until: Timestamp,
        list: Option<PathBuf>,
    ) -> Result<ExitCode, CliError> {
        let owner = open_owner(&owner.owner_dir, owner.owner_passphrase_file, self.pin)?;
        let path = list.unwrap_or_else(|| self.folder.trust_list());
        let following = close_key(&file::read(&path)?, &owner, key, until, self.clock.now())?;
        file::replace(&path, &following)?;
        let value = json!({ "key": key.to_string(), "signsUntil": until, "trustList": path });
        print::line(
            self.json,
            &value,
            &format!(
                "{key} signs until {until}\ntrust list  {}: publish it",
                path.display()
            ),
        )?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) fn unlocking<'a>(&self, folder: &'a Path, passphrase: &'a SecretString) -> Unlocking<'a> {
        Unlocking {
            folder,
            passphrase,
            pin: self.pin,
        }
    }
}

fn attendance(arguments: &CeremonyFolderArguments, now: Timestamp) -> Result<Attendance, CliError> {
    let present = arguments
        .present
        .iter()
        .map(|name| argument("present", Text::parse(name)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Attendance::new(present, now)?)
}

fn root_passphrase(
    arguments: &CeremonyFolderArguments,
    place: &KeyPlace,
    new: bool,
) -> Result<SecretString, CliError> {
    if !place.is_file() {
        return Ok(SecretString::default());
    }
    let file = arguments.root_passphrase_file.clone();
    let source = if new {
        PassphraseSource::of_new(file, ROOT_KEY)
    } else {
        PassphraseSource::of(file, ROOT_KEY)
    };
    Ok(read_passphrase(&source)?)
}

/// The fingerprint typed back: an argument, or a line at the terminal. `None` when there is neither: what was shown is
/// to be read aloud, and the command said again.
fn confirmation(
    arguments: &CeremonyFolderArguments,
    shown: &str,
    what: &str,
) -> Result<Option<Fingerprint>, CliError> {
    writeln!(stderr(), "{shown}")?;
    let typed = match &arguments.confirm_fingerprint {
        Some(typed) => typed.clone(),
        None if stdin().is_terminal() => {
            write!(stderr(), "type {what}: ")?;
            let mut line = String::new();
            stdin().read_line(&mut line)?;
            line
        }
        None => {
            writeln!(
                stderr(),
                "nothing is done yet: say the same again with --confirm-fingerprint and {what}"
            )?;
            return Ok(None);
        }
    };
    Ok(Some(argument("confirm-fingerprint", typed.parse())?))
}
