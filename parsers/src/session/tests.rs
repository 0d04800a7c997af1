use std::collections::{BTreeMap, BTreeSet};

use super::canonical::{Encoder, decode};
use super::enabled::enabled;
use super::policies::POLICIES;
use super::quirk::QUIRKS;
use super::quirk::abandonment::*;
use super::quirk::batch::*;
use super::quirk::channel::*;
use super::quirk::idle_check::*;
use super::quirk::leftover::*;
use super::quirk::matching::*;
use super::quirk::partial::*;
use super::quirk::retry::*;
use super::state::SessionState;
use super::step::step;
use super::*;

fn error(text: &str) -> String {
    Schedule::parse(text).unwrap_err().to_string()
}

#[test]
fn a_schedule_reads_as_it_is_written() {
    let text = "c0 send a k0 ; c0 timeout a ; c1 send late-one k0 ; srv k0 half a ; srv k0 rest a ; \
        srv k0 coalesced late-one ! ; srv k0 unsolicited ; c1 recv late-one<-a ; srv k0 die ; \
        c2 send c c63";
    assert!(Schedule::parse(text).is_err());
    let text = text.replace(
        "c63",
        "k63 ; srv k63 die c ; c2 resend c k1 ; c2 eof c ; c2 cancel c ; srv k1 reorder c",
    );
    let schedule = Schedule::parse(&text).unwrap();
    assert_eq!(schedule.to_string(), text);
    let lines = text.replace(" ; ", "\n  # why\n");
    assert_eq!(Schedule::parse(&lines).unwrap(), schedule);
}

#[test]
fn an_error_names_the_line_and_the_word() {
    for (text, begins) in [
        (
            "c0 send a k0\n\nc0 sned b k0",
            "line 3, word 2, \"sned\": a client does",
        ),
        (
            "c0 send a k0 ; srv k0 replay a",
            "line 1, word 7, \"replay\": a server does",
        ),
        (
            "c0 send a k0 ; srv k0 reply b",
            "line 1, word 8, \"b\": no request",
        ),
        ("c0 send a", "line 1, word 4: a connection is"),
        (
            "c0 send a k0 b",
            "line 1, word 5, \"b\": the step ends before it",
        ),
        (
            "c0 send a k0 ; c0 send a k1",
            "line 1, word 7, \"a\": it was sent before",
        ),
        ("c0 send k1 k0", "line 1, word 3, \"k1\": a request is"),
        (
            "c4 send a k0",
            "line 1, word 1, \"c4\": there are at most 4 clients",
        ),
        ("x0 send a k0", "line 1, word 1, \"x0\": a step begins with"),
        ("c0 send a k64", "line 1, word 4, \"k64\": a connection is"),
        (
            "c0 send a k0 ; c0 recv a",
            "line 1, word 7, \"a\": write `b<-a`",
        ),
        (
            "c0 send \x1b[2J k0",
            "line 1, word 3, \"\\u{1b}[2J\": a request is",
        ),
        ("# nothing\n", "line 1, word 1: there is no step"),
    ] {
        let said = error(text);
        assert!(said.starts_with(begins), "{text:?}: {said}");
    }
}

#[test]
fn ids_of_policies_and_quirks_are_kebab_case_and_unique() {
    let names = POLICIES.iter().map(|named| named.name);
    let mut known = BTreeSet::new();
    for name in names {
        assert!(known.insert(name), "{name}");
    }
    let mut ids = BTreeSet::new();
    for quirk in QUIRKS {
        assert!(ids.insert(quirk.id), "{}", quirk.id);
        assert!(!quirk.text.is_empty() && !quirk.source.is_empty());
    }
    for id in known.iter().chain(&ids) {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(id.bytes().all(fits), "{id}");
        assert!(ClientPolicy::named(id).is_ok(), "{id}");
    }
    // A name that is both is one quirk.
    for both in known.intersection(&ids) {
        let named = POLICIES.iter().find(|named| named.name == *both).unwrap();
        assert_eq!(ClientPolicy::named(both).unwrap(), named.policy());
    }
    assert_eq!(ClientPolicy::named("resync+kindness"), Err("kindness"));
}

