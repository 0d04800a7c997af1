//! Abandonment: what a client does with a connection on which it no longer waits for a reply.

use super::super::event::Tag;
use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::{Connection, SessionState};
use super::super::step::Effect;
use super::matching::{self, Matching};

/// What happens to the connection when its client gives up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Abandonment {
    /// It is closed: the late reply has nowhere to go.
    #[default]
    Close,
    /// It is used again as if nothing had been asked.
    Keep,
    /// It is used again, and the late reply is thrown away when it comes.
    Tombstone,
}

/// The connection goes back to the pool after a timeout.
pub(crate) static KEEP_ON_TIMEOUT: ClientQuirk = ClientQuirk {
    id: "keep-on-timeout",
    text: "A connection whose reply did not come in time is used again; a waiter on a shared channel is removed from the queue.",
    source: "MogileFS clients of 2007 to 2011 in Ruby and PHP",
    rule: Some(&rules::ABANDON),
    set: |policy| policy.on_timeout = Abandonment::Keep,
};

/// The connection goes back to the pool after a cancellation.
pub(crate) static KEEP_ON_CANCEL: ClientQuirk = ClientQuirk {
    id: "keep-on-cancel",
    text: "A connection whose caller was cancelled from outside, between write and read, is used again.",
    source: "redis-py 4.5.1, redis-rs 0.23.3 `aio::Connection`, async-memcached 0.8.0, python-memcached 1.62; dalli issues 146 and 956",
    rule: Some(&rules::ASSOCIATION),
    set: |policy| policy.on_cancel = Abandonment::Keep,
};

/// No client waits for the late reply, and it is thrown away.
pub(crate) static TOMBSTONE: ClientQuirk = ClientQuirk {
    id: "tombstone",
    text: "A caller that gives up leaves an entry in the queue; the reply that belongs to it is thrown away when it comes.",
    source: "redis-rs 1.8.1 multiplexed connection",
    rule: None,
    set: |policy| {
        policy.on_timeout = Abandonment::Tombstone;
        policy.on_cancel = Abandonment::Tombstone;
    },
};

/// A client gives up the request `tag`, and with it everything else that it waits for.
pub(crate) fn give_up(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    how: Abandonment,
    effects: &mut Vec<Effect>,
) {
    let waits = state.client(client).map(|client| client.waits);
    for wait in waits.unwrap_or_default().iter() {
        state.end_wait(client, wait.tag);
        effects.push(Effect::GaveUp {
            client,
            asked: wait.tag,
        });
        let how = match wait.tag == tag || !policy.batch_leaves_others {
            true => how,
            false => Abandonment::Keep,
        };
        if let Some(connection) = state.awaited_on_mut(wait) {
            leave(connection, policy, wait.tag, how);
        }
    }
    state.sweep();
}

/// Does with a connection what is done with one on which the reply to the request `tag` is no longer waited for.
pub(crate) fn leave(
    connection: &mut Connection,
    policy: &ClientPolicy,
    tag: Tag,
    how: Abandonment,
) {
    match how {
        Abandonment::Close => {
            connection.client_is_open = false;
            connection.forget(tag);
        }
        Abandonment::Keep => {
            connection.forget(tag);
            // Ids tell the late reply from the next one.
            connection.is_out_of_step |= policy.matching != Matching::Id;
        }
        // Ids tell the late reply from the next one: no entry is needed.
        Abandonment::Tombstone if policy.matching == Matching::Id => {
            connection.forget(tag);
        }
        Abandonment::Tombstone => {
            let mut entries = connection.expected.iter_mut();
            if let Some(entry) = entries.find(|entry| entry.tag == tag) {
                entry.is_abandoned = true;
            }
        }
    }
    matching::absorb(connection, policy);
}
