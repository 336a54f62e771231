//! What operators, bodies and buyers type beside the daily road: mirror, rebuild, recover, snapshots, the owner's records.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use touchstone_schemas::digest::Sha256Digest;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Issued, Road, RoadPlan, program};

/// A road with two certificates; `None`, loudly, where the programs are not built.
fn road() -> Option<(Road, Vec<Issued>)> {
    let built = ["touchstone-registry", "touchstone-issuer", "touchstone-verify"]
        .iter()
        .all(|name| program(name).is_some());
    need(
        "the built programs",
        "cargo build --workspace --bins",
        built.then_some(()),
    )?;
    let road = Road::open(&RoadPlan::default()).unwrap();
    let applications =
        ["01-in-force", "15-two-sites"].map(|name| demo_folder().join(format!("applications/{name}.json")));
    for application in &applications {
        assert!(application.is_file(), "{}", application.display());
    }
    let issued = road.issue(&applications).unwrap();
    Some((road, issued))
}

fn run(command: &mut Command) -> Finished {
    Finished::of(command).unwrap()
}

/// The output of a command that must end well.
fn well(command: &mut Command) -> String {
    let what = format!("{command:?}");
    run(command).well(&what).unwrap()
}

fn verify(road: &Road) -> Command {
    let mut command = Command::new(program("touchstone-verify").unwrap());
    command
        .args([
            "--owner-key",
            &road.owner().to_string(),
            "--accept-test",
            "--json",
        ])
        .arg("--trust")
        .arg(road.trust_list());
    command
}

/// `touchstone-registry check-mirror` of a folder, by this road's owner.
fn check_mirror(road: &Road, folder: &Path) -> Command {
    let mut command = Command::new(program("touchstone-registry").unwrap());
    command
        .arg("check-mirror")
        .arg(folder)
        .args(["--owner-key", &road.owner().to_string()]);
    command
}

fn checkpoint(road: &Road) -> String {
    road.get("/log/checkpoint", "text/plain").unwrap()
}

