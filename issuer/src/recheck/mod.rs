//! Everything ever signed, judged again: by the rules that ran before the signature, and by the verifier as strangers run
//! it. Nothing is changed, no key is used, and nothing remembered from the signing is believed.

mod event;

use touchstone_schemas::{
    budget::MAX_CREDENTIAL_BYTES,
    credential::{Credential, CredentialNumber, Version},
    date_time::Timestamp,
    did::VerificationMethod,
    json::{self, Value},
};
use touchstone_verifier::{
    Presentation, Verifier,
    input::{Facts, LogProofPolicy, Policy},
    proof::eddsa_jcs_2022::{Secured, split_proof},
    reason::{Effect, Reason, ReasonCode},
    report::{Answer, Question},
    trust::KeyLookup,
};

use crate::{
    file::{self, FileError},
    lint::{self, Clause, DocumentKind, DraftCredential, Finding},
    office::{Office, OfficeError, Papers},
    prepare::KeyWindow,
    store::{StoreError, StoredCredential},
};

const STORED: Clause = Clause::new("storedAsSigned", "DESIGN §3");
const PROOF: Clause = Clause::new("proof", "VC Data Integrity 1.0 §4.4");
const LISTED: Clause = Clause::new("keyListed", "RFC 5280 §6.1; DESIGN §4 Trust list");
const GENUINE: Clause = Clause::new("genuine", "DESIGN §5, question 1");
const AUTHORISED: Clause = Clause::new("authorised", "DESIGN §5, question 2");
const RECEIPT: Clause = Clause::new("receipt", "C2SP tlog-proof");
const WINDOW: Clause = Clause::new("signedInWindow", "DESIGN §4 Keys");
const PAPERS: Clause = Clause::new("papers", "ISO/IEC 17065 §7.12");

/// Credentials looked at with one question to the database.
const PAGE: u32 = 256;

/// Why not everything could be judged.
#[derive(Debug, thiserror::Error)]
pub enum RecheckError {
    /// The records do not read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office's papers do not fit.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The trust list does not read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A signed document and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rechecked {
    /// 证书编号.
    pub number: CredentialNumber,
    /// Version.
    pub version: Version,
    /// Sequence of the event; the credential itself when absent.
    pub event: Option<u32>,
    /// Everything found; empty when all is well.
    pub findings: Vec<Finding>,
}

/// How much was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Signed credentials.
    pub credentials: u64,
    /// Signed events.
    pub events: u64,
    /// Findings in them.
    pub findings: u64,
}

/// Judges every signed credential and event, those voided too, and hands each to `show`.
///
/// # Errors
/// [`RecheckError`], also what `show` gives.
pub async fn recheck<E: From<RecheckError>>(
    office: &mut Office,
    mut show: impl FnMut(&Rechecked) -> Result<(), E>,
) -> Result<Summary, E> {
    let now = office.clock.now();
    let judge = Judge::open(&office.papers, now)?;
    let mut summary = Summary::default();
    let mut after = 0;
    loop {
        let page = office.store.signed_credentials(after, PAGE).await;
        let page = page.map_err(RecheckError::from)?;
        let Some(last) = page.last() else {
            return Ok(summary);
        };
        after = last.id;
        for stored in &page {
            let credential = judge.credential(&office.papers, stored);
            summary.credentials += 1;
            summary.findings += count(&credential);
            show(&credential)?;
            for event in event::events(office, stored).await? {
                summary.events += 1;
                summary.findings += count(&event);
                show(&event)?;
            }
        }
    }
}

fn count(rechecked: &Rechecked) -> u64 {
    u64::try_from(rechecked.findings.len()).unwrap_or(u64::MAX)
}

/// What documents are judged by.
struct Judge {
    verifier: Verifier,
    now: Timestamp,
}

/// A signed document taken apart.
struct Opened {
    unsecured: Vec<u8>,
    method: String,
    created: Timestamp,
}

impl Judge {
    fn open(papers: &Papers, now: Timestamp) -> Result<Self, RecheckError> {
        papers.check_trust_list(now)?;
        let list = file::read(&papers.folder.trust_list())?;
        let policy = Policy {
            owner_key: papers.config.issuer.owner_key,
            owner_successor: None,
            log_proof: LogProofPolicy::WhenPresent,
        };
        let facts = Facts {
            trust_list: Some(String::from_utf8_lossy(&list).into_owned()),
            ..Facts::default()
        };
        Ok(Self {
            verifier: Verifier::open(&facts, policy),
            now,
        })
    }

    fn credential(&self, papers: &Papers, stored: &StoredCredential) -> Rechecked {
        let mut findings = Vec::new();
        let signed = stored.signed.as_deref().unwrap_or_default();
        if let Some(opened) = open(signed, &stored.unsecured, &mut findings)
            && let Some(key) = listed_key(papers, &opened, &mut findings)
        {
            let kind = DocumentKind::Credential;
            findings.extend(lint::check_document(
                kind,
                &opened.unsecured,
                &key,
                opened.created,
            ));
            check_facts(papers, stored, &opened, key.method, &mut findings);
        }
        self.verify(papers, stored, signed, &mut findings);
        Rechecked {
            number: stored.number.clone(),
            version: stored.version,
            event: None,
            findings,
        }
    }

