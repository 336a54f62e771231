//! The records of batches.

use serde_json::{Value, json};

use super::{digest, instant, journal, line, list, named, next, object, open, text, whole, words};

fn truth(about: &str) -> Value {
    json!({ "type": "boolean", "description": about })
}

fn file(about: &str) -> Value {
    json!({
        "type": "string", "pattern": "^u[A-Za-z0-9_-]*$",
        "description": format!("{about}: `u` and base64url without padding (multibase)"),
    })
}

fn files() -> Value {
    json!({
        "type": "object", "additionalProperties": file("a file"),
        "description": "the files that the sheet names, by the names that it gives them",
    })
}

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut all = sent();
    all.extend(told());
    all
}

fn sent() -> Vec<(&'static str, Value)> {
    vec![
        (
            "SheetOfCases",
            object(
                "a sheet, CSV or XLSX, with the columns of `touchstone-issuer batch template`",
                [
                    ("dryRun?", truth("only say what would be refused")),
                    ("files?", files()),
                    ("name", line("what the batch is called")),
                    (
                        "rows",
                        words(
                            &["applications", "papers"],
                            "applications, or certificates first issued on paper 旧证",
                        ),
                    ),
                    ("sheet", file("the sheet")),
                ],
            ),
        ),
        (
            "SheetOfEvaluations",
            object(
                "a sheet of evaluations, with the reports and score sheets that it names",
                [
                    ("dryRun?", truth("only say what would be refused")),
                    ("files?", files()),
                    ("sheet", file("the sheet")),
                ],
            ),
        ),
        (
            "BatchJudgement",
            object(
                "a judgement on every case that waits in the stage, with one signature",
                [
                    ("approval", named("BatchApproval")),
                    (
                        "kind",
                        words(
                            &["review", "approval", "decision", "signing"],
                            "kind of the stage",
                        ),
                    ),
                    ("stage", line("code of the stage")),
                    ("verdict", open("as of a judgement on one case")),
                ],
            ),
        ),
        (
            "BatchApproval",
            object(
                "what `touchstone-issuer batch sign` makes: an Ed25519 signature over the root of the bundles' tree (RFC 6962)",
                [
                    ("batch", whole("number of the batch")),
                    ("key", text("the key (Multikey)")),
                    ("root", digest("root of the tree")),
                    ("signature", text("base58btc, with its multibase prefix")),
                    ("size", whole("bundles in it")),
                ],
            ),
        ),
    ]
}

fn told() -> Vec<(&'static str, Value)> {
    let fault = object(
        "a fault of a row",
        [
            (
                "column?",
                text("its column; absent where it is the row as a whole"),
            ),
            ("reason", text("what is wrong")),
            ("row", whole("number of the row, as spreadsheets show it")),
        ],
    );
    let row = object(
        "a row",
        [
            ("case", whole("number of the case")),
            ("next?", text("the stage that is next")),
            ("number?", text("证书编号, once it is numbered")),
            ("row", whole("number of the row")),
            ("status", text("how far it is")),
        ],
    );
    let refused = object(
        "a case that is not issued",
        [("case", whole("number of the case")), ("reason", text("why"))],
    );
    vec![
        ("Batch", batch()),
        (
            "BatchList",
            object(
                "a page of batches",
                [("batches", list(named("Batch"), "")), ("next?", next())],
            ),
        ),
        (
            "BatchRows",
            object(
                "a page of rows",
                [
                    ("batch", whole("number of the batch")),
                    ("next?", next()),
                    ("rows", list(row, "by row")),
                ],
            ),
        ),
        ("BatchJournal", journal("batch")),
        (
            "TakenIn",
            object(
                "what became of the rows of a sheet",
                [
                    (
                        "batch?",
                        whole("the batch; absent on a dry run, or without a sound row"),
                    ),
                    ("cases", whole("rows taken in, or that would be")),
                    ("dryRun", truth("whether it was one")),
                    ("faults", list(fault, "of the rows that are not")),
                    ("known", whole("rows taken in before")),
                ],
            ),
        ),
        (
            "BatchIssued",
            object(
                "what became of the cases",
                [
                    ("batch", whole("number of the batch")),
                    ("issued", whole("numbered now")),
                    ("known", whole("numbered before")),
                    ("past", whole("events of the past put on record now")),
                    ("refused", list(refused, "each with why")),
                ],
            ),
        ),
    ]
}

fn batch() -> Value {
    object(
        "a batch as its journal has it",
        [
            ("acts", whole("acts on record")),
            (
                "approvals?",
                list(
                    open("by whom, when, for which stage and cases, the signature"),
                    "judgements",
                ),
            ),
            ("author", open("who took the sheet in")),
            ("batch", whole("its number")),
            (
                "cases?",
                text("numbers of its cases, as `1-28`, once all rows are in"),
            ),
            ("file", digest("SHA-256 of the sheet")),
            ("head", digest("digest of the last act")),
            ("name", text("what it is called")),
            ("openedAt", instant("when it was taken in")),
            ("refused?", whole("rows that were refused")),
        ],
    )
}
