//! Status list credentials (Bitstring Status List 1.0 §2.2, §3).

use crate::{
    budget::{MAX_STATUS_LIST_BYTES, MAX_STATUS_LIST_ENTRIES},
    credential::{CREDENTIALS_V2_CONTEXT, RegistryBase, TOUCHSTONE_CONTEXT_V1},
    date_time::Timestamp,
    decode::{DecodeError, decode},
    did::Did,
    gzip::{self, GzipError},
    jcs::Encode,
    json::Value,
    multibase::{MultibaseError, decode_base64url, encode_base64url},
    record,
    status::{StatusPurpose, status_list_id},
};

/// Least number of entries of a list: 131,072, so that an index hides among many (§3.1).
pub const MIN_ENTRIES: u32 = 131_072;

/// The bits of a list, `size` bits an entry, first entry leftmost (§3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitstring {
    bytes: Vec<u8>,
    size: u8,
    entries: u32,
}

/// A status list as its authority signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    /// The status authority's DID.
    pub issuer: Did,
    /// Base URL of the registry in its id.
    pub registry: RegistryBase,
    /// What it tells.
    pub purpose: StatusPurpose,
    /// Its number, from 1.
    pub list: u32,
    /// Grows with every version of this list; a client never goes back.
    pub sequence: u64,
    /// The instant whose states it shows.
    pub valid_from: Timestamp,
    /// After it the list says nothing; at most 24 h later.
    pub valid_until: Timestamp,
    /// The bits.
    pub bits: Bitstring,
}

/// Why a document is not a status list of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusListError {
    /// A member is missing, unknown or of another type.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not base64url multibase.
    #[error("/credentialSubject/encodedList: {0}")]
    Encoding(#[from] MultibaseError),
    /// Not gzip.
    #[error("/credentialSubject/encodedList does not decompress")]
    Compression,
    /// Fewer entries than the minimum.
    #[error("the list has {found} entries, wanted at least {MIN_ENTRIES}")]
    TooShort {
        /// Entries found.
        found: u64,
    },
    /// More bytes than the budget allows; decompression stopped there.
    #[error("the list decompresses to more than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: u64,
    },
    /// `validUntil` not after `validFrom`, or more than 24 h after it.
    #[error("the list is valid from {from} until {until}, wanted at most 24 hours")]
    Validity {
        /// From.
        from: Timestamp,
        /// Until.
        until: Timestamp,
    },
    /// The id is not `<registry>/status-lists/<purpose>/<list>`.
    #[error("/id is {found:?}, wanted <registry>/status-lists/<purpose>/<list>")]
    Id {
        /// What stands there.
        found: String,
    },
    /// A constant or repeated member is not what the others give.
    #[error("{member} is not what the other members give")]
    NotDerived {
        /// The member.
        member: &'static str,
    },
}

impl Bitstring {
    /// A list of `entries` entries, all 0. `entries` is raised to [`MIN_ENTRIES`], cut to the budget, and a multiple of 8.
    #[must_use]
    pub fn zeroed(purpose: StatusPurpose, entries: u32) -> Self {
        let entries = entries.clamp(MIN_ENTRIES, MAX_STATUS_LIST_ENTRIES) / 8 * 8;
        let bytes = usize::try_from(u64::from(entries) * u64::from(purpose.size()) / 8).unwrap_or(0);
        Self {
            bytes: vec![0; bytes],
            size: purpose.size(),
            entries,
        }
    }

    /// Number of entries.
    #[must_use]
    pub const fn entries(&self) -> u32 {
        self.entries
    }

    /// The value at an index; `None` beyond the end.
    #[must_use]
    pub fn value(&self, index: u32) -> Option<u8> {
        if index >= self.entries {
            return None;
        }
        let first = u64::from(index) * u64::from(self.size);
        (first..first + u64::from(self.size)).try_fold(0u8, |value, bit| Some(value << 1 | self.bit(bit)?))
    }

