//! Regulators: who gets in, what of which regions they see, and that nothing else is told.

use serde_json::{Value, json};
use touchstone_registry::regulators::{Register, RegulatorId};
use touchstone_schemas::{
    credential::Credential, date_time::Date, decode::read, region::RegionCode, status::StatusMessage,
    text::Text, uscc::Uscc,
};
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    report::Answer as Verdict,
    statement::Statement,
    verify_statement,
};

use crate::{
    app::{Answer, TestApp, send},
    documents::{NUMBER, withdrawal},
    world::multikey,
};

/// 无锡, in 江苏.
const HERE: &str = "CQC26ZNZ000401R0";
/// 佛山, in 广东.
const ELSEWHERE: &str = "CQC26ZNZ000402R0";
const OTHER_FIRM: &str = "91110000101623741K";
const DAY: i64 = 86_400;

fn text(value: &str) -> Text {
    Text::parse(value).unwrap()
}

fn elsewhere(credential: &mut Credential) {
    let region = RegionCode::parse("440604").unwrap();
    credential.holder.uscc = Uscc::parse(OTHER_FIRM).unwrap();
    credential.holder.name = text("=示范公式有限公司");
    credential.holder.region = region;
    for site in &mut credential.sites {
        site.region = region;
    }
}

/// Three certificates: two of 江苏, one of which a firm of 广东 holds for a site there, and one of 广东.
async fn app() -> TestApp {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let here = app.office.credential(HERE, 1, now);
    let mut foreign_site = app.office.credential(NUMBER, 2, now);
    elsewhere(&mut foreign_site);
    foreign_site.sites[0].region = RegionCode::parse("320505").unwrap();
    let mut away = app.office.credential(ELSEWHERE, 3, now);
    elsewhere(&mut away);
    let documents = [here, foreign_site, away].map(|credential| app.office.sign(&credential, now));
    assert_eq!(app.submit(&documents).await.status, 200);
    app.pass(60);
    withdraw(&mut app, HERE, 1, &documents[0]).await;
    app
}

async fn withdraw(app: &mut TestApp, number: &str, index: u32, document: &str) {
    let now = app.now();
    let credential = app.office.credential(number, index, now);
    let event = app.office.event(&credential, document, 1, now, withdrawal());
    let bundle = app
        .office
        .event_bundle(&event, StatusMessage::Withdrawn, index, now);
    let answer = app.submit(&bundle).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn register(app: &TestApp) -> Register {
    Register::at(app.config.regulators.folder.clone())
}

fn token(app: &TestApp, regions: &str, days: i32) -> (RegulatorId, String) {
    let expires = Date::of(app.now()).add_days(days).unwrap();
    let made = register(app).add("a test".to_owned(), regions.parse().unwrap(), expires, app.now());
    let (id, token) = made.unwrap();
    (id, token.expose().to_owned())
}

async fn ask(app: &TestApp, token: &str, path: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    app.get_with(path, &[("authorization", &bearer)]).await
}

async fn ask_firms(app: &TestApp, token: &str, accept: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("accept", accept),
    ];
    let body = body.to_string();
    send(
        app.address(),
        "POST",
        "/regulator/statement",
        &headers,
        body.as_bytes(),
    )
    .await
}

