//! libhtp: the HTTP parser of Suricata, as it reads the requests of a connection.
//!
//! It inspects the traffic of others, so it rejects next to nothing: what a server would answer with an
//! error it reads somehow and warns of. Such a reading is a reading all the same. The warnings are not
//! looked at.

mod connection;

use std::collections::VecDeque;

use parsers::End;
use suricata_htp::config::HtpServerPersonality as Personality;
use suricata_htp::connection_parser::HtpStreamState;

use self::connection::{Configuration, Connection, Event, Said};
use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// libhtp that reads as Apache 2.x does: a NUL byte ends the request line.
pub(crate) static LIBHTP_APACHE_2: About = about("libhtp-apache-2", || open(Personality::APACHE_2));
/// libhtp that reads as servers do in general.
pub(crate) static LIBHTP_GENERIC: About = about("libhtp-generic", || open(Personality::GENERIC));
/// libhtp that reads as IIS 5.1 does. It decodes paths otherwise than the general one, and as of 8.0.8
/// frames requests no differently.
pub(crate) static LIBHTP_IIS_5_1: About = about("libhtp-iis-5-1", || open(Personality::IIS_5_1));

const fn about(name: &'static str, open: fn() -> Result<Box<dyn Peer>, Failure>) -> About {
    About {
        name,
        family: &parsers::http1::REQUEST,
        licence: "BSD-3-Clause",
        adds: "no limit on requests that its user has not freed; a CONNECT that no response follows is a \
               tunnel",
        cuts: "a line that comes together with the end of a request is content unless a known method starts it",
        role: Role::Inspector,
        calibrates: false,
        is_fast: false,
        reach: Reach::Linked {
            version: || version!("suricata-htp"),
            open,
        },
    }
}

fn open(personality: Personality) -> Result<Box<dyn Peer>, Failure> {
    let configuration = Configuration::of(personality);
    let absent = || Failure::Absent("libhtp does not know the personality".to_owned());
    Ok(Box::new(Libhtp(configuration.ok_or_else(absent)?)))
}

struct Libhtp(Configuration);

impl Peer for Libhtp {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut connection = self.0.connect();
        connection.said().wants_requests = seen.wants_facts();
        let mut given = 0;
        // The byte after what is sure to belong to the request that is being read.
        let mut sure = 0;
        while given < input.len() {
            let piece = super::next_piece(input, given, pieces);
            let state = connection.give(piece);
            note(&mut connection, given, &mut sure, seen);
            match state {
                HtpStreamState::DATA => given += piece.len(),
                // It waits for the response to a CONNECT.
                HtpStreamState::DATA_OTHER => {
                    seen.end_message(given + connection.taken());
                    seen.end_stream(End::Tunnel);
                    return Ok(());
                }
                _ => {
                    seen.end_stream(End::Rejected);
                    return Ok(());
                }
            }
        }
        let end = if connection.is_in_request() {
            close(&mut connection, sure, input.len(), seen)
        } else {
            End::Complete
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// Notes what was said of a piece that starts at `start`.
fn note(connection: &mut Connection<'_>, start: usize, sure: &mut usize, seen: &mut Seen) {
    let said = connection.said();
    while let Some(event) = said.events.pop_front() {
        match event {
            Event::Line => {}
            Event::Fields { taken } => *sure = start + taken,
            Event::Content { taken, length } => {
                take_content(&mut said.content, length, seen);
                *sure = start + taken;
            }
            Event::Complete { taken } => {
                take_facts(said, seen);
                seen.end_message(start + taken);
            }
        }
    }
}

/// Notes what libhtp has understood of the next request that is whole.
fn take_facts(said: &mut Said, seen: &mut Seen) {
    if let Some(request) = said.requests.pop_front() {
        seen.take_request(request.method, request.target);
        for field in request.fields {
            seen.take_field(field.name, field.value);
        }
    }
}

fn take_content(content: &mut VecDeque<u8>, length: usize, seen: &mut Seen) {
    let length = length.min(content.len());
    let piece: Vec<u8> = content.drain(..length).collect();
    seen.take_content(&piece);
}

/// Tells a connection that has begun a request and taken all of `length` bytes that nothing follows, and
/// says how the stream thus ends.
///
/// After a request, libhtp reads on to the end of the next line where bytes of it are there already: it
/// may be more content. The end of the stream settles that, and the request is whole. In any other state
/// it was cut short, although libhtp then calls it complete too, once it has read on in a line or a field.
fn close(connection: &mut Connection<'_>, sure: usize, length: usize, seen: &mut Seen) -> End {
    connection.close();
    let said = connection.said();
    let (mut silent, mut end) = (true, sure);
    while let Some(event) = said.events.pop_front() {
        silent = false;
        match event {
            Event::Line | Event::Fields { .. } => return End::Incomplete,
            Event::Content { length: more, .. } => {
                take_content(&mut said.content, more, seen);
                end = length;
            }
            Event::Complete { .. } => {
                take_facts(said, seen);
                seen.end_message(end);
                let all = end == length;
                return if all { End::Complete } else { End::Incomplete };
            }
        }
    }
    if silent && connection.is_connect() {
        seen.end_message(length);
        return End::Tunnel;
    }
    End::Incomplete
}

#[cfg(test)]
mod tests;
