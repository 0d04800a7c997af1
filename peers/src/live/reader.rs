//! A live server as a reader of streams: what it shows of each.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parsers::End;

use super::back::{Log, LoggedRequest};
use super::client::{self, ConnectionState, LiveClient, Timeouts, Trouble};
use super::front::CANARY_REQUEST;
use super::recorder::CANARY;
use super::response::{self, Rest};
use super::{Running, Server};
use crate::Failure;
use crate::seen::{Seen, Whole};
use crate::shown::{ConnectionFate, Shown, Told};

/// How long a server is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the first bytes of an answer, before the canary is sent.
    first: Duration,
    /// For an answer to the canary, before the stream ends.
    canary: Duration,
    /// For the connection to end after that.
    end: Duration,
}

impl Patience {
    /// Enough for a server that has little to do.
    pub const USUAL: Self = Self {
        first: Duration::from_millis(60),
        canary: Duration::from_millis(200),
        end: Duration::from_millis(400),
    };
    /// Enough where much else is going on.
    pub const LONG: Self = Self {
        first: Duration::from_millis(200),
        canary: Duration::from_millis(700),
        end: Duration::from_millis(700),
    };
}

/// After so long without a byte, an answer is taken to be whole.
const QUIET: Duration = Duration::from_millis(12);

/// A live server that is asked what it reads.
pub struct LiveReader {
    port: u16,
    log: Option<Log>,
    is_first_only: bool,
    is_early: bool,
    is_hasty: bool,
    is_mute: bool,
    limits: Timeouts,
    /// It ends with this.
    _running: Option<Running>,
}

/// What follows every stream that is asked about: a plain request that shows where the server stands.
pub fn canary() -> &'static [u8] {
    CANARY_REQUEST
}

impl LiveReader {
    /// A back of the lab, started for this, whose application tells what it sees.
    ///
    /// # Errors
    /// As [`Server::start`]; or when it does not answer plain requests.
    pub fn of_back(server: &'static Server) -> Result<(Self, String), Failure> {
        let running = server.start(0)?;
        let version = running.version.clone();
        let mut reader = Self {
            port: running.port,
            log: Some(Log::new(running.log())),
            is_first_only: false,
            is_early: false,
            is_hasty: false,
            is_mute: false,
            limits: Timeouts::USUAL,
            _running: Some(running),
        };
        let calibrated = reader.calibrate();
        calibrated.map_err(|trouble| Failure::Unknown(trouble.to_string()))?;
        Ok((reader, version))
    }

    /// Whoever listens on this port of the loopback interface. Only its responses show.
    ///
    /// # Errors
    /// When it does not answer plain requests.
    pub fn at(port: u16, limits: Timeouts) -> Result<Self, Trouble> {
        client::plain(port, "/canary", limits)?;
        let mut reader = Self::unasked(port, limits);
        reader.calibrate()?;
        Ok(reader)
    }

    /// The server on this port, of which nothing is known yet.
    pub(super) fn unasked(port: u16, limits: Timeouts) -> Self {
        Self {
            port,
            log: None,
            is_first_only: false,
            is_early: false,
            is_hasty: false,
            is_mute: false,
            limits,
            _running: None,
        }
    }

    /// Finds out what cannot be told from the answers of such a server.
    fn calibrate(&mut self) -> Result<(), Trouble> {
        let two = [CANARY_REQUEST, CANARY_REQUEST, CANARY_REQUEST].concat();
        let shown = self.show(&two, Patience::LONG)?;
        if shown.taken == 0 {
            return Err(match shown.fate {
                ConnectionFate::Rejected(_) => Trouble::Rejected,
                ConnectionFate::Closed => Trouble::Closed,
                ConnectionFate::Open => Trouble::Silent,
            });
        }
        self.is_first_only = shown.taken < 3;
        let cut = b"POST /canary HTTP/1.1\r\nHost: canary\r\nContent-Length: 9\r\n\r\nabc";
        self.is_early = self.show(cut, Patience::LONG)?.taken > 0;
        let faulty = [CANARY_REQUEST, b"\0 / HTTP/1.1\r\n\r\n"].concat();
        self.is_hasty = self.show(&faulty, Patience::LONG)?.taken == 0;
        let expecting = b"GET / HTTP/1.1\r\nHost: canary\r\nExpect: 100-continue\r\n\r\n";
        let expecting = [expecting, CANARY_REQUEST].concat();
        let shown = self.show(&expecting, Patience::LONG)?;
        self.is_mute =
            !self.is_first_only && shown.taken == 1 && shown.fate == ConnectionFate::Open;
        Ok(())
    }

