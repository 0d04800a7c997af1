//! Where clients, connections and the server stand between two events.

use super::event::Tag;
use super::list::List;

/// The most clients of one session.
pub(crate) const MAX_CLIENTS: usize = 4;
/// The most connections that exist at one time.
pub(crate) const MAX_CONNECTIONS: usize = 5;
/// The most requests, and the most replies, that lie on one connection.
pub(crate) const MAX_QUEUE: usize = 6;
/// The most requests of one schedule: one bit each.
pub(crate) const MAX_TAGS: u8 = 61;
/// The most connections that one schedule opens: one bit each.
pub(crate) const MAX_OPENED: u8 = 64;

/// Everything that is to be known to tell what may happen next.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionState {
    /// The clients, by number.
    pub clients: List<Client, MAX_CLIENTS>,
    /// The connections that a client has, or on which the server has a request still awaited.
    pub connections: List<Connection, MAX_CONNECTIONS>,
    /// A bit for each request that the server has carried out.
    pub executed: u64,
    /// A bit for each request whose method is idempotent.
    pub idempotent: u64,
    /// How many timeouts, cancellations and deaths there were.
    pub faults: u8,
    /// How many replies were sent that no request caused.
    pub surplus: u8,
    /// A bit for each number of a connection that was opened.
    pub opened: u64,
    /// The highest tag given so far.
    pub tags: u8,
}

/// A client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// How many requests it has sent, without those sent again.
    pub issued: u8,
    /// The requests whose replies it waits for: one, or a batch.
    pub waits: List<Wait, 2>,
}

/// A request whose reply is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// The request.
    pub tag: Tag,
    /// The number of the connection on which it was last sent; none once its time was up there, and it is
    /// to be sent again.
    pub connection: Option<u8>,
    /// How many times it was sent again.
    pub resent: u8,
}

/// A connection, with what both ends know of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Connection {
    /// Its number.
    pub number: u8,
    /// Whether the client's end is open.
    pub client_is_open: bool,
    /// Whether the server's end is open.
    pub server_is_open: bool,
    /// Whether a reply was taken from it.
    pub is_reused: bool,
    /// Whether the client's own doing has put replies and requests out of step: it forgot a request,
    /// wrote over unread bytes, read a part as the whole, or relied on an order that was never promised.
    pub is_out_of_step: bool,
    /// Whether the server sent a reply on it that no request caused.
    pub has_surplus: bool,
    /// The replies that the client reckons with, in the order of its requests.
    pub expected: List<Expected, MAX_QUEUE>,
    /// The requests that the server has not carried out, oldest first.
    pub requests: List<Tag, MAX_QUEUE>,
    /// The replies not yet taken, oldest first.
    pub replies: List<Reply, MAX_QUEUE>,
    /// How many of the replies, from the front, the client has read into its memory.
    pub buffered: u8,
    /// The request of whose reply the server has sent the first part only.
    pub half: Option<Tag>,
}

/// A reply that a client reckons with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The request.
    pub tag: Tag,
    /// Whether no client waits for it any more, and it is to be thrown away.
    pub is_abandoned: bool,
}

/// A reply on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The request that caused it.
    pub tag: Tag,
    /// How much of it is there.
    pub part: ReplyPart,
    /// Whether it came in the same segment as the one before it.
    pub is_joined: bool,
}

/// How much of a reply is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReplyPart {
    /// All of it.
    #[default]
    Whole,
    /// The first part; the rest may follow.
    Half,
    /// The rest, the first part being taken already.
    Tail,
}

impl SessionState {
    /// The beginning, with so many clients, at most `MAX_CLIENTS`.
    pub fn new(clients: usize) -> Self {
        let mut state = Self::default();
        for _ in 0..clients.min(MAX_CLIENTS) {
            state.clients.push(Client::default());
        }
        state
    }

    /// The client of this number.
    pub fn client(&self, client: u8) -> Option<&Client> {
        self.clients.get(usize::from(client))
    }

    /// The connection of this number, if it is there.
    pub fn connection(&self, number: u8) -> Option<&Connection> {
        self.connections.iter().find(|one| one.number == number)
    }

