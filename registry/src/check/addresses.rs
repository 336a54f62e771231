//! Where it listens, and what it is called.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
};

use super::Faults;
use crate::config::Config;

pub(super) fn check(config: &Config, faults: &mut Faults) {
    let (public, private) = (config.listen.public, config.listen.private);
    if meet(public, private) {
        faults.add(
            "listen.private",
            "is the public address too: metrics and readiness are the operator's alone",
        );
    }
    if private.ip().is_unspecified() {
        faults.add(
            "listen.private",
            "listens on every address: name the one the operator asks at",
        );
    }
    for (place, address) in [("listen.public", public), ("listen.private", private)] {
        bind(place, address, faults);
    }
    let (host, origin) = (config.registry.base.host(), config.log.origin.as_str());
    let of_log = origin.split('/').next().unwrap_or_default();
    if of_log != host {
        faults.warn(
            "log.origin",
            format!("is at {of_log}, registry.base at {host}: whoever follows the log looks for it where nobody serves it"),
        );
    }
}

/// Whether two addresses are one: the same port at the same address, or at every one.
fn meet(public: SocketAddr, private: SocketAddr) -> bool {
    let everywhere = public.ip().is_unspecified() || private.ip().is_unspecified();
    public.port() != 0 && public.port() == private.port() && (everywhere || public.ip() == private.ip())
}

/// Whether the system would give an address. One in use is taken for our own.
fn bind(place: &str, address: SocketAddr, faults: &mut Faults) {
    match TcpListener::bind(address) {
        Err(error) if error.kind() != ErrorKind::AddrInUse => {
            faults.add(place, format!("cannot listen on {address}: {error}"));
        }
        _ => {}
    }
}
