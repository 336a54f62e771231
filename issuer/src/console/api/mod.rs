//! The JSON API of the office: cases and batches, certificates in force, complaints, clients and people, for programs, on
//! the console's address below `/api`.
//!
//! A request passes [`gate`], which asks host, token, scope and the person's roles by the closed list of [`route`], and
//! then calls [`crate::casework::desk`] and its neighbours: the same functions as the console and the shell. A judgement is signed where
//! the person's key is and comes as a signature over the bundle that `POST …/bundles` gives. What is done for an
//! idempotency key is done once ([`once`]): the note of the key stands in the act's own transaction.

mod batches;
mod call;
mod certificates;
mod clients;
mod complaints;
mod gate;
mod judgement;
mod measures;
mod once;
mod openapi;
mod people;
mod problem;
mod reading;
mod route;
mod view;
mod work;

use axum::{
    Router,
    extract::Request,
    response::Response,
    routing::{MethodFilter, on},
};

pub use problem::Code;
pub use route::{ApiAccess, ApiRoute};

use super::{Console, Parameters};

/// Whether something is at an address at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// It takes other requests.
    Known,
    /// Nothing is there.
    Unknown,
}

/// Whether a path belongs to the API.
pub(super) fn is_here(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Adds every route of the API.
pub(super) fn with_routes(mut router: Router, console: &Console) -> Router {
    for route in ApiRoute::ALL.iter().copied() {
        let console = console.clone();
        let answer = move |parameters: Parameters, request: Request| async move {
            gate::pass(&console, route, parameters.ok(), request).await
        };
        let filter = MethodFilter::try_from(route.method()).unwrap_or(MethodFilter::GET);
        router = router.route(route.path(), on(filter, answer));
    }
    router
}

/// Answers a request for which there is no route.
pub(super) async fn pass_nothing(console: &Console, address: Address, request: Request) -> Response {
    gate::pass_nothing(console, address, &request)
}
