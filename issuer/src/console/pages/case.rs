//! A case: what it is about, how far it is, what was found, and what this person may do on it now.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{date_time::Date, digest::Sha256Digest};

use super::{
    acts::seen,
    download, page,
    radar::{Radar, radar},
    words,
};
use crate::{
    casework::{Case, Recommendation, StageKind, StageState, Status, Team, Verdict, following},
    console::{
        Console,
        gate::Call,
        held::tag,
        language::Said,
        offers::{Offer, OfferedAct, offers},
        page::Frame,
        refused::Refused,
    },
};

#[derive(Template)]
#[template(path = "console/case.html")]
struct CasePage<'a> {
    frame: &'a Frame,
    case: &'a Case,
    status: Said,
    issued: Option<String>,
    facts: Vec<Fact>,
    stages: Vec<StageRow>,
    team: Vec<(String, Said, String)>,
    files: Vec<FileRow>,
    evaluation: Option<EvaluationView>,
    recommendation: Option<(Said, String)>,
    former: Vec<Difference>,
    stale: bool,
    offers: Vec<OfferRow>,
    today: Date,
}

struct Fact {
    name: Said,
    value: String,
}

struct StageRow {
    name: String,
    state: Said,
    tone: &'static str,
    who: String,
    at: String,
    note: String,
}

struct FileRow {
    name: String,
    purpose: Said,
    size: u64,
    digest: Sha256Digest,
}

struct EvaluationView {
    level: Option<u8>,
    total: String,
    confidence: String,
    assessed_on: Date,
    report: String,
    weight_set: String,
    cuts: Vec<(String, String)>,
    findings: Vec<Finding>,
    radar: Option<Radar>,
}

struct Finding {
    name: String,
    present: String,
    gap: String,
    expected: Option<u8>,
}

/// What differs from the certificate before.
struct Difference {
    name: Said,
    before: String,
    now: String,
}

/// A form for an act.
struct OfferRow {
    tag: String,
    who: String,
    act: OfferedAct,
    stage: String,
}

pub(super) async fn show(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let visitor = call.visitor()?;
    let (language, today) = (call.frame.language, Date::of(call.now));
    let (zh, en) = words::status_of(case.status());
    let issued = match case.status() {
        Status::Issued { number, version } => Some(format!("{number}（{version}）", version = version.get())),
        _ => None,
    };
    let recommendation = case.approvals().iter().find_map(|given| match &given.verdict {
        Verdict::Review(review) => {
            let said = match review.recommendation {
                Recommendation::Positive => language.t("建议认证", "grant"),
                Recommendation::Negative => language.t("不建议认证", "refuse"),
            };
            Some((
                said,
                review.note.as_ref().map_or_else(String::new, ToString::to_string),
            ))
        }
        _ => None,
    });
    let offered = offers(&case, &visitor.personnel, &visitor.held, call.now);
    page(&CasePage {
        frame: &call.frame,
        status: language.t(zh, en),
        issued,
        facts: facts(call, &case),
        stages: stages(call, &case)?,
        team: team(call, &case),
        files: files(call, &case),
        evaluation: evaluation(console, &case),
        recommendation,
        former: former(console, call, &case).await?,
        stale: case.stale().is_some(),
        offers: offered
            .into_iter()
            .map(|offer| offer_row(call, &case, offer))
            .collect(),
        today,
        case: &case,
    })
}

