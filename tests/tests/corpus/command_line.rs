//! `touchstone-verify` over files, folders and lists: the examples of its help, exit codes, and what is too large.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use touchstone_readers::sheet::write_workbook;
use touchstone_tests::corpus::{Case, folder};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::{Finished, TempFolder, program, workspace};

use crate::cases;
use crate::fixture::NOW;

const NUMBER: &str = "CQC26ZNZ000123R0";

fn case(id: &str) -> &'static Case {
    cases().iter().find(|case| case.id == id).unwrap()
}

/// A folder with one of everything that can be checked.
struct Desk {
    folder: TempFolder,
    program: PathBuf,
}

impl Desk {
    fn new() -> Option<Self> {
        let program = need(
            "the built programs",
            "cargo build --workspace --bins",
            program("touchstone-verify"),
        )?;
        // Made first, where it is made anew.
        cases();
        let desk = Self {
            folder: TempFolder::new("desk").unwrap(),
            program,
        };
        for (name, from) in [
            ("certificate.json", "facts/credential.json"),
            ("certificate.pdf", "pdf/attached.pdf"),
            ("photo.png", "qr/picture-sharp.png"),
            ("trust.json", "facts/trust-list.json"),
            ("revocation.json", "facts/revocation.json"),
            ("suspension.json", "facts/suspension.json"),
            ("message.json", "facts/message.json"),
        ] {
            desk.copy(from, name);
        }
        std::fs::create_dir_all(desk.at("certificates/more")).unwrap();
        desk.copy("facts/credential.json", "certificates/one.json");
        desk.copy("pdf/sealed.pdf", "certificates/two.pdf");
        desk.copy("qr/link.txt", "certificates/more/three.txt");
        let snapshot = &case("status-lists/snapshot-says-in-force").request.facts.snapshot;
        desk.write("snapshot.json", snapshot.as_ref().unwrap().as_bytes());
        desk.write(
            "suppliers.xlsx",
            &workbook(&[["供应商", "证书编号"], ["示范一", NUMBER]]),
        );
        desk.write(
            "suppliers.csv",
            format!("供应商,证书编号\n示范一,{NUMBER}\n").as_bytes(),
        );
        Some(desk)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.at(name), bytes).unwrap();
    }

    fn copy(&self, from: &str, name: &str) {
        std::fs::copy(folder().join(from), self.at(name)).unwrap();
    }

    /// Runs it there, asking nobody, with the facts at hand and those arguments.
    fn run(&self, arguments: &[&str]) -> Finished {
        let key = case("credentials/as-issued").request.policy.owner_key.to_string();
        let listing = arguments.contains(&"--list");
        let mut command = Command::new(&self.program);
        command
            .current_dir(self.folder.path())
            .env("TOUCHSTONE_OWNER_KEY", key)
            .env("TOUCHSTONE_TRUST", "trust.json")
            .args(arguments)
            .args(["--offline", "--now", NOW, "--lang", "en"]);
        if !listing {
            command.args(["--status", "revocation.json", "suspension.json", "message.json"]);
        }
        Finished::of(&mut command).unwrap()
    }

    fn exit(&self, arguments: &[&str]) -> i32 {
        self.run(arguments).code.unwrap()
    }
}

fn workbook(rows: &[[&str; 2]]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    write_workbook(&rows).unwrap()
}

/// The commands of a page: what stands behind the program's name, up to a remark.
fn commands(page: &str) -> Vec<&str> {
    page.lines()
        .filter_map(|line| line.trim_start().strip_prefix("touchstone-verify "))
        .map(|command| command.split(" #").next().unwrap().trim_end())
        .collect()
}

#[test]
fn the_examples_of_help_and_readme_run() {
    let Some(desk) = Desk::new() else { return };
    let help = Finished::of(Command::new(&desk.program).arg("--help"))
        .unwrap()
        .out;
    let (_, below) = help.split_once("Examples:").unwrap();
    let readme = |name: &str| std::fs::read_to_string(workspace().join(name)).unwrap();
    let readmes = [readme("README.md"), readme("README.zh-CN.md")];
    let mut examples = commands(below);
    assert!(examples.len() >= 7, "{help}");
    for page in &readmes {
        let commands = commands(page);
        assert!(commands.len() >= 3, "{page}");
        examples.extend(commands);
    }
    for example in examples {
        let mut arguments: Vec<&str> = example.split(' ').collect();
        if arguments == [NUMBER] {
            // Nobody is asked in this test; a registry that is asked is another one's.
            arguments.extend(["--snapshot", "snapshot.json"]);
        }
        let Finished { code, out, err } = desk.run(&arguments);
        assert_eq!(code, Some(0), "{example}: {out}{err}");
    }
}

