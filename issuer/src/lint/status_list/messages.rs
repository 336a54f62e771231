//! An entry wider than a bit tells each of its values, and their number is two to the power of its width (Bitstring
//! Status List 1.0 §2.1).

use touchstone_schemas::json::Value;

use crate::lint::{Clause, Document, DocumentLint, Findings};

const CLAUSE: Clause = Clause::new("statusMessages", "Bitstring Status List 1.0 §2.1");
pub(in crate::lint) const LINT: DocumentLint = DocumentLint::of_credential(&CLAUSE, check);

fn check(document: &Document<'_>, findings: &mut Findings) {
    for place in 0..document.list("/credentialStatus").len() {
        let entry = format!("/credentialStatus/{place}");
        let size = document.integer(&format!("{entry}/statusSize")).unwrap_or(1);
        let messages = document.list(&format!("{entry}/statusMessage"));
        let wanted = if size == 1 { 0 } else { 1_usize << size.clamp(0, 8) };
        if messages.len() != wanted {
            let message = format!("{} values are told of an entry {size} bits wide", messages.len());
            findings.report(format!("{entry}/statusMessage"), message);
        }
        for (code, told) in messages.iter().enumerate() {
            if told.pointer("/status").and_then(Value::as_str) != Some(&format!("0x{code:x}")) {
                let pointer = format!("{entry}/statusMessage/{code}/status");
                findings.report(pointer, format!("wanted 0x{code:x}"));
            }
        }
    }
}
