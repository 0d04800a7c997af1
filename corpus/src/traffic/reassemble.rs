//! TCP segments to connections: both directions put in order, retransmissions dropped, gaps found.
//!
//! Where segments overlap, the bytes that were captured first are kept. A gap ends the usable bytes of
//! its direction. Which bytes are there is kept by a [`RangeSet`]; what came too early waits in pieces
//! that never overlap.
//!
//! A reset ends a connection only if its sender is silent from then on: receivers ignore one that is forged, or whose
//! checksum or signature is wrong, and captures from a sending machine have no checksums to judge by.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use rangemap::RangeSet;

use super::STREAM_LIMIT;
use super::capture::Segment;

/// What bounds the memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReassemblyLimits {
    /// The most bytes kept of one direction; the rest is cut.
    pub stream: usize,
    /// The most bytes of one direction that may wait for those before them; more make a gap.
    pub early: usize,
    /// The most connections that are followed; then the one silent for longest is handed on as it is.
    pub connections: usize,
    /// The most bytes of all connections; likewise.
    pub total: usize,
}

impl Default for ReassemblyLimits {
    fn default() -> Self {
        Self {
            stream: STREAM_LIMIT,
            early: 4 << 20,
            connections: 1 << 16,
            total: 256 << 20,
        }
    }
}

/// What was sent in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// The bytes, from the first one captured up to a gap or the end.
    pub bytes: Vec<u8>,
    /// Whether more bytes were sent, after some that were not captured.
    pub has_gap: bool,
    /// Whether more bytes were sent, beyond the limit.
    pub is_cut: bool,
}

/// One TCP connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpConnection {
    /// The side that opened it, or seems to have.
    pub client: SocketAddr,
    /// The other side.
    pub server: SocketAddr,
    /// What the client sent.
    pub to_server: Flow,
    /// What the server sent.
    pub to_client: Flow,
    /// Whether its opening was captured.
    pub has_opening: bool,
    /// Whether its end was captured.
    pub has_end: bool,
}

/// The connections of a capture. Each is handed on as soon as it ends; one that is reset, when its ports are used again,
/// a limit is reached, or the capture ends.
pub struct Connections {
    limits: ReassemblyLimits,
    open: HashMap<Key, Exchange>,
    /// By when they last had a segment: which of them is silent for longest.
    by_turn: BTreeMap<u64, Key>,
    turn: u64,
    held: usize,
}

/// Two addresses, the lesser first.
type Key = (SocketAddr, SocketAddr);

impl Connections {
    /// No connections yet.
    pub fn new(limits: ReassemblyLimits) -> Self {
        Self {
            limits,
            open: HashMap::new(),
            by_turn: BTreeMap::new(),
            turn: 0,
            held: 0,
        }
    }

    /// Takes the next segment of the capture.
    pub fn add(&mut self, segment: &Segment<'_>, hand_on: &mut dyn FnMut(TcpConnection)) {
        let key = (segment.from.min(segment.to), segment.from.max(segment.to));
        let side = usize::from(segment.from != key.0);
        let mut exchange = match self.remove(&key) {
            // The port is used again.
            Some(old) if segment.syn && old.is_other(side, segment) => {
                hand_on_used(key, old, hand_on);
                Exchange::default()
            }
            Some(exchange) => exchange,
            None => Exchange::default(),
        };
        exchange.add(side, segment, &self.limits);
        if exchange.is_over() {
            let done = std::mem::take(&mut exchange.flows);
            if !exchange.is_handed_on {
                let ending = Exchange {
                    flows: done,
                    ..exchange.clone()
                };
                hand_on_used(key, ending, hand_on);
            }
            // What is left of it keeps late segments from being read as another connection.
            exchange.is_handed_on = true;
        }
        self.insert(key, exchange);
        while self.open.len() > self.limits.connections || self.held > self.limits.total {
            let Some((_, silent)) = self.by_turn.first_key_value() else {
                break;
            };
            let silent = *silent;
            if let Some(exchange) = self.remove(&silent) {
                hand_on_used(silent, exchange, hand_on);
            }
        }
    }

    /// Hands on the connections that have not ended, in the order in which they fell silent.
    pub(crate) fn finish(mut self, hand_on: &mut dyn FnMut(TcpConnection)) {
        let order = std::mem::take(&mut self.by_turn);
        for key in order.into_values() {
            if let Some(exchange) = self.open.remove(&key) {
                hand_on_used(key, exchange, hand_on);
            }
        }
    }

