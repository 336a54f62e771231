//! From a row to the form that a case is opened with.

use serde_json::{Map, Value, json};
use touchstone_schemas::text::Text;

use super::{APPLICATION, Fault, table::Row, table::plain_date};
use crate::{casework::Form, lint::Finding};

/// What a row says.
pub(super) struct ApplicationRow {
    pub(super) form: Form,
    pub(super) evaluators: Vec<Text>,
}

/// The words of a cell that stand for yes and no.
fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "是" | "yes" | "true" | "y" | "1" => Some(true),
        "否" | "no" | "false" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// The kinds of unit as people name them.
fn unit_kind(text: &str) -> &str {
    match text {
        "分公司" => "branch",
        "事业部" => "division",
        "车间" => "workshop",
        "工厂" => "plant",
        other => other,
    }
}

/// Reads a row.
///
/// # Errors
/// Every fault of the row, none left out.
pub(super) fn read(row: &Row<'_>) -> Result<ApplicationRow, Vec<Fault>> {
    let mut faults = row.faults();
    let document = document(row, &mut faults);
    let mut evaluators = Vec::new();
    for person in row
        .get("evaluators")
        .unwrap_or_default()
        .split([' ', ',', ';', '，', '；', '、'])
    {
        match Text::parse(person) {
            Ok(person) if evaluators.contains(&person) => {
                faults.push(row.fault("评价人员编号", format!("{person} is named twice")));
            }
            Ok(person) => evaluators.push(person),
            Err(_) if person.is_empty() => {}
            Err(error) => faults.push(row.fault("评价人员编号", error.to_string())),
        }
    }
    let form = match Form::read(document.to_string().as_bytes()) {
        Ok(form) if faults.is_empty() => return Ok(ApplicationRow { form, evaluators }),
        form => form,
    };
    for finding in form.err().unwrap_or_default() {
        let fault = of_finding(row, &finding, &faults);
        faults.extend(fault);
    }
    Err(faults)
}

/// A finding as a fault, unless its column has one already: an empty cell is told once.
pub(super) fn of_finding(row: &Row<'_>, finding: &Finding, before: &[Fault]) -> Option<Fault> {
    // A place that was taken over from the applicant: what is wrong with it is told there.
    let taken_over = ["site1Name", "site1Address", "site1Region"]
        .iter()
        .all(|key| row.get(key).is_none());
    if taken_over && finding.pointer.starts_with("/sites") {
        return None;
    }
    let fault = row.fault_at(&finding.pointer, finding.message.clone());
    let told = !fault.column.is_empty() && before.iter().any(|it| it.column == fault.column);
    (!told).then_some(fault)
}

/// The document, with what the cells hold; what is wrong with it is found by whoever reads it.
fn document(row: &Row<'_>, faults: &mut Vec<Fault>) -> Value {
    let mut root = json!({});
    for column in APPLICATION {
        let Some(text) = row.get(column.key) else { continue };
        let value = match column.key {
            "inNormalOperation" => match truth(text) {
                Some(truth) => Value::Bool(truth),
                None => {
                    faults.push(row.fault(column.zh, "wanted 是 or 否"));
                    continue;
                }
            },
            "agreementSignedOn" => Value::String(plain_date(text)),
            "unitKind" => Value::String(unit_kind(text).to_owned()),
            _ => Value::String(text.to_owned()),
        };
        set(&mut root, column.pointer, value);
    }
    // Without a place of its own, what is assessed is where the applicant is registered.
    let of_applicant = |name: &str| root.pointer(&format!("/applicant/{name}")).cloned();
    if root.get("sites").is_none()
        && let (Some(name), Some(address), Some(region)) = (
            of_applicant("name"),
            of_applicant("address"),
            of_applicant("region"),
        )
    {
        let name = root.pointer("/assessedUnit/name").cloned().unwrap_or(name);
        for (pointer, value) in [("name", name), ("address", address), ("region", region)] {
            set(&mut root, &format!("/sites/0/{pointer}"), value);
        }
    }
    if let Some(sites) = root.get_mut("sites") {
        let listed: Vec<Value> = sites
            .as_object()
            .map(|sites| sites.values().cloned().collect())
            .unwrap_or_default();
        if !listed.is_empty() {
            *sites = Value::Array(listed);
        }
    }
    root
}

/// Puts a value where a pointer leads, making the objects on the way.
fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut at = root;
    let mut names = pointer.split('/').skip(1).peekable();
    while let Some(name) = names.next() {
        let Some(object) = at.as_object_mut() else { return };
        if names.peek().is_none() {
            object.insert(name.to_owned(), value);
            return;
        }
        at = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
    }
}
