//! What is declared of each server and proxy: one file in `peers/lab/`, and one line here.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use parsers::Family;
use parsers::http1::REQUEST;
use serde::Deserialize;

/// On which side of a hop a server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopSide {
    /// It forwards what it reads.
    Front,
    /// It answers what it reads.
    Back,
    /// It forwards what it reads, with a configuration of which a policy of [`parsers::hop`] says what it does.
    Hop,
}

impl HopSide {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Back => "back",
            Self::Hop => "hop",
        }
    }
}

/// A server or proxy that can be started.
#[derive(Debug)]
pub struct Server {
    /// Its name, kebab-case, unique in its kind.
    pub name: &'static str,
    /// On which side of a hop it stands.
    pub kind: HopSide,
    /// What its file says.
    pub declared: ServerFile,
    /// Its version, once it has been asked.
    pub(super) version: OnceLock<String>,
}

impl Server {
    /// The family of the messages that it reads.
    pub fn family(&self) -> &'static Family {
        &REQUEST
    }
}

/// What the file of a server says. In commands and files, `{dir}` is the scratch folder, `{port}` where to
/// listen, `{upstream}` the port to forward to, `{log}` the file in which a back writes what it sees,
/// `{python}` the Python of the installed peers, and `{installed}` their folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerFile {
    /// An SPDX expression.
    pub licence: String,
    /// A command that prints a text with the version as its first number with a dot.
    pub version: String,
    /// What a front puts into each head that it forwards; empty for `X-Front: ` and its name.
    #[serde(default)]
    pub mark: String,
    /// What a hop does: a policy of [`parsers::hop`], or quirks joined by `+`.
    #[serde(default)]
    pub policy: String,
    /// How a hop reads where it does not as the strict parser: leniencies and restrictions joined by `,`.
    #[serde(default = "strict")]
    pub reader: String,
    /// A command that runs before, such as a compiler.
    #[serde(default)]
    pub prepare: Option<String>,
    /// A command that runs until it is ended.
    pub start: String,
    /// Debian packages that `peers/install` installs.
    #[serde(default)]
    pub apt: String,
    /// PyPI packages that `peers/install` installs.
    #[serde(default)]
    pub pypi: String,
    /// npm packages that `peers/install` installs.
    #[serde(default)]
    pub npm: String,
    /// PyPI packages that `peers/install` installs apart from all others.
    #[serde(default)]
    pub venv: String,
    /// A command by which `peers/install` builds what it has installed.
    #[serde(default)]
    pub build: String,
    /// Variables of its environment.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Why it has to run as root where this process does, and is to become another user by itself; empty for one that
    /// runs as nobody.
    #[serde(default)]
    pub needs_root: String,
    /// Paths outside its scratch folder, the system's folders and its own that it has to read, each with the reason.
    #[serde(default)]
    pub reads: BTreeMap<String, String>,
    /// Paths outside its scratch folder that it has to write, each with the reason.
    #[serde(default)]
    pub writes: BTreeMap<String, String>,
    /// Why it has to connect to other ports than that of the upstream; empty for one that need not.
    #[serde(default)]
    pub needs_network: String,
    /// The programs in [`SOURCES`] that it runs, written to the scratch folder.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Files that are written to the scratch folder.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

fn strict() -> String {
    "strict".to_owned()
}

macro_rules! declare {
    ($folder:literal $kind:expr, [$($name:literal)*]) => {
        &[$(($name, $kind, include_str!(concat!("../../lab/", $folder, "/", $name, ".toml")))),*]
    };
}

type Text = (&'static str, HopSide, &'static str);

const FRONTS: &[Text] = declare!("front" HopSide::Front, [
    "apache2"
    "caddy"
    "envoy"
    "go-reverse-proxy"
    "h2o"
    "haproxy"
    "lighttpd"
    "mitmproxy"
    "nghttpx"
    "nginx"
    "nginx-mainline"
    "privoxy"
    "squid"
    "tinyproxy"
    "traefik"
    "trafficserver"
    "varnish"
]);

const BACKS: &[Text] = declare!("back" HopSide::Back, [
    "aiohttp"
    "bjoern"
    "bun"
    "cheroot"
    "daphne"
    "fasthttp"
    "gevent"
    "go-net-http"
    "granian"
    "gunicorn"
    "hypercorn"
    "jdk"
    "jetty"
    "libevent"
    "libmicrohttpd"
    "mojolicious"
    "node"
    "php"
    "puma"
    "sanic"
    "starman"
    "tomcat"
    "tornado"
    "twisted"
    "uvicorn-h11"
    "uvicorn-httptools"
    "uwsgi"
    "waitress"
    "webrick"
]);

