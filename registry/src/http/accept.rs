//! The accept loop: HTTP/1.1 with a bound on everything a client can stretch (THREATS T27).

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

use super::client::Peer;
use crate::metrics::{ConnectionMetrics, Listener};

/// Bounds on connections.
#[derive(Clone, Copy, Debug)]
pub struct AcceptLimits {
    /// Most time for a request's head, and between two requests.
    pub header_timeout: Duration,
    /// Most time a connection lives; a client that does not read its answer is gone after it.
    pub connection_timeout: Duration,
    /// Most time open connections have to finish at shutdown.
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
    let graceful = GracefulShutdown::new();
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
        let service = TowerToHyperService::new(router.clone());
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            service.call(request)
        });
        let connection = connection(limits).serve_connection(TokioIo::new(stream), service);
        let watched = graceful.watch(connection);
        let open = metrics.taken(which);
        tokio::spawn(async move {
            // A connection that fails or runs out of time concerns its client alone.
            drop(tokio::time::timeout(limits.connection_timeout, watched).await);
            drop(open);
            drop(slot);
        });
    }
    drop(listener);
    drop(tokio::time::timeout(limits.shutdown_timeout, graceful.shutdown()).await);
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
