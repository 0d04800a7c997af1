// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use parsers::End;
use proptest::prelude::*;

const FAMILY: &Family = &parsers::http1::REQUEST;

const WHOLE: &str = r#"
about  = "Both."
expect = "reject"
reads  = [{ ends = [], end = "rejected" }]
rules  = ["http1/length-with-coding"]
class  = "cl-te"
source = "RFC 9112 §6.3"
input  = '''
GET / HTTP/1.1\r\n
\r\n
'''
"#;

fn parse(text: &str) -> Result<Case, CorpusError> {
    Case::parse(text, None, FAMILY, Path::new("x/name.toml"))
}

fn corpus(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join(FAMILY.name)).unwrap();
    for (name, text) in files {
        let path = dir.path().join(FAMILY.name).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn a_whole_case() {
    let case = parse(WHOLE).unwrap();
    assert_eq!(case.name, "name");
    assert_eq!(case.expect, Expect::Reject);
    assert_eq!(case.rules, ["http1/length-with-coding"]);
    assert_eq!(case.input, b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(case.to_toml(), WHOLE.trim_start());
}

#[test]
fn what_is_wrong_is_said() {
    let bin = Some(vec![1]);
    let both = Case::parse(WHOLE, bin, FAMILY, Path::new("name.toml")).unwrap_err();
    assert!(
        both.to_string().contains("name.bin lies beside it"),
        "{both}"
    );
    for (from, to, said) in [
        ("class", "klass", "line 6: unknown field"),
        (
            "\"reject\"",
            "\"rejects\"",
            "accept, either, incomplete or reject",
        ),
        (
            "\\r\\n\n\\r",
            "\\r\\n\n\\q",
            "line 10, column 1: no such escape: \\q",
        ),
        ("about  = \"Both.\"", "", "missing field `about`"),
        ("\"cl-te\"", "\"cl-te", "line 6"),
    ] {
        let text = WHOLE.replacen(from, to, 1);
        assert_ne!(text, WHOLE);
        let error = parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("x/name.toml: "), "{error}");
        assert!(error.contains(said), "{error}");
    }
    let error = parse("about = 'a'\nexpect = 'accept'\ninput = 'ab\\z'").unwrap_err();
    assert!(error.to_string().contains("line 3, column 12: "), "{error}");
    let without = parse("about = 'a'\nexpect = 'accept'").unwrap_err();
    assert!(without.to_string().contains("no name.bin"), "{without}");
}

#[test]
fn what_cannot_be_stated_is_said() {
    let row = r#"{ ends = [], end = "rejected" }"#;
    for (to, said) in [
        ("", "line 4: reads has no row"),
        (
            r#"{ ends = [], end = "closed" }"#,
            "complete, incomplete, rejected or tunnel",
        ),
        (
            r#"{ ends = [9, 9], end = "rejected" }"#,
            "ends = [9, 9], end = \"rejected\" is not possible in 18 bytes",
        ),
        (r#"{ ends = [19], end = "rejected" }"#, "not possible"),
        (r#"{ ends = [0], end = "rejected" }"#, "not possible"),
        (&format!("{row}, {row}"), "stands there twice"),
        (
            r#"{ ends = [], end = "incomplete" }"#,
            "is not what expect = \"reject\" says",
        ),
        (r#"{ ends = [18], end = "complete" }"#, "is not what expect"),
        (r#"{ ends = [] }"#, "missing field `end`"),
        (
            r#"{ ends = [], end = "rejected", at = 1 }"#,
            "unknown field `at`",
        ),
    ] {
        let error = parse(&WHOLE.replacen(row, to, 1)).unwrap_err().to_string();
        assert!(error.contains(said), "{to}: {error}");
    }
    let accepted = WHOLE.replacen("reject\"", "accept\"", 1);
    let error = parse(&accepted).unwrap_err().to_string();
    assert!(error.contains("is not what expect"), "{error}");
}

#[test]
fn a_case_need_not_state_how_it_is_read() {
    let row = "reads  = [{ ends = [], end = \"rejected\" }]\n";
    let without = WHOLE.replacen(row, "", 1);
    assert_ne!(without, WHOLE);
    let case = parse(&without).unwrap();
    assert_eq!(case.reads, None);
    assert_eq!(case.to_toml(), without.trim_start());
    let error = case.stated().unwrap_err().to_string();
    assert!(error.starts_with("x/name.toml: it does not say"), "{error}");
    assert!(error.contains("write reads = [{ ends = "), "{error}");
    assert_eq!(parse(WHOLE).unwrap().stated().unwrap().len(), 1);
}

#[test]
fn a_corpus_is_loaded_in_order_of_names() {
    let bin = "about = ''\nexpect = 'either'";
    let dir = corpus(&[
        ("b/a.toml", WHOLE),
        ("a/c.toml", WHOLE),
        ("b.toml", bin),
        ("b.bin", "\r\n"),
    ]);
    let cases = load_family(dir.path(), FAMILY).unwrap();
    let names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(cases.get(1).unwrap().input, b"\r\n");
}

#[test]
fn all_failures_of_a_load_are_reported_together() {
    let unknown = WHOLE.replace("length-with-coding", "lenght");
    let leniency = WHOLE.replace("class ", "leniencies = ['nope']\nclass ");
    let dir = corpus(&[
        ("a/twice.toml", WHOLE),
        ("b/twice.toml", WHOLE),
        ("unknown.toml", &unknown),
        ("leniency.toml", &leniency),
        ("Bad Name.toml", WHOLE),
        ("lonely.bin", ""),
        ("broken.toml", "about = "),
    ]);
    fs::write(
        dir.path().join(FAMILY.name).join("latin1.toml"),
        b"about = '\xe9'",
    )
    .unwrap();
    let error = load_family(dir.path(), FAMILY).unwrap_err();
    let said = error.to_string();
    assert_eq!(said.lines().count(), 7, "{said}");
    for part in [
        "same name",
        "lenght",
        "\"nope\"",
        "rename it",
        "lonely.bin",
        "broken.toml",
        "UTF-8",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn an_empty_or_absent_corpus_is_an_error() {
    let dir = corpus(&[]);
    let error = load_family(dir.path(), FAMILY).unwrap_err();
    assert!(error.to_string().contains("holds no case"), "{error}");
    let error = load_family(&dir.path().join("absent"), FAMILY).unwrap_err();
    assert!(error.to_string().contains("cannot list it"), "{error}");
}

#[test]
fn saving_leaves_the_case_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let mut case = parse(WHOLE).unwrap();
    let path = case.save(dir.path()).unwrap();
    case.path = path.clone();
    assert_eq!(load(&path, FAMILY).unwrap(), case);
    case.save(dir.path()).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    // A folder of that name cannot be replaced: the temporary file has to go.
    case.name = "folder".to_owned();
    fs::create_dir(dir.path().join("folder.toml")).unwrap();
    fs::write(dir.path().join("folder.toml/full"), "").unwrap();
    assert!(case.save(dir.path()).is_err());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    case.name = "../up".to_owned();
    assert!(case.save(dir.path()).is_err());
}

#[test]
fn the_corpus_is_found_from_below() {
    let dir = tempfile::tempdir().unwrap();
    let family = dir.path().join("corpus").join(FAMILY.name);
    fs::create_dir_all(&family).unwrap();
    let expected = fs::canonicalize(dir.path().join("corpus")).unwrap();
    for start in [dir.path(), &expected, &family] {
        assert_eq!(find_corpus(start), Some(expected.clone()));
    }
}

/// One or two rows that such a case may have.
fn stated(
    expect: Expect,
    ends: &[prop::sample::Index],
    why: Option<String>,
    length: usize,
) -> Vec<StatedReading> {
    let end = match expect {
        Expect::Accept => End::Complete,
        Expect::Either => End::Tunnel,
        Expect::Incomplete => End::Incomplete,
        Expect::Reject => End::Rejected,
    };
    let ends = ends.iter().filter(|_| length > 0);
    let ends: BTreeSet<usize> = ends.map(|end| end.index(length) + 1).collect();
    let row = |ends, why| StatedReading { ends, end, why };
    let mut rows = vec![row(ends.into_iter().collect(), why)];
    if rows.iter().all(|row| !row.ends.is_empty()) {
        rows.push(row(Vec::new(), None));
    }
    rows
}

prop_compose! {
    fn cases()(
        name in "[a-z0-9][a-z0-9._-]{0,12}",
        (about, source) in (any::<String>(), any::<String>()),
        expect in prop_oneof![
            Just(Expect::Accept), Just(Expect::Either), Just(Expect::Incomplete), Just(Expect::Reject),
        ],
        rows in any::<Option<(Vec<prop::sample::Index>, Option<String>)>>(),
        rules in prop::collection::vec(any::<String>(), 0..3),
        leniencies in prop::collection::vec(any::<String>(), 0..3),
        (class, agree) in (any::<Option<String>>(), any::<Option<String>>()),
        asked in prop::collection::vec("[A-Z]{1,7}( upgrade)?", 0..3),
        input in prop_oneof![any::<Vec<u8>>(), "['\\\\ \r\na]{0,40}".prop_map(String::into_bytes)],
    ) -> Case {
        let path = PathBuf::from(format!("{name}.toml"));
        let family = FAMILY;
        let asked = asked.join("\n");
        let reads = rows.map(|(ends, why)| stated(expect, &ends, why, input.len()));
        Case { name, family, about, expect, reads, rules, class, leniencies, agree, source, asked, input, path }
    }
}

proptest! {
    #[test]
    fn parsing_undoes_writing(case in cases()) {
        let text = case.to_toml();
        let again = Case::parse(&text, None, FAMILY, &case.path).unwrap();
        prop_assert_eq!(again, case);
    }

    #[test]
    fn parsing_takes_any_text(text: String) {
        let _ = Case::parse(&text, None, FAMILY, Path::new("a.toml"));
    }
}
