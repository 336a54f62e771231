//! The accept loop: HTTP/1.1 with a bound on everything a client can stretch (THREATS T27).

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct AcceptLimits {
    /// Most time for a request's head, and between two requests.
    pub header_timeout: Duration,
    /// Most time a connection lives: enough for an upload of the largest file.
    pub connection_timeout: Duration,
    /// Most connections at a time; who comes beyond is closed at once.
    pub connections: usize,
}

impl Default for AcceptLimits {
    /// For an office of some dozens of people.
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(15),
            connection_timeout: Duration::from_secs(300),
            connections: 256,
        }
    }
}

/// Longest request head, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Most header lines.
const HEADERS: usize = 64;
/// Wait after an error of accept itself (no file descriptors left, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Serves a listener until `stop` changes.
pub(super) async fn serve_connections(
    listener: TcpListener,
    router: Router,
    limits: AcceptLimits,
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            service.call(request)
        });
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout)
            .max_headers(HEADERS)
            .max_header_size(HEAD_BYTES)
            .half_close(false)
            .keep_alive(true);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // A connection that fails or runs out of time concerns its client alone.
            drop(tokio::time::timeout(limits.connection_timeout, connection).await);
            drop(slot);
        });
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        task::JoinHandle,
    };

    use super::*;

    async fn serving(limits: AcceptLimits) -> (SocketAddr, watch::Sender<bool>, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let router = Router::new().route("/", get(|| async { "here" }));
        let served = tokio::spawn(serve_connections(listener, router, limits, stopped));
        (address, stop, served)
    }

    /// What comes until the other end closes.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes));
        // A connection that is reset has ended too.
        let _ = read.await.expect("the connection ends");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    async fn ask(address: SocketAddr, head: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        rest(&mut stream).await
    }

    #[tokio::test]
    async fn what_a_client_can_stretch_has_an_end() {
        let limits = AcceptLimits {
            header_timeout: Duration::from_millis(100),
            connection_timeout: Duration::from_secs(20),
            connections: 8,
        };
        let (address, stop, served) = serving(limits).await;
        let close = "Host: a\r\nConnection: close\r\n";
        assert!(
            ask(address, &format!("GET / HTTP/1.1\r\n{close}\r\n"))
                .await
                .ends_with("here")
        );
        // Half a head, and one that is too long or has too many lines.
        assert!(!ask(address, "GET / HTTP/1.1\r\nHost").await.contains("here"));
        let long = format!("GET / HTTP/1.1\r\n{close}X: {}\r\n\r\n", "x".repeat(HEAD_BYTES));
        assert!(ask(address, &long).await.contains(" 431 "));
        let many = format!("GET / HTTP/1.1\r\n{close}{}\r\n", "X: x\r\n".repeat(HEADERS));
        assert!(ask(address, &many).await.contains(" 431 "));
        stop.send(true).unwrap();
        served.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn whoever_comes_beyond_the_bound_is_closed_and_others_go_on() {
        let limits = AcceptLimits {
            connections: 1,
            ..AcceptLimits::default()
        };
        let (address, _stop, _served) = serving(limits).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        let mut byte = [0];
        first.read_exact(&mut byte).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        assert_eq!(rest(&mut second).await, "");
        first
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        assert!(rest(&mut first).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_connection_does_not_live_for_ever() {
        let limits = AcceptLimits {
            connection_timeout: Duration::from_millis(200),
            ..AcceptLimits::default()
        };
        let (address, _stop, _served) = serving(limits).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        assert!(rest(&mut stream).await.ends_with("here"));
    }
}
