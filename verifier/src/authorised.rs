//! Question 2, 发证资质: path to a pinned root, key purpose, trust list, log.

use touchstone_schemas::{
    credential::Credential, date_time::Timestamp, tlog::entry::Record, trust_list::TrustedIssuer,
};

use crate::{
    clock::Clock,
    events::BACKDATING_SECONDS,
    genuine::{GenuineCredential, MissingKey},
    history::LogHistory,
    input::LogProofPolicy,
    log_check::{AfterRetirement, Expected, Logged, judge_retirement},
    path::PathError,
    reason::{Reason, ReasonCode},
    report::Question,
    trust::{Currency, TrustContext, TrustListRefused},
};

/// The trust list at hand, opened or refused, or none.
pub(crate) type TrustAtHand = Option<Result<TrustContext, TrustListRefused>>;

/// Facts about one credential's place in the log, and what is demanded of them.
#[derive(Clone, Copy)]
pub(crate) struct LogFacts<'a> {
    pub(crate) receipt: Option<&'a str>,
    pub(crate) history: &'a LogHistory<'a>,
    pub(crate) policy: LogProofPolicy,
}

/// Answers question 2 for a genuine credential; also gives its place in the log, where proven.
pub(crate) fn judge_authorised(
    genuine: &GenuineCredential<'_>,
    trust: &TrustContext,
    facts: LogFacts<'_>,
    clock: Clock,
) -> (Question, Option<Logged>) {
    let credential = &genuine.credential;
    let issuer = genuine.key.issuer;
    let mut reasons = Vec::new();
    let logged = read_log(genuine, trust, facts, clock, &mut reasons);
    let recorded = logged.map(|logged| logged.recorded);
    // By the log's clock where it is known, else by the signer's.
    let signed = recorded.unwrap_or(genuine.created);
    if issuer.test {
        reasons.push(Reason::new(ReasonCode::TestIssuer));
    }
    if let Some(decided) = credential.transcribed {
        reasons.push(Reason::new(ReasonCode::Transcribed).with("decided", decided));
    }
    if let Some(reason) = currency_reason(trust, clock) {
        reasons.push(reason);
        return (Question::from_reasons(reasons), logged);
    }
    reasons.extend(genuine.path.as_ref().err().map(path_reason));
    let entry = genuine.key.entry;
    if !genuine.key.may_sign_at(signed) {
        let reason = Reason::new(ReasonCode::OutsideSigningWindow).with("at", signed);
        reasons.push(
            reason
                .with("from", entry.signs_from)
                .with("until", entry.signs_until),
        );
    }
    if let Some(retirement) = &entry.retired {
        let reason = |code| Reason::new(code).with("from", retirement.from);
        match judge_retirement(retirement, logged.as_ref(), facts.history) {
            AfterRetirement::Before => {}
            AfterRetirement::After => reasons.push(reason(ReasonCode::KeyRetired)),
            AfterRetirement::Unproven => reasons.push(reason(ReasonCode::KeyRetiredWithoutProof)),
        }
    }
    reasons.extend(listed_facts(credential, issuer, signed));
    let late = signed.seconds_since(credential.valid_from.start());
    if late > BACKDATING_SECONDS && credential.transcribed.is_none() {
        let reason = Reason::new(ReasonCode::Backdated).with("validFrom", credential.valid_from);
        reasons.push(reason.with("recorded", signed));
    }
    if clock.is_future(genuine.created) {
        reasons.push(Reason::new(ReasonCode::ProofFromFuture).with("created", genuine.created));
    }
    reasons.push(Reason::new(ReasonCode::IssuerAuthorised).with("sequence", trust.list().sequence));
    (Question::from_reasons(reasons), logged)
}

/// Answers question 2 where question 1 lacks a key only: the trust list says why.
pub(crate) fn judge_missing_key(missing: MissingKey, trust: &TrustAtHand, clock: Clock) -> Question {
    let reason = match (trust, missing) {
        (Some(Ok(trust)), missing) => {
            currency_reason(trust, clock).unwrap_or_else(|| missing_reason(missing))
        }
        (Some(Err(refused)), _) => refused_reason(refused),
        (None, _) => Reason::new(ReasonCode::TrustListMissing),
    };
    Question::from_reasons(vec![reason])
}

fn missing_reason(missing: MissingKey) -> Reason {
    match missing {
        MissingKey::IssuerNotListed { issuer } => {
            Reason::new(ReasonCode::IssuerNotListed).with("issuer", issuer)
        }
        MissingKey::KeyNotListed { verification_method } => {
            Reason::new(ReasonCode::KeyNotListed).with("verificationMethod", verification_method)
        }
        MissingKey::StatusKey { verification_method } => {
            Reason::new(ReasonCode::WrongKeyPurpose).with("verificationMethod", verification_method)
        }
        MissingKey::Unusable { error } => path_reason(&error),
        MissingKey::NoTrustList => Reason::new(ReasonCode::TrustListMissing),
    }
}

