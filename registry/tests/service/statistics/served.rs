//! `GET /statistics` as people and machines get it.

use touchstone_schemas::{
    credential::Credential, industry::IndustryCode, region::RegionCode, status::StatusMessage, uscc::Uscc,
};

use crate::{app::TestApp, documents::withdrawal};

const HTML: (&str, &str) = ("accept", "text/html");

const DENOMINATORS: &str = r#"
source = "示范来源（演示）"
date = "2025-12-31"
firms = 8
[goals]
level2 = 50
key_industries_level3 = 20
key_regions_level3 = 15
[[industries]]
code = "C34"
firms = 3
key = true
[[regions]]
code = "320200"
firms = 4
key = true
"#;

async fn issue(
    app: &TestApp,
    index: u32,
    uscc: &str,
    change: impl FnOnce(&mut Credential),
) -> (Credential, String) {
    let number = format!("CQC26ZNZ{:06}R0", 300 + index);
    let mut credential = app.office.credential(&number, index, app.now());
    credential.holder.uscc = Uscc::parse(uscc).unwrap();
    change(&mut credential);
    let document = app.office.sign(&credential, app.now());
    let answer = app.submit(std::slice::from_ref(&document)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    (credential, document)
}

fn at(credential: &mut Credential, region: &str) {
    credential.sites.first_mut().unwrap().region = RegionCode::parse(region).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_counts_once_and_a_withdrawal_at_once() {
    let mut app = TestApp::made().await;
    let file = app.folder.join("firms.toml");
    std::fs::write(&file, DENOMINATORS).unwrap();
    app.config.statistics.denominators = Some(file);
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    // One organisation with two certificates in two cities, another with one.
    let first = issue(&app, 1, "91350100M000100Y43", |_| {}).await;
    issue(&app, 2, "91350100M000100Y43", |credential| {
        at(credential, "320583")
    })
    .await;
    issue(&app, 3, "91110000101623741K", |credential| {
        at(credential, "320583");
        credential.industry.code = IndustryCode::parse("C3670").unwrap();
    })
    .await;
    let json = app.get("/statistics").await.json();
    assert_eq!(
        (&json["total"]["organisations"], &json["total"]["certificates"]),
        (&2.into(), &3.into())
    );
    let province = &json["provinces"][0];
    assert_eq!(
        (&province["name"], &province["organisations"]),
        (&"江苏省".into(), &2.into())
    );
    let city = |place: usize, name: &str| json["cities"][place][name].clone();
    assert_eq!(
        (city(0, "name"), city(0, "organisations"), city(0, "rank")),
        ("苏州市".into(), 2.into(), 1.into())
    );
    assert_eq!(
        (city(1, "name"), city(1, "organisations"), city(1, "rank")),
        ("无锡市".into(), 1.into(), 2.into())
    );
    let progress = &json["progress"];
    assert_eq!(progress["all"]["percent"], "25.00");
    assert_eq!(progress["keyIndustries"]["percent"], "33.33");
    assert_eq!(progress["keyRegions"]["percent"], "25.00");
    // Withdrawn: it is in no number of the present any more, and the count of before is not shown again.
    let (credential, document) = first;
    let event = app
        .office
        .event(&credential, &document, 1, app.now(), withdrawal());
    let now = app.now();
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Withdrawn, credential.status.index, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    let json = app.get("/statistics").await.json();
    assert_eq!(
        (&json["total"]["organisations"], &json["total"]["certificates"]),
        (&2.into(), &2.into())
    );
    assert_eq!(json["cities"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_numbers_come_as_page_and_as_table() {
    let app = TestApp::with_lists().await;
    issue(&app, 1, "91350100M000100Y43", |_| {}).await;
    let page = app.get_with("/statistics", &[HTML]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    assert!(
        text.contains("<html lang=\"zh-CN\">") && text.contains("江苏"),
        "{text}"
    );
    assert!(text.contains("aria-current=\"page\">统计"), "{text}");
    for forbidden in ["style=", "<style", "<script", "onclick"] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    assert_eq!(
        text.matches("<svg class=\"chart\"").count(),
        text.matches("<table").count()
    );
    let english = app.get_with("/statistics?lang=en", &[HTML]).await.text();
    assert!(
        english.contains("<html lang=\"en\">") && english.contains("Jiangsu"),
        "{english}"
    );
    let csv = app.get("/statistics?format=csv").await;
    assert_eq!(
        csv.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    let csv = csv.text();
    assert!(csv.starts_with("\u{feff}table,code,name_zh"), "{csv}");
    assert!(
        csv.contains("\r\nprovinces,320000,江苏省,Jiangsu,1,1,1,0,0,1,0,0,1,1,\r\n"),
        "{csv}"
    );
    let etag = app.get("/statistics").await.header("etag").unwrap().to_owned();
    let again = app.get_with("/statistics", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status, 304);
    assert_eq!(app.get("/statistics?lang=fr").await.code(), "malformedQuery");
}

#[tokio::test]
async fn numbers_to_divide_by_that_do_not_hold_keep_it_from_starting() {
    let mut app = TestApp::made().await;
    let file = app.folder.join("firms.toml");
    app.config.statistics.denominators = Some(file.clone());
    assert!(app.refused().await.contains("statistics.denominators"));
    std::fs::write(&file, DENOMINATORS.replace("firms = 4", "firms = 40")).unwrap();
    let refused = app.refused().await;
    assert!(
        refused.contains("320200 has 40 firms, wanted 1 to 8"),
        "{refused}"
    );
}