    fn insert(&mut self, key: Key, mut exchange: Exchange) {
        self.turn += 1;
        exchange.turn = self.turn;
        self.by_turn.insert(self.turn, key);
        self.held += exchange.held();
        self.open.insert(key, exchange);
    }

    fn remove(&mut self, key: &Key) -> Option<Exchange> {
        let exchange = self.open.remove(key)?;
        self.by_turn.remove(&exchange.turn);
        self.held -= exchange.held();
        Some(exchange)
    }
}

fn hand_on_used(key: Key, exchange: Exchange, hand_on: &mut dyn FnMut(TcpConnection)) {
    let is_empty = exchange.flows.iter().all(|flow| flow.last == 0);
    if !exchange.is_handed_on && !is_empty {
        hand_on(exchange.finish(key));
    }
}

/// A connection under way. Its sides are numbered as in its [`Key`].
#[derive(Clone, Default)]
struct Exchange {
    flows: [Assembly; 2],
    /// The side that sent SYN without ACK, or got SYN with ACK.
    opener: Option<usize>,
    /// The side that has reset it, and has sent nothing since; the offset of the reset.
    reset: Option<(usize, i64)>,
    is_handed_on: bool,
    turn: u64,
}

impl Exchange {
    /// Whether `segment`, which has SYN, opens another connection than this one.
    fn is_other(&self, side: usize, segment: &Segment<'_>) -> bool {
        let first = segment.sequence.wrapping_add(1);
        match self.flow(side).and_then(|flow| flow.first) {
            Some(known) => known != first,
            None => self.is_handed_on || (!segment.ack && self.opener.is_none() && self.held() > 0),
        }
    }

    fn flow(&self, side: usize) -> Option<&Assembly> {
        self.flows.get(side)
    }

    fn held(&self) -> usize {
        self.flows.iter().map(Assembly::held).sum()
    }

    fn add(&mut self, side: usize, segment: &Segment<'_>, limits: &ReassemblyLimits) {
        if segment.syn {
            self.opener = Some(if segment.ack { 1 - side } else { side });
        }
        if self.is_handed_on {
            return;
        }
        let Some(flow) = self.flows.get_mut(side) else {
            return;
        };
        flow.add(segment, limits);
        let (last, at) = (flow.last as i64, flow.offset(segment.sequence));
        // One far outside the stream is a stray, or forged.
        if segment.rst && flow.is_near(segment.sequence) {
            self.reset = Some((side, at.unwrap_or(last)));
        }
        if self
            .reset
            .is_some_and(|(from, at)| from == side && last > at)
        {
            self.reset = None;
        }
    }

    fn is_over(&self) -> bool {
        self.is_handed_on || self.flows.iter().all(Assembly::is_over)
    }

    fn finish(self, (low, high): Key) -> TcpConnection {
        let ended = self.reset.is_some() || self.flows.iter().all(Assembly::is_over);
        let opener = self.opener;
        let [from_low, from_high] = self.flows.map(Assembly::finish);
        let low_is_client = match opener {
            Some(side) => side == 0,
            None => seems_client(&low, &from_low, &high, &from_high),
        };
        let (client, server, to_server, to_client) = if low_is_client {
            (low, high, from_low, from_high)
        } else {
            (high, low, from_high, from_low)
        };
        TcpConnection {
            client,
            server,
            to_server,
            to_client,
            has_opening: opener.is_some(),
            has_end: ended,
        }
    }
}

/// Whether `a` seems to be the client, where the opening was not captured: a server sends status-lines,
/// and its port is the lower one.
fn seems_client(a: &SocketAddr, from_a: &Flow, b: &SocketAddr, from_b: &Flow) -> bool {
    let answers = |flow: &Flow| flow.bytes.starts_with(b"HTTP/");
    match (answers(from_a), answers(from_b)) {
        (true, false) => false,
        (false, true) => true,
        _ => a.port() > b.port(),
    }
}

/// One direction under way. Offsets are in bytes from the first byte of the stream.
#[derive(Clone, Default)]
struct Assembly {
    /// The sequence number of the first byte, once known.
    first: Option<u32>,
    bytes: Vec<u8>,
    /// What came too early, by offset.
    early: BTreeMap<u64, Vec<u8>>,
    early_held: usize,
    known: RangeSet<u64>,
    /// The offset after the last byte known to have been sent.
    last: u64,
    /// The offset of FIN.
    fin: Option<u64>,
    /// No more bytes are kept.
    closed: bool,
    cut: bool,
}

