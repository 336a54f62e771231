//! The trust list, under the pinned key.

use touchstone_schemas::date_time::Timestamp;
use touchstone_verifier::{
    input::{LogProofPolicy, Policy},
    open_trust_list,
    trust::Currency,
};

use super::{Faults, files::named};
use crate::config::Config;

pub(super) fn check(config: &Config, now: Timestamp, faults: &mut Faults) {
    let path = &config.trust.list;
    let bytes = faults.unless("trust.list", named(path, std::fs::read(path)));
    let Some(owner_key) = config.trust.owner_key else {
        faults.add(
            "trust.owner_key",
            "no scheme owner is pinned: nothing is served without",
        );
        return;
    };
    let policy = Policy {
        owner_key,
        owner_successor: config.trust.owner_successor,
        log_proof: LogProofPolicy::WhenPresent,
    };
    let Some(context) =
        bytes.and_then(|bytes| faults.unless("trust.list", open_trust_list(&bytes, &policy, None)))
    else {
        return;
    };
    let list = context.list();
    match context.currency(now) {
        Currency::Current => {}
        Currency::Expired => {
            let until = list.valid_until;
            faults.warn(
                "trust.list",
                format!("counted until {until}: nothing is taken in until there is a newer one"),
            );
        }
        Currency::FromFuture => {
            faults.warn("trust.list", "was issued in the future, by this machine's clock")
        }
    }
    if !list
        .issuers
        .iter()
        .any(|issuer| issuer.registries.contains(&config.registry.base))
    {
        let base = config.registry.base.as_str();
        faults.warn("trust.list", format!("names no body whose registry is {base}"));
    }
}
