//! The clients that schedules are played against: which protocol each speaks, what it is held to do, and what starts it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::protocol::{HTTP1, JSON_LINES, MEMCACHED, MOGILEFS, PROTOCOLS, Protocol, RESP};
use crate::Failure;
use crate::confine::{Network, Prepared};
use crate::worker::installed;

/// A client.
pub struct ReplayClient {
    /// The name of its project, with a version where several are known.
    pub name: &'static str,
    /// What it speaks.
    pub protocol: &'static Protocol,
    /// The policy, or quirks joined by `+`, that it is held to have; empty where nothing is claimed.
    pub policy: &'static str,
    /// Whether its driver asks in batches over two servers.
    pub has_batches: bool,
    /// What starts its driver.
    program: Program,
    /// The source of its driver, in pieces that belong together; empty for a program that was built.
    source: &'static [&'static str],
}

enum Program {
    /// A program of the package `clients`, which lies beside this one.
    Beside,
    /// A program that was built when the peers were installed.
    Built,
    /// Python 3, of an environment of this client's own or that of the installed peers.
    Python { own: bool },
    /// Node.js, with the packages of the installed peers.
    Node,
    /// Ruby.
    Ruby,
    /// A class that was compiled when the peers were installed.
    Java(&'static str),
    /// A command of the user's and its arguments.
    Command(Vec<OsString>),
}

const PYTHON: &str = include_str!("../../drivers/serve.py");
const PYTHON_ASYNC: &str = include_str!("../../drivers/serve_async.py");
const RUBY: &str = include_str!("../../drivers/serve.rb");
const NODE: &str = include_str!("../../drivers/serve.js");
const NODE_IPC: &str = include_str!("../../drivers/node_ipc.js");

const fn rust(
    name: &'static str,
    protocol: &'static Protocol,
    policy: &'static str,
) -> ReplayClient {
    script(name, protocol, policy, Program::Beside, &[])
}

const fn script(
    name: &'static str,
    protocol: &'static Protocol,
    policy: &'static str,
    program: Program,
    source: &'static [&'static str],
) -> ReplayClient {
    ReplayClient {
        name,
        protocol,
        policy,
        has_batches: false,
        program,
        source,
    }
}

impl ReplayClient {
    const fn with_batches(mut self) -> Self {
        self.has_batches = true;
        self
    }
}

const fn python(
    name: &'static str,
    protocol: &'static Protocol,
    policy: &'static str,
    source: &'static [&'static str],
) -> ReplayClient {
    script(
        name,
        protocol,
        policy,
        Program::Python { own: false },
        source,
    )
}

const fn redis_py(name: &'static str, policy: &'static str) -> ReplayClient {
    let source = &[PYTHON_ASYNC, include_str!("../../drivers/redis_py.py")];
    script(name, &RESP, policy, Program::Python { own: true }, source)
}

const fn node(
    name: &'static str,
    protocol: &'static Protocol,
    policy: &'static str,
    source: &'static [&'static str],
) -> ReplayClient {
    script(name, protocol, policy, Program::Node, source)
}

const fn ipc(
    name: &'static str,
    policy: &'static str,
    source: &'static [&'static str],
) -> ReplayClient {
    script(name, &JSON_LINES, policy, Program::Node, source)
}

const fn built(
    name: &'static str,
    protocol: &'static Protocol,
    policy: &'static str,
) -> ReplayClient {
    script(name, protocol, policy, Program::Built, &[])
}

