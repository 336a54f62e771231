//! Status lists show exactly the states: `state(events, at, known_at)` with both clocks at the list's `validFrom` and
//! the bundle's own events counted as recorded then (DESIGN §3).

use std::collections::BTreeMap;

use touchstone_schemas::{
    credential::Credential,
    date_time::Timestamp,
    did::Did,
    lifecycle::{Terms, state},
    status::{StatusAllocation, StatusMessage, StatusPurpose},
    status_list::{Bitstring, StatusList},
};
use touchstone_verifier::trust::CLOCK_SKEW_SECONDS;

use super::{AdmitError, Bundle, LogTime};
use crate::ledger::{CredentialKey, Document, HeldCredential, Layers, Ledger};

/// What stands in a list at an instant, where it is not in force.
type Messages = Vec<(u32, StatusMessage)>;

/// A list follows the version held: same body, higher sequence, no shorter, not about an earlier time. And it is of now:
/// a list that ended before the log's time comes from a clock that has jumped, its own or ours, and must not take the
/// log's time with it.
pub(super) fn check_version(
    layers: Layers<'_>,
    position: usize,
    body: &Did,
    list: &StatusList,
    time: LogTime,
) -> Result<(), AdmitError> {
    let (valid_from, valid_until) = (list.valid_from, list.valid_until);
    for purpose in StatusPurpose::ALL {
        let Some(held) = layers.list((purpose, list.list)) else {
            continue;
        };
        check_owner(list.list, body, &held.body)?;
        if purpose != list.purpose {
            continue;
        }
        if list.sequence <= held.sequence {
            return Err(AdmitError::ListSequence {
                position,
                found: list.sequence,
                held: held.sequence,
            });
        }
        if list.bits.entries() < held.bits.entries() {
            return Err(AdmitError::ListShrinks {
                position,
                purpose,
                found: list.bits.entries(),
                held: held.bits.entries(),
            });
        }
        if valid_from < held.valid_from {
            return Err(AdmitError::ListBehind {
                position,
                valid_from,
                newest: held.valid_from,
            });
        }
    }
    let LogTime { now, recorded } = time;
    if valid_until < recorded {
        return Err(AdmitError::ListExpired {
            position,
            valid_until,
            recorded,
        });
    }
    if valid_from.seconds_since(now) > CLOCK_SKEW_SECONDS {
        return Err(AdmitError::ListFromFuture {
            position,
            valid_from,
            now,
        });
    }
    match layers.newest_event_before(list.list) {
        // What was known once would be unknown again.
        Some(newest) if valid_from < newest => Err(AdmitError::ListBehind {
            position,
            valid_from,
            newest,
        }),
        _ => Ok(()),
    }
}

/// A credential's three lists are there, belong to its body, and have its index.
pub(super) fn check_places(
    layers: Layers<'_>,
    position: usize,
    credential: &Credential,
) -> Result<(), AdmitError> {
    let allocation = credential.status;
    for purpose in StatusPurpose::ALL {
        let held = layers.list((purpose, allocation.list));
        let held = held.ok_or_else(|| AdmitError::ListMissing {
            purpose,
            list: allocation.list,
            id: credential.id(),
        })?;
        check_owner(allocation.list, &credential.issuer.id, &held.body)?;
        if allocation.index >= held.bits.entries() {
            return Err(AdmitError::ListTooShort {
                position,
                purpose,
                entries: held.bits.entries(),
                index: allocation.index,
            });
        }
    }
    Ok(())
}

fn check_owner(list: u32, found: &Did, expected: &Did) -> Result<(), AdmitError> {
    if found == expected {
        Ok(())
    } else {
        Err(AdmitError::ListOwner {
            list,
            found: found.clone(),
            expected: expected.clone(),
        })
    }
}

/// The bits of every list of the bundle are those of the states.
pub(super) fn check_bits(layers: Layers<'_>, bundle: &Bundle) -> Result<(), AdmitError> {
    let mut computed: BTreeMap<(u32, Timestamp), Messages> = BTreeMap::new();
    for (position, document) in bundle.documents().iter().enumerate() {
        let Document::StatusList { list, .. } = &document.document else {
            continue;
        };
        let messages = computed
            .entry((list.list, list.valid_from))
            .or_insert_with(|| messages(layers, list.list, list.valid_from));
        compare(position, list, messages)?;
    }
    Ok(())
}

