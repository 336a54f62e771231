//! Verification: the four questions, one after the other (DESIGN §5).
//!
//! A [`Verifier`] opens trust list, status lists and snapshot once and verifies many credentials; [`verify`] is a
//! `Verifier` used once. The headline follows from the first row that fits:
//!
//! | genuine | authorised | in force | headline |
//! |---|---|---|---|
//! | no | – | – | `notGenuine` |
//! | – | no | – | `notAuthorised` |
//! | could not tell | – | – | `couldNotTell` |
//! | – | could not tell | – | `couldNotTell` |
//! | yes | yes | no | `notInForce` |
//! | yes | yes | could not tell | `couldNotTell` |
//! | yes | yes | yes | `inForce` |
//!
//! Question 2 can be "no" beside a question 1 that could not be told: the trust list counts, and the issuer or the
//! key does not stand in it, or stands there with a certificate that is none.

use touchstone_schemas::{credential::Credential, date_time::Timestamp, tlog::Hash};

use crate::{
    authorised::{LogFacts, TrustAtHand, judge_authorised, judge_missing_key},
    clock::Clock,
    events::count_events,
    genuine::{GenuineCredential, Genuineness, judge_genuine},
    history::LogHistory,
    in_force::{InForce, judge_in_force, not_judged},
    input::{Facts, LogTile, LoggedDocument, Need, Policy, Request, Seen},
    need::{judge_need, need_not_judged},
    reason::{Reason, ReasonCode},
    report::{Answer, Evidence, Headline, Question, Report},
    status::{
        OpenedSnapshot, OpenedStatusList, SnapshotRefused, StatusListRefused, StatusReading, StatusSources,
        open_snapshot, open_status_list, read_status,
    },
    trust::{TrustContext, open_trust_list},
    view::CredentialView,
};

/// Everything that many verifications share, opened once.
#[derive(Debug)]
pub struct Verifier {
    policy: Policy,
    seen: Seen,
    trust: TrustAtHand,
    lists: Vec<Result<OpenedStatusList, StatusListRefused>>,
    snapshot: Option<Result<OpenedSnapshot, SnapshotRefused>>,
}

/// One verification with a [`Verifier`].
#[derive(Clone, Copy, Debug)]
pub struct Presentation<'a> {
    /// The credential, in any form of [`crate::document::DocumentForm`].
    pub document: &'a str,
    /// Its receipt.
    pub receipt: Option<&'a str>,
    /// See [`Facts::retirement_consistency`].
    pub retirement_consistency: &'a [Hash],
    /// See [`Facts::log_tiles`].
    pub log_tiles: &'a [LogTile],
    /// Its events with their receipts.
    pub events: &'a [LoggedDocument],
    /// The time now, by the shell's clock.
    pub now: Timestamp,
    /// The instant the question is about; now when absent.
    pub at: Option<Timestamp>,
    /// The fourth question; not asked when absent.
    pub need: Option<&'a Need>,
}

/// Verifies one request.
#[must_use]
pub fn verify(request: &Request) -> Report {
    Verifier::open(&request.facts, request.policy.clone()).verify(&Presentation::from(request))
}

impl<'a> From<&'a Request> for Presentation<'a> {
    fn from(request: &'a Request) -> Self {
        Self {
            document: &request.document,
            receipt: request.facts.receipt.as_deref(),
            retirement_consistency: &request.facts.retirement_consistency,
            log_tiles: &request.facts.log_tiles,
            events: &request.facts.events,
            now: request.now,
            at: request.at,
            need: request.need.as_ref(),
        }
    }
}

impl<'a> Presentation<'a> {
    /// What is at hand to join trees of the credential's log.
    pub(crate) fn history(&self, credential: &Credential) -> LogHistory<'a> {
        LogHistory::new(
            self.retirement_consistency,
            self.log_tiles,
            &credential.issuer.registry,
        )
    }
}

impl Verifier {
    /// Opens the facts that do not depend on one credential: trust list, status lists, snapshot, newest sequences
    /// seen. What is refused here stays refused, with its reason, in every Report.
    #[must_use]
    pub fn open(facts: &Facts, policy: Policy) -> Self {
        let trust = facts
            .trust_list
            .as_ref()
            .map(|list| open_trust_list(list.as_bytes(), &policy, facts.seen.trust_list));
        let (mut lists, mut snapshot) = (Vec::new(), None);
        if let Some(Ok(trust)) = &trust {
            lists = facts
                .status_lists
                .iter()
                .map(|list| open_status_list(list.as_bytes(), trust))
                .collect();
            snapshot = facts
                .snapshot
                .as_ref()
                .map(|snapshot| open_snapshot(snapshot.as_bytes(), trust));
        }
        Self {
            policy,
            seen: facts.seen.clone(),
            trust,
            lists,
            snapshot,
        }
    }

    /// The trust list, when it is believed.
    #[must_use]
    pub fn trust(&self) -> Option<&TrustContext> {
        self.trust.as_ref()?.as_ref().ok()
    }

    /// The status lists that are believed.
    pub fn status_lists(&self) -> impl Iterator<Item = &OpenedStatusList> {
        self.lists.iter().flatten()
    }

