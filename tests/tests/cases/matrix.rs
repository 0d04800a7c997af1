//! How every parser and every single departure of a family reads every case: a line for each case.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use corpus::{Case, StatedReading};
use libtest_mimic::Failed;
use parsers::core::explain;
use parsers::{Family, LeniencySet, Verdict, judge};

/// The matrix of these cases is that of the snapshot.
pub fn check(family: &'static Family, cases: &[Case]) -> Result<(), Failed> {
    let mut text = String::from(
        "A line for each case: how strict reads it, then each other reading with the parsers, leniencies (+) and\n\
         restrictions (-) that read so. The others read as strict does. [81, 109] are the ends of messages.\n\n",
    );
    for case in cases {
        text.push_str(&line(family, case));
    }
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/matrix"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(family.name, text));
    match catch_unwind(AssertUnwindSafe(compare)) {
        Ok(()) => Ok(()),
        Err(_) => Err("it is not the snapshot; see `cargo insta review`".into()),
    }
}

/// The line of a case. It depends on no order of departures: one that moves in its table changes nothing.
fn line(family: &'static Family, case: &Case) -> String {
    let (mut strict, mut verdict) = (Verdict::new(), Verdict::new());
    explain::judge_under(family, &LeniencySet::EMPTY, case, &mut strict);
    // By what is shown of them, readings that differ in more than that apart.
    let mut others: BTreeMap<String, Vec<(_, Vec<String>)>> = BTreeMap::new();
    let mut add = |name: String, verdict: &Verdict| {
        if verdict.reading == strict.reading {
            return;
        }
        let same = others.entry(shown(verdict)).or_default();
        match same
            .iter_mut()
            .find(|(reading, _)| *reading == verdict.reading)
        {
            Some((_, names)) => names.push(name),
            None => same.push((verdict.reading.clone(), vec![name])),
        }
    };
    for parser in family.parsers {
        judge(*parser, case, &mut verdict);
        add(parser.name().to_owned(), &verdict);
    }
    for (name, index) in departures(family) {
        let mut set = LeniencySet::EMPTY;
        set.insert(index);
        explain::judge_under(family, &set, case, &mut verdict);
        add(name, &verdict);
    }
    let mut line = format!("{}: {}", case.name, shown(&strict));
    for (reading, groups) in others {
        for (_, names) in groups {
            line.push_str(&format!(" | {reading}: {}", names.join(" ")));
        }
    }
    line.push('\n');
    line
}

fn shown(verdict: &Verdict) -> String {
    StatedReading::of(&verdict.reading).short()
}

/// Every leniency and every restriction, by name.
fn departures(family: &Family) -> BTreeMap<String, u16> {
    let leniencies = family.leniencies.iter();
    let leniencies = leniencies.map(|leniency| (format!("+{}", leniency.id), leniency.index));
    let restrictions = family.restrictions.iter();
    let restrictions =
        restrictions.map(|restriction| (format!("-{}", restriction.id), restriction.index));
    leniencies.chain(restrictions).collect()
}
