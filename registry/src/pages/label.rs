//! Names of things on the registry's own pages.

use serde::Serialize;
use touchstone_schemas::{
    date_time::{Date, Timestamp},
    lifecycle::{EventKind, EventReason},
};
use touchstone_verifier::report::Answer;

use super::{Bilingual, Catalogue};
use crate::{
    changes::{ChangeKind, DateChange},
    surveillance::DueState,
};

const fn text(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

/// An event.
pub(super) const fn event(kind: EventKind) -> Bilingual {
    match kind {
        EventKind::SurveillancePassed => text("监督通过", "Surveillance passed"),
        EventKind::Suspended => text("暂停", "Suspended"),
        EventKind::Reinstated => text("恢复", "Reinstated"),
        EventKind::Withdrawn => text("撤销", "Withdrawn"),
        EventKind::Cancelled => text("注销", "Cancelled"),
        EventKind::Superseded => text("换证", "Replaced"),
        EventKind::Corrected => text("更正", "Corrected"),
    }
}

/// A change.
pub(super) const fn change(kind: ChangeKind) -> Bilingual {
    match kind {
        ChangeKind::Issued => text("发证", "Issued"),
        ChangeKind::Event(kind) => event(kind),
        ChangeKind::ByDate(DateChange::ValidityBegun) => text("生效", "Validity begun"),
        ChangeKind::ByDate(DateChange::SurveillanceDueSoon) => due(DueState::DueSoon),
        ChangeKind::ByDate(DateChange::SurveillanceOverdueInGrace) => due(DueState::OverdueInGrace),
        ChangeKind::ByDate(DateChange::SurveillanceOverdue) => due(DueState::Overdue),
        ChangeKind::ByDate(DateChange::SuspensionPastEnd) => due(DueState::SuspensionPastEnd),
        ChangeKind::ByDate(DateChange::Expired) => text("过期失效", "Expired"),
    }
}

/// Changes of the whole registry.
pub(crate) const CHANGES: Bilingual = text("证书变更", "Changes of certificates");
/// Changes of one certificate.
pub(crate) const CHANGES_OF_CERTIFICATE: Bilingual = text("证书变更", "Changes of certificate");
/// Changes of the certificates of one holder, named by its code.
pub(crate) const CHANGES_OF_HOLDER: Bilingual =
    text("持证单位证书变更", "Changes of the certificates of holder");
/// Changes of the certificates of one body.
pub(crate) const CHANGES_OF_BODY: Bilingual = text("机构所发证书变更", "Changes of the certificates of");

/// Why an event was decided.
pub(super) const fn event_reason(reason: EventReason) -> Bilingual {
    match reason {
        EventReason::ScheduledSurveillance => {
            text("按计划监督合格", "planned surveillance, requirements met")
        }
        EventReason::SpecialSurveillance => text("特别监督合格", "special surveillance, requirements met"),
        EventReason::SurveillanceOverdue => text("未按期接受监督", "surveillance not accepted in time"),
        EventReason::Nonconformity => text("监督发现不符合", "requirements found not met"),
        EventReason::Misuse => text("证书或标志使用不当", "mark or certificate used wrongly"),
        EventReason::SuspensionRequested => text("持证人申请暂停", "asked for by the holder"),
        EventReason::CorrectionVerified => text("整改已验证", "correction verified"),
        EventReason::PauseEnded => text("持证人申请的暂停结束", "the holder's pause ended"),
        EventReason::SuspensionUnresolved => text("暂停期满未整改", "cause of suspension not removed"),
        EventReason::FalseStatements => text("提供虚假信息", "obtained by false statements"),
        EventReason::GraveNonconformity => text("严重不符合", "grave nonconformity"),
        EventReason::IssuedInError => text("发证有误", "issued in error"),
        EventReason::CancellationRequested => text("持证人申请注销", "given up by the holder"),
        EventReason::ProductionCeased => text("不再从事获证活动", "certified activity ceased"),
        EventReason::NotRenewed => text("期满未续", "not renewed"),
        EventReason::ParticularsChanged => text("证书信息变更", "particulars changed"),
        EventReason::ScopeChanged => text("范围变更", "scope changed"),
        EventReason::GradeChanged => text("等级变更", "grade changed"),
        EventReason::Recertified => text("再评价换发", "recertified under a new number"),
        EventReason::ReplacedAfterError => {
            text("更正错误的终止决定", "answers a final decision made in error")
        }
    }
}

/// Whether it was in force.
pub(super) const fn in_force(answer: Answer) -> Bilingual {
    match answer {
        Answer::Yes => text("有效", "In force"),
        Answer::No => text("不在有效状态", "Not in force"),
        Answer::CouldNotTell => text("无法判断", "Could not tell"),
    }
}

/// What is due of a certificate.
pub(super) const fn due(state: DueState) -> Bilingual {
    match state {
        DueState::DueSoon => text("监督即将到期", "Surveillance due soon"),
        DueState::OverdueInGrace => text("监督逾期（宽限期内）", "Surveillance overdue, within grace"),
        DueState::Overdue => text("监督逾期", "Surveillance overdue"),
        DueState::Suspended => text("暂停中", "Suspended"),
        DueState::SuspensionPastEnd => text("暂停期满未处理", "Suspension past its planned end"),
    }
}

/// What a statement of absence proves, once its checkpoint is checked and the entries under it are read.
pub(super) const ABSENCE_PROVES: [Bilingual; 2] = [
    text(
        "检查点由日志密钥签名：日志当时正有这些条目，此后不能改写。",
        "The checkpoint is signed by the log's key: the log had exactly these entries then, and they cannot be rewritten since.",
    ),
    text(
        "条目公开（/log/tile/entries/…），任何人都可逐条核对其中有无此编号。",
        "The entries are public (/log/tile/entries/…): anybody can read them and see whether one has this number.",
    ),
];

/// What it does not prove.
pub(super) const ABSENCE_DOES_NOT_PROVE: [Bilingual; 3] = [
    text(
        "仅凭本声明而不读取条目，不能证明没有此编号：日志没有“不存在”的证明。",
        "Without reading the entries it proves no absence: the log has no proof of what is not in it.",
    ),
    text(
        "不说明别的机构或别的登记处没有签发此编号的证书，也不说明尚未登记的纸质证书。",
        "It says nothing about other bodies or registries, nor about paper certificates never registered here.",
    ),
    text(
        "不说明手中的证书是真是假，也不说明检查点之后的情况。",
        "It says nothing on whether the paper in hand is good, nor about what came after the checkpoint.",
    ),
];

/// An instant as people in China read it, to the minute, with its offset.
pub(super) fn instant(instant: Timestamp) -> String {
    let minutes = instant.unix() / 60 + 8 * 60;
    let (hour, minute) = (minutes / 60 % 24, minutes % 60);
    format!("{} {hour:02}:{minute:02} +08:00", Date::of(instant))
}

/// The name under which a value stands in records and in the catalogue.
pub(super) fn name_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// A text of the catalogue, else a dash: a test proves that none is missing.
pub(super) fn of_catalogue(pick: impl Fn(&'static Catalogue) -> Option<Bilingual>) -> Bilingual {
    Catalogue::get().and_then(pick).unwrap_or(text("—", "—"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_china_with_their_offset() {
        let late: Timestamp = "2026-03-01T16:05:59Z".parse().unwrap();
        assert_eq!(instant(late), "2026-03-02 00:05 +08:00");
    }
}
