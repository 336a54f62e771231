//! What registry and office ask of a database alike: where it is, and whether its server keeps what it was told. What
//! each keeps in it, and how, is its own.

mod durable;
mod place;

pub use durable::NotDurable;
pub use place::{Place, PlaceError, Server};