fn facts(call: &Call, case: &Case) -> Vec<Fact> {
    let language = call.frame.language;
    let form = case.form().request();
    let text = |text: &Option<touchstone_schemas::text::Text>| {
        text.as_ref().map_or_else(String::new, ToString::to_string)
    };
    let sites = form
        .sites
        .iter()
        .map(|site| format!("{} {}", text(&site.name), text(&site.address)));
    let unit = form
        .assessed_unit
        .as_ref()
        .map_or_else(String::new, |unit| unit.name.to_string());
    let rows = [
        (("申请组织", "Applicant"), text(&form.applicant.name)),
        (("英文名称", "English name"), text(&form.applicant.name_en)),
        (
            ("统一社会信用代码", "Unified social credit code"),
            form.applicant.uscc.map_or_else(String::new, |it| it.to_string()),
        ),
        (("注册地址", "Registered address"), text(&form.applicant.address)),
        (("被评价单元", "Assessed unit"), unit),
        (("评价范围", "Scope"), text(&form.scope)),
        (("行业", "Industry"), text(&form.industry_name)),
        (("场所", "Sites"), sites.collect::<Vec<_>>().join("\n")),
        (("认证依据", "Scheme edition"), case.form().scheme().to_string()),
        (("合同", "Agreement"), text(&form.agreement_reference)),
        (
            ("申请摘要", "Digest of the application"),
            case.form().digest().to_string(),
        ),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    rows.map(|((zh, en), value)| Fact {
        name: language.t(zh, en),
        value,
    })
    .collect()
}

fn stages(call: &Call, case: &Case) -> Result<Vec<StageRow>, Refused> {
    let (language, personnel) = (call.frame.language, &call.visitor()?.personnel);
    let row = |(rule, record): (&crate::casework::StageRule, &crate::casework::StageRecord)| {
        let (zh, en) = words::state(record.state);
        let day = record.at.map_or(Date::of(call.now), Date::of);
        StageRow {
            name: language.plain(rule.name.as_str(), rule.name_en.as_str()),
            state: language.t(zh, en),
            tone: match record.state {
                StageState::NotDone => "open",
                StageState::Done => "good",
                StageState::Waived => "caution",
            },
            who: record
                .by
                .as_ref()
                .map_or_else(String::new, |by| words::who(personnel, by, day)),
            at: record.at.map_or_else(String::new, |at| at.to_string()),
            note: record.note.as_ref().map_or_else(String::new, ToString::to_string),
        }
    };
    Ok(case.stages().map(row).collect())
}

fn team(call: &Call, case: &Case) -> Vec<(String, Said, String)> {
    let language = call.frame.language;
    let row = |(person, team): (&touchstone_schemas::text::Text, &Team)| match team {
        Team::Assigned => (
            person.to_string(),
            language.t("尚未申报", "nothing declared yet"),
            String::new(),
        ),
        Team::Declared(declared) => match &declared.conflict {
            None => (
                person.to_string(),
                language.t("无利益冲突", "no conflict of interest"),
                String::new(),
            ),
            Some(conflict) => (
                person.to_string(),
                language.t("有利益冲突", "conflict of interest"),
                conflict.to_string(),
            ),
        },
    };
    case.team().iter().map(row).collect()
}

fn files(call: &Call, case: &Case) -> Vec<FileRow> {
    let row = |file: &crate::casework::Attachment| {
        let (zh, en) = words::purpose(file.purpose);
        FileRow {
            name: file.name.to_string(),
            purpose: call.frame.language.t(zh, en),
            size: file.size,
            digest: file.digest,
        }
    };
    case.attachments().iter().map(row).collect()
}

fn evaluation(console: &Console, case: &Case) -> Option<EvaluationView> {
    let evaluation = case.evaluation()?;
    let scheme = console.papers().scheme(case.form().scheme().as_str());
    let assessment = scheme.map(|scheme| &scheme.assessment);
    let name = |id: &str| {
        let node = assessment.and_then(|it| it.model.find(id));
        node.map_or_else(|| id.to_owned(), |node| format!("{} {}", node.zh, node.en))
    };
    let radar = assessment.and_then(|it| {
        let grade = it.grade(&evaluation.sheet, console.papers().issuing()).ok()?;
        radar(&it.model, &grade)
    });
    let finding = |it: &crate::casework::SubDomainFinding| Finding {
        name: name(&it.sub_domain),
        present: it.present_state.to_string(),
        gap: it
            .gap_analysis
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        expected: it.expected_level,
    };
    Some(EvaluationView {
        level: evaluation.level,
        total: evaluation.total.to_string(),
        confidence: evaluation
            .confidence
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        assessed_on: evaluation.assessed_on,
        report: evaluation.report.number.to_string(),
        weight_set: evaluation.sheet.weight_set.clone(),
        cuts: evaluation
            .sheet
            .tailoring
            .iter()
            .map(|cut| (name(&cut.domain), cut.reason.clone()))
            .collect(),
        findings: evaluation.findings.iter().map(finding).collect(),
        radar,
    })
}

/// What differs from the certificate that is changed or recertified.
async fn former(console: &Console, call: &Call, case: &Case) -> Result<Vec<Difference>, Refused> {
    let differences = following::differences_to_last(&mut *console.store().await, case).await?;
    let shown = differences.into_iter().map(|difference| {
        let (zh, en) = words::particular(difference.particular);
        Difference {
            name: call.frame.language.t(zh, en),
            before: difference.before,
            now: difference.now,
        }
    });
    Ok(shown.collect())
}

fn offer_row(call: &Call, case: &Case, offer: Offer) -> OfferRow {
    let language = call.frame.language;
    let code = match &offer.act {
        OfferedAct::Done(code) | OfferedAct::Waive(code) | OfferedAct::Judge(code, _) => Some(code),
        _ => None,
    };
    let rule = code
        .and_then(|code| case.workflow().find(code))
        .map(|(_, rule)| rule);
    let (zh, en) = words::role(offer.actor.role);
    let deputy = offer
        .actor
        .delegator()
        .map_or_else(String::new, |delegator| format!(" 代 {delegator}"));
    OfferRow {
        tag: tag(&offer.actor),
        who: format!("{}{deputy}", language.plain(zh, en)),
        act: offer.act,
        stage: rule.map_or_else(String::new, |rule| {
            language.plain(rule.name.as_str(), rule.name_en.as_str())
        }),
    }
}

/// A file of the case; who reads it is on record before the bytes are given out.
pub(super) async fn file(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let digest: Sha256Digest = call.parameter("digest")?;
    let person = call.visitor()?.person.clone();
    let number = case.number();
    let bytes = console
        .store()
        .await
        .read_attachment(number, digest, &person, call.now)
        .await?;
    let name = format!("case-{number}-{digest}");
    Ok(download(
        &name,
        "application/octet-stream",
        bytes.ok_or(Refused::NotFound)?,
    ))
}
