//! What must hold of every session, whatever the policy.

use super::event::{Event, Tag};
use super::oracle::{Fault, SessionOracles};
use super::policy::ClientPolicy;
use super::run::run;
use super::schedule::Schedule;
use super::walk::shorten;

/// Holds a session that was walked, whose requests are numbered as they were sent, against the laws.
///
/// # Errors
/// The one that is broken, in words.
pub fn hold(policy: &ClientPolicy, events: &[Event]) -> Result<(), String> {
    let schedule = Schedule::of(events.to_vec());
    let played = run(events, policy, &SessionOracles::ALL);
    let broken = |what: &str| Err(format!("{what} is broken: {policy:?}: {schedule}"));
    if played.stopped.is_some() {
        return broken("the law that what may follow happens");
    }
    let is_inherent = |fault: &Fault| matches!(fault, Fault::Inherent { .. });
    let surplus = events.iter().any(|event| match event {
        Event::Unsolicited { .. } => true,
        Event::Coalesced { second, .. } => *second == Tag::SURPLUS,
        _ => false,
    });
    if played.faults().any(is_inherent) && !surplus {
        return broken("the law that nothing is inherent without a surplus reply");
    }
    if events.is_empty() {
        return Ok(());
    }
    // Requests are named in the order of their tags, so names stand for the same tags again.
    match Schedule::parse(&schedule.to_string()) {
        Ok(read) if read.events == *events => {}
        _ => return broken("the law that a schedule reads as it is written"),
    }
    let short = shorten(events, policy);
    let again = run(&short, policy, &SessionOracles::ALL);
    if again.stopped.is_some() || again.verdict != played.verdict {
        return broken("the law that what is left out does not change the verdict");
    }
    Ok(())
}
