//! The long forms: filled in by hand, each fault beside its field, kept as drafts meanwhile.

use touchstone_issuer::{
    casework::{Assigned, CaseContent, Role, desk},
    office::Clock,
};
use touchstone_schemas::{date_time::Date, digest::Sha256Digest};

use super::{
    super::staff::{act, declared, evaluation, form, now, own, report, text},
    browser::{Answer, Browser, hired, staffed, start},
};

/// The members of a form on file as the browser's fields: JSON pointers.
fn fields(sample: &str) -> Vec<(String, String)> {
    let form: serde_json::Value = serde_json::from_slice(form(sample).canonical()).unwrap();
    let mut fields = Vec::new();
    let mut open = vec![(String::new(), &form)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            serde_json::Value::Object(members) => {
                open.extend(members.iter().map(|(name, it)| (format!("{pointer}/{name}"), it)));
            }
            serde_json::Value::Array(items) => {
                open.extend(
                    items
                        .iter()
                        .enumerate()
                        .map(|(place, it)| (format!("{pointer}/{place}"), it)),
                );
            }
            serde_json::Value::String(text) => fields.push((pointer, text.clone())),
            other => fields.push((pointer, other.to_string())),
        }
    }
    fields
}

/// Fills in a field; gives what stood there.
fn put(fields: &mut Vec<(String, String)>, name: &str, value: &str) -> String {
    match fields.iter_mut().find(|(found, _)| found == name) {
        Some((_, before)) => std::mem::replace(before, value.to_owned()),
        None => {
            fields.push((name.to_owned(), value.to_owned()));
            String::new()
        }
    }
}

