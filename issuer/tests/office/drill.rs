//! The drill: the issuing key is stolen. Retired from an index of the log on, 10,000 honest certificates stay good with
//! their proofs, and nothing that the thief makes gets a yes.

use std::collections::BTreeMap;
use std::convert::Infallible;

use ed25519_dalek::{Signer, SigningKey};
use touchstone_issuer::{
    keys::open_key,
    office::Clock,
    owner_record::{RetirementRequest, retire_key},
};
use touchstone_schemas::{
    credential::{Credential, CredentialNumber},
    date_time::Timestamp,
    digest::Sha256Digest,
    jcs::to_canonical,
    json,
    status::{StatusAllocation, StatusPurpose},
    status_list::{Bitstring, StatusList},
    submission::Receipt,
    tlog::{
        Checkpoint, Hash, KeyId, LogProof, NoteSignature, Origin, SignedNote,
        entry::{Entry, Record},
        leaf_hash,
    },
};
use touchstone_verifier::{
    Presentation, Verifier,
    input::{Facts, LogProofPolicy, Policy},
    proof::eddsa_jcs_2022::secure,
    report::{Answer, Headline, Report},
    tlog::{Frontier, prove_consistency, prove_inclusion, tree_root},
};

use crate::test_office::{TestOffice, passphrase};

const HONEST: u32 = 10_000;
const STOLEN: u32 = 1_000;

/// A log whose key is known to the test.
struct Log {
    origin: Origin,
    key: SigningKey,
    entries: Vec<Entry>,
    frontier: Frontier,
    hashes: BTreeMap<(u8, u64), Hash>,
}

impl Log {
    fn new(origin: Origin, key: SigningKey) -> Self {
        Self {
            origin,
            key,
            entries: Vec::new(),
            frontier: Frontier::empty(),
            hashes: BTreeMap::new(),
        }
    }

    fn push(&mut self, entry: Entry) {
        let hashes = &mut self.hashes;
        self.frontier
            .append(leaf_hash(&entry.to_bytes()), |level, index, hash| {
                hashes.insert((level, index), hash);
            })
            .unwrap();
        self.entries.push(entry);
    }

    fn size(&self) -> u64 {
        self.frontier.size()
    }

    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        self.hashes.get(&(level, index)).copied()
    }

    fn checkpoint(&self, size: u64) -> SignedNote {
        let head = tree_root(size, |level, index| self.hash(level, index)).unwrap();
        let origin = self.origin.clone();
        let name = origin.key_name().clone();
        let text = Checkpoint { origin, head }.to_string();
        let signature = NoteSignature {
            key_id: KeyId::of_ed25519(&name, &self.key.verifying_key().to_bytes()),
            key_name: name,
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        };
        SignedNote::new(text, vec![signature]).unwrap()
    }

    fn receipt(&self, index: u64, size: u64, checkpoint: &SignedNote) -> String {
        let receipt = Receipt {
            entry: self.entries[usize::try_from(index).unwrap()].clone(),
            proof: LogProof {
                inclusion: prove_inclusion(index, size, |level, index| self.hash(level, index)).unwrap(),
                checkpoint: checkpoint.clone(),
            }
            .to_string(),
        };
        String::from_utf8(to_canonical(&receipt)).unwrap()
    }
}

/// What the thief has: the key, and a certificate to write others after.
struct Press<'a> {
    model: &'a Credential,
    key: &'a SigningKey,
    method: String,
    now: Timestamp,
}

impl Press<'_> {
    fn print(&self, serial: u32) -> (String, Entry) {
        let credential = Credential {
            number: CredentialNumber::parse(&format!("CQC26ZNZ{serial:06}R0")).unwrap(),
            status: StatusAllocation {
                list: 1,
                index: serial,
            },
            ..self.model.clone()
        };
        let unsecured = to_canonical(&credential);
        let document = json::parse(&unsecured, unsecured.len()).unwrap();
        let sign = |data: &[u8; 64]| Ok::<_, Infallible>(self.key.sign(data).to_bytes());
        let signed = secure(document, self.now, &self.method, sign).unwrap();
        let entry = Entry {
            issuer: self.model.issuer.id.clone(),
            recorded: self.now,
            digest: Sha256Digest::of(&signed),
            record: Record::Credential {
                number: credential.number,
                version: credential.version,
            },
        };
        (String::from_utf8(signed).unwrap(), entry)
    }
}

/// The three lists of the status authority, on which everything is in force: whatever the thief writes a place for.
fn lists(test: &TestOffice, model: &Credential, now: Timestamp) -> Vec<String> {
    let key = open_key(&test.folder.join("issuer/keys/status-1.pem"), &passphrase()).unwrap();
    let authority = test.report.did.status_authority();
    let list = |purpose| {
        let list = to_canonical(&StatusList {
            issuer: authority.clone(),
            registry: model.issuer.registry.clone(),
            purpose,
            list: 1,
            sequence: 1,
            valid_from: now,
            valid_until: now.checked_add(86_400).unwrap(),
            bits: Bitstring::zeroed(purpose, 0),
        });
        let document = json::parse(&list, list.len()).unwrap();
        let sign = |data: &[u8; 64]| Ok::<_, Infallible>(key.sign(data).to_bytes());
        String::from_utf8(secure(document, now, &authority.key(1).to_string(), sign).unwrap()).unwrap()
    };
    StatusPurpose::ALL.map(list).to_vec()
}