pub(crate) fn refused_reason(refused: &TrustListRefused) -> Reason {
    match refused {
        TrustListRefused::RolledBack { found, seen } => Reason::new(ReasonCode::TrustListRolledBack)
            .with("found", found)
            .with("seen", seen),
        refused => Reason::new(ReasonCode::TrustListNotAuthentic).with("error", refused),
    }
}

fn currency_reason(trust: &TrustContext, clock: Clock) -> Option<Reason> {
    let list = trust.list();
    match trust.currency(clock.now) {
        Currency::Current => None,
        Currency::Expired => Some(
            Reason::new(ReasonCode::TrustListExpired)
                .with("until", list.valid_until)
                .with("now", clock.now),
        ),
        Currency::FromFuture => Some(
            Reason::new(ReasonCode::TrustListFromFuture)
                .with("issued", list.issued)
                .with("now", clock.now),
        ),
    }
}

fn path_reason(error: &PathError) -> Reason {
    let code = match error {
        PathError::CaKey
        | PathError::KeyUsage { .. }
        | PathError::WrongPurpose { .. }
        | PathError::IntermediatePurpose { .. } => ReasonCode::WrongKeyPurpose,
        _ => ReasonCode::PathInvalid,
    };
    Reason::new(code).with("error", error)
}

/// The place in the log, where a receipt proves one; a receipt that proves nothing is told and not counted.
pub(crate) fn read_log(
    genuine: &GenuineCredential<'_>,
    trust: &TrustContext,
    facts: LogFacts<'_>,
    clock: Clock,
    reasons: &mut Vec<Reason>,
) -> Option<Logged> {
    let credential = &genuine.credential;
    let expected = Expected {
        issuer: &credential.issuer.id,
        digest: genuine.digest,
        record: Record::Credential {
            number: credential.number.clone(),
            version: credential.version,
        },
    };
    let checked = facts
        .receipt
        .map(|receipt| match trust.log(&credential.issuer.id) {
            Some(log) => log
                .check_receipt(receipt, &expected)
                .and_then(|logged| logged.at_a_possible_time(genuine.created, clock))
                .map_err(|error| error.to_string()),
            None => Err("the trust list names no usable log key".to_owned()),
        });
    match checked {
        Some(Ok(logged)) => {
            let reason = Reason::new(ReasonCode::Logged).with("index", logged.index);
            reasons.push(reason.with("recorded", logged.recorded));
            return Some(logged);
        }
        Some(Err(error)) => reasons.push(Reason::new(ReasonCode::LogProofInvalid).with("error", error)),
        None => {}
    }
    reasons.push(Reason::new(match facts.policy {
        LogProofPolicy::WhenPresent => ReasonCode::LogNotChecked,
        LogProofPolicy::Required => ReasonCode::NotYetLogged,
    }));
    None
}

/// What of the credential the trust list must bear out, as of the time it was signed: scheme, name, registry,
/// accreditations.
fn listed_facts(credential: &Credential, issuer: &TrustedIssuer, signed: Timestamp) -> Vec<Reason> {
    let holds = |from: Timestamp, until: Option<Timestamp>| {
        from <= signed && until.is_none_or(|until| signed < until)
    };
    let mut reasons = Vec::new();
    let edition = &credential.scheme.edition;
    if !issuer
        .schemes
        .iter()
        .any(|scheme| scheme.edition == *edition && holds(scheme.from, scheme.until))
    {
        reasons.push(
            Reason::new(ReasonCode::SchemeNotAuthorised)
                .with("scheme", edition)
                .with("at", signed),
        );
    }
    let body = &credential.issuer;
    let named = issuer
        .names
        .iter()
        .any(|name| name.name == body.name && name.name_en == body.name_en && holds(name.from, name.until));
    if !named {
        reasons.push(
            Reason::new(ReasonCode::IssuerFactsNotListed)
                .with("name", &body.name)
                .with("at", signed),
        );
    } else if !issuer.registries.contains(&body.registry) {
        let reason = Reason::new(ReasonCode::IssuerFactsNotListed);
        reasons.push(reason.with("registry", body.registry.as_str()));
    }
    for claim in &body.authorisations {
        let held = issuer.accreditations.iter().any(|held| {
            held.name == claim.name
                && held.authority == claim.authority
                && held.edition == *edition
                && holds(held.from, held.until)
        });
        if !held {
            reasons.push(
                Reason::new(ReasonCode::AccreditationNotListed)
                    .with("name", &claim.name)
                    .with("at", signed),
            );
        }
    }
    reasons
}
