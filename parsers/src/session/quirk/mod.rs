//! The ideas of which clients are made, a file for each: what a careful client does, the quirks that
//! depart from it, and what follows from each.

pub(crate) mod abandonment;
pub mod batch;
pub mod channel;
pub mod idle_check;
pub mod leftover;
pub mod matching;
pub mod partial;
pub mod retry;

use super::policy::ClientQuirk;

/// Every quirk, by idea.
pub static QUIRKS: &[&ClientQuirk] = &[
    &abandonment::KEEP_ON_TIMEOUT,
    &abandonment::KEEP_ON_CANCEL,
    &abandonment::TOMBSTONE,
    &idle_check::NO_IDLE_CHECK,
    &idle_check::SOCKET_CHECK,
    &idle_check::END_CHECK,
    &leftover::DROP_LEFTOVER,
    &leftover::RESYNC,
    &leftover::DROP_UNASKED,
    &matching::MATCH_BY_ID,
    &matching::BROADCAST,
    &matching::CHECK_ECHO,
    &partial::PARTIAL_IS_REPLY,
    &partial::HEAD_TIMEOUT,
    &partial::EOF_IS_END,
    &retry::RETRY_WHEN_REUSED,
    &retry::RETRY_ALWAYS,
    &retry::RETRY_TWICE,
    &retry::RETRY_ON_TIMEOUT,
    &retry::RETRY_IDEMPOTENT,
    &retry::RETRY_THRICE,
    &retry::RETRY_UNTIL_ANSWERED,
    &channel::SINGLE_USE,
    &channel::SHARED_CHANNEL,
    &channel::ANY_ORDER,
    &batch::BATCH,
    &batch::BATCH_LEAVES_OTHERS,
];
