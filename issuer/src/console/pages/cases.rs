//! Cases, by stage.

use askama::Template;
use axum::response::Response;

use super::{page, words};
use crate::{
    casework::Role,
    console::{Console, gate::Call, language::Said, page::Frame, refused::Refused},
    store::ListedCase,
};

/// Cases on a page.
const ROWS: u32 = 50;
/// The stage of those that wait for the office's key.
const QUEUE: &str = "queue";

#[derive(Template)]
#[template(path = "console/cases.html")]
struct CasesPage<'a> {
    frame: &'a Frame,
    stages: Vec<StageChoice>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct StageChoice {
    code: String,
    name: String,
    chosen: bool,
}

struct Row {
    number: u32,
    holder: String,
    code: String,
    edition: String,
    status: Said,
    stage: String,
}

pub(super) async fn list(console: &Console, call: &Call) -> Result<Response, Refused> {
    let visitor = call.visitor()?;
    let before: Option<u32> = call.query.optional("before")?;
    let after: Option<u32> = call.query.optional("after")?;
    let stage = call.query.get("stage");
    let everything = visitor
        .held
        .iter()
        .any(|held| !matches!(held.actor.role, Role::Administrator | Role::Evaluator));
    let mut store = console.store().await;
    let found = match stage {
        Some(QUEUE) => store.signing_queue(after, ROWS).await?,
        stage if everything => store.cases(stage, before, ROWS).await?,
        stage => {
            let mut cases = store.cases_of_evaluator(&visitor.person, before, ROWS).await?;
            cases.retain(|case| {
                stage.is_none() || (case.status == "inWork" && case.stage.as_deref() == stage)
            });
            cases
        }
    };
    drop(store);
    let last = found
        .last()
        .map(|case| case.number)
        .filter(|_| found.len() >= ROWS as usize);
    let seen = |case: &&ListedCase| {
        let assigned = !everything;
        let evaluator = stage != Some(QUEUE) && assigned;
        evaluator || visitor.held.iter().any(|held| held.sees_edition(&case.edition))
    };
    let rows = found
        .iter()
        .filter(seen)
        .map(|case| row(console, call, case))
        .collect();
    let filter = stage.map(|stage| format!("&stage={stage}")).unwrap_or_default();
    page(&CasesPage {
        frame: &call.frame,
        stages: stages(console, call, stage),
        rows,
        next: last.map(|last| match stage {
            // The queue goes on with what is younger, lists with what is older.
            Some(QUEUE) => format!("/cases?after={last}{filter}"),
            _ => format!("/cases?before={last}{filter}"),
        }),
    })
}

fn row(console: &Console, call: &Call, case: &ListedCase) -> Row {
    let (zh, en) = words::status(&case.status);
    let stage = case
        .stage
        .as_deref()
        .map(|code| stage_name(console, call, &case.edition, code));
    let queued = call.frame.language.plain("待签发制证", "Waits for the key");
    Row {
        number: case.number,
        holder: case.holder_name.clone(),
        code: case.holder.clone(),
        edition: case.edition.clone(),
        status: call.frame.language.t(zh, en),
        stage: match (case.status.as_str(), stage) {
            ("inWork", Some(stage)) => stage,
            ("inWork", None) => queued,
            _ => String::new(),
        },
    }
}

fn stage_name(console: &Console, call: &Call, edition: &str, code: &str) -> String {
    let workflow = console.papers().workflows.of(edition);
    let rule = workflow.and_then(|it| it.stages.iter().find(|rule| rule.code.as_str() == code));
    rule.map_or_else(
        || code.to_owned(),
        |rule| {
            call.frame
                .language
                .plain(rule.name.as_str(), rule.name_en.as_str())
        },
    )
}

/// Every stage of the road of every workflow, once each.
fn stages(console: &Console, call: &Call, chosen: Option<&str>) -> Vec<StageChoice> {
    let mut stages: Vec<StageChoice> = Vec::new();
    for scheme in &console.papers().body.schemes {
        let workflow = console.papers().workflows.of(scheme.edition.as_str());
        for rule in workflow.iter().flat_map(|workflow| &workflow.stages) {
            let code = rule.code.as_str();
            if rule.done_by.is_none() && !stages.iter().any(|stage| stage.code == code) {
                stages.push(StageChoice {
                    code: code.to_owned(),
                    name: call
                        .frame
                        .language
                        .plain(rule.name.as_str(), rule.name_en.as_str()),
                    chosen: chosen == Some(code),
                });
            }
        }
    }
    stages.push(StageChoice {
        code: QUEUE.to_owned(),
        name: call.frame.language.plain("签发队列", "Signing queue"),
        chosen: chosen == Some(QUEUE),
    });
    stages
}