#[test]
fn each_quirk_changes_the_careful_client_and_has_a_policy() {
    for quirk in QUIRKS {
        assert_ne!(
            ClientPolicy::of(&[quirk]),
            ClientPolicy::default(),
            "{}",
            quirk.id
        );
        let of = |named: &crate::core::policy::NamedPolicy<ClientPolicy>| {
            named.quirks.iter().any(|one| one.id == quirk.id)
        };
        assert!(POLICIES.iter().any(of), "{}", quirk.id);
    }
}

/// The states that are reached when nothing is called the same, and the least number of events after
/// which each sort of fault comes.
fn plainly(policy: &ClientPolicy, bound: &Bound) -> (BTreeSet<Vec<u8>>, BTreeMap<String, usize>) {
    let mut encoder = Encoder::default();
    let first = SessionState::new(usize::from(bound.clients));
    let mut known = BTreeSet::from([format!("{first:?}")]);
    let mut classes = BTreeSet::from([encoder.encode(&first, policy).to_vec()]);
    let mut faults = BTreeMap::new();
    let mut level = vec![first];
    for depth in 1.. {
        let mut below = Vec::new();
        for state in level {
            let mut events = Vec::new();
            enabled(&state, policy, bound, &mut events);
            for event in events {
                let (mut next, mut effects) = (state, Vec::new());
                if step(&mut next, policy, &event, &mut effects).is_err() {
                    continue;
                }
                for fault in effects.iter().filter_map(|e| SessionOracles::ALL.judge(e)) {
                    let sort = SessionVerdict::of([&fault]).word().to_owned();
                    faults.entry(sort).or_insert(depth);
                }
                let bytes = encoder.encode(&next, policy).to_vec();
                assert_eq!(encoder.encode(&turned(&next), policy), bytes, "{next:?}");
                // Names, not memory behind the end of a list.
                if known.insert(format!("{:?}", Plain(&next))) {
                    classes.insert(bytes);
                    below.push(next);
                }
            }
        }
        if below.is_empty() {
            break;
        }
        level = below;
    }
    (classes, faults)
}

/// The same state, with clients and connections the other way round, and other numbers.
fn turned(state: &SessionState) -> SessionState {
    let mut turned = *state;
    turned.clients.reverse();
    turned.connections.reverse();
    for connection in turned.connections.iter_mut() {
        connection.number += 7;
    }
    let waits = turned.clients.iter_mut();
    for wait in waits.flat_map(|client| client.waits.iter_mut()) {
        wait.connection = wait.connection.map(|number| number + 7);
    }
    turned
}

struct Plain<'a>(&'a SessionState);

impl std::fmt::Debug for Plain<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.0;
        for client in state.clients.iter() {
            write!(formatter, "{} {:?} ", client.issued, &*client.waits)?;
        }
        for one in state.connections.iter() {
            let flags = (
                one.number,
                one.client_is_open,
                one.server_is_open,
                one.is_reused,
                (one.is_out_of_step, one.has_surplus),
                one.half,
                one.buffered,
            );
            let lists = (&*one.expected, &*one.requests, &*one.replies);
            write!(formatter, "{flags:?} {lists:?} ")?;
        }
        let requests = (state.executed, state.idempotent);
        let budget = (state.faults, state.surplus, state.tags);
        write!(formatter, "{requests:?} {budget:?}")
    }
}

