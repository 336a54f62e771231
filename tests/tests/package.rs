//! The package of npm and the examples, as an integrator uses them: in Node, in a page, in a worker, in the shell.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::{Sample, Shown, walk};
use touchstone_tests::road::{
    Browser, Finished, Road, RoadPlan, TempFolder, node, npm_modules, package, program, run_browser,
    workspace,
};

/// A folder in which the package is installed.
fn installed(folder: &Path, package: &Path) -> PathBuf {
    let modules = folder.join("node_modules");
    std::fs::create_dir_all(&modules).unwrap();
    symlink(package, modules.join("touchstone-verify")).unwrap();
    folder.to_owned()
}

fn copy(from: &str, to: &Path) {
    let from = workspace().join(from);
    std::fs::copy(&from, to.join(from.file_name().unwrap())).unwrap();
}

/// A sample as a file, where it is a document, or as its link.
fn handed_over(sample: &Sample, folder: &Path) -> String {
    match &sample.shown {
        Shown::Link(link) => link.clone(),
        Shown::Document(document) => {
            let file = folder.join(format!("{}.json", sample.name));
            std::fs::write(&file, document).unwrap();
            file.to_str().unwrap().to_owned()
        }
    }
}

fn of<'a>(samples: &'a [Sample], name: &str) -> &'a Sample {
    samples.iter().find(|sample| sample.name == name).unwrap()
}

fn credential(samples: &[Sample], name: &str) -> String {
    let sample = of(samples, name);
    match (&sample.issued, &sample.shown) {
        (Some(issued), _) => issued.credential().unwrap(),
        (None, Shown::Document(document) | Shown::Link(document)) => document.clone(),
    }
}

#[test]
fn integrators_read_the_same_verdicts() {
    let found = program("touchstone-verify").and(package().zip(node()));
    let Some((package, node)) = need(
        "the package, Node or the built programs",
        "cargo xtask wasm",
        found,
    ) else {
        return;
    };
    let mut road = Road::open(&RoadPlan::default()).unwrap();
    let samples = walk(&road, &mut |_| {}).unwrap();
    let folder = TempFolder::new("package").unwrap();
    let folder = installed(folder.path(), &package);
    in_node(&road, &samples, &node, &folder);
    in_the_shell(&road, &samples, &folder);
    let browser = need(
        "Node, Chromium or playwright-core",
        "cargo xtask test",
        Browser::find(),
    );
    if let Some(browser) = browser {
        in_a_page(&road, &samples, &browser, &folder);
    }
    without_a_registry(&mut road, &samples, &node, &folder);
}

fn example(road: &Road, node: &Path, folder: &Path, given: &[String]) -> Finished {
    copy("examples/node/check.mjs", folder);
    let mut command = Command::new(node);
    command.arg(folder.join("check.mjs"));
    command.arg(road.base()).arg(road.owner().to_string()).args(given);
    Finished::of(&mut command).unwrap()
}

