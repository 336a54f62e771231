//! Credentials: one signed document, and what people do to it.

mod content;
mod contexts;
mod edited;
mod json;
mod keys;
mod kinds;
mod lawful;
mod proofs;
mod signatures;

use crate::draft::{Draft, Shelf};

pub(crate) fn drafts() -> Vec<Draft> {
    let mut shelf = Shelf::new("credentials");
    lawful::put(&mut shelf);
    json::put(&mut shelf);
    contexts::put(&mut shelf);
    proofs::put(&mut shelf);
    signatures::put(&mut shelf);
    content::put(&mut shelf);
    edited::put(&mut shelf);
    kinds::put(&mut shelf);
    keys::put(&mut shelf);
    shelf.drafts
}
