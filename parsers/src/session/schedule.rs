//! Schedules as text, in both directions.
//!
//! Steps are divided by `;` or by the end of a line; `#` begins a comment. A step is the actor, the
//! event, and what it is about: `c0 send a k0`, `c0 recv b<-a`, `srv k0 reply a`. `c0` is a client,
//! `k0` a connection, any other word a request; `!` is the reply that no request caused. What is sent
//! may not be carried out twice, unless the step ends with `idempotent`.

use std::fmt;

use super::event::{Event, Tag};
use super::state::{MAX_CLIENTS, MAX_OPENED, MAX_TAGS};

/// Events, and the names of the requests in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The name of each request: that of [`Tag`] 1 first. Those beyond are called by letters.
    pub names: Vec<String>,
}

/// Why a text is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// The line, from 1.
    pub line: usize,
    /// The word in that line, from 1; `;` divides words and is none.
    pub word: usize,
    /// That word; empty where one is missing.
    pub text: String,
    /// What is wrong with it, and what to write instead.
    pub what: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            word,
            text,
            what,
        } = self;
        match text.as_str() {
            "" => write!(formatter, "line {line}, word {word}: {what}"),
            text => write!(formatter, "line {line}, word {word}, {text:?}: {what}"),
        }
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// The schedule of these events, whose requests are called by letters in the order of their tags.
    pub fn of(events: Vec<Event>) -> Self {
        Self {
            events,
            names: Vec::new(),
        }
    }

    /// Reads a schedule.
    ///
    /// # Errors
    /// The first word that is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let mut schedule = Self::default();
        for (line, content) in (1..).zip(text.lines()) {
            let content = content.split('#').next().unwrap_or_default();
            let mut word = 1;
            for step in content.split(';') {
                let words: Vec<&str> = step.split_whitespace().collect();
                if !words.is_empty() {
                    let mut reader = Reader {
                        words: &words,
                        at: 0,
                        line,
                        first: word,
                        names: &mut schedule.names,
                    };
                    schedule.events.push(reader.step()?);
                }
                word += words.len();
            }
        }
        if schedule.events.is_empty() {
            return Err(ScheduleError {
                line: 1,
                word: 1,
                text: String::new(),
                what: "there is no step; write such as `c0 send a k0`".to_owned(),
            });
        }
        Ok(schedule)
    }

    /// What a request is called.
    pub fn name(&self, tag: Tag) -> String {
        let given = usize::from(tag.0).checked_sub(1);
        match given.and_then(|nth| self.names.get(nth)) {
            Some(name) => name.clone(),
            None => name(tag),
        }
    }

    /// One event as it is written.
    pub fn step(&self, event: &Event) -> String {
        let word = event.word();
        let of = |tag| self.name(tag);
        match *event {
            Event::Send {
                client,
                tag,
                connection,
                is_idempotent: idempotent,
            } => {
                let kind = if idempotent { " idempotent" } else { "" };
                format!("c{client} {word} {} k{connection}{kind}", of(tag))
            }
            Event::Resend {
                client,
                tag,
                connection,
            } => format!("c{client} {word} {} k{connection}", of(tag)),
            Event::Recv { client, asked, got } => {
                let got = got.map(of).unwrap_or_default();
                format!("c{client} {word} {}<-{got}", of(asked))
            }
            Event::Timeout { client, tag }
            | Event::Cancel { client, tag }
            | Event::Eof { client, tag } => format!("c{client} {word} {}", of(tag)),
            Event::Reply { connection, tag }
            | Event::Reorder { connection, tag }
            | Event::Half { connection, tag }
            | Event::Rest { connection, tag } => format!("srv k{connection} {word} {}", of(tag)),
            Event::Coalesced {
                connection,
                first,
                second,
            } => format!("srv k{connection} {word} {} {}", of(first), of(second)),
            Event::Unsolicited { connection } => format!("srv k{connection} {word}"),
            Event::Die { connection, tag } => match tag {
                Some(tag) => format!("srv k{connection} {word} {}", of(tag)),
                None => format!("srv k{connection} {word}"),
            },
        }
    }
}

/// The schedule in one line.
impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, event) in self.events.iter().enumerate() {
            let gap = if nth == 0 { "" } else { " ; " };
            write!(formatter, "{gap}{}", self.step(event))?;
        }
        Ok(())
    }
}

/// The name of a request that was given none: `a` to `z`, then `aa` to `az` and so on. No letter is
/// followed by a digit, as those of clients and connections are.
fn name(tag: Tag) -> String {
    let Some(nth) = tag.0.checked_sub(1) else {
        return "!".to_owned();
    };
    let letter = |nth: u8| char::from(b'a' + nth % 26);
    match nth / 26 {
        0 => letter(nth).to_string(),
        round => format!("{}{}", letter(round - 1), letter(nth)),
    }
}

/// The words of one step.
struct Reader<'a, 'w> {
    words: &'w [&'a str],
    at: usize,
    line: usize,
    /// The number in its line of the first word of the step.
    first: usize,
    names: &'w mut Vec<String>,
}

const ACTORS: &str = "a step begins with `c` and the number of a client, or with `srv`";
const OF_CLIENTS: &str = "a client does send, resend, recv, timeout, cancel or eof";
const OF_SERVERS: &str = "a server does reply, reorder, half, rest, coalesced, unsolicited or die";
const CONNECTION: &str = "a connection is `k` and a number below 64";
const REQUEST: &str = "a request is a word of a-z, 0-9 and `-` that begins with a letter, and is no client or connection";

