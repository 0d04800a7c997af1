//! What happened to one request on its way through a hop that is a box with two ends: what came, and what arrived.

use super::oracle::{HopOracles, OracleFinding};
use super::quirk::framing::is_framing;
use super::quirk::marks::RECORDS;
use super::reader::HopReader;
use super::request::{Field, HopRequest};
use super::run::Stage;

/// One request as it came to a hop and as it arrived behind it.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// As it came.
    pub came: HopRequest,
    /// As it arrived.
    pub arrived: HopRequest,
    /// What the oracle of arrival finds between the two; the hop is the first.
    pub findings: Vec<OracleFinding>,
}

/// What an intermediary has changed that neither loses nor keeps anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HopChange {
    /// A field that it added: its name, in lower case.
    Adds(Vec<u8>),
    /// A record of the way, to whose list it added a member: its name, in lower case.
    Extends(Vec<u8>),
    /// Field lines that became one: their name, in lower case.
    Joins(Vec<u8>),
    /// Host names another server.
    OwnHost,
    /// Field names that were not, in lower case.
    Lowers,
    /// A field name in another spelling: as it arrived.
    Spells(Vec<u8>),
    /// The version: as it arrived.
    Version(Vec<u8>),
}

impl HopChange {
    /// It in words: bytes stand for themselves.
    pub fn words(&self) -> Vec<u8> {
        let (word, about): (&str, &[u8]) = match self {
            Self::Adds(name) => ("adds ", name),
            Self::Extends(name) => ("adds to ", name),
            Self::Joins(name) => ("joins ", name),
            Self::OwnHost => ("own ", b"host"),
            Self::Lowers => ("lowers ", b"names"),
            Self::Spells(name) => ("spells ", name),
            Self::Version(version) => ("sends ", version),
        };
        [word.as_bytes(), about].concat()
    }
}

impl Arrival {
    /// What happened to the first request in `came`; from it, `arrived` is what the next has received; none where either
    /// has no whole request, as the strict reader reads.
    pub fn between(came: &[u8], arrived: &[u8]) -> Option<Self> {
        let reader = HopReader::named("strict").ok()?;
        let stages = [came, arrived].map(|bytes| Stage::read(&reader, bytes.to_vec()));
        let [before, behind] = &stages;
        Some(Self {
            came: before.requests.first()?.clone(),
            arrived: behind.requests.first()?.clone(),
            findings: HopOracles::arrival(before, behind),
        })
    }

    /// Whether `bytes` begin with a whole request, as the strict reader reads.
    pub fn is_whole(bytes: &[u8]) -> bool {
        let reader = HopReader::named("strict").ok();
        let read = reader.map(|reader| reader.read(bytes));
        read.is_some_and(|verdict| !verdict.reading.messages.is_empty())
    }

    /// What was changed besides, in order, each once.
    pub fn changes(&self) -> Vec<HopChange> {
        let (came, arrived) = (&self.came, &self.arrived);
        let mut changes = Vec::new();
        for field in &arrived.fields {
            let name = field.name.to_ascii_lowercase();
            let lines = |request: &HopRequest| request.named(&name).count();
            let (before, behind) = (lines(came), lines(arrived));
            if is_own(field) {
                continue;
            }
            if before == 0 {
                changes.push(HopChange::Adds(name));
                continue;
            }
            if !came.fields.iter().any(|one| one.name == field.name) {
                changes.push(match field.name == name {
                    true => HopChange::Lowers,
                    false => HopChange::Spells(field.name.clone()),
                });
            }
            if behind < before {
                changes.push(HopChange::Joins(name));
            } else if RECORDS.contains(&name.as_slice())
                && members(arrived, &name) > members(came, &name)
            {
                changes.push(HopChange::Extends(name));
            }
        }
        let host =
            |request: &HopRequest| request.named(b"host").next().map(|host| host.value.clone());
        if host(came) != host(arrived) {
            changes.push(HopChange::OwnHost);
        }
        if came.version != arrived.version {
            changes.push(HopChange::Version(arrived.version.clone()));
        }
        changes.sort();
        changes.dedup();
        changes
    }
}

/// Whether each hop writes such a field by itself.
fn is_own(field: &Field) -> bool {
    let own: [&[u8]; 4] = [b"connection", b"host", b"te", b"upgrade"];
    is_framing(field) || own.iter().any(|name| field.is(name))
}

fn members(request: &HopRequest, name: &[u8]) -> usize {
    request.named(name).flat_map(Field::members).count()
}
