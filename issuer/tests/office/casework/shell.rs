//! One application brought to a certificate from the shell, each person with their own key file.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use touchstone_issuer::file;
use touchstone_schemas::{date_time::Date, digest::Sha256Digest, jcs::to_canonical};

use super::staff::{ROLES, evaluation, form, now, report};
use crate::test_office::{TestOffice, passphrase};

struct Shell {
    folder: PathBuf,
}

impl Shell {
    fn new(test: &TestOffice) -> Self {
        use secrecy::ExposeSecret;
        let folder = test.folder.clone();
        file::create_private(
            &folder.join("passphrase"),
            passphrase().expose_secret().as_bytes(),
        )
        .unwrap();
        Self { folder }
    }

    fn run(&self, line: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_touchstone-issuer"))
            .current_dir(&self.folder)
            .args(["--dir", "issuer", "--json", "--passphrase-file", "passphrase"])
            .args(line)
            .output()
            .unwrap()
    }

    /// Runs a command that must succeed; gives what it printed, a line each.
    fn does(&self, line: &[&str]) -> Vec<serde_json::Value> {
        let output = self.run(line);
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line:?}: {text}{errors}");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Runs a command that a rule must refuse; gives the error.
    fn is_refused(&self, line: &[&str]) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(2), "{line:?}");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        value["error"].as_str().unwrap().to_owned()
    }

    fn hire(&self) {
        for (person, role, office) in ROLES {
            let key = format!("{person}.pem");
            let made = self.does(&[
                "person",
                "key",
                "--out",
                &key,
                "--key-passphrase-file",
                "passphrase",
            ]);
            let key = made[0]["key"].as_str().unwrap().to_owned();
            let name = format!("示范{person}");
            let mut add = vec![
                "person",
                "add",
                "--person",
                person,
                "--name",
                &name,
                "--since",
                "2020-01-01",
            ];
            add.extend(["--key", &key]);
            let mut give = vec![
                "role",
                "give",
                "--person",
                person,
                "--role",
                role.name(),
                "--from",
                "2020-01-01",
            ];
            give.extend(office.into_iter().flat_map(|office| ["--office", office]));
            if person != "管理" {
                add.extend(["--by", "管理"]);
                give.extend(["--by", "管理"]);
            }
            self.does(&add);
            self.does(&give);
        }
    }
}

