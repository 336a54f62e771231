//! The door of the API: host, token, scope, roles, size and form of what is sent; only then what the route does.

use axum::{
    body::{Body, Bytes},
    extract::{RawPathParams, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use touchstone_schemas::date_time::{Date, Timestamp};

use super::{
    Address, batches,
    call::{Call, Caller},
    certificates, clients, complaints, judgement, measures, once, openapi, people,
    problem::{Code, Problem},
    reading,
    route::{ApiAccess, ApiRoute},
    work,
};
use crate::{
    console::{Console, held::held},
    token::known_token,
};

/// On every answer: it is data for a program, kept by nobody in between.
const SECURITY: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Answers a request for a route.
pub(super) async fn pass(
    console: &Console,
    route: ApiRoute,
    parameters: Option<RawPathParams>,
    request: Request,
) -> Response {
    let parameters =
        parameters.map(|found| found.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
    let done = admit(console, route, parameters.unwrap_or_default(), request).await;
    guarded(done.unwrap_or_else(IntoResponse::into_response))
}

/// Answers a request for which there is no route.
pub(super) fn pass_nothing(console: &Console, address: Address, request: &Request) -> Response {
    let problem = match (console.check_host(request.headers()), address) {
        (Err(refused), _) => refused.into(),
        (Ok(()), Address::Known) => Problem::new(Code::MethodNotAllowed),
        (Ok(()), Address::Unknown) => Problem::new(Code::NotFound),
    };
    let mut answer = problem.into_response();
    if address == Address::Known {
        let path = request.uri().path();
        let methods = openapi::methods_at(path).join(", ");
        if let Ok(allowed) = HeaderValue::from_str(&methods) {
            answer.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    guarded(answer)
}

fn guarded(mut answer: Response) -> Response {
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
    route: ApiRoute,
    parameters: Vec<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    console.check_host(request.headers())?;
    match route {
        ApiRoute::Page => return openapi::serve_page(console, request.headers()),
        ApiRoute::Document => return Ok(openapi::serve_document(console)),
        _ => {}
    }
    let now = console.now();
    let caller = caller(console, request.headers(), now).await?;
    check_access(route, &caller)?;
    let query = query(request.uri().query())?;
    let (parts, body) = request.into_parts();
    let media = media_type(&parts.headers);
    let body = read_body(body, route.longest_body()).await?;
    if route.method() == axum::http::Method::POST && !route.takes_file() && media != "application/json" {
        return Err(Problem::new(Code::MediaType).detail("application/json is wanted"));
    }
    let request = if route.is_recorded() {
        Some(once::request_key(&parts, &media, &body, &caller.person, now)?)
    } else {
        None
    };
    let call = Call {
        route,
        caller,
        parameters,
        query,
        media,
        body,
        request,
        now,
    };
    serve(console, call).await
}

async fn serve(console: &Console, call: Call) -> Result<Response, Problem> {
    match call.route {
        ApiRoute::Token => Ok(reading::token(&call)),
        ApiRoute::Cases => reading::cases(console, &call).await,
        ApiRoute::Queue => reading::queue(console, &call).await,
        ApiRoute::Case => reading::case(console, &call).await,
        ApiRoute::Journal => reading::journal(console, &call).await,
        ApiRoute::File => reading::file(console, &call).await,
        ApiRoute::Apply => work::apply(console, call).await,
        ApiRoute::Amend => work::amend(console, call).await,
        ApiRoute::Attach => work::attach(console, call).await,
        ApiRoute::Evaluate => work::evaluate(console, call).await,
        ApiRoute::CarryOver => work::carry_over(console, call).await,
        ApiRoute::Assign
        | ApiRoute::Declare
        | ApiRoute::Done
        | ApiRoute::Waive
        | ApiRoute::Return
        | ApiRoute::Close => work::plain(console, call).await,
        ApiRoute::Bundle => judgement::bundle(console, &call).await,
        ApiRoute::Judge => judgement::judge(console, call).await,
        ApiRoute::Issue => certificates::issue(console, call).await,
        ApiRoute::Certificate => certificates::show(console, &call).await,
        ApiRoute::Credential => certificates::credential(console, &call).await,
        ApiRoute::Receipt => certificates::receipt(console, &call).await,
        ApiRoute::Paper => certificates::paper(console, &call).await,
        _ => serve_around(console, call).await,
    }
}

/// What is around single cases: batches, certificates in force, complaints, people and clients.
async fn serve_around(console: &Console, call: Call) -> Result<Response, Problem> {
    match call.route {
        ApiRoute::Batches => batches::list(console, &call).await,
        ApiRoute::Batch => batches::show(console, &call).await,
        ApiRoute::BatchCases => batches::cases(console, &call).await,
        ApiRoute::BatchJournal => batches::journal(console, &call).await,
        ApiRoute::TakeIn => batches::take_in(console, call).await,
        ApiRoute::EvaluateBatch => batches::evaluate_rows(console, call).await,
        ApiRoute::AssignBatch | ApiRoute::DeclareBatch | ApiRoute::DoneBatch | ApiRoute::WaiveBatch => {
            batches::plain(console, call).await
        }
        ApiRoute::BatchBundle => batches::bundle(console, &call).await,
        ApiRoute::JudgeBatch => batches::judge(console, call).await,
        ApiRoute::IssueBatch => batches::issue(console, call).await,
        ApiRoute::Worklist => measures::worklist(console, &call).await,
        ApiRoute::Measures => measures::list(console, &call).await,
        ApiRoute::Measure => measures::show(console, &call).await,
        ApiRoute::MeasureJournal => measures::journal(console, &call).await,
        ApiRoute::Evidence => measures::file(console, &call).await,
        ApiRoute::OpenMeasure => measures::open(console, call).await,
        ApiRoute::AttachEvidence => measures::attach(console, call).await,
        ApiRoute::StatementBundle => measures::bundle(console, &call).await,
        ApiRoute::State => measures::state(console, call).await,
        ApiRoute::DropMeasure => measures::give_up(console, call).await,
        ApiRoute::CarryOut => measures::carry_them_out(console, call).await,
        ApiRoute::Complaints => complaints::list(console, &call).await,
        ApiRoute::Complaint => complaints::show(console, &call).await,
        ApiRoute::ComplaintJournal => complaints::journal(console, &call).await,
        ApiRoute::ReceiveComplaint => complaints::receive(console, call).await,
        ApiRoute::AcknowledgeComplaint => complaints::acknowledge(console, call).await,
        ApiRoute::ComplaintBundle => complaints::bundle(console, &call).await,
        ApiRoute::DecideComplaint => complaints::decide(console, call).await,
        ApiRoute::CloseComplaint => complaints::close(console, call).await,
        ApiRoute::People => people::list(&call),
        ApiRoute::KeepPeople => people::keep(console, call).await,
        ApiRoute::Contact => clients::contact(console, &call).await,
        ApiRoute::KeepContact => clients::keep(console, call).await,
        ApiRoute::Notices => clients::notices(console, &call).await,
        ApiRoute::RetryNotice => clients::retry(console, call).await,
        ApiRoute::Links => clients::links(console, &call).await,
        ApiRoute::MakeLink => clients::make_link(console, call).await,
        // The rest is served before anybody brings a token, or above.
        _ => Err(Problem::new(Code::NotFound)),
    }
}

/// Who brings the token, as the list of people is now.
async fn caller(console: &Console, headers: &HeaderMap, now: Timestamp) -> Result<Caller, Problem> {
    let unauthorised = || Problem::new(Code::Unauthorised);
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Err(unauthorised());
    };
    let line = line.to_str().map_err(|_| unauthorised())?;
    let (scheme, text) = line.split_once(' ').ok_or_else(unauthorised)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthorised());
    }
    let mut store = console.store().await;
    let token = known_token(&mut store, text.trim(), now).await?;
    let token = token.ok_or_else(unauthorised)?;
    let personnel = store.personnel().await?;
    drop(store);
    let held = held(&personnel, &token.person, Date::of(now));
    Ok(Caller {
        person: token.person.clone(),
        token,
        personnel,
        held,
    })
}

/// Deny by default: a route is for nobody but whom its access names, by the token and by the person's roles alike.
fn check_access(route: ApiRoute, caller: &Caller) -> Result<(), Problem> {
    match route.access() {
        ApiAccess::Open | ApiAccess::Token => Ok(()),
        ApiAccess::Scope(scope, _) if !caller.token.scopes.contains(&scope) => {
            Err(Problem::new(Code::ScopeMissing).detail(format_args!("the scope {} is wanted", scope.name())))
        }
        ApiAccess::Scope(_, roles) if caller.held.iter().any(|held| roles.contains(&held.actor.role)) => {
            Ok(())
        }
        ApiAccess::Scope(..) => Err(Problem::new(Code::RoleMissing)),
    }
}

/// Reads a body whole: nothing is made of half a request.
async fn read_body(body: Body, limit: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::new(Code::TooLarge).detail(format_args!("it may have {limit} bytes")))
        }
        Err(_) => Err(Problem::new(Code::BodyCutShort)),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let line = headers
        .get(header::CONTENT_TYPE)
        .and_then(|line| line.to_str().ok());
    let essence = line.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn query(query: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let malformed = || Problem::new(Code::MalformedQuery);
    let uri = format!("/?{}", query.unwrap_or_default());
    let uri: axum::http::Uri = uri.parse().map_err(|_| malformed())?;
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    let pairs = pairs.map_err(|_| malformed())?.0;
    // A name twice would let two readers of the query differ.
    for (place, (name, _)) in pairs.iter().enumerate() {
        if pairs.iter().skip(place + 1).any(|(other, _)| other == name) {
            return Err(malformed().detail(format_args!("{name:?} is there twice")));
        }
    }
    Ok(pairs)
}
