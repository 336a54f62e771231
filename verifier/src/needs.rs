//! What a verification still wants: the first call of a shell, before it fetches.
//!
//! URLs come from the trust list alone. A document can name a host only if the signature fits and the list names that
//! host as a registry of the document's issuer; before that nothing but the trust list is asked for (THREATS T23).

use touchstone_schemas::{
    budget::MAX_REQUEST_LOG_TILES,
    jcs::to_canonical,
    record,
    status::{StatusPurpose, status_list_id},
    trust_list::Retirement,
};

use crate::{
    authorised::read_log,
    clock::Clock,
    events::events_of_retired_keys,
    genuine::GenuineCredential,
    input::Request,
    log_check::{Logged, retirement_point},
    trust::{Currency, TrustContext},
    verify::{Presentation, Verifier},
};

/// What a shell should fetch, each in its own way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A trust list, or a newer one, from where the shell's configuration says.
    pub trust_list: bool,
    /// URLs of status lists.
    pub status_lists: Vec<String>,
    /// URL of the certificate's record, which holds its receipt and events.
    pub record: Option<String>,
    /// URLs of log tiles: they show that what a retired key signed stood in the log before the key was retired. They
    /// name no certificate.
    pub log_tiles: Vec<String>,
}

record! { write Needs {
    "logTiles"? log_tiles,
    "record"? record,
    "statusLists": status_lists,
    "trustList": trust_list,
} }

impl Needs {
    /// Whether nothing is wanting.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// As JCS bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        to_canonical(self)
    }
}

/// What a request still wants.
#[must_use]
pub fn needs(request: &Request) -> Needs {
    let verifier = Verifier::open(&request.facts, request.policy.clone());
    let clock = Clock::new(request.now, request.facts.seen.clock_floor, request.at);
    let Some(trust) = verifier.trust() else {
        return Needs {
            trust_list: true,
            ..Needs::default()
        };
    };
    let trust_list = trust.currency(clock.now) == Currency::Expired;
    let Some(genuine) = verifier.genuine(&Presentation::from(request), clock) else {
        // A key that is not listed may be listed by now.
        return Needs {
            trust_list: true,
            ..Needs::default()
        };
    };
    let credential = &genuine.credential;
    if !genuine
        .key
        .issuer
        .registries
        .contains(&credential.issuer.registry)
    {
        return Needs {
            trust_list,
            ..Needs::default()
        };
    }
    let reading = verifier.status(&genuine, clock);
    let told = |purpose| match purpose {
        StatusPurpose::Revocation => reading.revoked.is_some(),
        StatusPurpose::Suspension => reading.suspended.is_some(),
        StatusPurpose::Message => reading.message.is_some(),
    };
    let wanted = StatusPurpose::ALL
        .into_iter()
        .filter(|purpose| reading.snapshot.is_none() && !told(*purpose));
    let url = |purpose| status_list_id(&credential.issuer.registry, purpose, credential.status.list);
    Needs {
        trust_list,
        status_lists: wanted.map(url).collect(),
        record: request.facts.receipt.is_none().then(|| credential.id()),
        log_tiles: log_tiles(&verifier, trust, &genuine, &Presentation::from(request), clock),
    }
}

/// The tiles that join the tree of a receipt to that of the point at which its key was retired. Sizes are taken from
/// receipts that hold alone.
fn log_tiles(
    verifier: &Verifier,
    trust: &TrustContext,
    genuine: &GenuineCredential<'_>,
    presentation: &Presentation<'_>,
    clock: Clock,
) -> Vec<String> {
    let credential = &genuine.credential;
    let history = presentation.history(credential);
    let mut retired: Vec<(&Retirement, Logged)> =
        events_of_retired_keys(credential, genuine.digest, presentation.events, trust);
    if let Some(retirement) = &genuine.key.entry.retired {
        let facts = verifier.log_facts(presentation, &history);
        let logged = read_log(genuine, trust, facts, clock, &mut Vec::new());
        retired.extend(logged.map(|logged| (retirement, logged)));
    }
    let mut wanted = Vec::new();
    for (retirement, logged) in retired {
        let point = retirement_point(retirement);
        if logged.index < point.size && !history.joins(&logged.head, &point) {
            wanted.extend(history.wanted(logged.head.size, point.size, &credential.issuer.registry));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted.truncate(MAX_REQUEST_LOG_TILES);
    wanted
}
