//! The program as an operator types it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::{app::TestApp, world::multikey};

fn registry(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone-registry"));
    command
        .args(arguments)
        .arg("--dir")
        .arg(folder)
        .env("RUST_LOG", "error");
    command
}

fn run(command: &mut Command) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = String::from_utf8([stdout, stderr].concat()).unwrap();
    (status.success(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn init_check_serve_fsck() {
    let app = TestApp::made().await;
    let folder = app.folder.join("made");
    let passphrase = app.folder.join("passphrase");
    std::fs::write(&passphrase, "a passphrase for tests\n").unwrap();
    let mut init = registry(&["init", "--base", "https://registry.example"], &folder);
    init.args([
        "--origin",
        "registry.example/log",
        "--listen",
        "127.0.0.1:0",
        "--private-listen",
        "127.0.0.1:0",
    ]);
    init.arg("--passphrase-file").arg(&passphrase);
    let (done, text) = run(&mut init);
    assert!(done, "{text}");
    assert!(
        text.contains("origin: registry.example/log\nlog key: z6Mk"),
        "{text}"
    );
    assert!(
        !text.contains(
            std::fs::read_to_string(folder.join("intake-token"))
                .unwrap()
                .as_str()
        )
    );
    let (done, text) = run(&mut init);
    assert!(!done && text.contains("is there already"), "{text}");

    let (done, text) = run(&mut registry(&["check-config"], &folder));
    assert!(!done && text.contains("no scheme owner is pinned"), "{text}");
    let owner = multikey(&app.office.world.owner).to_string();
    let pinned = |command: &[&str]| {
        let mut command = registry(command, &folder);
        command.env("TOUCHSTONE_REGISTRY_TRUST_OWNER_KEY", &owner);
        command
    };
    // The passphrase's file is everybody's here, and the trust list is not there yet.
    let (done, text) = run(&mut pinned(&["check-config"]));
    assert!(!done && text.lines().count() == 2, "{text}");
    assert!(
        text.contains("log.passphrase_file: ") && text.contains("trust.list: "),
        "{text}"
    );
    let (done, text) = run(&mut pinned(&["serve"]));
    assert!(!done && text.contains("trust.json"), "{text}");

    // The trust list is the test's own, out of date by now or not: it is adopted, and readiness judges it.
    std::fs::write(folder.join("trust.json"), app.office.world.trust_text()).unwrap();
    // A unit asks first, and starts too.
    private(&passphrase);
    let (done, text) = run(&mut pinned(&["check-config"]));
    assert!(done && text.ends_with("is sound\n"), "{text}");
    for line in text.lines().filter(|line| !line.ends_with("is sound")) {
        assert!(line.starts_with("warning: trust.list: "), "{text}");
    }
    let mut serving = pinned(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let (_, address) = line.trim().split_once("http://").unwrap();
    let answer = crate::app::send(address.parse().unwrap(), "GET", "/log/checkpoint", &[], b"").await;
    assert!(answer.text().starts_with("registry.example/log\n0\n"));
    let (done, text) = run(&mut pinned(&["serve"]));
    assert!(!done && text.contains("two writers"), "{text}");
    let (done, text) = run(&mut pinned(&["fsck"]));
    assert!(
        done && text.contains("0 entries and 0 tiles read, 0 found"),
        "{text}"
    );
    Command::new("kill")
        .arg(serving.id().to_string())
        .status()
        .unwrap();
    assert!(serving.wait().unwrap().success());

    std::fs::write(folder.join("checkpoint"), "garbage").unwrap();
    let (done, text) = run(&mut pinned(&["fsck"]));
    assert!(!done && text.contains("1 found"), "{text}");
    let (done, text) = run(&mut pinned(&["serve"]));
    assert!(
        !done && text.contains("is not a checkpoint of this log"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_is_served_beside_the_sequencer_without_its_key() {
    let app = TestApp::made().await;
    let (folder, beside) = (app.folder.join("made"), app.folder.join("beside"));
    let passphrase = app.folder.join("passphrase");
    std::fs::write(&passphrase, "a passphrase for tests\n").unwrap();
    let owner = multikey(&app.office.world.owner).to_string();
    let mut init = registry(&["init", "--base", "https://registry.example"], &folder);
    init.args(["--origin", "registry.example/log", "--owner-key", &owner]);
    init.args(["--listen", "127.0.0.1:0", "--private-listen", "127.0.0.1:0"]);
    let (done, text) = run(init.arg("--passphrase-file").arg(&passphrase));
    assert!(done, "{text}");
    let log_key = after(&text, "log key: ");
    std::fs::write(folder.join("trust.json"), app.office.world.trust_text()).unwrap();
    std::fs::create_dir(&beside).unwrap();
    let here = folder.display();
    let made = std::fs::read_to_string(folder.join("registry.toml")).unwrap();
    let (_, intake) = made.split_once("[intake]").unwrap();
    let config = format!(
        "[registry]\nbase = \"https://registry.example\"\nrole = \"reader\"\n\
         [listen]\npublic = \"127.0.0.1:0\"\nprivate = \"127.0.0.1:0\"\n\
         [store]\ndatabase = \"{here}/registry.sqlite\"\n\
         [log]\norigin = \"registry.example/log\"\npublic_key = \"{log_key}\"\ncheckpoint_file = \"checkpoint\"\n\
         [trust]\nowner_key = \"{owner}\"\nlist = \"{here}/trust.json\"\n[intake]{intake}"
    );
    std::fs::write(beside.join("registry.toml"), config).unwrap();
    let mut serving = [&folder, &beside].map(|folder| {
        let mut serving = registry(&["serve"], folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(serving.stdout.as_mut().unwrap());
        said.read_line(&mut line).unwrap();
        let (told, address) = line.trim().split_once(" at http://").unwrap();
        (told.to_owned(), address.parse().unwrap(), serving)
    });
    assert!(serving[0].0.ends_with("is served") && serving[1].0.ends_with("is read"));
    let mut answers = Vec::new();
    for (_, address, _) in &serving {
        answers.push(
            crate::app::send(*address, "GET", "/log/checkpoint", &[], b"")
                .await
                .body,
        );
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(std::fs::read(beside.join("checkpoint")).unwrap(), answers[0]);
    for (_, _, process) in &mut serving {
        Command::new("kill")
            .arg(process.id().to_string())
            .status()
            .unwrap();
        assert!(process.wait().unwrap().success());
    }
    // What writes is the sequencer's, and what signs is not begun without the key.
    let mut rebuild = registry(&["rebuild"], &beside);
    let (done, text) = run(rebuild.arg("--from").arg(&folder));
    assert!(!done && text.contains("registry.role is reader"), "{text}");
    let (done, text) =
        run(registry(&["serve"], &beside).env("TOUCHSTONE_REGISTRY_REGISTRY_ROLE", "sequencer"));
    assert!(
        !done && text.contains("log.key_file is missing, which a sequencer needs"),
        "{text}"
    );
}

/// Its owner's alone.
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_init_could_not_finish_it_takes_back() {
    let app = TestApp::made().await;
    let folder = app.folder.join("made");
    let passphrase = app.folder.join("passphrase");
    std::fs::write(&passphrase, "a passphrase for tests\n").unwrap();
    let init = |database: &Path| {
        let mut init = registry(&["init", "--base", "https://registry.example"], &folder);
        init.args(["--origin", "registry.example/log"]);
        init.arg("--passphrase-file").arg(&passphrase);
        run(init.arg("--database").arg(database))
    };
    let (done, text) = init(&app.folder.join("nowhere/registry.sqlite"));
    assert!(!done && text.contains("the database: "), "{text}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    // Somebody's database stays what it is.
    let others = app.folder.join("others.sqlite");
    std::fs::write(&others, "somebody's").unwrap();
    let (done, text) = init(&others);
    assert!(!done && text.contains("already"), "{text}");
    assert_eq!(std::fs::read_to_string(&others).unwrap(), "somebody's");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let (done, text) = init(&app.folder.join("own.sqlite"));
    assert!(done, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_environment_that_is_no_text_is_refused_where_it_is_ours() {
    use std::os::unix::ffi::OsStringExt;
    let app = TestApp::made().await;
    let folder = app.folder.join("nowhere");
    let no_text = std::ffi::OsString::from_vec(vec![0xff, 0xfe]);
    for command in ["check-config", "fsck"] {
        let (done, text) = run(registry(&[command], &folder).env("LS_COLORS", &no_text));
        assert!(!done && text.contains("No such file"), "{text}");
        let (done, text) =
            run(registry(&[command], &folder).env("TOUCHSTONE_REGISTRY_LIMITS_QUEUE", &no_text));
        assert!(!done && text.contains("LIMITS_QUEUE is not UTF-8"), "{text}");
    }
}

/// The text behind a line's beginning.
fn after(text: &str, beginning: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(beginning));
    line.unwrap_or_else(|| panic!("{beginning}: {text}")).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_makes_and_takes_back_subscriptions_and_tokens() {
    let app = TestApp::made().await;
    let folder = app.folder.join("made");
    let passphrase = app.folder.join("passphrase");
    std::fs::write(&passphrase, "a passphrase for tests\n").unwrap();
    let mut init = registry(&["init", "--base", "https://registry.example"], &folder);
    init.args(["--origin", "registry.example/log"]);
    init.arg("--passphrase-file").arg(&passphrase);
    let (done, text) = run(&mut init);
    assert!(done, "{text}");
    let asked = |arguments: &[&str]| run(&mut registry(arguments, &folder));

    let add = [
        "webhook",
        "add",
        "--label",
        "示范采购方",
        "--scope",
        "registry",
        "--url",
    ];
    let (done, text) = asked(&[&add[..], &["https://hooks.example/x"]].concat());
    assert!(done, "{text}");
    let id = after(&text, "subscription: ");
    let secret = after(&text, "secret, shown this once: ");
    assert!(secret.starts_with("whsec_"), "{text}");
    let (done, text) = asked(&["webhook", "list"]);
    assert!(done && text.contains(&id) && !text.contains(&secret), "{text}");
    for url in [
        "http://hooks.example/",
        "https://me:secret@hooks.example/",
        "hooks",
    ] {
        let (done, text) = asked(&[&add[..], &[url]].concat());
        assert!(!done, "{url}: {text}");
    }
    for arguments in [
        ["webhook", "dead-letters", &id],
        ["webhook", "redeliver", &id],
        ["webhook", "remove", &id],
    ] {
        assert!(asked(&arguments).0);
    }
    for arguments in [
        ["webhook", "remove", &id],
        ["webhook", "dead-letters", &id],
        ["webhook", "remove", "../x"],
    ] {
        assert!(!asked(&arguments).0);
    }

    let add = [
        "regulator",
        "add",
        "--label",
        "示范省主管部门",
        "--regions",
        "32,3301",
        "--expires",
    ];
    let (done, text) = asked(&[&add[..], &["2099-12-31"]].concat());
    assert!(done, "{text}");
    let id = after(&text, "regulator: ");
    let token = after(&text, "token, shown this once: ");
    assert!(token.starts_with(&id), "{text}");
    let (done, text) = asked(&["regulator", "list"]);
    assert!(
        done && text.contains("regions 32,3301 until 2099-12-31"),
        "{text}"
    );
    assert!(!text.contains(&token) && !text.contains("revoked"));
    let (done, text) = asked(&[&add[..], &["2020-12-31"]].concat());
    assert!(!done && text.contains("2020-12-31 is over"), "{text}");
    assert!(asked(&["regulator", "revoke", &id]).0);
    assert!(asked(&["regulator", "list"]).1.contains(", revoked at "));
    assert!(!asked(&["regulator", "revoke", "reg_000000000000"]).0);
}