/// The rows of a CSV without quoted line ends, the heading left out.
fn rows(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let text = text
        .strip_prefix('\u{feff}')
        .expect("a byte order mark")
        .to_owned();
    text.split_terminator("\r\n").skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_opens_until_it_ends_or_is_revoked() {
    let app = app().await;
    let (id, good) = token(&app, "32", 1);
    let (_, short) = token(&app, "32", 0);
    let paths = ["/regulator/extract.csv", "/regulator/changes?since=2026-01-01"];
    for path in paths {
        assert_eq!(ask(&app, &good, path).await.status, 200, "{path}");
        for wrong in [
            "",
            "reg_",
            &id.to_string(),
            &good[..good.len() - 1],
            "a-token-for-tests",
        ] {
            let answer = ask(&app, wrong, path).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (401, "unauthorised"),
                "{wrong}"
            );
        }
    }
    let kept = std::fs::read_to_string(app.config.regulators.folder.join(format!("{id}.json"))).unwrap();
    assert!(!kept.contains(&good[17..]), "the token is kept");
    app.pass(DAY);
    for path in paths {
        let answer = ask(&app, &short, path).await;
        assert!(
            answer.status == 401 && answer.text().contains("expired"),
            "{}",
            answer.text()
        );
        assert_eq!(ask(&app, &good, path).await.status, 200);
    }
    register(&app).revoke(&id, app.now()).unwrap();
    for path in paths {
        let answer = ask(&app, &good, path).await;
        assert!(
            answer.status == 401 && answer.text().contains("revoked"),
            "{}",
            answer.text()
        );
    }
    let body = json!({"of": [HERE]});
    for token in [good.as_str(), short.as_str(), ""] {
        assert_eq!(ask_firms(&app, token, "*/*", &body).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_extract_holds_the_region_whole_and_nothing_else() {
    let app = app().await;
    let numbers = |rows: &[String]| -> Vec<String> {
        let number = |row: &String| row.split(',').next().unwrap().to_owned();
        rows.iter().map(number).collect()
    };
    let of = |regions: &'static str| {
        let app = &app;
        async move {
            let (_, token) = token(app, regions, 1);
            rows(&ask(app, &token, "/regulator/extract.csv").await)
        }
    };
    let jiangsu = of("32").await;
    assert_eq!(numbers(&jiangsu), [HERE, NUMBER]);
    assert_eq!(numbers(&of("44").await), [NUMBER, ELSEWHERE]);
    assert_eq!(numbers(&of("3205").await), [NUMBER]);
    assert_eq!(numbers(&of("320214,440604").await), [HERE, NUMBER, ELSEWHERE]);
    assert!(of("11").await.is_empty());
    // What was cut off goes on behind the last row that came whole.
    let (_, bearer) = token(&app, "32", 1);
    let first_index = jiangsu[0].rsplit(',').next().unwrap();
    let rest = rows(
        &ask(
            &app,
            &bearer,
            &format!("/regulator/extract.csv?after={first_index}"),
        )
        .await,
    );
    assert_eq!(rest, jiangsu[1..]);
    for (query, status) in [("after=x", 400), ("after=999999", 200), ("before=1", 400)] {
        let answer = ask(&app, &bearer, &format!("/regulator/extract.csv?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
    let withdrawn = &jiangsu[0];
    assert!(
        withdrawn.starts_with(&format!("{HERE},1,withdrawn,")),
        "{withdrawn}"
    );
    // A name that a spreadsheet would compute.
    assert!(jiangsu[1].contains(",\"'=示范公式有限公司\","), "{}", jiangsu[1]);
    assert!(jiangsu[1].contains(OTHER_FIRM) && jiangsu[1].contains(",440604,"));
    let signatory = &app.office.world.credential.signatory;
    assert!(!jiangsu.iter().any(|row| row.contains(signatory.as_str())));
    let (_, token) = token(&app, "32", 1);
    let answer = ask(&app, &token, "/regulator/extract.csv").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(
        answer
            .header("content-disposition")
            .unwrap()
            .starts_with("attachment; filename=\"certificates-")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_extract_over_a_damaged_record_does_not_end_as_if_it_were_whole() {
    let app = app().await;
    let (_, token) = token(&app, "32", 1);
    app.tamper("UPDATE signed_document SET document = CAST(replace(CAST(document AS TEXT), 'R0', 'R1') AS BLOB) WHERE digest = (SELECT digest FROM log_entry WHERE leaf_index = 3);")
        .await;
    let answer = ask(&app, &token, "/regulator/extract.csv").await;
    assert!(answer.cut, "{}", answer.text());
    assert!(!answer.text().contains("R1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_are_those_of_the_region_since_then() {
    let app = app().await;
    let (_, token) = token(&app, "32", 400);
    let told = |answer: &Answer| -> Vec<(String, String)> {
        let json = answer.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let changes = json["changes"].as_array().unwrap().clone();
        changes
            .iter()
            .map(|one| (text(&one["number"]), text(&one["change"])))
            .collect()
    };
    let row = |number: &str, change: &str| (number.to_owned(), change.to_owned());
    let since = |at: String| format!("/regulator/changes?since={at}");
    let today = Date::of(app.now());
    let all = ask(&app, &token, &since(today.to_string())).await;
    let wanted = [row(HERE, "issued"), row(NUMBER, "issued"), row(HERE, "withdrawn")];
    assert_eq!(told(&all), wanted);
    assert!(all.json().get("next").is_none());
    let later = ask(&app, &token, &since(app.now().to_string())).await;
    assert_eq!(told(&later), wanted[2..]);
    // By date too: surveillance of the one that was not withdrawn comes up.
    app.pass(320 * DAY);
    let later = ask(&app, &token, &since(today.add_days(1).unwrap().to_string())).await;
    assert_eq!(told(&later), [row(NUMBER, "surveillanceDueSoon")]);
    let csv = ask(&app, &token, &format!("{}&format=csv", since(today.to_string()))).await;
    let rows = rows(&csv);
    assert_eq!(rows.len(), 4);
    assert!(
        rows[2].contains(&format!(",{HERE},1,withdrawn,withdrawn,")),
        "{}",
        rows[2]
    );
    for (query, parameter) in [
        ("", "since"),
        ("since=2026-13-01", "since"),
        ("cursor=x", "cursor"),
        ("since=2026-01-01&format=xml", "format"),
    ] {
        let answer = ask(&app, &token, &format!("/regulator/changes?{query}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "malformedQuery"),
            "{query}"
        );
        assert_eq!(answer.json()["parameter"]["name"], parameter);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_page_without_gap_or_double() {
    let app = TestApp::with_lists().await;
    let now = app.now();
    for chunk in 0..3 {
        let documents: Vec<String> = (0..700)
            .map(|index| {
                let index = chunk * 700 + index;
                let number = format!("CQC26ZNZ{:06}R0", 1_000 + index);
                app.office.sign(&app.office.credential(&number, index, now), now)
            })
            .collect();
        assert_eq!(app.submit(&documents).await.status, 200);
    }
    let (_, token) = token(&app, "32", 1);
    let mut path = "/regulator/changes?since=2026-01-01".to_owned();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let json = ask(&app, &token, &path).await.json();
        pages += 1;
        seen.extend(
            json["changes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["number"].to_string()),
        );
        let Some(next) = json["next"].as_str() else { break };
        path = format!("/regulator/changes?cursor={next}");
    }
    assert_eq!((seen.len(), pages), (2_100, 3));
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen.len(), 2_100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_statement_for_a_list_of_firms_proves_each_line_offline() {
    let app = app().await;
    let (_, token) = token(&app, "32", 1);
    let holder = app.office.world.credential.holder.uscc.to_string();
    let body = json!({"of": [holder, ELSEWHERE, "CQC26ZNZ999999R0", OTHER_FIRM]});
    let answer = ask_firms(&app, &token, "application/json", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let json = answer.json();
    let firms = json["firms"].as_array().unwrap();
    let count = |place: usize| firms[place]["certificates"].as_array().unwrap().len();
    // What is elsewhere is answered as what is not here at all.
    assert_eq!([count(0), count(1), count(2), count(3)], [1, 0, 0, 1]);
    let strip = |place: usize| firms[place]["certificates"].clone();
    assert_eq!(strip(1), strip(2));
    let policy = Policy {
        owner_key: multikey(&app.office.world.owner),
        owner_successor: None,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let verdicts: Vec<Verdict> = [0, 3]
        .map(|place| {
            let bytes = firms[place]["certificates"][0]["statement"].to_string();
            let statement: Statement = read(bytes.as_bytes(), bytes.len()).unwrap();
            verify_statement(&statement, &policy, app.now()).known.answer
        })
        .into();
    assert_eq!(verdicts, [Verdict::No, Verdict::Yes]);
    let page = ask_firms(&app, &token, "text/html", &body).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert_eq!(text.matches("data-known=").count(), 2);
    assert!(
        text.contains(HERE)
            && text.contains(NUMBER)
            && text.contains(json["checkpoint"].as_str().unwrap().lines().next().unwrap())
    );
    for (body, code, pointer) in [
        (json!({"of": []}), "malformedList", Some("/of")),
        (json!({"of": ["?"]}), "malformedList", Some("/of/0")),
        (json!({"of": [HERE], "x": 1}), "malformedList", Some("/x")),
        (
            json!({"of": [HERE], "at": "2099-01-01"}),
            "malformedList",
            Some("/at"),
        ),
        (json!([]), "malformedList", None),
    ] {
        let answer = ask_firms(&app, &token, "*/*", &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
        if let Some(pointer) = pointer {
            assert_eq!(answer.json()["pointer"], pointer, "{body}");
        }
    }
}
