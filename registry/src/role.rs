//! What a process of the registry does beside answering.

use std::fmt;

use serde::Deserialize;

/// One of the processes that serve a registry's log. There is one sequencer and any number of readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes submissions in and writes the log, delivers webhooks, reads again what is stored.
    #[default]
    Sequencer,
    /// Answers alone: follows what the sequencer wrote, holds no secret and writes nothing to the database.
    Reader,
}

impl Role {
    /// As configurations and metrics write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sequencer => "sequencer",
            Self::Reader => "reader",
        }
    }

    /// The key of `[log]` that this role alone needs.
    #[must_use]
    pub const fn needs(self) -> &'static str {
        match self {
            Self::Sequencer => "key_file",
            Self::Reader => "public_key",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
