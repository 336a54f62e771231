//! A client of HTTP/1.1 that costs little: requests are bytes made before, answers are looked at as far as it needs.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::data::TOKEN;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection, kept open.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            address,
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        }
    }

    /// Sends a request and waits for its answer. A connection that the server has closed at the end of its time is
    /// opened again.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        let mut length = None;
        for _ in 0..2 {
            length = tokio::time::timeout(PATIENCE, self.exchange(request))
                .await
                .unwrap();
            if length.is_some() {
                break;
            }
            *self = Self::open(self.address).await;
        }
        let (head, body) = self.buffer.split_at(length.unwrap());
        let head = str::from_utf8(head).unwrap();
        Answer {
            status: head[9..12].parse().unwrap(),
            head,
            body,
        }
    }

    /// Length of the head of a whole answer; `None` when the connection is closed.
    async fn exchange(&mut self, request: &[u8]) -> Option<usize> {
        self.stream.write_all(request).await.ok()?;
        self.buffer.clear();
        let mut whole = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
            if whole.is_none() {
                let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
                whole = end.map(|end| (end + 4, body_length(&self.buffer[..end])));
            }
            match whole {
                Some((head, Some(body))) if self.buffer.len() >= head + body => return Some(head),
                Some((head, None)) if self.buffer.ends_with(LAST_CHUNK) => return Some(head),
                _ => {}
            }
        }
    }
}

/// What ends a body sent in chunks.
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";

/// The body's length; `None` when it comes in chunks.
fn body_length(head: &[u8]) -> Option<usize> {
    let head = str::from_utf8(head).unwrap();
    let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
    header(head, "transfer-encoding").is_none().then_some(length)
}

/// The value of a header.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A request for something.
pub(crate) fn get(path: &str, accept: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: registry\r\naccept: {accept}\r\n\r\n").into_bytes()
}

/// The submission of documents.
pub(crate) fn submission(documents: &[String]) -> Vec<u8> {
    let body = format!("{{\"documents\":[{}]}}", documents.join(","));
    let length = body.len();
    format!(
        "POST /submissions HTTP/1.1\r\nhost: registry\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A check of many numbers.
pub(crate) fn check(numbers: &[String]) -> Vec<u8> {
    let items: Vec<String> = numbers.iter().map(|number| format!("\"{number}\"")).collect();
    let body = format!("{{\"items\":[{}]}}", items.join(","));
    let length = body.len();
    format!(
        "POST /validity-checks HTTP/1.1\r\nhost: registry\r\ncontent-type: application/json\r\n\
         accept: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// What a load came to.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// Seconds it took.
    pub(crate) seconds: f64,
    /// Milliseconds each answer took.
    pub(crate) latencies: Vec<f32>,
}

impl Load {
    /// Answers a second.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds
    }

    /// The time of one answer at this rate, in nanoseconds.
    pub(crate) fn each(&self) -> f64 {
        1e9 / self.rate()
    }

    /// The latency that one in a hundred exceeds, in milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        percentile(&self.latencies, 99)
    }
}

/// The value that so many in a hundred do not exceed.
pub(crate) fn percentile(values: &[f32], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * percent / 100).copied().map_or(0.0, f64::from)
}

/// Requests until the time is up or there are no more, each connection sending its next when it has its answer. Every
/// answer must be 200.
pub(crate) async fn load(
    address: SocketAddr,
    connections: u32,
    time: Duration,
    next: impl Fn() -> Option<Vec<u8>> + Send + Sync + 'static,
) -> Load {
    let next = Arc::new(next);
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await);
    }
    let began = Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for mut connection in open {
        let next = Arc::clone(&next);
        clients.spawn(async move {
            let mut latencies = Vec::new();
            while began.elapsed() < time {
                let Some(request) = next() else { break };
                let sent = Instant::now();
                let answer = connection.ask(&request).await;
                assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(answer.body));
                latencies.push(sent.elapsed().as_secs_f32() * 1e3);
            }
            latencies
        });
    }
    let mut load = Load::default();
    while let Some(latencies) = clients.join_next().await {
        load.latencies.extend(latencies.unwrap());
    }
    load.seconds = began.elapsed().as_secs_f64();
    load
}
