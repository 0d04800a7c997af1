//! The scripted server: it accepts and reads, and reports what it reads; the player of the schedule replies.

use std::io::{self, Read};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use super::driver::DriverLine;
use super::protocol::{Protocol, RequestKind};

/// The most connections of one session, and the most bytes of one request.
const CONNECTIONS: usize = 64;
const LONGEST: usize = 1 << 20;

/// Something that the server or the driver noticed.
pub(crate) enum ServerNotice {
    /// A client has opened a connection; the first is number 0.
    Opened(TcpStream),
    /// A request has come on a connection.
    Asked(usize, RequestKind),
    /// A client has closed its end of a connection.
    Closed(usize),
    /// The driver has said something.
    Said(DriverLine),
}

/// A server that listens until it is dropped.
pub(crate) struct ScriptedServer {
    /// Where, on the loopback interface.
    pub address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl ScriptedServer {
    /// Listens on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start(protocol: &'static Protocol, facts: Sender<ServerNotice>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        thread::spawn(move || accept(&listener, protocol, &facts, &over));
        Ok(Self { address, is_over })
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts; if it cannot be reached, it is not waiting.
        let _woken = TcpStream::connect(self.address);
    }
}

fn accept(
    listener: &TcpListener,
    protocol: &'static Protocol,
    facts: &Sender<ServerNotice>,
    over: &AtomicBool,
) {
    for number in 0..CONNECTIONS {
        let Ok((stream, _)) = listener.accept() else {
            return;
        };
        if over.load(Ordering::SeqCst) {
            return;
        }
        let (Ok(()), Ok(reader)) = (stream.set_nodelay(true), stream.try_clone()) else {
            return;
        };
        if facts.send(ServerNotice::Opened(stream)).is_err() {
            return;
        }
        let facts = facts.clone();
        thread::spawn(move || read(number, reader, protocol, &facts));
    }
}

fn read(number: usize, mut stream: TcpStream, protocol: &Protocol, facts: &Sender<ServerNotice>) {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(piece.get(..length).unwrap_or(&[]));
        while let Some(request) = (protocol.read)(&bytes) {
            bytes.drain(..request.length.min(bytes.len()));
            if facts
                .send(ServerNotice::Asked(number, request.what))
                .is_err()
            {
                return;
            }
        }
        if bytes.len() > LONGEST {
            break;
        }
    }
    let _ended = stream.shutdown(Shutdown::Read);
    // The receiver may be gone.
    let _told = facts.send(ServerNotice::Closed(number));
}
