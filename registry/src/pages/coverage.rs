//! What this registry covers, for whoever does not find something here: bodies, schemes, since when, and where else
//! to ask. It says nothing about the paper.

use axum::body::Bytes;
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    record,
    scheme::edition::SchemeEdition,
    trust_list::TrustedIssuer,
};

use super::label;
use crate::{http::App, recovery::RecoveryStatement};

/// What this registry covers.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Its host.
    pub(super) host: String,
    /// How many certificates it holds.
    pub(super) certificates: u64,
    /// When its log recorded the first document: what was issued before is here only if it was brought in since.
    pub(super) logged_since: Option<Timestamp>,
    /// The bodies whose certificates stand here.
    pub(super) bodies: Vec<CoveredBody>,
    /// Where certificates of every body are looked up.
    pub(super) national_lookup: String,
    /// The log before this one, where entries of it are lost; as JSON it stands at `/log/recovered-from`.
    pub(super) recovered: Option<Recovered>,
}

/// What was lost, for people.
#[derive(Clone, Debug)]
pub(super) struct Recovered {
    pub(super) opened: String,
    pub(super) old_origin: String,
    pub(super) lost: u64,
    pub(super) left_out: usize,
    pub(super) why: String,
}

impl From<RecoveryStatement> for Recovered {
    fn from(statement: RecoveryStatement) -> Self {
        let lost = statement.lost.iter();
        Self {
            opened: label::instant(statement.opened),
            old_origin: statement.old_log.origin.to_string(),
            lost: lost.map(|lost| lost.to.saturating_sub(lost.from)).sum(),
            left_out: statement.left_out.len(),
            why: statement.why.to_string(),
        }
    }
}

record! { write Coverage {
    "bodies": bodies,
    "certificates": certificates,
    "host": host,
    "loggedSince"? logged_since,
    "nationalLookup": national_lookup,
} }

/// A body and its schemes.
#[derive(Clone, Debug)]
pub(super) struct CoveredBody {
    pub(super) name: String,
    pub(super) name_en: String,
    /// Its own look-up.
    pub(super) url: Option<String>,
    pub(super) schemes: Vec<CoveredScheme>,
}

record! { write CoveredBody {
    "name": name,
    "nameEn": name_en,
    "schemes": schemes,
    "url"? url,
} }

/// A scheme edition and the day from which the body may issue under it.
#[derive(Clone, Debug)]
pub(super) struct CoveredScheme {
    pub(super) edition: String,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) since: Date,
}

record! { write CoveredScheme {
    "edition": edition,
    "name": name,
    "nameEn": name_en,
    "since": since,
} }

impl Coverage {
    /// As the trust list has it now.
    pub async fn of(app: &App) -> Self {
        let trusted = app.trust.refresh(&app.store).await;
        let issuers = trusted.context().list().issuers.iter();
        let here = issuers.filter(|issuer| issuer.registries.contains(&app.base));
        let published = app.shared.read();
        Self {
            host: app.base.host().to_owned(),
            certificates: u64::try_from(published.ledger.credential_count()).unwrap_or(u64::MAX),
            logged_since: published.ledger.recorded(0),
            bodies: here.filter_map(body).collect(),
            national_lookup: app.national_lookup.to_string(),
            recovered: app.recovered_from.as_ref().and_then(recovered),
        }
    }

    /// When the log begins, for people.
    pub(super) fn logged_since(&self) -> Option<String> {
        self.logged_since.map(label::instant)
    }
}

/// The statement was read at the start, and is of its form.
fn recovered(statement: &Bytes) -> Option<Recovered> {
    RecoveryStatement::parse(statement).ok().map(Recovered::from)
}

fn body(issuer: &TrustedIssuer) -> Option<CoveredBody> {
    let name = issuer.names.last()?;
    let schemes = issuer.schemes.iter().map(|scheme| {
        // A scheme that this build does not know goes by its key.
        let names = SchemeEdition::by_key(scheme.edition.as_str()).map(|edition| edition.name);
        let (name, name_en) = match names {
            Ok(names) => (names.zh, names.en),
            Err(_) => (scheme.edition.to_string(), scheme.edition.to_string()),
        };
        CoveredScheme {
            edition: scheme.edition.to_string(),
            name,
            name_en,
            since: Date::of(scheme.from),
        }
    });
    // Only what a browser opens safely becomes a link.
    let urls = issuer
        .profiles
        .iter()
        .map(|profile| profile.profile.url.to_string());
    let web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    Some(CoveredBody {
        name: name.name.to_string(),
        name_en: name.name_en.to_string(),
        url: urls.rev().find(web),
        schemes: schemes.collect(),
    })
}
