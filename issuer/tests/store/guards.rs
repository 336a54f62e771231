//! What the database refuses by itself, and the word the office has for it: the same on both engines.

use touchstone_issuer::store::StoreError;

use crate::{
    engines::{Dialect, Engines, run},
    staff::{evaluated, hire, judged_up_to},
    test_office::TestOffice,
};

/// What a refusal is called.
fn word(error: &StoreError) -> &'static str {
    match error {
        StoreError::NumberTaken => "number",
        StoreError::IndexTaken => "index",
        StoreError::DutiesNotSeparated => "duties",
        StoreError::JournalMovedOn => "journal",
        StoreError::EventTaken => "event",
        StoreError::Database(_) => "database",
        other => panic!("{other:?}"),
    }
}

/// Statements that must be refused, each with the word for it.
fn refused(dialect: &Dialect) -> Vec<(String, &'static str)> {
    let Dialect { braces, yes } = dialect;
    let act = |sequence: &str, kind: &str, person: &str, side: &str| {
        format!(
            "INSERT INTO case_act SELECT 1, {sequence}, 1, {kind}, {person}, NULL, {side}, NULL, NULL,
             '2026-01-01T00:00:00Z', {braces}, '{:064}', digest FROM case_act
             WHERE case_id = 1 ORDER BY sequence DESC LIMIT 1",
            7
        )
    };
    let next = "sequence + 1";
    let duty = |case_file: &str, person: &str, side: &str, duty: &str, place: u8| {
        format!(
            "INSERT INTO duty (case_file_id, person, side, duty, done_on, place, exclusive)
             SELECT {case_file}, '{person}', '{side}', '{duty}', '2026-01-01', {place}, {yes} FROM credential"
        )
    };
    let credential = |number: &str, version: &str, index: &str| {
        format!(
            "INSERT INTO case_file (case_file_id) VALUES (9001);
             INSERT INTO application SELECT 9001, '{:064}', document, sheet FROM application;
             INSERT INTO credential (case_file_id, application_id, number, version, list, list_index, holder,
             prepared_at, unsecured, lints)
             SELECT 9001, 9001, {number}, {version}, list, {index}, holder, prepared_at, unsecured, lints
             FROM credential",
            7
        )
    };
    let mut statements: Vec<(String, &str)> = [
        ("UPDATE case_act SET at = '2026-01-01T00:00:00Z'", "journal"),
        ("DELETE FROM case_act WHERE sequence > 3", "journal"),
        ("UPDATE personnel_act SET kind = 'renamed'", "journal"),
        ("DELETE FROM personnel_act", "journal"),
        ("UPDATE attachment SET size = 0", "database"),
        ("DELETE FROM attachment", "database"),
        ("UPDATE participant SET side = 'judging'", "database"),
        ("DELETE FROM participant", "database"),
        ("UPDATE judge SET stage = 'decision'", "database"),
        ("INSERT INTO participant VALUES (1, '评价甲', 'judging')", "duties"),
        ("INSERT INTO judge VALUES (1, '复核', 'judgement', 'decision')", "duties"),
        (
            "INSERT INTO person_key SELECT key, '受理' FROM person_key WHERE person = '决定'",
            "database",
        ),
        (
            "INSERT INTO office_case SELECT 2, case_file_id, edition, holder, holder_name, status, stage, acts, head
             FROM office_case WHERE case_id = 1",
            "database",
        ),
        ("UPDATE credential SET receipt = NULL", "database"),
        ("UPDATE credential SET void_id = 7", "database"),
        (
            "INSERT INTO submission_document (submission_id, place) SELECT submission_id, 99 FROM submission",
            "database",
        ),
        ("INSERT INTO api_request (person, key, digest, at) VALUES ('无人', 'k', '7', '7')", "database"),
    ]
    .into_iter()
    .map(|(statement, word)| (statement.to_owned(), word))
    .collect();
    statements.extend([
        // Somebody of the other side; nobody; out of place; again; on no side; the program.
        (act(next, "'judged'", "'评价甲'", "'judging'"), "database"),
        (act(next, "'attached'", "'复核'", "'making'"), "database"),
        (act(next, "'attached'", "'无人'", "'making'"), "database"),
        (
            act("sequence + 2", "'attached'", "'评价甲'", "'making'"),
            "journal",
        ),
        (act("sequence", "'attached'", "'评价甲'", "'making'"), "journal"),
        (act(next, "'judged'", "'评价甲'", "'making'"), "database"),
        (act(next, "'evaluated'", "'评价甲'", "NULL"), "database"),
        (act(next, "'judged'", "NULL", "'judging'"), "database"),
        (duty("case_file_id", "YS-071", "making", "decider", 0), "database"),
        (duty("case_file_id", "YS-041", "judging", "decider", 0), "duties"),
        (credential("number", "version", "list_index + 1"), "number"),
        (credential("'CQC26ZNZ999999R0'", "version", "list_index"), "index"),
    ]);
    statements
}

pub(crate) async fn the_database_refuses_by_itself(engines: &Engines) {
    let place = engines.place();
    let test = TestOffice::kept_at(place.clone()).await;
    {
        let (mut office, _) = test.open().await;
        hire(&mut office.store).await;
        let number = evaluated(&mut office, "01-in-force", 3).await;
        judged_up_to(&mut office, number, "signing").await;
    }
    test.issue_sample("13-level-1").await;
    let dialect = Dialect::of(&place);
    for (statement, expected) in refused(&dialect) {
        // All or nothing also of what stands before it.
        let done = run(&place, &format!("BEGIN; {statement}; COMMIT;")).await;
        let Err(error) = done else {
            panic!("not refused: {statement}")
        };
        assert_eq!(word(&error), expected, "{statement}: {error}");
    }
    // The same act with what is right passes: it is the constraints that refuse the others.
    let right = format!(
        "INSERT INTO case_act SELECT 1, sequence + 1, 1, 'attached', '评价甲', NULL, 'making', NULL, NULL,
         '2026-01-01T00:00:00Z', {}, '{:064}', digest FROM case_act WHERE case_id = 1 ORDER BY sequence DESC LIMIT 1",
        dialect.braces, 7
    );
    run(&place, &right).await.unwrap();
}
