//! Webhooks: changes sent to subscribers as they happen, signed with a secret of each (Standard Webhooks 1.0).
//!
//! A subscription is a folder that the operator's command makes; what has been sent stands beside it, as a place in the
//! log. Messages are made from the log's entries, hashed again, one subscriber's in order and each at least once under
//! an unchanging id. Nothing here is in the way of intake: it reads what is durable.

mod authorities;
mod backoff;
mod folder;
mod message;
mod networks;
mod progress;
mod secret;
mod send;
mod subscription;
mod worker;

pub use authorities::{Authorities, AuthoritiesError, AuthoritiesFault};
pub use backoff::{ATTEMPTS, delay};
pub use folder::{DeadLetter, FolderError, WebhookFolder};
pub use message::Message;
pub use networks::{Networks, NetworksError};
pub use progress::Progress;
pub use secret::{Secret, SecretError, Signed};
pub use send::{SendError, Sender, TargetError, check_target};
pub use subscription::{Scope, ScopeError, Subscription, SubscriptionId, SubscriptionIdError};
pub use worker::{Webhooks, deliver_changes};
