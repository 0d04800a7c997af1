//! The response to the wrong request: which faults of a server produce everything that was observed.
//!
//! Two clients at two addresses send a request each, on a connection each. Every order of what the
//! server does is tried under every mechanism; a mechanism is consistent with the observation when
//! some order shows all five symptoms at once. That it is consistent does not say that it happened.

/// A fault of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// None.
    Sound,
    /// A parser is put on the free list twice, and two connections get the same one.
    ParserFreedTwice,
    /// A descriptor is closed twice, and its number given to another connection in between.
    DescriptorClosedTwice,
    /// The same, while something else holds the first connection open.
    DescriptorClosedTwiceHeld,
    /// Handlers keep the response in a variable that they share.
    SharedResponse,
    /// Handlers keep request and response in variables that they share.
    SharedBoth,
    /// Handlers keep what they will answer in a buffer that they share.
    SharedBuffer,
    /// Something in front hands responses out in the order of the requests.
    OutOfOrder,
}

impl Mechanism {
    /// Every mechanism.
    pub const ALL: [Self; 8] = [
        Self::Sound,
        Self::ParserFreedTwice,
        Self::DescriptorClosedTwice,
        Self::DescriptorClosedTwiceHeld,
        Self::SharedResponse,
        Self::SharedBoth,
        Self::SharedBuffer,
        Self::OutOfOrder,
    ];

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::ParserFreedTwice => "parser-freed-twice",
            Self::DescriptorClosedTwice => "descriptor-closed-twice",
            Self::DescriptorClosedTwiceHeld => "descriptor-closed-twice-held",
            Self::SharedResponse => "shared-response",
            Self::SharedBoth => "shared-request-and-response",
            Self::SharedBuffer => "shared-buffer",
            Self::OutOfOrder => "out-of-order",
        }
    }
}

/// What was observed. The first request is that of client 1, the second that of client 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symptom {
    /// The first response was sent, and its `finish` event fired.
    Finished,
    /// Client 2 got the body meant for client 1.
    Crossed,
    /// Client 1 timed out: neither an answer nor the end of its connection came.
    TimedOut,
    /// The second response could not be written.
    WriteFailed,
    /// The addresses of request and response, logged with the first response, are the same.
    AddressesMatch,
}

impl Symptom {
    /// Every symptom.
    pub const ALL: [Self; 5] = [
        Self::Finished,
        Self::Crossed,
        Self::TimedOut,
        Self::WriteFailed,
        Self::AddressesMatch,
    ];

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Crossed => "crossed",
            Self::TimedOut => "timed-out",
            Self::WriteFailed => "write-failed",
            Self::AddressesMatch => "addresses-match",
        }
    }
}

/// What the server does, with 0 for the first request and 1 for the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerStep {
    /// It accepts the connection.
    Accept(u8),
    /// It reads the request, and makes the objects for request and response.
    Read(u8),
    /// It writes the response, and logs both addresses.
    Write(u8),
    /// It closes the descriptor of the first connection once too often.
    CloseAgain,
}

impl ServerStep {
    /// The words used in reports.
    pub fn words(&self) -> String {
        match self {
            Self::Accept(nth) => format!("accept {}", nth + 1),
            Self::Read(nth) => format!("read {}", nth + 1),
            Self::Write(nth) => format!("write {}", nth + 1),
            Self::CloseAgain => "close 1 again".to_owned(),
        }
    }
}

/// What a mechanism can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The mechanism.
    pub mechanism: Mechanism,
    /// In how many orders the server may act.
    pub orders: usize,
    /// The first of the orders that show most symptoms.
    pub order: Vec<ServerStep>,
    /// The symptoms that this order shows.
    pub shows: Vec<Symptom>,
    /// The symptoms that it does not show, and with it no order that shows as many: they exclude the
    /// mechanism. None when it is consistent with all that was observed.
    pub excluded_by: Vec<Symptom>,
}

