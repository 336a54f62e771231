//! What comes back from a seal program is checked as the certificate was.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use touchstone_documents::seal::{SealError, SealProgram, seal};
use touchstone_documents::{attachments, picture};

use crate::fixture::{Issued, keep};

fn shell(script: &str) -> SealProgram {
    SealProgram {
        program: PathBuf::from("/bin/sh"),
        arguments: ["-c", script, "seal", "{in}"].map(str::to_owned).to_vec(),
        timeout: Duration::from_secs(10),
    }
}

#[test]
fn a_seal_program_is_held_to_its_time_and_to_the_certificate() {
    let issued = Issued::of(70, |_| ());
    let (paper, other) = (issued.print(), Issued::of(71, |_| ()).print());
    let run = |program: &SealProgram| seal(&paper.pdf, program, &issued.input());

    // A comment after the end is an incremental change of the least kind.
    let sealed = run(&shell("cat \"$1\"; echo; echo '%sealed'")).unwrap();
    assert!(sealed.incremental && sealed.pdf.ends_with(b"%sealed\n"));
    let piped = SealProgram {
        arguments: vec!["-c".to_owned(), "cat; echo; echo '%sealed'".to_owned()],
        ..shell("")
    };
    assert_eq!(run(&piped).unwrap().pdf, sealed.pdf);
    let files = SealProgram {
        arguments: [
            "-c",
            "cat \"$1\" > \"$2\"; echo '%x' >> \"$2\"",
            "seal",
            "{in}",
            "{out}",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..shell("")
    };
    assert!(run(&files).unwrap().incremental);

    assert!(matches!(
        run(&shell("cat \"$1\"")),
        Err(SealError::Unchanged { .. })
    ));
    match run(&shell("echo 'no card in the reader' >&2; exit 3")) {
        Err(SealError::Failed {
            status, complaint, ..
        }) => {
            assert_eq!(
                (status.code(), complaint.as_str()),
                (Some(3), "no card in the reader")
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        run(&shell("head -c 20000 \"$1\"")),
        Err(SealError::Check(_))
    ));
    assert!(matches!(run(&shell("echo sealed")), Err(SealError::Check(_))));
    let replaced = std::env::temp_dir().join(format!("touchstone-other-{}.pdf", std::process::id()));
    std::fs::write(&replaced, &other.pdf).unwrap();
    let swapped = run(&shell(&format!("cat '{}'", replaced.display())));
    std::fs::remove_file(&replaced).unwrap();
    assert!(matches!(swapped, Err(SealError::Check(_))));
    assert!(matches!(
        run(&SealProgram {
            program: PathBuf::from("/nowhere/seal"),
            ..shell("")
        }),
        Err(SealError::System { .. })
    ));

    // What it started holds the pipe open; both are ended.
    let slow = SealProgram {
        timeout: Duration::from_millis(300),
        ..shell("sleep 60 & sleep 60")
    };
    let begun = Instant::now();
    assert!(matches!(run(&slow), Err(SealError::Timeout { .. })));
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_pades_signature_leaves_attachments_and_symbol_as_they_were() {
    let Some(python) = python_with_pyhanko() else {
        return;
    };
    let issued = Issued::of(72, |_| ()).demonstration();
    let paper = issued.print();
    let program = SealProgram {
        program: python,
        arguments: vec![concat!(env!("CARGO_MANIFEST_DIR"), "/tests/papers/sign.py").to_owned()],
        timeout: Duration::from_secs(60),
    };
    let sealed = seal(&paper.pdf, &program, &issued.input()).unwrap();
    assert!(sealed.incremental);
    assert_eq!(sealed.checked.pages, 1);
    let text = String::from_utf8_lossy(&sealed.pdf[paper.pdf.len()..]).into_owned();
    assert!(text.contains("ETSI.CAdES.detached") && text.contains("/ByteRange"));
    let attached = attachments(&sealed.pdf).unwrap();
    assert_eq!(attached[0].bytes, issued.signed);
    assert_eq!(attached[1].bytes, issued.receipt);
    assert!(picture(&sealed.pdf, 1, 72).is_ok());
    let sealed = touchstone_documents::Paper {
        pdf: sealed.pdf,
        pages: 1,
    };
    keep("sealed", &sealed);
}

/// A Python with pyHanko: the one that `TOUCHSTONE_PYHANKO` names, else one of its own in the build's folder for
/// temporary files, installed from the user's package index once. Without either the test says so and ends.
fn python_with_pyhanko() -> Option<PathBuf> {
    if let Some(python) = std::env::var_os("TOUCHSTONE_PYHANKO") {
        return Some(PathBuf::from(python));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pyhanko");
    let python = folder.join("bin/python3");
    let run = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let has = |python: &Path| run(Command::new(python).args(["-c", "import pyhanko.sign"]));
    if has(&python) {
        return Some(python);
    }
    let installed = run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))
        && run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "pyhanko==0.38.0"]))
        && has(&python);
    if installed {
        return Some(python);
    }
    eprintln!(
        "SKIPPED: python3 with venv and PyPI, or TOUCHSTONE_PYHANKO, is needed to seal with pyHanko; \
         nothing was tested of PAdES signatures"
    );
    None
}
