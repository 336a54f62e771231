//! The evaluation in the browser: what it rests on, weight set and tailoring on one page, then a page a sub-domain with its
//! requirements, 现状描述 and 差距分析. The evaluators of a case share one draft; grade, confidence and radar follow from
//! it at once, and go on file with it.

mod sheet;

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use touchstone_schemas::scheme::{
    assessment::Assessment,
    requirement::{Basis, Value},
    scoring::ScoringError,
};

use self::sheet::{Draft, Fault, Values};
use super::{
    acts::seen,
    page,
    radar::{Radar, radar},
    see, words,
};
use crate::{
    casework::{AttachmentPurpose, Case, CaseworkError, Role, desk},
    console::{Console, gate::Call, page::Frame, refused::Refused},
    store::{DraftOf, StoredDraft},
};

/// Fields of the first page.
const GENERAL: [&str; 5] = ["assessedOn", "report", "number", "weightSet", "support"];

/// A choice of a list.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "console/scores.html")]
struct ScoresPage<'a> {
    frame: &'a Frame,
    number: u32,
    tag: String,
    saved: Option<(String, String)>,
    assessed_on: String,
    report_number: String,
    support: String,
    reports: Vec<Choice>,
    weight_sets: Vec<Choice>,
    cuts: Vec<(String, String, String)>,
    parts: Vec<Part>,
    faults: Vec<(String, String)>,
    missing: Vec<String>,
    grade: Option<GradeView>,
}

/// A sub-domain, how far it is.
struct Part {
    id: String,
    name: String,
    scored: usize,
    total: usize,
    described: bool,
}

struct GradeView {
    level: Option<u8>,
    total: String,
    confidence: String,
    radar: Option<Radar>,
}

#[derive(Template)]
#[template(path = "console/sub_domain.html")]
struct SubDomainPage<'a> {
    frame: &'a Frame,
    number: u32,
    id: String,
    name: String,
    place: (usize, usize),
    levels: Vec<LevelGroup>,
    present: Area,
    gap: Area,
    expected: Vec<Choice>,
    faults: Vec<(String, String)>,
}

struct LevelGroup {
    level: u8,
    requirements: Vec<RequirementRow>,
}

struct RequirementRow {
    id: String,
    question: String,
    values: Vec<Choice>,
    bases: Vec<Choice>,
    fault: Option<String>,
}

struct Area {
    value: String,
    fault: Option<String>,
}

/// The case, its scheme's model, and the draft of its evaluation: what is on file where nothing was begun.
struct Begun<'a> {
    case: Case,
    assessment: &'a Assessment,
    stored: Option<StoredDraft>,
    values: Values,
}

async fn begun<'a>(console: &'a Console, call: &Call) -> Result<Begun<'a>, Refused> {
    let case = seen(console, call).await?;
    let scheme = console.papers().scheme(case.form().scheme().as_str());
    let assessment = scheme.map(|scheme| &scheme.assessment).ok_or(Refused::NotFound)?;
    let stored = console
        .store()
        .await
        .draft(&DraftOf::Evaluation(case.number()))
        .await?;
    let values = match &stored {
        Some(stored) => stored.fields.clone(),
        None => on_file(&case),
    };
    Ok(Begun {
        case,
        assessment,
        stored,
        values,
    })
}

/// The evaluation on file as fields, for a case that was returned.
fn on_file(case: &Case) -> Values {
    let mut values = Values::new();
    let Some(evaluation) = case.evaluation() else {
        return values;
    };
    let mut put = |name: String, value: String| values.insert(name, value);
    put("assessedOn".to_owned(), evaluation.assessed_on.to_string());
    put("report".to_owned(), evaluation.report.digest.to_string());
    put("number".to_owned(), evaluation.report.number.to_string());
    put("weightSet".to_owned(), evaluation.sheet.weight_set.clone());
    if let Some(support) = &evaluation.technical_support {
        put("support".to_owned(), support.to_string());
    }
    for cut in &evaluation.sheet.tailoring {
        put(format!("cut/{}", cut.domain), cut.reason.clone());
    }
    for score in &evaluation.sheet.scores {
        put(
            format!("value/{}", score.requirement),
            score.value.name().to_owned(),
        );
        put(
            format!("basis/{}", score.requirement),
            score.basis.name().to_owned(),
        );
    }
    for finding in &evaluation.findings {
        let id = &finding.sub_domain;
        put(format!("present/{id}"), finding.present_state.to_string());
        if let Some(gap) = &finding.gap_analysis {
            put(format!("gap/{id}"), gap.to_string());
        }
        if let Some(level) = finding.expected_level {
            put(format!("level/{id}"), level.to_string());
        }
    }
    values
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let begun = begun(console, call).await?;
    page(&overview(console, call, &begun, Vec::new())?)
}

