//! The idle check: whether a client looks at a connection before it writes the next request on it.

use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::{Connection, SessionState};

/// Where a client looks for what should not be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IdleCheck {
    /// In its own memory and on the socket.
    #[default]
    Memory,
    /// On the socket: what it has read already, it does not see.
    Socket,
    /// Whether the other end has closed it; what there is to read is read later.
    End,
    /// Nowhere.
    None,
}

/// Nothing is looked at.
pub(crate) static NO_IDLE_CHECK: ClientQuirk = ClientQuirk {
    id: "no-idle-check",
    text: "A kept connection is written to without looking whether it has something to read, or is closed.",
    source: "aiohttp 3.14.5, http.client of Python 3.11, Net::HTTP of Ruby 3.1, libcurl 7.88. RFC 9112 §9.2: surplus data is no valid response",
    rule: Some(&rules::SURPLUS),
    set: |policy| policy.idle_check = IdleCheck::None,
};

/// The socket is looked at, and what was read from it is not.
pub(crate) static SOCKET_CHECK: ClientQuirk = ClientQuirk {
    id: "socket-check",
    text: "The idle check looks at the socket only, not at what was read from it together with the last reply.",
    source: "httpx 0.28.1, ureq 3.0.12",
    rule: Some(&rules::SURPLUS),
    set: |policy| policy.idle_check = IdleCheck::Socket,
};

/// The socket is asked for the end of the connection, and for nothing else.
pub(crate) static END_CHECK: ClientQuirk = ClientQuirk {
    id: "end-check",
    text: "The idle check looks whether the connection has ended; where there is something to read, it has not, and that is kept for the next request.",
    source: "Net::HTTP of Ruby 3.1: `wait_readable(0) && eof?`",
    rule: Some(&rules::SURPLUS),
    set: |policy| policy.idle_check = IdleCheck::End,
};

/// Closes the connections on which no request waits and the check finds something: bytes that no request
/// of the client's asked for, or the end.
pub(crate) fn prune(state: &mut SessionState, policy: &ClientPolicy) {
    if policy.idle_check == IdleCheck::None {
        return;
    }
    let mut found = false;
    for connection in state.connections.iter_mut() {
        if connection.client_is_open && !connection.is_in_use() && is_stale(connection, policy) {
            connection.client_is_open = false;
            found = true;
        }
    }
    if found {
        state.sweep();
    }
}

fn is_stale(connection: &Connection, policy: &ClientPolicy) -> bool {
    if policy.idle_check == IdleCheck::End {
        // The end is behind what there is to read.
        return !connection.server_is_open && connection.replies.is_empty();
    }
    // What a tombstone waits for may come at any time; only the rest is out of place.
    let unread = connection.replies.len();
    let owed = connection.expected.len();
    let seen = match policy.idle_check {
        IdleCheck::Memory => unread,
        IdleCheck::Socket => unread - usize::from(connection.buffered),
        IdleCheck::End | IdleCheck::None => 0,
    };
    !connection.server_is_open || seen > owed
}
