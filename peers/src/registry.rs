//! Everybody who can be asked.

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
    tiers.concat()
});

#[cfg(all(test, feature = "linked"))]
mod tests;
