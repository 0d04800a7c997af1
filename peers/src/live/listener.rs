//! What our own servers have in common: a free port, and so many connections at a time, each with a thread.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// The most connections at a time; one more is closed.
const CONNECTIONS: usize = 64;

/// A port on which connections are accepted, until it is dropped.
pub(crate) struct Listener {
    port: u16,
    state: Arc<ListenerState>,
}

/// How a listener stands.
#[derive(Default)]
pub(crate) struct ListenerState {
    open: AtomicUsize,
    is_over: AtomicBool,
}

impl ListenerState {
    /// Whether the listener is gone, and its connections are to end.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }
}

impl Listener {
    /// Listens on a free port of the loopback interface, and serves each connection.
    ///
    /// # Errors
    /// When there is none.
    pub fn start(
        serve: impl Fn(TcpStream, &ListenerState) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(ListenerState::default());
        let (for_all, serve) = (Arc::clone(&state), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if for_all.is_over() {
                    return;
                }
                let Ok(stream) = stream else { continue };
                if for_all.open.fetch_add(1, Ordering::AcqRel) >= CONNECTIONS {
                    for_all.open.fetch_sub(1, Ordering::AcqRel);
                    continue;
                }
                let (state, serve) = (Arc::clone(&for_all), Arc::clone(&serve));
                thread::spawn(move || {
                    serve(stream, &state);
                    state.open.fetch_sub(1, Ordering::AcqRel);
                });
            }
        });
        Ok(Self { port, state })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections there are.
    pub fn open(&self) -> usize {
        self.state.open.load(Ordering::Acquire)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::Release);
        // It wakes the thread that waits for a connection.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}