fn write(road: &Road, name: &str, text: &str) -> PathBuf {
    let path = road.at(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The database and what SQLite keeps beside it.
fn move_database_away(road: &Road) {
    let away = road.at("away");
    std::fs::create_dir(&away).unwrap();
    let mut moved = 0;
    for entry in std::fs::read_dir(road.at("registry")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("registry.sqlite") {
            std::fs::rename(entry.path(), away.join(&name)).unwrap();
            moved += 1;
        }
    }
    assert!(moved > 0);
}

#[test]
fn a_mirror_checks_itself_and_gives_the_registry_back() {
    let Some((mut road, issued)) = road() else { return };
    let older = write(&road, "older", &checkpoint(&road));
    let mirror = road.at("mirror");
    well(road.registry("export").unwrap().arg("--to").arg(&mirror));
    well(&mut check_mirror(&road, &mirror));
    road.refresh().unwrap();
    // Brought up to date, and grown from what was seen before.
    well(road.registry("export").unwrap().arg("--to").arg(&mirror));
    well(check_mirror(&road, &mirror).arg("--against").arg(&older));
    let before = checkpoint(&road);
    let record = road
        .get(&format!("/certificates/{}", issued[0].number), "application/vc")
        .unwrap();
    road.stop_registry().unwrap();

    move_database_away(&road);
    well(road.registry("rebuild").unwrap().arg("--from").arg(&mirror));
    well(&mut road.registry("fsck").unwrap());
    road.start_registry().unwrap();
    assert_eq!(checkpoint(&road), before);
    assert_eq!(
        road.get(&format!("/certificates/{}", issued[0].number), "application/vc")
            .unwrap(),
        record
    );
    road.refresh().unwrap();

    // A bent byte anywhere is found, and nothing is rebuilt from it.
    let bent = mirror.join("log/tile/0/000.p");
    let tile = std::fs::read_dir(&bent).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[5] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    let found = run(&mut check_mirror(&road, &mirror));
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.out.contains("was altered"), "{found:?}");
}

#[test]
fn a_log_whose_key_is_lost_goes_on_openly_under_another_name() {
    let Some((mut road, issued)) = road() else { return };
    let last = write(&road, "last", &checkpoint(&road));
    let mirror = road.at("mirror");
    well(road.registry("export").unwrap().arg("--to").arg(&mirror));
    road.stop_registry().unwrap();
    let new = road.at("new");
    let mut init = Command::new(program("touchstone-registry").unwrap());
    init.arg("init").args([
        Path::new("--dir"),
        &new,
        Path::new("--passphrase-file"),
        &road.at("log.passphrase"),
        Path::new("--trust-list"),
        &road.trust_list(),
    ]);
    init.args(["--base", road.base(), "--origin", "registry.example/log2"]);
    init.args(["--listen", "127.0.0.1:0", "--private-listen", "127.0.0.1:0"]);
    well(&mut init);
    let recover = |why: &str| {
        let mut command = Command::new(program("touchstone-registry").unwrap());
        command
            .arg("recover")
            .args([Path::new("--dir"), &new, Path::new("--from"), &mirror])
            .arg("--last-checkpoint")
            .arg(&last)
            .args(["--why", why, "--log-key-lost"])
            .env("TOUCHSTONE_REGISTRY_TRUST_OWNER_KEY", road.owner().to_string());
        command
    };
    let told = well(&mut recover("drill: the key is lost"));
    assert!(told.contains("registry.example/log2"), "{told}");
    // A log that has something is not filled again.
    assert_ne!(run(&mut recover("once more")).code, Some(0));
    let mut fsck = Command::new(program("touchstone-registry").unwrap());
    well(fsck.arg("fsck").arg("--dir").arg(&new));
    assert_eq!(issued.len(), 2);
}

#[test]
fn a_buyer_checks_a_list_by_snapshot_and_delta_without_naming_it() {
    let Some((road, issued)) = road() else { return };
    let snapshot_of = |query: &str| road.get(&format!("/snapshot{query}"), "application/vc").unwrap();
    well(road.office().unwrap().arg("snapshot"));
    let first = write(&road, "snapshot.json", &snapshot_of(""));
    let numbers: Vec<&str> = issued.iter().map(|issued| issued.number.as_str()).collect();
    let list = write(&road, "list.txt", &format!("{}\n\n{}\n", numbers[0], numbers[1]));
    let looked_up = |extra: &[&Path]| {
        let mut command = verify(&road);
        command.arg("--list").arg(&list).arg("--snapshot").arg(&first);
        run(command.args(extra))
    };
    let answer = looked_up(&[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");

    let withdrawal = "status withdraw --decision 示范决定-08-撤销 --decided-by 认证决定 --decider YS-071 \
                      --reason graveNonconformity --legal-basis CQC96-831151-2020";
    let withdrawal: Vec<&str> = withdrawal.split_whitespace().collect();
    road.change(&issued[1], &withdrawal).unwrap();
    well(road.office().unwrap().arg("snapshot"));
    let since: Value = serde_json::from_str(&std::fs::read_to_string(&first).unwrap()).unwrap();
    let since = since["credentialSubject"]["sequence"].as_u64().unwrap();
    let delta = write(&road, "delta.json", &snapshot_of(&format!("?since={since}")));
    let kept = road.at("kept.json");
    let answer = looked_up(&[Path::new("--delta"), &delta, Path::new("--keep-snapshot"), &kept]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.out.contains("withdrawn"), "{answer:?}");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), snapshot_of(""));

    // What nobody signed never takes the place of a good snapshot.
    let bend = |text: &str| text.replacen("validUntil\":\"2", "validUntil\":\"9", 1);
    let mut forged: Value = serde_json::from_str(&std::fs::read_to_string(&delta).unwrap()).unwrap();
    forged["document"] = bend(forged["document"].as_str().unwrap()).into();
    forged["to"]["digest"] = Sha256Digest::of(bend(&snapshot_of("")).as_bytes())
        .to_string()
        .into();
    let forged = write(&road, "forged.json", &forged.to_string());
    let answer = looked_up(&[Path::new("--delta"), &forged, Path::new("--keep-snapshot"), &kept]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), snapshot_of(""));

    // Excel's mark is no part of a number; no number at all, and what no list answers, are refused; nothing of the file
    // reaches the terminal as more than text.
    write(&road, "list.txt", &format!("\u{feff}{}\n", numbers[0]));
    assert_eq!(looked_up(&[]).code, Some(0));
    for option in [
        ["--need-level", "5"],
        ["--as", "certificate"],
        ["--at", "2026-03-01T04:00:00Z"],
    ] {
        assert_eq!(looked_up(&option.map(Path::new)).code, Some(64), "{option:?}");
    }
    write(&road, "list.txt", "CQC26ZNZ999999R0\u{1b}[8m\n");
    let mut command = Command::new(program("touchstone-verify").unwrap());
    command
        .arg("--owner-key")
        .arg(road.owner().to_string())
        .arg("--trust")
        .arg(road.trust_list());
    let answer = run(command.arg("--list").arg(&list).arg("--snapshot").arg(&first));
    assert!(answer.out.contains("CQC26ZNZ999999R0\u{fffd}[8m"), "{answer:?}");
    assert!(
        answer.out.contains("Demonstration") || answer.out.contains("演示"),
        "{answer:?}"
    );
    write(&road, "list.txt", "\n");
    assert_eq!(looked_up(&[]).code, Some(64));

    // Who is not in it is not called good, and a bent snapshot says nothing.
    write(&road, "list.txt", "CQC26ZNZ999999R0\n");
    assert_eq!(looked_up(&[]).code, Some(2));
    let bent = std::fs::read_to_string(&first)
        .unwrap()
        .replacen("proofValue\":\"z", "proofValue\":\"zz", 1);
    std::fs::write(&first, bent).unwrap();
    assert_eq!(looked_up(&[]).code, Some(2));
}

