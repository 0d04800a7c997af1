//! A judgement is the groups into which readings of one input fall; where they differ, it has a finding.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use parsers::core::compare::{self, Divergence, DivergenceKind, Level, MessageFate, Side};
use parsers::{End, Family, Framing, Rule, Signature, Standing, StreamInput, Verdict};
use peers::Failure;

use crate::judge::confirm::{Confirmation, Evidence};
use crate::judge::direction;
use crate::judge::facts::FactFinding;
use crate::judge::group::{self, Distance, Group, NO_LETTER};
use crate::judge::seat::{Seat, Voice};
use crate::judge::weigh::{self, Terms, Weighed};

/// The label, in signatures, of why the reading is longer that ends a message later.
pub(crate) const LONGER: &str = "longer";
/// The label of why the other one is shorter.
pub(crate) const SHORTER: &str = "shorter";

/// The reason, in signatures, of a reading that departs from nothing.
pub(crate) const STRICT: &str = "strict";

/// The label of the field about which readers differ.
const FIELD: &str = "field";

/// How many reasons of one group are looked at for classes.
const REASONS: usize = 8;
/// Only in readings of up to so many messages: each reason costs a copy of the reading.
const MESSAGES_WITH_REASONS: usize = 100;

/// What a panel makes of one input.
#[derive(Clone)]
pub struct Judgement {
    /// The family.
    pub family: &'static Family,
    /// The groups. Where they differ, the pair of the finding comes first, the one that ends a message
    /// sooner before the other; groups that reject everything come last.
    pub groups: Vec<Group>,
    /// How many single leniencies changed nothing and are left out.
    pub as_strict: usize,
    /// The peers that gave no reading, with the reason.
    pub failures: Vec<(String, Failure)>,
    /// Why none of the readers that should judge has; none when one has.
    pub unjudged: Option<&'static str>,
    /// How the groups differ; `None` when one group holds all.
    pub finding: Option<Finding>,
    /// Whether deployed readers and the specification judge, and so their words weigh more than those of others.
    pub is_weighed: bool,
    /// What readers understand differently of messages that they end alike, the gravest first; empty where facts are not compared.
    pub facts: Vec<FactFinding>,
    /// How many readers there are, when deployed readers judge and each of them, the strict parser too, rejects the
    /// input.
    pub rejected_by: Option<usize>,
}

/// How the groups of a judgement part: told by the gravest pair of them.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The index of the group that ends a message sooner, or rejects.
    pub shorter: usize,
    /// The index of the group that ends it later, waits, or accepts.
    pub longer: usize,
    /// How these two part. Its first reading is the shorter one.
    pub divergence: Divergence,
    /// How grave that is.
    pub level: Level,
    /// The field's name for it.
    pub class: Option<String>,
    /// The names of what parts any two members of different groups, sorted.
    pub classes: Vec<String>,
    /// One text for all inputs about which the same readings differ for the same reasons.
    pub signature: Signature,
    /// What it means where the one stands in front of the other, in one sentence.
    pub direction: String,
    /// The rules that these two cite from the message about which they differ on, each once: first the
    /// strongest that one of them relaxes, last those that only a rejection names.
    pub rules: Vec<&'static Rule>,
    /// The indices of the groups that keep the specification.
    pub keeps: Vec<usize>,
    /// The indices of the groups that depart from it, against a SHOULD or a MUST, with the rules that they relax to do so.
    pub departs: Vec<(usize, Distance)>,
    /// The evidence for it.
    pub evidence: Evidence,
    /// The live chains that have, when it is [confirmed](Evidence::Confirmed).
    pub confirmed_by: Vec<Confirmation>,
}

impl Judgement {
    /// Raises the evidence of the finding, if there is one and something confirms it.
    pub fn confirm(&mut self, confirmed: BTreeSet<Confirmation>) {
        if let Some(finding) = self.finding.as_mut().filter(|_| !confirmed.is_empty()) {
            finding.evidence = Evidence::Confirmed;
            finding.confirmed_by = confirmed.into_iter().collect();
        }
    }