/// Exploration by classes of states misses nothing that plain exploration finds, and reaches exactly
/// the classes that there are. Within small bounds: plain states are many.
#[test]
fn states_that_are_called_the_same_behave_alike() {
    let bound = Bound {
        requests: 1,
        faults: 1,
        ..Bound::default()
    };
    for named in POLICIES {
        let policy = named.policy();
        let (classes, faults) = plainly(&policy, &bound);
        let found = explore(&policy, &bound, &SessionOracles::ALL);
        let name = named.name;
        if let Some(inherent) = &found.inherent {
            assert_eq!(
                faults.get("inherent"),
                Some(&inherent.events.len()),
                "{name}"
            );
        }
        let defects = faults.iter().filter(|(sort, _)| *sort != "inherent");
        let least = defects.map(|(_, depth)| *depth).min();
        let events = found.defect.as_ref().map(|defect| defect.events.len());
        assert_eq!(events, least, "{name}");
        if least.is_none() {
            assert_eq!(found.states, classes.len(), "{name}");
        }
        for class in &classes {
            let state = decode(class, usize::from(bound.clients));
            let again = Encoder::default().encode(&state, &policy).to_vec();
            assert_eq!(&again, class, "{name}");
        }
    }
}

#[test]
fn an_exploration_is_cut_off_by_memory() {
    let bound = Bound {
        memory: 1 << 15,
        ..Bound::default()
    };
    let found = explore(&ClientPolicy::default(), &bound, &SessionOracles::ALL);
    assert!(!found.is_complete && found.defect.is_none());
}

#[test]
fn the_same_exploration_is_the_same() {
    for named in POLICIES {
        let once = explore(&named.policy(), &Bound::default(), &SessionOracles::ALL);
        let again = explore(&named.policy(), &Bound::default(), &SessionOracles::ALL);
        assert_eq!(once.states, again.states);
        assert_eq!(once.defect, again.defect);
        assert_eq!(once.inherent, again.inherent);
    }
}

fn defect(policy: &ClientPolicy) -> Option<SessionVerdict> {
    let found = explore(policy, &Bound::default(), &SessionOracles::ALL);
    assert!(found.is_complete);
    found.defect.map(|defect| defect.verdict)
}

