//! The office's words in both languages.

use touchstone_schemas::{
    lifecycle::EventKind,
    scheme::requirement::{Basis, Value},
};

use crate::{
    after_issue::{MeasureKind, MeasureStatus, ObligationKind, Statement, Task, Urgency},
    casework::{Actor, AttachmentPurpose, Personnel, Role, StageState, Status},
    complaint::{ComplaintKind, ComplaintStatus},
    console::language::Language,
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

pub(super) const fn value(value: Value) -> Words {
    match value {
        Value::Met => ("满足", "met"),
        Value::Mostly => ("大部分满足", "mostly"),
        Value::Partly => ("部分满足", "partly"),
        Value::NotMet => ("不满足", "not met"),
    }
}

pub(super) const fn basis(basis: Basis) -> Words {
    match basis {
        Basis::SiteEvidence => ("现场证据", "seen on site"),
        Basis::SystemDataFullSample => ("系统数据·全样本", "system data, every record"),
        Basis::Document => ("文件", "document"),
        Basis::Sample => ("抽样", "sample"),
        Basis::SelfStatement => ("自述", "own statement"),
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

pub(super) const fn measure(kind: MeasureKind) -> Words {
    match kind {
        MeasureKind::SurveillancePassed => ("监督通过", "surveillance passed"),
        MeasureKind::Suspended => ("暂停", "suspension"),
        MeasureKind::Reinstated => ("恢复", "reinstatement"),
        MeasureKind::Withdrawn => ("撤销", "withdrawal"),
        MeasureKind::Cancelled => ("注销", "cancellation"),
        MeasureKind::Corrected => ("更正", "correction"),
        MeasureKind::Nonconformity => ("不符合", "loss of conformity"),
    }
}

pub(super) const fn measure_status(status: MeasureStatus) -> Words {
    match status {
        MeasureStatus::Draft => ("拟稿", "draft"),
        MeasureStatus::Proposed => ("待决定", "proposed"),
        MeasureStatus::Recorded => ("已确认，待处理", "on record, not settled"),
        MeasureStatus::Agreed => ("已决定，待执行", "agreed, to be carried out"),
        MeasureStatus::Refused => ("不同意", "refused"),
        MeasureStatus::Settled => ("已结案", "settled"),
        MeasureStatus::CarriedOut => ("已执行", "carried out"),
        MeasureStatus::Dropped => ("已撤回", "given up"),
    }
}

pub(super) const fn statement(statement: &Statement) -> Words {
    match statement {
        Statement::Proposal(_) => ("提出", "proposal"),
        Statement::Verification(_) => ("核实纠正", "verification of the correction"),
        Statement::Decision(_) => ("决定", "decision"),
    }
}

pub(super) const fn obligation(kind: ObligationKind) -> Words {
    match kind {
        ObligationKind::Surveillance => ("监督", "surveillance"),
        ObligationKind::Nonconformity => ("不符合", "loss of conformity"),
        ObligationKind::SuspensionEnd => ("暂停期满", "suspension ends"),
        ObligationKind::Renewal => ("再认证", "renewal"),
    }
}

pub(super) const fn task(task: Task) -> Words {
    match task {
        Task::Survey => ("实施监督", "survey"),
        Task::Suspend => ("应暂停", "suspend"),
        Task::Resolve => ("核实并恢复", "verify and lift the suspension"),
        Task::Withdraw => ("应撤销", "withdraw"),
        Task::Recertify => ("再认证", "recertify"),
    }
}

pub(super) const fn urgency(urgency: Urgency) -> Words {
    match urgency {
        Urgency::Due => ("未到期", "due"),
        Urgency::InGrace => ("宽限期内", "in grace"),
        Urgency::Overdue => ("逾期", "overdue"),
    }
}

pub(super) const fn event(kind: EventKind) -> Words {
    match kind {
        EventKind::SurveillancePassed => ("监督通过", "surveillance passed"),
        EventKind::Suspended => ("暂停", "suspended"),
        EventKind::Reinstated => ("恢复", "reinstated"),
        EventKind::Withdrawn => ("撤销", "withdrawn"),
        EventKind::Cancelled => ("注销", "cancelled"),
        EventKind::Superseded => ("已换发", "superseded"),
        EventKind::Corrected => ("更正", "corrected"),
    }
}

pub(super) const fn complaint(kind: ComplaintKind) -> Words {
    match kind {
        ComplaintKind::Complaint => ("投诉", "complaint"),
        ComplaintKind::Appeal => ("申诉", "appeal"),
    }
}

pub(super) const fn complaint_status(status: ComplaintStatus) -> Words {
    match status {
        ComplaintStatus::Received => ("已登记", "received"),
        ComplaintStatus::Acknowledged => ("已告知受理", "acknowledged"),
        ComplaintStatus::Decided => ("已决定", "decided"),
        ComplaintStatus::Closed => ("已关闭", "closed"),
    }
}

/// In which role somebody acts, and for whom.
pub(super) fn acting(language: Language, actor: &Actor) -> String {
    let (zh, en) = role(actor.role);
    let deputy = actor
        .delegator()
        .map_or_else(String::new, |delegator| format!(" 代 {delegator}"));
    format!("{}{deputy}", language.plain(zh, en))
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
