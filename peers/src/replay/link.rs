//! One connection as the server sees it: what it has yet to answer, and what it has sent that is not read yet.

use std::collections::VecDeque;
use std::fs;
use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use parsers::session::Tag;
use parsers::session::state::{Connection, Reply, ReplyPart};

use super::protocol::{Protocol, SURPLUS, cut};

/// The longest that sent bytes may take to lie with the other end, and a write to be taken.
const LONGEST: Duration = Duration::from_secs(1);

/// A connection.
pub struct Link {
    /// What it is called in the picture, once a request of the schedule has come on it.
    pub number: Option<u8>,
    /// What the server has not answered, oldest first.
    pub held: VecDeque<Held>,
    /// Whether the client's end is open, and the server's.
    pub client_is_open: bool,
    pub server_is_open: bool,
    /// Whether the client's own doing has put it out of step.
    pub is_out_of_step: bool,
    /// Whether the server sent a reply on it that no request caused.
    pub has_surplus: bool,
    /// What was sent and, as far as is known, not read.
    pub replies: Vec<Reply>,
    /// The reply of which the first part was sent, and the rest of it.
    half: Option<(Tag, Vec<u8>)>,
    /// The form of the last request.
    form: String,
    stream: TcpStream,
    ends: Option<(SocketAddr, SocketAddr)>,
}

/// What the server has not answered.
pub(crate) enum Held {
    /// A request of the schedule: the reply waits for its event.
    Asked {
        /// The request.
        tag: Tag,
        /// Its name and form, for the reply.
        name: String,
        form: String,
    },
    /// Another one: the reply waits for those before it.
    Greets(Vec<u8>),
}

impl Link {
    /// A connection that was just accepted.
    pub fn new(stream: TcpStream) -> Self {
        let ends = stream.local_addr().ok().zip(stream.peer_addr().ok());
        // Where it cannot be set, a write may take longer.
        let _set = stream.set_write_timeout(Some(LONGEST));
        Self {
            number: None,
            held: VecDeque::new(),
            client_is_open: true,
            server_is_open: true,
            is_out_of_step: false,
            has_surplus: false,
            replies: Vec::new(),
            half: None,
            form: String::new(),
            stream,
            ends,
        }
    }

    /// Takes a request in; one that belongs to the connection is replied to as soon as those before it are.
    pub(crate) fn take_in(&mut self, held: Held) {
        if let Held::Asked { form, .. } = &held {
            self.form.clone_from(form);
        }
        self.held.push_back(held);
        self.greet();
    }

    /// Whether the server has yet to answer a request.
    pub(crate) fn holds(&self, tag: Tag) -> bool {
        self.tags().any(|one| one == tag)
    }

    /// The requests that the server has yet to answer, oldest first.
    pub(crate) fn tags(&self) -> impl Iterator<Item = Tag> {
        self.held.iter().filter_map(|held| match held {
            Held::Asked { tag, .. } => Some(*tag),
            Held::Greets(_) => None,
        })
    }

    /// The request of whose reply the first part was sent.
    pub(crate) fn half(&self) -> Option<Tag> {
        self.half.as_ref().map(|(tag, _)| *tag)
    }

    /// Takes a request out, and makes its reply.
    fn answer(&mut self, tag: Tag, protocol: &Protocol) -> Vec<u8> {
        let wanted = |held: &Held| matches!(held, Held::Asked { tag: one, .. } if *one == tag);
        let at = self.held.iter().position(wanted);
        match at.and_then(|at| self.held.remove(at)) {
            Some(Held::Asked { name, form, .. }) => (protocol.reply)(&form, &name),
            _ => Vec::new(),
        }
    }

    /// Sends the replies to these requests, and one that no request caused if that is asked for, in one segment.
    pub(crate) fn reply(&mut self, tags: &[Tag], protocol: &Protocol) {
        let mut bytes = Vec::new();
        for tag in tags {
            let one = match *tag {
                Tag::SURPLUS => {
                    self.has_surplus = true;
                    (protocol.reply)(&self.form, SURPLUS)
                }
                tag => self.answer(tag, protocol),
            };
            let joined = !bytes.is_empty();
            bytes.extend_from_slice(&one);
            self.lay(*tag, ReplyPart::Whole, joined);
        }
        self.write(&bytes);
        self.greet();
    }

    /// Sends the first part of the reply to a request.
    pub(crate) fn send_half(&mut self, tag: Tag, protocol: &Protocol) {
        let mut first = self.answer(tag, protocol);
        let rest = first.split_off(cut(&first));
        self.write(&first);
        self.half = Some((tag, rest));
        self.lay(tag, ReplyPart::Half, false);
    }

    /// Sends what is missing of a reply.
    pub(crate) fn send_rest(&mut self) {
        let Some((tag, rest)) = self.half.take() else {
            return;
        };
        self.write(&rest);
        match self.replies.iter_mut().find(|reply| reply.tag == tag) {
            Some(reply) => reply.part = ReplyPart::Whole,
            None => self.lay(tag, ReplyPart::Tail, false),
        }
        self.greet();
    }

    /// Closes the server's end; what it had to answer is lost.
    pub fn close(&mut self) {
        self.server_is_open = false;
        self.half = None;
        self.held.clear();
        // The client may have closed it.
        let _closed = self.stream.shutdown(Shutdown::Both);
    }

    /// A client was delivered this reply: it and those before it were read.
    pub(crate) fn deliver(&mut self, tag: Tag) -> bool {
        let at = self.replies.iter().position(|reply| reply.tag == tag);
        if let Some(at) = at {
            self.replies.drain(..=at);
        }
        at.is_some()
    }

    /// Waits until all that was sent lies with the other end, so that a look there finds it. Where the system does
    /// not tell, it is read as granted.
    pub(crate) fn wait_until_landed(&self) {
        let until = Instant::now() + LONGEST;
        while self.client_is_open && self.is_under_way() && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_under_way(&self) -> bool {
        let Some((SocketAddr::V4(from), SocketAddr::V4(to))) = self.ends else {
            return false;
        };
        let word = |end: std::net::SocketAddrV4| {
            let octets = u32::from_ne_bytes(end.ip().octets());
            format!("{octets:08X}:{:04X}", end.port())
        };
        let (from, to) = (word(from), word(to));
        let table = fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let ours = table.lines().find_map(|line| {
            let mut words = line.split_whitespace().skip(1);
            (words.next()? == from && words.next()? == to).then(|| words.nth(1))?
        });
        // Of the bytes in the queues, first those that the other end has not acknowledged.
        ours.is_some_and(|queues| !queues.starts_with("00000000:"))
    }

    /// What a picture shows of it.
    pub(crate) fn picture(&self) -> Connection {
        let mut shown = Connection::new(self.number.unwrap_or_default());
        shown.client_is_open = self.client_is_open;
        shown.server_is_open = self.server_is_open;
        shown.half = self.half();
        for tag in self.tags() {
            shown.requests.push(tag);
        }
        for reply in &self.replies {
            shown.replies.push(*reply);
        }
        shown
    }

    fn greet(&mut self) {
        while self.half.is_none() {
            match self.held.pop_front() {
                Some(Held::Greets(reply)) => self.write(&reply),
                Some(other) => return self.held.push_front(other),
                None => return,
            }
        }
    }

    fn lay(&mut self, tag: Tag, part: ReplyPart, joined: bool) {
        if self.client_is_open {
            self.replies.push(Reply {
                tag,
                part,
                is_joined: joined,
            });
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        // The client may have closed it, and what is sent then is lost.
        let _written = self.stream.write_all(bytes);
    }
}
