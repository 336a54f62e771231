//! A report as data.

use touchstone_schemas::credential::Level;
use touchstone_schemas::date_time::Date;
use touchstone_schemas::decode::{ReadError, read};
use touchstone_schemas::record;
use touchstone_schemas::scheme::ratio::Ratio;
use touchstone_schemas::text::Text;

use crate::limits::MAX_REPORT_BYTES;

/// What a report says. Every text is a [`Text`]: one line or paragraph, without control or bidirectional-control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportInput {
    /// First day on site.
    pub assessed_from: Date,
    /// Last day on site.
    pub assessed_on: Date,
    /// The certification body.
    pub body: Title,
    /// 可信度等级.
    pub confidence: Option<Text>,
    /// 报告日期: the day on which it was frozen.
    pub date: Date,
    /// Whether it stands under a test root.
    pub demonstration: bool,
    /// The capability domains 能力域 with their scores, in the order of the model: axes of the radar.
    pub domains: Vec<Domain>,
    /// Key of the scheme edition, which chooses the template.
    pub edition: Text,
    /// Who assessed.
    pub evaluators: Vec<Text>,
    /// The grade that follows.
    pub grade: ReportGrade,
    /// What should be improved, and how.
    pub improvements: Improvements,
    /// 报告编号.
    pub number: Text,
    /// The organisation assessed.
    pub organisation: Title,
    /// What was assessed.
    pub scope: Text,
    /// The standards assessed against.
    pub standards: Vec<Text>,
    /// The sub-domains 能力子域, in the order of the model.
    pub sub_domains: Vec<SubDomain>,
    /// What was found over all, a paragraph each.
    pub summary: Vec<Text>,
    /// Heading of the cover: 企业智能制造成熟度诊断报告.
    pub title: Title,
}

record! { ReportInput {
    "assessedFrom": assessed_from,
    "assessedOn": assessed_on,
    "body": body,
    "confidence"? confidence,
    "date": date,
    "demonstration": demonstration,
    "domains": domains,
    "edition": edition,
    "evaluators": evaluators,
    "grade": grade,
    "improvements": improvements,
    "number": number,
    "organisation": organisation,
    "scope": scope,
    "standards": standards,
    "subDomains": sub_domains,
    "summary": summary,
    "title": title,
} }

impl ReportInput {
    /// Reads a report.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        read(bytes, MAX_REPORT_BYTES)
    }
}

/// A name in Chinese, in English where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// In English.
    pub en: Option<Text>,
    /// In Chinese.
    pub zh: Text,
}

record! { Title { "en"? en, "zh": zh } }

/// A capability domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: Title,
    /// Its score at each level assessed.
    pub scores: Vec<LevelScore>,
}

record! { Domain { "name": name, "scores": scores } }

/// A score at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelScore {
    /// The level.
    pub level: Level,
    /// 0 to 1.
    pub score: Ratio,
}

record! { LevelScore { "level": level, "score": score } }

/// The grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportGrade {
    /// 1 to 5.
    pub level: Level,
    /// 三级.
    pub name: Title,
    /// 集成级.
    pub stage: Title,
    /// The total S.
    pub total: Ratio,
}

record! { ReportGrade {
    "level": level,
    "name": name,
    "stage": stage,
    "total": total,
} }

/// The sheet of a sub-domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubDomain {
    /// 内容: what was asked, in rising level.
    pub content: Vec<Text>,
    /// 成熟度预计.
    pub expected: Level,
    /// 差距分析, a paragraph each.
    pub gap: Vec<Text>,
    /// Its name.
    pub name: Title,
    /// 现状描述, a paragraph each.
    pub status: Vec<Text>,
    /// 对象.
    pub subject: Subject,
}

record! { SubDomain {
    "content": content,
    "expected": expected,
    "gap": gap,
    "name": name,
    "status": status,
    "subject": subject,
} }

/// Who was asked, when, by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// 诊断人员.
    pub assessors: Vec<Text>,
    /// 受访部门.
    pub department: Text,
    /// 受访人员.
    pub interviewees: Vec<Text>,
    /// 诊断时间.
    pub on: Date,
}

record! { Subject {
    "assessors": assessors,
    "department": department,
    "interviewees": interviewees,
    "on": on,
} }

/// 智能制造改进提升建议.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Improvements {
    /// 规划设计.
    pub planning: Vec<Improvement>,
    /// 政策梳理.
    pub policy: Vec<Improvement>,
    /// 改进路线.
    pub route: Vec<Improvement>,
}

record! { Improvements {
    "planning": planning,
    "policy": policy,
    "route": route,
} }

/// One improvement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Improvement {
    /// What to do, a paragraph each.
    pub text: Vec<Text>,
    /// What it is called.
    pub title: Text,
    /// By when, where it is said.
    pub when: Option<Text>,
}

record! { Improvement {
    "text": text,
    "title": title,
    "when"? when,
} }
