//! What each route takes and gives.

mod batches;
mod clients;
mod complaints;
mod measures;

use serde_json::{Value, json};

use self::{batches::of_batches, clients::of_clients, complaints::of_complaints, measures::of_measures};
use super::super::{problem::Code, route::ApiRoute};

/// A route in words.
pub(super) struct Described {
    /// Its name for programs.
    pub(super) id: &'static str,
    /// A line in both languages.
    pub(super) summary: &'static str,
    /// Parameters of path and query of its own.
    pub(super) parameters: &'static [Parameter],
    /// Media type and schema of what is sent.
    pub(super) body: Option<(&'static str, &'static str)>,
    /// Status, words, media type and schema of what is answered.
    pub(super) answer: (u16, &'static str, &'static str, &'static str),
    /// Problems of its own.
    pub(super) problems: &'static [Code],
}

/// A parameter.
pub(super) struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    about: &'static str,
    form: Form,
}

enum Form {
    Whole,
    Text,
    Pattern(&'static str),
    Words(&'static [&'static str]),
}

impl Parameter {
    pub(super) fn to_value(&self) -> Value {
        let schema = match self.form {
            Form::Whole => json!({ "type": "integer", "minimum": 1, "maximum": 4_294_967_295_u32 }),
            Form::Text => json!({ "type": "string", "minLength": 1, "maxLength": 200 }),
            Form::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Form::Words(words) => json!({ "type": "string", "enum": words }),
        };
        json!({
            "name": self.name, "in": self.place, "required": self.required, "description": self.about,
            "schema": schema,
        })
    }
}

const JSON: &str = "application/json";

const CASE: Parameter = in_path("number", "number of the case", Form::Whole);
const DIGEST: Parameter = in_path("digest", "SHA-256 of the file", Form::Pattern("^[0-9a-f]{64}$"));
const NUMBER: Parameter = in_path(
    "number",
    "证书编号 number of the certificate",
    Form::Pattern("^[A-Z0-9-]{6,40}$"),
);
const VERSION: Parameter = in_query("version", "the newest version when none is named", Form::Whole);
const LIMIT: Parameter = in_query("limit", "rows on a page: 1 to 500, 50 when absent", Form::Whole);
const BEFORE: Parameter = in_query(
    "before",
    "below this number: `next` of the page before",
    Form::Whole,
);

const fn in_path(name: &'static str, about: &'static str, form: Form) -> Parameter {
    Parameter {
        name,
        place: "path",
        required: true,
        about,
        form,
    }
}

const fn in_query(name: &'static str, about: &'static str, form: Form) -> Parameter {
    Parameter {
        name,
        place: "query",
        required: false,
        about,
        form,
    }
}

const fn wanted(name: &'static str, about: &'static str, form: Form) -> Parameter {
    Parameter {
        required: true,
        ..in_query(name, about, form)
    }
}

/// What a step on a case is: it takes a record and gives the case as it stands after it.
const fn step(id: &'static str, summary: &'static str, body: &'static str) -> Described {
    Described {
        id,
        summary,
        parameters: &[CASE],
        body: Some((JSON, body)),
        answer: (200, "the case after this act", JSON, "Case"),
        problems: &[],
    }
}

const fn reading(
    id: &'static str,
    summary: &'static str,
    parameters: &'static [Parameter],
    (about, media, schema): (&'static str, &'static str, &'static str),
) -> Described {
    Described {
        id,
        summary,
        parameters,
        body: None,
        answer: (200, about, media, schema),
        problems: &[],
    }
}

/// Every route has its words.
pub(super) const fn described(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Page
        | ApiRoute::Document
        | ApiRoute::Token
        | ApiRoute::Cases
        | ApiRoute::Queue
        | ApiRoute::Case
        | ApiRoute::Journal
        | ApiRoute::File => read(route),
        ApiRoute::Certificate | ApiRoute::Credential | ApiRoute::Receipt | ApiRoute::Paper => {
            certificate(route)
        }
        ApiRoute::Apply
        | ApiRoute::Attach
        | ApiRoute::Amend
        | ApiRoute::Assign
        | ApiRoute::Declare
        | ApiRoute::Evaluate
        | ApiRoute::CarryOver
        | ApiRoute::Done
        | ApiRoute::Waive
        | ApiRoute::Bundle
        | ApiRoute::Judge
        | ApiRoute::Return
        | ApiRoute::Close
        | ApiRoute::Issue => act(route),
        _ => around(route),
    }
}

