//! Signed checkpoints and log proofs, whole, as a reader gets them.
#![expect(clippy::unwrap_used, reason = "tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use touchstone_schemas::tlog::{
    Checkpoint, CheckpointError, ConsistencyProof, KeyId, KeyName, LogProof, NoteSignature, Origin,
    SignedNote, TreeHead, leaf_hash, node_hash,
};
use touchstone_verifier::tlog::{
    CheckpointRefused, ConsistencyRefused, InclusionRefused, LogKey, LogKeyError, LogProofRefused,
    NoteRefused, open_checkpoint, verify_log_proof, verify_note, verify_same_history,
};

const ORIGIN: &str = "registry.example/log";

fn signing_key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn log_key(origin: &str, key: &SigningKey) -> LogKey {
    LogKey::new(Origin::parse(origin).unwrap(), &key.verifying_key().to_bytes()).unwrap()
}

fn line(name: &str, key: &SigningKey, text: &str) -> NoteSignature {
    let key_name = KeyName::parse(name).unwrap();
    let key_id = KeyId::of_ed25519(&key_name, &key.verifying_key().to_bytes());
    NoteSignature {
        key_name,
        key_id,
        signature: key.sign(text.as_bytes()).to_bytes().to_vec(),
    }
}

fn signed(text: &str) -> String {
    SignedNote::new(text.to_owned(), vec![line(ORIGIN, &signing_key(), text)])
        .unwrap()
        .to_string()
}

/// A log of two entries.
fn head() -> TreeHead {
    TreeHead {
        size: 2,
        root: node_hash(&leaf_hash(b"first"), &leaf_hash(b"second")),
    }
}

fn checkpoint_text() -> String {
    Checkpoint {
        origin: Origin::parse(ORIGIN).unwrap(),
        head: head(),
    }
    .to_string()
}

