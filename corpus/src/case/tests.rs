// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

const FAMILY: &Family = &parsers::http1::REQUEST;

const WHOLE: &str = r#"
about  = "Both."
expect = "reject"
rules  = ["http1/length-with-coding"]
class  = "cl-te"
source = "RFC 9112 §6.3"
input  = '''
GET / HTTP/1.1\r\n
\r\n
'''
"#;

fn parse(text: &str) -> Result<Case, CorpusError> {
    Case::parse(text, None, FAMILY.name, Path::new("x/name.toml"))
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
    let both = Case::parse(WHOLE, bin, FAMILY.name, Path::new("name.toml")).unwrap_err();
    assert!(
        both.to_string().contains("name.bin lies beside it"),
        "{both}"
    );
    for (from, to, said) in [
        ("class", "klass", "line 5: unknown field"),
        ("\"reject\"", "\"rejects\"", "accept, either or reject"),
        (
            "\\r\\n\n\\r",
            "\\r\\n\n\\q",
            "line 9, column 1: no such escape: \\q",
        ),
        ("about  = \"Both.\"", "", "missing field `about`"),
        ("\"cl-te\"", "\"cl-te", "line 5"),
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

prop_compose! {
    fn cases()(
        name in "[a-z0-9][a-z0-9._-]{0,12}",
        (about, source) in (any::<String>(), any::<String>()),
        expect in prop_oneof![Just(Expect::Accept), Just(Expect::Either), Just(Expect::Reject)],
        rules in prop::collection::vec(any::<String>(), 0..3),
        leniencies in prop::collection::vec(any::<String>(), 0..3),
        (class, agree) in (any::<Option<String>>(), any::<Option<String>>()),
        input in prop_oneof![any::<Vec<u8>>(), "['\\\\ \r\na]{0,40}".prop_map(String::into_bytes)],
    ) -> Case {
        let path = PathBuf::from(format!("{name}.toml"));
        let family = FAMILY.name.to_owned();
        Case { name, family, about, expect, rules, class, leniencies, agree, source, input, path }
    }
}

proptest! {
    #[test]
    fn parsing_undoes_writing(case in cases()) {
        let text = case.to_toml();
        let again = Case::parse(&text, None, FAMILY.name, &case.path).unwrap();
        prop_assert_eq!(again, case);
    }

    #[test]
    fn parsing_takes_any_text(text: String) {
        let _ = Case::parse(&text, None, FAMILY.name, Path::new("a.toml"));
    }
}