/// What each mechanism can do, in the order of [`Mechanism::ALL`].
pub fn accounts() -> Vec<Account> {
    let account = |mechanism| {
        let mut account = Account {
            mechanism,
            orders: 0,
            order: Vec::new(),
            shows: Vec::new(),
            excluded_by: Symptom::ALL.to_vec(),
        };
        follow(&Server::new(mechanism), &mut Vec::new(), &mut account);
        account
    };
    Mechanism::ALL.into_iter().map(account).collect()
}

fn follow(server: &Server, order: &mut Vec<ServerStep>, account: &mut Account) {
    let steps = server.steps();
    // That a fault does not happen is an order as well.
    if steps.iter().all(|step| *step == ServerStep::CloseAgain) {
        account.orders += 1;
        let shows: Vec<_> = Symptom::ALL
            .into_iter()
            .filter(|symptom| server.shows(*symptom))
            .collect();
        if account.order.is_empty() || shows.len() > account.shows.len() {
            let missing = Symptom::ALL.into_iter().filter(|one| !shows.contains(one));
            account.excluded_by = missing.collect();
            account.order.clone_from(order);
            account.shows = shows;
        }
    }
    for step in steps {
        let mut next = server.clone();
        next.step(step);
        order.push(step);
        follow(&next, order, account);
        order.pop();
    }
}

/// What a client has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Waits,
    SawTheEnd,
    Got(u8),
}

/// The server, its two connections, and what the clients at the other ends have.
#[derive(Clone, Debug)]
struct Server {
    mechanism: Mechanism,
    /// The client at the other end of each descriptor.
    descriptors: [Option<u8>; 2],
    /// The descriptor of each connection, while the server has it.
    connections: [Option<u8>; 2],
    accepted: [bool; 2],
    /// The connection to which each parser believes to belong.
    parsers: [u8; 2],
    /// The connection of each response.
    responses: [Option<u8>; 2],
    /// The requests in the order in which they were read.
    read: Vec<u8>,
    written: [bool; 2],
    ended: [bool; 2],
    finished: [bool; 2],
    failed: [bool; 2],
    addresses_match: [bool; 2],
    closed_again: bool,
    clients: [Client; 2],
}

fn at<T: Copy>(items: &[T; 2], nth: u8) -> T {
    let [first, second] = *items;
    if nth == 0 { first } else { second }
}

fn put<T>(items: &mut [T; 2], nth: u8, item: T) {
    let [first, second] = items;
    *(if nth == 0 { first } else { second }) = item;
}

impl Server {
    fn new(mechanism: Mechanism) -> Self {
        Self {
            mechanism,
            descriptors: [None; 2],
            connections: [None; 2],
            accepted: [false; 2],
            parsers: [0, 1],
            responses: [None; 2],
            read: Vec::new(),
            written: [false; 2],
            ended: [false; 2],
            finished: [false; 2],
            failed: [false; 2],
            addresses_match: [false; 2],
            closed_again: false,
            clients: [Client::Waits; 2],
        }
    }

    /// What it may do next.
    fn steps(&self) -> Vec<ServerStep> {
        let mut steps = Vec::new();
        for nth in [0, 1] {
            let descriptor = at(&self.connections, nth);
            let reads = descriptor.and_then(|one| at(&self.descriptors, one));
            let was_read = at(&self.responses, nth).is_some();
            if !at(&self.accepted, nth) {
                steps.push(ServerStep::Accept(nth));
            } else if !was_read && reads == Some(nth) {
                steps.push(ServerStep::Read(nth));
            } else if was_read && !at(&self.written, nth) {
                steps.push(ServerStep::Write(nth));
            }
        }
        let closes_twice = matches!(
            self.mechanism,
            Mechanism::DescriptorClosedTwice | Mechanism::DescriptorClosedTwiceHeld
        );
        if closes_twice && !self.closed_again && at(&self.connections, 0).is_some() {
            steps.push(ServerStep::CloseAgain);
        }
        steps
    }

