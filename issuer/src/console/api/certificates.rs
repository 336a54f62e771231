//! Certificates made of cases: issued, read, printed.

use axum::{http::StatusCode, response::Response};
use touchstone_schemas::credential::{CredentialNumber, Version};

use super::{
    call::{Call, Nothing},
    once::{Begun, done_before},
    problem::{Code, Problem},
    view,
};
use crate::{
    casework::{CaseworkError, Charge, Role, entitlement, issue_case},
    console::Console,
    documents::{self, DocumentError},
    office::Office,
    qr::Symbol,
    store::{JournalKind, JournalPlace, RequestKey, StoredCredential},
};

/// Numbers, signs and delivers: with the office's key, for a signatory. Asked again, it goes on from where it stopped.
pub(super) async fn issue(console: &Console, call: Call) -> Result<Response, Problem> {
    call.only(&["as"])?;
    let case = call.case(console).await?;
    let Nothing = call.record()?;
    let by = call.actor(Some(Role::Signatory))?;
    let charge = Charge {
        role: Role::Signatory,
        office: None,
        scheme: Some(case.form().scheme()),
    };
    entitlement(&call.caller.personnel, &by, charge, call.now).map_err(CaseworkError::from)?;
    let keys = console.0.keys.clone().ok_or(Problem::new(Code::NoKeys))?;
    let request = call.request.clone().ok_or(Problem::new(Code::KeyMissing))?;
    let number = case.number();
    let _begun = Begun::begin(console, &request)?;
    let issued = console.in_office(async move |office| {
        if let Err(problem) = note_once(office, request, number).await {
            return Ok(Err(problem));
        }
        let issued = issue_case(office, &keys, number).await;
        Ok(issued.map(|(stored, _)| stored).map_err(Problem::from))
    });
    Ok(view::certificate(StatusCode::OK, number, &issued.await??))
}

async fn note_once(office: &mut Office, request: RequestKey, number: u32) -> Result<(), Problem> {
    if done_before(&mut office.store, &request).await?.is_none() {
        let place = JournalPlace {
            journal: JournalKind::Case,
            number,
            sequence: None,
        };
        office.store.keep_request(request, place, None).await?;
    }
    Ok(())
}

/// The certificate that a request is about, and its case; none of a case that the person may not see.
async fn found(console: &Console, call: &Call) -> Result<(u32, StoredCredential), Problem> {
    call.only(&["version"])?;
    let nothing = || Problem::new(Code::NotFound);
    let number: String = call.parameter("number")?;
    let number = CredentialNumber::parse(&number).map_err(|_| nothing())?;
    let malformed = |error: String| Problem::new(Code::MalformedQuery).detail(format!("version: {error}"));
    let version: Option<u32> = call.parsed("version")?;
    let version = version
        .map(|version| Version::try_from(version).map_err(|error| malformed(error.to_string())))
        .transpose()?;
    let mut store = console.store().await;
    let stored = store
        .find_credential(&number, version)
        .await?
        .ok_or_else(nothing)?;
    let case = store.case_of_credential(stored.id).await?.ok_or_else(nothing)?;
    let seen = store.case(case).await?.filter(|case| call.caller.sees(case));
    seen.map(|_| (case, stored)).ok_or_else(nothing)
}

/// The same, once the registry has it: before that a certificate is nobody's.
async fn delivered(console: &Console, call: &Call) -> Result<(Vec<u8>, String, StoredCredential), Problem> {
    let (_, stored) = found(console, call).await?;
    match (stored.signed.clone(), stored.receipt.clone()) {
        (Some(signed), Some(receipt)) => Ok((signed, receipt, stored)),
        _ => Err(Problem::new(Code::NotDelivered)),
    }
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Problem> {
    let (case, stored) = found(console, call).await?;
    Ok(view::certificate(StatusCode::OK, case, &stored))
}

pub(super) async fn credential(console: &Console, call: &Call) -> Result<Response, Problem> {
    let (signed, ..) = delivered(console, call).await?;
    Ok(view::bytes("application/vc", StatusCode::OK, signed))
}

pub(super) async fn receipt(console: &Console, call: &Call) -> Result<Response, Problem> {
    let (_, receipt, _) = delivered(console, call).await?;
    Ok(view::bytes(
        "application/json",
        StatusCode::OK,
        receipt.into_bytes(),
    ))
}

/// `certificate.pdf`, `link.txt`, `qr.svg` or `qr.png`.
pub(super) async fn paper(console: &Console, call: &Call) -> Result<Response, Problem> {
    let paper: String = call.parameter("paper")?;
    let paper = match paper.as_str() {
        "certificate.pdf" => PaperKind::Certificate,
        "link.txt" => PaperKind::Link,
        "qr.svg" => PaperKind::SymbolSvg,
        "qr.png" => PaperKind::SymbolPng,
        _ => return Err(Problem::new(Code::NotFound)),
    };
    let (signed, _, stored) = delivered(console, call).await?;
    let profile = console.papers().config.issuer.profile;
    let symbol = || Symbol::of(&signed, profile).map_err(failed);
    match paper {
        PaperKind::Link => {
            let link = symbol()?.link().as_bytes().to_vec();
            Ok(view::bytes("text/plain; charset=utf-8", StatusCode::OK, link))
        }
        PaperKind::SymbolSvg => {
            let svg = symbol()?.svg().into_bytes();
            Ok(view::bytes("image/svg+xml", StatusCode::OK, svg))
        }
        PaperKind::SymbolPng => {
            let png = symbol()?.png().map_err(failed)?;
            Ok(view::bytes("image/png", StatusCode::OK, png))
        }
        PaperKind::Certificate => {
            let (printer, now) = (console.clone(), call.now);
            let print = move || documents::print_stored(printer.papers(), &stored, now);
            let pdf = console.printing(print).await?.map_err(unprinted)?;
            Ok(view::bytes("application/pdf", StatusCode::OK, pdf))
        }
    }
}

enum PaperKind {
    Certificate,
    Link,
    SymbolSvg,
    SymbolPng,
}

fn failed(error: impl std::fmt::Display) -> Problem {
    tracing::error!("{error}");
    Problem::new(Code::Internal)
}

/// The typesetter's reasons name files of this machine: they are for the log.
fn unprinted(error: DocumentError) -> Problem {
    tracing::error!("{error}");
    Problem::new(Code::NoPapers)
}
