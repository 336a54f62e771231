//! Signed notes and tlog-proofs as texts.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use touchstone_schemas::budget::{
    MAX_INCLUSION_HASHES, MAX_LOG_PROOF_BYTES, MAX_NOTE_BYTES, MAX_NOTE_SIGNATURES,
};
use touchstone_schemas::tlog::{
    EMPTY_ROOT, HashError, InclusionProof, KeyId, KeyName, KeyNameError, LogProof, LogProofError, NoteError,
    NoteSignature, SignedNote,
};

// Key and note of the tests of Go's golang.org/x/mod/sumdb/note.
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn note() -> String {
    format!("{TEXT}\n{PETER}{ENOCH}")
}

fn refused(note: &str) -> NoteError {
    SignedNote::parse(note.as_bytes()).unwrap_err()
}

#[test]
fn the_note_of_the_go_tests() {
    let read = SignedNote::parse(note().as_bytes()).unwrap();
    assert_eq!(read.text(), TEXT);
    let names: Vec<_> = read
        .signatures()
        .iter()
        .map(|line| (line.key_name.as_str(), line.key_id.to_string()))
        .collect();
    assert_eq!(
        names,
        [
            ("PeterNeumann", "c74f20a3".to_owned()),
            ("EnochRoot", "af0cfe78".to_owned())
        ]
    );
    assert!(read.signatures().iter().all(|line| line.signature.len() == 64));
    assert_eq!(read.to_string(), note());
    assert_eq!(
        SignedNote::new(TEXT.to_owned(), read.signatures().to_vec()),
        Ok(read)
    );
}

#[test]
fn the_last_empty_line_parts_text_and_signatures() {
    let text = format!("first\n\n{PETER}\n\n");
    let read = SignedNote::parse(format!("{text}\n{PETER}").as_bytes()).unwrap();
    assert_eq!((read.text(), read.signatures().len()), (text.as_str(), 1));
    let read = SignedNote::parse(format!("\n\n{PETER}").as_bytes()).unwrap();
    assert_eq!(read.text(), "\n");
}

#[test]
fn every_fault_has_its_error() {
    assert_eq!(refused(TEXT), NoteError::NoEmptyLine);
    assert_eq!(refused(""), NoteError::NoEmptyLine);
    assert_eq!(refused(&format!("\n{PETER}")), NoteError::NoEmptyLine);
    assert_eq!(refused(&format!("{TEXT}\n")), NoteError::NoSignatureLine);
    assert_eq!(
        refused(format!("{TEXT}\n{PETER}").trim_end()),
        NoteError::NoSignatureLine
    );
    assert_eq!(
        refused(&note().replace("think", "thi\tnk")),
        NoteError::ControlCharacter { offset: 10 }
    );
    assert_eq!(
        refused(&note().replace('\n', "\r\n")),
        NoteError::ControlCharacter { offset: 56 }
    );
    assert_eq!(
        SignedNote::parse(b"ab\xff\n\n").unwrap_err(),
        NoteError::NotUtf8 { offset: 2 }
    );
    assert_eq!(
        refused(&format!("{}unexpected\n", note())),
        NoteError::NotASignatureLine { line: 6 }
    );
    assert_eq!(
        refused(&note().replace("— Enoch", "- Enoch")),
        NoteError::NotASignatureLine { line: 5 }
    );
    assert_eq!(
        refused(&note().replace("— Enoch", "—\u{a0}Enoch")),
        NoteError::NotASignatureLine { line: 5 }
    );
    assert_eq!(
        refused(&note().replace("EnochRoot ", "EnochRoot")),
        NoteError::NotASignatureLine { line: 5 }
    );
    let space = NoteError::KeyName {
        line: 4,
        source: KeyNameError::Empty,
    };
    assert_eq!(refused(&note().replace("PeterNeumann ", " ")), space);
    let plus = NoteError::KeyName {
        line: 4,
        source: KeyNameError::Character {
            offset: 5,
            character: '+',
        },
    };
    assert_eq!(refused(&note().replace("PeterNeumann", "Peter+Neumann")), plus);
    assert_eq!(
        refused(&note().replace("PeterNeumann", "Peter Neumann")),
        NoteError::NotBase64 { line: 4 }
    );
    assert_eq!(
        refused(&note().replace("BwJnAM=", "BwJnAM")),
        NoteError::NotBase64 { line: 4 }
    );
    assert_eq!(
        refused(&note().replace("BwJnAM=", "BwJnAN=")),
        NoteError::NotBase64 { line: 4 }
    );
    assert_eq!(
        refused(&note().replace("BwJnAM=", "BwJnAM= ")),
        NoteError::NotBase64 { line: 4 }
    );
    let short = NoteError::SignatureTooShort { line: 4, bytes: 4 };
    assert_eq!(refused(&format!("{TEXT}\n— PeterNeumann x08gow==\n")), short);
}

#[test]
fn the_limits_stand_where_the_budget_says() {
    let sixteen = format!("{TEXT}\n{}", PETER.repeat(MAX_NOTE_SIGNATURES));
    assert_eq!(
        SignedNote::parse(sixteen.as_bytes()).unwrap().signatures().len(),
        MAX_NOTE_SIGNATURES
    );
    assert_eq!(
        refused(&format!("{sixteen}{PETER}")),
        NoteError::TooManySignatures { line: 20 }
    );
    let largest = format!("{}\n\n{PETER}", "a".repeat(MAX_NOTE_BYTES - 2 - PETER.len()));
    assert_eq!(
        SignedNote::parse(largest.as_bytes()).unwrap().to_string(),
        largest
    );
    assert_eq!(
        refused(&format!("a{largest}")),
        NoteError::TooLong {
            bytes: MAX_NOTE_BYTES + 1
        }
    );
}

