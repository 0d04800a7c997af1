//! Upgrade: whether an offer of another protocol goes on, and when the connection becomes a tunnel.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::{Field, HopRequest};

/// What happens to Upgrade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Upgrade {
    /// It ends here.
    #[default]
    Dropped,
    /// It goes on, with the option that belongs to it.
    Forwarded,
    /// It goes on alone.
    Half,
}

/// What happens to an Upgrade that comes without the connection option that belongs to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BareUpgrade {
    /// It ends here.
    #[default]
    Dropped,
    /// It goes on with the option.
    Completed,
    /// It goes on without the option.
    Kept,
}

/// When the connection becomes a tunnel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tunnel {
    /// After 101.
    #[default]
    Switched,
    /// After any answer to an upgrade.
    Answered,
}

/// The hop takes part in upgrades.
pub(crate) static FORWARD_UPGRADE: HopQuirk = HopQuirk {
    id: "forward-upgrade",
    text: "Upgrade goes on as the hop's own, with the connection option upgrade.",
    source: "HAProxy 2.6; nginx with `proxy_set_header Upgrade`, Apache with `upgrade=websocket`, lighttpd with `upgrade`. RFC 9110 §7.8",
    rule: None,
    set: |policy| policy.upgrade = Upgrade::Forwarded,
};

/// Upgrade is kept like any field, and Connection is not.
pub(crate) static HALF_UPGRADE: HopQuirk = HopQuirk {
    id: "half-upgrade",
    text: "Upgrade goes on without the connection option upgrade.",
    source: "nginx with `proxy_set_header Upgrade` alone; RFC 9110 §7.8 requires the option",
    rule: None,
    set: |policy| policy.upgrade = Upgrade::Half,
};

/// The hop does not look whether the upgrade was granted.
pub(crate) static TUNNEL_ON_ANSWER: HopQuirk = HopQuirk {
    id: "tunnel-on-answer",
    text: "After an upgrade has been forwarded, the connection is a tunnel, whatever is answered.",
    source: "Varnish 7.1 with `return (pipe)`; RFC 9110 §7.8 lets 101 alone change the protocol",
    rule: None,
    set: |policy| policy.tunnel = Tunnel::Answered,
};

/// The hop does not look at Connection, and writes it all the same.
pub(crate) static COMPLETE_UPGRADE: HopQuirk = HopQuirk {
    id: "complete-upgrade",
    text: "Where upgrades are forwarded, an Upgrade that came without the connection option goes on with it.",
    source: "nginx 1.22 with `$http_upgrade`, Apache 2.4 with `upgrade=websocket`, squid 5.7; RFC 9110 §7.8 requires the option of its sender",
    rule: None,
    set: |policy| policy.bare_upgrade = BareUpgrade::Completed,
};

/// What came is copied.
pub(crate) static BARE_UPGRADE: HopQuirk = HopQuirk {
    id: "bare-upgrade",
    text: "Where upgrades are forwarded, an Upgrade that came without the connection option goes on without it.",
    source: "Varnish 7.1 with `return (pipe)`; RFC 9110 §7.8 requires the option",
    rule: None,
    set: |policy| policy.bare_upgrade = BareUpgrade::Kept,
};

/// Puts the hop's own offer into what is to be forwarded.
pub(crate) fn offer(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    let is_bare = !request.is_upgrade();
    if policy.upgrade == Upgrade::Dropped
        || is_bare && (policy.bare_upgrade == BareUpgrade::Dropped || request.is_10())
    {
        return;
    }
    draft.fields.retain(|field| !field.is(b"upgrade"));
    let offers = request.named(b"upgrade").cloned();
    draft.fields.extend(offers.map(|mut offer| {
        offer.raw.clear();
        offer
    }));
    let has_offer = draft.fields.iter().any(|field| field.is(b"upgrade"));
    let has_option = !is_bare || policy.bare_upgrade == BareUpgrade::Completed;
    if policy.upgrade == Upgrade::Forwarded && has_offer && has_option {
        draft.fields.push(Field::own("Connection", "upgrade"));
    }
}