    /// Answers the four questions.
    #[must_use]
    pub fn verify(&self, presentation: &Presentation<'_>) -> Report {
        let clock = Clock::new(presentation.now, self.seen.clock_floor, presentation.at);
        match (
            judge_genuine(presentation.document, self.trust(), clock),
            self.trust(),
        ) {
            (Genuineness::Genuine(genuine), Some(trust)) => self.judge(&genuine, trust, presentation, clock),
            (Genuineness::Genuine(_), None) => self.not_known(Vec::new(), None, presentation, clock),
            (Genuineness::NotKnown { reasons, missing_key }, _) => {
                let authorised = missing_key.map(|missing| judge_missing_key(missing, &self.trust, clock));
                self.not_known(reasons, authorised, presentation, clock)
            }
        }
    }

    /// What question 1 says about a document, with the credential when it is genuine: for needs.
    pub(crate) fn genuine(
        &self,
        presentation: &Presentation<'_>,
        clock: Clock,
    ) -> Option<Box<GenuineCredential<'_>>> {
        match judge_genuine(presentation.document, self.trust(), clock) {
            Genuineness::Genuine(genuine) => Some(genuine),
            Genuineness::NotKnown { .. } => None,
        }
    }

    /// What the status lists and snapshot say of a genuine credential.
    pub(crate) fn status(&self, genuine: &GenuineCredential<'_>, clock: Clock) -> StatusReading {
        let sources = StatusSources {
            lists: &self.lists,
            snapshot: self.snapshot.as_ref(),
            seen: &self.seen,
        };
        read_status(&genuine.credential, sources, clock)
    }

    /// What of the presentation is about the credential's place in the log.
    pub(crate) fn log_facts<'p>(
        &self,
        presentation: &Presentation<'p>,
        history: &'p LogHistory<'p>,
    ) -> LogFacts<'p> {
        LogFacts {
            receipt: presentation.receipt,
            history,
            policy: self.policy.log_proof,
        }
    }

    fn judge(
        &self,
        genuine: &GenuineCredential<'_>,
        trust: &TrustContext,
        presentation: &Presentation<'_>,
        clock: Clock,
    ) -> Report {
        let credential = &genuine.credential;
        let history = presentation.history(credential);
        let log_facts = self.log_facts(presentation, &history);
        let (authorised, logged) = judge_authorised(genuine, trust, log_facts, clock);
        let (events, invalid_events) =
            count_events(credential, genuine.digest, presentation.events, &history, trust);
        let reading = self.status(genuine, clock);
        let InForce {
            question: in_force,
            state,
        } = judge_in_force(credential, &reading, &events, invalid_events, clock);
        let covers_need = presentation
            .need
            .map(|need| judge_need(credential, need, &in_force, &events, clock));
        let reason = Reason::new(ReasonCode::SignatureValid);
        let genuine_question = Question::from_reasons(vec![
            reason.with("verificationMethod", &genuine.verification_method),
        ]);
        Report {
            headline: headline(&genuine_question, &authorised, &in_force),
            state,
            test: genuine.key.issuer.test,
            checked_at: clock.now,
            at: clock.at,
            status_as_of: reading.as_of,
            status_until: reading.until,
            genuine: genuine_question,
            authorised,
            in_force,
            covers_need,
            credential: Some(CredentialView::from(credential)),
            evidence: Some(Evidence {
                digest: genuine.digest.to_string(),
                verification_method: genuine.verification_method.clone(),
                created: genuine.created,
                root_fingerprint: genuine
                    .path
                    .as_ref()
                    .ok()
                    .map(|path| hex(&path.root_fingerprint())),
                trust_list_sequence: Some(trust.list().sequence),
                log_index: logged.map(|logged| logged.index),
                recorded: logged.map(|logged| logged.recorded),
                status: reading.counted,
            }),
        }
    }

    /// The Report on a document of which nothing is fact.
    fn not_known(
        &self,
        reasons: Vec<Reason>,
        authorised: Option<Question>,
        presentation: &Presentation<'_>,
        clock: Clock,
    ) -> Report {
        let genuine = Question::from_reasons(reasons);
        let authorised = authorised
            .unwrap_or_else(|| Question::from_reasons(vec![Reason::new(ReasonCode::AuthorityNotJudged)]));
        let InForce {
            question: in_force,
            state,
        } = not_judged();
        Report {
            headline: headline(&genuine, &authorised, &in_force),
            state,
            test: false,
            checked_at: clock.now,
            at: clock.at,
            status_as_of: None,
            status_until: None,
            genuine,
            authorised,
            in_force,
            covers_need: presentation.need.map(|_| need_not_judged()),
            credential: None,
            evidence: None,
        }
    }
}

/// The verdict in one word, by the table above.
fn headline(genuine: &Question, authorised: &Question, in_force: &Question) -> Headline {
    match (genuine.answer, authorised.answer, in_force.answer) {
        (Answer::No, _, _) => Headline::NotGenuine,
        (_, Answer::No, _) => Headline::NotAuthorised,
        (Answer::CouldNotTell, _, _) | (_, Answer::CouldNotTell, _) | (_, _, Answer::CouldNotTell) => {
            Headline::CouldNotTell
        }
        (Answer::Yes, Answer::Yes, Answer::No) => Headline::NotInForce,
        (Answer::Yes, Answer::Yes, Answer::Yes) => Headline::InForce,
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().map_or('0', char::from);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
