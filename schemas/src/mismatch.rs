//! "This paper does not match": what somebody with a certificate in hand reports to the body, through its registry, and how
//! the office is given it. Nothing here is signed or believed; it begins a complaint (ISO/IEC 17065 §7.13).

use crate::{
    budget::MAX_MISMATCH_FIELDS,
    credential::{CredentialNumber, Version},
    date_time::Timestamp,
    decode::{ReadError, read},
    record,
    text::Text,
    words,
};

/// What may differ between paper and certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MismatchField {
    /// 证书编号.
    Number,
    /// 企业名称.
    Holder,
    /// 能力等级.
    Grade,
    /// 评价范围, 评价标准.
    Scope,
    /// 有效期.
    Validity,
    /// Something else.
    Other,
}

words! { MismatchField {
    Number = "number",
    Holder = "holder",
    Grade = "grade",
    Scope = "scope",
    Validity = "validity",
    Other = "other",
} }

/// A report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MismatchReport {
    /// How whoever sent it is reached, where they said.
    pub contact: Option<Text>,
    /// What differs.
    pub fields: Vec<MismatchField>,
    /// In their words.
    pub note: Text,
    /// The certificate that the page showed.
    pub number: CredentialNumber,
    /// Its version.
    pub version: Version,
}

record! { MismatchReport {
    "contact"? contact,
    "fields": fields,
    "note": note,
    "number": number,
    "version": version,
} }

/// Why a body is no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MismatchError {
    /// Not strict JSON, or not of the form.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No field, or more than there are.
    #[error("{found} fields differ, wanted 1 to {MAX_MISMATCH_FIELDS}")]
    Fields {
        /// Fields named.
        found: usize,
    },
}

impl MismatchReport {
    /// Reads a report of at most so many bytes.
    ///
    /// # Errors
    /// [`MismatchError`].
    pub fn parse(bytes: &[u8], max_bytes: usize) -> Result<Self, MismatchError> {
        let mut report: Self = read(bytes, max_bytes)?;
        let found = report.fields.len();
        if found == 0 || found > MAX_MISMATCH_FIELDS {
            return Err(MismatchError::Fields { found });
        }
        report.fields.sort_unstable();
        report.fields.dedup();
        Ok(report)
    }
}

/// A report as the registry keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMismatch {
    /// Its reference: grows with every report of that registry.
    pub reference: u64,
    /// When it came in.
    pub received: Timestamp,
    /// What it says.
    pub report: MismatchReport,
}

record! { ReceivedMismatch {
    "received": received,
    "reference": reference,
    "report": report,
} }

/// Reports in order of their references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedMismatches {
    /// The reports.
    pub reports: Vec<ReceivedMismatch>,
}

record! { ReceivedMismatches { "reports": reports } }

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str =
        r#"{"fields":["grade","grade","number"],"note":"四级","number":"CQC26ZNZ000123R0","version":1}"#;

    #[test]
    fn a_report_is_read_strictly() {
        let report = MismatchReport::parse(REPORT.as_bytes(), 1_000).unwrap();
        assert_eq!(report.fields, [MismatchField::Number, MismatchField::Grade]);
        assert_eq!(report.contact, None);
        for wrong in [
            REPORT.replace("[\"grade\",\"grade\",\"number\"]", "[]"),
            REPORT.replace("number\"]", "colour\"]"),
            REPORT.replace("四级", ""),
            REPORT.replace("四级", "四\\n级"),
            REPORT.replace("\"version\":1", "\"version\":1,\"extra\":1"),
            REPORT.replace("\"version\":1", "\"version\":0"),
            "[]".to_owned(),
        ] {
            assert!(MismatchReport::parse(wrong.as_bytes(), 1_000).is_err(), "{wrong}");
        }
        assert!(MismatchReport::parse(REPORT.as_bytes(), 20).is_err());
    }
}