    /// Asks the verifier what anybody would ask it.
    fn verify(&self, papers: &Papers, stored: &StoredCredential, signed: &[u8], findings: &mut Vec<Finding>) {
        let document = String::from_utf8_lossy(signed);
        let report = self.verifier.verify(&Presentation {
            document: &document,
            receipt: stored.receipt.as_deref(),
            retirement_consistency: &[],
            log_tiles: &[],
            events: &[],
            now: self.now,
            at: None,
            need: None,
        });
        if report.genuine.answer != Answer::Yes {
            findings.push(Finding::new(&GENUINE, "", reasons(&report.genuine)));
        }
        let disproved = |reason: &Reason| reason.code == ReasonCode::LogProofInvalid;
        if report.authorised.reasons.iter().any(disproved) {
            findings.push(Finding::new(&RECEIPT, "", "the receipt on file proves nothing"));
        }
        let retired = report.evidence.as_ref().is_some_and(|evidence| {
            stands_before_retirement(papers, &evidence.verification_method, evidence.log_index)
        });
        let open = report.authorised.answer == Answer::CouldNotTell
            && report.authorised.reasons.iter().all(|reason| match reason.code {
                ReasonCode::NotYetLogged => stored.receipt.is_none(),
                // The log's history at the point is the registry's to prove; on file is where the entry stands.
                ReasonCode::KeyRetiredWithoutProof => retired,
                code => code.effect() >= Effect::Notice,
            });
        if report.authorised.answer != Answer::Yes && !open {
            findings.push(Finding::new(&AUTHORISED, "", reasons(&report.authorised)));
        }
    }
}

/// Takes the proof off, and compares what is left with what was to be signed.
fn open(signed: &[u8], stored: &[u8], findings: &mut Vec<Finding>) -> Option<Opened> {
    let value = match json::parse(signed, MAX_CREDENTIAL_BYTES) {
        Ok(value) => value,
        Err(error) => {
            findings.push(Finding::new(&PROOF, "", error.to_string()));
            return None;
        }
    };
    if value.to_canonical_bytes() != signed {
        findings.push(Finding::new(
            &STORED,
            "",
            "the signed bytes are not their own JCS form",
        ));
    }
    let Secured { document, proof } = match split_proof(value) {
        Ok(secured) => secured,
        Err(error) => {
            findings.push(Finding::new(&PROOF, "/proof", error.to_string()));
            return None;
        }
    };
    let unsecured = Value::to_canonical_bytes(&document);
    if unsecured != stored {
        let message = "what was signed is not what passed the rules before";
        findings.push(Finding::new(&STORED, "", message));
    }
    Some(Opened {
        unsecured,
        method: proof.verification_method.to_string(),
        created: proof.created,
    })
}

/// The key of the proof as the trust list has it, which must have been allowed to sign then.
fn listed_key<'a>(papers: &'a Papers, opened: &Opened, findings: &mut Vec<Finding>) -> Option<KeyWindow<'a>> {
    let entry = match papers.trust().key(&opened.method) {
        KeyLookup::Listed(key) => key.entry,
        KeyLookup::KeyUnknown | KeyLookup::DidUnknown => {
            let message = format!("the trust list does not name {}", opened.method);
            findings.push(Finding::new(&LISTED, "/proof/verificationMethod", message));
            return None;
        }
    };
    match papers.window_of(entry) {
        Ok(key) => {
            if key.excludes([opened.created, opened.created]).is_some() {
                let (from, until) = (key.signs_from, key.signs_until);
                let message = format!(
                    "signed at {}, the key signs from {from} until {until}",
                    opened.created
                );
                findings.push(Finding::new(&WINDOW, "/proof/created", message));
            }
            Some(key)
        }
        Err(error) => {
            findings.push(Finding::new(
                &LISTED,
                "/proof/verificationMethod",
                error.to_string(),
            ));
            None
        }
    }
}

/// The rules about a credential's facts, by the profile it was issued with.
fn check_facts(
    papers: &Papers,
    stored: &StoredCredential,
    opened: &Opened,
    method: &VerificationMethod,
    findings: &mut Vec<Finding>,
) {
    let read = json::parse(&opened.unsecured, MAX_CREDENTIAL_BYTES)
        .map_err(|error| error.to_string())
        .and_then(|document| Credential::from_document(&document).map_err(|error| error.to_string()));
    let credential = match read {
        Ok(credential) => credential,
        Err(error) => {
            findings.push(Finding::new(&GENUINE, "", error));
            return;
        }
    };
    let row = (&credential.number, credential.version, credential.status);
    if row != (&stored.number, stored.version, stored.status) {
        let message = "number, version or place in the status lists is not that of its record";
        findings.push(Finding::new(&STORED, "", message));
    }
    let profiles = papers
        .listed()
        .map(|listed| listed.profiles.as_slice())
        .unwrap_or_default();
    let issued = profiles.iter().find(|listed| listed.profile == credential.issuer);
    let Some(profile) = issued else {
        let message = "the trust list has no profile of the body with these names and addresses";
        findings.push(Finding::new(&LISTED, "/issuer", message));
        return;
    };
    findings.extend(lint::check_credential(&DraftCredential {
        credential: &credential,
        unsecured: &opened.unsecured,
        scheme: papers.scheme(credential.scheme.edition.as_str()),
        issuer: &profile.profile,
        profile: profile.number,
        key: method,
        now: opened.created,
    }));
}

/// Whether an entry of the log stands before the point at which its key was retired.
fn stands_before_retirement(papers: &Papers, method: &str, index: Option<u64>) -> bool {
    match papers.trust().key(method) {
        KeyLookup::Listed(key) => match (&key.entry.retired, index) {
            (Some(retired), Some(index)) => index < retired.from,
            _ => false,
        },
        KeyLookup::KeyUnknown | KeyLookup::DidUnknown => false,
    }
}

/// The reasons of an answer, by their codes.
fn reasons(question: &Question) -> String {
    let codes: Vec<String> = question
        .reasons
        .iter()
        .map(|reason| format!("{:?}", reason.code))
        .collect();
    format!("the verifier says {:?}: {}", question.answer, codes.join(", "))
}
