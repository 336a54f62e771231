//! Certificates of earlier years, brought in through the office's API: one sheet, compared with the papers by one person,
//! decided on by another, signed for by a third.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use touchstone_schemas::multibase::encode_base64url;

use super::issuing::{Issued, day_of};
use super::office::{OfficeAtWork, nothing, sample_of, text_at};
use super::{Failure, Road};

/// Who takes the sheet in; who signs for what.
const CLERK: &str = "YS-011";
const REVIEWER: &str = "YS-041";
const DECIDER: &str = "YS-071";
const SIGNATORY: &str = "YS-081";
/// What the office calls the batch.
const NAME: &str = "示范旧证";
/// Numbers of paper begin here in each year: before them stand those that the office gives itself.
const FIRST_ON_PAPER: usize = 101;

/// The columns of the sheet, each with its place in a sample.
const COLUMNS: [(&str, &str); 25] = [
    ("scheme", "/scheme"),
    ("uscc", "/applicant/uscc"),
    ("name", "/applicant/name"),
    ("nameEn", "/applicant/nameEn"),
    ("address", "/applicant/address"),
    ("addressEn", "/applicant/addressEn"),
    ("region", "/applicant/region"),
    ("unitKind", "/assessedUnit/kind"),
    ("unitName", "/assessedUnit/name"),
    ("unitNameEn", "/assessedUnit/nameEn"),
    ("scope", "/scope"),
    ("scopeEn", "/scopeEn"),
    ("industryCode", "/industry/code"),
    ("industryName", "/industry/name"),
    ("site1Name", "/sites/0/name"),
    ("site1Address", "/sites/0/address"),
    ("site1Region", "/sites/0/region"),
    ("agreementReference", "/agreement/reference"),
    ("agreementSignedOn", "/agreement/signedOn"),
    ("decidedOn", "/certificate/transcribed"),
    ("assessedOn", "/evaluation/assessedOn"),
    ("validFrom", "/certificate/validFrom"),
    ("signatory", "/certificate/signatory"),
    ("reportNumber", "/evaluation/report/number"),
    ("technicalSupport", "/evaluation/technicalSupport"),
];

/// A paper, as the sheet has it.
struct Paper {
    number: String,
    row: Vec<String>,
    file: (String, String),
}

impl Paper {
    /// `place` counts the papers, so that each has a number of its own.
    fn of(place: usize, application: &Path) -> Result<Self, Failure> {
        let sample = sample_of(application)?;
        let mut row = Vec::new();
        for (_, pointer) in COLUMNS {
            let text = sample
                .pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default();
            row.push(if text.starts_with("@today") {
                day_of(text)?
            } else {
                text.to_owned()
            });
        }
        let issued_on = day_of(text_at(&sample, "/certificate/validFrom")?)?;
        let year = issued_on.get(2..4).unwrap_or_default();
        let number = format!("CQC{year}ZNZ{:06}R0", FIRST_ON_PAPER + place);
        let reference = text_at(&sample, "/evaluation/report/number")?;
        let file = (
            format!("papers/{reference}.txt"),
            format!("示范评价报告 {reference}\n"),
        );
        let level = sample["evaluation"]["level"].to_string();
        row.extend([number.clone(), level, "是".to_owned(), file.0.clone()]);
        Ok(Self { number, row, file })
    }
}

/// A cell between quotation marks (RFC 4180 §2).
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn sheet(papers: &[Paper]) -> String {
    let mut head: Vec<&str> = COLUMNS.iter().map(|(key, _)| *key).collect();
    head.extend(["number", "level", "inNormalOperation", "report"]);
    let mut lines = vec![head.join(",")];
    for paper in papers {
        let cells: Vec<String> = paper.row.iter().map(|text| cell(text)).collect();
        lines.push(cells.join(","));
    }
    lines.join("\r\n")
}

impl Road {
    /// Brings certificates of earlier years in, in the order of their application files.
    ///
    /// # Errors
    /// The first step that the office refuses, and every row that it finds at fault.
    pub fn bring_in_papers(
        &self,
        office: &OfficeAtWork,
        applications: &[PathBuf],
    ) -> Result<Vec<Issued>, Failure> {
        let papers: Vec<Paper> = applications
            .iter()
            .enumerate()
            .map(|(place, application)| Paper::of(place, application))
            .collect::<Result<_, Failure>>()?;
        let files: serde_json::Map<String, Value> = papers
            .iter()
            .map(|paper| {
                (
                    paper.file.0.clone(),
                    encode_base64url(paper.file.1.as_bytes()).into(),
                )
            })
            .collect();
        let mut brought = json!({
            "name": NAME, "rows": "papers", "files": files, "dryRun": true,
            "sheet": encode_base64url(sheet(&papers).as_bytes()),
        });
        // First a look at what would be refused, then the same in earnest.
        let found = office.post(CLERK, "/api/batches", "papers-dry", &brought)?;
        if found["cases"] != papers.len() || found["faults"] != json!([]) {
            return Err(format!("the sheet of papers: {found}").into());
        }
        brought["dryRun"] = false.into();
        let taken_in = office.post(CLERK, "/api/batches", "papers", &brought)?;
        let batch = format!("/api/batches/{}", taken_in["batch"]);
        let decision = json!({ "outcome": "grant", "reference": "示范补发决定-1" });
        let opinion = json!({ "opinion": "同意补发", "validFrom": day_of("@today")? });
        for (person, stage, kind, verdict) in [
            (
                REVIEWER,
                "review",
                "review",
                json!({ "recommendation": "positive" }),
            ),
            (DECIDER, "decision", "decision", decision),
            (SIGNATORY, "signing", "signing", opinion),
        ] {
            let drafted = json!({ "stage": stage, "kind": kind, "verdict": verdict });
            let bundle = office.bundle(person, &batch, &drafted)?;
            let mut judged = drafted;
            judged["approval"] = office.colleague(person)?.sign_batch(&bundle)?;
            let key = format!("papers-{stage}");
            office.post(person, &format!("{batch}/judgements"), &key, &judged)?;
        }
        let path = format!("{batch}/certificates");
        let issued = office.post(SIGNATORY, &path, "papers-issue", &nothing())?;
        if issued["issued"] != papers.len() || issued["refused"] != json!([]) {
            return Err(format!("the batch of papers: {issued}").into());
        }
        papers
            .iter()
            .map(|paper| self.fetch(office, &paper.number, 1))
            .collect()
    }
}
