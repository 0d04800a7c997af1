//! The response to the wrong request, end to end: a fault of a server is put into Node.js, and what its two clients and
//! its log see is held against the symptoms.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use parsers::session::mixup::{Mechanism, Symptom};
use serde_json::Value;

use super::script::Script;
use crate::confine::Confined;
use crate::{Failure, worker};

/// The server's side.
const SOURCE: &str = include_str!("../../../lab/faulty/mixup.js");
/// How long an event may take that is to come.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a client waits for its response, and how long is waited for what need not come.
const TIMEOUT: Duration = Duration::from_millis(1500);
/// The most of a response that is read, in bytes.
const MOST: u64 = 1 << 14;

/// A version of Node.js that `peers/install` installs.
#[derive(Debug)]
pub struct Node {
    /// By what name it is installed.
    pub name: &'static str,
}

/// All of them.
pub static NODES: &[Node] = &[
    Node { name: "node-12" },
    Node { name: "node-14" },
    Node { name: "node-20" },
];

impl Node {
    /// The program, if it is installed.
    ///
    /// # Errors
    /// [`Failure::Absent`] with what installs it.
    pub fn program(&self) -> Result<PathBuf, Failure> {
        let name = self.name;
        let program = worker::installed().map(|folder| folder.join(name).join("bin/node"));
        program.filter(|path| path.exists()).ok_or_else(|| {
            Failure::Absent(format!(
                "it is not installed; install it with `peers/install {name}`"
            ))
        })
    }

    /// Its version, asked of itself.
    ///
    /// # Errors
    /// Where it is not installed, or does not tell.
    pub fn version(&self) -> Result<String, Failure> {
        Confined::new().version_of(&self.program()?, &["--version"])
    }
}

/// The faults that can be put into Node.js, and whether the server listens to the data of its connections as well.
pub const TRIED: &[(Mechanism, bool)] = &[
    (Mechanism::Sound, false),
    (Mechanism::Sound, true),
    (Mechanism::ParserFreedTwice, false),
    (Mechanism::ParserFreedTwice, true),
    (Mechanism::DescriptorClosedTwice, false),
    (Mechanism::DescriptorClosedTwiceHeld, false),
];

/// What resulted from two requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The symptoms that were seen.
    pub symptoms: Vec<Symptom>,
    /// What each client got: a body, nothing before the end of its connection, or nothing in time.
    pub got: [ClientGot; 2],
    /// The last words of a server that ended of the fault.
    pub died: Option<String>,
}

/// What a client got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientGot {
    /// This body.
    Body(String),
    /// The end of its connection.
    End,
    /// Nothing in time.
    Nothing,
}

impl ClientGot {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Body(body) => format!("the {body}"),
            Self::End => "the end of its connection".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }
}

/// Lets two clients ask a server in which this goes wrong.
///
/// # Errors
/// Where it cannot be started, or does what no such server does. That it ends of the fault is no error.
pub fn observe(
    program: &Path,
    mechanism: Mechanism,
    is_logged: bool,
) -> Result<Observation, Failure> {
    let words = ["{dir}/mixup.js", if is_logged { "logged" } else { "" }];
    let script = Script::start("mixup", program, &words, &[("mixup.js", SOURCE)], [])?;
    let mut session = Session {
        script,
        heard: Vec::new(),
        port: 0,
        clients: Vec::new(),
    };
    let died = match session.play(mechanism) {
        Ok(()) => None,
        Err(Failure::Crash(words)) => Some(words),
        Err(failure) => return Err(failure),
    };
    let mut got = session.clients.iter_mut().map(read);
    let got = [
        got.next().unwrap_or(ClientGot::Nothing),
        got.next().unwrap_or(ClientGot::Nothing),
    ];
    let mut symptoms = Symptom::ALL.to_vec();
    symptoms.retain(|symptom| session.shows(*symptom, &got));
    Ok(Observation {
        symptoms,
        got,
        died,
    })
}

struct Session {
    script: Script,
    heard: Vec<Value>,
    port: u16,
    clients: Vec<TcpStream>,
}

