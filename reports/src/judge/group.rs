//! A group: the members of a panel whose readings of an input are equal.

use parsers::core::explain;
use parsers::family::DialectParser;
use parsers::{
    Citation, Dialect, End, Family, LeniencySet, Rule, Stance, Standing, StreamInput, Verdict,
};
use peers::Role;

use crate::judge::seat::{Membership, Seat, Voice, Weight};
use crate::judge::shipped::Shipped;

/// The letter of a group that rejects the input before it has taken any message.
pub(crate) const NO_LETTER: &str = "–";

/// Members of the panel whose readings are equal.
#[derive(Clone, Debug)]
pub struct Group {
    /// `A`, `B` and so on, or `NO_LETTER`.
    pub letter: String,
    /// Its readers, in the order of the panel.
    pub members: Vec<Member>,
    /// The verdict of one of them: of those that know every way of ending a message, if there are any,
    /// one that is not the dialect of a single leniency, if there is one; of these the one that declares
    /// the fewest leniencies.
    pub verdict: Verdict,
    /// Whether that member knows every way of ending a message that the specification knows.
    pub is_general: bool,
    /// A smallest set of leniencies that leads to this reading; `None` when no member declares one.
    pub explained: Option<LeniencySet>,
}

/// How far a reading is from the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distance {
    /// What the specification says of it.
    pub standing: Standing,
    /// The rules that are relaxed against a demand of that force, each once; none where it is permitted.
    pub rules: Vec<&'static Rule>,
}

impl Default for Distance {
    fn default() -> Self {
        Self {
            standing: Standing::Permitted,
            rules: Vec::new(),
        }
    }
}

impl Distance {
    /// That of a reader with these citations.
    fn of(citations: &[Citation]) -> Self {
        let mut found = Self::default();
        for citation in citations {
            let Stance::Relax(leniency) = citation.stance else {
                continue;
            };
            let standing = leniency.standing();
            if standing > found.standing {
                found = Self {
                    standing,
                    rules: Vec::new(),
                };
            }
            let counts = standing == found.standing && standing != Standing::Permitted;
            if counts && !found.rules.contains(&citation.rule) {
                found.rules.push(citation.rule);
            }
        }
        found
    }
}

/// One of a group.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Why it sits on the panel.
    pub standing: Membership,
    /// What its word weighs.
    pub weight: Weight,
    /// Whether it knows every way of ending a message that the specification knows.
    pub is_general: bool,
    /// What it cited; of a peer, what the dialect cites that explains its reading.
    pub citations: Vec<Citation>,
}

impl Group {
    /// Whether one of the family's own parsers, a peer, or a dialect asked for is in it that knows every
    /// way of ending a message.
    pub fn is_named(&self) -> bool {
        self.members
            .iter()
            .any(|member| member.is_general && !member.standing.is_departure())
    }

