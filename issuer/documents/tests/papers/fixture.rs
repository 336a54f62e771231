//! Credentials to print, and one typesetter for all tests of a process.

use std::path::Path;
use std::sync::LazyLock;

use touchstone_documents::certificate::CertificateInput;
use touchstone_documents::{DEBIAN_FOLDER, Fonts, Paper, Signed, Templates, Typesetter};
use touchstone_schemas::credential::Credential;
use touchstone_schemas::date_time::Date;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_schemas::jcs::to_canonical;
use touchstone_schemas::submission::Receipt;
use touchstone_schemas::text::Text;
use touchstone_schemas::tlog::{Entry, Record};

use crate::sample;

pub(crate) static SETTER: LazyLock<Typesetter> = LazyLock::new(|| setter(Templates::compiled_in()));

pub(crate) fn setter(templates: Templates) -> Typesetter {
    let fonts = Fonts::in_folder(Path::new(DEBIAN_FOLDER)).unwrap();
    Typesetter::new(fonts, templates)
}

/// A signed credential and its receipt.
pub(crate) struct Issued {
    pub(crate) credential: Credential,
    pub(crate) signed: Vec<u8>,
    pub(crate) receipt: Vec<u8>,
    pub(crate) demonstration: bool,
}

impl Issued {
    /// The sample of that seed, changed; its proof is of the right form, and papers do not judge it.
    pub(crate) fn of(seed: u64, change: impl FnOnce(&mut Credential)) -> Self {
        let (mut credential, proof) = sample::usual(seed);
        change(&mut credential);
        let signed = credential.secured_with(&proof);
        Signed::read(&signed).unwrap();
        let entry = Entry {
            issuer: credential.issuer.id.clone(),
            recorded: credential.valid_from.start(),
            digest: Sha256Digest::of(&signed),
            record: Record::Credential {
                number: credential.number.clone(),
                version: credential.version,
            },
        };
        let proof = "c2sp.org/tlog-proof@v1\n".to_owned();
        Self {
            receipt: to_canonical(&Receipt { entry, proof }),
            signed,
            credential,
            demonstration: false,
        }
    }

    pub(crate) fn demonstration(mut self) -> Self {
        self.demonstration = true;
        self
    }

    pub(crate) fn input(&self) -> CertificateInput<'_> {
        CertificateInput {
            credential: &self.signed,
            receipt: &self.receipt,
            profile: sample::PROFILE_NUMBER,
            demonstration: self.demonstration,
        }
    }

    pub(crate) fn print(&self) -> Paper {
        SETTER.certificate(&self.input()).unwrap().paper
    }
}

pub(crate) fn text(text: &str) -> Text {
    Text::parse(text).unwrap()
}

pub(crate) fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// Leaves the pages as pictures in the folder that `TOUCHSTONE_PAPERS` names, for people to look at.
pub(crate) fn keep(name: &str, paper: &Paper) {
    let Some(folder) = std::env::var_os("TOUCHSTONE_PAPERS") else {
        return;
    };
    let folder = Path::new(&folder);
    std::fs::write(folder.join(format!("{name}.pdf")), &paper.pdf).unwrap();
    for page in 1..=paper.pages {
        let picture = touchstone_documents::picture(&paper.pdf, page, 110).unwrap();
        std::fs::write(folder.join(format!("{name}-{page}.png")), picture).unwrap();
    }
}