impl Session {
    /// Each step waits for the event that shows that it was done.
    fn play(&mut self, mechanism: Mechanism) -> Result<(), Failure> {
        self.event("listening", None)?;
        let port = self.heard.last().and_then(|event| event["port"].as_u64());
        self.port = port.and_then(|port| port.try_into().ok()).unwrap_or(0);
        match mechanism {
            Mechanism::DescriptorClosedTwice | Mechanism::DescriptorClosedTwiceHeld => {
                self.connect()?;
                self.ask(0)?;
                if mechanism == Mechanism::DescriptorClosedTwiceHeld {
                    self.tell("hold", "held")?;
                }
                self.tell("close", "closed-again")?;
                self.connect()?;
                self.send(1);
                // The fault is about which reader gets the second request.
                self.wait("read", Some(PATHS[1]), TIMEOUT)?;
            }
            _ => {
                if mechanism == Mechanism::ParserFreedTwice {
                    // A connection comes and goes, and its parser goes back to the list; then once more.
                    self.connect()?;
                    self.clients.clear();
                    self.event("closed", None)?;
                    self.tell("free", "freed")?;
                }
                self.connect()?;
                self.connect()?;
                self.ask(0)?;
                self.ask(1)?;
            }
        }
        for path in PATHS {
            self.script.tell("answer");
            let is_over = |event: &Value| {
                let word = event["event"].as_str().unwrap_or_default();
                word == "idle" || event["path"] == path && ["finished", "failed"].contains(&word)
            };
            self.script.hear_until(TIMEOUT, &mut self.heard, is_over)?;
        }
        Ok(())
    }

    fn connect(&mut self) -> Result<(), Failure> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let stream = stream.map_err(|error| Failure::Crash(error.to_string()))?;
        self.clients.push(stream);
        self.event("accepted", None)
    }

    fn send(&mut self, nth: usize) {
        let path = PATHS.get(nth).copied().unwrap_or_default();
        if let Some(client) = self.clients.get_mut(nth) {
            // The result shows in what is read.
            let _sent = write!(client, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }

    fn ask(&mut self, nth: usize) -> Result<(), Failure> {
        self.send(nth);
        self.event("read", PATHS.get(nth).copied())
    }

    fn tell(&mut self, word: &str, event: &str) -> Result<(), Failure> {
        self.script.tell(word);
        self.event(event, None)
    }

    fn event(&mut self, word: &str, path: Option<&str>) -> Result<(), Failure> {
        match self.wait(word, path, PATIENCE)? {
            true => Ok(()),
            false => Err(Failure::Hang),
        }
    }

    fn wait(&mut self, word: &str, path: Option<&str>, limit: Duration) -> Result<bool, Failure> {
        let is_it =
            |event: &Value| event["event"] == word && path.is_none_or(|path| event["path"] == path);
        self.script.hear_until(limit, &mut self.heard, is_it)
    }

    fn shows(&self, symptom: Symptom, got: &[ClientGot; 2]) -> bool {
        let [first, second] = PATHS;
        let is = |word: &str, path: &str| {
            let is_it = |event: &&Value| event["event"] == word && event["path"] == path;
            self.heard.iter().find(is_it)
        };
        match symptom {
            Symptom::Finished => is("finished", first).is_some(),
            Symptom::Crossed => got[1] == ClientGot::Body(format!("answer to {first}")),
            Symptom::TimedOut => got[0] == ClientGot::Nothing,
            Symptom::WriteFailed => is("failed", second).is_some(),
            Symptom::AddressesMatch => is("answering", first).is_some_and(|event| {
                event["request"].is_string() && event["request"] == event["response"]
            }),
        }
    }
}

/// What the two clients ask for.
pub const PATHS: [&str; 2] = ["/first", "/second"];

/// What a client gets, up to the end of its connection or until it waits no longer.
fn read(client: &mut TcpStream) -> ClientGot {
    // Without a timeout it would wait as long as the server lives.
    if client.set_read_timeout(Some(TIMEOUT)).is_err() {
        return ClientGot::Nothing;
    }
    let mut answer = Vec::new();
    let read = client.take(MOST).read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let is_late = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
    };
    match answer.split_once("\r\n\r\n") {
        Some((_, body)) => ClientGot::Body(body.to_owned()),
        None if read.is_err_and(|error| is_late(&error)) => ClientGot::Nothing,
        None => ClientGot::End,
    }
}