    /// Whether a peer is in it.
    pub(crate) fn has_peer(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.standing == Membership::Peer)
    }

    /// Whether released software that acts on what it reads, or the specification, reads so.
    pub(crate) fn speaks(&self) -> bool {
        self.members.iter().any(|member| member.weight.acts())
    }

    /// Whether a public report says of released software that it reads so.
    pub(crate) fn is_reported(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.standing == Membership::Reported)
    }

    /// Whether the specification, or widely deployed software that acts on what it reads, reads so.
    pub(crate) fn speaks_widely(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.weight == Weight::Specification) || self.deployed() > 0
    }

    /// How many widely deployed readers that act on what they read are in it.
    pub(crate) fn deployed(&self) -> usize {
        let acts =
            |member: &&Member| matches!(member.weight, Weight::Deployed(role) if role.acts());
        self.members.iter().filter(acts).count()
    }

    /// Whether widely deployed software reads so, inspectors among them.
    pub(crate) fn is_wide(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| matches!(member.weight, Weight::Deployed(_)))
    }

    /// How much its word weighs: 3 where widely deployed software is in it that acts on what it reads, 2 where it is
    /// the specification's, 1 where other released software is in it that acts, else 0.
    pub(crate) fn rank(&self) -> u8 {
        match (self.deployed() > 0, self.speaks_widely(), self.speaks()) {
            (true, ..) => 3,
            (_, true, _) => 2,
            (.., speaks) => speaks.into(),
        }
    }

    /// Whether an inspector is in it.
    pub(crate) fn inspects(&self) -> bool {
        self.has_role(Role::Inspector)
    }

    /// Whether released software in this role is in it.
    pub(crate) fn has_role(&self, role: Role) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.weight.role() == Some(role))
    }

    /// Whether it rejects the input before it has taken any message.
    pub(crate) fn rejects_all(&self) -> bool {
        let Verdict {
            reading, committed, ..
        } = &self.verdict;
        // In a panel where all are alike, no reader is held to what it has committed to.
        let is_held = self
            .members
            .iter()
            .any(|member| member.weight != Weight::Hypothetical);
        reading.end == End::Rejected
            && reading.messages.is_empty()
            && (committed.is_none() || !is_held)
    }

    /// Whether a MUST is against reading so.
    pub fn breaks(&self) -> bool {
        self.departure().standing == Standing::AgainstMust
    }

    /// What the specification says of reading so, with the rules that are relaxed against it. Members of one group may read
    /// alike for different reasons: the one whose reasons are the most charitable speaks for all.
    pub(crate) fn departure(&self) -> Distance {
        let own = [self.verdict.citations.as_slice()];
        let members = self
            .members
            .iter()
            .map(|member| member.citations.as_slice());
        let each = own.into_iter().chain(members).map(Distance::of);
        let mildest = each.min_by_key(|one| (one.standing, one.rules.len()));
        mildest.unwrap_or_default()
    }
}

/// The groups of these seats, the strict parser's first, in the order of their first members and without
/// letters, and how many single leniencies are left out because they change nothing. Of the verdicts,
/// one for each group is kept.
pub(crate) fn gather(
    family: &'static Family,
    input: StreamInput<'_>,
    seats: impl IntoIterator<Item = Seat>,
) -> (Vec<Group>, usize) {
    let mut as_strict = 0;
    let mut gathered: Vec<Gathered> = Vec::new();
    for seat in seats {
        let reading = &seat.verdict.reading;
        let home = gathered
            .iter()
            .position(|group| group.group.verdict.reading == *reading);
        if home == Some(0) && seat.standing == Membership::Single {
            as_strict += 1;
            continue;
        }
        let plainness = plainness(family, &seat);
        match home.and_then(|home| gathered.get_mut(home)) {
            Some(group) => group.join(seat, plainness),
            None => gathered.push(Gathered::found(seat, plainness)),
        }
    }
    let groups = gathered.into_iter().map(|gathered| {
        let mut group = gathered.group;
        group.is_general = !gathered.plainness.0;
        group.explained = gathered
            .declared
            .and_then(|relaxes| explain::minimal(family, input, &group.verdict.reading, &relaxes));
        group
    });
    (groups.collect(), as_strict)
}

/// The groups of these voices, the specification's first, in the order of their first members and without letters.
/// Readers that reject at one place after they have committed to different framings are of different groups. Of the
/// reasons in a group the most charitable stands for it. With each comes what declares that reason.
pub(crate) fn gather_voices(
    family: &'static Family,
    voices: impl IntoIterator<Item = Voice>,
) -> Vec<(Group, Declared)> {
    let mut groups: Vec<(Group, Declared, Charity)> = Vec::new();
    for Voice {
        mut seat,
        weight,
        reader,
    } in voices
    {
        let charity = charity(family, &seat, reader);
        let mut member = Member {
            name: seat.name,
            standing: seat.standing,
            weight,
            is_general: !charity.1,
            citations: Vec::new(),
        };
        let declared = (seat.relaxes, reader);
        let home = groups.iter_mut().find(|(group, ..)| {
            let verdict = &group.verdict;
            verdict.reading == seat.verdict.reading && verdict.committed == seat.verdict.committed
        });
        let Some((group, stands, least)) = home else {
            member.citations.clone_from(&seat.verdict.citations);
            let group = Group {
                letter: String::new(),
                members: vec![member],
                verdict: seat.verdict,
                is_general: !charity.1,
                explained: None,
            };
            groups.push((group, declared, charity));
            continue;
        };
        group.is_general |= !charity.1;
        if charity < *least {
            group.verdict.citations.clone_from(&seat.verdict.citations);
            (*stands, *least) = (declared, charity);
        }
        member.citations = std::mem::take(&mut seat.verdict.citations);
        group.members.push(member);
    }
    let groups = groups.into_iter().map(|(mut group, declared, _)| {
        // Products and versions come first.
        group.members.sort_by_key(|member| match member.weight {
            Weight::Deployed(role) if role.acts() => 0,
            Weight::Deployed(_) | Weight::Rare(_) => 1,
            Weight::Specification => 2,
            Weight::Hypothetical => 3,
        });
        (group, declared)
    });
    groups.collect()
}

