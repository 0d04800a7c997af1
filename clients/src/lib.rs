//! The side of a driver: it reads lines, asks a client what they say, and prints what was delivered.
//!
//! `peers/DRIVERS.md` says which lines there are. A driver is a call of [`serve`] for a client with futures, or of
//! [`serve_blocking`] for one without.

use std::collections::HashMap;
use std::env;
use std::fmt::Display;
use std::future::Future;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use tokio::time::sleep;

/// What a driver is started with.
pub struct Start {
    /// Where the server listens: an address and a port.
    pub server: String,
    /// How long the client shall wait for a reply by itself, if it can.
    pub limit: Duration,
}

/// The client that is driven.
pub struct Library {
    /// The name of its project.
    pub name: &'static str,
    /// The version that was linked.
    pub version: &'static str,
    /// Whether it waits no longer than it was told to, by itself.
    pub has_limit: bool,
}

impl Library {
    fn greet(&self) {
        say(format_args!("hello {} {}", self.name, self.version));
    }

    /// A limit that has come; it comes by itself, or never.
    fn time_out(&self) {
        if !self.has_limit {
            say("cannot wait for less than for ever");
        }
    }
}

/// One request that is to be made.
pub struct Ask {
    /// What is asked for.
    pub name: String,
    /// Whether the request shall not be idempotent.
    pub is_post: bool,
}

impl Start {
    /// Of the arguments of the process: the address of the server, and milliseconds.
    pub fn from_arguments() -> Self {
        let mut arguments = env::args().skip(1);
        let server = arguments.next().unwrap_or_default();
        let limit = arguments.next().and_then(|limit| limit.parse().ok());
        Self {
            server,
            limit: Duration::from_millis(limit.unwrap_or(60_000)),
        }
    }
}

/// Says something to the program that started the driver.
pub fn say(line: impl Display) {
    // Line breaks would end the line.
    let line = line.to_string().replace(['\r', '\n'], " ");
    let mut out = io::stdout().lock();
    // A program that does not listen is gone; the end of standard input shows it.
    let _gone = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn say_end<E: Display>(name: &str, end: &Result<String, E>) {
    match end {
        Ok(text) => say(format_args!("got {name} {text}")),
        Err(why) => say(format_args!("gone {name} {why}")),
    }
}

/// The lines of standard input, in pairs of a verb and what it is about, as they come.
fn lines() -> UnboundedReceiver<(String, String)> {
    let (sender, receiver) = unbounded_channel();
    thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            let (verb, name) = line.split_once(' ').unwrap_or((&line, ""));
            if sender.send((verb.to_owned(), name.to_owned())).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Drives a client whose requests are futures, and which `open` makes; to cancel a request is to drop its future. It ends
/// with standard input.
pub fn serve<C, E>(library: &Library, open: impl Future<Output = Result<C, E>>)
where
    C: AsyncFn(Ask) -> Result<String, E> + 'static,
    E: Display + 'static,
{
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return say(format_args!("cannot start a runtime: {error}")),
    };
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        match open.await {
            Ok(client) => {
                library.greet();
                obey(library, Rc::new(client)).await;
            }
            Err(error) => say(format_args!("cannot connect: {error}")),
        }
    });
}

async fn obey<C, E>(library: &Library, client: Rc<C>)
where
    C: AsyncFn(Ask) -> Result<String, E> + 'static,
    E: Display + 'static,
{
    let mut lines = lines();
    let mut open: HashMap<String, JoinHandle<()>> = HashMap::new();
    while let Some((verb, name)) = lines.recv().await {
        match verb.as_str() {
            "send" | "post" => {
                let ask = Ask {
                    name: name.clone(),
                    is_post: verb == "post",
                };
                let (client, asked) = (Rc::clone(&client), name.clone());
                let task = spawn_local(async move { say_end(&asked, &client(ask).await) });
                open.insert(name, task);
            }
            "cancel" => {
                if let Some(task) = open.remove(&name) {
                    task.abort();
                    // Otherwise it has ended, and said so.
                    if task.await.is_err_and(|error| error.is_cancelled()) {
                        say(format_args!("gone {name} cancelled"));
                    }
                }
            }
            "timeout" => library.time_out(),
            "settle" => {
                // A runtime that sleeps looks at every socket before, and lets all tasks run.
                for _ in 0..3 {
                    sleep(Duration::from_millis(1)).await;
                }
                say("settled");
            }
            _ => {}
        }
    }
}

/// Drives a client that blocks: each request has a thread, and none can be cancelled from outside. It ends with standard
/// input.
pub fn serve_blocking<C, E>(library: &Library, client: C)
where
    C: Fn(Ask) -> Result<String, E> + Send + Sync + 'static,
    E: Display,
{
    library.greet();
    let client = Arc::new(client);
    let mut lines = lines();
    while let Some((verb, name)) = lines.blocking_recv() {
        match verb.as_str() {
            "send" | "post" => {
                let is_post = verb == "post";
                let client = Arc::clone(&client);
                thread::spawn(move || {
                    let asked = name.clone();
                    say_end(&asked, &client(Ask { name, is_post }));
                });
            }
            "cancel" => say("cannot cancel a call that blocks"),
            "timeout" => library.time_out(),
            "settle" => say("settled"),
            _ => {}
        }
    }
}
