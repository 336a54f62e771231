//! Certificates in force on paper, brought in by a batch that three people sign for.

use touchstone_issuer::{
    batch::{ImportRequest, Imported, PAPER, Rows, SheetFiles, import, issue_batch},
    casework::{
        Assigned, CaseContent, Returned, Role, Status, Unlawful, batch::desk, check_journals,
        desk::CaseworkError,
    },
    office::Office,
    recheck::{RecheckError, recheck},
};
use touchstone_schemas::date_time::Date;
use touchstone_verifier::reason::ReasonCode;

use super::super::staff::{act, hire, now, own, text};
use super::staff::{Cells, application, csv, judge, judgements};
use crate::test_office::{Root, TestOffice};

fn day(before: i32) -> String {
    Date::of(now()).add_days(-before).unwrap().to_string()
}

/// A certificate whose validity began so many days ago.
pub(in crate::casework) fn paper(number: usize, days: i32) -> Cells {
    let mut cells = application(number);
    cells.retain(|(name, _)| !matches!(*name, "evaluators" | "agreementSignedOn"));
    cells.extend([
        ("agreementSignedOn", day(days + 90)),
        ("number", format!("CQC25ZNZ{number:06}R0")),
        ("level", "3".to_owned()),
        ("decidedOn", day(days + 2)),
        ("assessedOn", day(days + 20)),
        ("validFrom", day(days)),
        ("signatory", "示范老签发人".to_owned()),
        ("reportNumber", format!("YS-老-{number}")),
        ("report", "报告.pdf".to_owned()),
    ]);
    cells
}

fn with(number: usize, days: i32, key: &'static str, value: &str) -> Cells {
    let mut cells = paper(number, days);
    cells.retain(|(name, _)| *name != key);
    cells.push((key, value.to_owned()));
    cells
}

pub(in crate::casework) fn sheet(cells: &[Cells]) -> Vec<u8> {
    let head = PAPER.iter().map(|column| column.key.to_owned()).collect();
    let row = |cells: &Cells| {
        let cell = |key: &str| {
            cells
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, text)| text.clone())
        };
        PAPER
            .iter()
            .map(|column| cell(column.key).unwrap_or_default())
            .collect()
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(cells.iter().map(row)).collect();
    csv(&rows)
}

async fn bring_in(test: &TestOffice, office: &mut Office, cells: &[Cells]) -> Imported {
    std::fs::write(test.folder.join("报告.pdf"), b"%PDF-1.7 a paper").unwrap();
    let sheet = sheet(cells);
    let request = ImportRequest {
        rows: Rows::Papers(SheetFiles::Folder(&test.folder)),
        sheet: &sheet,
        name: text("示范旧证"),
        by: own("受理", Role::Clerk),
        dry_run: false,
    };
    import(office, &request, &mut |_, _| {}).await.unwrap()
}

