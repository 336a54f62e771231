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
