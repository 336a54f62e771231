//! Statements: where a certificate stood at an instant, or on a whole day, on both clocks (DOMAIN §2).
//!
//! *Known* is what is known now of then: the state that all events give, back-dated ones too. *Shown* is what somebody
//! who asked the register then could read: the events and status lists that the log had recorded by then. Everything
//! is proven by signatures of the body and by the log; the registry signs nothing but checkpoints.
//!
//! That no event was left out follows from two things only: their sequence has no gap, and the newest status lists in
//! the statement say what the events give. A change that was reversed again before the newest lists could be missing
//! at the end of the sequence. What came after those lists the statement cannot know, whatever time it gives for its
//! making: it is known as of them, and tells nothing of an instant at which they had run out.

use std::ops::RangeInclusive;

use touchstone_schemas::{
    budget::{MAX_REQUEST_BYTES, MAX_REQUEST_EVENTS, MAX_REQUEST_STATUS_LISTS},
    credential::Credential,
    date_time::{Date, Timestamp},
    decode::read,
    digest::Sha256Digest,
    jcs::to_canonical,
    json,
    lifecycle::{RecordedEvent, State, Surveillance, Terms, state},
    record,
    status::StatusPurpose,
    tlog::entry::Record,
};

use crate::{
    clock::Clock,
    events::count_events,
    genuine::GenuineCredential,
    history::LogHistory,
    input::{Facts, LoggedDocument, Policy, Request},
    log_check::{Expected, read_receipt},
    reason::{Reason, ReasonCode},
    report::{Answer, Question, Report, StateName},
    request::RequestError,
    status::open_status_list,
    trust::TrustContext,
    verify::{Presentation, Verifier},
    view::CredentialView,
};

/// A statement, as a registry hands it out: unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The first instant asked about.
    pub from: Timestamp,
    /// The last instant asked about; of a day that is not over, the time at which the statement was made.
    pub until: Timestamp,
    /// The instants at which something may have changed, and the first and last of the period, in order.
    pub instants: Vec<Timestamp>,
    /// Receipts of the status lists in [`Statement::request`], in their order.
    pub list_receipts: Vec<String>,
    /// What the verifier takes, about [`Statement::from`]; its `now` is when the statement was made, its policy is
    /// the registry's own, in whose place a reader puts theirs.
    pub request: Request,
}

record! { Statement {
    "from": from,
    "instants": instants,
    "listReceipts": list_receipts,
    "request": request,
    "until": until,
} }

impl Statement {
    /// Whether a JSON text looks like a statement rather than a credential.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        json::parse(text.as_bytes(), MAX_REQUEST_BYTES).is_ok_and(|value| {
            let has = |pointer| value.pointer(pointer).is_some();
            has("/listReceipts") && has("/request") && !has("/@context")
        })
    }

    /// Reads one strictly.
    ///
    /// # Errors
    /// [`RequestError`] with its place.
    pub fn read(bytes: &[u8]) -> Result<Self, RequestError> {
        let statement: Self = read(bytes, MAX_REQUEST_BYTES)?;
        let facts = &statement.request.facts;
        let counts = [
            ("status lists", facts.status_lists.len(), MAX_REQUEST_STATUS_LISTS),
            (
                "receipts",
                statement.list_receipts.len(),
                MAX_REQUEST_STATUS_LISTS,
            ),
            ("events", facts.events.len(), MAX_REQUEST_EVENTS),
            ("instants", statement.instants.len(), MAX_REQUEST_EVENTS),
        ];
        match counts.into_iter().find(|(_, found, limit)| found > limit) {
            Some((what, found, limit)) => Err(RequestError::TooMany { what, found, limit }),
            None => Ok(statement),
        }
    }

    /// The statement as JCS bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(self)
    }
}

/// Where a certificate stood on one clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it was in force; over a period, throughout it.
    pub answer: Answer,
    /// The state; over a period the one that decided. Absent where it is not known, or where the log did not hold the
    /// certificate yet.
    pub state: Option<StateName>,
    /// Whether the log held the certificate; what it did not hold it showed nobody.
    pub held: bool,
    /// Why it could not be told.
    pub reasons: Vec<Reason>,
}

record! { write Standing {
    "answer": answer,
    "held": held,
    "reasons": reasons,
    "state"? state,
} }

