//! Certificates are printed by a program, and what stands in their symbols is verified.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use touchstone_issuer::documents::{DocumentError, Job, Paper, ProgramError, print};
use touchstone_issuer::office::{Clock, Office};
use touchstone_issuer::qr::Symbol;
use touchstone_schemas::digest::Sha256Digest;

use crate::test_office::TestOffice;

/// An issued certificate, and programs that stand for `touchstone-documents`.
struct Desk {
    test: TestOffice,
    office: Office,
    job: Job,
    link: String,
}

impl Desk {
    async fn new() -> Self {
        let test = TestOffice::new().await;
        let stored = test.issue_sample("01-in-force").await;
        let signed = stored.signed.unwrap();
        let at = |name: &str| test.folder.join(name);
        std::fs::write(at("a.json"), &signed).unwrap();
        std::fs::write(at("a.receipt.json"), stored.receipt.unwrap()).unwrap();
        let job = Job {
            credential: at("a.json"),
            receipt: at("a.receipt.json"),
            out: at("a.pdf"),
        };
        let (office, _) = test.open().await;
        let link = Symbol::of(&signed, 1).unwrap().link().to_owned();
        Self {
            test,
            office,
            job,
            link,
        }
    }

    /// What becomes of the certificate, printed by a program that takes a job and does this.
    fn print(&mut self, script: &str) -> Result<Paper, DocumentError> {
        let program = self.test.folder.join("documents.sh");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let documents = &mut self.office.papers.config.documents;
        documents.program = Some(program);
        documents.seconds = 2;
        print(
            &self.office.papers,
            std::slice::from_ref(&self.job),
            Clock::System.now(),
        )?
        .remove(0)
    }

    fn answering(&self, link: &str) -> String {
        let folder = self.test.folder.display();
        let digest = Sha256Digest::of(b"paper");
        format!(
            "echo \"$@\" > {folder}/arguments; read -r job; echo \"$job\" > {folder}/job\n\
             printf paper > {folder}/a.pdf\n\
             echo '{{\"link\":\"{link}\",\"out\":\"a.pdf\",\"pages\":1,\"sha256\":\"{digest}\"}}'"
        )
    }
}

#[tokio::test]
async fn the_program_gets_its_job_and_the_symbol_it_read_is_verified() {
    let mut desk = Desk::new().await;
    let documents = &mut desk.office.papers.config.documents;
    documents.seal = Some(PathBuf::from("seal.sh"));
    documents.seal_arguments = vec!["--card".to_owned(), "{in}".to_owned()];
    let script = desk.answering(&desk.link);
    let paper = desk.print(&script).unwrap();
    assert_eq!((paper.file, paper.pages), (desk.job.out.clone(), 1));
    assert_eq!(paper.digest, Sha256Digest::of(b"paper"));
    let read = |name: &str| std::fs::read_to_string(desk.test.folder.join(name)).unwrap();
    let job: serde_json::Value = serde_json::from_str(&read("job")).unwrap();
    assert_eq!(job["credential"], desk.job.credential.to_str().unwrap());
    assert_eq!(job["receipt"], desk.job.receipt.to_str().unwrap());
    assert_eq!(job["out"], desk.job.out.to_str().unwrap());
    assert_eq!(
        (&job["profile"], &job["demonstration"]),
        (&1.into(), &true.into())
    );
    let seal = desk.test.folder.join("issuer/seal.sh").display().to_string();
    assert_eq!(
        read("arguments").trim(),
        format!("certificates --seal {seal} --seal-seconds 30 --seal-argument=--card --seal-argument={{in}}")
    );
}

#[tokio::test]
async fn a_certificate_whose_symbol_does_not_verify_does_not_stay() {
    let mut desk = Desk::new().await;
    let (kept, last) = desk.link.split_at(desk.link.len() - 1);
    let other = format!("{kept}{}", if last == "1" { "2" } else { "1" });
    let script = desk.answering(&other);
    match desk.print(&script) {
        Err(DocumentError::NotVerified { genuine, .. }) => assert_ne!(genuine, "yes"),
        other => panic!("{other:?}"),
    }
    assert!(!desk.job.out.exists());
}

#[tokio::test]
async fn a_program_that_fails_says_so_in_its_own_way() {
    let mut desk = Desk::new().await;
    match desk.print("read -r job; echo '{\"error\":\"no font has U+A66E\"}'") {
        Err(DocumentError::Refused { reason }) => assert_eq!(reason, "no font has U+A66E"),
        other => panic!("{other:?}"),
    }
    let program = |result| match result {
        Err(DocumentError::Program(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(
        program(desk.print("exit 1")),
        ProgramError::Ended { .. }
    ));
    assert!(matches!(
        program(desk.print("read -r job; echo done")),
        ProgramError::Answer { .. }
    ));
    assert!(matches!(
        program(desk.print("exec sleep 60")),
        ProgramError::Timeout { seconds: 2, .. }
    ));
    desk.office.papers.config.documents.program = Some(PathBuf::from("absent"));
    let jobs = std::slice::from_ref(&desk.job);
    assert!(matches!(
        print(&desk.office.papers, jobs, Clock::System.now()),
        Err(DocumentError::Program(ProgramError::System { .. }))
    ));
}
