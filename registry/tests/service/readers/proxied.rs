//! Behind nginx, by the lines of the handbook for operators: who is asked what, and that nobody notices a process that
//! is gone.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::PATIENCE;
use crate::{
    app::{TOKEN, TestApp, send, try_send},
    documents::NUMBER,
};

const HANDBOOKS: [&str; 2] = ["docs/OPERATIONS.md", "docs/OPERATIONS.zh-CN.md"];

/// The lines of a handbook.
fn lines_of(handbook: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join(handbook)).unwrap();
    let from = text.find("   log_format touchstone").unwrap();
    let lines = &text[from..];
    lines[..lines.find("   ```").unwrap()].to_owned()
}

/// nginx in a folder of its own, gone with this.
struct Nginx {
    process: Child,
    address: SocketAddr,
}

impl Nginx {
    /// `None` where there is none.
    fn start(folder: &Path, sequencer: SocketAddr, readers: [SocketAddr; 2]) -> Option<Self> {
        let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];
        let Some(program) = program.iter().map(PathBuf::from).find(|path| path.is_file()) else {
            // Under continuous integration too: to install it starts it on port 80.
            eprintln!("SKIPPED: nginx is absent (Debian: apt-get install nginx-light)");
            return None;
        };
        let address = unused_address();
        let lines = lines_of(HANDBOOKS[0])
            .replace("127.0.0.1:8440", &sequencer.to_string())
            .replace("127.0.0.1:8450", &readers[0].to_string())
            .replace("127.0.0.1:8460", &readers[1].to_string())
            .replace("/var/log/nginx", &folder.display().to_string())
            .replace("server {\n", &format!("server {{\n listen {address};\n"));
        let own = folder.display();
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {own}/{kind};\n"))
            .collect();
        let text = format!(
            "daemon off; master_process off; pid {own}/pid; error_log {own}/error.log;\n\
             events {{}}\nhttp {{ access_log off;\n{places}{lines}}}\n"
        );
        let config = folder.join("nginx.conf");
        fs::write(&config, text).unwrap();
        let process = Command::new(program)
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&config)
            .arg("-e")
            .arg(folder.join("error.log"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { process, address })
    }

    async fn until_it_listens(&self, folder: &Path) {
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(self.address).await.is_err() {
            let said = fs::read_to_string(folder.join("error.log")).unwrap_or_default();
            assert!(begun.elapsed() < PATIENCE, "{said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn unused_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn both_handbooks_have_the_same_lines() {
    let [english, chinese] = HANDBOOKS.map(lines_of);
    assert_eq!(english, chinese);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_handbook_s_lines_for_nginx_bring_everything_where_it_belongs() {
    let mut app = TestApp::made().await;
    app.config.listen.proxy = Some("127.0.0.1".parse().unwrap());
    app.config.limits.records_per_minute = 3;
    app.resume().await.unwrap();
    let lists = app.office.lists(app.now());
    assert_eq!(app.submit(&lists).await.status, 200);
    let (mut one, mut two) = (app.started_reader().await, app.started_reader().await);
    let folder = app.folder.join("nginx");
    fs::create_dir(&folder).unwrap();
    let Some(nginx) = Nginx::start(&folder, app.address(), [one.address(), two.address()]) else {
        return;
    };
    nginx.until_it_listens(&folder).await;
    let through = nginx.address;
    // A submission reaches the sequencer, a long one too.
    let now = app.now();
    let document = app.office.sign(&app.office.credential(NUMBER, 7, now), now);
    let bearer = format!("Bearer {TOKEN}");
    let known = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let body = format!("{{\"documents\":[{document}]}}");
    let answer = send(through, "POST", "/submissions", &known, body.as_bytes()).await;
    assert_eq!((answer.status, answer.receipts().len()), (200, 1));
    let long = format!("{{\"documents\":[\"{}\"]}}", "x".repeat(3 << 20));
    let answer = send(through, "POST", "/submissions", &known, long.as_bytes()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "documentKindUnknown"),
        "{}",
        answer.text()
    );
    // The rest reaches a reader, whichever is there; a body in pieces comes whole.
    let checkpoint = app.checkpoint().await;
    one.until_it_shows(&checkpoint).await;
    two.until_it_shows(&checkpoint).await;
    for path in [
        "/log/checkpoint",
        "/status-lists/message/1",
        "/openapi.json",
        "/changes.atom",
    ] {
        let answer = send(through, "GET", path, &[], b"").await;
        assert_eq!(
            (answer.status, answer.body),
            (200, app.get(path).await.body),
            "{path}"
        );
    }
    let question = format!("{{\"items\":[\"{NUMBER}\"]}}");
    let json = [("content-type", "application/json")];
    let answer = send(through, "POST", "/validity-checks", &json, question.as_bytes()).await;
    assert_eq!((answer.status, answer.cut), (200, false), "{}", answer.text());
    // Each process counts for itself, by the address that nginx names and not the one a client makes up.
    let forged = [("x-forwarded-for", "203.0.113.7")];
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let path = format!("/certificates/{NUMBER}");
        statuses.push(send(through, "GET", &path, &forged, b"").await.status);
    }
    assert!(
        statuses.starts_with(&[200, 200]) && statuses.contains(&429),
        "{statuses:?}"
    );
    // One reader after the other goes: the next is asked, in the end the sequencer.
    for reader in [&mut one, &mut two] {
        reader.stop().await;
        for _ in 0..4 {
            let answer = try_send(through, "GET", "/log/checkpoint", &[], b"").await;
            assert_eq!(
                answer.map(|answer| (answer.status, answer.body)),
                Some((200, checkpoint.clone()))
            );
        }
    }
    drop(nginx);
    // Its log has the routes and not what was looked up.
    let logged = ["touchstone.log", "touchstone-error.log"]
        .map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default())
        .concat();
    assert!(
        logged.contains("\"GET /certificates\" 200") && logged.contains("\"GET /log/checkpoint\" 200"),
        "{logged}"
    );
    assert!(!logged.contains(NUMBER), "{logged}");
    app.stop().await;
}
