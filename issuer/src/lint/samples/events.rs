//! Samples of the rules about the facts of credentials and events.

use touchstone_schemas::{
    digest::Sha256Digest,
    lifecycle::{Change, EventReason, Successor},
    text::Text,
};

use super::{
    Sample,
    world::{date, instant, number, text},
};

/// A suspension until that day.
fn suspension(until: &str) -> Change {
    Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: date(until),
    }
}

/// A surveillance passed, and the next due.
fn surveillance(on: &str, next: &str) -> Change {
    Change::SurveillancePassed {
        reason: EventReason::ScheduledSurveillance,
        performed_on: date(on),
        next_due: date(next),
    }
}

const REINSTATEMENT: Change = Change::Reinstated {
    reason: EventReason::CorrectionVerified,
};

pub(super) const SAMPLES: &[Sample] = &[
    Sample::new(
        "certificateContents",
        |_| {},
        &[
            |world| world.credential.sites.clear(),
            |world| world.credential.scheme.standards.clear(),
            |world| world.credential.report.digest = Sha256Digest::from_bytes([0; 32]),
            |world| world.issuer.telephone = text("+86 10 0000 0001"),
        ],
    ),
    Sample::new(
        "schemeTexts",
        |_| {},
        &[
            |world| world.credential.scheme.rule = text("CQC96-000000-2020"),
            |world| world.credential.grade.name = text("五级"),
            |world| world.credential.scope = text("智能制造产品认证"),
        ],
    ),
    Sample::new(
        "numberPrinted",
        |_| {},
        &[|world| world.credential.number = number("XYZ26ABC000001R0")],
    ),
    Sample::new(
        "roundTrip",
        |_| {},
        &[
            |world| world.credential.signatory = text("示范路人"),
            |world| world.put("/nickname", Some("x".into())),
        ],
    ),
    Sample::new(
        "symbolSize",
        |world| world.credential.scope = text(&"的生产".repeat(40)),
        &[|world| {
            let scope: String = (0..480_u32)
                .filter_map(|nth| char::from_u32(0x4E00 + nth * 37))
                .collect();
            world.credential.scope = Text::parse(&scope).unwrap();
            world.credential.holder.address = Text::parse(&scope).unwrap();
        }],
    ),
    Sample::new("lawfulTransition", |_| {}, &[|world| world.change(REINSTATEMENT)]),
    Sample::new(
        "eventDates",
        |world| world.change(surveillance("2026-06-14", "2027-06-14")),
        &[
            |world| world.change(suspension("2030-01-01")),
            |world| world.change(suspension("2026-06-14")),
            |world| world.change(surveillance("2026-06-16", "2027-06-14")),
            |world| world.change(surveillance("2026-06-14", "2029-06-14")),
        ],
    ),
    Sample::new(
        "eventDecision",
        |world| {
            world.change(REINSTATEMENT);
            world.request.verified_by = Some(text("YS-034"));
        },
        &[
            |world| world.request.decider = text("YS-021"),
            |world| world.change(REINSTATEMENT),
            |world| world.request.verified_by = Some(world.request.decider.clone()),
            |world| world.request.verified_by = Some(text("YS-999")),
        ],
    ),
    Sample::new(
        "effectiveTime",
        |world| world.now = instant("2026-06-17T08:00:00Z"),
        &[
            |world| world.now = instant("2026-06-17T08:00:01Z"),
            |world| world.now = instant("2026-06-15T07:59:59Z"),
            |world| world.signs_until = world.now,
            |world| {
                let successor = Successor {
                    number: world.event.number.clone(),
                    version: world.event.version,
                };
                world.change(Change::Superseded {
                    reason: EventReason::ScopeChanged,
                    successor,
                });
            },
        ],
    ),
    Sample::new(
        "eventRoundTrip",
        |world| world.change(suspension("2026-08-01")),
        &[
            |world| world.event.decision = text("示范决定-99"),
            |world| world.put_event("/credentialSubject/nickname", Some("x".into())),
        ],
    ),
];
