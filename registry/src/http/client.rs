//! Who asks: the peer of the connection, or whom the proxy in front names.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, StatusCode, request::Parts},
};

use super::{
    App, Problem,
    rates::{Network, Rate},
};

/// Where the proxy says for whom it asks.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection; the accept loop puts it into every request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Who asks, for rates alone; neither stored nor logged (THREATS T15).
#[derive(Clone, Copy, Debug)]
pub(super) struct Client(Option<Network>);

impl Client {
    /// Counts a request.
    ///
    /// # Errors
    /// 429 with the seconds after which the next will be taken.
    pub(super) fn take(self, rate: &Rate) -> Result<(), Problem> {
        self.take_many(rate, 1)
    }

    /// Counts so many requests at once.
    ///
    /// # Errors
    /// 429 with the seconds after which as many will be taken.
    pub(super) fn take_many(self, rate: &Rate, requests: u32) -> Result<(), Problem> {
        let Some(network) = self.0 else {
            return Ok(());
        };
        rate.take_many(network, requests).map_err(|wait| {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let seconds = wait.as_secs().saturating_add(1);
            Problem::new(status, "tooManyRequests", "too many requests")
                .detail(format!("the next one is taken in {seconds} seconds"))
                .retry_after(seconds)
        })
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts
            .extensions
            .get::<Peer>()
            .map(|peer| peer.0.ip().to_canonical());
        let client = peer.map(|peer| {
            let named = (app.proxy.map(|proxy| proxy.to_canonical()) == Some(peer))
                .then(|| forwarded_for(&parts.headers));
            named.flatten().unwrap_or(peer)
        });
        Ok(Self(client.map(Network::from)))
    }
}

/// The last address, which the proxy itself wrote, some with a port; what stands before it is hearsay.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().map(|address| address.ip());
    last.parse().or_else(|_| with_port()).ok()
}
