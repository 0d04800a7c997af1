//! What is found, replayed on tools: which of them read as the one side of it, and which as the other.

use corpus::number::counted;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use corpus::case;
use corpus::escape::display_text;
use parsers::{Family, StreamInput};
use peers::{PEERS, Pieces, Tier, tool, worker};

use super::record::tell_of;
use super::subject::Subject;
use super::tokens::TokenPatch;
use crate::judge::ask::{PeerChoice, Peers};
use crate::judge::group::Group;
use crate::judge::panel::{Panel, Scope};

/// How often it is looked whether the hunt has ended.
const LOOK: Duration = Duration::from_millis(50);

/// What tools make of a finding.
struct Replayed {
    /// The name of its case.
    name: String,
    /// The readers on each side, with versions.
    text: String,
    /// Whether there are tools on both sides.
    is_split: bool,
}

/// A finding: its family, and the name of its case.
type Found = (&'static Family, String);

/// A thread that replays findings.
pub(crate) struct Replays {
    found: Option<Sender<Found>>,
    told: Receiver<Replayed>,
    has_ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    /// How many findings there are, how many were replayed, and about how many of them tools disagree.
    counts: [usize; 3],
}

/// Whether a family has peers that are run as processes.
fn has_tools(family: &Family) -> bool {
    let mut peers = PEERS.iter();
    peers.any(|about| about.family == family && about.tier() == Tier::Tool)
}

impl Replays {
    /// Begins, where one of the families has tools. What is found is in folders of `out`; `budget` is how many processes
    /// may be started a second, 0 for none.
    ///
    /// # Errors
    /// A thread that cannot be started.
    pub fn start(
        families: &[&'static dyn Subject],
        out: &Path,
        budget: u32,
    ) -> io::Result<Option<Self>> {
        if budget == 0
            || !families
                .iter()
                .any(|subject| subject.family().is_some_and(has_tools))
        {
            return Ok(None);
        }
        let (found, names) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let has_ended = Arc::new(AtomicBool::new(false));
        let (out, asked) = (out.to_owned(), Arc::clone(&has_ended));
        let thread = thread::Builder::new().spawn(move || {
            let mut pace = Pace::new(budget, asked);
            let mut peers: Option<Peers> = None;
            while let Some((family, name)) = pace.next(&names) {
                let peers = peers.get_or_insert_with(|| open(family));
                let path = out.join(family.name).join(format!("{name}.toml"));
                if let Some(replayed) = replay(family, &path, peers, &mut pace) {
                    // Nothing listens any more once the hunt has ended.
                    let _gone = tell.send(replayed);
                }
            }
        })?;
        Ok(Some(Self {
            found: Some(found),
            told,
            has_ended,
            thread: Some(thread),
            counts: [0; 3],
        }))
    }

    /// A finding is to be replayed, if there are tools for its family.
    pub fn take(&mut self, family: Option<&'static Family>, name: &str) {
        let family = family.filter(|family| has_tools(family));
        if let (Some(found), Some(family)) = (&self.found, family) {
            self.counts[0] += 1;
            // Its thread ends only after this.
            let _sent = found.send((family, name.to_owned()));
        }
    }

    /// What is known by now that was not told before, a line for each finding.
    pub(crate) fn told(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for Replayed {
            name,
            text,
            is_split: parts,
        } in self.told.try_iter()
        {
            self.counts[1] += 1;
            self.counts[2] += usize::from(parts);
            lines.push(format!("{name}  {}", display_text(&text)));
        }
        lines
    }

    /// Ends, and says how far it came.
    pub(crate) fn sum_up(&mut self) -> String {
        self.end();
        self.told();
        let [found, replayed, part] = self.counts;
        format!(
            "{replayed} of {} replayed on tools, which disagree about {part} of them",
            counted(found, "finding")
        )
    }

    /// Ends, and whatever runs.
    fn end(&mut self) {
        self.found = None;
        self.has_ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            while !thread.is_finished() {
                worker::end_all();
                thread::sleep(LOOK);
            }
        }
    }
}

impl Drop for Replays {
    fn drop(&mut self) {
        self.end();
    }
}

fn open(family: &'static Family) -> Peers {
    Peers::open(
        family,
        &[PeerChoice::Tier(Tier::Tool), PeerChoice::Tier(Tier::Worker)],
    )
}

/// Asks every peer about one case, whose text then names them; none where the case is gone, or no two readings differ.
fn replay(
    family: &'static Family,
    path: &Path,
    peers: &mut Peers,
    pace: &mut Pace,
) -> Option<Replayed> {
    let found = case::load(path, family).ok()?;
    let judgement = Panel::full(family).judge(&found, Scope::All);
    let (shorter, longer) = judgement.pair()?;
    let sides = sides(family, (&found).into(), [shorter, longer], peers, pace);
    if pace.has_ended() {
        return None;
    }
    let parts = sides.iter().all(|names| !names.is_empty());
    let text = match sides.iter().any(|names| !names.is_empty()) {
        true => told([shorter, longer], &sides),
        false => "No tool reads as either of them.".to_owned(),
    };
    let about = format!("{} {text}", found.about);
    // What cannot be written was written before without this.
    let _kept = tell_of(&found, family, about);
    Some(Replayed {
        name: found.name,
        text,
        is_split: parts,
    })
}

/// The names and versions of the peers that read as one side and not as the other.
fn sides(
    family: &'static Family,
    given: StreamInput<'_>,
    groups: [&Group; 2],
    peers: &mut Peers,
    pace: &mut Pace,
) -> [Vec<String>; 2] {
    let input = given.bytes;
    let marked = match groups.map(|group| group.explained) {
        [Some(a), Some(b)] => TokenPatch::of(family, input, [a, b]),
        _ => None,
    };
    let mut sides = [Vec::new(), Vec::new()];
    let names: Vec<String> = peers.names().map(str::to_owned).collect();
    for name in names {
        pace.wait();
        if pace.has_ended() {
            break;
        }
        let side = match peers.ask_one(&name, given, Pieces::One) {
            Some(seen) => {
                let is = groups.map(|group| seen.is(&group.verdict.reading, input));
                match is {
                    [true, false] => Some(0),
                    [false, true] => Some(1),
                    _ => None,
                }
            }
            None => marked.as_ref().and_then(|marked| {
                let built = peers.build_one(&name, &marked.tree, &marked.patch)?;
                marked.side(&built.ok()?)
            }),
        };
        if let Some(names) = side.and_then(|side| sides.get_mut(side)) {
            names.push(name);
        }
    }
    sides
}

fn told(groups: [&Group; 2], sides: &[Vec<String>; 2]) -> String {
    let mut text = Vec::new();
    for (group, names) in groups.iter().zip(sides) {
        let like = group
            .members
            .first()
            .map_or("", |member| member.name.as_str());
        if !names.is_empty() {
            text.push(format!("as {like} read {}", names.join(", ")));
        }
    }
    let text = text.join("; ");
    format!(
        "{}{}.",
        text.get(..1).unwrap_or("").to_uppercase(),
        text.get(1..).unwrap_or("")
    )
}

/// What keeps to so many processes a second.
struct Pace {
    budget: u32,
    begun: Instant,
    runs: u64,
    has_ended: Arc<AtomicBool>,
}

impl Pace {
    fn new(budget: u32, has_ended: Arc<AtomicBool>) -> Self {
        Self {
            budget,
            begun: Instant::now(),
            runs: tool::runs(),
            has_ended,
        }
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::SeqCst)
    }

    /// The next finding; none once the hunt has ended.
    fn next(&mut self, names: &Receiver<Found>) -> Option<Found> {
        while !self.has_ended() {
            match names.recv_timeout(LOOK) {
                Ok(next) => {
                    // Time without work is no credit.
                    if self.is_due() {
                        (self.begun, self.runs) = (Instant::now(), tool::runs());
                    }
                    return Some(next);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        None
    }

    fn is_due(&self) -> bool {
        let runs = tool::runs() - self.runs;
        self.begun.elapsed().as_secs_f64() * f64::from(self.budget) >= runs as f64
    }

    /// Waits until another process may be started.
    fn wait(&self) {
        while !self.is_due() && !self.has_ended() {
            thread::sleep(LOOK);
        }
    }
}
