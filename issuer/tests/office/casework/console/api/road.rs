//! Programs of every role bring one application to a credential that is delivered, each with no more than they need.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use touchstone_issuer::{config::Folder, office::Clock, qr::Symbol, token::Scope};
use touchstone_schemas::{date_time::Date, digest::Sha256Digest, jcs::to_canonical};

use super::{
    super::{
        super::staff::{evaluation, now, report},
        browser::{hired, start},
    },
    client::{Client, drafted, form, token},
};
use crate::test_office::TestOffice;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_in_turn_brings_an_application_to_a_certificate_by_tokens() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let mut clients = Vec::new();
    for (person, scopes) in [
        ("受理", &[Scope::Read, Scope::Apply, Scope::Settle][..]),
        ("评价甲", &[Scope::Read, Scope::Attach, Scope::Evaluate]),
        ("复核", &[Scope::Judge]),
        ("处长", &[Scope::Judge]),
        ("主任", &[Scope::Judge]),
        ("决定", &[Scope::Read, Scope::Judge]),
        ("签发", &[Scope::Read, Scope::Judge, Scope::Issue]),
    ] {
        clients.push((
            person,
            Client::new(&running, Some(&token(&test, person, scopes).await)),
        ));
    }
    let at = |person: &str| &clients.iter().find(|(it, _)| *it == person).unwrap().1;
    let day = |days| Date::of(now()).add_days(days).unwrap().to_string();

    let opened = at("受理").post("/api/cases", "open", &form("01-in-force"));
    assert_eq!(
        (opened.status, &opened.json()["case"]),
        (201, &json!(1)),
        "{opened:?}"
    );
    let assigned = at("受理").post(
        "/api/cases/1/assignments",
        "assign",
        &json!({ "evaluator": "评价甲" }),
    );
    assert_eq!(assigned.status, 200, "{assigned:?}");
    let declared = json!({ "coversFrom": day(-800) });
    assert_eq!(
        at("评价甲")
            .post("/api/cases/1/declarations", "declare", &declared)
            .status,
        200
    );
    let attached = at("评价甲").send(
        "/api/cases/1/files?purpose=report&name=%E6%8A%A5%E5%91%8A.pdf",
        &[("content-type", "application/pdf"), ("idempotency-key", "report")],
        &report().bytes,
    );
    assert_eq!(attached.status, 200, "{attached:?}");
    let file = &attached.json()["attachments"][0];
    assert_eq!(
        (&file["name"], &file["mediaType"]),
        (&json!("报告.pdf"), &json!("application/pdf"))
    );
    let sheet: Value = serde_json::from_slice(&to_canonical(&evaluation(3))).unwrap();
    let evaluated = at("评价甲").post("/api/cases/1/evaluations", "evaluate", &sheet);
    assert_eq!(
        (evaluated.status, &evaluated.json()["evaluation"]["level"]),
        (200, &json!(3)),
        "{evaluated:?}"
    );

    for (person, stage, kind, verdict) in [
        (
            "复核",
            "review",
            "review",
            json!({ "recommendation": "positive" }),
        ),
        ("处长", "division", "approval", json!({})),
        ("主任", "director", "approval", json!({ "note": "同意" })),
        (
            "决定",
            "decision",
            "decision",
            json!({ "outcome": "grant", "reference": "示范决定-77" }),
        ),
    ] {
        let judged = at(person).judge(person, 1, stage, &drafted(stage, kind, verdict));
        assert_eq!(judged.status, 200, "{person}: {judged:?}");
    }
    let waiting = at("受理").get("/api/cases/1").json();
    assert_eq!(
        (&waiting["next"], &waiting["waitsFor"]),
        (&json!("signing"), &json!(["fee"]))
    );
    assert_eq!(
        at("受理")
            .post("/api/cases/1/tasks", "fee", &json!({ "stage": "fee" }))
            .status,
        200
    );
    let opinion = json!({ "opinion": "同意签发", "validFrom": day(0) });
    let signed = at("签发").judge("签发", 1, "signing", &drafted("signing", "signing", opinion));
    assert_eq!(signed.status, 200, "{signed:?}");
    let queue = at("签发").get("/api/signing-queue").json();
    assert_eq!(
        (&queue["cases"][0]["case"], &queue["next"]),
        (&json!(1), &Value::Null)
    );
    let issued = at("签发").post("/api/cases/1/certificates", "issue", &json!({}));
    assert_eq!(
        (issued.status, &issued.json()["state"]),
        (200, &json!("issued")),
        "{issued:?}"
    );
    // Asked again, by the same key or another: the same certificate, and no second one.
    for key in ["issue", "issue again"] {
        let key = key.replace(' ', "-");
        let again = at("签发").post("/api/cases/1/certificates", &key, &json!({}));
        assert_eq!(again.body, issued.body);
    }
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);

    let number = issued.json()["number"].as_str().unwrap().to_owned();
    let credential = at("决定").get(&format!("/api/certificates/{number}/credential"));
    assert_eq!(credential.headers["content-type"], "application/vc");
    assert_eq!(
        issued.json()["digest"],
        Sha256Digest::of(&credential.body).to_string()
    );
    let receipt = at("决定").get(&format!("/api/certificates/{number}/receipt?version=1"));
    assert!(receipt.json()["proof"].is_string(), "{receipt:?}");
    let symbol = at("决定").get(&format!("/api/certificates/{number}/papers/qr.svg"));
    assert!(symbol.body.starts_with(b"<?xml") && symbol.headers["content-type"] == "image/svg+xml");
    let png = at("决定").get(&format!("/api/certificates/{number}/papers/qr.png"));
    assert!(png.body.starts_with(b"\x89PNG"));
    prints(&test, at("决定"), &number, &credential.body).await;
    let link = at("决定").get(&format!("/api/certificates/{number}/papers/link.txt"));
    assert_eq!(
        link.body,
        Symbol::of(&credential.body, 1).unwrap().link().as_bytes()
    );
    // The journal is what is stored, act for act.
    let (mut office, _) = test.open().await;
    let stored = office.store.case_acts(1).await.unwrap();
    let journal = at("受理").get("/api/cases/1/journal");
    let acts: Vec<String> = stored
        .iter()
        .map(|act| String::from_utf8(act.to_bytes()).unwrap())
        .collect();
    let wanted = format!("{{\"acts\":[{}],\"case\":1}}", acts.join(","));
    assert_eq!(String::from_utf8(journal.body).unwrap(), wanted);
    let digest = attached.json()["attachments"][0]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = at("决定").get(&format!("/api/cases/1/files/{digest}"));
    assert_eq!((read.status, read.body), (200, report().bytes));
    assert_eq!(office.store.attachment_accesses(1).await.unwrap().len(), 1);
}