/// The same question for everything.
fn ask(
    verifier: &Verifier,
    document: &str,
    receipt: Option<&str>,
    consistency: &[Hash],
    now: Timestamp,
) -> Report {
    verifier.verify(&Presentation {
        document,
        receipt,
        retirement_consistency: consistency,
        log_tiles: &[],
        events: &[],
        now,
        at: None,
        need: None,
    })
}

#[tokio::test]
async fn ten_thousand_stay_good_and_a_thousand_forgeries_get_no_yes() {
    let test = TestOffice::new().await;
    let model = test.issue_sample("01-in-force").await.credential().unwrap();
    let stolen = open_key(&test.folder.join("issuer/keys/issuing-1.pem"), &passphrase()).unwrap();
    let now = Clock::System.now();
    let press = Press {
        model: &model,
        key: &stolen,
        method: test.report.did.key(1).to_string(),
        now,
    };
    let mut log = Log::new(test.server.origin.clone(), SigningKey::from_bytes(&[7; 32]));
    let mut honest = Vec::new();
    for serial in 0..HONEST {
        let (document, entry) = press.print(serial);
        honest.push(document);
        log.push(entry);
    }
    // The theft is found: the owner retires the key from here on.
    let (point, owner) = (log.size(), test.owner());
    let retired = retire_key(
        &std::fs::read(&test.report.trust_list).unwrap(),
        &owner,
        &RetirementRequest {
            method: &test.report.did.key(1),
            checkpoint: log.checkpoint(point).to_string().as_bytes(),
            reason: "演练：签发密钥被窃",
        },
        now,
    )
    .unwrap();
    assert_eq!(retired.record.from, u64::from(HONEST));
    // The thief goes on. A quarter of it gets into the log itself.
    let forged: Vec<(String, Entry)> = (HONEST..HONEST + STOLEN)
        .map(|serial| press.print(serial))
        .collect();
    for (_, entry) in forged.iter().filter(|(_, entry)| quarter(entry) == 0) {
        log.push(entry.clone());
    }
    let facts = Facts {
        trust_list: Some(String::from_utf8(retired.trust_list).unwrap()),
        status_lists: lists(&test, &model, now),
        ..Facts::default()
    };
    let policy = Policy {
        owner_key: owner.multikey(),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let verifier = Verifier::open(&facts, policy);
    let later = log.size();
    let (at_point, at_later) = (log.checkpoint(point), log.checkpoint(later));
    let joins = prove_consistency(point, later, |level, index| log.hash(level, index))
        .unwrap()
        .hashes;
    let soon = now.checked_add(5).unwrap();

    for (index, document) in honest.iter().enumerate() {
        let index = u64::try_from(index).unwrap();
        // Half with the receipt they got then, half with one of today.
        let (size, checkpoint, proof) = if index % 2 == 0 {
            (point, &at_point, &[][..])
        } else {
            (later, &at_later, &joins[..])
        };
        let receipt = log.receipt(index, size, checkpoint);
        let report = ask(&verifier, document, Some(&receipt), proof, soon);
        assert_eq!(
            report.headline,
            Headline::InForce,
            "{index}: {:?}",
            report.authorised
        );
    }

    // A log of the thief's own, with everything in it where the honest ones stand.
    let mut forgers_log = Log::new(test.server.origin.clone(), SigningKey::from_bytes(&[9; 32]));
    for (_, entry) in &forged {
        forgers_log.push(entry.clone());
    }
    let forgers = forgers_log.checkpoint(forgers_log.size());
    let mut told = BTreeMap::new();
    for (place, (document, entry)) in (0..).zip(&forged) {
        let in_the_log = || {
            let index = log.entries.iter().rposition(|logged| logged == entry).unwrap();
            log.receipt(u64::try_from(index).unwrap(), later, &at_later)
        };
        let receipt = match quarter(entry) {
            0 => Some(in_the_log()),
            1 => None,
            2 => Some(log.receipt(place, point, &at_point)),
            _ => Some(forgers_log.receipt(place, forgers_log.size(), &forgers)),
        };
        let report = ask(&verifier, document, receipt.as_deref(), &joins, soon);
        // The signature is the real key's: that alone can be said for it.
        assert_eq!(report.genuine.answer, Answer::Yes);
        assert_ne!(report.headline, Headline::InForce);
        *told
            .entry((quarter(entry), report.authorised.answer == Answer::No))
            .or_insert(0) += 1;
        assert_ne!(report.authorised.answer, Answer::Yes);
    }
    // Logged after the point: no. Without a proof, with another's, or with one of another log: could not tell.
    let quarters: Vec<(u8, bool)> = told.keys().copied().collect();
    assert_eq!(quarters, [(0, true), (1, false), (2, false), (3, false)]);
    assert_eq!(told.values().sum::<u32>(), STOLEN);
}

/// Which kind of forgery an entry is for.
fn quarter(entry: &Entry) -> u8 {
    match &entry.record {
        Record::Credential { number, .. } => {
            let digits: String = number.as_str().chars().skip(8).take(6).collect();
            u8::try_from(digits.parse::<u32>().unwrap() % 4).unwrap()
        }
        _ => unreachable!("credentials alone are printed"),
    }
}
