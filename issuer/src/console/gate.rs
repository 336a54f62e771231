//! The one door: every request passes host, session, roles, form token, and only then reaches what its route does.

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, RawPathParams, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::{IntoResponse, Redirect, Response},
};
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    digest::Sha256Digest,
    text::Text,
};

use super::{
    Console,
    accept::Peer,
    fields::{FORM_BYTES, Fields, PLAIN_BYTES},
    held::{Held, held},
    language::Language,
    page::Frame,
    pages,
    refused::Refused,
    route::{Access, Route},
    session::{IDLE, LONGEST, NOTE_EVERY, SessionId},
};
use crate::casework::{Actor, Case, Personnel, Role};

/// Our pages: nothing inline, nobody else's, no script.
const SECURITY: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not no-referrer: with that, browsers send forms with the origin `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    ),
];
const FETCH_SITE: &str = "sec-fetch-site";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Somebody signed in.
pub(super) struct Visitor {
    /// Who.
    pub(super) person: Text,
    /// Their session.
    pub(super) session: Sha256Digest,
    /// Whether their password is to be changed first.
    pub(super) one_time: bool,
    /// Everybody, as the list is now.
    pub(super) personnel: Personnel,
    /// What they hold now.
    pub(super) held: Vec<Held>,
}

impl Visitor {
    fn roles(&self) -> Vec<Role> {
        self.held.iter().map(|held| held.actor.role).collect()
    }

    /// Whether they may see a case.
    pub(super) fn sees(&self, case: &Case) -> bool {
        self.held.iter().any(|held| held.sees(case))
    }

    /// Whether they may see certificates of an edition and the measures on them.
    pub(super) fn sees_certificates(&self, edition: &str) -> bool {
        self.held.iter().any(|held| held.sees_certificates(edition))
    }

    /// As whom a form says they act: always themself, in a role that they hold now.
    pub(super) fn actor(&self, fields: &Fields) -> Result<Actor, Refused> {
        let wanted = fields.wanted("as")?;
        let found = self.held.iter().find(|held| held.tag() == wanted);
        found.map(|held| held.actor.clone()).ok_or(Refused::Forbidden)
    }
}

/// A request that passed.
pub(super) struct Call {
    pub(super) visitor: Option<Visitor>,
    pub(super) frame: Frame,
    pub(super) query: Fields,
    pub(super) form: Fields,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) address: String,
    pub(super) now: Timestamp,
    /// The session that the browser holds, also one that counts no longer.
    pub(super) presented: Option<SessionId>,
}

impl Call {
    /// Who is signed in.
    pub(super) fn visitor(&self) -> Result<&Visitor, Refused> {
        self.visitor.as_ref().ok_or(Refused::SignedOut)
    }

    /// A part of the path.
    pub(super) fn parameter<T: std::str::FromStr>(&self, name: &str) -> Result<T, Refused> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found
            .and_then(|(_, value)| value.parse().ok())
            .ok_or(Refused::NotFound)
    }
}

/// Answers a request.
pub(super) async fn pass(
    console: &Console,
    route: Option<Route>,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Response {
    let (language, headers) = (Language::of(request.headers()), request.headers().clone());
    let here = request.uri().path().to_owned();
    let here = if request.method() == Method::GET {
        here
    } else {
        "/".to_owned()
    };
    let mut frame = Frame::anonymous(language, here, console.is_test());
    let parameters =
        parameters.map(|found| found.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
    let done = admit(
        console,
        route,
        parameters.unwrap_or_default(),
        request,
        &mut frame,
    )
    .await;
    let mut answer = match done {
        Ok(answer) => answer,
        Err(Refused::SignedOut) if route.is_some_and(|route| route.method() == Method::GET) => {
            Redirect::to("/sign-in").into_response()
        }
        Err(refused) => refused.answer(&frame, &headers),
    };
    for (name, value) in SECURITY {
        answer
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    answer
}

async fn admit(
    console: &Console,
    route: Option<Route>,
    parameters: Vec<(String, String)>,
    request: Request,
    frame: &mut Frame,
) -> Result<Response, Refused> {
    let headers = request.headers().clone();
    console.check_host(&headers)?;
    let now = console.now();
    let presented = SessionId::of(&headers, console.transport());
    let visitor = match &presented {
        Some(id) => visitor(console, id, now).await?,
        None => None,
    };
    if let (Some(id), Some(visitor)) = (&presented, &visitor) {
        let name = visitor
            .personnel
            .person(&visitor.person)
            .and_then(|it| it.name_on(Date::of(now)));
        let name = name.map_or_else(String::new, ToString::to_string);
        *frame = frame.clone().signed_in(id, name, &visitor.roles());
    }
    let route = route.ok_or(Refused::NotFound)?;
    check_access(route, visitor.as_ref())?;
    let posted = request.method() == Method::POST;
    if posted {
        check_origin(console, &headers)?;
    }
    if visitor.as_ref().is_some_and(|visitor| visitor.one_time) && !allowed_before_change(route) {
        return Ok(Redirect::to("/password").into_response());
    }
    let peer = request.extensions().get::<Peer>().copied();
    let query = Fields::of_query(request.uri().query())?;
    let form = if posted {
        read_form(route, request).await?
    } else {
        Fields::default()
    };
    if posted && route.access() != Access::Open {
        let token = form.get("token").unwrap_or_default();
        if !presented.as_ref().is_some_and(|id| id.takes(token)) {
            return Err(Refused::Forged);
        }
    }
    let call = Call {
        visitor,
        frame: frame.clone(),
        query,
        form,
        parameters,
        address: address(console, peer, &headers),
        now,
        presented,
    };
    pages::serve(console, route, call).await
}

/// Deny by default: a route is for nobody but whom its access names.
fn check_access(route: Route, visitor: Option<&Visitor>) -> Result<(), Refused> {
    match (route.access(), visitor) {
        (Access::Open, _) | (Access::SignedIn, Some(_)) => Ok(()),
        (Access::Roles(roles), Some(visitor)) if visitor.roles().iter().any(|role| roles.contains(role)) => {
            Ok(())
        }
        (Access::Roles(_), Some(_)) => Err(Refused::Forbidden),
        (Access::SignedIn | Access::Roles(_), None) => Err(Refused::SignedOut),
    }
}

const fn allowed_before_change(route: Route) -> bool {
    matches!(
        route,
        Route::Style
            | Route::Language
            | Route::SignInForm
            | Route::SignIn
            | Route::SignOut
            | Route::PasswordForm
            | Route::Password
    )
}

/// Browsers say where a form comes from; what says neither is no browser with a form of ours.
fn check_origin(console: &Console, headers: &HeaderMap) -> Result<(), Refused> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text("origin").map(|origin| origin == console.origin());
    let site = text(FETCH_SITE).map(|site| site == "same-origin");
    match (origin, site) {
        (None, None) | (Some(false), _) | (_, Some(false)) => Err(Refused::Forged),
        _ => Ok(()),
    }
}

async fn read_form(route: Route, request: Request) -> Result<Fields, Refused> {
    let limit = if route.takes_files() {
        FORM_BYTES
    } else {
        PLAIN_BYTES
    };
    let (mut parts, body) = request.into_parts();
    // Read whole within the limit: nothing is made of half a form.
    let bytes = axum::body::to_bytes(body, limit)
        .await
        .map_err(|_| Refused::Form)?;
    parts.extensions.clear();
    let mut request = Request::from_parts(parts, Body::from(bytes));
    DefaultBodyLimit::max(limit).apply(&mut request);
    Fields::of_body(request).await
}

async fn visitor(console: &Console, id: &SessionId, now: Timestamp) -> Result<Option<Visitor>, Refused> {
    let digest = id.digest();
    let mut store = console.store().await;
    let Some(stored) = store.session(digest).await? else {
        return Ok(None);
    };
    let second = now.unix();
    let over = |since: i64, limit: i64| second.saturating_sub(since) >= limit;
    if over(stored.began, LONGEST) || over(stored.seen, IDLE) {
        store.end_session(digest).await?;
        return Ok(None);
    }
    if over(stored.seen, NOTE_EVERY) {
        store.see_session(digest, second).await?;
    }
    let personnel = store.personnel().await?;
    let held = held(&personnel, &stored.person, Date::of(now));
    Ok(Some(Visitor {
        person: stored.person,
        session: digest,
        one_time: stored.one_time,
        personnel,
        held,
    }))
}

/// Who asks, for counting failures: the peer, or whom the proxy on this machine names last.
fn address(console: &Console, peer: Option<Peer>, headers: &HeaderMap) -> String {
    let Some(Peer(peer)) = peer else {
        return "unknown".to_owned();
    };
    let peer = peer.ip().to_canonical();
    let named = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .next_back()
        .and_then(|line| line.to_str().ok());
    let named = named.and_then(|line| line.rsplit(',').next()?.trim().parse::<std::net::IpAddr>().ok());
    match named {
        Some(named) if console.is_behind_proxy() && peer.is_loopback() => named.to_canonical().to_string(),
        _ => peer.to_string(),
    }
}
