//! The root ceremony: what is done offline with the root key, before witnesses, each act in two steps.
//!
//! First the command shows the fingerprint; nothing counts until it is typed back as it was read aloud. Each act is
//! written down in `protocol.md` of the ceremony's folder, where people sign it. The folder holds the root's key
//! (`root.pem`, or `root.uri` that names a token) and its certificate (`root.crt`).

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use touchstone_schemas::{date_time::Timestamp, text::Text, trust_list::DerCertificate};
use touchstone_verifier::path::{KeyPurpose, PinnedRoot, ProfileOids};

use crate::{
    ca::{
        BodyNames, CaError, CertificateRequest, CertificateWindow, Fingerprint, RequestRefused,
        RootAuthority, read_certificate, subject_of, write_certificate,
    },
    file::{self, FileError},
    key_change::open_or_create,
    keys::{KeyError, KeyPlace, Signer, Unlocking},
};

/// People at a ceremony, at least: one to act and one to watch (THREATS T18).
const LEAST_PRESENT: usize = 2;

/// Why a ceremony stops.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The root's key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A certificate.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The request.
    #[error(transparent)]
    Request(#[from] RequestRefused),
    /// Too few people, or one of them twice.
    #[error("{found} different people are present, wanted at least {LEAST_PRESENT}")]
    Present {
        /// Different people found.
        found: usize,
    },
    /// The root is there already.
    #[error("{} exists already: a root is made once", path.display())]
    RootExists {
        /// Its certificate.
        path: PathBuf,
    },
    /// What was typed is not the fingerprint: one of the two is of something else.
    #[error("the fingerprint typed is not that of {what}, which is {fingerprint}: nothing was done")]
    FingerprintDiffers {
        /// What it was to confirm.
        what: &'static str,
        /// Its fingerprint.
        fingerprint: Fingerprint,
    },
    /// The request asks for a purpose that is not ours, or not the one it is certified for.
    #[error("the request asks for purpose {found}, wanted {wanted}")]
    Purpose {
        /// Object identifier found.
        found: String,
        /// Object identifier wanted.
        wanted: String,
    },
}

/// Who is there, and when.
#[derive(Clone, Debug)]
pub struct Attendance {
    present: Vec<Text>,
    now: Timestamp,
}

impl Attendance {
    /// Those present.
    ///
    /// # Errors
    /// [`CeremonyError::Present`].
    pub fn new(present: Vec<Text>, now: Timestamp) -> Result<Self, CeremonyError> {
        let different: std::collections::BTreeSet<&str> = present.iter().map(Text::as_str).collect();
        if different.len() < LEAST_PRESENT || different.len() != present.len() {
            return Err(CeremonyError::Present {
                found: different.len(),
            });
        }
        Ok(Self { present, now })
    }
}

/// The folder of a root.
#[derive(Clone, Debug)]
pub struct CeremonyFolder(PathBuf);

/// A root whose fingerprint nobody has confirmed yet.
#[derive(Clone, Debug)]
pub struct PendingRoot {
    certificate: DerCertificate,
    place: KeyPlace,
}

impl PendingRoot {
    /// SHA-256 of its certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.certificate.as_der())
    }

    /// Its subject.
    ///
    /// # Errors
    /// [`CeremonyError::Ca`].
    pub fn subject(&self) -> Result<String, CeremonyError> {
        Ok(subject_of(&self.certificate)?)
    }
}

impl CeremonyFolder {
    /// File name of the root's certificate.
    pub const CERTIFICATE: &str = "root.crt";

