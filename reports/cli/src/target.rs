//! The targets from which dialects are learned, and how they are asked.

use corpus::number::counted;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs as _};

use parsers::Family;
use parsers::unidiff::tree::Tree;
use peers::live::client::{Timeouts, Trouble};
use peers::live::reader::{self, LiveReader, Patience};
use peers::live::{self, HopSide, Server};
use peers::{BuiltTree, PEERS, Pieces, Seen, Tier};

use super::each::each;
use super::lab::end_all_on_interrupt;
use super::{Console, open_peers};
use reports::judge::ask::{PeerChoice, Peers};

/// How many connections a server is asked over at a time: fewer than the threads of the backs.
const AT_A_TIME: usize = 6;
/// How often in a row a server may give no answer before it is no longer asked.
const PATIENCE: usize = 20;

/// What stands before the name of a back.
const LIVE: &str = "live:";

/// A target that a user names.
#[derive(Clone)]
pub enum TargetName {
    /// Peers, or an own command.
    Peers(PeerChoice),
    /// A server of the lab.
    Back(&'static Server),
    /// Every server of the lab.
    Backs,
    /// Whoever listens on this port of the loopback interface.
    Port(u16),
}

impl TargetName {
    /// What a user names: as [`PeerChoice::named`], or `live`, the name of a back, with `live:` before it where a peer is called
    /// so too, or HOST:PORT.
    ///
    /// # Errors
    /// When nothing has that name, or when it is not on this machine.
    pub fn named(name: &str) -> Result<Self, String> {
        let back = |name| live::named(HopSide::Back, name).map(Self::Back);
        if name == "live" {
            return Ok(Self::Backs);
        }
        if let Some(name) = name.strip_prefix(LIVE) {
            return back(name);
        }
        match PeerChoice::named(name) {
            Ok(choice) => Ok(Self::Peers(choice)),
            Err(_) if name.contains(':') && !name.starts_with("cmd:") => port(name).map(Self::Port),
            Err(why) => back(name).map_err(|_| {
                format!(
                    "{why}; `misframe lab list` lists servers, and HOST:PORT is one of your own"
                )
            }),
        }
    }
}

fn port(name: &str) -> Result<u16, String> {
    let found = name.to_socket_addrs();
    let mut found = found.map_err(|error| format!("name a server as HOST:PORT: {error}"))?;
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    match found.find(|address| address.ip() == here) {
        Some(address) => Ok(address.port()),
        None => Err("only servers on 127.0.0.1 are asked for their dialects".to_owned()),
    }
}

/// The callback that gets each target that can be asked.
pub type TakeTarget<'a> = dyn FnMut(&mut Target<'_>, &mut Console<'_>) -> anyhow::Result<()> + 'a;

/// Gives `take` each named target that can be asked, live servers last, one after another. Of targets that cannot be
/// asked, or that were lost meanwhile, it says why.
///
/// # Errors
/// What `take` has; or live servers where messages of another family are read.
pub fn each_of(
    family: &'static Family,
    named: &[TargetName],
    pieces: Pieces,
    console: &mut Console<'_>,
    take: &mut TakeTarget<'_>,
) -> anyhow::Result<()> {
    let is_peer = |named: &&TargetName| matches!(named, TargetName::Peers(_));
    let (peers, servers): (Vec<_>, Vec<_>) = named.iter().partition(is_peer);
    if !servers.is_empty() {
        live::LIVE.of(family)?;
        end_all_on_interrupt()?;
    }
    let choices = peers.into_iter().filter_map(|named| match named {
        TargetName::Peers(choice) => Some(choice.clone()),
        _ => None,
    });
    let mut peers = open_peers(family, &choices.collect::<Vec<_>>(), console);
    let names: Vec<String> = peers.names().map(str::to_owned).collect();
    for name in names {
        take(&mut Target::Peer(&mut peers, name, pieces), console)?;
    }
    for named in servers {
        let backs = live::servers()
            .iter()
            .filter(|server| server.kind == HopSide::Back);
        let all = match named {
            TargetName::Backs => backs.map(TargetName::Back).collect(),
            one => vec![one.clone()],
        };
        for one in &all {
            let mut live = match Live::open(one) {
                Ok(live) => Target::Live(Box::new(live)),
                Err(why) if all.len() > 1 => {
                    console.note(&format!("skipped: {why}"));
                    continue;
                }
                Err(why) => {
                    console.complain(&why);
                    continue;
                }
            };
            take(&mut live, console)?;
            if let Target::Live(live) = live {
                live.sum_up(console);
            }
        }
    }
    Ok(())
}

/// A target that can be asked.
pub enum Target<'a> {
    /// One of the peers, by name and version, and how it is given what it reads.
    Peer(&'a mut Peers, String, Pieces),
    /// A live server.
    Live(Box<Live>),
}

/// How many inputs drawn by chance are asked about.
pub struct Defaults {
    /// While learning.
    pub practice: usize,
    /// To tell how well that went.
    pub exam: usize,
}

/// A live server, and what it has shown so far.
pub struct Live {
    name: String,
    reader: LiveReader,
    known: HashMap<Vec<u8>, Known>,
    /// How often in a row it gave no answer.
    failures: usize,
    /// Of how many inputs it did not show the same twice.
    unsteady: usize,
    /// Why there was no answer, the last time that there was none.
    trouble: Option<Trouble>,
}

/// What is known of one input.
struct Known {
    seen: Result<Seen, Trouble>,
    /// How often it was told.
    told: usize,
}

/// Whether the peer of this name and version is run anew for each input.
fn is_tool(name: &str) -> bool {
    let name = name.split(' ').next();
    let about = PEERS.iter().find(|about| Some(about.name) == name);
    about.is_some_and(|about| about.tier() == Tier::Tool)
}

impl Target<'_> {
    /// Its name, and its version where that is known.
    pub fn name(&self) -> &str {
        match self {
            Self::Peer(_, name, _) => name,
            Self::Live(live) => &live.name,
        }
    }

