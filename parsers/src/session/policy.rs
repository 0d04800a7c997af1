//! A client as a policy: what it does where clients differ, as data.

use super::policies::POLICIES;
use super::quirk::QUIRKS;
use super::quirk::abandonment::Abandonment;
use super::quirk::idle_check::IdleCheck;
use super::quirk::leftover::Leftover;
use super::quirk::matching::Matching;
use super::quirk::partial::Partial;
use super::quirk::retry::Retry;
use crate::core::policy;

/// What a client does, and what the channel promises it. The default is the careful client: one
/// request at a time on a connection, which is looked at before each request, closed whenever a reply
/// is given up, and never sent anything twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientPolicy {
    /// What happens to a connection after a timeout.
    pub on_timeout: Abandonment,
    /// What happens to it after a cancellation.
    pub on_cancel: Abandonment,
    /// When a request is sent again.
    pub retry: Retry,
    /// Whether one is sent again when its reply does not come in time.
    pub retry_on_timeout: bool,
    /// How many more times a retry that failed is tried again.
    pub more_retries: u8,
    /// Whether only a request with an idempotent method is sent again.
    pub retry_idempotent: bool,
    /// Whether a connection is closed after one reply.
    pub closes_after_reply: bool,
    /// What tells replies apart.
    pub matching: Matching,
    /// Whether a reply repeats what was asked, and is rejected when it repeats something else.
    pub check_echo: bool,
    /// Where the client looks before it writes.
    pub idle_check: IdleCheck,
    /// What happens to bytes read behind a reply.
    pub leftover: Leftover,
    /// Whether what comes while no request waits is read and thrown away.
    pub drop_unasked: bool,
    /// What is done with the first part of a reply.
    pub partial: Partial,
    /// Whether the client's own limit ends when a part of the reply has come.
    pub head_timeout: bool,
    /// Whether all clients write to one channel.
    pub shares_channel: bool,
    /// Whether the server answers in any order.
    pub answers_in_any_order: bool,
    /// Whether a client writes to two connections before it reads.
    pub writes_before_reading: bool,
    /// Whether giving up one of them leaves the other's reply unread.
    pub batch_leaves_others: bool,
}

/// One way to depart from the careful client.
pub type ClientQuirk = policy::Quirk<ClientPolicy>;

impl policy::Policy for ClientPolicy {
    const CAREFUL: &'static str =
        "RFC 9112 §8, §9.3 and §9.3.1, RFC 9110 §9.2.2; reqwest, hyper-util, undici";
}

impl ClientPolicy {
    /// The careful client with these quirks, in this order.
    pub fn of(quirks: &[&ClientQuirk]) -> Self {
        let mut policy = Self::default();
        for quirk in quirks {
            (quirk.set)(&mut policy);
        }
        policy
    }

    /// The policy of this name, or that of quirks joined by `+`.
    ///
    /// # Errors
    /// The word that is neither.
    pub fn named(name: &str) -> Result<Self, &str> {
        if let Some(named) = POLICIES.iter().find(|policy| policy.name == name) {
            return Ok(named.policy());
        }
        let mut policy = Self::default();
        for word in name.split('+') {
            let quirk = QUIRKS.iter().find(|quirk| quirk.id == word).ok_or(word)?;
            (quirk.set)(&mut policy);
        }
        Ok(policy)
    }
}
