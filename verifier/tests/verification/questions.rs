//! Good documents: what each question answers.

use touchstone_schemas::status::StatusMessage;
use touchstone_verifier::{
    report::{Answer, Headline, StateName},
    verify,
};

use crate::{
    codes,
    fixture::{World, time},
};

#[test]
fn a_good_certificate_is_in_force() {
    let mut world = World::new();
    let index = world.log_credential("2026-03-02T01:00:05Z");
    let mut request = world.request();
    let report = verify(&request);
    assert_eq!(report.headline, Headline::InForce, "{report:?}");
    assert_eq!(report.state, Some(StateName::Valid));
    assert_eq!(codes(&report.genuine), ["signatureValid"]);
    assert_eq!(codes(&report.authorised), ["logNotChecked", "issuerAuthorised"]);
    assert_eq!(codes(&report.in_force), ["statusGood"]);
    assert!(!report.test && report.covers_need.is_none());
    let view = report.credential.unwrap();
    assert_eq!(
        (view.number.as_str(), view.grade.stars.as_str()),
        ("CQC26ZNZ000123R0", "★★★☆☆")
    );

    request.facts.receipt = Some(world.log.receipt(index, world.log.size()));
    let report = verify(&request);
    assert_eq!(codes(&report.authorised), ["logged", "issuerAuthorised"]);
    assert_eq!(report.evidence.unwrap().log_index, Some(0));
}

#[test]
fn each_message_of_the_list_has_its_state() {
    let world = World::new();
    let table = [
        (
            StatusMessage::InForce,
            Headline::InForce,
            Answer::Yes,
            Some(StateName::Valid),
        ),
        (
            StatusMessage::OverdueInGrace,
            Headline::InForce,
            Answer::Yes,
            Some(StateName::OverdueInGrace),
        ),
        (
            StatusMessage::Overdue,
            Headline::CouldNotTell,
            Answer::CouldNotTell,
            Some(StateName::SurveillanceOverdue),
        ),
        (
            StatusMessage::Suspended,
            Headline::NotInForce,
            Answer::No,
            Some(StateName::Suspended),
        ),
        (
            StatusMessage::Cancelled,
            Headline::NotInForce,
            Answer::No,
            Some(StateName::Cancelled),
        ),
        (
            StatusMessage::Superseded,
            Headline::NotInForce,
            Answer::No,
            Some(StateName::Superseded),
        ),
        (
            StatusMessage::Withdrawn,
            Headline::NotInForce,
            Answer::No,
            Some(StateName::Withdrawn),
        ),
        (
            StatusMessage::Reserved,
            Headline::CouldNotTell,
            Answer::CouldNotTell,
            None,
        ),
    ];
    for (message, headline, answer, state) in table {
        let mut request = world.request();
        request.facts.status_lists = world.lists(message);
        let report = verify(&request);
        assert_eq!(
            (report.headline, report.in_force.answer, report.state),
            (headline, answer, state),
            "{message:?}"
        );
    }
}

#[test]
fn before_it_was_signed_the_body_was_authorised_all_the_same() {
    let world = World::new();
    let mut request = world.request();
    request.at = Some(time("2010-01-01T00:00:00Z"));
    let report = verify(&request);
    assert_eq!(report.state, Some(StateName::NotYetValid), "{report:?}");
    assert_eq!(report.authorised.answer, Answer::Yes, "{report:?}");
    assert_eq!(report.headline, Headline::NotInForce);
}
