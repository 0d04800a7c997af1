//! Every peer.

use std::sync::LazyLock;

#[cfg(feature = "linked")]
use crate::linked;
use crate::{About, tool, worker};

/// Every peer, by tier, then by name.
pub static PEERS: LazyLock<Vec<&About>> = LazyLock::new(|| {
    let tiers = [
        #[cfg(feature = "linked")]
        linked::PEERS,
        worker::PEERS,
        tool::PEERS,
    ];
    let mut peers = tiers.concat();
    peers.sort_by_key(|about| (about.tier(), about.name));
    peers
});
