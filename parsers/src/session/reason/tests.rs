// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::session::Schedule;

fn reason(quirks: &str, schedule: &str) -> Reason {
    let quirks = Quirks::named(quirks).unwrap();
    Reason::of(quirks, &Schedule::parse(schedule).unwrap().events).unwrap()
}

fn smallest(quirks: &str, schedule: &str) -> (String, String) {
    let small = reason(quirks, schedule).minimise();
    (
        small.signature().to_string(),
        Schedule::of(small.events).to_string(),
    )
}

#[test]
fn what_does_not_matter_is_left_out() {
    let (signature, schedule) = smallest(
        "keep-on-timeout+keep-on-cancel+retry-always+eof-is-end",
        "c1 send z k3 ; srv k3 reply z ; c1 recv z<-z ; c1 send a k3 ; c1 cancel a ; \
         c1 send b k3 ; c0 send y k5 ; srv k3 reply a ; srv k5 reply y ; c1 recv b<-",
    );
    assert_eq!(
        signature,
        "session/wrong-once/late-reply/quirks:keep-on-cancel"
    );
    let shortest = "c0 send a k0 ; c0 cancel a ; c0 send b k0 ; srv k0 reply a ; c0 recv b<-a";
    assert_eq!(schedule, shortest);
}

#[test]
fn a_quirk_that_only_order_needs_is_left_out() {
    // The idle check would see the reply before b is sent; it does not see it after.
    let (signature, _) = smallest(
        "keep-on-cancel+no-idle-check",
        "c0 send a k0 ; c0 cancel a ; srv k0 reply a ; c0 send b k0 ; c0 recv b<-",
    );
    assert_eq!(
        signature,
        "session/wrong-once/late-reply/quirks:keep-on-cancel"
    );
}

#[test]
fn classes_say_how_a_reply_came() {
    for (class, quirks, schedule) in [
        (
            "surplus-reply",
            "no-idle-check",
            "c0 send a k0 ; srv k0 coalesced a ! ; c0 recv a<- ; c0 send b k0 ; c0 recv b<-",
        ),
        (
            "cut-reply",
            "partial-is-reply",
            "c0 send a k0 ; srv k0 half a ; c0 recv a<-",
        ),
        (
            "reordered-reply",
            "shared-order-any",
            "c0 send a k0 ; c1 send b k0 ; srv k0 reorder b ; c0 recv a<-",
        ),
        (
            "crossed-reply",
            "shared-broadcast",
            "c0 send a k0 ; c1 send b k0 ; srv k0 reply a ; c1 recv b<-",
        ),
        (
            "repeated-request",
            "retry-always",
            "c0 send a k0 ; srv k0 die a ; c0 resend a k1 ; srv k1 reply a",
        ),
    ] {
        assert_eq!(reason(quirks, schedule).class.word(), class, "{schedule}");
    }
}

#[test]
fn rules_are_those_of_the_quirks_and_of_the_oracle() {
    let small = reason(
        "retry-twice",
        "c0 send a k0 ; srv k0 die a ; c0 resend a k1 ; srv k1 die a ; c0 resend a k2 ; srv k2 die a",
    );
    let rules: Vec<_> = small.rules().iter().map(|rule| rule.id).collect();
    assert_eq!(rules, ["session/retry", "session/retry-of-retry"]);
}

#[test]
fn what_is_idempotent_may_be_carried_out_twice() {
    let quirks = Quirks::named("retry-always").unwrap();
    let schedule =
        "c0 send a k0 idempotent ; srv k0 die a ; c0 resend a k1 ; srv k1 reply a ; c0 recv a<-a";
    let read = Schedule::parse(schedule).unwrap();
    assert_eq!(read.to_string(), schedule);
    assert_eq!(Reason::of(quirks, &read.events), None);
    let other = Schedule::parse(&schedule.replace(" idempotent", "")).unwrap();
    let verdict = Reason::of(quirks, &other.events).unwrap().verdict;
    assert_eq!(verdict, SessionVerdict::Duplicated);
}
