//! Batches: a client that writes to two connections before it reads from either.

use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;

/// Two requests are written before a reply is read.
pub(crate) static BATCH: ClientQuirk = ClientQuirk {
    id: "batch",
    text: "A client writes requests to two connections before it reads a reply; when it gives one up, it gives up both.",
    source: "multi-get over several memcached servers",
    rule: None,
    set: |policy| policy.writes_before_reading = true,
};

/// Giving up one reply leaves the others of the batch unread.
pub(crate) static BATCH_LEAVES_OTHERS: ClientQuirk = ClientQuirk {
    id: "batch-leaves-others",
    text: "When a client gives up one reply of a batch, it does with that connection what it should, and uses the others again with their replies unread.",
    source: "dalli issues 146 and 956: get_multi over two servers",
    rule: Some(&rules::ASSOCIATION),
    set: |policy| {
        policy.writes_before_reading = true;
        policy.batch_leaves_others = true;
    },
};

impl ClientPolicy {
    /// How many replies a client waits for at most.
    pub fn width(&self) -> usize {
        match self.writes_before_reading {
            true => 2,
            false => 1,
        }
    }
}