#[test]
fn a_note_is_put_together_only_from_sound_parts() {
    let name = KeyName::parse("a.example").unwrap();
    let line = NoteSignature {
        key_id: KeyId::of_ed25519(&name, &[0; 32]),
        key_name: name,
        signature: vec![1],
    };
    let put = |text: &str, lines: Vec<NoteSignature>| SignedNote::new(text.to_owned(), lines);
    assert!(put("text\n", vec![line.clone()]).is_ok());
    assert!(put("text", vec![line.clone()]).is_err());
    assert!(put("", vec![line.clone()]).is_err());
    assert_eq!(put("text\n", vec![]), Err(NoteError::NoSignatureLine));
    assert_eq!(
        put("tex\tt\n", vec![line.clone()]),
        Err(NoteError::ControlCharacter { offset: 3 })
    );
    // A text that itself ends as a signed note does: without signatures of its own it must not become one.
    assert_eq!(
        put(&format!("text\n\n{line}"), vec![]),
        Err(NoteError::NoSignatureLine)
    );
    let empty = NoteSignature {
        signature: vec![],
        ..line
    };
    assert_eq!(
        put("text\n", vec![empty]),
        Err(NoteError::SignatureTooShort { line: 3, bytes: 4 })
    );
}

#[test]
fn a_log_proof_is_written_as_it_was_read() {
    let checkpoint = SignedNote::parse(note().as_bytes()).unwrap();
    for hashes in [
        vec![],
        vec![EMPTY_ROOT; 3],
        vec![EMPTY_ROOT; MAX_INCLUSION_HASHES],
    ] {
        let inclusion = InclusionProof {
            index: u64::MAX,
            hashes,
        };
        let proof = LogProof {
            inclusion,
            checkpoint: checkpoint.clone(),
        };
        assert_eq!(LogProof::parse(proof.to_string().as_bytes()), Ok(proof));
    }
}

#[test]
fn every_fault_of_a_log_proof_has_its_error() {
    let good = format!(
        "c2sp.org/tlog-proof@v1\nindex 7\n{EMPTY_ROOT}\n{EMPTY_ROOT}\n\n{}",
        note()
    );
    assert_eq!(LogProof::parse(good.as_bytes()).unwrap().to_string(), good);
    let refused = |from: &str, to: &str| {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good);
        LogProof::parse(text.as_bytes()).unwrap_err()
    };
    assert_eq!(refused("@v1", "@v2"), LogProofError::Heading);
    assert_eq!(refused("c2sp", "\u{feff}c2sp"), LogProofError::Heading);
    assert_eq!(
        refused("index 7\n", "extra AAE=\nindex 7\n"),
        LogProofError::Extra
    );
    for wrong in [
        "index 07\n",
        "index  7\n",
        "index -7\n",
        "index 7 \n",
        "Index 7\n",
        "index\n",
        "",
    ] {
        assert_eq!(refused("index 7\n", wrong), LogProofError::Index, "{wrong:?}");
    }
    let hash = |line, source| LogProofError::Hash { line, source };
    assert_eq!(refused("47DEQpj8", "47DEQpj"), hash(3, HashError::NotBase64));
    assert_eq!(
        refused("FU=\n\n", "FU=\nAAE=\n\n"),
        hash(5, HashError::Length { found: 2 })
    );
    assert_eq!(refused("FU=\n4", "FU=\r\n4"), hash(3, HashError::NotBase64));
    assert_eq!(
        refused(&format!("\n\n{TEXT}"), "\n"),
        LogProofError::Note(NoteError::NoEmptyLine)
    );
    assert_eq!(
        refused(&good[good.find("\n\n").unwrap()..], "\n"),
        LogProofError::NoEmptyLine
    );
    let more = format!(
        "index 7\n{}",
        format!("{EMPTY_ROOT}\n").repeat(MAX_INCLUSION_HASHES - 1)
    );
    assert_eq!(
        refused("index 7\n", &more),
        LogProofError::TooManyHashes { line: 67 }
    );
    let long = "a".repeat(MAX_LOG_PROOF_BYTES + 1);
    assert_eq!(
        LogProof::parse(long.as_bytes()),
        Err(LogProofError::TooLong { bytes: long.len() })
    );
    assert_eq!(
        LogProof::parse(b"c2sp\xff"),
        Err(LogProofError::NotUtf8 { offset: 4 })
    );
    assert!(matches!(
        LogProof::parse(&good.as_bytes()[..good.len() - 1]),
        Err(LogProofError::Note(_))
    ));
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_written_back(place in any::<prop::sample::Index>(), bytes in any::<Vec<u8>>(), cut in 0_usize..4) {
        let proof = format!("c2sp.org/tlog-proof@v1\nindex 7\n{EMPTY_ROOT}\n\n{}", note()).into_bytes();
        let mut altered = proof.clone();
        let start = place.index(proof.len());
        let end = (start + cut).min(proof.len());
        altered.splice(start..end, bytes);
        if let Ok(read) = LogProof::parse(&altered) {
            prop_assert_eq!(read.to_string().into_bytes(), altered);
        }
    }

    #[test]
    fn every_byte_of_a_note_counts(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let good = note().into_bytes();
        let mut altered = good.clone();
        *altered.get_mut(place.index(good.len())).unwrap() = byte;
        if let Ok(read) = SignedNote::parse(&altered) {
            prop_assert_eq!(read.to_string().into_bytes(), altered);
        }
    }
}
