// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::back::{self, Left, Log};
use super::client::{self, Timeouts, Trouble};
use super::front::{self, Canary, UnderstoodRequest};
use super::reader::{self, LiveReader, Patience};
use super::server::ServerFile;
use super::{HopSide, Recorder, Server, groups};
use crate::Failure;
use crate::shown::ConnectionFate;

const LIMITS: Timeouts = Timeouts {
    connect: Duration::from_millis(300),
    whole: Duration::from_millis(300),
};

/// A server of ours with a given behaviour for each connection.
struct Odd {
    port: u16,
    is_over: Arc<AtomicBool>,
}

impl Odd {
    fn start(act: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        let act = Arc::new(act);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::Acquire) {
                    return;
                }
                let act = Arc::clone(&act);
                thread::spawn(move || act(stream.unwrap()));
            }
        });
        Self { port, is_over }
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

fn read_some(stream: &mut TcpStream) {
    let mut piece = [0; 1024];
    let _ = stream.read(&mut piece);
}

fn slow(mut stream: TcpStream) {
    read_some(&mut stream);
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" {
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn silent(stream: TcpStream) {
    thread::sleep(Duration::from_secs(3));
    drop(stream);
}

/// What is not read when a connection is closed makes the kernel reset it.
fn resets(stream: TcpStream) {
    let mut one = [0];
    let _ = stream.peek(&mut one);
}

fn rubbish(mut stream: TcpStream) {
    read_some(&mut stream);
    let _ = stream.write_all(b"\x1b[31mSSH-2.0-\xff\x00 hello\r\n\r\n");
}

fn cut_short(mut stream: TcpStream) {
    read_some(&mut stream);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok");
}

fn floods(mut stream: TcpStream) {
    read_some(&mut stream);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n");
    while stream.write_all(&[b'a'; 1 << 16]).is_ok() {}
}

fn dead_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// That `act` comes to `expected` within `limit`, in one of a few tries: where much else goes on, a server of ours may
/// not get its turn before a limit passes.
fn comes_to<T: PartialEq + Debug>(expected: &T, limit: Duration, act: impl Fn() -> T) {
    let mut tried = Vec::new();
    for _ in 0..4 {
        let from = Instant::now();
        let seen = act();
        let took = from.elapsed();
        if seen == *expected && took < limit {
            return;
        }
        tried.push((seen, took));
    }
    panic!("not {expected:?} within {limit:?}: {tried:?}");
}

#[test]
fn whatever_a_server_does_has_a_name_and_ends_in_time() {
    let port = dead_port();
    assert_eq!(client::plain(port, "/", LIMITS), Err(Trouble::Dead(port)));
    let acts: [(fn(TcpStream), Trouble); 6] = [
        (slow, Trouble::Slow),
        (silent, Trouble::Silent),
        (resets, Trouble::Reset),
        (rubbish, Trouble::Rubbish),
        (cut_short, Trouble::Closed),
        (floods, Trouble::Slow),
    ];
    for (act, trouble) in acts {
        let odd = Odd::start(act);
        comes_to(&Err(trouble), Duration::from_secs(1), || {
            client::plain(odd.port, "/", LIMITS)
        });
    }
}

#[test]
fn what_an_odd_server_shows_is_known_in_time() {
    let port = dead_port();
    assert_eq!(
        LiveReader::at(port, LIMITS).err(),
        Some(Trouble::Dead(port))
    );
    let dead = LiveReader::unasked(port, LIMITS);
    assert_eq!(dead.read(b"GET", Patience::USUAL), Err(Trouble::Dead(port)));
    type Act = (fn(TcpStream), Trouble, Result<ConnectionFate, Trouble>);
    let acts: [Act; 6] = [
        (slow, Trouble::Slow, Err(Trouble::Slow)),
        (silent, Trouble::Silent, Ok(ConnectionFate::Open)),
        (resets, Trouble::Reset, Ok(ConnectionFate::Closed)),
        (rubbish, Trouble::Rubbish, Err(Trouble::Rubbish)),
        (cut_short, Trouble::Closed, Ok(ConnectionFate::Closed)),
        (floods, Trouble::Slow, Err(Trouble::Slow)),
    ];
    for (act, trouble, expected) in acts {
        let odd = Odd::start(act);
        comes_to(&Some(trouble), Duration::from_secs(1), || {
            LiveReader::at(odd.port, LIMITS).err()
        });
        let reader = LiveReader::unasked(odd.port, LIMITS);
        let expected = expected.map(|fate| (0, fate));
        comes_to(&expected, Duration::from_secs(5), || {
            let seen = reader.read(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", Patience::USUAL)?;
            let shown = seen.shown.unwrap();
            Ok((shown.taken, shown.fate))
        });
    }
}

/// Answers each empty line, and ends with the stream.
fn answers(mut stream: TcpStream) {
    let (mut received, mut answered) = (Vec::new(), 0);
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut piece) {
        received.extend_from_slice(piece.get(..count).unwrap());
        let ends = received.windows(4).filter(|four| four == b"\r\n\r\n");
        for _ in answered..ends.clone().count() {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
        answered = ends.count();
    }
}

#[test]
fn responses_show_how_many_requests_are_taken() {
    let odd = Odd::start(answers);
    let reader = LiveReader::at(odd.port, Timeouts::USUAL).unwrap();
    let shown = |input: &[u8]| {
        let seen = reader.read(input, Patience::LONG).unwrap();
        let shown = seen.shown.unwrap();
        (shown.taken, shown.fate, shown.told)
    };
    let whole = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".as_slice();
    let input = [whole, reader::canary()].concat();
    assert_eq!(shown(&input), (2, ConnectionFate::Open, None));
    let input = [whole, whole, reader::canary()].concat();
    assert_eq!(shown(&input), (3, ConnectionFate::Open, None));
    assert_eq!(
        shown(b"GET / HTTP/1.1\r\nHos"),
        (0, ConnectionFate::Open, None)
    );
}

#[test]
fn a_back_that_is_odd_is_left_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::new(folder.path().join("log"));
    let bursts = vec![b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()];
    let port = dead_port();
    assert_eq!(
        back::ask(port, &log, &bursts, |_| false),
        Err(Trouble::Dead(port))
    );
    let acts: [(fn(TcpStream), Left); 4] = [
        (silent, Left::Waits),
        (resets, Left::Closed),
        (rubbish, Left::Closed),
        (slow, Left::Answered),
    ];
    for (act, left) in acts {
        let odd = Odd::start(act);
        comes_to(&(0, left), Duration::from_secs(6), || {
            let saw = back::ask(odd.port, &log, &bursts, |_| false).unwrap();
            (saw.requests.len(), saw.left)
        });
    }
}

#[test]
fn a_front_that_is_odd_is_left_in_time() {
    let recorder = Recorder::start().unwrap();
    let port = dead_port();
    let recorded = front::record(port, &recorder, b"GET", Canary::SameWrite);
    assert_eq!(recorded, Err(Trouble::Dead(port)));
    for act in [slow, silent, resets, rubbish, floods] {
        let odd = Odd::start(act);
        for canary in Canary::BOTH {
            comes_to(&(0, false), Duration::from_secs(6), || {
                let recorded = front::record(odd.port, &recorder, b"GET", canary).unwrap();
                (recorded.connections.len(), recorded.canary_answered)
            });
        }
    }
}

/// The recorder stands for a front that forwards what it gets as it is.
#[test]
fn what_is_forwarded_is_recorded_to_the_byte() {
    let recorder = Recorder::start().unwrap();
    let input = b"POST /a HTTP/1.1\r\nX-Front: f\r\nContent-Length: 2\r\n\r\nab";
    let recorded = front::record(recorder.port(), &recorder, input, Canary::AfterResponse).unwrap();
    assert_eq!(recorded.status, Some(200));
    assert!(recorded.canary_answered);
    let bursts = vec![input.to_vec(), front::CANARY_REQUEST.to_vec()];
    assert_eq!(recorded.connections, [bursts]);
    let line = UnderstoodRequest {
        method: "POST".to_owned(),
        target: "/a".to_owned(),
    };
    assert_eq!(recorded.meant("X-Front: f"), [vec![line]]);
    assert!(!recorded.is_through("X-Front: f"));
    // What comes next belongs to the next recording.
    let recorded = front::record(recorder.port(), &recorder, b"GET", Canary::SameWrite).unwrap();
    let bursts = vec![[b"GET".as_slice(), front::CANARY_REQUEST].concat()];
    assert_eq!(recorded.connections, [bursts]);
}

#[test]
fn lines_of_a_log_are_taken_once_and_rubbish_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let log = Log::new(path.clone());
    let line = |port: u16| {
        format!(r#"{{"port":{port},"nth":1,"method":"GET","target":"/","length":0,"body":""}}"#)
    };
    let text = format!("{}\nrubbish\n{{\"port\":-1}}\n{}", line(7), line(8));
    std::fs::write(&path, text).unwrap();
    assert_eq!(log.take(7).len(), 1);
    assert!(log.take(7).is_empty());
    // The last line has not been ended.
    assert!(log.take(8).is_empty());
    let mut file = std::fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"\n").unwrap();
    assert_eq!(log.take_all().len(), 1);
}

