//! Question 4, 覆盖范围: does the certificate cover what somebody needs?

use touchstone_schemas::{
    credential::Credential,
    date_time::{Date, Timestamp},
    lifecycle::{RecordedEvent, State, Terms, state},
};

use crate::{
    clock::{Clock, EventClock},
    input::Need,
    reason::{Reason, ReasonCode},
    report::{Answer, Question},
};

/// Answers question 4 for a genuine credential.
pub(crate) fn judge_need(
    credential: &Credential,
    need: &Need,
    in_force: &Question,
    events: &[RecordedEvent],
    clock: Clock,
) -> Question {
    let mut reasons = Vec::new();
    let level = credential.grade.level;
    if let Some(wanted) = need.level.filter(|wanted| level < *wanted) {
        let reason = Reason::new(ReasonCode::GradeTooLow).with("found", level.get());
        reasons.push(reason.with("expected", wanted.get()));
    }
    if let Some(wanted) = &need.standard {
        let covered = credential
            .scheme
            .standards
            .iter()
            .any(|standard| standard.number.as_str() == wanted);
        if !covered {
            reasons.push(Reason::new(ReasonCode::StandardNotCovered).with("expected", wanted));
        }
    }
    if let Some(wanted) = need.site.as_ref().filter(|wanted| !has_site(credential, wanted)) {
        reasons.push(Reason::new(ReasonCode::SiteNotCovered).with("expected", wanted));
    }
    if let Some(date) = need.date {
        reasons.extend(date_reason(credential, date, in_force, events, clock));
    }
    if let Some(unit) = &credential.assessed_unit {
        reasons.push(Reason::new(ReasonCode::UnitOnly).with("unit", &unit.name));
    }
    reasons.push(Reason::new(ReasonCode::NeedCovered));
    Question::from_reasons(reasons)
}

/// The question is not judged: the document is not known to be genuine.
pub(crate) fn need_not_judged() -> Question {
    Question::from_reasons(vec![Reason::new(ReasonCode::NeedNotJudged)])
}

/// A site whose name or address holds the text, or whose region code begins with it. An empty text fits none.
fn has_site(credential: &Credential, wanted: &str) -> bool {
    let wanted = wanted.trim();
    let is_code = wanted.bytes().all(|byte| byte.is_ascii_digit());
    !wanted.is_empty()
        && credential.sites.iter().any(|site| {
            site.name.as_str().contains(wanted)
                || site.address.as_str().contains(wanted)
                || is_code && site.region.to_string().starts_with(wanted)
        })
}

/// Valid throughout that day (a day in China)? For days gone by events tell, or nothing does; for today the answer to
/// question 3, and events of what went before; for days to come the dates, as long as the certificate is in force now.
fn date_reason(
    credential: &Credential,
    date: Date,
    in_force: &Question,
    events: &[RecordedEvent],
    clock: Clock,
) -> Option<Reason> {
    let not_covered = Some(Reason::new(ReasonCode::DateNotCovered).with("date", date));
    let not_known = Some(Reason::new(ReasonCode::DateNotKnown).with("date", date));
    if date < credential.valid_from || credential.valid_until < date {
        return not_covered;
    }
    let clock = clock.of_events(events);
    let today = Date::of(clock.at);
    let past = date < today;
    if past && events.is_empty() {
        return not_known;
    }
    let is_good = |state: &State| matches!(state, State::Valid { .. });
    if past && !throughout(credential, events, (date.start(), date.end()), clock, is_good) {
        return not_covered;
    }
    // How surveillance stands today, the lists may know better than the events at hand.
    let is_not_suspended = |state: &State| !matches!(state, State::Suspended { .. });
    if date == today
        && !throughout(
            credential,
            events,
            (date.start(), clock.at),
            clock,
            is_not_suspended,
        )
    {
        return not_covered;
    }
    match in_force.answer {
        Answer::Yes => None,
        // The events at hand may be the first of several: only a status that agrees with them bears them out.
        _ if past => not_known,
        Answer::No => not_covered,
        Answer::CouldNotTell => not_known,
    }
}

/// The state changes at events and at the ends of days only, so these instants tell all of a day or the part of it.
fn throughout(
    credential: &Credential,
    events: &[RecordedEvent],
    (from, until): (Timestamp, Timestamp),
    clock: EventClock,
    holds: impl Fn(&State) -> bool,
) -> bool {
    let terms = Terms::from(credential);
    let within = |instant: &Timestamp| from <= *instant && *instant <= until;
    [from, until]
        .into_iter()
        .chain(events.iter().map(|event| event.effective).filter(within))
        .all(|instant| holds(&state(&terms, events, instant, clock.known_at)))
}
