//! Signing with a key in SoftHSM, against SoftHSM alone. `token FOLDER [ROUNDS]` writes `FOLDER/token.json`, the form of
//! which `cargo xtask bench` reads; without SoftHSM it writes no figures and says so.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark whose premises fail has nothing to report"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cryptoki::{
    context::Pkcs11,
    mechanism::{
        Mechanism,
        eddsa::{EddsaParams, EddsaSignatureScheme},
    },
    object::{Attribute, ObjectClass},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use touchstone_issuer::keys::{KeyPlace, OwnerKey, PinFrom, Pkcs11Uri, Unlocking};
use touchstone_schemas::{
    jcs::to_canonical,
    text::Text,
    trust_list::{KeyPurposes, TrustList, TrustListType},
};

/// Where Debian puts the library; `TOUCHSTONE_PKCS11_MODULE` names another.
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// Rounds when none are asked for; odd, so that a round is the median.
const ROUNDS: usize = 301;
/// Signatures of a round.
const OF_A_ROUND: u32 = 64;
/// Sessions at once, as the office signs many.
const SESSIONS: u32 = 4;
/// Characters of the document's one long text: what a text may have.
const LONG_TEXT: usize = 500;
const PIN: &str = "a-pin-for-figures";

fn main() {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: token FOLDER [ROUNDS]");
        std::process::exit(64);
    };
    let rounds = arguments.next().map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    let module = std::env::var_os("TOUCHSTONE_PKCS11_MODULE").map_or_else(|| MODULE.into(), PathBuf::from);
    if !module.is_file() {
        eprintln!("SKIPPED: keys in tokens: SoftHSM is absent (apt-get install softhsm2)");
        std::fs::write(folder.join("token.json"), "[]").unwrap();
        return;
    }
    // The library reads its configuration from the environment: the second process has it.
    let tokens = folder.join("token");
    let conf = tokens.join("softhsm2.conf");
    if std::env::var_os("SOFTHSM2_CONF").is_none_or(|set| set != conf.as_os_str()) {
        make_token(&tokens, &conf);
        let status = Command::new(std::env::current_exe().unwrap())
            .arg(&folder)
            .arg(rounds.to_string())
            .env("SOFTHSM2_CONF", &conf)
            .status();
        let _ = std::fs::remove_dir_all(&tokens);
        std::process::exit(if status.unwrap().success() { 0 } else { 1 });
    }
    let figures = figures(&tokens, &module, rounds);
    std::fs::write(
        folder.join("token.json"),
        serde_json::to_vec_pretty(&figures).unwrap(),
    )
    .unwrap();
}

fn make_token(folder: &Path, conf: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder.join("tokens")).unwrap();
    std::fs::write(
        conf,
        format!("directories.tokendir = {}\n", folder.join("tokens").display()),
    )
    .unwrap();
    std::fs::create_dir(folder.join("owner")).unwrap();
    let made = Command::new("softhsm2-util")
        .args([
            "--init-token",
            "--free",
            "--label",
            "figures",
            "--pin",
            PIN,
            "--so-pin",
            PIN,
        ])
        .env("SOFTHSM2_CONF", conf)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let pin = folder.join("pin");
    std::fs::write(&pin, PIN).unwrap();
    std::fs::set_permissions(pin, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// A document of about a small credential's size.
fn document() -> TrustList {
    let owner = "示".repeat(LONG_TEXT);
    TrustList {
        list_type: TrustListType::TrustList,
        owner: Text::parse(&owner).unwrap(),
        sequence: 1,
        issued: "2026-01-01T00:00:00Z".parse().unwrap(),
        valid_until: "2026-03-01T00:00:00Z".parse().unwrap(),
        key_purposes: KeyPurposes {
            issue: "1.3.6.1.4.1.32473.1.1".to_owned(),
            status: "1.3.6.1.4.1.32473.1.2".to_owned(),
        },
        issuers: Vec::new(),
    }
}

fn figures(folder: &Path, module: &Path, rounds: usize) -> Value {
    let place = KeyPlace::Token(Pkcs11Uri {
        token: Some("figures".to_owned()),
        serial: None,
        object: Some("key".to_owned()),
        id: None,
        module: module.to_owned(),
        pin_file: Some(folder.join("pin")),
    });
    let nothing = SecretString::default();
    let unlocking = Unlocking {
        folder: &folder.join("owner"),
        passphrase: &nothing,
        pin: PinFrom::Uri,
    };
    let key = OwnerKey::create_at(&place, &unlocking).unwrap();
    let context = Pkcs11::new(module).unwrap();
    let slot = context.get_slots_with_initialized_token().unwrap()[0];
    // Logged in already, as the whole process is.
    let session = context.open_ro_session(slot).unwrap();
    let private = session
        .find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])
        .unwrap()[0];
    let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure));
    let document = document();
    let bare = || {
        for _ in 0..OF_A_ROUND {
            black_box(session.sign(&mechanism, private, black_box(&[7; 64])).unwrap());
        }
    };
    let (key, document) = (&key, &document);
    let whole = || {
        std::thread::scope(|scope| {
            for _ in 0..SESSIONS {
                scope.spawn(|| {
                    for _ in 0..OF_A_ROUND / SESSIONS {
                        black_box(key.sign(black_box(document)).unwrap());
                    }
                });
            }
        });
    };
    let mut times: Vec<(f64, f64)> = (0..rounds).map(|_| (time(&bare), time(&whole))).collect();
    let ratios = quartiles(times.iter().map(|(bare, whole)| bare / whole).collect());
    let medians = (
        quartiles(times.iter().map(|(bare, _)| *bare).collect())[1],
        quartiles(times.drain(..).map(|(_, whole)| whole).collect())[1],
    );
    let what = format!(
        "sign with a key in SoftHSM, four sessions at once: {} bytes, JCS, two SHA-256, CKM_EDDSA, verification of what it gave",
        to_canonical(document).len()
    );
    json!([{
        "heading": "Keys in tokens",
        "figures": [{
            "what": what,
            "measured": { "number": medians.1, "unit": "ns" },
            "floor": { "what": "SoftHSM alone, one session, CKM_EDDSA of 64 bytes", "ns": medians.0 },
            "ratio": ratios,
            "target": { "atLeast": 0.7 },
        }],
    }])
}

/// Nanoseconds of one, over a round.
fn time(work: &impl Fn()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(OF_A_ROUND)
}

fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values[(values.len() - 1) * part / 4];
    [at(1), at(2), at(3)]
}