/// A way to break a cure.
type Break = (&'static str, fn(&mut ClientPolicy));

/// Each cure, with each way to break it. Every part of it is needed.
const CURES: &[(&str, &[Break])] = &[
    (
        "careful",
        &[
            ("a timeout keeps", |policy| {
                policy.on_timeout = Abandonment::Keep
            }),
            ("a cancellation keeps", |policy| {
                policy.on_cancel = Abandonment::Keep
            }),
            ("nothing is looked at", |policy| {
                policy.idle_check = IdleCheck::None
            }),
            ("memory is not looked at", |policy| {
                policy.idle_check = IdleCheck::Socket
            }),
            ("a part is accepted", |policy| {
                policy.partial = Partial::Take
            }),
            ("a part is accepted at the end", |policy| {
                policy.partial = Partial::TakeAtEof
            }),
            ("it sends again", |policy| policy.retry = Retry::Always),
            ("it sends again after a timeout", |policy| {
                policy.retry_on_timeout = true
            }),
            ("it looks for the end alone", |policy| {
                policy.idle_check = IdleCheck::End
            }),
            ("it sends again if reused", |policy| {
                policy.retry = Retry::WhenReused
            }),
        ],
    ),
    (
        "drain",
        &[
            ("a timeout keeps", |policy| {
                policy.on_timeout = Abandonment::Keep
            }),
            ("a cancellation keeps", |policy| {
                policy.on_cancel = Abandonment::Keep
            }),
        ],
    ),
    (
        "retry-idempotent",
        &[("it sends any request again", |policy| {
            policy.retry_idempotent = false
        })],
    ),
    (
        "head-timeout",
        &[("a timeout keeps", |policy| {
            policy.on_timeout = Abandonment::Keep
        })],
    ),
    (
        "retry-on-timeout-idempotent",
        &[("it sends any request again", |policy| {
            policy.retry_idempotent = false
        })],
    ),
    (
        "single-use",
        &[("a timeout keeps", |policy| {
            policy.on_timeout = Abandonment::Keep
        })],
    ),
    (
        "own-id",
        &[("no id is looked at", |policy| {
            policy.matching = Matching::Order
        })],
    ),
    (
        "keep-check-echo",
        &[("no echo is looked at", |policy| policy.check_echo = false)],
    ),
    (
        "batch",
        &[("the other reply stays", |policy| {
            policy.batch_leaves_others = true
        })],
    ),
    (
        "socket-check-resync",
        &[
            ("it goes on with a leftover", |policy| {
                policy.leftover = Leftover::Keep
            }),
            ("the socket is not looked at", |policy| {
                policy.idle_check = IdleCheck::None
            }),
        ],
    ),
    (
        "shared-close",
        &[("a timeout keeps", |policy| {
            policy.on_timeout = Abandonment::Keep
        })],
    ),
    (
        "shared-tombstone",
        &[
            ("a timeout leaves none", |policy| {
                policy.on_timeout = Abandonment::Keep
            }),
            ("a cancellation leaves none", |policy| {
                policy.on_cancel = Abandonment::Keep
            }),
            ("replies overtake", |policy| {
                policy.answers_in_any_order = true
            }),
            ("everyone hears", |policy| {
                policy.matching = Matching::Broadcast
            }),
        ],
    ),
    (
        "shared-tombstone-drop",
        &[
            ("a cancellation leaves no tombstone", |policy| {
                policy.on_cancel = Abandonment::Keep
            }),
            ("replies overtake", |policy| {
                policy.answers_in_any_order = true
            }),
        ],
    ),
    (
        "shared-id",
        &[
            ("no id is looked at", |policy| {
                policy.matching = Matching::Order
            }),
            ("everyone hears", |policy| {
                policy.matching = Matching::Broadcast
            }),
        ],
    ),
    (
        "shared-id-keep",
        &[("no id is looked at", |policy| {
            policy.matching = Matching::Order
        })],
    ),
];

#[test]
fn each_cure_is_clean_and_each_broken_one_is_found() {
    for (name, breaks) in CURES {
        let cure = ClientPolicy::named(name).unwrap();
        assert_eq!(defect(&cure), None, "{name}");
        for (how, change) in *breaks {
            let mut broken = cure;
            change(&mut broken);
            assert!(defect(&broken).is_some(), "{name}, but {how}");
        }
    }
}

#[test]
fn every_named_policy_without_a_defect_is_a_cure_that_is_broken_somewhere() {
    for named in POLICIES {
        let is_cure = CURES.iter().any(|(name, _)| *name == named.name);
        assert_eq!(defect(&named.policy()).is_none(), is_cure, "{}", named.name);
    }
}

#[test]
fn each_quirk_alone_is_a_defect_or_not() {
    let harmless: &[&policy::ClientQuirk] = &[
        &TOMBSTONE,
        &DROP_LEFTOVER,
        &DROP_UNASKED,
        &RESYNC,
        &MATCH_BY_ID,
        &CHECK_ECHO,
        &HEAD_TIMEOUT,
        &SINGLE_USE,
        &BATCH,
        &SHARED_CHANNEL,
        // No other client waits on the connection, nothing can overtake on it, and nothing is sent again.
        &BROADCAST,
        &ANY_ORDER,
        &RETRY_TWICE,
        &RETRY_THRICE,
        &RETRY_UNTIL_ANSWERED,
        &RETRY_IDEMPOTENT,
    ];
    for quirk in QUIRKS {
        let is_harmless = harmless.iter().any(|one| one.id == quirk.id);
        let found = defect(&ClientPolicy::of(&[quirk]));
        assert_eq!(found.is_none(), is_harmless, "{}: {found:?}", quirk.id);
    }
    // The others, each with what it does.
    for (quirk, verdict) in [
        (&KEEP_ON_TIMEOUT, SessionVerdict::WrongPersistently),
        (&KEEP_ON_CANCEL, SessionVerdict::WrongPersistently),
        (&NO_IDLE_CHECK, SessionVerdict::WrongPersistently),
        (&SOCKET_CHECK, SessionVerdict::WrongPersistently),
        (&END_CHECK, SessionVerdict::WrongPersistently),
        (&PARTIAL_IS_REPLY, SessionVerdict::Truncated),
        (&EOF_IS_END, SessionVerdict::Truncated),
        (&RETRY_WHEN_REUSED, SessionVerdict::Duplicated),
        (&RETRY_ALWAYS, SessionVerdict::Duplicated),
        (&RETRY_ON_TIMEOUT, SessionVerdict::Duplicated),
        (&BATCH_LEAVES_OTHERS, SessionVerdict::WrongPersistently),
    ] {
        assert_eq!(
            defect(&ClientPolicy::of(&[quirk])),
            Some(verdict),
            "{}",
            quirk.id
        );
    }
}

/// No defect is found among what no client can know, however much of it there is: one that is careful
/// and gets two surplus replies is never blamed.
#[test]
fn what_no_client_can_know_is_nobodys_defect() {
    let bound = Bound {
        surplus: 2,
        requests: 3,
        ..Bound::default()
    };
    for name in [
        "careful",
        "drain",
        "single-use",
        "shared-close",
        "shared-tombstone",
    ] {
        let found = explore(
            &ClientPolicy::named(name).unwrap(),
            &bound,
            &SessionOracles::ALL,
        );
        assert!(found.is_complete && found.defect.is_none(), "{name}");
        let inherent = found.inherent.unwrap();
        assert_eq!(inherent.verdict, SessionVerdict::Inherent, "{name}");
    }
    // With ids nothing is left that cannot be known.
    for name in ["own-id", "shared-id", "shared-id-keep", "keep-check-echo"] {
        let found = explore(
            &ClientPolicy::named(name).unwrap(),
            &bound,
            &SessionOracles::ALL,
        );
        assert!(found.inherent.is_none() && found.defect.is_none(), "{name}");
    }
}

fn verdict(policy: &str, schedule: &str) -> SessionVerdict {
    let schedule = Schedule::parse(schedule).unwrap();
    let policy = ClientPolicy::named(policy).unwrap();
    let run = run(&schedule.events, &policy, &SessionOracles::ALL);
    assert_eq!(run.stopped, None, "{schedule}");
    run.verdict
}

#[test]
fn what_others_close_ends_for_everyone_and_may_still_be_carried_out() {
    let closed = "c0 send a k0 ; c1 send b k0 ; c0 timeout a ;";
    let eof = format!("{closed} c1 eof b");
    assert_eq!(verdict("shared-close", &eof), SessionVerdict::NoAnswer);
    let policy = "shared-channel+retry-always";
    let late =
        format!("{closed} c1 resend b k1 ; srv k1 reply b ; srv k0 reply a ; srv k0 reply b");
    let late = late + " ; c1 recv b<-b";
    // The old channel is gone for the client, and not for the server.
    assert_eq!(verdict(policy, &late), SessionVerdict::Duplicated);
    // A client whose channel another has closed sees it end.
    let schedule = Schedule::parse(closed).unwrap();
    let mut state = SessionState::new(2);
    for event in &schedule.events {
        step(
            &mut state,
            &ClientPolicy::named("shared-close").unwrap(),
            event,
            &mut Vec::new(),
        )
        .unwrap();
    }
    let mut events = Vec::new();
    enabled(
        &state,
        &ClientPolicy::named("shared-close").unwrap(),
        &Bound::default(),
        &mut events,
    );
    let eof = Event::Eof {
        client: 1,
        tag: Tag(2),
    };
    assert!(events.contains(&eof), "{events:?}");
}

#[test]
fn nothing_is_inherent_where_nothing_is_surplus() {
    let bound = Bound {
        surplus: 0,
        ..Bound::default()
    };
    for named in POLICIES {
        let found = explore(&named.policy(), &bound, &SessionOracles::ALL);
        assert_eq!(found.inherent, None, "{}", named.name);
    }
}

#[test]
fn a_waiter_takes_only_the_reply_that_is_its_turn() {
    let both = "c0 send a k0 ; c1 send b k0 ; srv k0 reply a ; c1 recv b<-";
    let schedule = Schedule::parse(both).unwrap();
    let policy = ClientPolicy::named("shared-tombstone").unwrap();
    let run = run(&schedule.events, &policy, &SessionOracles::ALL);
    let why = step::EventRejection::Client("another reply is to be read before");
    assert_eq!(run.stopped.map(|(_, why)| why), Some(why));
}
