//! The records of the API. Objects of ours are closed: a member that is not described is a fault of the document.

mod around;
mod batches;
mod measures;

use serde_json::{Map, Value, json};

use super::super::problem::Code;

/// A schema by its name.
pub(super) fn named(name: &str) -> Value {
    match name {
        "Anything" => json!({}),
        "Text" => json!({ "type": "string" }),
        name => json!({ "$ref": format!("#/components/schemas/{name}") }),
    }
}

fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

fn line(about: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 200, "description": about })
}

fn passage(about: &str) -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 4000, "description": about })
}

fn whole(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

fn digest(about: &str) -> Value {
    json!({ "type": "string", "pattern": "^[0-9a-f]{64}$", "description": about })
}

fn day(about: &str) -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": about })
}

fn instant(about: &str) -> Value {
    let pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
    json!({ "type": "string", "pattern": pattern, "description": format!("{about} (UTC, whole seconds)") })
}

fn words(words: &[&str], about: &str) -> Value {
    json!({ "type": "string", "enum": words, "description": about })
}

fn list(items: Value, about: &str) -> Value {
    json!({ "type": "array", "items": items, "description": about })
}

/// A record of another document's making.
fn open(about: &str) -> Value {
    json!({ "type": "object", "description": about })
}

/// A closed object; a name that ends in `?` may be left out.
fn object<const N: usize>(about: &str, members: [(&str, Value); N]) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in members {
        match name.strip_suffix('?') {
            Some(name) => {
                properties.insert(name.to_owned(), schema);
            }
            None => {
                required.push(json!(name));
                properties.insert(name.to_owned(), schema);
            }
        }
    }
    json!({
        "type": "object", "description": about, "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// Every one, by its name.
pub(super) fn all() -> Value {
    let mut all = Map::new();
    let around = batches::all()
        .into_iter()
        .chain(measures::all())
        .chain(around::all());
    for (name, schema) in sent().into_iter().chain(told()).chain(around) {
        all.insert(name.to_owned(), schema);
    }
    Value::Object(all)
}

/// Every act of a journal, and the number of what it is about.
fn journal(of: &'static str) -> Value {
    object(
        "every act, as it is stored: each is canonical JSON and names the digest of the one before it",
        [
            ("acts", list(open("an act"), "in order")),
            (of, whole("what it is about")),
        ],
    )
}

/// Where the next page begins.
fn next() -> Value {
    whole("where the next page begins; absent on the last")
}

/// What clients send.
fn sent() -> Vec<(&'static str, Value)> {
    let application = "the client's part of an application: the form.json of docs/OFFICE.md";
    let stage = || line("code of the stage");
    let judgement = || {
        words(
            &["review", "approval", "decision", "signing"],
            "kind of the stage",
        )
    };
    let verdict = || {
        open(
            "`review`: recommendation, note; `approval`: note; `decision`: outcome, reference, reason, afterWithdrawal; \
             `signing`: opinion, validFrom",
        )
    };
    vec![
        ("Application", open(application)),
        ("Nothing", object("`{}`", [])),
        (
            "Amendment",
            object(
                "变更申请",
                [("form", named("Application")), ("reason", line("why"))],
            ),
        ),
        (
            "Assignment",
            object("分派", [("evaluator", line("number of the person"))]),
        ),
        (
            "Declaration",
            object(
                "利益声明 of the last two years",
                [
                    (
                        "conflict?",
                        passage("the conflict of interest, when there is one"),
                    ),
                    ("coversFrom", day("first day it covers")),
                ],
            ),
        ),
        (
            "Evaluation",
            object(
                "what evaluators hand in: the evaluation.json of docs/OFFICE.md",
                [
                    ("assessedOn", day("last day on site")),
                    (
                        "findings?",
                        list(open("现状描述 and 差距分析 of a sub-domain"), "a sub-domain each"),
                    ),
                    (
                        "report",
                        object(
                            "the report, attached before",
                            [
                                ("digest", digest("SHA-256 of the file")),
                                ("number", line("报告编号")),
                            ],
                        ),
                    ),
                    ("sheet", open("weight set, tailoring, scores with their basis")),
                    ("technicalSupport?", line("technical support organisation")),
                ],
            ),
        ),
        (
            "Task",
            object(
                "已做",
                [("note?", passage("what there is to say")), ("stage", stage())],
            ),
        ),
        (
            "Waiver",
            object("不做", [("reason", passage("why")), ("stage", stage())]),
        ),
        (
            "DraftJudgement",
            object(
                "a judgement before it is signed",
                [("kind", judgement()), ("stage", stage()), ("verdict", verdict())],
            ),
        ),
        (
            "Judgement",
            object(
                "a judgement with its signature",
                [
                    ("approval", named("Approval")),
                    ("kind", judgement()),
                    ("stage", stage()),
                    ("verdict", verdict()),
                ],
            ),
        ),
        (
            "Approval",
            object(
                "what `touchstone-issuer case sign` makes: an Ed25519 signature by the person's own key",
                [
                    ("bundle", digest("SHA-256 of the bundle")),
                    ("key", text("the key (Multikey)")),
                    ("signature", text("base58btc, with its multibase prefix")),
                ],
            ),
        ),
        (
            "Return",
            object("退回", [("reason", passage("why")), ("to", stage())]),
        ),
        ("Closure", object("终止", [("reason", passage("why"))])),
    ]
}

/// What is answered.
fn told() -> Vec<(&'static str, Value)> {
    let mut told = told_of_cases();
    told.extend([
        (
            "Certificate",
            object(
                "a certificate made of a case",
                [
                    ("case", whole("number of the case")),
                    ("digest?", digest("SHA-256 of the signed credential")),
                    (
                        "hindrance?",
                        text("why it could not be signed when that was last tried"),
                    ),
                    ("number", text("证书编号")),
                    ("preparedAt", instant("when it was numbered")),
                    ("recorded?", instant("when the log recorded it")),
                    ("state", words(&["prepared", "signed", "issued"], "how far it is")),
                    ("version", whole("version of the certificate")),
                ],
            ),
        ),
        (
            "Token",
            object(
                "the token",
                [
                    ("expires", instant("from when on it counts no longer")),
                    ("name", text("what it is for")),
                    ("person", text("for whom it acts")),
                    ("prefix", text("by which it is found and revoked")),
                    (
                        "roles",
                        list(text(""), "what the person holds now; what `as` may name"),
                    ),
                    ("scopes", list(text(""), "what may be done with it")),
                ],
            ),
        ),
        ("Problem", problem()),
    ]);
    told
}

fn told_of_cases() -> Vec<(&'static str, Value)> {
    let case = object(
        "a case",
        [
            ("acts", whole("acts on record")),
            (
                "approvals?",
                list(open("a judgement with its signature"), "those of this round"),
            ),
            (
                "attachments?",
                list(open("name, digest, media type, purpose, size"), "the files"),
            ),
            ("case", whole("its number")),
            ("evaluation?", open("the evaluation with the grade that follows")),
            ("evidence", digest("what approvals are about, as it is now")),
            ("form", named("Application")),
            ("head", digest("digest of the last act")),
            ("next?", text("the stage that is next")),
            ("number?", text("证书编号, once it is numbered")),
            ("round", whole("how often it was returned")),
            ("scheme", text("the scheme edition")),
            (
                "stages",
                list(open("code, name, kind, state, by whom, when"), "in order"),
            ),
            (
                "stale?",
                text("the first stage that was judged on other evidence than is on file now"),
            ),
            (
                "status",
                words(&["inWork", "refused", "issued", "closed"], "how far it is"),
            ),
            (
                "team?",
                list(open("an evaluator, and what they declared"), "the evaluators"),
            ),
            ("version?", whole("version of the certificate")),
            (
                "waitsFor?",
                list(text(""), "the tasks that hold up the next stage"),
            ),
        ],
    );
    let listed = object(
        "a line of a list",
        [
            ("case", whole("number of the case")),
            ("holder", text("unified social credit code")),
            ("name", text("name of the applicant")),
            ("next?", text("the stage that is next")),
            ("scheme", text("the scheme edition")),
            ("status", text("how far it is")),
        ],
    );
    vec![
        ("Case", case),
        (
            "CaseList",
            object(
                "a page of cases",
                [("cases", list(listed, "")), ("next?", next())],
            ),
        ),
        ("Journal", journal("case")),
        (
            "Bundle",
            open("everything judged, and the judgement: canonical JSON, whose SHA-256 is signed"),
        ),
    ]
}

fn problem() -> Value {
    let finding = object(
        "a finding of a rule",
        [
            ("clause", text("where the rule comes from")),
            ("code", text("the rule")),
            ("message", text("what was found and what was wanted")),
            ("pointer", text("JSON pointer into the body")),
        ],
    );
    let types: Vec<String> = Code::ALL
        .iter()
        .map(|code| format!("https://w3id.org/touchstone/problems/{}", code.name()))
        .collect();
    object(
        "RFC 9457",
        [
            ("detail?", text("about this request")),
            ("findings?", list(finding, "every one")),
            ("pointer?", text("JSON pointer into the body")),
            ("status", whole("the status")),
            ("title", text("what the code means")),
            (
                "type",
                json!({ "type": "string", "enum": types, "description": "ends with the code" }),
            ),
        ],
    )
}