#[test]
fn the_owner_names_a_release_and_retires_a_key_through_the_log() {
    let Some((road, issued)) = road() else { return };
    let base = road.base().trim_start_matches("http://").replace(':', "%3A");
    let did = format!("did:web:{base}");
    let owner = |words: &[&str]| {
        let mut command = road.office().unwrap();
        command.arg("owner").args(words).args([
            Path::new("--owner-dir"),
            &road.at("owner"),
            Path::new("--owner-passphrase-file"),
            &road.at("owner.passphrase"),
        ]);
        command
    };
    let page = road.at("release");
    std::fs::create_dir(&page).unwrap();
    std::fs::write(page.join("verifier.wasm"), b"\0asm").unwrap();
    std::fs::write(page.join("page.js"), b"//").unwrap();
    let record = road.at("release.json");
    well(
        owner(&["release-verifier", "--release", "1.0.0", "--issuer", &did])
            .arg("--page")
            .arg(&page)
            .arg("--out")
            .arg(&record),
    );
    well(road.office().unwrap().arg("submit").arg(&record));

    let document = issued[0].file("json");
    let report = |record: bool| {
        let mut command = verify(&road);
        command.arg(&document);
        if record {
            command.arg("--record");
        }
        run(&mut command)
    };
    assert_eq!(report(false).code, Some(0));
    let point = write(&road, "point", &checkpoint(&road));
    let record = road.at("retirement.json");
    well(
        owner(&[
            "retire-key",
            "--key",
            &format!("{did}#key-1"),
            "--reason",
            "drill",
        ])
        .arg("--checkpoint")
        .arg(&point)
        .arg("--out")
        .arg(&record),
    );
    well(road.office().unwrap().arg("submit").arg(&record));
    // Whoever has no proof that it was logged before cannot tell; the record has one.
    let without = report(false);
    assert_eq!(without.code, Some(2), "{without:?}");
    assert!(without.out.contains("keyRetiredWithoutProof"), "{without:?}");
    let with = report(true);
    assert_eq!(with.code, Some(0), "{with:?}");
    // Nothing more is signed under it.
    let more = road.issue(&[demo_folder().join("applications/13-level-1.json")]);
    assert!(more.is_err(), "{more:?}");
}
