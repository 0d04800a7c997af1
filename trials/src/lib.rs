//! Tests that say when they did not run: they are reported as ignored, with the reason.
//!
//! A test that needs a program returns [`TrialRun`], and asks for what it needs before it begins. Where [`VARIABLE`] is set,
//! everything is said to be installed, and a test that misses something fails.

use std::any::Any;
use std::cell::RefCell;
use std::env;
use std::fmt::Display;
use std::panic::{self, AssertUnwindSafe};
use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// The environment variable that names the folder of the installed peers. Where it is set, nothing may be absent.
pub const VARIABLE: &str = "MISFRAME_PEERS";

/// Why a test did not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored(String);

/// What happens to a test that may not run. One that fails panics.
pub type TrialRun = Result<(), Ignored>;

impl Ignored {
    /// Something is not installed.
    ///
    /// # Panics
    /// Where everything is said to be installed.
    pub fn not_installed(why: impl Display) -> Self {
        let is_promised = env::var_os(VARIABLE).is_some();
        assert!(!is_promised, "{VARIABLE} is set, and yet: {why}");
        Self(why.to_string())
    }

    /// Something is left out by choice, even where everything else is installed.
    pub fn by_choice(why: impl Display) -> Self {
        Self(why.to_string())
    }
}

/// Asks for programs, each of which tells its version.
///
/// # Errors
/// With the first that is not there.
///
/// # Panics
/// When one is not there although everything is said to be installed.
pub fn needs(programs: &[&str]) -> TrialRun {
    let is_absent = |program: &&&str| {
        let mut command = Command::new(program);
        command.arg("--version").stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_err()
    };
    match programs.iter().find(is_absent) {
        Some(program) => Err(Ignored::not_installed(format!("needs {program}"))),
        None => Ok(()),
    }
}

/// What a test may return.
pub trait Outcome {
    /// The same, as the harness reports it.
    fn completion(self) -> Completion;
}

impl Outcome for () {
    fn completion(self) -> Completion {
        Completion::Completed
    }
}

impl Outcome for TrialRun {
    fn completion(self) -> Completion {
        match self {
            Ok(()) => Completion::Completed,
            // The report has one line for each test.
            Err(Ignored(why)) => Completion::ignored_with(why.replace(char::is_control, " ")),
        }
    }
}

/// A test with its name.
pub fn trial<O: Outcome>(
    name: impl Into<String>,
    test: impl FnOnce() -> O + Send + 'static,
) -> Trial {
    let run = || {
        LAST_PANIC.set(Some(String::new()));
        let outcome = panic::catch_unwind(AssertUnwindSafe(test));
        let said = LAST_PANIC.take().unwrap_or_default();
        match outcome {
            Ok(outcome) => Ok(outcome.completion()),
            Err(why) => Err(Failed::from(format!("{said}{}", words(&*why)))),
        }
    };
    Trial::ignorable_test(name, run)
}

thread_local! {
    /// In a thread that runs a test, where the last panic was. A test may catch panics of what it asks: they are no news.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The words of a panic that says something.
fn words(why: &dyn Any) -> &str {
    let text = why.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| why.downcast_ref::<&str>().copied())
        .unwrap_or_default()
}

/// From now on, only the report of a test says that it panicked.
fn tell_panics_in_reports() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |about| {
        let is_in_test = LAST_PANIC.with_borrow_mut(|last| {
            let Some(last) = last else { return false };
            *last = about
                .location()
                .map_or(String::new(), |at| format!("{at}: "));
            true
        });
        if !is_in_test {
            usual(about);
        }
    }));
}

/// A test for each of several things, which have names: `of_each::NAME`.
pub fn of_each<T: Send + 'static, N: Display, O: Outcome>(
    of_each: &str,
    things: impl IntoIterator<Item = (N, T)>,
    test: impl Fn(T) -> O + Send + Copy + 'static,
) -> Vec<Trial> {
    let things = things.into_iter();
    let one = |(name, thing)| trial(format!("{of_each}::{name}"), move || test(thing));
    things.map(one).collect()
}

/// Tests that go by the names of their functions.
#[macro_export]
macro_rules! trials {
    ($($test:ident),* $(,)?) => { vec![$($crate::trial(stringify!($test), $test)),*] };
}

/// Runs the tests that the command line chooses, and reports them. As in other tests, `RUST_TEST_THREADS` says how many run
/// at once.
pub fn run(trials: Vec<Trial>) -> ExitCode {
    let threads = env::var("RUST_TEST_THREADS").ok();
    let threads = threads.and_then(|threads| threads.parse().ok());
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(threads);
    tell_panics_in_reports();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The same, so many at a time: for tests that wait most of the time.
pub fn run_at_a_time(threads: usize, trials: Vec<Trial>) -> ExitCode {
    tell_panics_in_reports();
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(threads);
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[cfg(test)]
mod tests;
