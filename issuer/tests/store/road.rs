//! Every part of the office at work on an engine: what each stores is read back by whoever needs it.

use touchstone_issuer::{
    after_issue::{
        Measure, MeasureContent, MeasureDecision, MeasureKind, MeasureOutcome, MeasureRequest, MeasureStatus,
        ProposalTerms, Proposed, Signed, Statement, carry_out, desk as measures, refresh_obligations,
    },
    casework::{Actor, Approval, Content, Role, check_journals, desk as people, issue_case},
    complaint::{
        Acknowledged, Complaint, ComplaintContent, ComplaintDecision, ComplaintKind, ComplaintOutcome,
        ComplaintRequest, ComplaintStatus, Concern, Decided, Told, check_complaints, desk as complaints,
    },
    download::{OfferedFile, offer_downloads},
    notices::queue_due_notices,
    office::{Office, OfficeKeys},
    recheck::recheck,
    snapshot::snapshot,
    store::{AlarmKind, Contact, Lifting},
    token::{Scope, TokenRequest, create_token, revoke_token},
};
use touchstone_schemas::{credential::CredentialNumber, date_time::Date, lifecycle::EventReason};

use crate::{
    engines::Engines,
    staff::{added, evaluated, hire, judged_up_to, key, now, own, report, role, text},
    test_office::TestOffice,
};

pub(crate) async fn every_part_of_the_office_works(engines: &Engines) {
    let test = TestOffice::kept_at(engines.place()).await;
    let (mut office, keys) = test.open().await;
    hire(&mut office.store).await;
    let administrator = Actor::administrator(text("管理"));
    for content in [added("监督"), role("监督", Role::SurveillanceOfficer, None)] {
        people::keep_people(&mut office.store, Some(&administrator), content, now())
            .await
            .unwrap();
    }
    let number = a_case_becomes_a_certificate(&mut office, &keys).await;
    a_measure_becomes_an_event(&mut office, &keys, &number).await;
    an_appeal_is_answered(&mut office).await;
    what_is_due_is_listed_and_told(&mut office, &number).await;
    clients_and_programs_get_in(&mut office, &number).await;
    the_log_is_watched(&test, &mut office, &keys).await;
    everything_reads_as_it_was_written(&mut office).await;
}

async fn a_case_becomes_a_certificate(office: &mut Office, keys: &OfficeKeys) -> CredentialNumber {
    let case = evaluated(office, "01-in-force", 3).await;
    let store = &mut office.store;
    let assigned = store.cases(Some("review"), None, 10).await.unwrap();
    assert_eq!(assigned.len(), 1);
    assert_eq!(store.cases(Some("division"), None, 10).await.unwrap(), []);
    judged_up_to(office, case, "signing").await;
    let store = &mut office.store;
    let queue = store.signing_queue(None, 10).await.unwrap();
    assert_eq!(queue.iter().map(|it| it.number).collect::<Vec<_>>(), [case]);
    // Files: their bytes as they are, and every reading on record.
    let digests = store.attachment_digests(case).await.unwrap();
    let (attached, stored) = digests.first_key_value().unwrap();
    assert_eq!(attached, stored);
    let reader = text("复核");
    let read = store
        .read_attachment(case, *attached, &reader, now())
        .await
        .unwrap();
    assert_eq!(read, Some(report().bytes));
    let accesses = store.attachment_accesses(case).await.unwrap();
    assert_eq!(accesses[0].person, reader);
    let acts = store.case_acts(case).await.unwrap();
    assert!(acts.iter().zip(1..).all(|(act, place)| act.sequence == place));
    assert_eq!(acts[0].content.kind(), "applied");

    let (issued, delivered) = issue_case(office, keys, case).await.unwrap();
    assert!(delivered.is_whole());
    let store = &mut office.store;
    let found = store
        .find_credential(&issued.number, None)
        .await
        .unwrap()
        .unwrap();
    assert!(found.signed.is_some() && found.receipt.is_some(), "{found:?}");
    assert_eq!(store.case_of_credential(found.id).await.unwrap(), Some(case));
    assert_eq!(store.credentials_of_list(1, 0).await.unwrap().len(), 1);
    assert_eq!(store.signed_credentials(0, 10).await.unwrap().len(), 1);
    assert_eq!(store.unsigned_credentials().await.unwrap(), []);
    assert_eq!(store.lists().await.unwrap(), [1]);
    assert!(store.is_published(1).await.unwrap());
    assert!(!store.is_published(2).await.unwrap());
    assert!(store.newest_instant().await.unwrap().is_some());
    assert!(store.next_submission(0).await.unwrap().is_none());
    assert!(!store.refresh_waits().await.unwrap());
    assert_eq!(store.refused_submissions().await.unwrap(), []);
    let application = store.application(found.id).await.unwrap();
    assert!(!application.document.is_empty());
    assert_eq!(store.credential(found.id).await.unwrap(), found);
    let listed = store.credentials().await.unwrap();
    assert_eq!((listed.len(), &listed[0].void), (1, &None));
    let behind = store.logged_credentials_behind(None).await.unwrap();
    assert_eq!(behind.len(), 1);
    let seen = (found.number.clone(), found.version);
    assert_eq!(store.logged_credentials_behind(Some(&seen)).await.unwrap(), []);
    issued.number
}

