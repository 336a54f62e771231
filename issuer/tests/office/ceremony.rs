//! The road of a body whose root lies elsewhere, by commands alone: ceremony, requests, certificates, office. What the
//! commands write is held against openssl where it is present.

use std::path::Path;
use std::process::{Command, Output};

use crate::{
    log_server::LogServer,
    test_office::demo,
    token::{TestToken, with_token},
};

struct Desk {
    folder: std::path::PathBuf,
}

impl Desk {
    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_touchstone-issuer"))
            .current_dir(&self.folder)
            .args(arguments)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap()
    }

    fn well(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.folder.join(name)
    }

    /// A ceremony without the fingerprint, with a wrong one, and with the one shown; gives that.
    fn confirmed(&self, arguments: &[&str], made: &str) -> String {
        let shown = self.run(arguments);
        assert_eq!(shown.status.code(), Some(2), "{shown:?}");
        let shown = String::from_utf8(shown.stderr).unwrap();
        let fingerprint = shown
            .lines()
            .find_map(|line| line.strip_prefix("fingerprint "))
            .unwrap()
            .to_owned();
        assert!(!self.at(made).exists(), "nothing is done yet");
        let mut other = fingerprint.clone();
        other.replace_range(..1, if fingerprint.starts_with('0') { "1" } else { "0" });
        let with = |typed: &str| self.run(&[arguments, &["--confirm-fingerprint", typed]].concat());
        let refused = with(&other);
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
        assert!(!self.at(made).exists(), "a wrong fingerprint does nothing");
        let typed = fingerprint.to_uppercase();
        let done = with(&typed);
        assert!(done.status.success() && self.at(made).exists(), "{done:?}");
        fingerprint
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn openssl(arguments: &[&str], folder: &Path) -> Option<String> {
    let output = match Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
    {
        Ok(output) => output,
        Err(_) => {
            eprintln!("SKIPPED: certificates against openssl: openssl is absent");
            return None;
        }
    };
    assert!(output.status.success(), "openssl {arguments:?}: {output:?}");
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn a_root_is_made_before_witnesses_and_an_office_stands_under_it() {
    with_token(
        "ceremony::a_root_is_made_before_witnesses_and_an_office_stands_under_it",
        async |token| road(token),
    );
}

const PRESENT: [&str; 4] = ["--present", "张三", "--present", "李四"];
const ARC: [&str; 2] = ["--arc", "1.3.6.1.4.1.99999"];

fn road(token: &TestToken) {
    let folder = token.folder.join("desk");
    std::fs::create_dir(&folder).unwrap();
    let desk = Desk { folder };
    let secret = token.write_pin("passphrase", "passphrase for tests");
    let secret = secret.to_str().unwrap();
    let profile = demo().join("profile.json");
    let profile = profile.to_str().unwrap();

    // The root, in a token; one person is no ceremony.
    let place = token.place("root").to_string();
    let root = [
        "ceremony",
        "root",
        "--folder",
        "root",
        "--profile",
        profile,
        "--key",
        &place,
    ];
    let alone = desk.run(&[&root[..], &["--present", "张三", "--present", "张三"]].concat());
    assert_eq!(alone.status.code(), Some(1), "{alone:?}");
    let fingerprint = desk.confirmed(&[&root[..], &PRESENT].concat(), "root/root.crt");
    let twice = desk.run(&[&root[..], &PRESENT].concat());
    assert!(
        String::from_utf8_lossy(&twice.stderr).contains("a root is made once"),
        "{twice:?}"
    );
    if let Some(said) = openssl(
        &[
            "x509",
            "-in",
            "root/root.crt",
            "-noout",
            "-fingerprint",
            "-sha256",
        ],
        &desk.folder,
    ) {
        let said = said
            .trim()
            .rsplit('=')
            .next()
            .unwrap()
            .replace(':', "")
            .to_lowercase();
        assert_eq!(said, fingerprint.replace(' ', ""));
    }

    // Requests of both kinds of key: the issuing key in the token, the status key in a file.
    let server = LogServer::start();
    let status = desk.at("status.pem");
    let status = format!("file:{}", status.to_str().unwrap());
    let issuing = token.place("issuing-1").to_string();
    for (purpose, place) in [("issuing", issuing.as_str()), ("status", status.as_str())] {
        let (csr, crt) = (format!("{purpose}.csr"), format!("{purpose}.crt"));
        let request = [
            "--passphrase-file",
            secret,
            "csr",
            "--purpose",
            purpose,
            "--number",
            "1",
            "--place",
            place,
            "--out",
            &csr,
            "--registry-url",
            &server.url,
            "--profile",
            profile,
        ];
        let said = desk.well(&[&request[..], &ARC].concat());
        openssl(&["req", "-in", &csr, "-verify", "-noout"], &desk.folder);
        let sign = [
            "ceremony",
            "sign",
            "--folder",
            "root",
            "--request",
            &csr,
            "--out",
            &crt,
        ];
        // For the other purpose it is not certified, whatever is typed.
        let fingerprint = said
            .lines()
            .find_map(|line| line.strip_prefix("fingerprint "))
            .unwrap();
        let other = if purpose == "status" { "issuing" } else { "status" };
        let wrong = ["--purpose", other, "--confirm-fingerprint", fingerprint];
        let wrong = desk.run(&[&sign[..], &wrong, &PRESENT, &ARC].concat());
        assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
        let shown = desk.confirmed(
            &[&sign[..], &["--purpose", purpose], &PRESENT, &ARC].concat(),
            &crt,
        );
        assert_eq!(
            shown, fingerprint,
            "what the office reads is what the root's keepers see"
        );
        openssl(
            &["verify", "-x509_strict", "-CAfile", "root/root.crt", &crt],
            &desk.folder,
        );
    }
    let protocol = std::fs::read_to_string(desk.at("root/protocol.md")).unwrap();
    assert_eq!(protocol.matches("## ").count(), 3, "{protocol}");
    assert!(protocol.contains(&fingerprint) && protocol.contains("李四"));

    // The office: no key is made here, and both are those certified.
    std::fs::write(desk.at("token"), "a-token-for-tests\n").unwrap();
    let (origin, key) = (server.origin.to_string(), server.key.to_string());
    let init = [
        "--dir",
        "issuer",
        "--passphrase-file",
        secret,
        "init",
        "--profile",
        profile,
        "--registry-url",
        &server.url,
        "--log-origin",
        &origin,
        "--log-key",
        &key,
        "--token-file",
        "token",
        "--owner-dir",
        "owner",
        "--owner-passphrase-file",
        secret,
        "--root-certificate",
        "root/root.crt",
        "--issuing-certificate",
    ];
    // Certificates changed about are noticed before anything stands.
    let places = ["--issuing-place", &issuing, "--status-place", &status];
    let crossed = [
        &["status.crt", "--status-certificate", "issuing.crt"],
        &places[..],
        &ARC,
    ]
    .concat();
    let crossed = desk.run(&[&init[..], &crossed].concat());
    assert!(
        !crossed.status.success() && !desk.at("issuer").exists(),
        "{crossed:?}"
    );
    let right = [
        &["issuing.crt", "--status-certificate", "status.crt"],
        &places[..],
        &ARC,
    ]
    .concat();
    desk.well(&[&init[..], &right].concat());
    assert!(
        std::fs::read_dir(desk.at("issuer/keys"))
            .unwrap()
            .next()
            .is_none(),
        "no key is in the office's folder"
    );
    desk.well(&["--dir", "issuer", "--passphrase-file", secret, "check-config"]);

    // Real certificates do not stand under the arc for examples.
    let example = [
        "ceremony",
        "sign",
        "--folder",
        "root",
        "--request",
        "issuing.csr",
        "--purpose",
        "issuing",
        "--out",
        "x.crt",
    ];
    let example = desk.run(&[&example[..], &PRESENT].concat());
    assert!(
        String::from_utf8_lossy(&example.stderr).contains("is for examples"),
        "{example:?}"
    );
}
