//! Retries: whether a client sends a request again when the connection ends before the reply, or its time is up.

use super::super::event::Tag;
use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::{Connection, SessionState, Wait};
use super::abandonment::leave;

/// When a request is sent again. RFC 9110 §9.2.2 lets a client do so with one that is not idempotent only
/// when it knows that the request was not carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Never.
    #[default]
    Never,
    /// When the connection had served before.
    WhenReused,
    /// Always.
    Always,
}

/// On a kept connection, the end before a reply is read as a race with the server's own timeout.
pub(crate) static RETRY_WHEN_REUSED: ClientQuirk = ClientQuirk {
    id: "retry-when-reused",
    text: "When a connection that had served before ends instead of a reply, the request is sent again on another, whatever its method.",
    source: "Chromium, Firefox, libcurl 7.88 and 8.22; net/http of Go with Idempotency-Key. RFC 9112 §9.3.1, RFC 9110 §9.2.2",
    rule: Some(&rules::RETRY),
    set: |policy| policy.retry = Retry::WhenReused,
};

/// The end before a reply is read as a failure of the transport.
pub(crate) static RETRY_ALWAYS: ClientQuirk = ClientQuirk {
    id: "retry-always",
    text: "When a connection ends instead of a reply, the request is sent again on another, whatever its method.",
    source: "HttpURLConnection of Java, xmlrpc.client of Python; HAProxy `retry-on all-retryable-errors`, nginx `proxy_next_upstream non_idempotent`. RFC 9110 §9.2.2",
    rule: Some(&rules::RETRY),
    set: |policy| policy.retry = Retry::Always,
};

/// A retry that failed is tried again.
pub(crate) static RETRY_TWICE: ClientQuirk = ClientQuirk {
    id: "retry-twice",
    text: "A request that was sent again is sent once more when that fails too.",
    source: "Chromium 156: three POSTs for one click. RFC 9110 §9.2.2: a client should not automatically retry a failed automatic retry",
    rule: Some(&rules::RETRY_OF_RETRY),
    set: |policy| policy.more_retries = 1,
};

/// A retry that failed is tried twice more.
pub(crate) static RETRY_THRICE: ClientQuirk = ClientQuirk {
    id: "retry-thrice",
    text: "A request that was sent again is sent up to two times more when that fails too.",
    source: "HAProxy `retries 3` with `retry-on all-retryable-errors`: four POSTs for one. RFC 9110 §9.2.2",
    rule: Some(&rules::RETRY_OF_RETRY),
    set: |policy| policy.more_retries = 2,
};

/// A reply that is late is read as a request that was lost.
pub(crate) static RETRY_ON_TIMEOUT: ClientQuirk = ClientQuirk {
    id: "retry-on-timeout",
    text: "When a reply does not come in time, the connection is given up and the request is sent again by itself, whatever its method.",
    source: "redis-py 8.1.0, dalli 3.0.6; Net::HTTP of Ruby 3.1 with idempotent methods. RFC 9110 §9.2.2",
    rule: Some(&rules::RETRY),
    set: |policy| policy.retry_on_timeout = true,
};

/// A retry that failed is tried again, and that as well.
pub(crate) static RETRY_UNTIL_ANSWERED: ClientQuirk = ClientQuirk {
    id: "retry-until-answered",
    text: "A request that was sent again is sent once more whenever that fails, ten times and more.",
    source: "dalli 3.0.6, without end; redis-py 8.1.0, ten times; ioredis 6.0.0, twenty times. RFC 9110 §9.2.2",
    rule: Some(&rules::RETRY_OF_RETRY),
    set: |policy| policy.more_retries = u8::MAX,
};

/// What is sent again may be carried out twice.
pub(crate) static RETRY_IDEMPOTENT: ClientQuirk = ClientQuirk {
    id: "retry-idempotent",
    text: "Of what would be sent again, only a request with an idempotent method is.",
    source: "RFC 9112 §9.3.1: a client may send again what was cut off, if all of it has idempotent methods",
    rule: None,
    set: |policy| policy.retry_idempotent = true,
};

/// Whether a client sends a request again that it wrote on this connection.
pub(crate) fn applies(state: &SessionState, policy: &ClientPolicy, client: u8, tag: Tag) -> bool {
    let Some(wait) = state.wait(client, tag) else {
        return false;
    };
    if wait.connection.is_none() {
        return true;
    }
    let Some(connection) = state.awaited_on(wait) else {
        return false;
    };
    let by_policy = match policy.retry {
        Retry::Never => false,
        Retry::WhenReused => connection.is_reused,
        Retry::Always => true,
    };
    by_policy && may_again(state, policy, wait) && has_ended(connection)
}

/// Whether a client sends a request again when its time is up.
pub(crate) fn follows_timeout(
    state: &SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
) -> bool {
    let wait = state.wait(client, tag);
    policy.retry_on_timeout && wait.is_some_and(|wait| may_again(state, policy, wait))
}

/// A client whose time is up gives up the connection, and waits on until it has sent the request again.
pub(crate) fn prepare(state: &mut SessionState, policy: &ClientPolicy, client: u8, tag: Tag) {
    let Some(wait) = state.wait(client, tag).copied() else {
        return;
    };
    if let Some(connection) = state.awaited_on_mut(&wait) {
        leave(connection, policy, tag, policy.on_timeout);
    }
    if let Some(wait) = state.wait_mut(client, tag) {
        wait.connection = None;
    }
    state.sweep();
}

fn may_again(state: &SessionState, policy: &ClientPolicy, wait: &Wait) -> bool {
    let is_meant = !policy.retry_idempotent || state.is_idempotent(wait.tag);
    is_meant && wait.resent <= policy.more_retries
}

/// Whether a client sees the end of a connection, and nothing before it.
pub(crate) fn has_ended(connection: &Connection) -> bool {
    !connection.client_is_open || !connection.server_is_open && connection.replies.is_empty()
}
