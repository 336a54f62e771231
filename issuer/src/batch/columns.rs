//! The columns of the sheets: a name for people, a name for programs, and where in the document their cells go.

/// A column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// Its name for people.
    pub zh: &'static str,
    /// Whether every row fills it.
    pub required: bool,
    /// The JSON pointer of its cells in the document that a row becomes; empty for what is read apart.
    pub pointer: &'static str,
    /// A cell as an example.
    pub example: &'static str,
}

const fn required(
    key: &'static str,
    zh: &'static str,
    pointer: &'static str,
    example: &'static str,
) -> Column {
    Column {
        key,
        zh,
        required: true,
        pointer,
        example,
    }
}

const fn optional(
    key: &'static str,
    zh: &'static str,
    pointer: &'static str,
    example: &'static str,
) -> Column {
    Column {
        required: false,
        ..required(key, zh, pointer, example)
    }
}

/// What a client applies for (ISO/IEC 17065 §7.2), a row a case.
pub const APPLICATION: &[Column] = &[
    required("scheme", "评价方案", "/scheme", "cmmm-2020"),
    required(
        "uscc",
        "统一社会信用代码",
        "/applicant/uscc",
        "91350100M000100Y43",
    ),
    required("name", "企业名称", "/applicant/name", "示范机械（福州）有限公司"),
    optional(
        "nameEn",
        "企业英文名称",
        "/applicant/nameEn",
        "Demo Machinery (Fuzhou) Co., Ltd.",
    ),
    required(
        "address",
        "注册地址",
        "/applicant/address",
        "福建省福州市示范路1号",
    ),
    optional("addressEn", "英文注册地址", "/applicant/addressEn", ""),
    required("region", "注册地行政区划代码", "/applicant/region", "350100"),
    required(
        "inNormalOperation",
        "正常生产经营",
        "/applicant/inNormalOperation",
        "是",
    ),
    optional("unitKind", "评价单元类型", "/assessedUnit/kind", ""),
    optional("unitName", "评价单元名称", "/assessedUnit/name", ""),
    optional("unitNameEn", "评价单元英文名称", "/assessedUnit/nameEn", ""),
    required("scope", "评价范围", "/scope", "通用机械的设计、生产和销售"),
    optional("scopeEn", "英文评价范围", "/scopeEn", ""),
    required("industryCode", "行业代码", "/industry/code", "3464"),
    required("industryName", "行业名称", "/industry/name", "制冷、空调设备制造"),
    optional("site1Name", "场所1名称", "/sites/0/name", ""),
    optional("site1Address", "场所1地址", "/sites/0/address", ""),
    optional("site1Region", "场所1行政区划代码", "/sites/0/region", ""),
    optional("site2Name", "场所2名称", "/sites/1/name", ""),
    optional("site2Address", "场所2地址", "/sites/1/address", ""),
    optional("site2Region", "场所2行政区划代码", "/sites/1/region", ""),
    optional("site3Name", "场所3名称", "/sites/2/name", ""),
    optional("site3Address", "场所3地址", "/sites/2/address", ""),
    optional("site3Region", "场所3行政区划代码", "/sites/2/region", ""),
    required(
        "agreementReference",
        "合同编号",
        "/agreement/reference",
        "示范合同-1",
    ),
    required(
        "agreementSignedOn",
        "合同签订日期",
        "/agreement/signedOn",
        "2026-01-15",
    ),
    optional("recertifies", "再评价的原证书编号", "/recertifies", ""),
    optional("evaluators", "评价人员编号", "", "PJ-021 PJ-022"),
];

/// What evaluators found, a row a case of the batch.
pub const EVALUATION: &[Column] = &[
    required("case", "案件号", "", "1"),
    optional("name", "企业名称", "", "示范机械（福州）有限公司"),
    required("assessedOn", "现场评价结束日期", "/assessedOn", "2026-02-20"),
    required("reportNumber", "报告编号", "/report/number", "ZNZ-2026-001"),
    required("report", "报告文件", "/report/digest", "reports/001.pdf"),
    required("scores", "评分表文件", "/sheet", "scores/001.json"),
    optional("technicalSupport", "技术支持单位", "/technicalSupport", ""),
];

/// A certificate first issued on paper, a row a case: what its holder would apply for, and what the paper says.
pub const PAPER: &[Column] = &joined();

/// What the paper says.
const OF_PAPER: [Column; 12] = [
    required("number", "证书编号", "/certificate/number", "CQC24ZNZ000123R0"),
    required("level", "能力等级", "/evaluation/level", "3"),
    required(
        "decidedOn",
        "原决定日期",
        "/certificate/transcribed",
        "2024-05-20",
    ),
    required(
        "assessedOn",
        "现场评价结束日期",
        "/evaluation/assessedOn",
        "2024-05-06",
    ),
    required("validFrom", "发证日期", "/certificate/validFrom", "2024-05-21"),
    optional("validUntil", "有效期至", "/certificate/validUntil", "2027-05-20"),
    optional(
        "firstSurveillanceDue",
        "首次监督到期日",
        "/certificate/firstSurveillanceDue",
        "",
    ),
    required("signatory", "签发", "/certificate/signatory", "示范签发人"),
    required(
        "reportNumber",
        "报告编号",
        "/evaluation/report/number",
        "ZNZ-2024-001",
    ),
    required(
        "report",
        "报告文件",
        "/evaluation/report/sha256",
        "papers/001.pdf",
    ),
    optional(
        "technicalSupport",
        "技术支持单位",
        "/evaluation/technicalSupport",
        "",
    ),
    optional(
        "history",
        "历史",
        "",
        "2025-05-12 scheduledSurveillance 2026-05-12",
    ),
];

/// Columns of an application before its evaluators: who evaluated for the paper is not on record here.
const OF_APPLICATION: usize = APPLICATION.len() - 1;

/// Columns of an application and of the paper.
const fn joined() -> [Column; OF_APPLICATION + OF_PAPER.len()] {
    let mut columns = [OF_PAPER[0]; OF_APPLICATION + OF_PAPER.len()];
    let (application, paper) = columns.split_at_mut(OF_APPLICATION);
    application.copy_from_slice(APPLICATION.split_at(OF_APPLICATION).0);
    paper.copy_from_slice(&OF_PAPER);
    columns
}