    /// Sets the value at an index; `false` when the index or the value does not fit.
    #[must_use]
    pub fn set(&mut self, index: u32, value: u8) -> bool {
        if index >= self.entries || u32::from(value) >> self.size != 0 {
            return false;
        }
        let first = u64::from(index) * u64::from(self.size);
        for place in 0..self.size {
            let on = value >> (self.size - 1 - place) & 1 == 1;
            let bit = first + u64::from(place);
            let Some(byte) = usize::try_from(bit / 8)
                .ok()
                .and_then(|at| self.bytes.get_mut(at))
            else {
                return false;
            };
            let mask = 0x80u8 >> (bit % 8);
            *byte = if on { *byte | mask } else { *byte & !mask };
        }
        true
    }

    /// Every entry that is not 0, with its value, in order of index.
    pub fn nonzero(&self) -> impl Iterator<Item = (u32, u8)> + '_ {
        let size = u64::from(self.size);
        let group = if self.size == 1 { 1 } else { 3 };
        self.bytes
            .chunks(group)
            .enumerate()
            .filter(|(_, bytes)| bytes.iter().any(|byte| *byte != 0))
            .flat_map(move |(chunk, _)| {
                let first = chunk as u64 * group as u64 * 8 / size;
                (first..first + 8).filter_map(|index| {
                    let index = u32::try_from(index).ok()?;
                    self.value(index)
                        .filter(|value| *value != 0)
                        .map(|value| (index, value))
                })
            })
    }

    fn bit(&self, bit: u64) -> Option<u8> {
        let byte = self.bytes.get(usize::try_from(bit / 8).ok()?)?;
        Some(byte >> (7 - bit % 8) & 1)
    }

    /// The `encodedList`: base64url multibase of gzip (§3.3).
    ///
    /// The same bits give the same text: no time stamp, one level.
    #[must_use]
    pub fn encode(&self) -> String {
        encode_base64url(&gzip::compress(&self.bytes))
    }

    /// Reads an `encodedList`; decompression stops at the budget, whatever the header claims.
    ///
    /// # Errors
    /// [`StatusListError`]: encoding, compression, too short, too long.
    pub fn decode(text: &str, purpose: StatusPurpose) -> Result<Self, StatusListError> {
        let compressed = decode_base64url(text, MAX_STATUS_LIST_BYTES)?;
        let limit = u64::from(MAX_STATUS_LIST_ENTRIES) * u64::from(purpose.size()) / 8;
        let bytes = gzip::decompress(&compressed, limit).map_err(|error| match error {
            GzipError::Malformed => StatusListError::Compression,
            GzipError::TooLong { limit } => StatusListError::TooLong { limit },
        })?;
        let length = bytes.len() as u64;
        let found = length * 8 / u64::from(purpose.size());
        let whole = length.is_multiple_of(u64::from(purpose.size()));
        match u32::try_from(found) {
            Ok(entries) if whole && entries >= MIN_ENTRIES => Ok(Self {
                bytes,
                size: purpose.size(),
                entries,
            }),
            _ => Err(StatusListError::TooShort { found }),
        }
    }
}

#[derive(Debug, PartialEq)]
struct WireStatusList {
    context: Vec<String>,
    types: Vec<String>,
    id: String,
    issuer: Did,
    valid_from: Timestamp,
    valid_until: Timestamp,
    credential_subject: WireSubject,
}

record! { WireStatusList {
    "@context": context,
    "credentialSubject": credential_subject,
    "id": id,
    "issuer": issuer,
    "type": types,
    "validFrom": valid_from,
    "validUntil": valid_until,
} }

#[derive(Debug, PartialEq)]
struct WireSubject {
    subject_type: String,
    id: String,
    status_purpose: StatusPurpose,
    sequence: u64,
    encoded_list: String,
}

record! { WireSubject {
    "encodedList": encoded_list,
    "id": id,
    "sequence": sequence,
    "statusPurpose": status_purpose,
    "type": subject_type,
} }

/// The exact contexts of a status list, in order.
#[must_use]
pub fn status_list_contexts() -> [&'static str; 2] {
    [CREDENTIALS_V2_CONTEXT, TOUCHSTONE_CONTEXT_V1]
}

impl StatusList {
    /// The list's id.
    #[must_use]
    pub fn id(&self) -> String {
        status_list_id(&self.registry, self.purpose, self.list)
    }

