//! A judgement is the camps into which readings of one input fall; where they part, it has a finding.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use parsers::compare::{self, Divergence, Level, Side};
use parsers::explain;
use parsers::{Citation, End, Family, Force, LeniencySet, Rule, Stance, Verdict};

use crate::direction;
use crate::panel::{Seat, Standing};

/// The letter of a camp that refuses the input before it has taken any message.
pub const NO_LETTER: &str = "–";

/// What a panel makes of one input.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The family's name.
    pub family: &'static str,
    /// The camps. Where they part, the pair of the finding comes first, the one that ends a message
    /// sooner before the other; camps that refuse everything come last.
    pub camps: Vec<Camp>,
    /// How many single leniencies changed nothing and are left out.
    pub as_strict: usize,
    /// How the camps part; `None` when one camp holds all.
    pub finding: Option<Finding>,
}

/// Members of the panel whose readings are equal.
#[derive(Clone, Debug)]
pub struct Camp {
    /// `A`, `B` and so on, or [`NO_LETTER`].
    pub letter: String,
    /// Who holds it, in the order of the panel.
    pub members: Vec<Member>,
    /// The verdict of the member that declares the fewest leniencies.
    pub verdict: Verdict,
    /// A smallest set of leniencies that leads to this reading; `None` when no member declares one.
    pub explained: Option<LeniencySet>,
}

/// One of a camp.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Why it sits on the panel.
    pub standing: Standing,
    /// What it cited.
    pub citations: Vec<Citation>,
}

/// Who has seen the camps part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Our own parsers only.
    Candidate,
    /// Peers that are linked or run as a subprocess.
    Reproduced,
    /// Live servers, clients or tools.
    Confirmed,
}

impl Evidence {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Reproduced => "reproduced",
            Self::Confirmed => "confirmed",
        }
    }
}

/// How the camps of a judgement part: told by the gravest pair of them.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The index of the camp that ends a message sooner, or refuses.
    pub shorter: usize,
    /// The index of the camp that ends it later, waits, or takes.
    pub longer: usize,
    /// How these two part. Its first reading is the shorter one.
    pub divergence: Divergence,
    /// How grave that is.
    pub level: Level,
    /// The field's name for it.
    pub class: Option<String>,
    /// The names of what parts any two of the camps, sorted.
    pub classes: Vec<String>,
    /// One text for all inputs about which the same readings part for the same reasons.
    pub signature: String,
    /// What it means where the one stands in front of the other, in one sentence.
    pub direction: String,
    /// The indices of the camps that waive no MUST.
    pub keeps: Vec<usize>,
    /// The indices of the camps that waive a MUST, with the rules.
    pub breaks: Vec<(usize, Vec<&'static Rule>)>,
    /// Who has seen it.
    pub evidence: Evidence,
}

impl Judgement {
    /// The judgement on `input` by these seats, the strict parser's first.
    pub fn of(family: &'static Family, input: &[u8], mut seats: Vec<Seat>) -> Self {
        let strict = seats.first().map(|seat| seat.verdict.reading.clone());
        let all = seats.len();
        seats.retain(|seat| {
            seat.standing != Standing::Single || Some(&seat.verdict.reading) != strict.as_ref()
        });
        let as_strict = all - seats.len();
        let camps = gather(family, input, seats);
        let pair = primary_pair(family, &camps);
        let (camps, pair) = arrange(camps, pair);
        let finding = pair.and_then(|pair| find(family, input, &camps, pair));
        Self {
            family: family.name,
            camps,
            as_strict,
            finding,
        }
    }
}

impl Camp {
    /// Whether one of the family's own parsers, a peer, or a dialect asked for is in it.
    pub fn is_named(&self) -> bool {
        self.members
            .iter()
            .any(|member| member.standing != Standing::Single)
    }

    /// Whether it refuses the input before it has taken any message.
    pub fn refuses_all(&self) -> bool {
        self.verdict.reading.end == End::Refused && self.verdict.reading.messages.is_empty()
    }

    /// The rules that a specification makes a MUST and that it waives, each once.
    pub fn breaches(&self) -> Vec<&'static Rule> {
        let mut rules = Vec::new();
        for citation in &self.verdict.citations {
            let waived = citation.stance != Stance::Refuse && citation.rule.force == Force::Must;
            if waived && !rules.contains(&citation.rule) {
                rules.push(citation.rule);
            }
        }
        rules
    }
}

/// The camps of these seats, in the order of their first members, without letters.
fn gather(family: &'static Family, input: &[u8], seats: Vec<Seat>) -> Vec<Camp> {
    let mut verdicts = Vec::with_capacity(seats.len());
    let mut about = Vec::with_capacity(seats.len());
    for seat in seats {
        verdicts.push(seat.verdict);
        about.push((seat.name, seat.standing, seat.waives));
    }
    let mut camps = Vec::new();
    for camp in compare::camps(&verdicts) {
        let indices = || camp.members.iter().copied();
        let declared = |index: usize| about.get(index).and_then(|(_, _, waives)| *waives);
        let fewest = |&index: &usize| declared(index).map_or(usize::MAX, |waives| waives.len());
        let Some(verdict) = indices().min_by_key(fewest).and_then(|i| verdicts.get(i)) else {
            continue;
        };
        let explained = indices()
            .min_by_key(fewest)
            .and_then(declared)
            .and_then(|waives| explain::minimal(family, input, &verdict.reading, &waives));
        let members = indices().filter_map(|index| {
            let (name, standing, _) = about.get(index)?;
            Some(Member {
                name: name.clone(),
                standing: *standing,
                citations: verdicts.get(index)?.citations.clone(),
            })
        });
        camps.push(Camp {
            letter: String::new(),
            members: members.collect(),
            verdict: verdict.clone(),
            explained,
        });
    }
    camps
}

