//! What must hold of every hop that has no quirk, whatever leniency or restriction its reader has.

use super::oracle::HopOracles;
use super::policy::HopPolicy;
use super::reader::HopReader;
use super::request::HopRequest;
use super::run::{Hop, Piece, Route, run};
use crate::core::laws::Broken;
use crate::family::Departure;
use crate::http1::REQUEST;
use crate::http1::rules::HEAD_LIMIT;

/// Readers that read what a careful hop writes otherwise than what came, each for a reason of its own.
pub const OTHERWISE: &[(&str, &str)] = &[
    (
        "colon-space",
        "a hop writes a space after each colon, before which a framing field was none",
    ),
    (
        "content-coding",
        "Content-Encoding, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "delete-until-close",
        "a DELETE of HTTP/1.0 goes on as one of HTTP/1.1, which lasts until the close to it",
    ),
    (
        "h2-preface",
        "the preface of HTTP/2 is no request that can be written anew",
    ),
    (
        "head-ends-at-close",
        "no end of the stream follows a head that is written anew",
    ),
    (
        "method-absent",
        "a request-line without words cannot be written as three",
    ),
    (
        "name-blanks-trimmed",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-cgi",
        "a name of CGI, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-control-dropped",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-high-dropped",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-octets-dropped",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-percent",
        "an encoded name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-prefix",
        "a longer name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-short",
        "a shorter name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-suffix",
        "a longer name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-underscore",
        "a name with an underscore, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "post-chunked",
        "it reads a request of HTTP/1.1 without framing fields as a chunked one",
    ),
    (
        "status-line",
        "a status-line is no request-line that can be written anew",
    ),
    (
        "target-absent",
        "a request-line of one word cannot be written as three",
    ),
    (
        "trailer-length",
        "a field of the trailer section, by which it frames, goes on",
    ),
    (
        "value-nul-hides",
        "a NUL hides the framing fields that a hop writes last",
    ),
];

/// Law 9: what a hop without a quirk forwards is, to the same reader behind it, the message that it has read: with its method,
/// target, end-to-end fields and content. The reader has the `departure` alone. Returns how many messages were compared.
///
/// # Errors
/// Says what was sent. An unknown departure is an error too.
pub fn forwarded(departure: &str, input: &[u8]) -> Result<usize, Broken> {
    let broken = |how: String| Broken { law: 9, how };
    let unknown = |id: &str| broken(format!("no departure is called {id}"));
    let reader = || HopReader::named(departure).map_err(unknown);
    let route = Route {
        hops: vec![Hop {
            reader: reader()?,
            policy: HopPolicy::default(),
        }],
        last: reader()?,
        grants_upgrade: false,
        forbids: Vec::new(),
    };
    let passage = run(&route, input, &HopOracles::ALL);
    let [came, arrived] = passage.stages.as_slice() else {
        return Ok(0);
    };
    let mut compared = 0;
    for sent in &came.sent {
        let Piece::Request(nth) = sent.piece else {
            continue;
        };
        compared += 1;
        let mut behind = arrived.requests.iter();
        let behind = behind.find(|one| (one.start, one.end) == (sent.start, sent.end));
        if behind.map(said) != came.requests.get(nth).map(said) {
            let output = came.output.escape_ascii();
            return Err(broken(format!(
                "a careful hop that reads with {departure} sends what it has not read: {output}"
            )));
        }
    }
    Ok(compared)
}

/// Whether the departure is about the size of a head: what a hop adds may be too much for it.
pub fn is_limit(departure: &Departure) -> bool {
    departure.rule == &HEAD_LIMIT
}

/// Up to how many bytes an input has that law 9 is asked about in turn: far fewer than any buffer of a reader holds, so that
/// what a hop adds fits as well.
const MOST: usize = 1500;

/// Law 9 for one departure that `turn` chooses, unless it is [an exception](OTHERWISE) or [a limit](is_limit). A long input is
/// left out.
///
/// # Errors
/// As [`forwarded`].
pub fn in_turn(turn: u64, input: &[u8]) -> Result<(), Broken> {
    let mut departures = REQUEST.departures();
    let count = REQUEST.departures().count().max(1);
    let nth = usize::try_from(turn % count as u64).unwrap_or(0);
    let Some(departure) = departures.nth(nth) else {
        return Ok(());
    };
    if input.len() > MOST
        || is_limit(&departure)
        || OTHERWISE.iter().any(|(id, _)| *id == departure.id)
    {
        return Ok(());
    }
    forwarded(departure.id, input).map(drop)
}

/// What a request says that a hop has to forward.
fn said(request: &HopRequest) -> Vec<Vec<u8>> {
    /// Fields for the next on the way alone, those of framing, and Host, which a hop may add.
    const OWN: [&[u8]; 10] = [
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    ];
    let options = request.options();
    let is_own = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        OWN.contains(&name.as_slice()) || options.contains(&name)
    };
    let fields = request.fields.iter().filter(|field| !is_own(&field.name));
    let fields = fields.map(|field| [field.name.as_slice(), &field.value].join(&b':'));
    let words = [
        request.method.clone(),
        request.target.clone(),
        request.content(),
    ];
    words.into_iter().chain(fields).collect()
}