    /// The judgement on `input` by these seats, the strict parser's first.
    pub fn of<'i>(
        family: &'static Family,
        input: impl Into<StreamInput<'i>>,
        seats: impl IntoIterator<Item = Seat>,
    ) -> Self {
        let given = input.into();
        let (groups, as_strict) = group::gather(family, given, seats);
        let input = given.bytes;
        let ruling = Ruling::Alike;
        let pair = primary_pair(family, input, &groups, ruling);
        let (groups, pair) = arrange(groups, pair.map(|(pair, _)| pair));
        let finding = pair.and_then(|pair| find(family, input, &groups, pair, ruling));
        Self {
            family,
            groups,
            as_strict,
            failures: Vec::new(),
            unjudged: None,
            finding,
            is_weighed: false,
            facts: Vec::new(),
            rejected_by: None,
        }
    }

    /// Takes what readers understand differently, the gravest first. Where that is graver than what was found, it is the finding.
    pub(crate) fn compare_facts(&mut self, facts: Vec<FactFinding>) {
        let level = self.finding.as_ref().map(|finding| finding.level);
        if let Some(gravest) = facts.first().filter(|fact| Some(fact.level) > level)
            && let Some(pair) = self.split(gravest)
        {
            let words = facts.iter().map(|fact| fact.class.word().to_owned());
            let before = self.finding.take().map(|finding| finding.classes);
            let classes: BTreeSet<_> = before.into_iter().flatten().chain(words).collect();
            let (groups, pair) = arrange(std::mem::take(&mut self.groups), Some(pair));
            self.finding =
                pair.and_then(|pair| understood(self.family, &groups, pair, gravest, classes));
            self.groups = groups;
        } else if let Some(finding) = &mut self.finding {
            let words = facts.iter().map(|fact| fact.class.word().to_owned());
            let classes: BTreeSet<_> = finding.classes.drain(..).chain(words).collect();
            finding.classes.extend(classes);
        }
        self.facts = facts;
    }

    /// The groups of the two sides of a difference in facts: of one group that holds both, two are made.
    fn split(&mut self, fact: &FactFinding) -> Option<(usize, usize)> {
        let home = |names: &[String], groups: &[Group]| {
            let holds = |group: &Group| {
                let mut members = group.members.iter();
                members.any(|member| names.contains(&member.name))
            };
            groups.iter().position(holds)
        };
        let (hides, shows) = (
            home(&fact.hides, &self.groups)?,
            home(&fact.shows, &self.groups)?,
        );
        if hides != shows {
            return Some((hides, shows));
        }
        let group = self.groups.get_mut(shows)?;
        let mut other = group.clone();
        let is_shown = |name: &String| fact.shows.contains(name);
        group.members.retain(|member| !is_shown(&member.name));
        other.members.retain(|member| is_shown(&member.name));
        self.groups.insert(shows + 1, other);
        Some((hides, shows + 1))
    }

    /// What is understood differently beside what the finding itself is about.
    pub fn other_facts(&self) -> impl Iterator<Item = &FactFinding> {
        let finding = self.finding.as_ref();
        let told = finding.map(|finding| finding.direction.as_str());
        let facts = self.facts.iter();
        facts.filter(move |fact| Some(fact.direction.as_str()) != told)
    }

    /// The groups of the finding: the one that ends a message sooner, and the other.
    pub fn pair(&self) -> Option<(&Group, &Group)> {
        let finding = self.finding.as_ref()?;
        Some((
            self.groups.get(finding.shorter)?,
            self.groups.get(finding.longer)?,
        ))
    }
}

/// How deployed readers disagree about an input, before any reason is looked for.
pub(crate) struct Weighing {
    family: &'static Family,
    groups: Vec<Group>,
    /// What declares the reason of each group.
    declared: Vec<group::Declared>,
    ruling: Ruling,
    /// The groups of the finding, the one that ends a message sooner first, and its level.
    found: Option<((usize, usize), Level)>,
}