/// Both clocks at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingAt {
    /// The instant.
    pub at: Timestamp,
    /// As known now.
    pub known: Standing,
    /// As the register showed it.
    pub shown: Standing,
}

record! { write StandingAt {
    "at": at,
    "known": known,
    "shown": shown,
} }

/// What a statement proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementReport {
    /// The first instant asked about.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
    /// Until when the statement is proven to know of changes: the instant of its newest status lists. An answer about a
    /// later instant leans on lists that still counted then.
    pub known_at: Timestamp,
    /// When it was checked, by the reader's clock.
    pub checked_at: Timestamp,
    /// Whether the issuer is a demonstration.
    pub test: bool,
    /// 真伪.
    pub genuine: Question,
    /// 发证资质.
    pub authorised: Question,
    /// Throughout the period, as known now.
    pub known: Standing,
    /// Throughout the period, as the register showed it.
    pub shown: Standing,
    /// Instant by instant.
    pub instants: Vec<StandingAt>,
    /// When the log recorded the certificate, where proven.
    pub recorded: Option<Timestamp>,
    /// What the certificate says; only when it is genuine.
    pub credential: Option<CredentialView>,
}

record! { write StatementReport {
    "authorised": authorised,
    "checkedAt": checked_at,
    "credential"? credential,
    "from": from,
    "genuine": genuine,
    "instants": instants,
    "known": known,
    "knownAt": known_at,
    "recorded"? recorded,
    "shown": shown,
    "test": test,
    "until": until,
} }

impl StatementReport {
    /// The report as JCS bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(self)
    }
}

/// Verifies a statement under the reader's own policy and clock.
#[must_use]
pub fn verify_statement(statement: &Statement, policy: &Policy, now: Timestamp) -> StatementReport {
    let request = &statement.request;
    let verifier = Verifier::open(&request.facts, policy.clone());
    let reading = Reading {
        statement,
        policy,
        now,
        made: request.now.min(now),
        verifier: &verifier,
    };
    let reports: Vec<Report> = reading.instants().map(|at| reading.report(at)).collect();
    let first = reading.report(statement.from);
    // Of several instants the one at which least can be said of the document speaks.
    let sound =
        |report: &Report| (report.genuine.answer, report.authorised.answer) == (Answer::Yes, Answer::Yes);
    let worst = reports.iter().find(|report| !sound(report)).unwrap_or(&first);
    let clock = Clock::new(now, None, Some(statement.from));
    let (mut instants, mut listed) = (Vec::new(), None);
    if let (Some(trust), Some(genuine)) = (
        verifier.trust(),
        verifier.genuine(&reading.presentation(statement.from), clock),
    ) {
        listed = reading.listed(&genuine.credential);
        instants = reading.standings(trust, &genuine, listed.as_ref(), &first);
    }
    StatementReport {
        from: statement.from,
        until: statement.until,
        known_at: listed.map_or(reading.made, |listed| reading.made.min(*listed.start())),
        checked_at: now,
        test: first.test,
        genuine: worst.genuine.clone(),
        authorised: worst.authorised.clone(),
        known: throughout(instants.iter().map(|instant| &instant.known)),
        shown: throughout(instants.iter().map(|instant| &instant.shown)),
        recorded: first.evidence.as_ref().and_then(|evidence| evidence.recorded),
        credential: first.credential,
        instants,
    }
}

struct Reading<'a> {
    statement: &'a Statement,
    policy: &'a Policy,
    now: Timestamp,
    /// When the statement says that it was made, the reader's now at the latest.
    made: Timestamp,
    verifier: &'a Verifier,
}

/// A status list that the log is proven to have recorded.
struct LoggedList<'a> {
    document: &'a str,
    purpose: StatusPurpose,
    list: u32,
    index: u64,
    recorded: Timestamp,
}

