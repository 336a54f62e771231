//! Routes of measures on certificates in force.

use super::{
    ApiRoute, BEFORE, Code, DIGEST, Described, Form, JSON, LIMIT, Parameter, in_path, in_query, reading,
    step, wanted,
};

const MEASURE: Parameter = in_path("number", "number of the measure", Form::Whole);

/// A step on a measure gives the measure as it stands then.
const fn on_measure(id: &'static str, summary: &'static str, body: &'static str) -> Described {
    Described {
        parameters: &[MEASURE],
        answer: (200, "the measure after this act", JSON, "Measure"),
        ..step(id, summary, body)
    }
}

pub(super) const fn of_measures(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Worklist
        | ApiRoute::Measures
        | ApiRoute::Measure
        | ApiRoute::MeasureJournal
        | ApiRoute::Evidence => read(route),
        ApiRoute::OpenMeasure => Described {
            parameters: &[],
            answer: (201, "the new measure", JSON, "Measure"),
            problems: &[Code::Rules, Code::NotOnFile],
            ..on_measure(
                "openMeasure",
                "处置立案 Opens a measure on a certificate, when the rules would take it now",
                "NewMeasure",
            )
        },
        ApiRoute::AttachEvidence => {
            const NAME: Parameter = wanted("name", "its name", Form::Text);
            Described {
                parameters: &[MEASURE, NAME],
                body: Some(("application/octet-stream", "Anything")),
                problems: &[Code::MediaType],
                ..on_measure(
                    "attachEvidence",
                    "处置证据 Attaches evidence; `Content-Type` is put on record",
                    "Anything",
                )
            }
        }
        ApiRoute::StatementBundle => Described {
            answer: (200, "what is to be signed, as it is to be signed", JSON, "Bundle"),
            ..on_measure(
                "makeStatementBundle",
                "待签内容 What is to be signed for a statement; nothing is recorded",
                "DraftStatement",
            )
        },
        ApiRoute::State => on_measure(
            "state",
            "提出、核实、决定 Takes a signed statement: proposal, verification or decision",
            "Statement",
        ),
        ApiRoute::DropMeasure => on_measure("dropMeasure", "撤回处置 Gives a measure up", "Closure"),
        _ => Described {
            parameters: &[],
            answer: (200, "the events, and what was left with why", JSON, "CarriedOut"),
            problems: &[Code::NoKeys, Code::OfficeWaits, Code::NotOnFile],
            ..on_measure(
                "carryOut",
                "执行处置 Signs the events of decided measures and delivers them together; asked again, it goes on",
                "ToCarryOut",
            )
        },
    }
}

const fn read(route: ApiRoute) -> Described {
    match route {
        ApiRoute::Worklist => {
            const ON: Parameter = in_query(
                "on",
                "for this day, at most 30 back; today when absent",
                Form::Pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
            );
            const KIND: Parameter = in_query(
                "kind",
                "those of one kind",
                Form::Words(&["surveillance", "nonconformity", "suspensionEnd", "renewal"]),
            );
            let answer = ("what is to be done", JSON, "Worklist");
            let summary = "监督任务 What is to be done for certificates in force, by the day it is due";
            reading("readWorklist", summary, &[ON, KIND, LIMIT], answer)
        }
        ApiRoute::Measures => {
            const STATUS: Parameter = in_query(
                "status",
                "those that are so far",
                Form::Words(&[
                    "draft",
                    "proposed",
                    "recorded",
                    "agreed",
                    "refused",
                    "settled",
                    "carriedOut",
                    "dropped",
                ]),
            );
            let answer = ("a page of measures", JSON, "MeasureList");
            let summary = "处置 Measures on certificates in force, the newest first";
            reading("listMeasures", summary, &[STATUS, BEFORE, LIMIT], answer)
        }
        ApiRoute::MeasureJournal => {
            let answer = ("every act, as it is stored", JSON, "MeasureJournal");
            let summary = "处置办理记录 Every act on a measure, byte for byte";
            reading("readMeasureJournal", summary, &[MEASURE], answer)
        }
        ApiRoute::Evidence => {
            let answer = ("its bytes", "application/octet-stream", "Anything");
            let summary = "处置证据 Evidence of a measure; the reading is put on record";
            reading("readEvidence", summary, &[MEASURE, DIGEST], answer)
        }
        _ => reading(
            "readMeasure",
            "处置 A measure as it stands",
            &[MEASURE],
            ("the measure", JSON, "Measure"),
        ),
    }
}
