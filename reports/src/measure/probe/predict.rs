//! What a server that reads with given leniencies is expected to show for some bytes.

use parsers::family::DialectParser;
use parsers::http1::demands;
use parsers::http1::rules::CODING_IN_10;
use parsers::{
    Demand, Dialect, End, Family, Force, Framing, Leniency, LeniencySet, Rule, Stance, StreamInput,
    Verdict, judge,
};

use super::wire::{ConnectionEnding, WireObservation};

/// How many permitted readings are followed up.
const MOST_PERMITTED: usize = 64;
/// How many readings that break a rule are followed up for a second breach.
const MOST_BREACHES: usize = 128;

/// What a server is, for there are demands that bind proxies only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServerRole {
    /// An origin server, or a gateway.
    #[default]
    Origin,
    /// A proxy that its clients have chosen.
    Proxy,
}

impl ServerRole {
    /// What the specification demands of a server in this role that reads with `leniency`.
    pub(crate) fn demand(self, leniency: &Leniency) -> &'static Demand {
        match (self, leniency.of_proxy) {
            (Self::Proxy, Some(demand)) => demand,
            // A server that answers 101 is handled before: any other has not accepted the new protocol.
            _ if std::ptr::eq(leniency.demand, &demands::UPGRADED) => &demands::MEANING,
            _ => leniency.demand,
        }
    }

    /// Whether it leaves it to such a server to read so.
    fn permits(self, leniency: &Leniency) -> bool {
        self.demand(leniency).force == Force::May
    }
}

/// What calibration has told of the server, and what its user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// Whether it answers several requests that come in one piece.
    pub pipelines: bool,
    /// Whether it waits for the whole of a counted body before it answers.
    pub waits_for_length: bool,
    /// Whether it waits for the whole of a chunked body before it answers.
    pub waits_for_chunks: bool,
    /// What it is.
    pub role: ServerRole,
}

/// One reading of the bytes sent, and the leniencies that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The leniencies.
    pub set: LeniencySet,
    /// Where each message that ends begins; the place where reading stopped comes last.
    pub starts: Vec<usize>,
    /// How many messages end.
    pub count: usize,
    /// How the bytes end.
    pub end: End,
    /// The framing of the message that is waited for, if its head was whole.
    pub pending: Option<Framing>,
    /// With [`End::Rejected`], the rule, and whether the head of that message had been accepted.
    pub rejected: Option<(&'static Rule, bool)>,
}

