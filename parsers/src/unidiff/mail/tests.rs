use super::*;
use crate::core::parser::judge;
use crate::core::verdict::Verdict;
use crate::unidiff::anchored::Anchored;
use crate::unidiff::label;
use crate::unidiff::strict::StrictDiff;

const BASE64: &[u8] =
    b"From: a\nContent-Transfer-Encoding: base64\n\nLS0tIGEKKysrIGEKQEAgLTEgKzEg\nQEAKLXgKK3kK\n";
const QUOTED: &[u8] =
    b"From: a\nContent-Transfer-Encoding: Quoted-Printable\n\n=2D-- a\n+++ b\n=40@ -1 =\n+1 @@\n-x\n+=3d=zz\n";
const PARTS: &[u8] =
    b"Content-Type: multipart/mixed;\n boundary=\"B C\"\n\nbefore\n--B C\n\nfirst\n--B C\n\
Content-Transfer-Encoding: base64\n\nc2Vjb25k\n--B C--\nbehind\nFrom a 1:2:3 2001\nX: y\n\nthird\n";
const FLOWED: &[u8] =
    b"Content-Type: text/plain; Format=flowed; delsp=yes\n\n one \ntwo\n-- \n  three\n";

fn text(input: &[u8]) -> Option<String> {
    let mut into = Unpacked::default();
    unpack(input, &mut into).then(|| String::from_utf8_lossy(into.text()).into_owned())
}

/// What stands behind the first empty line.
fn body(input: &[u8]) -> String {
    let text = text(input).unwrap_or_default();
    text.split_once("\n\n")
        .map_or(String::new(), |(_, body)| body.to_owned())
}

#[test]
fn bodies_are_decoded() {
    assert_eq!(body(BASE64), "--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n");
    assert_eq!(body(QUOTED), "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+==zz\n");
    assert_eq!(body(FLOWED), "onetwo\n-- \n three\n");
}

#[test]
fn what_is_outside_of_parts_is_left_out() {
    let expected = "--B C\n\nfirst\n--B C\nContent-Transfer-Encoding: base64\n\nsecond\n--B C--\n\
                    From a 1:2:3 2001\nX: y\n\nthird\n";
    assert_eq!(body(PARTS), expected);
}

#[test]
fn what_has_nothing_to_decode_is_read_as_it_stands() {
    assert_eq!(text(b"--- a\n+++ b\n"), None);
    assert_eq!(
        text(b"prose\n\nContent-Transfer-Encoding: base64\n\nQUJD\n"),
        None
    );
    assert_eq!(
        text(b"Content-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\nx\n"),
        None
    );
}

/// More input adds to the text, and changes nothing of it.
#[test]
fn the_text_of_a_beginning_begins_the_text() {
    for input in [BASE64, QUOTED, PARTS, FLOWED] {
        let (mut whole, mut part) = (Unpacked::default(), Unpacked::default());
        assert!(unpack(input, &mut whole));
        for cut in 0..input.len() {
            if unpack(input.get(..cut).unwrap_or(&[]), &mut part) {
                assert!(whole.text().starts_with(part.text()), "cut at {cut}");
            }
        }
    }
}

/// A finding in an encoded body has the offsets of the mail.
#[test]
fn offsets_are_those_of_the_mail() {
    let mut verdict = Verdict::new();
    judge(&Anchored, BASE64, &mut verdict);
    let [message] = verdict.reading.messages.as_slice() else {
        panic!("{:?}", verdict.reading);
    };
    assert_eq!((message.start, message.end), (0, BASE64.len()));
    let mut parts = verdict.reading.parts.iter();
    let header = parts.find(|part| part.label == label::FILE_HEADER);
    // The first digit of base 64.
    assert_eq!(header.map(|header| header.start), Some(43));
    assert_eq!(BASE64.get(43), Some(&b'L'));
    let decoded = verdict.citations.first();
    assert_eq!(decoded.map(|citation| citation.at), Some(8));
    judge(&StrictDiff, BASE64, &mut verdict);
    assert!(verdict.reading.messages.is_empty());
}
