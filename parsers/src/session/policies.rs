//! The policies with a name: the careful client, faulty ones, and their cures.

use super::policy::ClientPolicy;
use super::quirk::abandonment::{KEEP_ON_CANCEL, KEEP_ON_TIMEOUT, TOMBSTONE};
use super::quirk::batch::{BATCH, BATCH_LEAVES_OTHERS};
use super::quirk::channel::{ANY_ORDER, SHARED_CHANNEL, SINGLE_USE};
use super::quirk::idle_check::{END_CHECK, NO_IDLE_CHECK, SOCKET_CHECK};
use super::quirk::leftover::{DROP_LEFTOVER, DROP_UNASKED, RESYNC};
use super::quirk::matching::{BROADCAST, CHECK_ECHO, MATCH_BY_ID};
use super::quirk::partial::{EOF_IS_END, HEAD_TIMEOUT, PARTIAL_IS_REPLY};
use super::quirk::retry::{
    RETRY_ALWAYS, RETRY_IDEMPOTENT, RETRY_ON_TIMEOUT, RETRY_THRICE, RETRY_TWICE,
    RETRY_UNTIL_ANSWERED, RETRY_WHEN_REUSED,
};
use crate::core::policy::{NamedPolicy, named};

/// Every named policy, the careful one first. A name that is a quirk's is that quirk alone.
pub static POLICIES: &[NamedPolicy<ClientPolicy>] = &[
    named(
        "careful",
        &[],
        "Closes whatever it gives up, looks before it writes, reads to the end, sends nothing twice.",
    ),
    named(
        "keep-on-timeout",
        &[&KEEP_ON_TIMEOUT],
        "Uses a connection again whose reply did not come in time.",
    ),
    named(
        "keep-on-cancel",
        &[&KEEP_ON_CANCEL],
        "Closes on its own timeout, and uses the connection again when the caller is cancelled from outside.",
    ),
    named(
        "keep-on-cancel-unchecked",
        &[&KEEP_ON_CANCEL, &NO_IDLE_CHECK],
        "The same, without an idle check.",
    ),
    named(
        "keep-on-cancel-resync",
        &[&KEEP_ON_CANCEL, &NO_IDLE_CHECK, &RESYNC],
        "The same; closes when a reply has something behind it.",
    ),
    named(
        "keep-on-cancel-drop",
        &[&KEEP_ON_CANCEL, &DROP_UNASKED],
        "Uses the connection again when the caller is cancelled, and throws away a late reply that comes before it does.",
    ),
    named(
        "single-use",
        &[&SINGLE_USE],
        "Closes each connection after one reply.",
    ),
    named(
        "own-id",
        &[&MATCH_BY_ID, &NO_IDLE_CHECK],
        "One request at a time on a connection, with an id in each reply that is never used again.",
    ),
    named(
        "drain",
        &[&TOMBSTONE],
        "Uses the connection again after giving up, and throws the late reply away.",
    ),
    named(
        "keep-check-echo",
        &[&KEEP_ON_TIMEOUT, &KEEP_ON_CANCEL, &CHECK_ECHO],
        "Uses the connection again after giving up, and rejects a reply that repeats another key.",
    ),
    named(
        "batch-leaves-others",
        &[&BATCH_LEAVES_OTHERS],
        "Writes to two servers, gives up one reply, and uses the other connection again with its reply unread.",
    ),
    named(
        "batch",
        &[&BATCH],
        "Writes to two servers; giving up one reply closes both connections.",
    ),
    named(
        "partial-is-reply",
        &[&PARTIAL_IS_REPLY],
        "Reads what one read returns as a reply.",
    ),
    named(
        "head-timeout",
        &[&HEAD_TIMEOUT],
        "Limits the time to the beginning of a reply, and waits for the rest of it without a limit.",
    ),
    named(
        "eof-is-end",
        &[&EOF_IS_END],
        "Reads a reply that the end of the connection cuts short as a whole one.",
    ),
    named(
        "no-idle-check",
        &[&NO_IDLE_CHECK],
        "Writes on a kept connection without looking at it.",
    ),
    named(
        "socket-check",
        &[&SOCKET_CHECK],
        "Looks at the socket, and not at what it has read already.",
    ),
    named(
        "end-check",
        &[&END_CHECK],
        "Looks whether the connection has ended, and not at what there is to read.",
    ),
    named(
        "socket-check-resync",
        &[&SOCKET_CHECK, &RESYNC],
        "Looks at the socket, and closes when a reply has something behind it.",
    ),
    named(
        "drop-leftover",
        &[&NO_IDLE_CHECK, &DROP_LEFTOVER],
        "Throws away what it read behind a reply, and does not look at the socket.",
    ),
    named(
        "resync",
        &[&NO_IDLE_CHECK, &RESYNC],
        "Closes when a reply has something behind it, and does not look at the socket.",
    ),
    named(
        "retry-when-reused",
        &[&RETRY_WHEN_REUSED],
        "Sends a request again when a connection that had served before ends.",
    ),
    named(
        "retry-always",
        &[&RETRY_ALWAYS],
        "Sends a request again when its connection ends.",
    ),
    named(
        "retry-twice",
        &[&RETRY_ALWAYS, &RETRY_TWICE],
        "The same, and once more when that fails.",
    ),
    named(
        "retry-idempotent",
        &[&RETRY_ALWAYS, &RETRY_IDEMPOTENT],
        "Sends a request again when its connection ends, if its method is idempotent.",
    ),
    named(
        "retry-on-timeout",
        &[&RETRY_ON_TIMEOUT],
        "Sends a request again when its reply does not come in time.",
    ),
    named(
        "retry-on-timeout-idempotent",
        &[&RETRY_ON_TIMEOUT, &RETRY_IDEMPOTENT],
        "The same, if its method is idempotent.",
    ),
    named(
        "retry-until-answered",
        &[&RETRY_ALWAYS, &RETRY_ON_TIMEOUT, &RETRY_UNTIL_ANSWERED],
        "Sends a request again when its connection ends or its reply does not come in time, until it succeeds.",
    ),
    named(
        "retry-thrice",
        &[&RETRY_ALWAYS, &RETRY_THRICE],
        "As retry-always, and up to two times more.",
    ),
    named(
        "shared-broadcast",
        &[&SHARED_CHANNEL, &BROADCAST, &ANY_ORDER],
        "One channel; every waiting caller hears every reply.",
    ),
    named(
        "shared-order-any",
        &[&SHARED_CHANNEL, &ANY_ORDER],
        "One channel, a queue of waiters, and a server that answers in any order.",
    ),
    named(
        "shared-forget",
        &[&SHARED_CHANNEL, &KEEP_ON_TIMEOUT, &KEEP_ON_CANCEL],
        "One channel and a queue of waiters; a caller that gives up is removed from the queue.",
    ),
    named(
        "shared-close",
        &[&SHARED_CHANNEL],
        "One channel and a queue of waiters; a caller that gives up closes the channel for all.",
    ),
    named(
        "shared-tombstone",
        &[&SHARED_CHANNEL, &TOMBSTONE],
        "One channel and a queue of waiters; a caller that gives up leaves a tombstone in the queue.",
    ),
    named(
        "shared-tombstone-drop",
        &[&SHARED_CHANNEL, &TOMBSTONE, &DROP_UNASKED],
        "The same; what comes when the queue is empty is thrown away.",
    ),
    named(
        "shared-id",
        &[&SHARED_CHANNEL, &ANY_ORDER, &MATCH_BY_ID],
        "One channel, any order, an id in each reply; a caller that gives up closes the channel.",
    ),
    named(
        "shared-id-keep",
        &[
            &SHARED_CHANNEL,
            &ANY_ORDER,
            &MATCH_BY_ID,
            &KEEP_ON_TIMEOUT,
            &KEEP_ON_CANCEL,
            &NO_IDLE_CHECK,
        ],
        "The same; a caller that gives up is forgotten, and the channel stays.",
    ),
];
