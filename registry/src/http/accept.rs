//! The accept loop: HTTP/1.1 with a bound on everything a client can stretch (THREATS T27).

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, watch},
};

use super::client::Peer;
use crate::metrics::{ConnectionMetrics, Listener};

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct AcceptLimits {
    /// Most time for a request's head, and between two requests.
    pub header_timeout: Duration,
    /// Time after which a connection takes no further request.
    pub connection_timeout: Duration,
    /// Most time that the request under way then has to finish, and those under way at shutdown; a client that does not
    /// read its answer is gone after it.
    pub shutdown_timeout: Duration,
    /// Most connections at a time.
    pub connections: usize,
    /// Most header lines.
    pub headers: usize,
}

/// Longest request head, in bytes; a verify link's fragment never reaches us, so heads are small.
const HEAD_BYTES: usize = 16 * 1024;
/// Most bytes of a connection that are read ahead of whoever takes them, or written and not yet sent: 4,096 connections
/// that stretch it hold 256 MiB. Bodies of any length pass through it.
const BUFFER_BYTES: usize = 64 * 1024;
/// Wait after an error of accept itself (no file descriptors left, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// What a client beyond the cap is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\
                      Connection: close\r\n\r\n";

/// Serves one listener until `stop` changes, then lets open requests finish, as long as the limits allow.
pub async fn serve_connections(
    listener: TcpListener,
    router: Router,
    limits: AcceptLimits,
    (which, metrics): (Listener, ConnectionMetrics),
    mut stop: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    // Each connection holds a sender; when all are gone, so are the connections.
    let (alive, mut gone) = mpsc::channel::<()>(1);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
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
            metrics.refused(which);
            shed(stream);
            continue;
        };
        let open = (slot, metrics.taken(which), alive.clone());
        let served = serve_connection((stream, peer), router.clone(), limits, stop.clone());
        tokio::spawn(async move {
            served.await;
            drop(open);
        });
    }
    drop((listener, alive));
    drop(tokio::time::timeout(limits.shutdown_timeout, gone.recv()).await);
}

/// Serves a connection until its client is done, its time is over or all stop. Then it takes no further request, says so
/// in the answer to the one under way, and is cut where that does not end either: a proxy that keeps connections open
/// loses none of its requests.
async fn serve_connection(
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    limits: AcceptLimits,
    mut stop: watch::Receiver<bool>,
) {
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        service.call(request)
    });
    let mut connection = pin!(connection(limits).serve_connection(TokioIo::new(stream), service));
    // A connection that fails or runs out of time concerns its client alone.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => {}
        () = tokio::time::sleep(limits.connection_timeout) => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(tokio::time::timeout(limits.shutdown_timeout, connection).await);
}

fn connection(limits: AcceptLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.headers)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES)
        .half_close(false)
        .keep_alive(true);
    builder
}

/// Beyond the cap: told to come again, without reading a byte.
fn shed(mut stream: TcpStream) {
    tokio::spawn(async move {
        drop(tokio::time::timeout(Duration::from_secs(1), stream.write_all(FULL)).await);
    });
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, Bytes},
        routing::post,
    };
    use tokio::{io::AsyncReadExt, time::sleep};

    use super::*;
    use crate::{Role, metrics::Metrics};

    /// An answer that takes longer than its connection lives.
    async fn slow() -> Body {
        sleep(Duration::from_millis(1_500)).await;
        Body::from(Bytes::from_static(b"done"))
    }

    /// A server whose connections live half a second, and what a client reads until the connection ends.
    async fn asked(grace: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let limits = AcceptLimits {
            header_timeout: Duration::from_secs(20),
            connection_timeout: Duration::from_millis(500),
            shutdown_timeout: grace,
            connections: 4,
            headers: 16,
        };
        let router = Router::new().route("/", post(slow));
        let metrics = Metrics::new(Role::Sequencer).connections;
        let served = tokio::spawn(serve_connections(
            listener,
            router,
            limits,
            (Listener::Public, metrics),
            stopped,
        ));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
        let mut read = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(15), stream.read_to_end(&mut read)).await;
        assert!(ended.is_ok(), "the connection is open still");
        stop.send(true).unwrap();
        served.await.unwrap();
        String::from_utf8(read).unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_request_under_way_at_the_limit_is_answered_and_told_that_it_was_the_last() {
        let read = asked(Duration::from_secs(12)).await;
        assert!(read.starts_with("HTTP/1.1 200"), "{read:?}");
        assert!(
            read.contains("connection: close") && read.ends_with("done"),
            "{read:?}"
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_that_does_not_end_is_cut() {
        assert_eq!(asked(Duration::from_millis(100)).await, "");
    }
}
