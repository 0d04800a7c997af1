//! Captured traffic: packets to connections to streams of requests.
//!
//! Memory is bounded whatever the size of the capture: packets are read one at a time, and a connection
//! is handed on as soon as it ends, or when the limits of `reassemble::ReassemblyLimits` are reached.

pub mod capture;
pub mod foreign;
pub(crate) mod reassemble;
pub mod requests;
pub(crate) mod skim;
#[cfg(test)]
pub(crate) mod wire;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use parsers::Capability;
use parsers::http1::REQUEST;

use crate::error::CorpusError;

pub(crate) use reassemble::TcpConnection;
pub use requests::{ClientStream, Skip};

/// The most bytes of a raw file, and of one direction of a connection, that are kept.
pub(crate) const STREAM_LIMIT: usize = 16 << 20;

/// The families whose messages are cut out of captures.
pub static CUT: Capability<()> = Capability::new("reading of captures", &[(&REQUEST, ())]);

/// What was read of one file of traffic, besides the streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficSummary {
    /// How many streams were handed on.
    pub streams: usize,
    /// The connections that hold no requests, with the reason.
    pub skipped: Vec<String>,
    /// What of the requests was left out: bytes that are missing or too many, and packets that could not be used.
    pub partial: Vec<String>,
    /// Other things worth knowing.
    pub notes: Vec<String>,
}

/// Reads a file of traffic and hands on each stream of requests in it. A pcap or pcapng file, known by
/// its first bytes, has a stream per connection; any other file is one stream.
///
/// # Errors
/// A file that cannot be read, a damaged capture, a raw file longer than `STREAM_LIMIT`.
pub fn read_streams(
    path: &Path,
    take: &mut dyn FnMut(ClientStream),
) -> Result<TrafficSummary, CorpusError> {
    let mut file = File::open(path).map_err(|error| CorpusError::io(path, "open", error))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let mut magic = Vec::new();
    let unreadable = |error| CorpusError::io(path, "read", error);
    file.by_ref()
        .take(4)
        .read_to_end(&mut magic)
        .map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    match capture::CaptureFormat::of(path, &magic)? {
        Some(format) => read_capture(path, &name, format, file, take),
        None => read_raw(path, name, file, take),
    }
}

fn read_capture(
    path: &Path,
    name: &str,
    format: capture::CaptureFormat,
    file: File,
    take: &mut dyn FnMut(ClientStream),
) -> Result<TrafficSummary, CorpusError> {
    let mut summary = TrafficSummary::default();
    let mut hand_on = |connection: TcpConnection| {
        let named = format!("{name} {} → {}", connection.client, connection.server);
        let stream = requests::request_stream(&connection, name, &named);
        // What is missing of a stream that ends before, or of other protocols, is no request.
        let is_part = stream.as_ref().is_ok_and(|stream| !stream.is_whole);
        for (flow, direction, is_part) in [
            (&connection.to_server, "to the server", is_part),
            (&connection.to_client, "to the client", false),
        ] {
            let into = match is_part {
                true => &mut summary.partial,
                false => &mut summary.notes,
            };
            let at = flow.bytes.len();
            if flow.has_gap {
                let note = format!("{named}: bytes {direction} are missing after the first {at}");
                into.push(note);
            }
            if flow.is_cut {
                let note = format!("{named}: {direction}, only the first {at} bytes are kept");
                into.push(note);
            }
        }
        match stream {
            Ok(stream) => {
                summary.streams += 1;
                take(stream);
            }
            Err(skip @ Skip::Gap) => summary.partial.push(format!("{named}: {skip}")),
            Err(skip) => summary.skipped.push(format!("{named}: {skip}")),
        }
    };
    let mut connections = reassemble::Connections::new(reassemble::ReassemblyLimits::default());
    let read = capture::read_packets(path, format, file, &mut |segment| {
        connections.add(&segment, &mut hand_on);
    });
    // What precedes damage is as good as in a whole capture.
    connections.finish(&mut hand_on);
    match read {
        Ok(unused) => summary.partial.extend(unused),
        Err(error) if summary.streams == 0 => return Err(error),
        Err(error) => summary.partial.push(error.to_string()),
    }
    Ok(summary)
}

fn read_raw(
    path: &Path,
    name: String,
    file: File,
    take: &mut dyn FnMut(ClientStream),
) -> Result<TrafficSummary, CorpusError> {
    let mut bytes = Vec::new();
    file.take(STREAM_LIMIT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CorpusError::io(path, "read", error))?;
    if bytes.is_empty() {
        let fix = "give a pcap or pcapng capture, or the bytes of a stream of requests";
        return Err(CorpusError::case(path, "it is empty", fix));
    }
    if let Some(foreign) = foreign::recognise(&REQUEST, &bytes) {
        let what = format!("it is {}, which is not read", foreign.what);
        return Err(CorpusError::case(path, what, foreign.fix));
    }
    if bytes.len() > STREAM_LIMIT {
        let what = format!(
            "it is no capture, and longer than the {STREAM_LIMIT} bytes that one stream may have"
        );
        return Err(CorpusError::case(
            path,
            what,
            "cut it at the end of a request",
        ));
    }
    take(ClientStream {
        bytes,
        file: name.clone(),
        source: name,
        is_whole: true,
    });
    Ok(TrafficSummary {
        streams: 1,
        ..TrafficSummary::default()
    })
}
