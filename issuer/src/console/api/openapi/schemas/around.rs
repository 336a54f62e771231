//! The records of complaints, people and clients.

use serde_json::Value;

use super::{day, digest, journal, line, list, named, next, object, open, passage, text, whole, words};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let mut all = of_complaints();
    all.extend(of_people());
    all.extend(of_clients());
    all
}

fn kinds() -> Value {
    words(&["complaint", "appeal"], "投诉 or 申诉")
}

fn statuses() -> Value {
    words(
        &["received", "acknowledged", "decided", "closed"],
        "how far it is",
    )
}

fn of_complaints() -> Vec<(&'static str, Value)> {
    let listed = object(
        "a line of a list",
        [
            ("complaint", whole("its number")),
            ("kind", kinds()),
            ("receivedOn", day("it came in")),
            ("status", statuses()),
            ("subject", text("what it is called")),
        ],
    );
    let complaint = object(
        "a complaint as it stands",
        [
            ("acknowledged?", open("what its sender was told at receipt")),
            ("acts", whole("acts on record")),
            ("complaint", whole("its number")),
            ("decision?", open("by whom, when, the decision and its signature")),
            ("head", digest("digest of the last act")),
            (
                "received",
                open("account, sender, subject, concern, and who was involved in that"),
            ),
            ("status", statuses()),
            ("told?", open("how its sender was told")),
        ],
    );
    let decision = object(
        "a decision on a complaint",
        [
            ("outcome", words(&["upheld", "rejected"], "what is decided")),
            ("reason", passage("why, and what is done about it")),
            ("reference", line("its reference")),
        ],
    );
    let decided = object(
        "a decision with its signature",
        [
            ("approval", named("Approval")),
            ("decision", named("ComplaintDecision")),
        ],
    );
    vec![
        ("NewComplaint", new_complaint()),
        (
            "Note",
            object(
                "what was said",
                [("note", passage("what was said, how and when"))],
            ),
        ),
        ("ComplaintDecision", decision),
        ("DecidedComplaint", decided),
        ("Complaint", complaint),
        (
            "ComplaintList",
            object(
                "a page of complaints",
                [("complaints", list(listed, "")), ("next?", next())],
            ),
        ),
        ("ComplaintJournal", journal("complaint")),
    ]
}

fn new_complaint() -> Value {
    let concern = object(
        "what it is about; the body itself when nothing is named",
        [
            ("case?", whole("a case")),
            ("certificate?", text("证书编号")),
            ("measure?", whole("a measure")),
        ],
    );
    object(
        "a complaint that came in",
        [
            ("account", passage("in the complainant's words")),
            ("concern?", concern),
            ("kind", kinds()),
            ("receivedOn?", day("it came in; today when absent")),
            (
                "sender",
                passage("who sent it, and how they are reached; stays in the office"),
            ),
            ("subject", line("what it is called in lists")),
        ],
    )
}

fn of_people() -> Vec<(&'static str, Value)> {
    let kinds = [
        "personAdded",
        "renamed",
        "keyGiven",
        "keyRetired",
        "roleGiven",
        "roleEnded",
        "mandateGiven",
        "mandateEnded",
    ];
    let act = object(
        "something about people",
        [
            (
                "content",
                open(
                    "`personAdded`: person, name, since, key; `renamed`: person, name, since; `keyGiven`: person, key; \
                     `keyRetired`: person, key, from, reason; `roleGiven`: person, role, office, schemes, from, until; \
                     `mandateGiven`: delegator, deputy, role, office, schemes, from, until; `roleEnded`, `mandateEnded`: \
                     number, until, reason",
                ),
            ),
            ("kind", words(&kinds, "what it is")),
        ],
    );
    let people = object(
        "everybody, as the journal has it",
        [
            ("acts", whole("acts on record")),
            ("head", digest("digest of the last act")),
            ("mandates", list(open("a mandate, with its number"), "")),
            ("people", list(open("names and public keys of a person"), "")),
            ("roles", list(open("a role, with its number"), "")),
        ],
    );
    vec![("PeopleAct", act), ("People", people)]
}

fn of_clients() -> Vec<(&'static str, Value)> {
    let contact = object(
        "how a client is reached",
        [
            ("mail", text("their address")),
            ("name", line("who reads mail there")),
            ("uscc", text("unified social credit code")),
        ],
    );
    let notice = object(
        "a notice",
        [
            ("attempts", whole("tries so far")),
            ("key", text("what it is about")),
            ("notice", whole("its number")),
            ("problem?", text("why it did not go when that was last tried")),
            ("recipient?", text("to whom it went")),
            ("sentAt?", text("when")),
            ("state", words(&["waiting", "sent", "dead"], "how far it is")),
            ("subject", text("its subject")),
            ("uscc", text("the client")),
        ],
    );
    let link = object(
        "a link on file",
        [
            ("address?", text("from where it was used")),
            ("file", text("the file's name")),
            ("madeAt", text("when it was made")),
            ("madeBy", text("by whom")),
            ("usedAt?", text("when it was used")),
        ],
    );
    let made = object(
        "a link that was made",
        [
            ("file", text("the file's name")),
            ("number", text("证书编号")),
            ("url?", text("where it leads; told once")),
        ],
    );
    vec![
        ("Contact", contact),
        ("Notices", object("notices", [("notices", list(notice, ""))])),
        (
            "Retried",
            object("a notice that waits again", [("notice", whole("its number"))]),
        ),
        ("Links", object("links", [("links", list(link, ""))])),
        ("Link", made),
    ]
}
