//! From the score sheet to the grade: by the scheme's own arithmetic, never by hand.

use touchstone_schemas::{
    decode::read,
    digest::Sha256Digest,
    scheme::{
        assessment::Assessment,
        scoring::{Grade, ScoringError},
        sheet::ScoreSheet,
        weights::Issuing,
    },
};

use crate::{
    application::{Application, MAX_APPLICATION_BYTES},
    file::FileError,
    lint::{Clause, Finding},
};

const SHEET: Clause = Clause::new("scoreSheet", "GB/T 39117-2020 §6");
const DIGEST: Clause = Clause::new(
    "scoreSheetDigest",
    "DESIGN §3: evidence is frozen before preparing",
);
const NO_GRADE: Clause = Clause::new("noGrade", "scheme data: levels, weights, thresholds");

/// That the score sheet an application names is not there or does not read.
#[must_use]
pub fn missing_sheet(error: &FileError) -> Finding {
    Finding::new(&SHEET, "/evaluation/scores/file", error.to_string())
}

/// Works out the grade that follows from a score sheet.
///
/// # Errors
/// Every fault of the sheet, and a grade below the first level.
pub fn evaluate(
    application: &Application,
    sheet: &[u8],
    assessment: &Assessment,
    issuing: Issuing,
) -> Result<Grade, Vec<Finding>> {
    let at = "/evaluation/scores";
    if let Some(wanted) = application.evaluation.sheet_digest {
        let found = Sha256Digest::of(sheet);
        if found != wanted {
            let message = format!("the score sheet has digest {found}, wanted {wanted}");
            return Err(vec![Finding::new(&DIGEST, at, message)]);
        }
    }
    let sheet: ScoreSheet = read(sheet, MAX_APPLICATION_BYTES)
        .map_err(|error| vec![Finding::new(&SHEET, at, error.to_string())])?;
    let grade = match assessment.grade(&sheet, issuing) {
        Ok(grade) => grade,
        Err(ScoringError::Sheet { faults }) => {
            return Err(faults
                .iter()
                .map(|fault| Finding::new(&SHEET, at, fault.to_string()))
                .collect());
        }
        Err(error) => return Err(vec![Finding::new(&SHEET, at, error.to_string())]),
    };
    if grade.level.is_none() {
        let message = format!(
            "the scores give S = {}, below the first level",
            grade.total.rounded()
        );
        return Err(vec![Finding::new(&NO_GRADE, at, message)]);
    }
    Ok(grade)
}
