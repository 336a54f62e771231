//! GB/T 36073-2018 in the built programs: nothing of it is compiled in, a folder of files makes it one more scheme.

use std::process::Command;

use serde_json::Value;
use touchstone_tests::road::absent::need;
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Finished, Road, RoadPlan, program};

#[test]
fn a_folder_of_files_makes_a_scheme_that_is_issued_under_and_verified() {
    let built = |name| {
        need(
            "the built programs",
            "cargo build --workspace --bins",
            program(name),
        )
    };
    let (Some(_), Some(verify)) = (built("touchstone-issuer"), built("touchstone-verify")) else {
        return;
    };
    let demo = demo_folder();
    let work = std::env::temp_dir().join(format!("touchstone-second-scheme-{}", std::process::id()));
    std::fs::create_dir_all(&work).unwrap();
    let text = std::fs::read_to_string(demo.join("profile.json")).unwrap();
    let mut body: Value = serde_json::from_str(&text).unwrap();
    let scheme = serde_json::json!({ "edition": "dcmm-2018", "since": "2020-10-01" });
    body["schemes"].as_array_mut().unwrap().push(scheme);
    body["signatories"][0]["schemes"]
        .as_array_mut()
        .unwrap()
        .push("dcmm-2018".into());
    let profile = work.join("profile.json");
    std::fs::write(&profile, body.to_string()).unwrap();

    let mut road = Road::build(&RoadPlan {
        profile: Some(profile),
        ..RoadPlan::default()
    })
    .unwrap();
    let to = road.at("issuer/schemes/dcmm-2018");
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(demo.join("schemes/dcmm-2018")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    road.start_registry().unwrap();

    let text = std::fs::read_to_string(demo.join("applications/15-two-sites.json")).unwrap();
    let mut application: Value = serde_json::from_str(&text).unwrap();
    application["scheme"] = "dcmm-2018".into();
    application["scope"] = "生产经营数据的管理和应用".into();
    let sheet = std::fs::read(demo.join("scores/dcmm-level-3.json")).unwrap();
    std::fs::write(work.join("scores.json"), &sheet).unwrap();
    let digest = touchstone_schemas::digest::Sha256Digest::of(&sheet).to_string();
    application["evaluation"]["scores"] = serde_json::json!({ "file": "scores.json", "sha256": digest });
    let file = work.join("application.json");
    std::fs::write(&file, application.to_string()).unwrap();

    let issued = road.issue(&[file]).unwrap();
    let issued = issued.first().unwrap();
    let mut command = Command::new(verify);
    command
        .args([
            "--json",
            "--accept-test",
            "--owner-key",
            &road.owner().to_string(),
        ])
        .arg("--trust")
        .arg(road.trust_list())
        .arg(issued.file("json"));
    let verified = Finished::of(&mut command).unwrap();
    assert_eq!(verified.code, Some(0), "{verified:?}");
    assert!(verified.out.contains("GB/T 36073-2018"), "{}", verified.out);
    std::fs::remove_dir_all(&work).unwrap();
}
