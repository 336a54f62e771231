//! What lists say, which ones are there, and which were seen before.

use touchstone_schemas::status::StatusMessage::{
    self, Cancelled, InForce, Overdue, OverdueInGrace, Reserved, Superseded, Suspended, Withdrawn,
};
use touchstone_schemas::status::StatusPurpose::{self, Message, Revocation, Suspension};
use touchstone_verifier::reason::ReasonCode::{
    self, StatusExpired, StatusGood, StatusMissing, StatusRolledBack,
};
use touchstone_verifier::report::Headline::{self, CouldNotTell, NotInForce};

use crate::draft::Shelf;
use crate::fixture::{World, day, time};

pub(crate) fn put(shelf: &mut Shelf) {
    said(shelf);
    disagreeing(shelf);
    absent(shelf);
    rolled_back(shelf);
    past(shelf);
}

fn said(shelf: &mut Shelf) {
    let rows: [(&str, StatusMessage, Headline, ReasonCode); 7] = [
        ("says-suspended", Suspended, NotInForce, ReasonCode::Suspended),
        ("says-withdrawn", Withdrawn, NotInForce, ReasonCode::Withdrawn),
        ("says-cancelled", Cancelled, NotInForce, ReasonCode::Cancelled),
        ("says-superseded", Superseded, NotInForce, ReasonCode::Superseded),
        (
            "says-overdue",
            Overdue,
            CouldNotTell,
            ReasonCode::SurveillanceOverdue,
        ),
        (
            "says-overdue-in-grace",
            OverdueInGrace,
            Headline::InForce,
            ReasonCode::SurveillanceInGrace,
        ),
        (
            "says-reserved",
            Reserved,
            CouldNotTell,
            ReasonCode::StatusMalformed,
        ),
    ];
    for (name, message, headline, code) in rows {
        let request = shelf.world.request_with(shelf.world.lists(message));
        let why = "A genuine certificate shown while its status says otherwise.";
        shelf.request(name, why, request, headline, &[code]);
    }
    let mut list = shelf.world.lists(Withdrawn);
    list.truncate(1);
    let request = shelf.world.request_with(list);
    let why = "The revocation bit alone: how it ended is not said, that it ended is.";
    shelf.request(
        "says-ended-and-no-more",
        why,
        request,
        NotInForce,
        &[ReasonCode::Ended],
    );
    let mut world = World::new();
    world.credential.surveillance.first_due = day("2026-06-01");
    world.credential.valid_until = day("2026-06-10");
    let request = world.request_with(world.lists(Suspended));
    let why = "Suspended and expired: expired is the worse (DOMAIN §2).";
    shelf.request(
        "says-suspended-and-has-expired",
        why,
        request,
        NotInForce,
        &[ReasonCode::Expired],
    );
    let mut request = world.request_with(world.lists(Withdrawn));
    request.at = Some(time("2026-06-14T12:00:00Z"));
    let why = "Withdrawn and expired, asked about yesterday, for which no list is there.";
    shelf.request(
        "says-withdrawn-about-yesterday",
        why,
        request,
        NotInForce,
        &[ReasonCode::Expired],
    );
}

/// When lists disagree the worst holds.
fn disagreeing(shelf: &mut Shelf) {
    let rows = [
        (
            "disagree-message-withdrawn",
            [InForce, InForce, Withdrawn],
            ReasonCode::Withdrawn,
        ),
        (
            "disagree-bit-revoked",
            [Withdrawn, InForce, InForce],
            ReasonCode::Ended,
        ),
        (
            "disagree-bit-suspended",
            [InForce, Suspended, InForce],
            ReasonCode::Suspended,
        ),
        (
            "disagree-message-suspended",
            [InForce, InForce, Suspended],
            ReasonCode::Suspended,
        ),
        (
            "disagree-both-bits",
            [Withdrawn, Suspended, InForce],
            ReasonCode::Ended,
        ),
        (
            "disagree-message-superseded",
            [InForce, Suspended, Superseded],
            ReasonCode::Superseded,
        ),
    ];
    for (name, messages, code) in rows {
        let lists = StatusPurpose::ALL.into_iter().zip(messages);
        let lists =
            lists.map(|(purpose, message)| shelf.world.sign_list(&shelf.world.list(purpose, message)));
        let request = shelf.world.request_with(lists.collect());
        let why = "Three lists that do not say the same: the worst of them holds.";
        shelf.request(name, why, request, NotInForce, &[code]);
    }
}

fn absent(shelf: &mut Shelf) {
    let rows = [
        (
            "absent-all",
            "The host does not answer: not reachable is not in force.",
            vec![],
            CouldNotTell,
            StatusMissing,
        ),
        (
            "absent-revocation",
            "The revocation list is withheld.",
            vec![1, 2],
            CouldNotTell,
            StatusMissing,
        ),
        (
            "absent-suspension",
            "The suspension list is withheld.",
            vec![0, 2],
            CouldNotTell,
            StatusMissing,
        ),
        (
            "absent-message",
            "Before the first surveillance date the message list adds nothing to the two others.",
            vec![0, 1],
            Headline::InForce,
            StatusGood,
        ),
    ];
    for (name, why, kept, headline, code) in rows {
        let lists = shelf.world.lists(InForce);
        let kept = kept
            .into_iter()
            .map(|place: usize| lists[place].clone())
            .collect();
        let request = shelf.world.request_with(kept);
        shelf.request(name, why, request, headline, &[code]);
    }
    let mut world = World::new();
    world.credential.surveillance.first_due = day("2026-06-01");
    let mut lists = world.lists(InForce);
    lists.pop();
    let request = world.request_with(lists);
    let why = "After the first surveillance date somebody must say how it stands: without the message list nobody does.";
    shelf.request(
        "absent-message-after-the-date",
        why,
        request,
        CouldNotTell,
        &[StatusMissing],
    );
    let mut world = World::new();
    let lists = world.lists(InForce);
    world.credential.status.index = 131_072;
    let request = world.request_with(lists);
    let why = "An index one beyond the last entry: not nought, but nothing.";
    shelf.request(
        "index-beyond-the-list",
        why,
        request,
        CouldNotTell,
        &[ReasonCode::StatusIndexOutOfRange],
    );
}

