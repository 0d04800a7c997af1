//! What a hop does between a client and an origin of ours: upgrades, requests that are not answered, responses that
//! belong to no request.

use std::thread;
use std::time::{Duration, Instant};

use parsers::http1::request::{RequestFacts, understood};

use super::client::{self, ConnectionState, LiveClient, Timeouts, Trouble};
use super::origin::{
    DIE, Origin, OriginRequest, SURPLUS, SURPLUS_BEFORE, SURPLUS_IDLE, SURPLUS_SAME, SWITCH, own,
};
use super::server::Server;
use crate::Failure;

/// The targets that the configurations forbid.
pub const FORBIDDEN: &str = "/admin";
/// A target whose request for an upgrade is answered as a plain request.
const REJECT: &str = "/reject";
/// How long a response is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long one is waited for that need not come.
const SHORT: Duration = Duration::from_millis(1200);
/// After so long without a byte, a response is taken to be whole.
const QUIET: Duration = Duration::from_millis(60);
/// How long the response may take that comes while no client waits.
const UNDER_WAY: Duration = Duration::from_millis(250);
/// What is sent through a connection that was switched: a text frame of WebSocket, masked with zeros.
const FRAME: &[u8] = b"\x81\x82\0\0\0\0hi";

/// The request for an upgrade, of which all fields but Host are looked for at the origin. The key is that of
/// RFC 6455 §1.3.
pub fn handshake(target: &str) -> Vec<u8> {
    format!(
        "GET {target} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Token: t\r\n\r\n"
    )
    .into_bytes()
}

/// A request for something that the configurations forbid.
pub fn forbidden() -> Vec<u8> {
    format!("GET {FORBIDDEN} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()
}

/// What a request is about that is none: its chunks break off.
pub(crate) const BROKEN: &str = "chunks that break off";

/// The requests whose fields are looked for at the origin, each of a target of its own, and what each is about. What
/// is known of the way to the client is none that a hop has reason to reject.
pub const FIELDS: &[(&str, &[u8])] = &[
    (
        "meant for the hop",
        b"GET /meant HTTP/1.1\r\nHost: a\r\nConnection: X-Named, Keep-Alive\r\nKeep-Alive: timeout=5\r\n\
          Proxy-Connection: keep-alive\r\nTE: trailers\r\nX-Named: n\r\nX-Token: t\r\n\r\n",
    ),
    (
        "TE",
        b"GET /te HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n",
    ),
    (
        "Upgrade without its option",
        b"GET /bare HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nX-Token: t\r\n\r\n",
    ),
    (
        "names",
        b"GET /names HTTP/1.1\r\nHost: a\r\nX-oDD-cASE: o\r\nX_Under: u\r\nX-Twice: 1\r\nX-Other: z\r\n\
          X-Twice: 2\r\nX-Empty:\r\n\r\n",
    ),
    (
        "records",
        b"GET /records HTTP/1.1\r\nHost: a\r\nVia: 1.1 before\r\nX-Forwarded-For: 192.0.2.1\r\n\
          Forwarded: for=192.0.2.1\r\n\r\n",
    ),
    (
        "chunks and trailer section",
        b"POST /trailers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n\
          3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n",
    ),
    (
        "chunk extension",
        b"POST /extension HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n",
    ),
    (
        BROKEN,
        b"POST /broken HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ),
    (
        "length",
        b"POST /length HTTP/1.1\r\nHost: a\r\ncontent-length: 3\r\n\r\nabc",
    ),
    (
        "HTTP/1.0",
        b"GET /version HTTP/1.0\r\nHost: a\r\nX-Token: t\r\n\r\n",
    ),
];

/// What happened to a request for an upgrade that the origin grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The status code that the client got.
    pub status: Option<u16>,
    /// Its fields that did not reach the origin; none when the request itself did not.
    pub lost: Option<Vec<&'static str>>,
    /// Whether bytes go to and fro afterwards.
    pub is_through: bool,
}

/// What happened to what is forbidden, behind a request for an upgrade that the origin does not grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedUpgrade {
    /// The status code of the first response.
    pub status: Option<u16>,
    /// Whether it reached the origin without such a request before it: then nothing is forbidden.
    pub is_open: bool,
    /// Whether it reached the origin.
    pub reaches_origin: bool,
}

