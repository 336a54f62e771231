//! Commands with more to say than a line, a file a topic.

pub(crate) mod backup;
pub(crate) mod mirror;
pub(crate) mod rebuild;
