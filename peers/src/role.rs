//! What a reader is in real life: the place where its bytes come from, and where they go.

use serde::{Deserialize, Serialize};

/// The role of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It answers requests.
    Server,
    /// It reads messages and forwards them.
    Proxy,
    /// It sends requests; what it makes of one that it is given decides nothing.
    Client,
    /// It looks at what others read, such as an intrusion detection system, and changes nothing.
    Inspector,
    /// It is a part of programs of any of the other roles.
    Library,
    /// It is a command that applies or shows patches.
    Tool,
}

impl Role {
    /// The word used in reports and in the files of dialects.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Proxy => "proxy",
            Self::Client => "client",
            Self::Inspector => "inspector",
            Self::Library => "library",
            Self::Tool => "tool",
        }
    }

    /// Whether what a reader of this role makes of a message decides what happens to it.
    pub fn acts(&self) -> bool {
        !matches!(self, Self::Client | Self::Inspector)
    }
}