/// The indices of the two camps that part most gravely, the one that ends a message sooner first.
///
/// Of pairs that part as gravely, the one whose disagreement has a name is told, then the one with
/// more of the family's parsers in it, then the one with the smaller explanation.
fn primary_pair(family: &Family, camps: &[Camp]) -> Option<(usize, usize)> {
    let mut best = None;
    for (i, a, j, b) in pairs(camps) {
        let Some(divergence) = compare::diverge(&a.verdict.reading, &b.verdict.reading) else {
            continue;
        };
        let size = |camp: &Camp| camp.explained.map_or(usize::MAX / 2, |set| set.len());
        let rank = (
            compare::level(&divergence, &a.verdict, &b.verdict),
            divergence.kind,
            class(family, &divergence, a, b).is_some(),
            usize::from(a.is_named()) + usize::from(b.is_named()),
            Reverse(size(a) + size(b)),
            Reverse((i, j)),
        );
        let pair = if divergence.first_is_longer {
            (j, i)
        } else {
            (i, j)
        };
        if best.as_ref().is_none_or(|(best, _)| rank > *best) {
            best = Some((rank, pair));
        }
    }
    best.map(|(_, pair)| pair)
}

fn pairs(camps: &[Camp]) -> impl Iterator<Item = (usize, &Camp, usize, &Camp)> {
    camps.iter().enumerate().flat_map(move |(i, a)| {
        let later = camps.iter().enumerate().skip(i + 1);
        later.map(move |(j, b)| (i, a, j, b))
    })
}

fn class(family: &Family, divergence: &Divergence, a: &Camp, b: &Camp) -> Option<String> {
    let side = |camp| Side::new(camp, divergence.message);
    (family.classify)(divergence, &side(&a.verdict), &side(&b.verdict))
}

/// Puts the camps in order, gives them their letters, and says where the pair has gone.
fn arrange(
    camps: Vec<Camp>,
    pair: Option<(usize, usize)>,
) -> (Vec<Camp>, Option<(usize, usize)>) {
    let place = |index: usize| match pair {
        Some((shorter, _)) if index == shorter => 0,
        Some((_, longer)) if index == longer => 1,
        _ => 2,
    };
    let mut camps: Vec<_> = camps.into_iter().enumerate().collect();
    camps.sort_by_key(|(index, camp)| (camp.refuses_all(), place(*index), *index));
    let now = |before| camps.iter().position(|(index, _)| *index == before);
    let pair = pair.and_then(|(shorter, longer)| Some((now(shorter)?, now(longer)?)));
    let mut camps: Vec<_> = camps.into_iter().map(|(_, camp)| camp).collect();
    for (nth, camp) in camps.iter_mut().enumerate() {
        camp.letter = match camp.refuses_all() {
            true => NO_LETTER.to_owned(),
            false => letter(nth),
        };
    }
    (camps, pair)
}

/// `A` to `Z`, `a` to `z`, then numbers.
fn letter(nth: usize) -> String {
    match ('A'..='Z').chain('a'..='z').nth(nth) {
        Some(letter) => letter.to_string(),
        None => format!("({})", nth + 1),
    }
}

fn find(
    family: &'static Family,
    input: &[u8],
    camps: &[Camp],
    (shorter, longer): (usize, usize),
) -> Option<Finding> {
    let (short, long) = (camps.get(shorter)?, camps.get(longer)?);
    let divergence = compare::diverge(&short.verdict.reading, &long.verdict.reading)?;
    let class = class(family, &divergence, short, long);
    let signature = format!(
        "{}/{}/{}/longer:{}/shorter:{}",
        family.name,
        divergence.kind.word(),
        class.as_deref().unwrap_or("-"),
        reason(family, long),
        reason(family, short),
    );
    let classes: BTreeSet<_> = pairs(camps)
        .filter_map(|(_, a, _, b)| {
            let divergence = compare::diverge(&a.verdict.reading, &b.verdict.reading)?;
            self::class(family, &divergence, a, b)
        })
        .collect();
    let breaks: Vec<_> = camps
        .iter()
        .enumerate()
        .map(|(index, camp)| (index, camp.breaches()))
        .filter(|(_, rules)| !rules.is_empty())
        .collect();
    let broken = |index: &usize| breaks.iter().any(|(camp, _)| camp == index);
    Some(Finding {
        shorter,
        longer,
        divergence,
        level: compare::level(&divergence, &short.verdict, &long.verdict),
        class,
        classes: classes.into_iter().collect(),
        signature,
        direction: direction::sentence(family, input, &divergence, short, long),
        keeps: (0..camps.len())
            .filter(|index| !broken(index))
            .collect(),
        breaks,
        evidence: Evidence::Candidate,
    })
}

/// Why a camp reads as it does, for a signature: the leniencies that lead there.
fn reason(family: &Family, camp: &Camp) -> String {
    match &camp.explained {
        None => "unexplained".to_owned(),
        Some(set) if set.is_empty() => "strict".to_owned(),
        Some(set) => family.ids(set).join("+"),
    }
}