/// Review, decision and signing opinion on a batch.
async fn signed_for(office: &mut Office, batch: u32) {
    for (stage, person, role, verdict) in judgements() {
        if role != Role::Approver {
            judge(office, batch, &own(person, role), stage, verdict)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn certificates_on_paper_are_brought_in_under_a_real_root_with_their_numbers_and_dates() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let imported = bring_in(&test, &mut office, &[paper(1, 100), paper(2, 200)]).await;
    assert_eq!((imported.cases, imported.faults), (2, Vec::new()));
    let batch = imported.batch.unwrap();
    let case = office.store.case(1).await.unwrap().unwrap();
    assert_eq!((case.level(), case.evaluation()), (Some(3), None));
    signed_for(&mut office, batch).await;
    let issued = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert!(issued.refused.is_empty(), "{:#?}", issued.refused);
    assert!(issued.delivered.is_whole(), "{:?}", issued.delivered);
    let case = office.store.case(1).await.unwrap().unwrap();
    let Status::Issued { number, version } = case.status() else {
        panic!("{:?}", case.status())
    };
    let stored = office
        .store
        .find_credential(number, Some(*version))
        .await
        .unwrap()
        .unwrap();
    let credential = stored.credential().unwrap();
    assert_eq!(credential.number.as_str(), "CQC25ZNZ000001R0");
    assert_eq!(credential.valid_from.to_string(), day(100));
    assert_eq!(credential.transcribed.map(|it| it.to_string()), Some(day(102)));
    assert_eq!(
        (credential.grade.level.get(), credential.signatory.as_str()),
        (3, "示范老签发人")
    );
    let document = String::from_utf8(stored.signed.unwrap()).unwrap();
    let report = crate::good_road::report(&test, document, stored.receipt);
    let codes: Vec<ReasonCode> = report
        .authorised
        .reasons
        .iter()
        .map(|reason| reason.code)
        .collect();
    assert!(codes.contains(&ReasonCode::Transcribed), "{codes:?}");
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
    let mut found = Vec::new();
    let summary = recheck::<RecheckError>(&mut office, |it| {
        if !it.findings.is_empty() {
            found.push(format!("{it:?}"));
        }
        Ok(())
    });
    summary.await.unwrap();
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_paper_says_is_held_to_the_rules_row_by_row() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let cells = [
        paper(1, 100),
        with(2, 100, "number", "ABC25X1"),
        with(3, 100, "decidedOn", &day(99)),
        with(4, 100, "validUntil", "2099-01-01"),
        with(5, 100, "level", "9"),
        with(6, 100, "report", "../报告.pdf"),
        with(7, 100, "report", "没有.pdf"),
        with(8, 100, "history", "=cmd|' /C calc'!A0"),
        with(9, 100, "signatory", "示范\u{202E}人"),
        with(10, 100, "number", "CQC25ZNZ000001R0"),
        with(11, 100, "reportNumber", "YS\0"),
    ];
    let imported = bring_in(&test, &mut office, &cells).await;
    let places: Vec<(usize, &str)> = imported
        .faults
        .iter()
        .map(|it| (it.row, it.column.as_str()))
        .collect();
    assert_eq!(imported.cases, 1, "{:#?}", imported.faults);
    for place in [
        (3, "证书编号"),
        (4, "发证日期"),
        (5, "有效期至"),
        (6, "能力等级"),
        (7, "报告文件"),
        (8, "报告文件"),
        (9, "历史"),
        (10, "签发"),
        (11, "证书编号"),
        (12, "报告编号"),
    ] {
        assert!(places.contains(&place), "{place:?} in {:#?}", imported.faults);
    }
}

#[tokio::test]
async fn what_was_issued_on_paper_is_brought_in_as_it_is() {
    let test = TestOffice::new().await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let batch = bring_in(&test, &mut office, &[paper(1, 100)])
        .await
        .batch
        .unwrap();
    let clerk = own("受理", Role::Clerk);
    let assigned = CaseContent::Assigned(Assigned {
        evaluator: text("评价甲"),
    });
    let returned = CaseContent::Returned(Returned {
        reason: "重新评价".parse().unwrap(),
        to: text("evaluation"),
    });
    for (by, content) in [(clerk, assigned), (own("复核", Role::Reviewer), returned)] {
        let refused = act(&mut office, 1, &by, content).await;
        assert!(
            matches!(&refused, Err(CaseworkError::Unlawful(error)) if matches!(**error, Unlawful::OnPaper { .. })),
            "{refused:?}"
        );
    }
    // Not before three people signed for it, none of them its author.
    let early = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert_eq!((early.prepared.len(), early.refused.len()), (0, 1));
    let own_work = judge(
        &mut office,
        batch,
        &own("受理", Role::Reviewer),
        "review",
        judgements()[0].3.clone(),
    )
    .await;
    assert!(own_work.is_err());
    signed_for(&mut office, batch).await;
    let known = desk::known(&mut office.store, batch).await.unwrap();
    let people: std::collections::BTreeSet<&str> = known
        .approvals()
        .iter()
        .map(|given| given.by.person.as_str())
        .collect();
    assert_eq!(people.len(), 3);
    // A number that a certificate has is not brought in again.
    issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    let again = bring_in(&test, &mut office, &[with(5, 300, "number", "CQC25ZNZ000001R0")]).await;
    assert_eq!((again.batch, again.faults.len()), (None, 1));
    assert!(
        again.faults[0].reason.contains("on file already"),
        "{:?}",
        again.faults
    );
}

#[tokio::test]
async fn what_happened_since_is_put_on_record_once_and_in_order() {
    let test = TestOffice::under(Root::Real).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let passed = format!("{} scheduledSurveillance {}", day(420), day(420 - 360));
    let since = format!(
        "{passed}; {} nonconformity {}; {} correctionVerified; {} scheduledSurveillance {}",
        day(200),
        day(60),
        day(150),
        day(70),
        day(-290)
    );
    let cells = [
        paper(1, 100),
        with(2, 780, "history", &since),
        with(3, 500, "history", &passed),
    ];
    let imported = bring_in(&test, &mut office, &cells).await;
    assert_eq!((imported.cases, imported.faults), (3, Vec::new()));
    let batch = imported.batch.unwrap();
    signed_for(&mut office, batch).await;
    let issued = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert!(issued.refused.is_empty(), "{:#?}", issued.refused);
    assert_eq!(
        (issued.past, issued.delivered.is_whole()),
        (5, true),
        "{:?}",
        issued.delivered
    );
    let again = issue_batch(&mut office, &keys, batch, &mut |_, _, _| {})
        .await
        .unwrap();
    assert_eq!((again.known, again.past, again.refused.len()), (3, 0, 0));
    let number = touchstone_schemas::credential::CredentialNumber::parse("CQC25ZNZ000002R0").unwrap();
    let stored = office
        .store
        .find_credential(&number, None)
        .await
        .unwrap()
        .unwrap();
    let events = office.store.events(stored.id).await.unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.event.kind().name()).collect();
    assert_eq!(
        kinds,
        [
            "surveillancePassed",
            "suspended",
            "reinstated",
            "surveillancePassed"
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event.receipt.is_some() && event.event.backdating.is_some())
    );
    let document = String::from_utf8(stored.signed.unwrap()).unwrap();
    let report = crate::good_road::report(&test, document, stored.receipt);
    assert_eq!(
        report.headline,
        touchstone_verifier::report::Headline::InForce,
        "{report:#?}"
    );
    let (faults, _) = check_journals(&mut office).await.unwrap();
    assert_eq!(faults, Vec::new());
}