    fn step(&mut self, step: ServerStep) {
        match step {
            ServerStep::Accept(nth) => self.accept(nth),
            ServerStep::Read(nth) => {
                let parser = self.parser(nth);
                put(&mut self.responses, nth, Some(at(&self.parsers, parser)));
                self.read.push(nth);
            }
            ServerStep::Write(nth) => self.write(nth),
            ServerStep::CloseAgain => self.close_again(),
        }
    }

    fn parser(&self, nth: u8) -> u8 {
        match self.mechanism {
            Mechanism::ParserFreedTwice => 0,
            _ => nth,
        }
    }

    /// A connection gets the lowest descriptor that is free.
    fn accept(&mut self, nth: u8) {
        let number = u8::from(at(&self.descriptors, 0).is_some());
        put(&mut self.descriptors, number, Some(nth));
        put(&mut self.connections, nth, Some(number));
        put(&mut self.accepted, nth, true);
        let parser = self.parser(nth);
        put(&mut self.parsers, parser, nth);
    }

    /// The connection believes to have the descriptor still.
    fn close_again(&mut self) {
        self.closed_again = true;
        if let Some(number) = at(&self.connections, 0) {
            put(&mut self.descriptors, number, None);
        }
        let is_held = self.mechanism == Mechanism::DescriptorClosedTwiceHeld;
        if !is_held && at(&self.clients, 0) == Client::Waits {
            put(&mut self.clients, 0, Client::SawTheEnd);
        }
    }

    fn write(&mut self, nth: u8) {
        put(&mut self.written, nth, true);
        let last = self.read.last().copied().unwrap_or(nth);
        let (request, response, body) = match self.mechanism {
            Mechanism::SharedResponse => (nth, last, nth),
            Mechanism::SharedBoth => (last, last, nth),
            Mechanism::SharedBuffer => (nth, nth, last),
            _ => (nth, nth, nth),
        };
        let address = |of: u8| {
            let connection = at(&self.responses, of);
            connection.filter(|one| at(&self.connections, *one).is_some())
        };
        let is_match = address(request).is_some() && address(request) == address(response);
        put(&mut self.addresses_match, nth, is_match);
        let connection = at(&self.responses, response);
        let descriptor = connection.and_then(|one| at(&self.connections, one));
        let client = descriptor.and_then(|one| at(&self.descriptors, one));
        let (Some(connection), Some(descriptor), Some(client)) = (connection, descriptor, client)
        else {
            put(&mut self.failed, nth, true);
            return;
        };
        if at(&self.ended, response) {
            put(&mut self.failed, nth, true);
            return;
        }
        put(&mut self.ended, response, true);
        put(&mut self.finished, response, true);
        let to = match self.mechanism {
            Mechanism::OutOfOrder => self.next_in_turn(client),
            _ => client,
        };
        if at(&self.clients, to) == Client::Waits {
            put(&mut self.clients, to, Client::Got(body));
        }
        // A client with an answer closes the connection, and so does the server then.
        if self.mechanism != Mechanism::OutOfOrder {
            put(&mut self.descriptors, descriptor, None);
            put(&mut self.connections, connection, None);
        }
    }

    /// The client whose request was read first among those that wait.
    fn next_in_turn(&self, client: u8) -> u8 {
        let mut turns = self.read.iter().copied();
        let next = turns.find(|one| at(&self.clients, *one) == Client::Waits);
        next.unwrap_or(client)
    }

    fn shows(&self, symptom: Symptom) -> bool {
        match symptom {
            Symptom::Finished => at(&self.finished, 0),
            Symptom::Crossed => at(&self.clients, 1) == Client::Got(0),
            Symptom::TimedOut => at(&self.clients, 0) == Client::Waits,
            Symptom::WriteFailed => at(&self.failed, 1),
            Symptom::AddressesMatch => at(&self.addresses_match, 0),
        }
    }
}

#[cfg(test)]
mod tests;
