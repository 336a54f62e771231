//! What a verification still wants: the first call of a shell, before it fetches.
//!
//! URLs come from the trust list alone. A document can name a host only if the signature fits and the list names that
//! host as a registry of the document's issuer; before that nothing but the trust list is asked for (THREATS T23).

use touchstone_schemas::{
    jcs::to_canonical,
    record,
    status::{StatusPurpose, status_list_id},
};

use crate::{
    clock::Clock,
    input::Request,
    trust::Currency,
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
}

record! { write Needs {
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
    }
}