    /// Reads an unsecured status list (the document without its `proof`).
    ///
    /// # Errors
    /// [`StatusListError`] names the first member that is wrong.
    pub fn from_document(document: &Value<'_>) -> Result<Self, StatusListError> {
        let wire: WireStatusList = decode(document)?;
        let subject = &wire.credential_subject;
        let id_error = || StatusListError::Id {
            found: wire.id.clone(),
        };
        let (base, rest) = crate::mark::split_at_mark(&wire.id, "/status-lists/").ok_or_else(id_error)?;
        let list = rest
            .rsplit_once('/')
            .and_then(|(_, list)| list.parse::<u32>().ok())
            .ok_or_else(id_error)?;
        let registry = RegistryBase::parse(base).map_err(|_| id_error())?;
        if list == 0 || status_list_id(&registry, subject.status_purpose, list) != wire.id {
            return Err(id_error());
        }
        let (from, until) = (wire.valid_from, wire.valid_until);
        if until <= from || until.unix() - from.unix() > 86_400 {
            return Err(StatusListError::Validity { from, until });
        }
        let constants = [
            ("@context", wire.context.iter().eq(status_list_contexts().iter())),
            (
                "type",
                wire.types
                    .iter()
                    .eq(["VerifiableCredential", "BitstringStatusListCredential"].iter()),
            ),
            ("credentialSubject/id", subject.id == format!("{}#list", wire.id)),
            (
                "credentialSubject/type",
                subject.subject_type == "BitstringStatusList",
            ),
        ];
        if let Some((member, _)) = constants.into_iter().find(|(_, holds)| !holds) {
            return Err(StatusListError::NotDerived { member });
        }
        Ok(Self {
            bits: Bitstring::decode(&subject.encoded_list, subject.status_purpose)?,
            issuer: wire.issuer,
            registry,
            purpose: subject.status_purpose,
            list,
            sequence: subject.sequence,
            valid_from: from,
            valid_until: until,
        })
    }
}

impl Encode for StatusList {
    fn encode(&self, out: &mut Vec<u8>) {
        let id = self.id();
        WireStatusList {
            context: status_list_contexts().map(str::to_owned).to_vec(),
            types: vec![
                "VerifiableCredential".to_owned(),
                "BitstringStatusListCredential".to_owned(),
            ],
            issuer: self.issuer.clone(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            credential_subject: WireSubject {
                subject_type: "BitstringStatusList".to_owned(),
                id: format!("{id}#list"),
                status_purpose: self.purpose,
                sequence: self.sequence,
                encoded_list: self.bits.encode(),
            },
            id,
        }
        .encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_is_the_leftmost_bit() {
        let mut bits = Bitstring::zeroed(StatusPurpose::Revocation, 0);
        assert!(bits.set(0, 1) && bits.set(131_071, 1));
        assert_eq!(
            (bits.bytes.first(), bits.bytes.last()),
            (Some(&0x80), Some(&0x01))
        );
        assert_eq!(bits.value(131_072), None);
        assert!(!bits.set(5, 2));
    }

    #[test]
    fn three_bit_entries_cross_bytes_and_survive_the_encoding() {
        let mut bits = Bitstring::zeroed(StatusPurpose::Message, 0);
        for (index, value) in [(0, 7), (2, 5), (3, 6), (131_071, 4), (70_000, 1)] {
            assert!(bits.set(index, value));
        }
        assert!(bits.set(0, 3));
        let again = Bitstring::decode(&bits.encode(), StatusPurpose::Message).unwrap();
        assert_eq!(again, bits);
        assert_eq!(
            again.nonzero().collect::<Vec<_>>(),
            vec![(0, 3), (2, 5), (3, 6), (70_000, 1), (131_071, 4)]
        );
    }

    #[test]
    fn a_bomb_stops_at_the_budget_and_a_short_list_is_refused() {
        let gzip = |length: usize| encode_base64url(&gzip::compress(&vec![0; length]));
        let limit = u64::from(MAX_STATUS_LIST_ENTRIES) / 8;
        assert_eq!(
            Bitstring::decode(&gzip(64 << 20), StatusPurpose::Revocation),
            Err(StatusListError::TooLong { limit })
        );
        assert_eq!(
            Bitstring::decode(&gzip(16_383), StatusPurpose::Revocation),
            Err(StatusListError::TooShort { found: 131_064 })
        );
        assert_eq!(
            Bitstring::decode(&encode_base64url(b"not gzip"), StatusPurpose::Revocation),
            Err(StatusListError::Compression)
        );
    }
}
