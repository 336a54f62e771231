//! A checkpoint in place of a certificate: has the log whose checkpoint it is only grown since?

use std::collections::BTreeMap;

use touchstone_schemas::budget::MAX_NOTE_BYTES;
use touchstone_schemas::tlog::{
    Checkpoint, Hash, SignedNote, TileFile, TilePath, TreeHead, tile::TILE_WIDTH,
};
use touchstone_verifier::input::Request;
use touchstone_verifier::open_trust_list;
use touchstone_verifier::tlog::{LogKey, NotGrown, check_growth, open_checkpoint};

use crate::arguments::Language;
use crate::fetch;

/// What became of a log since a checkpoint of it.
#[derive(Debug)]
pub(crate) enum Growth {
    /// It only grew: nothing that stood in it was altered or removed.
    Grown {
        /// The checkpoint at hand.
        older: TreeHead,
        /// The newest.
        newer: TreeHead,
    },
    /// It did not: two histories under one key.
    Not(NotGrown),
    /// Nothing is known.
    CouldNotTell(String),
}

/// Whether a text is a signed note, as no certificate is.
pub(crate) fn is_checkpoint(document: &str) -> bool {
    document.contains("\n\n\u{2014} ") && SignedNote::parse(document.as_bytes()).is_ok()
}

/// Asks the registries of the log that the trust list names.
pub(crate) fn check(request: &Request, offline: bool) -> Growth {
    compare(request, offline).unwrap_or_else(Growth::CouldNotTell)
}

fn compare(request: &Request, offline: bool) -> Result<Growth, String> {
    let note = SignedNote::parse(request.document.as_bytes()).map_err(|error| error.to_string())?;
    let origin = Checkpoint::parse(note.text())
        .map_err(|error| error.to_string())?
        .origin;
    let list = request.facts.trust_list.as_deref();
    let list = list.ok_or("no trust list is given, and it names the log's key (--trust)")?;
    let trust = open_trust_list(list.as_bytes(), &request.policy, None).map_err(|error| error.to_string())?;
    let mut issuers = trust.list().issuers.iter();
    let issuer = issuers.find(|issuer| issuer.log.origin == origin);
    let issuer = issuer.ok_or_else(|| format!("the trust list names no log {origin}"))?;
    let key = LogKey::new(origin, issuer.log.key.as_bytes()).map_err(|error| error.to_string())?;
    let older = *open_checkpoint(request.document.as_bytes(), &key)
        .map_err(|error| format!("the checkpoint at hand: {error}"))?
        .head();
    if offline {
        return Err("the log has to be asked, which --offline forbids".to_owned());
    }
    let mut failures = Vec::new();
    for base in &issuer.registries {
        match ask(base.as_str(), &key, older) {
            Ok(growth) => return Ok(growth),
            Err(failure) => failures.push(failure),
        }
    }
    Err(failures.join("; "))
}

fn ask(base: &str, key: &LogKey, older: TreeHead) -> Result<Growth, String> {
    let agent = fetch::agent();
    let url = format!("{base}/log/checkpoint");
    let newest =
        fetch::text(&agent, &url, "text/plain", MAX_NOTE_BYTES).map_err(|error| error.to_string())?;
    let newer = *open_checkpoint(newest.as_bytes(), key)
        .map_err(|error| format!("{url}: {error}"))?
        .head();
    let mut tiles: BTreeMap<(u8, u64), Vec<Hash>> = BTreeMap::new();
    let mut failure = None;
    let read = |level: u8, index: u64| {
        let width = u64::from(TILE_WIDTH);
        let tile = index / width;
        if let std::collections::btree_map::Entry::Vacant(place) = tiles.entry((level, tile)) {
            let path = TilePath::in_tree(TileFile::Hashes(level), tile, newer.size)?;
            match fetch::tile(&agent, format!("{base}/log/{path}")) {
                Ok(tile) => place.insert(tile.hashes),
                Err(error) => {
                    failure = Some(error.to_string());
                    return None;
                }
            };
        }
        let place = usize::try_from(index % width).ok()?;
        tiles.get(&(level, tile))?.get(place).copied()
    };
    match check_growth(&older, &newer, read) {
        Ok(()) => Ok(Growth::Grown { older, newer }),
        Err(error) if error.is_unproven() => Err(failure.unwrap_or_else(|| error.to_string())),
        // Tiles come from the same registry as the checkpoint that it signed: it has to answer for both.
        Err(error) => Ok(Growth::Not(error)),
    }
}

impl Growth {
    pub(crate) fn to_json(&self) -> String {
        let value = match self {
            Self::Grown { older, newer } => serde_json::json!({
                "grown": "yes",
                "older": { "size": older.size, "root": older.root.to_string() },
                "newer": { "size": newer.size, "root": newer.root.to_string() },
            }),
            Self::Not(reason) => serde_json::json!({ "grown": "no", "reason": reason.to_string() }),
            Self::CouldNotTell(reason) => serde_json::json!({ "grown": "couldNotTell", "reason": reason }),
        };
        value.to_string()
    }

    pub(crate) fn to_text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Grown { older, newer }, Language::Chinese) => format!(
                "日志只增不改：从 {} 条到 {} 条，原有记录无一改动\n",
                older.size, newer.size
            ),
            (Self::Grown { older, newer }, Language::English) => format!(
                "The log only grew: from {} entries to {}, nothing that stood in it was altered\n",
                older.size, newer.size
            ),
            (Self::Not(reason), Language::Chinese) => {
                format!("日志已被改写，请保留两份检查点作为证据：{reason}\n")
            }
            (Self::Not(reason), Language::English) => {
                format!("The log was rewritten; keep both checkpoints as evidence: {reason}\n")
            }
            (Self::CouldNotTell(reason), Language::Chinese) => format!("无法判断：{reason}\n"),
            (Self::CouldNotTell(reason), Language::English) => format!("Could not tell: {reason}\n"),
        }
    }
}
