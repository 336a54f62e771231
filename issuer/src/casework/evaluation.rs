//! What the evaluation puts on file (ISO/IEC 17065 §7.4; GB/T 39117-2020 §6).

use touchstone_schemas::{
    date_time::Date, digest::Sha256Digest, jcs::to_canonical, record, scheme::sheet::ScoreSheet, text::Text,
};

use super::Passage;

/// An evaluation: scores with their bases, weight set and tailoring, findings, and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Last day on site.
    pub assessed_on: Date,
    /// 可信度等级 that follows from the bases.
    pub confidence: Option<Text>,
    /// What was found, a sub-domain each.
    pub findings: Vec<SubDomainFinding>,
    /// The level that follows from the scores; none below the first.
    pub level: Option<u8>,
    /// The report.
    pub report: ReportReference,
    /// The scores.
    pub sheet: ScoreSheet,
    /// Organisation that supported the assessment.
    pub technical_support: Option<Text>,
    /// The total S, two places.
    pub total: Text,
}

record! { Evaluation {
    "assessedOn": assessed_on,
    "confidence"? confidence,
    "findings"? findings,
    "level"? level,
    "report": report,
    "sheet": sheet,
    "technicalSupport"? technical_support,
    "total": total,
} }

/// The report, frozen: a file attached to the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportReference {
    /// SHA-256 of the file.
    pub digest: Sha256Digest,
    /// 报告编号.
    pub number: Text,
}

record! { ReportReference { "digest": digest, "number": number } }

/// What was found in a sub-domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubDomainFinding {
    /// 成熟度预计: the level expected.
    pub expected_level: Option<u8>,
    /// 差距分析.
    pub gap_analysis: Option<Passage>,
    /// 现状描述.
    pub present_state: Passage,
    /// Id of the sub-domain.
    pub sub_domain: String,
}

record! { SubDomainFinding {
    "expectedLevel"? expected_level,
    "gapAnalysis"? gap_analysis,
    "presentState": present_state,
    "subDomain": sub_domain,
} }

impl Evaluation {
    /// SHA-256 of its JCS bytes.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&to_canonical(self))
    }
}
