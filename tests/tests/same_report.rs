//! One verification path: library, command line, registry intake and WebAssembly give the same Report, byte for byte.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../verifier/tests/fixture/mod.rs"]
#[allow(
    dead_code,
    reason = "shared with the verifier's own tests, which use the rest"
)]
mod fixture;

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use rcgen::date_time_ymd;
use serde_json::{Value, json};
use touchstone_schemas::credential::Level;
use touchstone_schemas::date_time::Timestamp;
use touchstone_schemas::multibase::encode_base64url;
use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_schemas::trust_list::Retirement;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Checker, Finished, Process, TempFolder, dist, node, program};
use touchstone_verifier::input::{Facts, LogProofPolicy, Need, Request};
use touchstone_verifier::report::{Answer, Headline};
use touchstone_verifier::verify;
use ureq::Agent;

use crate::fixture::{
    Authority, ISSUE, METHOD, REGISTRY, STATUS, STATUS_METHOD, World, end_entity, key, multikey, resigned,
    sign, sign_bytes, time, with_member,
};

/// Documents by name, good and hostile.
fn documents(world: &World) -> Vec<(String, String)> {
    let signed = world.signed();
    let mut rows = vec![("as issued".to_owned(), signed.clone())];
    let mut row = |name: &str, document: String| rows.push((name.to_owned(), document));
    row(
        "another spelling",
        serde_json::to_string_pretty(&serde_json::from_str::<Value>(&signed).unwrap()).unwrap(),
    );
    // Bits: one in each eighth of the document that leaves it text.
    for part in 0..8 {
        let mut bytes = signed.clone().into_bytes();
        let at = (part * bytes.len() / 8..)
            .find(|at| bytes[*at].is_ascii_lowercase())
            .unwrap();
        bytes[at] ^= 1;
        row(
            &format!("bit 0 of byte {at} flipped"),
            String::from_utf8(bytes).unwrap(),
        );
    }
    // Members: edited, taken away, added, by somebody without the key.
    let edits = [
        ("/credentialSubject/certificate/grade/level", Some("5")),
        ("/credentialSubject/certificate/holder/address", Some("\"别处\"")),
        ("/credentialSubject/issuedToParty/name", Some("\"另一家公司\"")),
        ("/credentialStatus/0/statusListIndex", Some("\"1\"")),
        ("/validUntil", Some("\"2099-12-31T23:59:59+08:00\"")),
        ("/issuer/name", Some("\"另一机构\"")),
        ("/issuer/id", Some("\"did:web:other.example\"")),
        ("/credentialSubject/certificate/signatory", None),
        ("/credentialSubject/certificate/added", Some("1")),
        ("/added", Some("{}")),
        ("/@context/1", Some("\"https://example.com/context\"")),
        ("/@context/2", Some("\"https://w3id.org/touchstone/context/v2\"")),
        ("/@context/3", Some("\"https://example.com/context\"")),
        ("/@context/0", None),
        ("/proof", None),
        ("/proof", Some("[]")),
        ("/proof/proofPurpose", None),
        ("/proof/proofPurpose", Some("\"authentication\"")),
        ("/proof/cryptosuite", Some("\"ecdsa-jcs-2019\"")),
        ("/proof/created", Some("\"2026-03-02T01:00:01Z\"")),
        (
            "/proof/verificationMethod",
            Some("\"did:web:other.example#key-1\""),
        ),
        (
            "/proof/verificationMethod",
            Some("\"did:web:cert.example#key-2\""),
        ),
        ("/proof/proofValue", Some("\"z11\"")),
        ("/proof/added", Some("true")),
        ("/proof/@context", None),
    ];
    for (pointer, value) in edits {
        row(
            &format!("{pointer} made {value:?}"),
            with_member(&signed, pointer, value),
        );
    }
    // The same with the issuer's own signature: the form is refused whoever signs.
    for (pointer, value) in [
        ("/credentialSubject/certificate/added", Some("1")),
        ("/credentialSubject/profileScore/rank", Some("1")),
        ("/credentialSubject/certificate/grade/stars", Some("\"★★★★★\"")),
        ("/credentialSchema/id", Some("\"https://example.com/schema\"")),
        ("/@context/3", Some("\"https://example.com/context\"")),
        ("/credentialStatus/2", None),
    ] {
        row(
            &format!("signed with {pointer} made {value:?}"),
            resigned(world, pointer, value),
        );
    }
    // Keys and times.
    let unsigned = with_member(&signed, "/proof", None);
    let by = |created: &str, method: &str, seed: u8| {
        sign_bytes(unsigned.as_bytes(), time(created), method, &key(seed))
    };
    row("by a key nobody knows", by(fixture::SIGNED, METHOD, 99));
    row(
        "by the status key",
        sign(
            &world.credential,
            time(fixture::SIGNED),
            STATUS_METHOD,
            &world.status,
        ),
    );
    row(
        "by a stranger",
        sign(
            &world.credential,
            time(fixture::SIGNED),
            "did:web:other.example#key-1",
            &key(99),
        ),
    );
    row("before the signing window", by("2025-12-31T00:00:00Z", METHOD, 1));
    row("in the future", by("2027-06-01T00:00:00Z", METHOD, 1));
    row("long after its date", by("2026-05-01T00:00:00Z", METHOD, 1));
    let proof = serde_json::from_str::<Value>(&signed).unwrap()["proof"].to_string();
    row(
        "two proofs",
        with_member(&signed, "/proof", Some(&format!("[{proof},{proof}]"))),
    );
    // Not JSON of ours at all: these never get as far as an intake.
    let inserted = |member: &str| format!("{{{member},{}", &signed[1..]);
    row("empty", String::new());
    row("digits", "12345".to_owned());
    row(
        "a link without fragment",
        "https://registry.example/v#".to_owned(),
    );
    row("duplicate key", inserted(r#""id":"x""#));
    row("unsafe integer", inserted(r#""lot":9007199254740992"#));
    row("lone surrogate", inserted(r#""lot":"\ud800""#));
    row(
        "depth 33",
        inserted(&format!(r#""lot":{}{}"#, "[".repeat(32), "]".repeat(32))),
    );
    row("1 MB", inserted(&format!(r#""lot":"{}""#, "x".repeat(1_000_000))));
    rows
}

/// Requests by name whose facts, policy, time or need differ.
fn circumstances(world: &mut World) -> Vec<(String, Request)> {
    let good = world.request();
    let mut rows = Vec::new();
    let mut row = |name: &str, change: &dyn Fn(&mut Request)| {
        let mut request = good.clone();
        change(&mut request);
        rows.push((name.to_owned(), request));
    };
    row("no trust list", &|request| request.facts.trust_list = None);
    row("a trust list with a word changed", &|request| {
        let list = request.facts.trust_list.as_mut().unwrap();
        *list = list.replacen("示范方案所有者", "别的方案所有者", 1);
    });
    row("another owner's pin", &|request| {
        request.policy.owner_key = multikey(&key(98))
    });
    row("the successor's pin", &|request| {
        request.policy.owner_successor = Some(multikey(&key(97)))
    });
    row("an old trust list", &|request| {
        request.now = time("2026-09-15T00:00:00Z")
    });
    row("a trust list of the future", &|request| {
        request.now = time("2026-05-01T00:00:00Z")
    });
    row("no status", &|request| request.facts.status_lists.clear());
    row("no message list", &|request| {
        drop(request.facts.status_lists.pop())
    });
    row("no revocation list", &|request| {
        drop(request.facts.status_lists.remove(0))
    });
    row("a list with a byte changed", &|request| {
        let list = &mut request.facts.status_lists[0];
        *list = list.replacen("revocation", "revocatiom", 1);
    });
    row("lists of yesterday", &|request| {
        request.now = time("2026-06-16T00:00:01Z")
    });
    row("about the past", &|request| {
        request.at = Some(time("2026-04-01T00:00:00Z"))
    });
    row("before it began", &|request| {
        request.at = Some(time("2026-03-01T00:00:00Z"))
    });
    row("after it ended", &|request| {
        request.at = Some(time("2029-03-02T00:00:00Z"))
    });
    row("a log proof demanded", &|request| {
        request.policy.log_proof = LogProofPolicy::Required
    });
    row("a receipt that is none", &|request| {
        request.facts.receipt = Some("{}".to_owned())
    });
    let needed = |need: Need| move |request: &mut Request| request.need = Some(need.clone());
    row(
        "level 3 needed",
        &needed(Need {
            level: Level::try_from(3).ok(),
            ..Need::default()
        }),
    );
    row(
        "level 4 needed",
        &needed(Need {
            level: Level::try_from(4).ok(),
            ..Need::default()
        }),
    );
    row(
        "a site needed",
        &needed(Need {
            site: Some("320214".to_owned()),
            ..Need::default()
        }),
    );
    row(
        "another standard needed",
        &needed(Need {
            standard: Some("GB/T 36073-2018".to_owned()),
            ..Need::default()
        }),
    );
    row(
        "a day needed",
        &needed(Need {
            date: "2030-01-01".parse().ok(),
            ..Need::default()
        }),
    );
    let messages = [
        StatusMessage::OverdueInGrace,
        StatusMessage::Overdue,
        StatusMessage::Suspended,
        StatusMessage::Cancelled,
        StatusMessage::Superseded,
        StatusMessage::Withdrawn,
        StatusMessage::Reserved,
    ];
    for message in messages {
        rows.push((
            format!("the lists say {message:?}"),
            world.request_with(world.lists(message)),
        ));
    }
    let disagreeing = StatusPurpose::ALL.map(|purpose| {
        let message = if purpose == StatusPurpose::Message {
            StatusMessage::InForce
        } else {
            StatusMessage::Withdrawn
        };
        world.sign_list(&world.list(purpose, message))
    });
    rows.push((
        "lists that disagree".to_owned(),
        world.request_with(disagreeing.to_vec()),
    ));
    let index = world.log_credential(fixture::SIGNED);
    world.log.fill(9);
    rows.extend(chains());
    rows.extend(retired());
    rows.push(("a status list that is a bomb".to_owned(), bomb(world)));
    let mut logged = good.clone();
    logged.facts.receipt = Some(world.log.receipt(index, 9));
    rows.push(("with its receipt".to_owned(), logged));
    rows
}

/// Signing keys whose certificates do not stand, in trust lists that the owner signed all the same.
fn chains() -> Vec<(String, Request)> {
    type Change = fn(&mut World);
    let changes: [(&str, Change); 4] = [
        ("an expired chain", |world| {
            let mut params = end_entity(METHOD, ISSUE);
            params.not_after = date_time_ymd(2026, 6, 1);
            world.issuing_key().certificate = world.root.certify(&params, &key(1));
        }),
        ("a chain for the status key's purpose", |world| {
            world.issuing_key().certificate = world.root.certify(&end_entity(METHOD, STATUS), &key(1));
        }),
        ("a rogue chain of the same names", |world| {
            let rogue = Authority::new("Demonstration Root", 66);
            world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
        }),
        (
            "a rogue chain of the same names, its root among the intermediates",
            |world| {
                let rogue = Authority::new("Demonstration Root", 66);
                world.issuing_key().certificate = rogue.certify(&end_entity(METHOD, ISSUE), &key(1));
                world.issuer().intermediates.push(rogue.certificate());
            },
        ),
    ];
    let row = |(name, change): (&str, Change)| {
        let mut world = World::new();
        change(&mut world);
        let request = world.request();
        assert_eq!(verify(&request).headline, Headline::NotAuthorised, "{name}");
        (name.to_owned(), request)
    };
    changes.into_iter().map(row).collect()
}

/// A key retired from an index of the log on: the credential before the point, at it, and without proof.
fn retired() -> Vec<(String, Request)> {
    let rows = [
        ("a retired key, without proof", 12, None, Headline::CouldNotTell),
        ("a retired key, before the point", 12, Some(12), Headline::InForce),
        (
            "a retired key, proven into another tree",
            12,
            Some(9),
            Headline::CouldNotTell,
        ),
        ("a retired key, at the point", 5, Some(9), Headline::NotAuthorised),
    ];
    let row = |(name, from, size, headline): (&str, u64, Option<u64>, Headline)| {
        let mut world = World::new();
        world.log.fill(5);
        let index = world.log_credential("2026-03-02T01:00:05Z");
        world.log.fill(12);
        let root_hash = world.log.root(from);
        world.issuing_key().retired = Some(Retirement { from, root_hash });
        let mut request = world.request();
        request.facts.receipt = size.map(|size| world.log.receipt(index, size));
        assert_eq!(verify(&request).headline, headline, "{name}");
        (name.to_owned(), request)
    };
    rows.into_iter().map(row).collect()
}

/// A revocation list signed by the status authority that inflates to 64 MB.
fn bomb(world: &World) -> Request {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 64 << 20]).unwrap();
    let encoded = encode_base64url(&gzip.finish().unwrap());
    let list = world.sign_list(&world.list(StatusPurpose::Revocation, StatusMessage::InForce));
    let unsigned = with_member(&list, "/proof", None);
    let changed = with_member(
        &unsigned,
        "/credentialSubject/encodedList",
        Some(&format!("\"{encoded}\"")),
    );
    let created = time("2026-06-15T00:00:00Z");
    let signed = sign_bytes(changed.as_bytes(), created, STATUS_METHOD, &world.status);
    let mut lists = world.lists(StatusMessage::InForce);
    lists[0] = signed;
    let request = world.request_with(lists);
    assert_eq!(verify(&request).headline, Headline::CouldNotTell);
    request
}

/// `touchstone-verify`, given the same facts as files.
fn by_command_line(folder: &Path, request: &Request) -> Vec<u8> {
    let mut command = Command::new(program("touchstone-verify").unwrap());
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    command
        .arg(file("document", &request.document))
        .args(["--json", "--offline"]);
    command.args([
        "--now",
        &request.now.to_string(),
        "--owner-key",
        &request.policy.owner_key.to_string(),
    ]);
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            command.args([name, &value]);
        }
    };
    let path = |path: PathBuf| path.to_str().unwrap().to_owned();
    let facts = &request.facts;
    option(
        "--owner-successor",
        request.policy.owner_successor.map(|key| key.to_string()),
    );
    option("--at", request.at.map(|at| at.to_string()));
    option(
        "--trust",
        facts.trust_list.as_ref().map(|list| path(file("trust", list))),
    );
    option(
        "--receipt",
        facts
            .receipt
            .as_ref()
            .map(|receipt| path(file("receipt", receipt))),
    );
    for (place, list) in facts.status_lists.iter().enumerate() {
        option("--status", Some(path(file(&format!("list-{place}"), list))));
    }
    let need = request.need.clone().unwrap_or_default();
    option("--need-level", need.level.map(|level| level.get().to_string()));
    option("--need-standard", need.standard);
    option("--need-site", need.site);
    option("--need-date", need.date.map(|date| date.to_string()));
    if request.policy.log_proof == LogProofPolicy::Required {
        command.arg("--require-log");
    }
    let mut out = Finished::of(&mut command).unwrap().out.into_bytes();
    assert_eq!(out.pop(), Some(b'\n'), "{command:?}");
    out
}

fn text(report: &[u8]) -> &str {
    str::from_utf8(report).unwrap()
}

#[test]
fn every_shell_gives_the_same_report() {
    if need(
        "the built programs",
        "cargo build --workspace --bins",
        program("touchstone-verify"),
    )
    .is_none()
    {
        return;
    }
    let page = dist().and_then(|dist| Some((node()?, dist)));
    let page = need("the built verify page or Node", "cargo xtask wasm", page);
    let mut checker = page.map(|(node, dist)| Checker::start(&node, &dist).unwrap());
    let folder = TempFolder::new("same-report").unwrap();
    let mut world = World::new();
    let mut rows = circumstances(&mut world);
    rows.extend(documents(&world).into_iter().map(|(name, document)| {
        (
            name,
            Request {
                document,
                ..world.request()
            },
        )
    }));
    assert!(rows.len() >= 90, "{} rows", rows.len());
    for (name, request) in &rows {
        let report = verify(request).to_json();
        assert_eq!(
            text(&by_command_line(folder.path(), request)),
            text(&report),
            "{name}: command line"
        );
        if let Some(checker) = &mut checker {
            assert_eq!(
                text(&checker.verify(request).unwrap().report),
                text(&report),
                "{name}: WebAssembly"
            );
        }
    }
    eprintln!(
        "{} rows, the same Report from library, command line{}",
        rows.len(),
        if checker.is_some() { " and WebAssembly" } else { "" }
    );
    by_intake(&mut world, &mut checker, folder.path());
}

/// The registry's answers to documents that it does not believe hold the same Reports.
fn by_intake(world: &mut World, checker: &mut Option<Checker>, folder: &Path) {
    let registry = Registry::start(world);
    let facts = Facts {
        trust_list: Some(world.trust_text()),
        ..Facts::default()
    };
    let (mut refused, mut believed) = (0, 0);
    for (name, document) in documents(world) {
        // What is no object of a known kind is refused as a submission, not as a credential.
        let kind = serde_json::from_str::<Value>(&document)
            .is_ok_and(|tree| tree["type"][0] == "DigitalConformityCredential");
        let strict = touchstone_schemas::json::parse(document.as_bytes(), 256 * 1024).is_ok();
        let (status, problem) = registry.submit(&document);
        if !(kind && strict) {
            assert!(
                (400..500).contains(&status) && problem.get("report").is_none(),
                "{name}: {status} {problem}"
            );
            continue;
        }
        let Some(report) = problem.get("report") else {
            let request = Request {
                document,
                facts: facts.clone(),
                now: registry.now(),
                ..world.request()
            };
            let report = verify(&request);
            assert_eq!(
                (report.genuine.answer, report.authorised.answer),
                (Answer::Yes, Answer::Yes),
                "{name}: {problem}"
            );
            believed += 1;
            continue;
        };
        assert_eq!(status, 422, "{name}: {problem}");
        let now: Timestamp = report["checkedAt"].as_str().unwrap().parse().unwrap();
        // The intake reads a document's canonical form, whatever its spelling was.
        let canonical = touchstone_schemas::jcs::canonicalize(document.as_bytes(), document.len()).unwrap();
        let document = String::from_utf8(canonical).unwrap();
        let request = Request {
            document,
            facts: facts.clone(),
            now,
            ..world.request()
        };
        let ours = verify(&request);
        assert_ne!(ours.headline, Headline::InForce, "{name}");
        let ours = ours.to_json();
        let theirs = touchstone_schemas::jcs::canonicalize(report.to_string().as_bytes(), 1 << 20).unwrap();
        assert_eq!(text(&theirs), text(&ours), "{name}: intake");
        assert_eq!(
            text(&by_command_line(folder, &request)),
            text(&ours),
            "{name}: command line"
        );
        if let Some(checker) = checker {
            assert_eq!(
                text(&checker.verify(&request).unwrap().report),
                text(&ours),
                "{name}: WebAssembly"
            );
        }
        refused += 1;
    }
    eprintln!("{refused} documents refused by the intake with the same Report, {believed} believed");
    assert!(refused >= 40 && believed >= 2);
}

/// A registry that trusts this world.
struct Registry {
    _process: Process,
    folder: TempFolder,
    port: u16,
    agent: Agent,
}

impl Registry {
    fn start(world: &mut World) -> Self {
        let folder = TempFolder::new("intake").unwrap();
        let at = |name: &str| folder.path().join(name);
        let free = || {
            TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port()
        };
        let (port, private) = (free(), free());
        std::fs::write(at("passphrase"), "only for this test run").unwrap();
        let registry = || Command::new(program("touchstone-registry").unwrap());
        let made = Finished::of(
            registry()
                .args([
                    Path::new("init"),
                    Path::new("--dir"),
                    &at("registry"),
                    Path::new("--passphrase-file"),
                    &at("passphrase"),
                ])
                .args([
                    "--base",
                    REGISTRY,
                    "--origin",
                    "registry.example/log",
                    "--owner-key",
                    &multikey(&world.owner).to_string(),
                ])
                .args([
                    "--listen",
                    &format!("127.0.0.1:{port}"),
                    "--private-listen",
                    &format!("127.0.0.1:{private}"),
                ])
                .args([Path::new("--trust-list"), &at("trust.json")]),
        );
        let made = made.unwrap().well("init").unwrap();
        let log_key = made
            .lines()
            .find_map(|line| line.strip_prefix("log key: "))
            .unwrap()
            .parse()
            .unwrap();
        world.issuer().log.key = log_key;
        let now = Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap();
        world.trust_list.issued = now.checked_sub(3_600).unwrap();
        world.trust_list.valid_until = now.checked_add(86_400).unwrap();
        std::fs::write(at("trust.json"), world.trust_text()).unwrap();
        let mut serve = registry();
        serve.args([Path::new("serve"), Path::new("--dir"), &at("registry")]);
        let mut process = Process::start(&mut serve, at("registry.log")).unwrap();
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .into();
        let ready = format!("http://127.0.0.1:{private}/readyz");
        process
            .wait_until(Duration::from_secs(60), || {
                agent
                    .get(&ready)
                    .call()
                    .is_ok_and(|answer| answer.status() == 200)
            })
            .unwrap();
        Self {
            _process: process,
            folder,
            port,
            agent,
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix(jiff::Timestamp::now().as_second()).unwrap()
    }

    fn submit(&self, document: &str) -> (u16, Value) {
        let token = std::fs::read_to_string(self.folder.path().join("registry/intake-token")).unwrap();
        let mut answer = self
            .agent
            .post(format!("http://127.0.0.1:{}/submissions", self.port))
            .header("authorization", format!("Bearer {}", token.trim()))
            .header("content-type", "application/json")
            .send(format!(r#"{{"documents":[{document}]}}"#))
            .unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        (
            answer.status().as_u16(),
            serde_json::from_str(&body).unwrap_or_else(|_| json!({ "body": body })),
        )
    }
}
