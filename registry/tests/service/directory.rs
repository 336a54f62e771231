//! The directory: part of a name, place, industry, state; pages in order; nothing shown that is not so.

use serde_json::Value;
use touchstone_schemas::{
    credential::{AssessedUnit, Credential, UnitKind},
    status::StatusMessage,
};

use crate::{
    app::TestApp,
    documents::{superseded_by, suspension},
    world::text,
};

const HTML: (&str, &str) = ("accept", "text/html");

fn number(index: u32) -> String {
    format!("CQC26ZNZ{:06}R0", 500 + index)
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A certificate of a holder.
fn credential(app: &TestApp, index: u32, name: &str, uscc: &str) -> Credential {
    let mut credential = app.office.credential(&number(index), index, app.now());
    credential.holder.name = text(name);
    credential.holder.name_en = None;
    credential.holder.uscc = uscc.parse().unwrap();
    credential.assessed_unit = None;
    credential
}

async fn put(app: &TestApp, credential: &Credential) -> String {
    let document = app.office.sign(credential, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    document
}

async fn found(app: &TestApp, query: &str) -> Vec<(String, String)> {
    let answer = app.get(&format!("/certificates?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row["number"]), text(&row["state"])))
        .collect()
}

async fn numbers(app: &TestApp, query: &str) -> Vec<String> {
    found(app, query)
        .await
        .into_iter()
        .map(|(number, _)| number)
        .collect()
}

const FIRST: &str = "91350100M000100Y43";
const SECOND: &str = "91110000101623741K";

/// Four certificates: two of the first entity (one of a workshop), one of the second, in another city and industry.
async fn app() -> TestApp {
    let mut app = TestApp::with_lists().await;
    let mut one = credential(&app, 1, "示范精密机械（无锡）有限公司", FIRST);
    one.holder.name_en = Some(text("Shifan Precision Machinery (Wuxi) Co., Ltd."));
    put(&app, &one).await;
    let mut two = credential(&app, 2, "示范精密机械（无锡）有限公司", FIRST);
    two.assessed_unit = Some(AssessedUnit {
        kind: UnitKind::Workshop,
        name: text("三号车间"),
        name_en: None,
    });
    put(&app, &two).await;
    let mut three = credential(&app, 3, "示范电子（深圳）有限公司", SECOND);
    three.industry.code = "C3922".parse().unwrap();
    for site in &mut three.sites {
        site.region = "440307".parse().unwrap();
    }
    let document = put(&app, &three).await;
    let now = app.now();
    let event = app.office.event(&three, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 3, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn certificates_are_found_by_part_of_a_name_and_by_what_they_say() {
    let mut app = app().await;
    for round in 0..2 {
        for (query, wanted) in [
            (format!("name={}", encoded("精密")), &[2, 1][..]),
            (format!("name={}", encoded("（无锡）")), &[2, 1]),
            (format!("name={}", encoded("机械无锡有限")), &[2, 1]),
            (format!("name={}", encoded("示范")), &[3, 2, 1]),
            (format!("name={}", encoded("三号车")), &[2]),
            ("name=precision+WUXI".to_owned(), &[1]),
            ("name=precise".to_owned(), &[]),
            // The pairs are all there, and not in this order.
            (format!("name={}", encoded("精密机械精密")), &[]),
            ("province=44".to_owned(), &[3]),
            ("city=440300".to_owned(), &[3]),
            ("city=440304".to_owned(), &[3]),
            ("industry=C39".to_owned(), &[3]),
            ("industry=3922".to_owned(), &[3]),
            ("industry=C391".to_owned(), &[]),
            ("state=suspended".to_owned(), &[3]),
            ("state=valid&province=44".to_owned(), &[]),
            (format!("uscc={FIRST}"), &[2, 1]),
            (format!("uscc={FIRST}&name={}", encoded("车间")), &[2]),
            (format!("number={}", number(1)), &[1]),
            ("standard=GB%2FT+39116".to_owned(), &[3, 2, 1]),
            ("standard=GB%2FT+39116-2020&level=3".to_owned(), &[3, 2, 1]),
            ("level=5".to_owned(), &[]),
            (String::new(), &[3, 2, 1]),
        ] {
            let wanted: Vec<String> = wanted.iter().map(|index| number(*index)).collect();
            assert_eq!(numbers(&app, &query).await, wanted, "{query}, round {round}");
        }
        // The same from a database made before there was a directory: it is filled from the log.
        app.stop().await;
        app.tamper(
            "DROP TABLE directory; DROP TABLE directory_progress;
             DELETE FROM _sqlx_migrations WHERE description = 'directory';",
        )
        .await;
        app.resume().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_edited_behind_the_registry_s_back_shows_nothing_that_is_not_so() {
    let app = app().await;
    let before = found(&app, "").await;
    // Every row says Shenzhen, and a name that nobody has; rows of what is no certificate come in.
    app.tamper(
        "INSERT INTO directory (rowid, tokens) SELECT -leaf_index, 'p44 c440300 n0793a08303' FROM log_entry;
         UPDATE credential SET number = 'CQC26ZNZ999999R0' WHERE number = 'CQC26ZNZ000502R0';",
    )
    .await;
    let shenzhen = found(&app, "province=44").await;
    let wanted = (number(3), "suspended".to_owned());
    assert!(shenzhen.iter().all(|row| *row == wanted), "{shenzhen:?}");
    assert!(
        found(&app, &format!("name={}", encoded("示范")))
            .await
            .iter()
            .all(|row| before.contains(row))
    );
    // What the ledger knows is not asked of the database at all.
    assert_eq!(
        numbers(&app, &format!("uscc={FIRST}")).await,
        [number(2), number(1)]
    );
    assert_eq!(found(&app, &format!("number={}", number(2))).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_version_leads_to_the_newest() {
    let mut app = TestApp::with_lists().await;
    let old = credential(&app, 1, "示范枸杞食品（银川）有限公司", FIRST);
    let document = put(&app, &old).await;
    app.pass(86_400);
    let now = app.now();
    let mut new = credential(&app, 2, "示范枸杞食品（宁夏）集团有限公司", FIRST);
    new.number = old.number.clone();
    new.version = 2.try_into().unwrap();
    new.first_issued = old.first_issued;
    let begins = new.valid_from.start();
    let event = app
        .office
        .event(&old, &document, 1, begins, superseded_by(&number(1), 2));
    let mut bundle = vec![app.office.sign(&new, now)];
    bundle.extend(app.office.event_bundle(&event, StatusMessage::Superseded, 1, now));
    let answer = app.submit(&bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // Both names have these characters: the newest stands for both.
    let both = app
        .get(&format!("/certificates?name={}", encoded("枸杞食品")))
        .await
        .json();
    assert_eq!(both["rows"].as_array().unwrap().len(), 1);
    assert_eq!(both["rows"][0]["version"], 2);
    // The old name leads to it.
    let query = format!("/certificates?name={}", encoded("银川"));
    let renamed = app.get(&query).await.json();
    assert_eq!(renamed["rows"][0]["newestVersion"], 2);
    assert_eq!(renamed["rows"][0]["state"], "superseded");
    let page = app.get_with(&query, &[HTML]).await.text();
    assert!(
        page.contains(&format!("href=\"/certificates/{}?version=2\"", number(1))),
        "{page}"
    );
    assert_eq!(found(&app, "state=superseded").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_and_a_cursor_is_of_one_search() {
    let app = TestApp::with_lists().await;
    let name = "示范轴承（洛阳）有限公司";
    let documents: Vec<String> = (0..45)
        .map(|index| app.office.sign(&credential(&app, index, name, FIRST), app.now()))
        .collect();
    assert_eq!(app.submit(&documents).await.status, 200);
    let query = format!("name={}", encoded("轴承"));
    let (mut seen, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let answer = app
            .get(&format!("/certificates?{query}&cursor={cursor}"))
            .await
            .json();
        pages += 1;
        let rows = answer["rows"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()));
        match answer["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
        // What comes meanwhile stands before the first page.
        let late = credential(&app, 100 + pages, name, FIRST);
        put(&app, &late).await;
    }
    let wanted: Vec<String> = (0..45).rev().map(number).collect();
    assert_eq!((seen, pages), (wanted, 3));
    for bad in ["x", "AAAAAAAAAAAAAAAAAAAAAA", &cursor] {
        let answer = app.get(&format!("/certificates?province=32&cursor={bad}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedQuery"),
            "{bad}"
        );
        assert_eq!(answer.json()["parameter"]["name"], "cursor");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_found_says_what_is_covered_and_never_forged() {
    let mut app = app().await;
    let query = format!("/certificates?name={}", encoded("不在此处的企业"));
    let json = app.get(&query).await.json();
    assert_eq!(json["coverage"]["certificates"], 3);
    assert!(json["coverage"]["nationalLookup"].is_string());
    let page = app.get_with(&query, &[HTML]).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for wanted in [
        "nothingFound",
        "cx.cnca.cn",
        "自 <span class=\"num\">",
        "并不说明任何证书有问题",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains('伪') && !text.to_lowercase().contains("forged"));
    // Names are counted row by row; a form's empty fields ask nothing.
    let page = app
        .get_with("/certificates?name=&uscc=&state=&cursor=", &[HTML])
        .await
        .text();
    assert!(page.contains("示范电子（深圳）有限公司") && page.contains("三号车间"));
    assert!(!page.contains("示范路"), "an address is shown");
    app.stop().await;
    app.config.limits.directory_rows_per_minute = 5;
    app.resume().await.unwrap();
    assert_eq!(app.get("/certificates").await.status, 200);
    let answer = app.get("/certificates").await;
    assert_eq!((answer.status, answer.code().as_str()), (429, "tooManyRequests"));
    let bad = app.get("/certificates?name=x").await;
    assert_eq!(
        (bad.status, bad.json()["parameter"]["name"].as_str()),
        (400, Some("name"))
    );
}