impl Weighing {
    /// What these voices make of `input`, the specification's first. With `is_held`, each is held against the specification too.
    pub(crate) fn of(
        family: &'static Family,
        input: StreamInput<'_>,
        voices: impl IntoIterator<Item = Voice>,
        is_held: bool,
    ) -> Self {
        let (groups, declared): (Vec<_>, Vec<_>) =
            group::gather_voices(family, voices).into_iter().unzip();
        let strict = groups.first().map(|group| &group.verdict.reading);
        let ruling = Ruling::Weighed(Terms {
            ordinary: strict.map_or(0, |strict| match strict.end {
                End::Rejected => strict.messages.len(),
                _ => usize::MAX,
            }),
            is_common: !is_held && is_common(&groups),
            is_held,
        });
        let found = primary_pair(family, input.bytes, &groups, ruling);
        Self {
            family,
            groups,
            declared,
            ruling,
            found,
        }
    }

    /// The level of the finding, if there is one.
    pub(crate) fn level(&self) -> Option<Level> {
        self.found.map(|(_, level)| level)
    }

    /// The groups of the finding.
    pub(crate) fn pair(&self) -> Option<[&Group; 2]> {
        let ((shorter, longer), _) = self.found?;
        Some([self.groups.get(shorter)?, self.groups.get(longer)?])
    }

    /// The judgement on the input that was weighed, with reasons.
    pub(crate) fn judgement(self, input: StreamInput<'_>) -> Judgement {
        let Self {
            family,
            mut groups,
            declared,
            ruling,
            found,
        } = self;
        // What is not drawn needs no reason.
        if found.is_some() {
            for (group, declared) in groups.iter_mut().zip(declared) {
                group.explained = group::explain_voices(family, input, &group.verdict, declared);
            }
        }
        let (groups, pair) = arrange(groups, found.map(|(pair, _)| pair));
        let finding = pair.and_then(|pair| find(family, input.bytes, &groups, pair, ruling));
        let acting = |group: &&Group| group.speaks();
        let rejects = |group: &Group| group.verdict.reading.end == End::Rejected;
        let rejected_by = groups.iter().filter(acting).all(rejects).then(|| {
            let members = groups.iter().flat_map(|group| &group.members);
            members.filter(|member| member.weight.acts()).count()
        });
        Judgement {
            family,
            groups,
            as_strict: 0,
            failures: Vec::new(),
            finding,
            unjudged: None,
            is_weighed: true,
            facts: Vec::new(),
            rejected_by,
        }
    }
}

/// Whether all widely deployed readers are in one group that accepts, and has departed only where that is permitted.
fn is_common(groups: &[Group]) -> bool {
    let mut wide = groups.iter().filter(|group| group.is_wide());
    let (Some(group), None) = (wide.next(), wide.next()) else {
        return false;
    };
    let is_permitted = group.departure().standing == Standing::Permitted;
    group.verdict.reading.end != End::Rejected && is_permitted
}

/// How the words of readers compare.
#[derive(Clone, Copy)]
enum Ruling {
    /// All are alike.
    Alike,
    /// Those of deployed readers and of the specification count.
    Weighed(Terms),
}

impl Ruling {
    fn diverge(self, a: &Verdict, b: &Verdict) -> Option<Divergence> {
        match self {
            Self::Alike => compare::diverge(&a.reading, &b.reading),
            Self::Weighed(_) => compare::diverge_committed(a, b),
        }
    }

    fn weigh(self, input: &[u8], divergence: &Divergence, a: &Group, b: &Group) -> Option<Weighed> {
        match self {
            Self::Alike => Some(Weighed {
                level: compare::level(divergence, a.breaks() || b.breaks()),
                is_evasion: false,
            }),
            Self::Weighed(terms) => weigh::weigh(input, divergence, [a, b], terms),
        }
    }
}

