//! Verification: bytes and facts in, a Report out. Pure.
//!
//! [`verify()`] answers the four questions of a [`Request`](input::Request); [`needs()`] says what it still wants. The
//! doors beside it open one kind of signed document each, for those who store and serve them.

mod authorised;
mod clock;
pub mod document;
pub mod events;
mod genuine;
mod history;
mod in_force;
pub mod input;
pub mod log_check;
pub mod lookup;
mod need;
mod needs;
pub mod path;
pub mod proof;
pub mod qr;
pub mod reason;
pub mod register;
pub mod report;
mod request;
pub mod statement;
pub mod status;
mod thin;
pub mod tlog;
pub mod trust;
mod verify;
pub mod view;

pub use document::document_json;
pub use events::verify_event;
pub use lookup::look_up;
pub use needs::{Needs, needs};
pub use register::{register_json, snapshot_after};
pub use request::{RequestError, needs_json, read_request, verify_json};
pub use statement::verify_statement;
pub use status::{open_snapshot, open_status_list};
pub use thin::{ThinError, thin_verify};
pub use trust::{open_key_retirement, open_trust_list, open_verifier_release};
pub use verify::{Presentation, Verifier, verify};