impl Assembly {
    fn held(&self) -> usize {
        self.bytes.len() + self.early_held
    }

    /// The offset of the byte with this sequence number: the one nearest to the bytes already there,
    /// for sequence numbers wrap around. Negative before the first byte.
    fn offset(&self, sequence: u32) -> Option<i64> {
        let frontier = self.last;
        let expected = self.first?.wrapping_add(frontier as u32);
        Some(frontier as i64 + i64::from(sequence.wrapping_sub(expected) as i32))
    }

    /// Whether a segment with this sequence number can belong to the stream.
    fn is_near(&self, sequence: u32) -> bool {
        const LARGEST_WINDOW: u64 = 1 << 30;
        let frontier = self.last;
        self.offset(sequence)
            .is_none_or(|offset| (offset - frontier as i64).unsigned_abs() <= LARGEST_WINDOW)
    }

    fn add(&mut self, segment: &Segment<'_>, limits: &ReassemblyLimits) {
        let start = segment.sequence.wrapping_add(u32::from(segment.syn));
        let has_bytes = !segment.payload.is_empty() || segment.missing > 0;
        if self.first.is_none() && (segment.syn || has_bytes || segment.fin) {
            self.first = Some(start);
        }
        let Some(start) = self.offset(start) else {
            return;
        };
        if has_bytes {
            self.add_bytes(start, segment, limits);
        }
        if segment.fin {
            let length = segment.payload.len() as i64 + i64::from(segment.missing);
            let fin = u64::try_from(start + length).unwrap_or(0);
            self.fin = self.fin.or(Some(fin));
        }
    }

    fn add_bytes(&mut self, start: i64, segment: &Segment<'_>, limits: &ReassemblyLimits) {
        // What comes before the first byte known is a retransmission from before the capture, or the
        // byte that a keep-alive repeats.
        let before = usize::try_from(-start).unwrap_or(0);
        let payload = segment.payload.get(before..).unwrap_or(&[]);
        let start = start.max(0) as u64;
        let end = start + payload.len() as u64;
        let sent = end + u64::from(segment.missing);
        let is_sane =
            self.fin.is_none_or(|fin| sent <= fin) && sent - self.last.min(sent) <= 1 << 30;
        if before > segment.payload.len() || !is_sane {
            return;
        }
        self.last = self.last.max(sent);
        if self.closed || start == end {
            return;
        }
        let gaps: Vec<_> = self.known.gaps(&(start..end)).collect();
        for gap in gaps {
            let piece = (gap.start - start) as usize..(gap.end - start) as usize;
            let Some(piece) = payload.get(piece) else {
                continue;
            };
            self.early_held += piece.len();
            self.early.insert(gap.start, piece.to_vec());
        }
        self.known.insert(start..end);
        self.join(limits);
    }

    /// Moves what no longer waits for anything, and keeps the limits.
    fn join(&mut self, limits: &ReassemblyLimits) {
        while let Some(entry) = self.early.first_entry() {
            if *entry.key() != self.bytes.len() as u64 {
                break;
            }
            let piece = entry.remove();
            self.early_held -= piece.len();
            let room = limits.stream.saturating_sub(self.bytes.len());
            if piece.len() > room {
                self.cut = true;
            }
            self.bytes.extend(piece.iter().take(room));
            if self.cut {
                break;
            }
        }
        // Each piece costs more than its bytes.
        let pieces = limits.early / 1024;
        if self.cut || self.early_held > limits.early || self.early.len() > pieces.max(16) {
            self.closed = true;
            self.early.clear();
            self.early_held = 0;
            self.known.clear();
        }
    }

    /// Whether FIN came, and everything before it.
    fn is_over(&self) -> bool {
        self.fin
            .is_some_and(|fin| self.closed || self.bytes.len() as u64 >= fin)
    }

    fn finish(self) -> Flow {
        let sent = self.fin.unwrap_or(0).max(self.last);
        Flow {
            has_gap: !self.cut && (self.bytes.len() as u64) < sent,
            is_cut: self.cut,
            bytes: self.bytes,
        }
    }
}

#[cfg(test)]
mod tests;