/// Nobody goes back (THREATS T24): genuine lists of before are replayed.
fn rolled_back(shelf: &mut Shelf) {
    for purpose in StatusPurpose::ALL {
        let mut request = shelf.world.request();
        let id = format!("https://registry.example/status-lists/{purpose}/1");
        request.facts.seen.status_lists.insert(id, 8);
        let why = "A genuine list, of a sequence before one seen already: somebody hides what came after.";
        let name = format!("{}-rolled-back", purpose.name());
        shelf.request(&name, why, request, CouldNotTell, &[StatusRolledBack]);
    }
    for (name, turned) in [("older-beside-newer", false), ("newer-beside-older", true)] {
        let mut older = shelf.world.list(Suspension, Suspended);
        older.sequence = 6;
        let mut request = shelf.world.request();
        request.facts.status_lists.push(shelf.world.sign_list(&older));
        if turned {
            request.facts.status_lists.reverse();
        }
        let why = "Of two lists that cover the instant the newer counts, in whatever order they come.";
        shelf.request(name, why, request, Headline::InForce, &[StatusGood]);
    }
    let mut newer = shelf.world.list(Revocation, Withdrawn);
    newer.sequence = 9;
    let mut request = shelf.world.request();
    request
        .facts
        .status_lists
        .insert(0, shelf.world.sign_list(&newer));
    let why = "A newer list says the end: the older good one beside it does not help.";
    shelf.request(
        "newer-says-the-end",
        why,
        request,
        NotInForce,
        &[ReasonCode::Ended],
    );
    let mut request = shelf.world.request();
    request.now = time("2025-06-15T00:00:00Z");
    request.facts.seen.clock_floor = Some(time("2026-06-17T00:00:00Z"));
    let why =
        "The clock is set back to revive lists that ran out: the newest signed time seen is a floor (T26).";
    shelf.request("clock-set-back", why, request, CouldNotTell, &[StatusExpired]);
}

/// Lists that ran out, and questions about the past.
fn past(shelf: &mut Shelf) {
    let mut request = shelf.world.request();
    request.now = time("2026-06-16T00:00:01Z");
    let why = "A second after the lists ran out: the last known status is told, and is no answer.";
    shelf.request("ran-out", why, request, CouldNotTell, &[StatusExpired]);
    let mut request = shelf.world.request();
    request.now = time("2026-06-16T00:00:00Z");
    let why = "In the last second of the lists.";
    shelf.request(
        "last-second-of-the-lists",
        why,
        request,
        Headline::InForce,
        &[StatusGood],
    );
    for (name, message, code) in [
        ("ran-out-and-says-withdrawn", Withdrawn, ReasonCode::Withdrawn),
        ("ran-out-and-says-cancelled", Cancelled, ReasonCode::Cancelled),
    ] {
        let mut request = shelf.world.request_with(shelf.world.lists(message));
        request.now = time("2026-06-18T00:00:00Z");
        let why = "Final stays final: a list that ran out still proves the end.";
        shelf.request(name, why, request, NotInForce, &[code]);
    }
    let mut request = shelf.world.request();
    request.at = Some(time("2026-05-03T00:00:00Z"));
    let why = "Asked about a day for which no list is there: today's lists say nothing of it.";
    shelf.request(
        "about-a-day-without-lists",
        why,
        request,
        CouldNotTell,
        &[StatusExpired],
    );
    let mut request = shelf.world.request();
    let of_then = StatusPurpose::ALL.map(|purpose| {
        let mut list = shelf.world.list(purpose, Suspended);
        (list.valid_from, list.valid_until) = (time("2026-05-01T00:00:00Z"), time("2026-05-02T00:00:00Z"));
        list.sequence = 2;
        shelf.world.sign_list(&list)
    });
    request.facts.status_lists.extend(of_then.clone());
    let why = "Lists of a day on which it was suspended, shown today: they are not about today.";
    shelf.request(
        "lists-of-a-bad-day",
        why,
        request.clone(),
        Headline::InForce,
        &[StatusGood],
    );
    request.at = Some(time("2026-05-01T12:00:00Z"));
    let why = "The same lists, asked about their own day.";
    shelf.request(
        "about-a-bad-day",
        why,
        request,
        NotInForce,
        &[ReasonCode::Suspended],
    );
    let request = shelf.world.request_with(vec![
        of_then[0].clone(),
        of_then[1].clone(),
        shelf.world.sign_list(&shelf.world.list(Message, InForce)),
    ]);
    let why = "Today's message list beside the bits of another day.";
    shelf.request(
        "bits-of-another-day",
        why,
        request,
        CouldNotTell,
        &[StatusExpired],
    );
}