#[tokio::test]
async fn one_application_is_brought_to_a_certificate_from_the_shell() {
    let test = TestOffice::new().await;
    let shell = Shell::new(&test);
    shell.hire();
    assert_eq!(shell.does(&["person", "list"]).len(), 18);
    let write = |name: &str, bytes: &[u8]| std::fs::write(test.folder.join(name), bytes).unwrap();
    write("form.json", form("01-in-force").canonical());
    write("报告.pdf", &report().bytes);
    write("evaluation.json", &to_canonical(&evaluation(3)));
    let covers = Date::of(now()).add_days(-800).unwrap().to_string();
    let step = |line: &str| shell.does(&line.split(' ').collect::<Vec<_>>()).remove(0);
    let opened = step("case apply --file form.json --by 受理");
    assert_eq!(
        (opened["case"].as_u64(), opened["next"].as_str()),
        (Some(1), Some("evaluation"))
    );
    step("case assign --case 1 --evaluator 评价甲 --by 受理");
    step(&format!(
        "case declare --case 1 --covers-from {covers} --by 评价甲"
    ));
    step("case attach --case 1 --file 报告.pdf --purpose report --role evaluator --by 评价甲");
    let evaluated = step("case evaluate --case 1 --file evaluation.json --by 评价甲");
    assert_eq!(
        (evaluated["level"].as_u64(), evaluated["next"].as_str()),
        (Some(3), Some("review"))
    );
    let signed =
        |person: &str| format!("--by {person} --key-file {person}.pem --key-passphrase-file passphrase");
    step(&format!(
        "case review --case 1 --recommendation positive {}",
        signed("复核")
    ));
    step(&format!(
        "case approve --case 1 --stage division {}",
        signed("处长")
    ));
    // The director signs on a machine of their own, without the office's folder.
    step("case approve --case 1 --stage director --by 主任 --bundle-out bundle.json");
    away(
        &test,
        &[
            "case",
            "sign",
            "--bundle",
            "bundle.json",
            "--key-file",
            "主任.pem",
            "--out",
            "approval.json",
        ],
    );
    step("case approve --case 1 --stage director --by 主任 --approval approval.json");
    let line = format!(
        "case decide --case 1 --outcome grant --reference 示范决定-77 {}",
        signed("决定")
    );
    step(&line);
    step("case waive --case 1 --stage fee --reason 示范项目免费 --by 受理");
    let decided = step(&format!(
        "case opinion --case 1 --opinion 同意签发 {}",
        signed("签发")
    ));
    assert_eq!(
        (decided["next"].as_str(), decided["status"].as_str()),
        (None, Some("inWork"))
    );
    assert_eq!(shell.does(&["case", "queue"]).len(), 1);
    let issued = step("case issue --case 1 --out out");
    assert_eq!(issued["delivered"].as_bool(), Some(true));
    let number = issued["number"].as_str().unwrap();
    assert!(test.folder.join(format!("out/{number}.json")).exists());
    assert_eq!(test.server.kept.lock().unwrap().credentials.len(), 1);
    let shown = step("case show --case 1");
    assert_eq!(
        (shown["status"].as_str(), shown["number"].as_str()),
        (Some("issued"), Some(number))
    );
    let trail = shell.does(&["case", "trail", "--case", "1"]);
    assert_eq!(trail.last().unwrap()["kind"], "issued");
    let digest = Sha256Digest::of(&report().bytes).to_string();
    step(&format!(
        "case read-file --case 1 --digest {digest} --out copy.pdf --by 复核"
    ));
    assert_eq!(
        std::fs::read(test.folder.join("copy.pdf")).unwrap(),
        report().bytes
    );
    let checked = shell.does(&["check-journal"]);
    assert_eq!(checked[0]["faults"].as_u64(), Some(0));

    // What a rule refuses ends with 2 and says why.
    let late = shell.is_refused(&["case", "close", "--case", "1", "--reason", "迟", "--by", "受理"]);
    assert_eq!(late, "closed is not lawful while the case is issued");
    let nobody = shell.is_refused(&["case", "apply", "--file", "form.json", "--by", "复核"]);
    assert!(nobody.contains("does not hold the role clerk"), "{nobody}");
    assert_eq!(
        shell.is_refused(&["case", "show", "--case", "9"]),
        "there is no case 9"
    );
}

#[tokio::test]
async fn a_token_is_made_listed_and_revoked_at_the_shell() {
    let test = TestOffice::new().await;
    let shell = Shell::new(&test);
    let (mut office, _) = test.open().await;
    super::staff::hire(&mut office.store).await;
    drop(office);
    let expires = now().checked_add(3_600).unwrap().to_string();
    let create = [
        "token",
        "create",
        "--person",
        "受理",
        "--name",
        "业务系统",
        "--expires",
        &expires,
    ];
    let made = |more: &[&'static str]| [&create[..], more].concat();
    let given = shell.does(&made(&[
        "--by",
        "受理",
        "--scope",
        "read",
        "--scope",
        "apply",
        "--out",
        "office-token",
    ]));
    assert_eq!(given[0]["file"], "office-token");
    let secret = std::fs::read_to_string(test.folder.join("office-token")).unwrap();
    assert!(secret.starts_with("touchstone_office_"));
    let refused = shell.is_refused(&made(&["--by", "决定", "--scope", "read"]));
    assert!(refused.contains("administrator"), "{refused}");
    let listed = shell.does(&["token", "list"]);
    let [token] = listed.as_slice() else {
        panic!("{listed:?}");
    };
    assert_eq!(
        (&token["scopes"], &token["state"]),
        (&serde_json::json!(["read", "apply"]), &"counts".into())
    );
    let prefix = token["prefix"].as_str().unwrap();
    assert!(secret.contains(prefix) && !token.to_string().contains(secret.trim()));
    shell.does(&["token", "revoke", prefix, "--by", "管理"]);
    assert_eq!(shell.does(&["token", "list"])[0]["state"], "revoked");
    assert!(
        shell
            .is_refused(&["token", "revoke", prefix, "--by", "管理"])
            .contains(prefix)
    );
}

/// Runs the program where there is no office.
fn away(test: &TestOffice, line: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_touchstone-issuer"))
        .current_dir(&test.folder)
        .args(["--dir", Path::new("nowhere").to_str().unwrap()])
        .args(line)
        .args(["--key-passphrase-file", "passphrase"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