impl<'a> Reader<'a, '_> {
    fn step(&mut self) -> Result<Event, ScheduleError> {
        let actor = self.next(ACTORS)?;
        let event = match number(actor, 'c') {
            Some(client) if usize::from(client) < MAX_CLIENTS => self.of_client(client)?,
            Some(_) => return self.wrong(format!("there are at most {MAX_CLIENTS} clients")),
            None if actor == "srv" => self.of_server()?,
            None => return self.wrong(ACTORS),
        };
        match self.words.get(self.at) {
            None => Ok(event),
            Some(_) => {
                self.at += 1;
                self.wrong("the step ends before it; write `;` or a new line between steps")
            }
        }
    }

    fn of_client(&mut self, client: u8) -> Result<Event, ScheduleError> {
        Ok(match self.next(OF_CLIENTS)? {
            "send" => Event::Send {
                client,
                tag: self.new_request()?,
                connection: self.connection()?,
                is_idempotent: self.is_idempotent(),
            },
            "resend" => Event::Resend {
                client,
                tag: self.request()?,
                connection: self.connection()?,
            },
            "recv" => self.recv(client)?,
            "timeout" => Event::Timeout {
                client,
                tag: self.request()?,
            },
            "cancel" => Event::Cancel {
                client,
                tag: self.request()?,
            },
            "eof" => Event::Eof {
                client,
                tag: self.request()?,
            },
            _ => return self.wrong(OF_CLIENTS),
        })
    }

    fn of_server(&mut self) -> Result<Event, ScheduleError> {
        let connection = self.connection()?;
        Ok(match self.next(OF_SERVERS)? {
            "reply" => Event::Reply {
                connection,
                tag: self.request()?,
            },
            "reorder" => Event::Reorder {
                connection,
                tag: self.request()?,
            },
            "half" => Event::Half {
                connection,
                tag: self.request()?,
            },
            "rest" => Event::Rest {
                connection,
                tag: self.request()?,
            },
            "coalesced" => Event::Coalesced {
                connection,
                first: self.request()?,
                second: self.request_or_surplus()?,
            },
            "unsolicited" => Event::Unsolicited { connection },
            "die" => Event::Die {
                connection,
                tag: match self.words.get(self.at) {
                    Some(_) => Some(self.request()?),
                    None => None,
                },
            },
            _ => return self.wrong(OF_SERVERS),
        })
    }

    fn recv(&mut self, client: u8) -> Result<Event, ScheduleError> {
        let how = "write `b<-a` for b delivered a's reply, or `b<-` for whatever comes";
        let word = self.next(how)?;
        let Some((asked, got)) = word.split_once("<-") else {
            return self.wrong(how);
        };
        let asked = self.known(asked)?;
        let got = match got {
            "" => None,
            "!" => Some(Tag::SURPLUS),
            got => Some(self.known(got)?),
        };
        Ok(Event::Recv { client, asked, got })
    }

    fn connection(&mut self) -> Result<u8, ScheduleError> {
        let word = self.next(CONNECTION)?;
        match number(word, 'k').filter(|number| *number < MAX_OPENED) {
            Some(number) => Ok(number),
            None => self.wrong(CONNECTION),
        }
    }

    /// Whether the step goes on with the word that says so of its method.
    fn is_idempotent(&mut self) -> bool {
        let says_so = self.words.get(self.at) == Some(&"idempotent");
        self.at += usize::from(says_so);
        says_so
    }

    fn new_request(&mut self) -> Result<Tag, ScheduleError> {
        let word = self.next(REQUEST)?;
        if self.names.iter().any(|name| name == word) {
            return self.wrong("it was sent before; each request has a name of its own");
        }
        let fits = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        let is_other = number(word, 'c').is_some() || number(word, 'k').is_some();
        if is_other
            || !word.starts_with(|c: char| c.is_ascii_lowercase())
            || !word.chars().all(fits)
        {
            return self.wrong(REQUEST);
        }
        if self.names.len() >= usize::from(MAX_TAGS) {
            return self.wrong(format!("there are at most {MAX_TAGS} requests"));
        }
        self.names.push(word.to_owned());
        Ok(Tag(self.names.len() as u8))
    }

    fn request(&mut self) -> Result<Tag, ScheduleError> {
        let word = self.next(REQUEST)?;
        self.known(word)
    }

    fn request_or_surplus(&mut self) -> Result<Tag, ScheduleError> {
        match self.next("name the second reply; `!` is one that no request caused")? {
            "!" => Ok(Tag::SURPLUS),
            word => self.known(word),
        }
    }

    fn known(&self, word: &str) -> Result<Tag, ScheduleError> {
        let mut names = self.names.iter();
        match names.position(|name| name == word) {
            Some(nth) => Ok(Tag(nth as u8 + 1)),
            None => self.wrong("no request of that name was sent before"),
        }
    }

    /// The next word; `what` says what it should be.
    fn next(&mut self, what: &str) -> Result<&'a str, ScheduleError> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        match word {
            Some(word) => Ok(word),
            None => self.wrong(what),
        }
    }

    fn wrong<T>(&self, what: impl Into<String>) -> Result<T, ScheduleError> {
        let nth = self.at.saturating_sub(1);
        Err(ScheduleError {
            line: self.line,
            word: self.first + nth,
            text: self.words.get(nth).copied().unwrap_or_default().to_owned(),
            what: what.into(),
        })
    }
}

/// The number behind a letter.
fn number(word: &str, letter: char) -> Option<u8> {
    let digits = word.strip_prefix(letter)?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten()
}