/// How many times the origin has carried out one POST that it never answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posts {
    /// As the first request of all.
    pub cold: usize,
    /// After others.
    pub warm: usize,
}

/// What the next users got; they ask one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextUsersGot {
    /// Each their own.
    Own,
    /// One of them the response that belongs to no request.
    Surplus,
    /// Something else; the text says what.
    Other(String),
}

/// What happened to responses that belong to no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surplus {
    /// Of one in the same segment as a response.
    pub same: NextUsersGot,
    /// Of one that came while no client waited.
    pub idle: NextUsersGot,
    /// Of one that came when another user had asked, before their own.
    pub before: NextUsersGot,
}

/// What happened to one request whose fields are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The index of what was sent, in [`FIELDS`].
    pub asked: usize,
    /// The request that reached the origin, as it was received; none when none did.
    pub arrived: Option<Vec<u8>>,
}

/// All that was measured of a hop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// An upgrade that the origin grants.
    pub handshake: Handshake,
    /// An upgrade that it rejects.
    pub rejection: RejectedUpgrade,
    /// A POST that is never answered.
    pub posts: Posts,
    /// Responses that belong to no request.
    pub surplus: Surplus,
    /// The requests whose fields are looked at.
    pub fields: Vec<Fields>,
}

/// Starts the hop before an origin of ours, anew for each question, and asks.
///
/// # Errors
/// As [`Server::start`]; [`Failure::Crash`] when it ends while it is asked.
pub fn measure(server: &'static Server) -> Result<Measured, Failure> {
    Ok(Measured {
        handshake: with(server, ask_handshake)?,
        rejection: with(server, ask_rejection)?,
        posts: Posts {
            cold: with(server, |port, origin| ask_post(port, origin, 0))?,
            warm: with(server, |port, origin| ask_post(port, origin, 2))?,
        },
        surplus: Surplus {
            same: with(server, |port, _| ask_surplus(port, SURPLUS_SAME, "/b"))?,
            idle: with(server, |port, _| ask_surplus(port, SURPLUS_IDLE, "/b"))?,
            before: with(server, |port, _| ask_surplus(port, "/a", SURPLUS_BEFORE))?,
        },
        fields: with(server, ask_fields)?,
    })
}

/// Starts hops one behind the other before an origin of ours, and asks the first for an upgrade that the origin grants.
///
/// # Errors
/// As [`measure`].
pub fn measure_route(route: &[&'static Server]) -> Result<Handshake, Failure> {
    let origin = Origin::start();
    let origin = origin.map_err(|error| Failure::Unknown(format!("no origin: {error}")))?;
    let mut upstream = origin.port();
    let mut running = Vec::new();
    for server in route.iter().rev() {
        let hop = server.start(upstream)?;
        upstream = hop.port;
        running.push(hop);
    }
    origin.take();
    ask_handshake(upstream, &origin).map_err(|trouble| Failure::Crash(trouble.to_string()))
}

fn with<T>(
    server: &'static Server,
    ask: impl Fn(u16, &Origin) -> Result<T, Trouble>,
) -> Result<T, Failure> {
    let origin = Origin::start();
    let origin = origin.map_err(|error| Failure::Unknown(format!("no origin: {error}")))?;
    let running = server.start(origin.port())?;
    origin.take();
    ask(running.port, &origin).map_err(|trouble| Failure::Crash(trouble.to_string()))
}

fn has_head(received: &[u8]) -> bool {
    received.windows(4).any(|four| four == b"\r\n\r\n")
}

fn ask_handshake(port: u16, origin: &Origin) -> Result<Handshake, Trouble> {
    let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
    client.send(&handshake(SWITCH));
    client.receive(PATIENCE, QUIET, has_head);
    let status = client::status(&client.received);
    let mut is_through = false;
    if status == Some(101) {
        let from = client.received.len();
        client.send(FRAME);
        client.receive(PATIENCE, Duration::ZERO, |new| new.len() >= FRAME.len());
        is_through = client.received.get(from..) == Some(FRAME);
    }
    let seen = origin.take();
    let seen = seen.iter().find(|seen| seen.target == SWITCH);
    Ok(Handshake {
        status,
        lost: seen.map(lost),
        is_through,
    })
}

/// The fields of the request for an upgrade that are not in what the origin saw. Of Connection, the option counts.
fn lost(seen: &OriginRequest) -> Vec<&'static str> {
    let sent = [
        ("Upgrade", "websocket"),
        ("Connection", "upgrade"),
        ("Sec-WebSocket-Key", ""),
        ("Sec-WebSocket-Version", "13"),
        ("X-Token", "t"),
    ];
    let arrived = |name: &str, value: &str| {
        let there = seen.field(&name.to_ascii_lowercase());
        there.is_some_and(|there| there.to_ascii_lowercase().contains(value))
    };
    let lost = sent.iter().filter(|(name, value)| !arrived(name, value));
    lost.map(|(name, _)| *name).collect()
}

