//! Addresses as they are declared: method, path, who may ask, and the handler, in one line. The router, the labels of
//! the metrics, CORS, the document of the API and the golden list all follow from these lines.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{MethodRouter, get, post},
};

use super::{App, cross_origin};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Everybody, as often as they like: it names nobody, or is the same for all.
    Public,
    /// Everybody, so much a minute each (`limits.…_per_minute`): it holds names, or answers many at once.
    RateLimited,
    /// Who has the intake token.
    IntakeToken,
    /// Who has a regulator's token, each of their own regions.
    RegulatorToken,
    /// Who reaches the private listener.
    PrivateListener,
}

impl Protection {
    /// Whether another site's page may ask for it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::RateLimited)
    }
}

impl std::fmt::Display for Protection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::RateLimited => "rate-limited",
            Self::IntakeToken => "intake token",
            Self::RegulatorToken => "regulator token",
            Self::PrivateListener => "private listener",
        })
    }
}

/// One address under one method. `GET` answers `HEAD` too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// Who may ask.
    pub protection: Protection,
}

/// Addresses being declared.
#[derive(Debug)]
pub(super) struct Routes {
    router: Router<App>,
    listed: Vec<Route>,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self {
            router: Router::new(),
            listed: Vec::new(),
        }
    }

    /// Something to read.
    pub(super) fn get<H, T>(self, path: &'static str, protection: Protection, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, protection, get(handler))
    }

    /// Something to hand in, or a question too long for an address.
    pub(super) fn post<H, T>(self, path: &'static str, protection: Protection, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, protection, post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        protection: Protection,
        handler: MethodRouter<App>,
    ) -> Self {
        self.router = self.router.route(path, handler);
        self.listed.push(Route {
            method,
            path,
            protection,
        });
        self
    }

    /// What was declared.
    pub(super) fn listed(&self) -> &[Route] {
        &self.listed
    }

    /// The router, which answers `OPTIONS` wherever another site's page may ask.
    pub(super) fn into_router(self) -> Router<App> {
        let mut router = self.router;
        let mut paths: Vec<&'static str> = self.listed.iter().map(|route| route.path).collect();
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            let open = self.listed.iter().filter(|route| route.path == path);
            let open: Vec<&Method> = open
                .filter(|route| route.protection.is_open())
                .map(|route| &route.method)
                .collect();
            if !open.is_empty() {
                router = router.route(path, cross_origin::preflight(&open));
            }
        }
        router
    }
}
