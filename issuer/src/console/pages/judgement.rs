//! Judgements: the person is shown what they are to sign, signs it where their key is, and brings the signature.

use askama::Template;
use axum::response::Response;
use touchstone_schemas::{budget::MAX_ACT_BYTES, decode::read, digest::Sha256Digest, text::Text};

use super::{
    acts::{perform, seen},
    download, page, see, words,
};
use crate::{
    casework::{
        Actor, Approval, Case, CaseContent, Consent, Decision, DecisionOutcome, Judged, Opinion,
        Recommendation, Review, StageKind, Verdict,
    },
    console::{Console, fields::Fields, gate::Call, page::Frame, refused::Refused},
};

/// The fields of a judgement, carried from the form to the signature.
const CARRIED: [&str; 10] = [
    "as",
    "stage",
    "note",
    "recommendation",
    "outcome",
    "reason",
    "reference",
    "afterWithdrawal",
    "opinion",
    "validFrom",
];

#[derive(Template)]
#[template(path = "console/bundle.html")]
struct BundlePage<'a> {
    frame: &'a Frame,
    number: u32,
    stage: String,
    who: String,
    digest: Sha256Digest,
    bytes: String,
    carried: Vec<(&'static str, String)>,
}

/// A judgement as the form says it.
struct Drafted {
    by: Actor,
    stage: Text,
    verdict: Verdict,
}

fn drafted(call: &Call, case: &Case) -> Result<Drafted, Refused> {
    let (by, stage) = (call.visitor()?.actor(&call.form)?, call.form.text("stage")?);
    let rule = case
        .workflow()
        .find(&stage)
        .map(|(_, rule)| rule)
        .ok_or(Refused::NotFound)?;
    let verdict = verdict(rule.kind, &call.form)?;
    // Whoever may not judge in this stage is given nothing to sign.
    if rule.kind.judge() != by.role {
        return Err(Refused::Forbidden);
    }
    Ok(Drafted { by, stage, verdict })
}

fn verdict(kind: StageKind, form: &Fields) -> Result<Verdict, Refused> {
    Ok(match kind {
        StageKind::Review => Verdict::Review(Review {
            note: form.optional("note")?,
            recommendation: form.word("recommendation", Recommendation::of_name)?,
        }),
        StageKind::Approval => Verdict::Consent(Consent {
            note: form.optional("note")?,
        }),
        StageKind::Decision => Verdict::Decision(Decision {
            after_withdrawal: form.optional_text("afterWithdrawal")?,
            outcome: form.word("outcome", DecisionOutcome::of_name)?,
            reason: form.optional_text("reason")?,
            reference: form.text("reference")?,
        }),
        StageKind::Signing => Verdict::Opinion(Opinion {
            opinion: form.parsed("opinion")?,
            valid_from: form.parsed("validFrom")?,
        }),
        StageKind::Task | StageKind::Evaluation => return Err(Refused::NotFound),
    })
}

pub(super) async fn bundle(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let Drafted { by, stage, verdict } = drafted(call, &case)?;
    let bytes = case.bundle(&by, &stage, &verdict);
    let rule = case.workflow().find(&stage).map(|(_, rule)| rule);
    let name = rule.map(|rule| {
        call.frame
            .language
            .plain(rule.name.as_str(), rule.name_en.as_str())
    });
    let carried = CARRIED
        .iter()
        .filter_map(|name| Some((*name, call.form.get(name)?.to_owned())));
    page(&BundlePage {
        frame: &call.frame,
        number: case.number(),
        stage: name.unwrap_or_default(),
        who: words::who(
            &call.visitor()?.personnel,
            &by,
            touchstone_schemas::date_time::Date::of(call.now),
        ),
        digest: Sha256Digest::of(&bytes),
        bytes: String::from_utf8_lossy(&bytes).into_owned(),
        carried: carried.collect(),
    })
}

pub(super) async fn bundle_file(console: &Console, call: &Call) -> Result<Response, Refused> {
    let case = seen(console, call).await?;
    let Drafted { by, stage, verdict } = drafted(call, &case)?;
    let name = format!("case-{}.bundle.json", case.number());
    Ok(download(
        &name,
        "application/json",
        case.bundle(&by, &stage, &verdict),
    ))
}

pub(super) async fn judge(console: &Console, mut call: Call) -> Result<Response, Refused> {
    let case = seen(console, &call).await?;
    let Drafted { by, stage, verdict } = drafted(&call, &case)?;
    let file = call.form.file("approval")?;
    let approval: Approval = read(&file.bytes, MAX_ACT_BYTES).map_err(|error| Refused::Field {
        name: "approval",
        why: error.to_string(),
    })?;
    let judged = CaseContent::Judged(Judged {
        approval,
        stage,
        verdict,
    });
    let case = perform(console, case.number(), by, judged).await?;
    Ok(see(&format!("/cases/{}", case.number())))
}