/// Keeps the first page, or hands the evaluation in.
pub(super) async fn save(console: &Console, call: Call) -> Result<Response, Refused> {
    let begun = begun(console, &call).await?;
    let number = begun.case.number();
    let named = |name: &str| GENERAL.contains(&name) || name.starts_with("cut/");
    let values = keep(console, &call, &begun, &named).await?;
    let path = format!("/cases/{number}/evaluation");
    if call.form.get("do") != Some("submit") {
        return Ok(see(&path));
    }
    let begun = Begun { values, ..begun };
    let draft = draft_of(&begun);
    let evaluation = match draft.evaluation() {
        Ok(evaluation) => evaluation,
        Err(faults) => return refused(console, &call, &begun, named_faults(faults)),
    };
    let by = call.visitor()?.actor(&call.form)?;
    let done = console
        .in_office(async move |office| {
            let now = office.clock.now();
            Ok(desk::evaluate(&office.papers, &mut office.store, number, &by, evaluation, now).await?)
        })
        .await;
    match done {
        Ok(_) => {
            console
                .store()
                .await
                .drop_draft(&DraftOf::Evaluation(number))
                .await?;
            Ok(see(&format!("/cases/{number}")))
        }
        Err(Refused::Casework(CaseworkError::Findings(findings))) => {
            let faults = findings.iter().map(|it| (String::new(), it.message.clone()));
            refused(console, &call, &begun, faults.collect())
        }
        Err(refused) => Err(refused),
    }
}

fn draft_of<'a>(begun: &'a Begun<'_>) -> Draft<'a> {
    Draft {
        assessment: begun.assessment,
        values: &begun.values,
    }
}

fn named_faults(faults: Vec<Fault>) -> Vec<(String, String)> {
    faults
        .into_iter()
        .map(|fault| (fault.name, fault.message))
        .collect()
}

/// Keeps the fields of the form that belong to its page; gives the whole draft.
async fn keep(
    console: &Console,
    call: &Call,
    begun: &Begun<'_>,
    named: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Values, Refused> {
    let sent = call.form.pairs().filter(|(name, _)| named(name));
    let mut changed: Values = sent
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut values = begun.values.clone();
    values.extend(changed.clone());
    if begun.stored.is_none() {
        // The first save takes over what is on file.
        let mut all = begun.values.clone();
        all.append(&mut changed);
        changed = all;
    }
    let of = DraftOf::Evaluation(begun.case.number());
    let who = (&call.visitor()?.person, call.now);
    console.store().await.save_draft(&of, &changed, who).await?;
    Ok(values)
}

fn refused(
    console: &Console,
    call: &Call,
    begun: &Begun<'_>,
    faults: Vec<(String, String)>,
) -> Result<Response, Refused> {
    let page = overview(console, call, begun, faults)?.render()?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

fn overview<'a>(
    console: &Console,
    call: &'a Call,
    begun: &Begun<'_>,
    faults: Vec<(String, String)>,
) -> Result<ScoresPage<'a>, Refused> {
    let (language, draft) = (call.frame.language, draft_of(begun));
    let field = |name: &str| begun.values.get(name).cloned().unwrap_or_default();
    let reports = begun.case.attachments().iter();
    let reports = reports.filter(|file| file.purpose == AttachmentPurpose::Report);
    let report = |file: &crate::casework::Attachment| Choice {
        value: file.digest.to_string(),
        text: file.name.to_string(),
        chosen: field("report") == file.digest.to_string(),
    };
    let weight_set = |set: &touchstone_schemas::scheme::weights::WeightSet| Choice {
        value: set.id.clone(),
        text: language.plain(&set.name.zh, &set.name.en),
        chosen: set.id == draft.weight_set(),
    };
    let model = &begun.assessment.model;
    let cuts = model
        .all()
        .into_iter()
        .filter(|node| node.may_be_cut)
        .map(|node| {
            let name = language.plain(&node.zh, &node.en);
            (node.id.clone(), name, field(&format!("cut/{}", node.id)))
        });
    let part = |node: &touchstone_schemas::scheme::model::Node| Part {
        id: node.id.clone(),
        name: language.plain(&node.zh, &node.en),
        scored: draft.scored(&node.id),
        total: draft.requirements(&node.id).len(),
        described: draft.get(&format!("present/{}", node.id)).is_some(),
    };
    let (grade, missing) = match begun.assessment.grade(&draft.sheet(), console.papers().issuing()) {
        Ok(grade) => {
            let view = GradeView {
                level: grade.level,
                total: grade.total.rounded().to_string(),
                confidence: grade.confidence.clone().unwrap_or_default(),
                radar: radar(model, &grade),
            };
            (Some(view), Vec::new())
        }
        Err(ScoringError::Sheet { faults }) => (None, faults.iter().map(ToString::to_string).collect()),
        Err(error) => (None, vec![error.to_string()]),
    };
    let held = call
        .visitor()?
        .held
        .iter()
        .find(|held| held.actor.role == Role::Evaluator);
    let parts = draft.sub_domains().into_iter().map(part).collect();
    Ok(ScoresPage {
        frame: &call.frame,
        number: begun.case.number(),
        tag: held.map(crate::console::held::Held::tag).unwrap_or_default(),
        saved: begun
            .stored
            .as_ref()
            .map(|it| (it.person.clone(), it.saved.clone())),
        assessed_on: field("assessedOn"),
        report_number: field("number"),
        support: field("support"),
        reports: reports.map(report).collect(),
        weight_sets: begun.assessment.weight_sets.iter().map(weight_set).collect(),
        cuts: cuts.collect(),
        parts,
        faults,
        missing,
        grade,
    })
}

