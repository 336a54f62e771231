//! Certificate chains: who stands behind a key (RFC 5280 §6, RFC 8410), in trust lists that the scheme owner signed all the
//! same. The certificate that is shown is as its issuer signed it.

mod between;
mod end_entity;
mod unreadable;

use rcgen::{BasicConstraints, CertificateParams, CustomExtension, IsCa, SanType, date_time_ymd};
use touchstone_schemas::trust_list::DerCertificate;
use touchstone_verifier::reason::ReasonCode::{
    self, LogNotChecked, PathInvalid, SignatureInvalid, WrongKeyPurpose,
};
use touchstone_verifier::report::Headline::{InForce, NotAuthorised, NotGenuine};

use crate::draft::{Draft, Shelf};
use crate::fixture::{Authority, ISSUE, METHOD, World, end_entity, key};

pub(super) type Change = fn(&mut World);
pub(super) type Rows<'a> = &'a [(&'a str, &'a str, Change)];

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("chains");
    put(&mut shelf, end_entity::ROOTS, PathInvalid);
    put(&mut shelf, end_entity::WINDOWS, PathInvalid);
    put(&mut shelf, end_entity::NAMES, PathInvalid);
    put(&mut shelf, end_entity::PURPOSES, WrongKeyPurpose);
    put(&mut shelf, between::ROWS, PathInvalid);
    unreadable::put(&mut shelf);
    signed_by_others(&mut shelf);
    lawful(&mut shelf);
    shelf.drafts
}

fn put(shelf: &mut Shelf, rows: Rows<'_>, code: ReasonCode) {
    for (name, why, change) in rows {
        let mut world = World::new();
        change(&mut world);
        shelf.request(name, why, world.request(), NotAuthorised, &[code]);
    }
}

/// The issuing key's certificate, changed and signed by the root all the same.
pub(super) fn certified(world: &mut World, change: impl FnOnce(&mut CertificateParams)) {
    let mut params = end_entity(METHOD, ISSUE);
    change(&mut params);
    world.issuing_key().certificate = world.root.certify(&params, &key(1));
}

/// The same with its DER bytes changed afterwards.
pub(super) fn altered(world: &mut World, change: impl FnOnce(&mut Vec<u8>)) {
    let mut der = world.issuing_key().certificate.as_der().to_vec();
    change(&mut der);
    world.issuing_key().certificate = DerCertificate::new(der).unwrap();
}

/// An authority under the root: its parameters may be changed. What it certifies is the issuing key.
pub(super) fn through(world: &mut World, change: fn(&mut CertificateParams)) {
    let middle = Authority::with("Demonstration Middle", 30, change);
    let certificate = world.root.certify(middle.params(), &key(30));
    world.issuer().intermediates = vec![certificate];
    world.issuing_key().certificate = middle.certify(&end_entity(METHOD, ISSUE), &key(1));
}

pub(super) fn extension(arcs: &[u64], content: &[u8], critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(arcs, content.to_vec());
    extension.set_criticality(critical);
    extension
}

pub(super) fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

/// The certificate holds, and is of another key than the one that signed.
fn signed_by_others(shelf: &mut Shelf) {
    let mut world = World::new();
    world.issuing_key().certificate = world.root.certify(&end_entity(METHOD, ISSUE), &key(3));
    let why = "The list's certificate is of another key than the one that signed.";
    shelf.request(
        "key-exchanged",
        why,
        world.request(),
        NotGenuine,
        &[SignatureInvalid],
    );
    let mut world = World::new();
    certified(&mut world, |params| params.not_after = date_time_ymd(2026, 6, 1));
    world.issuing = key(3);
    let why = "An expired certificate, and not even its key signed: not genuine is the graver word.";
    shelf.request(
        "key-expired-and-exchanged",
        why,
        world.request(),
        NotGenuine,
        &[SignatureInvalid],
    );
}

fn lawful(shelf: &mut Shelf) {
    let rows: Rows<'_> = &[
        ("lawful-through-one", "One authority between.", |world| {
            through(world, |_| {})
        }),
        (
            "lawful-path-length-nought",
            "One authority that may have none below it, and has none.",
            |world| {
                through(world, |params| {
                    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))
                });
            },
        ),
        (
            "lawful-extension",
            "An extension that is not critical is passed over.",
            |world| {
                certified(world, |params| {
                    params.custom_extensions = vec![extension(&[1, 3, 6, 1, 4, 1, 32473, 9], &[5, 0], false)];
                })
            },
        ),
        (
            "lawful-two-roots",
            "The root beside its successor of the same name.",
            |world| {
                let next = Authority::new("Demonstration Root", 21).certificate();
                world.issuer().roots.insert(0, next);
            },
        ),
    ];
    for (name, why, change) in rows {
        let mut world = World::new();
        change(&mut world);
        shelf.request(name, why, world.request(), InForce, &[LogNotChecked]);
    }
}