/// What is around single cases.
const fn around(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Batches
        | ApiRoute::TakeIn
        | ApiRoute::Batch
        | ApiRoute::BatchCases
        | ApiRoute::BatchJournal
        | ApiRoute::AssignBatch
        | ApiRoute::DeclareBatch
        | ApiRoute::EvaluateBatch
        | ApiRoute::DoneBatch
        | ApiRoute::WaiveBatch
        | ApiRoute::BatchBundle
        | ApiRoute::JudgeBatch
        | ApiRoute::IssueBatch => of_batches(route),
        ApiRoute::Complaints
        | ApiRoute::ReceiveComplaint
        | ApiRoute::Complaint
        | ApiRoute::ComplaintJournal
        | ApiRoute::AcknowledgeComplaint
        | ApiRoute::ComplaintBundle
        | ApiRoute::DecideComplaint
        | ApiRoute::CloseComplaint => of_complaints(route),
        ApiRoute::People
        | ApiRoute::KeepPeople
        | ApiRoute::Contact
        | ApiRoute::KeepContact
        | ApiRoute::Notices
        | ApiRoute::RetryNotice
        | ApiRoute::Links
        | ApiRoute::MakeLink => of_clients(route),
        _ => of_measures(route),
    }
}

const fn read(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Page => {
            let answer = ("a page", "text/html", "Text");
            reading(
                "readDescription",
                "接口说明 This description, to be read",
                &[],
                answer,
            )
        }
        ApiRoute::Document => {
            let answer = ("OpenAPI 3.1", JSON, "Anything");
            reading("describe", "接口说明 This description, for programs", &[], answer)
        }
        ApiRoute::Token => {
            let answer = ("the token", JSON, "Token");
            reading(
                "showToken",
                "令牌 For whom the token acts, and what may be done with it",
                &[],
                answer,
            )
        }
        ApiRoute::Cases => {
            const STAGE: Parameter = in_query("stage", "those that wait in this stage", Form::Text);
            let answer = ("a page of cases", JSON, "CaseList");
            reading(
                "listCases",
                "案卷 Cases, the newest first",
                &[STAGE, BEFORE, LIMIT],
                answer,
            )
        }
        ApiRoute::Queue => {
            const AFTER: Parameter = in_query(
                "after",
                "above this number: `next` of the page before",
                Form::Whole,
            );
            let answer = ("a page of cases", JSON, "CaseList");
            let summary = "签发队列 Cases that wait for the office's key, the oldest first";
            reading("listSigningQueue", summary, &[AFTER, LIMIT], answer)
        }
        ApiRoute::Journal => {
            let answer = ("every act, as it is stored", JSON, "Journal");
            reading(
                "readJournal",
                "办理记录 Every act on a case, byte for byte",
                &[CASE],
                answer,
            )
        }
        ApiRoute::File => {
            let answer = ("its bytes", "application/octet-stream", "Anything");
            let summary = "附件 A file of a case; the reading is put on record";
            reading("readFile", summary, &[CASE, DIGEST], answer)
        }
        _ => reading(
            "readCase",
            "案卷 A case as it stands",
            &[CASE],
            ("the case", JSON, "Case"),
        ),
    }
}