fn messages(layers: Layers<'_>, list: u32, at: Timestamp) -> Messages {
    let message = |key: &CredentialKey, held: &HeldCredential| {
        let events = layers.events_with_own_recorded_at(key, at);
        state(&held.terms, &events, at, at).message()
    };
    layers
        .in_list(list)
        .map(|(key, held)| (held.allocation.index, message(key, held)))
        .filter(|(_, message)| *message != StatusMessage::InForce)
        .collect()
}

fn compare(position: usize, list: &StatusList, messages: &Messages) -> Result<(), AdmitError> {
    let purpose = list.purpose;
    let mut expected = Bitstring::zeroed(purpose, list.bits.entries());
    for (index, message) in messages {
        if !expected.set(*index, message.value(purpose)) {
            return Err(AdmitError::ListTooShort {
                position,
                purpose,
                entries: list.bits.entries(),
                index: *index,
            });
        }
    }
    if expected == list.bits {
        return Ok(());
    }
    let value = |bits: &Bitstring, index| bits.value(index).unwrap_or_default();
    let differs = |index: &u32| value(&list.bits, *index) != value(&expected, *index);
    let index = (0..list.bits.entries()).find(differs).unwrap_or_default();
    Err(AdmitError::ListBits {
        position,
        purpose,
        index,
        found: value(&list.bits, index),
        expected: value(&expected, index),
    })
}

/// Every credential of the bundle is shown as it is from its first moment on: in lists of the bundle, or in those held.
/// One that was transcribed may be overdue, or within its grace, on the day it enters.
pub(super) fn check_shown(
    layers: Layers<'_>,
    own: &Ledger,
    bundle: &Bundle,
    recorded: Timestamp,
) -> Result<(), AdmitError> {
    for document in bundle.documents() {
        let Document::Credential(credential) = &document.document else {
            continue;
        };
        let key: CredentialKey = (credential.number.clone(), credential.version);
        let (terms, events) = (Terms::from(&**credential), layers.events(&key));
        let StatusAllocation { list, index } = credential.status;
        for purpose in StatusPurpose::ALL {
            let Some(held) = layers.list((purpose, list)) else {
                continue;
            };
            // A list a little ahead of the clock is right for its own instant, which has been compared already.
            let at = recorded.max(held.valid_from);
            let expected = state(&terms, &events, at, at).message().value(purpose);
            let found = held.bits.value(index).unwrap_or_default();
            if found == expected {
                continue;
            }
            return Err(match own_list(own, bundle, purpose, list) {
                Some((position, _)) => AdmitError::ListBits {
                    position,
                    purpose,
                    index,
                    found,
                    expected,
                },
                None => AdmitError::ListMissing {
                    purpose,
                    list,
                    id: credential.id(),
                },
            });
        }
    }
    Ok(())
}

/// Every list whose bits the bundle's events change is in the bundle, and is not about a time before them.
pub(super) fn check_complete(
    layers: Layers<'_>,
    own: &Ledger,
    bundle: &Bundle,
    recorded: Timestamp,
) -> Result<(), AdmitError> {
    for document in bundle.documents() {
        let Document::Event(event) = &document.document else {
            continue;
        };
        let key: CredentialKey = (event.number.clone(), event.version);
        let Some(held) = layers.credential(&key) else {
            continue;
        };
        let now = state(&held.terms, &layers.events(&key), recorded, recorded).message();
        for purpose in StatusPurpose::ALL {
            let (list, index) = (held.allocation.list, held.allocation.index);
            if let Some((position, changed)) = own_list(own, bundle, purpose, list) {
                if changed.valid_from < event.effective {
                    return Err(AdmitError::ListBehind {
                        position,
                        valid_from: changed.valid_from,
                        newest: event.effective,
                    });
                }
                continue;
            }
            let shown = layers
                .list((purpose, list))
                .and_then(|held| held.bits.value(index));
            if shown != Some(now.value(purpose)) {
                return Err(AdmitError::ListMissing {
                    purpose,
                    list,
                    id: event.credential_id(),
                });
            }
        }
    }
    Ok(())
}

fn own_list<'b>(
    own: &Ledger,
    bundle: &'b Bundle,
    purpose: StatusPurpose,
    list: u32,
) -> Option<(usize, &'b StatusList)> {
    own.list((purpose, list))?;
    let documents = bundle.documents().iter().enumerate();
    documents
        .filter_map(|(position, document)| match &document.document {
            Document::StatusList { list, .. } => Some((position, &**list)),
            _ => None,
        })
        .rfind(|(_, found)| found.purpose == purpose && found.list == list)
}