/// The certificate as PDF, by a program that stands for `touchstone-documents`.
async fn prints(test: &TestOffice, client: &Client, number: &str, signed: &[u8]) {
    let path = format!("/api/certificates/{number}/papers/certificate.pdf");
    let away = client.get(&path);
    assert_eq!((away.status, &*away.code()), (503, "papersAway"), "{away:?}");
    let link = Symbol::of(signed, 1).unwrap().link().to_owned();
    let digest = Sha256Digest::of(b"%PDF-1.7 paper");
    let script = format!(
        "#!/bin/sh\nread -r job\nout=${{job#*\\\"out\\\":\\\"}}\nout=${{out%%\\\"*}}\nprintf '%%PDF-1.7 paper' > \"$out\"\n\
         echo '{{\"link\":\"{link}\",\"out\":\"a.pdf\",\"pages\":1,\"sha256\":\"{digest}\"}}'\n"
    );
    let folder = Folder::new(test.folder.join("issuer"));
    let program = folder.path().join("documents.sh");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let mut config = std::fs::read_to_string(folder.config()).unwrap();
    config.push_str("\n[documents]\nprogram = \"documents.sh\"\n");
    std::fs::write(folder.config(), config).unwrap();
    let printing = start(test, Clock::System).await;
    let client = Client {
        origin: printing.origin.clone(),
        ..client.clone()
    };
    let printed = client.get(&path);
    assert_eq!(
        (printed.status, &*printed.body),
        (200, &b"%PDF-1.7 paper"[..]),
        "{printed:?}"
    );
    assert_eq!(printed.headers["content-type"], "application/pdf");
    // Nothing of the printing stays.
    let left = std::fs::read_dir(folder.path()).unwrap();
    assert!(
        left.flatten()
            .all(|entry| !entry.file_name().to_string_lossy().starts_with("printing"))
    );
}
