//! Routes of batches.

use super::{
    ApiRoute, BEFORE, Code, Described, Form, JSON, LIMIT, Parameter, in_path, in_query, reading, step,
};

const BATCH: Parameter = in_path("number", "number of the batch", Form::Whole);

/// A step on a batch gives the batch as its journal has it then.
const fn on_batch(id: &'static str, summary: &'static str, body: &'static str) -> Described {
    Described {
        parameters: &[BATCH],
        answer: (200, "the batch after this act", JSON, "Batch"),
        ..step(id, summary, body)
    }
}

pub(super) const fn of_batches(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Batches => {
            let answer = ("a page of batches", JSON, "BatchList");
            reading(
                "listBatches",
                "批次 Batches, the newest first",
                &[BEFORE, LIMIT],
                answer,
            )
        }
        ApiRoute::Batch => {
            let answer = ("the batch", JSON, "Batch");
            reading(
                "readBatch",
                "批次 A batch as its journal has it",
                &[BATCH],
                answer,
            )
        }
        ApiRoute::BatchCases => {
            const AFTER: Parameter =
                in_query("after", "above this row: `next` of the page before", Form::Whole);
            let answer = ("a page of rows", JSON, "BatchRows");
            let summary = "批次案卷 Its cases by row, with how far each is";
            reading("listBatchCases", summary, &[BATCH, AFTER, LIMIT], answer)
        }
        ApiRoute::BatchJournal => {
            let answer = ("every act, as it is stored", JSON, "BatchJournal");
            let summary = "批次办理记录 Every act on a batch, byte for byte";
            reading("readBatchJournal", summary, &[BATCH], answer)
        }
        ApiRoute::TakeIn | ApiRoute::EvaluateBatch => sheet(route),
        ApiRoute::AssignBatch => on_batch(
            "assignBatch",
            "批次分派 Assigns an evaluator to its cases",
            "Assignment",
        ),
        ApiRoute::DeclareBatch => on_batch(
            "declareForBatch",
            "批次利益声明 Declares interests for its cases",
            "Declaration",
        ),
        ApiRoute::DoneBatch => on_batch(
            "settleTaskOfBatch",
            "批次已做 Settles a task of its cases",
            "Task",
        ),
        ApiRoute::WaiveBatch => on_batch(
            "waiveForBatch",
            "批次不做 Does without a stage for its cases",
            "Waiver",
        ),
        ApiRoute::BatchBundle => Described {
            answer: (200, "what is to be signed, as it is to be signed", JSON, "Bundle"),
            problems: &[Code::Unlawful],
            ..on_batch(
                "makeBatchBundle",
                "批次待签内容 What is to be signed for every case that waits in a stage; nothing is recorded",
                "DraftJudgement",
            )
        },
        ApiRoute::JudgeBatch => on_batch(
            "judgeBatch",
            "批次复核、审批、决定、签发意见 Takes one signed judgement on every case that waits in a stage",
            "BatchJudgement",
        ),
        _ => Described {
            answer: (200, "what became of the cases", JSON, "BatchIssued"),
            problems: &[Code::NoKeys, Code::OfficeWaits, Code::NotSignable],
            ..on_batch(
                "issueBatch",
                "批次签发制证 Numbers, signs and delivers what was decided; asked again, it goes on",
                "Nothing",
            )
        },
    }
}

const fn sheet(route: ApiRoute) -> Described {
    const ANSWER: &str =
        "what became of the rows, each fault by row and column; nothing is stored on a dry run";
    match route {
        ApiRoute::TakeIn => Described {
            parameters: &[],
            answer: (201, ANSWER, JSON, "TakenIn"),
            problems: &[Code::SheetRefused],
            ..on_batch(
                "takeSheetIn",
                "批量受理、旧证转录 Takes a sheet in: its rows become the cases of a batch; a dry run answers 200",
                "SheetOfCases",
            )
        },
        _ => Described {
            answer: (200, ANSWER, JSON, "TakenIn"),
            problems: &[Code::SheetRefused],
            ..on_batch(
                "evaluateBatch",
                "批量评价 Takes a sheet of evaluations in",
                "SheetOfEvaluations",
            )
        },
    }
}
