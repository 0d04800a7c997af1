//! How many states the sessions of each policy have, how long they take to explore, and the shortest
//! schedule that ends in a defect.
//!
//! `cargo bench -p misframe-parsers --bench sessions [-- REQUESTS]`, two clients and two connections.

use std::time::Instant;

use parsers::session::{Bound, POLICIES, Schedule, SessionOracles, explore};

fn main() {
    let numbers = std::env::args().filter_map(|word| word.parse().ok());
    let given: Vec<u8> = numbers.collect();
    let rounds = if given.is_empty() { vec![2, 3] } else { given };
    for requests in rounds {
        let bound = Bound {
            requests,
            ..Bound::default()
        };
        println!(
            "== 2 clients, 2 connections, {requests} requests each, 2 faults, 1 surplus reply"
        );
        for named in POLICIES {
            let before = Instant::now();
            let found = explore(&named.policy(), &bound, &SessionOracles::ALL);
            let took = before.elapsed().as_secs_f64() * 1000.0;
            let outcome = match (&found.defect, found.is_complete) {
                (Some(defect), _) => format!(
                    "{} in {} events: {}",
                    defect.verdict.word(),
                    defect.events.len(),
                    Schedule::of(defect.events.clone())
                ),
                (None, true) => "clean".to_owned(),
                (None, false) => "clean so far".to_owned(),
            };
            let (name, states) = (named.name, found.states);
            println!("{name:<26}{states:>9} states {took:>9.1} ms  {outcome}");
        }
    }
}
