//! Grades that follow from score sheets, with the compiled-in data.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use proptest::prelude::*;
use touchstone_schemas::decode::read;
use touchstone_schemas::scheme::assessment::{ASSESSMENTS, Assessment, AssessmentError, AssessmentFiles};
use touchstone_schemas::scheme::edition::{EDITIONS, SchemeEdition};
use touchstone_schemas::scheme::model::ModelError;
use touchstone_schemas::scheme::ratio::Ratio;
use touchstone_schemas::scheme::requirement::{Basis, CatalogueError, Origin, Value};
use touchstone_schemas::scheme::scoring::{Grade, LevelOutcome, ScoringError};
use touchstone_schemas::scheme::sheet::{Cut, Score, ScoreSheet, SheetFault};
use touchstone_schemas::scheme::weights::{Issuing, WeightError, WeightRefusal, WeightStatus};

fn cmmm() -> Assessment {
    Assessment::by_key("cmmm-2020").unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

/// A sheet that scores every requirement of the assessed levels by `value(level, n)`.
fn sheet(
    assessment: &Assessment,
    levels: u8,
    cuts: &[&str],
    mut value: impl FnMut(u8, usize) -> Value,
) -> ScoreSheet {
    let kept = |id: &str| !cuts.iter().any(|cut| id.starts_with(&format!("{cut}.")));
    let requirements = assessment.catalogue.requirements.iter();
    let scores = requirements
        .filter(|requirement| requirement.level <= levels && kept(&requirement.sub_domain))
        .enumerate()
        .map(|(n, requirement)| Score {
            requirement: requirement.id.clone(),
            value: value(requirement.level, n),
            basis: Basis::SiteEvidence,
        })
        .collect();
    let tailoring = cuts
        .iter()
        .map(|cut| Cut {
            domain: (*cut).to_owned(),
            reason: "不适用".to_owned(),
        })
        .collect();
    ScoreSheet {
        weight_set: "discrete".to_owned(),
        tailoring,
        scores,
    }
}

fn faults(result: Result<Grade, ScoringError>) -> Vec<SheetFault> {
    match result {
        Err(ScoringError::Sheet { faults }) => faults,
        other => panic!("{other:?}"),
    }
}

/// Levels met one after the other from the first.
fn consecutively_met(grade: &Grade) -> Option<u8> {
    let met = grade
        .levels
        .iter()
        .take_while(|level| level.score >= ratio("0.8"))
        .count();
    (met > 0).then(|| u8::try_from(met).unwrap())
}

#[test]
fn every_edition_has_its_assessment() {
    for file in EDITIONS {
        let edition = SchemeEdition::load(file.as_bytes()).unwrap();
        let assessment = Assessment::by_key(&edition.edition).unwrap();
        assert_eq!(
            usize::from(assessment.model.highest_level()),
            edition.levels.len()
        );
    }
    assert_eq!(ASSESSMENTS.len(), EDITIONS.len());
    assert!(matches!(
        Assessment::by_key("other"),
        Err(AssessmentError::UnknownKey { .. })
    ));
}

#[test]
fn the_tree_has_20_and_18_sub_domains() {
    let assessment = cmmm();
    let leaves: Vec<&str> = assessment
        .model
        .all()
        .into_iter()
        .filter(|node| node.is_sub_domain())
        .map(|node| node.id.as_str())
        .collect();
    assert_eq!(leaves.len(), 20);
    let omits = &assessment.weight_set("process").unwrap().omits;
    assert_eq!(leaves.iter().filter(|id| !omits.contains(**id)).count(), 18);
    for node in assessment.model.all() {
        let lawful = ["design", "logistics", "sales", "service"];
        assert_eq!(
            node.may_be_cut,
            lawful
                .iter()
                .any(|name| node.id == format!("manufacturing.{name}"))
        );
        for child in &node.children {
            assert!(child.id.starts_with(&format!("{}.", node.id)));
        }
    }
}

#[test]
fn the_catalogue_has_two_or_three_requirements_everywhere_but_one_place() {
    let assessment = cmmm();
    assert!(assessment.catalogue.demonstration);
    for node in assessment
        .model
        .all()
        .into_iter()
        .filter(|node| node.is_sub_domain())
    {
        for level in 1..=5 {
            let count = assessment.catalogue.at(&node.id, level).count();
            if node.id == "technology.security" && level == 5 {
                assert_eq!(count, 0);
            } else {
                assert!((2..=3).contains(&count), "{} {level}", node.id);
            }
        }
    }
    let security = assessment
        .catalogue
        .requirements
        .iter()
        .filter(|r| r.sub_domain == "technology.security");
    assert!(security.clone().count() == 10 && security.clone().all(|r| r.origin == Origin::Deck));
}

/// A scheme of one sub-domain with ten requirements at each level: further schemes are data alone.
fn second_scheme() -> Assessment {
    let cmmm: serde_json::Value = serde_json::from_slice(ASSESSMENTS[0].model).unwrap();
    let name = serde_json::json!({ "zh": "数据", "en": "Data" });
    let model = serde_json::json!({
        "name": name, "scoring": cmmm["scoring"], "confidence": cmmm["confidence"],
        "nodes": [{ "id": "data", "zh": "数据", "en": "Data" }],
    });
    let weights = serde_json::json!({
        "id": "only", "name": name, "status": "confirmed", "top": { "data": 100 }, "inside": {},
    });
    let requirement = |level: u8, n: u8| {
        let id = format!("data.{level}.{n}");
        serde_json::json!({ "id": id, "subDomain": "data", "level": level, "origin": "body", "zh": "问" })
    };
    let requirements: Vec<serde_json::Value> = (1..=5)
        .flat_map(|level| (0..10).map(move |n| requirement(level, n)))
        .collect();
    let catalogue = serde_json::json!({ "id": "own", "demonstration": false, "requirements": requirements });
    Assessment::load(&AssessmentFiles {
        edition: "dcmm-2018",
        model: model.to_string().as_bytes(),
        weights: &[weights.to_string().as_bytes()],
        requirements: catalogue.to_string().as_bytes(),
    })
    .unwrap()
}

#[test]
fn the_worked_example() {
    let assessment = second_scheme();
    let met_of_ten = [10, 10, 7, 6, 0];
    let mut sheet = sheet(&assessment, 5, &[], |level, n| {
        if n % 10 < met_of_ten[usize::from(level) - 1] {
            Value::Met
        } else {
            Value::NotMet
        }
    });
    sheet.weight_set = "only".to_owned();
    let grade = assessment.grade(&sheet, Issuing::Real).unwrap();
    let scores: Vec<String> = grade.levels.iter().map(|level| level.score.rounded()).collect();
    assert_eq!(scores, ["1.00", "1.00", "0.70", "0.60", "0.00"]);
    assert_eq!(
        (grade.level, grade.total),
        (Some(2), ratio("2.7")),
        "without the stop 3.3 would be level 3"
    );
    let outcomes: Vec<LevelOutcome> = grade.levels.iter().map(|level| level.outcome).collect();
    use LevelOutcome::{FirstUnmet, Met, NotCounted};
    assert_eq!(outcomes, [Met, Met, FirstUnmet, NotCounted, NotCounted]);
    assert_eq!(
        grade.confidence.as_deref(),
        Some("B"),
        "all seen on site, no system data"
    );
}

#[test]
fn thresholds_are_exact() {
    let assessment = cmmm();
    let all = |value| {
        assessment
            .grade(&sheet(&assessment, 5, &[], |_, _| value), Issuing::Test)
            .unwrap()
    };
    assert_eq!(
        (all(Value::Mostly).level, all(Value::Mostly).total),
        (Some(5), ratio("5"))
    );
    assert_eq!(
        (all(Value::Partly).level, all(Value::Partly).total),
        (None, ratio("0.5"))
    );
    assert_eq!(
        (all(Value::NotMet).level, all(Value::NotMet).total),
        (None, Ratio::ZERO)
    );
    // One of about forty requirements short of 0.8: shown as 0.80 or 0.79, met never.
    let mut short = sheet(&assessment, 1, &[], |_, _| Value::Mostly);
    short.scores[0].value = Value::Partly;
    let grade = assessment.grade(&short, Issuing::Test).unwrap();
    assert_eq!(grade.level, None);
    assert_eq!(grade.total.rounded(), "0.80");
    let bands = &assessment.model.scoring;
    for (total, level) in [
        ("0.79", None),
        ("0.8", Some(1)),
        ("1.8", Some(2)),
        ("2.8", Some(3)),
        ("4.79", Some(4)),
    ] {
        assert_eq!(bands.band(ratio(total)), level, "{total}");
    }
}

#[test]
fn weights_multiply_down_the_tree() {
    let assessment = cmmm();
    // With one sub-domain met and nothing else, the level's score is its weight in the whole tree.
    // Published: 0.05, 0.06, 0.06, 0.05, 0.05, 0.05, 0.05; the last, 能源管理, is not bent to.
    for (name, weight, shown) in [
        ("procurement", "0.14", "0.05"),
        ("planning", "0.16", "0.06"),
        ("operations", "0.16", "0.06"),
        ("equipment", "0.14", "0.05"),
        ("safety", "0.14", "0.05"),
        ("warehousing", "0.14", "0.05"),
        ("energy", "0.12", "0.04"),
    ] {
        let mut only = sheet(&assessment, 1, &[], |_, _| Value::NotMet);
        for score in &mut only.scores {
            if score
                .requirement
                .starts_with(&format!("manufacturing.production.{name}."))
            {
                score.value = Value::Met;
            }
        }
        let grade = assessment.grade(&only, Issuing::Test).unwrap();
        let production = ratio("0.77").times(ratio("0.48")).unwrap();
        assert_eq!(grade.total, production.times(ratio(weight)).unwrap());
        assert_eq!(grade.total.rounded(), shown, "{name}");
        assert_eq!(grade.levels[0].nodes["manufacturing.production"], ratio(weight));
    }
}

#[test]
fn what_is_left_out_leaves_its_weight_to_its_siblings() {
    let assessment = cmmm();
    let full = sheet(&assessment, 5, &[], |level, n| {
        if level < 5 || n.is_multiple_of(2) {
            Value::Met
        } else {
            Value::NotMet
        }
    });
    let grade = assessment.grade(&full, Issuing::Test).unwrap();
    let fifth = &grade.levels[4].nodes;
    assert!(!fifth.contains_key("technology.security"));
    let expected = ratio("46/73").times(fifth["technology.data"]).unwrap();
    let expected = expected
        .plus(ratio("27/73").times(fifth["technology.integration"]).unwrap())
        .unwrap();
    assert_eq!(fifth["technology"], expected);

    // Production alone is met; without design and service it is 48 of 48 + 13 + 13.
    let cuts = ["manufacturing.design", "manufacturing.service"];
    let mut cut = sheet(&assessment, 1, &cuts, |_, _| Value::NotMet);
    for score in &mut cut.scores {
        if score.requirement.starts_with("manufacturing.production.") {
            score.value = Value::Met;
        }
    }
    let grade = assessment.grade(&cut, Issuing::Test).unwrap();
    let first = &grade.levels[0].nodes;
    assert!(!first.keys().any(|id| cuts.iter().any(|cut| id.starts_with(cut))));
    assert_eq!(first["manufacturing"], ratio("48/74"));
    assert_eq!(grade.total, ratio("48/74").times(ratio("0.77")).unwrap());
}

#[test]
fn everything_wrong_with_a_sheet_is_listed() {
    let assessment = cmmm();
    let mut wrong = sheet(&assessment, 2, &["manufacturing.design"], |_, _| Value::Met);
    let missing = [
        wrong.scores.remove(0).requirement,
        wrong.scores.pop().unwrap().requirement,
    ];
    let twice = wrong.scores[0].clone();
    let with_id = |id: &str| Score {
        requirement: id.to_owned(),
        ..twice.clone()
    };
    wrong.scores.extend([
        twice.clone(),
        with_id("technology.magic.1a"),
        with_id("manufacturing.design.product.1a"),
    ]);
    for (domain, reason) in [
        ("manufacturing.production", "外包"),
        ("manufacturing.design", "不适用"),
        ("x", "x"),
        ("manufacturing.sales", " "),
    ] {
        wrong.tailoring.push(Cut {
            domain: domain.to_owned(),
            reason: reason.to_owned(),
        });
    }
    let found = faults(assessment.grade(&wrong, Issuing::Test));
    let text = |text: &str| text.to_owned();
    for fault in [
        SheetFault::MayNotBeCut {
            domain: text("manufacturing.production"),
        },
        SheetFault::CutTwice {
            domain: text("manufacturing.design"),
        },
        SheetFault::UnknownDomain { domain: text("x") },
        SheetFault::NoReason {
            domain: text("manufacturing.sales"),
        },
        SheetFault::ScoredTwice {
            requirement: twice.requirement.clone(),
        },
        SheetFault::UnknownRequirement {
            requirement: text("technology.magic.1a"),
        },
        SheetFault::NotAssessed {
            requirement: text("manufacturing.design.product.1a"),
            sub_domain: text("manufacturing.design.product"),
        },
        SheetFault::NotScored {
            requirement: missing[0].clone(),
        },
        SheetFault::NotScored {
            requirement: missing[1].clone(),
        },
    ] {
        assert!(found.contains(&fault), "{fault} not in {found:#?}");
    }
}

#[test]
fn a_sheet_must_reach_the_level_that_decides() {
    let assessment = cmmm();
    let count = |level| {
        assessment
            .catalogue
            .requirements
            .iter()
            .filter(|r| r.level == level)
            .count()
    };
    let empty = sheet(&assessment, 0, &[], |_, _| Value::Met);
    assert_eq!(faults(assessment.grade(&empty, Issuing::Test)).len(), count(1));
    let met = sheet(&assessment, 2, &[], |_, _| Value::Met);
    assert_eq!(
        faults(assessment.grade(&met, Issuing::Test)).len(),
        count(3),
        "level 3 would decide"
    );
    let unmet = sheet(&assessment, 2, &[], |level, _| {
        if level == 2 { Value::Partly } else { Value::Met }
    });
    assert_eq!(assessment.grade(&unmet, Issuing::Test).unwrap().level, Some(1));
}

#[test]
fn weight_sets_are_admitted_for_what_they_are_good_for() {
    let assessment = cmmm();
    let full = sheet(&assessment, 5, &[], |_, _| Value::Met);
    assert_eq!(
        assessment.grade(&full, Issuing::Real),
        Err(ScoringError::Weights(WeightRefusal::NotConfirmed {
            set: "discrete".to_owned()
        }))
    );
    let process = ScoreSheet {
        weight_set: "process".to_owned(),
        ..full.clone()
    };
    for issuing in [Issuing::Real, Issuing::Test] {
        let Err(ScoringError::Weights(WeightRefusal::Incomplete { nodes, .. })) =
            assessment.grade(&process, issuing)
        else {
            panic!("the process set is scored with")
        };
        assert!(nodes.contains(&"manufacturing.production".to_owned()));
    }
    let other = ScoreSheet {
        weight_set: "other".to_owned(),
        ..full.clone()
    };
    assert!(matches!(
        assessment.grade(&other, Issuing::Test),
        Err(ScoringError::UnknownWeightSet { .. })
    ));

    let mut confirmed = assessment.clone();
    confirmed.weight_sets[0].status = WeightStatus::Confirmed;
    assert!(matches!(
        confirmed.grade(&full, Issuing::Real),
        Err(ScoringError::DemonstrationCatalogue { .. })
    ));
    confirmed.catalogue.demonstration = false;
    assert_eq!(confirmed.grade(&full, Issuing::Real).unwrap().level, Some(5));
}

/// Loads the compiled-in files with one text replaced in each file where it stands.
fn load_changed(from: &str, to: &str) -> Result<Assessment, AssessmentError> {
    let files = &ASSESSMENTS[0];
    let changed = |file: &[u8]| {
        String::from_utf8(file.to_vec())
            .unwrap()
            .replacen(from, to, 1)
            .into_bytes()
    };
    let weights: Vec<Vec<u8>> = files.weights.iter().map(|file| changed(file)).collect();
    let weights: Vec<&[u8]> = weights.iter().map(Vec::as_slice).collect();
    Assessment::load(&AssessmentFiles {
        edition: files.edition,
        model: &changed(files.model),
        weights: &weights,
        requirements: &changed(files.requirements),
    })
}

#[test]
fn data_that_does_not_hold_together_does_not_load() {
    use AssessmentError::{Catalogue, Json, Model, Weights};
    assert!(load_changed("\"no such text\"", "").is_ok());
    assert!(matches!(
        load_changed("\"personnel\": 6", "\"personnel\": 7"),
        Err(Weights(WeightError::Sum { found: 101, .. }))
    ));
    assert!(matches!(
        load_changed("\"technology.data\": 46, ", ""),
        Err(Weights(WeightError::WeightMissing { .. }))
    ));
    assert!(matches!(
        load_changed("\"technology.data\": 46", "\"technology.date\": 46"),
        Err(Weights(WeightError::UnknownNode { .. }))
    ));
    assert!(matches!(
        load_changed(
            "\"personnel\": { \"personnel.strategy\": 50, \"personnel.skills\": 50 },",
            ""
        ),
        Err(Weights(WeightError::SplitMissing { .. }))
    ));
    assert!(matches!(
        load_changed("\"status\": \"incomplete\"", "\"status\": \"confirmed\""),
        Err(Weights(WeightError::Status { unknown: 4, .. }))
    ));
    assert!(matches!(
        load_changed("\"id\": \"personnel.skills\"", "\"id\": \"personnel.strategy\""),
        Err(Model(ModelError::DuplicateNode { .. }))
    ));
    assert!(matches!(
        load_changed("\"from\": \"1.8\"", "\"from\": \"0.8\""),
        Err(Model(ModelError::Band { position: 2 }))
    ));
    assert!(matches!(
        load_changed(", \"notMet\": \"0\"", ""),
        Err(Model(ModelError::ValueMissing { value: Value::NotMet }))
    ));
    assert!(matches!(
        load_changed("\"personnel.strategy.1b\"", "\"personnel.strategy.1a\""),
        Err(Catalogue(CatalogueError::DuplicateId { .. }))
    ));
    assert!(matches!(
        load_changed("\"demonstration\": true", "\"demonstration\": false"),
        Err(Catalogue(CatalogueError::Origin { .. }))
    ));
    assert!(matches!(
        load_changed("\"demonstration\": true", "\"demonstration\": 1"),
        Err(Json(_))
    ));
}

#[test]
fn sheets_are_read_closed_world() {
    let text = r#"{"weightSet":"discrete","scores":[{"requirement":"a","value":"notMet","basis":"systemDataFullSample"}]}"#;
    let sheet: ScoreSheet = read(text.as_bytes(), text.len()).unwrap();
    assert_eq!(
        (sheet.scores[0].value, sheet.scores[0].basis),
        (Value::NotMet, Basis::SystemDataFullSample)
    );
    for wrong in [
        text.replace("\"value\"", "\"note\":1,\"value\""),
        text.replace("notMet", "never"),
    ] {
        assert!(read::<ScoreSheet>(wrong.as_bytes(), wrong.len()).is_err());
    }
}

const CUTTABLE: [&str; 4] = [
    "manufacturing.design",
    "manufacturing.logistics",
    "manufacturing.sales",
    "manufacturing.service",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn the_band_is_the_number_of_levels_met_in_a_row(
        cut in prop::array::uniform4(any::<bool>()),
        quality in prop::array::uniform5(0usize..=12),
        draws in prop::collection::vec(0usize..12, 201),
    ) {
        let assessment = cmmm();
        let cuts: Vec<&str> = CUTTABLE.into_iter().zip(cut).filter(|(_, cut)| *cut).map(|(id, _)| id).collect();
        let sheet = sheet(&assessment, 5, &cuts, |level, n| {
            // The better the level, the rarer the findings below met.
            if draws[n] < quality[usize::from(level) - 1] { Value::Met } else { Value::ALL[1 + draws[n] % 3] }
        });
        let grade = assessment.grade(&sheet, Issuing::Test).unwrap();
        prop_assert_eq!(grade.level, consecutively_met(&grade));
        prop_assert!(grade.total <= ratio("5"));
        for level in &grade.levels {
            prop_assert!(level.nodes.values().chain([&level.score]).all(|score| *score <= Ratio::ONE));
        }
    }
}