impl<'a> Reading<'a> {
    /// The instants of the statement that lie in its period.
    fn instants(&self) -> impl Iterator<Item = Timestamp> + '_ {
        let (from, until) = (self.statement.from, self.statement.until);
        let named = self.statement.instants.iter().copied();
        named.filter(move |at| (from..=until).contains(at))
    }

    fn presentation(&self, at: Timestamp) -> Presentation<'a> {
        Presentation {
            now: self.now.max(at),
            at: Some(at),
            need: None,
            ..Presentation::from(&self.statement.request)
        }
    }

    fn report(&self, at: Timestamp) -> Report {
        self.verifier.verify(&self.presentation(at))
    }

    fn standings(
        &self,
        trust: &TrustContext,
        genuine: &GenuineCredential<'_>,
        listed: Option<&RangeInclusive<Timestamp>>,
        first: &Report,
    ) -> Vec<StandingAt> {
        let facts = &self.statement.request.facts;
        let credential = &genuine.credential;
        let history = LogHistory::new(
            &facts.retirement_consistency,
            &facts.log_tiles,
            &credential.issuer.registry,
        );
        let (events, mut faults) = count_events(credential, genuine.digest, &facts.events, &history, trust);
        let terms = Terms::from(credential);
        let lists = self.logged_lists(trust);
        faults.extend(self.unexplained(&terms, &events));
        if !self.period_is_covered(&events) {
            let reason = Reason::new(ReasonCode::StatusMissing);
            faults.push(reason.with("error", "the instants named do not cover the period"));
        }
        let recorded = first.evidence.as_ref().and_then(|evidence| evidence.recorded);
        let known_at = |at| {
            let mut faults = faults.clone();
            if listed.is_some_and(|listed| at > *listed.end()) {
                faults.push(Reason::new(ReasonCode::StatusExpired));
            }
            known(&state(&terms, &events, at, self.made), faults)
        };
        let standing = |at| StandingAt {
            at,
            known: known_at(at),
            shown: match recorded {
                Some(recorded) if recorded > at => not_held(),
                Some(_) => self.shown(at, credential.status.list, &lists),
                None => could_not_tell(vec![
                    Reason::new(ReasonCode::StatusMissing).with("error", "no log proof"),
                ]),
            },
        };
        self.instants().map(standing).collect()
    }

    /// From when and until when the newest lists of all three purposes tell the certificate's status.
    fn listed(&self, credential: &Credential) -> Option<RangeInclusive<Timestamp>> {
        let newest = |purpose| {
            let lists = self.verifier.status_lists().map(|opened| opened.list());
            lists
                .filter(|list| {
                    list.purpose == purpose
                        && list.list == credential.status.list
                        && list.registry == credential.issuer.registry
                })
                .max_by_key(|list| list.valid_from)
        };
        let [a, b, c] = StatusPurpose::ALL.map(newest);
        let lists = [a?, b?, c?];
        let from = lists.iter().map(|list| list.valid_from).min()?;
        let until = lists.iter().map(|list| list.valid_until).min()?;
        Some(from..=until)
    }

    /// The lists whose receipts hold.
    fn logged_lists(&self, trust: &TrustContext) -> Vec<LoggedList<'a>> {
        let request = &self.statement.request;
        let pairs = request
            .facts
            .status_lists
            .iter()
            .zip(&self.statement.list_receipts);
        let logged = pairs.filter_map(|(document, receipt)| {
            let opened = open_status_list(document.as_bytes(), trust).ok()?;
            let (list, body) = (opened.list(), opened.body());
            let expected = Expected {
                issuer: body,
                digest: Sha256Digest::of(document.as_bytes()),
                record: Record::StatusList {
                    purpose: list.purpose,
                    list: list.list,
                    sequence: list.sequence,
                },
            };
            let logged = trust.log(body)?.check_receipt(receipt, &expected).ok()?;
            Some(LoggedList {
                document,
                purpose: list.purpose,
                list: list.list,
                index: logged.index,
                recorded: logged.recorded,
            })
        });
        logged.collect()
    }

    /// Why the newest lists are not explained by the events: one may be missing.
    fn unexplained(&self, terms: &Terms, events: &[RecordedEvent]) -> Option<Reason> {
        let newest = self.verifier.status_lists().map(|opened| opened.list());
        let newest = newest
            .filter(|list| list.purpose == StatusPurpose::Message)
            .map(|list| list.valid_from)
            .max();
        let Some(at) = newest else {
            return Some(Reason::new(ReasonCode::StatusMissing).with("purpose", StatusPurpose::Message));
        };
        let listed = self.report(at).state;
        let given = state_name(&state(terms, events, at, self.made.max(at)));
        if listed == Some(given) {
            return None;
        }
        let reason = Reason::new(ReasonCode::StatusDisagrees).with("events", given.name());
        Some(match listed {
            Some(listed) => reason.with("lists", listed.name()),
            None => reason,
        })
    }

    /// Whether the period lies within one day, between whose ends nothing changes but by events (DOMAIN §2), and both
    /// its ends and every event in it are among the instants.
    fn period_is_covered(&self, events: &[RecordedEvent]) -> bool {
        let (from, until) = (self.statement.from, self.statement.until);
        let changes = events.iter().flat_map(|event| [event.effective, event.recorded]);
        let changes = changes.filter(|at| (from..=until).contains(at));
        let named = |at| self.statement.instants.contains(&at);
        from <= until
            && Date::of(from) == Date::of(until)
            && [from, until].into_iter().chain(changes).all(named)
    }

    /// What somebody who asked the register at an instant could read.
    fn shown(&self, at: Timestamp, list: u32, lists: &[LoggedList<'_>]) -> Standing {
        let newest = |purpose| {
            lists
                .iter()
                .filter(|held| held.purpose == purpose && held.list == list && held.recorded <= at)
                .max_by_key(|held| held.index)
        };
        let request = &self.statement.request;
        let facts = Facts {
            trust_list: request.facts.trust_list.clone(),
            status_lists: StatusPurpose::ALL
                .into_iter()
                .filter_map(newest)
                .map(|held| held.document.to_owned())
                .collect(),
            ..Facts::default()
        };
        // What was not recorded yet was not to be read.
        let recorded_by_then = |event: &&LoggedDocument| {
            read_receipt(&event.receipt).is_ok_and(|receipt| receipt.entry.recorded <= at)
        };
        let events: Vec<_> = request
            .facts
            .events
            .iter()
            .filter(recorded_by_then)
            .cloned()
            .collect();
        let report = Verifier::open(&facts, self.policy.clone()).verify(&Presentation {
            events: &events,
            now: at,
            at: None,
            need: None,
            ..Presentation::from(request)
        });
        Standing {
            answer: report.in_force.answer,
            state: report.state,
            held: true,
            reasons: report.in_force.reasons,
        }
    }
}

