//! Who may act in which role, when, and for whom; and who may say so.

use touchstone_issuer::casework::{
    Act, Actor, Charge, KeyGiven, MandateEnded, MandateGiven, NotEntitled, Personnel, PersonnelContent,
    PersonnelUnlawful, Role, RoleEnded, RoleGiven,
    desk::{self, CaseworkError},
    entitlement,
};
use touchstone_schemas::date_time::Timestamp;

use super::staff::{added, deputy, hire, mandate, multikey, now, own, role, text};
use crate::test_office::TestOffice;

/// A list of people in memory, an act a day from 2026-01-01 on.
struct List {
    personnel: Personnel,
    at: Timestamp,
}

impl List {
    fn new() -> Self {
        Self {
            personnel: Personnel::default(),
            at: "2026-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    fn keep(&mut self, by: Option<&Actor>, content: PersonnelContent) -> Result<u32, PersonnelUnlawful> {
        let act = Act {
            journal: 0,
            sequence: self.personnel.acts() + 1,
            at: self.at,
            by: by.cloned(),
            content,
            previous: self.personnel.head(),
        };
        self.personnel.apply(&act)?;
        self.at = self.at.checked_add(86_400).unwrap();
        Ok(act.sequence)
    }
}

fn dated(person: &str, held: Role, office: Option<&str>, schemes: &[&str]) -> PersonnelContent {
    PersonnelContent::RoleGiven(RoleGiven {
        person: text(person),
        role: held,
        office: office.map(text),
        schemes: schemes.iter().map(|scheme| text(scheme)).collect(),
        from: "2026-03-01".parse().unwrap(),
        until: Some("2026-03-31".parse().unwrap()),
    })
}

fn given(delegator: &str, person: &str, schemes: &[&str]) -> PersonnelContent {
    PersonnelContent::MandateGiven(MandateGiven {
        delegator: text(delegator),
        deputy: text(person),
        role: Role::Approver,
        office: Some(text("处长")),
        schemes: schemes.iter().map(|scheme| text(scheme)).collect(),
        from: "2026-03-10".parse().unwrap(),
        until: "2026-04-10".parse().unwrap(),
    })
}

#[test]
fn roles_and_mandates_count_within_their_days_offices_and_schemes() {
    let mut list = List::new();
    for person in ["甲", "乙", "丙"] {
        list.keep(None, added(person)).unwrap();
    }
    list.keep(None, dated("甲", Role::Approver, Some("处长"), &["cmmm-2020"]))
        .unwrap();
    let mandate = list.keep(None, given("甲", "乙", &[])).unwrap();
    // A mandate of somebody who has only a mandate themself.
    let chain = list.keep(None, given("乙", "丙", &[])).unwrap();
    let other = list.keep(None, given("甲", "乙", &["dcmm-2018"])).unwrap();
    let own = own("甲", Role::Approver);
    let for_first = deputy("乙", Role::Approver, "甲", mandate);
    let may = |actor: &Actor, office: &str, scheme: &str, at: &str| {
        let (office, scheme) = (text(office), text(scheme));
        let charge = Charge {
            role: Role::Approver,
            office: Some(&office),
            scheme: Some(&scheme),
        };
        entitlement(&list.personnel, actor, charge, at.parse().unwrap()).is_ok()
    };
    // Whole days of +08:00: the first second of 2026-03-01 is 16:00 UTC of the day before.
    for (at, expected) in [
        ("2026-02-28T15:59:59Z", false),
        ("2026-02-28T16:00:00Z", true),
        ("2026-03-31T15:59:59Z", true),
        ("2026-03-31T16:00:00Z", false),
    ] {
        assert_eq!(may(&own, "处长", "cmmm-2020", at), expected, "{at}");
    }
    // The deputy within both: their mandate, and the role of whom they act for.
    for (at, expected) in [
        ("2026-03-09T15:59:59Z", false),
        ("2026-03-09T16:00:00Z", true),
        ("2026-03-31T15:59:59Z", true),
        ("2026-03-31T16:00:00Z", false),
    ] {
        assert_eq!(may(&for_first, "处长", "cmmm-2020", at), expected, "deputy {at}");
    }
    let day = "2026-03-15T00:00:00Z";
    for (name, actor, office, scheme) in [
        ("another office", own.clone(), "主任", "cmmm-2020"),
        ("another scheme", own.clone(), "处长", "dcmm-2018"),
        (
            "no role",
            super::staff::own("丙", Role::Approver),
            "处长",
            "cmmm-2020",
        ),
        (
            "another role",
            super::staff::own("甲", Role::Decider),
            "处长",
            "cmmm-2020",
        ),
        (
            "a stranger",
            super::staff::own("丁", Role::Approver),
            "处长",
            "cmmm-2020",
        ),
        (
            "a deputy's deputy",
            deputy("丙", Role::Approver, "乙", chain),
            "处长",
            "cmmm-2020",
        ),
        (
            "somebody else's mandate",
            deputy("丙", Role::Approver, "甲", mandate),
            "处长",
            "cmmm-2020",
        ),
        (
            "a mandate of another number",
            deputy("乙", Role::Approver, "甲", 99),
            "处长",
            "cmmm-2020",
        ),
        (
            "a mandate for another scheme",
            deputy("乙", Role::Approver, "甲", other),
            "处长",
            "cmmm-2020",
        ),
    ] {
        assert!(!may(&actor, office, scheme, day), "{name}");
    }
    let ended = PersonnelContent::MandateEnded(MandateEnded {
        number: mandate,
        until: "2026-03-12".parse().unwrap(),
        reason: text("收回"),
    });
    list.keep(Some(&Actor::own(text("甲"), Role::Approver)), ended)
        .unwrap();
    let may = |at: &str| {
        let office = text("处长");
        let charge = Charge {
            role: Role::Approver,
            office: Some(&office),
            scheme: None,
        };
        entitlement(&list.personnel, &for_first, charge, at.parse().unwrap())
    };
    assert!(may("2026-03-12T00:00:00Z").is_ok());
    assert!(matches!(
        may("2026-03-13T00:00:00Z"),
        Err(NotEntitled::Mandate { .. })
    ));
}

#[test]
fn the_list_is_kept_by_administrators_and_nobody_helps_themself() {
    let mut list = List::new();
    for person in ["管", "甲", "乙"] {
        list.keep(None, added(person)).unwrap();
    }
    list.keep(None, role("管", Role::Administrator, None)).unwrap();
    let administrator = Actor::administrator(text("管"));
    let clerk = own("甲", Role::Clerk);
    let ended = |number| {
        PersonnelContent::RoleEnded(RoleEnded {
            number,
            until: "2026-01-01".parse().unwrap(),
            reason: text("离职"),
        })
    };
    let stolen = PersonnelContent::KeyGiven(KeyGiven {
        person: text("乙"),
        key: multikey("甲"),
    });
    let own_key = PersonnelContent::KeyGiven(KeyGiven {
        person: text("管"),
        key: multikey("另"),
    });
    type Wanted = fn(&PersonnelUnlawful) -> bool;
    let refused: Vec<(&str, Option<&Actor>, PersonnelContent, Wanted)> = vec![
        ("the program", None, role("甲", Role::Clerk, None), |it| {
            *it == PersonnelUnlawful::NoAuthor
        }),
        ("a clerk", Some(&clerk), role("乙", Role::Clerk, None), |it| {
            matches!(it, PersonnelUnlawful::NotAdministrator { .. })
        }),
        (
            "a role for themself",
            Some(&administrator),
            role("管", Role::Decider, None),
            |it| matches!(it, PersonnelUnlawful::ToThemself { .. }),
        ),
        ("a key for themself", Some(&administrator), own_key, |it| {
            matches!(it, PersonnelUnlawful::ToThemself { .. })
        }),
        ("one key, two people", Some(&administrator), stolen, |it| {
            matches!(it, PersonnelUnlawful::KeyTaken { .. })
        }),
        ("somebody twice", Some(&administrator), added("甲"), |it| {
            matches!(it, PersonnelUnlawful::KnownPerson { .. })
        }),
        (
            "an approver without office",
            Some(&administrator),
            role("甲", Role::Approver, None),
            |it| matches!(it, PersonnelUnlawful::Office { .. }),
        ),
        (
            "a clerk with one",
            Some(&administrator),
            role("甲", Role::Clerk, Some("处长")),
            |it| matches!(it, PersonnelUnlawful::Office { .. }),
        ),
        (
            "an evaluator's deputy",
            Some(&administrator),
            mandate("甲", "乙", Role::Evaluator, None),
            |it| matches!(it, PersonnelUnlawful::NotDeputised { .. }),
        ),
        (
            "a mandate to themself",
            Some(&clerk),
            mandate("甲", "甲", Role::Clerk, None),
            |it| matches!(it, PersonnelUnlawful::ToThemself { .. }),
        ),
        (
            "somebody else's mandate",
            Some(&clerk),
            mandate("乙", "甲", Role::Clerk, None),
            |it| matches!(it, PersonnelUnlawful::NotAdministrator { .. }),
        ),
        ("no such role", Some(&administrator), ended(99), |it| {
            matches!(it, PersonnelUnlawful::UnknownNumber { .. })
        }),
        (
            "a stranger",
            Some(&administrator),
            role("丁", Role::Clerk, None),
            |it| matches!(it, PersonnelUnlawful::UnknownPerson { .. }),
        ),
    ];
    let before = list.personnel.clone();
    for (name, by, content, wanted) in refused {
        let error = list.keep(by, content).unwrap_err();
        assert!(wanted(&error), "{name}: {error:?}");
        assert_eq!(list.personnel, before, "{name}");
    }
    // Their own mandate anybody gives.
    list.keep(Some(&clerk), mandate("甲", "乙", Role::Clerk, None))
        .unwrap();
    list.at = "2026-01-01T00:00:00Z".parse().unwrap();
    let late = list.keep(Some(&administrator), role("甲", Role::Clerk, None));
    assert!(matches!(late, Err(PersonnelUnlawful::ClockBehind { .. })));
}

#[tokio::test]
async fn the_list_is_read_back_as_it_was_kept() {
    let test = TestOffice::new().await;
    let (mut office, _) = test.open().await;
    hire(&mut office.store).await;
    let kept = office.store.personnel().await.unwrap();
    assert_eq!((kept.people().len(), kept.roles().len()), (9, 9));
    drop(office);
    let (mut office, _) = test.open().await;
    assert_eq!(office.store.personnel().await.unwrap(), kept);
    // An administrator whose role ended keeps nothing.
    let administrator = Actor::administrator(text("管理"));
    let number = kept
        .roles()
        .iter()
        .find(|it| it.given.role == Role::Administrator)
        .unwrap()
        .number;
    let second = [added("管理二"), role("管理二", Role::Administrator, None)];
    for content in second {
        desk::keep_people(&mut office.store, Some(&administrator), content, now())
            .await
            .unwrap();
    }
    let ended = PersonnelContent::RoleEnded(RoleEnded {
        number,
        until: "2026-01-01".parse().unwrap(),
        reason: text("离职"),
    });
    let successor = Actor::administrator(text("管理二"));
    desk::keep_people(&mut office.store, Some(&successor), ended, now())
        .await
        .unwrap();
    let refused = desk::keep_people(&mut office.store, Some(&administrator), added("新"), now()).await;
    assert!(
        matches!(refused, Err(CaseworkError::NotEntitled(_))),
        "{refused:?}"
    );
}
