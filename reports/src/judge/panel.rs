//! The panel: the parsers of a family, and every single leniency, judge one input.

use parsers::core::rule::FIRST_RESTRICTION;
use parsers::family::DialectParser;
use parsers::{Dialect, Family, LeniencySet, Parser, StreamInput, Verdict, judge};
use peers::Pieces;

use crate::judge::ask::Peers;
use crate::judge::dialect_file::AskedDialect;
use crate::judge::dialect_file::leniencies;
use crate::judge::finding::Judgement;
use crate::judge::seat::{Membership, Seat};

/// The members of the panel that judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those that know every framing of the specification.
    General,
    /// Of those, the family's own parsers and the ones asked for.
    GeneralNamed,
    /// The strict parser only, and those asked for.
    Strict,
}

/// One member of the panel.
pub struct Judge {
    name: String,
    standing: Membership,
    relaxes: LeniencySet,
    is_general: bool,
    reader: Reader,
}

enum Reader {
    Named(&'static dyn Parser),
    Dialect(DialectParser),
}

impl Judge {
    fn named(family: &'static Family, parser: &'static dyn Parser) -> Self {
        Self {
            name: parser.name().to_owned(),
            standing: Membership::Named,
            relaxes: parser.dialect().relaxes,
            is_general: (family.is_general)(parser),
            reader: Reader::Named(parser),
        }
    }

    fn dialect(
        family: &'static Family,
        name: String,
        relaxes: LeniencySet,
        standing: Membership,
    ) -> Self {
        let parser = DialectParser::new(family, Dialect::new(name.clone(), relaxes));
        Self {
            name,
            standing,
            relaxes,
            is_general: (family.is_general)(&parser),
            reader: Reader::Dialect(parser),
        }
    }

    /// What to call it in a report: the parser's name, `+` before a leniency, or as it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it is there.
    pub fn standing(&self) -> Membership {
        self.standing
    }

    /// The leniencies that it declares.
    pub fn relaxes(&self) -> &LeniencySet {
        &self.relaxes
    }

    /// It as a parser.
    pub fn parser(&self) -> &dyn Parser {
        match &self.reader {
            Reader::Named(parser) => *parser,
            Reader::Dialect(parser) => parser,
        }
    }

    fn is_within(&self, scope: Scope) -> bool {
        match scope {
            // A reader that was asked for judges.
            _ if self.standing == Membership::Asked => true,
            Scope::All => true,
            Scope::General => self.is_general,
            Scope::GeneralNamed => self.is_general && !self.standing.is_departure(),
            Scope::Strict => false,
        }
    }
}

/// The readers that judge the inputs of a family. The first member is the strict parser.
pub struct Panel {
    family: &'static Family,
    members: Vec<Judge>,
}

impl Panel {
    /// The family's parsers only.
    pub fn named(family: &'static Family) -> Self {
        let parsers = family.parsers.iter();
        let members = parsers.map(|parser| Judge::named(family, *parser));
        Self {
            family,
            members: members.collect(),
        }
    }

    /// The family's parsers and every dialect of one leniency.
    pub fn full(family: &'static Family) -> Self {
        let mut panel = Self::named(family);
        panel
            .members
            .extend(family.leniencies.iter().map(|leniency| {
                let (name, relaxes) = (format!("+{}", leniency.id), LeniencySet::of(&[leniency]));
                Judge::dialect(family, name, relaxes, Membership::Single)
            }));
        panel
    }

    /// The family's parsers, and a dialect for each of these ids of leniencies and restrictions, or sums of them, as a
    /// case names them. Ids that the family does not know are left out.
    pub fn of_case(family: &'static Family, departures: &[String]) -> Self {
        let mut panel = Self::named(family);
        for ids in departures {
            let Ok(relaxes) = leniencies(family, ids) else {
                continue;
            };
            let is_restriction = family.index(ids).is_some_and(|at| at >= FIRST_RESTRICTION);
            let sign = if is_restriction { '-' } else { '+' };
            let name = format!("{sign}{ids}");
            panel
                .members
                .push(Judge::dialect(family, name, relaxes, Membership::Case));
        }
        panel
    }

    /// This panel with one more dialect on it.
    pub fn with(mut self, dialect: AskedDialect) -> Self {
        let asked = Judge::dialect(
            self.family,
            dialect.name,
            dialect.relaxes,
            Membership::Asked,
        );
        self.members.push(asked);
        self
    }

    /// The family.
    pub fn family(&self) -> &'static Family {
        self.family
    }

    /// Its members, in order.
    pub fn members(&self) -> &[Judge] {
        &self.members
    }

    /// The verdicts on `input`, in the order of the members, into `verdicts`, whose memory is reused.
    pub fn verdicts<'i>(&self, input: impl Into<StreamInput<'i>>, verdicts: &mut Vec<Verdict>) {
        let input = input.into();
        verdicts.resize_with(self.members.len(), Verdict::new);
        for (member, verdict) in self.members.iter().zip(verdicts) {
            judge(member.parser(), input, verdict);
        }
    }

    /// What those in `scope` make of `input`.
    pub fn judge<'i>(&self, input: impl Into<StreamInput<'i>>, scope: Scope) -> Judgement {
        let input = input.into();
        Judgement::of(self.family, input, self.seats(input, scope))
    }

    /// What those in `scope`, and these peers, make of `input`.
    pub fn judge_with<'i>(
        &self,
        peers: &mut Peers,
        input: impl Into<StreamInput<'i>>,
        scope: Scope,
    ) -> Judgement {
        let input = input.into();
        let answers = peers.answers(input, Pieces::One);
        let seats = answers
            .iter()
            .filter_map(|answer| answer.seat(self.family, input));
        let seats = self.seats(input, scope).chain(seats);
        let mut judgement = Judgement::of(self.family, input, seats);
        for answer in &answers {
            if let Err(failure) = &answer.seen {
                judgement
                    .failures
                    .push((answer.name.clone(), failure.clone()));
            }
        }
        judgement
    }

    fn seats<'s>(
        &'s self,
        input: StreamInput<'s>,
        scope: Scope,
    ) -> impl Iterator<Item = Seat> + 's {
        let members = self.members.iter().enumerate();
        let is_in = move |nth: usize, member: &Judge| match scope {
            Scope::Strict if nth == 0 => true,
            _ => member.is_within(scope),
        };
        let within = members.filter(move |(nth, member)| is_in(*nth, member));
        within.map(move |(_, member)| {
            let mut verdict = Verdict::new();
            judge(member.parser(), input, &mut verdict);
            Seat {
                name: member.name.clone(),
                standing: member.standing,
                relaxes: Some(member.relaxes),
                verdict,
            }
        })
    }
}
