use super::*;

fn account(mechanism: Mechanism) -> Account {
    let mut all = accounts().into_iter();
    all.find(|account| account.mechanism == mechanism).unwrap()
}

#[test]
fn two_mechanisms_show_everything_that_was_observed() {
    for mechanism in [
        Mechanism::ParserFreedTwice,
        Mechanism::DescriptorClosedTwiceHeld,
    ] {
        let account = account(mechanism);
        assert_eq!(account.shows, Symptom::ALL, "{account:?}");
        assert!(account.excluded_by.is_empty());
    }
}

#[test]
fn each_other_mechanism_is_excluded_by_a_symptom() {
    use Symptom::{AddressesMatch, Crossed, Finished, TimedOut, WriteFailed};
    for (mechanism, excluded_by) in [
        (Mechanism::Sound, &[Crossed, TimedOut, WriteFailed][..]),
        (Mechanism::DescriptorClosedTwice, &[TimedOut]),
        (Mechanism::SharedResponse, &[Finished, AddressesMatch]),
        (Mechanism::SharedBoth, &[Finished]),
        (Mechanism::SharedBuffer, &[TimedOut, WriteFailed]),
        (Mechanism::OutOfOrder, &[TimedOut, WriteFailed]),
    ] {
        assert_eq!(account(mechanism).excluded_by, excluded_by, "{mechanism:?}");
    }
}

#[test]
fn the_orders_of_a_sound_server_are_those_of_two_rows_of_three() {
    assert_eq!(account(Mechanism::Sound).orders, 20);
}