const fn certificate(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Credential => Described {
            problems: &[Code::NotDelivered],
            ..reading(
                "readCredential",
                "电子凭证 The signed credential, once the registry has it",
                &[NUMBER, VERSION],
                ("the credential", "application/vc", "Anything"),
            )
        },
        ApiRoute::Receipt => Described {
            problems: &[Code::NotDelivered],
            ..reading(
                "readReceipt",
                "回执 The registry's receipt",
                &[NUMBER, VERSION],
                ("the receipt", JSON, "Anything"),
            )
        },
        ApiRoute::Paper => {
            const PAPER: Parameter = in_path(
                "paper",
                "which one",
                Form::Words(&["certificate.pdf", "link.txt", "qr.svg", "qr.png"]),
            );
            Described {
                problems: &[Code::NotDelivered, Code::NoPapers],
                ..reading(
                    "readPaper",
                    "证书打印件、二维码 What is printed: the certificate as PDF, its symbol",
                    &[NUMBER, PAPER, VERSION],
                    ("a PDF, a link, an SVG or a PNG", "*/*", "Anything"),
                )
            }
        }
        _ => reading(
            "readCertificate",
            "证书 A certificate made of a case",
            &[NUMBER, VERSION],
            ("how far it is", JSON, "Certificate"),
        ),
    }
}

const fn act(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Apply => Described {
            parameters: &[],
            answer: (201, "the new case", JSON, "Case"),
            problems: &[Code::Rules, Code::UnknownScheme],
            ..step("apply", "受理 Takes an application in", "Application")
        },
        ApiRoute::Attach => {
            const NAME: Parameter = wanted("name", "its name", Form::Text);
            const PURPOSE: Parameter = wanted(
                "purpose",
                "what it is for",
                Form::Words(&["application", "agreement", "evidence", "questionnaire", "report"]),
            );
            Described {
                parameters: &[CASE, NAME, PURPOSE],
                body: Some(("application/octet-stream", "Anything")),
                problems: &[Code::MediaType],
                ..step(
                    "attachFile",
                    "附件 Attaches a file; `Content-Type` is put on record",
                    "Anything",
                )
            }
        }
        ApiRoute::Amend => Described {
            problems: &[Code::Rules, Code::UnknownScheme],
            ..step("amend", "变更申请 Changes the application", "Amendment")
        },
        ApiRoute::Assign => step("assign", "分派 Assigns an evaluator", "Assignment"),
        ApiRoute::Declare => step("declare", "利益声明 Declares interests", "Declaration"),
        ApiRoute::Evaluate => Described {
            problems: &[Code::Rules, Code::UnknownScheme],
            ..step(
                "evaluate",
                "评价 Puts the evaluation on file; the grade follows from the scores",
                "Evaluation",
            )
        },
        ApiRoute::CarryOver => step(
            "carryEvaluationOver",
            "沿用上一版评价 Lets the evaluation of the version before stand",
            "Nothing",
        ),
        ApiRoute::Done => step("settleTask", "已做 Settles a task", "Task"),
        ApiRoute::Waive => step("waive", "不做 Does without a stage", "Waiver"),
        ApiRoute::Bundle => Described {
            answer: (200, "what is to be signed, as it is to be signed", JSON, "Bundle"),
            problems: &[Code::Unlawful],
            ..step(
                "makeBundle",
                "待签内容 What is to be signed for a judgement; nothing is recorded",
                "DraftJudgement",
            )
        },
        ApiRoute::Judge => step(
            "judge",
            "复核、审批、决定、签发意见 Takes a signed judgement",
            "Judgement",
        ),
        ApiRoute::Return => step("returnCase", "退回 Gives the case back", "Return"),
        ApiRoute::Close => step("closeCase", "终止 Closes the case", "Closure"),
        _ => Described {
            answer: (200, "how far the certificate is", JSON, "Certificate"),
            problems: &[
                Code::Rules,
                Code::NotSignable,
                Code::NoKeys,
                Code::NotIssued,
                Code::OfficeWaits,
            ],
            ..step(
                "issue",
                "签发制证 Numbers, signs and delivers the certificate; asked again, it goes on",
                "Nothing",
            )
        },
    }
}