    /// The connection of this number, to be changed.
    pub(crate) fn connection_mut(&mut self, number: u8) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|one| one.number == number)
    }

    /// The connection on which a reply is waited for, if it is there.
    pub(crate) fn awaited_on(&self, wait: &Wait) -> Option<&Connection> {
        self.connection(wait.connection?)
    }

    /// The same, to be changed.
    pub(crate) fn awaited_on_mut(&mut self, wait: &Wait) -> Option<&mut Connection> {
        self.connection_mut(wait.connection?)
    }

    /// Whether a connection of this number was ever opened.
    pub(crate) fn was_opened(&self, number: u8) -> bool {
        number < MAX_OPENED && self.opened >> number & 1 == 1
    }

    /// The lowest number that no connection has had.
    pub(crate) fn next_connection(&self) -> u8 {
        (!self.opened).trailing_zeros() as u8
    }

    /// The next tag that no request has had.
    pub(crate) fn next_tag(&self) -> Tag {
        Tag(self.tags + 1)
    }

    /// Whether the method of this request is idempotent.
    pub(crate) fn is_idempotent(&self, tag: Tag) -> bool {
        self.idempotent >> tag.0 & 1 == 1
    }

    /// Whether a client waits for the reply to this request.
    pub(crate) fn is_awaited(&self, tag: Tag) -> bool {
        let mut waits = self.clients.iter().flat_map(|client| client.waits.iter());
        waits.any(|wait| wait.tag == tag)
    }

    /// What a client waits for under this tag.
    pub(crate) fn wait(&self, client: u8, tag: Tag) -> Option<&Wait> {
        let waits = &self.client(client)?.waits;
        waits.iter().find(|wait| wait.tag == tag)
    }

    /// The same, to be changed.
    pub(crate) fn wait_mut(&mut self, client: u8, tag: Tag) -> Option<&mut Wait> {
        let waits = &mut self.clients.get_mut(usize::from(client))?.waits;
        waits.iter_mut().find(|wait| wait.tag == tag)
    }

    /// Lets a client wait for this request no longer.
    pub(crate) fn end_wait(&mut self, client: u8, tag: Tag) {
        if let Some(client) = self.clients.get_mut(usize::from(client)) {
            client.waits.retain(|wait| wait.tag != tag);
        }
    }

    /// Removes the connections that can change nothing any more: those that the client has closed,
    /// no request waits on, and by which the server has no request that it may yet carry out twice.
    pub(crate) fn sweep(&mut self) {
        if self
            .connections
            .iter()
            .all(|connection| connection.client_is_open)
        {
            return;
        }
        let before = *self;
        self.connections.retain(|connection| {
            let mut requests = connection.requests.iter();
            connection.client_is_open
                || connection.is_in_use()
                || connection.server_is_open && requests.any(|tag| before.is_awaited(*tag))
        });
    }
}

impl Connection {
    /// Whether what is misdelivered on it is no client's defect: the server put it out of step, and the
    /// client's own doing did not.
    pub(crate) fn is_blameless(&self) -> bool {
        self.has_surplus && !self.is_out_of_step
    }

    /// A connection of this number, open at both ends.
    pub fn new(number: u8) -> Self {
        Self {
            number,
            client_is_open: true,
            server_is_open: true,
            ..Self::default()
        }
    }

    /// Whether a client waits for a reply on it.
    pub(crate) fn is_in_use(&self) -> bool {
        self.expected.iter().any(|entry| !entry.is_abandoned)
    }

    /// Takes the reply at `at` out. Reading from the socket reads a whole segment: what came with the
    /// reply is in the client's memory from then on.
    pub(crate) fn take_reply(&mut self, at: usize) -> Option<Reply> {
        let reply = self.replies.remove(at)?;
        if at < usize::from(self.buffered) {
            self.buffered -= 1;
        } else if at == 0 {
            let joined = self.replies.iter().take_while(|reply| reply.is_joined);
            self.buffered = joined.count() as u8;
        }
        Some(reply)
    }

    /// Takes the entry of a request out of what the client reckons with.
    pub fn forget(&mut self, tag: Tag) {
        self.expected.retain(|entry| entry.tag != tag);
    }
}
