//! The people of the demonstration's office: each with a role, a key and a token of their own, made for this one run.

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use touchstone_schemas::{
    budget::MAX_BATCH_BUNDLE_BYTES,
    digest::Sha256Digest,
    json as strict,
    multibase::encode_base58btc,
    multikey::Multikey,
    tlog::{EMPTY_ROOT, Hash, leaf_hash, node_hash},
};

use super::issuing::now;
use super::program::Finished;
use super::{Failure, Road};

/// Since when everybody works there: before any date of the samples.
const SINCE: &str = "2018-01-01";
/// Seconds that tokens count.
const TOKEN_SECONDS: i64 = 24 * 3_600;
/// What an approval signs before the digest of the bundle.
const APPROVAL: &[u8] = b"touchstone approval 1\0";
/// The same before number, size and root of a batch.
const BATCH_APPROVAL: &[u8] = b"touchstone batch approval 1\0";
/// Who keeps the list of people.
const ADMINISTRATOR: &str = "YS-001";

/// Number, name, role, office, scopes.
type Post = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

/// Everybody, the administrator first; numbers and the signatory's name are those of the samples and of the body.
const POSTS: [Post; 10] = [
    (ADMINISTRATOR, "示范管理员", "administrator", None, &[]),
    ("YS-011", "示范受理员", "clerk", None, &["apply", "settle"]),
    (
        "YS-021",
        "示范评价员甲",
        "evaluator",
        None,
        &["attach", "evaluate", "judge"],
    ),
    ("YS-034", "示范评价员乙", "evaluator", None, &["evaluate"]),
    ("YS-041", "示范复核员", "reviewer", None, &["judge"]),
    ("YS-051", "示范处长", "approver", Some("处长"), &["judge"]),
    ("YS-061", "示范主任", "approver", Some("主任"), &["judge"]),
    ("YS-071", "示范认证决定人", "decider", None, &["judge"]),
    (
        "YS-081",
        "示范签发人",
        "signatory",
        None,
        &["judge", "issue", "read"],
    ),
    (
        "YS-091",
        "示范监督员",
        "surveillanceOfficer",
        None,
        &["oversee", "attach", "judge", "issue"],
    ),
];

/// Somebody who works there.
pub(super) struct Colleague {
    /// Their number.
    pub(super) person: &'static str,
    /// Their token.
    pub(super) token: String,
    key: SigningKey,
}

impl Colleague {
    /// Their signature over a bundle, as the office gave it out; the key never leaves this process.
    pub(super) fn sign(&self, bundle: &[u8]) -> Value {
        let bundle = Sha256Digest::of(bundle);
        let signature = self.key.sign(&[APPROVAL, bundle.as_bytes()].concat());
        json!({
            "bundle": bundle.to_string(),
            "key": self.multikey().to_string(),
            "signature": encode_base58btc(&signature.to_bytes()),
        })
    }

    /// The same over every bundle of a batch: over the root of the tree whose leaves they are (RFC 6962 §2.1).
    pub(super) fn sign_batch(&self, bundles: &[u8]) -> Result<Value, Failure> {
        let document = strict::parse(bundles, MAX_BATCH_BUNDLE_BYTES)?;
        let batch = document.pointer("/batch").and_then(|batch| match batch {
            strict::Value::Number(number) => u32::try_from(number.as_i64()?).ok(),
            _ => None,
        });
        let batch = batch.ok_or("the bundle names no batch")?;
        let bundles = document.pointer("/bundles").and_then(strict::Value::as_array);
        let leaves: Vec<Hash> = bundles
            .unwrap_or_default()
            .iter()
            .map(|bundle| leaf_hash(Sha256Digest::of(&bundle.to_canonical_bytes()).as_bytes()))
            .collect();
        let (size, root) = (u64::try_from(leaves.len())?, root_of(&leaves));
        let message = [
            BATCH_APPROVAL,
            &batch.to_be_bytes(),
            &size.to_be_bytes(),
            root.as_bytes(),
        ]
        .concat();
        Ok(json!({
            "batch": batch,
            "key": self.multikey().to_string(),
            "root": Sha256Digest::from_bytes(*root.as_bytes()).to_string(),
            "signature": encode_base58btc(&self.key.sign(&message).to_bytes()),
            "size": size,
        }))
    }

    fn multikey(&self) -> Multikey {
        Multikey::from_bytes(self.key.verifying_key().to_bytes())
    }
}

/// The root of a tree: of its left part, a power of two, and of the rest.
fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// Puts everybody on the list, and gives each a token for what they do.
pub(super) fn hire(road: &Road) -> Result<Vec<Colleague>, Failure> {
    let expires = now()?
        .checked_add(TOKEN_SECONDS)
        .ok_or("no such instant")?
        .to_string();
    POSTS.iter().map(|post| hire_one(road, post, &expires)).collect()
}

fn hire_one(road: &Road, post: &Post, expires: &str) -> Result<Colleague, Failure> {
    let (person, name, role, office_held, scopes) = *post;
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed)?;
    let mut colleague = Colleague {
        person,
        token: String::new(),
        key: SigningKey::from_bytes(&seed),
    };
    let by: &[&str] = if person == ADMINISTRATOR {
        &[]
    } else {
        &["--by", ADMINISTRATOR]
    };
    let run = |arguments: &[&str], more: &[&str]| -> Result<String, Failure> {
        let mut office = road.office()?;
        office.arg("--json").args(arguments).args(more);
        Finished::of(&mut office)?.well(&arguments.join(" "))
    };
    let key = colleague.multikey().to_string();
    run(
        &[
            "person", "add", "--person", person, "--name", name, "--since", SINCE, "--key", &key,
        ],
        by,
    )?;
    let mut given = vec![
        "role", "give", "--person", person, "--role", role, "--from", SINCE,
    ];
    given.extend(office_held.iter().flat_map(|held| ["--office", held]));
    run(&given, by)?;
    if !scopes.is_empty() {
        let mut wanted = vec![
            "token",
            "create",
            "--person",
            person,
            "--name",
            "演示 demonstration",
        ];
        wanted.extend(["--expires", expires, "--by", person]);
        wanted.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
        let told: Value = serde_json::from_str(&run(&wanted, &[])?)?;
        colleague.token = told["token"].as_str().ok_or("no token was given")?.to_owned();
    }
    Ok(colleague)
}
