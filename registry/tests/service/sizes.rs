//! What a certificate costs on disk: the figure that docs/OPERATIONS.md plans with.

use crate::app::{TestApp, send};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_costs_what_the_handbook_says() {
    const BUNDLES: u32 = 4;
    const EACH: u32 = 256;
    let mut app = TestApp::with_lists().await;
    let now = app.now();
    let on_disk = |app: &TestApp| {
        let database = app.config.store.database.file().unwrap();
        std::fs::metadata(database).unwrap().len()
    };
    let mut documents = 0;
    app.stop().await;
    let before = on_disk(&app);
    app.resume().await.unwrap();
    for bundle in 0..BUNDLES {
        let signed: Vec<String> = (0..EACH)
            .map(|place| {
                let index = bundle * EACH + place;
                let number = format!("CQC26ZNZ{index:06}R0");
                app.office.sign(&app.office.credential(&number, index, now), now)
            })
            .collect();
        documents += signed.iter().map(String::len).sum::<usize>();
        assert_eq!(app.submit(&signed).await.status, 200);
    }
    let ready = send(app.private_address(), "GET", "/readyz", &[], b"").await;
    assert_eq!(ready.json()["credentials"], BUNDLES * EACH);
    // The write-ahead log is folded in when the last connection closes.
    app.stop().await;
    let count = u64::from(BUNDLES * EACH);
    let each = (on_disk(&app) - before) / count;
    let document = u64::try_from(documents).unwrap() / count;
    println!("{each} bytes of database a certificate, {document} of them the signed document");
    assert!(
        each < document + 2_600,
        "{each} bytes of database, {document} of document"
    );
    assert!(
        each < 10_000,
        "docs/OPERATIONS.md plans with 10 kB a certificate, it is {each} bytes"
    );
}
