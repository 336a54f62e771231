//! `/metrics`, for the operator alone.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use touchstone_schemas::status::StatusPurpose;

use super::{App, Part, Problem};
use crate::{
    metrics::{Levels, PartLevels, WebhookLevels},
    tlog::Sight,
};

/// OpenMetrics 1.0 §5.1.
const MEDIA: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn serve_metrics(State(app): State<App>) -> Result<Response, Problem> {
    let folder = app.webhooks.clone();
    // Files are read, in the background where that takes long.
    let webhooks = tokio::task::spawn_blocking(move || folder.levels().ok()).await;
    let levels = levels(&app, webhooks.ok().flatten());
    let text = app.metrics.write(&levels).map_err(|_| Problem::internal())?;
    Ok(([(header::CONTENT_TYPE, MEDIA)], text).into_response())
}

fn levels(app: &App, webhooks: Option<WebhookLevels>) -> Levels {
    let now = app.clock.now();
    let trust = app.trust.current();
    let published = app.shared.read();
    let ends = |purpose| {
        let lists = published.ledger.lists();
        let of_purpose = lists.filter(|((found, _), _)| *found == purpose);
        of_purpose
            .map(|(_, list)| list.valid_until.seconds_since(now))
            .min()
    };
    let status_lists_left = StatusPurpose::ALL
        .into_iter()
        .filter_map(|purpose| ends(purpose).map(|left| (purpose, left)));
    Levels {
        log_size: published.tree.size(),
        credentials: u64::try_from(published.ledger.credential_count()).unwrap_or(u64::MAX),
        checkpoint_age: now.seconds_since(published.last_recorded),
        part: part(&app.part, webhooks),
        trust_list_left: trust.context().list().valid_until.seconds_since(now),
        status_lists_left: status_lists_left.collect(),
        disk_free: app.disk.free(),
    }
}

fn part(part: &Part, webhooks: Option<WebhookLevels>) -> PartLevels {
    match part {
        Part::Sequencer { intake, .. } => PartLevels::Sequencer {
            queue: u64::try_from(intake.sequencer.waiting()).unwrap_or(u64::MAX),
            accepts: !intake.sequencer.is_stopped(),
            webhooks,
        },
        Part::Reader(following) => PartLevels::Reader {
            follows: following.sight() == Sight::Current,
            since_look: following.since_last_look(),
        },
    }
}
