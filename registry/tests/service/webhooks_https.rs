//! Messages over https to a server whose certificate is by a house's own authority, and what is counted of messages.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use touchstone_registry::webhooks::{
    Authorities, Message, Networks, Scope, Secret, Sender, Subscription, WebhookFolder,
};
use touchstone_schemas::date_time::Timestamp;

use crate::{
    app::{TestApp, send},
    documents::NUMBER,
    metrics::sample,
};

/// An authority and a server of its own.
struct Receiver {
    address: SocketAddr,
    authority: String,
    got: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    fn start() -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let key = KeyPair::generate().unwrap();
        let pem = authority.self_signed(&key).unwrap().pem();
        let issuer = Issuer::from_params(&authority, key);
        let mut server = CertificateParams::default();
        server.subject_alt_names = vec![SanType::IpAddress("127.0.0.1".parse().unwrap())];
        let server_key = KeyPair::generate().unwrap();
        let certificate = server.signed_by(&server_key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(server_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            authority: pem,
            got: Arc::default(),
        };
        let (config, got) = (Arc::new(config), Arc::clone(&receiver.got));
        // It ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                if let Some(body) = answer(StreamOwned::new(connection, stream)) {
                    got.lock().unwrap().push(body);
                }
            }
        });
        receiver
    }

    fn subscription(&self) -> Subscription {
        Subscription {
            created: Timestamp::MIN,
            label: "a test".to_owned(),
            scope: Scope::Registry,
            secret: Secret::generate().unwrap(),
            url: format!("https://{}/hook", self.address),
        }
    }

    fn authority_file(&self, app: &TestApp) -> PathBuf {
        let path = app.folder.join("authority.pem");
        std::fs::write(&path, &self.authority).unwrap();
        path
    }
}

/// Takes one message; `None` when the other side does not trust this one, or goes.
fn answer(mut stream: impl Read + Write) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4_096];
    loop {
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length?.parse().ok()? {
            let body = body.to_owned();
            let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).ok()?;
            stream.flush().ok()?;
            return Some(body);
        }
    }
}

async fn samples<const N: usize>(app: &TestApp, names: [&str; N]) -> [Option<f64>; N] {
    let text = send(app.private_address(), "GET", "/metrics", &[], b"")
        .await
        .text();
    names.map(|name| sample(&text, &format!("touchstone_registry_webhook_{name}")))
}

const COUNTED: [&str; 6] = [
    "attempts_total{outcome=\"arrived\"}",
    "attempts_total{outcome=\"failed\"}",
    "attempts_total{outcome=\"laidAside\"}",
    "subscriptions",
    "subscriptions_waiting",
    "dead_letters",
];

/// Waits until the counts are as wanted.
async fn until(app: &TestApp, wanted: [f64; 6]) {
    let wanted = wanted.map(Some);
    for _ in 0..200 {
        if samples(app, COUNTED).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(samples(app, COUNTED).await, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_house_s_own_authority_is_trusted_where_it_is_named_and_messages_are_counted() {
    let receiver = Receiver::start();
    let mut app = TestApp::made().await;
    app.config.webhooks.ca_file = Some(receiver.authority_file(&app));
    app.resume().await.unwrap();
    until(&app, [0.0; 6]).await;
    let folder = WebhookFolder::at(app.config.webhooks.folder.clone());
    let id = folder.add(&receiver.subscription()).unwrap();
    for _ in 0..200 {
        if folder.progress(&id).unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let credential = app.office.credential(NUMBER, 7, app.now());
    let document = app.office.sign(&credential, app.now());
    assert_eq!(app.submit(&[document]).await.status, 200);
    until(&app, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]).await;
    let got = receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 1);
    let message: serde_json::Value = serde_json::from_str(&got[0]).unwrap();
    assert_eq!(message["data"]["number"], NUMBER);
    // One that listens no more.
    let mut away = receiver.subscription();
    away.url = format!("https://127.0.0.1:{}/hook", unused_port());
    let away = folder.add(&away).unwrap();
    for _ in 0..200 {
        if folder.progress(&away).unwrap().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let credential = app.office.credential("CQC26ZNZ000777R0", 8, app.now());
    let document = app.office.sign(&credential, app.now());
    assert_eq!(app.submit(&[document]).await.status, 200);
    until(&app, [2.0, 1.0, 0.0, 2.0, 1.0, 0.0]).await;
    app.stop().await;
}

fn unused_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_no_known_authority_certifies_gets_nothing() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let app = TestApp::made().await;
    let file = other.authority_file(&app);
    let others = Authorities::read(&file).unwrap();
    let change = Message {
        id: "chg_1".to_owned(),
        body: "{}".to_owned(),
    };
    for authorities in [None, Some(others)] {
        let networks: Networks = "127.0.0.1".parse().unwrap();
        let sender = Sender::new(networks, authorities.as_ref());
        let (subscription, change) = (receiver.subscription(), change.clone());
        let sent = tokio::task::spawn_blocking(move || sender.send(&subscription, &change, Timestamp::MIN));
        let error = sent.await.unwrap().unwrap_err().to_string();
        assert!(error.contains("not reached"), "{error}");
        assert!(receiver.got.lock().unwrap().is_empty());
    }
    for (text, wanted) in [
        ("", "holds no certificate"),
        ("no PEM at all", "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\n", "PEM"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Authorities::read(&file).unwrap_err().to_string();
        assert!(error.contains(wanted), "{text:?}: {error}");
    }
    assert!(Authorities::read(&app.folder.join("nowhere")).is_err());
}
