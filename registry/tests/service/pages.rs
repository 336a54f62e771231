//! Pages for people.

use touchstone_schemas::status::StatusMessage;

use crate::{
    app::TestApp,
    documents::{NUMBER, suspension},
};

const HTML: (&str, &str) = ("accept", "text/html");

async fn issued() -> TestApp {
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let issued = app.office.credential(NUMBER, 7, now);
    let document = app.office.sign(&issued, now);
    assert_eq!(app.submit(std::slice::from_ref(&document)).await.status, 200);
    let event = app.office.event(&issued, &document, 1, now, suspension());
    let bundle = app.office.event_bundle(&event, StatusMessage::Suspended, 7, now);
    assert_eq!(app.submit(&bundle).await.status, 200);
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_shows_state_history_and_who_holds_it() {
    let app = issued().await;
    let page = app.get_with(&format!("/certificates/{NUMBER}"), &[HTML]).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let text = page.text();
    for wanted in [
        "data-state=\"suspended\"",
        "暂停",
        "示范精密机械（无锡）有限公司",
        "★★★☆☆",
        "GB/T 39116-2020",
        "2026-06-15 12:00 +08:00",
        "监督发现不符合",
        "暂停计划截止",
        "data-ahead=",
        "依据",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("<script"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_registrys_answer_says_whose_answer_it_is() {
    let app = issued().await;
    // As somebody types it: full-width, spaces, lower case.
    let typed = "%EF%BC%A3QC26%20znz000123r0";
    let page = app.get_with(&format!("/verify?number={typed}"), &[HTML]).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    for wanted in [
        "登记处的答复，未在您的手机上核验",
        "not checked on your phone",
        "data-headline=\"notInForce\"",
        "data-question=\"inForce\" data-answer=\"no\"",
        "data-reason=\"suspended\"",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("在浏览器打开"));
    let wechat = [HTML, ("user-agent", "Mozilla/5.0 (iPhone) MicroMessenger/8.0.49")];
    let text = app
        .get_with(&format!("/verify?number={NUMBER}"), &wechat)
        .await
        .text();
    assert!(text.contains("在浏览器打开"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_being_here_is_no_accusation() {
    let app = issued().await;
    let hostile = "%3Cscript%3Ealert(1)%3C/script%3E";
    for path in [
        "/verify?number=CQC26ZNZ000999R0",
        &format!("/verify?number={hostile}"),
        "/certificates/CQC26ZNZ000999R0",
    ] {
        let page = app.get_with(path, &[HTML]).await;
        assert_eq!(page.status, 404, "{path}");
        let text = page.text();
        for word in ["伪造", "forged", "fake", "假", "<script"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
        for wanted in ["registry.example", "示范认证中心（演示）", "这并不说明证书有问题"]
        {
            assert!(text.contains(wanted), "{path}: {wanted}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_verify_page_is_never_blank() {
    let mut app = TestApp::start().await;
    for path in ["/v", "/verify", "/verify?number="] {
        let page = app.get(path).await;
        assert!(page.text().contains("<form action=\"/verify\""), "{path}");
    }
    assert_eq!(app.get("/").await.header("location"), Some("/verify"));
    app.stop().await;
    let dist = app.folder.join("dist");
    std::fs::create_dir_all(dist.join("texts")).unwrap();
    std::fs::write(dist.join("index.html"), "<!doctype html><title>built</title>").unwrap();
    std::fs::write(dist.join("page.wasm"), b"\0asm").unwrap();
    std::fs::write(dist.join("texts/en.json"), b"{}").unwrap();
    app.config.pages.web_root = Some(dist.clone());
    app.resume().await.unwrap();
    for path in ["/v", "/verify"] {
        assert!(app.get(path).await.text().contains("built"), "{path}");
    }
    assert_eq!(
        app.get("/assets/page.wasm").await.header("content-type"),
        Some("application/wasm")
    );
    assert_eq!(app.get("/assets/texts/en.json").await.text(), "{}");
    // Samples: none unless told, and what stands in the file now.
    assert_eq!(app.get("/assets/samples.json").await.status, 404);
    app.stop().await;
    let samples = app.folder.join("samples.json");
    app.config.pages.samples = Some(samples.clone());
    app.resume().await.unwrap();
    assert_eq!(app.get("/assets/samples.json").await.status, 404);
    std::fs::write(&samples, r#"{"samples":[]}"#).unwrap();
    assert_eq!(app.get("/assets/samples.json").await.text(), r#"{"samples":[]}"#);
    std::fs::write(&samples, vec![b' '; 300 * 1024]).unwrap();
    assert_eq!(app.get("/assets/samples.json").await.status, 404);
    app.stop().await;
    std::fs::remove_file(dist.join("index.html")).unwrap();
    assert!(app.refused().await.contains("holds no index.html"));
}
