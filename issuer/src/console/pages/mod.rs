//! What each route does once the gate let a request through.

mod acts;
mod application;
mod case;
mod cases;
mod certificate;
mod complaint;
mod download;
mod judgement;
mod measure;
mod people;
mod preview;
mod radar;
mod scores;
mod sign_in;
mod trail;
mod words;
mod worklist;

use askama::Template;
use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use super::{Console, gate::Call, refused::Refused, route::Route};

/// The style of these pages.
const STYLE: &str = include_str!("../../../assets/console.css");

/// Answers a request that passed.
pub(super) async fn serve(console: &Console, route: Route, call: Call) -> Result<Response, Refused> {
    match route {
        Route::Style => Ok(style()),
        Route::Language => sign_in::language(&call),
        Route::SignInForm => sign_in::form(console, &call).await,
        Route::SignIn => sign_in::sign_in(console, call).await,
        Route::SetupForm => sign_in::setup_form(console, &call).await,
        Route::Setup => sign_in::setup(console, call).await,
        Route::DownloadForm => download::form(console, &call).await,
        Route::Download => download::give(console, &call).await,
        Route::Home => Ok(sign_in::home(&call)),
        Route::SignOut => sign_in::sign_out(console, &call).await,
        Route::PasswordForm => sign_in::password_form(&call),
        Route::Password => sign_in::password(console, call).await,
        Route::Cases => cases::list(console, &call).await,
        Route::ApplicationForm => application::form(console, &call).await,
        Route::AmendForm => application::amendment(console, &call).await,
        Route::Apply if call.form.has_file("application") => acts::apply(console, call).await,
        Route::Apply => application::apply(console, call).await,
        Route::Case => case::show(console, &call).await,
        Route::File => case::file(console, &call).await,
        Route::Trail => trail::page_of(console, &call).await,
        Route::TrailTable => trail::table(console, &call).await,
        Route::TrailRecords => trail::records(console, &call).await,
        Route::Amend if call.form.has_file("application") => acts::amend(console, call).await,
        Route::Amend => application::amend(console, call).await,
        Route::Preview => preview::show(console, &call).await,
        Route::Printed => preview::printed(console, &call).await,
        Route::Attach => acts::attach(console, call).await,
        Route::Assign | Route::Declare | Route::Done | Route::Waive | Route::Return | Route::Close => {
            acts::plain(console, route, call).await
        }
        Route::Scores => scores::show(console, &call).await,
        Route::SaveScores => scores::save(console, call).await,
        Route::SubDomain => scores::sub_domain(console, &call).await,
        Route::SaveSubDomain => scores::save_sub_domain(console, call).await,
        Route::Evaluate => acts::evaluate(console, call).await,
        Route::CarryOver => acts::carry_over(console, call).await,
        Route::Bundle => judgement::bundle(console, &call).await,
        Route::BundleFile => judgement::bundle_file(console, &call).await,
        Route::Judge => judgement::judge(console, call).await,
        Route::Issue => acts::issue(console, call).await,
        Route::Worklist => worklist::list(console, &call).await,
        Route::Certificate => certificate::show(console, &call).await,
        Route::FollowingForm => certificate::form(console, &call).await,
        Route::Measures => measure::list(console, &call).await,
        Route::OpenMeasure => measure::open(console, call).await,
        Route::Measure => measure::show(console, &call).await,
        Route::Evidence => measure::file(console, &call).await,
        Route::MeasureTrail => measure::trail(console, &call).await,
        Route::AttachEvidence => measure::attach(console, call).await,
        Route::StatementBundle => measure::bundle(console, &call).await,
        Route::StatementFile => measure::bundle_file(console, &call).await,
        Route::State => measure::state(console, call).await,
        Route::DropMeasure => measure::give_up(console, call).await,
        Route::CarryOut => measure::carry_it_out(console, call).await,
        Route::Complaints => complaint::list(console, &call).await,
        Route::ReceiveComplaint => complaint::receive(console, call).await,
        Route::Complaint => complaint::show(console, &call).await,
        Route::ComplaintTrail => complaint::trail(console, &call).await,
        Route::AcknowledgeComplaint => complaint::acknowledge(console, call).await,
        Route::ComplaintBundle => complaint::bundle(console, &call).await,
        Route::ComplaintBundleFile => complaint::bundle_file(console, &call).await,
        Route::DecideComplaint => complaint::decide(console, call).await,
        Route::CloseComplaint => complaint::close(console, call).await,
        Route::People => people::list(console, &call).await,
        Route::GiveAccess => people::give_access(console, call).await,
        Route::AddPerson | Route::GiveRole | Route::EndRole | Route::GiveMandate | Route::EndMandate => {
            people::keep(console, route, call).await
        }
    }
}

fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, STYLE).into_response()
}

/// A page.
fn page(template: &impl Template) -> Result<Response, Refused> {
    Ok(Html(template.render()?).into_response())
}

/// After a form was taken: to where it shows.
fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A file to keep, never shown as a page of ours: under a name of our own making.
fn download(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut answer = bytes.into_response();
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}
