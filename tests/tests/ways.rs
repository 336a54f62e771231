//! The other ways into the verify page, in Chromium: a camera, pictures, PDF files, samples, a need in the address.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::Write;
use std::path::PathBuf;

use image::GrayImage;
use serde_json::{Value, json};
use touchstone_readers::distortions::{Distortion, Fault, Pose, Symbol, all};
use touchstone_readers::image::Grey;
use touchstone_readers::written_pdf::{Drawn, WrittenPdf};
use touchstone_tests::road::samples::demo_folder;
use touchstone_tests::road::{Road, page_in_browser, run_browser};

/// Files of one road.
struct Files<'a>(&'a Road);

impl Files<'_> {
    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.at(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn picture(&self, name: &str, picture: &Grey) -> PathBuf {
        let (width, height) = (
            picture.width().try_into().unwrap(),
            picture.height().try_into().unwrap(),
        );
        let image = GrayImage::from_raw(width, height, picture.pixels().to_vec()).unwrap();
        let path = self.0.at(name);
        image.save(&path).unwrap();
        path
    }

    /// A video of one picture, as Chromium takes it for a camera's: YUV4MPEG2.
    fn video(&self, picture: &Grey) -> PathBuf {
        let (width, height) = (picture.width() & !1, picture.height() & !1);
        let mut video = format!("YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n").into_bytes();
        for _ in 0..10 {
            video.write_all(b"FRAME\n").unwrap();
            for y in 0..height {
                video.extend((0..width).map(|x| picture.at(x, y)));
            }
            video.resize(video.len() + width * height / 2, 128);
        }
        self.write("camera.y4m", &video)
    }
}

fn shot(symbol: &Symbol, pose: Pose, faults: Vec<Fault>) -> Grey {
    let distortion = Distortion {
        name: String::new(),
        pose,
        faults,
        seed: 7,
    };
    distortion.picture(symbol).unwrap()
}

/// Files that hold a certificate: every one ends in its verdict.
fn good(files: &Files<'_>, link: &str, credential: &str) -> Vec<Value> {
    let symbol = Symbol::of(link).unwrap();
    let mut cases = Vec::new();
    let mut add = |name: &str, way: &str, file: PathBuf| {
        cases.push(json!({ "name": name, "way": way, "file": file, "expected": { "headline": "inForce" } }));
    };
    const TRIED: [&str; 6] = [
        "turned 5",
        "small 12",
        "noise 8",
        "photo 4",
        "off a screen 6",
        "light on dark 6",
    ];
    for distortion in all()
        .iter()
        .filter(|distortion| TRIED.contains(&distortion.name.as_str()))
    {
        let picture = distortion.picture(&symbol).unwrap();
        let file = files.picture(&format!("{}.png", distortion.name.replace(' ', "-")), &picture);
        add(&distortion.name, "file", file);
    }
    let straight = files.picture("straight.png", &shot(&symbol, Pose::default(), vec![]));
    add("a screenshot, pasted", "paste", straight.clone());
    add("a photo", "photo", straight);
    let credential = Some(credential.as_bytes());
    let pdf = |name: &str, bytes: Vec<u8>| files.write(name, &bytes);
    add(
        "a PDF file",
        "file",
        pdf("attached.pdf", WrittenPdf::paper(credential, None).packed()),
    );
    let mut sealed = WrittenPdf::default();
    sealed.object(
        80,
        "<< /FT /Sig /T (seal) /V << /Type /Sig /Contents <00ff00> >> >>",
    );
    let sealed = sealed.update(WrittenPdf::paper(credential, None).packed());
    add("a sealed PDF file, dropped", "drop", pdf("sealed.pdf", sealed));
    for (name, drawn) in [("squares", Drawn::Squares), ("image", Drawn::Image)] {
        let paper = WrittenPdf::paper(None, Some((&symbol, drawn)));
        add(
            &format!("a PDF file with {name}"),
            "file",
            pdf(&format!("{name}.pdf"), paper.classic()),
        );
    }
    cases
}