    /// The folder at this path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn certificate(&self) -> PathBuf {
        self.0.join(Self::CERTIFICATE)
    }

    fn pending(&self) -> PathBuf {
        self.0.join("root.pending.crt")
    }

    fn uri(&self) -> PathBuf {
        self.0.join("root.uri")
    }

    /// Where the root's key is kept.
    ///
    /// # Errors
    /// [`CeremonyError::Key`].
    pub fn place(&self) -> Result<KeyPlace, CeremonyError> {
        let path = self.uri();
        if !path.exists() {
            return Ok(KeyPlace::File("root.pem".into()));
        }
        let text = String::from_utf8_lossy(&file::read(&path)?).trim().to_owned();
        Ok(text.parse().map_err(|cause| KeyError::Place { path, cause })?)
    }

    /// The first step: makes key and certificate. Said again, it finds what it made.
    ///
    /// # Errors
    /// [`CeremonyError::RootExists`] once a root is confirmed.
    pub fn prepare_root(
        &self,
        place: &KeyPlace,
        unlocking: &Unlocking<'_>,
        names: BodyNames<'_>,
        window: CertificateWindow,
    ) -> Result<PendingRoot, CeremonyError> {
        self.must_be_rootless()?;
        file::create_folder(&self.0)?;
        if self.pending().exists() {
            return self.read_pending();
        }
        // The key may be there from a try that went no further.
        let key = open_or_create(place, unlocking)?;
        if !place.is_file() {
            file::replace(&self.uri(), format!("{place}\n").as_bytes())?;
        }
        let root = RootAuthority::new(&key, names, window)?;
        let pem = write_certificate(root.certificate())?;
        file::create_public(&self.pending(), pem.as_bytes())?;
        self.read_pending()
    }

    fn must_be_rootless(&self) -> Result<(), CeremonyError> {
        let path = self.certificate();
        if path.exists() {
            return Err(CeremonyError::RootExists { path });
        }
        Ok(())
    }

    fn read_pending(&self) -> Result<PendingRoot, CeremonyError> {
        let certificate = read_certificate(&file::read(&self.pending())?)?;
        PinnedRoot::parse(certificate.as_der()).map_err(CaError::from)?;
        Ok(PendingRoot {
            certificate,
            place: self.place()?,
        })
    }

    /// The second step: the fingerprint was read aloud and typed back.
    ///
    /// # Errors
    /// [`CeremonyError::FingerprintDiffers`]; nothing is done then.
    pub fn confirm_root(
        &self,
        pending: &PendingRoot,
        typed: Fingerprint,
        attendance: &Attendance,
    ) -> Result<(), CeremonyError> {
        self.must_be_rootless()?;
        let fingerprint = pending.fingerprint();
        if typed != fingerprint {
            return Err(CeremonyError::FingerprintDiffers {
                what: "the root's certificate",
                fingerprint,
            });
        }
        let pem = write_certificate(&pending.certificate)?;
        self.write_down(
            attendance,
            "root made 根密钥生成",
            &[
                ("key 密钥存放", pending.place.to_string()),
                ("subject 主题", pending.subject()?),
                ("certificate SHA-256 证书指纹", fingerprint.to_string()),
                ("validity 有效期", validity(&pending.certificate)?),
            ],
        )?;
        file::create_public(&self.certificate(), pem.as_bytes())?;
        std::fs::remove_file(self.pending()).map_err(|cause| FileError::System {
            path: self.pending(),
            cause,
        })?;
        Ok(())
    }

    /// The root's certificate, once confirmed.
    ///
    /// # Errors
    /// [`CeremonyError::File`] when there is none.
    pub fn root(&self) -> Result<DerCertificate, CeremonyError> {
        Ok(read_certificate(&file::read(&self.certificate())?)?)
    }

    /// Certifies a request for a purpose, after its fingerprint was typed as the office reads it aloud.
    ///
    /// # Errors
    /// [`CeremonyError::FingerprintDiffers`], [`CeremonyError::Purpose`]: the root's key was not used.
    pub fn sign(
        &self,
        request: &CertificateRequest,
        terms: &Terms<'_>,
        typed: Fingerprint,
        key: &Signer,
        attendance: &Attendance,
    ) -> Result<DerCertificate, CeremonyError> {
        let fingerprint = request.fingerprint();
        if typed != fingerprint {
            return Err(CeremonyError::FingerprintDiffers {
                what: "the request's key",
                fingerprint,
            });
        }
        let wanted = terms.purposes.of(terms.purpose).to_string();
        if request.purpose() != wanted {
            return Err(CeremonyError::Purpose {
                found: request.purpose().to_owned(),
                wanted,
            });
        }
        let root = RootAuthority::of(key, self.root()?)?;
        let certificate = root.certify_request(request, terms.window)?;
        self.write_down(
            attendance,
            "key certified 签发密钥证书",
            &[
                ("key 密钥", request.method().to_string()),
                ("purpose 用途", wanted),
                ("subject 主题", request.subject()),
                ("key SHA-256 公钥指纹", fingerprint.to_string()),
                (
                    "certificate SHA-256 证书指纹",
                    Fingerprint::of(certificate.as_der()).to_string(),
                ),
                ("validity 有效期", validity(&certificate)?),
            ],
        )?;
        Ok(certificate)
    }

    /// Adds an act to the protocol, durably, before what it tells of leaves the folder.
    fn write_down(
        &self,
        attendance: &Attendance,
        act: &str,
        facts: &[(&str, String)],
    ) -> Result<(), CeremonyError> {
        let path = self.0.join("protocol.md");
        let mut text = format!("## {} {act}\n\n", attendance.now);
        for (name, value) in facts {
            text.push_str(&format!("- {name}: {value}\n"));
        }
        text.push_str(&format!(
            "- program 程序: touchstone-issuer {}\n",
            env!("CARGO_PKG_VERSION")
        ));
        for person in &attendance.present {
            text.push_str(&format!(
                "- present 在场: {person}, signature 签字: ________________\n"
            ));
        }
        text.push('\n');
        let write = || {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|cause| FileError::System {
            path: path.clone(),
            cause,
        })?;
        Ok(())
    }
}

/// What a request is certified for.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The purpose.
    pub purpose: KeyPurpose,
    /// The extended key usages of this profile.
    pub purposes: &'a ProfileOids,
    /// First and last second.
    pub window: CertificateWindow,
}

fn validity(certificate: &DerCertificate) -> Result<String, CeremonyError> {
    let facts = touchstone_verifier::path::certificate_facts(certificate.as_der())
        .map_err(|cause| CaError::Certificate { cause })?;
    let instant = |seconds| Timestamp::from_unix(seconds).unwrap_or(Timestamp::MAX);
    Ok(format!(
        "{} – {}",
        instant(facts.validity.not_before),
        instant(facts.validity.not_after)
    ))
}