fn signed(measure: &Measure, by: &Actor, statement: Statement) -> MeasureContent {
    let bundle = measure.bundle(by, &statement);
    MeasureContent::Signed(Signed {
        approval: Approval::sign(&bundle, &key(by.person.as_str())).unwrap(),
        statement,
    })
}

async fn a_measure_becomes_an_event(office: &mut Office, keys: &OfficeKeys, number: &CredentialNumber) {
    let officer = own("监督", Role::SurveillanceOfficer);
    let terms = ProposalTerms {
        kind: MeasureKind::Suspended,
        reason: Some(EventReason::Nonconformity),
        performed_on: None,
        next_due: None,
        planned_end: None,
        confirmed_on: None,
        successor: None,
    };
    let proposal = terms.complete(office, number, None, now()).await.unwrap();
    let request = MeasureRequest {
        number: number.clone(),
        version: None,
        grounds: "示范事由".parse().unwrap(),
        proposal,
    };
    let measure = measures::open(office, &officer, request, now())
        .await
        .unwrap()
        .number();
    measures::attach(&mut office.store, measure, &officer, report(), now())
        .await
        .unwrap();
    let decision = Statement::Decision(MeasureDecision {
        backdating: None,
        effective: None,
        legal_basis: text("CQC96-831151-2020"),
        outcome: MeasureOutcome::Agree,
        reason: Some("示范理由".parse().unwrap()),
        reference: text("决定-1"),
    });
    let proposed = Statement::Proposal(Proposed { note: None });
    for (by, statement) in [(officer, proposed), (own("决定", Role::Decider), decision)] {
        let known = office.store.measure(measure).await.unwrap().unwrap();
        let content = signed(&known, &by, statement);
        measures::perform(&mut office.store, measure, &by, content, now())
            .await
            .unwrap();
    }
    let store = &mut office.store;
    assert_eq!(
        store
            .measures(Some(MeasureStatus::Agreed), None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        store
            .measures(Some(MeasureStatus::Draft), None, 10)
            .await
            .unwrap(),
        []
    );
    let outcome = carry_out(office, keys, &[measure]).await.unwrap();
    assert!(outcome.is_whole(), "{:?}", outcome.left);
    let store = &mut office.store;
    let event = store.event_of_measure(measure).await.unwrap().unwrap();
    assert_eq!(event.measure, Some(measure));
    assert_eq!(store.event(event.id).await.unwrap(), event);
    assert_eq!(
        store.events(event.credential).await.unwrap(),
        std::slice::from_ref(&event)
    );
    assert_eq!(store.signed_events(event.credential).await.unwrap().len(), 1);
    assert_eq!(store.events_of_list(1).await.unwrap().len(), 1);
    assert_eq!(store.unsigned_events().await.unwrap(), []);
    assert_eq!(store.undelivered_events().await.unwrap(), []);
    let of_decision = store.first_event_of_decision(&text("决定-1")).await.unwrap();
    assert_eq!(of_decision, Some(event.clone()));
    let duties = store.duties(event.case_file).await.unwrap();
    assert!(!duties.is_empty());
    let listed = store.measures_of_credential(event.credential).await.unwrap();
    assert_eq!((listed.len(), listed[0].status), (1, MeasureStatus::CarriedOut));
    assert_eq!(store.measure_attachment_digests(measure).await.unwrap().len(), 1);
}

async fn an_appeal_is_answered(office: &mut Office) {
    let (clerk, decider) = (own("受理", Role::Clerk), own("主任", Role::Decider));
    let administrator = Actor::administrator(text("管理"));
    people::keep_people(
        &mut office.store,
        Some(&administrator),
        role("主任", Role::Decider, None),
        now(),
    )
    .await
    .unwrap();
    let store = &mut office.store;
    let request = ComplaintRequest {
        kind: ComplaintKind::Appeal,
        concern: Concern::default(),
        subject: text("对服务的意见"),
        account: "示范企业的意见".parse().unwrap(),
        sender: "示范企业质量部".parse().unwrap(),
        received_on: Date::of(now()),
    };
    let number = complaints::receive(store, &clerk, request, now())
        .await
        .unwrap()
        .number();
    let told = || {
        ComplaintContent::Acknowledged(Acknowledged {
            note: "已收到".parse().unwrap(),
        })
    };
    complaints::perform(store, number, &clerk, told(), now())
        .await
        .unwrap();
    let complaint: Complaint = store.complaint(number).await.unwrap().unwrap();
    let decision = ComplaintDecision {
        outcome: ComplaintOutcome::Rejected,
        reason: "维持".parse().unwrap(),
        reference: text("申诉决定-1"),
    };
    let bundle = complaint.bundle(&decider, &decision);
    let decided = ComplaintContent::Decided(Decided {
        approval: Approval::sign(&bundle, &key("主任")).unwrap(),
        decision,
    });
    complaints::perform(store, number, &decider, decided, now())
        .await
        .unwrap();
    let closed = ComplaintContent::Closed(Told {
        note: "已告知".parse().unwrap(),
    });
    complaints::perform(store, number, &clerk, closed, now())
        .await
        .unwrap();
    let listed = store
        .complaints(Some(ComplaintStatus::Closed), None, 10)
        .await
        .unwrap();
    assert_eq!((listed.len(), listed[0].acts), (1, 4));
    assert_eq!(store.complaint_acts(number).await.unwrap().len(), 4);
}

async fn what_is_due_is_listed_and_told(office: &mut Office, number: &CredentialNumber) {
    let papers = &office.papers;
    let store = &mut office.store;
    refresh_obligations(papers, store, now()).await.unwrap();
    // The first day on which something is to be done.
    let mut today = Date::of(now());
    while store.worklist(today, None, None, 1).await.unwrap().is_empty() {
        today = today.add_days(15).unwrap();
        assert!(today < Date::of(now()).add_days(2_000).unwrap());
    }
    let rows = store.worklist(today, None, None, 10).await.unwrap();
    let page = store.worklist(today, None, None, 1).await.unwrap();
    assert_eq!(page, rows[..1]);
    let after = Some(page[0].cursor());
    assert_eq!(store.worklist(today, None, after, 10).await.unwrap(), rows[1..]);
    let kind = rows[0].obligation.kind;
    let of_kind = store.worklist(today, Some(kind), None, 10).await.unwrap();
    assert_eq!((&of_kind[0], &rows[0].number), (&rows[0], number));
    let holder = rows[0].holder.clone();
    for name in ["示范前任", "示范联系人"] {
        let contact = Contact {
            holder: holder.clone(),
            name: name.to_owned(),
            mail: "quality@example.com".to_owned(),
        };
        store.keep_contact(&contact, &text("受理"), now()).await.unwrap();
    }
    assert_eq!(store.contact(&holder).await.unwrap().unwrap().name, "示范联系人");
    assert!(queue_due_notices(papers, store, now()).await.unwrap() >= 2);
    assert_eq!(
        queue_due_notices(papers, store, now()).await.unwrap(),
        0,
        "said once"
    );
    let notices = store.notices(Some("waiting"), 10).await.unwrap();
    assert!(notices.iter().any(|notice| notice.key.starts_with("issued:")));
    assert!(notices.iter().any(|notice| notice.key.starts_with("event:")));
    assert!(!store.revive_notice(notices[0].id, now()).await.unwrap());
}

async fn clients_and_programs_get_in(office: &mut Office, number: &CredentialNumber) {
    let store = &mut office.store;
    let request = TokenRequest {
        person: text("受理"),
        name: text("程序"),
        scopes: vec![Scope::Read, Scope::Judge],
        expires: now().checked_add(3_600).unwrap(),
        by: text("受理"),
    };
    create_token(store, &request, now()).await.unwrap();
    let token = store.tokens().await.unwrap().remove(0);
    assert!(token.counts(now()));
    revoke_token(store, &token.prefix, &text("受理"), now())
        .await
        .unwrap();
    assert!(!store.tokens().await.unwrap()[0].counts(now()));
    assert!(
        revoke_token(store, &token.prefix, &text("受理"), now())
            .await
            .is_err()
    );

    let file = OfferedFile {
        name: text("certificate.pdf"),
        bytes: b"%PDF-1.7".to_vec(),
    };
    let clerk = own("受理", Role::Clerk);
    let made = offer_downloads(store, &clerk, (number, None), &[file], 7, now()).await;
    assert_eq!(made.unwrap().len(), 1);
    let credential = store.find_credential(number, None).await.unwrap().unwrap();
    let links = store.downloads(credential.id).await.unwrap();
    assert_eq!((links.len(), &links[0].used_at), (1, &None));
}

async fn the_log_is_watched(test: &TestOffice, office: &mut Office, keys: &OfficeKeys) {
    snapshot(office, keys).await.unwrap();
    assert_eq!(office.store.next_snapshot_sequence().await.unwrap(), 2);
    assert!(!office.store.newest_receipts().await.unwrap().is_empty());
    let round = test.watch().await.round().await.unwrap();
    assert!(round.own >= 3 && round.raised.is_empty(), "{round:?}");
    let quiet = test.watch().await.round().await.unwrap();
    assert_eq!((quiet.entries, quiet.standing), (0, 0));
    assert_eq!(office.store.receipts_unwatched().await.unwrap(), []);
    assert_eq!(office.store.alarms().await.unwrap(), []);
    let lifting = Lifting {
        at: now(),
        person: text("签发"),
        office: text("签发"),
        reason: text("示范"),
    };
    assert_eq!(office.store.lift_alarms(&lifting).await.unwrap(), 0);
    assert_eq!(AlarmKind::Unknown.name(), "unknown");
}

async fn everything_reads_as_it_was_written(office: &mut Office) {
    let (faults, read) = check_journals(office).await.unwrap();
    assert!(faults.is_empty() && read > 0, "{faults:?}");
    let (faults, read) = check_complaints(office).await.unwrap();
    assert!(faults.is_empty() && read > 0, "{faults:?}");
    let summary = recheck(office, |_| Ok::<_, touchstone_issuer::recheck::RecheckError>(()))
        .await
        .unwrap();
    assert_eq!((summary.credentials, summary.events, summary.findings), (1, 1, 0));
}