fn lines(finished: &Finished) -> Vec<Value> {
    let lines = finished.out.lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every sample by the example for Node.
fn in_node(road: &Road, samples: &[Sample], node: &Path, folder: &Path) {
    let given: Vec<String> = samples.iter().map(|sample| handed_over(sample, folder)).collect();
    let finished = example(road, node, folder, &given);
    let verdicts = lines(&finished);
    assert_eq!(verdicts.len(), samples.len(), "{finished:?}");
    for (sample, verdict) in samples.iter().zip(&verdicts) {
        assert_eq!(
            verdict["headline"],
            sample.expected.headline.as_str(),
            "{}: {verdict}",
            sample.name
        );
        if let Some(state) = &sample.expected.state {
            assert_eq!(verdict["state"], state.as_str(), "{}: {verdict}", sample.name);
        }
        assert_eq!(verdict["failures"], json!([]), "{}", sample.name);
    }
    assert_eq!(finished.code, Some(1));
    // A demonstration that is in force is no certificate.
    let finished = example(road, node, folder, &given[..1]);
    assert_eq!(
        (lines(&finished)[0]["headline"].as_str(), finished.code),
        (Some("inForce"), Some(2))
    );
}

/// Three credentials in a folder by the example for the shell.
fn in_the_shell(road: &Road, samples: &[Sample], folder: &Path) {
    let suppliers = folder.join("suppliers");
    std::fs::create_dir(&suppliers).unwrap();
    for name in ["in-force", "withdrawn", "tampered-document"] {
        std::fs::write(suppliers.join(format!("{name}.json")), credential(samples, name)).unwrap();
    }
    let check = |options: &[&str]| {
        let programs = program("touchstone-verify").unwrap();
        let path = std::env::join_paths(
            [programs.parent().unwrap().to_owned()]
                .into_iter()
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        let mut command = Command::new("sh");
        command
            .arg(workspace().join("examples/shell/check-folder.sh"))
            .arg(&suppliers)
            .args(options)
            .env("PATH", path.unwrap())
            .env("TOUCHSTONE_OWNER_KEY", road.owner().to_string())
            .env("TOUCHSTONE_TRUST", format!("{}/trust.json", road.base()));
        Finished::of(&mut command).unwrap()
    };
    let finished = check(&["--accept-test"]);
    let told: Vec<&str> = finished
        .out
        .lines()
        .map(|line| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(
        (told.as_slice(), finished.code),
        (&["tampered-document.json", "withdrawn.json"][..], Some(1)),
        "{finished:?}"
    );
    for name in ["withdrawn", "tampered-document"] {
        std::fs::remove_file(suppliers.join(format!("{name}.json"))).unwrap();
    }
    assert_eq!(check(&["--accept-test"]).code, Some(0));
    let finished = check(&[]);
    assert_eq!(
        (finished.out.starts_with("could not tell: "), finished.code),
        (true, Some(2)),
        "{finished:?}"
    );
}

/// The example page with its two elements, in a narrow window under the policy that the package's README tells, and the
/// example's worker.
fn in_a_page(road: &Road, samples: &[Sample], browser: &Browser, folder: &Path) {
    let site = folder.join("site");
    std::fs::create_dir(&site).unwrap();
    symlink(
        folder.join("node_modules/touchstone-verify"),
        site.join("touchstone-verify"),
    )
    .unwrap();
    copy("examples/browser/index.html", &site);
    copy("examples/browser/worker.js", &site);
    let names = [
        "in-force",
        "workshop",
        "withdrawn",
        "tampered-document",
        "unknown-issuer",
    ];
    let shown: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(credential(samples, name))))
        .collect();
    let documents: Vec<&Value> = names.iter().map(|name| &shown[*name]).collect();
    let input = folder.join("page.json");
    let asked = json!({
        "folder": site, "registry": road.base(), "ownerKey": road.owner().to_string(), "documents": documents, "shown": shown,
    });
    std::fs::write(&input, asked.to_string()).unwrap();
    let found: Value = serde_json::from_str(&run_browser(browser, "package.mjs", &input).unwrap()).unwrap();
    let wanted = ["inForce", "inForce", "notInForce", "notGenuine", "notAuthorised"];
    assert_eq!(found["worker"], json!(wanted));
    assert_eq!(found["violations"], json!([]));
    let base = road.base();
    let lists = ["message", "revocation", "suspension"].map(|list| format!("{base}/status-lists/{list}/N"));
    let hosts: Vec<String> = lists.into_iter().chain([format!("{base}/trust.json")]).collect();
    assert_eq!(
        found["foreign"],
        json!(hosts),
        "the registry is asked for what names no certificate"
    );
    let elements = &found["elements"];
    // What is read, in both languages: the word, and whether anything of the document stands there.
    let rows = [
        (
            "in-force",
            "pending",
            "演示：应为有效",
            "Demonstration: would be in force",
            true,
        ),
        (
            "workshop",
            "pending",
            "演示：应为有效",
            "Demonstration: would be in force",
            true,
        ),
        ("withdrawn", "bad", "已撤销", "Withdrawn", true),
        ("tampered-document", "bad", "未通过真伪核验", "Not genuine", false),
        (
            "unknown-issuer",
            "bad",
            "发证资质不成立",
            "Not issued by an authorised body",
            false,
        ),
    ];
    for (name, tone, chinese, english, told) in rows {
        let read = &elements[name];
        for (language, word) in [("chinese", chinese), ("english", english)] {
            let read = &read[language];
            assert_eq!(read["tone"], tone, "{name}: {read}");
            assert!(
                read["status"].as_str().unwrap().starts_with(word),
                "{name}: {read}"
            );
            let text = read["text"].as_str().unwrap();
            assert_eq!(
                text.contains("示范") || text.contains("Shifan"),
                told,
                "{name}: {read}"
            );
        }
        assert_eq!(read["overflow"], 0, "{name}");
    }
    let workshop = elements["workshop"]["chinese"]["text"].as_str().unwrap();
    assert!(workshop.contains("仅覆盖"), "{workshop}");
}

/// Nobody answers: never yes, and every failure is named.
fn without_a_registry(road: &mut Road, samples: &[Sample], node: &Path, folder: &Path) {
    road.stop_registry().unwrap();
    let finished = example(
        road,
        node,
        folder,
        &[of(samples, "in-force").shown.text().to_owned()],
    );
    let verdict = &lines(&finished)[0];
    assert_eq!(
        (verdict["headline"].as_str(), finished.code),
        (Some("couldNotTell"), Some(2)),
        "{verdict}"
    );
    assert!(
        verdict["failures"][0]["url"]
            .as_str()
            .unwrap()
            .ends_with("/trust.json"),
        "{verdict}"
    );
}

#[test]
fn its_types_say_what_it_does() {
    let compiler = npm_modules()
        .map(|modules| modules.join("typescript/bin/tsc"))
        .filter(|path| path.is_file());
    let found = package().zip(node()).zip(compiler);
    let Some(((package, node), compiler)) =
        need("the package, Node or TypeScript", "cargo xtask test", found)
    else {
        return;
    };
    let folder = TempFolder::new("package-types").unwrap();
    let folder = installed(folder.path(), &package);
    copy("tests/browser/package-types.ts", &folder);
    std::fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).unwrap();
    let mut command = Command::new(node);
    command
        .arg(compiler)
        .args([
            "--noEmit",
            "--strict",
            "--target",
            "es2022",
            "--module",
            "nodenext",
            "--lib",
            "es2022,dom",
        ])
        .arg("package-types.ts")
        .current_dir(&folder);
    Finished::of(&mut command).unwrap().well("tsc").unwrap();
}
