//! States as bytes, the same for all states that differ only in names.
//!
//! Clients behave alike, and so do connections. A request matters only while a client waits for its
//! reply: it is then that client's, and all others are no client's. So clients are put in an order that
//! does not depend on their numbers, requests are called by the client that waits for them, and
//! connections are sorted by their bytes. Of several such orders, the least bytes count.

use super::event::Tag;
use super::list::List;
use super::policy::ClientPolicy;
use super::quirk::retry::Retry;
use super::state::{
    Client, Connection, Expected, MAX_CONNECTIONS, Reply, ReplyPart, SessionState, Wait,
};

/// A request for which no client waits.
const NOBODYS: u8 = 0;
/// An entry for whose reply no client waits.
const TOMBSTONE: u8 = u8::MAX;

/// Memory that is used again from state to state.
#[derive(Default)]
pub(crate) struct Encoder {
    best: Vec<u8>,
    next: Vec<u8>,
    parts: Vec<u8>,
}

impl Encoder {
    /// The bytes of the state. What the policy never looks at is left out.
    pub fn encode(&mut self, state: &SessionState, policy: &ClientPolicy) -> &[u8] {
        self.best.clear();
        let mut order: List<u8, 4> = List::default();
        for number in 0..state.clients.len() as u8 {
            order.push(number);
        }
        order.sort_unstable_by_key(|number| key(state, *number));
        self.permute(state, policy, &mut order, 0);
        &self.best
    }

    /// Tries every order of clients that are alike from the place `from` on.
    fn permute(
        &mut self,
        state: &SessionState,
        policy: &ClientPolicy,
        order: &mut List<u8, 4>,
        from: usize,
    ) {
        let Some(first) = order.get(from).copied() else {
            self.write(state, policy, order);
            if self.best.is_empty() || self.next < self.best {
                std::mem::swap(&mut self.best, &mut self.next);
            }
            return;
        };
        let of = key(state, first);
        // Clients that wait for nothing, and are alike, are the same bytes in any order.
        let is_idle = state.client(first).is_none_or(|one| one.waits.is_empty());
        for other in from..order.len() {
            let alike = order.get(other).is_some_and(|one| key(state, *one) == of);
            if other > from && (is_idle || !alike) {
                break;
            }
            order.swap(from, other);
            self.permute(state, policy, order, from + 1);
            order.swap(from, other);
        }
    }

    fn write(&mut self, state: &SessionState, policy: &ClientPolicy, order: &[u8]) {
        let Self { next, parts, .. } = self;
        next.clear();
        parts.clear();
        next.push(state.faults << 4 | state.surplus);
        let mut codes = [NOBODYS; 64];
        for (place, number) in (0u8..).zip(order) {
            let Some(client) = state.client(*number) else {
                continue;
            };
            next.push(client.issued << 2 | client.waits.len() as u8);
            for (slot, wait) in (0u8..).zip(client.waits.iter()) {
                let executed = state.executed >> wait.tag.0 & 1;
                let idempotent = state.idempotent >> wait.tag.0 & 1;
                next.push(wait.resent << 2 | (idempotent << 1 | executed) as u8);
                if let Some(code) = codes.get_mut(usize::from(wait.tag.0)) {
                    *code = 1 + 2 * place + slot;
                }
            }
        }
        let mut ranges: List<(u8, u8), MAX_CONNECTIONS> = List::default();
        for connection in state.connections.iter() {
            let from = parts.len() as u8;
            write_connection(connection, policy, &codes, parts);
            ranges.push((from, parts.len() as u8));
        }
        let bytes = |(from, to): &(u8, u8)| parts.get(usize::from(*from)..usize::from(*to));
        ranges.sort_unstable_by(|a, b| bytes(a).cmp(&bytes(b)));
        for range in ranges.iter() {
            next.extend_from_slice(bytes(range).unwrap_or_default());
        }
    }
}

/// What tells clients apart whatever they are called.
fn key(state: &SessionState, number: u8) -> (u8, [u8; 3]) {
    let Some(client) = state.client(number) else {
        return (0, [0; 3]);
    };
    let mut waits = [client.waits.len() as u8, 0, 0];
    for (place, wait) in waits.iter_mut().skip(1).zip(client.waits.iter()) {
        let executed = state.executed >> wait.tag.0 & 1;
        let idempotent = state.idempotent >> wait.tag.0 & 1;
        *place = wait.resent << 2 | (idempotent << 1 | executed) as u8;
    }
    // The client that has sent more comes first.
    (u8::MAX - client.issued, waits)
}