/// Every client.
pub static CLIENTS: &[ReplayClient] = &[
    python(
        "aiohttp",
        &HTTP1,
        "resync",
        &[PYTHON_ASYNC, include_str!("../../drivers/aiohttp.py")],
    ),
    built(
        "async-memcached-0.8",
        &MEMCACHED,
        "keep-on-cancel-unchecked",
    ),
    script(
        "dalli",
        &MEMCACHED,
        "batch-leaves-others+no-idle-check+retry-until-answered+retry-always+retry-on-timeout",
        Program::Ruby,
        &[RUBY, include_str!("../../drivers/dalli.rb")],
    )
    .with_batches(),
    built("go-http-client", &HTTP1, "careful"),
    built("go-idempotency-key", &HTTP1, "retry-when-reused"),
    python(
        "http.client",
        &HTTP1,
        "drop-leftover",
        &[PYTHON, include_str!("../../drivers/http_client.py")],
    ),
    python(
        "httpx",
        &HTTP1,
        "socket-check",
        &[PYTHON_ASYNC, include_str!("../../drivers/httpx.py")],
    ),
    node(
        "ioredis",
        &RESP,
        "shared-channel+tombstone+drop-unasked+retry-always+retry-until-answered",
        &[NODE, include_str!("../../drivers/ioredis.js")],
    ),
    built("isahc", &HTTP1, "resync+no-idle-check+retry-when-reused"),
    script(
        "java-url-connection",
        &HTTP1,
        "resync+no-idle-check+retry-always+eof-is-end",
        Program::Java("UrlConnection"),
        &[],
    ),
    script(
        "java-http-client",
        &HTTP1,
        "head-timeout",
        Program::Java("HttpClientDriver"),
        &[],
    ),
    node(
        "memjs",
        &MEMCACHED,
        "shared-channel+match-by-id+retry-on-timeout+retry-twice",
        &[NODE, include_str!("../../drivers/memjs.js")],
    ),
    script(
        "net-http",
        &HTTP1,
        "end-check+keep-on-cancel+eof-is-end+retry-always+retry-on-timeout+retry-idempotent",
        Program::Ruby,
        &[RUBY, include_str!("../../drivers/net_http.rb")],
    ),
    node(
        "node-fetch",
        &HTTP1,
        "careful",
        &[NODE, include_str!("../../drivers/node_fetch.js")],
    ),
    node(
        "node-http",
        &HTTP1,
        "careful",
        &[NODE, include_str!("../../drivers/node_http.js")],
    ),
    ipc(
        "node-ipc-fifo",
        "shared-channel+any-order+drop-unasked",
        &[NODE, "const mode = 'fifo';\n", NODE_IPC],
    ),
    ipc(
        "node-ipc-fifo-drop",
        "shared-channel+any-order+drop-unasked+no-idle-check+keep-on-timeout+keep-on-cancel",
        &[NODE, "const mode = 'fifo-drop';\n", NODE_IPC],
    ),
    ipc(
        "node-ipc-fifo-tombstone",
        "shared-channel+any-order+drop-unasked+tombstone",
        &[NODE, "const mode = 'fifo-tombstone';\n", NODE_IPC],
    ),
    ipc(
        "node-ipc-ids",
        "shared-id-keep",
        &[NODE, "const mode = 'ids';\n", NODE_IPC],
    ),
    ipc(
        "node-ipc-leaky",
        "shared-channel+any-order+broadcast+drop-unasked+no-idle-check+keep-on-timeout+keep-on-cancel",
        &[NODE, "const mode = 'leaky';\n", NODE_IPC],
    ),
    python(
        "pymemcache",
        &MEMCACHED,
        "keep-on-cancel+check-echo+no-idle-check",
        &[PYTHON, include_str!("../../drivers/pymemcache.py")],
    ),
    python(
        "pymogilefs",
        &MOGILEFS,
        "single-use+eof-is-end",
        &[PYTHON, include_str!("../../drivers/pymogilefs.py")],
    ),
    python(
        "python-memcached",
        &MEMCACHED,
        "keep-on-cancel-unchecked",
        &[PYTHON, include_str!("../../drivers/python_memcached.py")],
    ),
    redis_py(
        "redis-py",
        "no-idle-check+retry-until-answered+retry-always+retry-on-timeout",
    ),
    redis_py("redis-py-4.5.1", "keep-on-cancel-unchecked"),
    redis_py("redis-py-4.5.3", "keep-on-cancel-unchecked"),
    redis_py("redis-py-4.5.5", "no-idle-check"),
    python(
        "requests",
        &HTTP1,
        "socket-check+drop-leftover",
        &[PYTHON, include_str!("../../drivers/requests.py")],
    ),
    node(
        "undici",
        &HTTP1,
        "careful",
        &[NODE, include_str!("../../drivers/undici.js")],
    ),
    built("ureq-3.0", &HTTP1, "socket-check"),
    python(
        "xmlrpc",
        &HTTP1,
        "no-idle-check+drop-leftover+retry-always",
        &[PYTHON, include_str!("../../drivers/xmlrpc.py")],
    ),
    rust(
        "async-memcached-0.3",
        &MEMCACHED,
        "keep-on-cancel-unchecked",
    ),
    rust("async-memcached-0.9", &MEMCACHED, "no-idle-check"),
    rust("curl", &HTTP1, "resync+no-idle-check+retry-when-reused"),
    rust("redis-0.23", &RESP, "keep-on-cancel-unchecked"),
    rust("redis-1.8", &RESP, "shared-tombstone"),
    rust("reqwest", &HTTP1, "careful"),
    rust("ureq-2.12", &HTTP1, "socket-check"),
    rust("ureq-3.5", &HTTP1, "socket-check-resync"),
];

