use super::*;

fn ran(outcome: impl Outcome + Send + 'static) -> libtest_mimic::Conclusion {
    // Whoever counts tests by their reports is not to count this one twice.
    let arguments = Arguments {
        logfile: Some("/dev/null".to_owned()),
        ..Arguments::default()
    };
    libtest_mimic::run(&arguments, vec![trial("one", || outcome)])
}

#[test]
fn what_did_not_run_is_ignored_and_what_ran_has_passed() {
    let absent = ran(Err(Ignored::by_choice("built without it")));
    assert_eq!((absent.num_ignored, absent.num_passed), (1, 0));
    let passed = ran(Ok(()));
    assert_eq!((passed.num_ignored, passed.num_passed), (0, 1));
    assert_eq!(ran(()).num_passed, 1);
}

#[test]
fn a_program_that_is_absent_is_named() {
    // Where everything is said to be installed, it panics instead.
    let told = std::panic::catch_unwind(|| needs(&["sh", "misframe-has-no-such-program"]));
    match env::var_os(VARIABLE) {
        Some(_) => assert!(told.is_err()),
        None => assert_eq!(
            told.ok(),
            Some(Err(Ignored(
                "needs misframe-has-no-such-program".to_owned()
            )))
        ),
    }
    assert_eq!(needs(&["sh"]), Ok(()));
}

#[test]
fn a_test_of_each_goes_by_its_name() {
    let trials = of_each("read", [("a", 1), ("b", 2)], |_| ());
    let names: Vec<_> = trials.iter().map(Trial::name).collect();
    assert_eq!(names, ["read::a", "read::b"]);
}

#[test]
fn what_panics_has_failed() {
    let failed = |test: fn()| {
        let arguments = Arguments {
            logfile: Some("/dev/null".to_owned()),
            ..Arguments::default()
        };
        libtest_mimic::run(&arguments, vec![trial("one", test)]).num_failed
    };
    assert_eq!(failed(|| panic!("it is wrong")), 1);
    let caught = || assert!(panic::catch_unwind(|| panic!("it is caught")).is_err());
    assert_eq!(failed(caught), 0);
}