/// The indices of the two groups that diverge most gravely, the one that ends a message sooner first, and the level of that.
///
/// Of pairs at one level, those come first that are of the more widely deployed readers, then those in which both know every way of
/// ending a message, then those that diverge most gravely, those in which both have found an end and not just that of
/// the stream, those whose disagreement has a name, those that more deployed readers stand for on either side, those
/// with more of the family's parsers, and those with the smaller explanation.
fn primary_pair(
    family: &Family,
    input: &[u8],
    groups: &[Group],
    ruling: Ruling,
) -> Option<((usize, usize), Level)> {
    let mut best = None;
    for (i, a, j, b) in pairs(groups) {
        let Some(divergence) = ruling.diverge(&a.verdict, &b.verdict) else {
            continue;
        };
        let size = |group: &Group| group.explained.map_or(usize::MAX / 2, |set| set.len());
        let Some(weighed) = ruling.weigh(input, &divergence, a, b) else {
            continue;
        };
        let deployed = [a.deployed(), b.deployed()];
        let rank = (
            weighed.level,
            a.speaks_widely() && b.speaks_widely(),
            a.is_general && b.is_general,
            divergence.kind,
            [a, b].iter().all(|group| finds_an_end(group, &divergence)),
            a.rank().min(b.rank()),
            class(family, &divergence, a, b).is_some(),
            deployed.iter().min().copied(),
            deployed.iter().sum::<usize>(),
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
    best.map(|(rank, pair)| (pair, rank.0))
}

/// Whether the message at which the group diverges is not one that takes all there is.
fn finds_an_end(group: &Group, divergence: &Divergence) -> bool {
    let fate = MessageFate::of(&group.verdict.reading, divergence.message);
    fate.framing() != Some(Framing::UntilClose)
}

fn pairs(groups: &[Group]) -> impl Iterator<Item = (usize, &Group, usize, &Group)> {
    groups.iter().enumerate().flat_map(move |(i, a)| {
        let later = groups.iter().enumerate().skip(i + 1);
        later.map(move |(j, b)| (i, a, j, b))
    })
}

fn class(family: &Family, divergence: &Divergence, a: &Group, b: &Group) -> Option<String> {
    let side = |group| Side::new(group, divergence.message);
    (family.classify)(divergence, &side(&a.verdict), &side(&b.verdict))
}

/// Puts the groups in order, gives them their letters, and says where the pair has gone.
fn arrange(
    groups: Vec<Group>,
    pair: Option<(usize, usize)>,
) -> (Vec<Group>, Option<(usize, usize)>) {
    let place = |index: usize| match pair {
        Some((shorter, _)) if index == shorter => 0,
        Some((_, longer)) if index == longer => 1,
        _ => 2,
    };
    let mut groups: Vec<_> = groups.into_iter().enumerate().collect();
    groups.sort_by_key(|(index, group)| (group.rejects_all(), place(*index), *index));
    let now = |before| groups.iter().position(|(index, _)| *index == before);
    let pair = pair.and_then(|(shorter, longer)| Some((now(shorter)?, now(longer)?)));
    let mut groups: Vec<_> = groups.into_iter().map(|(_, group)| group).collect();
    for (nth, group) in groups.iter_mut().enumerate() {
        group.letter = match group.rejects_all() {
            true => NO_LETTER.to_owned(),
            false => letter(nth),
        };
    }
    (groups, pair)
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
    groups: &[Group],
    (shorter, longer): (usize, usize),
    ruling: Ruling,
) -> Option<Finding> {
    let (short, long) = (groups.get(shorter)?, groups.get(longer)?);
    let divergence = ruling.diverge(&short.verdict, &long.verdict)?;
    let weighed = ruling.weigh(input, &divergence, short, long)?;
    let class = match weighed.is_evasion {
        true => Some(weigh::EVASION.to_owned()),
        false => class(family, &divergence, short, long),
    };
    let signature = Signature::new(family.name, divergence.kind.word(), class.as_deref())
        .because(LONGER, &reason(family, long))
        .because(SHORTER, &reason(family, short));
    let departs = departs(groups);
    Some(Finding {
        shorter,
        longer,
        divergence,
        level: weighed.level,
        class,
        classes: classes(family, groups, ruling),
        signature,
        direction: direction::sentence(family, input, &divergence, short, long),
        rules: rules(&divergence, short, long),
        keeps: keeps(groups, &departs),
        departs,
        evidence: evidence(short, long),
        confirmed_by: Vec::new(),
    })
}

/// The finding that two groups understand a message differently.
fn understood(
    family: &'static Family,
    groups: &[Group],
    (hides, shows): (usize, usize),
    fact: &FactFinding,
    classes: BTreeSet<String>,
) -> Option<Finding> {
    let (short, long) = (groups.get(hides)?, groups.get(shows)?);
    let kind = DivergenceKind::Facts;
    let signature = Signature::new(family.name, kind.word(), Some(fact.class.word()));
    let departs = departs(groups);
    Some(Finding {
        shorter: hides,
        longer: shows,
        divergence: Divergence {
            kind,
            message: fact.message,
            at: fact.at,
            level: fact.level,
            first_is_longer: false,
        },
        level: fact.level,
        class: Some(fact.class.word().to_owned()),
        classes: classes.into_iter().collect(),
        signature: match fact.field.is_empty() {
            true => signature,
            false => signature.because(FIELD, &fact.field),
        },
        direction: fact.direction.clone(),
        rules: Vec::new(),
        keeps: keeps(groups, &departs),
        departs,
        evidence: evidence(short, long),
        confirmed_by: Vec::new(),
    })
}

/// The groups that depart from the specification, against a SHOULD or a MUST.
fn departs(groups: &[Group]) -> Vec<(usize, Distance)> {
    let groups = groups.iter().enumerate();
    let departures = groups.map(|(index, group)| (index, group.departure()));
    departures
        .filter(|(_, departure)| departure.standing != Standing::Permitted)
        .collect()
}

/// The other groups.
fn keeps(groups: &[Group], departs: &[(usize, Distance)]) -> Vec<usize> {
    let broken = |index: &usize| departs.iter().any(|(group, _)| group == index);
    (0..groups.len()).filter(|index| !broken(index)).collect()
}

fn evidence(short: &Group, long: &Group) -> Evidence {
    match short.has_peer() && long.has_peer() {
        true => Evidence::Reproduced,
        false => Evidence::Candidate,
    }
}

/// What the field calls the divergences of any two members of different groups. Members of one group may
/// read alike for different reasons, and a class names reasons.
fn classes(family: &Family, groups: &[Group], ruling: Ruling) -> Vec<String> {
    let reasons: Vec<_> = groups.iter().map(reasons).collect();
    let mut classes = BTreeSet::new();
    for (i, a, j, b) in pairs(groups) {
        let Some(divergence) = ruling.diverge(&a.verdict, &b.verdict) else {
            continue;
        };
        let side = |verdict| Side::new(verdict, divergence.message);
        for a in reasons.get(i).into_iter().flatten() {
            for b in reasons.get(j).into_iter().flatten() {
                classes.extend((family.classify)(&divergence, &side(a), &side(b)));
            }
        }
    }
    classes.into_iter().collect()
}

/// The verdict of a group with the citations of each of its first members that has others.
fn reasons(group: &Group) -> Vec<Verdict> {
    let mut verdicts = vec![group.verdict.clone()];
    if group.verdict.reading.messages.len() > MESSAGES_WITH_REASONS {
        return verdicts;
    }
    for member in &group.members {
        let known = |verdict: &Verdict| verdict.citations == member.citations;
        if verdicts.len() < REASONS && !verdicts.iter().any(known) {
            let mut verdict = group.verdict.clone();
            verdict.citations.clone_from(&member.citations);
            verdicts.push(verdict);
        }
    }
    verdicts
}

fn rules(divergence: &Divergence, short: &Group, long: &Group) -> Vec<&'static Rule> {
    let cited = [short, long]
        .into_iter()
        .flat_map(|group| &group.verdict.citations);
    let mut cited: Vec<_> = cited
        .filter(|citation| citation.at >= divergence.at)
        .collect();
    cited.sort_by_key(|citation| {
        let rejected = citation.stance.rejects();
        (rejected, Reverse(citation.rule.force), citation.at)
    });
    let mut rules = Vec::new();
    for citation in cited {
        if !rules.contains(&citation.rule) {
            rules.push(citation.rule);
        }
    }
    rules
}

/// Why a group reads as it does, for a signature: the leniencies that lead there.
fn reason(family: &Family, group: &Group) -> String {
    match &group.explained {
        None => "unexplained".to_owned(),
        Some(set) if set.is_empty() => STRICT.to_owned(),
        Some(set) => family.ids(set).join("+"),
    }
}