impl ReplayClient {
    /// What starts its driver; the address and the limit are still to be added.
    ///
    /// # Errors
    /// [`Failure::Absent`], with what to do, and [`Failure::Broken`] when it is there and cannot be run.
    pub(crate) fn command(&self) -> Result<Prepared, Failure> {
        let prepared = match &self.program {
            Program::Beside => match beside(self.name) {
                Some(program) => Prepared::ours(program),
                None => Err(self.is_absent("it is not beside this program")),
            },
            Program::Built => installed::built(self.name),
            Program::Python { own: true } => installed::python_of(self.name),
            Program::Python { own: false } => installed::python(),
            Program::Node => installed::node(),
            Program::Java(class) => installed::java(class),
            Program::Ruby => installed::ruby(),
            Program::Command(words) => Prepared::of_command(words),
        };
        let flag = match &self.program {
            Program::Python { .. } => Some("-c"),
            Program::Node | Program::Ruby => Some("-e"),
            _ => None,
        };
        let mut prepared = prepared.map_err(|failure| match failure {
            Failure::Absent(why) if !matches!(self.program, Program::Beside) => {
                self.is_absent(&why)
            }
            other => other,
        })?;
        if let Some(flag) = flag {
            prepared.command.arg(flag).arg(self.source.concat());
        }
        Ok(prepared)
    }

    /// What its driver may do: connect to the server. One that asks in batches listens as well, as the second server.
    pub(crate) fn network(&self, server: u16) -> Network {
        match self.has_batches {
            true => Network::All,
            false => Network::Ports(Vec::new(), vec![server]),
        }
    }

    /// How it is had, where it is not.
    pub(crate) fn is_absent(&self, why: &str) -> Failure {
        let name = self.name;
        Failure::Absent(match self.program {
            Program::Beside => format!("{why}; build it with `cargo build --release -p clients`"),
            Program::Command(_) => why.to_owned(),
            _ => format!("{why}; install it with `peers/install {name}`"),
        })
    }
}

/// A client of the user's: `command` is split into words as a shell would. It is kept for ever, as those of [`CLIENTS`]
/// are.
///
/// # Errors
/// When it is no command, or there is no such protocol.
pub fn of_command(command: &str, protocol: &str) -> Result<&'static ReplayClient, String> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    let words =
        words.ok_or_else(|| format!("{command:?} is no command: is a quote not closed?"))?;
    let mut protocols = PROTOCOLS.iter();
    let Some(protocol) = protocols.find(|one| one.name == protocol) else {
        let known: Vec<_> = PROTOCOLS.iter().map(|one| one.name).collect();
        return Err(format!(
            "there is no protocol {protocol:?} here; there are {}",
            known.join(", ")
        ));
    };
    let words = words.into_iter().map(OsString::from).collect();
    let client = script("cmd", protocol, "", Program::Command(words), &[]);
    Ok(Box::leak(Box::new(client.with_batches())))
}

/// A program in the folder of this one, or in that above it, where a test's is.
fn beside(name: &str) -> Option<PathBuf> {
    let here = env::current_exe().ok()?;
    let mut folders = here.ancestors().skip(1).take(2);
    // No crate, and so no program of cargo, has a dot in its name.
    let program = name.replace('.', "-");
    folders.find_map(|folder| {
        let path = folder.join(&program);
        path.is_file().then_some(path)
    })
}
