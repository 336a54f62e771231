//! From a row to a certificate first issued on paper: what its holder would apply for, and what the paper says.

use touchstone_schemas::{
    budget::MAX_ATTACHMENT_BYTES, credential::CredentialNumber, date_time::Date, digest::Sha256Digest,
    text::Text,
};

use super::{
    Fault, SheetFiles, application_row,
    evaluation_row::parsed,
    table::{Row, plain_date},
};
use crate::casework::{Form, History, PaperCertificate, ReportReference};

/// What a row says.
pub(super) struct PaperRow {
    pub(super) form: Form,
    pub(super) paper: PaperCertificate,
}

/// Reads a row, with the files that it names.
///
/// # Errors
/// Every fault of the row, none left out.
pub(super) fn read(row: &Row<'_>, files: SheetFiles<'_>) -> Result<PaperRow, Vec<Fault>> {
    let (form, mut faults) = match application_row::read(row) {
        Ok(read) => (Some(read.form), Vec::new()),
        Err(faults) => (None, faults),
    };
    let date = |text: &str| plain_date(text).parse::<Date>();
    let number = parsed(row, "number", "证书编号", &mut faults, CredentialNumber::parse);
    let level = parsed(row, "level", "能力等级", &mut faults, str::parse::<u8>);
    let decided_on = parsed(row, "decidedOn", "原决定日期", &mut faults, date);
    let assessed_on = parsed(row, "assessedOn", "现场评价结束日期", &mut faults, date);
    let valid_from = parsed(row, "validFrom", "发证日期", &mut faults, date);
    let valid_until = parsed(row, "validUntil", "有效期至", &mut faults, date);
    let due = parsed(row, "firstSurveillanceDue", "首次监督到期日", &mut faults, date);
    let signatory = parsed(row, "signatory", "签发", &mut faults, Text::parse);
    let report_number = parsed(row, "reportNumber", "报告编号", &mut faults, Text::parse);
    let support = parsed(row, "technicalSupport", "技术支持单位", &mut faults, Text::parse);
    let history = parsed(row, "history", "历史", &mut faults, str::parse::<History>);
    let file = row.get("report").and_then(|name| {
        let file = files.named(name, MAX_ATTACHMENT_BYTES);
        file.map_err(|reason| faults.push(row.fault("报告文件", reason)))
            .ok()
    });
    let read = (|| {
        let (_, bytes) = file?;
        let paper = PaperCertificate {
            assessed_on: assessed_on?,
            decided_on: decided_on?,
            first_surveillance_due: due,
            history: history.unwrap_or_default(),
            level: level?,
            number: number?,
            report: ReportReference {
                digest: Sha256Digest::of(&bytes),
                number: report_number?,
            },
            signatory: signatory?,
            technical_support: support,
            valid_from: valid_from?,
            valid_until,
        };
        Some(PaperRow { form: form?, paper })
    })();
    match read {
        Some(read) if faults.is_empty() => Ok(read),
        _ => Err(faults),
    }
}