const HOPS: &[Text] = declare!("hop" HopSide::Hop, [
    "apache2-default"
    "apache2-upgrade"
    "haproxy-default"
    "haproxy-pool"
    "haproxy-retry"
    "lighttpd-default"
    "lighttpd-upgrade"
    "nginx-default"
    "nginx-pool"
    "nginx-retry"
    "nginx-upgrade"
    "squid-default"
    "squid-upgrade"
    "varnish-default"
    "varnish-pipe"
]);

macro_rules! sources {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../lab/echo/", $name)))),*]
    };
}

/// The programs of backs, by name.
pub(crate) const SOURCES: &[(&str, &str)] = sources![
    "Echo.java"
    "JdkApp.java"
    "JettyApp.java"
    "TomcatApp.java"
    "aiohttp_app.py"
    "app.psgi"
    "asgi.py"
    "bjoern_app.py"
    "bun.js"
    "config.ru"
    "echo.h"
    "echo.py"
    "echo.rb"
    "gevent_app.py"
    "libevent.c"
    "microhttpd.c"
    "mojolicious.pl"
    "node.js"
    "php.php"
    "sanic_app.py"
    "tornado_app.py"
    "twisted_app.py"
    "webrick_app.rb"
    "wsgi.py"
];

/// Every server: the fronts, then the backs, then the hops, by name.
pub fn servers() -> &'static [Server] {
    static SERVERS: OnceLock<Vec<Server>> = OnceLock::new();
    SERVERS.get_or_init(|| {
        let texts = FRONTS.iter().chain(BACKS).chain(HOPS);
        // That each is right is tested.
        let parsed = texts.filter_map(|(name, kind, text)| {
            let declared = toml::from_str(text).ok()?;
            let kind = *kind;
            Some(Server {
                name,
                kind,
                declared,
                version: OnceLock::new(),
            })
        });
        parsed.collect()
    })
}

/// The server of this kind and name.
///
/// # Errors
/// When there is none, with those that there are.
pub fn named(kind: HopSide, name: &str) -> Result<&'static Server, String> {
    let mut of_kind = servers().iter().filter(|server| server.kind == kind);
    of_kind
        .clone()
        .find(|server| server.name == name)
        .ok_or_else(|| {
            let names: Vec<_> = of_kind.by_ref().map(|server| server.name).collect();
            let word = kind.word();
            format!("no such {word}: {name}; there are: {}", names.join(", "))
        })
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use parsers::hop::{HopPolicy, HopReader};

    use super::*;

    #[test]
    fn each_file_is_well_formed_and_in_order() {
        for list in [FRONTS, BACKS, HOPS] {
            assert!(list.is_sorted_by_key(|(name, ..)| name));
            for (name, kind, text) in list {
                let declared: ServerFile =
                    toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
                for source in &declared.sources {
                    assert!(SOURCES.iter().any(|(known, _)| known == source), "{name}");
                }
                assert_eq!(kind == &HopSide::Hop, !declared.policy.is_empty(), "{name}");
                if *kind == HopSide::Hop {
                    assert!(HopPolicy::named(&declared.policy).is_ok(), "{name}");
                    assert!(HopReader::named(&declared.reader).is_ok(), "{name}");
                }
                for command in [&declared.version, &declared.start] {
                    assert!(shlex::split(command).is_some_and(|words| !words.is_empty()));
                }
            }
        }
        assert_eq!(servers().len(), FRONTS.len() + BACKS.len() + HOPS.len());
    }

    #[test]
    fn all_that_lies_in_the_folders_is_declared() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lab");
        let listed = |below: &str| {
            let entries = std::fs::read_dir(format!("{folder}/{below}")).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name());
            let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
            names.sort();
            names
        };
        let files = |texts: &[Text]| -> Vec<_> {
            let names = texts.iter().map(|(name, ..)| format!("{name}.toml"));
            let mut names: Vec<_> = names.collect();
            names.sort();
            names
        };
        assert_eq!(listed("front"), files(FRONTS));
        assert_eq!(listed("back"), files(BACKS));
        assert_eq!(listed("hop"), files(HOPS));
        let mut sources: Vec<_> = SOURCES.iter().map(|(name, _)| *name).collect();
        sources.sort_unstable();
        assert_eq!(listed("echo"), sources);
    }
}
