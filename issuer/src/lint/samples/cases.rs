//! Samples of the rules about case files.

use touchstone_schemas::{credential::Version, uscc::Uscc};

use super::{
    Sample,
    world::{date, instant, number, text},
};
use crate::{
    application::{ApplicationSite, ChangedVersion, Outcome},
    prepare::{Predecessor, Recertified},
};

pub(super) const SAMPLES: &[Sample] = &[
    Sample::new(
        "eligibility",
        |_| {},
        &[|world| world.application.applicant.in_normal_operation = Some(false)],
    ),
    Sample::new(
        "schemeEdition",
        |world| world.body.schemes[0].since = date("2026-06-15"),
        &[
            |world| world.application.scheme = Some(text("cmmm-1999")),
            |world| world.body.schemes[0].since = date("2026-06-16"),
        ],
    ),
    Sample::new(
        "gradeFollowsFromScores",
        |_| {},
        &[|world| world.application.evaluation.level = Some(4)],
    ),
    Sample::new(
        "sites",
        |world| {
            let mut other = world.application.sites[0].clone();
            other.name = Some(text("示范精密机械二厂"));
            world.application.sites.push(other);
        },
        &[
            |world| {
                let twin = world.application.sites[0].clone();
                world.application.sites.push(twin);
            },
            |world| {
                let many = (0..65).map(|nth| ApplicationSite {
                    name: Some(text(&format!("示范{nth}厂"))),
                    ..ApplicationSite::default()
                });
                world.application.sites = many.collect();
            },
        ],
    ),
    Sample::new(
        "validityAndSurveillance",
        |world| {
            world.application.certificate.valid_until = Some(date("2027-06-14"));
            world.application.certificate.first_surveillance_due = Some(date("2026-12-01"));
        },
        &[
            |world| world.application.certificate.valid_until = Some(date("2046-06-14")),
            |world| world.application.certificate.valid_until = Some(date("2026-06-14")),
            |world| world.application.certificate.first_surveillance_due = Some(date("2026-06-15")),
            |world| world.application.certificate.first_surveillance_due = Some(date("2036-06-15")),
        ],
    ),
    Sample::new(
        "numberTemplate",
        |world| {
            world.application.certificate.transcribed = Some(date("2026-06-13"));
            world.application.certificate.number = Some(world.credential.number.clone());
        },
        &[
            |world| world.application.certificate.recertifies = Some(number("XYZ26ABC000001R0")),
            |world| world.application.certificate.number = Some(world.credential.number.clone()),
        ],
    ),
    Sample::new(
        "recertifies",
        |world| {
            world.application.certificate.recertifies = Some(world.credential.number.clone());
            recertified(world, world.application.applicant.uscc);
        },
        &[
            |world| world.application.certificate.recertifies = Some(world.credential.number.clone()),
            |world| {
                world.application.certificate.recertifies = Some(world.credential.number.clone());
                recertified(world, Some(other_holder()));
            },
            |world| {
                world.application.certificate.recertifies = Some(world.credential.number.clone());
                recertified(world, world.application.applicant.uscc);
                if let Some(old) = &mut world.register.recertified {
                    old.suspended_since = Some(date("2026-06-15"));
                }
            },
        ],
    ),
    Sample::new(
        "appliesAfterWithdrawal",
        |world| {
            let long_ago = instant("2020-01-01T00:00:00Z");
            world
                .register
                .withdrawn
                .push((world.credential.number.clone(), long_ago));
        },
        &[|world| {
            let just_now = instant("2026-05-25T00:00:00Z");
            world
                .register
                .withdrawn
                .push((world.credential.number.clone(), just_now));
        }],
    ),
    Sample::new(
        "positiveDecision",
        |world| {
            world.application.review.recommendation = Some(Outcome::Negative);
            world.application.decision.reason = Some(text("示范理由"));
        },
        &[
            |world| world.application.decision.outcome = Some(Outcome::Negative),
            |world| world.application.review.recommendation = Some(Outcome::Negative),
        ],
    ),
    Sample::new(
        "agreementSigned",
        |world| world.application.agreement_signed_on = Some(date("2026-06-15")),
        &[|world| world.application.agreement_signed_on = Some(date("2026-06-16"))],
    ),
    Sample::new(
        "effectiveBeforeDecision",
        |world| world.application.certificate.valid_from = Some(date("2026-06-13")),
        &[
            |world| world.application.certificate.valid_from = Some(date("2026-06-12")),
            |world| world.application.certificate.transcribed = Some(date("2026-06-14")),
            |world| {
                world.application.certificate.transcribed = Some(date("2026-06-12"));
                world.application.certificate.valid_from = Some(date("2026-06-11"));
            },
        ],
    ),
    Sample::new(
        "orderOfSteps",
        |world| world.application.review.on = Some(date("2026-06-07")),
        &[
            |world| world.application.review.on = Some(date("2026-06-08")),
            |world| world.application.decision.on = Some(date("2026-06-16")),
        ],
    ),
    Sample::new(
        "separationOfDuties",
        |world| world.application.drafted_by = Some(text("YS-021")),
        &[
            |world| world.application.review.by = Some(text("YS-021")),
            |world| world.application.decision.by = Some(text("YS-011")),
            |world| world.application.evaluation.evaluators.push(text("YS-021")),
        ],
    ),
    Sample::new(
        "officeHeld",
        |_| {},
        &[
            |world| world.application.review.by = Some(text("YS-999")),
            |world| world.application.decision.office = Some(text("处长")),
        ],
    ),
    Sample::new(
        "signatoryEntitled",
        |world| world.body.signatories[0].until = Some(date("2026-06-15")),
        &[
            |world| world.application.certificate.signatory = Some(text("示范路人")),
            |world| world.body.signatories[0].until = Some(date("2026-06-14")),
        ],
    ),
    Sample::new(
        "accreditationClaim",
        |world| world.application.scope = Some(text("工业机器人的生产")),
        &[
            |world| world.application.scope = Some(text("经工信部认可的主轴的生产")),
            |world| {
                let claim = touchstone_schemas::credential::Authorisation {
                    name: text("示范认可"),
                    authority: text("https://authority.example"),
                    authority_name: text("示范认可机构"),
                    evidence: text("https://authority.example/1"),
                    evidence_name: text("示范认可证书"),
                };
                world.body.authorisations.push(claim);
            },
        ],
    ),
    Sample::new(
        "plainText",
        |world| world.application.scope = Some(text("α-烯烃与 Café 用具的生产")),
        &[
            |world| world.application.applicant.name_en = Some(text("Hangzhou P\u{430}per")),
            |world| world.application.applicant.name = Some(text("ＡＢＣ公司")),
        ],
    ),
    Sample::new(
        "issueDate",
        |world| world.now = instant("2026-06-16T15:59:59Z"),
        &[
            |world| world.now = instant("2026-06-18T08:00:00Z"),
            |world| world.now = instant("2026-06-12T08:00:00Z"),
        ],
    ),
    Sample::new(
        "keyWindow",
        |world| world.signs_until = instant("2026-06-15T08:00:01Z"),
        &[
            |world| world.signs_until = world.now,
            |world| world.facts.validity.not_after = instant("2027-01-01T00:00:00Z").unix(),
        ],
    ),
    Sample::new(
        "laterVersion",
        |world| {
            let mut older = older(world);
            older.credential.holder.name = text("示范旧名称有限公司");
            world.predecessor = Some(older);
            world.application.certificate.changes = Some(changed(world, 1));
        },
        &[
            |world| {
                let mut older = older(world);
                older.credential.valid_from = date("2026-06-16");
                world.predecessor = Some(older);
            },
            |world| {
                let mut older = older(world);
                older.credential.holder.uscc = other_holder();
                world.predecessor = Some(older);
            },
            |world| {
                let mut older = older(world);
                older.credential.scheme.edition = text("cmmm-1999");
                world.predecessor = Some(older);
            },
            |world| world.application.certificate.changes = Some(changed(world, 1)),
            |world| {
                let mut older = older(world);
                older.credential.scope = text("示范的另一范围");
                world.predecessor = Some(older);
                world.application.certificate.changes = Some(changed(world, 2));
            },
            |world| {
                world.predecessor = Some(older(world));
                world.application.certificate.changes = Some(changed(world, 1));
            },
            |world| {
                let mut older = older(world);
                older.credential.scope = text("示范的另一范围");
                older.suspended_since = Some(date("2026-06-15"));
                world.predecessor = Some(older);
                world.application.certificate.changes = Some(changed(world, 1));
            },
        ],
    ),
];

fn older(world: &super::World) -> Predecessor {
    Predecessor {
        credential: world.credential.clone(),
        next_due: world.credential.surveillance.first_due,
        suspended_since: None,
    }
}

/// A change of that version of the certificate.
fn changed(world: &super::World, version: u32) -> ChangedVersion {
    ChangedVersion {
        number: world.credential.number.clone(),
        version: Version::try_from(version).unwrap(),
    }
}

/// What is recertified is on file, held by them.
fn recertified(world: &mut super::World, holder: Option<Uscc>) {
    world.register.recertified = holder.map(|holder| Recertified {
        holder,
        suspended_since: None,
    });
}

/// Another organisation of the demonstration.
fn other_holder() -> Uscc {
    let text = include_str!("../../../../demo/applications/02-workshop.json");
    let application: serde_json::Value = serde_json::from_str(text).unwrap();
    Uscc::parse(application["applicant"]["uscc"].as_str().unwrap()).unwrap()
}
