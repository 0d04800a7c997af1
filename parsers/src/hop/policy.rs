//! An intermediary's policy: what it does where intermediaries differ, as data.

use super::idea::HABITS;
use super::idea::connection::Connection;
use super::idea::framing::Framing;
use super::idea::marks::Marks;
use super::idea::names::{Names, Spelling};
use super::idea::trailers::Trailers;
use super::idea::tunnel::Connect;
use super::idea::upgrade::{Bare, Tunnel, Upgrade};
use super::idea::version::Version;
use super::policies::POLICIES;
use crate::{policy, session};

/// What an intermediary does. The default is the careful one: it writes each request anew, with a framing of its
/// own, removes what was meant for itself, knows no Upgrade, and is a careful client to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policy {
    /// How it frames what it forwards.
    pub framing: Framing,
    /// Whether chunks that break off go on as if they had ended.
    pub ends_broken: bool,
    /// Whether the lines of a head go on as they came.
    pub raw_lines: bool,
    /// Which fields it removes as meant for itself.
    pub connection: Connection,
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
    /// What becomes of Upgrade.
    pub upgrade: Upgrade,
    /// What becomes of an Upgrade that comes without its connection option.
    pub bare_upgrade: Bare,
    /// When the connection becomes a tunnel.
    pub tunnel: Tunnel,
    /// What becomes of CONNECT, and of the bytes behind it.
    pub connect: Connect,
    /// The version of what it forwards.
    pub version: Version,
    /// What becomes of field names with an underscore.
    pub names: Names,
    /// How field names are spelled.
    pub spelling: Spelling,
    /// Whether field lines of one name become one line.
    pub joins: bool,
    /// Whether fields without a value are removed.
    pub drops_empty: bool,
    /// What it writes of itself into what it forwards.
    pub marks: Marks,
    /// What becomes of the trailer section.
    pub trailers: Trailers,
    /// What it is to the next, over time.
    pub upstream: session::Policy,
}

/// One way to depart from the careful intermediary.
pub type Habit = policy::Habit<Policy>;

impl policy::Policy for Policy {
    const CAREFUL: &'static str = "RFC 9110 §7.6.1 and §7.8, RFC 9112 §6 and §9.3.1";
}

impl Policy {
    /// The policy of this name, or that of habits joined by `+`: of intermediaries, and of clients.
    ///
    /// # Errors
    /// The word that is none of these.
    pub fn named(name: &str) -> Result<Self, &str> {
        if let Some(named) = POLICIES.iter().find(|policy| policy.name == name) {
            return Ok(named.policy());
        }
        let mut policy = Self::default();
        for word in name.split('+') {
            if let Some(habit) = HABITS.iter().find(|habit| habit.id == word) {
                (habit.set)(&mut policy);
                continue;
            }
            let mut of_clients = session::idea::HABITS.iter();
            let habit = of_clients.find(|habit| habit.id == word).ok_or(word)?;
            (habit.set)(&mut policy.upstream);
        }
        Ok(policy)
    }
}