#[test]
fn a_sheet_a_workbook_and_a_list_are_the_same_numbers() {
    let Some(desk) = Desk::new() else { return };
    let rows = [
        ["供应商", "证书编号"],
        ["示范一", NUMBER],
        ["示范二", "CQC26ZNZ999999R0"],
    ];
    desk.write("suppliers.xlsx", &workbook(&rows));
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    desk.write("suppliers.csv", lines.join("\r\n").as_bytes());
    desk.write(
        "suppliers.txt",
        format!("{NUMBER}\nCQC26ZNZ999999R0\n").as_bytes(),
    );
    let mut answers = ["suppliers.xlsx", "suppliers.csv", "suppliers.txt"]
        .map(|list| desk.run(&["--json", "--snapshot", "snapshot.json", "--list", list]));
    for answer in &mut answers {
        assert_eq!(
            answer.code,
            Some(2),
            "one is not in it: {} {}",
            answer.out,
            answer.err
        );
        let value: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(value["rows"][0]["shown"]["state"], "valid", "{value}");
        assert!(value["rows"][1].get("shown").is_none(), "{value}");
    }
    assert!(answers[0].out == answers[1].out && answers[1].out == answers[2].out);
    desk.write("none.csv", "供应商\n示范一\n".as_bytes());
    assert_eq!(
        desk.exit(&["--snapshot", "snapshot.json", "--list", "none.csv"]),
        64
    );
    desk.write("old.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    assert_eq!(
        desk.exit(&["--snapshot", "snapshot.json", "--list", "old.xlsx"]),
        64
    );
}

#[test]
fn of_many_the_worst_gives_the_exit_code() {
    let Some(desk) = Desk::new() else { return };
    desk.copy("qr/picture-foreign-page.png", "foreign.png");
    desk.copy("credentials/edited-level.json", "edited.json");
    let rows = [
        (&["certificates"][..], 0, 3),
        (&["certificate.json", "photo.png"], 0, 2),
        (&["certificates", "foreign.png"], 2, 4),
        (&["foreign.png", "edited.json", "certificate.json"], 1, 3),
        (&["certificate.json", "absent.json"], 2, 2),
    ];
    for (given, exit, lines) in rows {
        let found = desk.run(&[&["--json"], given].concat());
        assert_eq!(
            (found.code, found.out.lines().count()),
            (Some(exit), lines),
            "{given:?} {}{}",
            found.out,
            found.err
        );
        for line in found.out.lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(
                value["exit"].is_u64() && (value.get("report").is_some() != value.get("error").is_some()),
                "{line}"
            );
        }
    }
    let table = desk.run(&["certificates", "foreign.png", "edited.json"]).out;
    let last = table.lines().last().unwrap();
    assert_eq!(
        last, "✔ In force: 3 · ✘ Not in force: 1 · ? Could not tell: 1",
        "{table}"
    );
    assert!(
        table.contains("leads to evil.example, which is not asked"),
        "{table}"
    );
    // What is about one document is not asked of several, nor a number where no registry is known.
    assert_eq!(
        desk.exit(&["--as", "statement", "certificate.json", "photo.png"]),
        64
    );
    assert_eq!(
        desk.exit(&["--receipt", "trust.json", "certificate.json", "photo.png"]),
        64
    );
    assert_eq!(desk.exit(&["CQC26ZNZ999999R0", "--snapshot", "snapshot.json"]), 2);
    assert_eq!(desk.exit(&["CQC26ZNZ999999R0"]), 64);
}

/// Files of ten megabytes and more: refused by their length, or read within bounds, and never good.
#[test]
fn large_files_are_refused_by_name() {
    let Some(desk) = Desk::new() else { return };
    let pdf = std::fs::read(folder().join("pdf/attached.pdf")).unwrap();
    let grown = |length: usize, byte: u8| {
        let mut bytes = pdf.clone();
        bytes.resize(length, byte);
        bytes
    };
    desk.write("eleven.pdf", &grown(11 << 20, b' '));
    desk.write("ten.pdf", &grown((10 << 20) - 1, b'\n'));
    let mut json = std::fs::read(folder().join("facts/credential.json")).unwrap();
    json.resize(10 << 20, b' ');
    desk.write("ten.json", &json);
    let mut png = std::fs::read(folder().join("qr/picture-sharp.png")).unwrap();
    png.resize(26 << 20, 0);
    desk.write("large.png", &png);
    let found = desk.run(&["--json", "eleven.pdf", "ten.json", "large.png", "ten.pdf"]);
    assert_eq!(found.code, Some(1), "{}{}", found.out, found.err);
    let lines: Vec<Value> = found
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["found"], "tooLarge");
    assert_eq!(
        lines[1]["report"]["genuine"]["reasons"][0]["code"],
        "documentTooLarge"
    );
    assert_eq!(lines[2]["found"], "tooLarge");
    // The longest file there may be is still read, with what was put behind it.
    assert_eq!(lines[3]["report"]["headline"], "inForce", "{}", lines[3]);
}