#[test]
fn the_note_of_the_go_tests_verifies() {
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let lines = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n\
                 — EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
    let note = SignedNote::parse(format!("{text}\n{lines}").as_bytes()).unwrap();
    for (name, id, key) in [
        (
            "PeterNeumann",
            "c74f20a3",
            "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ),
        (
            "EnochRoot",
            "af0cfe78",
            "ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        ),
    ] {
        // A verifier key is the signature type, 1 for Ed25519, and the public key.
        let bytes = STANDARD.decode(key).unwrap();
        let (kind, public_key) = bytes.split_first().unwrap();
        assert_eq!(*kind, 1);
        let log = LogKey::new(Origin::parse(name).unwrap(), public_key.try_into().unwrap()).unwrap();
        assert_eq!(log.key_id().to_string(), id);
        assert_eq!(verify_note(&note, &log), Ok(()));
        let altered = note.to_string().replace("cryptography", "cryptographY");
        assert_eq!(
            verify_note(&SignedNote::parse(altered.as_bytes()).unwrap(), &log),
            Err(NoteRefused::Signature)
        );
    }
}

#[test]
fn a_checkpoint_of_the_log_opens() {
    let opened = open_checkpoint(
        signed(&checkpoint_text()).as_bytes(),
        &log_key(ORIGIN, &signing_key()),
    )
    .unwrap();
    assert_eq!((opened.origin().as_str(), opened.head()), (ORIGIN, &head()));
}

#[test]
fn lines_of_other_keys_are_ignored() {
    let (text, log) = (checkpoint_text(), log_key(ORIGIN, &signing_key()));
    let stranger = SigningKey::from_bytes(&[8; 32]);
    let own = line(ORIGIN, &signing_key(), &text);
    let same_id = NoteSignature {
        key_name: KeyName::parse("witness.example").unwrap(),
        signature: vec![0],
        ..own.clone()
    };
    let same_name = line(ORIGIN, &stranger, &text);
    let note = |lines: Vec<NoteSignature>| SignedNote::new(text.clone(), lines).unwrap();
    assert_eq!(
        verify_note(&note(vec![same_id.clone(), own.clone(), same_name.clone()]), &log),
        Ok(())
    );
    let refused = verify_note(&note(vec![same_id, same_name]), &log);
    assert_eq!(
        refused,
        Err(NoteRefused::NotSigned {
            origin: log.origin().clone(),
            key_id: log.key_id()
        })
    );

    // Name and ID of the log: the line must hold, also beside one that does.
    let forged = NoteSignature {
        signature: stranger.sign(text.as_bytes()).to_bytes().to_vec(),
        ..own.clone()
    };
    assert_eq!(
        verify_note(&note(vec![own.clone(), forged]), &log),
        Err(NoteRefused::Signature)
    );
    let cut = NoteSignature {
        signature: vec![0; 63],
        ..own
    };
    assert_eq!(
        verify_note(&note(vec![cut]), &log),
        Err(NoteRefused::SignatureLength { found: 63 })
    );
}

#[test]
fn what_the_log_did_not_say_is_refused() {
    let (text, log) = (checkpoint_text(), log_key(ORIGIN, &signing_key()));
    let open = |note: &str| open_checkpoint(note.as_bytes(), &log).unwrap_err();
    let good = signed(&text);
    assert_eq!(
        open(&good.replacen("\n2\n", "\n3\n", 1)),
        CheckpointRefused::Signature(NoteRefused::Signature)
    );
    assert!(matches!(
        open(&good.replace("— registry", "— registrar")),
        CheckpointRefused::Signature(_)
    ));
    assert!(matches!(open(&text), CheckpointRefused::Note(_)));
    // Signed, and yet no checkpoint of this log.
    let extended = signed(&format!("{text}extension\n"));
    assert_eq!(
        open(&extended),
        CheckpointRefused::Text(CheckpointError::ExtensionLine)
    );
    let found = Origin::parse("other.example/log").unwrap();
    let other = Checkpoint {
        origin: found.clone(),
        head: head(),
    }
    .to_string();
    assert_eq!(
        open(&signed(&other)),
        CheckpointRefused::Origin {
            found,
            expected: log.origin().clone()
        }
    );
}

#[test]
fn no_bit_of_a_signed_checkpoint_can_be_changed() {
    let log = log_key(ORIGIN, &signing_key());
    let good = signed(&checkpoint_text()).into_bytes();
    for position in 0..good.len() * 8 {
        let mut altered = good.clone();
        *altered.get_mut(position / 8).unwrap() ^= 1 << (position % 8);
        assert!(open_checkpoint(&altered, &log).is_err(), "bit {position}");
    }
    for length in 0..good.len() {
        assert!(
            open_checkpoint(good.get(..length).unwrap(), &log).is_err(),
            "cut to {length}"
        );
    }
}

#[test]
fn keys_that_prove_nothing_are_refused() {
    let origin = Origin::parse(ORIGIN).unwrap();
    let mut neutral = [0; 32];
    *neutral.first_mut().unwrap() = 1;
    assert_eq!(
        LogKey::new(origin.clone(), &neutral),
        Err(LogKeyError::SmallOrder)
    );
    let mut off_curve = [0; 32];
    *off_curve.first_mut().unwrap() = 2;
    assert_eq!(LogKey::new(origin, &off_curve), Err(LogKeyError::NotAPoint));
}

#[test]
fn a_log_proof_leads_from_the_entry_to_the_log() {
    let log = log_key(ORIGIN, &signing_key());
    let text = |index: u64| {
        format!(
            "c2sp.org/tlog-proof@v1\nindex {index}\n{}\n\n{}",
            leaf_hash(b"first"),
            signed(&checkpoint_text())
        )
    };
    let proof = LogProof::parse(text(1).as_bytes()).unwrap();
    let verified = verify_log_proof(b"second", &proof, &log).unwrap();
    assert_eq!((verified.index(), verified.checkpoint().head()), (1, &head()));

    let refused = verify_log_proof(b"third", &proof, &log).unwrap_err();
    assert!(matches!(
        refused,
        LogProofRefused::Inclusion(InclusionRefused::Root { .. })
    ));
    let misplaced = LogProof::parse(text(0).as_bytes()).unwrap();
    let refused = verify_log_proof(b"second", &misplaced, &log).unwrap_err();
    assert!(matches!(
        refused,
        LogProofRefused::Inclusion(InclusionRefused::Root { .. })
    ));
    let other = log_key(ORIGIN, &SigningKey::from_bytes(&[8; 32]));
    let refused = verify_log_proof(b"second", &proof, &other).unwrap_err();
    assert!(matches!(
        refused,
        LogProofRefused::Checkpoint(CheckpointRefused::Signature(NoteRefused::NotSigned { .. }))
    ));
}

#[test]
fn two_heads_of_one_history_are_tied_in_either_order() {
    let older = TreeHead {
        size: 1,
        root: leaf_hash(b"first"),
    };
    let proof = ConsistencyProof {
        hashes: vec![leaf_hash(b"second")],
    };
    let tied = verify_same_history(&head(), &older, &proof).unwrap();
    assert_eq!((tied.older(), tied.newer()), (&older, &head()));
    assert_eq!(verify_same_history(&older, &head(), &proof), Ok(tied));
    let forked = TreeHead {
        root: leaf_hash(b"other"),
        ..older
    };
    assert!(matches!(
        verify_same_history(&forked, &head(), &proof),
        Err(ConsistencyRefused::NewRoot { .. })
    ));
}