/// Files that hold none: each is told what it is, and nothing is followed.
fn bad(files: &Files<'_>, attached: &str) -> Vec<Value> {
    let mut cases = Vec::new();
    let mut add = |name: &str, way: &str, file: PathBuf, message: &str| {
        cases.push(json!({ "name": name, "way": way, "file": file, "expected": { "message": message } }));
    };
    let code = |name: &str, text: &str| {
        let picture = shot(&Symbol::of(text).unwrap(), Pose::default(), vec![]);
        files.picture(name, &picture)
    };
    add(
        "a shop's code",
        "file",
        code("shop.png", "https://pay.evil.example/x?y=1"),
        "它指向 pay.evil.example",
    );
    let look_alike = code("look-alike.png", "https://rеgistry.example/pay");
    add("a look-alike of our host", "file", look_alike, "它指向 xn--");
    add(
        "a script",
        "file",
        code("script.png", "javascript:alert(document.domain)"),
        "不是证书链接",
    );
    add(
        "a page of data",
        "file",
        code("data.png", "data:text/html,<script>alert(1)</script>"),
        "不是证书链接",
    );
    add(
        "no code",
        "file",
        files.picture("blank.png", &Grey::new(200, 200, vec![200; 40_000]).unwrap()),
        "没有读到二维码",
    );
    add(
        "no picture",
        "file",
        files.write("rubbish.png", b"\x89PNG rubbish"),
        "不能识别这个文件",
    );
    let locked = String::from_utf8_lossy(&WrittenPdf::paper(None, None).classic())
        .replace("/Root 1", "/Encrypt 9 0 R /Root 1");
    add(
        "an encrypted PDF file",
        "file",
        files.write("locked.pdf", locked.as_bytes()),
        "设有密码",
    );
    add(
        "half a PDF file",
        "file",
        files.write("half.pdf", b"%PDF-1.7\n1 0 obj"),
        "已损坏或不完整",
    );
    add(
        "a PDF file of nothing",
        "file",
        files.write("empty.pdf", &WrittenPdf::paper(None, None).classic()),
        "没有证书",
    );
    let bomb = WrittenPdf::paper(Some(&vec![0; 90 * 1024 * 1024]), None).classic();
    add("a bomb", "file", files.write("bomb.pdf", &bomb), "内容过多");
    let mut long = WrittenPdf::paper(None, None);
    let kids: Vec<String> = (100..1100).map(|number| format!("{number} 0 R")).collect();
    long.object(
        2,
        &format!("<< /Kids [{}] /MediaBox [0 0 595 842] >>", kids.join(" ")),
    );
    for number in 100..1100 {
        long.object(number, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>");
    }
    add(
        "a thousand pages",
        "file",
        files.write("long.pdf", &long.classic()),
        "没有证书",
    );
    add("eleven megabytes", "large", PathBuf::new(), "最多 10 MB");
    let other = files.write("other.pdf", &bomb);
    cases.push(json!({ "name": "a bomb, and then a certificate", "way": "again", "file": attached, "other": other, "expected": { "headline": "inForce" } }));
    cases.push(json!({ "name": "the reader is missing", "way": "readerMissing", "file": attached, "expected": { "headline": "inForce", "message": "读取程序没有取到" } }));
    cases
}

fn of_the_page(link: &str) -> Vec<Value> {
    let in_force = json!({ "headline": "inForce" });
    let view =
        |name: &str, camera: &str| json!({ "name": name, "way": name, "expected": { "camera": camera } });
    vec![
        json!({ "name": "the camera", "way": "camera", "expected": in_force }),
        view("denied", "denied"),
        view("none", "none"),
        view("stopped", "notLoaded"),
        json!({ "name": "a link, pasted", "way": "pasteText", "link": link, "expected": in_force }),
        json!({ "name": "a sample", "way": "sample", "kind": "inForce", "expected": in_force }),
        json!({ "name": "a sample without network", "way": "sample", "kind": "offline", "expected": { "headline": "couldNotTell" } }),
        json!({ "name": "a need that is met", "way": "needed", "link": link, "query": "level=3", "expected": { "headline": "inForce", "need": "yes" } }),
        json!({ "name": "a need that is not", "way": "needed", "link": link, "query": "level=5&date=2027-01-01", "expected": { "headline": "inForce", "need": "no" } }),
        json!({ "name": "a paper that does not match", "way": "mismatch", "link": link, "expected": in_force }),
        json!({ "name": "the result kept", "way": "saved", "link": link, "expected": in_force }),
    ]
}

#[test]
fn every_way_leads_to_the_verdict() {
    let Some((browser, plan)) = page_in_browser() else {
        return;
    };
    let road = Road::open(&plan).unwrap();
    let issued = road
        .issue(&[demo_folder().join("applications/01-in-force.json")])
        .unwrap();
    let (link, credential) = (issued[0].link().unwrap(), issued[0].credential().unwrap());
    let samples = json!({ "samples": [{ "kind": "inForce", "document": link }, { "kind": "offline", "document": link }, { "kind": "strange", "document": link }] });
    std::fs::write(road.samples(), samples.to_string()).unwrap();
    let files = Files(&road);
    let symbol = Symbol::of(&link).unwrap();
    let video = files.video(&shot(
        &symbol,
        Pose {
            turn: 12.0,
            module: 6.0,
            ..Pose::default()
        },
        vec![Fault::Noise(8.0)],
    ));
    let mut cases = good(&files, &link, &credential);
    cases.extend(bad(&files, &road.at("attached.pdf").display().to_string()));
    cases.extend(of_the_page(&link));
    let input = road.at("ways.json");
    std::fs::write(
        &input,
        json!({ "base": road.base(), "video": video, "cases": cases }).to_string(),
    )
    .unwrap();
    let found: Vec<Value> =
        serde_json::from_str(&run_browser(&browser, "ways.mjs", &input).unwrap()).unwrap();
    assert_eq!(found.len(), cases.len());
    let mut faults = Vec::new();
    for (case, found) in cases.iter().zip(&found) {
        let expected = case["expected"].as_object().unwrap();
        for (what, wanted) in expected {
            let told = found[what].as_str().unwrap_or_default();
            if !told.contains(wanted.as_str().unwrap()) {
                faults.push(format!(
                    "{}: {what} {}, wanted {wanted}",
                    case["name"], found[what]
                ));
            }
        }
        for list in ["faults", "violations", "foreign"] {
            if found[list] != json!([]) {
                faults.push(format!("{}: {list} {}", case["name"], found[list]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    eprintln!("{} ways into the page", found.len());
}
