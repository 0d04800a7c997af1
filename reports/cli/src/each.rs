//! The same done for each of many, several at a time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError};
use std::thread;

use peers::live;

/// Does something for each, so many at a time; the results are in order.
pub fn each<T: Send, R: Send>(
    at_a_time: usize,
    items: Vec<T>,
    act: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut results = Vec::with_capacity(items.len());
    let all = in_turn(at_a_time, items, act, |result| {
        results.push(result);
        Ok(())
    });
    // What is pushed is taken.
    debug_assert!(all.is_ok());
    results
}

/// Does something for each, so many at a time, and hands over the results in order, each as soon as those before it are
/// there.
///
/// # Errors
/// That of the first result that is not taken; what was not begun by then is not done.
pub fn in_turn<T: Send, R: Send>(
    at_a_time: usize,
    items: Vec<T>,
    act: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let items: Vec<_> = items.into_iter().map(place).collect();
    let results: Vec<_> = items.iter().map(|_| Mutex::new(None)).collect();
    let act = |nth: usize| {
        if let Some(item) = items.get(nth).and_then(taken) {
            let result = act(item);
            if let Some(place) = results.get(nth) {
                place
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .replace(result);
            }
        }
    };
    let mut take = |nth: usize| match results.get(nth).and_then(taken) {
        Some(result) => take(result),
        None => Ok(()),
    };
    in_order(at_a_time, items.len(), &act, &mut take)
}

fn place<T>(item: T) -> Mutex<Option<T>> {
    Mutex::new(Some(item))
}

fn taken<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Does `act` for each number below `count`, so many at a time, and then `take`, in order. It is not generic: most of this
/// command's code would be copies of it.
fn in_order(
    at_a_time: usize,
    count: usize,
    act: &(dyn Fn(usize) + Sync),
    take: &mut dyn FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let next = AtomicUsize::new(0);
    let taken = thread::scope(|scope| {
        let (sender, done) = channel();
        for _ in 0..at_a_time {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let nth = next.fetch_add(1, Ordering::SeqCst);
                    if nth >= count {
                        return;
                    }
                    act(nth);
                    if sender.send(nth).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut turn, mut early) = (0, BTreeSet::new());
        for nth in done {
            early.insert(nth);
            while early.remove(&turn) {
                take(turn)?;
                turn += 1;
            }
        }
        Ok(())
    });
    // Whoever has interrupted this sees to the rest.
    live::wait_if_ending();
    taken
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::sync::Barrier;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_are_in_order_whoever_is_done_first() {
        let both = Barrier::new(2);
        let second_is_done = Barrier::new(2);
        let results = each(2, vec!["first", "second", "third"], |word| {
            match word {
                "first" => {
                    both.wait();
                    second_is_done.wait();
                }
                "second" => {
                    both.wait();
                }
                _ => {
                    second_is_done.wait();
                }
            }
            word.len()
        });
        assert_eq!(results, [5, 6, 5]);
    }

    #[test]
    fn what_is_done_is_handed_over_before_the_next_is() {
        let handed = AtomicUsize::new(0);
        let act = |nth: usize| {
            // With one at a time, what came before is done; the code that waits for it hands it over.
            while handed.load(Ordering::SeqCst) + 1 < nth {
                thread::yield_now();
            }
            nth
        };
        let taken = in_turn(1, (0..5).collect(), act, |nth| {
            assert_eq!(handed.fetch_add(1, Ordering::SeqCst), nth);
            Ok(())
        });
        taken.unwrap();
        assert_eq!(handed.into_inner(), 5);
    }

    #[test]
    fn nothing_is_begun_when_a_result_is_not_taken() {
        let begun = AtomicUsize::new(0);
        let rejected = in_turn(
            1,
            (0..10_000).collect(),
            |nth: usize| {
                begun.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(nth.min(1) as u64));
            },
            |_| anyhow::bail!("no room"),
        );
        assert_eq!(rejected.unwrap_err().to_string(), "no room");
        assert!(begun.into_inner() < 10_000);
    }
}