/// What declares the reason that stands for a group, and the learned reader whose reason it is.
pub(crate) type Declared = (Option<LeniencySet>, Option<&'static Shipped>);

/// Whether a reader has no reason, whether it is deaf to a way of ending messages, how often it breaks the
/// specification, and how many departures it has: the least by this order has the most charitable reason.
type Charity = (bool, bool, usize, usize);

fn charity(family: &'static Family, seat: &Seat, reader: Option<&Shipped>) -> Charity {
    let Some(relaxes) = seat.relaxes else {
        return (true, false, usize::MAX, usize::MAX);
    };
    let citations = seat.verdict.citations.iter();
    let breaches = citations
        .filter(|citation| matches!(citation.stance, Stance::Relax(leniency) if leniency.breaks()));
    let is_general = reader.map_or_else(
        || (family.is_general)(&DialectParser::new(family, Dialect::new("", relaxes))),
        |reader| reader.is_general,
    );
    let is_deaf = !is_general;
    (false, is_deaf, breaches.count(), relaxes.len())
}

/// Explains the reading of a group: a smallest part of what is declared under which one reads, and commits, alike.
pub(crate) fn explain_voices(
    family: &'static Family,
    input: StreamInput<'_>,
    verdict: &Verdict,
    (declared, reader): Declared,
) -> Option<LeniencySet> {
    let mut own = Verdict::new();
    explain::minimal_by(&declared?, &mut |relaxes| {
        match reader {
            Some(reader) => reader.judge_under(relaxes, input, &mut own),
            None => explain::judge_under(family, relaxes, input, &mut own),
        }
        let is_alike = own.reading == verdict.reading && own.committed == verdict.committed;
        is_alike.then(|| explain::used(&own))
    })
}

/// A group that others may still join.
struct Gathered {
    group: Group,
    /// What the member declares whose verdict stands for the group.
    declared: Option<LeniencySet>,
    /// How plain that is.
    plainness: Plainness,
}

impl Gathered {
    fn found(seat: Seat, plainness: Plainness) -> Self {
        let citations = seat.verdict.citations.clone();
        Self {
            group: Group {
                letter: String::new(),
                members: vec![Member {
                    name: seat.name,
                    standing: seat.standing,
                    weight: Weight::Hypothetical,
                    is_general: !plainness.0,
                    citations,
                }],
                verdict: seat.verdict,
                is_general: false,
                explained: None,
            },
            declared: seat.relaxes,
            plainness,
        }
    }

    fn join(&mut self, seat: Seat, plainness: Plainness) {
        if plainness < self.plainness {
            self.declared = seat.relaxes;
            self.plainness = plainness;
            let citations = &mut self.group.verdict.citations;
            citations.clone_from(&seat.verdict.citations);
        }
        self.group.members.push(Member {
            name: seat.name,
            standing: seat.standing,
            weight: Weight::Hypothetical,
            is_general: !plainness.0,
            citations: seat.verdict.citations,
        });
    }
}

/// Whether it is deaf to a way of ending messages, whether it is there as a single leniency, and how many
/// leniencies it has: the plainest member of a group, the least by this order, tells best why the group
/// reads as it does.
type Plainness = (bool, bool, usize);

fn plainness(family: &'static Family, seat: &Seat) -> Plainness {
    let is_single = seat.standing.is_departure();
    let Some(relaxes) = seat.relaxes else {
        // A reader that declares nothing is asked last, and is not known to ignore any framing.
        return (false, is_single, usize::MAX);
    };
    let dialect = DialectParser::new(family, Dialect::new("", relaxes));
    let is_deaf = !(family.is_general)(&dialect);
    (is_deaf, is_single, relaxes.len())
}
