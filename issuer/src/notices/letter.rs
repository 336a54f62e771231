//! What notices say: Chinese first, English below.

use touchstone_schemas::{credential::Credential, date_time::Date, lifecycle::Change};

use crate::body::Body;

/// A letter without its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) body: String,
}

/// Salutation, both texts, and who writes.
fn letter(body: &Body, credential: &Credential, subject: (String, String), text: (&str, &str)) -> Letter {
    let (subject_zh, subject_en) = subject;
    let (zh, en) = text;
    let holder = &credential.holder.name;
    let holder_en = credential.holder.name_en.as_ref().unwrap_or(holder);
    let address = format!(
        "{}/certificates/{}",
        credential.issuer.registry, credential.number
    );
    Letter {
        subject: format!("{subject_zh} · {subject_en}"),
        body: format!(
            "{holder}：\n\n{zh}\n\n证书编号：{number}（第 {version} 版）\n查询：{address}\n\n{name}\n\n\
             ———\n\n{holder_en},\n\n{en}\n\nCertificate: {number}, version {version}\nRecord: {address}\n\n{name_en}\n",
            number = credential.number,
            version = credential.version,
            name = body.name,
            name_en = body.name_en,
        ),
    }
}

/// Surveillance is due in so many days.
pub(super) fn surveillance(body: &Body, credential: &Credential, due: Date, days: i32) -> Letter {
    let number = &credential.number;
    letter(
        body,
        credential,
        (
            format!("证书 {number} 须于 {due} 前接受监督"),
            format!("surveillance of {number} due by {due}"),
        ),
        (
            &format!(
                "贵单位证书的下次监督应于 {due} 前完成，距今不足 {days} 天。逾期未通过监督的证书将按规则暂停。请与我方联系安排。"
            ),
            &format!(
                "The next surveillance of your certificate is to be completed by {due}, within {days} days from now. A certificate whose surveillance is overdue is suspended by the rule. Please arrange a date with us."
            ),
        ),
    )
}

/// The certificate was issued.
pub(super) fn issued(body: &Body, credential: &Credential) -> Letter {
    let (number, until) = (&credential.number, credential.valid_until);
    letter(
        body,
        credential,
        (
            format!("证书 {number} 已签发"),
            format!("certificate {number} issued"),
        ),
        (
            &format!("贵单位的证书已签发并在登记处公开，有效期至 {until}。证书文件由我方另行提供。"),
            &format!(
                "Your certificate was issued and is in the public register, valid until {until}. We provide its files separately."
            ),
        ),
    )
}

/// Something happened to the certificate.
pub(super) fn changed(body: &Body, credential: &Credential, change: &Change) -> Letter {
    let number = &credential.number;
    let (zh, en, text_zh, text_en) = match change {
        Change::SurveillancePassed { next_due, .. } => (
            "监督通过",
            "surveillance passed",
            format!("监督已通过，下次监督应于 {next_due} 前完成。"),
            format!("Surveillance was passed; the next one is to be completed by {next_due}."),
        ),
        Change::Suspended { planned_end, .. } => (
            "暂停",
            "suspended",
            format!("证书已暂停，计划至 {planned_end}。暂停期间证书不具效力，不得使用证书和标志。"),
            format!(
                "The certificate is suspended, planned until {planned_end}. Meanwhile it has no force, and neither it nor its mark may be used."
            ),
        ),
        Change::Reinstated { .. } => (
            "恢复",
            "reinstated",
            "证书已恢复有效。".to_owned(),
            "The certificate is in force again.".to_owned(),
        ),
        Change::Withdrawn { .. } => (
            "撤销",
            "withdrawn",
            "证书已撤销，不得再使用证书和标志。如有异议可提出申诉。".to_owned(),
            "The certificate is withdrawn; neither it nor its mark may be used any more. You may appeal."
                .to_owned(),
        ),
        Change::Cancelled { .. } => (
            "注销",
            "cancelled",
            "证书已注销，不得再使用证书和标志。".to_owned(),
            "The certificate is cancelled; neither it nor its mark may be used any more.".to_owned(),
        ),
        Change::Superseded { successor, .. } => (
            "已换发",
            "superseded",
            format!("证书已由 {} 第 {} 版替代。", successor.number, successor.version),
            format!(
                "The certificate is superseded by {} version {}.",
                successor.number, successor.version
            ),
        ),
        Change::Corrected { successor, .. } => (
            "更正",
            "corrected",
            format!(
                "该证书的终止有误，由 {} 第 {} 版更正。",
                successor.number, successor.version
            ),
            format!(
                "The certificate was ended in error; {} version {} answers it.",
                successor.number, successor.version
            ),
        ),
    };
    letter(
        body,
        credential,
        (
            format!("证书 {number}：{zh}"),
            format!("certificate {number}: {en}"),
        ),
        (&text_zh, &text_en),
    )
}