fn write_connection(
    connection: &Connection,
    policy: &ClientPolicy,
    codes: &[u8; 64],
    bytes: &mut Vec<u8>,
) {
    let code = |tag: Tag| codes.get(usize::from(tag.0)).copied().unwrap_or(NOBODYS);
    let reused = connection.is_reused && policy.retry == Retry::WhenReused;
    let flags = [
        connection.client_is_open,
        connection.server_is_open,
        reused,
        connection.is_out_of_step,
        connection.half.is_some(),
    ];
    let flags = flags.iter().fold(0, |all, flag| all << 1 | u8::from(*flag));
    bytes.push(flags << 3 | connection.buffered);
    let (expected, requests) = (&connection.expected, &connection.requests);
    bytes.push((expected.len() << 4 | requests.len()) as u8);
    let surplus = u8::from(connection.has_surplus);
    bytes.push(surplus << 4 | connection.replies.len() as u8);
    bytes.extend(expected.iter().map(|entry| match entry.is_abandoned {
        true => TOMBSTONE,
        false => code(entry.tag),
    }));
    bytes.extend(requests.iter().map(|tag| code(*tag)));
    for (nth, reply) in connection.replies.iter().enumerate() {
        // Nothing is before the first.
        let joined = reply.is_joined && nth > 0;
        let part = match reply.part {
            ReplyPart::Whole => 0,
            ReplyPart::Half => 1,
            ReplyPart::Tail => 2,
        };
        bytes.push(code(reply.tag) << 3 | part << 1 | u8::from(joined));
    }
    if let Some(tag) = connection.half {
        bytes.push(code(tag));
    }
}

/// A state that is written as these bytes.
pub fn decode(bytes: &[u8], clients: usize) -> SessionState {
    let mut state = SessionState::default();
    let mut bytes = bytes.iter().copied();
    let mut next = || bytes.next();
    let budget = next().unwrap_or(0);
    state.faults = budget >> 4;
    state.surplus = budget & 15;
    for place in 0..clients as u8 {
        let head = next().unwrap_or(0);
        let mut client = Client {
            issued: head >> 2,
            ..Client::default()
        };
        for slot in 0..head & 3 {
            let wait = next().unwrap_or(0);
            let tag = Tag(1 + 2 * place + slot);
            state.executed |= u64::from(wait & 1) << tag.0;
            state.idempotent |= u64::from(wait >> 1 & 1) << tag.0;
            client.waits.push(Wait {
                tag,
                connection: None,
                resent: wait >> 2,
            });
        }
        state.clients.push(client);
    }
    // Requests for which no client waits are each another one.
    state.tags = 2 * clients as u8;
    while let Some(flags) = next() {
        let connection = decode_connection(flags, &mut next, &mut state);
        state.opened |= 1 << connection.number;
        state.connections.push(connection);
    }
    state
}

fn decode_connection(
    flags: u8,
    next: &mut impl FnMut() -> Option<u8>,
    state: &mut SessionState,
) -> Connection {
    let has = |bit: u8| flags >> (bit + 3) & 1 == 1;
    let mut connection = Connection {
        number: state.connections.len() as u8,
        client_is_open: has(4),
        server_is_open: has(3),
        is_reused: has(2),
        is_out_of_step: has(1),
        buffered: flags & 7,
        ..Connection::default()
    };
    let lengths = next().unwrap_or(0);
    let replies = next().unwrap_or(0);
    let tag = |code: u8| match code {
        NOBODYS => Tag::STALE,
        code => Tag(code),
    };
    for _ in 0..lengths >> 4 {
        let code = next().unwrap_or(0);
        let tombstone = code == TOMBSTONE;
        let entry = Expected {
            tag: if tombstone { Tag::STALE } else { tag(code) },
            is_abandoned: tombstone,
        };
        connection.expected.push(entry);
        await_on(state, entry.tag, connection.number);
    }
    for _ in 0..lengths & 15 {
        let code = next().unwrap_or(0);
        state.tags += u8::from(code == NOBODYS);
        connection.requests.push(match code {
            NOBODYS => Tag(state.tags),
            code => Tag(code),
        });
    }
    connection.has_surplus = replies >> 4 == 1;
    for _ in 0..replies & 15 {
        let code = next().unwrap_or(0);
        connection.replies.push(Reply {
            tag: tag(code >> 3),
            part: match code >> 1 & 3 {
                0 => ReplyPart::Whole,
                1 => ReplyPart::Half,
                _ => ReplyPart::Tail,
            },
            is_joined: code & 1 == 1,
        });
    }
    connection.half = has(0).then(|| tag(next().unwrap_or(0)));
    connection
}

/// The client that waits for this reply waits on this connection.
fn await_on(state: &mut SessionState, tag: Tag, number: u8) {
    let mut waits = state
        .clients
        .iter_mut()
        .flat_map(|one| one.waits.iter_mut());
    if let Some(wait) = waits.find(|wait| wait.tag == tag) {
        wait.connection = Some(number);
    }
}