    /// What it shows of `input`. Its last request, if that is the [`canary`], is sent after the response to the others;
    /// then the stream ends.
    ///
    /// # Errors
    /// When nothing can be told.
    pub fn read(&self, input: &[u8], patience: Patience) -> Result<Seen, Trouble> {
        let shown = self.show(input, patience)?;
        let whole = Whole {
            end: 0,
            content_end: 0,
        };
        Ok(Seen {
            messages: vec![whole; shown.taken],
            end: match shown.fate {
                ConnectionFate::Rejected(_) => End::Rejected,
                ConnectionFate::Closed => End::Complete,
                ConnectionFate::Open => End::Incomplete,
            },
            shown: Some(shown),
            ..Seen::default()
        })
    }

    fn show(&self, input: &[u8], patience: Patience) -> Result<Shown, Trouble> {
        let (first, canary) = match input.strip_suffix(CANARY_REQUEST) {
            Some(first) => (first, CANARY_REQUEST),
            None => (input, [].as_slice()),
        };
        let mut client = LiveClient::connect(self.port, self.limits)?;
        let own = client.port();
        self.log.as_ref().map(|log| log.take(own));
        client.send(first);
        if !first.is_empty() {
            client.receive(patience.first, QUIET, |_| true);
        }
        let mut sent = first.len();
        if client.state == ConnectionState::Open {
            sent = input.len();
            client.send(canary);
            client.receive(patience.canary, QUIET, |_| true);
        }
        let (before, state) = (client.received.len(), client.state);
        let mut requests = self.log.as_ref().map(|log| log.take(own));
        let is_seen = requests
            .as_ref()
            .is_some_and(|all| all.last().is_some_and(is_canary));
        if state == ConnectionState::Open && !is_seen {
            client.finish();
            client.receive(patience.end, Duration::ZERO, |_| false);
            if let (Some(requests), Some(log)) = (&mut requests, &self.log) {
                requests.extend(log.take(own));
            }
        }
        let mut shown = self.tell(&client, before, state, requests)?;
        shown.sent = sent;
        Ok(shown)
    }

    /// What that shows: `before` are the bytes that came before the end of the stream was told, and `state` how the
    /// connection was by then.
    fn tell(
        &self,
        client: &LiveClient,
        before: usize,
        state: ConnectionState,
        requests: Option<Vec<LoggedRequest>>,
    ) -> Result<Shown, Trouble> {
        let method = |request: &LoggedRequest| request.method.clone().into_bytes();
        let methods: Vec<_> = requests.iter().flatten().map(method).collect();
        let is_over = client.state != ConnectionState::Open;
        let all = response::read(&client.received, &methods, is_over);
        let is_told = requests
            .as_ref()
            .is_some_and(|requests| !requests.is_empty());
        if matches!(all.rest, Rest::Rubbish(_)) && !is_told {
            return Err(Trouble::Rubbish);
        }
        if all.rest == Rest::Partial && !is_told && client.state == ConnectionState::Open {
            return Err(Trouble::Slow);
        }
        let early = all.finals.iter().take_while(|one| one.start < before);
        let statuses: Vec<u16> = early.map(|one| one.status).collect();
        let is_rejection = |status: u16| match &requests {
            Some(_) => status >= 400,
            None => is_rejection(status),
        };
        let rejected = statuses.iter().position(|status| is_rejection(*status));
        let fate = match (rejected.and_then(|at| statuses.get(at)), state) {
            (Some(status), _) => ConnectionFate::Rejected(*status),
            (None, ConnectionState::Open) => ConnectionFate::Open,
            (None, ConnectionState::Closed | ConnectionState::Reset) => ConnectionFate::Closed,
        };
        let told = requests.map(|requests| {
            let most = match (rejected, state) {
                // It has gone on after what it has rejected.
                (Some(at), ConnectionState::Open) => at,
                _ => requests.len(),
            };
            let whole = requests.into_iter().filter(|request| request.whole);
            whole.take(most).map(told).collect::<Vec<_>>()
        });
        let answered = || rejected.unwrap_or(all.finals.len());
        Ok(Shown {
            taken: told.as_ref().map_or_else(answered, Vec::len),
            told,
            fate,
            sent: usize::MAX,
            is_first_only: self.is_first_only,
            is_early: self.is_early,
            is_hasty: self.is_hasty,
            is_mute: self.is_mute,
        })
    }
}

/// Whether no application answers with it: the server itself has rejected the request.
fn is_rejection(status: u16) -> bool {
    matches!(status, 400 | 408 | 411 | 413 | 414 | 417 | 431 | 501 | 505)
}

fn is_canary(request: &LoggedRequest) -> bool {
    request.target.as_bytes().starts_with(CANARY)
}

fn told(request: LoggedRequest) -> Told {
    Told {
        method: request.method,
        target: request.target,
        length: request.length,
        // What is no base64 tells nothing of the content, and is not like any.
        body: STANDARD
            .decode(request.body)
            .unwrap_or_else(|_| b"?".to_vec()),
    }
}
