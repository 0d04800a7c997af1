//! The same done for each of many, several at a time.

use std::collections::BTreeMap;
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
    let queue = Mutex::new(items.into_iter().enumerate());
    let taken = thread::scope(|scope| {
        let (sender, done) = channel();
        for _ in 0..at_a_time {
            let (sender, queue, act) = (sender.clone(), &queue, &act);
            scope.spawn(move || {
                loop {
                    // Who panics with it has taken nothing.
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((nth, item)) = next else { return };
                    if sender.send((nth, act(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut turn, mut early) = (0, BTreeMap::new());
        for (nth, result) in done {
            early.insert(nth, result);
            while let Some(result) = early.remove(&turn) {
                take(result)?;
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
    use std::sync::atomic::{AtomicUsize, Ordering};
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
            // With one at a time, what came before is done; that it is handed over is up to who waits for it.
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
        let refused = in_turn(
            1,
            (0..10_000).collect(),
            |nth: usize| {
                begun.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(nth.min(1) as u64));
            },
            |_| anyhow::bail!("no room"),
        );
        assert_eq!(refused.unwrap_err().to_string(), "no room");
        assert!(begun.into_inner() < 10_000);
    }
}
