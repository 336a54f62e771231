//! The report says what it was given, in its three parts.

use touchstone_documents::report::{ReportError, ReportInput};
use touchstone_schemas::jcs::to_canonical;

use crate::fixture::{SETTER, keep};
use crate::reading::{self, squeezed};

pub(crate) const REPORT: &str = include_str!("report.json");

#[test]
fn cover_radar_sheets_and_improvements_are_printed() {
    let input = ReportInput::read(REPORT.as_bytes()).unwrap();
    let paper = SETTER.report(&input).unwrap();
    keep("report", &paper);
    let said = reading::text(&paper.pdf);
    for wanted in [
        "YS-ZNZ-2026-001",
        "企业智能制造成熟度诊断报告",
        "评定机构",
        "2026年02月10日",
        "各等级能力域得分维度图",
        "0.93",
        "成熟度子域诊断分析",
        "企业是否制定信息安全管理制度，并有效执行",
        "现状描述",
        "差距分析",
        "成熟度预计",
        "规划设计",
        "改进路线",
        "政策梳理",
        "#let x = *1*",
        "演示样张",
    ] {
        assert!(said.contains(&squeezed(wanted)), "{wanted} is not in {said}");
    }
    assert_eq!(paper, SETTER.report(&input).unwrap());
    assert_eq!(
        ReportInput::read(&to_canonical(&input)).unwrap(),
        input,
        "both directions"
    );
}

#[test]
fn scores_out_of_range_and_too_few_domains_are_refused() {
    let with = |from: &str, to: &str| {
        let changed = REPORT.replacen(from, to, 1);
        assert_ne!(changed, REPORT);
        SETTER.report(&ReportInput::read(changed.as_bytes()).unwrap())
    };
    assert!(matches!(
        with("\"0.93\"", "\"1.01\""),
        Err(ReportError::Score { .. })
    ));
    assert!(matches!(
        with(
            "{ \"level\": 3, \"score\": \"0.93\" }",
            "{ \"level\": 2, \"score\": \"0.93\" }"
        ),
        Err(ReportError::Twice { level: 2, .. })
    ));
    let mut input = ReportInput::read(REPORT.as_bytes()).unwrap();
    input.domains.truncate(2);
    assert!(matches!(
        SETTER.report(&input),
        Err(ReportError::Domains { found: 2 })
    ));
}