    /// About how many inputs it is asked where nothing else is said.
    pub fn defaults(&self) -> Defaults {
        match self {
            Self::Peer(..) => Defaults {
                practice: 4000,
                exam: 20000,
            },
            Self::Live(_) => Defaults {
                practice: 1500,
                exam: 500,
            },
        }
    }

    /// How many questions more may be asked to find small inputs.
    pub fn spare(&self) -> usize {
        match self {
            // Each is a process of its own.
            Self::Peer(_, name, _) if is_tool(name) => 1_000,
            Self::Peer(..) => usize::MAX,
            // It may have to be waited for each time.
            Self::Live(_) => 400,
        }
    }

    /// What follows each input that it is asked about.
    pub fn after(&self) -> &'static [u8] {
        match self {
            Self::Peer(..) => &[],
            Self::Live(_) => reader::canary(),
        }
    }

    /// Says which inputs it will be asked about: a server is asked about several at a time.
    pub fn prepare(&mut self, inputs: impl Iterator<Item = Vec<u8>>) {
        let Self::Live(live) = self else {
            return;
        };
        let mut inputs: Vec<_> = inputs
            .filter(|input| !live.known.contains_key(input))
            .collect();
        inputs.sort();
        inputs.dedup();
        // Some at a time, so that a server that stops answering is noticed.
        for some in inputs.chunks(AT_A_TIME * PATIENCE) {
            if live.is_lost() {
                return;
            }
            let reader = &live.reader;
            let seen = each(AT_A_TIME, some.iter().collect(), |input: &Vec<u8>| {
                reader.read(input, Patience::USUAL)
            });
            for (input, seen) in some.iter().zip(seen) {
                live.count(&seen);
                live.known.insert(input.clone(), Known { seen, told: 0 });
            }
        }
    }

    /// What it was seen to read of `input`; none where there is no reading. A live server that is asked again about the
    /// same is waited for longer.
    pub fn ask(&mut self, input: &[u8]) -> Option<Seen> {
        match self {
            Self::Peer(peers, name, pieces) => peers.ask_one(name, input, *pieces),
            Self::Live(live) => live.ask(input),
        }
    }

    /// What it makes of `tree` when it is given `patch`; none for one that builds nothing, or fails.
    pub fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<BuiltTree> {
        match self {
            Self::Peer(peers, name, _) => peers.build_one(name, tree, patch)?.ok(),
            Self::Live(_) => None,
        }
    }
}

impl Live {
    fn open(named: &TargetName) -> Result<Self, String> {
        let (name, reader) = match named {
            TargetName::Port(port) => {
                let name = format!("127.0.0.1:{port}");
                let reader = LiveReader::at(*port, Timeouts::USUAL);
                let reader = reader.map_err(|trouble| format!("{name}: {trouble}"))?;
                (name, reader)
            }
            TargetName::Back(server) => {
                let name = format!("{LIVE}{}", server.name);
                let opened = LiveReader::of_back(server);
                let (reader, version) = opened.map_err(|failure| format!("{name}: {failure}"))?;
                (format!("{name} {version}"), reader)
            }
            TargetName::Peers(_) | TargetName::Backs => return Err("it is no server".to_owned()),
        };
        Ok(Self {
            name,
            reader,
            known: HashMap::new(),
            failures: 0,
            unsteady: 0,
            trouble: None,
        })
    }

    /// Says what went wrong with it.
    fn sum_up(&self, console: &mut Console<'_>) {
        let name = &self.name;
        if let Some(trouble) = &self.trouble {
            match self.is_lost() {
                true => console.complain(&format_args!("{name}: no longer asked: {trouble}")),
                false => console.note(&format!("{name}: some inputs have no answer: {trouble}")),
            }
        }
        if self.unsteady > 0 {
            let unsteady = counted(self.unsteady, "input");
            console.note(&format!(
                "{name}: other answers to {unsteady} when there is more time"
            ));
        }
    }

    fn ask(&mut self, input: &[u8]) -> Option<Seen> {
        let (told, before) = match self.known.remove(input) {
            Some(known) => (known.told, Some(known.seen)),
            None => (0, None),
        };
        let seen = match before {
            Some(seen) if told != 1 || self.is_lost() => seen,
            None if self.is_lost() => return None,
            before => {
                let patience = match &before {
                    Some(_) => Patience::LONG,
                    None => Patience::USUAL,
                };
                let seen = self.reader.read(input, patience);
                self.count(&seen);
                self.unsteady += usize::from(before.is_some_and(|before| before != seen));
                seen
            }
        };
        let told = told + 1;
        let answer = seen.clone().ok();
        self.known.insert(input.to_vec(), Known { seen, told });
        answer
    }

    fn count(&mut self, seen: &Result<Seen, Trouble>) {
        match seen {
            Ok(_) => self.failures = 0,
            Err(trouble) => {
                self.failures += 1;
                self.trouble = Some(trouble.clone());
            }
        }
    }

    /// Whether it has failed so often that it is no longer asked.
    fn is_lost(&self) -> bool {
        self.failures >= PATIENCE
    }
}
