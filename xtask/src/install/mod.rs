//! Getting what a command needs onto this machine: Debian packages as root, npm packages into the target folder.

pub(crate) mod debian;
pub(crate) mod deny;
pub(crate) mod npm;