fn known(state: &State, faults: Vec<Reason>) -> Standing {
    let name = state_name(state);
    let answer = match state {
        _ if !faults.is_empty() => Answer::CouldNotTell,
        State::Valid { .. } => Answer::Yes,
        State::SurveillanceOverdue { .. } => Answer::CouldNotTell,
        _ => Answer::No,
    };
    Standing {
        answer,
        state: Some(name),
        held: true,
        reasons: faults,
    }
}

fn not_held() -> Standing {
    Standing {
        answer: Answer::No,
        state: None,
        held: false,
        reasons: Vec::new(),
    }
}

fn could_not_tell(reasons: Vec<Reason>) -> Standing {
    Standing {
        answer: Answer::CouldNotTell,
        state: None,
        held: true,
        reasons,
    }
}

/// In force throughout only if in force at every instant (DOMAIN §2); of what is not, the worst speaks.
fn throughout<'s>(standings: impl Iterator<Item = &'s Standing>) -> Standing {
    let rank = |standing: &&Standing| match standing.answer {
        Answer::Yes => 0,
        Answer::CouldNotTell => 1,
        Answer::No => 2,
    };
    standings
        .max_by_key(rank)
        .cloned()
        .unwrap_or_else(|| could_not_tell(Vec::new()))
}

/// The state's name, as reports and records write it.
#[must_use]
pub const fn state_name(state: &State) -> StateName {
    match state {
        State::NotYetValid { .. } => StateName::NotYetValid,
        State::Valid {
            surveillance: Surveillance::Good { .. },
        } => StateName::Valid,
        State::Valid {
            surveillance: Surveillance::OverdueInGrace { .. },
        } => StateName::OverdueInGrace,
        State::SurveillanceOverdue { .. } => StateName::SurveillanceOverdue,
        State::Suspended { .. } => StateName::Suspended,
        State::Withdrawn { .. } => StateName::Withdrawn,
        State::Cancelled { .. } => StateName::Cancelled,
        State::Superseded { .. } => StateName::Superseded,
        State::Expired { .. } => StateName::Expired,
    }
}