fn ask_rejection(port: u16, origin: &Origin) -> Result<RejectedUpgrade, Trouble> {
    let mut statuses = Vec::new();
    let mut reached = Vec::new();
    let plain = b"GET /plain HTTP/1.1\r\nHost: a\r\n\r\n".to_vec();
    for first in [plain, handshake(REJECT)] {
        let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
        client.send(&first);
        client.receive(PATIENCE, QUIET, has_head);
        statuses.push(client::status(&client.received));
        if client.state == ConnectionState::Open {
            client.send(&forbidden());
            client.receive(SHORT, QUIET, has_head);
        }
        let seen = origin.take();
        reached.push(seen.iter().any(|seen| seen.target.starts_with(FORBIDDEN)));
    }
    Ok(RejectedUpgrade {
        status: statuses.pop().flatten(),
        is_open: reached.first() == Some(&true),
        reaches_origin: reached.last() == Some(&true),
    })
}

/// How many POSTs reach the origin for one, after so many other requests.
fn ask_post(port: u16, origin: &Origin, before: usize) -> Result<usize, Trouble> {
    for nth in 0..before {
        // What it answers is not what is asked here.
        let _ = client::plain(port, &format!("/warm{nth}"), Timeouts::USUAL);
    }
    origin.take();
    let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
    let post = format!("POST {DIE} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx=1");
    client.send(post.as_bytes());
    client.receive(PATIENCE, QUIET, has_head);
    thread::sleep(UNDER_WAY);
    let seen = origin.take();
    Ok(seen.iter().filter(|seen| seen.target == DIE).count())
}

/// One user asks for `first`, the next for `second`, and a third for something else.
fn ask_surplus(port: u16, first: &str, second: &str) -> Result<NextUsersGot, Trouble> {
    let mut got = NextUsersGot::Own;
    for target in [first, second, "/c"] {
        let body = match client::plain(port, target, Timeouts::USUAL) {
            Ok(answer) => String::from_utf8_lossy(&answer).into_owned(),
            Err(trouble @ Trouble::Dead(_)) => return Err(trouble),
            Err(trouble) => trouble.to_string(),
        };
        thread::sleep(UNDER_WAY);
        if body.contains(SURPLUS) {
            got = NextUsersGot::Surplus;
        } else if !body.contains(&own(target)) && got == NextUsersGot::Own {
            let line = body.lines().next().unwrap_or_default();
            got = NextUsersGot::Other(format!("{target}: {line}"));
        }
    }
    Ok(got)
}

/// Each request whose fields are looked at, on a connection of its own.
fn ask_fields(port: u16, origin: &Origin) -> Result<Vec<Fields>, Trouble> {
    let mut all = Vec::new();
    for (asked, (_, request)) in FIELDS.iter().enumerate() {
        let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
        client.send(request);
        client.receive(PATIENCE, QUIET, has_head);
        let verdict = understood(request);
        let target = RequestFacts::of(&verdict, 0, request).target();
        all.push(Fields {
            asked,
            arrived: target.and_then(|target| await_target(origin, target)),
        });
    }
    Ok(all)
}

/// The request for this target, as the origin has received it: a hop may answer before it has arrived there.
fn await_target(origin: &Origin, target: &[u8]) -> Option<Vec<u8>> {
    let until = Instant::now() + SHORT;
    loop {
        // Some hops ask for something of their own as well.
        let mut seen = origin.take().into_iter();
        let seen = seen.find(|seen| seen.target.as_bytes() == target);
        if seen.is_some() || Instant::now() > until {
            return seen.map(|seen| seen.bytes);
        }
        thread::sleep(QUIET);
    }
}