fn send(browser: &mut Browser, path: &str, fields: &[(String, String)], more: &[(&str, &str)]) -> Answer {
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    all.extend(more);
    browser.post(path, &all)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_filled_in_kept_corrected_and_taken_in() {
    let test = hired().await;
    let running = start(&test, Clock::System).await;
    let mut clerk = staffed(&running)["受理"].clone();
    let empty = clerk.get("/applications/new").body;
    assert!(empty.contains("name=\"/applicant/uscc\"") && empty.contains("<label for=\"applicant-uscc\">"));
    let mut filled = fields("02-workshop");
    let right = put(&mut filled, "/applicant/uscc", "91320214MA1YX001XX");
    filled.retain(|(name, _)| name != "/agreement/reference");
    // Every fault at its field, with all that was typed still there.
    let refused = send(&mut clerk, "/cases", &filled, &[("as", "clerk"), ("do", "take")]);
    assert_eq!(refused.status, 422, "{}", refused.body);
    for place in ["applicant-uscc", "agreement-reference"] {
        assert!(refused.body.contains(&format!("href=\"#{place}\"")), "{place}");
        assert!(refused.body.contains(&format!("id=\"{place}-fault\"")), "{place}");
        assert!(
            refused
                .body
                .contains(&format!("aria-describedby=\"{place}-fault\"")),
            "{place}"
        );
    }
    assert_eq!(refused.body.matches("aria-invalid").count(), 2);
    assert!(refused.body.contains("三号车间"));
    // A draft is kept as it is, also past the session, and is somebody's own.
    let scope = put(&mut filled, "/scope", "\"><script>alert(1)</script>");
    assert_eq!(
        send(&mut clerk, "/cases", &filled, &[("as", "clerk"), ("do", "save")]).status,
        303
    );
    let draft = clerk.get("/applications/new").body;
    assert!(
        draft.contains("91320214MA1YX001XX") && draft.contains("&#60;script") && !draft.contains("<script")
    );
    // One more site, which is then wanted whole.
    let site = send(&mut clerk, "/cases", &filled, &[("as", "clerk"), ("do", "site")]);
    assert!(site.status == 200 && site.body.contains("name=\"/sites/1/name\""));
    put(&mut filled, "/scope", &scope);
    put(&mut filled, "/applicant/uscc", &right);
    put(&mut filled, "/agreement/reference", "示范合同-02");
    let taken = send(&mut clerk, "/cases", &filled, &[("as", "clerk"), ("do", "take")]);
    assert_eq!(
        (taken.status, taken.location()),
        (303, "/cases/1"),
        "{}",
        taken.body
    );
    assert!(!clerk.get("/applications/new").body.contains("91320214"));
    // A change begins with what is on file, and wants a reason.
    let page = clerk.get("/cases/1/application").body;
    assert!(page.contains("三号车间") && page.contains("示范合同-02"));
    put(&mut filled, "/scope", "变更后的范围");
    let without = send(&mut clerk, "/cases/1/amendments", &filled, &[("as", "clerk")]);
    assert_eq!(without.status, 400, "{}", without.body);
    let changed = send(
        &mut clerk,
        "/cases/1/amendments",
        &filled,
        &[("as", "clerk"), ("reason", "企业申请变更范围")],
    );
    assert_eq!(changed.status, 303, "{}", changed.body);
    assert!(clerk.get("/cases/1").body.contains("变更后的范围"));
    assert!(clerk.get("/cases/1/preview").body.contains("变更后的范围"));
}

/// What the pages of a sample's evaluation are filled with: name of the page, fields.
fn pages(level: u8) -> Vec<(String, Vec<(String, String)>)> {
    let sheet = evaluation(level).sheet;
    let mut pages: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for score in &sheet.scores {
        let (part, _) = score.requirement.rsplit_once('.').unwrap();
        if pages.last().is_none_or(|(last, _)| last != part) {
            pages.push((part.to_owned(), Vec::new()));
        }
        let fields = &mut pages.last_mut().unwrap().1;
        fields.push((
            format!("value/{}", score.requirement),
            score.value.name().to_owned(),
        ));
        fields.push((
            format!("basis/{}", score.requirement),
            score.basis.name().to_owned(),
        ));
    }
    pages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_evaluation_is_filled_in_by_sub_domain_and_the_grade_follows() {
    let test = hired().await;
    let (mut office, _) = test.open().await;
    let clerk = own("受理", Role::Clerk);
    desk::open_case(
        &office.papers,
        &mut office.store,
        &clerk,
        form("01-in-force"),
        now(),
    )
    .await
    .unwrap();
    for person in ["评价甲", "评价乙"] {
        let assigned = CaseContent::Assigned(Assigned {
            evaluator: text(person),
        });
        act(&mut office, 1, &clerk, assigned).await.unwrap();
        let by = own(person, Role::Evaluator);
        act(&mut office, 1, &by, CaseContent::Declared(declared()))
            .await
            .unwrap();
    }
    drop(office);
    let running = start(&test, Clock::System).await;
    let staff = staffed(&running);
    let (mut first, mut second) = (staff["评价甲"].clone(), staff["评价乙"].clone());
    let path = "/cases/1/evaluation";
    let file = ("file", "报告.pdf", &*report().bytes);
    first.upload(
        "/cases/1/files",
        &[("as", "evaluator"), ("purpose", "report")],
        file,
    );
    let early = first.post(path, &[("as", "evaluator"), ("do", "submit")]);
    assert_eq!(early.status, 422);
    for field in ["assessedOn", "report", "number"] {
        assert!(early.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    // Two evaluators fill in different parts of one draft.
    let pages = pages(3);
    assert_eq!(pages.len(), 20);
    for (place, (part, fields)) in pages.iter().enumerate() {
        let browser = if place % 2 == 0 { &mut first } else { &mut second };
        let present = (format!("present/{part}"), format!("{part} 的现状"));
        let gap = (format!("gap/{part}"), "差距".to_owned());
        let mut all = fields.clone();
        all.extend([present, gap, (format!("level/{part}"), "3".to_owned())]);
        let saved = send(browser, &format!("{path}/{part}"), &all, &[("do", "next")]);
        assert_eq!(saved.status, 303, "{part}: {}", saved.body);
        let next = pages
            .get(place + 1)
            .map_or(path.to_owned(), |(next, _)| format!("{path}/{next}"));
        assert_eq!(saved.location(), next);
    }
    // Half a score is kept, and told beside it.
    let (part, fields) = &pages[0];
    let without = [(fields[1].0.clone(), String::new())];
    let half = send(&mut first, &format!("{path}/{part}"), &without, &[]);
    assert!(
        half.status == 422 && half.body.contains("class=\"fault\""),
        "{}",
        half.body
    );
    let open = second.get(path).body;
    assert!(open.contains("7 / 10"), "{open}");
    assert!(!open.contains("class=\"radar\""), "{open}");
    assert_eq!(
        send(&mut second, &format!("{path}/{part}"), fields, &[]).status,
        303
    );
    let whole = second.get(path).body;
    assert!(whole.contains("class=\"radar\"") && whole.contains("评价甲") | whole.contains("评价乙"));
    let bidi = [(format!("present/{part}"), "现\u{202e}状".to_owned())];
    let refused = send(&mut first, &format!("{path}/{part}"), &bidi, &[]);
    assert!(refused.status == 422 && refused.body.contains("fault-present"));
    let fixed = [(format!("present/{part}"), "现状".to_owned())];
    assert_eq!(
        send(&mut first, &format!("{path}/{part}"), &fixed, &[]).status,
        303
    );
    let general = [
        ("as".to_owned(), "evaluator".to_owned()),
        (
            "assessedOn".to_owned(),
            Date::of(now()).add_days(-5).unwrap().to_string(),
        ),
        ("report".to_owned(), Sha256Digest::of(&report().bytes).to_string()),
        ("number".to_owned(), "YS-ZNZ-77".to_owned()),
        ("weightSet".to_owned(), "discrete".to_owned()),
    ];
    let submitted = send(&mut first, path, &general, &[("do", "submit")]);
    assert_eq!(
        (submitted.status, submitted.location()),
        (303, "/cases/1"),
        "{}",
        submitted.body
    );
    let (mut office, _) = test.open().await;
    let case = office.store.case(1).await.unwrap().unwrap();
    let found = case.evaluation().unwrap();
    assert_eq!((found.level, found.findings.len()), (Some(3), 20));
    let mut sheet = evaluation(3).sheet;
    sheet
        .scores
        .sort_by(|one, other| one.requirement.cmp(&other.requirement));
    let mut scores = found.sheet.scores.clone();
    scores.sort_by(|one, other| one.requirement.cmp(&other.requirement));
    assert_eq!(scores, sheet.scores);
    // Others do not fill it in, and a part that is none is not there.
    assert_eq!(staff["复核"].clone().get(path).status, 403);
    assert_eq!(first.get(&format!("{path}/nothing")).status, 404);
    assert_eq!(first.post(&format!("{path}/technology"), &[]).status, 404);
}
