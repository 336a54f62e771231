//! From a row, and the files it names, to an evaluation.

use touchstone_schemas::{
    budget::{MAX_ACT_BYTES, MAX_ATTACHMENT_BYTES},
    date_time::Date,
    decode::read as decode,
    digest::Sha256Digest,
    text::Text,
};

use super::{Fault, SheetFiles, table::Row, table::plain_date};
use crate::casework::{AttachmentPurpose, Intake, ReportReference, desk::EvaluationDraft};

/// What a row says: the case, its report as a file, and what was found.
pub(super) struct EvaluationRow {
    pub(super) case: u32,
    pub(super) report: Intake,
    pub(super) draft: EvaluationDraft,
}

/// Reads a row, with the files that it names.
///
/// # Errors
/// Every fault of the row, none left out.
pub(super) fn read(row: &Row<'_>, files: SheetFiles<'_>) -> Result<EvaluationRow, Vec<Fault>> {
    let mut faults = row.faults();
    let case = parsed(row, "case", "案件号", &mut faults, |text| text.parse::<u32>());
    let assessed_on = parsed(
        row,
        "assessedOn",
        "现场评价结束日期",
        &mut faults,
        |text| plain_date(text).parse::<Date>(),
    );
    let number = parsed(row, "reportNumber", "报告编号", &mut faults, Text::parse);
    let support = parsed(row, "technicalSupport", "技术支持单位", &mut faults, Text::parse);
    let report = row.get("report").and_then(|name| {
        let file = files.named(name, MAX_ATTACHMENT_BYTES);
        file.map_err(|reason| faults.push(row.fault("报告文件", reason)))
            .ok()
    });
    let sheet = row.get("scores").and_then(|name| {
        let file = files.named(name, MAX_ACT_BYTES);
        let sheet = file
            .and_then(|(_, bytes)| decode(&bytes, MAX_ACT_BYTES).map_err(|error| format!("{name}: {error}")));
        sheet
            .map_err(|reason| faults.push(row.fault("评分表文件", reason)))
            .ok()
    });
    let (Some(case), Some(assessed_on), Some(number), Some((name, bytes)), Some(sheet), true) =
        (case, assessed_on, number, report, sheet, faults.is_empty())
    else {
        return Err(faults);
    };
    let media_type = media_type_of(&bytes).ok_or_else(|| faults.clone())?;
    Ok(EvaluationRow {
        case,
        draft: EvaluationDraft {
            assessed_on,
            findings: Vec::new(),
            report: ReportReference {
                digest: Sha256Digest::of(&bytes),
                number,
            },
            sheet,
            technical_support: support,
        },
        report: Intake {
            name,
            media_type,
            purpose: AttachmentPurpose::Report,
            bytes,
        },
    })
}

/// The media type of a report.
pub(super) fn media_type_of(bytes: &[u8]) -> Option<Text> {
    let name = if bytes.starts_with(b"%PDF-") {
        "application/pdf"
    } else {
        "application/octet-stream"
    };
    Text::parse(name).ok()
}

pub(super) fn parsed<T, E: ToString>(
    row: &Row<'_>,
    key: &str,
    column: &str,
    faults: &mut Vec<Fault>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    let parsed = parse(row.get(key)?);
    parsed
        .map_err(|error| faults.push(row.fault(column, error.to_string())))
        .ok()
}
