//! An intermediary's policy: what it does where intermediaries differ, as data.

use super::policies::POLICIES;
use super::quirk::QUIRKS;
use super::quirk::connection::ConnectionFields;
use super::quirk::framing::ForwardFraming;
use super::quirk::marks::Marks;
use super::quirk::names::{Names, Spelling};
use super::quirk::trailers::Trailers;
use super::quirk::tunnel::Connect;
use super::quirk::upgrade::{BareUpgrade, Tunnel, Upgrade};
use super::quirk::version::ForwardVersion;
use crate::core::policy;
use crate::session;

/// What an intermediary does. The default is the careful one: it writes each request anew, with a framing of its
/// own, removes what was meant for itself, knows no Upgrade, and is a careful client to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HopPolicy {
    /// How it frames what it forwards.
    pub framing: ForwardFraming,
    /// Whether chunks that break off go on as if they had ended.
    pub ends_broken: bool,
    /// Whether the lines of a head go on as they came.
    pub keeps_lines: bool,
    /// Which fields it removes as meant for itself.
    pub connection: ConnectionFields,
    /// Whether it removes Host and the framing fields too where Connection names them.
    pub strips_framing: bool,
    /// Whether TE goes on without Connection.
    pub keeps_te: bool,
    /// Whether TE goes on as its own, with the option that belongs to it.
    pub forwards_te: bool,
    /// Whether Keep-Alive goes on where fields that are known to be meant for a hop are removed.
    pub keeps_keep_alive: bool,
    /// The same of Proxy-Connection.
    pub keeps_proxy_connection: bool,
    /// What happens to Upgrade.
    pub upgrade: Upgrade,
    /// What happens to an Upgrade that comes without its connection option.
    pub bare_upgrade: BareUpgrade,
    /// When the connection becomes a tunnel.
    pub tunnel: Tunnel,
    /// What happens to CONNECT, and to the bytes behind it.
    pub connect: Connect,
    /// The version of what it forwards.
    pub version: ForwardVersion,
    /// What happens to field names with an underscore.
    pub names: Names,
    /// How field names are spelled.
    pub spelling: Spelling,
    /// Whether field lines of one name become one line.
    pub joins: bool,
    /// Whether fields without a value are removed.
    pub drops_empty: bool,
    /// What it writes of itself into what it forwards.
    pub marks: Marks,
    /// What happens to the trailer section.
    pub trailers: Trailers,
    /// What it is to the next, over time.
    pub upstream: session::ClientPolicy,
}

/// One way to depart from the careful intermediary.
pub type HopQuirk = policy::Quirk<HopPolicy>;

impl policy::Policy for HopPolicy {
    const CAREFUL: &'static str = "RFC 9110 §7.6.1 and §7.8, RFC 9112 §6 and §9.3.1";
}

impl HopPolicy {
    /// The policy of this name, or that of quirks joined by `+`: of intermediaries, and of clients.
    ///
    /// # Errors
    /// The word that is none of these.
    pub fn named(name: &str) -> Result<Self, &str> {
        if let Some(named) = POLICIES.iter().find(|policy| policy.name == name) {
            return Ok(named.policy());
        }
        let mut policy = Self::default();
        for word in name.split('+') {
            if let Some(quirk) = QUIRKS.iter().find(|quirk| quirk.id == word) {
                (quirk.set)(&mut policy);
                continue;
            }
            let mut of_clients = session::quirk::QUIRKS.iter();
            let quirk = of_clients.find(|quirk| quirk.id == word).ok_or(word)?;
            (quirk.set)(&mut policy.upstream);
        }
        Ok(policy)
    }
}