pub(super) async fn sub_domain(console: &Console, call: &Call) -> Result<Response, Refused> {
    let begun = begun(console, call).await?;
    let id: String = call.parameter("part")?;
    page(&one(call, &begun, &id, &[])?)
}

/// Keeps a sub-domain's page and goes on to the next one, or back.
pub(super) async fn save_sub_domain(console: &Console, call: Call) -> Result<Response, Refused> {
    let begun = begun(console, &call).await?;
    let id: String = call.parameter("part")?;
    let known = begun.assessment.model.find(&id);
    if !known.is_some_and(|node| node.is_sub_domain()) {
        return Err(Refused::NotFound);
    }
    let requirements: Vec<String> = {
        let draft = draft_of(&begun);
        draft.requirements(&id).iter().map(|it| it.id.clone()).collect()
    };
    let named = |name: &str| match name.split_once('/') {
        Some(("value" | "basis", requirement)) => requirements.iter().any(|it| it == requirement),
        Some(("present" | "gap" | "level", found)) => found == id,
        _ => false,
    };
    let values = keep(console, &call, &begun, &named).await?;
    let begun = Begun { values, ..begun };
    let faults = draft_of(&begun).faults_of(&id);
    if !faults.is_empty() {
        // Kept all the same: a draft may be unfinished.
        let page = one(&call, &begun, &id, &faults)?.render()?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    }
    let path = format!("/cases/{}/evaluation", begun.case.number());
    let parts = draft_of(&begun).sub_domains();
    let next = parts.iter().skip_while(|node| node.id != id).nth(1);
    Ok(match (call.form.get("do"), next) {
        (Some("next"), Some(next)) => see(&format!("{path}/{}", next.id)),
        _ => see(&path),
    })
}

fn one<'a>(
    call: &'a Call,
    begun: &Begun<'_>,
    id: &str,
    faults: &[Fault],
) -> Result<SubDomainPage<'a>, Refused> {
    let (language, draft) = (call.frame.language, draft_of(begun));
    let parts = draft.sub_domains();
    let place = parts
        .iter()
        .position(|node| node.id == id)
        .ok_or(Refused::NotFound)?;
    let node = begun.assessment.model.find(id).ok_or(Refused::NotFound)?;
    let fault = |name: &str| {
        let found = faults.iter().find(|fault| fault.name == name);
        found.map(|fault| fault.message.clone())
    };
    let chosen = |name: &str, word: &str| draft.get(name) == Some(word);
    let mut groups: BTreeMap<u8, Vec<RequirementRow>> = BTreeMap::new();
    for requirement in draft.requirements(id) {
        let (value, basis) = (
            format!("value/{}", requirement.id),
            format!("basis/{}", requirement.id),
        );
        let values =
            Value::ALL.map(|it| choice(language, it.name(), words::value(it), chosen(&value, it.name())));
        let bases =
            Basis::ALL.map(|it| choice(language, it.name(), words::basis(it), chosen(&basis, it.name())));
        groups.entry(requirement.level).or_default().push(RequirementRow {
            id: requirement.id.clone(),
            question: requirement.zh.clone(),
            values: values.into(),
            bases: bases.into(),
            fault: fault(&value),
        });
    }
    let area = |name: &str| {
        let name = format!("{name}/{id}");
        Area {
            value: draft.get(&name).unwrap_or_default().to_owned(),
            fault: fault(&name),
        }
    };
    let level = format!("level/{id}");
    let expected = (1..=begun.assessment.model.highest_level()).map(|it| {
        let word = it.to_string();
        let chosen = chosen(&level, &word);
        Choice {
            text: word.clone(),
            value: word,
            chosen,
        }
    });
    Ok(SubDomainPage {
        frame: &call.frame,
        number: begun.case.number(),
        id: id.to_owned(),
        name: language.plain(&node.zh, &node.en),
        place: (place + 1, parts.len()),
        levels: groups
            .into_iter()
            .map(|(level, requirements)| LevelGroup { level, requirements })
            .collect(),
        present: area("present"),
        gap: area("gap"),
        expected: expected.collect(),
        faults: faults
            .iter()
            .map(|it| (it.name.clone(), it.message.clone()))
            .collect(),
    })
}

fn choice(
    language: crate::console::language::Language,
    word: &str,
    (zh, en): (&'static str, &'static str),
    chosen: bool,
) -> Choice {
    Choice {
        value: word.to_owned(),
        text: language.plain(zh, en),
        chosen,
    }
}
