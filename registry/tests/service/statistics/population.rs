//! Made-up certificates in a ledger, the same for the same seed.

use touchstone_registry::{
    ledger::{Document, Ledger},
    tlog::{LogSigner, Published, Shared, Tree},
};
use touchstone_schemas::{
    city::cities,
    credential::{Credential, CredentialNumber, Level, Site, Version},
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    industry::IndustryCode,
    lifecycle::{Change, Event, EventReason, RecordedEvent, Successor},
    region::RegionCode,
    status::StatusAllocation,
    uscc::Uscc,
};

use crate::world::{World, day, text, time};

/// The present of every population: past the middle of a year, so that years and months have ends before it.
pub(crate) const NOW: &str = "2026-08-20T04:00:00Z";

/// A certificate and what it went through, as an independent counter sees it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) credential: Credential,
    pub(crate) events: Vec<RecordedEvent>,
}

/// xorshift64*.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    fn days(&mut self, from: &str, days: u64) -> Date {
        let later = i32::try_from(self.below(days)).unwrap();
        day(from).add_days(later).unwrap()
    }
}

/// How certificates come about.
pub(crate) struct Population {
    pub(crate) random: Random,
    /// Organisations there are.
    pub(crate) organisations: u64,
    /// Where sites are.
    pub(crate) regions: Vec<RegionCode>,
    pub(crate) held: Vec<Held>,
    template: Credential,
}

impl Population {
    pub(crate) fn new(seed: u64, organisations: u64) -> Self {
        let mut regions: Vec<RegionCode> = cities().iter().map(|city| city.code).collect();
        let others = [
            "110105", "310115", "320214", "320583", "320000", "329900", "810000",
        ];
        regions.extend(others.map(|code| RegionCode::parse(code).unwrap()));
        Self {
            random: Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            organisations,
            regions,
            held: Vec::new(),
            template: World::new().credential,
        }
    }

    /// One more certificate; some get a second version, some a fate.
    pub(crate) fn grow(&mut self) {
        let serial = self.held.len();
        let mut credential = self.template.clone();
        let random = &mut self.random;
        credential.number = CredentialNumber::parse(&format!("CQC26ZNZ{serial:06}R0")).unwrap();
        credential.holder.uscc = uscc(random.below(self.organisations));
        credential.grade.level = level(random);
        let division = 13 + random.below(31);
        credential.industry.code = IndustryCode::parse(&format!("{division}{}", random.below(10))).unwrap();
        if random.below(20) == 0 {
            credential.industry.edition = text("GB/T 4754-2030");
        }
        let count = if random.below(8) == 0 {
            1 + random.below(3)
        } else {
            1
        };
        credential.sites = (0..count).map(|_| site(random, &self.regions)).collect();
        credential.valid_from = random.days("2021-03-01", 2_100);
        credential.first_issued = credential.valid_from;
        credential.valid_until = credential.valid_from.add_months(36).unwrap();
        credential.surveillance.first_due = credential.valid_from.add_months(12).unwrap();
        credential.status = StatusAllocation {
            list: 1,
            index: u32::try_from(serial).unwrap(),
        };
        let events = self.fate(&credential);
        let superseded = events
            .iter()
            .any(|event| matches!(event.change, Change::Superseded { .. }));
        self.held.push(Held {
            credential: credential.clone(),
            events,
        });
        if superseded {
            let second = Credential {
                version: Version::try_from(2).unwrap(),
                valid_from: credential.valid_from.add_months(6).unwrap(),
                ..credential
            };
            self.held.push(Held {
                credential: second,
                events: Vec::new(),
            });
        }
    }

    fn fate(&mut self, credential: &Credential) -> Vec<RecordedEvent> {
        let begun = credential.valid_from;
        let mut events = Vec::new();
        let mut put = |months: u32, change: Change| {
            let effective = begun.add_months(months).unwrap().start();
            let sequence = u32::try_from(events.len()).unwrap() + 1;
            events.push(RecordedEvent {
                sequence,
                effective,
                recorded: effective,
                change,
            });
        };
        let passed = |months| Change::SurveillancePassed {
            reason: EventReason::ScheduledSurveillance,
            performed_on: begun.add_months(months).unwrap(),
            next_due: begun.add_months(months + 12).unwrap(),
        };
        match self.random.below(14) {
            0 => put(
                6,
                Change::Superseded {
                    reason: EventReason::ScopeChanged,
                    successor: Successor {
                        number: credential.number.clone(),
                        version: Version::try_from(2).unwrap(),
                    },
                },
            ),
            1 => put(
                8,
                Change::Withdrawn {
                    reason: EventReason::GraveNonconformity,
                },
            ),
            2 => put(
                9,
                Change::Cancelled {
                    reason: EventReason::ProductionCeased,
                },
            ),
            3 => put(7, suspended(begun)),
            4 => {
                put(7, suspended(begun));
                put(
                    9,
                    Change::Reinstated {
                        reason: EventReason::CorrectionVerified,
                    },
                );
                put(11, passed(11));
            }
            5 => {}
            _ => {
                put(11, passed(11));
                put(22, passed(22));
            }
        }
        // What has not happened yet is not logged yet.
        events.retain(|event| event.effective <= time(NOW));
        events
    }

    /// A ledger of all, in the order of their making.
    pub(crate) fn shared(&self) -> Shared {
        let world = World::new();
        let template = world.event(1, NOW, suspended(day("2026-01-01")));
        let (mut tree, mut ledger) = (Tree::empty(), Ledger::default());
        let mut growth = tree.grow();
        let mut enter = |recorded: Timestamp, document: Document| {
            let bytes = growth.head().size.to_be_bytes();
            let index = growth.append(&bytes).unwrap();
            ledger.enter(index, Sha256Digest::of(&bytes), recorded, document);
        };
        for held in &self.held {
            let credential = &held.credential;
            enter(time(NOW), Document::Credential(Box::new(credential.clone())));
            for event in &held.events {
                enter(
                    event.recorded,
                    Document::Event(Box::new(entered_as(&template, credential, event))),
                );
            }
        }
        tree.adopt(growth);
        let signer = LogSigner::new(world.log.origin.clone(), world.log.key.clone()).unwrap();
        Shared::new(Published {
            checkpoint: signer.sign(tree.head()).unwrap(),
            tree,
            ledger,
            last_recorded: time(NOW),
        })
    }
}

fn entered_as(template: &Event, credential: &Credential, event: &RecordedEvent) -> Event {
    Event {
        number: credential.number.clone(),
        version: credential.version,
        sequence: event.sequence,
        effective: event.effective,
        change: event.change.clone(),
        ..template.clone()
    }
}

fn suspended(begun: Date) -> Change {
    Change::Suspended {
        reason: EventReason::Nonconformity,
        planned_end: begun.add_months(13).unwrap(),
    }
}

fn level(random: &mut Random) -> Level {
    let level = match random.below(20) {
        0..4 => 1,
        4..11 => 2,
        11..17 => 3,
        17..19 => 4,
        _ => 5,
    };
    Level::try_from(level).unwrap()
}

fn site(random: &mut Random, regions: &[RegionCode]) -> Site {
    let place = random.below(u64::try_from(regions.len()).unwrap());
    Site {
        name: text("示范工厂"),
        address: text("示范路1号"),
        region: regions[usize::try_from(place).unwrap()],
    }
}

/// The code of the organisation with that number.
fn uscc(number: u64) -> Uscc {
    Uscc::parse_as_printed(&format!("91000000{number:010}")).unwrap()
}
