//! A stream that is sent along a route: what each hop read, what it forwarded, and what the last reader saw.

use super::draft::{ForwardedRequest, forward};
use super::oracle::{HopOracles, OracleFinding};
use super::policy::HopPolicy;
use super::quirk::framing::ended;
use super::quirk::upgrade::Tunnel;
use super::reader::HopReader;
use super::request::HopRequest;
use crate::core::verdict::{Citation, End, Reading};

/// An intermediary.
pub struct Hop {
    /// How it reads.
    pub reader: HopReader,
    /// How it forwards.
    pub policy: HopPolicy,
}

/// Hops one behind the other, and the reader at the end.
pub struct Route {
    /// The hops, in the order in which they are passed.
    pub hops: Vec<Hop>,
    /// How the origin reads.
    pub last: HopReader,
    /// Whether the origin answers an upgrade with 101, and CONNECT with a 2xx; otherwise it grants neither.
    pub grants_upgrade: bool,
    /// The beginning of the targets that no hop lets through; empty for none.
    pub forbids: Vec<u8>,
}

/// What happened to a stream.
#[derive(Clone, Debug)]
pub struct Passage {
    /// What each hop did, then what the origin read.
    pub stages: Vec<Stage>,
    /// What the oracles say about it.
    pub findings: Vec<OracleFinding>,
}

/// What one reader on the route made of what reached it.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// What reached it.
    pub input: Vec<u8>,
    /// What it read. Where it has become a tunnel, it reads no more.
    pub reading: Reading,
    /// What it rejected the rest by, if it did.
    pub rejection: Option<Citation>,
    /// The requests that it read, one for each message.
    pub requests: Vec<HopRequest>,
    /// What it sent on, in order.
    pub sent: Vec<SentPiece>,
    /// The bytes of that, end to end.
    pub output: Vec<u8>,
}

/// A piece of what was sent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentPiece {
    /// First byte, counted from the start of the output.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What it is.
    pub piece: Piece,
}

/// What a forwarded piece is to its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The request of this index.
    Request(usize),
    /// Bytes of the protocol to which the connection was switched.
    Switched,
    /// Bytes that it no longer reads although nothing was switched.
    Blind,
    /// A request that has broken off, ended by the hop.
    Broken,
}

/// Sends `input` along the route.
pub fn run(route: &Route, input: &[u8], oracles: &HopOracles) -> Passage {
    let mut stages = Vec::new();
    let mut reaches = input.to_vec();
    for nth in 0..route.hops.len() {
        let stage = pass(route, nth, reaches);
        reaches = stage.output.clone();
        stages.push(stage);
    }
    let mut last = Stage::read(&route.last, reaches);
    let is_switched = |request: &HopRequest| route.grants_upgrade && request.is_upgrade();
    if let Some(nth) = last.requests.iter().position(is_switched) {
        last.cut(nth);
    }
    stages.push(last);
    let findings = oracles.judge(route, &stages);
    Passage { stages, findings }
}

impl Stage {
    pub(super) fn read(reader: &HopReader, input: Vec<u8>) -> Self {
        let verdict = reader.read(&input);
        let messages = verdict.reading.messages.iter().enumerate();
        let requests = messages
            .map(|(nth, message)| HopRequest::of(nth, message, &verdict, &input))
            .collect();
        Self {
            rejection: verdict.rejection().copied(),
            reading: verdict.reading,
            requests,
            input,
            ..Self::default()
        }
    }

    /// Nothing is read behind the request of this index.
    fn cut(&mut self, nth: usize) {
        self.requests.truncate(nth + 1);
        self.reading.messages.truncate(nth + 1);
        self.reading.end = End::Tunnel;
        self.reading.pending = None;
        self.rejection = None;
    }

    fn send(&mut self, bytes: &[u8], piece: Piece) {
        let start = self.output.len();
        self.output.extend_from_slice(bytes);
        let end = self.output.len();
        self.sent.push(SentPiece { start, end, piece });
    }
}

/// What the hop of this number makes of what reaches it.
fn pass(route: &Route, nth: usize, input: Vec<u8>) -> Stage {
    let Some(hop) = route.hops.get(nth) else {
        return Stage::default();
    };
    let mut stage = Stage::read(&hop.reader, input);
    for at in 0..stage.requests.len() {
        let Some(request) = stage.requests.get(at) else {
            break;
        };
        if is_forbidden(route, request) {
            continue;
        }
        let ForwardedRequest {
            bytes,
            offers_upgrade,
        } = forward(request, &hop.policy);
        if request.is_connect() {
            let end = request.end;
            stage.send(&bytes, Piece::Request(at));
            let rest = stage.input.get(end..).unwrap_or(&[]).to_vec();
            match (route.grants_upgrade, hop.policy.connect.is_optimistic) {
                _ if rest.is_empty() => {}
                (true, _) => stage.send(&rest, Piece::Switched),
                (false, true) => stage.send(&rest, Piece::Blind),
                // A careful client has waited, and sends nothing once it is not granted.
                (false, false) => {}
            }
            stage.cut(at);
            return stage;
        }
        let end = request.end;
        let piece = match offers_upgrade {
            true if is_switched(route, nth + 1, bytes.clone()) => Some(Piece::Switched),
            true if hop.policy.tunnel == Tunnel::Answered => Some(Piece::Blind),
            _ => None,
        };
        stage.send(&bytes, Piece::Request(at));
        if let Some(piece) = piece {
            let rest = stage.input.get(end..).unwrap_or(&[]).to_vec();
            if !rest.is_empty() {
                stage.send(&rest, piece);
            }
            stage.cut(at);
            return stage;
        }
    }
    if hop.policy.ends_broken {
        end_broken(route, hop, &mut stage);
    }
    stage
}

/// Sends on what there is of a request that has broken off, as if it were whole.
fn end_broken(route: &Route, hop: &Hop, stage: &mut Stage) {
    let taken = stage.reading.taken();
    let rest = stage.input.get(taken..).unwrap_or(&[]);
    let at = stage
        .rejection
        .map_or(rest.len(), |rejection| rejection.at.saturating_sub(taken));
    if let Some(request) = ended(rest, at, &hop.reader)
        && !is_forbidden(route, &request)
    {
        stage.send(&forward(&request, &hop.policy).bytes, Piece::Broken);
    }
}

fn is_forbidden(route: &Route, request: &HopRequest) -> bool {
    !route.forbids.is_empty() && request.target.starts_with(&route.forbids)
}

/// Whether an upgrade that is sent to the reader of this number comes to be answered by 101.
fn is_switched(route: &Route, nth: usize, bytes: Vec<u8>) -> bool {
    let Some(hop) = route.hops.get(nth) else {
        let last = Stage::read(&route.last, bytes);
        let first = last.requests.first();
        return route.grants_upgrade && first.is_some_and(HopRequest::is_upgrade);
    };
    let stage = Stage::read(&hop.reader, bytes);
    match stage.requests.first() {
        Some(request) if request.is_upgrade() && !is_forbidden(route, request) => {
            is_switched(route, nth + 1, forward(request, &hop.policy).bytes)
        }
        _ => false,
    }
}