/// A server of which `start` is a line of the shell.
fn server(version: &str, start: &str) -> &'static Server {
    let quoted = |script: &str| format!("sh -c {}", shlex::try_quote(script).unwrap());
    let declared = format!(
        "licence = \"MIT\"\nversion = '''\n{}'''\nstart = '''\n{}'''\n",
        quoted(version),
        quoted(start)
    );
    let mut declared: ServerFile = toml::from_str(&declared).unwrap();
    let own = std::env::current_exe().unwrap().display().to_string();
    declared.reads.insert(own, "some lines run it".to_owned());
    Box::leak(Box::new(Server {
        name: "odd",
        kind: HopSide::Back,
        declared,
        version: Default::default(),
    }))
}

#[test]
fn a_server_that_is_not_installed_is_absent_with_advice() {
    let absent = server("misframe-has-no-such-program", "true");
    let Err(Failure::Absent(why)) = absent.version() else {
        panic!("it is there");
    };
    assert!(
        why.ends_with("install it with `peers/install odd`"),
        "{why}"
    );
    assert!(matches!(absent.start(0), Err(Failure::Absent(_))));
    let mute = server("true", "true");
    assert!(matches!(mute.version(), Err(Failure::Broken(_))));
}

#[test]
fn a_server_that_ends_at_once_has_crashed_and_its_last_words_are_reported() {
    let crashes = server("echo 1.0", "echo no such option >&2; exit 3");
    let failure = crashes.start(0).err();
    assert_eq!(failure, Some(Failure::Crash("no such option".to_owned())));
}

#[test]
fn nothing_is_left_of_a_server_and_of_what_it_has_started() {
    let program = std::env::current_exe().unwrap();
    let program = program.to_str().unwrap();
    let script = format!(
        "sleep 1000 & trap '' TERM; exec {} --exact live::tests::answers_on_a_port --ignored",
        shlex::try_quote(program).unwrap()
    );
    let server = server("echo 1.0", &script);
    let running = server.start(0).unwrap();
    let group = i32::try_from(running.group()).unwrap();
    let log = running.log();
    assert!(groups::is_running(group));
    assert!(super::running().iter().any(|one| one.id == group));
    drop(running);
    assert!((0..400).any(|_| {
        thread::sleep(Duration::from_millis(10));
        !groups::is_running(group)
    }));
    assert!(!super::running().iter().any(|one| one.id == group));
    assert!(!log.parent().unwrap().exists());
}

#[test]
#[ignore = "it is a server: `nothing_is_left_of_a_server_and_of_what_it_has_started` starts it"]
fn answers_on_a_port() {
    let port: u16 = std::env::var("MISFRAME_PORT").unwrap().parse().unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    for stream in listener.incoming().flatten() {
        thread::spawn(|| answers(stream));
    }
}
