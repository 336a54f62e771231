//! The office's words in both languages.

use crate::{
    casework::{Actor, AttachmentPurpose, Personnel, Role, StageState, Status},
    prepare::Particular,
};

type Words = (&'static str, &'static str);

pub(super) const fn role(role: Role) -> Words {
    match role {
        Role::Clerk => ("受理员", "clerk"),
        Role::Evaluator => ("评价员", "evaluator"),
        Role::Reviewer => ("复核员", "reviewer"),
        Role::Approver => ("审批人", "approver"),
        Role::Decider => ("认证决定人", "decider"),
        Role::Signatory => ("签发人", "signatory"),
        Role::SurveillanceOfficer => ("监督员", "surveillance officer"),
        Role::Auditor => ("审计员", "auditor"),
        Role::Administrator => ("管理员", "administrator"),
    }
}

pub(super) const fn state(state: StageState) -> Words {
    match state {
        StageState::NotDone => ("未做", "not done"),
        StageState::Done => ("已做", "done"),
        StageState::Waived => ("不做", "waived"),
    }
}

pub(super) fn status(status: &str) -> Words {
    match status {
        "refused" => ("不予认证", "refused"),
        "issued" => ("已发证", "issued"),
        "closed" => ("已关闭", "closed"),
        _ => ("办理中", "in work"),
    }
}

pub(super) fn status_of(it: &Status) -> Words {
    status(it.name())
}

pub(super) const fn purpose(purpose: AttachmentPurpose) -> Words {
    match purpose {
        AttachmentPurpose::Application => ("申请材料", "application"),
        AttachmentPurpose::Agreement => ("合同", "agreement"),
        AttachmentPurpose::Evidence => ("评价证据", "evidence"),
        AttachmentPurpose::Questionnaire => ("问卷", "questionnaire"),
        AttachmentPurpose::Report => ("评价报告", "report"),
    }
}

pub(super) const fn particular(particular: Particular) -> Words {
    match particular {
        Particular::Name => ("组织名称", "name"),
        Particular::NameEn => ("英文名称", "English name"),
        Particular::Address => ("注册地址", "registered address"),
        Particular::AddressEn => ("英文地址", "English address"),
        Particular::Region => ("注册地区代码", "region of registration"),
        Particular::AssessedUnit => ("评价单元", "assessed unit"),
        Particular::Scope => ("评价范围", "scope"),
        Particular::ScopeEn => ("英文评价范围", "English scope"),
        Particular::Industry => ("行业", "industry"),
        Particular::Sites => ("场所", "sites"),
        Particular::Grade => ("能力等级", "grade"),
    }
}

/// What an act of a journal is called.
pub(super) fn act(kind: &str) -> Words {
    match kind {
        "applied" => ("受理申请", "application taken in"),
        "amended" => ("修改申请", "application changed"),
        "attached" => ("附件入卷", "file attached"),
        "assigned" => ("指派评价员", "evaluator assigned"),
        "declared" => ("利益申报", "interests declared"),
        "evaluated" => ("评价入卷", "evaluation put on file"),
        "done" => ("事项已做", "task done"),
        "waived" => ("不做", "waived"),
        "judged" => ("签字", "judged"),
        "returned" => ("退回", "returned"),
        "issued" => ("编号制证", "certificate numbered"),
        "closed" => ("关闭", "closed"),
        _ => ("其他", "other"),
    }
}

/// Who acted, by number and name, and for whom.
pub(super) fn who(personnel: &Personnel, by: &Actor, day: touchstone_schemas::date_time::Date) -> String {
    let name = |person| {
        let name = personnel.person(person).and_then(|it| it.name_on(day));
        name.map_or_else(|| person.to_string(), |name| format!("{name}（{person}）"))
    };
    match by.delegator() {
        None => name(&by.person),
        Some(delegator) => format!("{} 代 {}", name(&by.person), name(delegator)),
    }
}
