// Messages are written where they are compared.
#![allow(clippy::cloned_ref_to_slice_refs)]

use super::*;

fn fields(text: &[(&str, &str)]) -> Vec<UnderstoodField> {
    let fields = text.iter().map(|(name, value)| UnderstoodField {
        name: name.as_bytes().to_vec(),
        value: value.as_bytes().to_vec(),
    });
    fields.collect()
}

fn request(target: &str, head: &[(&str, &str)], trailers: &[(&str, &str)]) -> Understood {
    Understood {
        method: b"GET".to_vec(),
        target: target.as_bytes().to_vec(),
        fields: fields(head),
        trailers: fields(trailers),
    }
}

/// The classes of two readings of messages, each of ten bytes of this input.
fn classes(input: &str, a: &[Understood], b: &[Understood]) -> Vec<(&'static str, Level)> {
    let ends: Vec<_> = (1..=a.len()).map(|nth| nth * 10).collect();
    let found = differences(input.as_bytes(), &ends, a, b);
    let other = differences(input.as_bytes(), &ends, b, a);
    let words = |found: Vec<FactDifference>| {
        let words = found.into_iter().map(|one| (one.class.word(), one.level));
        words.collect::<Vec<_>>()
    };
    let found = words(found);
    assert_eq!(found, words(other));
    found
}

#[test]
fn what_is_permitted_is_no_difference() {
    let a = request(
        "http://A.b",
        &[
            ("HOST", " a "),
            ("X", "1 \r\n 2"),
            ("X", "3"),
            ("Cookie", "a=1"),
            ("Cookie", "b=2"),
        ],
        &[("T", "1")],
    );
    let mut b = request(
        "http://a.b/",
        &[("x", "1 2,3"), ("Host", "a"), ("cookie", "a=1; b=2")],
        &[],
    );
    assert_eq!(classes("", &[a.clone()], &[b.clone()]), []);
    b.fields.extend(fields(&[("Transfer-Encoding", "chunked")]));
    // What an absolute target says stands for Host.
    let said = request("http://b/", &[("Host", "b")], &[]);
    for other in [&[][..], &[("Host", "c")]] {
        let other = request("http://b/", other, &[]);
        assert_eq!(classes("", &[said.clone()], &[other]), []);
    }
    let mut a = a;
    a.fields.extend(fields(&[
        ("Transfer-Encoding", "chunked"),
        ("Content-Length", "1"),
    ]));
    assert_eq!(classes("", &[a], &[b]), []);
}

#[test]
fn a_difference_has_a_class() {
    let plain = request("/", &[("Host", "a")], &[]);
    let with = |name, value| request("/", &[("Host", "a"), (name, value)], &[]);
    let against = |other: Understood| classes("", &[plain.clone()], &[other]);
    use Level::{Error, Note, Warning};
    assert_eq!(against(with("X", "")), [("hidden-field", Note)]);
    assert_eq!(
        against(with("Transfer-Encoding", "x")),
        [("hidden-field", Error)]
    );
    assert_eq!(
        against(request("/", &[("host", "b")], &[])),
        [("other-host", Error)]
    );
    assert_eq!(
        against(request("/a", &[("Host", "a")], &[])),
        [("other-target", Error)]
    );
    assert_eq!(
        against(request("/#a", &[("Host", "a")], &[])),
        [("other-target", Warning)]
    );
    let mut post = plain.clone();
    post.method = b"get".to_vec();
    assert_eq!(against(post), [("other-method", Error)]);
    let found = classes("", &[with("TE", "a")], &[with("TE", "a, b")]);
    assert_eq!(found, [("other-value", Warning)]);
}

#[test]
fn a_field_may_come_from_a_trailer_section_or_a_message_before() {
    use Level::{Error, Warning};
    let empty = request("/", &[], &[]);
    let trailer = request("/", &[], &[("X", "1")]);
    let head = request("/", &[("x", "1")], &[]);
    // The first ten bytes hold the field behind an empty line, and the next ten do not.
    let input = "a\n\nX: 1...GET /.....";
    let found = classes(input, &[trailer.clone()], &[head.clone()]);
    assert_eq!(found, [("trailer-merged", Warning)]);
    let found = classes(
        input,
        &[trailer.clone(), head.clone()],
        &[trailer.clone(), empty.clone()],
    );
    assert_eq!(found, [("trailer-leaked", Error)]);
    let found = classes(
        input,
        &[head.clone(), head.clone()],
        &[head.clone(), empty.clone()],
    );
    assert_eq!(found, [("lingering-field", Error)]);
    // A field that is in the head, too, was not merged.
    let both = request("/", &[("X", "1")], &[("X", "1")]);
    let found = classes("X: 1......", &[both], &[trailer.clone()]);
    assert_eq!(found, [("hidden-field", Level::Note)]);
    // Where it stands in the second message too, one of them does not see it there.
    let found = classes(
        "X: 1......X: 1......",
        &[head.clone(), head.clone()],
        &[head, empty],
    );
    assert_eq!(found, [("hidden-field", Level::Note)]);
}
