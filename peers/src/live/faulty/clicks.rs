//! One click, several POSTs: what a client makes of a worker that dies of its request, counted by the server.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::script::Script;
use crate::Failure;
use crate::confine::{Confined, User, find};

/// The server's side.
const SOURCE: &str = include_str!("../../../lab/faulty/cluster.js");
/// How many workers the cluster has.
pub const WORKERS: usize = 4;
/// How long the cluster may take to start.
const START: Duration = Duration::from_secs(20);
/// How long a client may take to send its POST.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long nothing has to happen after that.
const QUIET: Duration = Duration::from_secs(3);

/// A client that sends one POST.
#[derive(Debug)]
pub struct Clicker {
    /// The name of its program, and by which it is installed.
    pub name: &'static str,
    /// Its commands; `{url}` is the address of the cluster, `{dir}` a folder of its own.
    words: &'static [&'static str],
    /// What lies in that folder.
    files: &'static [(&'static str, &'static str)],
    /// Where it writes besides, with the reason.
    writes: &'static [(&'static str, &'static str)],
}

/// What keeps Firefox from asking any other server.
const FIREFOX: &str = include_str!("../../../lab/faulty/firefox.js");

/// All of them. What is asked before the POST makes the connection one that was used before.
pub static CLICKERS: &[Clicker] = &[
    Clicker {
        name: "chromium",
        words: &[
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-proxy-server",
            "--user-data-dir={dir}/profile",
            "--timeout=4000",
            "--virtual-time-budget=4000",
            "--dump-dom",
            "{url}/",
        ],
        files: &[],
        writes: &[],
    },
    Clicker {
        name: "curl",
        words: &[
            "--silent",
            "--noproxy",
            "*",
            "{url}/before",
            "--next",
            "--silent",
            "--noproxy",
            "*",
            "--data",
            "item=1",
            "{url}/order",
        ],
        files: &[],
        writes: &[],
    },
    Clicker {
        name: "firefox-esr",
        words: &["--headless", "--no-remote", "--profile", "{dir}", "{url}/"],
        files: &[("user.js", FIREFOX)],
        writes: &[("/dev/shm", "its processes share memory there")],
    },
];

/// What the server saw of one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clicked {
    /// How many POSTs it carried out.
    pub posts: usize,
    /// How many of its [`WORKERS`] died.
    pub died: usize,
}

impl Clicker {
    /// Its version, asked of itself.
    ///
    /// # Errors
    /// [`Failure::Absent`] with what installs it.
    pub fn version(&self) -> Result<String, Failure> {
        let name = self.name;
        let found = find(name.as_ref(), User::confined(), []);
        let program = found.map_err(|failure| match failure {
            Failure::Absent(why) => {
                Failure::Absent(format!("{why}; install it with `peers/install {name}`"))
            }
            other => other,
        })?;
        Confined::new().version_of(&program, &["--version"])
    }
}

/// Lets the client send one POST to a cluster run by the Node.js at `node`, of which each worker dies of it, or
/// answers 500.
///
/// # Errors
/// Where one of both cannot be started, or does not end.
pub fn click(node: &Path, clicker: &Clicker, dies: bool) -> Result<Clicked, Failure> {
    let workers = WORKERS.to_string();
    let how = if dies { "die" } else { "answer" };
    let words = ["{dir}/cluster.js", &workers, how];
    let mut cluster = Script::start("cluster", node, &words, &[("cluster.js", SOURCE)], [])?;
    let mut heard = Vec::new();
    if !cluster.hear_until(START, &mut heard, |event| event["event"] == "listening")? {
        return Err(Failure::Hang);
    }
    let port = heard.last().and_then(|event| event["port"].as_u64());
    let url = format!("http://127.0.0.1:{}", port.unwrap_or(0));
    let words: Vec<_> = clicker
        .words
        .iter()
        .map(|word| word.replace("{url}", &url))
        .collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let program = Path::new(clicker.name);
    let writes = clicker.writes.iter().map(|(path, _)| Path::new(*path));
    let mut client = Script::start(clicker.name, program, &words, clicker.files, writes)?;
    let until = Instant::now() + PATIENCE;
    loop {
        let has_posted = heard.iter().any(|event| event["event"] == "post");
        match cluster.hear(QUIET)? {
            Some(event) => heard.push(event),
            // A browser need not end by itself.
            None if has_posted || client.has_ended() => break,
            None if Instant::now() < until => {}
            None => return Err(Failure::Hang),
        }
    }
    drop(client);
    while let Some(event) = cluster.hear(QUIET)? {
        heard.push(event);
    }
    let of = |word: &'static str| heard.iter().filter(move |event| event["event"] == word);
    let dead: BTreeSet<u64> = of("died")
        .filter_map(|event: &Value| event["worker"].as_u64())
        .collect();
    Ok(Clicked {
        posts: of("post").count(),
        died: dead.len(),
    })
}

/// The Node.js that runs the cluster: the newest that is installed.
///
/// # Errors
/// [`Failure::Absent`] with what installs one.
pub fn node() -> Result<std::path::PathBuf, Failure> {
    let newest = super::mixup::NODES.last();
    let absent = || Failure::Absent("there is no Node.js".to_owned());
    newest.ok_or_else(absent)?.program()
}