impl Prediction {
    /// How `family` reads `sent` with the leniencies of `set`.
    pub fn new<'i>(
        family: &'static Family,
        set: LeniencySet,
        sent: impl Into<StreamInput<'i>>,
    ) -> Self {
        let parser = DialectParser::new(family, Dialect::new("", set));
        let mut verdict = Verdict::new();
        judge(&parser, sent, &mut verdict);
        let reading = &verdict.reading;
        let mut starts: Vec<_> = reading.messages.iter().map(|m| m.start).collect();
        starts.push(reading.taken());
        let mut prediction = Self {
            set,
            starts,
            count: reading.messages.len(),
            end: reading.end,
            pending: reading.pending.map(|pending| pending.framing),
            rejected: None,
        };
        // The connection stays open: what only its end would end is waited for.
        let last = reading.messages.last();
        let is_open = !family.is_closed;
        if is_open && last.is_some_and(|last| last.framing == Framing::UntilClose) {
            prediction.count -= 1;
            prediction.starts.pop();
            prediction.end = End::Incomplete;
            prediction.pending = Some(Framing::UntilClose);
        }
        let mut citations = verdict.citations.iter();
        let rejected = citations.rfind(|citation| citation.stance == Stance::Reject);
        if let (End::Rejected, Some(rejected)) = (reading.end, rejected) {
            prediction.rejected = Some((rejected.rule, verdict.committed.is_some()));
        }
        prediction
    }

    /// Whether the two lead to the same sight.
    fn is_like(&self, other: &Self) -> bool {
        let seen = |p: &Self| (p.starts.clone(), p.count, p.end, p.pending, p.rejected);
        seen(self) == seen(other)
    }

    /// Whether a server that reads so may have shown what was `seen`.
    ///
    /// A server may close the connection after any answer, and may answer a message that it has taken
    /// with any status but 400. One that rejects answers 4xx or 5xx, or closes. One that does not wait
    /// for bodies may answer a message whose body is malformed or cut short as it likes.
    pub(crate) fn allows(&self, seen: &WireObservation, traits: Traits) -> bool {
        let statuses = seen.responses.statuses();
        let (got, over) = (statuses.len(), seen.ending.is_over());
        let is_error = |nth: usize| statuses.get(nth).is_some_and(|status| *status >= 400);
        if statuses
            .iter()
            .take(self.count)
            .any(|status| *status == 400)
        {
            return false;
        }
        if got < self.count {
            return got > 0 && over;
        }
        let more = got - self.count;
        let in_body = matches!(self.rejected, Some((_, true)));
        match (self.end, more) {
            (End::Tunnel, _) => true,
            (End::Complete | End::Incomplete, 0) => got > 0 || self.count == 0,
            (End::Complete, _) => false,
            (End::Incomplete, 1) => {
                let early = match self.pending {
                    Some(Framing::Chunked) => !traits.waits_for_chunks,
                    Some(_) => !traits.waits_for_length,
                    None => false,
                };
                early || is_error(self.count)
            }
            (End::Rejected, 0) => over,
            (End::Rejected, 1) => {
                is_error(self.count)
                    || self.is_redirected(statuses.get(self.count).copied())
                    || self.may_be_taken_last() && over
                    || in_body && !traits.waits_for_chunks && over
            }
            (End::Rejected, 2) => {
                in_body && !traits.waits_for_chunks && over && is_error(self.count + 1)
            }
            _ => false,
        }
    }

    /// Whether it explains what was `seen` of a server that does not read as it may: as
    /// `Self::allows`, but a 400 is no answer to a message that is not yet whole, and through a tunnel
    /// come no responses.
    pub(crate) fn explains(&self, seen: &WireObservation, traits: Traits) -> bool {
        let last = seen.responses.finals.last().map(|last| last.status);
        let more = seen.responses.finals.len() > self.count;
        let is_wrong = match self.end {
            End::Incomplete => more && last == Some(400),
            End::Tunnel => more,
            End::Complete | End::Rejected => false,
        };
        !is_wrong && self.allows(seen, traits)
    }

    /// "[...] MUST treat the message as if the framing is faulty, even if a Content-Length is present,
    /// and close the connection after processing the message." (RFC 9112 §6.1)
    fn may_be_taken_last(&self) -> bool {
        self.rejected.is_some_and(|(rule, _)| rule == &CODING_IN_10)
    }

    /// "Recipients of an invalid request-line SHOULD respond with either a 400 (Bad Request) error or
    /// a 301 (Moved Permanently) redirect with the request-target properly encoded." (RFC 9112 §3.2)
    fn is_redirected(&self, status: Option<u16>) -> bool {
        let of_the_target = |rule: &Rule| std::ptr::eq(rule.broken, &demands::REQUEST_LINE);
        status == Some(301) && self.rejected.is_some_and(|(rule, _)| of_the_target(rule))
    }

    /// Whether nothing more than the end of the connection is missing from what it predicts.
    pub(crate) fn is_cut_short_by(&self, seen: &WireObservation) -> bool {
        let got = seen.responses.finals.len();
        got < self.count && seen.ending == ConnectionEnding::Waiting
    }
}

/// The strict reading, then those to which leniencies lead that the specification leaves to a server.
pub fn permitted<'i>(
    family: &'static Family,
    sent: impl Into<StreamInput<'i>>,
    role: ServerRole,
) -> Vec<Prediction> {
    let sent = sent.into();
    let mut found = vec![Prediction::new(family, LeniencySet::EMPTY, sent)];
    let mut next = 0;
    while let Some(base) = found.get(next).map(|prediction| prediction.set) {
        let all = family.leniencies.iter();
        for leniency in all.filter(|leniency| role.permits(leniency)) {
            let set = base.union(&LeniencySet::of(&[leniency]));
            let prediction = Prediction::new(family, set, sent);
            let is_new = !found.iter().any(|known| known.is_like(&prediction));
            if is_new && found.len() < MOST_PERMITTED {
                found.push(prediction);
            }
        }
        next += 1;
    }
    found
}

/// The readings that fit, reached from a permitted one by the fewest leniencies, at most `most`, that
/// break the specification; each as the set of these leniencies.
pub(crate) fn breaches(
    family: &'static Family,
    sent: &[u8],
    permitted: &[Prediction],
    role: ServerRole,
    most: usize,
    fits: &dyn Fn(&Prediction) -> bool,
) -> Vec<LeniencySet> {
    let mut starts: Vec<(LeniencySet, Prediction)> = permitted
        .iter()
        .map(|prediction| (LeniencySet::EMPTY, prediction.clone()))
        .collect();
    for _ in 0..most {
        let mut fitting = Vec::new();
        let mut reached: Vec<(LeniencySet, Prediction)> = Vec::new();
        for (breaking, base) in &starts {
            for leniency in family
                .leniencies
                .iter()
                .filter(|leniency| !role.permits(leniency))
            {
                let one = LeniencySet::of(&[leniency]);
                let prediction = Prediction::new(family, base.set.union(&one), sent);
                if prediction.is_like(base) {
                    continue;
                }
                let breaking = breaking.union(&one);
                if fits(&prediction) && !fitting.contains(&breaking) {
                    fitting.push(breaking);
                }
                let is_new = !reached.iter().any(|(_, known)| known.is_like(&prediction));
                if is_new && reached.len() < MOST_BREACHES {
                    reached.push((breaking, prediction));
                }
            }
        }
        if !fitting.is_empty() {
            return fitting;
        }
        starts = reached;
    }
    Vec::new()
}
