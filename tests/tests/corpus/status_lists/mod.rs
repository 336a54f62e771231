//! Status lists and snapshots: whatever is wrong with them, nothing reads as in force (Bitstring Status List 1.0).

mod encoded;
mod faults;
mod snapshots;
mod states;

use touchstone_schemas::status::{StatusMessage, StatusPurpose};
use touchstone_schemas::status_list::StatusList;
use touchstone_verifier::input::Request;
use touchstone_verifier::reason::ReasonCode;
use touchstone_verifier::report::Headline;

use crate::draft::{Draft, Shelf};
use crate::fixture::{STATUS_METHOD, World, sign_bytes, with_member};

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("status-lists");
    faults::put(&mut shelf);
    encoded::put(&mut shelf);
    states::put(&mut shelf);
    snapshots::put(&mut shelf);
    shelf.drafts
}

/// Where a purpose's list stands among the three of a request.
fn place(purpose: StatusPurpose) -> usize {
    StatusPurpose::ALL
        .iter()
        .position(|other| *other == purpose)
        .unwrap()
}

/// A list in which everything is in force.
fn good(world: &World, purpose: StatusPurpose) -> StatusList {
    world.list(purpose, StatusMessage::InForce)
}

/// A good list with a member changed, signed by the authority all the same.
fn resigned(world: &World, purpose: StatusPurpose, pointer: &str, value: Option<&str>) -> String {
    let list = good(world, purpose);
    let unsigned = with_member(&world.sign_list(&list), "/proof", None);
    let unsigned = with_member(&unsigned, pointer, value);
    sign_bytes(unsigned.as_bytes(), list.valid_from, STATUS_METHOD, &world.status)
}

/// A request in which one of the three lists is another.
fn with_list(world: &World, purpose: StatusPurpose, list: String) -> Request {
    let mut request = world.request();
    request.facts.status_lists[place(purpose)] = list;
    request
}

/// Puts a list there that is no list: could not tell, for that reason.
fn no_list(shelf: &mut Shelf, purpose: StatusPurpose, name: &str, why: &str, list: String, code: ReasonCode) {
    let request = with_list(&shelf.world, purpose, list);
    let name = format!("{}-{name}", purpose.name());
    shelf.request(&name, why, request, Headline::CouldNotTell, &[code]);
}
